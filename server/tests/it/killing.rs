//! What a kill leaves behind is taken up again.

use std::time::Duration;

use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};

use crate::program::{Place, postmaster, runs, wait_for};

#[test]
fn a_killed_server_and_a_killed_postgresql_are_taken_up_again() {
    let place = Place::new();
    let mut server = place.serve(&["--demo"]);
    let session = server.sign_in("vaditajs", "demo").expect("a session");
    let signed_in =
        |server: &crate::program::Server| server.ask("GET", "/keyboard", &[("cookie", &session)], "").status == 200;
    assert!(signed_in(&server));
    let pid = server.postgresql.expect("a private PostgreSQL");

    server.signal(Signal::SIGKILL);
    server.child.wait().unwrap();
    assert!(runs(pid), "PostgreSQL goes on without its server");
    let mut server = place.serve(&["--demo"]);
    assert_eq!(server.postgresql, Some(pid), "the same PostgreSQL is adopted");
    assert!(signed_in(&server), "what was confirmed is there");

    kill(Pid::from_raw(pid), Signal::SIGKILL).unwrap();
    wait_for("another PostgreSQL", Duration::from_secs(20), || {
        postmaster(&place.data()).is_some_and(|p| p != pid && runs(p))
    });
    wait_for("the page is back", Duration::from_secs(20), || signed_in(&server));
    wait_for("doctor says so", Duration::from_secs(10), || {
        let doctor = place.run(&["doctor"]);
        doctor.code == 0 && doctor.out.contains("PostgreSQL died and was started again")
    });
    server.postgresql = postmaster(&place.data());
    let (took, _) = server.stop();
    assert!(took < Duration::from_secs(2), "{took:?}");

    // A rotation that was killed after it had made the next key: nothing starts until it is said again.
    let keys = place.data().join("keys");
    let old = std::fs::read(keys.join("master.key")).unwrap();
    std::fs::copy(keys.join("token.key"), keys.join("master.key.next")).unwrap();
    let half = place.run(&["serve", "--listen", "127.0.0.1:0"]);
    assert!(half.code == 1 && half.err.contains("rotate master"), "{half:?}");
    let done = place.run(&["admin", "key", "rotate", "master"]);
    assert_eq!(done.code, 0, "{done:?}");
    assert_ne!(std::fs::read(keys.join("master.key")).unwrap(), old);
    place.serve(&["--demo"]).stop();
}
