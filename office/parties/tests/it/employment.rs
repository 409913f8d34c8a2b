use chrono::Days;
use op::{Facts, Tx};
use parties::{
    Employment, EmploymentChange, EmploymentKind, EndOfEmployment, NewEmployment, NewPerson,
    actions::{ChangeEmployment, CreatePerson},
    life::Demo,
};
use rust_decimal::Decimal;
use testkit::House;
use types::{Date, EmploymentId, Money, PersonId};

use crate::{day, town};

async fn on(tx: &mut Tx, person: PersonId, on: Date) -> Option<Employment> {
    let tenant = tx.op().tenant();
    parties::main_employment(tx.conn(), tenant, person, on).await.unwrap()
}

async fn newcomer(house: &House, demo: &Demo, tx: &mut Tx, from: Date) -> (PersonId, EmploymentId, Employment) {
    let person: PersonId = house.op().new_id();
    let may = tx.create::<CreatePerson>(&Facts::default()).unwrap();
    let card = NewPerson {
        id: person,
        given_names: "Žanis".into(),
        surname: "Jaunais".into(),
        personal_code: None,
        birth_date: None,
        sex: None,
        bank_account: None,
        address: None,
        email: Some("zanis@paraugs.example".into()),
        phone: None,
    };
    parties::new_person(tx, &may, &[card]).await.unwrap();
    let model = on(tx, demo.people.employee, house.clock.today()).await.unwrap();
    let id = house.op().new_id();
    let new = NewEmployment {
        id,
        person_id: person,
        unit_id: model.unit_id,
        post_id: model.post_id,
        contract_number: "DL-1".into(),
        contract_date: from,
        kind: EmploymentKind::Contract,
        workload: Decimal::ONE,
        salary: Money(150_000),
        valid_from: from,
        contract_to: None,
        is_main: true,
    };
    let may = tx.create::<ChangeEmployment>(&Facts::default()).unwrap();
    parties::hire(tx, &may, &[new]).await.unwrap();
    (person, id, model)
}

async fn roles(tx: &mut Tx, person: PersonId, on: Date) -> Vec<(String, Date, Option<Date>)> {
    let tenant = tx.op().tenant();
    let grants = parties::grants_of(tx.conn(), tenant, person, on).await.unwrap();
    let mut all: Vec<_> = grants.into_iter().map(|g| (g.role, g.valid_from, g.valid_to)).collect();
    all.sort();
    all
}

