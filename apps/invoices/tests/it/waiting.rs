//! A PDF or picture that somebody reads beside the form; and the readable view in PDF.

use crate::{
    dropping::plain_pdf,
    world::{code, drop_files, pdf_text, receive, world},
};

fn address(page: &str) -> String {
    let id = page.split("/invoices/waiting/").nth(1).unwrap().split('"').next().unwrap();
    format!("/invoices/waiting/{id}")
}

#[tokio::test]
async fn a_scan_waits_is_entered_beside_its_picture_and_becomes_an_invoice() {
    let w = world().await;
    let mut accountant = w.accountant().await;
    let scan = plain_pdf("Rēķins Nr. 7");
    let page = drop_files(&mut accountant, &[("skens.pdf", &scan)]).await.ok().text();
    let path = address(&page);
    accountant.get("/invoices").await.ok().has("Gaida ievadīšanu").has("skens.pdf");
    let again = drop_files(&mut accountant, &[("cits-nosaukums.pdf", &scan)]).await.ok().text();
    assert_eq!(address(&again), path, "the same picture waits once");
    let form = accountant.get(&path).await.ok().has("<iframe").has("/file?inline=1");
    let kept = accountant.get(&format!("{path}/file?inline=1")).await.ok();
    assert_eq!(kept.body, scan);
    assert_eq!(w.count("documents.registration").await, 0);
    let (version, submit) = (form.input("version").unwrap(), form.input("submit_id").unwrap());
    let mut fields = vec![
        ("submit_id", submit.as_str()),
        ("version", version.as_str()),
        ("kind", "invoice"),
        ("supplier", "IK Anna"),
        ("number", "7"),
        ("issued", "10.11.2026."),
        ("due", "20.11.2026."),
        ("net", "30,00"),
        ("what", "Tulkojums"),
    ];
    let wrong: Vec<_> = fields.iter().filter(|(name, _)| *name != "net").copied().collect();
    let refused = accountant.post(&path, &wrong).await;
    assert_eq!(refused.status.as_u16(), 422);
    refused.has("IK Anna").has("<iframe");
    let href = accountant.post(&path, &fields).await.location();
    assert_eq!(href, path.replace("/waiting", ""));
    let card = accountant.get(&href).await.ok().has("Ievadīts ar roku").has("skens.pdf").has("Tulkojums");
    card.has("R-2026/1").has("Rēķins 7");
    accountant.get("/invoices").await.ok().has_not("Gaida ievadīšanu");
    assert_eq!(accountant.get(&path).await.location(), href);
    fields.retain(|(name, _)| *name != "number");
    fields.push(("number", "8"));
    assert_eq!(accountant.post(&path, &fields).await.status.as_u16(), 409, "it is entered once");
    let again = drop_files(&mut accountant, &[("skens.pdf", &scan)]).await.ok();
    again.has("Jau ir saņemts agrāk");
    let document: String = {
        let mut read = w.house.op().read().await.unwrap();
        sqlx::query_scalar(
            "select title || ' / ' || state || ' / ' || correspondent from documents.document where tenant_id = $1",
        )
        .bind(w.house.tenant)
        .fetch_one(read.conn())
        .await
        .unwrap()
    };
    assert_eq!(document, "Rēķins 7, IK Anna / registered / IK Anna");
    assert_eq!(code(&mut accountant, &href, "30,00").await.location(), href);
}

#[tokio::test]
async fn what_is_no_invoice_is_dismissed_on_a_ground() {
    let w = world().await;
    let mut accountant = w.accountant().await;
    let page = drop_files(&mut accountant, &[("reklama.png", b"\x89PNG\r\n\x1a\nx")]).await.ok().text();
    let path = address(&page);
    let version = accountant.get(&path).await.ok().has("<img").input("version").unwrap();
    let empty = accountant.post(&format!("{path}/dismiss"), &[("version", &version), ("dismiss_ground", "")]).await;
    assert_eq!(empty.status.as_u16(), 422);
    let fields = [("version", version.as_str()), ("dismiss_ground", "Reklāma")];
    assert_eq!(accountant.post(&format!("{path}/dismiss"), &fields).await.location(), "/invoices");
    accountant.get("/invoices").await.ok().has_not("reklama.png");
    accountant.get(&path).await.ok().has("Nav ievadīts: Reklāma");
    let mut employee = w.house.sign_in(w.demo.people.employee).await;
    assert_eq!(employee.get(&path).await.status.as_u16(), 403);
    assert_eq!(employee.get(&format!("{path}/file")).await.status.as_u16(), 403);
}

#[tokio::test]
async fn the_readable_view_is_a_pdf_with_the_same_bytes_each_time() {
    let w = world().await;
    let mut accountant = w.accountant().await;
    let href = receive(&mut accountant, &w.made(1, "A-1", 100).await).await;
    let pdf = accountant.get(&format!("{href}/pdf")).await.ok();
    assert!(pdf.body.starts_with(b"%PDF-"));
    let text = pdf_text(&pdf.body);
    for word in ["Rēķins A-1", "SIA Piegādātājs 1", "Papīrs", "121,00", "21 %", "24.11.2026."] {
        assert!(text.contains(word), "no «{word}» in {text}");
    }
    assert_eq!(accountant.get(&format!("{href}/pdf")).await.body, pdf.body);
    let mut employee = w.house.sign_in(w.demo.people.employee).await;
    assert_eq!(employee.get(&format!("{href}/pdf")).await.status.as_u16(), 404);
}
