//! A week: invoices come, are coded, approved, paid, and the bank's statement closes them.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use chrono::{Datelike as _, Days};
use documents::{
    PdfRenderer,
    ports::{Block, Letter},
};
use iso20022::{Balance, Detail, Entry, Party, Remittance, Statement, StatementFile, StatementVersion, Version};
use jobs::JobError;
use manifest::Dice;
use op::{Op, OpError};
use rust_decimal::Decimal;
use types::{Date, Money, PersonId, TaskId, UnitId};
use uuid::Uuid;
use workflow::{DecideError, EffectError, Medium, Verdict};

use super::{
    Made, MadeLine, account_of, at,
    cast::{Cast, SUPPLIERS, suppliers_of},
    made, retry,
};
use crate::{
    model::{Channel, Coding, Layers, State},
    store,
    usecases::{self, Arrival, AskedTemplate, InvoicesError, Prepared, Proposal, prepare},
};

fn plus(day: Date, days: u64) -> Date {
    day.checked_add_days(Days::new(days)).unwrap_or(day)
}

pub(super) fn failed(e: InvoicesError) -> JobError {
    match e {
        InvoicesError::Op(e) => e.into(),
        e => retry(e),
    }
}

/// One week of a month; what would lie in the future stays as it is.
pub(super) async fn live(op: &Op, cast: &Cast, first: Date, week: u64) -> Result<(), JobError> {
    let monday = plus(first, 1 + week * 7);
    let moment = |days: u64, hour: i64| Some(at(plus(monday, days), hour)).filter(|m| *m <= op.now());
    let Some(morning) = moment(0, 9) else { return Ok(()) };
    let accountant = cast.op_of(op, cast.accountant, morning).await?;
    come(&accountant, cast, monday, week).await?;
    let Some(noon) = moment(1, 12) else { return Ok(()) };
    code(&cast.op_of(op, cast.accountant, noon).await?).await?;
    let Some(later) = moment(2, 10) else { return Ok(()) };
    approve(op, cast, later).await?;
    // Large ones have a second step.
    approve(op, cast, later).await?;
    let Some(payday) = moment(3, 14) else { return Ok(()) };
    clear(&cast.op_of(op, cast.director, payday).await?, monday).await?;
    pay(op, cast, payday, first).await
}

/// What comes in a week: most of it by operators, some uploaded, a little on paper.
async fn come(accountant: &Op, cast: &Cast, monday: Date, week: u64) -> Result<(), JobError> {
    let mut set: Vec<Prepared> = Vec::new();
    for (n, (_, number, name)) in cast.institutions.iter().enumerate() {
        for (turn, s) in suppliers_of(n).into_iter().enumerate() {
            // Each supplier of an institution writes once a month, in its own week.
            if turn as u64 % 4 != week {
                continue;
            }
            set.extend(one(monday, n, s, number, name));
        }
    }
    if set.is_empty() {
        return Ok(());
    }
    let Some((central, ..)) = cast.institutions.first() else { return Ok(()) };
    let mut tx = accountant.begin().await?;
    usecases::receive_set(&mut tx, *central, set).await.map_err(failed)?;
    Ok(tx.commit().await?)
}

pub(super) fn invoice(monday: Date, n: usize, s: usize, number: &str, name: &str) -> Option<Made> {
    let supplier = SUPPLIERS.get(s)?;
    let day = u64::try_from(monday.num_days_from_ce()).unwrap_or(0);
    let mut dice = Dice::of(&[21, day, n as u64, s as u64]);
    let (from, to) = supplier.price;
    let mut lines = Vec::new();
    for what in supplier.what.iter().take(1 + usize::try_from(dice.below(3)).unwrap_or(0)) {
        let euros = from + dice.below(to - from);
        let cents = i64::try_from(euros * 100 + dice.below(100)).unwrap_or(100);
        lines.push(MadeLine { name: (*what).to_owned(), quantity: 1, price: Money(cents) });
    }
    let issued = monday.checked_sub_days(Days::new(1 + dice.below(5))).unwrap_or(monday);
    Some(Made {
        supplier: u32::try_from(s).unwrap_or(0) + 1,
        supplier_name: supplier.name.to_owned(),
        number: format!(
            "{}{:02}-{:04}",
            char::from(b'A' + u8::try_from(s % 26).unwrap_or(0)),
            monday.year() % 100,
            day % 700 * 12 + n as u64
        ),
        issued,
        due: plus(issued, 10 + dice.below(3) * 7),
        buyer: number.to_owned(),
        buyer_name: name.to_owned(),
        iban: None,
        order: None,
        contract: (dice.below(2) == 0).then(|| format!("L-{}/{}", monday.year(), 100 + s)),
        corrects: None,
        file: None,
        lines,
    })
}

