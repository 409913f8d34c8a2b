//! A year from counts: lived, verified, gone on with, and seen to count rows.

use super::program::{Place, Said};

const APPLICATIONS: &str = "municipality,institutions,average_employees,employees_applying,printed_employees_applying_pct,applications,applications_approved_electronically
Jaunais novads,3,64,20,31,30,28
Pilnais novads,2,60,70,117,80,90
";
const ORDERS: &str =
    "municipality,institutions,average_employees,orders,orders_signed_electronically,printed_signed_pct
Jaunais novads,4,65,41,37,90
";
const DOCUMENTS: &str = "municipality,institutions,documents_registered,from_nino,from_sopa,from_gvedis,from_kadri
Jaunais novads,4,300,60,,12,75
";

fn text(said: &Said) -> String {
    format!("{}{}", said.out, said.err)
}

#[test]
fn a_year_gives_its_counts_back() {
    let place = Place::new();
    let profile = place.data().with_file_name("profile");
    std::fs::create_dir_all(&profile).unwrap();
    for (name, table) in
        [("employee_applications", APPLICATIONS), ("personnel_orders", ORDERS), ("dms_documents", DOCUMENTS)]
    {
        std::fs::write(profile.join(format!("{name}.csv")), table).unwrap();
    }
    let common = ["--profile", profile.to_str().unwrap(), "--year", "2023"];

    // A part of it first: what is missing is a difference.
    let begun = place.run(&[&["year"], &common[..], &["--days", "40"]].concat());
    assert!(begun.code == 0, "{}", text(&begun));
    let said = text(&begun);
    assert!(said.contains("impossible: Pilnais novads employee-applications.employees_applying 70"), "{said}");
    assert!(said.contains("applications_approved_electronically 90: lived as 80"), "{said}");

    let all = place.run(&[&["year"], &common[..]].concat());
    assert!(all.code == 0, "{}", text(&all));
    let verified = place.run(&[&["year", "verify"], &common[..], &["--format", "json"]].concat());
    assert!(verified.code == 0, "{}", text(&verified));
    let verdict: serde_json::Value = serde_json::from_str(&verified.out).unwrap();
    assert_eq!(verdict["differences"], serde_json::json!([]));
    assert_eq!(verdict["impossible"].as_array().map(Vec::len), Some(2));
    assert!(verdict["compared"].as_u64().unwrap() > 15, "{verdict}");

    // The figures are counted from rows: another profile does not fit them.
    let other = DOCUMENTS.replace(",300,", ",301,");
    std::fs::write(profile.join("dms_documents.csv"), other).unwrap();
    let verified = place.run(&[&["year", "verify"], &common[..]].concat());
    assert_eq!(verified.code, 3);
    assert!(text(&verified).contains("documents_registered: 301 wanted, 300 found"), "{}", text(&verified));

    let report = place.run(&["report", "dms-documents", "--all", "--year", "2023"]);
    assert!(text(&report).contains("Jaunais novads,4,300,60,20,0,0,12,4,75,25"), "{}", text(&report));
}

#[test]
fn a_folder_without_tables_is_refused() {
    let place = Place::new();
    let empty = place.data().with_file_name("empty");
    std::fs::create_dir_all(&empty).unwrap();
    let refused = place.run(&["year", "--profile", empty.to_str().unwrap(), "--year", "2023"]);
    assert_eq!(refused.code, 1);
    assert!(text(&refused).contains("municipality"), "{}", text(&refused));
}

/// Folders as they come: a table alone, sources without a total, parts of nothing, more than all, nobody to ask.
#[test]
fn odd_tables_are_lived_as_nearly_as_they_can_be() {
    let place = Place::new();
    let profile = place.data().with_file_name("profile");
    std::fs::create_dir_all(&profile).unwrap();
    for (name, table) in [
        (
            "invoices",
            "municipality,invoices_received,e_invoices,invoices_approved_electronically\nTikai rēķini,9,12,\nΩ,3,,3\n",
        ),
        (
            "dms_documents",
            "\u{feff}municipality,documents_registered,from_nino,from_kadri\nTikai avoti,,7,\nPar daudz,10,30,4\n",
        ),
        (
            "employee_applications",
            "municipality,institutions,average_employees,employees_applying,applications,applications_approved_electronically\nNeviens,1,3,0,5,9\nPar daudz,,,,,7\n",
        ),
        (
            "personnel_orders",
            "municipality,orders,orders_signed_electronically,note\nPar daudz,0,5,labi\nNeviens,2,,\n",
        ),
        ("README", "nothing,of,this\nis,a,table\n"),
    ] {
        std::fs::write(profile.join(format!("{name}.csv")), table).unwrap();
    }
    let common = ["--profile", profile.to_str().unwrap(), "--year", "2024"];
    let lived = place.run(&[&["year"], &common[..]].concat());
    assert!(lived.code == 0, "{}", text(&lived));
    let said = text(&lived);
    for part in [
        "left out, no count: personnel_orders line 2 note `labi`",
        "invoices.e_invoices 12: lived as 9",
        "dms-documents.documents_registered 10: lived as",
        "employee-applications.applications_approved_electronically 9: lived as 5",
        "employee-applications.employees_applying 0: lived as 1",
        "personnel-orders.orders_signed_electronically 5: lived as 0",
    ] {
        assert!(said.contains(part), "{part} is not in: {said}");
    }
    let verified = place.run(&[&["year", "verify"], &common[..], &["--format", "json"]].concat());
    assert!(verified.code == 0, "{}", text(&verified));
    let verdict: serde_json::Value = serde_json::from_str(&verified.out).unwrap();
    assert_eq!(verdict["differences"], serde_json::json!([]));
    let impossible = verdict["impossible"].as_array().unwrap();
    assert!(impossible.len() >= 5 && impossible.iter().all(|i| i["why"].is_string()), "{verdict}");
    let codes = place.run(&["admin", "tenant", "list"]).out;
    assert!(codes.contains("pasvaldiba-") && codes.contains("tikai-rekini"), "{codes}");
}

