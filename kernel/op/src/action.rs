use std::fmt::Write as _;

use types::{PersonId, UnitId};
use uuid::Uuid;

/// Something that may be done, as a type: `May<SignOrder>` cannot be mistaken for `May<ViewOrder>`.
pub trait Action: Send + Sync + 'static {
    /// Its name and default rules.
    const DEF: &'static ActionDef;
}

/// An action and who may do it by default.
#[derive(Debug)]
pub struct ActionDef {
    /// `app.thing.verb`
    pub name: &'static str,
    /// What it means, for the printed matrix.
    pub doc: &'static str,
    /// Any one of these suffices.
    pub rules: &'static [Rule],
}

/// A role and the condition under which it suffices. Role `*` is anybody signed in.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// The role's code.
    pub role: &'static str,
    /// The condition.
    pub condition: Condition,
}

/// What must be true of the resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Condition {
    /// The role is held somewhere in this tenant.
    Anywhere,
    /// The role is held in the resource's unit or above it.
    InUnit,
    /// The resource is about the actor.
    Own,
    /// It waits for the actor, personally or by a role.
    Assigned,
    /// It waits for somebody whom the actor substitutes today.
    Substitute,
}

/// What a rule needs to know of a resource; read with the row lock, so it cannot change meanwhile.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// The unit it belongs to.
    pub unit: Option<UnitId>,
    /// Whom it is about.
    pub owner: Option<PersonId>,
    /// For whom it waits: persons, or pools (see [`crate::pool_id`]).
    pub assigned: Vec<Uuid>,
}

/// A role held in a unit, with everything below the unit already looked up.
#[derive(Clone, Debug)]
pub struct RoleGrant {
    /// The role's code.
    pub role: String,
    /// Where it was granted.
    pub unit: UnitId,
    /// The unit and all below it; `None` where that is the whole tenant.
    pub covers: Option<Vec<UnitId>>,
}

/// One capacity in which the actor may act: their own, or that of somebody they substitute.
#[derive(Clone, Debug)]
pub struct Hat {
    /// Whose capacity.
    pub person: PersonId,
    /// Their roles.
    pub grants: Vec<RoleGrant>,
}

/// Everything the rules know of the actor. The first hat is their own.
#[derive(Clone, Debug, Default)]
pub struct Grants {
    /// The capacities.
    pub hats: Vec<Hat>,
}

/// Where an action is allowed: bound into the SQL of lists, so that nothing is filtered afterwards.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Everywhere in the tenant.
    All,
    /// In these units, and what is one's own.
    Units(Vec<UnitId>),
    /// Only what is one's own.
    Own,
    /// Nowhere.
    None,
}

impl Scope {
    /// `null` for everything, else the units; for `($n::uuid[] is null or unit_id = any($n))`.
    #[must_use]
    pub fn units(&self) -> Option<Vec<UnitId>> {
        match self {
            Self::All => None,
            Self::Units(units) => Some(units.clone()),
            Self::Own | Self::None => Some(Vec::new()),
        }
    }
}

impl RoleGrant {
    fn covers(&self, unit: Option<UnitId>) -> bool {
        match (&self.covers, unit) {
            (None, _) => true,
            (Some(units), Some(unit)) => units.contains(&unit),
            (Some(_), None) => false,
        }
    }
}

impl Hat {
    fn has(&self, role: &str) -> bool {
        role == "*" || self.grants.iter().any(|g| g.role == role)
    }

    fn waits_for(&self, assigned: &[Uuid]) -> bool {
        assigned
            .iter()
            .any(|a| *a == self.person.uuid() || self.grants.iter().any(|g| crate::pool_id(g.unit, &g.role) == *a))
    }
}

impl Grants {
    /// May the actor do this to a resource with these facts? Answers the person in whose capacity.
    #[must_use]
    pub fn permits(&self, action: &ActionDef, facts: &Facts) -> Option<PersonId> {
        let (own, others) = self.hats.split_first()?;
        let permits_own = |rule: &Rule| {
            own.has(rule.role)
                && match rule.condition {
                    Condition::Anywhere => true,
                    Condition::InUnit => own.grants.iter().any(|g| g.role == rule.role && g.covers(facts.unit)),
                    Condition::Own => facts.owner == Some(own.person),
                    Condition::Assigned => own.waits_for(&facts.assigned),
                    Condition::Substitute => false,
                }
        };
        if action.rules.iter().any(permits_own) {
            return Some(own.person);
        }
        let substitute = action.rules.iter().filter(|r| r.condition == Condition::Substitute);
        let mut hats = substitute.flat_map(|r| others.iter().filter(|h| h.has(r.role)));
        hats.find(|h| h.waits_for(&facts.assigned)).map(|h| h.person)
    }

