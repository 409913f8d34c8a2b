//! A backup is taken while others work, and what comes back of it is the same, row by row and file by file.

use std::{fs, path::PathBuf, time::Duration};

use super::program::{Place, Said, wait_for};

const INVOICES: &str = "municipality,invoices_received,e_invoices,invoices_approved_electronically
Viens novads,30,12,20
Divi novads,20,4,20
";
const APPLICATIONS: &str =
    "municipality,institutions,average_employees,employees_applying,applications,applications_approved_electronically
Viens novads,2,40,10,14,12
Divi novads,2,40,8,9,9
";
const DOCUMENTS: &str = "municipality,institutions,documents_registered,from_nino,from_sopa
Viens novads,2,140,40,10
Divi novads,2,90,20,
";

struct Lived {
    place: Place,
    profile: PathBuf,
}

impl Lived {
    fn new() -> Self {
        let place = Place::new();
        let profile = place.data().with_file_name("profile");
        fs::create_dir_all(&profile).unwrap();
        for (name, table) in
            [("invoices", INVOICES), ("employee_applications", APPLICATIONS), ("dms_documents", DOCUMENTS)]
        {
            fs::write(profile.join(format!("{name}.csv")), table).unwrap();
        }
        Self { place, profile }
    }

    fn year(&self) -> [&str; 5] {
        ["year", "--profile", self.profile.to_str().unwrap(), "--year", "2023"]
    }

    fn after_sixty_days() -> Self {
        let me = Self::new();
        let said = me.place.run(&[&me.year()[..], &["--days", "60"]].concat());
        assert_eq!(said.code, 0, "{said:?}");
        me
    }

    /// A folder beside the data.
    fn beside(&self, name: &str) -> String {
        self.place.data().with_file_name(name).to_str().unwrap().to_owned()
    }
}

fn well(said: &Said) -> &str {
    assert_eq!(said.code, 0, "{said:?}");
    &said.out
}

#[test]
fn all_of_it_comes_back_equal() {
    let from = Lived::after_sixty_days();
    let folder = from.beside("backup");
    let made = from.place.run(&["backup", &folder, "--with-keys"]);
    assert!(well(&made).contains("2 municipalities"), "{made:?}");
    assert!(!made.out.contains(" 0 files"), "{made:?}");
    well(&from.place.run(&["backup", &folder, "--verify"]));
    well(&from.place.run(&["restore", &folder, "--verify"]));
    let again = from.place.run(&["backup", &folder]);
    assert!(again.code == 1 && again.err.contains("not empty"), "{again:?}");

    let to = Place::new();
    let back = to.run(&["restore", &folder]);
    assert!(well(&back).contains("equal by hash"), "{back:?}");
    well(&to.run(&["restore", &folder, "--verify"]));
    let audit = to.run(&["admin", "audit", "verify"]);
    well(&audit);
    let report = |place: &Place| place.run(&["report", "invoices", "--all", "--year", "2023"]).out;
    assert_eq!(report(&to), report(&from.place));
    assert!(report(&to).contains("Viens novads"), "{}", report(&to));
    let twice = to.run(&["restore", &folder]);
    assert!(twice.code == 1 && twice.err.contains("municipalities already"), "{twice:?}");

    // It serves: keys and files are its own, and its trail goes on where it ended.
    to.serve(&[]).stop();
    well(&to.run(&from.year()));
    well(&to.run(&["admin", "audit", "verify"]));
    well(&to.run(&["admin", "tenant", "add", "trijs", "--name", "Trijs novads"]));
    let differs = to.run(&["restore", &folder, "--verify"]);
    assert!(differs.code == 3 && differs.out.contains("kernel.tenant"), "{differs:?}");
}

