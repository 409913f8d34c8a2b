//! camt.053: the account statement (konta izraksts).

use chrono::{NaiveDate, NaiveDateTime};
use rust_decimal::Decimal;

use crate::{
    Party, Remittance,
    initiation::party,
    xml::{Writer, moment},
};

/// The version of the message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StatementVersion {
    /// camt.053.001.02, which the Latvian guidelines of 2014 name.
    V02,
    /// camt.053.001.08.
    V08,
}

impl StatementVersion {
    /// The name of the message.
    #[must_use]
    pub const fn message(self) -> &'static str {
        match self {
            Self::V02 => "camt.053.001.02",
            Self::V08 => "camt.053.001.08",
        }
    }
}

/// A balance; what the bank owes us is positive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Balance {
    /// OPBD, CLBD, CLAV …
    pub code: String,
    /// How much.
    pub amount: Decimal,
    /// On which day.
    pub date: NaiveDate,
}

/// One payment within an entry.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Detail {
    /// The file it came in (MsgId).
    pub message: Option<String>,
    /// The order it was in (PmtInfId).
    pub order: Option<String>,
    /// Our identifier of the payment.
    pub end_to_end: Option<String>,
    /// How much; `None` where the entry has one payment and says it.
    pub amount: Option<Decimal>,
    /// The other side: who was paid, or who paid.
    pub other: Party,
    /// Their account.
    pub account: Option<String>,
    /// For what.
    pub remittance: Remittance,
    /// Why it came back, as AC04.
    pub returned: Option<String>,
}

/// A line of the statement; what came in is positive, what went out negative.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The bank's reference.
    pub reference: Option<String>,
    /// How much.
    pub amount: Decimal,
    /// In what.
    pub currency: String,
    /// Does it take back an earlier one?
    pub reversal: bool,
    /// BOOK, PDNG, INFO.
    pub status: String,
    /// Booked on.
    pub booked: Option<NaiveDate>,
    /// Valued on.
    pub valued: Option<NaiveDate>,
    /// What kind of transaction: domain, family, sub-family joined by `/`.
    pub kind: String,
    /// Its payments.
    pub details: Vec<Detail>,
    /// In words.
    pub words: Option<String>,
}

/// One account's statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// The bank's identifier.
    pub id: String,
    /// When it was made.
    pub created: NaiveDateTime,
    /// The account.
    pub account: String,
    /// Its currency.
    pub currency: String,
    /// Whose it is.
    pub owner: Option<String>,
    /// From and to which moment.
    pub period: Option<(NaiveDateTime, NaiveDateTime)>,
    /// The balances.
    pub balances: Vec<Balance>,
    /// The lines.
    pub entries: Vec<Entry>,
}

impl Statement {
    /// The balance of a kind (OPBD, CLBD).
    #[must_use]
    pub fn balance(&self, code: &str) -> Option<&Balance> {
        self.balances.iter().find(|b| b.code == code)
    }

    /// Do the booked lines lead from the opening to the closing balance? `None` where one of them is not stated.
    #[must_use]
    pub fn is_balanced(&self) -> Option<bool> {
        let opening = self.balance("OPBD").or_else(|| self.balance("PRCD"))?.amount;
        let closing = self.balance("CLBD")?.amount;
        let booked = self.entries.iter().filter(|e| e.status == "BOOK");
        let moved: Decimal = booked.map(|e| e.amount).sum();
        Some(opening + moved == closing)
    }
}

/// A file of statements.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatementFile {
    /// The bank's identifier.
    pub id: String,
    /// When it was made.
    pub created: NaiveDateTime,
    /// The statements.
    pub statements: Vec<Statement>,
}

fn day(w: &mut Writer, name: &str, date: Option<NaiveDate>) {
    if let Some(date) = date {
        w.deep(&[name, "Dt"], &date.format("%Y-%m-%d").to_string());
    }
}

const fn sign(amount: Decimal) -> &'static str {
    if amount.is_sign_negative() { "DBIT" } else { "CRDT" }
}

impl StatementFile {
    /// Writes it: for the bank's end of tests and of the simulator.
    #[must_use]
    pub fn write(&self, version: StatementVersion) -> Vec<u8> {
        let mut w = Writer::new(version.message());
        w.tag("BkToCstmrStmt", |w| {
            w.tag("GrpHdr", |w| {
                w.leaf("MsgId", &self.id);
                w.leaf("CreDtTm", &moment(self.created));
            });
            for s in &self.statements {
                w.tag("Stmt", |w| statement(w, s, version));
            }
        });
        w.finish()
    }
}

