use op::{Action, Audit, May, OpError, Tx};
use sqlx::{FromRow, PgConnection};
use types::{Date, MandateId, OrganisationId, PersonId, TenantId};
use uuid::Uuid;

use super::{lists::words, units::found};
use crate::{ChannelKind, Mandate, MandateLine, NewMandate, Organisation, OrganisationData};

/// One line of the list of organisations.
#[derive(Clone, Debug, FromRow)]
pub struct OrganisationLine {
    /// Id.
    pub id: OrganisationId,
    /// Name.
    pub name: String,
    /// The key of the order.
    pub fold: String,
    /// Registration number.
    pub registration_number: Option<String>,
    /// Legal form.
    pub legal_form: Option<String>,
    /// Address.
    pub address: Option<String>,
}

/// Organisations by the beginnings of words of their name, or by registration number; after a line, so many.
///
/// # Errors
/// The database failed.
pub async fn organisations(
    conn: &mut PgConnection,
    tenant: TenantId,
    text: &str,
    after: Option<(String, OrganisationId)>,
    limit: i64,
) -> sqlx::Result<Vec<OrganisationLine>> {
    let (typed, stems) = words(text);
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let number = (digits.len() == 11).then_some(digits);
    let (after_fold, after_id) = after.unzip();
    sqlx::query_as(db::sql!(
        "select o.id, o.name, o.fold, o.registration_number, o.legal_form, o.address from parties.organisation o
         where o.tenant_id = $1 and ($2::text is null or (o.fold, o.id) > ($2, $3))
           and (o.registration_number = $4 or not exists (
             select from unnest($5::text[], $6::text[]) as w(typed, stem)
             where ' ' || replace(o.fold, '-', ' ') not like w.typed and ' ' || replace(o.fold, '-', ' ') not like w.stem))
         order by o.fold, o.id limit $7"
    ))
    .bind(tenant)
    .bind(after_fold)
    .bind(after_id)
    .bind(number)
    .bind(typed)
    .bind(stems)
    .bind(limit)
    .fetch_all(conn)
    .await
}

/// How an organisation can be reached.
///
/// # Errors
/// The database failed.
pub async fn organisation_channels(
    conn: &mut PgConnection,
    tenant: TenantId,
    organisation: OrganisationId,
) -> sqlx::Result<Vec<(ChannelKind, String)>> {
    sqlx::query_as(db::sql!(
        "select kind, value from parties.contact_channel
         where tenant_id = $1 and organisation_id = $2 and is_preferred order by kind, value"
    ))
    .bind(tenant)
    .bind(organisation)
    .fetch_all(conn)
    .await
}

/// The organisation with that registration number.
///
/// # Errors
/// The database failed.
pub async fn organisation_by_number(
    conn: &mut PgConnection,
    tenant: TenantId,
    number: &str,
) -> sqlx::Result<Option<OrganisationId>> {
    sqlx::query_scalar(db::sql!(
        "select id from parties.organisation where tenant_id = $1 and registration_number = $2"
    ))
    .bind(tenant)
    .bind(number)
    .fetch_optional(conn)
    .await
}

/// Enters an organisation.
///
/// # Errors
/// `Conflict("organisation_registration_number_key")`.
pub async fn new_organisation<A: Action>(
    tx: &mut Tx,
    _: &May<A>,
    id: OrganisationId,
    data: &OrganisationData,
) -> Result<(), OpError> {
    let tenant = tx.op().tenant();
    sqlx::query(db::sql!(
        "insert into parties.organisation (tenant_id, id, name, fold, registration_number, legal_form, address)
         values ($1, $2, $3, $4, $5, $6, $7)"
    ))
    .bind(tenant)
    .bind(id)
    .bind(&data.name)
    .bind(latvian::search::fold(&data.name))
    .bind(&data.registration_number)
    .bind(&data.legal_form)
    .bind(&data.address)
    .execute(tx.conn())
    .await?;
    channels(tx, id, data).await?;
    tx.audit(Audit::of(A::DEF.name, "parties.organisation", id).with(serde_json::json!({ "effect": "created" })));
    Ok(())
}

/// Changes what is known of an organisation.
///
/// # Errors
/// `Conflict("organisation_registration_number_key")`.
pub async fn update_organisation<A: Action>(tx: &mut Tx, may: &May<A>, data: &OrganisationData) -> Result<(), OpError> {
    let tenant = tx.op().tenant();
    let done = sqlx::query(db::sql!(
        "update parties.organisation set name = $3, fold = $4, registration_number = $5, legal_form = $6, address = $7,
                version = version + 1
         where tenant_id = $1 and id = $2"
    ))
    .bind(tenant)
    .bind(may.resource())
    .bind(&data.name)
    .bind(latvian::search::fold(&data.name))
    .bind(&data.registration_number)
    .bind(&data.legal_form)
    .bind(&data.address)
    .execute(tx.conn())
    .await?;
    found(done.rows_affected())?;
    channels(tx, OrganisationId(may.resource()), data).await?;
    tx.audit(
        Audit::of(A::DEF.name, "parties.organisation", may.resource()).with(serde_json::json!({ "effect": "changed" })),
    );
    Ok(())
}

