//! What may stand and what may not. Pure: the use-cases fetch, these decide.

use types::{Date, PersonId, SubstitutionId};

use crate::{Grant, Substitution, Unit, role};

/// Why a substitution may not stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SubstitutionRefused {
    /// Nobody acts for themselves.
    #[error("nobody substitutes themselves")]
    Oneself,
    /// The last day is before the first.
    #[error("the period ends before it begins")]
    Backwards,
    /// It would be over already.
    #[error("the period is over")]
    Past,
    /// The substitute does not work here.
    #[error("the substitute does not work here")]
    NotEmployed,
    /// The same two have a substitution in that period.
    #[error("overlaps {0}")]
    Overlaps(SubstitutionId),
    /// The substitute is away in that period, and somebody in the chain of their substitutes is the absent person.
    #[error("a circle of substitutes through {0}")]
    Circle(PersonId),
}

/// May `new` stand beside `others` (those of the tenant that are not cancelled)?
///
/// # Errors
/// The rule that refuses.
pub fn may_substitute(new: &Substitution, others: &[Substitution], today: Date) -> Result<(), SubstitutionRefused> {
    if new.absent_id == new.substitute_id {
        return Err(SubstitutionRefused::Oneself);
    }
    if new.valid_to < new.valid_from {
        return Err(SubstitutionRefused::Backwards);
    }
    if new.valid_to < today {
        return Err(SubstitutionRefused::Past);
    }
    let same = |o: &&Substitution| o.absent_id == new.absent_id && o.substitute_id == new.substitute_id;
    if let Some(o) = others.iter().filter(same).find(|o| common(o, new.valid_from, new.valid_to).is_some()) {
        return Err(SubstitutionRefused::Overlaps(o.id));
    }
    // Along the chain the period narrows; a circle is one that has a day on which everybody in it is away.
    let mut ways = vec![(new.substitute_id, new.valid_from, new.valid_to)];
    let mut seen = Vec::new();
    while let Some((person, from, to)) = ways.pop() {
        if seen.contains(&(person, from, to)) {
            continue;
        }
        seen.push((person, from, to));
        for o in others.iter().filter(|o| o.absent_id == person) {
            let Some((from, to)) = common(o, from, to) else { continue };
            if o.substitute_id == new.absent_id {
                return Err(SubstitutionRefused::Circle(person));
            }
            ways.push((o.substitute_id, from, to));
        }
    }
    Ok(())
}

fn common(o: &Substitution, from: Date, to: Date) -> Option<(Date, Date)> {
    let (first, last) = (o.valid_from.max(from), o.valid_to.min(to));
    (o.cancelled_at.is_none() && first <= last).then_some((first, last))
}

/// Why a unit may not be changed so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UnitRefused {
    /// The municipality stays where it is.
    #[error("the municipality is the root")]
    Root,
    /// It would stand under itself.
    #[error("a unit cannot stand under itself")]
    Circle,
    /// The unit above is closed.
    #[error("the unit above is closed")]
    ParentClosed,
    /// An institution stands under the municipality or another institution.
    #[error("an institution cannot stand under a unit")]
    Kind,
    /// So many still work there.
    #[error("{0} still work there")]
    HasPeople(i64),
    /// So many units below are still open.
    #[error("{0} units below are open")]
    HasUnits(i64),
    /// The last day is before the first, or the unit is closed.
    #[error("the day is before the unit began")]
    BeforeBeginning,
}

/// May this kind of unit stand under that one?
///
/// # Errors
/// The rule that refuses.
pub fn may_stand_under(kind: crate::UnitKind, parent: &Unit, today: Date) -> Result<(), UnitRefused> {
    use crate::UnitKind::{Institution, Municipality, Unit as Plain};
    if parent.valid_to.is_some_and(|to| to < today) {
        return Err(UnitRefused::ParentClosed);
    }
    match (kind, parent.kind) {
        (Municipality, _) => Err(UnitRefused::Root),
        (Institution, Plain) => Err(UnitRefused::Kind),
        _ => Ok(()),
    }
}

