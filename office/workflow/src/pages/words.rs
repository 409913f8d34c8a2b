//! How routes, tasks and people are put into words.

use std::collections::{BTreeSet, HashMap};

use chrono::Datelike as _;
use i18n::{Arg, Tr};
use op::Op;
use sqlx::PgConnection;
use types::{Date, PersonId, TenantId, UnitId};
use ui::{Html, c};
use uuid::Uuid;

use crate::{
    model::{Medium, Outcome, RouteState, Step, StepState},
    plan::{StepKind, Where},
    service::{Outcomes, Services, TaskKinds},
    store::{HistoryRow, RouteRow},
};

/// Names that a page needs, read at once.
#[derive(Default)]
pub(crate) struct Names {
    people: HashMap<PersonId, String>,
    units: HashMap<UnitId, String>,
}

impl Names {
    pub(crate) async fn read(
        conn: &mut PgConnection,
        tenant: TenantId,
        people: BTreeSet<PersonId>,
        units: BTreeSet<UnitId>,
    ) -> Result<Self, sqlx::Error> {
        let people: Vec<PersonId> = people.into_iter().collect();
        let units: Vec<UnitId> = units.into_iter().collect();
        Ok(Self {
            people: parties::names(conn, tenant, &people).await?,
            units: parties::unit_names(conn, tenant, &units).await?,
        })
    }

    /// For samples.
    pub(crate) fn of(people: &[(PersonId, &str)], units: &[(UnitId, &str)]) -> Self {
        Self {
            people: people.iter().map(|(id, n)| (*id, (*n).to_owned())).collect(),
            units: units.iter().map(|(id, n)| (*id, (*n).to_owned())).collect(),
        }
    }

    pub(crate) fn person(&self, id: PersonId) -> &str {
        self.people.get(&id).map_or("—", String::as_str)
    }

    pub(crate) fn unit(&self, id: UnitId) -> &str {
        self.units.get(&id).map_or("—", String::as_str)
    }
}

/// Everybody whom the steps name.
pub(crate) fn people_of(steps: &[Step]) -> impl Iterator<Item = PersonId> {
    steps.iter().flat_map(|s| {
        let lists = [Some(s.principal), s.escalated_to, s.delegated_from].into_iter().flatten().map(PersonId);
        lists.chain(s.by).chain(s.capacity)
    })
}

pub(crate) fn units_of(steps: &[Step]) -> impl Iterator<Item = UnitId> {
    steps.iter().filter_map(|s| s.unit)
}

/// `šodien`, `rīt`, `piektdiena, 27.11.2026.`, `14.12.2026.`; for what is over `vakar`, `pirms 3 dienām`.
pub(crate) fn due_words(tr: &Tr, due: Date, today: Date) -> String {
    let days = (due - today).num_days();
    match days {
        -1..=1 => tr.relative(due, today),
        2..=6 => format!("{}, {}", tr.weekday(due), tr.date(due)),
        _ if days < 0 => tr.relative(due, today),
        _ => tr.date(due),
    }
}

/// `līdz piektdienai`, `termiņš bija 20.11.2026.`
pub(crate) fn until_words(tr: &Tr, due: Date, today: Date) -> String {
    match (due - today).num_days() {
        0 => tr.t("workflow-until-today"),
        1 => tr.t("workflow-until-tomorrow"),
        2..=6 => tr.t(&format!("workflow-until-day-{}", due.weekday().num_days_from_monday())),
        n if n < 0 => tr.t1("workflow-until-over", "date", due),
        _ => tr.t1("workflow-until-date", "date", due),
    }
}

/// What a task asks, as a noun: "Saskaņošana".
pub(crate) fn kind_noun(op: &Op, tr: &Tr, kind: &str) -> String {
    if StepKind::from_word(kind).is_some() {
        return tr.t(&format!("workflow-kind-{kind}"));
    }
    let kinds = op.kernel().extension::<TaskKinds>();
    let known = kinds.and_then(|k| k.0.iter().find(|k| k.kind == kind));
    known.map_or_else(|| tr.t("workflow-kind-other"), |k| tr.t(k.title))
}

/// The button: "Saskaņot".
pub(crate) fn kind_verb(tr: &Tr, kind: StepKind) -> String {
    tr.t(&format!("workflow-do-{}", kind.word()))
}

/// A role's name, in words that need no manual.
pub(crate) fn role_name(tr: &Tr, role: &str) -> String {
    let key = format!("workflow-role-{role}");
    if tr.has(&key) { tr.t(&key) } else { role.to_owned() }
}

