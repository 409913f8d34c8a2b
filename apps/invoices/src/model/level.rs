//! The answer of the one who took a message in to the one who sent it: Peppol Message Level Status 1.0. It says whether
//! the message could be taken at all, before anybody decides about the invoice.

use std::fmt::Write as _;

use serde::{Deserialize, Serialize};
use types::Timestamp;

use super::{Correspondent, FindingRow, response::x};

/// The envelope in which an access point handed an invoice over (SBDH).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Envelope {
    /// Its instance identifier: what a Message Level Status refers to.
    pub instance: String,
    /// The access point that sent it: scheme and number, `0242:000000`.
    pub sender: String,
    /// The access point that received it.
    pub receiver: String,
}

/// What is said of a message.
#[derive(Clone, Debug)]
pub struct LevelStatus<'a> {
    /// Our number of the answer.
    pub id: &'a str,
    /// When.
    pub at: Timestamp,
    /// We, or our access point.
    pub sender: Correspondent,
    /// Who sent the message.
    pub receiver: Correspondent,
    /// The message.
    pub instance: &'a str,
    /// Can it be taken in?
    pub accepted: bool,
    /// What was found.
    pub findings: &'a [FindingRow],
}

/// Lines of an answer: who has more to mend will find the rest afterwards.
const MOST: usize = 100;

fn party(tag: &str, c: &Correspondent) -> String {
    let (scheme, number) = c.endpoint.split_once(':').unwrap_or(("0218", &c.endpoint));
    format!("<cac:{tag}><cbc:EndpointID schemeID=\"{}\">{}</cbc:EndpointID></cac:{tag}>", x(scheme), x(number))
}

/// A broken rule of reading or structure is a violation of syntax, every other one of the rules.
fn reason(f: &FindingRow) -> &'static str {
    let is_syntax = ["XML-", "STRUCTURE-", "FILE-", "PDF-"].iter().any(|p| f.rule.starts_with(p));
    match (f.severity == "fatal", is_syntax) {
        (true, true) => "SV",
        (true, false) => "BV",
        (false, _) => "BW",
    }
}

/// Writes it: AP where the message was taken in, RE where it was not, with every finding, its place and its words in
/// Latvian.
#[must_use]
pub fn level_status(s: &LevelStatus<'_>) -> String {
    let mut o = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <ApplicationResponse xmlns=\"urn:oasis:names:specification:ubl:schema:xsd:ApplicationResponse-2\" \
         xmlns:cac=\"urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2\" \
         xmlns:cbc=\"urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2\">\
         <cbc:CustomizationID>urn:peppol:edec:mls:1.0</cbc:CustomizationID>\
         <cbc:ProfileID>urn:peppol:edec:mls</cbc:ProfileID>",
    );
    let (code, words) = match s.accepted {
        true => ("AP", "Ziņa saņemta"),
        false => ("RE", "Ziņu nevar pieņemt: tā neatbilst noteikumiem"),
    };
    // Writing into a String cannot fail.
    let _ = write!(
        o,
        "<cbc:ID>{}</cbc:ID><cbc:IssueDate>{}</cbc:IssueDate><cbc:IssueTime>{}Z</cbc:IssueTime>",
        x(s.id),
        s.at.format("%Y-%m-%d"),
        s.at.format("%H:%M:%S")
    );
    o.push_str(&party("SenderParty", &s.sender));
    o.push_str(&party("ReceiverParty", &s.receiver));
    let _ = write!(
        o,
        "<cac:DocumentResponse><cac:Response><cbc:ResponseCode>{code}</cbc:ResponseCode>\
         <cbc:Description>{words}</cbc:Description></cac:Response>\
         <cac:DocumentReference><cbc:ID>{}</cbc:ID></cac:DocumentReference>",
        x(s.instance)
    );
    // One that is taken in may have warnings, never violations.
    let said = s.findings.iter().filter(|f| !s.accepted || f.severity != "fatal").take(MOST);
    for f in said {
        let place = if f.path.trim().is_empty() { "NA" } else { &f.path };
        let _ = write!(
            o,
            "<cac:LineResponse><cac:LineReference><cbc:LineID>{}</cbc:LineID></cac:LineReference><cac:Response>\
             <cbc:Description>[{}] {}</cbc:Description><cac:Status><cbc:StatusReasonCode>{}</cbc:StatusReasonCode>\
             </cac:Status></cac:Response></cac:LineResponse>",
            x(place),
            x(&f.rule),
            x(&f.lv),
            reason(f)
        );
    }
    o.push_str("</cac:DocumentResponse></ApplicationResponse>\n");
    o
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finding(rule: &str, severity: &str) -> FindingRow {
        let (rule, severity) = (rule.to_owned(), severity.to_owned());
        let (path, lv) = ("/Invoice/cbc:ID".to_owned(), "Nav <numura>".to_owned());
        FindingRow { rule, severity, term: None, path, line: 1, lv, en: String::new() }
    }

    fn status(accepted: bool, findings: &[FindingRow]) -> String {
        let party = |endpoint: &str| Correspondent { endpoint: endpoint.into(), name: String::new() };
        level_status(&LevelStatus {
            id: "MLS-1",
            at: Timestamp::default(),
            sender: party("0242:000001"),
            receiver: party("0242:000002"),
            instance: "90f14eff-3705-4869-ad3c-caae270a234e",
            accepted,
            findings,
        })
    }

    #[test]
    fn a_refusal_names_every_finding_with_its_kind_and_place() {
        let text =
            status(false, &[finding("BR-02", "fatal"), finding("XML-DOCTYPE", "fatal"), finding("X", "warning")]);
        let codes: Vec<&str> = text.split("<cbc:StatusReasonCode>").skip(1).map(|t| &t[..2]).collect();
        assert_eq!(codes, ["BV", "SV", "BW"]);
        assert!(text.contains("<cbc:ResponseCode>RE<") && text.contains("[BR-02] Nav &lt;numura&gt;"), "{text}");
        assert!(text.contains("<cbc:LineID>/Invoice/cbc:ID<") && text.contains("schemeID=\"0242\">000002<"));
        assert!(text.contains("<cbc:IssueTime>00:00:00Z<") && text.contains("90f14eff"), "{text}");
    }

    #[test]
    fn what_is_taken_in_has_warnings_at_most() {
        let text = status(true, &[finding("BR-02", "fatal"), finding("X", "warning")]);
        assert!(text.contains("<cbc:ResponseCode>AP<") && !text.contains("BR-02") && text.contains("BW"), "{text}");
    }
}
