//! What comes by itself: the watched folder, the e-address, a mailbox; what other systems are told.

use novads_invoices::life::made;
use op::Op;
use port_e_address::simulate;
use types::Date;

use crate::world::{World, code, drop_files, receive, world};

fn day() -> Date {
    Date::from_ymd_opt(2026, 11, 23).unwrap()
}

/// Runs a job as its schedule would.
async fn run(w: &World, kind: &str) {
    let app = novads_invoices::app();
    let def = app.module.jobs.iter().find(|d| d.kind == kind).unwrap();
    (def.handler)(Op::system(&w.house.kernel, w.house.tenant, "jobs"), vec![]).await.unwrap();
}

#[tokio::test]
async fn the_folder_is_emptied_into_the_register_and_what_is_none_lies_beside_its_reason() {
    let w = world().await;
    let folder = w.intake.path().join("mape");
    let good = made(&w.made(1, "A-1", 100).await);
    std::fs::write(folder.join("a1.xml"), &good).unwrap();
    std::fs::write(folder.join("nav.xml"), "labdien").unwrap();
    std::fs::write(folder.join("skens.pdf"), crate::dropping::plain_pdf("Rēķins 9")).unwrap();
    run(&w, "invoices.collect").await;
    let at = |name: &str| folder.join(name).exists();
    assert!(at("done/a1.xml") && at("done/skens.pdf") && at("failed/nav.xml"));
    let why = std::fs::read_to_string(folder.join("failed/nav.xml.txt")).unwrap();
    assert!(why.contains("nav.xml") && why.contains("XML-"), "{why}");
    let mut accountant = w.accountant().await;
    accountant.get("/invoices").await.ok().has("A-1").has("skens.pdf").has("No mapes");
    // The same file again, by another way, is the same invoice.
    std::fs::write(folder.join("a1-velreiz.xml"), &good).unwrap();
    run(&w, "invoices.collect").await;
    assert!(at("done/a1-velreiz.xml"));
    drop_files(&mut accountant, &[("a1.xml", good.as_bytes())]).await.ok().has("Jau ir saņemts agrāk");
    assert_eq!((w.count("invoices.invoice").await, w.count("invoices.waiting").await), (1, 1));
    assert_eq!(w.count("documents.registration").await, 1);
}

#[tokio::test]
async fn an_envelope_of_the_e_address_becomes_an_invoice_and_is_confirmed() {
    let w = world().await;
    let root = w.intake.path().join("e-adrese");
    let good = made(&w.made(1, "A-1", 100).await);
    simulate(&root, "m-1", "_PRIVATE@77700001014", day(), &[("rekins.xml", good.as_bytes())]).unwrap();
    simulate(&root, "m-2", "_PRIVATE@77700001014", day(), &[("vestule.xml", b"<Letter/>")]).unwrap();
    run(&w, "invoices.collect").await;
    assert!(root.join("confirmed/m-1").exists() && root.join("refused/m-2/reason.txt").exists());
    let mut accountant = w.accountant().await;
    let list = accountant.get("/invoices").await.ok().has("A-1").text();
    let id = list.split("href=\"/invoices/").filter_map(|p| p.split('"').next()).find(|p| p.len() == 36).unwrap();
    accountant.get(&format!("/invoices/{id}")).await.ok().has("E-adresē");
    // What came by the e-address is reported by the e-address.
    accountant.get("/invoices/exchange").await.ok().has("Nodod e-adrese");
    run(&w, "invoices.report-to-revenue-service").await;
    assert_eq!(w.service.kept(), 0);
}

