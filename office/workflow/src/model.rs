//! The route as a pure state machine: groups one after another, steps of a group beside each other.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use types::{Date, PersonId, Timestamp, UnitId};
use uuid::Uuid;

use crate::plan::{StepKind, StepPlan};

/// Where a step stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StepState {
    /// Its group has not come yet.
    Waiting,
    /// Somebody has it in their list.
    Open,
    /// Taken.
    Done,
    /// Not needed any more.
    Skipped,
}

/// How a step ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// Agreed, signed, taken note of, carried out.
    Done,
    /// Agreed, with a remark.
    DoneWithRemark,
    /// Back to whom it came from, for correction.
    Returned,
    /// Refused, with a reason.
    Rejected,
}

/// On what a signature was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Medium {
    /// In the system: an approval by the signed-in person, or an electronic signature.
    Electronic,
    /// By hand, on paper; recorded by whoever holds the paper.
    Paper,
}

/// A step of a running route.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// Its number, from 1.
    pub no: u16,
    /// Its group, from 1.
    pub group: u16,
    /// What it asks.
    pub kind: StepKind,
    /// The list it goes to: a person, or a pool of a role in a unit.
    pub principal: Uuid,
    /// The role, where it is a pool.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// The pool's unit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<UnitId>,
    /// Due so many working days after it opens.
    pub due_days: u16,
    /// So many steps of the group suffice.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quorum: Option<u16>,
    /// Where it stands.
    pub state: StepState,
    /// Due on, once open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<Date>,
    /// How it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<Outcome>,
    /// Who took it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<PersonId>,
    /// In whose capacity, where not their own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub capacity: Option<PersonId>,
    /// When.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Timestamp>,
    /// Their words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remark: Option<String>,
    /// What place in the document the words are about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    /// On what.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub medium: Option<Medium>,
    /// Whose it was before it was handed on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delegated_from: Option<Uuid>,
    /// Whose list it was copied to when it was late; they may take it too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub escalated_to: Option<Uuid>,
}

impl Step {
    /// A step that has not begun, in the list of `principal`.
    #[must_use]
    pub const fn planned(no: u16, group: u16, plan: &StepPlan, quorum: Option<u16>, principal: Uuid) -> Self {
        Self {
            no,
            group,
            kind: plan.kind,
            principal,
            role: None,
            unit: None,
            due_days: plan.due_days,
            quorum,
            state: StepState::Waiting,
            due: None,
            outcome: None,
            by: None,
            capacity: None,
            at: None,
            remark: None,
            place: None,
            medium: None,
            delegated_from: None,
            escalated_to: None,
        }
    }

    /// Whoever may take it now.
    #[must_use]
    pub fn takers(&self) -> Vec<Uuid> {
        std::iter::once(self.principal).chain(self.escalated_to).collect()
    }
}

/// Where a route stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RouteState {
    /// Somebody has it.
    Running,
    /// Every group is done.
    Completed,
    /// Refused.
    Rejected,
    /// Back for correction.
    Returned,
    /// Taken back by whom it came from.
    Withdrawn,
}

impl RouteState {
    /// Its word in the database and in keys of texts.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Completed => "completed",
            Self::Rejected => "rejected",
            Self::Returned => "returned",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// The state of that word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Running, Self::Completed, Self::Rejected, Self::Returned, Self::Withdrawn]
            .into_iter()
            .find(|s| s.word() == word)
    }
}

/// What somebody decides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// How.
    pub outcome: Outcome,
    /// Their words: a remark, the reason, what to correct.
    pub remark: Option<String>,
    /// What place the words are about.
    pub place: Option<String>,
    /// On what.
    pub medium: Medium,
    /// Who.
    pub by: PersonId,
    /// In whose capacity.
    pub capacity: PersonId,
    /// When.
    pub at: Timestamp,
}

/// Why a decision was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// The route has ended.
    #[error("the route has ended")]
    Ended,
    /// The step is not open: somebody took it already, or its turn has not come.
    #[error("the step is not open")]
    NotOpen,
    /// A refusal or a return needs words.
    #[error("a reason is needed")]
    NoReason,
    /// Such a step cannot refuse or return.
    #[error("this step cannot refuse")]
    CannotRefuse,
    /// No such step.
    #[error("no such step")]
    NoStep,
    /// One does not approve one's own.
    #[error("one does not approve one's own")]
    Own,
    /// The person to hand it to is not there.
    #[error("nobody to hand it to")]
    Nobody,
    /// A signature is needed, and none was given.
    #[error("a signature is needed")]
    Unsigned,
}

