//! What people ask for in a week, and what HR orders in a month.

use chrono::{Datelike as _, Days};
use jobs::JobError;
use latvian::{ids::PersonalCode, names::demo_name};
use op::Op;
use rust_decimal::Decimal;
use types::{Date, Money};

use manifest::Dice;

use super::{
    at,
    crowd::{Crowd, Member},
    retry, submit,
};
use crate::{
    asks::{Ask, BankAsk, CertificateAsk, PersonalAsk, TerminationAsk, TripAsk, TripTo},
    model::{LeaveAsk, LeaveKind},
    usecases::{self, FileError, HireAsk, OrderAsk, OrderError, TermsAsk},
};

/// One in so many files something in a week.
const ONE_IN: u64 = 36;

fn number(day: Date) -> u64 {
    u64::try_from(day.num_days_from_ce()).unwrap_or(0)
}

fn later(day: Date, days: u64) -> Date {
    day.checked_add_days(Days::new(days)).unwrap_or(day)
}

/// The Monday on or after a day.
fn monday(day: Date) -> Date {
    let past = u64::from(day.weekday().num_days_from_monday());
    if past == 0 { day } else { later(day, 7 - past) }
}

/// The applications of one week.
pub(super) async fn by_employees(op: &Op, crowd: &Crowd, week: Date, nth: u64) -> Result<(), JobError> {
    for (n, m) in crowd.all.iter().enumerate() {
        let mut dice = Dice::of(&[3, number(week), nth, m.seed()]);
        // Before the summer everybody plans.
        let rate = if matches!(week.month(), 4..=6) { ONE_IN / 2 } else { ONE_IN };
        if dice.below(rate) != 0 || m.since > week {
            continue;
        }
        let day = later(week, dice.below(5));
        let minute = i64::try_from(dice.below(480)).unwrap_or(0);
        let moment = at(day, 8, minute);
        if moment > op.now() {
            continue;
        }
        let ask = ask(&mut dice, day, m, crowd.leads.contains(&m.person));
        let Some(theirs) = crowd.op_of(op, n, moment).await? else { continue };
        let key = submit(op, &format!("{} {} {}", ask.kind().word(), number(day), m.person));
        match usecases::file(&theirs, m.person, &ask, Some(key)).await {
            Ok(_) | Err(FileError::Refused(_) | FileError::NotEmployed | FileError::Nobody(_)) => {}
            // Has left meanwhile.
            Err(FileError::Op(op::OpError::Forbidden(_))) => {}
            Err(e) => return Err(retry(e)),
        }
    }
    Ok(())
}

fn leave(leave: LeaveKind, first: Date, days: u64) -> Ask {
    let last = later(first, days.saturating_sub(1));
    let note = String::new();
    Ask::Leave(LeaveAsk { leave, first, last, child_born: None, three_children: true, substitute: None, note })
}

/// A leave or a trip of some day soon: what leads to an order.
pub(super) fn leave_or_trip(dice: &mut Dice, day: Date) -> Ask {
    let soon = monday(later(day, 7 + dice.below(50)));
    match dice.below(10) {
        0..=4 => leave(LeaveKind::Annual, soon, if dice.below(5) < 2 { 14 } else { 7 }),
        5 => leave(LeaveKind::Unpaid, later(soon, dice.below(3)), 1 + dice.below(3)),
        6 => leave(LeaveKind::Study, soon, 5),
        _ => {
            let first = later(day, 3 + dice.below(60));
            trip(dice, first)
        }
    }
}

fn ask(dice: &mut Dice, day: Date, m: &Member, leads: bool) -> Ask {
    let soon = monday(later(day, 7 + dice.below(50)));
    match dice.below(100) {
        0..=59 => leave(LeaveKind::Annual, soon, if dice.below(5) < 2 { 14 } else { 7 }),
        60..=65 => leave(LeaveKind::Extra, later(soon, dice.below(4)), 1),
        66..=69 => leave(LeaveKind::Unpaid, later(soon, dice.below(3)), 1 + dice.below(3)),
        70..=73 => leave(LeaveKind::Study, soon, 5),
        74..=75 => {
            let Ask::Leave(a) = leave(LeaveKind::Fathers, soon, 12) else { return certificate(dice) };
            Ask::Leave(LeaveAsk { child_born: day.checked_sub_days(Days::new(20)), ..a })
        }
        76..=88 => {
            let first = later(day, 5 + dice.below(20));
            trip(dice, first)
        }
        89..=94 => certificate(dice),
        95..=97 => {
            let address = format!("Liepu iela {}, Paraugs, Parauga novads", 1 + dice.below(90));
            Ask::PersonalData(PersonalAsk { address: Some(address), ..PersonalAsk::default() })
        }
        98 => Ask::BankAccount(BankAsk { iban: other_account(dice.below(10_000)) }),
        // Whoever leads stays: the demonstration needs them.
        _ if leads || m.since > day => certificate(dice),
        _ => Ask::Termination(TerminationAsk { last: later(day, 40), by_agreement: false, note: String::new() }),
    }
}

