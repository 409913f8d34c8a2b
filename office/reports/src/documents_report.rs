//! Documents registered, with shares by source application.

use std::collections::HashMap;

use op::Action as _;
use sqlx::PgConnection;
use types::{BoxFuture, Date, UnitId};
use uuid::Uuid;

use crate::{
    actions::{ViewRecordsFigures, ViewRecordsRows},
    count,
    model::{Ask, Column, DrillRow, FigureRow, Holds, Report},
};

/// Documents registered in the document management system, and how many came from the business applications.
/// The source is what the registration recorded, never inferred.
pub const DMS_DOCUMENTS: Report = Report {
    name: "dms-documents",
    title: "reports-dms-documents",
    definition: "reports-dms-documents-definition",
    action: ViewRecordsFigures::DEF,
    rows_action: ViewRecordsRows::DEF,
    columns: &[
        Column::new("municipality", "reports-municipality", Holds::Name),
        Column::new("institutions", "reports-institutions", Holds::Rows),
        Column::new("documents_registered", "reports-documents-registered", Holds::Rows),
        Column::new("from_nino", "reports-from-nino", Holds::Rows),
        Column::new("nino_pct", "reports-nino-pct", Holds::Percent("from_nino", "documents_registered", 0)),
        Column::new("from_sopa", "reports-from-sopa", Holds::Rows),
        Column::new("sopa_pct", "reports-sopa-pct", Holds::Percent("from_sopa", "documents_registered", 0)),
        Column::new("from_gvedis", "reports-from-gvedis", Holds::Rows),
        Column::new("gvedis_pct", "reports-gvedis-pct", Holds::Percent("from_gvedis", "documents_registered", 0)),
        Column::new("from_kadri", "reports-from-kadri", Holds::Rows),
        Column::new("kadri_pct", "reports-kadri-pct", Holds::Percent("from_kadri", "documents_registered", 0)),
    ],
    main: "documents_registered",
    figures,
    months,
    rows,
};

/// The function that an institution has switched on.
const FUNCTION: &str = "documents";

/// The source of a column; empty is every source.
fn source_of(column: &str) -> &str {
    column.strip_prefix("from_").unwrap_or_default()
}

// A document that stands in several registers is one.
const FIGURES: &str = db::sql!(
    "select institution_id, count(distinct document_id),
            count(distinct document_id) filter (where source = 'nino'),
            count(distinct document_id) filter (where source = 'sopa'),
            count(distinct document_id) filter (where source = 'gvedis'),
            count(distinct document_id) filter (where source = 'kadri')
     from documents.registration
     where tenant_id = $1 and registered_on >= $2 and registered_on < $3
       and ($4::uuid[] is null or institution_id = any($4))
     group by grouping sets ((institution_id), ())"
);

type Counts = (Option<UnitId>, i64, i64, i64, i64, i64);

fn figures<'a>(conn: &'a mut PgConnection, ask: &'a Ask) -> BoxFuture<'a, sqlx::Result<Vec<FigureRow>>> {
    Box::pin(async move {
        let places = count::places(&mut *conn, ask, FUNCTION).await?;
        let rows: Vec<Counts> = sqlx::query_as(FIGURES)
            .bind(ask.tenant)
            .bind(ask.first())
            .bind(ask.until())
            .bind(&ask.institutions)
            .fetch_all(conn)
            .await?;
        let found: HashMap<Option<UnitId>, [i64; 5]> =
            rows.into_iter().map(|(at, a, b, c, d, e)| (at, [a, b, c, d, e])).collect();
        let row = |p: count::Place| {
            let counts = found.get(&p.institution).copied().unwrap_or_default();
            let all = std::iter::once(p.institutions).chain(counts).collect();
            p.row(all)
        };
        Ok(places.into_iter().map(row).collect())
    })
}

const MONTHS: &str = db::sql!(
    "select date_trunc('month', registered_on)::date, count(distinct document_id)
     from documents.registration
     where tenant_id = $1 and registered_on >= $2 and registered_on < $3
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
        Ok(count::months(&rows))
    })
}

// The title of a restricted document is not for everybody who may count it.
const ROWS: &str = db::sql!(
    "select d.id, d.id as subject, r.registered_on as on_date,
            r.number || case when d.access = 'restricted' then '' else ' ' || d.title end as title,
            r.source || case when d.access = 'restricted' then '' else coalesce(', ' || d.correspondent, '') end as detail,
            '/documents/' || d.id as href
     from documents.document d
     cross join lateral (
       select g.number, g.registered_on, g.source from documents.registration g
       where g.tenant_id = $1 and g.document_id = d.id and g.registered_on >= $2 and g.registered_on < $3
         and ($4::uuid[] is null or g.institution_id = any($4)) and ($5 = '' or g.source = $5)
       order by g.id limit 1) r
     where d.tenant_id = $1 and ($6::uuid is null or d.id < $6)
     order by d.id desc limit $7"
);

fn rows<'a>(
    conn: &'a mut PgConnection,
    ask: &'a Ask,
    column: &'a str,
    after: Option<Uuid>,
    limit: i64,
) -> BoxFuture<'a, sqlx::Result<Vec<DrillRow>>> {
    Box::pin(async move {
        if column == "institutions" {
            return count::place_rows(conn, ask, FUNCTION, after, limit).await;
        }
        sqlx::query_as(ROWS)
            .bind(ask.tenant)
            .bind(ask.first())
            .bind(ask.until())
            .bind(&ask.institutions)
            .bind(source_of(column))
            .bind(after)
            .bind(limit)
            .fetch_all(conn)
            .await
    })
}
