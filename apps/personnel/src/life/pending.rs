//! What waits today for those who sign in to the demonstration: something at each desk.

use chrono::{Days, TimeDelta};
use jobs::JobError;
use op::Op;
use types::{ApplicationId, Clock, Date, PersonId, TaskId};
use workflow::{Medium, Outcome, Verdict};

use super::{crowd::Crowd, retry, submit, take};
use crate::{
    asks::{Ask, CertificateAsk, PersonalAsk, TripAsk, TripTo},
    model::{LeaveAsk, LeaveKind},
    usecases::{self, FileError},
};

/// How far an application is brought.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Until {
    Filed,
    Returned,
    Approved,
    Initialled,
    Signed,
}

struct Desk<'a> {
    op: &'a Op,
    crowd: &'a Crowd,
}

pub(super) async fn fill(op: &Op, crowd: &Crowd) -> Result<(), JobError> {
    let desk = Desk { op, crowd };
    let (Some(employee), Some(manager)) = (crowd.named.get("employee"), crowd.named.get("manager")) else {
        return Ok(());
    };
    let Some(boss) = crowd.all.get(*manager) else { return Ok(()) };
    let mine: Vec<usize> = crowd
        .all
        .iter()
        .enumerate()
        .filter(|(n, m)| m.unit == boss.unit && n != manager && n != employee && !crowd.leads.contains(&m.person))
        .map(|(n, _)| n)
        .collect();
    let colleague = |i: usize| mine.get(i % mine.len().max(1)).copied().unwrap_or(*employee);
    let substitute = crowd.all.get(colleague(0)).map(|m| m.person);
    let day = |n: u64| later(op.today(), n);
    let leave = |leave, first: Date, days, substitute: Option<PersonId>| {
        let last = later(first, days);
        let note = String::new();
        Ask::Leave(LeaveAsk { leave, first, last, child_born: None, three_children: false, substitute, note })
    };
    let address = Some("Ozolu iela 7, Paraugs, Parauga novads".to_owned());
    let data = Ask::PersonalData(PersonalAsk { address, ..PersonalAsk::default() });
    let recipient = "banka".to_owned();
    let certificate = Ask::Certificate(CertificateAsk { recipient, with_salary: true, note: String::new() });
    let trip = Ask::Trip(TripAsk {
        first: day(9),
        last: day(10),
        to: TripTo::Riga,
        country: None,
        destination: "Rīga, Valsts izglītības satura centrs".to_owned(),
        purpose: "eksāmenu vadītāju seminārs".to_owned(),
        nights: 1,
        substitute: None,
    });
    // Who, what, how far.
    let plan = [
        (*employee, leave(LeaveKind::Annual, day(28), 6, substitute), Until::Filed),
        (*employee, leave(LeaveKind::Study, day(60), 4, None), Until::Returned),
        (*employee, leave(LeaveKind::Unpaid, day(80), 0, None), Until::Signed),
        (colleague(0), trip, Until::Filed),
        (colleague(1), leave(LeaveKind::Unpaid, day(12), 1, None), Until::Filed),
        (colleague(1), data, Until::Filed),
        (colleague(2), certificate, Until::Filed),
        (colleague(2), leave(LeaveKind::Unpaid, day(20), 2, None), Until::Approved),
        (colleague(3), leave(LeaveKind::Unpaid, day(25), 3, None), Until::Initialled),
        (colleague(4), leave(LeaveKind::Study, day(32), 4, None), Until::Initialled),
    ];
    for (i, (who, ask, until)) in plan.into_iter().enumerate() {
        desk.bring(i, who, &ask, until).await?;
    }
    Ok(())
}

fn later(day: Date, days: u64) -> Date {
    day.checked_add_days(Days::new(days)).unwrap_or(day)
}

impl Desk<'_> {
    async fn bring(&self, i: usize, who: usize, ask: &Ask, until: Until) -> Result<(), JobError> {
        let hours = i64::try_from(i).unwrap_or(0);
        let moment = self.op.now() - TimeDelta::hours(30) + TimeDelta::minutes(hours * 17);
        let Some(theirs) = self.crowd.op_of(self.op, who, moment).await? else { return Ok(()) };
        let Some(m) = self.crowd.all.get(who) else { return Ok(()) };
        let key = submit(self.op, &format!("waits {i}"));
        let id = match usecases::file(&theirs, m.person, ask, Some(key)).await {
            Ok(id) => id,
            Err(FileError::Op(e)) => return Err(e.into()),
            Err(why) => {
                tracing::info!(%why, "a made-up application was refused");
                return Ok(());
            }
        };
        let said = Some("Norādiet, lūdzu, kurā augstskolā".to_owned());
        let back = Verdict { outcome: Outcome::Returned, remark: said, ..Verdict::yes() };
        match until {
            Until::Filed => Ok(()),
            Until::Returned => self.step(id.uuid(), "approve", &back, moment).await,
            _ => self.further(id, m.person, until, moment).await,
        }
    }

    /// The manager approves; HR initials its order; the head signs it on paper.
    async fn further(
        &self,
        id: ApplicationId,
        person: PersonId,
        until: Until,
        moment: types::Timestamp,
    ) -> Result<(), JobError> {
        self.step(id.uuid(), "approve", &Verdict::yes(), moment + TimeDelta::hours(2)).await?;
        let query = crate::store::OrderQuery { person: Some(person), limit: 20, ..Default::default() };
        let mut read = self.op.read().await?;
        let orders = crate::store::orders(read.conn(), self.op.tenant(), (None, None), &query).await?;
        let mut order = None;
        for o in &orders {
            let found = crate::store::order_by_id(read.conn(), self.op.tenant(), o.id).await?;
            if found.and_then(|f| f.application_id) == Some(id) {
                order = Some(o.id.uuid());
            }
        }
        drop(read);
        let Some(order) = order.filter(|_| until != Until::Approved) else { return Ok(()) };
        self.step(order, "visa", &Verdict::yes(), moment + TimeDelta::hours(4)).await?;
        if until == Until::Signed {
            let paper = Verdict { medium: Medium::Paper, ..Verdict::yes() };
            self.step(order, "sign", &paper, moment + TimeDelta::hours(6)).await?;
        }
        Ok(())
    }

    /// Whoever has that step of a subject in their list takes it; done before, nothing happens.
    async fn step(
        &self,
        subject: uuid::Uuid,
        kind: &str,
        verdict: &Verdict,
        moment: types::Timestamp,
    ) -> Result<(), JobError> {
        let principals = self.crowd.principals();
        let mut read = self.op.read().await?;
        let open = workflow::tasks(read.conn(), self.op.tenant(), &principals, Some(kind), None, 5000).await?;
        drop(read);
        let Some(task) = open.iter().find(|t| t.subject_id == subject) else { return Ok(()) };
        let Some(n) = self.crowd.taker(task.principal) else { return Ok(()) };
        let Some(actor) = self.crowd.op_of(self.op, n, moment).await? else { return Ok(()) };
        let actor = actor.with_clock(Clock::fixed(moment));
        let tasks: [TaskId; 1] = [task.id];
        take(&actor, &tasks, verdict).await.map_err(retry)
    }
}
