//! Pages: units, posts, people, organisations, substitutions, roles.

mod organisations;
mod parameters;
mod people;
mod posts;
mod roles;
mod samples;
mod substitutions;
mod units;

use std::sync::Arc;

use i18n::Tr;
use op::{Action as _, Audit, Op};
use types::{BoxFuture, PersonId, UnitId};
use ui::{FormState, Html, c::Choice};
use web::{Access, Ctx, NavEntry, Problem, Route, get, post};

use crate::{
    PartiesError, Unit,
    actions::{
        CreatePerson, EditContact, EditOrganisation, EditParameters, EditPerson, EditPost, EditUnit, GrantMandate,
        GrantRole, Substitute, ViewOrganisation, ViewParameters, ViewPerson, ViewRoles, ViewUnit,
    },
    held::Person,
    rules::{MandateRefused, PostRefused, RoleRefused, SubstitutionRefused, UnitRefused},
};

pub use samples::samples;

/// A tab that an app adds to a person's card. Registered as `Vec<Arc<dyn PersonTab>>`.
pub trait PersonTab: Send + Sync {
    /// Stands in the address: `?tab=leave`.
    fn id(&self) -> &'static str;
    /// The key of its name.
    fn label(&self) -> &'static str;
    /// Is it for this actor and person?
    fn shows(&self, op: &Op, person: &Person) -> bool;
    /// What is under it.
    fn render<'a>(&'a self, ctx: &'a Ctx, person: PersonId) -> BoxFuture<'a, Result<Html, Problem>>;
}

/// All such tabs.
pub type PersonTabs = Vec<Arc<dyn PersonTab>>;

/// The places in the left rail.
pub const NAV: &[NavEntry] = &[
    NavEntry { href: "/people", label: "parties-people", icon: "users", group: "parties-nav", action: None },
    NavEntry {
        href: "/organisations",
        label: "parties-organisations",
        icon: "building-2",
        group: "parties-nav",
        action: Some(ViewOrganisation::DEF),
    },
    NavEntry { href: "/units", label: "parties-units", icon: "network", group: "parties-nav", action: None },
    NavEntry {
        href: "/substitutions",
        label: "parties-substitutions",
        icon: "user-check",
        group: "parties-nav",
        action: None,
    },
    NavEntry {
        href: "/admin/parameters",
        label: "parties-parameters",
        icon: "scale",
        group: "parties-nav",
        action: Some(ViewParameters::DEF),
    },
    NavEntry {
        href: "/admin/roles",
        label: "parties-roles",
        icon: "shield-check",
        group: "parties-nav",
        action: Some(ViewRoles::DEF),
    },
];

