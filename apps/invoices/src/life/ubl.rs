//! Invoices of made-up suppliers, in UBL 2.1 as Peppol BIS Billing 3.0 wants it.

use std::fmt::Write as _;

use latvian::ids::RegistrationNumber;
use types::{Date, Money};

/// A line of a made-up invoice, at the full rate of VAT.
#[derive(Clone, Debug)]
pub struct MadeLine {
    /// What.
    pub name: String,
    /// How many.
    pub quantity: i64,
    /// Price of one, without VAT.
    pub price: Money,
}

/// A made-up invoice.
#[derive(Clone, Debug)]
pub struct Made {
    /// Which of the made-up suppliers.
    pub supplier: u32,
    /// Its name.
    pub supplier_name: String,
    /// Its number.
    pub number: String,
    /// Date of issue.
    pub issued: Date,
    /// To be paid by.
    pub due: Date,
    /// The buyer's registration number.
    pub buyer: String,
    /// The buyer's name.
    pub buyer_name: String,
    /// The account to pay to; the supplier's own where `None`.
    pub iban: Option<String>,
    /// Number of the order.
    pub order: Option<String>,
    /// Number of the contract.
    pub contract: Option<String>,
    /// The invoice that a credit note corrects.
    pub corrects: Option<String>,
    /// An embedded file: name, type, content in base64.
    pub file: Option<(String, String, String)>,
    /// The lines.
    pub lines: Vec<MadeLine>,
}

/// The registration number of a made-up supplier.
fn registration(supplier: u32) -> String {
    RegistrationNumber::demo(500_000 + supplier).formatted()
}

/// The account of a made-up supplier, with right check digits, at a bank that does not exist.
#[must_use]
pub fn account_of(n: u64) -> String {
    let body = format!("DEMO{n:013}");
    let digits: String = format!("{body}LV00").chars().filter_map(|c| c.to_digit(36)).map(|d| d.to_string()).collect();
    let rest = digits.bytes().fold(0_u64, |r, b| (r * 10 + u64::from(b - b'0')) % 97);
    format!("LV{:02}{body}", 98 - rest)
}

/// Text as XML takes it.
fn x(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// Euros with a full stop.
fn e(m: i64) -> String {
    format!("{}.{:02}", m / 100, m % 100)
}

/// VAT at 21 %, halves up.
const fn vat(net: i64) -> i64 {
    (net * 21 + 50) / 100
}

fn party(tag: &str, number: &str, name: &str, address: &str, with_contact: bool) -> String {
    let contact = if with_contact {
        "<cac:Contact><cbc:ElectronicMail>rekini@example.org</cbc:ElectronicMail></cac:Contact>"
    } else {
        ""
    };
    let name = x(name);
    format!(
        "<cac:{tag}><cac:Party><cbc:EndpointID schemeID=\"0218\">{number}</cbc:EndpointID>\
         <cac:PartyName><cbc:Name>{name}</cbc:Name></cac:PartyName>\
         <cac:PostalAddress><cbc:StreetName>{}</cbc:StreetName><cbc:CityName>Paraugs</cbc:CityName>\
         <cbc:PostalZone>LV-9000</cbc:PostalZone><cac:Country><cbc:IdentificationCode>LV</cbc:IdentificationCode>\
         </cac:Country></cac:PostalAddress><cac:PartyTaxScheme><cbc:CompanyID>LV{number}</cbc:CompanyID>\
         <cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme></cac:PartyTaxScheme><cac:PartyLegalEntity>\
         <cbc:RegistrationName>{name}</cbc:RegistrationName><cbc:CompanyID schemeID=\"0218\">{number}</cbc:CompanyID>\
         </cac:PartyLegalEntity>{contact}</cac:Party></cac:{tag}>",
        x(address)
    )
}

const CATEGORY: &str =
    "<cbc:ID>S</cbc:ID><cbc:Percent>21</cbc:Percent><cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme>";

/// Writes it.
#[must_use]
pub fn made(m: &Made) -> String {
    let credit = m.corrects.is_some();
    let (root, space) = if credit { ("CreditNote", "CreditNote-2") } else { ("Invoice", "Invoice-2") };
    let net: i64 = m.lines.iter().map(|l| l.price.0 * l.quantity).sum();
    let tax = vat(net);
    let mut o = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<{root} xmlns=\"urn:oasis:names:specification:ubl:schema:xsd:{space}\" \
         xmlns:cac=\"urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2\" \
         xmlns:cbc=\"urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2\">\n\
         <cbc:CustomizationID>urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0</cbc:CustomizationID>\
         <cbc:ProfileID>urn:fdc:peppol.eu:2017:poacc:billing:01:1.0</cbc:ProfileID>\
         <cbc:ID>{}</cbc:ID><cbc:IssueDate>{}</cbc:IssueDate>",
        x(&m.number),
        m.issued
    );
    // Writing into a String cannot fail.
    let _ = if credit {
        write!(o, "<cbc:CreditNoteTypeCode>381</cbc:CreditNoteTypeCode>")
    } else {
        write!(o, "<cbc:DueDate>{}</cbc:DueDate><cbc:InvoiceTypeCode>380</cbc:InvoiceTypeCode>", m.due)
    };
    o.push_str("<cbc:DocumentCurrencyCode>EUR</cbc:DocumentCurrencyCode><cbc:BuyerReference>PN-1</cbc:BuyerReference>");
    if let Some(order) = &m.order {
        let _ = write!(o, "<cac:OrderReference><cbc:ID>{}</cbc:ID></cac:OrderReference>", x(order));
    }
    if let Some(number) = &m.corrects {
        let _ = write!(
            o,
            "<cac:BillingReference><cac:InvoiceDocumentReference><cbc:ID>{}</cbc:ID></cac:InvoiceDocumentReference></cac:BillingReference>",
            x(number)
        );
    }
    let contract = m.contract.as_ref().map(|contract| {
        format!("<cac:ContractDocumentReference><cbc:ID>{}</cbc:ID></cac:ContractDocumentReference>", x(contract))
    });
    let file = m.file.as_ref().map(|(name, mime, content)| {
        format!(
            "<cac:AdditionalDocumentReference><cbc:ID>1</cbc:ID><cac:Attachment><cbc:EmbeddedDocumentBinaryObject \
             mimeCode=\"{}\" filename=\"{}\">{content}</cbc:EmbeddedDocumentBinaryObject></cac:Attachment></cac:AdditionalDocumentReference>",
            x(mime),
            x(name)
        )
    });
    o.extend(contract);
    o.extend(file);
    let number = registration(m.supplier);
    o.push_str(&party("AccountingSupplierParty", &number, &m.supplier_name, "Tirgus iela 5", true));
    o.push_str(&party("AccountingCustomerParty", &m.buyer, &m.buyer_name, "Brīvības iela 1", false));
    let iban = m.iban.clone().unwrap_or_else(|| account_of(m.supplier.into()));
    let _ = write!(
        o,
        "<cac:PaymentMeans><cbc:PaymentMeansCode>30</cbc:PaymentMeansCode><cbc:PaymentID>{}</cbc:PaymentID>\
         <cac:PayeeFinancialAccount><cbc:ID>{iban}</cbc:ID></cac:PayeeFinancialAccount></cac:PaymentMeans>\
         <cac:TaxTotal><cbc:TaxAmount currencyID=\"EUR\">{t}</cbc:TaxAmount><cac:TaxSubtotal>\
         <cbc:TaxableAmount currencyID=\"EUR\">{n}</cbc:TaxableAmount><cbc:TaxAmount currencyID=\"EUR\">{t}</cbc:TaxAmount>\
         <cac:TaxCategory>{CATEGORY}</cac:TaxCategory></cac:TaxSubtotal></cac:TaxTotal>\
         <cac:LegalMonetaryTotal><cbc:LineExtensionAmount currencyID=\"EUR\">{n}</cbc:LineExtensionAmount>\
         <cbc:TaxExclusiveAmount currencyID=\"EUR\">{n}</cbc:TaxExclusiveAmount>\
         <cbc:TaxInclusiveAmount currencyID=\"EUR\">{w}</cbc:TaxInclusiveAmount>\
         <cbc:PayableAmount currencyID=\"EUR\">{w}</cbc:PayableAmount></cac:LegalMonetaryTotal>",
        x(&m.number),
        n = e(net),
        t = e(tax),
        w = e(net + tax)
    );
    for (no, l) in (1..).zip(&m.lines) {
        line(&mut o, no, l, credit);
    }
    let _ = writeln!(o, "</{root}>");
    o
}

