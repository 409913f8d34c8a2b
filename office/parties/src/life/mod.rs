//! A made-up municipality: institutions of every usual kind, their units and posts, people with made-up names and
//! codes that belong to nobody, heads, managers, roles. The same plan and clock give the same municipality.

mod catalog;
mod dice;
mod neighbours;
mod people;

pub use dice::Dice;
pub use neighbours::organisations;

use chrono::{Datelike as _, Days, NaiveDate};
use op::{Facts, Op, OpError, Tx};
use rust_decimal::Decimal;
use types::{Date, Money, PersonId, PostId, UnitId};

use crate::{
    EmploymentKind, NewEmployment, NewGrant, NewPerson, NewPost, NewUnit, UnitKind,
    actions::{ChangeEmployment, CreatePerson, EditPost, EditUnit, GrantRole},
    role, store,
};
use catalog::{Kind, PostDef};
use people::Person;

/// How large, and which one of the many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Plan {
    /// Institutions, the central administration among them.
    pub institutions: usize,
    /// Employees.
    pub employees: usize,
    /// Another seed, other people.
    pub seed: u64,
}

impl Default for Plan {
    fn default() -> Self {
        Self { institutions: 30, employees: 600, seed: 1 }
    }
}

/// Which municipality: its names, the place of its council, and which institutions have which functions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Town {
    /// As it stands in the name of its administration: `Parauga novada pašvaldība`.
    pub administration: String,
    /// In English.
    pub name_en: Option<String>,
    /// As it stands in front of what belongs to it: `Parauga`.
    pub genitive: String,
    /// The code of its root unit.
    pub code: String,
    /// The domain of its addresses.
    pub domain: String,
    /// A function and how many institutions have it switched on, the first ones; none: every function everywhere.
    pub functions: Vec<(&'static str, usize)>,
}

impl Default for Town {
    fn default() -> Self {
        Self {
            administration: "Parauga novada pašvaldība".to_owned(),
            name_en: Some("Paraugs municipality".to_owned()),
            genitive: "Parauga".to_owned(),
            code: "PNP".to_owned(),
            domain: "paraugs.example".to_owned(),
            functions: Vec::new(),
        }
    }
}

/// The fewest employees that so many institutions can have.
#[must_use]
pub fn least_employees(institutions: usize) -> usize {
    let kinds = catalog::institutions(institutions);
    kinds.iter().enumerate().map(|(n, (k, _))| if n < 2 { k.def().fullest() } else { 1 }).sum()
}

/// The people who sign in to the demonstration; all but the administrator and the accountant work in one school.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct People {
    /// A teacher.
    pub employee: PersonId,
    /// Leads the teacher's unit.
    pub manager: PersonId,
    /// Keeps the school's personnel records.
    pub hr: PersonId,
    /// Keeps the school's registers.
    pub clerk: PersonId,
    /// The school's director.
    pub head: PersonId,
    /// Administers the municipality's installation.
    pub admin: PersonId,
    /// Keeps the municipality's books: the chief accountant.
    pub accountant: PersonId,
}

/// What was built.
#[derive(Clone, Debug)]
pub struct Demo {
    /// The municipality.
    pub root: UnitId,
    /// The institutions, the central administration first.
    pub institutions: Vec<UnitId>,
    /// The school of the demonstration's people.
    pub school: UnitId,
    /// The demonstration's people.
    pub people: People,
    /// Everybody, in the order of institutions.
    pub everybody: Vec<PersonId>,
}

/// Where somebody works in the plan.
struct Seat {
    person: PersonId,
    unit: UnitId,
    post: &'static PostDef,
}

/// Everything to be written, gathered before the first statement.
#[derive(Default)]
struct Draft {
    units: Vec<NewUnit>,
    posts: Vec<NewPost>,
    seats: Vec<Seat>,
    grants: Vec<NewGrant>,
}

/// More institutions no municipality has.
pub const MOST_INSTITUTIONS: usize = 200;
/// More employees no municipality has.
pub const MOST_EMPLOYEES: usize = 40_000;

/// Units are as old as the municipalities of 2009.
fn founded() -> Date {
    NaiveDate::from_ymd_opt(2009, 7, 1).unwrap_or(NaiveDate::MIN)
}

