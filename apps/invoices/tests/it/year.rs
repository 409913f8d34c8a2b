//! The made-up year, and that it may be run again.

use novads_invoices::life::life_steps;

use crate::world::world;

#[tokio::test]
async fn a_month_is_lived_through_and_again_changes_nothing() {
    let w = world().await;
    let steps = life_steps();
    let run = async |name: &str| {
        let step = steps.iter().find(|(n, _)| *n == name).unwrap().1;
        step(w.house.op()).await.unwrap();
    };
    run("invoices: last month").await;
    run("invoices: this month").await;
    let of = async |state: &str| -> i64 {
        let mut read = w.house.op().read().await.unwrap();
        sqlx::query_scalar("select count(*) from invoices.invoice where tenant_id = $1 and state = $2")
            .bind(w.house.tenant)
            .bind(state)
            .fetch_one(read.conn())
            .await
            .unwrap()
    };
    let all = w.count("invoices.invoice").await;
    assert!(all >= 4 * 5, "{all} invoices");
    assert!(of("paid").await * 2 > all, "{} of {all} are paid", of("paid").await);
    run("invoices: what waits").await;
    assert!(of("coding").await > 0 && of("broken").await > 0 && of("approval").await > 0);
    let after = [w.count("invoices.invoice").await, w.count("invoices.payment").await, w.count("invoices.entry").await];
    for name in ["invoices: last month", "invoices: this month", "invoices: what waits"] {
        run(name).await;
    }
    let again = [w.count("invoices.invoice").await, w.count("invoices.payment").await, w.count("invoices.entry").await];
    assert_eq!(after, again);
    let mut accountant = w.accountant().await;
    accountant.get("/invoices").await.ok().has("SIA „");
    accountant.get("/invoices/payments").await.ok().has("NOV-2026");
    accountant.get("/invoices/bank").await.ok().has("Pamatbudžets");
}
