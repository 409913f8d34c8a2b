//! PostgreSQL's wire protocol, as little of it as two things need: a client that adds next to nothing to the cost
//! of a statement (what bare writes cost must not be the client's cost), and a relay that counts what passes.

use std::{
    io::{Read as _, Write as _},
    os::unix::net::UnixStream,
    path::Path,
};

use anyhow::{Context as _, Result, bail};

/// A value as text, or null.
pub type Value = Option<String>;

/// A blocking connection over the socket.
pub struct Conn {
    stream: UnixStream,
    out: Vec<u8>,
    input: Vec<u8>,
    at: usize,
}

impl Conn {
    /// Signs in; the private cluster trusts whoever reaches its socket.
    pub fn connect(sockets: &Path, user: &str, database: &str) -> Result<Self> {
        let stream = UnixStream::connect(sockets.join(".s.PGSQL.5432")).context("the socket of PostgreSQL")?;
        let mut conn = Self { stream, out: Vec::new(), input: Vec::new(), at: 0 };
        let body = format!("user\0{user}\0database\0{database}\0\0");
        conn.out.extend_from_slice(&(i32::try_from(body.len() + 8)?).to_be_bytes());
        conn.out.extend_from_slice(&196_608_i32.to_be_bytes());
        conn.out.extend_from_slice(body.as_bytes());
        conn.flush()?;
        conn.wait_ready()?;
        Ok(conn)
    }

    fn message(&mut self, kind: u8, body: &[u8]) -> Result<()> {
        self.out.push(kind);
        self.out.extend_from_slice(&i32::try_from(body.len() + 4)?.to_be_bytes());
        self.out.extend_from_slice(body);
        Ok(())
    }

    /// Prepares a statement under a name.
    pub fn prepare(&mut self, name: &str, sql: &str) -> Result<()> {
        let mut body = format!("{name}\0{sql}\0").into_bytes();
        body.extend_from_slice(&0_i16.to_be_bytes());
        self.message(b'P', &body)?;
        self.round_trip().with_context(|| sql.to_owned())
    }

    /// Puts a prepared statement into what goes out next.
    pub fn put(&mut self, name: &str, values: &[Value]) -> Result<()> {
        let mut body = format!("\0{name}\0").into_bytes();
        // All parameters, and results, as text.
        body.extend_from_slice(&0_i16.to_be_bytes());
        body.extend_from_slice(&i16::try_from(values.len())?.to_be_bytes());
        for value in values {
            match value {
                None => body.extend_from_slice(&(-1_i32).to_be_bytes()),
                Some(text) => {
                    body.extend_from_slice(&i32::try_from(text.len())?.to_be_bytes());
                    body.extend_from_slice(text.as_bytes());
                }
            }
        }
        body.extend_from_slice(&0_i16.to_be_bytes());
        self.message(b'B', &body)?;
        self.message(b'E', &[0, 0, 0, 0, 0])
    }

    /// Sends what was put, and waits until it is done.
    pub fn round_trip(&mut self) -> Result<()> {
        self.message(b'S', &[])?;
        self.flush()?;
        self.wait_ready()
    }

    fn flush(&mut self) -> Result<()> {
        self.stream.write_all(&self.out)?;
        self.out.clear();
        Ok(())
    }

    fn wait_ready(&mut self) -> Result<()> {
        let mut failed = None;
        loop {
            let (kind, body) = self.next()?;
            match kind {
                b'Z' => break,
                b'E' => failed = failed.or(Some(said(&body))),
                b'R' if body != [0, 0, 0, 0] => bail!("PostgreSQL asks for a password"),
                _ => {}
            }
        }
        failed.map_or(Ok(()), |text| bail!("PostgreSQL refused: {text}"))
    }

    fn next(&mut self) -> Result<(u8, Vec<u8>)> {
        loop {
            let rest = self.input.get(self.at..).unwrap_or_default();
            if let Some((kind, length)) = head(rest)
                && let Some(body) = rest.get(5..=length)
            {
                let body = body.to_vec();
                self.at += length + 1;
                return Ok((kind, body));
            }
            self.input.drain(..self.at);
            self.at = 0;
            let mut chunk = [0; 16384];
            let n = self.stream.read(&mut chunk)?;
            if n == 0 {
                bail!("PostgreSQL closed the connection");
            }
            self.input.extend_from_slice(chunk.get(..n).unwrap_or_default());
        }
    }
}

/// Kind and length (without the kind's byte) of a message that begins here.
fn head(bytes: &[u8]) -> Option<(u8, usize)> {
    let kind = *bytes.first()?;
    let length = u32::from_be_bytes(bytes.get(1..5)?.try_into().ok()?);
    Some((kind, usize::try_from(length).ok()?))
}

/// Severity, code and text of an error.
fn said(body: &[u8]) -> String {
    let fields = body.split(|b| *b == 0).filter_map(|f| f.split_first());
    let wanted = fields.filter(|(kind, _)| matches!(kind, b'C' | b'M' | b'n' | b't'));
    wanted.map(|(_, text)| String::from_utf8_lossy(text).into_owned()).collect::<Vec<_>>().join(" ")
}

/// What a relay has seen pass.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Passed {
    /// Statements executed.
    pub statements: u64,
    /// Times the client waited for an answer.
    pub round_trips: u64,
    /// Statements parsed: zero once they are all prepared.
    pub parsed: u64,
}

/// Counts the messages of one client, in whatever pieces they come.
#[derive(Debug, Default)]
pub struct Counter {
    bytes: Vec<u8>,
    started: bool,
    /// What has passed.
    pub passed: Passed,
}

impl Counter {
    /// Takes what the client sent.
    pub fn take(&mut self, chunk: &[u8]) {
        self.bytes.extend_from_slice(chunk);
        loop {
            let used = if self.started {
                let Some((kind, length)) = head(&self.bytes) else { return };
                let Some(body) = self.bytes.get(5..=length) else { return };
                self.passed.count(kind, body);
                length + 1
            } else {
                // The first message has no kind.
                let Some(length) = self.bytes.first_chunk::<4>().map(|b| u32::from_be_bytes(*b)) else { return };
                let length = usize::try_from(length).unwrap_or(usize::MAX);
                if self.bytes.len() < length {
                    return;
                }
                self.started = true;
                length
            };
            self.bytes.drain(..used);
        }
    }
}

impl Passed {
    fn count(&mut self, kind: u8, body: &[u8]) {
        match kind {
            b'Q' => {
                let text = String::from_utf8_lossy(body);
                let parts = text.split(';').filter(|p| !p.trim_matches(['\0', ' ']).is_empty());
                self.statements += parts.count() as u64;
                self.round_trips += 1;
            }
            b'P' => self.parsed += 1,
            b'E' => self.statements += 1,
            b'S' => self.round_trips += 1,
            _ => {}
        }
    }

    /// What came since.
    #[must_use]
    pub const fn since(self, before: Self) -> Self {
        Self {
            statements: self.statements - before.statements,
            round_trips: self.round_trips - before.round_trips,
            parsed: self.parsed - before.parsed,
        }
    }
}
