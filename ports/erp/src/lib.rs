//! The accounting system: a folder that it imports from, and one that is simulated.

use std::{collections::BTreeMap, io, path::PathBuf, sync::Mutex};

use delivery::ports::{Exchange, MailError, Parcel, Receipt};
use types::BoxFuture;

/// A folder from which an accounting system imports.
#[derive(Clone, Debug)]
pub struct FolderLedger {
    root: PathBuf,
}

impl FolderLedger {
    /// That folder.
    #[must_use]
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }

    async fn put(&self, parcel: Parcel) -> io::Result<Receipt> {
        let name = parcel.name.rsplit(['/', '\\']).next().unwrap_or_default().trim_start_matches('.').to_owned();
        if name.is_empty() {
            return Err(io::Error::other("a parcel without a name"));
        }
        tokio::fs::create_dir_all(&self.root).await?;
        let (making, made) = (self.root.join(format!(".{}", parcel.id)), self.root.join(&name));
        // The import may have taken it away already: writing it again would post it twice only if names were made anew,
        // and they carry the parcel's number.
        if !tokio::fs::try_exists(&made).await? {
            tokio::fs::write(&making, &parcel.bytes).await?;
            tokio::fs::rename(making, made).await?;
        }
        Ok(Receipt { number: name })
    }
}

impl Exchange for FolderLedger {
    fn hand_over(&self, parcel: Parcel) -> BoxFuture<'_, Result<Receipt, MailError>> {
        Box::pin(async move { self.put(parcel).await.map_err(|e| MailError::Transient(e.to_string())) })
    }
}

/// An accounting system that is not there: reads postings as an import would.
#[derive(Debug, Default)]
pub struct SimulatedLedger {
    journal: Mutex<BTreeMap<String, (String, i64)>>,
}

impl SimulatedLedger {
    /// What it has posted: parcels and the sum of each in cents.
    #[must_use]
    pub fn posted(&self) -> Vec<(String, i64)> {
        let journal = self.journal.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        journal.iter().map(|(id, (_, sum))| (id.clone(), *sum)).collect()
    }

    fn post(&self, parcel: &Parcel) -> Result<Receipt, MailError> {
        let mut journal = self.journal.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some((number, _)) = journal.get(&parcel.id) {
            return Ok(Receipt { number: number.clone() });
        }
        let sum = sum_of(&parcel.bytes).map_err(MailError::Permanent)?;
        let number = format!("GR-{:05}", journal.len() + 1);
        journal.insert(parcel.id.clone(), (number.clone(), sum));
        Ok(Receipt { number })
    }
}

impl Exchange for SimulatedLedger {
    fn hand_over(&self, parcel: Parcel) -> BoxFuture<'_, Result<Receipt, MailError>> {
        Box::pin(async move { self.post(&parcel) })
    }
}

/// The sum of the postings in cents; says which line it cannot post.
fn sum_of(bytes: &[u8]) -> Result<i64, String> {
    let text = std::str::from_utf8(bytes).map_err(|_| "datne nav UTF-8".to_owned())?;
    let mut lines = text.trim_start_matches('\u{feff}').lines();
    let head: Vec<&str> = lines.next().unwrap_or_default().split(',').collect();
    let column = |name: &str| head.iter().position(|h| *h == name).ok_or_else(|| format!("nav kolonnas {name}"));
    let (amount, account) = (column("amount")?, column("account")?);
    let mut sum = 0_i64;
    for (n, line) in lines.enumerate().filter(|(_, l)| !l.is_empty()) {
        let cells = cells(line);
        let cell = |at: usize| cells.get(at).map(|c| c.trim()).unwrap_or_default();
        if cell(account).is_empty() || !cell(account).bytes().all(|b| b.is_ascii_digit()) {
            return Err(format!("{}. rinda: konta „{}” nav kontu plānā", n + 2, cell(account)));
        }
        let cents = cents(cell(amount)).ok_or_else(|| format!("{}. rinda: summa „{}”", n + 2, cell(amount)))?;
        sum = sum.checked_add(cents).ok_or_else(|| "summa ir pārāk liela".to_owned())?;
    }
    Ok(sum)
}

/// The cells of a line; quoted ones may hold commas.
fn cells(line: &str) -> Vec<String> {
    let (mut out, mut cell, mut quoted) = (Vec::new(), String::new(), false);
    let mut chars = line.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => {
                chars.next();
                cell.push('"');
            }
            '"' => quoted = !quoted,
            ',' if !quoted => out.push(std::mem::take(&mut cell)),
            c => cell.push(c),
        }
    }
    out.push(cell);
    out
}

fn cents(text: &str) -> Option<i64> {
    let (sign, rest) = text.strip_prefix('-').map_or((1, text), |rest| (-1, rest));
    let (whole, part) = rest.split_once('.')?;
    let is_plain =
        part.len() == 2 && !whole.is_empty() && whole.bytes().chain(part.bytes()).all(|b| b.is_ascii_digit());
    let whole: i64 = whole.parse().ok().filter(|_| is_plain)?;
    whole.checked_mul(100)?.checked_add(part.parse::<i64>().ok()?)?.checked_mul(sign)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn parcel(id: &str, text: &str) -> Parcel {
        Parcel { id: id.into(), name: format!("postings-{id}.csv"), media_type: "text/csv".into(), bytes: text.into() }
    }

    #[tokio::test]
    async fn the_simulated_ledger_posts_once_and_says_no_by_line() {
        let ledger = SimulatedLedger::default();
        let good = "number,account,ekk,amount\n\"A, 1\",7231,2311,121.00\nA-2,7231,2311,-0.50\n";
        let first = ledger.hand_over(parcel("1", good)).await.unwrap();
        assert_eq!(ledger.hand_over(parcel("1", good)).await.unwrap(), first);
        assert_eq!(ledger.posted(), [("1".to_owned(), 12_050)]);
        for (bad, says) in [
            ("number,amount\n", "account"),
            ("account,amount\nx,1.00", "2. rinda"),
            ("account,amount\n7,1,00", "2. rinda"),
        ] {
            let Err(MailError::Permanent(why)) = ledger.hand_over(parcel("2", bad)).await else { unreachable!() };
            assert!(why.contains(says), "{why}");
        }
    }

    #[tokio::test]
    async fn the_folder_has_a_whole_file_or_none() {
        let dir = tempfile::tempdir().unwrap();
        let ledger = FolderLedger::new(dir.path().join("imports"));
        let receipt = ledger.hand_over(parcel("1", "a")).await.unwrap();
        assert_eq!(receipt.number, "postings-1.csv");
        ledger.hand_over(parcel("1", "a")).await.unwrap();
        let names: Vec<_> =
            std::fs::read_dir(dir.path().join("imports")).unwrap().map(|f| f.unwrap().file_name()).collect();
        assert_eq!(names, ["postings-1.csv"]);
        let out = Parcel { name: "../../x".into(), ..parcel("2", "b") };
        assert_eq!(ledger.hand_over(out).await.unwrap().number, "x");
        assert!(dir.path().join("imports/x").exists());
    }
}