impl Refused {
    /// The key of its text.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Ended => "workflow-refused-ended",
            Self::NotOpen => "workflow-refused-not-open",
            Self::NoReason => "workflow-refused-no-reason",
            Self::CannotRefuse => "workflow-refused-cannot",
            Self::NoStep => "workflow-refused-no-step",
            Self::Own => "workflow-refused-own",
            Self::Nobody => "workflow-refused-nobody",
            Self::Unsigned => "workflow-refused-unsigned",
        }
    }
}

/// What a decision changes: the route's new steps and state, whose tasks close and whose open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// All steps, changed.
    pub steps: Vec<Step>,
    /// The new state.
    pub state: RouteState,
    /// Steps whose task is done by this decision.
    pub done: Vec<u16>,
    /// Steps whose task is not needed any more.
    pub cancelled: Vec<u16>,
    /// Steps whose task opens.
    pub opened: Vec<u16>,
}

/// Opens the first group.
pub fn open_first(steps: &mut [Step], due: impl Fn(u16) -> Date) -> Vec<u16> {
    let first = steps.iter().map(|s| s.group).min().unwrap_or(0);
    open_group(steps, first, &due)
}

fn open_group(steps: &mut [Step], group: u16, due: &impl Fn(u16) -> Date) -> Vec<u16> {
    let mut opened = Vec::new();
    for step in steps.iter_mut().filter(|s| s.group == group && s.state == StepState::Waiting) {
        step.state = StepState::Open;
        step.due = Some(due(step.due_days));
        opened.push(step.no);
    }
    opened
}

/// Takes a step.
///
/// # Errors
/// Why not.
pub fn decide(
    steps: &[Step],
    state: RouteState,
    owner: Option<PersonId>,
    no: u16,
    d: &Decision,
    due: impl Fn(u16) -> Date,
) -> Result<Change, Refused> {
    if state != RouteState::Running {
        return Err(Refused::Ended);
    }
    let mut steps = steps.to_vec();
    let step = steps.iter_mut().find(|s| s.no == no).ok_or(Refused::NoStep)?;
    if step.state != StepState::Open {
        return Err(Refused::NotOpen);
    }
    let stops = matches!(d.outcome, Outcome::Returned | Outcome::Rejected);
    if stops && !step.kind.may_refuse() {
        return Err(Refused::CannotRefuse);
    }
    if stops && d.remark.as_deref().is_none_or(|r| r.trim().is_empty()) {
        return Err(Refused::NoReason);
    }
    let own = owner.is_some_and(|o| o == d.by || o == d.capacity);
    if own && step.kind.may_refuse() {
        return Err(Refused::Own);
    }
    step.state = StepState::Done;
    step.outcome = Some(d.outcome);
    step.by = Some(d.by);
    step.capacity = (d.capacity != d.by).then_some(d.capacity);
    step.at = Some(d.at);
    step.remark.clone_from(&d.remark);
    step.place.clone_from(&d.place);
    step.medium = Some(d.medium);
    let (group, quorum) = (step.group, step.quorum);
    Ok(if stops { stop(steps, no, d.outcome) } else { advance(steps, no, group, quorum, &due) })
}

fn stop(mut steps: Vec<Step>, no: u16, outcome: Outcome) -> Change {
    let cancelled = skip(&mut steps, |_| true);
    let state = if outcome == Outcome::Rejected { RouteState::Rejected } else { RouteState::Returned };
    Change { steps, state, done: vec![no], cancelled, opened: Vec::new() }
}

fn advance(mut steps: Vec<Step>, no: u16, group: u16, quorum: Option<u16>, due: &impl Fn(u16) -> Date) -> Change {
    let in_group = |s: &&Step| s.group == group;
    let done = steps.iter().filter(in_group).filter(|s| s.state == StepState::Done).count();
    let open = steps.iter().filter(in_group).filter(|s| s.state == StepState::Open).count();
    let enough = open == 0 || quorum.is_some_and(|q| done >= usize::from(q));
    if !enough {
        return Change { steps, state: RouteState::Running, done: vec![no], cancelled: Vec::new(), opened: Vec::new() };
    }
    let cancelled = skip(&mut steps, |s| s.group == group);
    let later: BTreeSet<u16> = steps.iter().filter(|s| s.state == StepState::Waiting).map(|s| s.group).collect();
    let (state, opened) = match later.first() {
        Some(next) => (RouteState::Running, open_group(&mut steps, *next, due)),
        None => (RouteState::Completed, Vec::new()),
    };
    Change { steps, state, done: vec![no], cancelled, opened }
}

