//! Orders in lists, their corrections and texts; certificates; what was rendered.

use op::{Action, May, OpError, Tx};
use sqlx::{FromRow, PgConnection};
use types::{ApplicationId, Date, DocumentId, OrderId, PersonId, TenantId, Timestamp, UnitId};
use uuid::Uuid;

/// An order in a list.
#[derive(Clone, Debug, FromRow)]
pub struct OrderLine {
    /// Its id.
    pub id: OrderId,
    /// Its kind.
    pub kind: String,
    /// Whom it is about.
    pub person_id: PersonId,
    /// Its title.
    pub title: String,
    /// Its state.
    pub state: String,
    /// Its number.
    pub number: Option<String>,
    /// The day it was prepared.
    pub prepared_on: Date,
}

/// What a list of orders is asked for.
#[derive(Clone, Debug, Default)]
pub struct OrderQuery {
    /// Only of that state.
    pub state: Option<String>,
    /// Only of that kind.
    pub kind: Option<String>,
    /// Only about that person.
    pub person: Option<PersonId>,
    /// After this one.
    pub after: Option<OrderId>,
    /// How many.
    pub limit: i64,
}

/// Orders within a scope, the newest first: everything where `units` is `None`, else those of these units, and
/// always one's own.
///
/// # Errors
/// The database failed.
pub async fn orders(
    conn: &mut PgConnection,
    tenant: TenantId,
    scope: (Option<&[UnitId]>, Option<PersonId>),
    query: &OrderQuery,
) -> Result<Vec<OrderLine>, sqlx::Error> {
    sqlx::query_as(db::sql!(
        "select id, kind, person_id, title, state, number, prepared_on from personnel.personnel_order
         where tenant_id = $1 and ($2::uuid[] is null or unit_id = any($2) or person_id = $3)
           and ($4::text is null or state = $4) and ($5::text is null or kind = $5)
           and ($6::uuid is null or person_id = $6) and ($7::uuid is null or id < $7)
         order by id desc limit $8"
    ))
    .bind(tenant)
    .bind(scope.0)
    .bind(scope.1)
    .bind(query.state.as_deref())
    .bind(query.kind.as_deref())
    .bind(query.person)
    .bind(query.after)
    .bind(query.limit)
    .fetch_all(conn)
    .await
}

