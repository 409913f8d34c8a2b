//! The program under test: started, asked, signalled.

use std::{
    fs::{self, File, Permissions},
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
    os::unix::{
        fs::{PermissionsExt as _, chown},
        process::{CommandExt as _, ExitStatusExt as _},
    },
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    sync::OnceLock,
    time::{Duration, Instant},
};

use nix::{
    sys::signal::{Signal, kill},
    unistd::{Pid, User, geteuid},
};
use tempfile::TempDir;

/// How long a start may take: the promise is thirty seconds.
pub const START: Duration = Duration::from_secs(30);

/// A place for one installation, in memory where there is some; gone with the test, its PostgreSQL too.
pub struct Place {
    dir: TempDir,
    user: Option<u32>,
}

impl Place {
    /// For the account that runs the tests.
    pub fn new() -> Self {
        let parent = if Path::new("/dev/shm").is_dir() { "/dev/shm".into() } else { std::env::temp_dir() };
        let dir = TempDir::with_prefix_in("novads-server-", parent).expect("a folder");
        fs::set_permissions(dir.path(), Permissions::from_mode(0o755)).expect("an open folder");
        Self { dir, user: None }
    }

    /// For an account without rights, where the tests run as root.
    pub fn of_nobody() -> Option<Self> {
        let nobody = User::from_name("nobody").ok().flatten().filter(|_| geteuid().is_root())?;
        let mut place = Self::new();
        place.user = Some(nobody.uid.as_raw());
        chown(place.dir.path(), Some(nobody.uid.as_raw()), Some(nobody.gid.as_raw())).expect("their folder");
        Some(place)
    }

    /// The data folder; it is absent until a server makes it.
    pub fn data(&self) -> PathBuf {
        self.dir.path().join("data")
    }

    /// The log of the last server.
    pub fn log(&self) -> String {
        fs::read_to_string(self.dir.path().join("log")).unwrap_or_default()
    }

    /// A command on this place.
    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = bare(self.user);
        command.args(args).env("NOVADS_DATA", self.data());
        command
    }

    /// Runs a command to its end.
    pub fn run(&self, args: &[&str]) -> Said {
        said(self.command(args).output().expect("the program"))
    }

    /// Runs a command that reads a line.
    pub fn run_with(&self, args: &[&str], input: &str) -> Said {
        let mut command = self.command(args);
        let mut child =
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program");
        child.stdin.take().expect("its input").write_all(input.as_bytes()).expect("a line");
        said(child.wait_with_output().expect("its end"))
    }

    /// Starts a server on a free port and waits until it says that it is ready.
    pub fn serve(&self, args: &[&str]) -> Server {
        let mut command = self.command(&["serve", "--listen", "127.0.0.1:0"]);
        command.args(args);
        self.start(command)
    }

    /// Starts what serves.
    pub fn start(&self, mut command: Command) -> Server {
        let log = File::create(self.dir.path().join("log")).expect("a log");
        let begun = Instant::now();
        let mut child = command.stdout(Stdio::piped()).stderr(log).spawn().expect("the program");
        let mut lines = BufReader::new(child.stdout.take().expect("its output")).lines();
        let first = lines.next().and_then(Result::ok);
        let Some(address) = first.as_deref().and_then(|line| line.strip_prefix("Novads is ready at http://")) else {
            panic!("it does not start: {first:?} {}", self.log());
        };
        let address = address.split(' ').next().unwrap_or_default().to_owned();
        // Read on, so that it never waits for us.
        let rest = std::thread::spawn(move || lines.map_while(Result::ok).collect::<Vec<_>>().join("\n"));
        let postgresql = postmaster(&self.data());
        Server { child, address, postgresql, took: begun.elapsed(), rest: Some(rest) }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if let Some(pid) = postmaster(&self.data()).filter(|pid| runs(*pid)) {
            let _ = kill(Pid::from_raw(pid), Signal::SIGQUIT);
            let until = Instant::now() + Duration::from_secs(5);
            while runs(pid) && Instant::now() < until {
                std::thread::sleep(Duration::from_millis(10));
            }
        }
    }
}

/// The program, with nothing of our environment in it.
pub fn bare(user: Option<u32>) -> Command {
    let mut command = Command::new(program());
    command.env_clear().env("PATH", std::env::var_os("PATH").unwrap_or_default()).stdin(Stdio::null()).current_dir("/");
    if let Some(user) = user {
        command.uid(user).gid(user);
    }
    command
}

