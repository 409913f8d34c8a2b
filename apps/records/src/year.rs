//! A year at the register desk with given counts: what other systems bring comes in sets under their names; of the
//! rest four fifths come from scanner and mailbox in sets, and one fifth singly, with a resolution and its execution.

use std::sync::Arc;

use chrono::{Datelike as _, Days, TimeDelta, Weekday};
use documents::{
    BatchDocument, Direction, Medium, NewBatch, NewDocument, actions::CreateDocument, batch::Correspondent,
};
use jobs::JobError;
use latvian::names::demo_name;
use manifest::{Begin, Dice, Goal, Living, Pace, Profile, YearLife};
use op::{Facts, Op};
use parties::role;
use sqlx::FromRow;
use types::{BoxFuture, Clock, Date, IdentityId, Locale, PersonId, Timestamp, UnitId};
use uuid::Uuid;

use crate::usecases::{self, NewOrder, Registration};

/// How the desk lives a year.
pub const LIFE: YearLife = YearLife { goals, documents: |_| 0, begin };

const TABLE: &str = "dms_documents";
const REPORT: &str = "dms-documents";
/// Systems that bring documents by the interface for sets, with the column that counts them.
const SYSTEMS: [(&str, &str); 3] = [("nino", "from_nino"), ("sopa", "from_sopa"), ("gvedis", "from_gvedis")];
/// The largest set that a scanner or a mailbox brings at a time.
const INTAKE: usize = 50;
/// The largest set of another system: a call of the interface.
const SET: i64 = 2000;
/// What another system has gathered is brought when there is so much of it, on Fridays, and on the last day.
const WORTH_A_CALL: i64 = 500;

fn goals(p: &Profile, others: i64) -> Vec<Goal> {
    let mut all = Vec::new();
    for (_, column) in SYSTEMS {
        all.extend(p.get(TABLE, column).map(|n| Goal::of(REPORT, column, n)));
    }
    if let Some(registered) = p.get(TABLE, "documents_registered") {
        let least = others + systems(p).iter().sum::<i64>();
        let mut goal = Goal::of(REPORT, "documents_registered", registered);
        if registered < least {
            goal.lived = least;
            goal.why = Some(format!("{registered} documents are fewer than the {least} of their sources"));
        }
        all.push(goal);
    }
    all
}

fn systems(p: &Profile) -> [i64; 3] {
    SYSTEMS.map(|(_, column)| p.get(TABLE, column).unwrap_or(0))
}

/// Somebody who works with the papers of a place.
#[derive(Clone, Debug)]
struct Place {
    institution: UnitId,
    /// How outside systems name it.
    code: String,
    clerk: PersonId,
    /// Who resolves.
    head: PersonId,
    /// Who executes.
    people: Vec<PersonId>,
}

#[derive(Clone, Copy, Debug, Default, FromRow)]
struct Done {
    desk: i64,
    nino: i64,
    sopa: i64,
    gvedis: i64,
}

impl Done {
    fn of(&self, which: usize) -> i64 {
        [self.nino, self.sopa, self.gvedis].get(which).copied().unwrap_or(0)
    }

    fn add(&mut self, which: usize, more: i64) {
        match which {
            0 => self.nino += more,
            1 => self.sopa += more,
            _ => self.gvedis += more,
        }
    }
}

const DONE: &str = db::sql!(
    "select count(*) filter (where source = 'desk') as desk, count(*) filter (where source = 'nino') as nino,
            count(*) filter (where source = 'sopa') as sopa, count(*) filter (where source = 'gvedis') as gvedis
     from documents.registration where tenant_id = $1 and registered_on >= $2 and registered_on < $3"
);

const WORKERS: &str = db::sql!(
    "select t.institution_id as institution, e.person_id as person
     from parties.employment_term t join parties.employment e on e.tenant_id = $1 and e.id = t.employment_id
     where t.tenant_id = $1 and t.valid_from <= $2 and (t.valid_to is null or t.valid_to >= $2)
     order by e.contract_number, e.id"
);

