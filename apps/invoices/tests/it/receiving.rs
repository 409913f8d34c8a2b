//! Files dropped on the page: judged, registered, left alone when they come again.

use novads_invoices::life::{Made, made};

use crate::world::{code, drop_files, receive, world};

#[tokio::test]
async fn twenty_files_are_judged_at_once_and_what_is_one_is_registered() {
    let w = world().await;
    let mut accountant = w.accountant().await;
    let good = made(&w.made(1, "A-1", 100).await);
    let broken = good
        .replace("A-1", "A-2")
        .replace("<cbc:PayableAmount currencyID=\"EUR\">121.00", "<cbc:PayableAmount currencyID=\"EUR\">120.00");
    let doctype = good.replacen('\n', "<!DOCTYPE Invoice [<!ENTITY x \"y\">]>\n", 1);
    let page = drop_files(
        &mut accountant,
        &[
            ("labs.xml", good.as_bytes()),
            ("slikts.xml", broken.as_bytes()),
            ("uzbrukums.xml", doctype.as_bytes()),
            ("nav-xml.xml", b"MZ\x90\0"),
            ("cits.xml", b"<Order/>"),
            ("labs-velreiz.xml", good.as_bytes()),
            ("attels.pdf", b"%PDF-1.7\nnekas"),
        ],
    )
    .await
    .ok();
    let page =
        page.has("Reģistrēti 2 no 7").has("jāievada ar roku").has("Atbilst noteikumiem").has("Neatbilst noteikumiem");
    page.has("BR-CO-16")
        .has("FILE-PROGRAM")
        .has("XML-DOCTYPE")
        .has("XML-ROOT")
        .has("Jau ir saņemts agrāk")
        .has("nekas nav reģistrēts");
    assert_eq!(w.count("invoices.invoice").await, 2);
    assert_eq!(w.count("documents.registration").await, 2);
    accountant.get("/invoices").await.ok().has("A-1").has("A-2").has("R-2026/1").has("Piegādātājs 1");
    accountant.get("/invoices?tab=broken").await.ok().has("A-2").has_not("A-1<");
    accountant.get("/invoices?q=nav+tāda").await.ok().has_not("R-2026/1");
}

#[tokio::test]
async fn the_original_is_kept_bit_by_bit_and_the_same_file_changes_nothing() {
    let w = world().await;
    let mut accountant = w.accountant().await;
    let m = w.made(1, "A-1", 100).await;
    let href = receive(&mut accountant, &m).await;
    let card = accountant.get(&href).await.ok().has("Rēķins A-1").has("121,00").has("rekins.xml").has("Papīrs");
    let text = card.text();
    let file = text.split("href=\"").filter_map(|p| p.split('"').next()).find(|p| p.contains("/files/")).unwrap();
    let kept = accountant.get(file).await.ok();
    let mut employee = w.house.sign_in(w.demo.people.employee).await;
    assert_eq!(employee.get(file).await.status.as_u16(), 404);
    assert_eq!(kept.body, made(&m).into_bytes());
    assert_eq!(receive(&mut accountant, &m).await, href);
    assert_eq!(w.count("invoices.invoice").await, 1);
}

#[tokio::test]
async fn embedded_files_are_kept_by_their_content_and_a_program_is_not() {
    let w = world().await;
    let mut accountant = w.accountant().await;
    let file = |name: &str, content: &str| Some((name.to_owned(), "application/pdf".to_owned(), content.to_owned()));
    // %PDF-1.7 and a Windows program under the name of a PDF.
    let pdf = Made { file: file("akts.pdf", "JVBERi0xLjcK"), ..w.made(1, "A-1", 100).await };
    let href = receive(&mut accountant, &pdf).await;
    accountant.get(&href).await.ok().has("akts.pdf").has_not("Pielikums, ko nedrīkst glabāt");
    let program = Made { file: file("akts.pdf", "TVqQAAMAAAA="), ..w.made(1, "A-2", 100).await };
    let href = receive(&mut accountant, &program).await;
    accountant.get(&href).await.ok().has("Pielikums, ko nedrīkst glabāt").has_not("application/pdf, ");
}

#[tokio::test]
async fn a_broken_one_is_answered_or_accepted_on_a_ground() {
    let w = world().await;
    let mut accountant = w.accountant().await;
    let wrong = |text: String| text.replace(">121.00</cbc:PayableAmount>", ">120.00</cbc:PayableAmount>");
    let mut hrefs = Vec::new();
    for number in ["A-1", "A-2"] {
        let file = wrong(made(&w.made(1, number, 100).await));
        let page = drop_files(&mut accountant, &[("r.xml", file.as_bytes())]).await.ok().text();
        let id = page.split("href=\"/invoices/").filter_map(|p| p.split('"').next()).find(|p| p.len() == 36);
        hrefs.push(format!("/invoices/{}", id.unwrap()));
    }
    let card = accountant.get(&hrefs[0]).await.ok().has("BR-CO-16");
    let version = card.input("version").unwrap();
    let fields = [("version", version.as_str()), ("why", "LEG"), ("reason", "Summa apmaksai neatbilst rindām")];
    assert_eq!(accountant.post(&format!("{}/answer", hrefs[0]), &fields).await.location(), hrefs[0]);
    accountant.get(&hrefs[0]).await.ok().has("Nav pieņemts");
    assert_eq!(w.count("delivery.delivery").await, 1);
    let mut read = w.house.op().read().await.unwrap();
    let (to, text): (String, String) =
        sqlx::query_as("select address, text from delivery.delivery where tenant_id = $1")
            .bind(w.house.tenant)
            .fetch_one(read.conn())
            .await
            .unwrap();
    drop(read);
    assert_eq!(to, "rekini@example.org");
    assert!(
        text.contains("A-1") && text.contains("Summa apmaksai neatbilst rindām") && text.contains("BR-CO-16"),
        "{text}"
    );

    assert_eq!(w.count("documents.registration").await, 3, "the answer is a registered letter");
    let mut read = w.house.op().read().await.unwrap();
    let file: types::FileId =
        sqlx::query_scalar("select id from documents.file where tenant_id = $1 and name = 'invoice-response.xml'")
            .bind(w.house.tenant)
            .fetch_one(read.conn())
            .await
            .unwrap();
    let response = documents::read_file(&mut read, file).await.unwrap();
    drop(read);
    let judged = en16931::validate(&response.bytes, en16931::Policy::Peppol);
    assert!(judged.valid && judged.syntax == en16931::Syntax::InvoiceResponse, "{:?}", judged.findings);

    let version = accountant.get(&hrefs[1]).await.ok().input("version").unwrap();
    let empty = accountant.post(&format!("{}/accept", hrefs[1]), &[("version", &version), ("ground", "")]).await;
    assert_eq!(empty.status.as_u16(), 422);
    let fields = [("version", version.as_str()), ("ground", "Noapaļota skaidras naudas summa")];
    accountant.post(&format!("{}/accept", hrefs[1]), &fields).await.location();
    accountant.get(&hrefs[1]).await.ok().has("Jākontē");
}

