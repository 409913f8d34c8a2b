//! The semantic model of EN 16931: what an invoice says, whichever syntax it is written in.
//!
//! Reading never judges: what is absent is `None` or empty, what is not a number is absent too.
//! Judge with [`crate::validate`] first. Each syntax is one mapping that both reads and writes, so that what is
//! written reads back the same.

mod cii;
mod convert;
mod io;
mod out;
mod parts;
mod source;
mod ubl;

use serde::{Deserialize, Serialize};

pub use convert::{Conversion, Lost, Target, convert};
pub use parts::{
    Account, Address, Allowance, Attachment, Card, Class, Contact, Delivery, DirectDebit, Identifier, Line, Note,
    Party, Period, Preceding, Property, Totals, VatRow,
};

use crate::report::{Syntax, syntax_of};
use crate::rules::Book;
use crate::xml::{self, Limits, Refusal};

/// An invoice or credit note (rēķins, kredītrēķins). Numbers in the comments are business terms.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Invoice {
    /// BT-24 specification identifier.
    pub specification: String,
    /// BT-23 business process.
    pub process: Option<String>,
    /// BT-1 number.
    pub number: String,
    /// BT-2 issue date, as YYYY-MM-DD.
    pub issue_date: String,
    /// BT-9 due date.
    pub due_date: Option<String>,
    /// BT-7 tax point date.
    pub tax_point_date: Option<String>,
    /// BT-8 code of the tax point date: 3, 35 or 432 (UNTDID 2005).
    pub tax_point_code: Option<String>,
    /// BT-3 type code (UNTDID 1001).
    pub type_code: String,
    /// Whether it is a credit note: by its root, or in CII by its type code.
    pub credit_note: bool,
    /// BT-5 currency.
    pub currency: String,
    /// BT-6 currency of the tax accounts.
    pub tax_currency: Option<String>,
    /// BG-1 notes.
    pub notes: Vec<Note>,
    /// BT-10 buyer reference.
    pub buyer_reference: Option<String>,
    /// BT-11 project.
    pub project: Option<String>,
    /// BT-12 contract.
    pub contract: Option<String>,
    /// BT-13 purchase order.
    pub order: Option<String>,
    /// BT-14 sales order.
    pub sales_order: Option<String>,
    /// BT-15 receiving advice.
    pub receipt: Option<String>,
    /// BT-16 despatch advice.
    pub despatch: Option<String>,
    /// BT-17 tender or lot.
    pub tender: Option<String>,
    /// BT-18 object, as a meter.
    pub object: Option<Identifier>,
    /// BT-19 buyer's accounting reference.
    pub accounting_cost: Option<String>,
    /// BT-20 payment terms.
    pub payment_terms: Option<String>,
    /// BG-3 preceding invoices.
    pub preceding: Vec<Preceding>,
    /// BG-4 seller.
    pub seller: Party,
    /// BG-7 buyer.
    pub buyer: Party,
    /// BG-10 payee, where not the seller.
    pub payee: Option<Party>,
    /// BG-11 seller's tax representative.
    pub tax_representative: Option<Party>,
    /// BG-13 delivery.
    pub delivery: Delivery,
    /// BG-14 invoicing period (BT-73, BT-74).
    pub period: Period,
    /// BT-81 payment means code (UNTDID 4461).
    pub payment_means: Option<String>,
    /// BT-82 payment means in words.
    pub payment_text: Option<String>,
    /// BT-83 remittance information.
    pub remittance: Option<String>,
    /// BG-17 accounts to pay to.
    pub accounts: Vec<Account>,
    /// BG-18 card.
    pub card: Option<Card>,
    /// BG-19 direct debit.
    pub debit: DirectDebit,
    /// BG-20 and BG-21 allowances and charges of the document.
    pub allowances: Vec<Allowance>,
    /// BG-22 totals.
    pub totals: Totals,
    /// BG-23 VAT breakdown.
    pub vat: Vec<VatRow>,
    /// BG-24 supporting documents.
    pub attachments: Vec<Attachment>,
    /// BG-25 lines.
    pub lines: Vec<Line>,
}

/// Why there is no invoice.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// Not safe or well-formed XML.
    #[error(transparent)]
    Xml(#[from] Refusal),
    /// XML, but no invoice.
    #[error("not an invoice")]
    NotInvoice,
}

/// Reads the business terms of an invoice in either syntax.
pub fn read(bytes: &[u8]) -> Result<Invoice, ReadError> {
    read_all(bytes).map(|(invoice, _)| invoice)
}

/// Reads the business terms, and what of the document is none.
fn read_all(bytes: &[u8]) -> Result<(Invoice, Vec<Lost>), ReadError> {
    let book = Book::get();
    let tree = xml::read(bytes, &book.names, Limits::default())?;
    let mut io = io::Io::reader(source::Source::new(&tree, tree.names(&book.names)));
    let mut invoice = Invoice::default();
    match syntax_of(&tree, book) {
        Syntax::UblInvoice => ubl::map(&mut io, &mut invoice),
        Syntax::UblCreditNote => {
            invoice.credit_note = true;
            ubl::map(&mut io, &mut invoice);
        }
        Syntax::Cii => {
            cii::map(&mut io, &mut invoice);
            invoice.credit_note = cii::is_credit(&invoice.type_code);
        }
        Syntax::InvoiceResponse | Syntax::Unknown => return Err(ReadError::NotInvoice),
    }
    tidy(&mut invoice);
    Ok((invoice, io.unread()))
}

/// One order where the syntaxes have two: identifiers without a scheme stand before those with one.
fn tidy(invoice: &mut Invoice) {
    let payee = invoice.payee.iter_mut();
    for party in [&mut invoice.seller, &mut invoice.buyer].into_iter().chain(payee) {
        party.ids.sort_by_key(|id| id.scheme.is_some());
    }
}

/// Writes an invoice as UBL 2.1 Invoice or CreditNote.
#[must_use]
pub fn to_ubl(invoice: &Invoice) -> String {
    let root = if invoice.credit_note { ("cn", "CreditNote") } else { ("ubl", "Invoice") };
    let mut io = io::Io::writer(root);
    ubl::map(&mut io, &mut invoice.clone());
    io.finish()
}

/// Writes an invoice as UN/CEFACT Cross Industry Invoice D16B.
#[must_use]
pub fn to_cii(invoice: &Invoice) -> String {
    let mut io = io::Io::writer(("rsm", "CrossIndustryInvoice"));
    cii::map(&mut io, &mut invoice.clone());
    io.finish()
}
