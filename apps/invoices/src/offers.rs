//! Its document kinds and routes.

use documents::{AccessLevel, DocumentKind, FieldDef, FieldType, Retention};
use workflow::{Plan, RouteOutcome, StepKind, StepPlan, TaskKind, Where, Who};

use crate::effects;

/// Kind of document: invoice.
pub const INVOICE: &str = "invoices.invoice";
/// Kind of document: credit note.
pub const CREDIT_NOTE: &str = "invoices.credit-note";
/// Event: invoices were received; the subjects are documents.
pub const RECEIVED: &str = "invoices.received";
/// Event: invoices were paid; the subjects are documents.
pub const PAID: &str = "invoices.paid";

/// Route: the unit's manager approves.
pub const BY_UNIT: &str = "invoices.by-unit";
/// Route: the head of the institution approves.
pub const BY_HEAD: &str = "invoices.by-head";
/// Route: the manager, then the head.
pub const BY_BOTH: &str = "invoices.by-both";

const FIELDS: &[FieldDef] = &[
    FieldDef { name: "supplier", label: "invoices-supplier", holds: FieldType::Text, required: false },
    FieldDef { name: "total", label: "invoices-total", holds: FieldType::Money, required: false },
    FieldDef { name: "due", label: "invoices-due", holds: FieldType::Date, required: false },
];

const fn kind(code: &'static str, title_key: &'static str) -> DocumentKind {
    let (retention, access) = (Retention::Years(5), AccessLevel::Internal);
    DocumentKind { code, title_key, register: "invoices", retention, fields: FIELDS, access }
}

/// Document kinds.
pub const KINDS: &[DocumentKind] =
    &[kind(INVOICE, "invoices-kind-invoice"), kind(CREDIT_NOTE, "invoices-kind-credit-note")];

/// What it asks of people outside a route.
pub const TASK_KINDS: &[TaskKind] = &[];

fn step(kind: StepKind, role: &str, place: Where) -> StepPlan {
    StepPlan { kind, who: Who::Role { role: role.to_owned(), place }, due_days: 3 }
}

fn by_unit() -> Plan {
    Plan::sequence(vec![step(StepKind::Approve, parties::role::MANAGER, Where::Unit)])
}

fn by_head() -> Plan {
    Plan::sequence(vec![step(StepKind::Approve, parties::role::HEAD, Where::Institution)])
}

fn by_both() -> Plan {
    Plan::sequence(vec![
        step(StepKind::Approve, parties::role::MANAGER, Where::Unit),
        step(StepKind::Confirm, parties::role::HEAD, Where::Institution),
    ])
}

/// What its routes lead to.
#[must_use]
pub fn outcomes() -> Vec<RouteOutcome> {
    let outcome = |code, title, plan| RouteOutcome {
        code,
        title,
        plan,
        apply: effects::approved,
        stop: effects::stopped,
        check: effects::check,
        reads_routes: true,
        href: "/invoices/{id}",
    };
    vec![
        outcome(BY_UNIT, "invoices-route-by-unit", by_unit),
        outcome(BY_HEAD, "invoices-route-by-head", by_head),
        outcome(BY_BOTH, "invoices-route-by-both", by_both),
    ]
}