fn one(monday: Date, n: usize, s: usize, number: &str, name: &str) -> Option<Prepared> {
    let mut m = invoice(monday, n, s, number, name)?;
    let day = u64::try_from(monday.num_days_from_ce()).unwrap_or(0);
    let mut dice = Dice::of(&[22, day, n as u64, s as u64]);
    if dice.below(60) == 0 {
        m.iban = Some(account_of(9_000 + s as u64));
    }
    let mut text = made(&m);
    if dice.below(50) == 0 {
        // A supplier that cannot add up.
        text = text.replacen("<cbc:PayableAmount currencyID=\"EUR\">", "<cbc:PayableAmount currencyID=\"EUR\">1", 1);
    }
    let channel = match dice.below(10) {
        0 => Channel::Upload,
        1 | 2 => Channel::EAddress,
        _ => Channel::Api,
    };
    let mut prepared =
        *prepare(Arrival::new(format!("{}.xml", m.number), text.into_bytes(), channel), &Layers::default()).ok()?;
    if dice.below(25) == 0 {
        prepared.channel = Channel::Paper;
        prepared.is_structured = false;
        prepared.syntax = "none";
        prepared.verdict = crate::model::Verdict::Manual;
        prepared.findings.clear();
        prepared.files.clear();
    }
    Some(prepared)
}

/// The accountant codes what waits: as suggested, else by what the supplier sells.
pub(super) async fn code(accountant: &Op) -> Result<(), JobError> {
    let tenant = accountant.tenant();
    let mut read = accountant.read().await?;
    let waiting = store::to_code(read.conn(), tenant, accountant.now(), 2_000).await?;
    drop(read);
    for chunk in waiting.chunks(200) {
        let mut set: HashMap<Uuid, Vec<Coding>> = HashMap::new();
        for w in chunk {
            let parts = if w.suggested.0.is_empty() { by_trade(w) } else { w.suggested.0.clone() };
            set.insert(w.id.uuid(), parts);
        }
        usecases::code_set(accountant, set).await.map_err(failed)?;
    }
    Ok(())
}

fn by_trade(w: &store::ToCode) -> Vec<Coding> {
    let trade = SUPPLIERS.iter().find(|s| w.supplier.starts_with(s.name));
    let (account, ekk) = trade.map_or(("7231", "2390"), |s| (s.account, s.ekk));
    vec![Coding {
        amount: w.total,
        account: account.to_owned(),
        ekk: ekk.to_owned(),
        function: "09.000".to_owned(),
        funding: "PB".to_owned(),
        project: String::new(),
        unit_id: w.institution_id,
        note: String::new(),
    }]
}

/// Whoever has invoices in their list approves them.
async fn approve(op: &Op, cast: &Cast, moment: types::Timestamp) -> Result<(), JobError> {
    approve_on(op, cast, moment, |_| Medium::Electronic).await.map(|_| ())
}

/// The same, each on what its number says. Answers how many were approved.
pub(super) async fn approve_on(
    op: &Op,
    cast: &Cast,
    moment: types::Timestamp,
    medium: impl Fn(&str) -> Medium,
) -> Result<u64, JobError> {
    let mut read = op.read().await?;
    let open = store::open_approvals(read.conn(), op.tenant(), moment).await?;
    drop(read);
    let mut lists: BTreeMap<(PersonId, bool), Vec<TaskId>> = BTreeMap::new();
    for (task, principal, number) in open {
        if let Some(person) = cast.taker(principal) {
            lists.entry((person, medium(&number) == Medium::Paper)).or_default().push(task);
        }
    }
    let mut done = 0;
    for ((person, is_paper), tasks) in lists {
        let theirs = cast.op_of(op, person, moment).await?;
        let medium = if is_paper { Medium::Paper } else { Medium::Electronic };
        match workflow::decide(&theirs, &tasks, &Verdict { medium, ..Verdict::yes() }).await {
            Ok(decided) => done += decided.done.len() as u64,
            Err(DecideError::Op(e) | DecideError::Effect(EffectError::Op(e))) => return Err(e.into()),
            Err(e) => return Err(retry(e)),
        }
    }
    Ok(done)
}

