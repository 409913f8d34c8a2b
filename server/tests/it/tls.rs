//! A PostgreSQL elsewhere that speaks TLS: whose certificate is checked, and what is said where it cannot be.

use std::{
    fs,
    os::unix::fs::{PermissionsExt as _, chown},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Duration,
};

use nix::unistd::{User, geteuid};
use tempfile::TempDir;

use crate::program::{Place, bare, said, wait_for};

const KEY: &str = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

fn run(command: &mut Command) {
    let out = command.output().expect("the program");
    assert!(out.status.success(), "{command:?}: {}", String::from_utf8_lossy(&out.stderr));
}

/// A server of somebody else's, with passwords and TLS, and a certificate of an authority that nobody knows.
struct Elsewhere {
    dir: TempDir,
    child: Child,
    port: u16,
}

fn programs() -> PathBuf {
    // "15.18 in /usr/lib/postgresql/15/bin"
    let mut found = db::cluster::requirements().into_iter().filter_map(|r| r.found);
    let folder = found.find_map(|f| f.split_once(" in ").map(|(_, folder)| PathBuf::from(folder)));
    folder.expect("PostgreSQL's programs")
}

/// PostgreSQL refuses to run as root.
fn as_nobody(program: PathBuf, user: Option<&User>) -> Command {
    use std::os::unix::process::CommandExt as _;
    let mut command = Command::new(program);
    command.current_dir("/").stdin(Stdio::null());
    if let Some(user) = user {
        command.uid(user.uid.as_raw()).gid(user.gid.as_raw());
    }
    command
}

fn certificates(dir: &Path) {
    let mut authority = rcgen::CertificateParams::new(Vec::<String>::new()).expect("parameters");
    authority.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    authority.distinguished_name.push(rcgen::DnType::CommonName, "An authority of the test");
    let authority_key = rcgen::KeyPair::generate().expect("a key");
    let certificate = authority.self_signed(&authority_key).expect("a certificate");
    let issuer = rcgen::Issuer::new(authority, authority_key);
    let key = rcgen::KeyPair::generate().expect("a key");
    let server = rcgen::CertificateParams::new(vec!["localhost".to_owned()]).expect("parameters");
    let server = server.signed_by(&key, &issuer).expect("a certificate");
    for (name, text) in
        [("ca.pem", certificate.pem()), ("server.crt", server.pem()), ("server.key", key.serialize_pem())]
    {
        fs::write(dir.join(name), text).expect("a file");
    }
    fs::set_permissions(dir.join("server.key"), fs::Permissions::from_mode(0o600)).expect("a private key");
}

impl Elsewhere {
    fn start() -> Self {
        let parent = if Path::new("/dev/shm").is_dir() { "/dev/shm".into() } else { std::env::temp_dir() };
        let dir = TempDir::with_prefix_in("novads-tls-", parent).expect("a folder");
        fs::set_permissions(dir.path(), fs::Permissions::from_mode(0o755)).expect("an open folder");
        certificates(dir.path());
        fs::write(dir.path().join("password"), "slepenais").expect("a password");
        let user = User::from_name("nobody").ok().flatten().filter(|_| geteuid().is_root());
        if let Some(user) = &user {
            for path in [dir.path().to_owned(), dir.path().join("server.key"), dir.path().join("password")] {
                chown(&path, Some(user.uid.as_raw()), Some(user.gid.as_raw())).expect("their file");
            }
        }
        let data = dir.path().join("data");
        let file = |name: &str| dir.path().join(name).display().to_string();
        run(as_nobody(programs().join("initdb"), user.as_ref())
            .args(["--username", "novads", "--auth", "scram-sha-256", "--pwfile", &file("password")])
            .args(["--encoding", "UTF8", "--no-locale", "--no-sync", "-D"])
            .arg(&data));
        let hba = "local all all scram-sha-256\nhostssl all all 127.0.0.1/32 scram-sha-256\n\
                   hostssl all all ::1/128 scram-sha-256\n";
        fs::write(data.join("pg_hba.conf"), hba).expect("who may come");
        let port = std::net::TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("it").port();
        let mut command = as_nobody(programs().join("postgres"), user.as_ref());
        command.arg("-D").arg(&data).args(["-p", &port.to_string(), "-c", "listen_addresses=localhost"]);
        for setting in [
            "ssl=on".to_owned(),
            format!("ssl_cert_file={}", file("server.crt")),
            format!("ssl_key_file={}", file("server.key")),
            format!("unix_socket_directories={}", dir.path().display()),
            "fsync=off".to_owned(),
        ] {
            command.args(["-c", &setting]);
        }
        let child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("PostgreSQL");
        let elsewhere = Self { dir, child, port };
        wait_for("it takes connections", Duration::from_secs(30), || {
            fs::read_to_string(data.join("postmaster.pid")).is_ok_and(|text| text.contains("ready"))
        });
        elsewhere
    }