#[tokio::test]
async fn a_hire_begins_on_its_day_and_its_undoing_leaves_nothing() {
    let (house, demo) = town().await;
    let mut tx = house.op().begin().await.unwrap();
    let from = day(2026, 12, 1);
    let (person, id, model) = newcomer(&house, &demo, &mut tx, from).await;
    assert!(on(&mut tx, person, day(2026, 11, 30)).await.is_none());
    let e = on(&mut tx, person, from).await.unwrap();
    assert_eq!((e.unit_id, e.institution_id, e.salary), (model.unit_id, demo.school, Money(150_000)));
    assert_eq!(roles(&mut tx, person, from).await, [("employee".to_owned(), from, None)]);
    let may = tx.create::<ChangeEmployment>(&Facts::default()).unwrap();
    parties::unhire(&mut tx, &may, &[id]).await.unwrap();
    assert!(on(&mut tx, person, from).await.is_none());
    assert!(roles(&mut tx, person, from).await.is_empty());
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn a_pay_change_and_a_transfer_are_undone_each_by_itself() {
    let (house, demo) = town().await;
    let mut tx = house.op().begin().await.unwrap();
    let (person, id, model) = newcomer(&house, &demo, &mut tx, day(2026, 1, 1)).await;
    let may = tx.create::<ChangeEmployment>(&Facts::default()).unwrap();
    let elsewhere = on(&mut tx, demo.people.admin, house.clock.today()).await.unwrap();
    let bare = |from| EmploymentChange {
        id: house.op().new_id(),
        employment_id: id,
        valid_from: from,
        unit_id: None,
        post_id: None,
        workload: None,
        salary: None,
    };
    let move_ = EmploymentChange {
        unit_id: Some(elsewhere.unit_id),
        post_id: Some(elsewhere.post_id),
        ..bare(day(2026, 3, 1))
    };
    let raise = EmploymentChange { salary: Some(Money(200_000)), ..bare(day(2026, 2, 1)) };
    // The later one first: each keeps to what it names.
    parties::transfer(&mut tx, &may, std::slice::from_ref(&move_)).await.unwrap();
    parties::change_pay(&mut tx, &may, std::slice::from_ref(&raise)).await.unwrap();
    let facts = async |tx: &mut Tx| {
        let mut all = Vec::new();
        for d in [day(2026, 1, 31), day(2026, 2, 28), day(2026, 3, 1)] {
            let e = on(tx, person, d).await.unwrap();
            all.push((e.unit_id == model.unit_id, e.salary.0));
        }
        all
    };
    assert_eq!(facts(&mut tx).await, [(true, 150_000), (true, 200_000), (false, 200_000)]);
    assert_eq!(
        roles(&mut tx, person, day(2026, 1, 1)).await.iter().map(|r| (r.1, r.2)).collect::<Vec<_>>(),
        [(day(2026, 1, 1), Some(day(2026, 1, 31))), (day(2026, 2, 1), Some(day(2026, 2, 28))), (day(2026, 3, 1), None)]
    );
    parties::void_changes(&mut tx, &may, &[raise.id]).await.unwrap();
    assert_eq!(facts(&mut tx).await, [(true, 150_000), (true, 150_000), (false, 150_000)]);
    assert!(parties::void_changes(&mut tx, &may, &[raise.id]).await.is_err());
    parties::void_changes(&mut tx, &may, &[move_.id]).await.unwrap();
    assert_eq!(facts(&mut tx).await, [(true, 150_000), (true, 150_000), (true, 150_000)]);
    assert_eq!(roles(&mut tx, person, day(2026, 1, 1)).await.len(), 1);
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn two_changes_of_one_day_both_hold() {
    let (house, demo) = town().await;
    let mut tx = house.op().begin().await.unwrap();
    let (person, id, _) = newcomer(&house, &demo, &mut tx, day(2026, 1, 1)).await;
    let may = tx.create::<ChangeEmployment>(&Facts::default()).unwrap();
    let bare = |workload, salary| EmploymentChange {
        id: house.op().new_id(),
        employment_id: id,
        valid_from: day(2026, 5, 1),
        unit_id: None,
        post_id: None,
        workload,
        salary,
    };
    parties::change_pay(&mut tx, &may, &[bare(Some(Decimal::new(5, 1)), None), bare(None, Some(Money(99_900)))])
        .await
        .unwrap();
    let e = on(&mut tx, person, day(2026, 5, 1)).await.unwrap();
    assert_eq!((e.workload.normalize(), e.salary), (Decimal::new(5, 1), Money(99_900)));
    let before = on(&mut tx, person, day(2026, 4, 30)).await.unwrap();
    assert_eq!((before.workload.normalize(), before.salary), (Decimal::ONE, Money(150_000)));
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn an_end_takes_the_roles_and_a_reopening_brings_them_back() {
    let (house, demo) = town().await;
    let mut tx = house.op().begin().await.unwrap();
    let head = demo.people.head;
    let today = house.clock.today();
    let e = on(&mut tx, head, today).await.unwrap();
    let before = roles(&mut tx, head, today).await;
    let last = today + Days::new(7);
    let may = tx.create::<ChangeEmployment>(&Facts::default()).unwrap();
    let end = EndOfEmployment { id: e.id, ended_on: last, end_ground: "DL 100. panta pirmā daļa".into() };
    parties::end_employment(&mut tx, &may, &[end]).await.unwrap();
    assert!(on(&mut tx, head, last).await.is_some());
    assert!(on(&mut tx, head, last + Days::new(1)).await.is_none());
    assert!(roles(&mut tx, head, today).await.iter().all(|(_, _, to)| *to == Some(last)));
    assert!(roles(&mut tx, head, last + Days::new(1)).await.is_empty());
    parties::reopen_employment(&mut tx, &may, &[e.id]).await.unwrap();
    assert_eq!(roles(&mut tx, head, today).await, before);
    assert_eq!(on(&mut tx, head, last + Days::new(1)).await.unwrap().valid_to, None);
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn the_home_unit_follows_the_day() {
    let (house, demo) = town().await;
    let mut tx = house.op().begin().await.unwrap();
    let employee = demo.people.employee;
    let elsewhere = on(&mut tx, demo.people.admin, house.clock.today()).await.unwrap();
    let e = on(&mut tx, employee, house.clock.today()).await.unwrap();
    let may = tx.create::<ChangeEmployment>(&Facts::default()).unwrap();
    let change = EmploymentChange {
        id: house.op().new_id(),
        employment_id: e.id,
        valid_from: day(2026, 12, 1),
        unit_id: Some(elsewhere.unit_id),
        post_id: Some(elsewhere.post_id),
        workload: None,
        salary: None,
    };
    parties::transfer(&mut tx, &may, &[change]).await.unwrap();
    tx.commit().await.unwrap();
    let home = async || {
        let mut read = house.op().read().await.unwrap();
        parties::person_card(read.conn(), house.tenant, employee).await.unwrap().unwrap().home_unit_id.unwrap()
    };
    assert_eq!(home().await, e.unit_id);
    house.clock.set(testkit::at(2026, 12, 1, 1));
    jobs::run_schedules(&house.kernel, &house.app.jobs()).await.unwrap();
    house.run_jobs().await;
    assert_eq!(home().await, elsewhere.unit_id);
}
