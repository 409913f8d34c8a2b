//! A year with given counts: received, structured, approved electronically.

use std::sync::Arc;

use chrono::{Datelike as _, Weekday};
use jobs::JobError;
use manifest::{Begin, Goal, Living, Pace, Profile, YearLife, due};
use op::Op;
use sha2::{Digest as _, Sha256};
use types::{BoxFuture, Date};
use workflow::Medium;

use super::{
    at,
    cast::{Cast, SUPPLIERS},
    made,
    weeks::{approve_on, code, failed, invoice, pay},
};
use crate::{
    model::{Channel, Layers, Verdict},
    store,
    usecases::{self, Arrival, Prepared, prepare},
};

/// How the app lives a year.
pub const LIFE: YearLife = YearLife { goals, documents, begin };

const TABLE: &str = "invoices";
/// Invoices in one transaction.
const SET: i64 = 200;

fn goals(p: &Profile, _: i64) -> Vec<Goal> {
    let Some(all) = p.get(TABLE, "invoices_received") else { return Vec::new() };
    let mut goals = vec![Goal::of("invoices", "invoices_received", all)];
    for column in ["e_invoices", "invoices_approved_electronically"] {
        let part = |n| Goal::of("invoices", column, n).at_most(all, "invoices received");
        goals.extend(p.get(TABLE, column).map(part));
    }
    goals
}

fn documents(p: &Profile) -> i64 {
    p.get(TABLE, "invoices_received").unwrap_or(0)
}

struct Year {
    op: Op,
    cast: Cast,
    pace: Arc<Pace>,
    all: i64,
    structured: i64,
    approved: i64,
    done: i64,
    /// How many suppliers write: a municipality with more invoices has more of them, not longer stories with each.
    suppliers: usize,
}

/// Invoices that a supplier writes in a year, in the mean.
const OF_ONE: i64 = 60;

fn begin(begin: Begin) -> BoxFuture<'static, Result<Box<dyn Living>, JobError>> {
    Box::pin(async move {
        let Begin { op, profile, pace, .. } = begin;
        let lived = goals(&profile, 0);
        let of = |column: &str| lived.iter().find(|g| g.column == column).map(|g| g.lived);
        let all = of("invoices_received").unwrap_or(0);
        let first = pace.days().next().unwrap_or_else(|| op.today());
        let cast = Cast::read(&op).await?;
        let mut read = op.read().await?;
        let done = store::received_since(read.conn(), op.tenant(), first).await?;
        drop(read);
        if all > 0 {
            cast.prepare(&op, first).await?;
        }
        let (structured, approved) =
            (of("e_invoices").unwrap_or(0), of("invoices_approved_electronically").unwrap_or(0));
        let suppliers = usize::try_from(all / OF_ONE).unwrap_or(0).clamp(SUPPLIERS.len(), 5000);
        Ok(Box::new(Year { op, cast, pace, all, structured, approved, done, suppliers }) as Box<dyn Living>)
    })
}

/// Is the nth of all one of a part, when the part is spread evenly?
fn is_one(part: i64, all: i64, n: i64) -> bool {
    due(part, all, n + 1) > due(part, all, n)
}

impl Year {
    /// The nth invoice of the year: the same in every run.
    fn nth(&self, n: i64, day: Date) -> Option<Prepared> {
        let count = i64::try_from(self.cast.institutions.len()).unwrap_or(1).max(1);
        let place = usize::try_from(n % count).unwrap_or(0);
        let (_, number, name) = self.cast.institutions.get(place)?;
        let s = usize::try_from(n / count).unwrap_or(0) % self.suppliers;
        let trade = s % SUPPLIERS.len();
        let mut m = invoice(day, place, trade, number, name)?;
        if s > trade {
            m.supplier = u32::try_from(s).unwrap_or(0) + 1;
            m.supplier_name = format!("{} Nr. {}", m.supplier_name, 1 + s / SUPPLIERS.len());
        }
        m.number = format!("G{}-{n:06}", day.year() % 100);
        let text = made(&m).into_bytes();
        if is_one(self.structured, self.all, n) {
            return prepare(Arrival::new(format!("{}.xml", m.number), text, Channel::Api), &Layers::default())
                .ok()
                .map(|p| *p);
        }
        // What came on paper says the same, and nobody kept a file of it.
        let content = Sha256::digest(&text).into();
        let bill = en16931::model::read(&text).ok().map(|m| crate::model::Bill::of(&m))?;
        Some(Prepared {
            bill,
            content,
            channel: Channel::Paper,
            is_structured: false,
            syntax: "none",
            verdict: Verdict::Manual,
            findings: Vec::new(),
            files: Vec::new(),
            alerts: Vec::new(),
            envelope: None,
            draft: None,
        })
    }

    async fn come(&mut self, day: Date, until: i64) -> Result<u64, JobError> {
        let Some((central, ..)) = self.cast.institutions.first().cloned() else { return Ok(0) };
        let accountant = self.cast.op_of(&self.op, self.cast.accountant, at(day, 9)).await?;
        let before = self.done;
        while self.done < until {
            let next = until.min(self.done + SET);
            let set: Vec<Prepared> = (self.done..next).filter_map(|n| self.nth(n, day)).collect();
            let mut tx = accountant.begin().await?;
            usecases::receive_set(&mut tx, central, set).await.map_err(failed)?;
            tx.commit().await?;
            self.done = next;
        }
        Ok(u64::try_from(self.done - before).unwrap_or(0))
    }
}

impl Living for Year {
    fn day<'a>(&'a mut self, day: Date, last: bool) -> BoxFuture<'a, Result<u64, JobError>> {
        Box::pin(async move {
            let until = if last { self.pace.by(self.all, day).max(self.done) } else { self.pace.by(self.all, day) };
            let mut did = self.come(day, until).await?;
            if did == 0 && !last {
                return Ok(0);
            }
            let noon = self.cast.op_of(&self.op, self.cast.accountant, at(day, 12)).await?;
            code(&noon).await?;
            let (approved, all) = (self.approved, self.all);
            let medium = |number: &str| {
                let n = number.rsplit('-').next().and_then(|n| n.parse().ok()).unwrap_or(0);
                if is_one(approved, all, n) { Medium::Electronic } else { Medium::Paper }
            };
            for hour in [14, 15] {
                did += approve_on(&self.op, &self.cast, at(day, hour), medium).await?;
            }
            if day.weekday() == Weekday::Fri || last {
                pay(&self.op, &self.cast, at(day, 16), day).await?;
            }
            Ok(did)
        })
    }
}
