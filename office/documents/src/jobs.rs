//! Reading the text of files for the search, after they were attached.

use std::sync::Arc;

use jobs::{Job, JobDef, JobError};
use op::{Audit, Op, OpError, Tx};
use serde_json::json;
use sqlx::FromRow;
use types::{BoxFuture, DocumentId, FileId, UnitId};
use uuid::Uuid;

use crate::{ports::TextExtractor, usecases, words};

/// The kind of the job that reads text.
pub const EXTRACT: &str = "documents.extract-text";

/// The kind of the job that deletes what an act destroyed.
pub const DELETE_BLOBS: &str = "documents.delete-blobs";

/// The longest text kept of one file, in bytes.
const LONGEST: usize = 400_000;

/// All jobs of documents.
#[must_use]
pub fn jobs() -> Vec<JobDef> {
    vec![JobDef::new(EXTRACT, extract), JobDef::new(DELETE_BLOBS, delete_blobs)]
}

fn extract(op: Op, jobs: Vec<Job>) -> BoxFuture<'static, Result<(), JobError>> {
    Box::pin(async move {
        for job in jobs {
            let files: Vec<FileId> = job
                .payload
                .get("subjects")
                .and_then(|s| serde_json::from_value(s.clone()).ok())
                .ok_or_else(|| JobError::Dead("the payload names no files".to_owned()))?;
            for file in files {
                read_text(&op, file).await?;
            }
        }
        Ok(())
    })
}

const KEEP: &str = db::sql!(
    "update documents.file set text_state = $3, text = $4 where tenant_id = $1 and id = $2 returning document_id"
);

async fn read_text(op: &Op, file: FileId) -> Result<(), JobError> {
    let Some(extractor) = op.kernel().extension::<Arc<dyn TextExtractor>>() else { return Ok(()) };
    let mut read = op.read().await?;
    let content = usecases::read_file(&mut read, file).await?;
    drop(read);
    // No connection is held while a stranger's file is read.
    let (state, text) = match extractor.extract(&content.media_type, &content.bytes).await {
        Ok(Some(text)) => ("done", Some(clip(&text))),
        Ok(None) => ("none", None),
        Err(why) => {
            tracing::info!(%file, %why, "no text could be read");
            ("failed", None)
        }
    };
    let mut tx = op.begin().await?;
    let (document,): (DocumentId,) =
        sqlx::query_as(KEEP).bind(op.tenant()).bind(file).bind(state).bind(text).fetch_one(tx.conn()).await?;
    index(&mut tx, document).await?;
    tx.audit(Audit::of("documents.text.extract", "file", file).with(json!({ "state": state })));
    Ok(tx.commit().await?)
}

/// At a character's boundary; PostgreSQL takes no zero byte in a text.
fn clip(text: &str) -> String {
    let mut end = text.len().min(LONGEST);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or_default().replace('\0', " ")
}

#[derive(FromRow)]
struct Texts {
    title: String,
    unit_id: UnitId,
    restricted: bool,
    correspondent: Option<String>,
    external_number: Option<String>,
    finders: Vec<Uuid>,
    body: String,
}

const TEXTS: &str = db::sql!(
    "select d.title, d.unit_id, d.access = 'restricted' as restricted, d.correspondent, d.external_number,
       array(select a.principal_id from documents.access a where a.tenant_id = $1 and a.document_id = $2
             union select d.owner_id where d.owner_id is not null) as finders,
       coalesce((select b.given from documents.body b where b.tenant_id = $1 and b.document_id = $2), '') || ' ' ||
       coalesce((select string_agg(f.text, ' ') from (
         select distinct on (f.name) f.text from documents.file f
         where f.tenant_id = $1 and f.document_id = $2 and f.access is null order by f.name, f.version desc) f), '') as body
     from documents.document d where d.tenant_id = $1 and d.id = $2 for no key update of d"
);
const PUT: &str = db::sql!(
    "select documents.search_put(array[$1::uuid], array[$2::uuid], array[$3::boolean], $4, array[''], array[$5], array[$6])"
);

/// Writes the words of a document anew: the newest version of each file counts.
pub(crate) async fn index(tx: &mut Tx, document: DocumentId) -> Result<(), OpError> {
    let tenant = tx.op().tenant();
    let t: Texts = sqlx::query_as(TEXTS).bind(tenant).bind(document).fetch_one(tx.conn()).await?;
    let lead = words::lead(tenant, document);
    let others = [t.correspondent.as_deref(), t.external_number.as_deref()];
    let head = words::head(&lead, &t.title, others.into_iter().flatten());
    let body = words::body(&lead, &t.body);
    sqlx::query(PUT)
        .bind(document)
        .bind(t.unit_id)
        .bind(t.restricted)
        .bind(sqlx::types::Json([t.finders]))
        .bind(head)
        .bind(body)
        .execute(tx.conn())
        .await?;
    Ok(())
}

fn delete_blobs(op: Op, jobs: Vec<Job>) -> BoxFuture<'static, Result<(), JobError>> {
    Box::pin(async move {
        for job in jobs {
            let blobs: Vec<String> = job
                .payload
                .get("blobs")
                .and_then(|b| serde_json::from_value(b.clone()).ok())
                .ok_or_else(|| JobError::Dead("the payload names no blobs".to_owned()))?;
            usecases::disposal::delete_blobs(&op, &blobs).await?;
        }
        Ok(())
    })
}
