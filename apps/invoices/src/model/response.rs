//! The answer that a supplier's system understands: Peppol Invoice Response 3.0 (T111).

use std::fmt::Write as _;

use types::Date;

/// Why an invoice is refused, by Peppol's code list OPStatusReason.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// A legal requirement is not met: the rules found something fatal.
    Legal,
    /// References are missing or wrong: order, contract, buyer.
    References,
    /// The order is not known, or nothing was received.
    NotReceived,
    /// Prices are not those agreed.
    Prices,
    /// Quantity is not what was delivered.
    Quantity,
    /// Payment details: an account that is not the supplier's.
    Payment,
    /// Something else, said in words.
    Other,
}

impl Reason {
    /// All of them, as forms offer them.
    pub const ALL: [Self; 7] =
        [Self::Legal, Self::References, Self::NotReceived, Self::Prices, Self::Quantity, Self::Payment, Self::Other];

    /// The code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Legal => "LEG",
            Self::References => "REF",
            Self::NotReceived => "DEL",
            Self::Prices => "PRI",
            Self::Quantity => "QTY",
            Self::Payment => "PAY",
            Self::Other => "OTH",
        }
    }

    /// Reads the code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|r| r.code() == code)
    }
}

/// Who answers, or is answered: electronic address as `scheme:number`, and name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Correspondent {
    /// Scheme and number: `0218:90000000000`.
    pub endpoint: String,
    /// Registered name.
    pub name: String,
}

/// An answer to one invoice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Response {
    /// Our number of the answer.
    pub id: String,
    /// The day of the answer.
    pub on: Date,
    /// We.
    pub sender: Correspondent,
    /// The supplier.
    pub receiver: Correspondent,
    /// The invoice's number.
    pub invoice: String,
    /// Its date.
    pub issued: Date,
    /// Is it a credit note?
    pub credit_note: bool,
    /// Why.
    pub reason: Reason,
    /// In words.
    pub words: String,
}

pub(super) fn x(text: &str) -> String {
    let plain: String = text.chars().filter(|c| *c == '\n' || !c.is_control()).collect();
    plain.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

fn party(tag: &str, c: &Correspondent) -> String {
    let (scheme, number) = c.endpoint.split_once(':').unwrap_or(("0218", &c.endpoint));
    format!(
        "<cac:{tag}><cbc:EndpointID schemeID=\"{}\">{}</cbc:EndpointID><cac:PartyLegalEntity>\
         <cbc:RegistrationName>{}</cbc:RegistrationName></cac:PartyLegalEntity></cac:{tag}>",
        x(scheme),
        x(number),
        x(&c.name)
    )
}

/// Writes it: the invoice is refused (RE), and a new one is asked for (action NIN).
#[must_use]
pub fn rejection(r: &Response) -> String {
    let mut o = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <ApplicationResponse xmlns=\"urn:oasis:names:specification:ubl:schema:xsd:ApplicationResponse-2\" \
         xmlns:cac=\"urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2\" \
         xmlns:cbc=\"urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2\">\
         <cbc:CustomizationID>urn:fdc:peppol.eu:poacc:trns:invoice_response:3</cbc:CustomizationID>\
         <cbc:ProfileID>urn:fdc:peppol.eu:poacc:bis:invoice_response:3</cbc:ProfileID>",
    );
    // Writing into a String cannot fail.
    let _ = write!(o, "<cbc:ID>{}</cbc:ID><cbc:IssueDate>{}</cbc:IssueDate>", x(&r.id), r.on);
    o.push_str(&party("SenderParty", &r.sender));
    o.push_str(&party("ReceiverParty", &r.receiver));
    let _ = writeln!(
        o,
        "<cac:DocumentResponse><cac:Response><cbc:ResponseCode listID=\"UNCL4343OpSubset\">RE</cbc:ResponseCode>\
         <cbc:EffectiveDate>{on}</cbc:EffectiveDate>\
         <cac:Status><cbc:StatusReasonCode listID=\"OPStatusReason\">{reason}</cbc:StatusReasonCode>\
         <cbc:StatusReason>{words}</cbc:StatusReason></cac:Status>\
         <cac:Status><cbc:StatusReasonCode listID=\"OPStatusAction\">NIN</cbc:StatusReasonCode></cac:Status></cac:Response>\
         <cac:DocumentReference><cbc:ID>{invoice}</cbc:ID><cbc:IssueDate>{issued}</cbc:IssueDate>\
         <cbc:DocumentTypeCode>{kind}</cbc:DocumentTypeCode></cac:DocumentReference>\
         <cac:IssuerParty><cac:PartyName><cbc:Name>{issuer}</cbc:Name></cac:PartyName></cac:IssuerParty>\
         </cac:DocumentResponse></ApplicationResponse>",
        on = r.on,
        reason = r.reason.code(),
        words = x(&r.words),
        invoice = x(&r.invoice),
        issued = r.issued,
        kind = if r.credit_note { "381" } else { "380" },
        issuer = x(&r.receiver.name),
    );
    o
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn response(words: &str, reason: Reason) -> Response {
        let on = Date::from_ymd_opt(2026, 11, 23).unwrap();
        let party = |endpoint: &str, name: &str| Correspondent { endpoint: endpoint.into(), name: name.into() };
        Response {
            id: "R-2026/1".into(),
            on,
            sender: party("0218:77700000019", "Parauga novads"),
            receiver: party("9939:LV77700001014", "SIA \"A & B\""),
            invoice: "A-1".into(),
            issued: on,
            credit_note: false,
            reason,
            words: words.into(),
        }
    }

    proptest! {
        #[test]
        fn whatever_is_said_meets_the_rules_of_the_response(words in "[^\\p{C}]{0,80}x", n in 0..7_usize) {
            let text = rejection(&response(&words, Reason::ALL[n]));
            let report = en16931::validate(text.as_bytes(), en16931::Policy::Peppol);
            prop_assert_eq!(report.syntax, en16931::Syntax::InvoiceResponse);
            prop_assert!(report.findings.is_empty(), "{:#?}", report.findings);
        }
    }
}
