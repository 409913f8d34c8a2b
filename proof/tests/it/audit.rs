use crate::world;

/// Tenant tables whose rows are not changes of their own: the trail itself, and the seal over it.
const THE_TRAIL: [&str; 2] = ["kernel.audit", "kernel.audit_seal"];

/// Who may open a transaction that no operation stands behind: the door itself, the queue, and what is about
/// sessions and municipalities rather than about anything in one.
const DOORKEEPERS: [&str; 8] = [
    "kernel/db/src/",
    "kernel/op/src/",
    "kernel/jobs/src/",
    "kernel/web/src/auth.rs",
    "kernel/web/src/chores.rs",
    "kernel/web/src/identity.rs",
    "kernel/web/src/platform.rs",
    "server/src/backup/",
];

#[test]
fn nobody_goes_around_the_door() {
    let mut wrong = Vec::new();
    for (path, text) in crate::sources() {
        let place = path.strip_prefix(crate::root()).unwrap().display().to_string();
        if DOORKEEPERS.iter().any(|d| place.starts_with(d)) {
            continue;
        }
        for (n, line) in text.lines().enumerate() {
            // Reading whether the database answers is not going around anything.
            let around = line.contains("db().begin(") && !line.contains("begin(None, true)");
            let own = line.contains("PgPool") || line.contains("PgConnection::connect");
            if around || own {
                wrong.push(format!("{place}:{}", n + 1));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[tokio::test]
async fn every_row_was_written_by_a_transaction_that_says_so_in_the_trail() {
    let world = world::build(true).await;
    let house = &world.house;
    let mut read = house.op().read().await.unwrap();
    let tables: Vec<(String,)> = sqlx::query_as(
        "select c.oid::regclass::text from pg_class c
         where c.relkind in ('r', 'p') and not c.relispartition
           and obj_description(c.oid, 'pg_class') like 'tenant%' and has_table_privilege(c.oid, 'SELECT')
         order by 1",
    )
    .fetch_all(read.conn())
    .await
    .unwrap();
    let (mut silent, mut full) = (Vec::new(), 0);
    for (table,) in tables.iter().filter(|(t,)| !THE_TRAIL.contains(&t.as_str())) {
        let (rows, unsaid): (i64, i64) = sqlx::query_as(sqlx::AssertSqlSafe(format!(
            "select count(*), count(*) filter (where not exists (
               select from kernel.audit a
               where a.tenant_id = $1 and (a.xact::text::numeric % 4294967296)::text = t.xmin::text))
             from {table} t where t.tenant_id = $1"
        )))
        .bind(house.tenant)
        .fetch_one(read.conn())
        .await
        .unwrap_or_else(|e| panic!("{table}: {e}"));
        full += usize::from(rows > 0);
        if unsaid > 0 {
            silent.push(format!("{table}: {unsaid} of {rows} rows"));
        }
    }
    assert!(full > 25, "only {full} tables have rows: does the world still live?");
    assert!(silent.is_empty(), "changed by transactions that left no audit row: {silent:#?}");
}
