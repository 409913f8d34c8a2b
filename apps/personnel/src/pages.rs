//! The pages.

mod absences;
mod ask;
mod employee;
mod employees;
mod order;
mod order_new;
mod samples;
mod table;
mod texts;
mod views;
mod words;

use op::{Action as _, Audit, Op, Scope};
use types::{PersonId, UnitId};
use uuid::Uuid;
use web::{Access, Ctx, NavEntry, Problem, Route, get, post};

use crate::actions::{
    BookAccount, CorrectOrder, DraftOrder, EditTemplates, FileApplication, ViewAbsences, ViewEmployee, ViewOrder,
};

pub(crate) use samples::samples;
pub(crate) use views::extend;

/// The places in the left rail.
pub(crate) const NAV: &[NavEntry] = &[
    NavEntry { href: "/me", label: "personnel-me", icon: "circle-user", group: "personnel-group", action: None },
    NavEntry {
        href: "/absences",
        label: "personnel-calendar",
        icon: "calendar-days",
        group: "personnel-group",
        action: Some(ViewAbsences::DEF),
    },
    NavEntry {
        href: "/personnel/employees",
        label: "personnel-employees",
        icon: "users",
        group: "personnel-group",
        action: Some(DraftOrder::DEF),
    },
    NavEntry {
        href: "/personnel/orders",
        label: "personnel-orders",
        icon: "file-signature",
        group: "personnel-group",
        action: Some(DraftOrder::DEF),
    },
    NavEntry {
        href: "/personnel/templates",
        label: "personnel-texts",
        icon: "scroll-text",
        group: "personnel-group",
        action: Some(EditTemplates::DEF),
    },
];

pub(crate) fn routes() -> Vec<Route> {
    let does = Access::Action;
    let file = does(FileApplication::DEF);
    let draft = does(DraftOrder::DEF);
    let edit = does(EditTemplates::DEF);
    vec![
        get("/new/leave/{kind}", file, "personnel-new-application", ask::show),
        get("/new/leave/{kind}/check", file, "personnel-new-application", ask::check),
        post("/new/leave/{kind}", file, "personnel-check-and-send", ask::summary),
        post("/new/leave/{kind}/send", file, "personnel-send", ask::send),
        get("/new/staff/{kind}", file, "personnel-new-application", ask::show),
        get("/new/staff/{kind}/check", file, "personnel-new-application", ask::check),
        post("/new/staff/{kind}", file, "personnel-check-and-send", ask::summary),
        post("/new/staff/{kind}/send", file, "personnel-send", ask::send),
        get("/me", Access::SignedIn, "personnel-me", employee::me),
        get("/me/leave", file, "personnel-my-leave", employee::my_leave),
        get("/absences", does(ViewAbsences::DEF), "personnel-calendar", absences::show),
        get("/personnel/employees", does(ViewEmployee::DEF), "personnel-employees", employees::list),
        get("/personnel/employees/{id}", does(ViewEmployee::DEF), "personnel-employee", employee::show),
        get("/personnel/employees/{id}/balance", does(BookAccount::DEF), "personnel-balance-edit", employee::balance),
        post(
            "/personnel/employees/{id}/balance",
            does(BookAccount::DEF),
            "personnel-balance-edit",
            employee::correct_balance,
        ),
        get("/personnel/orders", does(ViewOrder::DEF), "personnel-orders", order::list),
        get("/personnel/orders/new", draft, "personnel-order-new", order_new::choose),
        get("/personnel/orders/new/{kind}", draft, "personnel-order-new", order_new::show),
        post("/personnel/orders/new/{kind}", draft, "personnel-order-new", order_new::create),
        get("/personnel/orders/{id}", does(ViewOrder::DEF), "personnel-order", order::show),
        get("/personnel/orders/{id}/correct", does(CorrectOrder::DEF), "personnel-order-correct", order::show_correct),
        post("/personnel/orders/{id}/correct", does(CorrectOrder::DEF), "personnel-order-correct", order::correct),
        post("/personnel/orders/{id}/render", does(ViewOrder::DEF), "personnel-order-render", order::render),
        get("/personnel/templates", edit, "personnel-texts", texts::list),
        get("/personnel/templates/{kind}", edit, "personnel-text", texts::show),
        post("/personnel/templates/{kind}", edit, "personnel-text", texts::save),
    ]
}

/// A scope as lists bind it: units, and oneself.
fn scope(ctx: &Ctx, action: &op::ActionDef) -> (Option<Vec<UnitId>>, Option<PersonId>) {
    match ctx.op.scope(action) {
        Scope::All => (None, None),
        Scope::Units(units) => (Some(units), ctx.op.person()),
        Scope::Own => (Some(Vec::new()), ctx.op.person()),
        Scope::None => (Some(Vec::new()), None),
    }
}

/// A page that shows other people's data says so in the trail, before it answers.
async fn viewed(op: &Op, action: &'static str, kind: &'static str, subjects: Vec<Uuid>) -> Result<(), Problem> {
    if subjects.is_empty() {
        return Ok(());
    }
    let mut tx = op.begin().await?;
    tx.audit(Audit::of_all(action, kind, subjects));
    Ok(tx.commit().await?)
}

/// What was asked, for papers.
pub(crate) fn official_rows(tr: &i18n::Tr, ask: &crate::asks::Ask) -> Vec<(String, String)> {
    words::pairs(tr, ask, None)
}

/// The key of a submit, where the form carried one.
fn key(form: &ui::FormState) -> Option<Uuid> {
    form.submit_id.parse().ok()
}
