//! What a report is, and how its cells follow from counts: pure.

use op::ActionDef;
use rust_decimal::Decimal;
use sqlx::PgConnection;
use types::{BoxFuture, Date, TenantId, UnitId};
use uuid::Uuid;

/// What is asked of a report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ask {
    /// The municipality.
    pub tenant: TenantId,
    /// The calendar year.
    pub year: i32,
    /// Only these institutions; all of them where `None`.
    pub institutions: Option<Vec<UnitId>>,
}

impl Ask {
    /// The whole municipality in a year.
    #[must_use]
    pub const fn whole(tenant: TenantId, year: i32) -> Self {
        Self { tenant, year, institutions: None }
    }

    /// The first day of the year.
    #[must_use]
    pub fn first(&self) -> Date {
        Date::from_ymd_opt(self.year, 1, 1).unwrap_or(Date::MIN)
    }

    /// The first day of the next year: every period is half open.
    #[must_use]
    pub fn until(&self) -> Date {
        Date::from_ymd_opt(self.year.saturating_add(1), 1, 1).unwrap_or(Date::MAX)
    }

    /// How many days the year has.
    #[must_use]
    pub fn days(&self) -> i64 {
        self.until().signed_duration_since(self.first()).num_days()
    }
}

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holds {
    /// The municipality or institution.
    Name,
    /// A count, in the order in which `figures` gives them.
    Count,
    /// A count whose rows can be looked at.
    Rows,
    /// `part` of `of`, in percent, with so many decimals, halves rounded up.
    Percent(&'static str, &'static str, u32),
    /// `part` by `of`, with so many decimals, halves rounded up.
    Ratio(&'static str, &'static str, u32),
}

/// A column of a report.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    /// Its name in CSV and JSON.
    pub name: &'static str,
    /// The key of its label.
    pub label: &'static str,
    /// What it holds.
    pub holds: Holds,
}

impl Column {
    /// A column.
    #[must_use]
    pub const fn new(name: &'static str, label: &'static str, holds: Holds) -> Self {
        Self { name, label, holds }
    }
}

/// The counts of the municipality (first, without an institution) or of one institution.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FigureRow {
    /// The institution; `None` for everything that was asked for together.
    pub institution: Option<UnitId>,
    /// Its name.
    pub name: String,
    /// One number for each counting column, in their order.
    pub counts: Vec<i64>,
}

/// One of the rows behind a number.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct DrillRow {
    /// The key by which the list goes on, greatest first.
    pub id: Uuid,
    /// Whom or what the row is about, for the audit trail.
    pub subject: Uuid,
    /// When.
    pub on_date: Option<Date>,
    /// What.
    pub title: String,
    /// Who or where.
    pub detail: String,
    /// Where it can be seen; empty where it cannot.
    pub href: String,
}

/// Counts rows; nothing that is counted is ever stored.
pub type Figures = for<'a> fn(&'a mut PgConnection, &'a Ask) -> BoxFuture<'a, sqlx::Result<Vec<FigureRow>>>;
/// The main count by months.
pub type Months = for<'a> fn(&'a mut PgConnection, &'a Ask) -> BoxFuture<'a, sqlx::Result<[i64; 12]>>;
/// The rows behind a column, after a key, at most so many.
pub type Rows =
    for<'a> fn(&'a mut PgConnection, &'a Ask, &'a str, Option<Uuid>, i64) -> BoxFuture<'a, sqlx::Result<Vec<DrillRow>>>;

/// A report that an app answers for.
#[derive(Clone, Copy)]
pub struct Report {
    /// Its name on the command line and in addresses: `employee-applications`.
    pub name: &'static str,
    /// The key of its title.
    pub title: &'static str,
    /// The key of the words under "how is this counted?".
    pub definition: &'static str,
    /// Who sees its figures, and of which units.
    pub action: &'static ActionDef,
    /// Who sees the rows behind them.
    pub rows_action: &'static ActionDef,
    /// Its columns; the first is the name.
    pub columns: &'static [Column],
    /// The counting column that chart and trend show.
    pub main: &'static str,
    /// Counts.
    pub figures: Figures,
    /// Counts by months.
    pub months: Months,
    /// Lists.
    pub rows: Rows,
}

