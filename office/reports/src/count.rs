//! Counting that several reports share. Only SQL, and what puts its answers together.

use std::collections::HashMap;

use sqlx::PgConnection;
use types::{Date, UnitId};

use uuid::Uuid;

use crate::model::{Ask, DrillRow, FigureRow, average};

/// A place that figures are about: everything together (first), or an institution.
#[derive(Clone, Debug)]
pub struct Place {
    /// The institution; `None` for everything together.
    pub institution: Option<UnitId>,
    /// Its name.
    pub name: String,
    /// How many institutions have the function switched on: of an institution 0 or 1.
    pub institutions: i64,
}

impl Place {
    /// Its row with these counts.
    #[must_use]
    pub fn row(self, counts: Vec<i64>) -> FigureRow {
        FigureRow { institution: self.institution, name: self.name, counts }
    }
}

const PLACES: &str = db::sql!(
    "select u.id, u.name,
            $4 = any(u.functions) or not exists (
              select from parties.unit o where o.tenant_id = $1 and o.functions <> '{}') as is_on
     from parties.unit u
     where u.tenant_id = $1 and u.kind = 'institution' and u.valid_from < $3
       and (u.valid_to is null or u.valid_to >= $2) and ($5::uuid[] is null or u.id = any($5))
     order by u.name, u.id"
);

/// Everything together, then each institution that existed in the year. An institution counts where the function
/// is switched on; in a municipality that has never chosen functions all are on.
///
/// # Errors
/// The database failed.
pub async fn places(conn: &mut PgConnection, ask: &Ask, function: &str) -> sqlx::Result<Vec<Place>> {
    let tenant: Option<String> = sqlx::query_scalar(db::sql!("select name from kernel.tenant where id = $1"))
        .bind(ask.tenant)
        .fetch_optional(&mut *conn)
        .await?;
    let rows: Vec<(UnitId, String, bool)> = sqlx::query_as(PLACES)
        .bind(ask.tenant)
        .bind(ask.first())
        .bind(ask.until())
        .bind(function)
        .bind(&ask.institutions)
        .fetch_all(conn)
        .await?;
    let on = i64::try_from(rows.iter().filter(|(_, _, is_on)| *is_on).count()).unwrap_or(i64::MAX);
    let all = Place { institution: None, name: tenant.unwrap_or_default(), institutions: on };
    let each =
        rows.into_iter().map(|(id, name, is_on)| Place { institution: Some(id), name, institutions: i64::from(is_on) });
    Ok(std::iter::once(all).chain(each).collect())
}

// A person with two employments on one day was employed on one day: hence ranges, not sums.
const EMPLOYED: &str = db::sql!(
    "with span as (
       select t.person_id, t.institution_id,
              range_agg(daterange(greatest(t.valid_from, $2::date), least(t.valid_to + 1, $3::date))) as days
       from parties.employment_term t
       where t.tenant_id = $1 and t.valid_from < $3 and (t.valid_to is null or t.valid_to >= $2)
         and ($4::uuid[] is null or t.institution_id = any($4))
       group by 1, 2),
     whole as (select person_id, range_agg(days) as days from span group by 1)
     select institution_id, coalesce(sum(upper(d) - lower(d)), 0)::bigint from span, unnest(days) d group by 1
     union all
     select null::uuid, coalesce(sum(upper(d) - lower(d)), 0)::bigint from whole, unnest(days) d"
);

/// Places with the average number of employees (vidējais darbinieku skaits): days employed by days of the year.
///
/// # Errors
/// The database failed.
pub async fn with_average(conn: &mut PgConnection, ask: &Ask, function: &str) -> sqlx::Result<Vec<(Place, i64)>> {
    let places = places(&mut *conn, ask, function).await?;
    let days: Vec<(Option<UnitId>, i64)> = sqlx::query_as(EMPLOYED)
        .bind(ask.tenant)
        .bind(ask.first())
        .bind(ask.until())
        .bind(&ask.institutions)
        .fetch_all(conn)
        .await?;
    let days: HashMap<Option<UnitId>, i64> = days.into_iter().collect();
    let average_of = |p: &Place| average(days.get(&p.institution).copied().unwrap_or(0), ask.days());
    let paired = places.into_iter().map(|p| {
        let average = average_of(&p);
        (p, average)
    });
    Ok(paired.collect())
}

/// Twelve months from pairs of first day and count.
#[must_use]
pub fn months(rows: &[(Date, i64)]) -> [i64; 12] {
    let mut all = [0; 12];
    for (date, count) in rows {
        let at = usize::try_from(chrono::Datelike::month0(date)).unwrap_or(12);
        if let Some(month) = all.get_mut(at) {
            *month += count;
        }
    }
    all
}

const PLACE_ROWS: &str = db::sql!(
    "select u.id, u.id as subject, u.valid_from as on_date, u.name as title, u.code as detail, '' as href
     from parties.unit u
     where u.tenant_id = $1 and u.kind = 'institution' and u.valid_from < $3
       and (u.valid_to is null or u.valid_to >= $2) and ($5::uuid[] is null or u.id = any($5))
       and ($4 = any(u.functions) or not exists (
              select from parties.unit o where o.tenant_id = $1 and o.functions <> '{}'))
       and ($6::uuid is null or u.id < $6)
     order by u.id desc limit $7"
);

/// The institutions that [`places`] counts.
///
/// # Errors
/// The database failed.
pub async fn place_rows(
    conn: &mut PgConnection,
    ask: &Ask,
    function: &str,
    after: Option<Uuid>,
    limit: i64,
) -> sqlx::Result<Vec<DrillRow>> {
    sqlx::query_as(PLACE_ROWS)
        .bind(ask.tenant)
        .bind(ask.first())
        .bind(ask.until())
        .bind(function)
        .bind(&ask.institutions)
        .bind(after)
        .bind(limit)
        .fetch_all(conn)
        .await
}

const EMPLOYED_ROWS: &str = db::sql!(
    "select p.id, p.id as subject, s.since as on_date, p.given_names || ' ' || p.surname as title,
            s.days::text as detail, '' as href
     from (
       select t.person_id, min(greatest(t.valid_from, $2::date)) as since,
              (select sum(upper(d) - lower(d)) from unnest(range_agg(
                 daterange(greatest(t.valid_from, $2::date), least(t.valid_to + 1, $3::date)))) d) as days
       from parties.employment_term t
       where t.tenant_id = $1 and t.valid_from < $3 and (t.valid_to is null or t.valid_to >= $2)
         and ($4::uuid[] is null or t.institution_id = any($4)) and ($5::uuid is null or t.person_id < $5)
       group by 1 order by 1 desc limit $6) s
     join parties.person p on p.tenant_id = $1 and p.id = s.person_id
     order by p.id desc"
);

/// The people whose days [`with_average`] adds up, each with the days employed in the year.
///
/// # Errors
/// The database failed.
pub async fn employed_rows(
    conn: &mut PgConnection,
    ask: &Ask,
    after: Option<Uuid>,
    limit: i64,
) -> sqlx::Result<Vec<DrillRow>> {
    sqlx::query_as(EMPLOYED_ROWS)
        .bind(ask.tenant)
        .bind(ask.first())
        .bind(ask.until())
        .bind(&ask.institutions)
        .bind(after)
        .bind(limit)
        .fetch_all(conn)
        .await
}
