//! From the approved invoice to the statement that closes it.

use iso20022::{
    Balance, Detail, Entry, Limits, Statement, StatementFile, StatementVersion, Status, StatusReport, TransferStatus,
    read_initiation,
};
use novads_invoices::life::Made;
use rust_decimal::Decimal;
use testkit::{Client, Page};

use crate::world::{World, code, day, receive, world};

pub const OURS: &str = "LV97HABA0012345678910";

pub async fn account(client: &mut Client) {
    let fields = [("name", "Pamatkonts"), ("iban", OURS), ("bic", "HABALV22")];
    assert_eq!(client.post("/invoices/accounts", &fields).await.location(), "/invoices/bank");
}

pub async fn approved(w: &World, accountant: &mut Client, number: &str, euros: i64, gross: &str) -> String {
    let href = receive(accountant, &w.made(1, number, euros).await).await;
    assert_eq!(code(accountant, &href, gross).await.location(), href);
    w.approve_all().await;
    href
}

pub async fn propose(client: &mut Client) -> Page {
    let form = client.get("/invoices/payments").await.ok();
    let text = form.text();
    let account = text.split("name=\"account\"").nth(1).unwrap().split("value=\"").find(|v| v.as_bytes()[8] == b'-');
    let account: String = account.unwrap().chars().take(36).collect();
    let submit = form.input("submit_id").unwrap();
    let fields =
        [("submit_id", submit.as_str()), ("account", &account), ("pay_on", "24.11.2026."), ("due_by", "30.11.2026.")];
    client.post("/invoices/payments", &fields).await
}

fn money(cents: i64) -> Decimal {
    Decimal::new(cents, 2)
}

fn statement(id: &str, opening: i64, entries: &[(&str, i64, Option<&str>)]) -> Vec<u8> {
    let created = day(25).and_hms_opt(3, 0, 0).unwrap();
    let closing = opening + entries.iter().map(|(_, cents, _)| cents).sum::<i64>();
    let balance = |code: &str, cents: i64| Balance { code: code.into(), amount: money(cents), date: day(24) };
    let entry = |(end_to_end, cents, returned): &(&str, i64, Option<&str>)| Entry {
        reference: None,
        amount: money(*cents),
        currency: "EUR".into(),
        reversal: false,
        status: "BOOK".into(),
        booked: Some(day(24)),
        valued: Some(day(24)),
        kind: "PMNT/ICDT/ESCT".into(),
        details: vec![Detail {
            end_to_end: Some((*end_to_end).to_owned()),
            amount: Some(money(cents.abs())),
            returned: returned.map(Into::into),
            ..Detail::default()
        }],
        words: None,
    };
    let statement = Statement {
        id: id.into(),
        created,
        account: OURS.into(),
        currency: "EUR".into(),
        owner: None,
        period: None,
        balances: vec![balance("OPBD", opening), balance("CLBD", closing)],
        entries: entries.iter().map(entry).collect(),
    };
    StatementFile { id: id.into(), created, statements: vec![statement] }.write(StatementVersion::V02)
}

pub async fn import(client: &mut Client, bytes: &[u8]) -> Page {
    client.upload("/invoices/bank", &[], &[("file", "banka.xml", "application/xml", bytes)]).await
}

#[tokio::test]
async fn one_prepares_another_releases_the_bank_pays_and_the_statement_closes() {
    let w = world().await;
    let mut accountant = w.accountant().await;
    let mut director = w.house.sign_in(w.releaser().await).await;
    account(&mut accountant).await;
    let first = approved(&w, &mut accountant, "A-1", 100, "121,00").await;
    let second = approved(&w, &mut accountant, "A-2", 50, "60,50").await;
    accountant.get("/invoices/payments").await.ok().has("181,50");
    let batch = propose(&mut accountant).await.location();
    let own = accountant.get(&batch).await.ok().has("Šo sarakstu sagatavojāt jūs").has("181,50");
    let version = own.input("version").unwrap();
    let refused = accountant.post(&format!("{batch}/release"), &[("version", &version)]).await;
    assert_eq!(refused.status.as_u16(), 422);
    assert_eq!(accountant.get(&format!("{batch}/file")).await.status.as_u16(), 404, "no file before the release");
    let page = director.get(&batch).await.ok();
    let version = page.input("version").unwrap();
    assert_eq!(director.post(&format!("{batch}/release"), &[("version", &version)]).await.location(), batch);

    let file = accountant.get(&format!("{batch}/file")).await.ok();
    let read = read_initiation(&file.body, Limits::default()).unwrap();
    assert_eq!(read.faults(), vec![]);
    assert_eq!(read.totals(), (2, money(18_150)));
    let order = &read.orders[0];
    assert_eq!((order.account.as_str(), order.date), (OURS, day(24)));
    assert_eq!(order.transfers[0].remittance.codes, vec![("2311".to_owned(), order.transfers[0].amount)]);
    assert_eq!(accountant.get(&format!("{batch}/file")).await.body, file.body, "the same bytes again");
    let newer = accountant.get(&format!("{batch}/file?version=09")).await.ok();
    assert_eq!(read_initiation(&newer.body, Limits::default()).unwrap(), read);

    let (one, two) = (&order.transfers[0].end_to_end, &order.transfers[1].end_to_end);
    let bytes = statement("S-1", 100_000, &[(one, -12_100, None), (two, -6_050, None), ("CITS", -100, None)]);
    import(&mut accountant, &bytes).await.ok().has("Nolasītas 3 rindas: samaksāti 2 rēķini");
    accountant.get(&first).await.ok().has("Samaksāts");
    accountant.get(&second).await.ok().has("24.11.2026.");
    accountant.get(&batch).await.ok().has("Samaksāts");
    import(&mut accountant, &bytes).await.ok().has("jau ir nolasīts");

    // It comes back: the invoice is payable again.
    let back = statement("S-2", 81_750, &[(one, 12_100, Some("AC04"))]);
    import(&mut accountant, &back).await.ok().has("atpakaļ atnākuši 1");
    accountant.get(&first).await.ok().has("Apstiprināts");
    accountant.get(&batch).await.ok().has("Atnāca atpakaļ (AC04)");
}