/// The routes.
#[must_use]
pub fn routes() -> Vec<Route> {
    let view_unit = Access::Action(ViewUnit::DEF);
    let edit_unit = Access::Action(EditUnit::DEF);
    let edit_post = Access::Action(EditPost::DEF);
    let view_person = Access::Action(ViewPerson::DEF);
    let edit_person = Access::Action(EditPerson::DEF);
    let create_person = Access::Action(CreatePerson::DEF);
    let contact = Access::Action(EditContact::DEF);
    let substitute = Access::Action(Substitute::DEF);
    let view_roles = Access::Action(ViewRoles::DEF);
    let grant = Access::Action(GrantRole::DEF);
    let view_organisation = Access::Action(ViewOrganisation::DEF);
    let edit_organisation = Access::Action(EditOrganisation::DEF);
    let mandate = Access::Action(GrantMandate::DEF);
    let view_parameters = Access::Action(ViewParameters::DEF);
    let edit_parameters = Access::Action(EditParameters::DEF);
    vec![
        get("/units", view_unit, "parties-units", units::tree),
        get("/units/{id}", view_unit, "parties-unit", units::card),
        get("/units/{id}/new", edit_unit, "parties-unit-new", units::show_new),
        post("/units/{id}/new", edit_unit, "parties-unit-new", units::create),
        get("/units/{id}/edit", edit_unit, "parties-unit-edit", units::show_edit),
        post("/units/{id}/edit", edit_unit, "parties-unit-edit", units::edit),
        get("/units/{id}/move", edit_unit, "parties-unit-move", units::show_move),
        post("/units/{id}/move", edit_unit, "parties-unit-move", units::move_),
        get("/units/{id}/close", edit_unit, "parties-unit-close", units::show_close),
        post("/units/{id}/close", edit_unit, "parties-unit-close", units::close),
        get("/units/{id}/posts/new", edit_post, "parties-post-new", units::show_post),
        post("/units/{id}/posts/new", edit_post, "parties-post-new", units::add_post),
        get("/posts/{id}", edit_post, "parties-post-edit", posts::show),
        post("/posts/{id}", edit_post, "parties-post-edit", posts::edit),
        get("/organisations", view_organisation, "parties-organisations", organisations::list),
        get("/organisations/new", edit_organisation, "parties-organisation-new", organisations::show_new),
        post("/organisations/new", edit_organisation, "parties-organisation-new", organisations::create),
        get("/organisations/{id}", view_organisation, "parties-organisation", organisations::card),
        get("/organisations/{id}/edit", edit_organisation, "parties-organisation-edit", organisations::show_edit),
        post("/organisations/{id}/edit", edit_organisation, "parties-organisation-edit", organisations::edit),
        get("/organisations/{id}/mandates/new", mandate, "parties-mandate-new", organisations::show_mandate),
        post("/organisations/{id}/mandates/new", mandate, "parties-mandate-new", organisations::give_mandate),
        post("/mandates/{id}/revoke", mandate, "parties-mandate-revoke", organisations::revoke_mandate),
        get("/people", view_person, "parties-people", people::list),
        get("/people/new", create_person, "parties-person-new", people::show_new),
        post("/people/new", create_person, "parties-person-new", people::create),
        get("/people/{id}", view_person, "parties-person", people::card),
        get("/people/{id}/edit", edit_person, "parties-person-edit", people::show_edit),
        post("/people/{id}/edit", edit_person, "parties-person-edit", people::edit),
        get("/people/{id}/contacts", contact, "parties-contacts-edit", people::show_contacts),
        post("/people/{id}/contacts", contact, "parties-contacts-edit", people::contacts),
        get("/people/{id}/roles/new", grant, "parties-role-new", roles::show_grant),
        post("/people/{id}/roles/new", grant, "parties-role-new", roles::grant),
        get("/substitutions", substitute, "parties-substitutions", substitutions::list),
        get("/substitutions/new", substitute, "parties-substitution-new", substitutions::show_new),
        post("/substitutions/new", substitute, "parties-substitution-new", substitutions::create),
        post("/substitutions/{id}/cancel", substitute, "parties-substitution-cancel", substitutions::cancel),
        get("/admin/parameters", view_parameters, "parties-parameters", parameters::list),
        get("/admin/parameters/{rule}/{key}", view_parameters, "parties-parameter", parameters::show),
        post("/admin/parameters/{rule}/{key}", edit_parameters, "parties-parameter-set", parameters::set),
        post(
            "/admin/parameters/{rule}/{key}/{id}/remove",
            edit_parameters,
            "parties-parameter-remove",
            parameters::remove,
        ),
        get("/admin/roles", view_roles, "parties-roles", roles::list),
        post("/admin/roles/{id}/revoke", grant, "parties-role-revoke", roles::revoke),
    ]
}

/// Writes down whose data the page shows, before it shows them.
async fn viewed(op: &Op, persons: impl IntoIterator<Item = PersonId>) -> Result<(), Problem> {
    let mut subjects: Vec<uuid::Uuid> = persons.into_iter().map(PersonId::uuid).collect();
    if subjects.is_empty() {
        return Ok(());
    }
    subjects.sort_unstable();
    subjects.dedup();
    let mut tx = op.begin().await?;
    tx.audit(Audit::of_all(ViewPerson::DEF.name, "parties.person", subjects));
    Ok(tx.commit().await?)
}

