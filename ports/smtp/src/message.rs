//! A mail as RFC 5322 text.

use delivery::ports::Mail;
use lettre::{
    Message,
    message::{
        Attachment, Mailbox, MultiPart, SinglePart,
        header::{ContentType, HeaderName, HeaderValue},
    },
};
use types::Timestamp;

/// Attached bytes of one mail: more is refused by most servers.
const MAX_ATTACHED: usize = 25 * 1024 * 1024;

/// Builds the message.
///
/// # Errors
/// What no server could mend: an address that is none, a bad Message-ID or media type, too much attached.
pub fn build(from: &Mailbox, mail: Mail, now: Timestamp) -> Result<Message, String> {
    let to = mail.to.parse().map_err(|error| format!("«{}» is no e-mail address: {error}", mail.to))?;
    let attached: usize = mail.attachments.iter().map(|(_, _, bytes)| bytes.len()).sum();
    if attached > MAX_ATTACHED {
        return Err(format!("{attached} bytes are attached, at most {MAX_ATTACHED} can be sent"));
    }
    let builder = Message::builder()
        .from(from.clone())
        .to(Mailbox::new(None, to))
        .subject(one_line(&mail.subject))
        .date(now.into())
        .message_id(Some(message_id(&mail.message_id)?))
        // Holiday answers are not wanted by a machine (RFC 3834).
        .raw_header(HeaderValue::new(HeaderName::new_from_ascii_str("Auto-Submitted"), "auto-generated".to_owned()));
    let text = SinglePart::plain(mail.text);
    if mail.attachments.is_empty() {
        return builder.singlepart(text).map_err(|error| error.to_string());
    }
    let mut parts = MultiPart::mixed().singlepart(text);
    for (name, media_type, bytes) in mail.attachments {
        let kind = ContentType::parse(&media_type).map_err(|_| format!("«{media_type}» is no media type"))?;
        parts = parts.singlepart(Attachment::new(one_line(&name)).body(bytes, kind));
    }
    builder.multipart(parts).map_err(|error| error.to_string())
}

/// A line break in a header would start a header of the sender's choice.
fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

fn message_id(id: &str) -> Result<String, String> {
    let fits = id.len() <= 200
        && id.split('@').count() == 2
        && !id.starts_with('@')
        && !id.ends_with('@')
        && id.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~.@".contains(&b));
    if fits { Ok(format!("<{id}>")) } else { Err(format!("«{}» is no Message-ID", one_line(id))) }
}
