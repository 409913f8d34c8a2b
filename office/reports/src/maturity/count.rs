//! Counting what maturity is measured by: the reports' own figures, and a few that no report has.

use op::{Op, OpError};
use sqlx::{FromRow, PgConnection};
use types::UnitId;

use super::{Counts, Rates};
use crate::{Reports, model::Ask};

#[derive(Clone, Copy, Debug, FromRow)]
struct Own {
    institutions: i64,
    registering: i64,
    documents: i64,
    electronic: i64,
    applications: i64,
    self_service: i64,
    active: i64,
}

const OWN: &str = db::sql!(
    "select
       (select count(*) from parties.unit u
        where u.tenant_id = $1 and u.kind = 'institution' and u.valid_from < $3
          and (u.valid_to is null or u.valid_to >= $2) and ($4::uuid[] is null or u.id = any($4))) as institutions,
       d.registering, d.documents, d.electronic, a.applications, a.self_service,
       (select count(distinct p.person) from (
          select r.registered_by as person from documents.registration r
          where r.tenant_id = $1 and r.registered_on >= $2 and r.registered_on < $3
            and ($4::uuid[] is null or r.institution_id = any($4)) and r.registered_by is not null
          union
          select f.applicant_id from workflow.application f
          where f.tenant_id = $1 and f.filed_on >= $2 and f.filed_on < $3 and f.channel = 'self-service'
            and ($4::uuid[] is null or f.institution_id = any($4))
          union
          select t.done_by from workflow.task t
          join workflow.route w on w.tenant_id = $1 and w.id = t.route_id
          where t.tenant_id = $1 and t.done_at >= $5 and t.done_at < $6 and t.done_by is not null
            and ($4::uuid[] is null or w.institution_id = any($4))) p) as active
     from
       (select count(distinct r.institution_id) as registering, count(distinct r.document_id) as documents,
               count(distinct r.document_id) filter (where o.medium = 'electronic') as electronic
        from documents.registration r join documents.document o on o.tenant_id = $1 and o.id = r.document_id
        where r.tenant_id = $1 and r.registered_on >= $2 and r.registered_on < $3
          and ($4::uuid[] is null or r.institution_id = any($4))) d,
       (select count(*) as applications, count(*) filter (where channel = 'self-service') as self_service
        from workflow.application
        where tenant_id = $1 and filed_on >= $2 and filed_on < $3
          and ($4::uuid[] is null or institution_id = any($4))) a"
);

/// Counts a municipality, or the institutions of it that are asked for.
pub(crate) async fn counts(op: &Op, ask: &Ask) -> Result<Counts, OpError> {
    let reports = op.kernel().extension::<Reports>().cloned().unwrap_or_default();
    let mut read = op.read().await?;
    let own: Own = sqlx::query_as(OWN)
        .bind(ask.tenant)
        .bind(ask.first())
        .bind(ask.until())
        .bind(&ask.institutions)
        .bind(types::start_of_day(ask.first()))
        .bind(types::start_of_day(ask.until()))
        .fetch_one(read.conn())
        .await?;
    let mut c = Counts {
        institutions: own.institutions,
        registering: own.registering,
        documents: own.documents,
        electronic: own.electronic,
        active: own.active,
        applications: own.applications,
        self_service: own.self_service,
        ..Counts::default()
    };
    let conn = read.conn();
    let [nino, sopa, gvedis, kadri] =
        figures(conn, &reports, ask, "dms-documents", ["from_nino", "from_sopa", "from_gvedis", "from_kadri"]).await?;
    c.exchanged = nino + sopa + gvedis + kadri;
    let names = ["institutions", "average_employees", "employees_applying", "applications_approved_electronically"];
    [c.serving, c.employees, c.applying, c.approved] =
        figures(conn, &reports, ask, "employee-applications", names).await?;
    [c.orders, c.signed] =
        figures(conn, &reports, ask, "personnel-orders", ["orders", "orders_signed_electronically"]).await?;
    let names = ["invoices_received", "e_invoices", "invoices_approved_electronically"];
    [c.invoices, c.structured, c.invoices_approved] = figures(conn, &reports, ask, "invoices", names).await?;
    Ok(c)
}

/// What the municipality is called.
pub(crate) async fn name(op: &Op) -> Result<String, OpError> {
    let mut read = op.read().await?;
    let name: Option<String> = sqlx::query_scalar(db::sql!("select name from kernel.tenant where id = $1"))
        .bind(op.tenant())
        .fetch_optional(read.conn())
        .await?;
    Ok(name.unwrap_or_default())
}

/// What a report says of all that is asked for together; zero where there is no such report.
async fn figures<const N: usize>(
    conn: &mut PgConnection,
    reports: &Reports,
    ask: &Ask,
    name: &str,
    columns: [&str; N],
) -> sqlx::Result<[i64; N]> {
    let Some(report) = reports.get(name) else { return Ok([0; N]) };
    let rows = (report.figures)(conn, ask).await?;
    let Some(whole) = rows.iter().find(|r| r.institution.is_none()) else { return Ok([0; N]) };
    Ok(columns.map(|c| report.count(whole, c).unwrap_or(0)))
}

/// The parameters of the last day of the year, or of today.
pub(crate) async fn rates(op: &Op, ask: &Ask) -> Result<Rates, OpError> {
    let last = ask.until().pred_opt().unwrap_or_else(|| op.today());
    let mut read = op.read().await?;
    let all = parties::parameters(read.conn(), ask.tenant, "maturity", last.min(op.today())).await?;
    let of = |key: &str| all.get(key).and_then(serde_json::Value::as_i64).unwrap_or(0);
    Ok(Rates {
        sender: of("minutes-at-sender"),
        receiver: of("minutes-at-receiver"),
        year: of("year-of-employee"),
        hours: of("hours-of-year"),
    })
}

/// What the reports count by months: the key of the report's title, and twelve numbers.
pub(crate) async fn months(op: &Op, ask: &Ask) -> Result<Vec<(&'static str, [i64; 12])>, OpError> {
    let reports = op.kernel().extension::<Reports>().cloned().unwrap_or_default();
    let mut read = op.read().await?;
    let mut all = Vec::new();
    for report in &reports.0 {
        all.push((report.title, (report.months)(read.conn(), ask).await?));
    }
    Ok(all)
}

/// Whose figures a person may see in a municipality: all of it, or some institutions.
pub(crate) fn seen(op: &Op) -> Option<Option<Vec<UnitId>>> {
    use op::Action as _;
    match op.scope(crate::actions::ViewMaturity::DEF) {
        op::Scope::All => Some(None),
        op::Scope::Units(units) => Some(Some(units)),
        op::Scope::Own | op::Scope::None => None,
    }
}