/// Skips what is not done; answers which of them had a task.
fn skip(steps: &mut [Step], which: impl Fn(&Step) -> bool) -> Vec<u16> {
    let mut cancelled = Vec::new();
    for step in steps.iter_mut().filter(|s| which(s)) {
        match step.state {
            StepState::Open => cancelled.push(step.no),
            StepState::Waiting => {}
            StepState::Done | StepState::Skipped => continue,
        }
        step.state = StepState::Skipped;
    }
    cancelled
}

/// Takes a running route back.
///
/// # Errors
/// It has ended.
pub fn withdraw(steps: &[Step], state: RouteState) -> Result<Change, Refused> {
    if state != RouteState::Running {
        return Err(Refused::Ended);
    }
    let mut steps = steps.to_vec();
    let cancelled = skip(&mut steps, |_| true);
    Ok(Change { steps, state: RouteState::Withdrawn, done: Vec::new(), cancelled, opened: Vec::new() })
}

/// Hands an open step on to another list.
///
/// # Errors
/// It is not open.
pub fn delegate(steps: &[Step], state: RouteState, no: u16, to: PersonId) -> Result<Vec<Step>, Refused> {
    if state != RouteState::Running {
        return Err(Refused::Ended);
    }
    let mut steps = steps.to_vec();
    let step = steps.iter_mut().find(|s| s.no == no).ok_or(Refused::NoStep)?;
    if step.state != StepState::Open {
        return Err(Refused::NotOpen);
    }
    step.delegated_from = Some(step.principal);
    step.principal = to.uuid();
    step.role = None;
    step.unit = None;
    step.escalated_to = None;
    Ok(steps)
}

/// Lets somebody else take an open step too, because it is late.
///
/// # Errors
/// It is not open, or it was done before.
pub fn escalate(steps: &[Step], state: RouteState, no: u16, to: PersonId) -> Result<Vec<Step>, Refused> {
    if state != RouteState::Running {
        return Err(Refused::Ended);
    }
    let mut steps = steps.to_vec();
    let step = steps.iter_mut().find(|s| s.no == no).ok_or(Refused::NoStep)?;
    if step.state != StepState::Open || step.escalated_to.is_some() {
        return Err(Refused::NotOpen);
    }
    step.escalated_to = Some(to.uuid());
    Ok(steps)
}