/// Where a role is looked for.
pub(crate) fn place_name(tr: &Tr, place: Where, names: &Names) -> String {
    match place {
        Where::Unit => tr.t("workflow-place-unit"),
        Where::Institution => tr.t("workflow-place-institution"),
        Where::Municipality => tr.t("workflow-place-municipality"),
        Where::Named(unit) => names.unit(unit).to_owned(),
    }
}

/// What a kind of route is called.
pub(crate) fn route_name(op: &Op, tr: &Tr, code: &str) -> String {
    let services = op.kernel().extension::<Services>();
    let service = services.and_then(|s| s.0.iter().find(|s| s.code == code)).map(|s| s.title);
    let outcomes = op.kernel().extension::<Outcomes>();
    let outcome = || outcomes.and_then(|o| o.0.iter().find(|o| o.code == code)).map(|o| o.title);
    service.or_else(outcome).map_or_else(|| code.to_owned(), |key| tr.t(key))
}

/// An application's or a route's state, with icon and colour.
pub(crate) fn state_chip(tr: &Tr, state: &str) -> Html {
    let kind = match state {
        "in-approval" | "running" => "work",
        "approved" | "completed" => "done",
        "returned" => "returned",
        "rejected" => "refused",
        _ => "void",
    };
    c::chip(&kind, &tr.t(&format!("workflow-state-{state}")))
}

/// Who has a step, or had it.
pub(crate) fn who_words(tr: &Tr, step: &Step, names: &Names) -> String {
    if let Some(by) = step.by {
        let name = names.person(by);
        return match step.capacity {
            Some(absent) => {
                tr.ta("workflow-in-place-of", &[("name", Arg::from(name)), ("absent", Arg::from(names.person(absent)))])
            }
            None => name.to_owned(),
        };
    }
    match (&step.role, step.unit) {
        (Some(role), Some(unit)) if op::pool_id(unit, role) == step.principal => {
            format!("{} ({})", role_name(tr, role), names.unit(unit))
        }
        (Some(role), _) => format!("{} ({})", names.person(PersonId(step.principal)), role_name(tr, role)),
        _ => names.person(PersonId(step.principal)).to_owned(),
    }
}

fn drawn_state(step: &Step) -> c::StepState {
    match (step.state, step.outcome) {
        (StepState::Waiting, _) => c::StepState::Waiting,
        (StepState::Open, _) => c::StepState::Current,
        (StepState::Skipped, _) => c::StepState::Skipped,
        (StepState::Done, Some(Outcome::Returned | Outcome::Rejected)) => c::StepState::Returned,
        (StepState::Done, _) => c::StepState::Done,
    }
}

fn note(tr: &Tr, step: &Step, names: &Names) -> String {
    let mut parts = Vec::new();
    if let Some(from) = step.delegated_from {
        parts.push(tr.t1("workflow-handed-from", "name", names.person(PersonId(from))));
    }
    if let Some(to) = step.escalated_to {
        parts.push(tr.t1("workflow-escalated-to", "name", names.person(PersonId(to))));
    }
    if step.medium == Some(Medium::Paper) {
        parts.push(tr.t("workflow-on-paper"));
    }
    match (&step.place, &step.remark) {
        (Some(place), Some(remark)) => parts.push(format!("{place}: {remark}")),
        (None, Some(remark)) => parts.push(remark.clone()),
        _ => {}
    }
    parts.join(" · ")
}

/// The drawing of a route.
pub(crate) fn drawing(tr: &Tr, steps: &[Step], names: &Names, today: Date) -> Vec<Vec<c::Step>> {
    let mut groups: Vec<(u16, Vec<c::Step>)> = Vec::new();
    for step in steps {
        let what = tr.t(&format!("workflow-kind-{}", step.kind.word()));
        let mut drawn = c::Step::new(what, who_words(tr, step, names), drawn_state(step)).note(note(tr, step, names));
        if step.state == StepState::Open
            && let Some(due) = step.due
        {
            drawn = drawn.due(until_words(tr, due, today));
        }
        if let Some(at) = step.at {
            drawn = drawn.due(tr.datetime(at));
        }
        match groups.last_mut() {
            Some((group, drawn_steps)) if *group == step.group => drawn_steps.push(drawn),
            _ => groups.push((step.group, vec![drawn])),
        }
    }
    groups.into_iter().map(|(_, steps)| steps).collect()
}

/// "Gaida Annu Bērziņu …" is grammar that names do not offer: "Gaida: Anna Bērziņa (vadītājs), līdz piektdienai".
pub(crate) fn waiting_lines(tr: &Tr, route: &RouteRow, names: &Names, today: Date) -> Vec<String> {
    if route.route_state() != RouteState::Running {
        return Vec::new();
    }
    let open = route.steps.0.iter().filter(|s| s.state == StepState::Open);
    let line = |s: &Step| {
        let what = tr.t(&format!("workflow-kind-{}", s.kind.word()));
        let until = s.due.map_or_else(String::new, |d| until_words(tr, d, today));
        let args = [("what", what), ("who", who_words(tr, s, names)), ("until", until)];
        tr.ta("workflow-waits", &args.map(|(k, v)| (k, Arg::from(v))))
    };
    open.map(line).collect()
}

