//! A year with given counts: as many applications, applicants and orders as a municipality had, so many of them
//! approved and signed electronically. Where it stands is read from the rows, so that a year that was cut off goes on.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use chrono::{Datelike as _, Days, TimeDelta};
use jobs::JobError;
use manifest::{Begin, Dice, Goal, Living, Pace, Profile, YearLife, due};
use op::Op;
use sqlx::FromRow;
use types::{ApplicationId, BoxFuture, Clock, Date, PersonId, Timestamp};
use workflow::{Medium, Outcome, TaskRow, Verdict};

use super::{at, crowd::Crowd, made_before, retry, submit, take};
use crate::{
    asks::{Ask, BankAsk, Kind, PersonalAsk},
    usecases::{self, FileError, OrderAsk, PaperAsk, TermsAsk},
};

const APPLICATIONS: &str = "employee_applications";
const ORDERS: &str = "personnel_orders";

/// How personnel lives a year.
pub const LIFE: YearLife = YearLife { goals: |p, _| goals(p), documents, begin };

/// What is lived of a profile.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Wanted {
    filed: i64,
    electronic: i64,
    applying: i64,
    orders: i64,
    signed: i64,
    /// Contracts and certificates.
    papers: i64,
}

fn goals(p: &Profile) -> Vec<Goal> {
    let mut all = Vec::new();
    let people = p.largest("average_employees");
    if let Some(wanted) = p.get(APPLICATIONS, "applications") {
        let report = "employee-applications";
        let filed = filed(p);
        all.push(Goal::of(report, "applications", wanted).at_most(filed, "employees"));
        if let Some(electronic) = p.get(APPLICATIONS, "applications_approved_electronically") {
            let goal = Goal::of(report, "applications_approved_electronically", electronic);
            all.push(goal.at_most(filed, "applications"));
        }
        if let Some(applying) = p.get(APPLICATIONS, "employees_applying") {
            let mut goal = Goal::of(report, "employees_applying", applying).at_most(filed, "applications");
            goal = goal.at_most(people.unwrap_or(applying), "employees");
            if goal.lived < 1 && filed > 0 && people != Some(0) {
                goal.lived = 1;
                goal.why = Some(format!("{filed} applications are nobody's"));
            }
            all.push(goal);
        }
    }
    if let Some(orders) = p.get(ORDERS, "orders") {
        all.push(Goal::of("personnel-orders", "orders", orders));
        if let Some(signed) = p.get(ORDERS, "orders_signed_electronically") {
            all.push(Goal::of("personnel-orders", "orders_signed_electronically", signed).at_most(orders, "orders"));
        }
    }
    if let Some(kadri) = p.get("dms_documents", "from_kadri") {
        let mut goal = Goal::of("dms-documents", "from_kadri", kadri);
        let least = sum(p);
        if kadri < least {
            goal.lived = least;
            goal.why = Some(format!("{kadri} documents of personnel are fewer than {least} applications and orders"));
        }
        all.push(goal);
    }
    all
}

/// As many as are lived: where there is nobody, nobody files.
fn filed(p: &Profile) -> i64 {
    let nobody = p.largest("average_employees") == Some(0);
    p.get(APPLICATIONS, "applications").filter(|_| !nobody).unwrap_or(0)
}

/// Applications and orders: each is one registered document.
fn sum(p: &Profile) -> i64 {
    filed(p) + p.get(ORDERS, "orders").unwrap_or(0)
}

fn documents(p: &Profile) -> i64 {
    sum(p).max(p.get("dms_documents", "from_kadri").unwrap_or(0))
}

fn wanted(p: &Profile) -> Wanted {
    let lived: HashMap<&str, i64> = goals(p).into_iter().map(|g| (g.column, g.lived)).collect();
    let get = |column: &str| lived.get(column).copied();
    let filed = get("applications").unwrap_or(0);
    let orders = get("orders").unwrap_or(0);
    // Where no table says how many applied, one employee in two did.
    let likely = p.largest("average_employees").map_or(filed, |n| n / 2).clamp(0, filed);
    Wanted {
        filed,
        electronic: get("applications_approved_electronically").unwrap_or(filed),
        applying: get("employees_applying").unwrap_or(likely.max(filed.min(1))),
        orders,
        signed: get("orders_signed_electronically").unwrap_or(orders),
        papers: documents(p) - sum(p),
    }
}

/// Where the year stands, by the rows.
#[derive(Clone, Copy, Debug, Default, FromRow)]
struct Done {
    filed: i64,
    decided: i64,
    electronic: i64,
    /// Applications that will lead to an order if they are approved.
    waiting: i64,
    orders: i64,
    ended: i64,
    signed: i64,
    papers: i64,
}