    /// Is there any resource to which the actor could do this? The coarse check of a route.
    #[must_use]
    pub fn could(&self, action: &ActionDef) -> bool {
        let Some((own, others)) = self.hats.split_first() else { return false };
        action.rules.iter().any(|r| match r.condition {
            Condition::Substitute => others.iter().any(|h| h.has(r.role)),
            _ => own.has(r.role),
        })
    }

    /// Where the actor may do this, for lists. Assignment is not a scope: task lists ask by principal.
    #[must_use]
    pub fn scope(&self, action: &ActionDef) -> Scope {
        let Some(own) = self.hats.first() else { return Scope::None };
        let mut units = Vec::new();
        let mut is_own = false;
        for rule in action.rules.iter().filter(|r| own.has(r.role)) {
            match rule.condition {
                Condition::Anywhere => return Scope::All,
                Condition::Own => is_own = true,
                Condition::Assigned | Condition::Substitute => {}
                Condition::InUnit => {
                    for grant in own.grants.iter().filter(|g| g.role == rule.role) {
                        let Some(covered) = &grant.covers else { return Scope::All };
                        units.extend_from_slice(covered);
                    }
                }
            }
        }
        units.sort_unstable();
        units.dedup();
        match (units.is_empty(), is_own) {
            (false, _) => Scope::Units(units),
            (true, true) => Scope::Own,
            (true, false) => Scope::None,
        }
    }
}

/// The matrix of actions, as a lawyer can read it; a test keeps the checked-in copy true.
#[must_use]
pub fn matrix(actions: &[&ActionDef]) -> String {
    let mut sorted: Vec<_> = actions.to_vec();
    sorted.sort_by_key(|a| a.name);
    let mut out = String::new();
    for a in sorted {
        let _ = writeln!(out, "{}\n   {}", a.name, a.doc.trim());
        if a.rules.is_empty() {
            let _ = writeln!(out, "   - nobody by a role: the house itself, or an outside system by its token");
        }
        for r in a.rules {
            let role = if r.role == "*" { "anybody signed in" } else { r.role };
            let condition = match r.condition {
                Condition::Anywhere => "anywhere in the municipality",
                Condition::InUnit => "in the unit or above it",
                Condition::Own => "where it is about themselves",
                Condition::Assigned => "where it waits for them",
                Condition::Substitute => "where it waits for somebody they substitute",
            };
            let _ = writeln!(out, "   - {role}: {condition}");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(n: u128) -> Uuid {
        Uuid::from_u128(n)
    }

    const SIGN: ActionDef = ActionDef {
        name: "t.sign",
        doc: "",
        rules: &[
            Rule { role: "head", condition: Condition::InUnit },
            Rule { role: "*", condition: Condition::Substitute },
        ],
    };

    fn hat(person: u128, role: &str, units: Option<&[u128]>) -> Hat {
        let covers = units.map(|u| u.iter().map(|n| UnitId(id(*n))).collect());
        Hat {
            person: PersonId(id(person)),
            grants: vec![RoleGrant { role: role.into(), unit: UnitId(id(100)), covers }],
        }
    }

    #[test]
    fn a_role_reaches_its_unit_and_no_further() {
        let g = Grants { hats: vec![hat(1, "head", Some(&[100, 101]))] };
        let in_unit = Facts { unit: Some(UnitId(id(101))), ..Facts::default() };
        let elsewhere = Facts { unit: Some(UnitId(id(200))), ..Facts::default() };
        assert_eq!(g.permits(&SIGN, &in_unit), Some(PersonId(id(1))));
        assert_eq!(g.permits(&SIGN, &elsewhere), None);
        assert_eq!(g.permits(&SIGN, &Facts::default()), None);
        assert_eq!(g.scope(&SIGN), Scope::Units(vec![UnitId(id(100)), UnitId(id(101))]));
    }

    #[test]
    fn a_substitute_acts_for_the_absent_only_where_it_waits_for_them() {
        let g = Grants { hats: vec![hat(1, "employee", Some(&[100])), hat(2, "head", None)] };
        let waits = Facts { assigned: vec![id(2)], ..Facts::default() };
        let does_not = Facts { unit: Some(UnitId(id(100))), ..Facts::default() };
        assert_eq!(g.permits(&SIGN, &waits), Some(PersonId(id(2))));
        assert_eq!(g.permits(&SIGN, &does_not), None);
        assert_eq!(g.scope(&SIGN), Scope::None);
    }

    #[test]
    fn nobody_may_do_nothing() {
        assert_eq!(Grants::default().permits(&SIGN, &Facts::default()), None);
        assert!(!Grants::default().could(&SIGN));
    }
}
