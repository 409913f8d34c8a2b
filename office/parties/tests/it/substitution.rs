use op::{Op, OpError};
use parties::{
    PartiesError, SubstitutionRequest,
    rules::SubstitutionRefused,
    usecases::{cancel_substitution, substitute},
};
use testkit::House;
use types::{Clock, Date, IdentityId, Locale, PersonId};

use crate::{day, town};

fn ask(absent: PersonId, substitute: PersonId, from: Date, to: Date) -> SubstitutionRequest {
    SubstitutionRequest { absent, substitute, from, to, ground: "atvaļinājums".into() }
}

async fn events(house: &House) -> Vec<String> {
    let mut read = house.op().read().await.unwrap();
    sqlx::query_scalar("select kind from kernel.event where tenant_id = $1 order by id")
        .bind(house.tenant)
        .fetch_all(read.conn())
        .await
        .unwrap()
}

#[tokio::test]
async fn a_substitution_moves_the_hat_for_its_days_and_says_so() {
    let (house, demo) = town().await;
    let (head, manager) = (demo.people.head, demo.people.manager);
    let op = house.op_of(head).await;
    substitute(&op, &ask(head, manager, day(2026, 12, 1), day(2026, 12, 5))).await.unwrap();
    assert!(events(&house).await.is_empty());
    assert!(house.op_of(manager).await.substitutes().is_empty());
    house.clock.set(testkit::at(2026, 12, 1, 8));
    house.run_jobs().await;
    assert_eq!(events(&house).await, ["parties.substitution-started"]);
    assert_eq!(house.op_of(manager).await.substitutes(), [head]);
    house.clock.set(testkit::at(2026, 12, 6, 8));
    house.run_jobs().await;
    house.run_jobs().await;
    assert_eq!(events(&house).await, ["parties.substitution-started", "parties.substitution-ended"]);
    assert!(house.op_of(manager).await.substitutes().is_empty());
}

/// Who lives another day than the house's has that day's rights.
#[tokio::test]
async fn rights_follow_the_clock_they_are_read_by() {
    let (house, demo) = town().await;
    let (head, manager) = (demo.people.head, demo.people.manager);
    let period = ask(head, manager, day(2026, 12, 1), day(2026, 12, 5));
    substitute(&house.op_of(head).await, &period).await.unwrap();
    let at = async |date: u32| {
        let (nobody, clock) = (IdentityId(uuid::Uuid::nil()), Clock::fixed(testkit::at(2026, 12, date, 8)));
        let op = Op::for_person_at(&house.kernel, house.tenant, manager, nobody, Locale::Lv, clock).await.unwrap();
        assert_eq!(op.today(), day(2026, 12, date));
        op
    };
    let (during, after) = (at(5).await, at(6).await);
    assert_eq!(during.substitutes(), [head]);
    assert!(during.principals().contains(&head.uuid()) && !after.principals().contains(&head.uuid()));
    assert!(after.substitutes().is_empty() && house.op_of(manager).await.substitutes().is_empty());
}

#[tokio::test]
async fn a_cancelled_one_says_nothing_and_a_running_one_ends_at_once() {
    let (house, demo) = town().await;
    let (head, manager) = (demo.people.head, demo.people.manager);
    let op = house.op_of(head).await;
    let later = substitute(&op, &ask(head, manager, day(2026, 12, 1), day(2026, 12, 5))).await.unwrap();
    let now = substitute(&op, &ask(head, manager, day(2026, 11, 23), day(2026, 11, 25))).await.unwrap();
    cancel_substitution(&op, later).await.unwrap();
    cancel_substitution(&op, now).await.unwrap();
    assert!(matches!(cancel_substitution(&op, now).await, Err(PartiesError::Substitution(SubstitutionRefused::Past))));
    house.clock.set(testkit::at(2026, 12, 10, 8));
    house.run_jobs().await;
    assert_eq!(events(&house).await, ["parties.substitution-started", "parties.substitution-ended"]);
}

#[tokio::test]
async fn one_appoints_for_oneself_and_hr_for_others_but_a_colleague_does_not() {
    let (house, demo) = town().await;
    let p = demo.people;
    let period = (day(2026, 12, 1), day(2026, 12, 5));
    let of = async |who| house.op_of(who).await;
    let forbidden = substitute(&of(p.employee).await, &ask(p.manager, p.employee, period.0, period.1)).await;
    assert!(matches!(forbidden, Err(PartiesError::Op(OpError::NotFound | OpError::Forbidden(_)))));
    let id = substitute(&of(p.hr).await, &ask(p.manager, p.employee, period.0, period.1)).await.unwrap();
    // The substitute sees it, but it is not theirs to cancel.
    let refused = cancel_substitution(&of(p.employee).await, id).await;
    assert!(matches!(refused, Err(PartiesError::Op(OpError::Forbidden(_)))));
    cancel_substitution(&of(p.manager).await, id).await.unwrap();
}

#[tokio::test]
async fn no_circle_and_nobody_who_left() {
    let (house, demo) = town().await;
    let p = demo.people;
    let (from, to) = (day(2026, 12, 1), day(2026, 12, 5));
    let house_op = house.op();
    substitute(&house_op, &ask(p.head, p.manager, from, to)).await.unwrap();
    substitute(&house_op, &ask(p.manager, p.hr, from, to)).await.unwrap();
    let refused = substitute(&house_op, &ask(p.hr, p.head, from, to)).await;
    assert!(matches!(refused, Err(PartiesError::Substitution(SubstitutionRefused::Circle(_)))));
    let nobody = PersonId(uuid::Uuid::from_u128(1));
    let refused = substitute(&house_op, &ask(p.hr, nobody, from, to)).await;
    assert!(matches!(refused, Err(PartiesError::Substitution(SubstitutionRefused::NotEmployed))));
}