const DONE: &str = db::sql!(
    "select a.*, o.*, p.* from
       (select count(*) as filed, count(*) filter (where state not in ('in-approval', 'returned')) as decided,
               count(*) filter (where approved_electronically) as electronic,
               count(*) filter (where state in ('in-approval', 'returned') and service = any($6)) as waiting
        from workflow.application
        where tenant_id = $1 and filed_on >= $2 and filed_on < $3 and channel = 'self-service') a,
       (select count(*) as orders, count(*) filter (where state in ('signed', 'rejected', 'annulled')) as ended,
               count(*) filter (where signed_electronically) as signed
        from personnel.personnel_order where tenant_id = $1 and prepared_on >= $2 and prepared_on < $3) o,
       (select count(*) as papers from documents.document
        where tenant_id = $1 and kind in ('personnel.contract', 'personnel.certificate')
          and created_at >= $4 and created_at < $5) p"
);

const RETURNED: &str = db::sql!(
    "select id, version, applicant_id as applicant, service, payload from workflow.application
     where tenant_id = $1 and state = 'returned' and filed_on >= $2 and filed_on < $3 and channel = 'self-service'
     order by id"
);

/// An application that its applicant has to correct.
#[derive(Debug, FromRow)]
struct Back {
    id: ApplicationId,
    version: i32,
    applicant: PersonId,
    service: String,
    payload: sqlx::types::Json<serde_json::Value>,
}

const APPLICANTS: &str = db::sql!(
    "select distinct applicant_id from workflow.application
     where tenant_id = $1 and filed_on >= $2 and filed_on < $3 and channel = 'self-service'"
);

/// How a step is taken: it goes back to be corrected.
const BACK: usize = 3;

struct Year {
    op: Op,
    seed: u64,
    pace: Arc<Pace>,
    wanted: Wanted,
    done: Done,
    crowd: Crowd,
    ops: HashMap<usize, Op>,
    /// In the order in which they begin to apply.
    order: Vec<usize>,
    applied: HashSet<PersonId>,
    /// Nobody is there to decide what they ask for: the only one who keeps the papers, say.
    barred: HashSet<PersonId>,
    month: Option<u32>,
    span: (Date, Date),
}

fn begin(b: Begin) -> BoxFuture<'static, Result<Box<dyn Living>, JobError>> {
    Box::pin(async move {
        let year = b.profile.year;
        let first = Date::from_ymd_opt(year, 1, 1).unwrap_or_default();
        // What was lived before this part of the year is none of its business.
        let begun = b.pace.days().next().unwrap_or(first);
        let span = (begun, Date::from_ymd_opt(year + 1, 1, 1).unwrap_or_default());
        super::open_balances(&b.op, first).await?;
        let crowd = Crowd::read(&b.op).await?;
        let mut order: Vec<usize> = (0..crowd.all.len()).collect();
        let mut dice = Dice::of(&[b.seed, 11]);
        for i in (1..order.len()).rev() {
            let j = usize::try_from(dice.below(i as u64 + 1)).unwrap_or(0);
            order.swap(i, j);
        }
        let mut me = Year {
            wanted: wanted(&b.profile),
            seed: b.seed,
            pace: b.pace,
            done: Done::default(),
            crowd,
            ops: HashMap::new(),
            order,
            applied: HashSet::new(),
            barred: HashSet::new(),
            month: None,
            span,
            op: b.op,
        };
        me.look().await?;
        let mut read = me.op.read().await?;
        let applied: Vec<PersonId> = sqlx::query_scalar(APPLICANTS)
            .bind(me.op.tenant())
            .bind(span.0)
            .bind(span.1)
            .fetch_all(read.conn())
            .await?;
        me.applied = applied.into_iter().collect();
        drop(read);
        Ok(Box::new(me) as Box<dyn Living>)
    })
}

impl Living for Year {
    fn day<'a>(&'a mut self, day: Date, last: bool) -> BoxFuture<'a, Result<u64, JobError>> {
        Box::pin(async move {
            let before = self.done;
            if self.month != Some(day.month()) {
                let early = self.op.clone().with_clock(Clock::fixed(at(day, 3, 0)));
                usecases::close_months(&early).await?;
                self.month = Some(day.month());
            }
            self.barred.clear();
            self.correct(day).await?;
            self.file(day).await?;
            // What came yesterday is decided in the morning, signatures are given in the afternoon.
            self.decide(day, if last { 18 } else { 0 }).await?;
            self.look().await?;
            self.order(day).await?;
            self.papers(day).await?;
            self.sign(day, if last { 19 } else { 0 }).await?;
            self.look().await?;
            let done = [
                self.done.filed - before.filed,
                self.done.decided - before.decided,
                self.done.orders - before.orders,
                self.done.ended - before.ended,
                self.done.papers - before.papers,
            ];
            Ok(done.iter().sum::<i64>().try_into().unwrap_or(0))
        })
    }
}

