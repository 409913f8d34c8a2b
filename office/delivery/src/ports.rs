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
