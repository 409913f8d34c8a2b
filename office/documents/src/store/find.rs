use op::{Op, Read};
use sqlx::FromRow;
use types::{DocumentId, UnitId};
use uuid::Uuid;

use crate::{actions::ViewDocument, document::DocumentRow, words};

/// What a list needs to know of the reader: units (`None` for all) and who they are.
pub(crate) struct Reader {
    pub units: Option<Vec<UnitId>>,
    pub principals: Vec<Uuid>,
}

impl Reader {
    pub(crate) fn of(op: &Op) -> Self {
        Self { units: op.scope(<ViewDocument as op::Action>::DEF).units(), principals: op.principals() }
    }
}

/// A hit.
#[derive(Clone, Debug, FromRow)]
pub(crate) struct Hit {
    #[sqlx(flatten)]
    pub document: DocumentRow,
    /// The beginning of what can be searched, for a passage.
    pub text: Option<String>,
}

const FIND: &str = db::sql!(
    "select d.id, d.kind, d.title, d.state, d.institution_id, d.direction, d.access, d.source, d.correspondent,
       d.number, d.registered_on, d.created_at,
       left(coalesce((select b.given from documents.body b where b.tenant_id = $1 and b.document_id = d.id), '') || ' ' ||
         coalesce((select string_agg(left(f.text, 50000), ' ' order by f.id) from documents.file f
                   where f.tenant_id = $1 and f.document_id = d.id and f.access is null), ''), 100000) as text
     from documents.search_find($2, $3, $4, $5, $6) as hit
     join documents.document d on d.tenant_id = $1 and d.id = hit.document_id
     where ($7::uuid is null or d.institution_id = $7)
     order by d.id desc limit $8"
);

/// Documents that hold these words and are open to the reader, newest first.
pub(crate) async fn find(
    read: &mut Read,
    typed: &str,
    institution: Option<UnitId>,
    before: Option<DocumentId>,
    most: i64,
) -> sqlx::Result<Vec<Hit>> {
    let tenant = read.op().tenant();
    let Some(query) = words::query(tenant, typed) else { return Ok(Vec::new()) };
    let reader = Reader::of(read.op());
    // One institution may be a small part of all hits: look at more of them.
    let looked_at = if institution.is_some() { 1000 } else { i32::try_from(most).unwrap_or(1000) };
    sqlx::query_as(FIND)
        .bind(tenant)
        .bind(query)
        .bind(reader.units)
        .bind(reader.principals)
        .bind(before)
        .bind(looked_at)
        .bind(institution)
        .bind(most)
        .fetch_all(read.conn())
        .await
}
