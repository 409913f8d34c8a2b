//! What rules and plans say, in the reader's language.

use i18n::{Arg, Tr};
use latvian::ids::Iban;
use types::{Date, Timestamp};
use ui::{Html, c::Row};
use web::Problem;
use workflow::EffectError;

use crate::{
    asks::{Ask, LeavingPlan, TripPlan},
    model::{LeaveKind, LeaveNote, LeavePlan, LeaveRefused},
    offers,
    usecases::{FileError, Judged, OrderError, Outlook},
};

/// The rule that refused, in words with its numbers.
pub(crate) fn refusal(tr: &Tr, e: &LeaveRefused) -> String {
    match e {
        LeaveRefused::NotEmployed => tr.t("personnel-refused-not-employed"),
        LeaveRefused::Overlaps(t) => tr.ta(
            "personnel-refused-overlaps",
            &[
                ("kind", Arg::from(tr.t(&format!("personnel-absence-{}", t.kind)))),
                ("first", Arg::from(t.first_day)),
                ("last", Arg::from(t.last_day)),
            ],
        ),
        LeaveRefused::Balance { asked, left } => tr.ta(
            "personnel-refused-balance",
            &[("asked", Arg::from(tr.decimal_up_to(*asked, 1))), ("left", Arg::from(tr.decimal_up_to(*left, 1)))],
        ),
        LeaveRefused::YearLimit { asked, left, limit } => tr.ta(
            "personnel-refused-year-limit",
            &[("asked", Arg::from(*asked)), ("left", Arg::from(*left)), ("limit", Arg::from(*limit))],
        ),
        LeaveRefused::NoBirthDate => tr.t("personnel-refused-no-birth-date"),
        LeaveRefused::OutsideTerm { until } => tr.t1("personnel-refused-outside-term", "until", *until),
        LeaveRefused::TooShort { least } => tr.t1("personnel-refused-too-short", "least", *least),
        LeaveRefused::TooLong => tr.t("personnel-refused-too-long"),
        LeaveRefused::Empty => tr.t("personnel-refused-empty"),
        LeaveRefused::Past => tr.t("personnel-refused-past"),
        LeaveRefused::TooManyNights { most } => tr.t1("personnel-refused-nights", "most", *most),
        LeaveRefused::NothingChanges => tr.t("personnel-refused-nothing"),
    }
}

/// A refusal as people read it, or a problem of ours.
pub(crate) fn refused(tr: &Tr, e: FileError) -> Result<String, Problem> {
    match e {
        FileError::Refused(r) => Ok(refusal(tr, &r)),
        FileError::NotEmployed => Ok(tr.t("personnel-refused-not-employed")),
        FileError::NoParameter(key) => Ok(tr.t1("personnel-refused-parameter", "key", key)),
        FileError::Nobody(step) => Ok(tr.t1("personnel-refused-nobody", "step", step)),
        FileError::Op(e) => Err(e.into()),
    }
}

/// Why an order was not drafted: the field it is about, and the words.
pub(crate) fn order_refused(tr: &Tr, e: OrderError) -> Result<(&'static str, String), Problem> {
    Ok(match e {
        OrderError::File(e) => ("first", refused(tr, e)?),
        OrderError::Effect(EffectError::Refused(why)) => ("", why),
        OrderError::Effect(EffectError::Op(e)) => return Err(e.into()),
        OrderError::NotInForce => ("", tr.t("personnel-refused-not-in-force")),
        OrderError::Outside(first, last) => {
            let args = [("first", Arg::from(first)), ("last", Arg::from(last))];
            ("from", tr.ta("personnel-refused-outside", &args))
        }
        OrderError::NoPost => ("post", tr.t("personnel-refused-no-post")),
        OrderError::KnownCode => ("personal_code", tr.t("personnel-refused-known-code")),
        OrderError::Employed => ("first", tr.t("personnel-refused-employed")),
        OrderError::Nothing => ("", tr.t("personnel-refused-nothing")),
    })
}

/// What an application leads to, in words.
pub(crate) struct PlanWords {
    pub headline: String,
    pub lines: Vec<String>,
}

