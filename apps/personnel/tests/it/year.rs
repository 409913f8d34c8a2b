use std::collections::BTreeMap;

use novads_personnel::life::life_steps;

use crate::world::{World, task, world};

async fn run(w: &World) {
    for (name, step) in life_steps() {
        step(w.house.op()).await.unwrap_or_else(|e| panic!("{name}: {e}"));
    }
}

/// How many of each there are.
async fn counts(w: &World) -> BTreeMap<String, i64> {
    let mut read = w.house.op().read().await.unwrap();
    let rows: Vec<(String, i64)> = sqlx::query_as(
        "select 'application ' || state, count(*) from workflow.application where tenant_id = $1 group by 1
         union all select 'order ' || kind || ' ' || state, count(*) from personnel.personnel_order where tenant_id = $1 group by 1
         union all select 'absence ' || state, count(*) from personnel.absence where tenant_id = $1 group by 1
         union all select 'entry ' || entry, count(*) from personnel.leave_ledger where tenant_id = $1 group by 1
         union all select 'task ' || kind || ' ' || state, count(*) from workflow.task where tenant_id = $1 group by 1
         union all select 'certificates', count(*) from personnel.letter where tenant_id = $1",
    )
    .bind(w.house.tenant)
    .fetch_all(read.conn())
    .await
    .unwrap();
    rows.into_iter().collect()
}

#[tokio::test]
async fn a_year_of_a_municipality() {
    let w = world().await;
    // Whoever can sign in has something waiting.
    let (mut employee, mut manager) = (w.employee().await, w.manager().await);
    let (mut hr, mut head) = (w.hr().await, w.head().await);
    run(&w).await;
    let first = counts(&w).await;
    println!("{first:#?}");
    let sum = |prefix: &str| first.iter().filter(|(k, _)| k.starts_with(prefix)).map(|(_, n)| n).sum::<i64>();
    assert!(sum("application") > 40 && sum("order") > 40, "sixty people of a year");
    assert!(sum("order pay-change signed") > 5 && sum("order hire signed") > 2);
    for client in [&mut manager, &mut hr, &mut head] {
        task(client).await;
    }
    employee.get("/applications").await.ok().has("Atgriezts");

    // Balances are the sums of their ledgers, and no day is taken twice.
    let mut read = w.house.op().read().await.unwrap();
    let wrong: Vec<(uuid::Uuid,)> = sqlx::query_as(
        "select a.id from personnel.account a where a.tenant_id = $1 and a.annual_days <> coalesce(
           (select sum(days) from personnel.leave_ledger l where l.tenant_id = $1 and l.person_id = a.id and l.kind = 'annual'), 0)
         union select x.id from personnel.absence x join personnel.absence y on y.tenant_id = $1 and y.person_id = x.person_id
           and y.id <> x.id and y.first_day <= x.last_day and y.last_day >= x.first_day
         where x.tenant_id = $1 and x.state in ('reserved', 'booked') and y.state in ('reserved', 'booked')",
    )
    .bind(w.house.tenant)
    .fetch_all(read.conn())
    .await
    .unwrap();
    assert_eq!(wrong, []);
    drop(read);

    run(&w).await;
    assert_eq!(counts(&w).await, first, "a second time changes nothing");
}

/// The demonstration's own size; run by hand to see how long it takes.
#[tokio::test]
#[ignore = "takes a minute"]
async fn a_year_of_six_hundred() {
    let w = crate::world::world_of_size(true, parties::life::Plan::default()).await;
    let started = std::time::Instant::now();
    for (name, step) in life_steps() {
        step(w.house.op()).await.unwrap_or_else(|e| panic!("{name}: {e}"));
        println!("{name}: {:?}", started.elapsed());
    }
    println!("{:#?}", counts(&w).await);
    let jobs = std::time::Instant::now();
    println!("{:?} in {:?}", w.house.run_jobs().await, jobs.elapsed());
}
