//! pain.001: payment orders (maksājuma uzdevumi) to the bank.

use std::collections::BTreeSet;

use chrono::{NaiveDate, NaiveDateTime};
use latvian::ids::Iban;
use rust_decimal::Decimal;

use crate::{
    check_reference, fits,
    xml::{Writer, moment, money},
};

/// The version of the message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Version {
    /// pain.001.001.03, which the Latvian guidelines of 2014 and the State Treasury name.
    V03,
    /// pain.001.001.09, to which banks moved from 2023 on.
    V09,
}

impl Version {
    /// The name of the message.
    #[must_use]
    pub const fn message(self) -> &'static str {
        match self {
            Self::V03 => "pain.001.001.03",
            Self::V09 => "pain.001.001.09",
        }
    }
}

/// Who pays or is paid.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Party {
    /// Name, up to 70 characters in SEPA.
    pub name: String,
    /// Registration number (reģistrācijas numurs) of a legal person.
    pub registration: Option<String>,
    /// Two letters of the country.
    pub country: Option<String>,
    /// Up to two lines of the address.
    pub address: Vec<String>,
}

/// What the payment is for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Remittance {
    /// In words, up to 140 characters (maksājuma mērķis).
    pub text: Option<String>,
    /// The creditor's structured reference, ISO 11649.
    pub reference: Option<String>,
    /// Codes of the economic classification (EKK) with their parts of the amount.
    pub codes: Vec<(String, Decimal)>,
}

/// One payment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Transfer {
    /// Ours; the statement says it again (up to 35 characters).
    pub end_to_end: String,
    /// How much.
    pub amount: Decimal,
    /// In what: EUR.
    pub currency: String,
    /// Who is paid.
    pub creditor: Party,
    /// To which account.
    pub account: String,
    /// At which bank (BIC), where it must be said.
    pub bank: Option<String>,
    /// For what.
    pub remittance: Remittance,
}

/// Payments from one account on one day.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Order {
    /// Ours, up to 35 characters.
    pub id: String,
    /// The day on which the bank is to pay.
    pub date: NaiveDate,
    /// Who pays.
    pub debtor: Party,
    /// From which account.
    pub account: String,
    /// At which bank (BIC).
    pub bank: Option<String>,
    /// Booked as one line of the statement?
    pub one_booking: bool,
    /// The payments.
    pub transfers: Vec<Transfer>,
}

/// A file of payment orders.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Initiation {
    /// Ours, up to 35 characters; a bank takes it once.
    pub id: String,
    /// When it was made.
    pub created: NaiveDateTime,
    /// Who sends it.
    pub initiator: Party,
    /// The orders.
    pub orders: Vec<Order>,
}

/// What a bank would refuse.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// Nothing to pay.
    #[error("no payment")]
    Empty,
    /// An identifier that is empty, too long, or of characters that banks do not take.
    #[error("{0} is no identifier of up to 35 plain characters: {1}")]
    Identifier(&'static str, String),
    /// Twice the same.
    #[error("identifier twice: {0}")]
    Twice(String),
    /// Not an account number.
    #[error("not an account number: {0}")]
    Account(String),
    /// Nothing, negative, more than two decimals, or more than SEPA takes.
    #[error("amount of {0}: {1}")]
    Amount(String, Decimal),
    /// Only euro in SEPA.
    #[error("currency of {0}: {1}")]
    Currency(String, String),
    /// No name.
    #[error("no name: {0}")]
    Name(String),
    /// A text that is too long or has characters that banks do not take.
    #[error("text of {0}")]
    Text(String),
    /// A creditor reference that is none.
    #[error("reference of {0}")]
    Reference(String),
    /// Codes that do not add up to the amount.
    #[error("codes of {0} do not add up")]
    Codes(String),
}

/// The largest amount of a SEPA payment.
fn largest() -> Decimal {
    Decimal::new(99_999_999_999, 2)
}

fn is_identifier(text: &str) -> bool {
    !text.is_empty() && text.len() <= 35 && text.trim() == text && fits(text, false) && !text.starts_with('/')
}

