//! Reading the tables.

use std::{collections::BTreeMap, fs, path::Path};

use anyhow::{Context as _, Result, bail};
use manifest::{Goal, Profile, YearLife};

/// Where the simulator itself answers: who is employed where.
const PLACES: [(&str, &str, &str); 3] = [
    ("employee_applications", "employee-applications", "employee-applications"),
    ("personnel_orders", "personnel-orders", "personnel-orders"),
    ("dms_documents", "dms-documents", "documents"),
];

/// A cell that is no count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unread {
    /// The file.
    pub table: String,
    /// The line, from 1.
    pub line: u64,
    /// The column.
    pub column: String,
    /// What stands there.
    pub text: String,
}

/// What a folder gives.
#[derive(Clone, Debug, Default)]
pub struct Profiles {
    /// The municipalities, by name.
    pub all: Vec<Profile>,
    /// What could not be read as a count.
    pub unread: Vec<Unread>,
}

/// Reads every table of a folder that has a line for each municipality. An empty cell, and a table that is not there,
/// is a count that is not known. What is printed there as shares (`printed_…`) is not read: it follows from counts.
///
/// # Errors
/// The folder or a file cannot be read, or has no municipality in it.
pub fn read(folder: &Path, year: i32) -> Result<Profiles> {
    let mut files: Vec<_> = fs::read_dir(folder)
        .with_context(|| format!("cannot read {}", folder.display()))?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|e| e == "csv"))
        .collect();
    files.sort();
    let (mut by_name, mut unread) = (BTreeMap::new(), Vec::new());
    for path in files {
        table(&path, year, &mut by_name, &mut unread).with_context(|| path.display().to_string())?;
    }
    if by_name.is_empty() {
        bail!("no table in {} has a column `municipality` with a line below it", folder.display());
    }
    Ok(Profiles { all: by_name.into_values().collect(), unread })
}

fn table(path: &Path, year: i32, into: &mut BTreeMap<String, Profile>, unread: &mut Vec<Unread>) -> Result<()> {
    let name = path.file_stem().map(|s| s.to_string_lossy().into_owned()).unwrap_or_default();
    let mut reader = csv::ReaderBuilder::new().flexible(true).trim(csv::Trim::All).from_path(path)?;
    let head = reader.headers()?.clone();
    let Some(place) = head.iter().position(|h| h.trim_start_matches('\u{feff}') == "municipality") else {
        return Ok(());
    };
    for row in reader.records() {
        let row = row?;
        let Some(municipality) = row.get(place).filter(|m| !m.is_empty()) else { continue };
        let profile = into.entry(municipality.to_owned()).or_insert_with(|| Profile::new(municipality, year));
        let cells = head.iter().zip(&row).enumerate();
        for (n, (column, text)) in
            cells.filter(|(n, (c, t))| *n != place && !c.starts_with("printed_") && !t.is_empty())
        {
            let line = row.position().map_or(n as u64, csv::Position::line);
            match text.parse::<i64>() {
                Ok(count) if count >= 0 => profile.set(&name, column, count),
                _ => {
                    unread.push(Unread { table: name.clone(), line, column: column.to_owned(), text: text.to_owned() })
                }
            }
        }
    }
    Ok(())
}

/// The same, larger or smaller. Counts are rounded half up.
#[must_use]
pub fn scaled(profile: &Profile, scale: f64) -> Profile {
    let mut smaller = Profile::new(&profile.municipality, profile.year);
    for (table, column, count) in profile.all() {
        #[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "counts are far below 2^52")]
        let scaled = (count as f64).mul_add(scale, 0.5).floor() as i64;
        smaller.set(table, column, scaled);
    }
    smaller
}

/// How many institutions must be there, and how many people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Size {
    pub institutions: usize,
    pub employees: usize,
}

