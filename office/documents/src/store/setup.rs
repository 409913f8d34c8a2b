use op::{Facts, Held, OpError, Read, Tx};
use sqlx::FromRow;
use types::{ClassId, Date, PersonId, RegisterId, UnitId, ViewId};
use uuid::Uuid;

use crate::{
    actions::{ManageClasses, ManageRegisters},
    model::{Direction, Medium},
    usecases::NewClass,
};

/// A register.
#[derive(Clone, Debug, FromRow)]
pub(crate) struct Register {
    pub id: RegisterId,
    pub version: i32,
    pub code: String,
    pub title: String,
    pub direction: Direction,
    pub pattern: String,
    pub prefix: String,
    pub closed_on: Option<Date>,
}

impl Held for Register {
    type View = ManageRegisters;
    const SELECT: &'static str = db::sql!(
        "select r.id, r.version, r.code, r.title, r.direction, r.pattern, r.prefix, r.closed_on
         from documents.register r where r.tenant_id = $1 and r.id = any($2)"
    );
    const KIND: &'static str = "register";

    fn id(&self) -> Uuid {
        self.id.uuid()
    }

    fn version(&self) -> i32 {
        self.version
    }

    fn facts(&self) -> Facts {
        Facts::default()
    }
}

pub(crate) async fn registers(read: &mut Read) -> sqlx::Result<Vec<Register>> {
    let tenant = read.op().tenant();
    sqlx::query_as(db::sql!(
        "select id, version, code, title, direction, pattern, prefix, closed_on from documents.register
         where tenant_id = $1 order by closed_on is not null, title"
    ))
    .bind(tenant)
    .fetch_all(read.conn())
    .await
}

pub(crate) async fn register_by_code(read: &mut Read, code: &str) -> sqlx::Result<Option<Register>> {
    let tenant = read.op().tenant();
    sqlx::query_as(db::sql!(
        "select id, version, code, title, direction, pattern, prefix, closed_on from documents.register
         where tenant_id = $1 and code = $2"
    ))
    .bind(tenant)
    .bind(code)
    .fetch_optional(read.conn())
    .await
}

/// What an administrator changes of a register.
pub(crate) struct RegisterChange {
    pub title: String,
    pub pattern: String,
    pub prefix: String,
    pub closed_on: Option<Date>,
}

pub(crate) async fn update_register(
    tx: &mut Tx,
    may: &op::May<ManageRegisters>,
    change: &RegisterChange,
) -> Result<(), OpError> {
    let tenant = tx.op().tenant();
    sqlx::query(db::sql!(
        "update documents.register set title = $3, pattern = $4, prefix = $5, closed_on = $6, version = version + 1
         where tenant_id = $1 and id = $2"
    ))
    .bind(tenant)
    .bind(may.resource())
    .bind(&change.title)
    .bind(&change.pattern)
    .bind(&change.prefix)
    .bind(change.closed_on)
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// A row of a classification scheme.
#[derive(Clone, Debug, FromRow)]
pub(crate) struct Class {
    pub id: ClassId,
    pub version: i32,
    pub institution_id: UnitId,
    pub year: i32,
    pub closed_on: Option<Date>,
    pub code: String,
    pub parent_code: String,
    pub title: String,
    pub retention_years: Option<i32>,
    pub permanent: bool,
    pub responsible: String,
    pub medium: Medium,
    pub system: String,
    pub notes: String,
}

impl Class {
    /// The same row for another year.
    pub(crate) fn again(self, institution: UnitId, year: i32) -> NewClass {
        NewClass {
            institution_id: institution,
            year,
            code: self.code,
            parent_code: self.parent_code,
            title: self.title,
            retention_years: self.retention_years,
            permanent: self.permanent,
            responsible: self.responsible,
            medium: self.medium,
            system: self.system,
            notes: self.notes,
        }
    }
}

impl Held for Class {
    type View = ManageClasses;
    const SELECT: &'static str = db::sql!(
        "select r.id, r.version, r.institution_id, r.year, r.closed_on, r.code, r.parent_code, r.title, r.retention_years,
                r.permanent, r.responsible, r.medium, r.system, r.notes
         from documents.class r where r.tenant_id = $1 and r.id = any($2)"
    );
    const KIND: &'static str = "class";

    fn id(&self) -> Uuid {
        self.id.uuid()
    }

    fn version(&self) -> i32 {
        self.version
    }

    fn facts(&self) -> Facts {
        Facts { unit: Some(self.institution_id), ..Facts::default() }
    }
}