#[tokio::test]
async fn coding_must_add_up_and_the_next_one_is_suggested_with_its_reason() {
    let w = world().await;
    let mut accountant = w.accountant().await;
    let first = receive(&mut accountant, &w.made(1, "A-1", 100).await).await;
    let refused = code(&mut accountant, &first, "120,00").await;
    assert_eq!(refused.status.as_u16(), 422);
    refused.has("1,00");
    assert_eq!(code(&mut accountant, &first, "121,00").await.location(), first);
    accountant.get(&first).await.ok().has("Saskaņošanā");
    w.approve_all().await;
    accountant.get(&first).await.ok().has("Apstiprināts").has("7231");
    let second = receive(&mut accountant, &w.made(1, "A-9", 55).await).await;
    accountant.get(&second).await.ok().has("Kā rēķinā A-1 no 10.11.2026.").has("66,55").has("7231");
}

#[tokio::test]
async fn a_clerk_of_another_institution_sees_none_of_it() {
    let w = world().await;
    let mut accountant = w.accountant().await;
    let href = receive(&mut accountant, &w.made(1, "A-1", 100).await).await;
    let mut employee = w.house.sign_in(w.demo.people.employee).await;
    employee.get("/invoices").await.ok().has_not("A-1");
    assert_eq!(employee.get(&href).await.status.as_u16(), 404);
    let elsewhere = w.house.another_tenant("cits").await;
    let other = op::Op::house(&w.house.kernel, elsewhere, "test");
    let mut read = other.read().await.unwrap();
    let id: types::DocumentId = href.rsplit('/').next().unwrap().parse().unwrap();
    assert!(matches!(read.see::<novads_invoices::Invoice>(id).await, Err(op::OpError::NotFound)));
}

#[tokio::test]
async fn an_access_point_hands_over_by_its_token_and_a_repeat_is_the_same() {
    let w = world().await;
    let token =
        web::create_token(&w.house.kernel, w.house.tenant, "Operators", "peppol", &["invoices.receive".to_owned()])
            .await
            .unwrap();
    let mut point = w.house.visitor();
    point.headers.push(("authorization", format!("Bearer {token}")));
    let file = made(&w.made(1, "A-1", 100).await);
    use base64::Engine as _;
    let content = base64::engine::general_purpose::STANDARD.encode(&file);
    let body = serde_json::json!({ "files": [{ "name": "r.xml", "content": content }] });
    let first = point.json("POST", "/api/invoices", &body).await.ok().json();
    assert_eq!(first["files"][0]["outcome"], "registered");
    assert_eq!(first["files"][0]["verdict"], "valid");
    let again = point.json("POST", "/api/invoices", &body).await.ok().json();
    assert_eq!(again["files"][0]["outcome"], "known");
    assert_eq!(again["files"][0]["id"], first["files"][0]["id"]);
    // In an envelope of the network, the answer is one that its access point sends back.
    let broken = file.replace("A-1", "A-2").replace(">121.00</cbc:PayableAmount>", ">120.00</cbc:PayableAmount>");
    let files: Vec<serde_json::Value> = [("labs.xml", file.clone()), ("slikts.xml", broken), ("nav.xml", "<x".into())]
        .iter()
        .map(|(name, text)| {
            let content = base64::engine::general_purpose::STANDARD.encode(text);
            let envelope = serde_json::json!({ "instance": format!("i-{name}"), "sender": "0242:000111", "receiver": "0242:000222" });
            serde_json::json!({ "name": name, "content": content, "envelope": envelope })
        })
        .collect();
    let said = point.json("POST", "/api/invoices", &serde_json::json!({ "files": files })).await.ok().json();
    let level = |n: usize| said["files"][n]["message_level_status"].as_str().unwrap().to_owned();
    assert!(level(0).contains("<cbc:ResponseCode>AP<") && level(0).contains("i-labs.xml"));
    assert!(level(1).contains("<cbc:ResponseCode>RE<") && level(1).contains("BR-CO-16"), "{}", level(1));
    assert!(level(2).contains("<cbc:StatusReasonCode>SV<") && level(2).contains("000111"), "{}", level(2));
    let mut stranger = w.house.visitor();
    assert_eq!(stranger.json("POST", "/api/invoices", &body).await.status.as_u16(), 401);
    let bad = serde_json::json!({ "files": [{ "name": "r.xml", "content": "***" }] });
    assert_eq!(point.json("POST", "/api/invoices", &bad).await.status.as_u16(), 400);
}