/// Where anybody may run it: the build's folder may be closed to others.
fn program() -> &'static Path {
    static COPY: OnceLock<PathBuf> = OnceLock::new();
    COPY.get_or_init(|| {
        let built = PathBuf::from(env!("CARGO_BIN_EXE_novads"));
        let open = |path: &Path| fs::metadata(path).is_ok_and(|facts| facts.permissions().mode() & 0o005 == 0o005);
        if built.ancestors().all(open) {
            return built;
        }
        let copy = std::env::temp_dir().join(format!("novads-under-test-{}", std::process::id()));
        fs::copy(&built, &copy).expect("a copy of the program");
        fs::set_permissions(&copy, Permissions::from_mode(0o755)).expect("a program");
        copy
    })
}

/// What a command said.
#[derive(Debug)]
pub struct Said {
    pub code: i32,
    pub out: String,
    pub err: String,
}

pub fn said(output: Output) -> Said {
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    let code = output.status.code().unwrap_or_else(|| -output.status.signal().unwrap_or(0));
    Said { code, out: text(output.stdout), err: text(output.stderr) }
}

/// A running server; killed when the test ends.
pub struct Server {
    pub child: Child,
    pub address: String,
    /// The process id of its private PostgreSQL.
    pub postgresql: Option<i32>,
    pub took: Duration,
    rest: Option<std::thread::JoinHandle<String>>,
}

impl Server {
    /// Sends a signal.
    pub fn signal(&self, signal: Signal) {
        kill(Pid::from_raw(i32::try_from(self.child.id()).expect("a pid")), signal).expect("a signal");
    }

    /// Tells it to stop, and how long that took with PostgreSQL; what it printed after its first line.
    pub fn stop(&mut self) -> (Duration, String) {
        let begun = Instant::now();
        self.signal(Signal::SIGTERM);
        let status = self.child.wait().expect("its end");
        let took = begun.elapsed();
        assert!(status.success(), "{status}");
        if let Some(pid) = self.postgresql {
            assert!(!runs(pid), "PostgreSQL outlives its server");
        }
        (took, self.rest.take().map(|rest| rest.join().expect("what it printed")).unwrap_or_default())
    }

    /// Asks for a page.
    pub fn get(&self, path: &str) -> Answer {
        self.ask("GET", path, &[], "")
    }

    /// Asks anything.
    pub fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        ask(&self.address, method, path, headers, body)
    }

    /// Signs in; the session's cookie.
    pub fn sign_in(&self, login: &str, password: &str) -> Option<String> {
        let form = self.get("/sign-in");
        let cookie = form.cookie("visitor").expect("a visitor's cookie");
        let (_, after) = form.body.split_once("name=\"csrf\" value=\"").expect("a token");
        let token = after.split('"').next().expect("a token's end");
        let body = format!("csrf={token}&login={login}&password={password}");
        let kind = ("content-type", "application/x-www-form-urlencoded");
        self.ask("POST", "/sign-in", &[("cookie", &cookie), kind], &body).cookie("session")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// An answer.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: String,
    pub body: String,
}

impl Answer {
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut pairs = self.headers.lines().filter_map(|line| line.split_once(": "));
        pairs.find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    fn cookie(&self, name: &str) -> Option<String> {
        let set = self.headers.lines().filter_map(|line| line.strip_prefix("set-cookie: "));
        set.filter_map(|line| line.split(';').next())
            .find(|pair| pair.starts_with(&format!("{name}=")))
            .map(str::to_owned)
    }
}

pub fn ask(address: &str, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
    let mut stream = TcpStream::connect(address).expect("a connection");
    stream.set_read_timeout(Some(Duration::from_secs(30))).expect("a limit");
    let mut head = format!("{method} {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n");
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    head.push_str(&format!("content-length: {}\r\n\r\n{body}", body.len()));
    stream.write_all(head.as_bytes()).expect("a request");
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).expect("an answer");
    let text = String::from_utf8_lossy(&bytes);
    let (headers, body) = text.split_once("\r\n\r\n").expect("a head");
    let status = headers.split(' ').nth(1).and_then(|s| s.parse().ok()).expect("a status");
    Answer { status, headers: headers.replace("\r\n", "\n"), body: body.to_owned() }
}

/// The process id in the pid file.
pub fn postmaster(data: &Path) -> Option<i32> {
    let text = fs::read_to_string(data.join("pg/data/postmaster.pid")).ok()?;
    text.lines().next()?.trim().parse().ok()
}

/// Whether a process lives; one that is dead and not reaped has no command line.
pub fn runs(pid: i32) -> bool {
    fs::read(format!("/proc/{pid}/cmdline")).is_ok_and(|line| !line.is_empty())
}

/// Waits until it is so.
pub fn wait_for(what: &str, patience: Duration, mut so: impl FnMut() -> bool) {
    let until = Instant::now() + patience;
    while !so() {
        assert!(Instant::now() < until, "not within {patience:?}: {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}
