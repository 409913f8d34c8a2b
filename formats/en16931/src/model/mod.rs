//! The semantic model of EN 16931: what an invoice says, whichever syntax it is written in.
//!
//! Reading never judges: what is absent is `None` or empty, what is not a number is absent too.
//! Judge with [`crate::validate`] first.

mod cii;
mod find;
mod ubl;

use rust_decimal::Decimal;
use serde::Serialize;

use crate::report::{Syntax, syntax_of};
use crate::rules::Book;
use crate::xml::{self, Limits, Refusal};

/// An invoice or credit note (rēķins, kredītrēķins). Numbers in the comments are business terms.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
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
    /// BT-3 type code (UNTDID 1001).
    pub type_code: String,
    /// Whether it is a credit note: by its root, or in CII by its type code.
    pub credit_note: bool,
    /// BT-5 currency.
    pub currency: String,
    /// BT-6 currency of the tax accounts.
    pub tax_currency: Option<String>,
    /// BT-22 notes.
    pub notes: Vec<String>,
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
    /// BT-19 buyer's accounting reference.
    pub accounting_cost: Option<String>,
    /// BT-20 payment terms.
    pub payment_terms: Option<String>,
    /// BG-3 preceding invoices: number (BT-25) and date (BT-26).
    pub preceding: Vec<(String, Option<String>)>,
    /// BG-4 seller.
    pub seller: Party,
    /// BG-7 buyer.
    pub buyer: Party,
    /// BG-10 payee, where not the seller.
    pub payee: Option<Party>,
    /// BG-11 seller's tax representative.
    pub tax_representative: Option<Party>,
    /// BT-72 delivery date.
    pub delivery_date: Option<String>,
    /// BG-14 invoicing period (BT-73, BT-74).
    pub period: Period,
    /// BT-81 payment means code (UNTDID 4461).
    pub payment_means: Option<String>,
    /// BT-83 remittance information.
    pub remittance: Option<String>,
    /// BG-17 accounts to pay to.
    pub accounts: Vec<Account>,
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

/// A party.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Party {
    /// BT-27, BT-44: registered name.
    pub name: String,
    /// BT-28, BT-45: trading name.
    pub trading_name: Option<String>,
    /// BT-30, BT-47: registration number.
    pub registration: Option<String>,
    /// Scheme of the registration number, as 0218.
    pub registration_scheme: Option<String>,
    /// BT-31, BT-48: VAT number.
    pub vat_number: Option<String>,
    /// BT-34, BT-49: electronic address.
    pub endpoint: Option<String>,
    /// Scheme of the electronic address, as 0218 or 9939.
    pub endpoint_scheme: Option<String>,
    /// BT-40, BT-55: country.
    pub country: Option<String>,
    /// Street, additional line, city, post code: what the address shows, in that order.
    pub address: Vec<String>,
    /// BT-43, BT-58: e-mail of the contact.
    pub email: Option<String>,
}

/// A period, either end of which may be open.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Period {
    /// First day.
    pub start: Option<String>,
    /// Last day.
    pub end: Option<String>,
}

/// An account to pay to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Account {
    /// BT-84 IBAN or other account number.
    pub number: String,
    /// BT-85 holder.
    pub name: Option<String>,
    /// BT-86 bank (BIC).
    pub bank: Option<String>,
}

/// An allowance (atlaide) or charge (maksa).
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Allowance {
    /// Whether it is a charge.
    pub charge: bool,
    /// BT-92, BT-99, BT-136, BT-141 amount.
    pub amount: Option<Decimal>,
    /// BT-93, BT-100, BT-137, BT-142 base amount.
    pub base: Option<Decimal>,
    /// BT-94, BT-101, BT-138, BT-143 percentage.
    pub percent: Option<Decimal>,
    /// Reason.
    pub reason: Option<String>,
    /// Code of the reason.
    pub reason_code: Option<String>,
    /// BT-95, BT-102 VAT category, on the document only.
    pub vat_category: Option<String>,
    /// BT-96, BT-103 VAT rate.
    pub vat_rate: Option<Decimal>,
}

