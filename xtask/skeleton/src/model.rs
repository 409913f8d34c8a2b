//! Types and rules: pure, without database or clock.

use types::{PersonId, Timestamp, UnitId};
use uuid::Uuid;

/// The longest title.
pub const TITLE: usize = 200;

/// An entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its id.
    pub id: Uuid,
    /// Where it belongs.
    pub unit: UnitId,
    /// Who made it.
    pub person: PersonId,
    /// What it is called.
    pub title: String,
    /// When it was made.
    pub created_at: Timestamp,
}

/// Which rule refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// A title has 1 to 200 characters.
    #[error("a title has 1 to 200 characters")]
    Title,
}

/// The title as it is kept.
///
/// # Errors
/// It is empty or too long.
pub fn title(typed: &str) -> Result<String, Refused> {
    let title = typed.split_whitespace().collect::<Vec<_>>().join(" ");
    if title.is_empty() || title.chars().count() > TITLE { Err(Refused::Title) } else { Ok(title) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_is_kept_without_stray_blanks() {
        assert_eq!(title("  Pirmais \n ieraksts "), Ok("Pirmais ieraksts".to_owned()));
        assert_eq!(title(" \t "), Err(Refused::Title));
        assert_eq!(title(&"ā".repeat(TITLE + 1)), Err(Refused::Title));
    }
}
