//! Against real servers. What only another process can show is done by this very test program, started anew
//! with [`another_process`] as its one test.

use std::{
    fs::{self, Permissions},
    io::{BufRead as _, BufReader},
    os::unix::{
        fs::{PermissionsExt as _, chown},
        process::CommandExt as _,
    },
    process::{Child, Command, Stdio},
};

use nix::{
    sys::signal::{Signal, kill, killpg},
    unistd::{Pid, geteuid},
};
use tempfile::TempDir;

use super::{place::Account, postmaster::PidFile, *};

const FOLDER: &str = "NOVADS_TEST_CLUSTER";

/// A data folder that the server's account can reach; in memory, where a busy disk does not spoil the clock.
fn folder() -> TempDir {
    let parent = if place::shm_has_room() { "/dev/shm".into() } else { std::env::temp_dir() };
    let dir = TempDir::with_prefix_in("novads-cluster-", parent).unwrap();
    fs::set_permissions(dir.path(), Permissions::from_mode(0o755)).unwrap();
    dir
}

async fn opened(dir: &TempDir) -> Cluster {
    Cluster::open(dir.path(), &Options::default()).await.unwrap()
}

async fn connected(cluster: &Cluster) -> PgConnection {
    PgConnection::connect(&cluster.owner_url()).await.unwrap()
}

async fn ask(cluster: &Cluster, question: &'static str) -> String {
    let mut conn = connected(cluster).await;
    sqlx::query_scalar(question).fetch_one(&mut conn).await.unwrap()
}

async fn run(cluster: &Cluster, statement: &'static str) {
    connected(cluster).await.execute(statement).await.unwrap();
}

fn runs(pid: i32) -> bool {
    fs::read(format!("/proc/{pid}/cmdline")).is_ok_and(|line| !line.is_empty())
}

struct Other {
    child: Child,
    said: String,
}

/// Opens the cluster of a folder in another process and waits for what it says.
fn elsewhere(mut command: Command, dir: &TempDir) -> Other {
    command.args(["--exact", "cluster::tests::another_process", "--ignored", "--nocapture"]);
    command.env(FOLDER, dir.path()).stdout(Stdio::piped()).stderr(Stdio::null()).stdin(Stdio::null());
    let mut child = command.process_group(0).spawn().unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let said =
        lines.map_while(Result::ok).find_map(|line| line.split_once("cluster: ").map(|(_, said)| said.to_owned()));
    Other { child, said: said.expect("the other process ended without a word") }
}

fn this_program() -> Command {
    Command::new(std::env::current_exe().unwrap())
}

#[tokio::test]
#[ignore = "the other process of the other tests; alone it does nothing"]
async fn another_process() {
    let Some(dir) = std::env::var_os(FOLDER) else { return };
    match Cluster::open(Path::new(&dir), &Options::default()).await {
        Ok(cluster) => {
            println!("\ncluster: pid={} owner={} home={}", cluster.pid(), cluster.is_owner(), cluster.home().display());
            tokio::time::sleep(Duration::from_secs(60)).await;
        }
        Err(error) => println!("\ncluster: {error}"),
    }
}

#[tokio::test]
async fn keeps_its_data_from_run_to_run() {
    let dir = folder();
    let begin = Instant::now();
    let cluster = opened(&dir).await;
    let cold = begin.elapsed();
    assert!(cluster.is_owner() && !cluster.was_adopted());
    assert_eq!(cluster.home(), dir.path().canonicalize().unwrap().join("pg"));
    run(&cluster, "create table kept (name text); insert into kept values ('ābele')").await;
    let (pid, sockets) = (cluster.pid(), cluster.sockets().to_owned());

    let begin = Instant::now();
    cluster.stop().await.unwrap();
    let stop = begin.elapsed();
    assert!(stop < Duration::from_secs(2), "{stop:?}");
    assert!(!runs(pid) && !sockets.exists());

    let begin = Instant::now();
    let cluster = opened(&dir).await;
    println!("cold {cold:?}, stop {stop:?}, warm {:?}", begin.elapsed());
    assert_eq!(ask(&cluster, "select upper(name) from kept").await, "ĀBELE");
    cluster.destroy().await.unwrap();
    assert!(!dir.path().join("pg").exists());
}

