//! The words every floor speaks: typed ids, dates, money, languages, clocks.
//!
//! Pure: no I/O, no async, no HTTP. The `sqlx` feature only lets the newtypes be bound to SQL parameters.

mod clock;
mod ids;
mod locale;
mod money;

pub use clock::{Clock, RIGA, local_date, start_of_day};
pub use ids::*;
pub use locale::Locale;
pub use money::Money;

/// A calendar date without a time zone (an office day is a day in Rīga).
pub type Date = chrono::NaiveDate;
/// A moment, always UTC; shown in Europe/Riga.
pub type Timestamp = chrono::DateTime<chrono::Utc>;
/// What an object-safe asynchronous trait method returns.
pub type BoxFuture<'a, T> = std::pin::Pin<Box<dyn Future<Output = T> + Send + 'a>>;