fn trip(dice: &mut Dice, first: Date) -> Ask {
    let (to, destination, purpose) = match dice.below(4) {
        0 => (TripTo::Riga, "Rīga, Izglītības un zinātnes ministrija", "seminārs par mācību saturu"),
        1 => (TripTo::Latvia, "Valmiera, kaimiņu pašvaldība", "pieredzes apmaiņa"),
        2 => (TripTo::Latvia, "Cēsis, mācību centrs", "tālākizglītības kursi"),
        _ => (TripTo::Riga, "Rīga, Latvijas Pašvaldību savienība", "darba grupas sēde"),
    };
    let nights = u32::try_from(dice.below(3)).unwrap_or(0);
    let (destination, purpose) = (destination.to_owned(), purpose.to_owned());
    let last = later(first, u64::from(nights));
    Ask::Trip(TripAsk { first, last, to, country: None, destination, purpose, nights, substitute: None })
}

fn certificate(dice: &mut Dice) -> Ask {
    let recipient = ["banka", "augstskola", "vēstniecība", "tiesa"];
    let place = usize::try_from(dice.below(4)).unwrap_or(0);
    let recipient = recipient.get(place).copied().unwrap_or("banka").to_owned();
    Ask::Certificate(CertificateAsk { recipient, with_salary: dice.below(2) == 0, note: String::new() })
}

/// An account with right check digits in a bank that does not exist.
pub(super) fn other_account(n: u64) -> String {
    let account = format!("NVDS{:013}", 5_000_000 + n);
    let moved = format!("{account}LV00");
    let rest = moved.chars().filter_map(|c| c.to_digit(36)).fold(0_u32, |rest, d| {
        let shifted = if d < 10 { rest * 10 } else { rest * 100 };
        (shifted + d) % 97
    });
    format!("LV{:02}{account}", 98 - rest)
}

/// What HR orders by itself in a month: pay at the turn of the year for many, a transfer and a hiring now and then.
pub(super) async fn by_hr(op: &Op, crowd: &Crowd, first: Date) -> Result<(), JobError> {
    let Some(hr) = crowd.hr else { return Ok(()) };
    let moment = at(later(first, 1), 9, 0);
    if moment > op.now() {
        return Ok(());
    }
    let Some(hr) = crowd.op_of(op, hr, moment).await? else { return Ok(()) };
    let share = if first.month() == 1 { 3 } else { 36 };
    for m in &crowd.all {
        let mut dice = Dice::of(&[4, number(first), m.seed()]);
        if dice.below(share) != 0 || m.since > first {
            continue;
        }
        let more = 1000 + i64::try_from(dice.below(9)).unwrap_or(0) * 500;
        let ask = TermsAsk {
            person: m.person,
            first: later(first, 14),
            place: None,
            salary: Some(Money(m.salary.0 + more)),
            reason: "Darba snieguma novērtējums".to_owned(),
        };
        order(op, &hr, &OrderAsk::PayChange(ask), &format!("pay {} {}", number(first), m.person)).await?;
    }
    hires(op, crowd, &hr, first).await
}

async fn hires(op: &Op, crowd: &Crowd, hr: &Op, first: Date) -> Result<(), JobError> {
    for i in 0..2_u64 {
        let mut dice = Dice::of(&[5, number(first), i]);
        let place = usize::try_from(dice.below(crowd.all.len() as u64)).unwrap_or(0);
        let Some(m) = crowd.all.get(place).filter(|m| !crowd.leads.contains(&m.person)) else { continue };
        let name = demo_name(40_000 + dice.below(20_000));
        let code = u32::try_from(500_000 + number(first) % 10_000 * 10 + i).unwrap_or(0);
        let ask = HireAsk {
            person: None,
            given_names: name.given.to_owned(),
            surname: name.surname.to_owned(),
            personal_code: Some(PersonalCode::demo(code).digits()),
            birth_date: Date::from_ymd_opt(1975 + i32::try_from(dice.below(25)).unwrap_or(0), 5, 14),
            email: None,
            unit: m.unit,
            post: m.post,
            contract_number: format!("DL-{}/{}", first.year(), 700 + number(first) % 97 + i),
            contract_date: first,
            workload: Decimal::ONE,
            salary: m.salary,
            first: monday(later(first, 12)),
            last: (dice.below(3) == 0).then(|| later(first, 400)),
        };
        order(op, hr, &OrderAsk::Hire(ask), &format!("hire {} {i}", number(first))).await?;
    }
    Ok(())
}

async fn order(op: &Op, hr: &Op, ask: &OrderAsk, key: &str) -> Result<(), JobError> {
    match usecases::draft_order(hr, ask, Some(submit(op, key))).await {
        Err(OrderError::File(FileError::Op(e))) if !matches!(e, op::OpError::NotFound) => Err(e.into()),
        Err(OrderError::Effect(workflow::EffectError::Op(e))) => Err(e.into()),
        // What a rule refuses a made-up HR does not order.
        _ => Ok(()),
    }
}
