//! What the house reads out of an invoice.

use en16931::model as en;
use rust_decimal::{Decimal, RoundingStrategy};
use types::{Date, Money};

/// Invoice or credit note.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Rēķins.
    Invoice,
    /// Kredītrēķins.
    CreditNote,
}

impl Kind {
    /// Its word in the database and in keys of texts.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Invoice => "invoice",
            Self::CreditNote => "credit-note",
        }
    }
}

/// Who sells.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seller {
    /// Its name.
    pub name: String,
    /// Registration number.
    pub registration: Option<String>,
    /// VAT number.
    pub vat_number: Option<String>,
    /// Two letters of the country.
    pub country: String,
    /// Electronic address with its scheme: `0218:40003000000`.
    pub endpoint: Option<String>,
    /// E-mail of the contact.
    pub email: Option<String>,
}

impl Seller {
    /// By what it is known again: registration number, else VAT number, else its name.
    #[must_use]
    pub fn code(&self) -> String {
        let number = self.registration.as_deref().or(self.vat_number.as_deref()).map(str::trim);
        match number.filter(|n| !n.is_empty()) {
            Some(number) => number.strip_prefix("LV").unwrap_or(number).to_uppercase(),
            None => format!("={}", self.name.trim().to_lowercase()),
        }
    }
}

/// A line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BillLine {
    /// What.
    pub name: String,
    /// How much of it.
    pub quantity: Option<Decimal>,
    /// In what.
    pub measure: Option<String>,
    /// Without VAT.
    pub net: Money,
    /// Category of VAT.
    pub vat_category: Option<String>,
    /// Rate of VAT.
    pub vat_rate: Option<Decimal>,
    /// The line of the order.
    pub order_line: Option<String>,
}

/// An embedded file, as the invoice names it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListedFile {
    /// Its name.
    pub name: String,
    /// Its type, as the invoice says.
    pub mime: String,
    /// The content in base64; nothing where it stands elsewhere.
    pub content: Option<String>,
}

/// An invoice as the house sees it: amounts in cents, dates as dates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bill {
    /// Invoice or credit note.
    pub kind: Kind,
    /// The supplier's number.
    pub number: String,
    /// Date of issue.
    pub issued: Option<Date>,
    /// To be paid by, where it says so.
    pub due: Option<Date>,
    /// Who sells.
    pub seller: Seller,
    /// Numbers by which the buyer is named: registration, VAT, electronic address.
    pub buyer_numbers: Vec<String>,
    /// The buyer's name.
    pub buyer_name: String,
    /// Currency.
    pub currency: String,
    /// Without VAT.
    pub net: Money,
    /// VAT.
    pub vat: Money,
    /// With VAT.
    pub total: Money,
    /// What is still to be paid.
    pub payable: Money,
    /// The account to pay to.
    pub iban: Option<String>,
    /// The payment reference that the supplier wants to see.
    pub reference: Option<String>,
    /// Number of the order.
    pub order: Option<String>,
    /// Number of the contract.
    pub contract: Option<String>,
    /// The buyer's reference.
    pub buyer_reference: Option<String>,
    /// Numbers of the invoices it corrects.
    pub preceding: Vec<String>,
    /// Its lines.
    pub lines: Vec<BillLine>,
    /// Embedded files.
    pub files: Vec<ListedFile>,
}

/// An amount in cents, halves away from zero; an amount that no account could hold is none.
#[must_use]
pub fn cents(amount: Decimal) -> Option<Money> {
    let cents = amount.checked_mul(Decimal::ONE_HUNDRED)?;
    let whole = cents.round_dp_with_strategy(0, RoundingStrategy::MidpointAwayFromZero);
    i64::try_from(whole.mantissa() / 10_i128.pow(whole.scale())).ok().map(Money)
}

fn money(amount: Option<Decimal>) -> Money {
    amount.and_then(cents).unwrap_or_default()
}

fn date(text: Option<&str>) -> Option<Date> {
    let date: Date = text?.get(..10)?.parse().ok()?;
    // What the register and the calendar can hold.
    (1990..=2100).contains(&chrono::Datelike::year(&date)).then_some(date)
}

fn short(text: &str, most: usize) -> String {
    text.trim().chars().filter(|c| !c.is_control()).take(most).collect()
}

fn some(text: Option<&str>, most: usize) -> Option<String> {
    text.map(|t| short(t, most)).filter(|t| !t.is_empty())
}

