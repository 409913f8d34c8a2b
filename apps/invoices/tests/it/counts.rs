//! A year with given counts: the report gives them back.

use std::sync::Arc;

use chrono::Datelike as _;
use manifest::{Begin, Lives, Pace, Profile};

use crate::world::world;

#[tokio::test]
async fn the_report_gives_back_what_the_year_was_made_of() {
    let w = world().await;
    let op = w.house.op();
    let mut profile = Profile::new("Parauga novads", op.today().year());
    for (column, n) in [("invoices_received", 90), ("e_invoices", 31), ("invoices_approved_electronically", 77)] {
        profile.set("invoices", column, n);
    }
    let mut read = op.read().await.unwrap();
    let calendar = parties::calendar(read.conn(), op.tenant()).await.unwrap();
    drop(read);
    // A short year: the five days up to today stand for all of it.
    let first = op.today() - chrono::Days::new(11);
    let pace = Arc::new(Pace::of_offices(&calendar, first.year(), first, 12));
    let lived = w.house.kernel.extension::<Lives>().unwrap().0.clone();
    let life = lived.first().unwrap();
    let goals = (life.goals)(&profile, 0);
    let share = pace.by(90, op.today());
    assert!(share > 0);
    let begin =
        Begin { op: w.house.op(), profile: Arc::new(profile), pace: Arc::clone(&pace), seed: 1, others_documents: 0 };
    let mut year = (life.begin)(begin).await.unwrap();
    for day in pace.days() {
        year.day(day, day == op.today()).await.unwrap();
    }
    assert_eq!(goals.iter().map(|g| g.wanted).collect::<Vec<_>>(), [90, 31, 77]);
    let report = w.house.kernel.extension::<reports::Reports>().unwrap().get("invoices").unwrap();
    let ask = reports::Ask::whole(w.house.tenant, first.year());
    let mut read = w.house.op().read().await.unwrap();
    let rows = (report.figures)(read.conn(), &ask).await.unwrap();
    let of = |part: i64| manifest::due(part, 90, share);
    assert_eq!(rows[0].counts, [share, of(31), of(77)]);
    drop(read);
    assert!(w.count("invoices.payment").await > 0);
}
