use op::{Facts, Op};
use serde_json::json;
use types::{Date, MandateId, OrganisationId, PersonId};

use super::PartiesError;
use crate::{
    Mandate, MandateExtent, NewMandate, NewPerson, Organisation, OrganisationData,
    actions::{CreatePerson, EditOrganisation, GrantMandate},
    rules::{self, MandateRefused},
    store,
};

/// Enters an organisation.
///
/// # Errors
/// `Conflict("organisation_registration_number_key")`, or it is not theirs to do.
pub async fn enter_organisation(op: &Op, id: OrganisationId, data: &OrganisationData) -> Result<(), PartiesError> {
    let mut tx = op.begin().await?;
    let may = tx.create::<EditOrganisation>(&Facts::default())?;
    store::new_organisation(&mut tx, &may, id, data).await?;
    tx.history(id, "entered", json!({}));
    Ok(tx.commit().await?)
}

/// Corrects what is known of an organisation.
///
/// # Errors
/// `Stale`, `Conflict("organisation_registration_number_key")`, or it is not theirs to do.
pub async fn change_organisation(
    op: &Op,
    id: OrganisationId,
    version: i32,
    data: &OrganisationData,
) -> Result<(), PartiesError> {
    let mut tx = op.begin().await?;
    let (_, may) = tx.hold_version::<Organisation, EditOrganisation>(id, version).await?;
    store::update_organisation(&mut tx, &may, data).await?;
    tx.history(id, "changed", json!({}));
    Ok(tx.commit().await?)
}

/// Who is to represent: somebody known, or somebody as their papers say.
#[derive(Clone, Debug)]
pub enum Representative {
    /// Somebody known.
    Known(PersonId),
    /// By name and personal code; entered where the code is not known yet.
    Named {
        /// Given names.
        given_names: String,
        /// Surname.
        surname: String,
        /// Personal code; who has none is entered anew.
        personal_code: Option<String>,
    },
}

/// A mandate that somebody brings.
#[derive(Clone, Debug)]
pub struct MandateRequest {
    /// The organisation represented.
    pub organisation: OrganisationId,
    /// Who represents it.
    pub representative: Representative,
    /// How far it reaches.
    pub extent: MandateExtent,
    /// What it rests on.
    pub ground: String,
    /// First day.
    pub from: Date,
    /// Last day.
    pub to: Option<Date>,
}

/// Writes down that a person represents an organisation. Two at once wait for each other on the organisation's row.
///
/// # Errors
/// A rule refused, or it is not theirs to do.
pub async fn give_mandate(op: &Op, ask: &MandateRequest) -> Result<MandateId, PartiesError> {
    let mut tx = op.begin().await?;
    let (organisation, may) = tx.hold::<Organisation, GrantMandate>(ask.organisation).await?;
    let representative_id = match &ask.representative {
        Representative::Known(person) => *person,
        Representative::Named { given_names, surname, personal_code } => {
            named(&mut tx, given_names, surname, personal_code.as_deref()).await?
        }
    };
    let new = NewMandate {
        id: op.new_id(),
        representative_id,
        person_id: None,
        organisation_id: Some(organisation.id),
        extent: ask.extent,
        ground: ask.ground.clone(),
        valid_from: ask.from,
        valid_to: ask.to,
    };
    let there = store::mandates(tx.conn(), op.tenant(), Some(organisation.id), None).await?;
    let there: Vec<Mandate> = there.into_iter().map(|l| l.mandate).collect();
    rules::may_represent(&new, &there, op.today())?;
    store::new_mandate(&mut tx, &may, &new).await?;
    tx.history(organisation.id, "mandate-given", json!({ "mandate": new.id, "extent": new.extent }));
    tx.history(representative_id, "mandate-given", json!({ "mandate": new.id, "extent": new.extent }));
    tx.commit().await?;
    Ok(new.id)
}

/// The person with that code, if the name is the same; else a new one.
async fn named(
    tx: &mut op::Tx,
    given_names: &str,
    surname: &str,
    personal_code: Option<&str>,
) -> Result<PersonId, PartiesError> {
    let tenant = tx.op().tenant();
    if let Some(code) = personal_code
        && let Some((id, given, family)) = store::person_by_code(tx.conn(), tenant, code).await?
    {
        let same = crate::fold_names(&given, &family) == crate::fold_names(given_names, surname);
        return if same { Ok(id) } else { Err(MandateRefused::OtherName.into()) };
    }
    let new = NewPerson {
        id: tx.op().new_id(),
        given_names: given_names.to_owned(),
        surname: surname.to_owned(),
        personal_code: personal_code.map(ToOwned::to_owned),
        birth_date: None,
        sex: None,
        bank_account: None,
        address: None,
        email: None,
        phone: None,
    };
    let may = tx.consequence::<CreatePerson>(new.id)?;
    store::new_person(tx, &may, std::slice::from_ref(&new)).await?;
    tx.history(new.id, "entered", json!({}));
    Ok(new.id)
}

/// Ends a mandate now.
///
/// # Errors
/// `Revoked` where it was revoked already, or it is not theirs to do.
pub async fn revoke_mandate(op: &Op, id: MandateId) -> Result<(), PartiesError> {
    let mut tx = op.begin().await?;
    let (mandate, may) = tx.hold::<Mandate, GrantMandate>(id).await?;
    if mandate.revoked_at.is_some() {
        return Err(MandateRefused::Revoked.into());
    }
    store::revoke_mandate(&mut tx, &may, id).await?;
    if let Some(organisation) = mandate.organisation_id {
        tx.history(organisation, "mandate-revoked", json!({ "mandate": id }));
    }
    tx.history(mandate.representative_id, "mandate-revoked", json!({ "mandate": id }));
    Ok(tx.commit().await?)
}