/// Puts a refusal into the form, by the field that it is about; what is no refusal of a rule goes on as a problem.
fn refused(form: &mut FormState, error: PartiesError) -> Result<(), Problem> {
    match error {
        PartiesError::Substitution(e) => {
            let (field, key) = substitution_text(e);
            form.fail(field, key);
        }
        PartiesError::Unit(e) => unit_text(form, e),
        PartiesError::Role(e) => {
            let (field, key) = role_text(e);
            form.fail(field, key);
        }
        PartiesError::Mandate(e) => {
            let (field, key) = mandate_text(e);
            form.fail(field, key);
        }
        PartiesError::Post(PostRefused::HasPeople(n)) => {
            form.fail_with("last", "parties-refused-post-has-people", &[("n", n.into())]);
        }
        PartiesError::Post(PostRefused::BeforeBeginning) => form.fail("last", "parties-refused-post-before"),
        PartiesError::Op(op::OpError::Conflict(c)) if c == "organisation_registration_number_key" => {
            form.fail("registration_number", "parties-refused-organisation-known");
        }
        PartiesError::Op(op::OpError::Conflict(c)) if c == "unit_code_key" => form.fail("code", "parties-refused-code"),
        PartiesError::Op(op::OpError::Conflict(c)) if c == "person_personal_code_key" => {
            form.fail("personal_code", "parties-refused-personal-code");
        }
        PartiesError::Op(e) => return Err(e.into()),
    }
    Ok(())
}

const fn substitution_text(e: SubstitutionRefused) -> (&'static str, &'static str) {
    match e {
        SubstitutionRefused::Oneself => ("substitute", "parties-refused-oneself"),
        SubstitutionRefused::Backwards => ("to", "parties-refused-backwards"),
        SubstitutionRefused::Past => ("to", "parties-refused-past"),
        SubstitutionRefused::NotEmployed => ("substitute", "parties-refused-not-employed"),
        SubstitutionRefused::Overlaps(_) => ("from", "parties-refused-overlaps"),
        SubstitutionRefused::Circle(_) => ("substitute", "parties-refused-circle"),
    }
}

fn unit_text(form: &mut FormState, e: UnitRefused) {
    match e {
        UnitRefused::Root => form.fail("", "parties-refused-root"),
        UnitRefused::Circle => form.fail("parent", "parties-refused-under-itself"),
        UnitRefused::ParentClosed => form.fail("parent", "parties-refused-parent-closed"),
        UnitRefused::Kind => form.fail("kind", "parties-refused-kind"),
        UnitRefused::HasPeople(n) => form.fail_with("last", "parties-refused-has-people", &[("n", n.into())]),
        UnitRefused::HasUnits(n) => form.fail_with("last", "parties-refused-has-units", &[("n", n.into())]),
        UnitRefused::BeforeBeginning => form.fail("last", "parties-refused-before-beginning"),
    }
}

const fn mandate_text(e: MandateRefused) -> (&'static str, &'static str) {
    match e {
        MandateRefused::Oneself => ("surname", "parties-refused-mandate-oneself"),
        MandateRefused::Backwards => ("to", "parties-refused-backwards"),
        MandateRefused::Past => ("to", "parties-refused-past"),
        MandateRefused::Held => ("extent", "parties-refused-mandate-held"),
        MandateRefused::Revoked => ("", "parties-refused-mandate-revoked"),
        MandateRefused::OtherName => ("personal_code", "parties-refused-mandate-other-name"),
    }
}

const fn role_text(e: RoleRefused) -> (&'static str, &'static str) {
    match e {
        RoleRefused::Unknown => ("role", "parties-refused-role-unknown"),
        RoleRefused::RootOnly => ("unit", "parties-refused-root-only"),
        RoleRefused::InstitutionOnly => ("unit", "parties-refused-institution-only"),
        RoleRefused::Held => ("role", "parties-refused-held"),
        RoleRefused::LastAdmin => ("", "parties-refused-last-admin"),
        RoleRefused::Backwards => ("to", "parties-refused-backwards"),
    }
}

/// All open units as choices, each under the ones above it.
fn unit_choices(units: &[Unit], tr: &Tr) -> Vec<Choice> {
    units::preorder(units)
        .into_iter()
        .map(|u| {
            let indent = "\u{2003}".repeat(u.path.len().saturating_sub(1));
            Choice::new(u.id.to_string(), format!("{indent}{}", u.name_in(tr.locale())))
        })
        .collect()
}

fn unit_name(units: &[Unit], id: UnitId, tr: &Tr) -> String {
    units.iter().find(|u| u.id == id).map(|u| u.name_in(tr.locale()).to_owned()).unwrap_or_default()
}

/// "no 01.12.2026. līdz 05.12.2026."
fn period(tr: &Tr, from: types::Date, to: Option<types::Date>) -> String {
    match to {
        Some(to) => tr.ta("parties-period", &[("from", from.into()), ("to", to.into())]),
        None => tr.t1("parties-since", "from", from),
    }
}