fn text_of<'a>(data: &'a serde_json::Value, field: &str) -> Option<&'a str> {
    data.get(field).and_then(serde_json::Value::as_str)
}

/// Everybody whom a timeline names.
pub(crate) fn people_in(history: &[HistoryRow]) -> impl Iterator<Item = PersonId> {
    history.iter().flat_map(|h| {
        let to = text_of(&h.data, "to").and_then(|t| t.parse::<Uuid>().ok()).map(PersonId);
        h.actor_id.into_iter().chain(h.acting_for).chain(to)
    })
}

/// The timeline, the latest first.
pub(crate) fn timeline(tr: &Tr, history: &[HistoryRow], names: &Names) -> Vec<c::Event> {
    history.iter().map(|h| event(tr, h, names)).collect()
}

fn event(tr: &Tr, h: &HistoryRow, names: &Names) -> c::Event {
    let own = format!("workflow-verb-{}", h.verb);
    let others = format!("history-{}", h.verb);
    let title = [own, others].iter().find(|k| tr.has(k)).map_or_else(|| tr.t("workflow-verb-other"), |k| tr.t(k));
    let to = text_of(&h.data, "to").and_then(|t| t.parse::<Uuid>().ok()).map(PersonId);
    let title = to.map_or_else(|| title.clone(), |to| format!("{title}: {}", names.person(to)));
    let by = match (h.actor_id, h.acting_for) {
        (Some(actor), Some(absent)) => tr.ta(
            "workflow-in-place-of",
            &[("name", Arg::from(names.person(actor))), ("absent", Arg::from(names.person(absent)))],
        ),
        (Some(actor), None) => names.person(actor).to_owned(),
        (None, _) => tr.t("workflow-by-house"),
    };
    let words = match (text_of(&h.data, "place"), text_of(&h.data, "remark")) {
        (Some(place), Some(remark)) => format!("{place}: {remark}"),
        (None, Some(remark)) => remark.to_owned(),
        _ => String::new(),
    };
    let drawn = c::Event::new(tr, title, h.at).by(by).text(words);
    match icon(&h.verb) {
        "" => drawn,
        icon => drawn.icon(icon),
    }
}

fn icon(verb: &str) -> &'static str {
    match verb {
        "filed" | "corrected" => "send",
        "approved" | "confirmed" | "reviewed" | "visaed" | "acknowledged" | "executed" => "check",
        "signed" => "signature",
        "returned" => "undo-2",
        "rejected" => "circle-x",
        "delegated" | "escalated" => "user-check",
        "withdrawn" => "rotate-ccw",
        "commented" => "message-square",
        _ => "",
    }
}

/// Why a list that is not one's own is in one's list: "Jānis Kalniņš vietā", "personāla speciālisti, skola".
pub(crate) struct Lists(HashMap<Uuid, (PersonId, Option<(String, UnitId)>)>);

impl Lists {
    pub(crate) fn of(op: &Op) -> Self {
        let mut lists = HashMap::new();
        for hat in &op.grants().hats {
            lists.entry(hat.person.uuid()).or_insert((hat.person, None));
            for g in &hat.grants {
                let pool = op::pool_id(g.unit, &g.role);
                lists.entry(pool).or_insert_with(|| (hat.person, Some((g.role.clone(), g.unit))));
            }
        }
        Self(lists)
    }

    pub(crate) fn people(&self) -> impl Iterator<Item = PersonId> {
        self.0.values().map(|(p, _)| *p)
    }

    pub(crate) fn units(&self, principals: &[Uuid]) -> BTreeSet<UnitId> {
        let pools = principals.iter().filter_map(|p| self.0.get(p)?.1.as_ref());
        pools.map(|(_, unit)| *unit).collect()
    }

    /// Empty for one's own.
    pub(crate) fn words(&self, op: &Op, tr: &Tr, principal: Uuid, names: &Names) -> String {
        let Some((person, pool)) = self.0.get(&principal) else { return String::new() };
        let absent = (Some(*person) != op.person()).then(|| tr.t1("workflow-for", "name", names.person(*person)));
        let pool = pool.as_ref().map(|(role, unit)| format!("{} ({})", role_name(tr, role), names.unit(*unit)));
        [absent, pool].into_iter().flatten().collect::<Vec<_>>().join(" · ")
    }
}