impl Bill {
    /// Reads it out of the semantic model. Nothing is refused here: what is absent or no number is nothing.
    #[must_use]
    pub fn of(m: &en::Invoice) -> Self {
        let seller = Seller {
            name: short(&m.seller.name, 200),
            registration: some(m.seller.registration.as_deref(), 40),
            vat_number: some(m.seller.vat_number.as_deref(), 40),
            country: some(m.seller.country(), 2).unwrap_or_else(|| "??".to_owned()),
            endpoint: endpoint(&m.seller),
            email: some(m.seller.email(), 200),
        };
        let buyer = &m.buyer;
        let numbers = [&buyer.registration, &buyer.vat_number, &buyer.endpoint];
        let account = m.accounts.first().map(|a| a.number.split_whitespace().collect::<String>());
        let kind = if m.credit_note { Kind::CreditNote } else { Kind::Invoice };
        let total = money(m.totals.with_vat);
        Self {
            kind,
            number: some(Some(&m.number), 100).unwrap_or_else(|| "—".to_owned()),
            issued: date(Some(&m.issue_date)),
            due: date(m.due_date.as_deref()),
            seller,
            buyer_numbers: numbers.into_iter().flatten().map(|n| short(n, 40)).collect(),
            buyer_name: short(&buyer.name, 200),
            currency: some(Some(&m.currency), 3).unwrap_or_else(|| "EUR".to_owned()),
            net: money(m.totals.without_vat),
            vat: money(m.totals.vat),
            total,
            payable: m.totals.due.map_or(total, |d| money(Some(d))),
            iban: account.and_then(|a| some(Some(&a), 40)).map(|a| a.to_uppercase()),
            reference: some(m.remittance.as_deref(), 140),
            order: some(m.order.as_deref(), 100),
            contract: some(m.contract.as_deref(), 100),
            buyer_reference: some(m.buyer_reference.as_deref(), 100),
            preceding: m.preceding.iter().filter_map(|p| some(Some(&p.number), 100)).take(50).collect(),
            lines: m.lines.iter().map(line).collect(),
            files: m.attachments.iter().filter(|a| a.content.is_some()).map(file).collect(),
        }
    }
}

fn endpoint(party: &en::Party) -> Option<String> {
    let address = some(party.endpoint.as_deref(), 100)?;
    Some(format!("{}:{address}", party.endpoint_scheme.as_deref().unwrap_or_default()))
}

fn line(l: &en::Line) -> BillLine {
    BillLine {
        name: short(&l.name, 300),
        quantity: l.quantity,
        measure: some(l.unit.as_deref(), 10),
        net: money(l.net),
        vat_category: some(l.vat_category.as_deref(), 5),
        vat_rate: l.vat_rate,
        order_line: some(l.order_line.as_deref(), 50),
    }
}

fn file(a: &en::Attachment) -> ListedFile {
    let name = a.file.as_deref().or(Some(&a.reference)).and_then(|n| some(Some(n), 150));
    ListedFile {
        name: name.unwrap_or_else(|| "pielikums".to_owned()),
        mime: some(a.mime.as_deref(), 100).unwrap_or_default(),
        content: a.content.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn amounts_become_cents_without_a_float() {
        let of = |text: &str| cents(text.parse().unwrap());
        assert_eq!(of("15040.69"), Some(Money(1_504_069)));
        assert_eq!(of("0.005"), Some(Money(1)));
        assert_eq!(of("-0.005"), Some(Money(-1)));
        assert_eq!(of("2.675"), Some(Money(268)));
        assert_eq!(of("79228162514264337593543950335"), None);
    }

    #[test]
    fn a_seller_is_known_by_its_number_however_it_is_written() {
        let seller = |registration: Option<&str>, vat: Option<&str>, name: &str| Seller {
            name: name.into(),
            registration: registration.map(Into::into),
            vat_number: vat.map(Into::into),
            ..Seller::default()
        };
        assert_eq!(seller(Some("77700001014"), None, "A").code(), "77700001014");
        assert_eq!(seller(None, Some("LV77700001014"), "A").code(), "77700001014");
        assert_eq!(seller(None, Some("EE100931558"), "A").code(), "EE100931558");
        assert_eq!(seller(None, None, " Anna ").code(), "=anna");
    }

    proptest! {
        #[test]
        fn every_amount_of_two_decimals_is_itself(n in -1_000_000_000_000_i64..1_000_000_000_000) {
            prop_assert_eq!(cents(Decimal::new(n, 2)), Some(Money(n)));
        }
    }
}