pub(crate) fn outlook(tr: &Tr, ask: &Ask, judged: &Judged, substitute: Option<&str>) -> Option<PlanWords> {
    match (&judged.outlook, ask) {
        (Outlook::Leave(plan), Ask::Leave(a)) => Some(leave(tr, a.leave, plan, substitute)),
        (Outlook::Trip(plan), _) => Some(trip(tr, plan, substitute)),
        (Outlook::Leaving(plan), _) => Some(leaving(tr, plan)),
        (Outlook::Changes(changes), _) => {
            let line = |(field, old, new): &(&'static str, String, String)| {
                let name = tr.t(&format!("personnel-field-{field}"));
                let shown = |v: &str| if *field == "iban" { iban(v) } else { v.to_owned() };
                if old.is_empty() {
                    format!("{name}: {}", shown(new))
                } else {
                    format!("{name}: {} → {}", shown(old), shown(new))
                }
            };
            let lines = changes.iter().map(line).collect();
            Some(PlanWords { headline: tr.t("personnel-will-change"), lines })
        }
        _ => None,
    }
}

pub(crate) fn iban(text: &str) -> String {
    Iban::parse(text).map_or_else(|_| text.to_owned(), |i| i.into_value().formatted())
}

fn leave(tr: &Tr, kind: LeaveKind, plan: &LeavePlan, substitute: Option<&str>) -> PlanWords {
    let key = if kind.in_working_days() { "personnel-takes-working-days" } else { "personnel-takes-days" };
    let mut lines = Vec::new();
    if let (Some(left), Some(balance)) = (plan.left, plan.balance) {
        let args =
            [("left", Arg::from(tr.decimal_up_to(left, 1))), ("balance", Arg::from(tr.decimal_up_to(balance, 1)))];
        lines.push(tr.ta("personnel-left-after", &args));
    }
    if kind == LeaveKind::Annual && plan.holidays > 0 {
        lines.push(tr.t1("personnel-holidays-inside", "n", plan.holidays));
    }
    if !kind.in_working_days() {
        lines.push(tr.t1("personnel-working-days-inside", "n", plan.working_days));
    }
    lines.push(tr.t1("personnel-back-on", "date", plan.back_on));
    lines.extend(substitute.map(|name| tr.t1("personnel-replaces-you", "name", name)));
    lines.extend(plan.notes.iter().map(|n| tr.t(note_key(*n))));
    PlanWords { headline: tr.t1(key, "n", tr.decimal(plan.days, 0)), lines }
}

fn trip(tr: &Tr, plan: &TripPlan, substitute: Option<&str>) -> PlanWords {
    let mut lines = Vec::new();
    match plan.money {
        Some((daily, hotel)) => {
            lines.push(tr.t1("personnel-trip-daily", "money", daily));
            lines.push(tr.t1("personnel-trip-hotel", "money", hotel));
            lines.push(tr.t1("personnel-trip-total", "money", types::Money(daily.0 + hotel.0)));
        }
        None => lines.push(tr.t("personnel-trip-abroad")),
    }
    lines.push(tr.t1("personnel-working-days-inside", "n", plan.working_days));
    lines.push(tr.t1("personnel-back-on", "date", plan.back_on));
    lines.extend(substitute.map(|name| tr.t1("personnel-replaces-you", "name", name)));
    PlanWords { headline: tr.t1("personnel-trip-takes", "n", plan.days), lines }
}

fn leaving(tr: &Tr, plan: &LeavingPlan) -> PlanWords {
    let mut lines = vec![tr.t1("personnel-payout", "n", tr.decimal_up_to(plan.payout_days, 1))];
    if plan.needs_agreement {
        lines.push(tr.t1("personnel-needs-agreement", "date", plan.notice_until));
    }
    PlanWords { headline: tr.t("personnel-leaving"), lines }
}

const fn note_key(n: LeaveNote) -> &'static str {
    match n {
        LeaveNote::ShortNotice => "personnel-note-short-notice",
        LeaveNote::FirstMonths => "personnel-note-first-months",
        LeaveNote::InThePast => "personnel-note-in-the-past",
        LeaveNote::ShiftsYear => "personnel-note-shifts-year",
        LeaveNote::NoLongPart => "personnel-note-no-long-part",
    }
}