/// One channel of each kind: what is given stands, what is empty goes.
async fn channels(tx: &mut Tx, organisation: OrganisationId, data: &OrganisationData) -> Result<(), OpError> {
    let op = tx.op().clone();
    let all = [
        (ChannelKind::Email, &data.email),
        (ChannelKind::Phone, &data.phone),
        (ChannelKind::EAddress, &data.e_address),
    ];
    let (kinds, values): (Vec<&str>, Vec<String>) =
        all.into_iter().filter_map(|(k, v)| Some((k.code(), v.clone()?))).unzip();
    let ids: Vec<Uuid> = kinds.iter().map(|_| op.new_id()).collect();
    sqlx::query(db::sql!(
        "with r as (select * from unnest($3::uuid[], $4::text[], $5::text[]) as r(id, kind, value)),
         gone as (
           delete from parties.contact_channel c
           where c.tenant_id = $1 and c.organisation_id = $2
             and not exists (select from r where r.kind = c.kind and r.value = c.value))
         insert into parties.contact_channel (tenant_id, id, organisation_id, kind, value)
         select $1, id, $2, kind, value from r
         on conflict on constraint contact_channel_key do nothing"
    ))
    .bind(op.tenant())
    .bind(organisation)
    .bind(ids)
    .bind(kinds)
    .bind(values)
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// One organisation.
///
/// # Errors
/// The database failed.
pub async fn organisation(
    conn: &mut PgConnection,
    tenant: TenantId,
    id: OrganisationId,
) -> sqlx::Result<Option<Organisation>> {
    sqlx::query_as(db::sql!(
        "select id, name, registration_number, legal_form, address, version from parties.organisation
         where tenant_id = $1 and id = $2"
    ))
    .bind(tenant)
    .bind(id)
    .fetch_optional(conn)
    .await
}

/// Mandates of an organisation or a person, given (`represented`) or held (`representative`); newest first.
///
/// # Errors
/// The database failed.
pub async fn mandates(
    conn: &mut PgConnection,
    tenant: TenantId,
    organisation: Option<OrganisationId>,
    person: Option<PersonId>,
) -> sqlx::Result<Vec<MandateLine>> {
    sqlx::query_as(db::sql!(
        "select m.id, m.representative_id, r.given_names || ' ' || r.surname as representative, m.person_id,
           m.organisation_id, coalesce(o.name, p.given_names || ' ' || p.surname, '') as represented, m.extent, m.ground,
           m.valid_from, m.valid_to, m.revoked_at
         from parties.mandate m
         join parties.person r on r.tenant_id = $1 and r.id = m.representative_id
         left join parties.organisation o on o.tenant_id = $1 and o.id = m.organisation_id
         left join parties.person p on p.tenant_id = $1 and p.id = m.person_id
         where m.tenant_id = $1 and (m.organisation_id = $2 or m.person_id = $3 or m.representative_id = $3)
         order by m.revoked_at is not null, m.valid_from desc, m.id desc limit 200"
    ))
    .bind(tenant)
    .bind(organisation)
    .bind(person)
    .fetch_all(conn)
    .await
}

/// What a person may do on a day in the name of others: mandates that stand.
///
/// # Errors
/// The database failed.
pub async fn mandates_on(
    conn: &mut PgConnection,
    tenant: TenantId,
    representative: PersonId,
    on: Date,
) -> sqlx::Result<Vec<Mandate>> {
    sqlx::query_as(db::sql!(
        "select id, representative_id, person_id, organisation_id, extent, ground, valid_from, valid_to, revoked_at
         from parties.mandate
         where tenant_id = $1 and representative_id = $2 and revoked_at is null
           and valid_from <= $3 and (valid_to is null or valid_to >= $3)
         order by id"
    ))
    .bind(tenant)
    .bind(representative)
    .bind(on)
    .fetch_all(conn)
    .await
}

/// Writes a mandate down.
///
/// # Errors
/// A constraint refused.
pub async fn new_mandate<A: Action>(tx: &mut Tx, _: &May<A>, new: &NewMandate) -> Result<(), OpError> {
    let tenant = tx.op().tenant();
    sqlx::query(db::sql!(
        "insert into parties.mandate (tenant_id, id, representative_id, person_id, organisation_id, extent, ground,
           valid_from, valid_to)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
    ))
    .bind(tenant)
    .bind(new.id)
    .bind(new.representative_id)
    .bind(new.person_id)
    .bind(new.organisation_id)
    .bind(new.extent)
    .bind(&new.ground)
    .bind(new.valid_from)
    .bind(new.valid_to)
    .execute(tx.conn())
    .await?;
    let data =
        serde_json::json!({ "effect": "granted", "representative": new.representative_id, "extent": new.extent });
    tx.audit(Audit::of(A::DEF.name, "parties.mandate", new.id).ground(new.ground.clone()).with(data));
    Ok(())
}

/// Ends a mandate now; it stays readable.
///
/// # Errors
/// `Stale` where it was revoked already.
pub async fn revoke_mandate<A: Action>(tx: &mut Tx, may: &May<A>, id: MandateId) -> Result<(), OpError> {
    let (tenant, now) = (tx.op().tenant(), tx.op().now());
    let done = sqlx::query(db::sql!(
        "update parties.mandate set revoked_at = $3 where tenant_id = $1 and id = $2 and revoked_at is null"
    ))
    .bind(tenant)
    .bind(id)
    .bind(now)
    .execute(tx.conn())
    .await?;
    if done.rows_affected() == 0 {
        return Err(OpError::Stale);
    }
    let data = serde_json::json!({ "effect": "revoked" });
    tx.audit(Audit::of(A::DEF.name, "parties.mandate", may.resource()).with(data));
    Ok(())
}

/// The person with that personal code.
///
/// # Errors
/// The database failed.
pub async fn person_by_code(
    conn: &mut PgConnection,
    tenant: TenantId,
    code: &str,
) -> sqlx::Result<Option<(PersonId, String, String)>> {
    sqlx::query_as(db::sql!(
        "select id, given_names, surname from parties.person where tenant_id = $1 and personal_code = $2"
    ))
    .bind(tenant)
    .bind(code)
    .fetch_optional(conn)
    .await
}