#[tokio::test]
async fn what_is_ours_to_report_is_reported_in_time_and_a_refusal_is_shown() {
    let w = world().await;
    let mut accountant = w.accountant().await;
    receive(&mut accountant, &w.made(1, "A-1", 100).await).await;
    // One that breaks a rule of Peppol's: accepted here on a ground, refused there.
    let bad = made(&w.made(1, "A-2", 50).await).replace(">60.50</cbc:PayableAmount>", ">60.40</cbc:PayableAmount>");
    drop_files(&mut accountant, &[("a2.xml", bad.as_bytes())]).await.ok();
    // Issued on Tuesday the 10th: five working days end on the 17th, and the 18th is a holiday.
    accountant.get("/invoices/exchange").await.ok().has("A-1").has("17.11.2026.").has("termiņš pagājis");
    run(&w, "invoices.report-to-revenue-service").await;
    let page = accountant.get("/invoices/exchange").await.ok().has("VID-00000001").has("Nodots VID");
    page.has("VID nepieņēma").has("BR-CO-16");
    assert_eq!(w.service.kept(), 1);
    run(&w, "invoices.report-to-revenue-service").await;
    assert_eq!(w.service.kept(), 1);
}

#[tokio::test]
async fn postings_go_to_the_accounting_system_once() {
    let w = world().await;
    let mut accountant = w.accountant().await;
    for (number, euros, gross) in [("A-1", 100, "121,00"), ("A-2", 50, "60,50")] {
        let href = receive(&mut accountant, &w.made(1, number, euros).await).await;
        assert_eq!(code(&mut accountant, &href, gross).await.location(), href);
    }
    let send = async |client: &mut testkit::Client| {
        let submit = client.get("/invoices/exchange").await.ok().input("submit_id").unwrap();
        client.post("/invoices/exchange", &[("submit_id", &submit)]).await
    };
    assert_eq!(send(&mut accountant).await.status.as_u16(), 422, "nothing is approved yet");
    w.approve_all().await;
    assert_eq!(send(&mut accountant).await.location(), "/invoices/exchange");
    accountant.get("/invoices/exchange").await.ok().has("Gaida nodošanu").has("181,50");
    w.house.run_jobs().await;
    accountant.get("/invoices/exchange").await.ok().has("Pieņemts grāmatvedībā").has("GR-00001");
    let posted: Vec<i64> = w.ledger.posted().into_iter().map(|(_, sum)| sum).collect();
    assert_eq!(posted, [18_150]);
    assert_eq!(send(&mut accountant).await.status.as_u16(), 422, "each goes over once");
    run(&w, "invoices.hand-over-postings").await;
    assert_eq!(w.ledger.posted().len(), 1);
    let mut employee = w.house.sign_in(w.demo.people.employee).await;
    assert_eq!(employee.get("/invoices/exchange").await.status.as_u16(), 403);
}

#[tokio::test]
async fn who_mails_what_is_no_invoice_is_told_once() {
    let w = world().await;
    let (sender, subject) = (Some("birojs@paraugs.example".to_owned()), "Rēķins".to_owned());
    let file = |name: &str, bytes: &[u8]| delivery::ports::DeliveredFile { name: name.into(), bytes: bytes.to_vec() };
    let mail = |key: &str, files| delivery::ports::Delivered {
        key: key.into(),
        sender: sender.clone(),
        subject: subject.clone(),
        files,
        fault: None,
    };
    let good = made(&w.made(1, "A-1", 100).await);
    w.mails.put(vec![
        mail("1", vec![file("labs.xml", good.as_bytes())]),
        mail("2", vec![file("slikts.xml", b"<x")]),
        mail("3", vec![file("slikts.xml", b"<x")]),
        mail("4", vec![]),
    ]);
    run(&w, "invoices.collect").await;
    let fates = w.mails.settled();
    assert_eq!(fates["1"], "");
    assert!(fates["2"].contains("slikts.xml: ") && fates["4"].contains("Nav pievienota"), "{fates:?}");
    assert_eq!(w.count("invoices.invoice").await, 1);
    assert_eq!(w.count("delivery.delivery").await, 2, "one answer for the same words");
    let mut read = w.house.op().read().await.unwrap();
    let text: String =
        sqlx::query_scalar("select string_agg(address || text, '') from delivery.delivery where tenant_id = $1")
            .bind(w.house.tenant)
            .fetch_one(read.conn())
            .await
            .unwrap();
    assert!(text.contains("birojs@paraugs.example") && text.contains("XML-"), "{text}");
}
