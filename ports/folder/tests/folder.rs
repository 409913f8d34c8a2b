//! On a real folder.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use std::{fs, os::unix::fs::symlink, time::Duration};

use delivery::ports::{Fate, Inbox};
use novads_port_folder::WatchedFolder;

#[tokio::test]
async fn settled_files_come_and_go_to_where_they_belong() {
    let dir = tempfile::tempdir().unwrap();
    let at = |name: &str| dir.path().join(name);
    fs::write(at("b.xml"), "<b/>").unwrap();
    fs::write(at(".paslēpts"), "x").unwrap();
    fs::write(at("puse.xml.part"), "x").unwrap();
    fs::create_dir(at("mape")).unwrap();
    symlink("/etc/passwd", at("saite.xml")).unwrap();
    let watched = WatchedFolder::new(dir.path());
    assert!(watched.fetch(10).await.unwrap().is_empty(), "it was written just now");
    let watched = watched.quiet(Duration::ZERO);
    fs::write(at("c.xml"), "<c/>").unwrap();
    let found = watched.fetch(10).await.unwrap();
    let names: Vec<&str> = found.iter().map(|d| d.key.as_str()).collect();
    assert_eq!(names, ["b.xml", "c.xml"]);
    assert_eq!(found[0].files[0].bytes, b"<b/>");
    assert_eq!(watched.fetch(1).await.unwrap().len(), 1);
    assert_eq!(watched.fetch(10).await.unwrap(), found, "looking changes nothing");
    watched.settle("b.xml", Fate::Done).await.unwrap();
    watched.settle("c.xml", Fate::Failed("Nav rēķins".into())).await.unwrap();
    watched.settle("c.xml", Fate::Done).await.unwrap();
    assert!(watched.fetch(10).await.unwrap().is_empty());
    assert_eq!(fs::read_to_string(at("done/b.xml")).unwrap(), "<b/>");
    assert_eq!(fs::read_to_string(at("failed/c.xml")).unwrap(), "<c/>");
    assert_eq!(fs::read_to_string(at("failed/c.xml.txt")).unwrap(), "Nav rēķins\n");
    fs::write(at("b.xml"), "<b2/>").unwrap();
    watched.settle("b.xml", Fate::Done).await.unwrap();
    assert_eq!(fs::read_to_string(at("done/b (2).xml")).unwrap(), "<b2/>");
    for out in ["../x", "/etc/passwd", ".paslēpts"] {
        assert!(watched.settle(out, Fate::Done).await.is_err(), "{out}");
    }
    assert!(WatchedFolder::new(at("nav")).fetch(1).await.is_err());
}
