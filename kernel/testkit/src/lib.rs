//! What tests stand on: one throw-away cluster for the whole suite, one template database per set of
//! migrations, a clone per slot, and a transaction per test that is rolled back at its end.
//!
//! ```ignore
//! #[tokio::test]
//! async fn somebody_files_a_leave() {
//!     let house = testkit::House::open(modules(), |_| {}).await;       // rolls back
//!     let mut anna = house.sign_in(person).await;                      // through the real router
//!     let page = anna.get("/new").await.ok();
//! }
//! ```
//! What needs real commits (concurrency, NOTIFY, kill) takes [`House::committing`] and gets a fresh clone.

mod client;
mod cluster;
mod count;
mod house;

pub use client::{Client, Page};
pub use cluster::{Database, owner_url};
pub use count::{Statements, count_statements};
pub use house::{House, at};