/// May the unit move under that one?
///
/// # Errors
/// The rule that refuses.
pub fn may_move(unit: &Unit, parent: &Unit, today: Date) -> Result<(), UnitRefused> {
    if unit.parent_id.is_none() {
        return Err(UnitRefused::Root);
    }
    if parent.path.contains(&unit.id) {
        return Err(UnitRefused::Circle);
    }
    may_stand_under(unit.kind, parent, today)
}

/// May the unit close after that day, with so many people and open units then?
///
/// # Errors
/// The rule that refuses.
pub fn may_close(unit: &Unit, last: Date, people: i64, below: i64) -> Result<(), UnitRefused> {
    if unit.parent_id.is_none() {
        return Err(UnitRefused::Root);
    }
    if last < unit.valid_from {
        return Err(UnitRefused::BeforeBeginning);
    }
    if people > 0 {
        return Err(UnitRefused::HasPeople(people));
    }
    if below > 0 {
        return Err(UnitRefused::HasUnits(below));
    }
    Ok(())
}

/// Why a role may not be granted or revoked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RoleRefused {
    /// There is no such role to grant.
    #[error("no such role")]
    Unknown,
    /// An administrator's role is granted at the root.
    #[error("granted at the root only")]
    RootOnly,
    /// A head leads the municipality or an institution.
    #[error("a head leads an institution")]
    InstitutionOnly,
    /// The person holds it there in that period.
    #[error("held already")]
    Held,
    /// Somebody must be able to administer.
    #[error("the last administrator")]
    LastAdmin,
    /// The last day is before the first.
    #[error("the period ends before it begins")]
    Backwards,
}

/// May this grant stand beside the others in that unit?
///
/// # Errors
/// The rule that refuses.
pub fn may_grant(new: &Grant, unit: &Unit, there: &[Grant]) -> Result<(), RoleRefused> {
    if !role::GRANTABLE.contains(&new.role.as_str()) {
        return Err(RoleRefused::Unknown);
    }
    if new.role == role::ADMIN && unit.parent_id.is_some() {
        return Err(RoleRefused::RootOnly);
    }
    if new.role == role::HEAD && unit.kind == crate::UnitKind::Unit {
        return Err(RoleRefused::InstitutionOnly);
    }
    if new.valid_to.is_some_and(|to| to < new.valid_from) {
        return Err(RoleRefused::Backwards);
    }
    let overlaps = |g: &Grant| {
        g.valid_to.is_none_or(|to| to >= new.valid_from) && new.valid_to.is_none_or(|to| to >= g.valid_from)
    };
    let same = |g: &&Grant| g.person_id == new.person_id && g.role == new.role && g.unit_id == new.unit_id;
    if there.iter().filter(same).any(overlaps) { Err(RoleRefused::Held) } else { Ok(()) }
}

/// Why a mandate may not stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MandateRefused {
    /// Nobody represents themselves.
    #[error("nobody represents themselves")]
    Oneself,
    /// The last day is before the first.
    #[error("the period ends before it begins")]
    Backwards,
    /// It would be over already.
    #[error("the period is over")]
    Past,
    /// The same person has such a mandate in that period.
    #[error("held already")]
    Held,
    /// It was revoked already.
    #[error("revoked already")]
    Revoked,
    /// A person with that personal code has another name.
    #[error("the personal code belongs to another name")]
    OtherName,
}

/// May this mandate stand beside those that the represented have given?
///
/// # Errors
/// The rule that refuses.
pub fn may_represent(new: &crate::NewMandate, there: &[crate::Mandate], today: Date) -> Result<(), MandateRefused> {
    if new.person_id == Some(new.representative_id) {
        return Err(MandateRefused::Oneself);
    }
    if new.valid_to.is_some_and(|to| to < new.valid_from) {
        return Err(MandateRefused::Backwards);
    }
    if new.valid_to.is_some_and(|to| to < today) {
        return Err(MandateRefused::Past);
    }
    let same = |m: &&crate::Mandate| {
        m.revoked_at.is_none() && m.representative_id == new.representative_id && m.extent == new.extent
    };
    let overlaps = |m: &crate::Mandate| {
        m.valid_to.is_none_or(|to| to >= new.valid_from) && new.valid_to.is_none_or(|to| to >= m.valid_from)
    };
    if there.iter().filter(same).any(overlaps) { Err(MandateRefused::Held) } else { Ok(()) }
}