#[tokio::test]
async fn what_the_bank_refuses_is_payable_again() {
    let w = world().await;
    let mut accountant = w.accountant().await;
    let mut director = w.house.sign_in(w.releaser().await).await;
    account(&mut accountant).await;
    approved(&w, &mut accountant, "A-1", 100, "121,00").await;
    approved(&w, &mut accountant, "A-2", 50, "60,50").await;
    let batch = propose(&mut accountant).await.location();
    let version = director.get(&batch).await.ok().input("version").unwrap();
    director.post(&format!("{batch}/release"), &[("version", &version)]).await.location();
    let file = accountant.get(&format!("{batch}/file")).await.ok();
    let sent = read_initiation(&file.body, Limits::default()).unwrap();
    let report = |status: Status, transfers: Vec<TransferStatus>| StatusReport {
        id: "B-1".into(),
        created: sent.created,
        original: sent.id.clone(),
        original_kind: "pain.001.001.03".into(),
        status: Some(status),
        reason: None,
        words: None,
        transfers,
    };
    let closed = TransferStatus {
        order: sent.id.clone(),
        end_to_end: sent.orders[0].transfers[0].end_to_end.clone(),
        status: Status::Rejected,
        reason: Some("AC04".into()),
        words: None,
    };
    import(&mut accountant, &report(Status::Partly, vec![closed]).write()).await.ok().has("Bankas atbilde nolasīta");
    accountant.get(&batch).await.ok().has("Banka atteica (AC04)").has("Nodots bankai");
    accountant.get("/invoices/payments").await.ok().has("121,00");
    let other = StatusReport { original: "CITS".into(), ..report(Status::Rejected, vec![]) };
    let page = import(&mut accountant, &other.write()).await;
    assert_eq!(page.status.as_u16(), 422);
    page.has("neesam sūtījuši");
}

#[tokio::test]
async fn a_statement_that_does_not_add_up_or_is_not_ours_changes_nothing() {
    let w = world().await;
    let mut accountant = w.accountant().await;
    account(&mut accountant).await;
    let good = String::from_utf8(statement("S-1", 100, &[("X", -50, None)])).unwrap();
    for (bad, says) in [
        (good.replace("0.50</Amt><CdtDbtInd>CRDT", "0.60</Amt><CdtDbtInd>CRDT"), "nesakrīt ar sākuma un beigu"),
        (good.replace(OURS, "LV80BANK0000435195001"), "nav starp pašvaldības kontiem"),
        ("<x/>".to_owned(), "nav bankas datne"),
    ] {
        let page = import(&mut accountant, bad.as_bytes()).await;
        assert_eq!(page.status.as_u16(), 422, "{bad}");
        page.has(says);
    }
    assert_eq!(w.count("invoices.statement").await, 0);
    let fields = [("name", "Cits"), ("iban", "LV12HABA0012345678910"), ("bic", "")];
    let page = accountant.post("/invoices/accounts", &fields).await;
    assert_eq!(page.status.as_u16(), 422);
}

