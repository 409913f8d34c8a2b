//! What an invoice is to the house: pure.

mod bill;
mod coding;
mod duplicates;
mod files;
mod interest;
mod judge;
mod level;
mod matching;
mod response;
mod template;

pub use bill::{Bill, BillLine, Kind, ListedFile, Seller, cents};
pub use coding::{Coding, CodingFault, check, scaled};
pub use duplicates::{Earlier, Likeness, likeness, normal};
pub use files::{FileFault, Look, PDF, Shape, Unpacked, look, shape, unpack};
pub use interest::{Late, interest};
pub use judge::{FindingRow, Judged, Layers, MOST_FINDINGS, Verdict, judge};
pub use level::{Envelope, LevelStatus, level_status};
pub use matching::{Agreed, Agreement, Deviation, InvoicedLine, OrderedLine, Tolerance, compare, left};
pub use response::{Correspondent, Reason, Response, rejection};
pub use template::{Template, by_lines, pick};

/// An enum kept as a word in the database.
macro_rules! words {
    ($($(#[$doc:meta])* $name:ident { $($(#[$item:meta])* $variant:ident = $word:literal),+ $(,)? })+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
        pub enum $name { $($(#[$item])* #[serde(rename = $word)] $variant),+ }

        impl $name {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The word in the database, in addresses and in keys of texts.
            #[must_use]
            pub const fn word(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }

            /// Reads the word.
            #[must_use]
            pub fn from_word(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|v| v.word() == word)
            }
        }
        impl sqlx::Type<sqlx::Postgres> for $name {
            fn type_info() -> sqlx::postgres::PgTypeInfo {
                <str as sqlx::Type<sqlx::Postgres>>::type_info()
            }
        }
        impl<'r> sqlx::Decode<'r, sqlx::Postgres> for $name {
            fn decode(value: sqlx::postgres::PgValueRef<'r>) -> Result<Self, sqlx::error::BoxDynError> {
                let word = <&str as sqlx::Decode<sqlx::Postgres>>::decode(value)?;
                Self::from_word(word).ok_or_else(|| format!("{word} is no {}", stringify!($name)).into())
            }
        }
    )+};
}

words! {
    /// By what an invoice came (saņemšanas kanāls).
    Channel {
        /// Somebody put the file on the page.
        Upload = "upload",
        /// A folder that is watched.
        Folder = "folder",
        /// The mailbox for invoices.
        Mail = "e-mail",
        /// A Peppol access point or another system.
        Api = "api",
        /// The official electronic address (e-adrese).
        EAddress = "e-address",
        /// On paper or as a picture, entered by hand.
        Paper = "paper",
    }
    /// Where an invoice stands.
    State {
        /// It breaks fatal rules: accept it all the same, or answer the supplier.
        Broken = "broken",
        /// Waits to be coded.
        Coding = "coding",
        /// On its route.
        Approval = "approval",
        /// May be paid.
        Approved = "approved",
        /// In a payment proposal or file.
        Paying = "paying",
        /// Paid.
        Paid = "paid",
        /// Refused; the supplier has an answer.
        Rejected = "rejected",
        /// A credit note, or an invoice it takes back in full.
        Offset = "offset",
    }
    /// What must be looked at before an invoice may be paid.
    AlertKind {
        /// A known supplier asks to be paid to another account.
        AccountChanged = "account-changed",
        /// It looks like one that is here.
        Duplicate = "duplicate",
        /// The buyer named is none of our institutions.
        WrongBuyer = "wrong-buyer",
        /// It does not agree with contract, order or receipt.
        NotMatched = "not-matched",
        /// An embedded file is not what may be kept.
        Attachment = "attachment",
    }
    /// Where a payment file stands.
    BatchState {
        /// Put together; waits for a second person.
        Proposed = "proposed",
        /// Released: the file is there for the bank.
        Released = "released",
        /// The bank refused it.
        Rejected = "rejected",
        /// Every payment of it is settled, refused or returned.
        Settled = "settled",
        /// Given up before it was released.
        Cancelled = "cancelled",
    }
}

impl Channel {
    /// How the register of documents names it.
    #[must_use]
    pub const fn received_via(self) -> &'static str {
        match self {
            Self::Upload | Self::Folder | Self::Api => "portal",
            Self::Mail => "e-mail",
            Self::EAddress => "e-address",
            Self::Paper => "post",
        }
    }
}