/// Was every approval given in the system (and not on paper)?
#[must_use]
pub fn approved_electronically(steps: &[Step]) -> bool {
    let taken = |s: &&Step| s.state == StepState::Done;
    steps.iter().filter(taken).all(|s| s.medium != Some(Medium::Paper))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn person(n: u128) -> PersonId {
        PersonId(Uuid::from_u128(n))
    }

    fn step(no: u16, group: u16, kind: StepKind, quorum: Option<u16>) -> Step {
        let plan = StepPlan { kind, who: crate::plan::Who::DirectManager, due_days: 2 };
        Step::planned(no, group, &plan, quorum, Uuid::from_u128(u128::from(no)))
    }

    fn due(_: u16) -> Date {
        Date::from_ymd_opt(2026, 11, 25).unwrap()
    }

    fn decision(outcome: Outcome, remark: Option<&str>) -> Decision {
        Decision {
            outcome,
            remark: remark.map(Into::into),
            place: None,
            medium: Medium::Electronic,
            by: person(77),
            capacity: person(77),
            at: Timestamp::UNIX_EPOCH,
        }
    }

    #[test]
    fn groups_follow_each_other_and_the_last_completes() {
        let mut steps = vec![step(1, 1, StepKind::Approve, None), step(2, 2, StepKind::Sign, None)];
        assert_eq!(open_first(&mut steps, due), vec![1]);
        let c = decide(&steps, RouteState::Running, None, 1, &decision(Outcome::Done, None), due).unwrap();
        assert_eq!((c.state, c.opened.clone()), (RouteState::Running, vec![2]));
        let c = decide(&c.steps, c.state, None, 2, &decision(Outcome::Done, None), due).unwrap();
        assert_eq!(c.state, RouteState::Completed);
        assert!(approved_electronically(&c.steps));
    }

    #[test]
    fn a_quorum_ends_its_group_and_frees_the_others() {
        let mut steps: Vec<_> = (1..=3).map(|n| step(n, 1, StepKind::Approve, Some(2))).collect();
        open_first(&mut steps, due);
        let c = decide(&steps, RouteState::Running, None, 1, &decision(Outcome::Done, None), due).unwrap();
        assert_eq!(c.state, RouteState::Running);
        let c = decide(&c.steps, c.state, None, 3, &decision(Outcome::Done, None), due).unwrap();
        assert_eq!((c.state, c.cancelled.clone()), (RouteState::Completed, vec![2]));
    }

    #[test]
    fn a_refusal_needs_a_reason_and_frees_everybody() {
        let mut steps = vec![step(1, 1, StepKind::Approve, None), step(2, 1, StepKind::Approve, None)];
        open_first(&mut steps, due);
        let go = |remark| decide(&steps, RouteState::Running, None, 1, &decision(Outcome::Rejected, remark), due);
        assert_eq!(go(None), Err(Refused::NoReason));
        assert_eq!(go(Some("  ")), Err(Refused::NoReason));
        let c = go(Some("nav vietnieka")).unwrap();
        assert_eq!((c.state, c.cancelled), (RouteState::Rejected, vec![2]));
    }

    #[test]
    fn nobody_approves_their_own() {
        let mut steps = vec![step(1, 1, StepKind::Approve, None)];
        open_first(&mut steps, due);
        let refused = decide(&steps, RouteState::Running, Some(person(77)), 1, &decision(Outcome::Done, None), due);
        assert_eq!(refused, Err(Refused::Own));
        let for_them = Decision { capacity: person(5), ..decision(Outcome::Done, None) };
        let refused = decide(&steps, RouteState::Running, Some(person(5)), 1, &for_them, due);
        assert_eq!(refused, Err(Refused::Own), "nor does their substitute");
    }

    #[test]
    fn a_late_step_may_be_taken_by_two_and_is_escalated_once() {
        let mut steps = vec![step(1, 1, StepKind::Approve, None)];
        assert_eq!(escalate(&steps, RouteState::Running, 1, person(9)), Err(Refused::NotOpen));
        open_first(&mut steps, due);
        let steps = escalate(&steps, RouteState::Running, 1, person(9)).unwrap();
        assert_eq!(steps[0].takers(), vec![Uuid::from_u128(1), Uuid::from_u128(9)]);
        assert_eq!(escalate(&steps, RouteState::Running, 1, person(8)), Err(Refused::NotOpen));
        let steps = delegate(&steps, RouteState::Running, 1, person(3)).unwrap();
        assert_eq!(steps[0].takers(), vec![Uuid::from_u128(3)]);
    }

    proptest! {
        /// Whatever people decide in whatever order: a route ends, ends once, and no step is open afterwards.
        #[test]
        fn every_route_ends(groups in proptest::collection::vec((1u16..4, proptest::option::of(1u16..3)), 1..5),
                            picks in proptest::collection::vec((0usize..12, 0u8..8), 60)) {
            let mut steps = Vec::new();
            let mut no = 0;
            for (g, (size, quorum)) in groups.iter().enumerate() {
                for _ in 0..*size {
                    no += 1;
                    steps.push(step(no, u16::try_from(g).unwrap() + 1, StepKind::Approve, quorum.map(|q| q.min(*size))));
                }
            }
            open_first(&mut steps, due);
            let mut state = RouteState::Running;
            for (pick, how) in picks {
                let open: Vec<u16> = steps.iter().filter(|s| s.state == StepState::Open).map(|s| s.no).collect();
                prop_assert_eq!(open.is_empty(), state != RouteState::Running);
                let Some(no) = open.get(pick % open.len().max(1)) else { break };
                let outcome = match how { 0 => Outcome::Rejected, 1 => Outcome::Returned, _ => Outcome::Done };
                let c = decide(&steps, state, None, *no, &decision(outcome, Some("x")), due).unwrap();
                let open_groups: BTreeSet<u16> = c.steps.iter().filter(|s| s.state == StepState::Open).map(|s| s.group).collect();
                prop_assert!(open_groups.len() <= 1, "one group at a time");
                steps = c.steps;
                state = c.state;
            }
        }
    }
}