impl Year {
    async fn look(&mut self) -> Result<(), JobError> {
        let mut read = self.op.read().await?;
        self.done = sqlx::query_as(DONE)
            .bind(self.op.tenant())
            .bind(self.span.0)
            .bind(self.span.1)
            .bind(types::start_of_day(self.span.0))
            .bind(types::start_of_day(self.span.1))
            .bind(leading())
            .fetch_one(read.conn())
            .await?;
        Ok(())
    }

    fn dice(&self, day: Date, what: u64, n: i64) -> Dice {
        let day = u64::try_from(day.num_days_from_ce()).unwrap_or(0);
        Dice::of(&[self.seed, what, day, u64::try_from(n).unwrap_or(0)])
    }

    /// The operation of somebody at that moment. Their rights do not change within the year.
    async fn op_of(&mut self, n: usize, moment: Timestamp) -> Result<Option<Op>, JobError> {
        if !self.ops.contains_key(&n) {
            let Some(op) = self.crowd.op_of(&self.op, n, moment).await? else { return Ok(None) };
            self.ops.insert(n, op);
        }
        Ok(self.ops.get(&n).map(|op| op.clone().with_clock(Clock::fixed(moment))))
    }

    /// Those who have not applied yet come as the year goes on; in between, those who have apply again.
    fn next_applicant(&self, dice: &mut Dice) -> Option<usize> {
        let (applied, filed) = (i64::try_from(self.applied.len()).unwrap_or(i64::MAX), self.done.filed);
        let more = applied < due(self.wanted.applying, self.wanted.filed, filed + 1).max(1);
        if more {
            let fresh = |n: &&usize| {
                self.crowd
                    .all
                    .get(**n)
                    .is_some_and(|m| !self.applied.contains(&m.person) && !self.barred.contains(&m.person))
            };
            return self.order.iter().find(fresh).copied();
        }
        let of_them = |n: &usize| {
            self.crowd.all.get(*n).is_some_and(|m| self.applied.contains(&m.person) && !self.barred.contains(&m.person))
        };
        let known = &self.order;
        let start = usize::try_from(dice.below(known.len() as u64)).unwrap_or(0);
        known.iter().cycle().skip(start).take(known.len()).copied().find(of_them)
    }

    /// Whoever got an application back corrects it on the next morning.
    async fn correct(&mut self, day: Date) -> Result<(), JobError> {
        let mut read = self.op.read().await?;
        let back: Vec<Back> = sqlx::query_as(RETURNED)
            .bind(self.op.tenant())
            .bind(self.span.0)
            .bind(self.span.1)
            .fetch_all(read.conn())
            .await?;
        drop(read);
        for b in back {
            let kind = Kind::ALL.iter().find(|k| k.service() == b.service);
            let who = self.crowd.all.iter().position(|m| m.person == b.applicant);
            let (Some(kind), Some(who)) = (kind, who) else { continue };
            let Some(theirs) = self.op_of(who, at(day, 8, 10)).await? else { continue };
            let ask = Ask::read(*kind, &b.payload.0).map_err(retry)?;
            let key = submit(&self.op, &format!("year corrected {} {}", b.id, b.version));
            usecases::correct(&theirs, b.id, b.version, &ask, Some(key)).await.map_err(retry)?;
        }
        Ok(())
    }

