use std::time::Instant;

use parties::{life, role};
use testkit::House;

use crate::{day, town};

#[tokio::test]
async fn six_hundred_people_are_there_in_two_seconds_and_a_handful_of_statements() {
    let house = House::open(vec![parties::module()], |_| {}).await;
    let (statements, guard) = testkit::count_statements();
    let started = Instant::now();
    let demo = life::build(&house.op(), &life::Plan::default()).await.unwrap();
    let took = started.elapsed();
    drop(guard);
    println!("600 employees: {took:?}, {} statements", statements.count());
    assert_eq!(demo.institutions.len(), 30);
    assert_eq!(demo.everybody.len(), 600);
    assert!(took.as_millis() < 2000, "{took:?}");
    assert!(statements.count() <= 16, "{} statements", statements.count());
    let mut read = house.op().read().await.unwrap();
    let today = house.clock.today();
    let employed = parties::employment_on(read.conn(), house.tenant, &demo.everybody, today).await.unwrap();
    assert_eq!(employed.len(), 600);
}

#[tokio::test]
async fn everybody_but_the_chair_has_a_manager_and_each_role_is_found() {
    let (house, demo) = town().await;
    let mut read = house.op().read().await.unwrap();
    let today = house.clock.today();
    let mut alone = 0;
    for person in &demo.everybody {
        let manager = parties::manager_of(read.conn(), house.tenant, *person, today).await.unwrap();
        assert_ne!(manager, Some(*person));
        alone += usize::from(manager.is_none());
    }
    assert_eq!(alone, 1);
    let p = demo.people;
    let manager = parties::manager_of(read.conn(), house.tenant, p.employee, today).await.unwrap();
    assert_eq!(manager, Some(p.manager));
    assert_eq!(parties::manager_of(read.conn(), house.tenant, p.manager, today).await.unwrap(), Some(p.head));
    let home = parties::main_employment(read.conn(), house.tenant, p.employee, today).await.unwrap().unwrap();
    assert_eq!(home.institution_id, demo.school);
    assert_eq!(parties::institution_of(read.conn(), house.tenant, home.unit_id).await.unwrap(), Some(demo.school));
    let hr = parties::holders(read.conn(), house.tenant, home.unit_id, role::HR, today).await.unwrap();
    assert_eq!(hr, Some((demo.school, vec![p.hr])));
    let (at, admins) =
        parties::holders(read.conn(), house.tenant, home.unit_id, role::ADMIN, today).await.unwrap().unwrap();
    assert_eq!((at, admins), (demo.root, vec![p.admin]));
    let there = parties::post_holders(read.conn(), house.tenant, home.post_id, today).await.unwrap();
    assert!(there.contains(&p.employee));
}

#[tokio::test]
async fn the_same_plan_makes_the_same_people_and_another_seed_others() {
    let names = async |seed| {
        let house = House::open(vec![parties::module()], |_| {}).await;
        let plan = life::Plan { institutions: 4, employees: 90, seed };
        let demo = life::build(&house.op(), &plan).await.unwrap();
        let mut read = house.op().read().await.unwrap();
        let mut all = Vec::new();
        for person in &demo.everybody {
            all.push(parties::person_card(read.conn(), house.tenant, *person).await.unwrap().unwrap().name());
        }
        all
    };
    let (first, again, other) = (names(1).await, names(1).await, names(2).await);
    assert_eq!(first, again);
    assert_ne!(first, other);
}

#[tokio::test]
async fn the_calendar_knows_holidays_and_the_municipalitys_own_moved_days() {
    let (house, demo) = town().await;
    let mut read = house.op().read().await.unwrap();
    let calendar = parties::calendar(read.conn(), house.tenant).await.unwrap();
    assert!(!calendar.is_working_day(day(2026, 11, 18)));
    assert!(calendar.is_working_day(day(2026, 11, 27)));
    assert!(std::sync::Arc::ptr_eq(&calendar, &parties::calendar(read.conn(), house.tenant).await.unwrap()));
    drop(read);
    let mut tx = house.op().begin().await.unwrap();
    sqlx::query("insert into parties.tenant_moved_day (tenant_id, id, day, moved_to, source) values ($1, gen_random_uuid(), $2, $3, 'rīkojums')")
        .bind(house.tenant)
        .bind(day(2026, 11, 27))
        .bind(day(2026, 11, 28))
        .execute(tx.conn())
        .await
        .unwrap();
    let own = parties::calendar(tx.conn(), house.tenant).await.unwrap();
    assert!(!own.is_working_day(day(2026, 11, 27)) && own.is_working_day(day(2026, 11, 28)));
    tx.audit(op::Audit::of("test.moved-day", "parties.moved-day", demo.root));
    tx.commit().await.unwrap();
    let other = house.another_tenant("cits").await;
    let mut read = op::Op::house(&house.kernel, other, "test").read().await.unwrap();
    assert!(parties::calendar(read.conn(), other).await.unwrap().is_working_day(day(2026, 11, 27)));
}

#[tokio::test]
async fn another_tenant_sees_nobody() {
    let (house, demo) = town().await;
    let other = house.another_tenant("cits").await;
    let mut read = op::Op::house(&house.kernel, other, "test").read().await.unwrap();
    // Even with the right tenant in the statement, the connection's tenant decides.
    assert_eq!(parties::name(read.conn(), house.tenant, demo.people.head).await.unwrap(), "");
    assert!(parties::units(read.conn(), house.tenant, None).await.unwrap().is_empty());
}

#[tokio::test]
async fn the_shell_knows_the_municipality_and_the_names() {
    let (house, demo) = town().await;
    let p = demo.people;
    let mut read = house.op().read().await.unwrap();
    let (town, user, others) = parties::shell_names(read.conn(), house.tenant, p.head, &[p.manager]).await.unwrap();
    assert_eq!(town, "Parauga novads");
    assert_eq!(user, parties::name(read.conn(), house.tenant, p.head).await.unwrap());
    assert_eq!(others, [(p.manager, parties::name(read.conn(), house.tenant, p.manager).await.unwrap())]);
}

#[tokio::test]
async fn a_municipalitys_own_parameter_goes_before_the_laws_on_its_days() {
    let (house, demo) = town().await;
    let mut tx = house.op().begin().await.unwrap();
    sqlx::query(
        "insert into kernel.tenant_parameter (tenant_id, id, rule, key, valid_from, valid_to, value, source)
         values ($1, gen_random_uuid(), 'test.rule', 'days', $2, $3, '30', 'saistošie noteikumi'),
                ($1, gen_random_uuid(), 'test.rule', 'days', $4, null, '31', 'saistošie noteikumi')",
    )
    .bind(house.tenant)
    .bind(day(2026, 1, 1))
    .bind(day(2026, 6, 30))
    .bind(day(2026, 7, 1))
    .execute(tx.conn())
    .await
    .unwrap();
    for (on, value) in [(day(2025, 12, 31), None), (day(2026, 6, 30), Some(30)), (day(2026, 7, 1), Some(31))] {
        let found = parties::parameter(tx.conn(), house.tenant, "test.rule", "days", on).await.unwrap();
        assert_eq!(found, value.map(serde_json::Value::from));
    }
    tx.audit(op::Audit::of("test.parameter", "parties.unit", demo.root));
    tx.commit().await.unwrap();
}