#[tokio::test]
async fn a_cancelled_proposal_lets_its_invoices_go_and_a_paper_one_is_paid_too() {
    let w = world().await;
    let mut accountant = w.accountant().await;
    account(&mut accountant).await;
    let form = accountant.get("/invoices/new").await.ok();
    let submit = form.input("submit_id").unwrap();
    let iban = novads_invoices::life::account_of(5);
    let fields = [
        ("submit_id", submit.as_str()),
        ("kind", "invoice"),
        ("supplier", "IK Anna"),
        ("number", "7"),
        ("issued", "10.11.2026."),
        ("due", "20.11.2026."),
        ("net", "30,00"),
        ("vat", ""),
        ("iban", iban.as_str()),
        ("what", "Tulkojums"),
    ];
    let files: &[(&str, &str, &str, &[u8])] = &[("files", "skens.pdf", "application/pdf", b"%PDF-1.7\nx")];
    let href = accountant.upload("/invoices/new", &fields, files).await.location();
    assert_eq!(accountant.upload("/invoices/new", &fields, files).await.location(), href, "the same picture is once");
    accountant.get(&href).await.ok().has("Ievadīts ar roku").has("skens.pdf").has("Tulkojums");
    assert_eq!(code(&mut accountant, &href, "30,00").await.location(), href);
    w.approve_central().await;
    let batch = propose(&mut accountant).await.location();
    accountant.get("/invoices/payments").await.ok().has_not(&format!("value=\"{}\"", href.rsplit('/').next().unwrap()));
    let version = accountant.get(&batch).await.ok().input("version").unwrap();
    assert_eq!(
        accountant.post(&format!("{batch}/cancel"), &[("version", &version)]).await.location(),
        "/invoices/payments"
    );
    accountant.get("/invoices/payments").await.ok().has(&format!("value=\"{}\"", href.rsplit('/').next().unwrap()));
}

#[tokio::test]
async fn the_figures_are_those_of_the_reference_table() {
    let w = world().await;
    let mut accountant = w.accountant().await;
    for n in 1..=3 {
        let href = receive(&mut accountant, &w.made(1, &format!("A-{n}"), 100).await).await;
        if n < 3 {
            code(&mut accountant, &href, "121,00").await.location();
        }
    }
    w.approve_all().await;
    let ask = reports::Ask::whole(w.house.tenant, 2026);
    let all = w.house.kernel.extension::<reports::Reports>().unwrap();
    let report = all.get("invoices").unwrap();
    let names: Vec<&str> = report.columns.iter().map(|c| c.name).collect();
    let reference = [
        "municipality",
        "invoices_received",
        "e_invoices",
        "e_invoice_pct",
        "invoices_approved_electronically",
        "approved_pct",
    ];
    assert_eq!(names, reference);
    let mut read = w.house.op().read().await.unwrap();
    let rows = (report.figures)(read.conn(), &ask).await.unwrap();
    let cells: Vec<String> = report.cells(&rows[0]).iter().map(reports::Cell::raw).collect();
    assert_eq!(cells, ["Parauga novads", "3", "3", "100.0", "2", "67"]);
    let of_school = rows.iter().find(|r| r.institution == Some(w.demo.school)).unwrap();
    assert_eq!(of_school.counts, [3, 3, 2]);
    let behind = (report.rows)(read.conn(), &ask, "invoices_approved_electronically", None, 10).await.unwrap();
    assert_eq!(behind.len(), 2);
    drop(read);
    accountant.get("/invoices/postings").await.ok().has("7231,2311").has("121.00");
}

#[tokio::test]
async fn an_amount_above_the_limit_goes_to_the_head_as_well() {
    let w = world().await;
    let mut accountant = w.accountant().await;
    let room = w.room().await;
    let href = receive(&mut accountant, &Made { ..w.made(1, "A-1", 20_000).await }).await;
    let card = accountant.get(&href).await.ok();
    let version = card.input("version").unwrap();
    let room = room.to_string();
    let fields = [
        ("version", version.as_str()),
        ("amount_1", "24200,00"),
        ("account_1", "7231"),
        ("ekk_1", "2311"),
        ("unit_1", &room),
    ];
    assert_eq!(accountant.post(&format!("{href}/code"), &fields).await.location(), href);
    let mut manager = w.house.sign_in(w.demo.people.manager).await;
    let task = manager.get("/tasks").await.ok().has("Rēķins A-1").input("task").unwrap();
    manager.get(&format!("/tasks/{task}")).await.ok().has("SIA Piegādātājs 1").has("EKK 2311");
    let fields = [("outcome", "done"), ("remark", ""), ("correction", ""), ("reason", "")];
    assert!(manager.post(&format!("/tasks/{task}"), &fields).await.status.is_redirection());
    accountant.get(&href).await.ok().has("Saskaņošanā");
    w.approve_all().await;
    accountant.get(&href).await.ok().has("Apstiprināts");
}

#[tokio::test]
async fn late_ones_bear_interest_by_the_law_and_the_way_is_timed() {
    let w = world().await;
    let mut accountant = w.accountant().await;
    let late = Made { issued: day(1), due: day(3), ..w.made(1, "A-1", 1000).await };
    receive(&mut accountant, &late).await;
    receive(&mut accountant, &w.made(2, "A-2", 1000).await).await;
    // 1 210,00 × 10,15 % / 365 × 20 days = 6,73.
    let page = accountant.get("/invoices/late").await.ok().has("A-1").has_not("A-2").has("6,73");
    page.has("10,15 %").has("40,00");
    accountant.get("/invoices/late?year=2025").await.ok().has_not("A-1");
}