/// The director has called most of those who changed their account; some alerts stay.
async fn clear(director: &Op, monday: Date) -> Result<(), JobError> {
    let mut read = director.read().await?;
    let open = store::open_alerts(read.conn(), director.tenant(), director.now(), 200).await?;
    drop(read);
    let day = u64::try_from(monday.num_days_from_ce()).unwrap_or(0);
    for (n, (invoice, alert)) in (0_u64..).zip(open) {
        if Dice::of(&[31, day, n]).below(5) == 0 {
            continue;
        }
        let ground = "Piezvanīts uz līgumā norādīto tālruni, piegādātājs apstiprināja";
        match usecases::clear(director, invoice, alert, ground).await {
            Ok(()) | Err(InvoicesError::SecondPerson | InvoicesError::Op(OpError::Forbidden(_))) => {}
            Err(e) => return Err(failed(e)),
        }
    }
    Ok(())
}

/// The accountant prepares, the director releases, the made-up bank pays on the next day.
pub(super) async fn pay(op: &Op, cast: &Cast, payday: types::Timestamp, first: Date) -> Result<(), JobError> {
    let accountant = cast.op_of(op, cast.accountant, payday).await?;
    let bank_account = cast.prepare(op, first).await?;
    let day = types::local_date(payday);
    let key = Uuid::new_v5(&op.tenant().uuid(), format!("invoices life pay {day}").as_bytes());
    let proposal = Proposal { bank_account, pay_on: day, due_by: plus(day, 9), only: None };
    let batch = match usecases::propose(&accountant, key, proposal).await {
        Ok(batch) => batch,
        Err(InvoicesError::Nothing) => return Ok(()),
        Err(e) => return Err(failed(e)),
    };
    let director = cast.op_of(op, cast.director, payday + chrono::TimeDelta::hours(1)).await?;
    match usecases::release(&director, batch, 1).await {
        Ok(()) => {}
        // Released when this week was lived before.
        Err(InvoicesError::Op(OpError::Stale)) => {}
        Err(e) => return Err(failed(e)),
    }
    let night = at(plus(day, 1), 6);
    if night > op.now() {
        return Ok(());
    }
    let later = cast.op_of(op, cast.accountant, night + chrono::TimeDelta::hours(3)).await?;
    let mut read = director.read().await?;
    let (_, file) = usecases::file_of(&mut read, batch, Version::V03).await.map_err(failed)?;
    let closing = store::statements(read.conn(), op.tenant(), 1).await?;
    drop(read);
    let opening = closing.first().and_then(|s| s.closing).unwrap_or(Money(90_000_000));
    let bytes = statement(&file, opening, night).ok_or_else(|| retry("the file of payments"))?;
    usecases::import_statement(&later, &bytes).await.map_err(failed)?;
    Ok(())
}

/// What a bank would say of that file: everything paid, and taxes that came in.
fn statement(file: &[u8], opening: Money, night: types::Timestamp) -> Option<Vec<u8>> {
    let sent = iso20022::read_initiation(file, iso20022::Limits::default()).ok()?;
    let order = sent.orders.first()?;
    let date = order.date;
    let paid = |t: &iso20022::Transfer| Entry {
        reference: Some(format!("B{}", t.end_to_end)),
        amount: -t.amount,
        currency: "EUR".to_owned(),
        reversal: false,
        status: "BOOK".to_owned(),
        booked: Some(date),
        valued: Some(date),
        kind: "PMNT/ICDT/ESCT".to_owned(),
        details: vec![Detail {
            message: Some(sent.id.clone()),
            order: Some(order.id.clone()),
            end_to_end: Some(t.end_to_end.clone()),
            amount: Some(t.amount),
            other: t.creditor.clone(),
            account: Some(t.account.clone()),
            remittance: t.remittance.clone(),
            returned: None,
        }],
        words: None,
    };
    let mut entries: Vec<Entry> = order.transfers.iter().map(paid).collect();
    let spent: Decimal = order.transfers.iter().map(|t| t.amount).sum();
    let came = Detail {
        other: Party { name: "Valsts kase".to_owned(), ..Party::default() },
        remittance: Remittance { text: Some("Iedzīvotāju ienākuma nodoklis".to_owned()), ..Remittance::default() },
        amount: Some(spent),
        ..Detail::default()
    };
    let income = entries.first().cloned()?;
    entries.push(Entry {
        reference: None,
        amount: spent,
        kind: "PMNT/RCDT/ESCT".to_owned(),
        details: vec![came],
        ..income
    });
    let balance = |code: &str| Balance { code: code.to_owned(), amount: Decimal::new(opening.0, 2), date };
    let created = night.naive_utc();
    let statement = Statement {
        id: format!("S-{}", order.id),
        created,
        account: order.account.clone(),
        currency: "EUR".to_owned(),
        owner: Some(order.debtor.name.clone()),
        period: None,
        balances: vec![balance("OPBD"), balance("CLBD")],
        entries,
    };
    let file = StatementFile { id: statement.id.clone(), created, statements: vec![statement] };
    Some(file.write(StatementVersion::V02))
}

