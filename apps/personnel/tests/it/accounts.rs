use novads_personnel::usecases;
use rust_decimal::Decimal;
use testkit::at;

use crate::world::{file_annual, take, world};

#[tokio::test]
async fn months_accrue_once_and_the_year_carries_over() {
    let w = world().await;
    let person = w.demo.people.manager;
    let op = w.house.op();
    assert!(usecases::close_months(&op).await.unwrap() > 0);
    let november = w.balance(person).await;
    assert!(november > Decimal::ZERO);
    assert_eq!(usecases::close_months(&op).await.unwrap(), 0, "a second time books nothing");
    w.house.clock.set(at(2027, 2, 3, 3));
    usecases::close_months(&w.house.op()).await.unwrap();
    let february = w.balance(person).await;
    let grown = february - november;
    assert!((grown - Decimal::from(7)).abs() < Decimal::new(1, 2), "three months are seven days: {grown}");
    let mut read = w.house.op().read().await.unwrap();
    let ledger = novads_personnel::store::ledger(read.conn(), w.house.tenant, person).await.unwrap();
    let carried: Decimal = ledger.iter().filter(|l| l.entry == "carry-over").map(|l| l.days).sum();
    assert_eq!((ledger.iter().filter(|l| l.entry == "carry-over").count(), carried), (2, Decimal::ZERO));
}

#[tokio::test]
async fn hr_corrects_a_balance_with_a_reason() {
    let w = world().await;
    let person = w.demo.people.employee;
    let mut hr = w.hr().await;
    let href = format!("/personnel/employees/{person}/balance");
    let form = hr.get(&href).await.ok();
    let version = form.input("version").unwrap();
    let submit = form.input("submit_id").unwrap();
    let wrong = hr.post(&href, &[("days", "daudz"), ("reason", ""), ("version", &version)]).await;
    assert_eq!(wrong.status.as_u16(), 422);
    wrong.has("daudz").has("Ierakstiet dienu skaitu");
    let fields = [("days", "2,5"), ("reason", "Pārrēķins"), ("version", &*version), ("submit_id", &*submit)];
    hr.post(&href, &fields).await.location();
    hr.post(&href, &fields).await.location();
    assert_eq!(w.balance(person).await, Decimal::new(25, 1), "twice is once");
    let mut stale = fields;
    stale[3].1 = "00000000-0000-0000-0000-000000000009";
    assert_eq!(hr.post(&href, &stale).await.status.as_u16(), 409);
    hr.get(&format!("/personnel/employees/{person}?tab=leave")).await.ok().has("Pārrēķins").has("Labojums");
    let mut employee = w.employee().await;
    assert_eq!(employee.get(&href).await.status.as_u16(), 403, "nobody corrects their own");
}

#[tokio::test]
async fn the_calendar_shows_who_is_away_and_who_asks() {
    let w = world().await;
    file_annual(&mut w.employee().await, "07.12.2026.", "20.12.2026.").await;
    let mut manager = w.manager().await;
    manager.get("/absences?month=2026-12").await.ok().has("A?").has("07.12.2026. – 20.12.2026., lūgts");
    take(&mut manager, "done", "").await;
    crate::world::sign(&w).await;
    let page = manager.get("/absences?month=2026-12").await.ok().text();
    assert_eq!(page.matches("title=\"ikgadējais atvaļinājums 07.12.2026. – 20.12.2026.\"").count(), 14);
    manager.get("/absences?month=2026-11").await.ok().has_not("07.12.2026.");
    let other = w.demo.institutions[2];
    assert_eq!(manager.get(&format!("/absences?unit={other}")).await.status.as_u16(), 404);
}

#[tokio::test]
async fn others_data_leave_a_trace() {
    let w = world().await;
    let person = w.demo.people.employee;
    w.hr().await.get(&format!("/personnel/employees/{person}?tab=data")).await.ok();
    let mut read = w.house.op().read().await.unwrap();
    let (n,): (i64,) = sqlx::query_as(
        "select count(*) from kernel.audit where tenant_id = $1 and action = 'personnel.employee.view' and $2 = any(subjects)",
    )
    .bind(w.house.tenant)
    .bind(person)
    .fetch_one(read.conn())
    .await
    .unwrap();
    assert_eq!(n, 1);
}