/// What was asked, row by row; names are looked up by the caller.
pub(crate) fn rows(tr: &Tr, ask: &Ask, substitute: Option<&str>) -> Vec<Row> {
    let kind = Row::new(tr.t("personnel-kind"), tr.t(offers::title(ask.kind())));
    let pairs = pairs(tr, ask, substitute).into_iter().map(|(k, v)| Row::new(k, v));
    std::iter::once(kind).chain(pairs).collect()
}

/// The same as names and values.
pub(crate) fn pairs(tr: &Tr, ask: &Ask, substitute: Option<&str>) -> Vec<(String, String)> {
    let mut rows = Vec::new();
    let mut say = |key: &str, value: String| {
        if !value.is_empty() {
            rows.push((tr.t(key), value));
        }
    };
    match ask {
        Ask::Leave(a) => {
            say("personnel-first-day", tr.date(a.first));
            say("personnel-last-day", tr.date(a.last));
            say("personnel-child-born", a.child_born.map(|d| tr.date(d)).unwrap_or_default());
            say("personnel-substitute", substitute.unwrap_or_default().to_owned());
            say("personnel-note", a.note.clone());
        }
        Ask::Trip(a) => {
            say("personnel-first-day", tr.date(a.first));
            say("personnel-last-day", tr.date(a.last));
            say("personnel-trip-to", tr.t(&format!("personnel-trip-to-{}", a.to.word())));
            say("personnel-country", a.country.clone().unwrap_or_default());
            say("personnel-destination", a.destination.clone());
            say("personnel-purpose", a.purpose.clone());
            say("personnel-nights", tr.number(i64::from(a.nights)));
            say("personnel-substitute", substitute.unwrap_or_default().to_owned());
        }
        Ask::PersonalData(a) => {
            for (field, new) in a.changes() {
                say(&format!("personnel-field-{field}"), new.to_owned());
            }
        }
        Ask::BankAccount(a) => say("personnel-field-iban", iban(&a.iban)),
        Ask::Certificate(a) => {
            say("personnel-recipient", a.recipient.clone());
            say("personnel-with-salary", tr.t(if a.with_salary { "personnel-yes" } else { "personnel-no" }));
            say("personnel-note", a.note.clone());
        }
        Ask::Termination(a) => {
            say("personnel-last-work-day", tr.date(a.last));
            let way = if a.by_agreement { "personnel-by-agreement" } else { "personnel-by-notice" };
            say("personnel-ground", tr.t(way));
            say("personnel-note", a.note.clone());
        }
    }
    rows
}

pub(crate) fn period(tr: &Tr, first: Date, last: Date) -> String {
    if first == last { tr.date(first) } else { format!("{} – {}", tr.date(first), tr.date(last)) }
}

/// How an order's state looks.
pub(crate) fn order_chip(tr: &Tr, state: &str) -> Html {
    let chip = match state {
        "signed" => "signed",
        "circulating" => "wait",
        "returned" => "returned",
        "annulled" => "void",
        _ => "refused",
    };
    ui::c::chip(&chip, &tr.t(&format!("personnel-order-state-{state}")))
}

/// How an absence's state looks.
pub(crate) fn absence_chip(tr: &Tr, state: &str) -> Html {
    let chip = match state {
        "booked" => "done",
        "reserved" => "wait",
        _ => "void",
    };
    ui::c::chip(&chip, &tr.t(&format!("personnel-absence-state-{state}")))
}

/// How an application's state looks.
pub(crate) fn application_chip(tr: &Tr, state: &str) -> Html {
    let chip = match state {
        "in-approval" => "wait",
        "approved" => "done",
        "returned" => "returned",
        "rejected" => "refused",
        _ => "void",
    };
    ui::c::chip(&chip, &tr.t(&format!("personnel-application-state-{state}")))
}

/// A link.
pub(crate) fn link(href: &str, words: &str) -> Html {
    Html::trusted(format!("<a class=\"govuk-link\" href=\"{}\">{}</a>", Html::text(href), Html::text(words)))
}

/// "23.11.2026. 12:05, Anna Bērziņa".
pub(crate) fn when_by(tr: &Tr, at: Timestamp, by: &str) -> String {
    if by.is_empty() { tr.datetime(at) } else { format!("{}, {by}", tr.datetime(at)) }
}
