//! Against a real server: `aiosmtpd` in a virtual environment, on loopback.

#![expect(clippy::unwrap_used, reason = "tests")]

use std::{
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, ChildStdout, Command, Stdio},
};

use chrono::{TimeZone, Utc};
use delivery::ports::{Mail, MailError, Mailer};
use novads_port_smtp::{SmtpConfig, SmtpMailer};
use serde_json::Value;
use types::Clock;

/// `NOVADS_REFEREES`, or `.cache/venv/bin/python` at the root of the repository.
fn python() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let path = std::env::var_os("NOVADS_REFEREES").map_or_else(|| root.join(".cache/venv/bin/python"), PathBuf::from);
    let ready = Command::new(&path).args(["-c", "import aiosmtpd"]).stderr(Stdio::null()).status();
    assert!(
        ready.is_ok_and(|status| status.success()),
        "this test needs aiosmtpd: run tools/referees.sh \
         (looked for it with {})",
        path.display()
    );
    path
}

struct Server {
    child: Child,
    lines: BufReader<ChildStdout>,
    port: u16,
}

impl Server {
    fn start(args: &[&str]) -> Self {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/server.py");
        let mut child =
            Command::new(python()).arg(script).args(args).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap());
        let mut port = String::new();
        lines.read_line(&mut port).unwrap();
        Self { child, lines, port: port.trim().parse().unwrap() }
    }

    fn got(&mut self) -> Value {
        let mut line = String::new();
        self.lines.read_line(&mut line).unwrap();
        serde_json::from_str(&line).unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn mailer(url: String, ca_pem: Option<String>) -> SmtpMailer {
    let from = "Ozolaines novada pašvaldība <pasts@ozolaine.example>".to_owned();
    let clock = Clock::fixed(Utc.with_ymd_and_hms(2026, 1, 5, 9, 30, 0).unwrap());
    SmtpMailer::new(&SmtpConfig { url, from, ca_pem }, clock).unwrap()
}

fn mail(to: &str) -> Mail {
    Mail {
        to: to.into(),
        subject: "Rīkojums Nr. 4-12/7 par atvaļinājumu: āčēģīķļņšūž".into(),
        text: "Labdien!\n.Punkts rindas sākumā, garumzīmes: āčēģīķļņšūž.\n".into(),
        attachments: Vec::new(),
        message_id: "0199-abc@ozolaine.example".into(),
    }
}

#[tokio::test]
async fn a_mail_arrives_as_it_was_written() {
    let mut server = Server::start(&[]);
    let mailer = mailer(format!("smtp://127.0.0.1:{}", server.port), None);
    let attachments = vec![("Rīkojums Nr. 7.pdf".into(), "application/pdf".into(), vec![0x25; 5000])];
    mailer.send(Mail { attachments, ..mail("anna@example.org") }).await.unwrap();
    let got = server.got();
    assert_eq!(got["from"], "pasts@ozolaine.example");
    assert_eq!(got["to"], serde_json::json!(["anna@example.org"]));
    assert_eq!(got["headers"]["subject"], mail("").subject);
    assert_eq!(got["headers"]["message-id"], "<0199-abc@ozolaine.example>");
    assert_eq!(got["headers"]["from"], "Ozolaines novada pašvaldība <pasts@ozolaine.example>");
    assert_eq!(got["headers"]["auto-submitted"], "auto-generated");
    assert_eq!(got["headers"]["date"], "Mon, 05 Jan 2026 09:30:00 +0000");
    assert_eq!(got["text"].as_str().unwrap().replace("\r\n", "\n"), mail("").text);
    assert_eq!(got["attachments"], serde_json::json!([["Rīkojums Nr. 7.pdf", "application/pdf", 5000]]));
}

#[tokio::test]
async fn a_subject_cannot_add_a_header() {
    let mut server = Server::start(&[]);
    let mailer = mailer(format!("smtp://127.0.0.1:{}", server.port), None);
    let subject = "labi\r\nBcc: cits@example.org\r\n\r\nteksts".to_owned();
    mailer.send(Mail { subject, ..mail("anna@example.org") }).await.unwrap();
    let got = server.got();
    assert_eq!(got["to"], serde_json::json!(["anna@example.org"]));
    assert!(got["headers"].get("bcc").is_none(), "{got}");
    assert_eq!(got["text"].as_str().unwrap().replace("\r\n", "\n"), mail("").text);
}

#[tokio::test]
async fn refusals_are_told_apart() {
    let server = Server::start(&[]);
    let url = format!("smtp://127.0.0.1:{}", server.port);
    let mailer = mailer(url, None);
    let transient = |result| matches!(result, Err(MailError::Transient(_)));
    let permanent = |result| matches!(result, Err(MailError::Permanent(_)));
    assert!(transient(mailer.send(mail("later@example.org")).await));
    let Err(MailError::Permanent(said)) = mailer.send(mail("never@example.org")).await else { panic!("must be final") };
    assert!(said.contains("no such user"), "{said}");
    assert!(permanent(mailer.send(mail("nav adrese")).await));
    assert!(permanent(mailer.send(mail("a@example.org\r\nRCPT TO:<b@example.org>")).await));
    assert!(permanent(mailer.send(Mail { message_id: "a b>\r\nX: y".into(), ..mail("a@example.org") }).await));
    let heavy = vec![("a".into(), "application/pdf".into(), vec![0; 26 * 1024 * 1024])];
    assert!(permanent(mailer.send(Mail { attachments: heavy, ..mail("a@example.org") }).await));
    // The server still serves: nothing of the above has upset it.
    mailer.send(mail("anna@example.org")).await.unwrap();
    drop(server);
    assert!(transient(mailer.send(mail("anna@example.org")).await), "nobody listens any more");
}

#[tokio::test]
async fn a_wrong_password_loses_no_mail() {
    let mut server = Server::start(&[]);
    let wrong = mailer(format!("smtp://novads:cita@127.0.0.1:{}", server.port), None);
    assert!(matches!(wrong.send(mail("anna@example.org")).await, Err(MailError::Transient(_))));
    let right = mailer(format!("smtp://novads:parole@127.0.0.1:{}", server.port), None);
    right.send(mail("anna@example.org")).await.unwrap();
    assert_eq!(server.got()["user"], "novads");
}

#[tokio::test]
async fn tls_is_asked_for_and_the_certificate_checked() {
    let certified = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    let dir = std::env::temp_dir().join(format!("novads-smtp-{}", std::process::id()));
    std::fs::create_dir_all(&dir).unwrap();
    let (certificate, key) = (dir.join("cert.pem"), dir.join("key.pem"));
    std::fs::write(&certificate, certified.cert.pem()).unwrap();
    std::fs::write(&key, certified.signing_key.serialize_pem()).unwrap();
    let files = [certificate.to_str().unwrap(), key.to_str().unwrap()];
    for (scheme, wrapped) in [("smtp+starttls", None), ("smtps", Some("wrapped"))] {
        let args: Vec<&str> = files.into_iter().chain(wrapped).collect();
        let mut server = Server::start(&args);
        let url = format!("{scheme}://novads:parole@localhost:{}", server.port);
        let stranger = mailer(url.clone(), None).send(mail("anna@example.org")).await;
        assert!(
            matches!(stranger, Err(MailError::Transient(_))),
            "an unknown certificate is not trusted: {stranger:?}"
        );
        mailer(url, Some(certified.cert.pem())).send(mail("anna@example.org")).await.unwrap();
        let got = server.got();
        assert_eq!((&got["tls"], &got["user"]), (&Value::Bool(true), &Value::from("novads")), "{got}");
    }
    // A server without STARTTLS gets nothing, least of all the password.
    let bare = Server::start(&[]);
    let url = format!("smtp+starttls://novads:parole@localhost:{}", bare.port);
    assert!(matches!(mailer(url, None).send(mail("anna@example.org")).await, Err(MailError::Transient(_))));
    std::fs::remove_dir_all(&dir).unwrap();
}
