//! Commands beside a running server, and alone.

use crate::program::{Place, bare, said};

#[test]
fn commands_attach_to_a_running_server() {
    let place = Place::new();
    let mut server = place.serve(&[]);
    let pid = server.postgresql;

    let second = place.run(&["serve", "--listen", "127.0.0.1:0"]);
    assert_eq!(second.code, 1);
    assert!(second.err.contains("already") && second.err.contains(&server.address), "{second:?}");

    let run = |args: &[&str]| {
        let said = place.run(args);
        assert_eq!(said.code, 0, "{args:?}: {said:?}");
        said.out
    };
    run(&["admin", "tenant", "add", "ozolaine", "--name", "Ozolaines novads"]);
    let again = place.run(&["admin", "tenant", "add", "ozolaine", "--name", "Ozolaines novads"]);
    assert!(again.code == 1 && again.err.contains("already"), "{again:?}");
    assert!(run(&["admin", "tenant", "list"]).contains("Ozolaines novads"));

    let user = [
        "admin",
        "user",
        "add",
        "--tenant",
        "ozolaine",
        "--login",
        "Anna.Ozola",
        "--given-names",
        "Anna",
        "--surname",
        "Ozola",
        "--role",
        "admin",
    ];
    let weak = place.run_with(&user, "short\n");
    assert!(weak.code == 1 && weak.err.contains("8 characters"), "{weak:?}");
    assert_eq!(place.run_with(&user, "pareiza-parole\n").code, 0);
    assert!(run(&["admin", "user", "list", "--tenant", "ozolaine"]).contains("anna.ozola"));
    assert!(server.sign_in("anna.ozola", "pareiza-parole").is_some());
    assert_eq!(place.run_with(&["admin", "user", "password", "anna.ozola"], "cita-parole\n").code, 0);
    assert!(server.sign_in("anna.ozola", "pareiza-parole").is_none());
    let session = server.sign_in("anna.ozola", "cita-parole").expect("the new password");
    run(&["admin", "user", "disable", "anna.ozola"]);
    let page = server.ask("GET", "/keyboard", &[("cookie", &session)], "");
    assert_eq!(page.status, 303, "a disabled user's session is over");
    run(&["admin", "user", "disable", "anna.ozola", "--undo"]);

    let token = run(&[
        "admin",
        "token",
        "create",
        "--tenant",
        "ozolaine",
        "--name",
        "DVS",
        "--source",
        "dvs",
        "--scope",
        "documents.read",
    ]);
    assert!(token.starts_with("novads_"));
    assert!(!run(&["admin", "token", "list", "--tenant", "ozolaine"]).contains(token.trim()));
    run(&["admin", "token", "revoke", "--tenant", "ozolaine", "--name", "DVS"]);
    assert!(run(&["admin", "jobs", "dead"]).starts_with("MUNICIPALITY"));
    assert!(run(&["admin", "jobs", "rerun", "--tenant", "ozolaine", "--all"]).starts_with('0'));
    assert!(run(&["admin", "audit", "verify"]).contains("ozolaine: whole"));
    assert!(run(&["admin", "key", "show"]).contains("master.key"));
    assert!(run(&["migrate", "--check"]).is_empty());
    let unknown = place.run(&["admin", "user", "list", "--tenant", "cits"]);
    assert!(unknown.code == 1 && unknown.err.contains("ozolaine"), "{unknown:?}");

    let report = |more: &[&str]| {
        let mut args = vec!["report", "employee-applications", "--year", "2026"];
        args.extend(more);
        run(&args)
    };
    let csv = report(&["--all"]);
    assert_eq!(csv.lines().count(), 2, "a header and one municipality: {csv}");
    assert!(!csv.starts_with('\u{feff}') && csv.contains("Ozolaines novads"), "{csv}");
    // The columns of the published figures of 2023, and a municipality where nothing has happened yet.
    for (name, head) in [
        (
            "employee-applications",
            "municipality,institutions,average_employees,employees_applying,employees_applying_pct,applications,\
             applications_approved_electronically,applications_per_employee",
        ),
        (
            "personnel-orders",
            "municipality,institutions,average_employees,orders,orders_signed_electronically,signed_pct,\
             orders_per_employee",
        ),
        (
            "dms-documents",
            "municipality,institutions,documents_registered,from_nino,nino_pct,from_sopa,sopa_pct,from_gvedis,\
             gvedis_pct,from_kadri,kadri_pct",
        ),
    ] {
        let csv = run(&["report", name, "--all", "--year", "2023"]);
        let (first, second) = (csv.lines().next().unwrap(), csv.lines().nth(1).unwrap());
        assert_eq!(first, head, "{name}");
        assert!(second.starts_with("Ozolaines novads,0,0,"), "{second}");
        assert_eq!(second.split(',').count(), head.split(',').count(), "{second}");
        let json = run(&["report", name, "--tenant", "ozolaine", "--year", "2023", "--format", "json"]);
        let rows: Vec<serde_json::Map<String, serde_json::Value>> = serde_json::from_str(&json).unwrap();
        let keys: std::collections::BTreeSet<&str> = rows[0].keys().map(String::as_str).collect();
        assert_eq!(keys, head.split(',').collect(), "{name}");
    }
    let file = place.data().with_file_name("figures.json");
    assert!(report(&["--tenant", "ozolaine", "--format", "json", "--out", file.to_str().unwrap()]).is_empty());
    let rows: Vec<serde_json::Value> = serde_json::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap();
    assert_eq!(rows.len(), 1);
    let unknown = place.run(&["report", "nothing", "--all", "--year", "2026"]);
    assert!(unknown.code == 1 && unknown.err.contains("employee-applications"), "{unknown:?}");

    let rotate = place.run(&["admin", "key", "rotate", "token"]);
    assert!(rotate.code == 1 && rotate.err.contains("stop the server"), "{rotate:?}");
    let doctor = place.run(&["doctor", "--json"]);
    assert_eq!(doctor.code, 0, "{doctor:?}");
    let checks: Vec<serde_json::Value> = serde_json::from_str(&doctor.out).unwrap();
    assert!(checks.iter().any(|c| c["name"] == "database" && c["says"].as_str().unwrap().contains("running")));

    assert_eq!(server.postgresql, pid, "nobody but the server stops its PostgreSQL");
    assert_eq!(server.get("/sign-in").status, 200);
    server.stop();
}

