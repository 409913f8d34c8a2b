//! Against a real server: Debian's dovecot, started here on free ports of loopback.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

use std::{
    fs,
    net::{TcpListener, TcpStream},
    os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use delivery::ports::{Fate, Inbox, MailError};
use novads_port_imap::{ImapConfig, ImapInbox};

const WITH_FILE: &str = "From: SIA Paraugs <rekini@paraugs.example>\r\nReply-To: gramatvede@paraugs.example\r\n\
    To: rekini@novads.example\r\nSubject: =?utf-8?Q?R=C4=93=C4=B7ins?=\r\nMIME-Version: 1.0\r\n\
    Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nLabdien!\r\n\
    --b\r\nContent-Type: application/xml; name=\"rekins.xml\"\r\nContent-Disposition: attachment; filename=\"rekins.xml\"\r\n\
    Content-Transfer-Encoding: base64\r\n\r\nPEludm9pY2UvPg==\r\n--b--\r\n";
const WITHOUT: &str = "From: a@b.example\r\nSubject: Jautajums\r\n\r\nKad maksasiet?\r\n";
const FORWARDED: &str = "From: c@d.example\r\nSubject: Fwd\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=o\r\n\r\n\
    --o\r\nContent-Type: message/rfc822\r\n\r\nFrom: x@y.example\r\nSubject: in\r\nMIME-Version: 1.0\r\n\
    Content-Type: multipart/mixed; boundary=i\r\n\r\n--i\r\nContent-Type: application/pdf; name=\"a.pdf\"\r\n\
    Content-Disposition: attachment; filename=\"a.pdf\"\r\n\r\n%PDF-1.7\r\n--i--\r\n--o--\r\n";

struct Dovecot {
    child: Child,
    dir: tempfile::TempDir,
    tls: u16,
    plain: u16,
    ca: String,
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

fn program() -> PathBuf {
    let found = ["/usr/sbin/dovecot", "/usr/local/sbin/dovecot"].into_iter().map(PathBuf::from).find(|p| p.exists());
    assert!(found.is_some(), "this test needs dovecot: install dovecot-imapd (tools/install.sh)");
    found.unwrap()
}

impl Dovecot {
    fn start() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let at = |name: &str| dir.path().join(name);
        fs::set_permissions(dir.path(), fs::Permissions::from_mode(0o755)).unwrap();
        let certified = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
        let ca = certified.cert.pem();
        fs::write(at("cert.pem"), &ca).unwrap();
        fs::write(at("key.pem"), certified.signing_key.serialize_pem()).unwrap();
        // Root runs the mails as nobody; anybody else runs everything as themselves.
        let me = fs::metadata(dir.path()).unwrap().uid();
        let (owner, users) = if me == 0 {
            (65_534, String::new())
        } else {
            let name = String::from_utf8(Command::new("id").arg("-un").output().unwrap().stdout).unwrap();
            (me, format!("default_internal_user = {0}\ndefault_login_user = {0}\n", name.trim()))
        };
        let group = if me == 0 { 65_534 } else { fs::metadata(dir.path()).unwrap().gid() };
        for folder in ["mail", "mail/new", "mail/cur", "mail/tmp", "home"] {
            fs::create_dir(at(folder)).unwrap();
        }
        for (n, mail) in [WITH_FILE, WITHOUT, FORWARDED].into_iter().enumerate() {
            fs::write(at(&format!("mail/new/{}.M{n}.host", 1_700_000_000 + n)), mail).unwrap();
        }
        if me == 0 {
            give(&at("mail"), owner);
            give(&at("home"), owner);
        }
        let (plain, tls) = (free_port(), free_port());
        let root = dir.path().display();
        let unjailed = if me == 0 { "" } else { "chroot =\n" };
        let config = format!(
            "protocols = imap\nlisten = 127.0.0.1\nbase_dir = {root}/run\nstate_dir = {root}/state\nlog_path = {root}/log\n\
             ssl = yes\nssl_cert = <{root}/cert.pem\nssl_key = <{root}/key.pem\ndisable_plaintext_auth = no\n{users}\
             mail_location = maildir:{root}/mail\nfirst_valid_uid = 1\nfirst_valid_gid = 1\n\
             namespace inbox {{\n  inbox = yes\n  separator = /\n}}\n\
             passdb {{\n  driver = static\n  args = password=noslepums\n}}\n\
             userdb {{\n  driver = static\n  args = uid={owner} gid={group} home={root}/home\n}}\n\
             service imap-login {{\n{unjailed}  inet_listener imap {{\n    port = {plain}\n  }}\n  inet_listener imaps {{\n    port = {tls}\n    ssl = yes\n  }}\n}}\n\
             service anvil {{\n{unjailed}}}\nservice stats {{\n{unjailed}}}\n"
        );
        fs::write(at("dovecot.conf"), config).unwrap();
        let mut command = Command::new(program());
        command.arg("-F").arg("-c").arg(at("dovecot.conf")).stdin(Stdio::null()).stdout(Stdio::null());
        let child = command.spawn().unwrap();
        let server = Self { child, dir, tls, plain, ca };
        let start = Instant::now();
        while TcpStream::connect(("127.0.0.1", tls)).is_err() {
            assert!(start.elapsed() < Duration::from_secs(20), "{}", server.log());
            std::thread::sleep(Duration::from_millis(50));
        }
        server
    }

    fn log(&self) -> String {
        fs::read_to_string(self.dir.path().join("log")).unwrap_or_default()
    }

    fn inbox(&self) -> ImapInbox {
        let url = format!("imaps://rekini:noslepums@localhost:{}", self.tls);
        ImapInbox::new(&ImapConfig { url, ca_pem: Some(self.ca.clone()) }).unwrap()
    }

    fn kept(&self, folder: &str) -> usize {
        let count =
            |sub: &str| fs::read_dir(self.dir.path().join("mail").join(folder).join(sub)).map_or(0, Iterator::count);
        count("new") + count("cur")
    }
}

fn give(path: &Path, owner: u32) {
    chown(path, Some(owner), Some(65_534)).unwrap();
    if path.is_dir() {
        for inside in fs::read_dir(path).unwrap() {
            give(&inside.unwrap().path(), owner);
        }
    }
}

impl Drop for Dovecot {
    fn drop(&mut self) {
        // TERM lets it end its own children; by its id, never by a name.
        let _ = Command::new("kill").arg(self.child.id().to_string()).status();
        let _ = self.child.wait();
    }
}

#[tokio::test]
async fn mails_come_with_their_files_and_are_moved_where_they_belong() {
    let server = Dovecot::start();
    let inbox = server.inbox();
    let mails = inbox.fetch(10).await.unwrap_or_else(|e| panic!("{e}: {}", server.log()));
    assert_eq!(mails.len(), 3, "{}", server.log());
    assert_eq!((mails[0].subject.as_str(), mails[0].sender.as_deref()), ("Rēķins", Some("gramatvede@paraugs.example")));
    assert_eq!(
        (mails[0].files[0].name.as_str(), mails[0].files[0].bytes.as_slice()),
        ("rekins.xml", &b"<Invoice/>"[..])
    );
    assert!(mails[1].files.is_empty());
    assert_eq!(mails[2].files[0].name, "a.pdf", "{:?}", mails[2]);
    assert_eq!(inbox.fetch(2).await.unwrap(), mails[..2], "looking changes nothing");
    inbox.settle(&mails[0].key, Fate::Done).await.unwrap();
    inbox.settle(&mails[1].key, Fate::Failed("Nav pielikumu".into())).await.unwrap();
    inbox.settle(&mails[1].key, Fate::Done).await.unwrap();
    let left = inbox.fetch(10).await.unwrap();
    assert_eq!(left.len(), 1);
    assert_eq!(left[0].key, mails[2].key);
    assert_eq!(
        (
            server.kept(".Novads/Done") + server.kept(".Novads.Done"),
            server.kept(".Novads/Failed") + server.kept(".Novads.Failed")
        ),
        (1, 1),
        "{}",
        server.log()
    );
    // A mailbox that was made anew has other mails under these numbers.
    inbox.settle(&format!("1-{}", mails[2].key.split('-').nth(1).unwrap()), Fate::Done).await.unwrap();
    assert_eq!(inbox.fetch(10).await.unwrap().len(), 1);
    assert!(matches!(inbox.settle("kaut kas", Fate::Done).await, Err(MailError::Permanent(_))));
}

#[tokio::test]
async fn whom_we_do_not_trust_or_who_does_not_let_us_in_costs_nothing() {
    let server = Dovecot::start();
    let url = format!("imaps://rekini:noslepums@localhost:{}", server.tls);
    let stranger = ImapInbox::new(&ImapConfig { url, ca_pem: None }).unwrap();
    assert!(matches!(stranger.fetch(1).await, Err(MailError::Transient(_))), "its certificate is nobody's");
    let url = format!("imaps://rekini:cits@localhost:{}", server.tls);
    let wrong = ImapInbox::new(&ImapConfig { url, ca_pem: Some(server.ca.clone()) }).unwrap();
    assert!(matches!(wrong.fetch(1).await, Err(MailError::Transient(_))));
    let url = format!("imap://rekini:noslepums@127.0.0.1:{}", server.plain);
    let plain = ImapInbox::new(&ImapConfig { url, ca_pem: None }).unwrap();
    assert_eq!(plain.fetch(10).await.unwrap().len(), 3);
    let nobody =
        ImapInbox::new(&ImapConfig { url: format!("imap://u:p@127.0.0.1:{}", free_port()), ca_pem: None }).unwrap();
    assert!(matches!(nobody.fetch(1).await, Err(MailError::Transient(_))));
}