#[test]
fn what_was_changed_in_the_folder_is_not_brought_back() {
    let from = Lived::after_sixty_days();
    let folder = from.beside("backup");
    well(&from.place.run(&["backup", &folder, "--with-keys"]));
    let tables = PathBuf::from(&folder).join("tables/documents.document");
    let rows = fs::read_dir(&tables).unwrap().next().unwrap().unwrap().path();
    let other = fs::read_dir(tables.with_file_name("documents.registration")).unwrap().next().unwrap().unwrap().path();
    let kept = fs::read(&rows).unwrap();
    fs::copy(other, &rows).unwrap();
    let verified = from.place.run(&["backup", &folder, "--verify"]);
    assert!(verified.code == 3 && verified.out.contains("not as it was written"), "{verified:?}");
    let to = Place::new();
    let refused = to.run(&["restore", &folder]);
    assert!(refused.code == 1 && refused.err.contains("nothing was changed"), "{refused:?}");
    assert_eq!(to.run(&["admin", "tenant", "list"]).out.matches("novads").count(), 0);

    // The same folder whole again: the same place takes it.
    fs::write(&rows, kept).unwrap();
    well(&to.run(&["restore", &folder]));

    let blobs = PathBuf::from(&folder).join("blobs");
    let mut blob = blobs;
    while blob.is_dir() {
        blob = fs::read_dir(&blob).unwrap().next().unwrap().unwrap().path();
    }
    fs::write(&blob, b"another").unwrap();
    let verified = from.place.run(&["backup", &folder, "--verify"]);
    assert!(verified.code == 3 && verified.out.contains("is another"), "{verified:?}");
    fs::remove_file(PathBuf::from(&folder).join("manifest.json")).unwrap();
    let broken = Place::new().run(&["restore", &folder]);
    assert!(broken.code == 1 && broken.err.contains("broken off"), "{broken:?}");
}

#[test]
fn one_municipality_comes_back_alone_while_the_server_works() {
    let from = Lived::after_sixty_days();
    let (whole, one) = (from.beside("whole"), from.beside("one"));
    well(&from.place.run(&["backup", &whole]));
    well(&from.place.run(&["backup", &one, "--tenant", "viens-novads"]));
    let mut server = from.place.serve(&[]);
    for folder in [&whole, &one] {
        let there = from.place.run(&["restore", folder, "--tenant", "viens-novads"]);
        assert!(there.code == 1 && there.err.contains("--replace"), "{there:?}");
        well(&from.place.run(&["restore", folder, "--tenant", "viens-novads", "--replace"]));
        assert_eq!(server.get("/sign-in").status, 200);
    }
    server.stop();
    let absent = from.place.run(&["restore", &whole, "--tenant", "nav"]);
    assert!(absent.code == 1 && absent.err.contains("viens-novads"), "{absent:?}");
    // The server's own jobs went on with the other one meanwhile; its documents are as they were.
    let beside = from.place.run(&["restore", &whole, "--tenant", "divi-novads", "--verify"]);
    assert!(!beside.out.contains("documents.") && !beside.out.contains("file "), "{beside:?}");

    // Into another installation, which has another master key.
    let to = Place::new();
    to.serve(&[]).stop();
    let refused = to.run(&["restore", &one]);
    assert!(refused.code == 1 && refused.err.contains("--old-key"), "{refused:?}");
    let key = from.place.data().join("keys/master.key");
    well(&to.run(&["restore", &one, "--old-key", key.to_str().unwrap()]));
    let compared = to.run(&["restore", &one, "--verify"]);
    let other: Vec<&str> = compared.out.lines().filter(|l| l.contains("rows,")).collect();
    assert!(other.iter().all(|l| l.starts_with("documents.blob_key") || l.starts_with("kernel.audit")), "{other:?}");
    let verified = to.run(&["report", "invoices", "--all", "--year", "2023"]);
    assert!(verified.out.contains("Viens novads") && !verified.out.contains("Divi novads"), "{verified:?}");
}

#[test]
fn a_backup_under_load_is_of_one_moment() {
    let from = Lived::new();
    let mut year = from.place.command(&from.year());
    let mut running = year.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null()).spawn().unwrap();
    let list = || from.place.run(&["admin", "tenant", "list"]).out;
    wait_for("a municipality", Duration::from_secs(120), || list().contains("divi-novads"));
    let mut moments = Vec::new();
    for n in 0..2 {
        std::thread::sleep(Duration::from_millis(800));
        let folder = from.beside(&format!("moment{n}"));
        well(&from.place.run(&["backup", &folder, "--with-keys"]));
        moments.push(folder);
    }
    let alive = running.try_wait().unwrap().is_none();
    running.kill().unwrap();
    running.wait().unwrap();
    assert!(alive, "the year was over before the backups were: nothing was proved");
    for folder in moments {
        let to = Place::new();
        // Every reference is checked, every row compared.
        well(&to.run(&["restore", &folder]));
        well(&to.run(&["restore", &folder, "--verify"]));
        well(&to.run(&["admin", "audit", "verify"]));
    }
}