#[tokio::test]
async fn is_set_up_for_lasting_and_for_silence() {
    let dir = folder();
    let cluster = opened(&dir).await;
    for (question, answer) in [
        ("show listen_addresses", ""),
        ("show data_checksums", "on"),
        ("show fsync", "on"),
        ("show full_page_writes", "on"),
        ("show synchronous_commit", "on"),
        ("show timezone", "UTC"),
        ("show jit", "off"),
        ("show max_connections", "60"),
        ("show server_encoding", "UTF8"),
        ("select current_user::text", "novads"),
        ("select current_database()::text", "novads"),
    ] {
        assert_eq!(ask(&cluster, question).await, answer, "{question}");
    }
    // A refused row and its statement stay out of the log.
    run(&cluster, "create table person (code text primary key); insert into person values ('161175-19997')").await;
    let again = connected(&cluster).await.execute("insert into person values ('161175-19997')").await;
    assert!(again.is_err());
    let log = fs::read_dir(cluster.home().join("data/log")).unwrap().next().unwrap().unwrap().path();
    let mut said = String::new();
    for _ in 0..500 {
        // The collector writes when it comes to it.
        said = fs::read_to_string(&log).unwrap();
        if said.contains("person_pkey") {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert!(said.contains("person_pkey") && !said.contains("161175"), "{said}");
    cluster.destroy().await.unwrap();
}

#[tokio::test]
async fn others_attach_and_do_not_stop_it() {
    let dir = folder();
    assert!(Cluster::attach(dir.path()).await.unwrap().is_none());
    assert!(Cluster::attach(&dir.path().join("nothing")).await.unwrap().is_none());
    // Both at once, on an empty folder: one makes it, the other waits for it.
    let options = Options::default();
    let (one, two) = tokio::join!(Cluster::open(dir.path(), &options), Cluster::open(dir.path(), &options));
    let (one, two) = (one.unwrap(), two.unwrap());
    assert!(one.is_owner() != two.is_owner());
    let (owner, guest) = if one.is_owner() { (one, two) } else { (two, one) };
    assert_eq!(owner.pid(), guest.pid());
    guest.stop().await.unwrap();
    let guest = Cluster::attach(dir.path()).await.unwrap().unwrap();
    assert!(!guest.is_owner());
    assert_eq!(ask(&guest, "select current_user::text").await, "novads");
    let other = elsewhere(this_program(), &dir);
    assert_eq!(other.said, format!("pid={} owner=false home={}", owner.pid(), owner.home().display()));
    kill_and_reap(other, Signal::SIGKILL);
    owner.stop().await.unwrap();
    assert!(Cluster::attach(dir.path()).await.unwrap().is_none());
    opened(&dir).await.destroy().await.unwrap();
}

fn kill_and_reap(mut other: Other, signal: Signal) {
    // To the whole group, as ^C in a terminal does.
    killpg(Pid::from_raw(i32::try_from(other.child.id()).unwrap()), signal).unwrap();
    assert!(!other.child.wait().unwrap().success());
}

#[tokio::test]
async fn a_killed_owner_leaves_it_to_the_next() {
    for signal in [Signal::SIGKILL, Signal::SIGINT] {
        let dir = folder();
        let other = elsewhere(this_program(), &dir);
        assert!(other.said.contains("owner=true"), "{}", other.said);
        let pid = other.said.split(['=', ' ']).nth(1).unwrap().parse::<i32>().unwrap();
        kill_and_reap(other, signal);
        assert!(runs(pid), "the server died with its owner on {signal}");
        let guest = Cluster::attach(dir.path()).await.unwrap().unwrap();
        assert_eq!(ask(&guest, "select 'here'").await, "here");

        let cluster = opened(&dir).await;
        assert!(cluster.is_owner() && cluster.was_adopted());
        assert_eq!(cluster.pid(), pid);
        let begin = Instant::now();
        cluster.stop().await.unwrap();
        assert!(begin.elapsed() < Duration::from_secs(2), "{:?}", begin.elapsed());
        assert!(!runs(pid));
    }
}

#[tokio::test]
async fn recovers_from_a_killed_server() {
    let dir = folder();
    let cluster = opened(&dir).await;
    run(&cluster, "create table kept as select 'yes' as answer").await;
    let pid = cluster.pid();
    kill(Pid::from_raw(pid), Signal::SIGKILL).unwrap();
    drop(cluster);
    let cluster = opened(&dir).await;
    assert!(!cluster.was_adopted() && cluster.pid() != pid);
    assert_eq!(ask(&cluster, "select answer from kept").await, "yes");
    cluster.destroy().await.unwrap();
}

#[tokio::test]
async fn sees_through_a_pid_file_whose_number_is_now_somebody_elses() {
    let dir = folder();
    let cluster = opened(&dir).await;
    let (file, home) = (cluster.home().join("data/postmaster.pid"), cluster.home().to_owned());
    let before = fs::read_to_string(&file).unwrap();
    let pid = cluster.pid();
    cluster.stop().await.unwrap();
    let mut sleep = Command::new("sleep");
    sleep.arg("60");
    let account = Account::of_new().unwrap();
    if account.is_other() {
        sleep.uid(account.uid).gid(account.gid);
    }
    let mut stranger = sleep.spawn().unwrap();
    fs::write(&file, before.replacen(&pid.to_string(), &stranger.id().to_string(), 1)).unwrap();
    if account.is_other() {
        chown(&file, Some(account.uid), Some(account.gid)).unwrap();
    }
    assert!(Cluster::attach(dir.path()).await.unwrap().is_none());
    let cluster = opened(&dir).await;
    assert!(!cluster.was_adopted() && cluster.home() == home);
    cluster.destroy().await.unwrap();
    assert!(stranger.try_wait().unwrap().is_none(), "the stranger was killed");
    stranger.kill().unwrap();
    stranger.wait().unwrap();
}

#[tokio::test]
async fn stops_in_time_under_open_work() {
    let dir = folder();
    let cluster = opened(&dir).await;
    let mut idle = connected(&cluster).await;
    idle.execute("begin; create table half (id int)").await.unwrap();
    let mut busy = connected(&cluster).await;
    let sleeper = tokio::spawn(async move { busy.execute("select pg_sleep(60)").await.is_err() });
    tokio::time::sleep(Duration::from_millis(100)).await;
    let begin = Instant::now();
    cluster.stop().await.unwrap();
    assert!(begin.elapsed() < Duration::from_secs(2), "{:?}", begin.elapsed());
    assert!(sleeper.await.unwrap());
    let cluster = opened(&dir).await;
    assert_eq!(ask(&cluster, "select coalesce(to_regclass('half')::text, 'none')").await, "none");
    cluster.destroy().await.unwrap();
}

#[tokio::test]
async fn runs_without_any_right() {
    if !geteuid().is_root() {
        return; // Then every other test shows it.
    }
    let dir = folder();
    let data = dir.path().join("data");
    fs::create_dir(&data).unwrap();
    chown(&data, Some(65_534), Some(65_534)).unwrap();
    // Memory may be mounted so that nothing in it can be run.
    let programs = TempDir::new().unwrap();
    fs::set_permissions(programs.path(), Permissions::from_mode(0o755)).unwrap();
    let program = programs.path().join("program");
    fs::copy(std::env::current_exe().unwrap(), &program).unwrap();
    let mut command = Command::new(program);
    command.uid(65_534).gid(65_534).current_dir(&data).env_remove("XDG_RUNTIME_DIR").env(FOLDER, &data);
    command.args(["--exact", "cluster::tests::another_process", "--ignored", "--nocapture"]);
    let mut child = command.process_group(0).stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
    let said = lines.find(|line| line.contains("cluster: ")).unwrap();
    assert!(said.contains("owner=true") && said.ends_with("/data/pg"), "{said}");
    kill_and_reap(Other { child, said }, Signal::SIGKILL);
    // Root adopts it as the account it runs as.
    let cluster = Cluster::open(&data, &Options::default()).await.unwrap();
    assert!(cluster.was_adopted());
    assert!(cluster.sockets().starts_with(std::env::temp_dir()));
    cluster.destroy().await.unwrap();
}

#[tokio::test]
async fn a_closed_home_of_root_moves_the_data() {
    if !geteuid().is_root() {
        return; // Only root has a home that the server's account cannot enter.
    }
    let dir = folder();
    fs::set_permissions(dir.path(), Permissions::from_mode(0o700)).unwrap();
    let cluster = opened(&dir).await;
    let home = cluster.home().to_owned();
    assert!(home.starts_with("/var/lib/novads"));
    assert!(cluster.sockets().starts_with("/run/novads"));
    cluster.stop().await.unwrap();
    // Opened later, it stays where it is.
    fs::set_permissions(dir.path(), Permissions::from_mode(0o755)).unwrap();
    let cluster = opened(&dir).await;
    assert_eq!(cluster.home(), home);
    cluster.destroy().await.unwrap();
    assert!(!home.exists() && dir.path().join("pg").symlink_metadata().is_err());
}

#[tokio::test]
async fn throwaway_data_is_not_taken_for_lasting() {
    let dir = folder();
    let cluster = Cluster::open(dir.path(), &Options::throwaway()).await.unwrap();
    assert_eq!(ask(&cluster, "show fsync").await, "off");
    let home = cluster.home().to_owned();
    cluster.stop().await.unwrap();
    if place::shm_has_room() {
        let refused = Cluster::open(dir.path(), &Options::default()).await.unwrap_err();
        assert!(matches!(refused, ClusterError::Volatile { .. }), "{refused}");
        // After a restart of the machine the memory is gone: a fresh one takes its place.
        fs::remove_dir_all(&home).unwrap();
    }
    let cluster = Cluster::open(dir.path(), &Options::throwaway()).await.unwrap();
    assert_eq!(cluster.home(), home);
    cluster.destroy().await.unwrap();
    assert!(!home.exists());
}

#[tokio::test]
async fn a_folder_open_to_others_is_refused() {
    let dir = folder();
    fs::create_dir(dir.path().join("pg")).unwrap();
    fs::set_permissions(dir.path().join("pg"), Permissions::from_mode(0o755)).unwrap();
    let refused = Cluster::open(dir.path(), &Options::default()).await.unwrap_err();
    assert!(matches!(refused, ClusterError::Foreign { .. }), "{refused}");
}

#[test]
fn missing_programs_are_named_with_the_command_that_brings_them() {
    let dir = folder();
    let mut command = this_program();
    command.env("NOVADS_PG_BIN", "/nowhere");
    let mut other = elsewhere(command, &dir);
    other.child.wait().unwrap();
    assert!(
        other.said.starts_with("PostgreSQL 15 or newer is not installed: no `initdb` in /nowhere."),
        "{}",
        other.said
    );
    assert!(other.said.ends_with("apt-get install postgresql"), "{}", other.said);
}

#[test]
fn the_doctor_sees_what_is_there() {
    let all = requirements();
    assert!(all.iter().all(|one| one.found.is_some()), "{all:?}");
}

#[test]
fn versions_and_pid_files_are_read() {
    for (said, version) in [
        ("postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)\n", Some(15)),
        ("postgres (PostgreSQL) 18beta1", Some(18)),
        ("postgres", None),
        ("", None),
    ] {
        assert_eq!(programs::parse_version(said), version, "{said}");
    }
    let file = "4711\n/d/data\n1700000000\n5432\n/run/novads/x\n\n  123  4\nready   \n";
    assert_eq!(PidFile::parse(file), Some(PidFile { pid: 4711, sockets: "/run/novads/x".into(), state: State::Ready }));
    assert_eq!(PidFile::parse("4711\n/d\n").map(|file| file.state), Some(State::Starting));
    assert_eq!(["", "-1\n", "0\n", "1\n", "x\n"].map(PidFile::parse), [const { None }; 5]);
}

#[test]
fn odd_folders_are_quoted() {
    assert_eq!(percent_encode(Path::new("/run/ā b?")), "%2Frun%2F%C4%81%20b%3F");
    let text = settings::render(Path::new("/tmp/o'k"), Durability::Durable, 24 << 30);
    assert!(text.contains("unix_socket_directories = '/tmp/o''k'\n") && text.contains("shared_buffers = 1024MB\n"));
}
