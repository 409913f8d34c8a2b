//! People at work on a server: each signs in, then opens pages with pauses, over real connections.

use std::{
    collections::BTreeMap,
    io::{Read as _, Write as _},
    net::{SocketAddr, TcpStream},
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, anyhow, bail};
use serde::Serialize;

use crate::report::{median, millis, quantile};

/// The password of everybody who is made for this.
pub const PASSWORD: &str = "mērījums-viens-divi";

/// Somebody at work.
#[derive(Clone, Debug)]
pub struct Visitor {
    /// What they type to sign in.
    pub login: String,
    /// What they look for: words, and a number of a document.
    pub words: Vec<String>,
}

/// What was seen of a page.
#[derive(Clone, Debug, Serialize)]
pub struct Page {
    /// Which.
    pub name: &'static str,
    /// How often.
    pub requests: usize,
    /// Milliseconds.
    pub median: f64,
    /// Milliseconds.
    pub p95: f64,
}

struct Answer {
    status: u16,
    head: String,
    body: String,
}

fn ask(address: SocketAddr, method: &str, path: &str, cookie: &str, body: &str) -> Result<Answer> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(Duration::from_secs(60)))?;
    stream.set_nodelay(true)?;
    let kind = if body.is_empty() { "" } else { "content-type: application/x-www-form-urlencoded\r\n" };
    let cookie = if cookie.is_empty() { String::new() } else { format!("cookie: {cookie}\r\n") };
    let head = format!(
        "{method} {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n{cookie}{kind}content-length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(head.as_bytes())?;
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes)?;
    let text = String::from_utf8_lossy(&bytes);
    let (head, body) = text.split_once("\r\n\r\n").ok_or_else(|| anyhow!("an answer without a head"))?;
    let status = head.split(' ').nth(1).and_then(|s| s.parse().ok()).unwrap_or(0);
    Ok(Answer { status, head: head.to_owned(), body: body.to_owned() })
}

fn cookie(answer: &Answer, name: &str) -> Option<String> {
    let set = answer.head.lines().filter_map(|l| l.split_once(": "));
    let set = set.filter(|(n, _)| n.eq_ignore_ascii_case("set-cookie")).filter_map(|(_, v)| v.split(';').next());
    set.filter(|pair| pair.split('=').next().is_some_and(|n| n.trim_start_matches("__Host-") == name))
        .map(str::to_owned)
        .next()
}

fn encoded(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

fn sign_in(address: SocketAddr, login: &str) -> Result<String> {
    let form = ask(address, "GET", "/sign-in", "", "")?;
    let visitor = cookie(&form, "visitor").context("a visitor's cookie")?;
    let token = form.body.split_once("name=\"csrf\" value=\"").and_then(|(_, rest)| rest.split('"').next());
    let token = token.context("a form's token")?;
    let body = format!("csrf={}&login={}&password={}", encoded(token), encoded(login), encoded(PASSWORD));
    let signed = ask(address, "POST", "/sign-in", &visitor, &body)?;
    cookie(&signed, "session").with_context(|| format!("{login} cannot sign in: {}", signed.status))
}

/// The pages that they open, and how often in twenty: name, address of the n-th.
fn page(v: &Visitor, year: i32, n: usize) -> (&'static str, String) {
    let word = |n: usize| v.words.get(n % v.words.len().max(1)).map_or("1", String::as_str);
    match n % 20 {
        0..=6 => ("task list", "/tasks".to_owned()),
        7..=11 => {
            ("register", if n.is_multiple_of(2) { "/registers/incoming" } else { "/registers/outgoing" }.to_owned())
        }
        12..=17 => ("search", format!("/search?q={}", encoded(word(n)))),
        _ => ("report", format!("/reports/dms-documents?year={year}")),
    }
}

/// All of them at work for that long, each with a pause of about a second between pages.
pub fn work(address: SocketAddr, all: &[Visitor], year: i32, long: Duration) -> Result<Vec<Page>> {
    let mut sessions = Vec::new();
    for v in all {
        sessions.push((v.clone(), sign_in(address, &v.login)?));
    }
    let seen: Arc<Mutex<BTreeMap<&'static str, Vec<f64>>>> = Arc::default();
    let until = Instant::now() + long;
    let mut running = Vec::new();
    for (k, (visitor, session)) in sessions.into_iter().enumerate() {
        let seen = Arc::clone(&seen);
        running.push(std::thread::spawn(move || {
            // They do not begin in step.
            std::thread::sleep(Duration::from_millis(37 * k as u64 % 1500));
            let mut n = k * 7;
            while Instant::now() < until {
                let (name, path) = page(&visitor, year, n);
                let begun = Instant::now();
                let answer = ask(address, "GET", &path, &session, "")?;
                let took = millis(begun.elapsed());
                if answer.status != 200 {
                    bail!("{path} answers {} to {}", answer.status, visitor.login);
                }
                if let Ok(mut seen) = seen.lock() {
                    seen.entry(name).or_default().push(took);
                }
                n += 1;
                std::thread::sleep(Duration::from_millis(700 + (n as u64 * 131 + k as u64 * 53) % 600));
            }
            Ok(())
        }));
    }
    for thread in running {
        thread.join().map_err(|_| anyhow!("a visitor broke off"))??;
    }
    let seen = seen.lock().map_err(|_| anyhow!("a visitor broke off"))?;
    let page = |(name, took): (&&'static str, &Vec<f64>)| Page {
        name,
        requests: took.len(),
        median: median(took),
        p95: quantile(took, 0.95),
    };
    Ok(seen.iter().map(page).collect())
}