pub(crate) fn size(p: &Profile) -> Size {
    let institutions = usize::try_from(p.largest("institutions").unwrap_or(4)).unwrap_or(4);
    let institutions = institutions.clamp(2, parties::life::MOST_INSTITUTIONS);
    let least = parties::life::least_employees(institutions).max(institutions + 12);
    // Where two tables differ by one, either is right: the smaller is lived.
    let given = PLACES.iter().filter_map(|(table, ..)| p.get(table, "average_employees")).min();
    let employees = given.and_then(|n| usize::try_from(n).ok()).unwrap_or(least);
    Size { institutions, employees: employees.clamp(least, parties::life::MOST_EMPLOYEES) }
}

/// Functions, and in how many institutions each is switched on.
pub(crate) fn functions(p: &Profile) -> Vec<(&'static str, usize)> {
    let of = |(table, _, function): &(&str, &str, &'static str)| {
        p.get(table, "institutions").map(|n| (*function, usize::try_from(n).unwrap_or(0)))
    };
    PLACES.iter().filter_map(of).collect()
}

/// Everything that the reports must say of a municipality in the end.
#[must_use]
pub fn goals(p: &Profile, lives: &[YearLife]) -> Vec<Goal> {
    let size = size(p);
    let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    let mut all = Vec::new();
    for (table, report, _) in PLACES {
        if let Some(wanted) = p.get(table, "institutions") {
            let most = count(size.institutions);
            all.push(Goal::of(report, "institutions", wanted).at_most(most, "institutions at most"));
        }
        if let Some(wanted) = p.get(table, "average_employees") {
            let lived = count(size.employees);
            let mut goal = Goal { lived, ..Goal::of(report, "average_employees", wanted) };
            if (wanted - lived).abs() > 1 {
                let institutions = size.institutions;
                goal.why = Some(format!("{wanted} employees, where {institutions} institutions have {lived}"));
            }
            all.push(goal);
        }
    }
    let documents: Vec<i64> = lives.iter().map(|life| (life.documents)(p)).collect();
    let sum: i64 = documents.iter().sum();
    all.extend(lives.iter().zip(&documents).flat_map(|(life, own)| (life.goals)(p, sum - own)));
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(files: &[(&str, &str)]) -> std::path::PathBuf {
        static NEXT: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);
        let n = NEXT.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let dir = std::env::temp_dir().join(format!("novads-profile-{}-{n}", std::process::id()));
        fs::create_dir_all(&dir).unwrap();
        for (name, text) in files {
            fs::write(dir.join(name), text).unwrap();
        }
        dir
    }

    #[test]
    fn empty_cells_are_not_zero_and_shares_are_not_read() {
        let dir = folder(&[
            ("a.csv", "municipality,orders,printed_pct\nJaunais novads,12,7.5\nOtrs novads,,3\n"),
            ("README.csv", "what,ever\n1,2\n"),
        ]);
        let all = read(&dir, 2023).unwrap();
        assert_eq!(all.all.len(), 2);
        assert_eq!(all.all[0].get("a", "orders"), Some(12));
        assert_eq!(all.all[1].get("a", "orders"), None);
        assert_eq!(all.all[0].get("a", "printed_pct"), None);
        assert_eq!(all.unread, []);
    }

    #[test]
    fn what_is_no_count_is_named() {
        let dir = folder(&[("a.csv", "municipality,orders\nJaunais novads,about 12\nOtrs novads,-3\n")]);
        let unread = read(&dir, 2023).unwrap().unread;
        assert_eq!(unread.iter().map(|u| (u.line, u.text.as_str())).collect::<Vec<_>>(), [(2, "about 12"), (3, "-3")]);
        assert!(read(&folder(&[]), 2023).is_err());
    }

    #[test]
    fn too_few_employees_for_the_institutions_are_named() {
        let mut p = Profile::new("Mazais novads", 2023);
        p.set("employee_applications", "institutions", 40);
        p.set("employee_applications", "average_employees", 30);
        p.set("personnel_orders", "average_employees", 31);
        let goals = goals(&p, &[]);
        assert!(goals.iter().any(|g| g.column == "average_employees" && g.why.is_some() && g.lived > 40));
        p.set("employee_applications", "average_employees", 2266);
        p.set("personnel_orders", "average_employees", 2267);
        let goals = super::goals(&p, &[]);
        assert!(goals.iter().all(|g| g.why.is_none()), "{goals:?}");
    }
}