struct Year {
    op: Op,
    seed: u64,
    pace: Arc<Pace>,
    /// The first day that is lived.
    begun: Date,
    places: Vec<Place>,
    desk: i64,
    systems: [i64; 3],
    done: Done,
    ops: std::collections::HashMap<PersonId, Op>,
}

fn begin(b: Begin) -> BoxFuture<'static, Result<Box<dyn Living>, JobError>> {
    Box::pin(async move {
        let lived = goals(&b.profile, b.others_documents);
        let registered = lived.iter().find(|g| g.column == "documents_registered").map_or(0, |g| g.lived);
        let systems = systems(&b.profile);
        let year = b.profile.year;
        let places = places(&b.op).await?;
        let mut read = b.op.read().await?;
        let done = sqlx::query_as(DONE)
            .bind(b.op.tenant())
            .bind(b.pace.days().next())
            .bind(Date::from_ymd_opt(year + 1, 1, 1))
            .fetch_one(read.conn())
            .await?;
        drop(read);
        let desk = (registered - b.others_documents - systems.iter().sum::<i64>()).max(0);
        let (op, seed, pace) = (b.op, b.seed, b.pace);
        let ops = std::collections::HashMap::new();
        let begun = pace.days().next().unwrap_or_else(|| op.today());
        Ok(Box::new(Year { op, seed, pace, begun, places, desk, systems, done, ops }) as Box<dyn Living>)
    })
}

/// The institutions that register, with those who work there. Where nobody keeps the papers, the municipality's do.
async fn places(op: &Op) -> Result<Vec<Place>, JobError> {
    let (tenant, today) = (op.tenant(), op.today());
    let mut read = op.read().await?;
    let units = parties::units(read.conn(), tenant, Some(today)).await?;
    let grants = parties::grants_in(read.conn(), tenant, None, today).await?;
    let workers: Vec<(UnitId, PersonId)> =
        sqlx::query_as(WORKERS).bind(tenant).bind(today).fetch_all(read.conn()).await?;
    drop(read);
    let root = units.first().map(|u| u.id);
    let holder = |role: &str, unit: UnitId| {
        let at = |unit: Option<UnitId>| grants.iter().find(|g| g.role == role && Some(g.unit_id) == unit);
        at(Some(unit)).or_else(|| at(root)).map(|g| g.person_id)
    };
    let open = units.iter().filter(|u| u.kind == parties::UnitKind::Institution);
    let of = |u: &parties::Unit| {
        let people: Vec<PersonId> = workers.iter().filter(|(i, _)| *i == u.id).map(|(_, p)| *p).collect();
        let (clerk, head) = (holder(role::CLERK, u.id)?, holder(role::HEAD, u.id)?);
        (!people.is_empty()).then_some(Place { institution: u.id, code: u.code.clone(), clerk, head, people })
    };
    let (on, off): (Vec<_>, Vec<_>) =
        open.partition(|u| u.functions.is_empty() || u.functions.iter().any(|f| f == "documents"));
    // Where it is switched on nowhere, what was registered all the same was registered anywhere.
    let places: Vec<Place> = on.into_iter().filter_map(of).collect();
    Ok(if places.is_empty() { off.into_iter().filter_map(of).collect() } else { places })
}

impl Living for Year {
    fn day<'a>(&'a mut self, day: Date, last: bool) -> BoxFuture<'a, Result<u64, JobError>> {
        Box::pin(async move {
            let mut done = 0;
            for (n, (system, _)) in SYSTEMS.iter().enumerate() {
                done += self.bring(day, n, system, last).await?;
            }
            Ok(done + self.desk(day).await?)
        })
    }
}

impl Year {
    fn dice(&self, day: Date, what: u64, n: i64) -> Dice {
        let day = u64::try_from(day.num_days_from_ce()).unwrap_or(0);
        Dice::of(&[self.seed, what, day, u64::try_from(n).unwrap_or(0)])
    }