#[test]
fn commands_start_the_database_for_their_time() {
    let place = Place::new();
    let nothing = place.run(&["admin", "tenant", "list"]);
    assert_eq!(nothing.code, 1);
    assert!(nothing.err.contains("no installation") && nothing.err.contains("serve"), "{nothing:?}");
    assert!(!place.data().exists(), "a look makes nothing");
    let doctor = place.run(&["doctor", "--listen", "127.0.0.1:0"]);
    assert_eq!(doctor.code, 0, "{doctor:?}");

    assert_eq!(place.run(&["migrate"]).code, 0);
    assert_eq!(place.run(&["admin", "tenant", "add", "ozolaine", "--name", "Ozolaines novads"]).code, 0);
    assert!(place.run(&["admin", "tenant", "list"]).out.contains("ozolaine"));
    assert!(crate::program::postmaster(&place.data()).is_none(), "and it is stopped again");
    let demo = place.run(&["serve", "--demo", "--listen", "127.0.0.1:0"]);
    assert!(demo.code == 1 && demo.err.contains("real municipality"), "{demo:?}");
}

#[test]
fn help_is_a_manual_and_a_slip_of_the_pen_is_told() {
    for args in [
        &["--help"] as &[&str],
        &["serve", "--help"],
        &["migrate", "--help"],
        &["report", "--help"],
        &["doctor", "--help"],
        &["admin", "--help"],
        &["admin", "key", "--help"],
    ] {
        let help = said(bare(None).args(args).output().unwrap());
        assert_eq!(help.code, 0);
        assert!(help.out.contains("--data") && help.out.contains("Usage"), "{args:?}: {}", help.out);
    }
    let all = said(bare(None).arg("--help").output().unwrap()).out;
    assert!(all.contains("Exit codes") && all.contains("DATABASE_URL") && !all.contains("__extract-text"), "{all}");
    let wrong = said(bare(None).args(["report", "x", "--year", "2026"]).output().unwrap());
    assert_eq!(wrong.code, 2);
    assert!(wrong.err.contains("--tenant") && wrong.err.contains("--all"), "{wrong:?}");
}
