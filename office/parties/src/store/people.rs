use op::{Action, Audit, May, OpError, Tx};
use serde::Serialize;
use sqlx::types::Json;
use types::PersonId;
use uuid::Uuid;

use crate::{ChannelKind, NewPerson, PersonChange, model::fold_name};

#[derive(Serialize)]
struct PersonRow<'a> {
    #[serde(flatten)]
    person: &'a NewPerson,
    fold: String,
    email_id: Uuid,
    phone_id: Uuid,
}

/// Enters persons.
///
/// # Errors
/// `Conflict("person_personal_code_key")` where somebody has that personal code already.
pub async fn new_person<A: Action>(tx: &mut Tx, _: &May<A>, new: &[NewPerson]) -> Result<(), OpError> {
    let op = tx.op().clone();
    let row = |person| PersonRow { person, fold: fold_name(person), email_id: op.new_id(), phone_id: op.new_id() };
    let rows: Vec<_> = new.iter().map(row).collect();
    sqlx::query(db::sql!(
        "with r as (
           select * from jsonb_to_recordset($3) as r(id uuid, given_names text, surname text, fold text, personal_code text,
             birth_date date, sex text, bank_account text, address text, email text, phone text, email_id uuid, phone_id uuid)
         ), person as (
           insert into parties.person (tenant_id, id, given_names, surname, fold, personal_code, birth_date, sex,
                                       bank_account, address, created_at)
           select $1, id, given_names, surname, fold, personal_code, birth_date, sex, bank_account, address, $2 from r
         )
         insert into parties.contact_channel (tenant_id, id, person_id, kind, value)
         select $1, c.id, r.id, c.kind, c.value
         from r cross join lateral (values (email_id, 'email', email), (phone_id, 'phone', phone)) as c(id, kind, value)
         where c.value is not null"
    ))
    .bind(op.tenant())
    .bind(op.now())
    .bind(Json(&rows))
    .execute(tx.conn())
    .await?;
    tx.audit(
        Audit::of_all(A::DEF.name, "parties.person", new.iter().map(|p| p.id.uuid()).collect())
            .with(serde_json::json!({ "effect": "created" })),
    );
    Ok(())
}

/// Changes what is known of a person; the old personal code goes into the history.
///
/// # Errors
/// `Conflict("person_personal_code_key")` where somebody else has that personal code.
pub async fn update_person<A: Action>(
    tx: &mut Tx,
    _: &May<A>,
    person: PersonId,
    change: &PersonChange,
) -> Result<(), OpError> {
    let op = tx.op().clone();
    let names: Option<(String, String)> =
        sqlx::query_as(db::sql!("select given_names, surname from parties.person where tenant_id = $1 and id = $2"))
            .bind(op.tenant())
            .bind(person)
            .fetch_optional(tx.conn())
            .await?;
    let (given_names, surname) = names.ok_or(OpError::NotFound)?;
    let given_names = change.given_names.clone().unwrap_or(given_names);
    let surname = change.surname.clone().unwrap_or(surname);
    let fold = crate::model::fold_names(&given_names, &surname);
    sqlx::query(db::sql!(
        "with c as (
           select * from jsonb_to_record($3) as c(personal_code text, birth_date date, language text, bank_account text, address text)
         ), old as (
           insert into parties.personal_code_history (tenant_id, id, person_id, personal_code, valid_to)
           select $1, $4, p.id, p.personal_code, $5
           from parties.person p, c
           where p.tenant_id = $1 and p.id = $2 and p.personal_code is not null
             and c.personal_code is not null and c.personal_code <> p.personal_code
         )
         update parties.person p set
           given_names = $6, surname = $7, fold = $8, version = version + 1,
           personal_code = case when c.personal_code is null then p.personal_code else nullif(c.personal_code, '') end,
           birth_date = coalesce(c.birth_date, p.birth_date),
           language = coalesce(nullif(c.language, ''), p.language),
           bank_account = case when c.bank_account is null then p.bank_account else nullif(c.bank_account, '') end,
           address = case when c.address is null then p.address else nullif(c.address, '') end
         from c where p.tenant_id = $1 and p.id = $2"
    ))
    .bind(op.tenant())
    .bind(person)
    .bind(Json(change))
    .bind(op.new_id::<Uuid>())
    .bind(op.today())
    .bind(&given_names)
    .bind(&surname)
    .bind(&fold)
    .execute(tx.conn())
    .await?;
    for (kind, value) in [(ChannelKind::Email, &change.email), (ChannelKind::Phone, &change.phone)] {
        if let Some(value) = value {
            write_channel(tx, person, kind, value).await?;
        }
    }
    let fields = change.fields();
    tx.audit(
        Audit::of(A::DEF.name, "parties.person", person)
            .with(serde_json::json!({ "effect": "changed", "fields": fields })),
    );
    tx.history(person, "changed", serde_json::json!({ "fields": fields }));
    Ok(())
}

/// Sets the preferred channel of a kind; an empty value removes it.
///
/// # Errors
/// The database failed.
pub async fn set_channel<A: Action>(
    tx: &mut Tx,
    _: &May<A>,
    person: PersonId,
    kind: ChannelKind,
    value: &str,
) -> Result<(), OpError> {
    write_channel(tx, person, kind, value).await?;
    let data = serde_json::json!({ "effect": "channel", "kind": kind.code(), "removed": value.is_empty() });
    tx.audit(Audit::of(A::DEF.name, "parties.person", person).with(data));
    Ok(())
}

async fn write_channel(tx: &mut Tx, person: PersonId, kind: ChannelKind, value: &str) -> Result<(), OpError> {
    let op = tx.op().clone();
    sqlx::query(db::sql!(
        "with gone as (
           delete from parties.contact_channel
           where tenant_id = $1 and person_id = $2 and kind = $3 and is_preferred and value <> $4
         )
         insert into parties.contact_channel (tenant_id, id, person_id, kind, value)
         select $1, $5, $2, $3, $4 where $4 <> ''
         on conflict on constraint contact_channel_key do update set is_preferred = true"
    ))
    .bind(op.tenant())
    .bind(person)
    .bind(kind)
    .bind(value)
    .bind(op.new_id::<Uuid>())
    .execute(tx.conn())
    .await?;
    Ok(())
}
