//! Two- and three-way match: what agrees needs one look, what does not is shown.

use novads_invoices::life::{Made, MadeLine};
use testkit::Client;
use types::Money;

use crate::world::{code, receive, world};

pub async fn order(client: &mut Client, school: &str, lines: &str, amount: &str) -> String {
    let form = client.get("/invoices/agreements").await.ok();
    let submit = form.input("submit_id").unwrap();
    let fields = [
        ("submit_id", submit.as_str()),
        ("kind", "order"),
        ("number", "PAS-1"),
        ("title", "Papīrs skolai"),
        ("supplier", "SIA Piegādātājs 1"),
        ("amount", amount),
        ("institution", school),
        ("lines", lines),
    ];
    let page = client.post("/invoices/agreements", &fields).await;
    assert!(page.status.is_redirection(), "{}", page.text());
    page.location()
}

#[tokio::test]
async fn what_agrees_with_order_and_receipt_is_approved_with_one_look() {
    let w = world().await;
    let mut accountant = w.accountant().await;
    let mut clerk = w.house.sign_in(w.demo.people.clerk).await;
    let school = w.demo.school.to_string();
    // The supplier is known from an earlier invoice.
    receive(&mut accountant, &w.made(1, "A-0", 1).await).await;
    let ordered = order(&mut accountant, &school, "1; Papīrs; 10; 4,50", "100,00").await;
    let lines = vec![MadeLine { name: "Papīrs".into(), quantity: 10, price: Money(450) }];
    let made = Made { order: Some("PAS-1".into()), lines: lines.clone(), ..w.made(1, "A-1", 1).await };
    let href = receive(&mut accountant, &made).await;
    accountant.get(&href).await.ok().has("Sakrīt ar līgumu vai pasūtījumu").has_not("Nesakrīt ar līgumu");
    let mut goods = clerk.get(&ordered).await.ok().has("4,50");
    goods = clerk
        .post(
            &format!("{ordered}/receipts"),
            &[("on", "20.11.2026."), ("line_0", "0"), ("csrf", &goods.input("csrf").unwrap())],
        )
        .await;
    assert_eq!(goods.status.as_u16(), 422);
    let fields = [("on", "20.11.2026."), ("line_0", "10"), ("note", "P-77")];
    assert_eq!(clerk.post(&format!("{ordered}/receipts"), &fields).await.location(), ordered);
    accountant.get(&href).await.ok().has("Sakrīt ar pasūtījumu un saņemto");
    assert_eq!(code(&mut accountant, &href, "54,45").await.location(), href);
    accountant.get(&href).await.ok().has("Apstiprināts");
    accountant.get("/invoices/payments").await.ok().has("A-1").has("54,45");

    // The same goods again: nothing is left of what was received.
    let twice = Made { number: "A-2".into(), ..made };
    let href = receive(&mut accountant, &twice).await;
    let card = accountant.get(&href).await.ok().has("Nesakrīt ar līgumu vai pasūtījumu");
    card.has("Papīrs: rēķinā 10, saņemts 0").has("Pārsniedz atlikumu par");
}

#[tokio::test]
async fn a_price_beyond_the_tolerance_is_named_and_the_invoice_goes_its_usual_way() {
    let w = world().await;
    let mut accountant = w.accountant().await;
    let school = w.demo.school.to_string();
    receive(&mut accountant, &w.made(1, "A-0", 1).await).await;
    order(&mut accountant, &school, "1; Papīrs; 10; 4,50\n2; Mapes; 5; 1,00", "").await;
    let lines = vec![
        MadeLine { name: "Papīrs".into(), quantity: 10, price: Money(455) },
        MadeLine { name: "Krīts".into(), quantity: 1, price: Money(100) },
    ];
    let made = Made { order: Some("PAS-1".into()), lines, ..w.made(1, "A-1", 1).await };
    let href = receive(&mut accountant, &made).await;
    let card = accountant.get(&href).await.ok().has("Papīrs: cena 4,55");
    card.has("Nav pasūtīts: Krīts");
    assert_eq!(code(&mut accountant, &href, "56,27").await.location(), href);
    accountant.get(&href).await.ok().has("Saskaņošanā");
    let form = accountant.get("/invoices/agreements").await.ok();
    let submit = form.input("submit_id").unwrap();
    let bad = [
        ("submit_id", submit.as_str()),
        ("kind", "order"),
        ("number", "PAS-2"),
        ("title", "x"),
        ("supplier", "SIA Nav"),
        ("institution", &school),
        ("lines", "1; bez cenas"),
    ];
    let page = accountant.post("/invoices/agreements", &bad).await;
    assert_eq!(page.status.as_u16(), 422);
    page.has("Tāda piegādātāja nav").has("Rindā 1");
}
