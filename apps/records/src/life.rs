//! A year at the desks of a made-up municipality: letters come, heads resolve, executors report, answers go out,
//! through the real use-cases by a driven clock. The same municipality and day give the same year. Each step may be
//! run again without harm: every form carries a key made of what it is.

mod plan;
mod texts;
mod write;

use std::collections::{BTreeMap, HashMap};

use chrono::{Datelike as _, Months, TimeDelta};
use documents::{Medium, NewClass, actions as desk};
use jobs::JobError;
use op::{Facts, Op, OpError};
use parties::{UnitKind, role};
use types::{BoxFuture, Clock, Date, IdentityId, Locale, PersonId, Timestamp, UnitId};

use manifest::Dice;
use plan::{Event, Place};

/// The steps of a year up to today, in order.
#[must_use]
pub fn life_steps() -> Vec<manifest::LifeStep> {
    vec![
        ("records: schemes", schemes),
        ("records: a year ago", months::<12, 10>),
        ("records: last autumn and winter", months::<9, 7>),
        ("records: half a year ago", months::<6, 4>),
        ("records: the last months", months::<3, 1>),
        ("records: this month", months::<0, 0>),
    ]
}

/// An institution with those who work at its desk.
struct Institution {
    id: UnitId,
    name: String,
    place: Place,
    clerk: PersonId,
    head: PersonId,
    /// Who gets resolutions; those who lead come first.
    staff: Vec<PersonId>,
    /// Is it the school of those who sign in? There something always waits.
    is_shown: bool,
}

/// The first day of the month so many months ago.
fn month_ago(today: Date, back: u32) -> Date {
    let first = today.with_day(1).unwrap_or(today);
    first.checked_sub_months(Months::new(back)).unwrap_or(first)
}

fn moment(event: &Event) -> Timestamp {
    types::start_of_day(event.day) + TimeDelta::minutes(event.minute)
}

/// What comes in a month and about what, by the letters of its code. The school of those who sign in has most; all
/// together are there within a minute.
fn place(code: &str) -> Place {
    let letters: String = code.chars().filter(|c| c.is_alphabetic()).collect();
    let seed = code.bytes().fold(11_u64, |n, b| n.wrapping_mul(31).wrapping_add(u64::from(b)));
    let (load, topics) = match letters.as_str() {
        "CA" => (4, texts::TOWN),
        "SK" if code == "SK1" => (6, texts::SCHOOL),
        "SK" | "PII" | "MS" | "SS" => (1, texts::SCHOOL),
        "SD" | "BT" | "AC" => (1, texts::SOCIAL),
        "KN" | "BIB" | "MZ" => (1, texts::CULTURE),
        _ => (1, texts::TOWN),
    };
    Place { seed, load, topics }
}

/// The institutions in the order of their codes: the same whatever ids were given.
async fn institutions(op: &Op) -> Result<Vec<Institution>, OpError> {
    let (tenant, today) = (op.tenant(), op.today());
    let mut read = op.read().await?;
    let mut units = parties::units(read.conn(), tenant, Some(today)).await?;
    units.retain(|u| u.kind == UnitKind::Institution);
    units.sort_by(|a, b| a.code.cmp(&b.code));
    let mut all = Vec::with_capacity(units.len());
    for unit in units {
        let clerk = parties::holders(read.conn(), tenant, unit.id, role::CLERK, today).await?;
        let head = parties::holders(read.conn(), tenant, unit.id, role::HEAD, today).await?;
        let first = |found: Option<(UnitId, Vec<PersonId>)>| found.and_then(|(_, who)| who.first().copied());
        let (Some(clerk), Some(head)) = (first(clerk), first(head)) else { continue };
        let staff = staff(&mut read, unit.id, head).await?;
        let (place, is_shown) = (place(&unit.code), unit.code == "SK1");
        all.push(Institution { id: unit.id, name: unit.name, place, clerk, head, staff, is_shown });
    }
    Ok(all)
}