/// Builds it, in one transaction and a handful of statements. The tenant must be empty.
///
/// # Errors
/// The tenant has units already, or the database failed.
pub async fn build(op: &Op, plan: &Plan) -> Result<Demo, OpError> {
    build_town(op, plan, &Town::default()).await
}

/// Builds a municipality of that name.
///
/// # Errors
/// As [`build`].
pub async fn build_town(op: &Op, plan: &Plan, town: &Town) -> Result<Demo, OpError> {
    let plan = Plan {
        institutions: plan.institutions.clamp(2, MOST_INSTITUTIONS),
        employees: plan.employees.clamp(plan.institutions.max(2) + 12, MOST_EMPLOYEES),
        ..*plan
    };
    let mut draft = Draft::default();
    let root = municipality(op, &mut draft, town);
    let kinds: Vec<(Kind, String)> = catalog::institutions(plan.institutions);
    let sizes = shares(&kinds, plan.employees);
    let mut institutions = Vec::with_capacity(kinds.len());
    for (n, ((kind, name), size)) in kinds.iter().zip(sizes).enumerate() {
        let name = name.replace("Parauga", &town.genitive);
        institutions.push(institution(op, &mut draft, root, n, (*kind, &name), size));
    }
    for unit in &mut draft.units {
        let place = institutions.iter().position(|i| *i == unit.id);
        let has = |(name, first): &(&str, usize)| place.filter(|p| p < first).map(|_| (*name).to_owned());
        unit.functions = town.functions.iter().filter_map(has).collect();
        unit.email = unit.email.take().map(|e| e.replace("paraugs.example", &town.domain));
    }
    let demo = pick(root, institutions, &draft)?;
    central_roles(op, &mut draft, &demo);
    write(op, &plan, &mut draft).await?;
    Ok(demo)
}

async fn write(op: &Op, plan: &Plan, draft: &mut Draft) -> Result<(), OpError> {
    let mut dice = Dice::new(plan.seed);
    let everywhere = Facts::default();
    let mut tx: Tx = op.begin().await?;
    let edit_unit = tx.create::<EditUnit>(&everywhere)?;
    store::new_unit(&mut tx, &edit_unit, &draft.units).await?;
    let edit_post = tx.create::<EditPost>(&everywhere)?;
    let seats = posts(op, draft);
    store::new_post(&mut tx, &edit_post, &draft.posts).await?;
    let people: Vec<Person> =
        draft.seats.iter().enumerate().map(|(n, s)| people::person(plan, n, s.post, op.today(), &mut dice)).collect();
    let cards: Vec<NewPerson> = draft.seats.iter().zip(&people).map(|(s, p)| p.card(s.person)).collect();
    let create = tx.create::<CreatePerson>(&everywhere)?;
    store::new_person(&mut tx, &create, &cards).await?;
    let change = tx.create::<ChangeEmployment>(&everywhere)?;
    let hires: Vec<NewEmployment> = employments(op, draft, &people, &seats);
    store::hire(&mut tx, &change, &hires).await?;
    let grant = tx.create::<GrantRole>(&everywhere)?;
    store::grant(&mut tx, &grant, &draft.grants).await?;
    tx.commit().await
}

fn unit(op: &Op, parent: Option<UnitId>, kind: UnitKind, code: String, name: String) -> NewUnit {
    NewUnit {
        id: op.new_id(),
        parent_id: parent,
        kind,
        code,
        name,
        name_en: None,
        registration_number: None,
        address: None,
        email: None,
        functions: Vec::new(),
        valid_from: founded(),
    }
}

fn municipality(op: &Op, draft: &mut Draft, town: &Town) -> UnitId {
    let mut root = unit(op, None, UnitKind::Municipality, town.code.clone(), town.administration.clone());
    root.name_en.clone_from(&town.name_en);
    root.registration_number = Some(latvian::ids::RegistrationNumber::demo(0).formatted());
    root.address = Some("Brīvības iela 1, Paraugs, Parauga novads".to_owned());
    root.email = Some("dome@paraugs.example".to_owned());
    let id = root.id;
    draft.units.push(root);
    id
}