fn line(o: &mut String, no: usize, l: &MadeLine, credit: bool) {
    let (tag, quantity) =
        if credit { ("CreditNoteLine", "CreditedQuantity") } else { ("InvoiceLine", "InvoicedQuantity") };
    let _ = write!(
        o,
        "<cac:{tag}><cbc:ID>{no}</cbc:ID><cbc:{quantity} unitCode=\"H87\">{}</cbc:{quantity}>\
         <cbc:LineExtensionAmount currencyID=\"EUR\">{}</cbc:LineExtensionAmount><cac:Item><cbc:Name>{}</cbc:Name>\
         <cac:ClassifiedTaxCategory>{CATEGORY}</cac:ClassifiedTaxCategory></cac:Item>\
         <cac:Price><cbc:PriceAmount currencyID=\"EUR\">{}</cbc:PriceAmount></cac:Price></cac:{tag}>",
        l.quantity,
        e(l.price.0 * l.quantity),
        x(&l.name),
        e(l.price.0)
    );
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Layers, Verdict, judge};

    fn sample() -> Made {
        let day = |d| Date::from_ymd_opt(2026, 11, d).unwrap();
        Made {
            supplier: 1,
            supplier_name: "SIA \"Paraugs & Co\"".into(),
            number: "P-1".into(),
            issued: day(2),
            due: day(20),
            buyer: RegistrationNumber::demo(1).formatted(),
            buyer_name: "Parauga vidusskola".into(),
            iban: None,
            order: Some("PAS-1".into()),
            contract: Some("L-1".into()),
            corrects: None,
            file: Some(("akts.pdf".into(), "application/pdf".into(), "JVBERi0xLjcK".into())),
            lines: vec![MadeLine { name: "Papīrs".into(), quantity: 3, price: Money(1_234) }],
        }
    }

    #[test]
    fn what_is_made_up_meets_every_rule() {
        for m in [sample(), Made { corrects: Some("P-0".into()), order: None, ..sample() }] {
            let judged = judge(made(&m).as_bytes(), &Layers::default());
            assert_eq!(judged.verdict, Verdict::Valid, "{:#?}", judged.findings);
            let bill = judged.bill.unwrap();
            assert_eq!((bill.net, bill.vat, bill.total), (Money(3_702), Money(777), Money(4_479)));
            assert_eq!(bill.seller.code(), registration(1));
        }
    }
}
