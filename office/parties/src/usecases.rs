//! Hold, decide, write, say: one transaction each.

mod organisations;
mod posts;

pub use organisations::{
    MandateRequest, Representative, change_organisation, enter_organisation, give_mandate, revoke_mandate,
};
pub use posts::{add_post, change_post};

use chrono::Days;
use op::{Action as _, Event, NewJob, Op, OpError, Tx};
use serde_json::json;
use types::{Date, GrantId, PersonId, SubstitutionId, UnitId, start_of_day};

use crate::{
    ChannelKind, Grant, NewGrant, NewPerson, NewUnit, PersonChange, Substitution, Unit, UnitKind,
    actions::{CancelSubstitution, CreatePerson, EditContact, EditPerson, EditUnit, GrantRole, Substitute},
    held::Person,
    role,
    rules::{self, MandateRefused, PostRefused, RoleRefused, SubstitutionRefused, UnitRefused},
    store::{self, UnitChange},
};

/// Why nothing was done.
#[derive(Debug, thiserror::Error)]
pub enum PartiesError {
    /// A rule about substitutions.
    #[error(transparent)]
    Substitution(#[from] SubstitutionRefused),
    /// A rule about units.
    #[error(transparent)]
    Unit(#[from] UnitRefused),
    /// A rule about roles.
    #[error(transparent)]
    Role(#[from] RoleRefused),
    /// A rule about mandates.
    #[error(transparent)]
    Mandate(#[from] MandateRefused),
    /// A rule about posts.
    #[error(transparent)]
    Post(#[from] PostRefused),
    /// The operation itself.
    #[error(transparent)]
    Op(#[from] OpError),
}

impl From<sqlx::Error> for PartiesError {
    fn from(e: sqlx::Error) -> Self {
        Self::Op(e.into())
    }
}

/// The job that says that a substitution has begun or ended.
pub(crate) const TURN: &str = "parties.turn-substitution";
/// A substitution began: tasks and the right to sign have moved.
pub const STARTED: &str = "parties.substitution-started";
/// A substitution ended: they have come back.
pub const ENDED: &str = "parties.substitution-ended";

/// A substitution that somebody asks for.
#[derive(Clone, Debug)]
pub struct SubstitutionRequest {
    /// Who will be away.
    pub absent: PersonId,
    /// Who will act.
    pub substitute: PersonId,
    /// First day.
    pub from: Date,
    /// Last day.
    pub to: Date,
    /// Why.
    pub ground: String,
}

/// Appoints a substitute.
///
/// # Errors
/// A rule refused, or it is not theirs to do.
pub async fn substitute(op: &Op, ask: &SubstitutionRequest) -> Result<SubstitutionId, PartiesError> {
    let mut tx = op.begin().await?;
    let (_, may) = tx.hold::<Person, Substitute>(ask.absent).await?;
    let id = substitute_in(&mut tx, &may, ask).await?;
    tx.commit().await?;
    Ok(id)
}

/// The same within a larger transaction: an approved leave brings its substitute with it
/// (`may` is then `tx.consequence::<Substitute>(absent)`).
///
/// # Errors
/// A rule refused.
pub async fn substitute_in<A: op::Action>(
    tx: &mut Tx,
    may: &op::May<A>,
    ask: &SubstitutionRequest,
) -> Result<SubstitutionId, PartiesError> {
    let op = tx.op().clone();
    let new = Substitution {
        id: op.new_id(),
        absent_id: ask.absent,
        substitute_id: ask.substitute,
        valid_from: ask.from,
        valid_to: ask.to,
        ground: ask.ground.clone(),
        cancelled_at: None,
        unit_id: None,
    };
    store::lock_substitutions(tx.conn(), op.tenant()).await?;
    let others = store::substitutions_between(tx.conn(), op.tenant(), ask.from, ask.to).await?;
    rules::may_substitute(&new, &others, op.today())?;
    if store::main_employment(tx.conn(), op.tenant(), ask.substitute, ask.from).await?.is_none() {
        return Err(SubstitutionRefused::NotEmployed.into());
    }
    store::new_substitution(tx, may, &new).await?;
    tx.history(
        new.absent_id,
        "substitute-appointed",
        json!({ "substitution": new.id, "from": new.valid_from, "to": new.valid_to }),
    );
    announce(tx, &new);
    Ok(new.id)
}

/// Says at once what is so already; the rest comes by jobs on its day.
fn announce(tx: &mut Tx, s: &Substitution) {
    let today = tx.op().today();
    if s.valid_from <= today {
        say_turn(tx, s, STARTED);
    } else {
        turn_on(tx, s, "start", s.valid_from);
    }
    if let Some(after) = s.valid_to.checked_add_days(Days::new(1)) {
        turn_on(tx, s, "end", after);
    }
}

fn turn_on(tx: &mut Tx, s: &Substitution, turn: &str, day: Date) {
    tx.job(NewJob { kind: TURN, payload: json!({ "id": s.id, "turn": turn }), run_at: start_of_day(day) });
}

fn say_turn(tx: &mut Tx, s: &Substitution, kind: &'static str) {
    let subjects = vec![s.id.uuid(), s.absent_id.uuid(), s.substitute_id.uuid()];
    let data = json!({ "absent": s.absent_id, "substitute": s.substitute_id, "from": s.valid_from, "to": s.valid_to });
    tx.history(s.id, if kind == STARTED { "started" } else { "ended" }, json!({}));
    tx.publish(Event { kind, subjects, data });
}

/// Says on its day that a substitution begins or ends; a second time says nothing.
///
/// # Errors
/// The database failed.
pub(crate) async fn turn_substitution(op: &Op, id: SubstitutionId, start: bool) -> Result<(), OpError> {
    let mut tx = op.begin().await?;
    let (s, _) = tx.hold::<Substitution, Substitute>(id).await?;
    let verb = if start { "started" } else { "ended" };
    let said = store::has_history(tx.conn(), op.tenant(), id.uuid(), verb).await?;
    if s.cancelled_at.is_some() || said {
        return Ok(());
    }
    say_turn(&mut tx, &s, if start { STARTED } else { ENDED });
    tx.audit(op::Audit::of("parties.substitution.turn", "parties.substitution", id).with(json!({ "effect": verb })));
    tx.commit().await
}

/// Cancels a substitution; one that runs ends now.
///
/// # Errors
/// `Past` where it is over already, `NotFound`, `Forbidden`.
pub async fn cancel_substitution(op: &Op, id: SubstitutionId) -> Result<(), PartiesError> {
    let mut tx = op.begin().await?;
    let (s, may) = tx.hold::<Substitution, CancelSubstitution>(id).await?;
    if s.valid_to < op.today() || s.cancelled_at.is_some() {
        return Err(SubstitutionRefused::Past.into());
    }
    store::cancel_substitution(&mut tx, &may, &[id]).await?;
    tx.history(s.absent_id, "substitute-cancelled", json!({ "substitution": id }));
    if s.valid_from <= op.today() {
        say_turn(&mut tx, &s, ENDED);
    }
    Ok(tx.commit().await?)
}

/// Creates a unit under another.
///
/// # Errors
/// A rule refused, `Conflict("unit_code_key")`, or it is not theirs to do.
pub async fn create_unit(op: &Op, parent: UnitId, mut new: NewUnit) -> Result<UnitId, PartiesError> {
    let mut tx = op.begin().await?;
    store::lock_tree(tx.conn(), op.tenant()).await?;
    let (above, may) = tx.hold::<Unit, EditUnit>(parent).await?;
    rules::may_stand_under(new.kind, &above, op.today())?;
    new.parent_id = Some(parent);
    store::new_unit(&mut tx, &may, std::slice::from_ref(&new)).await?;
    tx.history(new.id, "created", json!({ "name": new.name }));
    tx.commit().await?;
    Ok(new.id)
}

/// Creates the municipality itself, once.
///
/// # Errors
/// `Conflict` where it exists.
pub async fn create_municipality(op: &Op, new: NewUnit) -> Result<UnitId, PartiesError> {
    let mut tx = op.begin().await?;
    let may = tx.create::<EditUnit>(&op::Facts::default())?;
    if new.kind != UnitKind::Municipality || new.parent_id.is_some() {
        return Err(UnitRefused::Kind.into());
    }
    if store::units(tx.conn(), op.tenant(), None).await?.iter().any(|u| u.parent_id.is_none()) {
        return Err(UnitRefused::Root.into());
    }
    store::new_unit(&mut tx, &may, std::slice::from_ref(&new)).await?;
    tx.commit().await?;
    Ok(new.id)
}

/// Changes how a unit is called and described.
///
/// # Errors
/// `Stale`, `Conflict("unit_code_key")`, or it is not theirs to do.
pub async fn rename_unit(op: &Op, unit: UnitId, version: i32, change: &UnitChange) -> Result<(), PartiesError> {
    let mut tx = op.begin().await?;
    let (_, may) = tx.hold_version::<Unit, EditUnit>(unit, version).await?;
    store::rename_unit(&mut tx, &may, change).await?;
    Ok(tx.commit().await?)
}

/// Moves a unit under another: both must be theirs to change.
///
/// # Errors
/// A rule refused, or it is not theirs to do.
pub async fn move_unit(op: &Op, unit: UnitId, parent: UnitId) -> Result<(), PartiesError> {
    let mut tx = op.begin().await?;
    store::lock_tree(tx.conn(), op.tenant()).await?;
    let (above, _) = tx.hold::<Unit, EditUnit>(parent).await?;
    let (unit, may) = tx.hold::<Unit, EditUnit>(unit).await?;
    rules::may_move(&unit, &above, op.today())?;
    store::move_unit(&mut tx, &may, parent).await?;
    Ok(tx.commit().await?)
}

/// Closes a unit after a day.
///
/// # Errors
/// A rule refused, or it is not theirs to do.
pub async fn close_unit(op: &Op, unit: UnitId, last: Date) -> Result<(), PartiesError> {
    let mut tx = op.begin().await?;
    store::lock_tree(tx.conn(), op.tenant()).await?;
    let (unit, may) = tx.hold::<Unit, EditUnit>(unit).await?;
    let (people, below) = store::occupied(tx.conn(), op.tenant(), unit.id, last).await?;
    rules::may_close(&unit, last, people, below)?;
    store::close_unit(&mut tx, &may, last).await?;
    Ok(tx.commit().await?)
}

/// Grants a role in a unit and everything below it.
///
/// # Errors
/// A rule refused, or it is not theirs to do.
pub async fn grant_role(op: &Op, new: &NewGrant) -> Result<GrantId, PartiesError> {
    let mut tx = op.begin().await?;
    // The lock on the unit keeps two from granting the same at once.
    let (unit, may) = tx.hold::<Unit, GrantRole>(new.unit_id).await?;
    let there = store::grants_in(tx.conn(), op.tenant(), Some(&[unit.id]), new.valid_from).await?;
    let grant = Grant {
        id: new.id,
        person_id: new.person_id,
        role: new.role.clone(),
        unit_id: new.unit_id,
        valid_from: new.valid_from,
        valid_to: new.valid_to,
    };
    rules::may_grant(&grant, &unit, &there)?;
    if store::person_card(tx.conn(), op.tenant(), new.person_id).await?.is_none() {
        return Err(OpError::NotFound.into());
    }
    store::grant(&mut tx, &may, std::slice::from_ref(new)).await?;
    tx.history(new.person_id, "role-granted", json!({ "role": new.role, "unit": new.unit_id }));
    tx.commit().await?;
    Ok(new.id)
}

/// Ends a grant: from today it holds no more.
///
/// # Errors
/// `LastAdmin`, or it is not theirs to do.
pub async fn revoke_role(op: &Op, id: GrantId) -> Result<(), PartiesError> {
    let mut tx = op.begin().await?;
    let yesterday = op.today().pred_opt().unwrap_or_else(|| op.today());
    store::lock_tree(tx.conn(), op.tenant()).await?;
    let (grant, may) = tx.hold::<Grant, GrantRole>(id).await?;
    if grant.role == role::EMPLOYEE {
        return Err(RoleRefused::Unknown.into());
    }
    if grant.role == role::ADMIN {
        let all = store::grants_in(tx.conn(), op.tenant(), None, op.today()).await?;
        let others = all.iter().filter(|g| g.role == role::ADMIN && g.id != id && g.valid_from <= op.today());
        if others.count() == 0 {
            return Err(RoleRefused::LastAdmin.into());
        }
    }
    store::revoke(&mut tx, &may, &[id], yesterday).await?;
    tx.history(grant.person_id, "role-revoked", json!({ "role": grant.role, "unit": grant.unit_id }));
    Ok(tx.commit().await?)
}

/// Enters a person.
///
/// # Errors
/// `Conflict("person_personal_code_key")`, or it is not theirs to do.
pub async fn enter_person(op: &Op, new: &NewPerson) -> Result<(), PartiesError> {
    let mut tx = op.begin().await?;
    // Who has no employment yet belongs to no unit; whoever may enter persons anywhere may enter this one.
    let scope = op.scope(CreatePerson::DEF);
    let unit = scope.units().and_then(|units| units.first().copied());
    let may = tx.create::<CreatePerson>(&op::Facts { unit, ..op::Facts::default() })?;
    store::new_person(&mut tx, &may, std::slice::from_ref(new)).await?;
    tx.history(new.id, "entered", json!({}));
    Ok(tx.commit().await?)
}

/// Corrects what is known of a person.
///
/// # Errors
/// `Stale`, `Conflict("person_personal_code_key")`, or it is not theirs to do.
pub async fn change_person(op: &Op, person: PersonId, version: i32, change: &PersonChange) -> Result<(), PartiesError> {
    let mut tx = op.begin().await?;
    let (_, may) = tx.hold_version::<Person, EditPerson>(person, version).await?;
    store::update_person(&mut tx, &may, person, change).await?;
    Ok(tx.commit().await?)
}

/// Changes how a person can be reached.
///
/// # Errors
/// It is not theirs to do.
pub async fn change_contacts(op: &Op, person: PersonId, email: &str, phone: &str) -> Result<(), PartiesError> {
    let mut tx = op.begin().await?;
    let (_, may) = tx.hold::<Person, EditContact>(person).await?;
    for (kind, value) in [(ChannelKind::Email, email), (ChannelKind::Phone, phone)] {
        store::set_channel(&mut tx, &may, person, kind, value).await?;
    }
    tx.history(person, "contacts-changed", json!({}));
    Ok(tx.commit().await?)
}