    fn ca(&self) -> String {
        self.dir.path().join("ca.pem").display().to_string()
    }

    fn url(&self, host: &str, query: &str) -> String {
        format!("postgres://novads:slepenais@{host}:{}/postgres?{query}", self.port)
    }
}

impl Drop for Elsewhere {
    fn drop(&mut self) {
        let pid = nix::unistd::Pid::from_raw(i32::try_from(self.child.id()).unwrap_or(0));
        let _ = nix::sys::signal::kill(pid, nix::sys::signal::Signal::SIGINT);
        let _ = self.child.wait();
    }
}

#[test]
fn a_database_elsewhere_is_reached_by_tls_and_its_certificate_checked() {
    let elsewhere = Elsewhere::start();
    let command = |url: &str, args: &[&str]| {
        let mut command = bare(None);
        command.args(args).env("DATABASE_URL", url).env("NOVADS_MASTER_KEY", KEY).env("NOVADS_TOKEN_KEY", KEY);
        command
    };
    let verified = elsewhere.url("localhost", &format!("sslmode=verify-full&sslrootcert={}", elsewhere.ca()));

    // An unknown authority, another name than the certificate's, and no TLS at all: each is refused, and told.
    for (url, how) in [
        (elsewhere.url("localhost", "sslmode=verify-full"), "sslrootcert"),
        (elsewhere.url("127.0.0.1", &format!("sslmode=verify-full&sslrootcert={}", elsewhere.ca())), "sslrootcert"),
        (elsewhere.url("localhost", "sslmode=disable"), "sslmode"),
    ] {
        let tried = said(command(&url, &["migrate"]).output().expect("the program"));
        assert_eq!(tried.code, 1, "{url}: {tried:?}");
        let doctor = said(command(&url, &["doctor", "--listen", "127.0.0.1:0"]).output().expect("the program"));
        assert!(doctor.code != 0 && doctor.out.contains(how), "{url}: {doctor:?}");
        assert!(
            !doctor.out.contains("slepenais") && !tried.err.contains("slepenais"),
            "the password is told: {doctor:?}"
        );
    }

    let place = Place::new();
    let mut serve = command(&verified, &["serve", "--demo", "--listen", "127.0.0.1:0"]);
    serve.env("NOVADS_DATA", place.data());
    let mut server = place.start(serve);
    assert_eq!(server.get("/sign-in").status, 200);
    assert!(server.sign_in("darbinieks", "demo").is_some());
    let mut doctor = command(&verified, &["doctor", "--listen", "127.0.0.1:0"]);
    let doctor = said(doctor.env("NOVADS_DATA", place.data()).output().expect("the program"));
    assert!(doctor.code == 0 && doctor.out.contains("TLSv1."), "{doctor:?}");
    assert!(doctor.out.contains("certificate checked"), "{doctor:?}");
    let unchecked = command(&elsewhere.url("localhost", "sslmode=require"), &["doctor", "--listen", "127.0.0.1:0"]);
    let mut unchecked = unchecked;
    let unchecked = said(unchecked.env("NOVADS_DATA", place.data()).output().expect("the program"));
    assert!(unchecked.out.contains("verify-full"), "an unchecked certificate is warned of: {unchecked:?}");
    server.stop();
}