impl Initiation {
    /// How many payments, and how much in all.
    #[must_use]
    pub fn totals(&self) -> (usize, Decimal) {
        let all = self.orders.iter().flat_map(|o| &o.transfers);
        all.fold((0, Decimal::ZERO), |(n, sum), t| (n + 1, sum + t.amount))
    }

    /// Everything that a bank would refuse.
    #[must_use]
    pub fn faults(&self) -> Vec<Fault> {
        let mut faults = Vec::new();
        let mut seen = BTreeSet::new();
        identifier(&mut faults, "MsgId", &self.id);
        if self.totals().0 == 0 || self.orders.iter().any(|o| o.transfers.is_empty()) {
            faults.push(Fault::Empty);
        }
        for order in &self.orders {
            identifier(&mut faults, "PmtInfId", &order.id);
            if !seen.insert(format!("order {}", order.id)) {
                faults.push(Fault::Twice(order.id.clone()));
            }
            account(&mut faults, &order.account);
            for t in &order.transfers {
                if !seen.insert(format!("transfer {}", t.end_to_end)) {
                    faults.push(Fault::Twice(t.end_to_end.clone()));
                }
                transfer(&mut faults, t);
            }
        }
        faults
    }

    /// Writes it. Judge it by [`Initiation::faults`] first: what is wrong is written as it is.
    #[must_use]
    pub fn write(&self, version: Version) -> Vec<u8> {
        let mut w = Writer::new(version.message());
        let (count, sum) = self.totals();
        w.tag("CstmrCdtTrfInitn", |w| {
            w.tag("GrpHdr", |w| {
                w.leaf("MsgId", &self.id);
                w.leaf("CreDtTm", &moment(self.created));
                w.leaf("NbOfTxs", &count.to_string());
                w.leaf("CtrlSum", &money(sum));
                w.tag("InitgPty", |w| party(w, &self.initiator, false));
            });
            for order in &self.orders {
                w.tag("PmtInf", |w| write_order(w, order, version));
            }
        });
        w.finish()
    }
}

fn identifier(faults: &mut Vec<Fault>, what: &'static str, id: &str) {
    if !is_identifier(id) {
        faults.push(Fault::Identifier(what, id.to_owned()));
    }
}

fn account(faults: &mut Vec<Fault>, number: &str) {
    if Iban::parse(number).is_ok_and(|i| i.value.compact() == number) {
        return;
    }
    faults.push(Fault::Account(number.to_owned()));
}

fn transfer(faults: &mut Vec<Fault>, t: &Transfer) {
    let name = || t.end_to_end.clone();
    identifier(faults, "EndToEndId", &t.end_to_end);
    account(faults, &t.account);
    if t.amount <= Decimal::ZERO || t.amount > largest() || t.amount.normalize().scale() > 2 {
        faults.push(Fault::Amount(name(), t.amount));
    }
    if t.currency != "EUR" {
        faults.push(Fault::Currency(name(), t.currency.clone()));
    }
    if t.creditor.name.trim().is_empty() {
        faults.push(Fault::Name(name()));
    }
    let local = t.account.starts_with("LV");
    let text = t.remittance.text.as_deref().unwrap_or_default();
    let is_good = |s: &str, longest: usize| s.chars().count() <= longest && fits(s, local);
    if !is_good(text, 140) || !is_good(&t.creditor.name, 70) {
        faults.push(Fault::Text(name()));
    }
    if t.remittance.reference.as_deref().is_some_and(|r| check_reference(r).as_deref() != Ok(r)) {
        faults.push(Fault::Reference(name()));
    }
    let codes: Decimal = t.remittance.codes.iter().map(|(_, part)| *part).sum();
    if !t.remittance.codes.is_empty() && codes != t.amount {
        faults.push(Fault::Codes(name()));
    }
}

