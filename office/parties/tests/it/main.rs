//! The behaviour of parties, against a real database.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test says by panicking that it failed")]

extern crate novads_parties as parties;

mod demo;
mod employment;
mod organisations;
mod pages;
mod substitution;
mod tree;

use chrono::NaiveDate;
use parties::life::{self, Demo, Plan};
use testkit::House;
use types::Date;

/// A small municipality: one administration, one school, some more.
async fn town() -> (House, Demo) {
    let house = House::open(vec![parties::module()], |_| {}).await;
    let plan = Plan { institutions: 4, employees: 90, seed: 1 };
    let demo = life::build(&house.op(), &plan).await.expect("a municipality");
    (house, demo)
}

fn day(year: i32, month: u32, day: u32) -> Date {
    NaiveDate::from_ymd_opt(year, month, day).unwrap()
}
