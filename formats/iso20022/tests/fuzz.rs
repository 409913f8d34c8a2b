//! Files of a bank, mutated: nothing panics, nothing runs away, and what still reads is written and read alike.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may end here")]

use std::time::{Duration, Instant};

use iso20022::{Limits, StatementVersion, Version, read_initiation, read_statements, read_status};
use proptest::{prelude::*, sample::Index};

const STATEMENT: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"><BkToCstmrStmt><GrpHdr><MsgId>S-1</MsgId><CreDtTm>2026-11-25T03:00:00</CreDtTm></GrpHdr>
<Stmt><Id>S-1</Id><CreDtTm>2026-11-25T03:00:00</CreDtTm><Acct><Id><IBAN>LV97HABA0012345678910</IBAN></Id><Ccy>EUR</Ccy></Acct>
<Bal><Tp><CdOrPrtry><Cd>OPBD</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">1000.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-11-24</Dt></Dt></Bal>
<Bal><Tp><CdOrPrtry><Cd>CLBD</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">879.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-11-24</Dt></Dt></Bal>
<Ntry><Amt Ccy="EUR">121.00</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts>BOOK</Sts><BookgDt><Dt>2026-11-24</Dt></BookgDt><BkTxCd><Prtry><Cd>X</Cd></Prtry></BkTxCd>
<NtryDtls><TxDtls><Refs><EndToEndId>R-1</EndToEndId></Refs><AmtDtls><TxAmt><Amt Ccy="EUR">121.00</Amt></TxAmt></AmtDtls><RmtInf><Ustrd>Rēķins A-1</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>
</Stmt></BkToCstmrStmt></Document>"#;

const INITIATION: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.001.001.03"><CstmrCdtTrfInitn><GrpHdr><MsgId>N-1</MsgId><CreDtTm>2026-11-23T09:30:00</CreDtTm><NbOfTxs>1</NbOfTxs><CtrlSum>121.00</CtrlSum><InitgPty><Nm>Novads</Nm></InitgPty></GrpHdr>
<PmtInf><PmtInfId>P-1</PmtInfId><PmtMtd>TRF</PmtMtd><NbOfTxs>1</NbOfTxs><CtrlSum>121.00</CtrlSum><ReqdExctnDt>2026-11-24</ReqdExctnDt><Dbtr><Nm>Novads</Nm></Dbtr>
<DbtrAcct><Id><IBAN>LV97HABA0012345678910</IBAN></Id></DbtrAcct><DbtrAgt><FinInstnId><BIC>HABALV22</BIC></FinInstnId></DbtrAgt>
<CdtTrfTxInf><PmtId><EndToEndId>R-1</EndToEndId></PmtId><Amt><InstdAmt Ccy="EUR">121.00</InstdAmt></Amt><Cdtr><Nm>SIA</Nm></Cdtr><CdtrAcct><Id><IBAN>LV50UNLA0051302501110</IBAN></Id></CdtrAcct><RmtInf><Ustrd>A-1</Ustrd></RmtInf></CdtTrfTxInf></PmtInf></CstmrCdtTrfInitn></Document>"#;

const STATUS: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.03"><CstmrPmtStsRpt><GrpHdr><MsgId>B-1</MsgId><CreDtTm>2026-11-23T10:00:00</CreDtTm></GrpHdr>
<OrgnlGrpInfAndSts><OrgnlMsgId>N-1</OrgnlMsgId><OrgnlMsgNmId>pain.001.001.03</OrgnlMsgNmId><GrpSts>PART</GrpSts></OrgnlGrpInfAndSts>
<OrgnlPmtInfAndSts><OrgnlPmtInfId>P-1</OrgnlPmtInfId><TxInfAndSts><OrgnlEndToEndId>R-1</OrgnlEndToEndId><TxSts>RJCT</TxSts><StsRsnInf><Rsn><Cd>AC04</Cd></Rsn></StsRsnInf></TxInfAndSts></OrgnlPmtInfAndSts></CstmrPmtStsRpt></Document>"#;

