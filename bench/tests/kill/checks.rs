//! What must hold afterwards.

use std::{
    collections::HashSet,
    path::Path,
    time::{Duration, Instant},
};

use db::cluster::{Cluster, Options};
use novads_server::house;
use sqlx::{Connection as _, PgConnection};
use uuid::Uuid;

use crate::{
    load::Seen,
    town::{self, Town},
};

/// Looks at everything, in the cluster as the load left it.
pub async fn all(data: &Path, town: &Town, seen: &Seen) {
    let cluster = Cluster::open(data, &Options::default()).await.unwrap();
    assert!(cluster.is_owner(), "nobody else runs it any more");
    let mut conn = PgConnection::connect(&cluster.owner_url()).await.unwrap();
    everything(&cluster, &mut conn, town, seen).await;
    tampered(&cluster, &mut conn, town).await;
    conn.close().await.unwrap();
    cluster.destroy().await.unwrap();
}

/// What was found.
pub struct Found {
    /// Numbers in all registers.
    pub numbers: i64,
    /// Rows of the audit trail.
    pub audited: i64,
    /// Its seals.
    pub seals: usize,
    /// Jobs that were left when the load ended, all done since.
    pub jobs: i64,
}

/// Looks at everything, and leaves the cluster for the next blow.
pub async fn between(data: &Path, town: &Town, seen: &Seen) -> Found {
    let cluster = Cluster::open(data, &Options::default()).await.unwrap();
    assert!(cluster.is_owner(), "nobody else runs it any more");
    let mut conn = PgConnection::connect(&cluster.owner_url()).await.unwrap();
    let found = everything(&cluster, &mut conn, town, seen).await;
    conn.close().await.unwrap();
    cluster.stop().await.unwrap();
    found
}

async fn everything(cluster: &Cluster, conn: &mut PgConnection, town: &Town, seen: &Seen) -> Found {
    there(conn, town, seen).await;
    let numbers = registers(conn).await;
    whole(conn).await;
    let jobs = queue(cluster, conn).await;
    let report = audit(cluster, town).await;
    Found { numbers, audited: i64::try_from(report.rows).unwrap(), seals: usize::try_from(report.seals).unwrap(), jobs }
}

async fn ids(conn: &mut PgConnection, sql: &'static str) -> Vec<Uuid> {
    let rows: Vec<(Uuid,)> = sqlx::query_as(sql).fetch_all(conn).await.unwrap();
    rows.into_iter().map(|(id,)| id).collect()
}

async fn none(conn: &mut PgConnection, what: &str, sql: &'static str) {
    let rows: Vec<(String,)> = sqlx::query_as(sql).fetch_all(conn).await.unwrap();
    assert!(rows.is_empty(), "{what}: {rows:?}");
}

/// Whatever was confirmed exists, and once.
async fn there(conn: &mut PgConnection, town: &Town, seen: &Seen) {
    let there: HashSet<Uuid> = ids(conn, "select id from workflow.application").await.into_iter().collect();
    let lost: Vec<_> = seen.applications.iter().filter(|a| !a.parse().is_ok_and(|id| there.contains(&id))).collect();
    assert!(lost.is_empty(), "confirmed applications that are gone: {lost:?}");
    let done: HashSet<Uuid> =
        ids(conn, "select id from workflow.task where state = 'done'").await.into_iter().collect();
    let lost: Vec<_> = seen.tasks.iter().filter(|t| !t.parse().is_ok_and(|id| done.contains(&id))).collect();
    assert!(lost.is_empty(), "confirmed steps that are not taken: {lost:?}");
    none(
        conn,
        "one form, sent again, made two applications",
        "select applicant_id::text from workflow.application group by applicant_id having count(*) > 1",
    )
    .await;
    assert!(there.len() <= town.employees.len());
}

/// No register has a gap or a number twice, and every counter stands at its last number.
async fn registers(conn: &mut PgConnection) -> i64 {
    none(
        conn,
        "registers with a gap or a double",
        "select coalesce(r.register_id, c.register_id)::text || ': ' || coalesce(r.n, 0) || ' entries up to ' || coalesce(r.top, 0)
                || ', counter at ' || coalesce(c.last, 0)
         from (select tenant_id, register_id, institution_id, year, count(*) as n, count(distinct seq) as different, min(seq) as low, max(seq) as top
               from documents.registration group by 1, 2, 3, 4) r
         full join documents.counter c using (tenant_id, register_id, institution_id, year)
         where r.n is distinct from r.top or r.different is distinct from r.n or r.low is distinct from 1 or c.last is distinct from r.top",
    )
    .await;
    let (numbers,): (i64,) =
        sqlx::query_as("select count(*) from documents.registration").fetch_one(conn).await.unwrap();
    assert!(numbers > 0, "nothing was registered");
    numbers
}

