//! What lists and cards show.

use rust_decimal::Decimal;
use sqlx::{FromRow, PgConnection};
use types::{Date, PersonId, PostId, TenantId, UnitId};

/// One line of the list of people.
#[derive(Clone, Debug, FromRow)]
pub struct PersonLine {
    /// Id.
    pub id: PersonId,
    /// "Surname Given names", as lists sort.
    pub name: String,
    /// The key of the order.
    pub fold: String,
    /// The post today.
    pub post_title: Option<String>,
    /// The unit.
    pub unit_name: Option<String>,
    /// The institution.
    pub institution_name: Option<String>,
    /// E-mail at work.
    pub email: Option<String>,
    /// Works here, or has left.
    pub state: String,
}

/// What the list of people is asked for.
#[derive(Clone, Debug, Default)]
pub struct PeopleQuery {
    /// What was typed: beginnings of names in any order, inflected or not, with or without diacritics.
    pub text: String,
    /// Only in this unit and below it.
    pub unit: Option<UnitId>,
    /// Also those who have left.
    pub former: bool,
    /// After this line.
    pub after: Option<(String, PersonId)>,
    /// How many.
    pub limit: i64,
}

/// Most words of a search that are looked at.
const MOST_WORDS: usize = 6;

/// For each word typed, two beginnings: as typed and its stem. A name fits where either fits.
pub(super) fn words(text: &str) -> (Vec<String>, Vec<String>) {
    let folded = latvian::search::fold(text);
    let words = folded.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).take(MOST_WORDS);
    let pair = |w: &str| {
        let stem = latvian::search::stem(w);
        // A stem of one or two letters would find everybody.
        let stem = if stem.chars().count() < 3 { w.to_owned() } else { stem };
        (format!("% {w}%"), format!("% {stem}%"))
    };
    words.map(pair).unzip()
}

/// People whom one may see: everybody where `units` is `None`, else those of these units, and always oneself.
///
/// # Errors
/// The database failed.
pub async fn people(
    conn: &mut PgConnection,
    tenant: TenantId,
    scope: (Option<&[UnitId]>, Option<PersonId>),
    query: &PeopleQuery,
    on: Date,
) -> sqlx::Result<Vec<PersonLine>> {
    let (typed, stems) = words(&query.text);
    let (after_fold, after_id) = query.after.clone().unzip();
    sqlx::query_as(db::sql!(
        "select p.id, p.surname || ' ' || p.given_names as name, p.fold, p.state, e.post_title, e.unit_name,
                e.institution_name,
                (select c.value from parties.contact_channel c
                 where c.tenant_id = $1 and c.person_id = p.id and c.kind = 'email'
                 order by c.is_preferred desc, c.id limit 1) as email
         from (
           select * from parties.person p
           where p.tenant_id = $1 and ($2::uuid[] is null or p.home_unit_id = any($2) or p.id = $3)
             and ($4::uuid is null or p.home_unit_id in (
                   select k.id from kernel.unit k where k.tenant_id = $1 and $4 = any(k.path)))
             and ($5 or p.state = 'active')
             and ($6::text is null or (p.fold, p.id) > ($6, $7))
             and not exists (
               select from unnest($8::text[], $9::text[]) as w(typed, stem)
               where ' ' || replace(p.fold, '-', ' ') not like w.typed and ' ' || replace(p.fold, '-', ' ') not like w.stem)
           order by p.fold, p.id limit $10
         ) p
         left join lateral (
           select o.title as post_title, u.name as unit_name, i.name as institution_name
           from parties.employment e
           join parties.employment_term t on t.tenant_id = $1 and t.employment_id = e.id
            and t.valid_from <= $11 and (t.valid_to is null or t.valid_to >= $11)
           join parties.post o on o.tenant_id = $1 and o.id = t.post_id
           join parties.unit u on u.tenant_id = $1 and u.id = t.unit_id
           join parties.unit i on i.tenant_id = $1 and i.id = t.institution_id
           where e.tenant_id = $1 and e.person_id = p.id
           order by e.is_main desc, t.workload desc, e.id limit 1
         ) e on true
         order by p.fold, p.id"
    ))
    .bind(tenant)
    .bind(scope.0)
    .bind(scope.1)
    .bind(query.unit)
    .bind(query.former)
    .bind(after_fold)
    .bind(after_id)
    .bind(typed)
    .bind(stems)
    .bind(query.limit)
    .bind(on)
    .fetch_all(conn)
    .await
}