/// What a hand or a line does to a file.
#[derive(Clone, Debug)]
enum Change {
    Byte(Index, u8),
    Cut(Index, Index),
    Twice(Index, Index),
    Put(Index, &'static str),
}

fn change() -> impl Strategy<Value = Change> {
    let pieces = prop::sample::select(vec![
        "<",
        ">",
        "</",
        "&",
        "&x;",
        "&#0;",
        "<![CDATA[",
        "<!DOCTYPE a [<!ENTITY b \"c\">]>",
        "-",
        "99999999999999999999999999",
        "1e9",
        "0000-00-00",
        "\u{0}",
        "\u{202e}",
        "<Ntry>",
        "</Ntry>",
        "<Amt Ccy=\"EUR\">-1</Amt>",
        "NaN",
        " ",
        "ā",
    ]);
    prop_oneof![
        (any::<Index>(), any::<u8>()).prop_map(|(at, b)| Change::Byte(at, b)),
        (any::<Index>(), any::<Index>()).prop_map(|(a, b)| Change::Cut(a, b)),
        (any::<Index>(), any::<Index>()).prop_map(|(a, b)| Change::Twice(a, b)),
        (any::<Index>(), pieces).prop_map(|(at, piece)| Change::Put(at, piece)),
    ]
}

fn apply(bytes: &mut Vec<u8>, change: &Change) {
    if bytes.is_empty() {
        return;
    }
    let n = bytes.len();
    let span = |a: &Index, b: &Index| {
        let (a, b) = (a.index(n), b.index(n));
        // Short pieces: what is left is still like a file.
        (a.min(b), a.max(b).min(a.min(b) + 200))
    };
    match change {
        Change::Byte(at, byte) => bytes[at.index(n)] = *byte,
        Change::Cut(a, b) => {
            let (a, b) = span(a, b);
            bytes.drain(a..b);
        }
        Change::Twice(a, b) => {
            let (a, b) = span(a, b);
            let piece = bytes[a..b].to_vec();
            bytes.splice(a..a, piece);
        }
        Change::Put(at, piece) => {
            let at = at.index(n);
            bytes.splice(at..at, piece.bytes());
        }
    }
}

fn anything(bytes: &[u8]) {
    let begun = Instant::now();
    if let Ok(file) = read_statements(bytes, Limits::default()) {
        let _ = file.statements.iter().map(|s| s.is_balanced()).count();
        for version in [StatementVersion::V02, StatementVersion::V08] {
            let again = read_statements(&file.write(version), Limits::default());
            assert!(again.is_ok(), "{again:?}");
        }
    }
    if let Ok(file) = read_initiation(bytes, Limits::default()) {
        let _ = (file.faults(), file.totals());
        let _ = file.write(Version::V09);
    }
    let _ = read_status(bytes, Limits::default());
    assert!(begun.elapsed() < Duration::from_secs(5), "it runs away");
}

#[test]
fn what_is_mutated_reads_before() {
    assert!(
        read_statements(STATEMENT.as_bytes(), Limits::default()).unwrap().statements[0].is_balanced() == Some(true)
    );
    assert_eq!(read_initiation(INITIATION.as_bytes(), Limits::default()).unwrap().orders[0].transfers.len(), 1);
    assert_eq!(read_status(STATUS.as_bytes(), Limits::default()).unwrap().transfers.len(), 1);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_mutant_makes_a_reader_panic_or_run_away(base in 0..3_usize, changes in proptest::collection::vec(change(), 1..8)) {
        let mut bytes = [STATEMENT, INITIATION, STATUS][base].as_bytes().to_vec();
        for change in &changes {
            apply(&mut bytes, change);
        }
        anything(&bytes);
    }

    #[test]
    fn no_bytes_make_a_reader_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        anything(&bytes);
    }
}
