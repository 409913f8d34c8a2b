//! A letter goes out by a real mail server: from the register desk's form, by the queue, to the recipient.

use std::{
    io::{BufRead as _, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
    sync::mpsc,
    time::Duration,
};

use serde_json::Value;

use crate::program::{Answer, Place, Server, wait_for};

/// `aiosmtpd`, as the port's own tests start it.
struct Post {
    child: Child,
    port: u16,
    got: mpsc::Receiver<Value>,
}

impl Post {
    fn start() -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let python =
            std::env::var_os("NOVADS_REFEREES").map_or_else(|| root.join(".cache/venv/bin/python"), Into::into);
        let ready = Command::new(&python).args(["-c", "import aiosmtpd"]).stderr(Stdio::null()).status();
        assert!(
            ready.is_ok_and(|status| status.success()),
            "this test needs aiosmtpd: run tools/referees.sh (looked for it with {})",
            python.display()
        );
        let script = root.join("ports/smtp/tests/server.py");
        let mut child =
            Command::new(python).arg(script).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("a server");
        let mut lines = BufReader::new(child.stdout.take().expect("its output")).lines().map_while(Result::ok);
        let port = lines.next().and_then(|line| line.trim().parse().ok()).expect("its port");
        let (tell, got) = mpsc::channel();
        std::thread::spawn(move || {
            for line in lines {
                let value = serde_json::from_str(&line).expect("JSON");
                if tell.send(value).is_err() {
                    return;
                }
            }
        });
        Self { child, port, got }
    }
}

impl Drop for Post {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn input(page: &str, name: &str) -> String {
    let mark = format!("name=\"{name}\"");
    let tag = page.split('<').find(|t| t.starts_with("input") && t.contains(&mark));
    let value = tag.and_then(|t| t.split_once("value=\"")).and_then(|(_, v)| v.split('"').next());
    value.unwrap_or_else(|| panic!("no {name} in {page}")).to_owned()
}

/// The option that is chosen, else the first that says anything.
fn selected(page: &str, name: &str) -> String {
    let (_, after) = page.split_once(&format!("name=\"{name}\"")).unwrap_or_else(|| panic!("no {name} in {page}"));
    let list = after.split("</select>").next().unwrap_or_default();
    let options: Vec<&str> = list.split("<option").skip(1).collect();
    let value = |o: &&str| o.split_once("value=\"").and_then(|(_, v)| v.split('"').next()).map(str::to_owned);
    let chosen = options.iter().find(|o| o.split('>').next().is_some_and(|tag| tag.contains("selected")));
    let first = options.iter().find(|o| value(o).is_some_and(|v| !v.is_empty()));
    chosen.or(first).and_then(value).unwrap_or_else(|| panic!("nothing to choose for {name}"))
}

fn send(server: &Server, cookie: &str, to: &str) -> Answer {
    let page = server.ask("GET", "/records/new/outgoing", &[("cookie", cookie)], "");
    assert_eq!(page.status, 200, "{}", page.body);
    let mut fields = vec![
        ("csrf", input(&page.body, "csrf")),
        ("submit_id", input(&page.body, "submit_id")),
        ("title", "Atbilde par bērnudārza rindu".to_owned()),
        ("correspondent", "SIA Paraugs".to_owned()),
        ("channel", "e-mail".to_owned()),
        ("address", to.to_owned()),
    ];
    for name in ["institution", "kind", "register", "access"] {
        fields.push((name, selected(&page.body, name)));
    }
    let mut body = String::new();
    for (name, value) in fields {
        body.push_str(&format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"));
    }
    body.push_str(
        "--b\r\nContent-Disposition: form-data; name=\"files\"; filename=\"atbilde.txt\"\r\n\
         Content-Type: text/plain\r\n\r\nRindā 12. vieta.\r\n--b--\r\n",
    );
    let kind = ("content-type", "multipart/form-data; boundary=b");
    server.ask("POST", "/records/new/outgoing", &[("cookie", cookie), kind], &body)
}

#[test]
fn a_letter_of_the_desk_reaches_its_recipient() {
    let post = Post::start();
    let place = Place::new();
    let mut command = place.command(&["serve", "--demo", "--listen", "127.0.0.1:0"]);
    command.env("NOVADS_SMTP_URL", format!("smtp://127.0.0.1:{}", post.port));
    command.env("NOVADS_SMTP_FROM", "Parauga novads <pasts@paraugs.example>");
    let mut server = place.start(command);
    let cookie = server.sign_in("lietvedis", "demo").expect("a session");
    let seen = |path: &str| server.ask("GET", path, &[("cookie", &cookie)], "").body;

    let sent = send(&server, &cookie, "info@sia-paraugs.example");
    assert_eq!(sent.status, 303, "{}", sent.body);
    let card = sent.header("location").expect("the document's page").to_owned();
    let mail = post.got.recv_timeout(Duration::from_secs(60)).expect("the mail");
    assert_eq!(mail["to"], serde_json::json!(["info@sia-paraugs.example"]));
    assert_eq!(mail["from"], "pasts@paraugs.example");
    assert!(mail["headers"]["subject"].as_str().is_some_and(|s| s.contains("bērnudārza rindu")), "{mail}");
    assert_eq!(mail["attachments"][0][0], "atbilde.txt", "{mail}");
    wait_for("the card says that it was sent", Duration::from_secs(20), || {
        let page = seen(&card.replacen("/records/", "/documents/", 1));
        page.contains("info@sia-paraugs.example") || page.contains("Nosūtīts")
    });

    // Nobody of that name there: it waits in the clerk's list, with the server's own words.
    let refused = send(&server, &cookie, "never@sia-paraugs.example");
    assert_eq!(refused.status, 303, "{}", refused.body);
    wait_for("the refusal is a task of the clerk", Duration::from_secs(60), || {
        seen("/deliveries").contains("Nav piegādāts")
    });
    let list = seen("/deliveries");
    let href = list.split("href=\"").find(|h| h.starts_with("/deliveries/")).expect("the delivery");
    let delivery = seen(href.split('"').next().unwrap_or_default());
    assert!(delivery.contains("550") && delivery.contains("no such user"), "{delivery}");
    assert!(post.got.try_recv().is_err(), "nothing was taken twice");
    server.stop();
}
