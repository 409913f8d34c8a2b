//! Starting on nothing, and stopping.

use std::{io::Write as _, net::TcpStream, os::unix::fs::MetadataExt as _, time::Duration};

use nix::unistd::geteuid;

use crate::program::{Place, START};

const STOP: Duration = Duration::from_secs(2);

fn starts_and_stops(place: &Place) {
    let mut server = place.serve(&["--demo"]);
    assert!(server.took < START, "{:?}", server.took);
    let home = server.get("/");
    assert_eq!((home.status, home.header("location")), (303, Some("/sign-in?next=%2F")), "{home:?}");
    let sign_in = server.get("/sign-in");
    assert_eq!(sign_in.status, 200);
    assert!(sign_in.body.contains("nv-demo") && sign_in.body.contains("darbinieks"), "it says that it is made up");
    assert!(server.sign_in("darbinieks", "demo").is_some());
    assert!(server.sign_in("darbinieks", "Demo").is_none());

    // One that says nothing, and one in the middle of a request.
    let _silent = TcpStream::connect(&server.address).unwrap();
    let mut half = TcpStream::connect(&server.address).unwrap();
    half.write_all(b"POST /sign-in HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\nlogin=").unwrap();
    let (took, said) = server.stop();
    assert!(took < STOP, "{took:?}");
    assert!(said.contains("administrators") && said.contains("\"demo\""), "{said}");
    println!("ready after {:?}, stopped after {took:?}", server.took);
}

#[test]
fn a_demonstration_starts_on_an_absent_folder_and_stops_at_once() {
    let place = Place::new();
    starts_and_stops(&place);
    let keys = place.data().join("keys/master.key");
    let mode = std::fs::metadata(keys).unwrap().mode();
    assert_eq!(mode & 0o777, 0o600);

    // And again on what is there; without being told, it knows what it is.
    let mut server = place.serve(&[]);
    assert!(server.get("/sign-in").body.contains("nv-demo"));
    server.stop();
    let public = place.run(&["serve", "--listen", "0.0.0.0:0"]);
    assert_eq!(public.code, 1);
    assert!(public.err.contains("this machine only"), "{public:?}");
}

#[test]
fn it_starts_for_an_account_without_rights() {
    // Where the tests do not run as root, the test above has shown just this.
    let Some(place) = Place::of_nobody() else { return };
    assert!(geteuid().is_root());
    starts_and_stops(&place);
    let owner = std::fs::metadata(place.data().join("pg/data")).unwrap().uid();
    assert_eq!(owner, std::fs::metadata(place.data()).unwrap().uid(), "PostgreSQL runs as themselves");
}

#[test]
fn a_demonstration_is_refused_to_other_machines() {
    let place = Place::new();
    let said = place.run(&["serve", "--demo", "--listen", "0.0.0.0:0"]);
    assert_eq!(said.code, 1);
    assert!(said.err.contains("this machine only") && said.err.contains("--listen 127.0.0.1"), "{said:?}");
    assert!(!place.data().exists(), "nothing is made");
}

#[test]
fn a_taken_port_is_said_before_anything_is_made() {
    let place = Place::new();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let said = place.run(&["serve", "--listen", &address]);
    assert_eq!(said.code, 1);
    assert!(said.err.contains(&address) && said.err.contains("--listen"), "{said:?}");
    assert!(!place.data().exists());
}
