//! The figures that personnel answers for: applications filed in self-service, orders prepared.

use std::collections::HashMap;

use op::Action as _;
use reports::{
    Ask, Column, DrillRow, FigureRow, Holds, Place, Report,
    actions::{ViewPersonnelFigures, ViewPersonnelRows},
};
use sqlx::PgConnection;
use types::{BoxFuture, Date, UnitId};
use uuid::Uuid;

use crate::offers;

/// The function that an institution has switched on for self-service applications.
const APPLICATIONS: &str = "employee-applications";
/// The function that an institution has switched on for orders.
const ORDERS: &str = "personnel-orders";

/// All of them.
#[must_use]
pub fn reports() -> Vec<Report> {
    vec![EMPLOYEE_APPLICATIONS, PERSONNEL_ORDERS]
}

const EMPLOYEE_APPLICATIONS: Report = Report {
    name: "employee-applications",
    title: "personnel-report-applications",
    definition: "personnel-report-applications-definition",
    action: ViewPersonnelFigures::DEF,
    rows_action: ViewPersonnelRows::DEF,
    columns: &[
        Column::new("municipality", "reports-municipality", Holds::Name),
        Column::new("institutions", "reports-institutions", Holds::Rows),
        Column::new("average_employees", "reports-average-employees", Holds::Rows),
        Column::new("employees_applying", "personnel-report-applying", Holds::Rows),
        Column::new(
            "employees_applying_pct",
            "personnel-report-applying-pct",
            Holds::Percent("employees_applying", "average_employees", 0),
        ),
        Column::new("applications", "personnel-report-filed", Holds::Rows),
        Column::new("applications_approved_electronically", "personnel-report-approved", Holds::Rows),
        Column::new(
            "applications_per_employee",
            "personnel-report-per-applicant",
            Holds::Ratio("applications_approved_electronically", "employees_applying", 2),
        ),
    ],
    main: "applications",
    figures: application_figures,
    months: application_months,
    rows: application_rows,
};

const PERSONNEL_ORDERS: Report = Report {
    name: "personnel-orders",
    title: "personnel-report-orders",
    definition: "personnel-report-orders-definition",
    action: ViewPersonnelFigures::DEF,
    rows_action: ViewPersonnelRows::DEF,
    columns: &[
        Column::new("municipality", "reports-municipality", Holds::Name),
        Column::new("institutions", "reports-institutions", Holds::Rows),
        Column::new("average_employees", "reports-average-employees", Holds::Rows),
        Column::new("orders", "personnel-report-prepared", Holds::Rows),
        Column::new("orders_signed_electronically", "personnel-report-signed", Holds::Rows),
        Column::new(
            "signed_pct",
            "personnel-report-signed-pct",
            Holds::Percent("orders_signed_electronically", "orders", 0),
        ),
        Column::new(
            "orders_per_employee",
            "personnel-report-per-employee",
            Holds::Ratio("orders", "average_employees", 1),
        ),
    ],
    main: "orders",
    figures: order_figures,
    months: order_months,
    rows: order_rows,
};

/// The services of this app: what residents apply for elsewhere is another figure.
fn services() -> Vec<String> {
    offers::services().iter().map(|s| s.code.to_owned()).collect()
}

/// Institution (none: all together), and the counts of a place in the order of the columns.
type Found<const N: usize> = HashMap<Option<UnitId>, [i64; N]>;

fn with<const N: usize>(places: Vec<(Place, i64)>, found: &Found<N>) -> Vec<FigureRow> {
    let row = |(place, average): (Place, i64)| {
        let counts = found.get(&place.institution).copied().unwrap_or([0; N]);
        let all = [place.institutions, average].into_iter().chain(counts).collect();
        place.row(all)
    };
    places.into_iter().map(row).collect()
}

const COUNT_APPLICATIONS: &str = db::sql!(
    "select institution_id, count(distinct applicant_id), count(*), count(*) filter (where approved_electronically)
     from workflow.application
     where tenant_id = $1 and filed_on >= $2 and filed_on < $3 and channel = 'self-service' and service = any($4)
       and ($5::uuid[] is null or institution_id = any($5))
     group by grouping sets ((institution_id), ())"
);

fn application_figures<'a>(conn: &'a mut PgConnection, ask: &'a Ask) -> BoxFuture<'a, sqlx::Result<Vec<FigureRow>>> {
    Box::pin(async move {
        let places = reports::with_average(&mut *conn, ask, APPLICATIONS).await?;
        let rows: Vec<(Option<UnitId>, i64, i64, i64)> = sqlx::query_as(COUNT_APPLICATIONS)
            .bind(ask.tenant)
            .bind(ask.first())
            .bind(ask.until())
            .bind(services())
            .bind(&ask.institutions)
            .fetch_all(conn)
            .await?;
        Ok(with(places, &rows.into_iter().map(|(at, a, b, c)| (at, [a, b, c])).collect()))
    })
}

const APPLICATION_MONTHS: &str = db::sql!(
    "select date_trunc('month', filed_on)::date, count(*)
     from workflow.application
     where tenant_id = $1 and filed_on >= $2 and filed_on < $3 and channel = 'self-service' and service = any($4)
       and ($5::uuid[] is null or institution_id = any($5))
     group by 1"
);

fn application_months<'a>(conn: &'a mut PgConnection, ask: &'a Ask) -> BoxFuture<'a, sqlx::Result<[i64; 12]>> {
    Box::pin(async move {
        let rows: Vec<(Date, i64)> = sqlx::query_as(APPLICATION_MONTHS)
            .bind(ask.tenant)
            .bind(ask.first())
            .bind(ask.until())
            .bind(services())
            .bind(&ask.institutions)
            .fetch_all(conn)
            .await?;
        Ok(reports::months(&rows))
    })
}