#[test]
fn a_malformed_table_is_refused_before_anything_is_made() {
    let place = Place::new();
    let profile = place.data().with_file_name("profile");
    std::fs::create_dir_all(&profile).unwrap();
    std::fs::write(profile.join("invoices.csv"), "municipality,invoices_received\nA novads,1,606\n").unwrap();
    let refused = place.run(&["year", "--profile", profile.to_str().unwrap(), "--year", "2023"]);
    assert_eq!(refused.code, 1);
    let said = text(&refused);
    assert!(said.contains("invoices.csv: line 2: 3 cells, where the first line has 2"), "{said}");
    let list = place.run(&["admin", "tenant", "list"]);
    assert!(!list.out.contains("A novads"), "{list:?}");
}

/// Killed at a bad moment and gone on with, a year is the same as one that nobody disturbed.
#[test]
fn a_killed_year_goes_on_to_the_same_end() {
    let (killed, whole) = (Place::new(), Place::new());
    let profile = killed.data().with_file_name("profile");
    std::fs::create_dir_all(&profile).unwrap();
    for (name, table) in [
        (
            "invoices",
            "municipality,invoices_received,e_invoices,invoices_approved_electronically\nJaunais novads,300,40,200\n",
        ),
        ("employee_applications", APPLICATIONS),
        ("personnel_orders", ORDERS),
        (
            "dms_documents",
            "municipality,institutions,documents_registered,from_nino,from_sopa,from_gvedis,from_kadri\nJaunais novads,4,2600,900,400,12,75\n",
        ),
    ] {
        std::fs::write(profile.join(format!("{name}.csv")), table).unwrap();
    }
    let path = profile.to_str().unwrap();
    let args = ["year", "--profile", path, "--year", "2023", "--tenants", "Jaunais novads", "--days", "60"];
    let mut kills = 0;
    for wait in [2500, 900] {
        let mut year = killed.command(&args);
        let mut running = year.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null()).spawn().unwrap();
        super::program::wait_for("the municipality", std::time::Duration::from_secs(60), || {
            killed.run(&["admin", "tenant", "list"]).out.contains("jaunais-novads")
        });
        std::thread::sleep(std::time::Duration::from_millis(wait));
        kills += i32::from(running.try_wait().unwrap().is_none());
        running.kill().unwrap();
        running.wait().unwrap();
    }
    assert!(kills > 0, "the year was over before it could be killed");
    for place in [&killed, &whole] {
        let done = place.run(&args);
        assert!(done.code == 0, "{}", text(&done));
    }
    for report in ["employee-applications", "personnel-orders", "invoices", "dms-documents"] {
        let of = |place: &Place| place.run(&["report", report, "--all", "--year", "2023"]).out;
        assert!(of(&whole).contains("Jaunais novads"), "{}", of(&whole));
        assert_eq!(of(&killed), of(&whole), "{report}");
    }
    assert_eq!(killed.run(&["admin", "audit", "verify"]).code, 0);
}

/// Columns in another order, CRLF, names with quotes and commas, one institution, nobody, functions switched on nowhere,
/// and applicants where no table counts employees.
#[test]
fn other_places_are_lived_as_they_are_told() {
    let place = Place::new();
    let profile = place.data().with_file_name("profile");
    std::fs::create_dir_all(&profile).unwrap();
    for (name, table) in [
        (
            "employee_applications",
            "average_employees,extra,municipality,applications,employees_applying,applications_approved_electronically,institutions\r\n\
             3,,\"Mazais, \"\"Jaunais\"\" novads\",0,0,0,1\r\n0,,Tukšais novads,4,2,3,0\r\n50,,Nulles novads,15,9,15,0\r\n,,Bez skaita,60,45,50,\r\n",
        ),
        (
            "personnel_orders",
            "municipality,institutions,average_employees,orders,orders_signed_electronically\n\
             \"Mazais, \"\"Jaunais\"\" novads\",1,3,0,0\nNulles novads,0,50,12,10\nRēķinu novads,,,,\nBez skaita,,,9,9\n",
        ),
        (
            "invoices",
            "municipality,invoices_received,e_invoices,invoices_approved_electronically\nRēķinu novads,15,5,10\nNulles novads,0,0,0\n",
        ),
        (
            "dms_documents",
            "municipality,institutions,documents_registered,from_nino,from_sopa,from_gvedis,from_kadri\n\
             \"Mazais, \"\"Jaunais\"\" novads\",1,0,0,0,0,0\nNulles novads,0,60,10,,,30\n",
        ),
    ] {
        std::fs::write(profile.join(format!("{name}.csv")), table).unwrap();
    }
    let common = ["--profile", profile.to_str().unwrap(), "--year", "2023"];
    let lived = place.run(&[&["year"], &common[..]].concat());
    assert!(lived.code == 0, "{}", text(&lived));
    let verified = place.run(&[&["year", "verify"], &common[..]].concat());
    assert!(verified.code == 0 && text(&verified).contains("differences: 0"), "{}", text(&verified));
    let of = |report: &str| place.run(&["report", report, "--all", "--year", "2023"]).out;
    let applications = of("employee-applications");
    assert!(applications.contains("Bez skaita,4,45,45,100,60,50,1.11"), "{applications}");
    assert!(applications.contains("\"Mazais, \"\"Jaunais\"\" novads\",1,"), "{applications}");
    let documents = of("dms-documents");
    assert!(documents.contains("Nulles novads,0,60,10,17,0,0,0,0,30,50"), "{documents}");
}
