//! Duplicates, changed accounts, credit notes.

use novads_invoices::life::{Made, account_of};

use crate::world::{code, receive, world};

#[tokio::test]
async fn a_changed_account_blocks_payment_until_a_second_person_clears_it() {
    let w = world().await;
    let mut accountant = w.accountant().await;
    let first = receive(&mut accountant, &w.made(1, "A-1", 100).await).await;
    accountant.get(&first).await.ok().has_not("Piegādātājam cits konts");
    let changed = Made { iban: Some(account_of(999)), ..w.made(1, "A-2", 50).await };
    let href = receive(&mut accountant, &changed).await;
    let card = accountant.get(&href).await.ok().has("Piegādātājam cits konts").has("To noņem cits cilvēks");
    assert!(card.input("clear_ground").is_none(), "no form for the one who took it in");
    assert_eq!(code(&mut accountant, &href, "60,50").await.location(), href);
    w.approve_all().await;
    accountant.get("/invoices/payments").await.ok().has("A-2").has("Nenoņemts 1 brīdinājums");
    // The alert's id stands in the form of somebody who may clear it.
    let mut head = w.head().await;
    let card = head.get(&href).await.ok().text();
    let alert = card.split(&format!("action=\"{href}/alerts/")).nth(1).unwrap().split('"').next().unwrap().to_owned();
    let path = format!("{href}/alerts/{alert}");
    let own = accountant.post(&path, &[("clear_ground", "Viss kārtībā")]).await;
    assert_eq!(own.status.as_u16(), 422);
    own.has("Vajadzīgs cits cilvēks");
    assert_eq!(head.post(&path, &[("clear_ground", "")]).await.status.as_u16(), 422);
    assert_eq!(head.post(&path, &[("clear_ground", "Piezvanīju uz līguma tālruni")]).await.location(), href);
    accountant.get("/invoices/payments").await.ok().has("A-2").has_not("Nenoņemts 1 brīdinājums");
    // From now on the account is known.
    let third = Made { iban: Some(account_of(999)), ..w.made(1, "A-3", 70).await };
    let href = receive(&mut accountant, &third).await;
    accountant.get(&href).await.ok().has_not("Piegādātājam cits konts");
}

#[tokio::test]
async fn duplicates_exact_and_fuzzy_are_pointed_at() {
    let w = world().await;
    let mut accountant = w.accountant().await;
    receive(&mut accountant, &w.made(1, "AB-0012", 100).await).await;
    let same = Made { supplier_name: "SIA Piegādātājs Viens".into(), ..w.made(1, "ab-0012", 101).await };
    let href = receive(&mut accountant, &same).await;
    accountant.get(&href).await.ok().has("Tāds pats numurs jau ir: AB-0012");
    let written = receive(&mut accountant, &w.made(1, "AB 0012", 100).await).await;
    accountant.get(&written).await.ok().has("Tas pats numurs citā pierakstā");
    let other = receive(&mut accountant, &w.made(2, "AB-0012", 100).await).await;
    accountant.get(&other).await.ok().has_not("Iespējams dublikāts");
}

#[tokio::test]
async fn a_wrong_buyer_is_named() {
    let w = world().await;
    let mut accountant = w.accountant().await;
    let buyer = latvian::ids::RegistrationNumber::demo(400_000).formatted();
    let m = Made { buyer, buyer_name: "Cita pašvaldība".into(), ..w.made(1, "A-1", 100).await };
    let href = receive(&mut accountant, &m).await;
    accountant.get(&href).await.ok().has("Pircējs nav mūsu iestāde").has("Cita pašvaldība");
}

#[tokio::test]
async fn a_credit_note_is_tied_to_its_invoice_and_takes_it_back() {
    let w = world().await;
    let mut accountant = w.accountant().await;
    let invoice = receive(&mut accountant, &w.made(1, "A-1", 100).await).await;
    assert_eq!(code(&mut accountant, &invoice, "121,00").await.location(), invoice);
    w.approve_all().await;
    let credit = Made { corrects: Some("A-1".into()), ..w.made(1, "K-1", 40).await };
    let credit = receive(&mut accountant, &credit).await;
    let id = invoice.rsplit('/').next().unwrap();
    accountant.get(&credit).await.ok().has("Kredītrēķins K-1").has("A-1");
    assert_eq!(w.count("documents.link").await, 1);
    assert_eq!(code(&mut accountant, &credit, "48,40").await.location(), credit);
    w.approve_all().await;
    accountant.get(&credit).await.ok().has("Ieskaitīts");
    accountant.get("/invoices/payments").await.ok().has(id).has("72,60");
    let rest = Made { corrects: Some("A-1".into()), ..w.made(1, "K-2", 60).await };
    let rest = receive(&mut accountant, &rest).await;
    assert_eq!(code(&mut accountant, &rest, "72,60").await.location(), rest);
    w.approve_all().await;
    accountant.get(&invoice).await.ok().has("Ieskaitīts");
    accountant.get("/invoices/payments").await.ok().has_not(id);
}