/// A cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell {
    /// A text.
    Text(String),
    /// A count.
    Count(i64),
    /// A share or ratio, already rounded, with its decimals.
    Number(Decimal),
    /// Nothing to divide by.
    Empty,
}

impl Cell {
    /// As it stands in CSV: raw.
    #[must_use]
    pub fn raw(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Count(n) => n.to_string(),
            Self::Number(d) => d.to_string(),
            Self::Empty => String::new(),
        }
    }
}

/// `part / of`, halves rounded up; `None` where there is nothing to divide by.
#[must_use]
pub fn divided(part: i64, of: i64, decimals: u32) -> Option<Decimal> {
    if of <= 0 || part < 0 {
        return None;
    }
    let scale = 10_i128.checked_pow(decimals)?;
    let twice = i128::from(part).checked_mul(scale)?.checked_mul(2)?;
    let of = i128::from(of);
    Decimal::try_from_i128_with_scale((twice + of) / (2 * of), decimals).ok()
}

/// Days employed by the days of the year, halves rounded up.
#[must_use]
pub fn average(days_employed: i64, days_of_year: i64) -> i64 {
    if days_of_year <= 0 { 0 } else { (2 * days_employed + days_of_year).div_euclid(2 * days_of_year) }
}

impl Report {
    /// The counting columns.
    pub fn counting(&self) -> impl Iterator<Item = &'static Column> {
        self.columns.iter().filter(|c| matches!(c.holds, Holds::Count | Holds::Rows))
    }

    /// A count of a row by the column's name.
    #[must_use]
    pub fn count(&self, row: &FigureRow, column: &str) -> Option<i64> {
        let at = self.counting().position(|c| c.name == column)?;
        row.counts.get(at).copied()
    }

    /// The cell of a row in a column.
    #[must_use]
    pub fn cell(&self, row: &FigureRow, column: &Column) -> Cell {
        let both = |part, of| Some((self.count(row, part)?, self.count(row, of)?));
        let number = match column.holds {
            Holds::Name => return Cell::Text(row.name.clone()),
            Holds::Count | Holds::Rows => return self.count(row, column.name).map_or(Cell::Empty, Cell::Count),
            Holds::Percent(part, of, decimals) => {
                both(part, of).and_then(|(p, o)| divided(p.checked_mul(100)?, o, decimals))
            }
            Holds::Ratio(part, of, decimals) => both(part, of).and_then(|(p, o)| divided(p, o, decimals)),
        };
        number.map_or(Cell::Empty, Cell::Number)
    }

    /// All cells of a row.
    #[must_use]
    pub fn cells(&self, row: &FigureRow) -> Vec<Cell> {
        self.columns.iter().map(|c| self.cell(row, c)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_printed_columns_of_2023_follow_from_the_counts() {
        let text = |d: Option<Decimal>| d.map(|d| d.to_string()).unwrap_or_default();
        assert_eq!(text(divided(2901, 857, 2)), "3.39", "Aizkraukle: approved by employees applying");
        assert_eq!(text(divided(1146, 390, 2)), "2.94", "Rēzekne");
        assert_eq!(text(divided(3432, 2266, 1)), "1.5", "Aizkraukle: orders by employees");
        assert_eq!(text(divided(857 * 100, 2266, 0)), "38");
        assert_eq!(text(divided(18_090 * 100, 153_287, 0)), "12");
        assert_eq!(text(divided(98 * 100, 14_979, 1)), "0.7");
        assert_eq!(text(divided(1, 8, 2)), "0.13", "a half goes up");
        assert_eq!(divided(1, 0, 2), None);
    }

    #[test]
    fn a_half_employee_counts_as_one() {
        assert_eq!(average(365 * 10 + 182, 365), 10);
        assert_eq!(average(365 * 10 + 183, 365), 11);
        assert_eq!(average(366 / 2, 366), 1);
        assert_eq!(average(0, 365), 0);
    }

    proptest! {
        #[test]
        fn a_share_is_never_further_off_than_half_of_its_last_digit(part in 0..10_000_000_i64, of in 1..10_000_000_i64, d in 0..4_u32) {
            let got = divided(part, of, d).unwrap();
            let exact = Decimal::from(part) / Decimal::from(of);
            prop_assert!((got - exact).abs() <= Decimal::new(5, d + 1) + Decimal::new(1, 20));
        }
    }
}