/// Everything that belongs together is there together.
async fn whole(conn: &mut PgConnection) {
    let together = [
        (
            "applications without their document, its number or their route",
            "select a.id::text from workflow.application a
             left join documents.document d on d.tenant_id = a.tenant_id and d.id = a.document_id
             left join documents.registration n on n.tenant_id = a.tenant_id and n.document_id = a.document_id
             left join workflow.route r on r.tenant_id = a.tenant_id and r.id = a.route_id
             where d.id is null or n.id is null or r.id is null",
        ),
        (
            "running routes without an open task, or ended ones with one",
            "select r.id::text from workflow.route r
             where (r.state = 'running') <> exists (
               select from workflow.task t where t.tenant_id = r.tenant_id and t.route_id = r.id and t.state = 'open')",
        ),
        (
            "approved applications without an order",
            "select a.id::text from workflow.application a where a.state = 'approved' and not exists (
               select from personnel.personnel_order o where o.tenant_id = a.tenant_id and o.application_id = a.id)",
        ),
        (
            "signed orders without a number or a booked absence",
            "select o.id::text from personnel.personnel_order o where o.state = 'signed' and (o.number is null or not exists (
               select from documents.registration n where n.tenant_id = o.tenant_id and n.document_id = o.document_id and n.number = o.number)
               or not exists (select from personnel.absence b where b.tenant_id = o.tenant_id and b.order_id = o.id and b.state = 'booked'))",
        ),
        (
            "accounts that are not the sum of their ledger",
            "select a.id::text from personnel.account a where a.annual_days <> coalesce((
               select sum(l.days) from personnel.leave_ledger l
               where l.tenant_id = a.tenant_id and l.person_id = a.id and l.kind = 'annual'), 0)",
        ),
        (
            "documents that cannot be found by their words",
            "select d.id::text from documents.document d where not exists (
               select from documents.search s where s.tenant_id = d.tenant_id and s.document_id = d.id)",
        ),
        (
            "applications that the audit trail does not know",
            "select a.id::text from workflow.application a where not exists (
               select from kernel.audit u where u.tenant_id = a.tenant_id and u.action = 'workflow.application.file' and a.id = any(u.subjects))",
        ),
    ];
    for (what, sql) in together {
        none(conn, what, sql).await;
    }
}

/// The queue runs empty, and nothing was set aside.
async fn queue(cluster: &Cluster, conn: &mut PgConnection) -> i64 {
    // What the dead were working on is free when their lease has run out: here its time has come.
    sqlx::query("update kernel.job set lease_until = lease_until - interval '1 hour' where state = 'running'")
        .execute(&mut *conn)
        .await
        .unwrap();
    let (waiting,): (i64,) = sqlx::query_as("select count(*) from kernel.job where state in ('ready', 'running')")
        .fetch_one(&mut *conn)
        .await
        .unwrap();
    let kernel = town::kernel(&cluster.server_url()).await;
    let jobs: Vec<jobs::JobDef> = house::modules().iter().flat_map(|m| m.jobs.iter().copied()).collect();
    let until = Instant::now() + Duration::from_secs(20);
    loop {
        jobs::drain(&kernel, &jobs).await.unwrap();
        let left: Vec<(String, String)> = sqlx::query_as(
            "select kind, state from kernel.job where state in ('ready', 'running', 'dead') and run_at <= $1",
        )
        .bind(kernel.clock().now())
        .fetch_all(&mut *conn)
        .await
        .unwrap();
        if left.is_empty() {
            break;
        }
        assert!(Instant::now() < until && left.iter().all(|(_, state)| state != "dead"), "left in the queue: {left:?}");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    kernel.db().close().await;
    waiting
}

/// The trail matches its seals, those that were there before the blow included.
async fn audit(cluster: &Cluster, town: &Town) -> op::SealReport {
    let kernel = town::kernel(&cluster.server_url()).await;
    op::seal(&kernel, town.tenant).await.unwrap();
    let report = op::verify(&kernel, town.tenant).await.unwrap();
    assert!(report.seals > 0 && report.rows > 0 && report.open == 0, "{report:?}");
    kernel.db().close().await;
    report
}

/// A change of the trail would show.
async fn tampered(cluster: &Cluster, conn: &mut PgConnection, town: &Town) {
    let kernel = town::kernel(&cluster.server_url()).await;
    sqlx::query("update kernel.audit set action = 'x' where id = (select max(id::text)::uuid from kernel.audit)")
        .execute(conn)
        .await
        .unwrap();
    assert!(op::verify(&kernel, town.tenant).await.is_err(), "a changed row went unnoticed");
    kernel.db().close().await;
}
