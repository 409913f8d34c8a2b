use serde::{Deserialize, Serialize};

/// The languages of the interface. Latvian is the source language, English is complete.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Locale {
    /// Latvian (latviešu).
    #[default]
    Lv,
    /// English.
    En,
}

impl Locale {
    /// Every language, the source language first.
    pub const ALL: [Self; 2] = [Self::Lv, Self::En];

    /// The BCP 47 tag.
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Lv => "lv",
            Self::En => "en",
        }
    }

    /// Reads a BCP 47 tag; regions are ignored.
    #[must_use]
    pub fn from_tag(tag: &str) -> Option<Self> {
        match tag.get(..2)?.to_ascii_lowercase().as_str() {
            "lv" => Some(Self::Lv),
            "en" => Some(Self::En),
            _ => None,
        }
    }
}
