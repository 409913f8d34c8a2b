//! SQL, and only SQL.

mod deadlines;
mod held;
mod people;
mod read;
mod templates;
mod write;

pub use deadlines::*;
pub use held::*;
pub use people::*;
pub use read::*;
pub use templates::*;
pub use write::*;