const APPLICATION_ROWS: &str = db::sql!(
    "select a.id, a.id as subject, a.filed_on as on_date, a.gist as title,
            p.given_names || ' ' || p.surname as detail, '/applications/' || a.id as href
     from workflow.application a join parties.person p on p.tenant_id = $1 and p.id = a.applicant_id
     where a.tenant_id = $1 and a.filed_on >= $2 and a.filed_on < $3 and a.channel = 'self-service'
       and a.service = any($4) and ($5::uuid[] is null or a.institution_id = any($5))
       and (not $6 or a.approved_electronically) and ($7::uuid is null or a.id < $7)
     order by a.id desc limit $8"
);

const APPLYING_ROWS: &str = db::sql!(
    "select p.id, p.id as subject, max(a.filed_on) as on_date, p.given_names || ' ' || p.surname as title,
            count(*)::text as detail, '' as href
     from workflow.application a join parties.person p on p.tenant_id = $1 and p.id = a.applicant_id
     where a.tenant_id = $1 and a.filed_on >= $2 and a.filed_on < $3 and a.channel = 'self-service'
       and a.service = any($4) and ($5::uuid[] is null or a.institution_id = any($5))
       and ($6::uuid is null or p.id < $6)
     group by p.id, p.given_names, p.surname
     order by p.id desc limit $7"
);

fn application_rows<'a>(
    conn: &'a mut PgConnection,
    ask: &'a Ask,
    column: &'a str,
    after: Option<Uuid>,
    limit: i64,
) -> BoxFuture<'a, sqlx::Result<Vec<DrillRow>>> {
    Box::pin(async move {
        match column {
            "institutions" => return reports::place_rows(conn, ask, APPLICATIONS, after, limit).await,
            "average_employees" => return reports::employed_rows(conn, ask, after, limit).await,
            _ => {}
        }
        let sql = if column == "employees_applying" { APPLYING_ROWS } else { APPLICATION_ROWS };
        let query = sqlx::query_as(sql)
            .bind(ask.tenant)
            .bind(ask.first())
            .bind(ask.until())
            .bind(services())
            .bind(&ask.institutions);
        let query = match column {
            "employees_applying" => query,
            other => query.bind(other == "applications_approved_electronically"),
        };
        query.bind(after).bind(limit).fetch_all(conn).await
    })
}

const COUNT_ORDERS: &str = db::sql!(
    "select institution_id, count(*), count(*) filter (where signed_electronically)
     from personnel.personnel_order
     where tenant_id = $1 and prepared_on >= $2 and prepared_on < $3
       and ($4::uuid[] is null or institution_id = any($4))
     group by grouping sets ((institution_id), ())"
);

fn order_figures<'a>(conn: &'a mut PgConnection, ask: &'a Ask) -> BoxFuture<'a, sqlx::Result<Vec<FigureRow>>> {
    Box::pin(async move {
        let places = reports::with_average(&mut *conn, ask, ORDERS).await?;
        let rows: Vec<(Option<UnitId>, i64, i64)> = sqlx::query_as(COUNT_ORDERS)
            .bind(ask.tenant)
            .bind(ask.first())
            .bind(ask.until())
            .bind(&ask.institutions)
            .fetch_all(conn)
            .await?;
        Ok(with(places, &rows.into_iter().map(|(at, a, b)| (at, [a, b])).collect()))
    })
}

const ORDER_MONTHS: &str = db::sql!(
    "select date_trunc('month', prepared_on)::date, count(*)
     from personnel.personnel_order
     where tenant_id = $1 and prepared_on >= $2 and prepared_on < $3
       and ($4::uuid[] is null or institution_id = any($4))
     group by 1"
);

fn order_months<'a>(conn: &'a mut PgConnection, ask: &'a Ask) -> BoxFuture<'a, sqlx::Result<[i64; 12]>> {
    Box::pin(async move {
        let rows: Vec<(Date, i64)> = sqlx::query_as(ORDER_MONTHS)
            .bind(ask.tenant)
            .bind(ask.first())
            .bind(ask.until())
            .bind(&ask.institutions)
            .fetch_all(conn)
            .await?;
        Ok(reports::months(&rows))
    })
}

const ORDER_ROWS: &str = db::sql!(
    "select o.id, o.id as subject, o.prepared_on as on_date, coalesce(o.number || ' ', '') || d.title as title,
            p.given_names || ' ' || p.surname as detail, '/personnel/orders/' || o.id as href
     from personnel.personnel_order o
     join parties.person p on p.tenant_id = $1 and p.id = o.person_id
     join documents.document d on d.tenant_id = $1 and d.id = o.document_id
     where o.tenant_id = $1 and o.prepared_on >= $2 and o.prepared_on < $3
       and ($4::uuid[] is null or o.institution_id = any($4))
       and (not $5 or o.signed_electronically) and ($6::uuid is null or o.id < $6)
     order by o.id desc limit $7"
);

fn order_rows<'a>(
    conn: &'a mut PgConnection,
    ask: &'a Ask,
    column: &'a str,
    after: Option<Uuid>,
    limit: i64,
) -> BoxFuture<'a, sqlx::Result<Vec<DrillRow>>> {
    Box::pin(async move {
        match column {
            "institutions" => return reports::place_rows(conn, ask, ORDERS, after, limit).await,
            "average_employees" => return reports::employed_rows(conn, ask, after, limit).await,
            _ => {}
        }
        sqlx::query_as(ORDER_ROWS)
            .bind(ask.tenant)
            .bind(ask.first())
            .bind(ask.until())
            .bind(&ask.institutions)
            .bind(column == "orders_signed_electronically")
            .bind(after)
            .bind(limit)
            .fetch_all(conn)
            .await
    })
}
