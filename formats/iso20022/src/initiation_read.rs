//! Reads pain.001, of whatever version: for the bank's end of a test, and to show a file again.

use rust_decimal::Decimal;

use crate::{
    Initiation, Limits, Order, Party, ReadError, Remittance, Transfer,
    initiation::EKK,
    xml::{self, Element, message, read_date, read_moment, read_money},
};

/// Reads a file of payment orders.
///
/// # Errors
/// Not such a message, a value that cannot be read, or sums that do not agree.
pub fn read_initiation(bytes: &[u8], limits: Limits) -> Result<Initiation, ReadError> {
    let root = xml::read(bytes, limits)?;
    let body = message(&root, "pain.001.", "CstmrCdtTrfInitn")?;
    let head = body.child("GrpHdr");
    let mut orders = Vec::new();
    for element in body.all("PmtInf") {
        let order = order(element)?;
        agrees(element, order.transfers.len(), order.transfers.iter().map(|t| t.amount).sum())?;
        orders.push(order);
    }
    let read = Initiation {
        id: head.text_at(&["MsgId"]).ok_or(ReadError::Missing("MsgId"))?,
        created: read_moment(head.text_at(&["CreDtTm"])).ok_or(ReadError::Missing("CreDtTm"))?,
        initiator: party(head.child("InitgPty")),
        orders,
    };
    let (count, sum) = read.totals();
    agrees(head, count, sum)?;
    Ok(read)
}

fn agrees(element: &Element, count: usize, sum: Decimal) -> Result<(), ReadError> {
    if element.text_at(&["NbOfTxs"]).is_some_and(|n| n.parse() != Ok(count)) {
        return Err(ReadError::Sum("NbOfTxs"));
    }
    match read_money(element.child("CtrlSum"), "CtrlSum")? {
        Some((stated, _)) if stated != sum => Err(ReadError::Sum("CtrlSum")),
        _ => Ok(()),
    }
}

pub(crate) fn party(e: &Element) -> Party {
    // Since .08 a statement says whether it is a person or a bank.
    let e = if e.child("Pty").is_there() { e.child("Pty") } else { e };
    Party {
        name: e.text_at(&["Nm"]).unwrap_or_default(),
        registration: e.text_at(&["Id", "OrgId", "Othr", "Id"]),
        country: e.text_at(&["PstlAdr", "Ctry"]),
        address: e.child("PstlAdr").all("AdrLine").filter_map(Element::value).collect(),
    }
}

fn bic(agent: &Element) -> Option<String> {
    let institution = agent.child("FinInstnId");
    institution.text_at(&["BICFI"]).or_else(|| institution.text_at(&["BIC"]))
}

pub(crate) fn account(e: &Element) -> Option<String> {
    e.text_at(&["Id", "IBAN"]).or_else(|| e.text_at(&["Id", "Othr", "Id"]))
}

fn order(e: &Element) -> Result<Order, ReadError> {
    let transfers: Result<Vec<Transfer>, ReadError> = e.all("CdtTrfTxInf").map(transfer).collect();
    Ok(Order {
        id: e.text_at(&["PmtInfId"]).ok_or(ReadError::Missing("PmtInfId"))?,
        date: read_date(e.child("ReqdExctnDt"), "ReqdExctnDt")?.ok_or(ReadError::Missing("ReqdExctnDt"))?,
        debtor: party(e.child("Dbtr")),
        account: account(e.child("DbtrAcct")).ok_or(ReadError::Missing("DbtrAcct"))?,
        bank: bic(e.child("DbtrAgt")),
        one_booking: e.text_at(&["BtchBookg"]).as_deref() == Some("true"),
        transfers: transfers?,
    })
}

fn transfer(e: &Element) -> Result<Transfer, ReadError> {
    let amount = read_money(e.at(&["Amt", "InstdAmt"]), "InstdAmt")?;
    let (amount, currency) = amount.ok_or(ReadError::Missing("InstdAmt"))?;
    Ok(Transfer {
        end_to_end: e.text_at(&["PmtId", "EndToEndId"]).ok_or(ReadError::Missing("EndToEndId"))?,
        amount,
        currency,
        creditor: party(e.child("Cdtr")),
        account: account(e.child("CdtrAcct")).unwrap_or_default(),
        bank: bic(e.child("CdtrAgt")),
        remittance: remittance(e.child("RmtInf"))?,
    })
}

pub(crate) fn remittance(e: &Element) -> Result<Remittance, ReadError> {
    let mut codes = Vec::new();
    let mut reference = None;
    for structured in e.all("Strd") {
        reference = reference.or_else(|| structured.text_at(&["CdtrRefInf", "Ref"]));
        let document = structured.child("RfrdDocInf");
        if document.text_at(&["Tp", "CdOrPrtry", "Prtry"]).as_deref() == Some(EKK)
            && let Some(code) = document.text_at(&["Nb"])
        {
            let part = read_money(structured.at(&["RfrdDocAmt", "RmtdAmt"]), "RmtdAmt")?;
            codes.push((code, part.map(|(amount, _)| amount).unwrap_or_default()));
        }
    }
    let texts: Vec<String> = e.all("Ustrd").filter_map(Element::value).collect();
    Ok(Remittance { text: (!texts.is_empty()).then(|| texts.join(" ")), reference, codes })
}