/// What those who sign in find on their desks: some to be coded, one that is broken, one with a changed account.
pub(super) async fn waiting(op: &Op, cast: &Cast) -> Result<(), JobError> {
    let today = op.today();
    let morning = at(today, 8).min(op.now());
    let accountant = cast.op_of(op, cast.accountant, morning).await?;
    let mut set = Vec::new();
    // The second institution is the school of the demonstration's people.
    for (n, (_, number, name)) in cast.institutions.iter().enumerate().skip(1).take(2) {
        for (turn, s) in suppliers_of(n).into_iter().take(5).enumerate() {
            let Some(mut m) = invoice(today, n, s, number, name) else { continue };
            if turn == 1 {
                m.iban = Some(account_of(9_900 + s as u64));
            }
            let mut text = made(&m);
            if turn == 2 {
                text = text.replacen(
                    "<cbc:PayableAmount currencyID=\"EUR\">",
                    "<cbc:PayableAmount currencyID=\"EUR\">1",
                    1,
                );
            }
            set.extend(
                prepare(Arrival::new(format!("{}.xml", m.number), text.into_bytes(), Channel::Api), &Layers::default())
                    .ok()
                    .map(|p| *p),
            );
        }
    }
    let Some((central, ..)) = cast.institutions.first() else { return Ok(()) };
    let mut tx = accountant.begin().await?;
    let done = usecases::receive_set(&mut tx, *central, set).await.map_err(failed)?;
    tx.commit().await?;
    // One of each institution is on its way already.
    let mut set: HashMap<Uuid, Vec<Coding>> = HashMap::new();
    for r in done.iter().filter(|r| r.alerts.is_empty() && r.verdict != "broken").step_by(3) {
        let usecases::Outcome::Registered(id) = r.outcome else { continue };
        let mut read = accountant.read().await?;
        let invoice = store::invoice(read.conn(), op.tenant(), id).await?;
        let suggested = store::coding(read.conn(), op.tenant(), id).await?;
        if invoice.state != State::Coding {
            continue;
        }
        let w = store::ToCode {
            id,
            supplier: invoice.supplier.clone(),
            total: invoice.total,
            institution_id: invoice.institution_id,
            suggested: sqlx::types::Json(suggested),
        };
        set.insert(id.uuid(), if w.suggested.0.is_empty() { by_trade(&w) } else { w.suggested.0.clone() });
    }
    let first = set.keys().min().copied();
    usecases::code_set(&accountant, set).await.map_err(failed)?;
    if let Some(id) = first {
        let key = Uuid::new_v5(&id, b"template");
        let asked =
            AskedTemplate {
                name: "Parastais ikmēneša rēķins".to_owned(), by_contract: false, from: None, to: None
            };
        usecases::make_template(&accountant, types::DocumentId(id), key, asked).await.map_err(failed)?;
    }
    scan(&accountant, *central, today).await
}

/// Somebody still sends pictures: it waits to be entered.
async fn scan(accountant: &Op, central: UnitId, today: Date) -> Result<(), JobError> {
    let Some(renderer) = accountant.kernel().extension::<Arc<dyn PdfRenderer>>() else { return Ok(()) };
    let day = plus(today, 0).format("%d.%m.%Y.").to_string();
    let fields = [("Numurs", "T-17"), ("Datums", day.as_str()), ("Tulkojums no vācu valodas, 6 lpp.", "90,00 EUR")];
    let letter = Letter {
        lang: types::Locale::Lv,
        title: "Rēķins T-17".to_owned(),
        author: "IK „Parauga tulks”".to_owned(),
        letterhead: vec!["IK „Parauga tulks”".to_owned()],
        blocks: vec![Block::Fields(fields.map(|(k, v)| (k.to_owned(), v.to_owned())).to_vec())],
        footer: String::new(),
        created: at(today, 7),
    };
    let Ok(bytes) = renderer.render(&letter) else { return Ok(()) };
    let sender = Some("birojs@tulks.example".to_owned());
    let file = Arrival { sender, ..Arrival::new("rekins-T-17.pdf".to_owned(), bytes, Channel::Mail) };
    usecases::receive(accountant, central, vec![file]).await.map_err(failed)?;
    Ok(())
}
