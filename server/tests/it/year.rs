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
