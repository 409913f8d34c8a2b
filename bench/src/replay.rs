//! The bare writes: the rows that a run wrote, written again into a copy of the same schema. Nothing is asked, no
//! rule is judged, no row security binds; indexes and foreign keys are the same.

use std::{
    collections::{BTreeMap, HashMap},
    path::Path,
    sync::{Arc, Barrier},
    time::{Duration, Instant},
};

use anyhow::{Result, anyhow};
use db::cluster::OWNER_ROLE;

use crate::{
    decode::{Cell, Table, Write},
    wire::{Conn, Value},
};

/// One prepared statement with its values.
struct Call {
    statement: usize,
    values: Vec<Value>,
}

/// What is to be written again: transactions, and the statements that they need.
#[derive(Default)]
pub struct Script {
    statements: Vec<String>,
    by_text: HashMap<String, usize>,
    transactions: Vec<Vec<Call>>,
    /// Inserted rows by table.
    pub inserts: BTreeMap<String, u64>,
    /// Updated rows by table.
    pub updates: BTreeMap<String, u64>,
}

/// Rows as they are known to be, so that an update sets what it changed and nothing else.
#[derive(Default)]
pub struct Known(HashMap<(String, Vec<Value>), Vec<Cell>>);

fn key(table: &Table, row: &[Cell]) -> Vec<Value> {
    let cells = table.columns.iter().zip(row).filter(|((_, is_key), _)| *is_key);
    cells.map(|(_, cell)| if let Cell::Is(v) = cell { v.clone() } else { None }).collect()
}

impl Known {
    fn of(&self, table: &Table, row: &[Cell]) -> Option<&Vec<Cell>> {
        self.0.get(&(table.name.clone(), key(table, row)))
    }

    fn set(&mut self, table: &Table, row: Vec<Cell>) {
        let place = (table.name.clone(), key(table, &row));
        let kept = match self.0.remove(&place) {
            // A value that was left as it was is still what it was.
            Some(before) => {
                row.into_iter().zip(before).map(|(n, b)| if n == Cell::Unchanged { b } else { n }).collect()
            }
            None => row,
        };
        self.0.insert(place, kept);
    }
}

impl Script {
    /// Makes statements of what transactions wrote. One of our statements may write a row before the one that it
    /// refers to; row by row, the one that is referred to comes first (`order` of tables).
    pub fn of(transactions: Vec<Vec<Write>>, known: &mut Known, order: &HashMap<String, usize>) -> Self {
        let mut script = Self::default();
        for mut writes in transactions.into_iter().filter(|t| !t.is_empty()) {
            writes.sort_by_key(|w| {
                let (Write::Insert(table, _) | Write::Update(table, _)) = w;
                order.get(&table.name).copied().unwrap_or(0)
            });
            let calls = writes.into_iter().map(|w| script.call(w, known)).collect();
            script.transactions.push(calls);
        }
        script
    }

    /// How many rows are written.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.transactions.iter().map(Vec::len).sum()
    }

    fn call(&mut self, write: Write, known: &mut Known) -> Call {
        match write {
            Write::Insert(table, row) => {
                let (mut names, mut values) = (Vec::new(), Vec::new());
                for ((name, _), cell) in table.columns.iter().zip(&row) {
                    if let Cell::Is(value) = cell {
                        names.push(format!("\"{name}\""));
                        values.push(value.clone());
                    }
                }
                let places: Vec<String> = (1..=values.len()).map(|n| format!("${n}")).collect();
                let text = format!("insert into {} ({}) values ({})", table.name, names.join(", "), places.join(", "));
                *self.inserts.entry(table.name.clone()).or_default() += 1;
                known.set(&table, row);
                Call { statement: self.statement(text), values }
            }
            Write::Update(table, row) => {
                let before = known.of(&table, &row);
                let (mut sets, mut keys, mut values) = (Vec::new(), Vec::new(), Vec::new());
                for (n, ((name, is_key), cell)) in table.columns.iter().zip(&row).enumerate() {
                    let Cell::Is(value) = cell else { continue };
                    let same = before.and_then(|b| b.get(n)).is_some_and(|b| b == cell);
                    if !is_key && same {
                        continue;
                    }
                    values.push(value.clone());
                    let part = format!("\"{name}\" = ${}", values.len());
                    if *is_key { keys.push(part) } else { sets.push(part) }
                }
                let text = format!("update {} set {} where {}", table.name, sets.join(", "), keys.join(" and "));
                *self.updates.entry(table.name.clone()).or_default() += 1;
                known.set(&table, row);
                Call { statement: self.statement(text), values }
            }
        }
    }

    fn statement(&mut self, text: String) -> usize {
        if let Some(n) = self.by_text.get(&text) {
            return *n;
        }
        let n = self.statements.len();
        self.statements.push(text.clone());
        self.by_text.insert(text, n);
        n
    }
}

