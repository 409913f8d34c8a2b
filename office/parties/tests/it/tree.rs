use op::OpError;
use parties::{
    NewGrant, NewUnit, PartiesError, UnitKind, role,
    rules::{RoleRefused, UnitRefused},
    usecases::{close_unit, create_unit, grant_role, move_unit, rename_unit, revoke_role},
};
use types::UnitId;

use crate::{day, town};

fn office(id: UnitId, code: &str) -> NewUnit {
    NewUnit {
        id,
        parent_id: None,
        kind: UnitKind::Unit,
        code: code.into(),
        name: "Jaunā nodaļa".into(),
        name_en: None,
        registration_number: None,
        address: None,
        email: None,
        functions: Vec::new(),
        valid_from: day(2026, 1, 1),
    }
}

#[tokio::test]
async fn a_moved_unit_takes_along_what_is_below_it() {
    let (house, demo) = town().await;
    let admin = house.op_of(demo.people.admin).await;
    let upper = create_unit(&admin, demo.school, office(admin.new_id(), "N1")).await.unwrap();
    let lower = create_unit(&admin, upper, office(admin.new_id(), "N2")).await.unwrap();
    let administration = demo.institutions[0];
    assert!(matches!(move_unit(&admin, upper, lower).await, Err(PartiesError::Unit(UnitRefused::Circle))));
    move_unit(&admin, upper, administration).await.unwrap();
    let mut read = admin.read().await.unwrap();
    let moved = parties::unit(read.conn(), house.tenant, lower).await.unwrap().unwrap();
    assert_eq!(moved.path, [demo.root, administration, upper, lower]);
    assert_eq!(parties::institution_of(read.conn(), house.tenant, lower).await.unwrap(), Some(administration));
}

#[tokio::test]
async fn employments_follow_the_institution_of_a_moved_unit() {
    let (house, demo) = town().await;
    let admin = house.op_of(demo.people.admin).await;
    let today = house.clock.today();
    let employment = async || {
        let mut read = admin.read().await.unwrap();
        parties::main_employment(read.conn(), house.tenant, demo.people.employee, today).await.unwrap().unwrap()
    };
    let unit = employment().await.unit_id;
    move_unit(&admin, unit, demo.institutions[0]).await.unwrap();
    assert_eq!(employment().await.institution_id, demo.institutions[0]);
}

#[tokio::test]
async fn a_code_is_taken_once_and_a_stale_form_is_refused() {
    let (house, demo) = town().await;
    let admin = house.op_of(demo.people.admin).await;
    let id = create_unit(&admin, demo.school, office(admin.new_id(), "N1")).await.unwrap();
    let again = create_unit(&admin, demo.school, office(admin.new_id(), "N1")).await;
    assert!(matches!(again, Err(PartiesError::Op(OpError::Conflict(c))) if c == "unit_code_key"));
    let change = parties::UnitChange {
        code: "N1".into(),
        name: "Cita nodaļa".into(),
        name_en: None,
        registration_number: None,
        address: None,
        email: None,
        functions: vec!["documents".to_owned()],
    };
    rename_unit(&admin, id, 1, &change).await.unwrap();
    assert!(matches!(rename_unit(&admin, id, 1, &change).await, Err(PartiesError::Op(OpError::Stale))));
    let employee = house.op_of(demo.people.employee).await;
    assert!(matches!(rename_unit(&employee, id, 2, &change).await, Err(PartiesError::Op(OpError::Forbidden(_)))));
}

#[tokio::test]
async fn a_unit_closes_when_it_is_empty() {
    let (house, demo) = town().await;
    let admin = house.op_of(demo.people.admin).await;
    let last = house.clock.today();
    assert!(matches!(close_unit(&admin, demo.school, last).await, Err(PartiesError::Unit(UnitRefused::HasPeople(_)))));
    assert!(matches!(close_unit(&admin, demo.root, last).await, Err(PartiesError::Unit(UnitRefused::Root))));
    let id = create_unit(&admin, demo.school, office(admin.new_id(), "N1")).await.unwrap();
    close_unit(&admin, id, last).await.unwrap();
    let refused = create_unit(&admin, id, office(admin.new_id(), "N2")).await;
    // Today is its last day, so it is still open; tomorrow it is not.
    assert!(refused.is_ok());
    house.clock.set(testkit::at(2026, 11, 24, 9));
    let refused = create_unit(&admin, id, office(admin.new_id(), "N3")).await;
    assert!(matches!(refused, Err(PartiesError::Unit(UnitRefused::ParentClosed))));
}

#[tokio::test]
async fn roles_are_granted_by_the_administrator_and_somebody_stays_one() {
    let (house, demo) = town().await;
    let p = demo.people;
    let admin = house.op_of(p.admin).await;
    let new = |role: &str, unit| NewGrant {
        id: admin.new_id(),
        person_id: p.employee,
        role: role.into(),
        unit_id: unit,
        valid_from: house.clock.today(),
        valid_to: None,
    };
    let id = grant_role(&admin, &new(role::CLERK, demo.school)).await.unwrap();
    let reach = async || house.op_of(p.employee).await.scope(<parties::actions::ViewPerson as op::Action>::DEF);
    assert!(matches!(reach().await, op::Scope::Units(_)));
    let twice = grant_role(&admin, &new(role::CLERK, demo.school)).await;
    assert!(matches!(twice, Err(PartiesError::Role(RoleRefused::Held))));
    assert!(matches!(
        grant_role(&admin, &new(role::ADMIN, demo.school)).await,
        Err(PartiesError::Role(RoleRefused::RootOnly))
    ));
    assert!(matches!(
        grant_role(&admin, &new(role::EMPLOYEE, demo.school)).await,
        Err(PartiesError::Role(RoleRefused::Unknown))
    ));
    let hr = house.op_of(p.hr).await;
    assert!(matches!(grant_role(&hr, &new(role::HR, demo.school)).await, Err(PartiesError::Op(OpError::Forbidden(_)))));
    revoke_role(&admin, id).await.unwrap();
    assert_eq!(reach().await, op::Scope::Own);
    let mut read = admin.read().await.unwrap();
    let admins = parties::grants_in(read.conn(), house.tenant, Some(&[demo.root]), house.clock.today()).await.unwrap();
    let own = admins.iter().find(|g| g.role == role::ADMIN).unwrap().id;
    drop(read);
    assert!(matches!(revoke_role(&admin, own).await, Err(PartiesError::Role(RoleRefused::LastAdmin))));
}