    async fn op_of(&mut self, person: PersonId, moment: Timestamp) -> Result<Op, JobError> {
        if let Some(op) = self.ops.get(&person) {
            return Ok(op.clone().with_clock(Clock::fixed(moment)));
        }
        let nobody = IdentityId(Uuid::nil());
        let (kernel, tenant, clock) = (self.op.kernel(), self.op.tenant(), Clock::fixed(moment));
        let op = Op::for_person_at(kernel, tenant, person, nobody, Locale::Lv, clock).await?;
        self.ops.insert(person, op.clone());
        Ok(op)
    }

    /// What another system registers on a day: calls of the interface for sets, by the same use-case.
    async fn bring(&mut self, day: Date, which: usize, system: &'static str, last: bool) -> Result<u64, JobError> {
        let done = self.done.of(which);
        let wanted = self.systems.get(which).copied().unwrap_or(0);
        let until = self.pace.by(wanted, day);
        let waits = until - done < WORTH_A_CALL && day.weekday() != Weekday::Fri && !last;
        if waits || self.places.is_empty() {
            return Ok(0);
        }
        let moment = types::start_of_day(day) + TimeDelta::hours(5) + TimeDelta::minutes(20);
        let op = Op::system(self.op.kernel(), self.op.tenant(), system).with_clock(Clock::fixed(moment));
        let mut next = done;
        while next < until {
            let end = until.min(next + SET);
            let key = |n: i64| format!("{}-{}-{n:07}", system.to_uppercase(), self.begun.format("%Y%m%d"));
            let documents: Vec<BatchDocument> = (next..end)
                .filter_map(|n| {
                    let mut dice = Dice::of(&[self.seed, 21 + which as u64, u64::try_from(n).unwrap_or(0)]);
                    let place = dice.pick(&self.places)?;
                    Some(of_system(system, place, key(n), day, &mut dice))
                })
                .collect();
            let call = NewBatch { key: format!("{}/{}", key(next), end - next), documents };
            let answer = documents::register_batch(&op, &call).await.map_err(refused)?;
            if let Some(bad) = answer.items.iter().find(|i| !i.problems.is_empty()) {
                return Err(JobError::Dead(format!("{}: {:?}", bad.key, bad.problems)));
            }
            next = end;
        }
        self.done.add(which, until - done);
        Ok(u64::try_from(until - done).unwrap_or(0))
    }

    async fn desk(&mut self, day: Date) -> Result<u64, JobError> {
        let missing = usize::try_from(self.pace.by(self.desk, day) - self.done.desk).unwrap_or(0);
        let singly = missing / 5;
        let mut left = missing - singly;
        let mut hour = 0;
        while left > 0 {
            let set = left.min(INTAKE);
            self.intake(day, hour, set).await?;
            (left, hour) = (left - set, hour + 1);
        }
        for n in 0..singly {
            self.letter(day, i64::try_from(n).unwrap_or(0)).await?;
        }
        self.done.desk += i64::try_from(missing).unwrap_or(0);
        Ok(u64::try_from(missing).unwrap_or(0))
    }

    /// A set of one clerk's: scanned, or out of a mailbox.
    async fn intake(&mut self, day: Date, nth: i64, set: usize) -> Result<(), JobError> {
        let mut dice = self.dice(day, 31, nth);
        let Some(place) = dice.pick(&self.places).cloned() else { return Ok(()) };
        let minute = i64::try_from(dice.below(480)).unwrap_or(0);
        let op = self.op_of(place.clerk, at(day, minute)).await?;
        let scanned = dice.below(2) == 0;
        let docs = (0..set).map(|_| {
            let new = NewDocument {
                medium: if scanned { Medium::Paper } else { Medium::Electronic },
                received_via: Some(if scanned { "post" } else { "e-mail" }.to_owned()),
                ..incoming(&place, &mut dice)
            };
            (new, "incoming".to_owned(), day)
        });
        let docs = docs.collect();
        let mut tx = op.begin().await?;
        let facts = Facts { unit: Some(place.institution), ..Facts::default() };
        let may = tx.create::<CreateDocument>(&facts)?;
        documents::create_registered(&mut tx, &may, docs).await?;
        Ok(tx.commit().await?)
    }