/// Somebody who works in a unit.
#[derive(Clone, Debug, FromRow)]
pub struct UnitPerson {
    /// Id.
    pub id: PersonId,
    /// Full name.
    pub name: String,
    /// The post.
    pub post_id: PostId,
    /// Its name.
    pub post_title: String,
    /// 1 is full time.
    pub workload: Decimal,
}

/// Who works in a unit itself on a day.
///
/// # Errors
/// The database failed.
pub async fn unit_people(
    conn: &mut PgConnection,
    tenant: TenantId,
    unit: UnitId,
    on: Date,
) -> sqlx::Result<Vec<UnitPerson>> {
    sqlx::query_as(db::sql!(
        "select p.id, p.given_names || ' ' || p.surname as name, t.post_id, o.title as post_title, t.workload
         from parties.employment_term t
         join parties.person p on p.tenant_id = $1 and p.id = t.person_id
         join parties.post o on o.tenant_id = $1 and o.id = t.post_id
         where t.tenant_id = $1 and t.unit_id = $2 and t.valid_from <= $3 and (t.valid_to is null or t.valid_to >= $3)
         order by o.title, p.fold, p.id limit 1000"
    ))
    .bind(tenant)
    .bind(unit)
    .bind(on)
    .fetch_all(conn)
    .await
}

/// Whoever may be chosen as a colleague: those who work in an institution on a day.
///
/// # Errors
/// The database failed.
pub async fn colleagues(
    conn: &mut PgConnection,
    tenant: TenantId,
    institution: UnitId,
    on: Date,
) -> sqlx::Result<Vec<(PersonId, String)>> {
    sqlx::query_as(db::sql!(
        "select p.id, p.surname || ' ' || p.given_names || ', ' || o.title
         from parties.employment_term t
         join parties.person p on p.tenant_id = $1 and p.id = t.person_id
         join parties.post o on o.tenant_id = $1 and o.id = t.post_id
         where t.tenant_id = $1 and t.institution_id = $2 and t.valid_from <= $3 and (t.valid_to is null or t.valid_to >= $3)
         order by p.fold, p.id limit 2000"
    ))
    .bind(tenant)
    .bind(institution)
    .bind(on)
    .fetch_all(conn)
    .await
}

/// How many work in each unit, and who leads it.
#[derive(Clone, Debug, FromRow)]
pub struct UnitFigures {
    /// The unit.
    pub unit_id: UnitId,
    /// Who works in the unit itself.
    pub people: i64,
    /// Names of its heads or managers.
    pub leaders: Option<String>,
}

/// Figures of all units on a day.
///
/// # Errors
/// The database failed.
pub async fn unit_figures(conn: &mut PgConnection, tenant: TenantId, on: Date) -> sqlx::Result<Vec<UnitFigures>> {
    sqlx::query_as(db::sql!(
        "with people as (
           select unit_id, count(distinct person_id) as people from parties.employment_term
           where tenant_id = $1 and valid_from <= $2 and (valid_to is null or valid_to >= $2) group by unit_id
         ), leader as (
           select g.unit_id, g.role, string_agg(distinct p.given_names || ' ' || p.surname, ', ') as names
           from kernel.role_grant g join parties.person p on p.tenant_id = $1 and p.id = g.person_id
           where g.tenant_id = $1 and g.role in ('head', 'manager')
             and g.valid_from <= $2 and (g.valid_to is null or g.valid_to >= $2)
           group by g.unit_id, g.role
         )
         select k.id as unit_id, coalesce(w.people, 0) as people, coalesce(h.names, m.names) as leaders
         from kernel.unit k
         left join people w on w.unit_id = k.id
         left join leader h on h.unit_id = k.id and h.role = 'head'
         left join leader m on m.unit_id = k.id and m.role = 'manager'
         where k.tenant_id = $1"
    ))
    .bind(tenant)
    .bind(on)
    .fetch_all(conn)
    .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_search_looks_for_beginnings_and_stems() {
        let (typed, stems) = words("  Bērziņa,  J ");
        assert_eq!(typed, ["% berzina%", "% j%"]);
        assert_eq!(stems, ["% berzin%", "% j%"]);
        assert_eq!(words("% _ ' ").0, Vec::<String>::new());
        assert_eq!(words(&"a ".repeat(1000)).0.len(), MOST_WORDS);
    }
}