/// Why a post may not be changed so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PostRefused {
    /// So many still hold it after that day.
    #[error("{0} still hold it")]
    HasPeople(i64),
    /// The last day is before the first.
    #[error("the day is before the post began")]
    BeforeBeginning,
}

/// May the post close after that day, with so many people in it then?
///
/// # Errors
/// The rule that refuses.
pub fn may_close_post(post: &crate::Post, last: Date, people: i64) -> Result<(), PostRefused> {
    if last < post.valid_from {
        return Err(PostRefused::BeforeBeginning);
    }
    if people > 0 { Err(PostRefused::HasPeople(people)) } else { Ok(()) }
}

/// A value typed in the place of another: it must be of the same kind, an object with the same members, and no number
/// below zero.
#[must_use]
pub fn parameter_like(typed: &str, like: &serde_json::Value) -> Option<serde_json::Value> {
    let text = typed.trim();
    if like.is_string() {
        return Some(serde_json::Value::String(text.to_owned()));
    }
    let value: serde_json::Value =
        serde_json::from_str(&text.replace(',', if like.is_object() { "," } else { "." })).ok()?;
    alike(&value, like).then_some(value)
}

fn alike(value: &serde_json::Value, like: &serde_json::Value) -> bool {
    use serde_json::Value::{Array, Bool, Null, Number, Object, String};
    match (value, like) {
        (Number(a), Number(b)) => a.as_f64().is_some_and(|n| n >= 0.0) && (a.is_u64() || !b.is_u64()),
        (Bool(_), Bool(_)) | (String(_), String(_)) | (Null, Null) => true,
        (Object(a), Object(b)) => a.len() == b.len() && a.iter().all(|(k, v)| b.get(k).is_some_and(|l| alike(v, l))),
        (Array(a), Array(b)) => b.first().is_none_or(|like| a.iter().all(|v| alike(v, like))),
        _ => false,
    }
}

