use novads_server::house;
use sqlx::{AssertSqlSafe, Connection as _, FromRow, PgConnection};
use testkit::Database;

#[derive(FromRow, Debug)]
struct Table {
    name: String,
    class: String,
    secured: bool,
    policy: bool,
    owner: String,
}

async fn open() -> (PgConnection, Database, String) {
    let database = Database::slot(&house::migrations()).await;
    let conn = PgConnection::connect(&database.url).await.unwrap();
    let schemas = house::migrations().iter().map(|m| format!("'{}'", m.schema)).collect::<Vec<_>>().join(",");
    (conn, database, schemas)
}

async fn strings(conn: &mut PgConnection, sql: String) -> Vec<String> {
    let rows: Vec<(String,)> = sqlx::query_as(AssertSqlSafe(sql)).fetch_all(conn).await.unwrap();
    rows.into_iter().map(|(s,)| s).collect()
}

#[tokio::test]
async fn every_table_has_its_class_and_is_secured_by_it() {
    let (mut conn, _database, schemas) = open().await;
    let tables: Vec<Table> = sqlx::query_as(AssertSqlSafe(format!(
        "select n.nspname || '.' || c.relname as name,
                split_part(coalesce(obj_description(c.oid, 'pg_class'), ''), ':', 1) as class,
                c.relrowsecurity and c.relforcerowsecurity as secured,
                exists (select from pg_policy p where p.polrelid = c.oid) as policy,
                pg_get_userbyid(c.relowner) as owner
         from pg_class c join pg_namespace n on n.oid = c.relnamespace
         where n.nspname in ({schemas}) and c.relkind in ('r', 'p') and not c.relispartition and c.relname <> 'migration'"
    )))
    .fetch_all(&mut conn)
    .await
    .unwrap();
    assert!(tables.len() > 30, "{} tables", tables.len());
    for t in &tables {
        match t.class.as_str() {
            "tenant" | "tenant append-only" => assert!(t.secured && t.policy, "{} is not secured", t.name),
            "shared" | "platform" => {}
            "search" => assert_eq!(t.owner, "novads_search", "{}", t.name),
            other => panic!("{} has class “{other}”", t.name),
        }
    }
    // The search tables are the one exception; who adds another has to say why here.
    let search: Vec<&str> = tables.iter().filter(|t| t.class == "search").map(|t| t.name.as_str()).collect();
    assert_eq!(search, ["documents.search"]);
}

#[tokio::test]
async fn the_server_owns_nothing_and_may_only_what_it_must() {
    let (mut conn, _database, schemas) = open().await;
    let owned = strings(&mut conn, "select c.relname::text from pg_class c join pg_roles r on r.oid = c.relowner where r.rolname = 'novads_server'".into()).await;
    assert!(owned.is_empty(), "{owned:?}");
    let appendable = strings(
        &mut conn,
        format!(
            "select c.oid::regclass::text from pg_class c join pg_namespace n on n.oid = c.relnamespace
             where n.nspname in ({schemas}) and not c.relispartition
               and split_part(coalesce(obj_description(c.oid, 'pg_class'), ''), ':', 1) in ('tenant append-only', 'shared', 'search')
               and (has_table_privilege('novads_server', c.oid, 'UPDATE') or has_table_privilege('novads_server', c.oid, 'DELETE'))"
        ),
    )
    .await;
    assert!(appendable.is_empty(), "{appendable:?}");
    let (superuser, bypass): (bool, bool) =
        sqlx::query_as("select rolsuper, rolbypassrls from pg_roles where rolname = 'novads_server'")
            .fetch_one(&mut conn)
            .await
            .unwrap();
    assert!(!superuser && !bypass);
}

#[tokio::test]
async fn keys_of_tenant_tables_lead_with_the_tenant() {
    let (mut conn, _database, schemas) = open().await;
    // Primary and unique keys, and foreign keys to tenant tables, all carry tenant_id.
    let wrong = strings(
        &mut conn,
        format!(
            "select c.oid::regclass::text || '.' || k.conname from pg_constraint k
             join pg_class c on c.oid = k.conrelid join pg_namespace n on n.oid = c.relnamespace
             where n.nspname in ({schemas}) and not c.relispartition
               and obj_description(c.oid, 'pg_class') like 'tenant%'
               and (k.contype in ('p', 'u') or (k.contype = 'f' and obj_description(k.confrelid, 'pg_class') like 'tenant%'))
               and not exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'tenant_id' and a.attnum = any(k.conkey))"
        ),
    )
    .await;
    assert!(wrong.is_empty(), "{wrong:#?}");
    let wrong = strings(
        &mut conn,
        format!(
            "select c.oid::regclass::text from pg_class c join pg_namespace n on n.oid = c.relnamespace
             where n.nspname in ({schemas}) and c.relkind in ('r', 'p') and not c.relispartition
               and obj_description(c.oid, 'pg_class') like 'tenant%'
               and not exists (select from pg_index i join pg_attribute a on a.attrelid = c.oid and a.attnum = i.indkey[0]
                               where i.indrelid = c.oid and i.indisprimary and a.attname = 'tenant_id')"
        ),
    )
    .await;
    assert!(wrong.is_empty(), "primary keys: {wrong:#?}");
}

#[tokio::test]
async fn every_foreign_key_is_indexed() {
    let (mut conn, _database, schemas) = open().await;
    // Some index begins with the key's columns, in any order (the tenant alone is led by every primary key).
    let wrong = strings(
        &mut conn,
        format!(
            "select c.oid::regclass::text || '.' || k.conname from pg_constraint k
             join pg_class c on c.oid = k.conrelid join pg_namespace n on n.oid = c.relnamespace
             where n.nspname in ({schemas}) and not c.relispartition and k.contype = 'f'
               and not exists (
                 select from pg_index i where i.indrelid = c.oid
                   and (i.indkey::int2[])[0:cardinality(k.conkey) - 1] @> k.conkey
                   and (i.indkey::int2[])[0:cardinality(k.conkey) - 1] <@ k.conkey)"
        ),
    )
    .await;
    // The queue has one index; municipalities are never deleted under it.
    let wrong: Vec<_> = wrong.into_iter().filter(|k| k != "kernel.job.job_tenant_id_fkey").collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[tokio::test]
async fn hot_tables_have_few_indexes() {
    let (mut conn, _database, _) = open().await;
    // The tasks' third holds only open tasks without a route: a step of a route writes two.
    let most_of = [
        ("documents.document", 4),
        ("documents.registration", 4),
        ("workflow.task", 3),
        ("kernel.history", 1),
        ("kernel.audit", 1),
        ("kernel.job", 1),
    ];
    for (table, most) in most_of {
        let sql = "select count(*) from pg_index where indrelid = $1::regclass and not indisprimary";
        let (n,): (i64,) = sqlx::query_as(sql).bind(table).fetch_one(&mut conn).await.unwrap();
        assert!(n <= most, "{table} has {n} secondary indexes, more than {most}");
    }
}
