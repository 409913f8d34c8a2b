//! pain.002: what the bank says of the orders it was sent.

use chrono::NaiveDateTime;

use crate::{
    Limits, ReadError,
    xml::{self, Element, Writer, message, moment, read_moment},
};

/// Where an order or a payment stands with the bank.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Status {
    /// Received, being looked at (RCVD, PDNG).
    Pending,
    /// Understood and accepted (ACTC, ACCP, ACSP, ACWC, PATC).
    Accepted,
    /// Paid (ACSC, ACCC).
    Settled,
    /// Some accepted, some refused (PART).
    Partly,
    /// Refused (RJCT).
    Rejected,
    /// A code that is not known here.
    Other(String),
}

impl Status {
    /// Reads the code.
    #[must_use]
    pub fn from_code(code: &str) -> Self {
        match code {
            "RCVD" | "PDNG" => Self::Pending,
            "ACTC" | "ACCP" | "ACSP" | "ACWC" | "PATC" => Self::Accepted,
            "ACSC" | "ACCC" => Self::Settled,
            "PART" => Self::Partly,
            "RJCT" => Self::Rejected,
            other => Self::Other(other.to_owned()),
        }
    }

    /// A code of that meaning.
    #[must_use]
    pub fn code(&self) -> &str {
        match self {
            Self::Pending => "PDNG",
            Self::Accepted => "ACCP",
            Self::Settled => "ACSC",
            Self::Partly => "PART",
            Self::Rejected => "RJCT",
            Self::Other(code) => code,
        }
    }
}

/// What became of one payment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TransferStatus {
    /// The order it was in.
    pub order: String,
    /// Our identifier of the payment; empty where the word is about the whole order.
    pub end_to_end: String,
    /// Where it stands.
    pub status: Status,
    /// Code of the reason, as AC01.
    pub reason: Option<String>,
    /// The reason in words.
    pub words: Option<String>,
}

/// A status report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatusReport {
    /// The bank's identifier.
    pub id: String,
    /// When it was made.
    pub created: NaiveDateTime,
    /// The file it is about.
    pub original: String,
    /// The kind of that file, as pain.001.001.03.
    pub original_kind: String,
    /// Where the file stands; `None` where only orders are spoken of.
    pub status: Option<Status>,
    /// Code of the reason.
    pub reason: Option<String>,
    /// The reason in words.
    pub words: Option<String>,
    /// Orders and payments.
    pub transfers: Vec<TransferStatus>,
}

fn reason(e: &Element) -> (Option<String>, Option<String>) {
    let info = e.child("StsRsnInf");
    let code = info.text_at(&["Rsn", "Cd"]).or_else(|| info.text_at(&["Rsn", "Prtry"]));
    let words: Vec<String> = info.all("AddtlInf").filter_map(Element::value).collect();
    (code, (!words.is_empty()).then(|| words.join(" ")))
}

/// Reads a status report of any version.
///
/// # Errors
/// Not such a message, or without what it must have.
pub fn read_status(bytes: &[u8], limits: Limits) -> Result<StatusReport, ReadError> {
    let root = xml::read(bytes, limits)?;
    let body = message(&root, "pain.002.", "CstmrPmtStsRpt")?;
    let head = body.child("GrpHdr");
    let group = body.child("OrgnlGrpInfAndSts");
    let (code, words) = reason(group);
    let mut transfers = Vec::new();
    for order in body.all("OrgnlPmtInfAndSts") {
        let id = order.text_at(&["OrgnlPmtInfId"]).unwrap_or_default();
        let status = order.text_at(&["PmtInfSts"]);
        if let Some(status) = &status {
            transfers.push(of(order, &id, String::new(), status));
        }
        for t in order.all("TxInfAndSts") {
            let end_to_end = t.text_at(&["OrgnlEndToEndId"]).unwrap_or_default();
            if let Some(status) = t.text_at(&["TxSts"]) {
                transfers.push(of(t, &id, end_to_end, &status));
            }
        }
    }
    Ok(StatusReport {
        id: head.text_at(&["MsgId"]).ok_or(ReadError::Missing("MsgId"))?,
        created: read_moment(head.text_at(&["CreDtTm"])).ok_or(ReadError::Missing("CreDtTm"))?,
        original: group.text_at(&["OrgnlMsgId"]).ok_or(ReadError::Missing("OrgnlMsgId"))?,
        original_kind: group.text_at(&["OrgnlMsgNmId"]).unwrap_or_default(),
        status: group.text_at(&["GrpSts"]).map(|code| Status::from_code(&code)),
        reason: code,
        words,
        transfers,
    })
}

fn of(e: &Element, order: &str, end_to_end: String, status: &str) -> TransferStatus {
    let (reason, words) = reason(e);
    TransferStatus { order: order.to_owned(), end_to_end, status: Status::from_code(status), reason, words }
}

impl StatusReport {
    /// Writes it as pain.002.001.03: for the bank's end of tests and of the simulator.
    #[must_use]
    pub fn write(&self) -> Vec<u8> {
        let mut w = Writer::new("pain.002.001.03");
        w.tag("CstmrPmtStsRpt", |w| {
            w.tag("GrpHdr", |w| {
                w.leaf("MsgId", &self.id);
                w.leaf("CreDtTm", &moment(self.created));
            });
            w.tag("OrgnlGrpInfAndSts", |w| {
                w.leaf("OrgnlMsgId", &self.original);
                w.leaf("OrgnlMsgNmId", &self.original_kind);
                w.some("GrpSts", self.status.as_ref().map(Status::code));
                because(w, self.reason.as_deref(), self.words.as_deref());
            });
            for part in self.transfers.chunk_by(|a, b| a.order == b.order) {
                w.tag("OrgnlPmtInfAndSts", |w| order(w, part));
            }
        });
        w.finish()
    }
}

fn order(w: &mut Writer, part: &[TransferStatus]) {
    w.leaf("OrgnlPmtInfId", part.first().map_or("", |t| t.order.as_str()));
    if let Some(whole) = part.iter().find(|t| t.end_to_end.is_empty()) {
        w.leaf("PmtInfSts", whole.status.code());
        because(w, whole.reason.as_deref(), whole.words.as_deref());
    }
    for t in part.iter().filter(|t| !t.end_to_end.is_empty()) {
        w.tag("TxInfAndSts", |w| {
            w.leaf("OrgnlEndToEndId", &t.end_to_end);
            w.leaf("TxSts", t.status.code());
            because(w, t.reason.as_deref(), t.words.as_deref());
        });
    }
}

fn because(w: &mut Writer, reason: Option<&str>, words: Option<&str>) {
    if reason.is_none() && words.is_none() {
        return;
    }
    w.tag("StsRsnInf", |w| {
        if let Some(code) = reason {
            w.deep(&["Rsn", if code.len() <= 4 { "Cd" } else { "Prtry" }], code);
        }
        w.some("AddtlInf", words);
    });
}
