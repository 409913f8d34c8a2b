//! Reads camt.053 of any version.

use rust_decimal::Decimal;

use crate::{
    Balance, Detail, Entry, Limits, ReadError, Statement, StatementFile,
    initiation_read::{account, party, remittance},
    xml::{self, Element, message, read_date, read_moment, read_money},
};

/// Reads a file of statements.
///
/// # Errors
/// Not such a message, or a value that cannot be read.
pub fn read_statements(bytes: &[u8], limits: Limits) -> Result<StatementFile, ReadError> {
    let root = xml::read(bytes, limits)?;
    let body = message(&root, "camt.053.", "BkToCstmrStmt")?;
    let head = body.child("GrpHdr");
    let statements: Result<Vec<Statement>, ReadError> = body.all("Stmt").map(statement).collect();
    Ok(StatementFile {
        id: head.text_at(&["MsgId"]).ok_or(ReadError::Missing("MsgId"))?,
        created: read_moment(head.text_at(&["CreDtTm"])).ok_or(ReadError::Missing("CreDtTm"))?,
        statements: statements?,
    })
}

fn statement(e: &Element) -> Result<Statement, ReadError> {
    let balances: Result<Vec<Balance>, ReadError> = e.all("Bal").map(balance).collect();
    let entries: Result<Vec<Entry>, ReadError> = e.all("Ntry").map(entry).collect();
    let (balances, entries) = (balances?, entries?);
    let of_entries = entries.first().map(|e| e.currency.clone());
    let from = read_moment(e.text_at(&["FrToDt", "FrDtTm"]));
    let to = read_moment(e.text_at(&["FrToDt", "ToDtTm"]));
    Ok(Statement {
        id: e.text_at(&["Id"]).ok_or(ReadError::Missing("Stmt/Id"))?,
        created: read_moment(e.text_at(&["CreDtTm"])).unwrap_or_default(),
        account: account(e.child("Acct")).ok_or(ReadError::Missing("Acct"))?,
        currency: e.text_at(&["Acct", "Ccy"]).or(of_entries).unwrap_or_else(|| "EUR".to_owned()),
        owner: e.text_at(&["Acct", "Ownr", "Nm"]),
        period: from.zip(to),
        balances,
        entries,
    })
}

/// The amount with its sign.
fn signed(e: &Element) -> Result<(Decimal, String), ReadError> {
    let (amount, currency) = read_money(e.child("Amt"), "Amt")?.ok_or(ReadError::Missing("Amt"))?;
    match e.text_at(&["CdtDbtInd"]).as_deref() {
        Some("CRDT") => Ok((amount, currency)),
        Some("DBIT") => Ok((-amount, currency)),
        _ => Err(ReadError::Missing("CdtDbtInd")),
    }
}

fn balance(e: &Element) -> Result<Balance, ReadError> {
    let kind = e.at(&["Tp", "CdOrPrtry"]);
    Ok(Balance {
        code: kind.text_at(&["Cd"]).or_else(|| kind.text_at(&["Prtry"])).unwrap_or_default(),
        amount: signed(e)?.0,
        date: read_date(e.child("Dt"), "Bal/Dt")?.ok_or(ReadError::Missing("Bal/Dt"))?,
    })
}

fn entry(e: &Element) -> Result<Entry, ReadError> {
    let (amount, currency) = signed(e)?;
    let domain = e.at(&["BkTxCd", "Domn"]);
    let parts = [domain.text_at(&["Cd"]), domain.text_at(&["Fmly", "Cd"]), domain.text_at(&["Fmly", "SubFmlyCd"])];
    let kind: Vec<String> = parts.into_iter().flatten().collect();
    let details: Result<Vec<Detail>, ReadError> =
        e.all("NtryDtls").flat_map(|d| d.all("TxDtls")).map(|d| detail(d, amount)).collect();
    Ok(Entry {
        reference: e.text_at(&["AcctSvcrRef"]).or_else(|| e.text_at(&["NtryRef"])),
        amount,
        currency,
        reversal: e.text_at(&["RvslInd"]).as_deref() == Some("true"),
        status: e.text_at(&["Sts", "Cd"]).or_else(|| e.text_at(&["Sts"])).unwrap_or_default(),
        booked: read_date(e.child("BookgDt"), "BookgDt")?,
        valued: read_date(e.child("ValDt"), "ValDt")?,
        kind: kind.join("/"),
        details: details?,
        words: e.text_at(&["AddtlNtryInf"]),
    })
}

fn detail(e: &Element, whole: Decimal) -> Result<Detail, ReadError> {
    let refs = e.child("Refs");
    let amounts = e.child("AmtDtls");
    let mut amount = None;
    for place in [e.child("Amt"), amounts.at(&["TxAmt", "Amt"]), amounts.at(&["InstdAmt", "Amt"])] {
        if amount.is_none() {
            amount = read_money(place, "TxDtls/Amt")?.map(|(amount, _)| amount);
        }
    }
    let parties = e.child("RltdPties");
    let (who, whose) = if whose_money(e, whole) { ("Cdtr", "CdtrAcct") } else { ("Dbtr", "DbtrAcct") };
    let reason = e.at(&["RtrInf", "Rsn"]);
    Ok(Detail {
        message: refs.text_at(&["MsgId"]),
        order: refs.text_at(&["PmtInfId"]),
        end_to_end: refs.text_at(&["EndToEndId"]).filter(|id| id != "NOTPROVIDED"),
        amount,
        other: party(parties.child(who)),
        account: account(parties.child(whose)),
        remittance: remittance(e.child("RmtInf"))?,
        returned: reason.text_at(&["Cd"]).or_else(|| reason.text_at(&["Prtry"])),
    })
}

/// Did it go out? Then the other side is the creditor.
fn whose_money(e: &Element, whole: Decimal) -> bool {
    match e.text_at(&["CdtDbtInd"]).as_deref() {
        Some("DBIT") => true,
        Some("CRDT") => false,
        _ => whole.is_sign_negative(),
    }
}
