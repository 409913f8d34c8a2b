//! Employees who ask for leave and leaders who decide, all at once, while what they work with is killed under them.

use std::{
    net::{SocketAddr, TcpListener},
    path::Path,
    process::{Child, Command, Stdio},
    sync::{
        Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};

use crate::http;

/// What is killed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    Server,
    PostgreSql,
    /// Both at once, as when the power goes.
    Both,
}

/// When what is killed.
#[derive(Clone, Copy, Debug)]
pub struct Blow {
    pub target: Target,
    /// After so many confirmations …
    pub after: usize,
    /// … and so long.
    pub then: Duration,
    /// So many more are waited for when it works again.
    pub more: usize,
}

impl Blow {
    /// One in the middle of load.
    pub const fn of(target: Target) -> Self {
        Self { target, after: ENOUGH, then: Duration::ZERO, more: ENOUGH }
    }
}

/// What was confirmed: an answer came back, whole.
#[derive(Default)]
pub struct Seen {
    /// Where the applications are: one for each form that was sent.
    pub applications: Vec<String>,
    /// Steps that were taken.
    pub tasks: Vec<String>,
    /// Requests that failed because something was dead.
    pub broken: usize,
    /// What was confirmed before the last blow.
    pub before: usize,
    /// From the last blow to the first page that needs the database.
    pub away: Duration,
}

/// So much must be confirmed before the blow, and so much again after it: counted, not timed, so that a slow machine
/// has as much to say.
const ENOUGH: usize = 40;
/// Nobody types faster; and there are employees left when the blow falls.
const PAUSE: Duration = Duration::from_millis(80);
const FILING: usize = 4;
const DECIDING: usize = 2;

impl Seen {
    /// Everything that was confirmed.
    pub fn confirmed(&self) -> usize {
        self.applications.len() + self.tasks.len()
    }
}

