//! What a transaction wrote, as PostgreSQL itself tells it: the messages of `pgoutput`, the decoder of its logical
//! replication (Protocol, “Logical Replication Message Formats”).

use std::{collections::HashMap, sync::Arc};

use anyhow::{Result, anyhow, bail};

use crate::wire::Value;

/// A table as the decoder announces it.
#[derive(Debug)]
pub struct Table {
    /// `schema.name`
    pub name: String,
    /// Its columns, and whether each is part of the key.
    pub columns: Vec<(String, bool)>,
}

/// A value of a new row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell {
    /// A text, or null.
    Is(Value),
    /// A large value that an update left as it was.
    Unchanged,
}

/// A row that was written.
#[derive(Clone, Debug)]
pub enum Write {
    /// A new row.
    Insert(Arc<Table>, Vec<Cell>),
    /// The new values of a row that was there.
    Update(Arc<Table>, Vec<Cell>),
}

/// Reads messages one after another, in the order of commits.
#[derive(Debug, Default)]
pub struct Decoder {
    tables: HashMap<u32, Arc<Table>>,
    open: Vec<Write>,
    /// Whole transactions.
    pub transactions: Vec<Vec<Write>>,
}

struct Bytes<'a>(&'a [u8]);

impl<'a> Bytes<'a> {
    fn take(&mut self, n: usize) -> Result<&'a [u8]> {
        let (head, rest) = self.0.split_at_checked(n).ok_or_else(|| anyhow!("a message ends too early"))?;
        self.0 = rest;
        Ok(head)
    }

    fn byte(&mut self) -> Result<u8> {
        Ok(*self.take(1)?.first().unwrap_or(&0))
    }

    fn short(&mut self) -> Result<usize> {
        Ok(usize::from(u16::from_be_bytes(self.take(2)?.try_into()?)))
    }

    fn long(&mut self) -> Result<u32> {
        Ok(u32::from_be_bytes(self.take(4)?.try_into()?))
    }

    fn name(&mut self) -> Result<String> {
        let end = self.0.iter().position(|b| *b == 0).ok_or_else(|| anyhow!("a name has no end"))?;
        let text = String::from_utf8(self.take(end)?.to_vec())?;
        self.take(1)?;
        Ok(text)
    }

    fn row(&mut self) -> Result<Vec<Cell>> {
        let n = self.short()?;
        let mut row = Vec::with_capacity(n);
        for _ in 0..n {
            row.push(match self.byte()? {
                b'n' => Cell::Is(None),
                b'u' => Cell::Unchanged,
                b't' => {
                    let length = usize::try_from(self.long()?)?;
                    Cell::Is(Some(String::from_utf8(self.take(length)?.to_vec())?))
                }
                other => bail!("a value of kind {other}"),
            });
        }
        Ok(row)
    }
}

impl Decoder {
    /// Takes the next message.
    pub fn take(&mut self, message: &[u8]) -> Result<()> {
        let mut m = Bytes(message);
        match m.byte()? {
            b'B' => self.open.clear(),
            b'C' => self.transactions.push(std::mem::take(&mut self.open)),
            b'R' => self.table(&mut m)?,
            b'I' => {
                let table = self.found(m.long()?)?;
                m.byte()?;
                self.open.push(Write::Insert(table, m.row()?));
            }
            b'U' => {
                let table = self.found(m.long()?)?;
                // The old key comes first where it changed; no key of ours ever does.
                if m.byte()? != b'N' {
                    m.row()?;
                    m.byte()?;
                }
                self.open.push(Write::Update(table, m.row()?));
            }
            b'D' => bail!("a row was deleted: the replay knows inserts and updates only"),
            _ => {}
        }
        Ok(())
    }

    fn table(&mut self, m: &mut Bytes<'_>) -> Result<()> {
        let id = m.long()?;
        let name = format!("{}.{}", m.name()?, m.name()?);
        m.byte()?;
        let n = m.short()?;
        let mut columns = Vec::with_capacity(n);
        for _ in 0..n {
            let is_key = m.byte()? & 1 == 1;
            columns.push((m.name()?, is_key));
            m.take(8)?;
        }
        self.tables.insert(id, Arc::new(Table { name, columns }));
        Ok(())
    }

    fn found(&self, id: u32) -> Result<Arc<Table>> {
        self.tables.get(&id).cloned().ok_or_else(|| anyhow!("a row of a table that was not announced"))
    }
}