    /// One letter: registered, resolved by the head, and executed within days.
    async fn letter(&mut self, day: Date, nth: i64) -> Result<(), JobError> {
        let mut dice = self.dice(day, 32, self.done.desk + nth);
        let Some(place) = dice.pick(&self.places).cloned() else { return Ok(()) };
        let minute = i64::try_from(dice.below(300)).unwrap_or(0);
        let key = |what: &str| Uuid::new_v5(&self.op.tenant().uuid(), format!("year {what} {day} {nth}").as_bytes());
        let (registered, resolved) = (key("letter"), key("resolution"));
        let clerk = self.op_of(place.clerk, at(day, minute)).await?;
        let new = Registration {
            document: incoming(&place, &mut dice),
            register: "incoming".to_owned(),
            received_on: day,
            process: None,
            answers: None,
            files: Vec::new(),
            sent: None,
        };
        let id = usecases::register(&clerk, registered, new).await.map_err(retry)?;
        let head = self.op_of(place.head, at(day, minute + 60)).await?;
        let Some(main) = dice.pick(&place.people).copied() else { return Ok(()) };
        let order = NewOrder {
            text: "Izskatīt un sagatavot atbildi".to_owned(),
            due: day.checked_add_days(Days::new(10)).unwrap_or(day),
            is_controlled: dice.below(10) == 0,
            main,
            helpers: Vec::new(),
        };
        let resolution = usecases::resolve(&head, resolved, id, order).await.map_err(retry)?;
        // One in eight is late with it, and stays open.
        if dice.below(8) > 0 {
            let theirs = self.op_of(main, at(day, minute + 150)).await?;
            usecases::report(&theirs, resolution, "Izpildīts").await.map_err(retry)?;
        }
        Ok(())
    }
}

fn refused(e: documents::BatchError) -> JobError {
    match e {
        documents::BatchError::Op(e) => e.into(),
        e => JobError::Dead(e.to_string()),
    }
}

fn retry(e: impl std::fmt::Display) -> JobError {
    JobError::Retry(e.to_string())
}

fn at(day: Date, minute: i64) -> Timestamp {
    types::start_of_day(day) + TimeDelta::minutes(8 * 60 + minute)
}

fn incoming(place: &Place, dice: &mut Dice) -> NewDocument {
    const ABOUT: [&str; 8] = [
        "Par ceļa seguma stāvokli",
        "Par zemes vienības nomu",
        "Par dalību projektā",
        "Par informācijas sniegšanu",
        "Par pirmsskolas grupas darba laiku",
        "Par ielu apgaismojumu",
        "Par telpu izmantošanu pasākumam",
        "Par koku ciršanu",
    ];
    let name = demo_name(dice.below(50_000));
    let about = dice.pick(&ABOUT).copied().unwrap_or("Iesniegums");
    NewDocument {
        direction: Direction::Incoming,
        correspondent: Some(format!("{} {}", name.given, name.surname)),
        ..NewDocument::new("letter", about, place.institution, place.institution, "desk")
    }
}

fn of_system(system: &str, place: &Place, key: String, day: Date, dice: &mut Dice) -> BatchDocument {
    let title = match system {
        "nino" => "Nekustamā īpašuma nodokļa maksāšanas paziņojums",
        "sopa" => "Lēmums par sociālās palīdzības pabalstu",
        _ => "Grāmatvedības attaisnojuma dokuments",
    };
    let name = demo_name(dice.below(50_000));
    BatchDocument {
        external_id: Some(key.clone()),
        key,
        kind: "letter".to_owned(),
        register: Some("outgoing".to_owned()),
        institution: place.code.clone(),
        unit: None,
        class: None,
        title: title.to_owned(),
        date: Some(day),
        direction: Direction::Outgoing,
        correspondents: vec![Correspondent { name: format!("{} {}", name.given, name.surname), code: None }],
        external_date: Some(day),
        received_via: None,
        access: None,
        access_ground: None,
        data: serde_json::Map::new(),
        text: None,
        file: None,
    }
}