    async fn file(&mut self, day: Date) -> Result<(), JobError> {
        let upto = self.pace.by(self.wanted.filed, day);
        while self.done.filed < upto {
            let nth = self.done.filed;
            let mut dice = self.dice(day, 12, nth);
            let Some(who) = self.next_applicant(&mut dice) else { return Ok(()) };
            let Some(m) = self.crowd.all.get(who).cloned() else { return Ok(()) };
            let moment = at(day, 8, i64::try_from(dice.below(480)).unwrap_or(0));
            let Some(theirs) = self.op_of(who, moment).await? else { return Ok(()) };
            let (leading, upto_day) = (self.done.orders + self.done.waiting, self.pace.by(self.wanted.orders, day));
            let mut filed = false;
            for attempt in 0..6 {
                // Whose data change nobody could look at asks for a leave instead, as long as the year has orders left.
                let leads = match attempt {
                    0 | 1 => leading < upto_day,
                    2 => false,
                    _ => leading < self.wanted.orders,
                };
                let ask = if leads { super::asks::leave_or_trip(&mut dice, day) } else { data_change(&mut dice, nth) };
                let key = submit(&self.op, &format!("year {} {nth} {} {attempt}", self.span.0.year(), m.person));
                match usecases::file(&theirs, m.person, &ask, Some(key)).await {
                    Ok(_) => {
                        self.done.waiting += i64::from(matches!(ask, Ask::Leave(_) | Ask::Trip(_)));
                        filed = true;
                        break;
                    }
                    Err(FileError::Refused(_) | FileError::Nobody(_)) => {}
                    Err(e) => return Err(retry(format!("{}: {e}", ask.kind().word()))),
                }
            }
            if filed {
                self.applied.insert(m.person);
                self.done.filed += 1;
            } else if !self.barred.insert(m.person) {
                return Err(JobError::Dead(format!("application {nth} of {day} was refused in every way")));
            }
        }
        Ok(())
    }

    async fn open(&mut self, kind: &str, moment: Timestamp) -> Result<Vec<TaskRow>, JobError> {
        let mut read = self.op.read().await?;
        let principals = self.crowd.principals();
        let mut open = workflow::tasks(read.conn(), self.op.tenant(), &principals, Some(kind), None, 5000).await?;
        open.retain(|t| made_before(t.id, moment));
        open.sort_by_key(|t| t.id);
        Ok(open)
    }

    /// Managers and HR take what waits; now and then something is left for another day.
    async fn decide(&mut self, day: Date, hour: i64) -> Result<(), JobError> {
        let moment = at(day, if hour == 0 { 10 } else { hour }, 0);
        for kind in ["approve", "review", "execute"] {
            let open = self.open(kind, if hour == 0 { types::start_of_day(day) } else { moment }).await?;
            let mut sets: HashMap<(usize, usize), Vec<types::TaskId>> = HashMap::new();
            for t in open {
                let Some(n) = self.crowd.taker(t.principal) else { continue };
                if hour == 0 && Dice::of(&[self.seed, 13, seed_of(&t), u64::from(day.day())]).below(8) == 0 {
                    continue;
                }
                // What may be corrected at any time goes back now and then; it comes again on the next day.
                let may_return = t.code.as_deref().is_some_and(|code| data_changes().contains(&code));
                if hour == 0 && may_return && Dice::of(&[self.seed, 16, seed_of(&t)]).below(25) == 0 {
                    sets.entry((n, BACK)).or_default().push(t.id);
                    continue;
                }
                self.done.decided += 1;
                let electronic =
                    self.done.electronic < due(self.wanted.electronic, self.wanted.filed, self.done.decided);
                self.done.electronic += i64::from(electronic);
                let how = if electronic { 0 } else { 1 + usize::from(self.done.decided % 2 == 0 && kind == "approve") };
                sets.entry((n, how)).or_default().push(t.id);
            }
            self.take(sets, moment).await?;
        }
        Ok(())
    }

    async fn take(
        &mut self,
        sets: HashMap<(usize, usize), Vec<types::TaskId>>,
        moment: Timestamp,
    ) -> Result<(), JobError> {
        let mut sets: Vec<_> = sets.into_iter().collect();
        sets.sort();
        for ((n, how), tasks) in sets {
            let Some(actor) = self.op_of(n, moment).await? else { continue };
            let verdict = match how {
                0 => Verdict::yes(),
                1 => {
                    let reason = Some("Šajā laikā nav, kas aizvieto".to_owned());
                    Verdict { outcome: Outcome::Rejected, remark: reason, ..Verdict::yes() }
                }
                BACK => {
                    let reason = Some("Lūdzu pārbaudīt norādītās ziņas".to_owned());
                    Verdict { outcome: Outcome::Returned, remark: reason, ..Verdict::yes() }
                }
                _ => Verdict { medium: Medium::Paper, ..Verdict::yes() },
            };
            take(&actor, &tasks, &verdict).await?;
        }
        Ok(())
    }

