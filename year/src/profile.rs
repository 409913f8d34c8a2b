//! Reading the tables.

use std::{collections::BTreeMap, fs, path::Path};

use anyhow::{Context as _, Result, bail};
use manifest::{Goal, Profile, YearLife};

use crate::town;

/// Where the simulator itself answers: who is employed where.
const PLACES: [(&str, &str, &str); 3] = [
    ("employee_applications", "employee-applications", "employee-applications"),
    ("personnel_orders", "personnel-orders", "personnel-orders"),
    ("dms_documents", "dms-documents", "documents"),
];

/// A function that no table counts.
const ELSE: &str = "invoices";

/// The largest table that is read.
const LARGEST_FILE: u64 = 64 * 1024 * 1024;
/// No municipality has more of anything in a year.
const LARGEST_COUNT: i64 = 100_000_000;
const PLACE: &str = "municipality";

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

/// A name that was taken for another spelling of one that came before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spelling {
    /// As it stands there.
    pub name: String,
    /// As it is called.
    pub taken_for: String,
    /// The file.
    pub table: String,
    /// The line, from 1.
    pub line: u64,
}

/// What a folder gives.
#[derive(Clone, Debug, Default)]
pub struct Profiles {
    /// The municipalities, by code.
    pub all: Vec<Profile>,
    /// What could not be read as a count.
    pub unread: Vec<Unread>,
    /// Names that were taken for others.
    pub spellings: Vec<Spelling>,
}

/// Reads every table of a folder that has a line for each municipality. An empty cell, and a table that is not there,
/// is a count that is not known. What is printed there as shares (`printed_…`) is not read: it follows from counts.
///
/// # Errors
/// The folder or a file cannot be read, a table is malformed (file, line and column are named), or no table has a
/// municipality in it.
pub fn read(folder: &Path, year: i32) -> Result<Profiles> {
    let mut files: Vec<_> = fs::read_dir(folder)
        .with_context(|| format!("cannot read {}", folder.display()))?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|e| e.eq_ignore_ascii_case("csv")))
        .collect();
    files.sort();
    let mut reading = Reading { year, by_code: BTreeMap::new(), unread: Vec::new(), spellings: Vec::new() };
    for path in files {
        reading.table(&path)?;
    }
    if reading.by_code.is_empty() {
        bail!("no table in {} has a column `municipality` with a line below it", folder.display());
    }
    let Reading { by_code, unread, spellings, .. } = reading;
    Ok(Profiles { all: by_code.into_values().collect(), unread, spellings })
}

struct Reading {
    year: i32,
    by_code: BTreeMap<String, Profile>,
    unread: Vec<Unread>,
    spellings: Vec<Spelling>,
}

impl Reading {
    fn table(&mut self, path: &Path) -> Result<()> {
        let place = path.display();
        let bytes = fs::metadata(path).with_context(|| place.to_string())?.len();
        if bytes > LARGEST_FILE {
            bail!("{place}: {bytes} bytes, more than {LARGEST_FILE}");
        }
        let text = fs::read(path).with_context(|| place.to_string())?;
        let text = match std::str::from_utf8(&text) {
            Ok(text) => text.strip_prefix('\u{feff}').unwrap_or(text),
            Err(e) => {
                let good = text.get(..e.valid_up_to()).unwrap_or_default();
                let line = 1 + good.iter().filter(|b| **b == b'\n').count();
                let column = 1 + good.rsplit(|b| *b == b'\n').next().map_or(0, <[u8]>::len);
                bail!("{place}: line {line}, byte {column}: not UTF-8");
            }
        };
        let name = path.file_stem().map(|s| s.to_string_lossy().into_owned()).unwrap_or_default();
        let mut reader = csv::ReaderBuilder::new().flexible(true).trim(csv::Trim::All).from_reader(text.as_bytes());
        let head = reader.headers().with_context(|| format!("{place}: line 1"))?.clone();
        let Some(at) = head.iter().position(|h| h == PLACE) else {
            let first = head.get(0).unwrap_or_default();
            if first.starts_with(PLACE) && first.contains([';', '\t']) {
                bail!(
                    "{place}: line 1: cells are separated by commas, not by `{}`",
                    first.chars().nth(PLACE.len()).unwrap_or(';')
                );
            }
            return Ok(());
        };
        let mut columns = BTreeMap::new();
        for (n, column) in head.iter().enumerate() {
            if let Some(before) = columns.insert(column.to_owned(), n).filter(|_| !column.is_empty()) {
                bail!("{place}: line 1: column {} is `{column}` again, as column {}", n + 1, before + 1);
            }
        }
        let mut seen: BTreeMap<String, u64> = BTreeMap::new();
        for row in reader.records() {
            let row = row.with_context(|| place.to_string())?;
            let line = row.position().map_or(0, csv::Position::line);
            if row.len() > head.len() {
                bail!("{place}: line {line}: {} cells, where the first line has {}", row.len(), head.len());
            }
            // A quotation mark that is not closed swallows the lines after it.
            if let Some((n, _)) = row.iter().enumerate().find(|(_, cell)| cell.contains('\n')) {
                let column = head.get(n).unwrap_or_default();
                bail!(
                    "{place}: line {line}: column {} `{column}`: a cell of several lines, or a `\"` not closed",
                    n + 1
                );
            }
            let Some(municipality) = row.get(at).filter(|m| !m.is_empty()) else { continue };
            if let Some(before) = seen.insert(town::code(municipality), line) {
                bail!("{place}: line {line}: `{municipality}` has line {before} already");
            }
            self.row(&name, line, municipality, at, &head, &row);
        }
        Ok(())
    }

