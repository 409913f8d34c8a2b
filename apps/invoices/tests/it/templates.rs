//! Templates of the recurring, and lines coded one by one.

use novads_invoices::life::{Made, MadeLine};
use types::Money;

use crate::world::{code, receive, world};

#[tokio::test]
async fn a_template_made_of_one_invoice_suggests_the_next_with_its_reason() {
    let w = world().await;
    let mut accountant = w.accountant().await;
    let first = Made { contract: Some("S-1".into()), ..w.made(1, "A-1", 100).await };
    let href = receive(&mut accountant, &first).await;
    accountant.get(&href).await.ok().has_not("Saglabāt kā sagatavi");
    assert_eq!(code(&mut accountant, &href, "121,00").await.location(), href);
    let form = accountant.get(&href).await.ok().has("Saglabāt kā sagatavi");
    let submit = form.input("submit_id").unwrap();
    let mut fields = vec![
        ("submit_id", submit.as_str()),
        ("template_name", "Apkure"),
        ("template_from", "200,00"),
        ("template_to", "100,00"),
        ("template_contract", "true"),
    ];
    let path = format!("{href}/template");
    assert_eq!(accountant.post(&path, &fields).await.status.as_u16(), 422);
    fields[3] = ("template_to", "300,00");
    assert_eq!(accountant.post(&path, &fields).await.location(), "/invoices/templates");
    assert_eq!(accountant.post(&path, &fields).await.location(), "/invoices/templates", "a repeat is the same");
    assert_eq!(w.count("invoices.template").await, 1);
    let list = accountant.get("/invoices/templates").await.ok().has("Apkure").has("S-1").has("7231 / EKK 2311");
    let usual = receive(&mut accountant, &Made { contract: Some("s-1".into()), ..w.made(1, "A-2", 200).await }).await;
    accountant.get(&usual).await.ok().has("Pēc sagataves „Apkure”").has("242,00").has("7231");
    let large = receive(&mut accountant, &Made { contract: Some("S-1".into()), ..w.made(1, "A-3", 900).await }).await;
    accountant.get(&large).await.ok().has("summa nav kā parasti");
    let other = receive(&mut accountant, &w.made(1, "A-4", 200).await).await;
    accountant.get(&other).await.ok().has_not("Pēc sagataves");
    let end = list.text().split("action=\"/invoices/templates/").nth(1).unwrap().split('"').next().unwrap().to_owned();
    assert_eq!(accountant.post(&format!("/invoices/templates/{end}"), &[]).await.location(), "/invoices/templates");
    accountant.get("/invoices/templates").await.ok().has_not("Apkure");
    let after = receive(&mut accountant, &Made { contract: Some("S-1".into()), ..w.made(1, "A-5", 200).await }).await;
    accountant.get(&after).await.ok().has_not("Pēc sagataves");
}

#[tokio::test]
async fn lines_may_be_coded_one_by_one() {
    let w = world().await;
    let mut accountant = w.accountant().await;
    let line = |name: &str, cents: i64| MadeLine { name: name.into(), quantity: 1, price: Money(cents) };
    let made = Made { lines: vec![line("Papīrs", 1_000), line("Galds", 20_000)], ..w.made(1, "A-1", 1).await };
    let href = receive(&mut accountant, &made).await;
    accountant.get(&href).await.ok().has("Kontēt katru rindu atsevišķi");
    let card = accountant.get(&format!("{href}?split=lines")).await.ok().has_not("Kontēt katru rindu atsevišķi");
    assert_eq!(card.input("amount_1").unwrap().trim().replace('\u{a0}', ""), "12,10");
    assert_eq!(card.input("amount_2").unwrap().trim().replace('\u{a0}', ""), "242,00");
    let version = card.input("version").unwrap();
    let fields = [
        ("version", version.as_str()),
        ("amount_1", "12,10"),
        ("account_1", "7231"),
        ("ekk_1", "2311"),
        ("amount_2", "242,00"),
        ("account_2", "1232"),
        ("ekk_2", "5232"),
    ];
    assert_eq!(accountant.post(&format!("{href}/code"), &fields).await.location(), href);
    accountant.get(&href).await.ok().has("5232").has("1232");
}