/// What changes of a row; its index does not, because documents are numbered by it.
pub(crate) struct ClassChange {
    pub parent_code: String,
    pub title: String,
    pub retention_years: Option<i32>,
    pub permanent: bool,
    pub responsible: String,
    pub medium: Medium,
    pub system: String,
    pub notes: String,
    pub closed_on: Option<Date>,
}

pub(crate) async fn update_class(
    tx: &mut Tx,
    may: &op::May<ManageClasses>,
    change: &ClassChange,
) -> Result<(), OpError> {
    let tenant = tx.op().tenant();
    sqlx::query(db::sql!(
        "update documents.class set parent_code = $3, title = $4, retention_years = $5, permanent = $6, responsible = $7,
           medium = $8, system = $9, notes = $10, closed_on = $11, version = version + 1
         where tenant_id = $1 and id = $2"
    ))
    .bind(tenant)
    .bind(may.resource())
    .bind(&change.parent_code)
    .bind(&change.title)
    .bind(change.retention_years)
    .bind(change.permanent)
    .bind(&change.responsible)
    .bind(change.medium)
    .bind(&change.system)
    .bind(&change.notes)
    .bind(change.closed_on)
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// How many documents stand in a file (lieta).
pub(crate) async fn documents_in(
    conn: &mut sqlx::PgConnection,
    tenant: types::TenantId,
    class: ClassId,
) -> sqlx::Result<i64> {
    sqlx::query_scalar(db::sql!("select count(*) from documents.document where tenant_id = $1 and class_id = $2"))
        .bind(tenant)
        .bind(class)
        .fetch_one(conn)
        .await
}

pub(crate) async fn remove_class(tx: &mut Tx, may: &op::May<ManageClasses>) -> Result<(), OpError> {
    let tenant = tx.op().tenant();
    sqlx::query(db::sql!("delete from documents.class where tenant_id = $1 and id = $2"))
        .bind(tenant)
        .bind(may.resource())
        .execute(tx.conn())
        .await?;
    Ok(())
}

pub(crate) async fn classes(read: &mut Read, institution: UnitId, year: i32) -> sqlx::Result<Vec<Class>> {
    let tenant = read.op().tenant();
    sqlx::query_as(db::sql!(
        "select id, version, institution_id, year, closed_on, code, parent_code, title, retention_years, permanent,
           responsible, medium, system, notes
         from documents.class where tenant_id = $1 and institution_id = $2 and year = $3
         order by string_to_array(regexp_replace(code, '[^0-9]+', ' ', 'g'), ' '), code limit 5000"
    ))
    .bind(tenant)
    .bind(institution)
    .bind(year)
    .fetch_all(read.conn())
    .await
}

/// A saved view.
#[derive(Clone, Debug, FromRow)]
pub(crate) struct View {
    pub id: ViewId,
    pub name: String,
    pub query: String,
}

pub(crate) async fn views(read: &mut Read, person: PersonId, place: &str) -> sqlx::Result<Vec<View>> {
    let tenant = read.op().tenant();
    sqlx::query_as(db::sql!(
        "select id, name, query from documents.saved_view
         where tenant_id = $1 and person_id = $2 and place = $3 order by name limit 50"
    ))
    .bind(tenant)
    .bind(person)
    .bind(place)
    .fetch_all(read.conn())
    .await
}

pub(crate) async fn save_view(
    tx: &mut Tx,
    person: PersonId,
    place: &str,
    name: &str,
    query: &str,
) -> Result<(), OpError> {
    let (tenant, id) = (tx.op().tenant(), tx.op().new_id::<ViewId>());
    sqlx::query(db::sql!(
        "insert into documents.saved_view (tenant_id, id, person_id, place, name, query) values ($1, $2, $3, $4, $5, $6)
         on conflict (tenant_id, person_id, place, name) do update set query = excluded.query"
    ))
    .bind(tenant)
    .bind(id)
    .bind(person)
    .bind(place)
    .bind(name)
    .bind(query)
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub(crate) async fn delete_view(tx: &mut Tx, person: PersonId, view: ViewId) -> Result<u64, OpError> {
    let tenant = tx.op().tenant();
    let done =
        sqlx::query(db::sql!("delete from documents.saved_view where tenant_id = $1 and id = $2 and person_id = $3"))
            .bind(tenant)
            .bind(view)
            .bind(person)
            .execute(tx.conn())
            .await?;
    Ok(done.rows_affected())
}