/// An e-mail address, in the form that mail servers take: one @, something before it, a dotted name behind it.
#[must_use]
pub fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.split_once('@') else { return false };
    let plain = |c: char| !c.is_whitespace() && !c.is_control() && !matches!(c, '@' | ',' | ';' | '<' | '>' | '"');
    text.len() <= 254
        && !local.is_empty()
        && local.len() <= 64
        && text.replacen('@', "", 1).chars().all(plain)
        && domain.contains('.')
        && domain.split('.').all(|label| !label.is_empty() && !label.starts_with('-') && !label.ends_with('-'))
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;
    use proptest::prelude::*;
    use types::UnitId;
    use uuid::Uuid;

    use super::*;
    use crate::UnitKind;

    fn day(n: i64) -> Date {
        NaiveDate::from_ymd_opt(2026, 11, 1).unwrap() + chrono::Duration::days(n)
    }

    fn sub(absent: u128, substitute: u128, from: i64, to: i64) -> Substitution {
        Substitution {
            id: SubstitutionId(Uuid::from_u128(absent * 1000 + substitute)),
            absent_id: PersonId(Uuid::from_u128(absent)),
            substitute_id: PersonId(Uuid::from_u128(substitute)),
            valid_from: day(from),
            valid_to: day(to),
            ground: String::new(),
            cancelled_at: None,
            unit_id: None,
        }
    }

    #[test]
    fn nobody_substitutes_themselves_or_backwards_or_in_the_past() {
        assert_eq!(may_substitute(&sub(1, 1, 0, 5), &[], day(0)), Err(SubstitutionRefused::Oneself));
        assert_eq!(may_substitute(&sub(1, 2, 5, 0), &[], day(0)), Err(SubstitutionRefused::Backwards));
        assert_eq!(may_substitute(&sub(1, 2, 0, 5), &[], day(6)), Err(SubstitutionRefused::Past));
        assert_eq!(may_substitute(&sub(1, 2, 0, 5), &[], day(5)), Ok(()));
    }

    #[test]
    fn the_same_two_do_not_overlap_but_others_may() {
        let others = [sub(1, 2, 0, 5)];
        assert_eq!(may_substitute(&sub(1, 2, 5, 9), &others, day(0)), Err(SubstitutionRefused::Overlaps(others[0].id)));
        assert_eq!(may_substitute(&sub(1, 2, 6, 9), &others, day(0)), Ok(()));
        assert_eq!(may_substitute(&sub(1, 3, 5, 9), &others, day(0)), Ok(()));
    }

    #[test]
    fn a_circle_needs_a_day_on_which_all_in_it_are_away() {
        let others = [sub(2, 3, 0, 5), sub(3, 1, 4, 9)];
        let circle = Err(SubstitutionRefused::Circle(PersonId(Uuid::from_u128(3))));
        assert_eq!(may_substitute(&sub(1, 2, 0, 9), &others, day(0)), circle);
        assert_eq!(may_substitute(&sub(1, 2, 0, 3), &others, day(0)), Ok(()));
        assert_eq!(may_substitute(&sub(1, 2, 6, 9), &others, day(0)), Ok(()));
        let mut cancelled = others.clone();
        cancelled[1].cancelled_at = Some(types::Timestamp::UNIX_EPOCH);
        assert_eq!(may_substitute(&sub(1, 2, 0, 9), &cancelled, day(0)), Ok(()));
    }

    proptest! {
        /// Whatever was let in one after another, on no day does anybody act for themselves through others.
        #[test]
        fn no_day_has_a_circle(asked in prop::collection::vec((0u128..6, 0u128..6, 0i64..12, 0i64..6), 0..24)) {
            let mut stands: Vec<Substitution> = Vec::new();
            for (a, s, from, long) in asked {
                let new = sub(a, s, from, from + long);
                if may_substitute(&new, &stands, day(0)).is_ok() {
                    stands.push(new);
                }
            }
            for d in 0..18 {
                let today: Vec<_> = stands.iter().filter(|s| s.valid_from <= day(d) && s.valid_to >= day(d)).collect();
                for start in &today {
                    let mut reached = vec![start.substitute_id];
                    let mut at = 0;
                    while at < reached.len() {
                        let who = reached[at];
                        prop_assert_ne!(who, start.absent_id);
                        for s in &today {
                            if s.absent_id == who && !reached.contains(&s.substitute_id) {
                                reached.push(s.substitute_id);
                            }
                        }
                        at += 1;
                    }
                }
            }
        }
    }

    fn unit(id: u128, path: &[u128], kind: UnitKind) -> Unit {
        let path: Vec<UnitId> = path.iter().map(|n| UnitId(Uuid::from_u128(*n))).collect();
        Unit {
            id: UnitId(Uuid::from_u128(id)),
            parent_id: path.len().checked_sub(2).map(|i| path[i]),
            path,
            kind,
            code: String::new(),
            name: String::new(),
            name_en: None,
            registration_number: None,
            address: None,
            email: None,
            functions: Vec::new(),
            valid_from: day(0),
            valid_to: None,
            version: 1,
        }
    }

    #[test]
    fn a_unit_does_not_move_under_itself() {
        let root = unit(1, &[1], UnitKind::Municipality);
        let school = unit(2, &[1, 2], UnitKind::Institution);
        let office = unit(3, &[1, 2, 3], UnitKind::Unit);
        assert_eq!(may_move(&school, &office, day(0)), Err(UnitRefused::Circle));
        assert_eq!(may_move(&school, &school, day(0)), Err(UnitRefused::Circle));
        assert_eq!(may_move(&root, &school, day(0)), Err(UnitRefused::Root));
        assert_eq!(may_move(&office, &root, day(0)), Ok(()));
        let mut closed = root.clone();
        closed.valid_to = Some(day(0));
        assert_eq!(may_move(&office, &closed, day(1)), Err(UnitRefused::ParentClosed));
        assert_eq!(may_move(&unit(4, &[1, 4], UnitKind::Institution), &office, day(0)), Err(UnitRefused::Kind));
    }

    #[test]
    fn a_unit_closes_empty() {
        let office = unit(3, &[1, 2, 3], UnitKind::Unit);
        assert_eq!(may_close(&office, day(5), 2, 0), Err(UnitRefused::HasPeople(2)));
        assert_eq!(may_close(&office, day(5), 0, 1), Err(UnitRefused::HasUnits(1)));
        assert_eq!(may_close(&office, day(-1), 0, 0), Err(UnitRefused::BeforeBeginning));
        assert_eq!(may_close(&office, day(5), 0, 0), Ok(()));
    }

    fn mandate(representative: u128, from: i64, to: Option<i64>) -> crate::NewMandate {
        crate::NewMandate {
            id: types::MandateId(Uuid::from_u128(9)),
            representative_id: PersonId(Uuid::from_u128(representative)),
            person_id: Some(PersonId(Uuid::from_u128(1))),
            organisation_id: None,
            extent: crate::MandateExtent::Submit,
            ground: "pilnvara".to_owned(),
            valid_from: day(from),
            valid_to: to.map(day),
        }
    }

    fn stands(n: &crate::NewMandate) -> crate::Mandate {
        crate::Mandate {
            id: n.id,
            representative_id: n.representative_id,
            person_id: n.person_id,
            organisation_id: n.organisation_id,
            extent: n.extent,
            ground: n.ground.clone(),
            valid_from: n.valid_from,
            valid_to: n.valid_to,
            revoked_at: None,
        }
    }

    #[test]
    fn a_mandate_reaches_so_far_and_no_further() {
        use crate::MandateExtent::{Full, Receive, Submit};
        let mut m = stands(&mandate(2, 0, Some(5)));
        assert!(m.covers(day(0), Submit) && m.covers(day(5), Submit));
        assert!(!m.covers(day(6), Submit) && !m.covers(day(-1), Submit) && !m.covers(day(1), Receive));
        m.extent = Full;
        assert!(m.covers(day(1), Receive));
        m.revoked_at = Some(types::Timestamp::UNIX_EPOCH);
        assert!(!m.covers(day(1), Receive));
    }

    #[test]
    fn a_mandate_is_given_once_for_a_time_to_come_and_to_another() {
        let there = [stands(&mandate(2, 0, Some(5)))];
        assert_eq!(may_represent(&mandate(1, 0, None), &[], day(0)), Err(MandateRefused::Oneself));
        assert_eq!(may_represent(&mandate(2, 5, Some(4)), &[], day(0)), Err(MandateRefused::Backwards));
        assert_eq!(may_represent(&mandate(2, 0, Some(1)), &[], day(2)), Err(MandateRefused::Past));
        assert_eq!(may_represent(&mandate(2, 5, None), &there, day(0)), Err(MandateRefused::Held));
        assert_eq!(may_represent(&mandate(2, 6, None), &there, day(0)), Ok(()));
        assert_eq!(may_represent(&mandate(3, 5, None), &there, day(0)), Ok(()));
    }

    #[test]
    fn a_figure_is_replaced_by_one_of_its_kind() {
        use serde_json::json;
        assert_eq!(parameter_like(" 30 ", &json!(28)), Some(json!(30)));
        assert_eq!(parameter_like("0,5", &json!(1.5)), Some(json!(0.5)));
        assert_eq!(
            parameter_like("{\"days\": 3, \"working\": false}", &json!({"days": 2, "working": true})),
            Some(json!({"days": 3, "working": false}))
        );
        for (typed, like) in [
            ("-1", json!(28)),
            ("0.5", json!(28)),
            ("daudz", json!(28)),
            ("\"28\"", json!(28)),
            ("{\"days\": 3}", json!({"days": 2, "working": true})),
            ("{\"days\": \"3\", \"working\": true}", json!({"days": 2, "working": true})),
            ("[", json!([1])),
        ] {
            assert_eq!(parameter_like(typed, &like), None, "{typed}");
        }
    }

    #[test]
    fn addresses_of_mail() {
        assert!(is_email("anna.ozola@paraugs.example"));
        for bad in
            ["anna", "@paraugs.lv", "anna@", "anna@lv", "anna@.lv", "a b@c.lv", "a@b@c.lv", "a@b.lv, c@d.lv", "a@-b.lv"]
        {
            assert!(!is_email(bad), "{bad}");
        }
    }
}