/// Replaces the text of an order that was returned, and sends it on its way again.
///
/// # Errors
/// The database failed.
pub async fn correct_order<A: Action>(tx: &mut Tx, may: &May<A>, title: &str, text: &str) -> Result<(), OpError> {
    let tenant = tx.op().tenant();
    sqlx::query(db::sql!(
        "update personnel.personnel_order set title = $3, text = $4, state = 'circulating', version = version + 1
         where tenant_id = $1 and id = $2"
    ))
    .bind(tenant)
    .bind(may.resource())
    .bind(title)
    .bind(text)
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// A version of a text.
#[derive(Clone, Debug, FromRow)]
pub struct TextVersion {
    /// Its version.
    pub version: i32,
    /// The title.
    pub title: String,
    /// The text.
    pub body: String,
    /// `active` or `retired`.
    pub state: String,
    /// By whom.
    pub created_by: Option<PersonId>,
    /// When.
    pub created_at: Timestamp,
}

/// The versions of a text, the newest first.
///
/// # Errors
/// The database failed.
pub async fn text_versions(
    conn: &mut PgConnection,
    tenant: TenantId,
    kind: &str,
) -> Result<Vec<TextVersion>, sqlx::Error> {
    sqlx::query_as(db::sql!(
        "select version, title, body, state, created_by, created_at from personnel.order_template
         where tenant_id = $1 and kind = $2 order by version desc limit 50"
    ))
    .bind(tenant)
    .bind(kind)
    .fetch_all(conn)
    .await
}

/// Which texts the municipality has replaced: kind and version.
///
/// # Errors
/// The database failed.
pub async fn own_texts(conn: &mut PgConnection, tenant: TenantId) -> Result<Vec<(String, i32)>, sqlx::Error> {
    sqlx::query_as(db::sql!(
        "select kind, version from personnel.order_template where tenant_id = $1 and state = 'active'"
    ))
    .bind(tenant)
    .fetch_all(conn)
    .await
}

/// The earlier versions step back; where there is a new one it takes their place.
///
/// # Errors
/// `Conflict("order_template_version")` where somebody was quicker.
pub async fn replace_text<A: Action>(
    tx: &mut Tx,
    _: &May<A>,
    kind: &str,
    new: Option<(&str, &str)>,
) -> Result<(), OpError> {
    let op = tx.op().clone();
    sqlx::query(db::sql!(
        "update personnel.order_template set state = 'retired' where tenant_id = $1 and kind = $2 and state = 'active'"
    ))
    .bind(op.tenant())
    .bind(kind)
    .execute(tx.conn())
    .await?;
    let Some((title, body)) = new else { return Ok(()) };
    sqlx::query(db::sql!(
        "insert into personnel.order_template (tenant_id, id, kind, version, title, body, state, created_by, created_at)
         select $1, $2, $3, coalesce(max(version), 0) + 1, $4, $5, 'active', $6, $7
         from personnel.order_template where tenant_id = $1 and kind = $3"
    ))
    .bind(op.tenant())
    .bind(op.new_id::<Uuid>())
    .bind(kind)
    .bind(title)
    .bind(body)
    .bind(op.person())
    .bind(op.now())
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// A certificate.
#[derive(Clone, Debug, FromRow)]
pub struct LetterRow {
    /// Its document.
    pub id: DocumentId,
    /// The application.
    pub application_id: Option<ApplicationId>,
    /// About whom.
    pub person_id: PersonId,
    /// Who issues it.
    pub institution_id: UnitId,
    /// Its title.
    pub title: String,
    /// Its text.
    pub text: String,
    /// When it was issued.
    pub issued_at: Timestamp,
}

/// Keeps a certificate's text.
///
/// # Errors
/// The database failed.
pub async fn add_letter<A: Action>(tx: &mut Tx, _: &May<A>, letter: &LetterRow) -> Result<(), OpError> {
    let tenant = tx.op().tenant();
    sqlx::query(db::sql!(
        "insert into personnel.letter (tenant_id, id, application_id, person_id, institution_id, title, text, issued_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)"
    ))
    .bind(tenant)
    .bind(letter.id)
    .bind(letter.application_id)
    .bind(letter.person_id)
    .bind(letter.institution_id)
    .bind(&letter.title)
    .bind(&letter.text)
    .bind(letter.issued_at)
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Certificates by document.
///
/// # Errors
/// The database failed.
pub async fn letters(
    conn: &mut PgConnection,
    tenant: TenantId,
    documents: &[Uuid],
) -> Result<Vec<LetterRow>, sqlx::Error> {
    sqlx::query_as(db::sql!(
        "select id, application_id, person_id, institution_id, title, text, issued_at
         from personnel.letter where tenant_id = $1 and id = any($2)"
    ))
    .bind(tenant)
    .bind(documents)
    .fetch_all(conn)
    .await
}

/// The certificate that an application led to.
///
/// # Errors
/// The database failed.
pub async fn letters_of(
    conn: &mut PgConnection,
    tenant: TenantId,
    person: PersonId,
) -> Result<Vec<LetterRow>, sqlx::Error> {
    sqlx::query_as(db::sql!(
        "select id, application_id, person_id, institution_id, title, text, issued_at
         from personnel.letter where tenant_id = $1 and person_id = $2 order by id desc limit 50"
    ))
    .bind(tenant)
    .bind(person)
    .fetch_all(conn)
    .await
}

/// Remembers what is rendered for a document; false where exactly that was rendered before.
///
/// # Errors
/// The database failed.
pub async fn is_new_rendering<A: Action>(
    tx: &mut Tx,
    _: &May<A>,
    document: DocumentId,
    digest: &str,
) -> Result<bool, OpError> {
    let (tenant, at) = (tx.op().tenant(), tx.op().now());
    let done = sqlx::query(db::sql!(
        "insert into personnel.rendering as r (tenant_id, id, digest, rendered_at) values ($1, $2, $3, $4)
         on conflict (tenant_id, id) do update set digest = excluded.digest, rendered_at = excluded.rendered_at
         where r.digest <> excluded.digest"
    ))
    .bind(tenant)
    .bind(document)
    .bind(digest)
    .bind(at)
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() > 0)
}

/// An order as it is, without a lock.
///
/// # Errors
/// The database failed.
pub async fn order_by_id(
    conn: &mut PgConnection,
    tenant: TenantId,
    id: OrderId,
) -> Result<Option<super::Order>, sqlx::Error> {
    sqlx::query_as(<super::Order as op::Held>::SELECT).bind(tenant).bind(vec![id]).fetch_optional(conn).await
}