/// The totals.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Totals {
    /// BT-106 sum of lines.
    pub lines: Option<Decimal>,
    /// BT-107 allowances.
    pub allowances: Option<Decimal>,
    /// BT-108 charges.
    pub charges: Option<Decimal>,
    /// BT-109 without VAT.
    pub without_vat: Option<Decimal>,
    /// BT-110 VAT.
    pub vat: Option<Decimal>,
    /// BT-111 VAT in the tax currency.
    pub vat_in_tax_currency: Option<Decimal>,
    /// BT-112 with VAT.
    pub with_vat: Option<Decimal>,
    /// BT-113 paid.
    pub paid: Option<Decimal>,
    /// BT-114 rounding.
    pub rounding: Option<Decimal>,
    /// BT-115 amount due.
    pub due: Option<Decimal>,
}

/// One row of the VAT breakdown.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct VatRow {
    /// BT-116 taxable amount.
    pub base: Option<Decimal>,
    /// BT-117 tax.
    pub tax: Option<Decimal>,
    /// BT-118 category.
    pub category: String,
    /// BT-119 rate.
    pub rate: Option<Decimal>,
    /// BT-120 exemption reason.
    pub reason: Option<String>,
    /// BT-121 its code.
    pub reason_code: Option<String>,
}

/// A supporting document.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Attachment {
    /// BT-122 reference.
    pub reference: String,
    /// BT-123 description.
    pub description: Option<String>,
    /// BT-124 place elsewhere.
    pub uri: Option<String>,
    /// Kind of the embedded file.
    pub mime: Option<String>,
    /// Name of the embedded file.
    pub file: Option<String>,
    /// BT-125 the embedded file in base64, as it stands.
    pub content: Option<String>,
}

/// A line.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Line {
    /// BT-126 identifier.
    pub id: String,
    /// BT-127 note.
    pub note: Option<String>,
    /// BT-129 quantity.
    pub quantity: Option<Decimal>,
    /// BT-130 unit.
    pub unit: Option<String>,
    /// BT-131 net amount.
    pub net: Option<Decimal>,
    /// BT-132 line of the order.
    pub order_line: Option<String>,
    /// BT-133 buyer's accounting reference.
    pub accounting_cost: Option<String>,
    /// BG-26 period (BT-134, BT-135).
    pub period: Period,
    /// BG-27 and BG-28.
    pub allowances: Vec<Allowance>,
    /// BT-146 net price.
    pub price: Option<Decimal>,
    /// BT-149 base quantity of the price.
    pub price_base: Option<Decimal>,
    /// BT-151 VAT category.
    pub vat_category: Option<String>,
    /// BT-152 VAT rate.
    pub vat_rate: Option<Decimal>,
    /// BT-153 name.
    pub name: String,
    /// BT-154 description.
    pub description: Option<String>,
    /// BT-155 seller's identifier.
    pub seller_id: Option<String>,
    /// BT-156 buyer's identifier.
    pub buyer_id: Option<String>,
    /// BT-157 standard identifier.
    pub standard_id: Option<String>,
    /// BT-158 classification: code and list.
    pub classes: Vec<(String, Option<String>)>,
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
    let book = Book::get();
    let tree = xml::read(bytes, &book.names, Limits::default())?;
    let find = find::Find::new(&tree, tree.names(&book.names));
    match syntax_of(&tree, book) {
        Syntax::UblInvoice => Ok(ubl::invoice(&find, false)),
        Syntax::UblCreditNote => Ok(ubl::invoice(&find, true)),
        Syntax::Cii => Ok(cii::invoice(&find)),
        Syntax::InvoiceResponse | Syntax::Unknown => Err(ReadError::NotInvoice),
    }
}