pub(crate) fn party(w: &mut Writer, p: &Party, with_address: bool) {
    w.some("Nm", Some(&p.name));
    if with_address && (p.country.is_some() || !p.address.is_empty()) {
        w.tag("PstlAdr", |w| {
            w.some("Ctry", p.country.as_deref());
            for line in p.address.iter().take(2) {
                w.some("AdrLine", Some(line));
            }
        });
    }
    if let Some(number) = &p.registration {
        w.path(&["Id", "OrgId", "Othr"], |w| {
            w.leaf("Id", number);
            w.deep(&["SchmeNm", "Cd"], "COID");
        });
    }
}

fn bank(w: &mut Writer, name: &str, bic: Option<&str>, version: Version) {
    let tag = if version == Version::V03 { "BIC" } else { "BICFI" };
    w.path(&[name, "FinInstnId"], |w| match bic {
        Some(bic) => w.leaf(tag, bic),
        None => w.deep(&["Othr", "Id"], "NOTPROVIDED"),
    });
}

fn write_order(w: &mut Writer, order: &Order, version: Version) {
    let sum: Decimal = order.transfers.iter().map(|t| t.amount).sum();
    w.leaf("PmtInfId", &order.id);
    w.leaf("PmtMtd", "TRF");
    w.leaf("BtchBookg", if order.one_booking { "true" } else { "false" });
    w.leaf("NbOfTxs", &order.transfers.len().to_string());
    w.leaf("CtrlSum", &money(sum));
    w.tag("PmtTpInf", |w| {
        w.deep(&["SvcLvl", "Cd"], "SEPA");
        w.deep(&["CtgyPurp", "Cd"], "SUPP");
    });
    let date = order.date.format("%Y-%m-%d").to_string();
    match version {
        Version::V03 => w.leaf("ReqdExctnDt", &date),
        Version::V09 => w.deep(&["ReqdExctnDt", "Dt"], &date),
    }
    w.tag("Dbtr", |w| party(w, &order.debtor, true));
    w.tag("DbtrAcct", |w| {
        w.deep(&["Id", "IBAN"], &order.account);
        w.leaf("Ccy", "EUR");
    });
    bank(w, "DbtrAgt", order.bank.as_deref(), version);
    w.leaf("ChrgBr", "SLEV");
    for t in &order.transfers {
        w.tag("CdtTrfTxInf", |w| write_transfer(w, t, version));
    }
}

fn write_transfer(w: &mut Writer, t: &Transfer, version: Version) {
    w.tag("PmtId", |w| {
        w.leaf("InstrId", &t.end_to_end);
        w.leaf("EndToEndId", &t.end_to_end);
    });
    w.tag("Amt", |w| w.amount("InstdAmt", &t.currency, t.amount));
    if t.bank.is_some() {
        bank(w, "CdtrAgt", t.bank.as_deref(), version);
    }
    w.tag("Cdtr", |w| party(w, &t.creditor, true));
    w.path(&["CdtrAcct", "Id"], |w| w.leaf("IBAN", &t.account));
    let r = &t.remittance;
    if r.text.is_none() && r.reference.is_none() && r.codes.is_empty() {
        return;
    }
    w.tag("RmtInf", |w| {
        w.some("Ustrd", r.text.as_deref());
        if let Some(reference) = &r.reference {
            w.path(&["Strd", "CdtrRefInf"], |w| {
                w.deep(&["Tp", "CdOrPrtry", "Cd"], "SCOR");
                w.leaf("Ref", reference);
            });
        }
        for (ekk, part) in &r.codes {
            code(w, ekk, &t.currency, *part);
        }
    });
}

/// The type of referred document under which budget codes stand.
pub(crate) const EKK: &str = "EKK";

/// A budget code with its part of the amount; see the README on where it stands.
fn code(w: &mut Writer, ekk: &str, currency: &str, part: Decimal) {
    w.tag("Strd", |w| {
        w.tag("RfrdDocInf", |w| {
            w.deep(&["Tp", "CdOrPrtry", "Prtry"], EKK);
            w.leaf("Nb", ekk);
        });
        w.tag("RfrdDocAmt", |w| w.amount("RmtdAmt", currency, part));
    });
}