/// How many work in each: at least what its posts need, the rest by weight.
fn shares(kinds: &[(Kind, String)], employees: usize) -> Vec<usize> {
    let least: Vec<usize> =
        kinds.iter().enumerate().map(|(n, (k, _))| if n < 2 { k.def().fullest() } else { 1 }).collect();
    let mut left = employees.saturating_sub(least.iter().sum());
    let weight: usize = kinds.iter().map(|(k, _)| k.def().weight).sum();
    let spread = left;
    let mut sizes: Vec<usize> = least;
    for (size, (kind, _)) in sizes.iter_mut().zip(kinds) {
        let more = spread * kind.def().weight / weight.max(1);
        *size += more;
        left -= more;
    }
    let count = sizes.len().max(1);
    for (n, size) in sizes.iter_mut().enumerate() {
        *size += left / count + usize::from(n < left % count);
    }
    sizes
}

fn institution(op: &Op, draft: &mut Draft, root: UnitId, n: usize, what: (Kind, &str), size: usize) -> UnitId {
    let (kind, name) = what;
    let def = kind.def();
    let code = if n == 0 { "CA".to_owned() } else { format!("{}{n}", def.code) };
    let mut institution = unit(op, Some(root), UnitKind::Institution, code.clone(), name.to_owned());
    institution.registration_number =
        Some(latvian::ids::RegistrationNumber::demo(u32::try_from(n + 1).unwrap_or(0)).formatted());
    institution.functions = def.functions.iter().map(|f| (*f).to_owned()).collect();
    institution.email = Some(format!("{}@paraugs.example", code.to_lowercase()));
    let id = institution.id;
    draft.units.push(institution);
    seat(op, draft, id, &def.head, Some(role::HEAD));
    let mut left = size.saturating_sub(1);
    // A small institution has its papers kept by the central administration.
    for (post, role) in def.office {
        if left > 0 && size >= def.fullest() {
            seat(op, draft, id, post, Some(role).filter(|r| !r.is_empty()).copied());
            left -= 1;
        }
    }
    let units = rooms(op, draft, id, &code, def, left);
    for (round, (unit_id, posts)) in units.iter().cycle().enumerate().take(left) {
        let pass = round / units.len().max(1);
        let post = if pass == 0 { posts.first() } else { posts.get(1 + (pass - 1) % (posts.len() - 1).max(1)) };
        // The first in a unit of its own leads it.
        let leads = pass == 0 && *unit_id != id;
        seat(op, draft, *unit_id, post.unwrap_or(&def.head), leads.then_some(role::MANAGER));
    }
    id
}

/// The units of an institution; a small one has none, and everybody works under the head.
fn rooms(
    op: &Op,
    draft: &mut Draft,
    id: UnitId,
    code: &str,
    def: &'static catalog::KindDef,
    people: usize,
) -> Vec<(UnitId, &'static [PostDef])> {
    let whole = def.units.iter().all(|u| u.posts.len() > 1) && people >= def.units.len() * 2;
    if !whole {
        let posts = def.units.first().map_or(&[][..], |u| u.posts.get(1..).unwrap_or_default());
        return vec![(id, posts)];
    }
    let mut units = Vec::with_capacity(def.units.len());
    for (i, room) in def.units.iter().enumerate() {
        let new = unit(op, Some(id), UnitKind::Unit, format!("{code}-{}", i + 1), room.name.to_owned());
        units.push((new.id, room.posts));
        draft.units.push(new);
    }
    units
}

fn seat(op: &Op, draft: &mut Draft, unit: UnitId, post: &'static PostDef, role: Option<&str>) {
    let person: PersonId = op.new_id();
    draft.seats.push(Seat { person, unit, post });
    if let Some(role) = role {
        give(op, draft, person, role, unit);
    }
}

fn give(op: &Op, draft: &mut Draft, person: PersonId, role: &str, unit: UnitId) {
    let role = role.to_owned();
    draft.grants.push(NewGrant {
        id: op.new_id(),
        person_id: person,
        role,
        unit_id: unit,
        valid_from: founded(),
        valid_to: None,
    });
}

