use sqlx::{FromRow, PgConnection};
use types::{Date, PersonId, PostId, TenantId, UnitId};

/// Somebody who works here.
#[derive(Debug, Clone, FromRow)]
pub struct Colleague {
    /// Who.
    pub id: PersonId,
    /// "Given names Surname".
    pub name: String,
    /// The post's title.
    pub post: Option<String>,
    /// The unit's name.
    pub unit: Option<String>,
    /// The unit.
    pub unit_id: Option<UnitId>,
    /// The institution.
    pub institution_id: Option<UnitId>,
}

const COLLEAGUES: &str = db::sql!(
    "select p.id, p.given_names || ' ' || p.surname as name, o.title as post, u.name as unit,
            t.unit_id, t.institution_id
     from parties.person p
     left join lateral (
       select e.unit_id, e.institution_id, e.post_id from parties.employment_term e
       where e.tenant_id = $1 and e.person_id = p.id and e.valid_from <= $2 and (e.valid_to is null or e.valid_to >= $2)
       order by e.workload desc, e.id limit 1
     ) t on true
     left join parties.post o on o.tenant_id = $1 and o.id = t.post_id
     left join parties.unit u on u.tenant_id = $1 and u.id = t.unit_id
     where p.tenant_id = $1 and p.state = 'active'
       and ($3::uuid[] is null or p.id = any($3))
       and not exists (select from unnest($4::text[]) w where strpos(p.fold, w) = 0)
     order by p.fold, p.id limit $5"
);

/// Those whose names hold every one of these words, without diacritics, in any order.
///
/// # Errors
/// The database failed.
pub async fn find_colleagues(
    conn: &mut PgConnection,
    tenant: TenantId,
    typed: &str,
    on: Date,
    limit: i64,
) -> Result<Vec<Colleague>, sqlx::Error> {
    let folded = parties::fold_names("", typed);
    let words: Vec<&str> = folded.split_whitespace().take(5).collect();
    if words.is_empty() {
        return Ok(Vec::new());
    }
    sqlx::query_as(COLLEAGUES)
        .bind(tenant)
        .bind(on)
        .bind(None::<Vec<PersonId>>)
        .bind(words)
        .bind(limit)
        .fetch_all(conn)
        .await
}

/// One of them.
///
/// # Errors
/// The database failed.
pub async fn colleague(
    conn: &mut PgConnection,
    tenant: TenantId,
    person: PersonId,
    on: Date,
) -> Result<Option<Colleague>, sqlx::Error> {
    sqlx::query_as(COLLEAGUES)
        .bind(tenant)
        .bind(on)
        .bind(Some(vec![person]))
        .bind(Vec::<String>::new())
        .bind(1_i64)
        .fetch_optional(conn)
        .await
}

/// Posts whose titles hold these words, with the unit's name.
///
/// # Errors
/// The database failed.
pub async fn find_posts(
    conn: &mut PgConnection,
    tenant: TenantId,
    typed: &str,
    on: Date,
) -> Result<Vec<(PostId, String, String)>, sqlx::Error> {
    let words: Vec<String> = typed.to_lowercase().split_whitespace().take(5).map(ToOwned::to_owned).collect();
    if words.is_empty() {
        return Ok(Vec::new());
    }
    sqlx::query_as(db::sql!(
        "select o.id, o.title, u.name from parties.post o
         join parties.unit u on u.tenant_id = o.tenant_id and u.id = o.unit_id
         where o.tenant_id = $1 and o.valid_from <= $3 and (o.valid_to is null or o.valid_to >= $3)
           and not exists (select from unnest($2::text[]) w where strpos(lower(o.title || ' ' || u.name), w) = 0)
         order by o.title, u.name, o.id limit 20"
    ))
    .bind(tenant)
    .bind(words)
    .bind(on)
    .fetch_all(conn)
    .await
}

/// The titles of posts, with the unit's name.
///
/// # Errors
/// The database failed.
pub async fn post_titles(
    conn: &mut PgConnection,
    tenant: TenantId,
    posts: &[PostId],
) -> Result<Vec<(PostId, String, String)>, sqlx::Error> {
    if posts.is_empty() {
        return Ok(Vec::new());
    }
    sqlx::query_as(db::sql!(
        "select o.id, o.title, u.name from parties.post o
         join parties.unit u on u.tenant_id = o.tenant_id and u.id = o.unit_id
         where o.tenant_id = $1 and o.id = any($2)"
    ))
    .bind(tenant)
    .bind(posts)
    .fetch_all(conn)
    .await
}
