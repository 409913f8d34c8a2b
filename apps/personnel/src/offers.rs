//! The services it offers, its document kinds and routes.

use documents::{AccessLevel, DocumentKind, Retention};
use workflow::{GroupPlan, Plan, RouteOutcome, Service, StepKind, StepPlan, Where, Who};

use crate::{actions::FileApplication, effects, model::LeaveKind};

/// Document kinds.
pub const KINDS: &[DocumentKind] = &[
    DocumentKind {
        code: "personnel.application",
        title_key: "personnel-kind-application",
        register: "applications",
        retention: Retention::Years(10),
        fields: &[],
        access: AccessLevel::Restricted,
    },
    DocumentKind {
        code: "personnel.order",
        title_key: "personnel-kind-order",
        register: "orders",
        retention: Retention::Years(75),
        fields: &[],
        access: AccessLevel::Restricted,
    },
];

/// The direct manager agrees; the order that follows goes through HR and the head.
fn application_plan() -> Plan {
    Plan::sequence(vec![StepPlan { kind: StepKind::Approve, who: Who::DirectManager, due_days: 2 }])
}

/// HR initials, the head of the institution signs.
fn order_plan() -> Plan {
    let role = |role: &str| Who::Role { role: role.to_owned(), place: Where::Institution };
    Plan {
        groups: vec![
            GroupPlan {
                steps: vec![StepPlan { kind: StepKind::Visa, who: role(parties::role::HR), due_days: 2 }],
                quorum: None,
            },
            GroupPlan {
                steps: vec![StepPlan { kind: StepKind::Sign, who: role(parties::role::HEAD), due_days: 3 }],
                quorum: None,
            },
        ],
    }
}

const fn title(kind: LeaveKind) -> (&'static str, &'static str, &'static str) {
    match kind {
        LeaveKind::Annual => ("personnel-annual-leave", "personnel-need-annual-leave", "/new/leave/annual"),
        LeaveKind::Extra => ("personnel-extra-leave", "personnel-need-extra-leave", "/new/leave/extra"),
        LeaveKind::Unpaid => ("personnel-unpaid-leave", "personnel-need-unpaid-leave", "/new/leave/unpaid"),
        LeaveKind::Study => ("personnel-study-leave", "personnel-need-study-leave", "/new/leave/study"),
        LeaveKind::Parental => ("personnel-parental-leave", "personnel-need-parental-leave", "/new/leave/parental"),
        LeaveKind::Fathers => ("personnel-fathers-leave", "personnel-need-fathers-leave", "/new/leave/fathers"),
    }
}

/// Services.
#[must_use]
pub fn services() -> Vec<Service> {
    let leave = |k: LeaveKind| {
        let (title, need, href) = title(k);
        Service {
            code: k.service(),
            title,
            need,
            group: "personnel-group-leave",
            icon: "calendar-days",
            ground: k.ground(),
            action: <FileApplication as op::Action>::DEF,
            href,
        }
    };
    LeaveKind::ALL.into_iter().map(leave).collect()
}

/// What its routes lead to.
#[must_use]
pub fn outcomes() -> Vec<RouteOutcome> {
    let leave = |k: LeaveKind| RouteOutcome {
        code: k.service(),
        title: title(k).0,
        plan: application_plan,
        apply: effects::leave_approved,
        stop: effects::leave_stopped,
        check: workflow::nothing,
        href: "/applications/{id}",
    };
    let order = RouteOutcome {
        code: effects::ORDER_ROUTE,
        title: "personnel-order",
        plan: order_plan,
        apply: effects::order_signed,
        stop: effects::order_stopped,
        check: effects::order_check,
        href: "/personnel/orders/{id}",
    };
    LeaveKind::ALL.into_iter().map(leave).chain([order]).collect()
}