/// One post for each title in a unit, with as many places as people.
fn posts(op: &Op, draft: &mut Draft) -> Vec<PostId> {
    let mut found: std::collections::HashMap<(UnitId, &'static str), usize> = std::collections::HashMap::new();
    let mut of_seat = Vec::with_capacity(draft.seats.len());
    for s in &draft.seats {
        let place = *found.entry((s.unit, s.post.title)).or_insert_with(|| {
            draft.posts.push(NewPost {
                id: op.new_id(),
                unit_id: s.unit,
                title: s.post.title.to_owned(),
                profession_code: None,
                places: Decimal::ZERO,
                valid_from: founded(),
            });
            draft.posts.len() - 1
        });
        if let Some(post) = draft.posts.get_mut(place) {
            post.places += Decimal::ONE;
            of_seat.push(post.id);
        }
    }
    of_seat
}

fn employments(op: &Op, draft: &Draft, people: &[Person], posts: &[PostId]) -> Vec<NewEmployment> {
    let seats = draft.seats.iter().zip(people).zip(posts).enumerate();
    let one = |(n, ((seat, person), post)): (usize, ((&Seat, &Person), &PostId))| NewEmployment {
        id: op.new_id(),
        person_id: seat.person,
        unit_id: seat.unit,
        post_id: *post,
        contract_number: format!("DL-{}/{}", person.since.year(), n + 1),
        contract_date: person.since.checked_sub_days(Days::new(3)).unwrap_or(person.since),
        kind: if seat.post.elected { EmploymentKind::Elected } else { EmploymentKind::Contract },
        workload: person.workload,
        salary: Money(person.salary),
        valid_from: person.since,
        contract_to: None,
        is_main: true,
    };
    seats.map(one).collect()
}

/// The people of the demonstration: found by their roles, so that they are who the plan made them.
fn pick(root: UnitId, institutions: Vec<UnitId>, draft: &Draft) -> Result<Demo, OpError> {
    let school = *institutions.get(1).ok_or(OpError::NotFound)?;
    let administration = *institutions.first().ok_or(OpError::NotFound)?;
    let holder = |role: &str, unit: UnitId| {
        let grant = draft.grants.iter().find(|g| g.role == role && g.unit_id == unit);
        grant.map(|g| g.person_id).ok_or(OpError::NotFound)
    };
    let room = draft.units.iter().find(|u| u.parent_id == Some(school)).map(|u| u.id).ok_or(OpError::NotFound)?;
    let manager = holder(role::MANAGER, room)?;
    let employee = draft.seats.iter().find(|s| s.unit == room && s.person != manager).map(|s| s.person);
    let people = People {
        employee: employee.ok_or(OpError::NotFound)?,
        manager,
        hr: holder(role::HR, school)?,
        clerk: holder(role::CLERK, school)?,
        head: holder(role::HEAD, school)?,
        admin: holder(role::ADMIN, administration)?,
        accountant: holder(role::ACCOUNTANT, administration)?,
    };
    Ok(Demo { root, institutions, school, people, everybody: draft.seats.iter().map(|s| s.person).collect() })
}

/// Some of the central administration serve everybody: their roles stand at the root.
fn central_roles(op: &Op, draft: &mut Draft, demo: &Demo) {
    let administration = demo.institutions.first().copied().unwrap_or(demo.root);
    for grant in &mut draft.grants {
        let central = grant.unit_id == administration
            && matches!(grant.role.as_str(), role::ADMIN | role::HR | role::CLERK | role::ACCOUNTANT);
        if central {
            grant.unit_id = demo.root;
        }
    }
    // The executive director leads the central administration and, through it, the heads of all institutions.
    let director =
        draft.grants.iter().find(|g| g.role == role::HEAD && g.unit_id == administration).map(|g| g.person_id);
    let chair = draft.seats.iter().find(|s| s.post.elected).map(|s| s.person);
    if let Some(director) = director {
        give(op, draft, director, role::MANAGER, demo.root);
    }
    if let Some(chair) = chair {
        give(op, draft, chair, role::HEAD, demo.root);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_add_up_and_leave_nobody_out() {
        for (institutions, employees) in [(30, 600), (4, 90), (137, 5000), (43, 200)] {
            let kinds = catalog::institutions(institutions);
            let sizes = shares(&kinds, employees);
            assert_eq!(sizes.len(), institutions);
            assert_eq!(sizes.iter().sum::<usize>(), employees.max(sizes.iter().sum()));
            assert!(sizes.iter().all(|s| *s > 0));
        }
    }

    #[test]
    fn institutions_have_names_of_their_own() {
        let kinds = catalog::institutions(137);
        let mut names: Vec<_> = kinds.iter().map(|(_, n)| n).collect();
        names.sort();
        names.dedup();
        assert_eq!(names.len(), 137);
    }
}
