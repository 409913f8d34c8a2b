use op::{Action, Audit, May, OpError, Tx};
use serde::Serialize;
use serde_json::json;
use sqlx::{FromRow, types::Json};
use types::{ClassId, RegisterId, UnitId};
use uuid::Uuid;

use crate::model::{Direction, Medium};

/// A register to be set up.
#[derive(Clone, Debug, Serialize)]
pub struct NewRegister {
    /// Its code: what kinds and apps name.
    pub code: String,
    /// Its name.
    pub title: String,
    /// Which way its documents travel.
    pub direction: Direction,
    /// How its numbers are written; see [`crate::pattern::Pattern`].
    pub pattern: String,
    /// What `{prefix}` stands for.
    pub prefix: String,
    /// Do the numbers begin anew every year?
    pub yearly: bool,
}

impl NewRegister {
    /// A register whose numbers begin anew every year.
    #[must_use]
    pub fn new(code: &str, title: &str, direction: Direction, pattern: &str, prefix: &str) -> Self {
        let (code, title) = (code.to_owned(), title.to_owned());
        Self { code, title, direction, pattern: pattern.to_owned(), prefix: prefix.to_owned(), yearly: true }
    }
}

/// The registers every municipality starts with; an administrator adds others and changes their patterns.
#[must_use]
pub fn default_registers() -> Vec<NewRegister> {
    use Direction::{Incoming, Internal, Outgoing};
    vec![
        NewRegister::new("incoming", "Saņemtie dokumenti", Incoming, "{index}/{prefix}{seq}", "S-"),
        NewRegister::new("outgoing", "Nosūtāmie dokumenti", Outgoing, "{index}/{prefix}{seq}", "N-"),
        NewRegister::new("internal", "Iekšējie dokumenti", Internal, "{index}/{prefix}{seq}", "I-"),
        NewRegister::new("applications", "Darbinieku iesniegumi", Internal, "{prefix}-{yyyy}/{seq}", "DI"),
        NewRegister::new("orders", "Personāla rīkojumi", Internal, "{prefix}-{yyyy}/{seq}", "P"),
        NewRegister::new("contracts", "Līgumi", Internal, "{prefix}-{yyyy}/{seq:04}", "L"),
        NewRegister::new("invoices", "Rēķini", Incoming, "{prefix}-{yyyy}/{seq}", "R"),
    ]
}

#[derive(Serialize)]
struct RegisterItem<'a> {
    id: RegisterId,
    #[serde(flatten)]
    register: &'a NewRegister,
}

const ADD_REGISTERS: &str = db::sql!(
    "insert into documents.register (tenant_id, id, code, title, direction, pattern, prefix, yearly)
     select $1, r.id, r.code, r.title, r.direction, r.pattern, r.prefix, r.yearly
     from jsonb_to_recordset($2) as r(
       id uuid, code text, title text, direction text, pattern text, prefix text, yearly boolean)
     on conflict (tenant_id, code) do nothing returning id"
);

/// Sets up registers; one whose code is there already is left as it is.
///
/// # Errors
/// `Conflict("register_pattern")` where a pattern cannot be read.
pub async fn add_registers<A: Action>(tx: &mut Tx, _may: &May<A>, new: &[NewRegister]) -> Result<u64, OpError> {
    if new.iter().any(|r| crate::pattern::Pattern::parse(&r.pattern).is_err()) {
        return Err(OpError::Conflict("register_pattern".to_owned()));
    }
    let items: Vec<_> = new.iter().map(|register| RegisterItem { id: tx.op().new_id(), register }).collect();
    let tenant = tx.op().tenant();
    let added: Vec<(Uuid,)> =
        sqlx::query_as(ADD_REGISTERS).bind(tenant).bind(Json(&items)).fetch_all(tx.conn()).await?;
    let ids: Vec<Uuid> = added.into_iter().map(|(id,)| id).collect();
    let count = ids.len() as u64;
    tx.audit(Audit::of_all(A::DEF.name, "register", ids).with(json!({ "did": "add" })));
    Ok(count)
}

/// A level or file of a classification scheme.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct NewClass {
    /// The institution whose scheme it is.
    pub institution_id: UnitId,
    /// The year.
    pub year: i32,
    /// The index (indekss), for example `1-12`.
    pub code: String,
    /// The index of the level above; empty at the top.
    pub parent_code: String,
    /// The title of the level or file.
    pub title: String,
    /// How many years it is kept; `None` for a level, or where it is permanent.
    pub retention_years: Option<i32>,
    /// Kept for ever?
    pub permanent: bool,
    /// The unit or person who answers for it.
    pub responsible: String,
    /// On what it is kept.
    pub medium: Medium,
    /// The information system it is kept in.
    pub system: String,
    /// Access limits, legal ground and the like.
    pub notes: String,
}

#[derive(Serialize)]
struct ClassItem<'a> {
    id: ClassId,
    #[serde(flatten)]
    class: &'a NewClass,
}

const ADD_CLASSES: &str = db::sql!(
    "insert into documents.class (tenant_id, id, institution_id, year, code, parent_code, title, retention_years,
       permanent, responsible, medium, system, notes)
     select $1, r.id, r.institution_id, r.year, r.code, r.parent_code, r.title, r.retention_years, r.permanent,
       r.responsible, r.medium, r.system, r.notes
     from jsonb_to_recordset($2) as r(
       id uuid, institution_id uuid, year int, code text, parent_code text, title text, retention_years int,
       permanent boolean, responsible text, medium text, system text, notes text)
     on conflict (tenant_id, institution_id, year, code) do nothing returning id"
);

/// Adds to classification schemes; an index that is there already is left as it is. Answers how many were added.
///
/// # Errors
/// A constraint refused one of them.
pub async fn add_classes<A: Action>(tx: &mut Tx, _may: &May<A>, new: &[NewClass]) -> Result<u64, OpError> {
    let items: Vec<_> = new.iter().map(|class| ClassItem { id: tx.op().new_id(), class }).collect();
    let tenant = tx.op().tenant();
    let added: Vec<(Uuid,)> = sqlx::query_as(ADD_CLASSES).bind(tenant).bind(Json(&items)).fetch_all(tx.conn()).await?;
    let ids: Vec<Uuid> = added.into_iter().map(|(id,)| id).collect();
    let count = ids.len() as u64;
    tx.audit(Audit::of_all(A::DEF.name, "class", ids).with(json!({ "did": "add" })));
    Ok(count)
}

/// The id of a file of the classification scheme, by its index.
///
/// # Errors
/// The database failed.
pub async fn class_of(
    conn: &mut sqlx::PgConnection,
    tenant: types::TenantId,
    institution: UnitId,
    year: i32,
    code: &str,
) -> Result<Option<ClassId>, OpError> {
    #[derive(FromRow)]
    struct Row {
        id: ClassId,
    }
    let row: Option<Row> = sqlx::query_as(db::sql!(
        "select id from documents.class where tenant_id = $1 and institution_id = $2 and year = $3 and code = $4"
    ))
    .bind(tenant)
    .bind(institution)
    .bind(year)
    .bind(code)
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|r| r.id))
}