    /// What applications have not led to HR orders by itself.
    async fn order(&mut self, day: Date) -> Result<(), JobError> {
        let moment = at(day, 11, 0);
        let Some(hr) = self.crowd.hr else { return Ok(()) };
        // Applications that wait may still lead to orders; the last day has none of them.
        let upto = self.pace.by(self.wanted.orders, day);
        let all = self.crowd.all.len();
        let mut refused = 0;
        while self.done.orders + self.done.waiting < upto && refused < 200 {
            let nth = self.done.orders + refused;
            let mut dice = self.dice(day, 14, nth);
            let place = usize::try_from(dice.below(all as u64)).unwrap_or(0);
            let Some(m) = self.crowd.all.get(place).cloned() else { return Ok(()) };
            let Some(actor) = self.op_of(hr, moment).await? else { return Ok(()) };
            let more = 500 + i64::try_from(dice.below(40)).unwrap_or(0) * 100;
            let ask = TermsAsk {
                person: m.person,
                first: day.checked_add_days(Days::new(3 + dice.below(25))).unwrap_or(day),
                place: None,
                salary: Some(types::Money(m.salary.0 + more)),
                reason: "Papildu pienākumi".to_owned(),
            };
            let key = submit(&self.op, &format!("year order {} {nth} {day}", self.span.0.year()));
            match usecases::draft_order(&actor, &OrderAsk::PayChange(ask), Some(key)).await {
                Ok(_) => {
                    self.done.orders += 1;
                }
                Err(why) => {
                    refused += 1;
                    tracing::debug!(%why, "a made-up order was refused");
                }
            }
        }
        Ok(())
    }

    /// Contracts of the day, in one set.
    async fn papers(&mut self, day: Date) -> Result<(), JobError> {
        let missing = self.pace.by(self.wanted.papers, day) - self.done.papers;
        let Some(hr) = self.crowd.hr.filter(|_| missing > 0) else { return Ok(()) };
        let Some(actor) = self.op_of(hr, at(day, 12, 0)).await? else { return Ok(()) };
        let mut asks = Vec::new();
        for n in 0..missing {
            let mut dice = self.dice(day, 15, n);
            let Some(m) = dice.pick(&self.crowd.all) else { return Ok(()) };
            asks.push(PaperAsk { person: m.person, title: "Vienošanās par darba līguma grozījumiem".to_owned() });
        }
        for set in asks.chunks(200) {
            usecases::register_contracts(&actor, set).await.map_err(retry)?;
        }
        Ok(())
    }

    /// HR initials, heads sign.
    async fn sign(&mut self, day: Date, hour: i64) -> Result<(), JobError> {
        let last = hour != 0;
        let moment = at(day, if last { hour } else { 15 }, 0);
        let from = if last { moment } else { types::start_of_day(day) };
        let mut sets: HashMap<(usize, usize), Vec<types::TaskId>> = HashMap::new();
        for t in self.open("visa", from).await? {
            if let Some(n) = self.crowd.taker(t.principal) {
                sets.entry((n, 0)).or_default().push(t.id);
            }
        }
        self.take(sets, moment).await?;
        let moment = moment + TimeDelta::minutes(40);
        let from = if last { moment } else { types::start_of_day(day) };
        let mut sets: HashMap<(usize, usize), Vec<types::TaskId>> = HashMap::new();
        for t in self.open("sign", from).await? {
            let Some(n) = self.crowd.taker(t.principal) else { continue };
            self.done.ended += 1;
            let electronic = self.done.signed < due(self.wanted.signed, self.wanted.orders, self.done.ended);
            self.done.signed += i64::from(electronic);
            sets.entry((n, if electronic { 0 } else { 2 })).or_default().push(t.id);
        }
        self.take(sets, moment).await
    }
}

/// The services that lead to an order.
fn leading() -> Vec<&'static str> {
    let drafts = |k: &Kind| matches!(k, Kind::Leave(_) | Kind::Trip | Kind::Termination);
    Kind::ALL.iter().filter(|k| drafts(k)).map(|k| k.service()).collect()
}

/// By what it is about, not by its id: the same in every run.
fn seed_of(t: &TaskRow) -> u64 {
    let words = t.title.bytes().chain(t.gist.bytes());
    words.fold(u64::from(t.due.num_days_from_ce().unsigned_abs()), |n, b| n.wrapping_mul(31).wrapping_add(b.into()))
}

/// Services whose applications may be corrected at any time: no rule refuses them later than before.
fn data_changes() -> [&'static str; 2] {
    [Kind::PersonalData.service(), Kind::BankAccount.service()]
}

/// What is never refused: an address or an account that nobody has had.
fn data_change(dice: &mut Dice, nth: i64) -> Ask {
    let n = u64::try_from(nth).unwrap_or(0);
    if dice.below(4) == 0 {
        return Ask::BankAccount(BankAsk { iban: super::asks::other_account(100_000 + n) });
    }
    let address = format!("Liepu iela {}-{n}, Paraugs", 1 + dice.below(90));
    Ask::PersonalData(PersonalAsk { address: Some(address), ..PersonalAsk::default() })
}
