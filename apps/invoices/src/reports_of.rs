//! The figures of invoices: received, structured, approved electronically.

use std::collections::HashMap;

use op::Action as _;
use reports::{Ask, Column, DrillRow, FigureRow, Holds, Report};
use sqlx::PgConnection;
use types::{BoxFuture, Date, UnitId};
use uuid::Uuid;

use crate::actions::{ViewInvoiceFigures, ViewInvoiceRows};

/// The function that an institution has switched on.
const FUNCTION: &str = "invoices";

/// All of them.
#[must_use]
pub(crate) fn reports() -> Vec<Report> {
    vec![INVOICES]
}

const INVOICES: Report = Report {
    name: "invoices",
    title: "invoices-report",
    definition: "invoices-report-definition",
    action: ViewInvoiceFigures::DEF,
    rows_action: ViewInvoiceRows::DEF,
    columns: &[
        Column::new("municipality", "reports-municipality", Holds::Name),
        Column::new("invoices_received", "invoices-report-received", Holds::Rows),
        Column::new("e_invoices", "invoices-report-structured", Holds::Rows),
        Column::new(
            "e_invoice_pct",
            "invoices-report-structured-pct",
            Holds::Percent("e_invoices", "invoices_received", 1),
        ),
        Column::new("invoices_approved_electronically", "invoices-report-approved", Holds::Rows),
        Column::new(
            "approved_pct",
            "invoices-report-approved-pct",
            Holds::Percent("invoices_approved_electronically", "invoices_received", 0),
        ),
    ],
    main: "invoices_received",
    figures,
    months,
    rows,
};

const COUNT: &str = db::sql!(
    "select institution_id, count(*), count(*) filter (where is_structured), count(*) filter (where approved_electronically)
     from invoices.invoice
     where tenant_id = $1 and received_on >= $2 and received_on < $3
       and ($4::uuid[] is null or institution_id = any($4))
     group by grouping sets ((institution_id), ())"
);

fn figures<'a>(conn: &'a mut PgConnection, ask: &'a Ask) -> BoxFuture<'a, sqlx::Result<Vec<FigureRow>>> {
    Box::pin(async move {
        let places = reports::places(&mut *conn, ask, FUNCTION).await?;
        let rows: Vec<(Option<UnitId>, i64, i64, i64)> = sqlx::query_as(COUNT)
            .bind(ask.tenant)
            .bind(ask.first())
            .bind(ask.until())
            .bind(&ask.institutions)
            .fetch_all(conn)
            .await?;
        let found: HashMap<Option<UnitId>, Vec<i64>> =
            rows.into_iter().map(|(at, a, b, c)| (at, vec![a, b, c])).collect();
        let row = |p: reports::Place| {
            let counts = found.get(&p.institution).cloned().unwrap_or_else(|| vec![0; 3]);
            p.row(counts)
        };
        Ok(places.into_iter().map(row).collect())
    })
}

const MONTHS: &str = db::sql!(
    "select date_trunc('month', received_on)::date, count(*)
     from invoices.invoice
     where tenant_id = $1 and received_on >= $2 and received_on < $3
       and ($4::uuid[] is null or institution_id = any($4))
     group by 1"
);

fn months<'a>(conn: &'a mut PgConnection, ask: &'a Ask) -> BoxFuture<'a, sqlx::Result<[i64; 12]>> {
    Box::pin(async move {
        let rows: Vec<(Date, i64)> = sqlx::query_as(MONTHS)
            .bind(ask.tenant)
            .bind(ask.first())
            .bind(ask.until())
            .bind(&ask.institutions)
            .fetch_all(conn)
            .await?;
        Ok(reports::months(&rows))
    })
}

const ROWS: &str = db::sql!(
    "select i.id, i.id as subject, i.received_on as on_date, coalesce(d.number || ' ', '') || d.title as title,
            i.total::text as detail, '/invoices/' || i.id as href
     from invoices.invoice i join documents.document d on d.tenant_id = $1 and d.id = i.id
     where i.tenant_id = $1 and i.received_on >= $2 and i.received_on < $3
       and ($4::uuid[] is null or i.institution_id = any($4))
       and ($5 <> 'e_invoices' or i.is_structured)
       and ($5 <> 'invoices_approved_electronically' or i.approved_electronically)
       and ($6::uuid is null or i.id < $6)
     order by i.id desc limit $7"
);

fn rows<'a>(
    conn: &'a mut PgConnection,
    ask: &'a Ask,
    column: &'a str,
    after: Option<Uuid>,
    limit: i64,
) -> BoxFuture<'a, sqlx::Result<Vec<DrillRow>>> {
    Box::pin(async move {
        sqlx::query_as(ROWS)
            .bind(ask.tenant)
            .bind(ask.first())
            .bind(ask.until())
            .bind(&ask.institutions)
            .bind(column)
            .bind(after)
            .bind(limit)
            .fetch_all(conn)
            .await
    })
}
