//! What delivery needs from outside.

use types::BoxFuture;

/// A message to hand to a mail server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mail {
    /// The recipient's address.
    pub to: String,
    /// The subject line.
    pub subject: String,
    /// The plain-text body.
    pub text: String,
    /// Attached files: name, media type, bytes.
    pub attachments: Vec<(String, String, Vec<u8>)>,
    /// The Message-ID without angle brackets: the delivery's id, so that a retry is recognisable.
    pub message_id: String,
}

/// Why a mail was not handed over.
#[derive(Debug, thiserror::Error)]
pub enum MailError {
    /// Trying again may help (connection refused, 4xx).
    #[error("for now: {0}")]
    Transient(String),
    /// Trying again will not help (bad address, 5xx).
    #[error("refused: {0}")]
    Permanent(String),
}

/// Hands mail to a server.
pub trait Mailer: Send + Sync {
    /// Returns once the server has taken responsibility.
    fn send(&self, mail: Mail) -> BoxFuture<'_, Result<(), MailError>>;
}

/// A file that came.
#[derive(Clone, PartialEq, Eq)]
pub struct DeliveredFile {
    /// Its name, as the sender gave it.
    pub name: String,
    /// Its content.
    pub bytes: Vec<u8>,
}

impl std::fmt::Debug for DeliveredFile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} ({} bytes)", self.name, self.bytes.len())
    }
}

/// Something that came by itself: a file in a folder, a mail, an envelope of the e-address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivered {
    /// By what its source knows it again.
    pub key: String,
    /// Who sent it: an e-mail or an electronic address.
    pub sender: Option<String>,
    /// Its title or subject.
    pub subject: String,
    /// Its files.
    pub files: Vec<DeliveredFile>,
    /// Why it cannot be looked into, if it cannot.
    pub fault: Option<String>,
}

/// What became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// Everything in it was taken in, or was here already.
    Done,
    /// Something was not, and why: in words for people.
    Failed(String),
}

/// A source of papers: a watched folder, a mailbox, the electronic address.
pub trait Inbox: Send + Sync {
    /// What has come and is not settled yet, the oldest first, so many at most. Looking changes nothing.
    fn fetch(&self, most: usize) -> BoxFuture<'_, Result<Vec<Delivered>, MailError>>;
    /// Puts it away, so that it does not come again. Settling twice is not an error.
    fn settle<'a>(&'a self, key: &'a str, fate: Fate) -> BoxFuture<'a, Result<(), MailError>>;
}

/// What kind of source it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum InboxKind {
    /// A watched folder.
    Folder,
    /// A mailbox.
    Mail,
    /// The electronic address (e-adrese).
    EAddress,
}

/// The sources of invoices of each municipality, by its code; found by type.
#[derive(Clone, Default)]
pub struct InvoiceInboxes(pub Vec<(String, InboxKind, std::sync::Arc<dyn Inbox>)>);

/// Something handed over to another system.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parcel {
    /// Our id: handing the same one over again changes nothing there.
    pub id: String,
    /// The name of its file.
    pub name: String,
    /// Its media type.
    pub media_type: String,
    /// Its content.
    pub bytes: Vec<u8>,
}

/// What the other system answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// The number under which it keeps it.
    pub number: String,
}

/// A system that takes parcels.
pub trait Exchange: Send + Sync {
    /// Returns once the other system has taken it, or has said why not.
    fn hand_over(&self, parcel: Parcel) -> BoxFuture<'_, Result<Receipt, MailError>>;
}

/// The accounting systems of municipalities, by their codes; found by type.
#[derive(Clone, Default)]
pub struct AccountingSystems(pub Vec<(String, std::sync::Arc<dyn Exchange>)>);

/// The State Revenue Service (VID), which e-invoices are reported to; found by type.
#[derive(Clone)]
pub struct RevenueService(pub std::sync::Arc<dyn Exchange>);