    fn row(
        &mut self,
        table: &str,
        line: u64,
        municipality: &str,
        at: usize,
        head: &csv::StringRecord,
        row: &csv::StringRecord,
    ) {
        let year = self.year;
        let entry = self.by_code.entry(town::code(municipality));
        let profile = entry.or_insert_with(|| Profile::new(municipality, year));
        if profile.municipality != municipality {
            self.spellings.push(Spelling {
                name: municipality.to_owned(),
                taken_for: profile.municipality.clone(),
                table: table.to_owned(),
                line,
            });
        }
        let cells = head.iter().zip(row).enumerate();
        for (_, (column, text)) in cells.filter(|(n, (c, t))| *n != at && !c.starts_with("printed_") && !t.is_empty()) {
            match text.parse::<i64>() {
                Ok(count) if (0..=LARGEST_COUNT).contains(&count) => profile.set(table, column, count),
                _ => {
                    let (table, column, text) = (table.to_owned(), column.to_owned(), text.to_owned());
                    self.unread.push(Unread { table, line, column, text });
                }
            }
        }
    }
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
    let employees = given.or_else(|| likely(p)).and_then(|n| usize::try_from(n).ok()).unwrap_or(least);
    Size { institutions, employees: employees.clamp(least, parties::life::MOST_EMPLOYEES) }
}

/// How many people there must have been, where no table says so: those who applied, and some for the rest.
fn likely(p: &Profile) -> Option<i64> {
    let get = |table, column, each: i64| p.get(table, column).map(|n| n.div_euclid(each));
    [
        get("employee_applications", "employees_applying", 1),
        get("employee_applications", "applications", 3),
        get("personnel_orders", "orders", 4),
    ]
    .into_iter()
    .flatten()
    .max()
}

/// Functions, and in how many institutions each is switched on.
pub(crate) fn functions(p: &Profile) -> Vec<(&'static str, usize)> {
    let of = |(table, _, function): &(&str, &str, &'static str)| {
        p.get(table, "institutions").map(|n| (*function, usize::try_from(n).unwrap_or(0)))
    };
    let mut all: Vec<_> = PLACES.iter().filter_map(of).collect();
    // Where nothing was ever chosen, everything is on: who has nothing on has chosen something else.
    if !all.is_empty() && all.iter().all(|(_, n)| *n == 0) {
        all.push((ELSE, 1));
    }
    all
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
    fn what_is_malformed_is_named_by_file_line_and_column() {
        let why = |name: &str, text: &[u8]| {
            let dir = folder(&[]);
            fs::write(dir.join(name), text).unwrap();
            format!("{:#}", read(&dir, 2023).unwrap_err())
        };
        for (text, said) in [
            (&b"municipality,orders\nA novads,1\nB nov\xffads,2\n"[..], "line 3, byte 6: not UTF-8"),
            (b"municipality;orders\nA novads;1\n", "line 1: cells are separated by commas, not by `;`"),
            (b"municipality,orders,orders\nA novads,1,2\n", "line 1: column 3 is `orders` again, as column 2"),
            (b"municipality,orders\nA novads,1,606\n", "line 2: 3 cells, where the first line has 2"),
            (b"municipality,orders\nA novads,1\nA  NOVADS,2\n", "line 3: `A  NOVADS` has line 2 already"),
            (b"municipality,orders,x\nA novads,\"1,2\nB novads,2,3\n", "line 2: column 2 `orders`"),
            (b"", "no table in"),
            (b"municipality,orders\n", "no table in"),
        ] {
            let why = why("personnel_orders.csv", text);
            assert!(why.contains(said), "{why}");
            assert!(why.contains("personnel_orders.csv") || said.starts_with("no table"), "{why}");
        }
    }

    #[test]
    fn another_spelling_is_the_same_municipality_and_is_named() {
        let dir = folder(&[
            ("a.csv", "municipality,orders\nCēsu novads,1\n"),
            ("b.CSV", "\u{feff}municipality,invoices\nCesu Novads,2\n\n,7\nΩ,3\n"),
        ]);
        let all = read(&dir, 2023).unwrap();
        assert_eq!(all.all.len(), 2);
        let cesis = all.all.iter().find(|p| p.municipality == "Cēsu novads").unwrap();
        assert_eq!((cesis.get("a", "orders"), cesis.get("b", "invoices")), (Some(1), Some(2)));
        assert_eq!(all.spellings.iter().map(|s| (s.name.as_str(), s.line)).collect::<Vec<_>>(), [("Cesu Novads", 2)]);
        assert!(all.all.iter().any(|p| p.municipality == "Ω"));
    }

    #[test]
    fn no_count_is_beyond_measure() {
        let dir = folder(&[("a.csv", "municipality,orders,x\nA novads,999999999999,1 606\n")]);
        assert_eq!(read(&dir, 2023).unwrap().unread.len(), 2);
    }

    #[test]
    fn whoever_applied_was_employed_there() {
        let mut p = Profile::new("Mazais novads", 2023);
        let least = size(&p).employees;
        p.set("employee_applications", "employees_applying", 700);
        p.set("employee_applications", "applications", 900);
        assert!(least < 700);
        assert_eq!(size(&p).employees, 700);
        p.set("personnel_orders", "orders", 4000);
        assert_eq!(size(&p).employees, 1000);
        p.set("personnel_orders", "average_employees", 650);
        assert_eq!(size(&p).employees, 650);
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
