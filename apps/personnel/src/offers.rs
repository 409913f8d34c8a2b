//! The services it offers, its document kinds and routes.

use documents::{AccessLevel, DocumentKind, Retention};
use workflow::{GroupPlan, Plan, RouteOutcome, Service, StepKind, StepPlan, Where, Who};

use crate::{actions::FileApplication, asks::Kind, effects, model::LeaveKind};

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
    DocumentKind {
        code: "personnel.contract",
        title_key: "personnel-kind-contract",
        register: "contracts",
        retention: Retention::Years(75),
        fields: &[],
        access: AccessLevel::Restricted,
    },
    DocumentKind {
        code: "personnel.certificate",
        title_key: "personnel-kind-certificate",
        register: "outgoing",
        retention: Retention::Years(5),
        fields: &[],
        access: AccessLevel::Restricted,
    },
];

/// The direct manager agrees; the order that follows goes through HR and the head.
fn application_plan() -> Plan {
    Plan::sequence(vec![StepPlan { kind: StepKind::Approve, who: Who::DirectManager, due_days: 2 }])
}

/// HR looks at the papers and enters what changed.
fn review_plan() -> Plan {
    Plan::sequence(vec![StepPlan { kind: StepKind::Review, who: hr(), due_days: 3 }])
}

/// HR issues it.
fn execute_plan() -> Plan {
    Plan::sequence(vec![StepPlan { kind: StepKind::Execute, who: hr(), due_days: 3 }])
}

fn hr() -> Who {
    Who::Role { role: parties::role::HR.to_owned(), place: Where::Institution }
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

/// Title, need and form of a service.
const fn words(kind: Kind) -> (&'static str, &'static str, &'static str) {
    match kind {
        Kind::Leave(LeaveKind::Annual) => {
            ("personnel-annual-leave", "personnel-need-annual-leave", "/new/leave/annual")
        }
        Kind::Leave(LeaveKind::Extra) => ("personnel-extra-leave", "personnel-need-extra-leave", "/new/leave/extra"),
        Kind::Leave(LeaveKind::Unpaid) => {
            ("personnel-unpaid-leave", "personnel-need-unpaid-leave", "/new/leave/unpaid")
        }
        Kind::Leave(LeaveKind::Study) => ("personnel-study-leave", "personnel-need-study-leave", "/new/leave/study"),
        Kind::Leave(LeaveKind::Parental) => {
            ("personnel-parental-leave", "personnel-need-parental-leave", "/new/leave/parental")
        }
        Kind::Leave(LeaveKind::Fathers) => {
            ("personnel-fathers-leave", "personnel-need-fathers-leave", "/new/leave/fathers")
        }
        Kind::Trip => ("personnel-trip", "personnel-need-trip", "/new/staff/trip"),
        Kind::PersonalData => ("personnel-personal-data", "personnel-need-personal-data", "/new/staff/personal-data"),
        Kind::BankAccount => ("personnel-bank-account", "personnel-need-bank-account", "/new/staff/bank-account"),
        Kind::Certificate => ("personnel-certificate", "personnel-need-certificate", "/new/staff/certificate"),
        Kind::Termination => ("personnel-termination", "personnel-need-termination", "/new/staff/termination"),
    }
}

/// The key of a service's name.
#[must_use]
pub const fn title(kind: Kind) -> &'static str {
    words(kind).0
}

/// Where the form of a service is.
#[must_use]
pub const fn href(kind: Kind) -> &'static str {
    words(kind).2
}

const fn icon(kind: Kind) -> &'static str {
    match kind {
        Kind::Leave(_) => "calendar-days",
        Kind::Trip => "briefcase",
        Kind::PersonalData => "id-card",
        Kind::BankAccount => "landmark",
        Kind::Certificate => "file-check",
        Kind::Termination => "log-out",
    }
}

const fn group(kind: Kind) -> &'static str {
    match kind {
        Kind::Leave(_) => "personnel-group-leave",
        Kind::Trip => "personnel-group-trip",
        Kind::PersonalData | Kind::BankAccount | Kind::Certificate | Kind::Termination => "personnel-group-data",
    }
}

/// Services.
#[must_use]
pub fn services() -> Vec<Service> {
    let service = |k: Kind| {
        let (title, need, href) = words(k);
        let action = <FileApplication as op::Action>::DEF;
        Service { code: k.service(), title, need, group: group(k), icon: icon(k), ground: k.ground(), action, href }
    };
    Kind::ALL.into_iter().map(service).collect()
}

/// What its routes lead to.
#[must_use]
pub fn outcomes() -> Vec<RouteOutcome> {
    let application = |k: Kind| RouteOutcome {
        code: k.service(),
        title: title(k),
        plan: match k {
            Kind::Leave(_) | Kind::Trip | Kind::Termination => application_plan,
            Kind::PersonalData | Kind::BankAccount => review_plan,
            Kind::Certificate => execute_plan,
        },
        apply: effects::approved,
        stop: effects::stopped,
        check: workflow::nothing,
        reads_routes: false,
        href: "/applications/{id}",
    };
    let order = RouteOutcome {
        code: effects::ORDER_ROUTE,
        title: "personnel-order",
        plan: order_plan,
        apply: effects::order_signed,
        stop: effects::order_stopped,
        check: effects::order_check,
        reads_routes: false,
        href: "/personnel/orders/{id}",
    };
    Kind::ALL.into_iter().map(application).chain([order]).collect()
}