async fn staff(read: &mut op::Read, institution: UnitId, head: PersonId) -> Result<Vec<PersonId>, OpError> {
    let (tenant, today) = (read.op().tenant(), read.op().today());
    let below = parties::units(read.conn(), tenant, Some(today)).await?;
    let below: Vec<UnitId> = below.iter().filter(|u| u.path.contains(&institution)).map(|u| u.id).collect();
    let grants = parties::grants_in(read.conn(), tenant, Some(&below), today).await?;
    let mut all: Vec<PersonId> = grants.iter().filter(|g| g.role == role::MANAGER).map(|g| g.person_id).collect();
    let others = parties::colleagues(read.conn(), tenant, institution, today).await?;
    all.extend(others.into_iter().map(|(id, _)| id).take(12));
    all.retain(|p| *p != head);
    if all.is_empty() {
        all.push(head);
    }
    Ok(all)
}

/// The classification schemes of all institutions, this year's and last year's.
fn schemes(op: Op) -> BoxFuture<'static, Result<(), JobError>> {
    Box::pin(async move {
        let mut new = Vec::new();
        for institution in institutions(&op).await? {
            for year in [op.today().year() - 1, op.today().year()] {
                new.extend(texts::SCHEME.iter().map(|(code, parent, title, years)| NewClass {
                    institution_id: institution.id,
                    year,
                    code: (*code).to_owned(),
                    parent_code: (*parent).to_owned(),
                    title: (*title).to_owned(),
                    retention_years: (*years > 0).then_some(*years),
                    permanent: *years < 0,
                    responsible: if *years == 0 { String::new() } else { "Lietvedis".to_owned() },
                    medium: Medium::Electronic,
                    system: if *years == 0 { String::new() } else { "Novads".to_owned() },
                    notes: String::new(),
                }));
            }
        }
        let mut tx = op.begin().await?;
        let may = tx.create::<desk::ManageClasses>(&Facts::default())?;
        documents::add_classes(&mut tx, &may, &new).await?;
        Ok(tx.commit().await?)
    })
}

/// What happened in the months from so many ago to so many ago, institution by institution, in the order of days.
fn months<const FROM: u32, const TO: u32>(op: Op) -> BoxFuture<'static, Result<(), JobError>> {
    Box::pin(async move {
        let (begin, end) = (month_ago(op.today(), FROM), end(&op, TO));
        for institution in institutions(&op).await? {
            let mut events: Vec<Event> = (TO..=12)
                .flat_map(|back| plan::month(&institution.place, month_ago(op.today(), back)))
                .chain(if institution.is_shown { plan::waiting(op.today()) } else { Vec::new() })
                .filter(|e| e.day >= begin && e.day < end && moment(e) <= op.now())
                .collect();
            events.sort();
            let mut desk = Desk { op: &op, institution: &institution, ops: HashMap::new(), made: BTreeMap::new() };
            for event in &events {
                desk.happen(event).await?;
            }
        }
        Ok(())
    })
}

/// The day after the last month's.
fn end(op: &Op, back: u32) -> Date {
    let first = month_ago(op.today(), back);
    first.checked_add_months(Months::new(1)).unwrap_or(first)
}

/// A desk while its year goes by.
struct Desk<'a> {
    op: &'a Op,
    institution: &'a Institution,
    /// Whoever has acted: their rights are read once.
    ops: HashMap<PersonId, Op>,
    /// What a story has made so far.
    made: BTreeMap<(u64, &'static str), uuid::Uuid>,
}

impl Desk<'_> {
    /// An operation of somebody, at that moment.
    async fn of(&mut self, person: PersonId, event: &Event) -> Result<Op, OpError> {
        let there = match self.ops.get(&person) {
            Some(there) => there.clone(),
            None => {
                let nobody = IdentityId(uuid::Uuid::nil());
                let (kernel, tenant) = (self.op.kernel(), self.op.tenant());
                let clock = Clock::fixed(moment(event));
                let new = Op::for_person_at(kernel, tenant, person, nobody, Locale::Lv, clock).await?;
                self.ops.insert(person, new.clone());
                new
            }
        };
        Ok(there.with_clock(Clock::fixed(moment(event))))
    }

    /// Who got the resolution.
    fn executor(&self, story: u64) -> PersonId {
        let mut d = plan::dice(&self.institution.place, story, 2);
        // Those who lead come first in the list, and get most.
        let among = if d.below(3) == 0 { self.institution.staff.len() } else { self.institution.staff.len().min(3) };
        let place = usize::try_from(d.below(among as u64)).unwrap_or(0);
        self.institution.staff.get(place).copied().unwrap_or(self.institution.head)
    }

    fn dice(&self, story: u64, what: u64) -> Dice {
        plan::dice(&self.institution.place, story, what)
    }
}
