//! What the kernel does by the clock.

use testkit::House;

async fn count(house: &House, sql: &'static str) -> i64 {
    let mut tx = house.kernel.db().begin(Some(house.tenant), true).await.unwrap();
    let (n,): (i64,) = sqlx::query_as(sql).fetch_one(tx.conn()).await.unwrap();
    tx.commit().await.unwrap();
    n
}

async fn run(house: &House, sql: &'static str, days_ago: i64) {
    let mut tx = house.kernel.db().begin(Some(house.tenant), false).await.unwrap();
    let at = house.clock.now() - chrono::Duration::days(days_ago);
    let id = house.kernel.new_uuid(&house.clock);
    sqlx::query(sql).bind(house.tenant).bind(at).bind(id).execute(tx.conn()).await.unwrap();
    tx.commit().await.unwrap();
}

/// Runs what the clock asks for.
async fn tick(house: &House) -> jobs::Ran {
    jobs::run_schedules(&house.kernel, &house.app.jobs()).await.unwrap();
    house.run_jobs().await
}

#[tokio::test]
async fn what_has_had_its_day_is_swept_and_the_rest_stays() {
    let house = House::open(vec![novads_web::chores()], |_| {}).await;
    for days_ago in [1, 10] {
        run(&house, "insert into kernel.submission (tenant_id, id, at, location) values ($1, $3, $2, '/x')", days_ago)
            .await;
        run(
            &house,
            "insert into kernel.job (id, tenant_id, kind, payload, state, run_at, finished_at)
             values ($3, $1, 'x', '{}', 'done', $2, $2)",
            days_ago,
        )
        .await;
        run(
            &house,
            "insert into kernel.job (id, tenant_id, kind, payload, state, run_at) values ($3, $1, 'x', '{}', 'dead', $2)",
            days_ago,
        )
        .await;
        run(
            &house,
            "insert into kernel.throttle (key, failures, last_at) select $3::text, 3, $2 where $1::uuid is not null",
            days_ago,
        )
        .await;
    }
    assert_eq!(tick(&house).await, jobs::Ran { done: 2, failed: 0 });
    assert_eq!(count(&house, "select count(*) from kernel.submission").await, 1);
    assert_eq!(count(&house, "select count(*) from kernel.job where kind = 'x' and state = 'done'").await, 1);
    assert_eq!(count(&house, "select count(*) from kernel.job where kind = 'x' and state = 'dead'").await, 2);
    assert_eq!(count(&house, "select count(*) from kernel.throttle").await, 1);

    // Not again in the same slot, and again in the next.
    assert_eq!(tick(&house).await, jobs::Ran::default());
    house.clock.set(house.clock.now() + chrono::Duration::minutes(5));
    assert_eq!(tick(&house).await.done, 1, "the trail is sealed every five minutes");
    let sealed = novads_web::platform::last_sealed(&house.kernel).await.unwrap();
    assert_eq!(sealed, Some(house.clock.now()));
}
