//! The groups of the semantic model. Numbers in the comments are business terms.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// A text with the scheme or list that it belongs to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identifier {
    /// The identifier itself.
    pub value: String,
    /// Its scheme, as 0218.
    pub scheme: Option<String>,
}

/// BG-1: a note.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// BT-21 code of its subject (UNTDID 4451).
    pub subject: Option<String>,
    /// BT-22 text.
    pub text: String,
}

/// A party: BG-4 seller, BG-7 buyer, BG-10 payee, BG-11 tax representative.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Party {
    /// BT-27, BT-44, BT-59, BT-62: registered name.
    pub name: String,
    /// BT-28, BT-45: trading name.
    pub trading_name: Option<String>,
    /// BT-29, BT-46, BT-60: identifiers; those without a scheme first.
    pub ids: Vec<Identifier>,
    /// BT-30, BT-47, BT-61: registration number.
    pub registration: Option<String>,
    /// Scheme of the registration number, as 0218.
    pub registration_scheme: Option<String>,
    /// BT-31, BT-48, BT-63: VAT number.
    pub vat_number: Option<String>,
    /// BT-32: local tax number.
    pub tax_number: Option<String>,
    /// BT-33: legal information, as the share capital.
    pub legal: Option<String>,
    /// BT-34, BT-49: electronic address.
    pub endpoint: Option<String>,
    /// Scheme of the electronic address, as 0218 or 9939.
    pub endpoint_scheme: Option<String>,
    /// BG-5, BG-8, BG-12: postal address.
    pub address: Option<Address>,
    /// BG-6, BG-9: contact.
    pub contact: Option<Contact>,
}

impl Party {
    /// BT-40, BT-55, BT-69: country.
    #[must_use]
    pub fn country(&self) -> Option<&str> {
        self.address.as_ref()?.country.as_deref()
    }

    /// BT-43, BT-58: e-mail of the contact.
    #[must_use]
    pub fn email(&self) -> Option<&str> {
        self.contact.as_ref()?.email.as_deref()
    }
}

/// A postal address.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Address {
    /// BT-35, BT-50, BT-64, BT-75: street and house.
    pub line1: Option<String>,
    /// BT-36, BT-51, BT-65, BT-76: second line.
    pub line2: Option<String>,
    /// BT-162, BT-163, BT-164, BT-165: third line.
    pub line3: Option<String>,
    /// BT-37, BT-52, BT-66, BT-77: city.
    pub city: Option<String>,
    /// BT-38, BT-53, BT-67, BT-78: post code.
    pub post_code: Option<String>,
    /// BT-39, BT-54, BT-68, BT-79: region.
    pub region: Option<String>,
    /// BT-40, BT-55, BT-69, BT-80: country.
    pub country: Option<String>,
}

/// Whom to ask.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    /// BT-41, BT-56: person or department.
    pub name: Option<String>,
    /// BT-42, BT-57: telephone.
    pub phone: Option<String>,
    /// BT-43, BT-58: e-mail.
    pub email: Option<String>,
}

/// A period, either end of which may be open.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Period {
    /// First day.
    pub start: Option<String>,
    /// Last day.
    pub end: Option<String>,
}

/// BG-3: a preceding invoice.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preceding {
    /// BT-25 its number.
    pub number: String,
    /// BT-26 its issue date.
    pub date: Option<String>,
}

/// BG-13: where and when it was delivered.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivery {
    /// BT-70 to whom.
    pub name: Option<String>,
    /// BT-71 place.
    pub location: Option<Identifier>,
    /// BT-72 day.
    pub date: Option<String>,
    /// BG-15 address.
    pub address: Option<Address>,
}

/// BG-17: an account to pay to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// BT-84 IBAN or other account number.
    pub number: String,
    /// BT-85 holder.
    pub name: Option<String>,
    /// BT-86 bank (BIC).
    pub bank: Option<String>,
}

/// BG-18: the card that was paid with.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Card {
    /// BT-87 its last digits.
    pub number: String,
    /// BT-88 holder.
    pub holder: Option<String>,
}

/// BG-19: direct debit.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DirectDebit {
    /// BT-89 mandate.
    pub mandate: Option<String>,
    /// BT-90 creditor's identifier.
    pub creditor: Option<String>,
    /// BT-91 account that is debited.
    pub account: Option<String>,
}

/// An allowance (atlaide) or charge (maksa): BG-20, BG-21, BG-27, BG-28.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Allowance {
    /// Whether it is a charge.
    pub charge: bool,
    /// BT-92, BT-99, BT-136, BT-141 amount.
    pub amount: Option<Decimal>,
    /// BT-93, BT-100, BT-137, BT-142 base amount.
    pub base: Option<Decimal>,
    /// BT-94, BT-101, BT-138, BT-143 percentage.
    pub percent: Option<Decimal>,
    /// BT-97, BT-104, BT-139, BT-144 reason.
    pub reason: Option<String>,
    /// BT-98, BT-105, BT-140, BT-145 code of the reason.
    pub reason_code: Option<String>,
    /// BT-95, BT-102 VAT category, on the document only.
    pub vat_category: Option<String>,
    /// BT-96, BT-103 VAT rate.
    pub vat_rate: Option<Decimal>,
}

/// BG-22: the totals.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
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

/// BG-23: one row of the VAT breakdown.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
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

/// BG-24: a supporting document.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
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

impl Attachment {
    /// The bytes of the embedded file; `None` where there is none or it is not base64.
    #[must_use]
    pub fn bytes(&self) -> Option<Vec<u8>> {
        use base64::Engine as _;
        let clean: Vec<u8> = self.content.as_ref()?.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
        base64::engine::general_purpose::STANDARD.decode(clean).ok()
    }
}

/// BT-158: a class of an item.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Class {
    /// The code.
    pub code: String,
    /// Its list (UNTDID 7143).
    pub list: Option<String>,
    /// Version of the list.
    pub version: Option<String>,
}

/// BG-32: an attribute of an item.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Property {
    /// BT-160 name.
    pub name: String,
    /// BT-161 value.
    pub value: String,
}

/// BG-25: a line.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Line {
    /// BT-126 identifier.
    pub id: String,
    /// BT-127 note.
    pub note: Option<String>,
    /// BT-128 object, as a meter.
    pub object: Option<Identifier>,
    /// BT-129 quantity.
    pub quantity: Option<Decimal>,
    /// BT-130 unit (UN/ECE Recommendation 20).
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
    /// BT-147 discount on the price.
    pub discount: Option<Decimal>,
    /// BT-148 gross price.
    pub gross_price: Option<Decimal>,
    /// BT-149 base quantity of the price.
    pub price_base: Option<Decimal>,
    /// BT-150 unit of the base quantity.
    pub price_unit: Option<String>,
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
    /// BT-157 standard identifier, as a GTIN.
    pub standard_id: Option<Identifier>,
    /// BT-158 classes, as CPV.
    pub classes: Vec<Class>,
    /// BT-159 country of origin.
    pub origin: Option<String>,
    /// BG-32 attributes.
    pub properties: Vec<Property>,
}