/// Tables in an order in which none refers to a later one, by the foreign keys `(from, to)`.
pub fn order(keys: &[(String, String)]) -> HashMap<String, usize> {
    let mut order: HashMap<String, usize> = HashMap::new();
    // Each round moves a table behind what it refers to; no chain is longer than there are keys.
    for _ in 0..keys.len() {
        let mut moved = false;
        for (from, to) in keys.iter().filter(|(from, to)| from != to) {
            let behind = order.get(to).copied().unwrap_or(0) + 1;
            let place = order.entry(from.clone()).or_insert(0);
            moved |= *place < behind;
            *place = (*place).max(behind);
        }
        if !moved {
            break;
        }
    }
    order
}

/// How the statements of a transaction go over the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// One after another, each waited for, as a program that writes rows does.
    OneByOne,
    /// All of a transaction at once: no program that looks at its results can be faster.
    AtOnce,
}

/// Connections that are signed in and wait; a replay is timed without sign-in and parsing.
pub struct Replayer {
    conns: Vec<Conn>,
}

impl Replayer {
    /// Connects that many clients.
    pub fn connect(sockets: &Path, database: &str, clients: usize) -> Result<Self> {
        let mut conns = Vec::new();
        for _ in 0..clients {
            let mut conn = Conn::connect(sockets, OWNER_ROLE, database)?;
            conn.prepare("b", "begin")?;
            conn.prepare("c", "commit")?;
            conns.push(conn);
        }
        Ok(Self { conns })
    }

    /// Writes it all again, the transactions dealt out among the clients.
    pub fn play(&mut self, script: Script, way: Way, round: usize) -> Result<(Duration, Script)> {
        let script = Arc::new(script);
        let clients = self.conns.len();
        let start = Arc::new(Barrier::new(clients + 1));
        let mut running = Vec::new();
        for (n, mut conn) in self.conns.drain(..).enumerate() {
            for (id, text) in script.statements.iter().enumerate() {
                conn.prepare(&format!("r{round}s{id}"), text)?;
            }
            let (script, start) = (Arc::clone(&script), Arc::clone(&start));
            running.push(std::thread::spawn(move || {
                let names: Vec<String> = (0..script.statements.len()).map(|id| format!("r{round}s{id}")).collect();
                start.wait();
                let mut done = Ok(());
                for calls in script.transactions.iter().skip(n).step_by(clients) {
                    done = one(&mut conn, calls, &names, way);
                    if done.is_err() {
                        break;
                    }
                }
                (conn, done)
            }));
        }
        start.wait();
        let begun = Instant::now();
        let mut failed = Ok(());
        for thread in running {
            let (conn, done) = thread.join().map_err(|_| anyhow!("a client broke off"))?;
            self.conns.push(conn);
            failed = failed.and(done);
        }
        let took = begun.elapsed();
        failed?;
        let script = Arc::into_inner(script).ok_or_else(|| anyhow!("a client still holds the script"))?;
        Ok((took, script))
    }
}

fn one(conn: &mut Conn, calls: &[Call], names: &[String], way: Way) -> Result<()> {
    let name = |c: &Call| names.get(c.statement).map(String::as_str).unwrap_or_default();
    conn.put("b", &[])?;
    if way == Way::OneByOne {
        conn.round_trip()?;
    }
    for call in calls {
        conn.put(name(call), &call.values)?;
        if way == Way::OneByOne {
            conn.round_trip()?;
        }
    }
    conn.put("c", &[])?;
    conn.round_trip()
}