/// Until so much is confirmed; where nothing moves any more, the checks say so.
fn wait_for_load(seen: &Mutex<Seen>, confirmed: usize) {
    let until = Instant::now() + Duration::from_secs(90);
    while seen.lock().unwrap().confirmed() < confirmed && Instant::now() < until {
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// The server, killed where a test fails before its end.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn serve(data: &Path, address: SocketAddr) -> Server {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["serve", "--listen", &address.to_string(), "--data"]).arg(data);
    command.env_remove("DATABASE_URL").env("NOVADS_LOG", "error").stdout(Stdio::null()).stderr(Stdio::null());
    Server(command.spawn().unwrap())
}

fn wait_until_it_answers(address: SocketAddr) {
    let until = Instant::now() + Duration::from_secs(60);
    while !http::get(address, "", "/sign-in").is_ok_and(|p| p.status == 200) {
        assert!(Instant::now() < until, "the server does not answer");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// The server process of PostgreSQL.
fn postmaster(data: &Path) -> Pid {
    let text = std::fs::read_to_string(data.join("pg/data/postmaster.pid")).unwrap();
    Pid::from_raw(text.lines().next().unwrap().trim().parse().unwrap())
}

/// Loads, kills, goes on loading, stops.
pub fn run(data: &Path, employees: &[String], leaders: &[String], blow: &Blow, all: &mut Seen) {
    let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let mut server = serve(data, address);
    wait_until_it_answers(address);
    let begun = all.confirmed();
    let (seen, enough) = (Mutex::new(std::mem::take(all)), AtomicBool::new(false));
    std::thread::scope(|s| {
        for n in 0..FILING {
            let mine = employees.iter().skip(n).step_by(FILING);
            s.spawn(|| {
                mine.take_while(|_| !enough.load(Ordering::Relaxed)).for_each(|c| file(address, c, &seen, &enough))
            });
        }
        for n in 0..DECIDING {
            let mine: Vec<&String> = leaders.iter().skip(n).step_by(DECIDING).collect();
            let (seen, enough) = (&seen, &enough);
            s.spawn(move || {
                for cookie in mine.iter().cycle().take_while(|_| !enough.load(Ordering::Relaxed)) {
                    decide(address, cookie, seen);
                }
            });
        }
        wait_for_load(&seen, begun + blow.after);
        std::thread::sleep(blow.then);
        {
            let mut seen = seen.lock().unwrap();
            seen.before = seen.confirmed();
        }
        let fell = Instant::now();
        if blow.target != Target::PostgreSql {
            kill(Pid::from_raw(i32::try_from(server.0.id()).unwrap()), Signal::SIGKILL).unwrap();
        }
        if blow.target != Target::Server {
            kill(postmaster(data), Signal::SIGKILL).unwrap();
        }
        // Nobody helps where only PostgreSQL fell: the server must notice by itself and start it again.
        if blow.target != Target::PostgreSql {
            server.0.wait().unwrap();
            server = serve(data, address);
        }
        // What is dead may still answer for a moment.
        std::thread::sleep(Duration::from_millis(500));
        wait_until_it_works(address, &employees[0]);
        let now = {
            let mut seen = seen.lock().unwrap();
            seen.away = fell.elapsed();
            seen.confirmed()
        };
        wait_for_load(&seen, now + blow.more);
        enough.store(true, Ordering::Relaxed);
    });
    // Its PostgreSQL ends with it, as on any day.
    kill(Pid::from_raw(i32::try_from(server.0.id()).unwrap()), Signal::SIGTERM).unwrap();
    server.0.wait().unwrap();
    *all = seen.into_inner().unwrap();
}

/// A page that needs the database.
fn wait_until_it_works(address: SocketAddr, cookie: &str) {
    let until = Instant::now() + Duration::from_secs(60);
    while !http::get(address, cookie, "/me/leave").is_ok_and(|p| p.status == 200) {
        assert!(Instant::now() < until, "the server does not work again");
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// One employee asks for one leave, and sends the same form again until somebody confirms it.
fn file(address: SocketAddr, cookie: &str, seen: &Mutex<Seen>, enough: &AtomicBool) {
    let first = types::Clock::System.today() + chrono::Days::new(120);
    let last = first + chrono::Days::new(6);
    let (first, last) = (first.format("%d.%m.%Y.").to_string(), last.format("%d.%m.%Y.").to_string());
    let mut form = None;
    // Bounded: whoever stops without an answer confirms nothing.
    for _ in 0..2000 {
        std::thread::sleep(PAUSE);
        if form.is_none() {
            let page = http::get(address, cookie, "/new/leave/annual").ok().filter(|p| p.status == 200);
            form = page.and_then(|p| Some((p.input("csrf")?, p.input("submit_id")?)));
        }
        let sent = form.as_ref().map(|(csrf, submit)| {
            let fields = [("first", first.as_str()), ("last", last.as_str()), ("csrf", csrf), ("submit_id", submit)];
            http::post(address, cookie, "/new/leave/annual/send", &fields)
        });
        match sent {
            Some(Ok(page)) if page.status == 303 => {
                seen.lock().unwrap().applications.push(page.location.trim_start_matches("/applications/").to_owned());
                return;
            }
            Some(Ok(page)) if page.status == 422 => panic!("refused: {}", page.text),
            _ => seen.lock().unwrap().broken += 1,
        }
        if enough.load(Ordering::Relaxed) {
            return;
        }
    }
}

/// One leader takes the steps that wait on the first page of the list.
fn decide(address: SocketAddr, cookie: &str, seen: &Mutex<Seen>) {
    let Ok(list) = http::get(address, cookie, "/tasks") else {
        seen.lock().unwrap().broken += 1;
        return std::thread::sleep(Duration::from_millis(50));
    };
    let Some(csrf) = list.input("csrf") else { return };
    let mut ids: Vec<&str> = list.text.split("/tasks/").skip(1).filter_map(|t| t.get(..36)).collect();
    ids.retain(|id| id.chars().filter(|c| *c == '-').count() == 4);
    ids.sort_unstable();
    ids.dedup();
    for id in ids.into_iter().take(5) {
        // Agreed; where a signature is asked for, on paper.
        for outcome in ["done", "paper"] {
            let fields = [("task", id), ("outcome", outcome), ("csrf", csrf.as_str())];
            match http::post(address, cookie, "/tasks/decide", &fields) {
                Ok(page) if page.status == 303 => {
                    seen.lock().unwrap().tasks.push(id.to_owned());
                    break;
                }
                Ok(_) => {}
                Err(_) => seen.lock().unwrap().broken += 1,
            }
        }
    }
}