fn statement(w: &mut Writer, s: &Statement, version: StatementVersion) {
    w.leaf("Id", &s.id);
    w.leaf("CreDtTm", &moment(s.created));
    if let Some((from, to)) = s.period {
        w.tag("FrToDt", |w| {
            w.leaf("FrDtTm", &moment(from));
            w.leaf("ToDtTm", &moment(to));
        });
    }
    w.tag("Acct", |w| {
        w.deep(&["Id", "IBAN"], &s.account);
        w.leaf("Ccy", &s.currency);
        if let Some(owner) = &s.owner {
            w.deep(&["Ownr", "Nm"], owner);
        }
    });
    for b in &s.balances {
        w.tag("Bal", |w| {
            w.deep(&["Tp", "CdOrPrtry", "Cd"], &b.code);
            w.amount("Amt", &s.currency, b.amount);
            w.leaf("CdtDbtInd", sign(b.amount));
            day(w, "Dt", Some(b.date));
        });
    }
    for e in &s.entries {
        w.tag("Ntry", |w| entry(w, e, version));
    }
}

fn entry(w: &mut Writer, e: &Entry, version: StatementVersion) {
    w.amount("Amt", &e.currency, e.amount);
    w.leaf("CdtDbtInd", sign(e.amount));
    if e.reversal {
        w.leaf("RvslInd", "true");
    }
    match version {
        StatementVersion::V02 => w.leaf("Sts", &e.status),
        StatementVersion::V08 => w.deep(&["Sts", "Cd"], &e.status),
    }
    day(w, "BookgDt", e.booked);
    day(w, "ValDt", e.valued);
    w.some("AcctSvcrRef", e.reference.as_deref());
    w.tag("BkTxCd", |w| {
        let mut parts = e.kind.split('/');
        if let (Some(domain), Some(family), Some(sub)) = (parts.next(), parts.next(), parts.next()) {
            w.tag("Domn", |w| {
                w.leaf("Cd", domain);
                w.tag("Fmly", |w| {
                    w.leaf("Cd", family);
                    w.leaf("SubFmlyCd", sub);
                });
            });
        }
    });
    if !e.details.is_empty() {
        w.tag("NtryDtls", |w| {
            for d in &e.details {
                w.tag("TxDtls", |w| detail(w, e, d, version));
            }
        });
    }
    w.some("AddtlNtryInf", e.words.as_deref());
}

fn detail(w: &mut Writer, e: &Entry, d: &Detail, version: StatementVersion) {
    if d.message.is_some() || d.order.is_some() || d.end_to_end.is_some() {
        w.tag("Refs", |w| {
            w.some("MsgId", d.message.as_deref());
            w.some("PmtInfId", d.order.as_deref());
            w.some("EndToEndId", d.end_to_end.as_deref());
        });
    }
    if let Some(amount) = d.amount {
        match version {
            StatementVersion::V02 => w.path(&["AmtDtls", "TxAmt"], |w| w.amount("Amt", &e.currency, amount)),
            StatementVersion::V08 => {
                w.amount("Amt", &e.currency, amount);
                w.leaf("CdtDbtInd", sign(e.amount));
            }
        }
    }
    let (who, whose) = if e.amount.is_sign_negative() { ("Cdtr", "CdtrAcct") } else { ("Dbtr", "DbtrAcct") };
    if !d.other.name.is_empty() || d.account.is_some() {
        w.tag("RltdPties", |w| {
            if !d.other.name.is_empty() {
                let names: &[&str] = if version == StatementVersion::V02 { &[who] } else { &[who, "Pty"] };
                w.path(names, |w| party(w, &d.other, true));
            }
            if let Some(account) = &d.account {
                w.deep(&[whose, "Id", "IBAN"], account);
            }
        });
    }
    if d.remittance.text.is_some() || d.remittance.reference.is_some() {
        w.tag("RmtInf", |w| {
            w.some("Ustrd", d.remittance.text.as_deref());
            if let Some(reference) = &d.remittance.reference {
                w.path(&["Strd", "CdtrRefInf"], |w| {
                    w.deep(&["Tp", "CdOrPrtry", "Cd"], "SCOR");
                    w.leaf("Ref", reference);
                });
            }
        });
    }
    if let Some(reason) = &d.returned {
        w.deep(&["RtrInf", "Rsn", "Cd"], reason);
    }
}
