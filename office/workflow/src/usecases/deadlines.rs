use std::collections::{BTreeMap, HashMap};

use op::{Audit, Event, Facts, Op, OpError};
use serde_json::json;
use types::{Date, PersonId, RouteId, TaskId};
use uuid::Uuid;

use super::tasks::{About, notify, task};
use crate::{
    actions::WatchDeadlines,
    calendar,
    model::{self, RouteState, Step},
    store::{self, LateTask, NewTask, RouteChange},
};

/// Reminds of what is due the next working day and of what is overdue: one event a person, with the lists of their
/// roles among it. On a day off nobody is.
///
/// # Errors
/// The database failed.
pub async fn remind(op: &Op) -> Result<usize, OpError> {
    let mut tx = op.begin().await?;
    let may = tx.create::<WatchDeadlines>(&Facts::default())?;
    let calendar = calendar::of(&mut tx).await?;
    let today = op.today();
    if !calendar.is_working_day(today) {
        return Ok(0);
    }
    let until = calendar::due_on(&calendar, today, 1);
    let tasks = store::remind(&mut tx, &may, until).await?;
    if tasks.is_empty() {
        return Ok(0);
    }
    let ids = tasks.iter().map(|(t, ..)| t.uuid()).collect();
    tx.audit(Audit::of_all("workflow.deadline.watch", "task", ids).with(json!({ "effect": "reminded" })));
    let held = parties::all_holders(tx.conn(), op.tenant(), today).await?;
    let pools: HashMap<Uuid, Vec<PersonId>> = held.into_iter().map(|(u, r, p)| (op::pool_id(u, &r), p)).collect();
    let mut people: BTreeMap<PersonId, Vec<(TaskId, Date)>> = BTreeMap::new();
    for (id, principal, due) in tasks {
        for person in pools.get(&principal).map_or(&[PersonId(principal)] as &[_], Vec::as_slice) {
            people.entry(*person).or_default().push((id, due));
        }
    }
    let count = people.len();
    for (person, tasks) in people {
        let overdue = tasks.iter().filter(|(_, due)| *due < today).count();
        let data = json!({ "principal": person, "due": tasks.len() - overdue, "overdue": overdue });
        let subjects = tasks.iter().map(|(t, _)| t.uuid()).collect();
        tx.publish(Event { kind: "workflow.tasks-due", subjects, data });
    }
    tx.commit().await?;
    Ok(count)
}

/// Routes locked at once; the rest comes with the next round.
const ROUND: i64 = 200;

/// Lets the manager of whoever is late by more than the municipality's number of working days take the step too.
///
/// # Errors
/// The database failed.
pub async fn escalate(op: &Op) -> Result<usize, OpError> {
    let mut count = 0;
    loop {
        let (seen, done) = escalate_round(op).await?;
        count += done;
        if seen < usize::try_from(ROUND).unwrap_or(usize::MAX) {
            return Ok(count);
        }
    }
}

async fn escalate_round(op: &Op) -> Result<(usize, usize), OpError> {
    let mut tx = op.begin().await?;
    let may = tx.create::<WatchDeadlines>(&Facts::default())?;
    let (tenant, today) = (op.tenant(), op.today());
    let days = parties::parameter(tx.conn(), tenant, "workflow", "escalate-after-working-days", today).await?;
    let days = days.and_then(|v| u32::try_from(v.as_u64()?).ok()).unwrap_or(3);
    let calendar = calendar::of(&mut tx).await?;
    let before = calendar.subtract_working_days(today, days).unwrap_or(today);
    let late = store::lock_late(tx.conn(), tenant, before, ROUND).await?;
    if late.is_empty() {
        return Ok((0, 0));
    }
    let mut routes: HashMap<RouteId, Vec<Step>> = HashMap::new();
    let (mut new, mut handed) = (Vec::<NewTask>::new(), Vec::new());
    for t in &late {
        let Some(manager) = manager(&mut tx, t).await? else { continue };
        let no = u16::try_from(t.step_no).unwrap_or(0);
        let steps = routes.get(&t.route_id).unwrap_or(&t.steps.0);
        let state = RouteState::from_word(&t.route_state).unwrap_or(RouteState::Withdrawn);
        let Ok(steps) = model::escalate(steps, state, no, manager) else { continue };
        let about = About {
            route: t.route_id,
            subject: t.subject_id,
            document: t.document_id,
            title: &t.title,
            gist: &t.gist,
            owner: t.owner_id,
        };
        let copies = steps.iter().filter(|s| s.no == no);
        new.extend(copies.map(|s| NewTask { principal: manager.uuid(), ..task(op, s, &about) }));
        let data = json!({ "step": no, "to": manager, "due": t.due });
        tx.history(t.subject_id, "escalated", data);
        routes.insert(t.route_id, steps);
        handed.push(t.id);
    }
    let changes = routes.into_iter().map(|(id, steps)| RouteChange {
        id,
        electronic: model::approved_electronically(&steps),
        steps,
        state: RouteState::Running.word(),
        finished_at: None,
        application_state: None,
    });
    let changes: Vec<RouteChange> = changes.collect();
    store::decide(&mut tx, &[&may], &changes, &[], &new).await?;
    // Those whom nobody stands above, and the copies, are not looked at again either.
    let seen: Vec<TaskId> = late.iter().map(|t| t.id).chain(new.iter().map(|t| t.id)).collect();
    store::escalated(&mut tx, &may, &seen).await?;
    let ids = late.iter().map(|t| t.id.uuid()).collect();
    tx.audit(Audit::of_all("workflow.deadline.watch", "task", ids).with(json!({ "effect": "escalated" })));
    notify(&mut tx, &new);
    tx.commit().await?;
    Ok((late.len(), handed.len()))
}

/// Whom the holder of a task answers to; never the one whom it is about.
async fn manager(tx: &mut op::Tx, t: &LateTask) -> Result<Option<PersonId>, OpError> {
    let (tenant, today) = (tx.op().tenant(), tx.op().today());
    let no = u16::try_from(t.step_no).unwrap_or(0);
    let pool = t.steps.0.iter().find(|s| s.no == no).filter(|s| s.principal != t.principal || s.unit.is_some());
    let unit = pool.and_then(|s| s.unit);
    let mut found = match unit {
        // A list that several share: the head of the unit where the role is held.
        Some(unit) => {
            let heads = parties::holders(tx.conn(), tenant, unit, parties::role::HEAD, today).await?;
            heads.and_then(|(_, people)| people.first().copied())
        }
        None => parties::manager_of(tx.conn(), tenant, PersonId(t.principal), today).await?,
    };
    let unfit = |p: PersonId| Some(p) == t.owner_id || p.uuid() == t.principal;
    for _ in 0..3 {
        match found {
            Some(p) if unfit(p) => found = parties::manager_of(tx.conn(), tenant, p, today).await?,
            _ => break,
        }
    }
    Ok(found.filter(|p| !unfit(*p)))
}
