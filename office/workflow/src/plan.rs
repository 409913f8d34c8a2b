//! What a route asks of whom, as a municipality writes it down.

use serde::{Deserialize, Serialize};
use types::{PersonId, UnitId};

/// What a step asks of a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StepKind {
    /// Look through and pass on (izskatīt).
    Review,
    /// Agree (saskaņot).
    Approve,
    /// Initial as to form or law (vīzēt).
    Visa,
    /// Sign (parakstīt).
    Sign,
    /// Confirm, as a superior does (apstiprināt).
    Confirm,
    /// Take note (iepazīties).
    Acknowledge,
    /// Carry out (izpildīt).
    Execute,
}

impl StepKind {
    /// All kinds.
    pub const ALL: [Self; 7] =
        [Self::Review, Self::Approve, Self::Visa, Self::Sign, Self::Confirm, Self::Acknowledge, Self::Execute];

    /// Its word in keys of texts, in the database and in forms.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Review => "review",
            Self::Approve => "approve",
            Self::Visa => "visa",
            Self::Sign => "sign",
            Self::Confirm => "confirm",
            Self::Acknowledge => "acknowledge",
            Self::Execute => "execute",
        }
    }

    /// The kind of that word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|k| k.word() == word)
    }

    /// May it stop the route? Who only takes note or carries out cannot.
    #[must_use]
    pub const fn may_refuse(self) -> bool {
        !matches!(self, Self::Acknowledge | Self::Execute)
    }
}

/// Which unit a role is looked for in; the nearest unit above that has holders takes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Where {
    /// The unit of whom it is about.
    Unit,
    /// Their institution.
    Institution,
    /// The municipality as a whole.
    Municipality,
    /// A named unit.
    Named(UnitId),
}

/// Who takes a step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Who {
    /// A named person.
    Person(PersonId),
    /// Whoever holds a post.
    Post(types::PostId),
    /// Whoever holds a role in a unit.
    Role {
        /// The role.
        role: String,
        /// Where.
        place: Where,
    },
    /// The direct manager of whom it is about (tiešais vadītājs).
    DirectManager,
}

/// A step of a template.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepPlan {
    /// What it asks.
    pub kind: StepKind,
    /// Of whom.
    pub who: Who,
    /// Due so many working days after it opens.
    pub due_days: u16,
}

/// Steps beside each other.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupPlan {
    /// The steps.
    pub steps: Vec<StepPlan>,
    /// So many of them suffice; all where `None`.
    #[serde(default)]
    pub quorum: Option<u16>,
}

/// A route template: groups one after another.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// The groups.
    pub groups: Vec<GroupPlan>,
}

impl Plan {
    /// Steps one after another.
    #[must_use]
    pub fn sequence(steps: Vec<StepPlan>) -> Self {
        Self { groups: steps.into_iter().map(|s| GroupPlan { steps: vec![s], quorum: None }).collect() }
    }

    /// What is wrong with it, by key of a text and number of the group (from 1).
    #[must_use]
    pub fn faults(&self) -> Vec<(usize, &'static str)> {
        let mut faults = Vec::new();
        if self.groups.is_empty() {
            faults.push((0, "workflow-fault-empty"));
        }
        if self.groups.len() > 30 || self.groups.iter().any(|g| g.steps.len() > 30) {
            faults.push((0, "workflow-fault-long"));
        }
        for (n, group) in self.groups.iter().enumerate() {
            if group.steps.is_empty() {
                faults.push((n + 1, "workflow-fault-group-empty"));
            }
            let quorum = group.quorum.map_or(1, usize::from);
            if quorum == 0 || quorum > group.steps.len().max(1) {
                faults.push((n + 1, "workflow-fault-quorum"));
            }
            if group.steps.iter().any(|s| s.kind == StepKind::Sign) && group.quorum.is_some() {
                faults.push((n + 1, "workflow-fault-sign-quorum"));
            }
        }
        faults
    }
}
