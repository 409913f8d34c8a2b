//! A mail as a delivery: who sent it, and the files in it.

use delivery::ports::{Delivered, DeliveredFile};
use mail_parser::{MessageParser, MimeHeaders as _, PartType};

/// Files of one mail.
const MOST: usize = 100;
/// Mails within mails.
const DEPTH: usize = 3;

/// Reads it; what cannot be read is a delivery with a fault.
pub fn read(key: String, bytes: &[u8]) -> Delivered {
    let Some(mail) = MessageParser::default().parse(bytes) else {
        let fault = Some("Vēstuli nevar nolasīt".to_owned());
        return Delivered { key, sender: None, subject: String::new(), files: Vec::new(), fault };
    };
    let sender = mail.reply_to().or_else(|| mail.from()).and_then(|a| a.first()).and_then(|a| a.address.as_deref());
    let subject: String = mail.subject().unwrap_or_default().chars().filter(|c| !c.is_control()).take(200).collect();
    let mut files = Vec::new();
    collect(&mail, 0, &mut files);
    let sender = sender.map(|s| s.chars().filter(|c| !c.is_control()).take(254).collect());
    Delivered { key, sender, subject, files, fault: None }
}

fn collect(mail: &mail_parser::Message<'_>, depth: usize, files: &mut Vec<DeliveredFile>) {
    for part in mail.attachments() {
        if files.len() >= MOST {
            return;
        }
        if let PartType::Message(inner) = &part.body {
            if depth < DEPTH {
                collect(inner, depth + 1, files);
            }
            continue;
        }
        let name = part.attachment_name().unwrap_or("pielikums").to_owned();
        files.push(DeliveredFile { name, bytes: part.contents().to_vec() });
    }
}
