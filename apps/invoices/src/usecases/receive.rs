//! Taking invoices in: a set at a time, in a dozen statements however many.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};

use chrono::Days;
use documents::{Direction, LinkKind, NewDocument, Registering};
use op::{Audit, Event, Facts, May, Op, OpError, Tx};
use serde_json::json;
use types::{Date, DocumentId, Money, UnitId};
use uuid::Uuid;

use super::{InvoicesError, Prepared, Sorted, sort_all};
use crate::{
    actions::ReceiveInvoice,
    model::{
        AlertKind, Channel, Coding, Earlier, Envelope, FindingRow, Judged, Kind, Layers, Likeness, Template, Verdict,
        likeness, pick, scaled,
    },
    offers,
    store::{self, AccountItem, AlertItem, CodingItem, Intake, InvoiceItem, LineItem, ReportItem, SupplierItem},
};

/// A file that arrived.
#[derive(Clone, Debug)]
pub struct Arrival {
    /// Its name.
    pub name: String,
    /// Its content.
    pub bytes: Vec<u8>,
    /// By what it came.
    pub channel: Channel,
    /// Who sent it: an e-mail or electronic address.
    pub sender: Option<String>,
    /// The signed container it was taken out of.
    pub container: Option<Arc<Vec<u8>>>,
    /// The envelope it came in.
    pub envelope: Option<Envelope>,
}

impl Arrival {
    /// A file that came by that channel.
    #[must_use]
    pub const fn new(name: String, bytes: Vec<u8>, channel: Channel) -> Self {
        Self { name, bytes, channel, sender: None, container: None, envelope: None }
    }

    pub(super) fn without_content(&self) -> Self {
        Self {
            sender: self.sender.clone(),
            envelope: self.envelope.clone(),
            ..Self::new(String::new(), Vec::new(), self.channel)
        }
    }
}

/// What became of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Registered under that id.
    Registered(DocumentId),
    /// It was here already.
    Known(DocumentId),
    /// A picture that somebody must read and enter: kept under that id.
    Waiting(DocumentId),
    /// It is no invoice that could be read.
    Refused,
}

/// What became of a file, with what the rules say.
#[derive(Clone, Debug)]
pub struct Received {
    /// The file's name.
    pub name: String,
    /// What became of it.
    pub outcome: Outcome,
    /// `valid`, `warned`, `broken`.
    pub verdict: &'static str,
    /// What was found.
    pub findings: Vec<FindingRow>,
    /// The supplier's name.
    pub supplier: String,
    /// Its number.
    pub number: String,
    /// With VAT.
    pub total: Money,
    /// What must be looked at.
    pub alerts: Vec<AlertKind>,
}

/// Which rules refuse, as this municipality says today.
///
/// # Errors
/// The database failed.
pub async fn layers(op: &Op) -> Result<Layers, InvoicesError> {
    let mut read = op.read().await?;
    let all = parties::parameters(read.conn(), op.tenant(), "invoices", op.today()).await?;
    Ok(Layers::of(all.iter().filter_map(|(key, value)| Some((key.as_str(), value.as_str()?)))))
}

/// Takes files in: judges each, registers what is an invoice, keeps pictures for somebody to read, leaves what is here
/// already. Archives are looked into. `fallback` is the institution that gets what names none of ours. An archive's
/// files are listed one by one.
///
/// # Errors
/// Not theirs to receive, or the database failed: then nothing is registered.
pub async fn receive(op: &Op, fallback: UnitId, files: Vec<Arrival>) -> Result<Vec<Received>, InvoicesError> {
    let layers = layers(op).await?;
    // No connection is held while strangers' files are judged.
    let sorted = tokio::task::spawn_blocking(move || sort_all(files, &layers)).await;
    let sorted = sorted.map_err(|e| OpError::from(sqlx::Error::Io(std::io::Error::other(e))))?;
    let mut answers: Vec<Option<Received>> = Vec::with_capacity(sorted.len());
    let (mut prepared, mut places) = (Vec::new(), Vec::new());
    let (mut pictures, mut picture_places) = (Vec::new(), Vec::new());
    for (n, (name, one)) in sorted.into_iter().enumerate() {
        answers.push(None);
        match one {
            Sorted::Invoice(one) => {
                places.push((n, name));
                prepared.push(*one);
            }
            Sorted::Picture(one) => {
                picture_places.push((n, name));
                pictures.push(*one);
            }
            Sorted::Refused(judged) => {
                answers.pop();
                answers.push(Some(refused(name, *judged)));
            }
        }
    }
    let mut tx = op.begin().await?;
    let done = receive_set(&mut tx, fallback, prepared).await?;
    let kept = super::keep_pictures(&mut tx, fallback, pictures).await?;
    tx.commit().await?;
    let kept = kept.into_iter().map(waits);
    for ((n, name), one) in places.into_iter().zip(done).chain(picture_places.into_iter().zip(kept)) {
        if let Some(answer) = answers.get_mut(n) {
            *answer = Some(Received { name, ..one });
        }
    }
    Ok(answers.into_iter().flatten().collect())
}

fn waits(outcome: Outcome) -> Received {
    Received {
        name: String::new(),
        outcome,
        verdict: "manual",
        findings: Vec::new(),
        supplier: String::new(),
        number: String::new(),
        total: Money::ZERO,
        alerts: Vec::new(),
    }
}

fn refused(name: String, judged: Judged) -> Received {
    Received {
        name,
        outcome: Outcome::Refused,
        verdict: "broken",
        findings: judged.findings,
        supplier: String::new(),
        number: String::new(),
        total: Money::ZERO,
        alerts: Vec::new(),
    }
}

/// What a set of invoices is judged against.
struct Known {
    institutions: HashMap<String, (UnitId, bool)>,
    suppliers: HashMap<String, Uuid>,
    accounts: HashMap<Uuid, BTreeMap<String, String>>,
    earlier: HashMap<Uuid, Vec<Earlier>>,
    habits: HashMap<(Uuid, UnitId), Vec<store::HabitRow>>,
    templates: HashMap<(Uuid, UnitId), Vec<Template>>,
    days: u64,
    duty: Duty,
}

/// Registers a set of invoices within a transaction; the form that simulations use. The answers are in the order of
/// the set, without names.
///
/// # Errors
/// Not theirs to receive, or the database failed.
pub async fn receive_set(tx: &mut Tx, fallback: UnitId, set: Vec<Prepared>) -> Result<Vec<Received>, InvoicesError> {
    let op = tx.op().clone();
    let may = tx.create::<ReceiveInvoice>(&Facts { unit: Some(fallback), ..Facts::default() })?;
    let contents: Vec<Vec<u8>> = set.iter().map(|p| p.content.to_vec()).collect();
    let mut seen: HashMap<Vec<u8>, DocumentId> =
        store::known(tx.conn(), op.tenant(), &contents).await?.into_iter().collect();
    let mut answers = Vec::with_capacity(set.len());
    let mut fresh = Vec::new();
    for one in set {
        let before = seen.get(one.content.as_slice()).copied();
        let id = before.or(one.draft).unwrap_or_else(|| op.new_id());
        let outcome = if before.is_some() { Outcome::Known(id) } else { Outcome::Registered(id) };
        answers.push(answer(&one, outcome));
        if before.is_none() {
            seen.insert(one.content.to_vec(), id);
            fresh.push((answers.len() - 1, id, one));
        }
    }
    if !fresh.is_empty() {
        let known = know(tx, &may, &fresh).await?;
        let alerts = register(tx, &may, fallback, fresh, known).await?;
        for (place, kind) in alerts {
            if let Some(answer) = answers.get_mut(place) {
                answer.alerts.push(kind);
            }
        }
    }
    let ids: Vec<Uuid> = answers.iter().filter_map(|a| registered(&a.outcome)).map(|d| d.uuid()).collect();
    let audit = Audit::of_all(<ReceiveInvoice as op::Action>::DEF.name, "invoice", ids.clone());
    tx.audit(audit.with(json!({ "files": answers.len() })));
    if !ids.is_empty() {
        tx.publish(Event { kind: offers::RECEIVED, subjects: ids, data: json!({}) });
    }
    Ok(answers)
}

const fn registered(outcome: &Outcome) -> Option<DocumentId> {
    match outcome {
        Outcome::Registered(id) => Some(*id),
        Outcome::Known(_) | Outcome::Waiting(_) | Outcome::Refused => None,
    }
}

fn answer(one: &Prepared, outcome: Outcome) -> Received {
    Received {
        name: String::new(),
        outcome,
        verdict: one.verdict.word(),
        findings: one.findings.clone(),
        supplier: one.bill.seller.name.clone(),
        number: one.bill.number.clone(),
        total: one.bill.total,
        alerts: Vec::new(),
    }
}

async fn know(
    tx: &mut Tx,
    may: &May<ReceiveInvoice>,
    fresh: &[(usize, DocumentId, Prepared)],
) -> Result<Known, InvoicesError> {
    let op = tx.op().clone();
    let tenant = op.tenant();
    let units = store::buyers(tx.conn(), tenant).await?;
    let institutions = units.into_iter().map(|(number, id, is)| (number, (id, is))).collect();
    let mut items: BTreeMap<String, SupplierItem> = BTreeMap::new();
    for (_, _, one) in fresh {
        let s = &one.bill.seller;
        items.entry(s.code()).or_insert_with(|| SupplierItem {
            id: op.new_id(),
            code: s.code(),
            name: s.name.clone(),
            registration: s.registration.clone(),
            vat_number: s.vat_number.clone(),
            country: s.country.clone(),
            endpoint: s.endpoint.clone(),
            email: s.email.clone(),
        });
    }
    let items: Vec<SupplierItem> = items.into_values().collect();
    let suppliers: HashMap<String, Uuid> = store::put_suppliers(tx, may, &items).await?.into_iter().collect();
    let ids: Vec<Uuid> = suppliers.values().copied().collect();
    let mut accounts: HashMap<Uuid, BTreeMap<String, String>> = HashMap::new();
    for (supplier, iban, state) in store::accounts(tx.conn(), tenant, &ids).await? {
        accounts.entry(supplier).or_default().insert(iban, state);
    }
    let from = fresh.iter().filter_map(|(_, _, p)| p.bill.issued).min().unwrap_or_else(|| op.today());
    let from = from.checked_sub_days(Days::new(366)).unwrap_or(from);
    let mut earlier: HashMap<Uuid, Vec<Earlier>> = HashMap::new();
    for e in store::earlier(tx.conn(), tenant, &ids, from).await? {
        earlier.entry(e.supplier_id).or_default().push(e);
    }
    let mut habits: HashMap<(Uuid, UnitId), Vec<store::HabitRow>> = HashMap::new();
    for h in store::habits(tx.conn(), tenant, &ids).await? {
        habits.entry((h.supplier_id, h.institution_id)).or_default().push(h);
    }
    let mut templates: HashMap<(Uuid, UnitId), Vec<Template>> = HashMap::new();
    for t in store::templates_of(tx.conn(), tenant, &ids).await? {
        templates.entry((t.supplier_id, t.institution_id)).or_default().push(t);
    }
    let rules = parties::parameters(tx.conn(), tenant, "invoices", op.today()).await?;
    let days = rules.get("payment-days").and_then(serde_json::Value::as_u64).unwrap_or(30);
    let duty = Duty::of(&rules, parties::calendar(tx.conn(), tenant).await?);
    Ok(Known { institutions, suppliers, accounts, earlier, habits, templates, days, duty })
}

impl Known {
    /// The institution that the buyer's numbers name, and whether it is ours at all.
    fn buyer(&self, numbers: &[String], fallback: UnitId) -> (UnitId, bool) {
        for number in numbers {
            let bare: String = number.chars().filter(char::is_ascii_digit).collect();
            if let Some((unit, is_institution)) = self.institutions.get(&bare) {
                // The municipality itself is no institution: the one that takes it in keeps it.
                return if *is_institution { (*unit, true) } else { (fallback, true) };
            }
        }
        (fallback, false)
    }
}

type Raised = Vec<(usize, AlertKind)>;

async fn register(
    tx: &mut Tx,
    may: &May<ReceiveInvoice>,
    fallback: UnitId,
    fresh: Vec<(usize, DocumentId, Prepared)>,
    mut known: Known,
) -> Result<Raised, InvoicesError> {
    let op = tx.op().clone();
    let today = op.today();
    let mut intake = Intake::default();
    let (mut documents, mut files, mut registering) = (Vec::new(), Vec::new(), Vec::new());
    let mut raised = Raised::new();
    let (mut credits, mut reports) = (Vec::new(), Vec::new());
    for (place, id, mut one) in fresh {
        let Some(supplier) = known.suppliers.get(&one.bill.seller.code()).copied() else { continue };
        let (institution, is_ours) = known.buyer(&one.bill.buyer_numbers, fallback);
        let mut alerts = std::mem::take(&mut one.alerts);
        if !is_ours && one.is_structured {
            let named = json!({ "buyer": one.bill.buyer_name, "numbers": one.bill.buyer_numbers });
            alerts.push((AlertKind::WrongBuyer, named));
        }
        alerts.extend(account(&mut known, &mut intake, supplier, &one));
        let issued = one.bill.issued.unwrap_or(today);
        alerts.extend(duplicate(&mut known, supplier, id, &one, issued));
        for (kind, detail) in alerts {
            raised.push((place, kind));
            intake.alerts.push(AlertItem { id: op.new_id(), invoice_id: id, kind: kind.word(), detail });
        }
        if one.bill.kind == Kind::CreditNote && !one.bill.preceding.is_empty() {
            credits.push((id, supplier, one.bill.preceding.clone()));
        }
        let suggested = suggest(&op, &known, supplier, institution, &one);
        let unit = suggested.first().map_or(institution, |c| c.unit_id);
        intake.codings.extend((1..).zip(suggested).map(|(no, coding)| CodingItem { invoice_id: id, no, coding }));
        let paper = document(id, institution, unit, &one, issued);
        match one.draft {
            // The file waited as a draft: now it is known what it says.
            Some(_) => documents::redraft(tx, may, id, &paper).await?,
            None => documents.push(paper),
        }
        registering.push(Registering { document: id, register: "invoices".to_owned(), institution, date: today });
        files.push((id, std::mem::take(&mut one.files)));
        intake.lines.extend(lines(id, &mut one));
        reports.extend(known.duty.report(id, &one, issued));
        intake.invoices.push(item(&op, id, (institution, unit), supplier, one, issued, known.days));
    }
    documents::create(tx, may, documents).await?;
    documents::attach_set(tx, may, files).await?;
    store::add(tx, may, &intake).await?;
    store::add_reports(tx, may, &reports).await?;
    tie(tx, may, credits).await?;
    let names = |i: &&InvoiceItem| i.order_number.is_some() || i.contract_number.is_some();
    let naming: Vec<DocumentId> = intake.invoices.iter().filter(names).map(|i| i.id).collect();
    super::rematch(tx, may, &naming).await?;
    // The counter last: whoever else registers waits for nothing but our commit.
    documents::register(tx, may, &registering).await?;
    Ok(raised)
}

/// Who reports an e-invoice to the State Revenue Service, and by when.
struct Duty {
    /// By the channel it came by; nothing where the duty has not begun.
    by: HashMap<String, String>,
    days: u32,
    calendar: Arc<latvian::calendar::WorkCalendar>,
}

impl Duty {
    fn of(rules: &HashMap<String, serde_json::Value>, calendar: Arc<latvian::calendar::WorkCalendar>) -> Self {
        let has_begun = rules.get("srs-report-from").and_then(serde_json::Value::as_bool).unwrap_or(false);
        let by = rules.get("srs-duty").filter(|_| has_begun).cloned();
        let by = by.and_then(|v| serde_json::from_value(v).ok()).unwrap_or_default();
        let days = rules.get("srs-report-working-days").and_then(serde_json::Value::as_u64).unwrap_or(5);
        Self { by, days: u32::try_from(days).unwrap_or(5), calendar }
    }

    fn report(&self, invoice_id: DocumentId, one: &Prepared, issued: Date) -> Option<ReportItem> {
        let duty = self.by.get(one.channel.word()).filter(|_| one.is_structured)?.clone();
        let known = matches!(duty.as_str(), "ours" | "operator" | "automatic");
        let due_on = self.calendar.add_working_days(issued, self.days).unwrap_or(issued);
        known.then_some(ReportItem { invoice_id, duty, due_on })
    }
}

/// A known supplier that asks to be paid to another account is looked at by a second person.
fn account(
    known: &mut Known,
    intake: &mut Intake,
    supplier: Uuid,
    one: &Prepared,
) -> Option<(AlertKind, serde_json::Value)> {
    let iban = one.bill.iban.as_deref().filter(|_| one.bill.kind == Kind::Invoice)?;
    let accounts = known.accounts.entry(supplier).or_default();
    let state = accounts.get(iban).map(String::as_str);
    if state == Some("known") {
        return None;
    }
    let before: Vec<&String> = accounts.iter().filter(|(_, s)| *s == "known").map(|(iban, _)| iban).collect();
    let detail = json!({ "iban": iban, "before": before });
    let is_first = accounts.is_empty();
    if state.is_none() {
        let state = if is_first { "known" } else { "suspect" };
        intake.accounts.push(AccountItem { supplier_id: supplier, iban: iban.to_owned(), state });
        accounts.insert(iban.to_owned(), state.to_owned());
    }
    (!is_first).then_some((AlertKind::AccountChanged, detail))
}

fn duplicate(
    known: &mut Known,
    supplier: Uuid,
    id: DocumentId,
    one: &Prepared,
    issued: Date,
) -> Option<(AlertKind, serde_json::Value)> {
    let (bill, kind) = (&one.bill, one.bill.kind.word());
    let earlier = known.earlier.entry(supplier).or_default();
    let like = |e: &Earlier| likeness(&bill.number, kind, issued, bill.total, e).map(|l| (l, e.id, e.number.clone()));
    let found: Option<(Likeness, Uuid, String)> = earlier.iter().filter_map(like).min_by_key(|(l, ..)| *l);
    let (number, kind) = (bill.number.clone(), kind.to_owned());
    earlier.push(Earlier { id: id.uuid(), supplier_id: supplier, number, kind, issued_on: issued, total: bill.total });
    found.map(|(l, of, number)| (AlertKind::Duplicate, json!({ "of": of, "number": number, "how": l.word() })))
}

/// As a template says, else as the supplier's last approved invoice of that institution was booked; with the reason
/// beside it.
fn suggest(op: &Op, known: &Known, supplier: Uuid, institution: UnitId, one: &Prepared) -> Vec<Coding> {
    let all = known.templates.get(&(supplier, institution)).map(Vec::as_slice).unwrap_or_default();
    if one.bill.kind == Kind::Invoice
        && let Some(t) = pick(all, one.bill.contract.as_deref(), one.bill.total)
    {
        let why = match (op.locale(), t.is_usual(one.bill.total)) {
            (types::Locale::Lv, true) => format!("Pēc sagataves „{}”", t.name),
            (types::Locale::Lv, false) => format!("Pēc sagataves „{}”, bet summa nav kā parasti", t.name),
            (types::Locale::En, true) => format!("By the template “{}”", t.name),
            (types::Locale::En, false) => format!("By the template “{}”, but the amount is not as usual", t.name),
        };
        return scaled(&t.parts, one.bill.total, &why);
    }
    let Some(rows) = known.habits.get(&(supplier, institution)) else { return Vec::new() };
    let Some(first) = rows.first() else { return Vec::new() };
    let parts: Vec<Coding> = rows.iter().map(|r| r.coding.clone()).collect();
    let day = first.issued_on.format("%d.%m.%Y.");
    let why = match op.locale() {
        types::Locale::Lv => format!("Kā rēķinā {} no {day}", first.number),
        types::Locale::En => format!("As in invoice {} of {day}", first.number),
    };
    scaled(&parts, one.bill.total, &why)
}

fn document(id: DocumentId, institution: UnitId, unit: UnitId, one: &Prepared, issued: Date) -> NewDocument {
    let b = &one.bill;
    let (kind, word) = match b.kind {
        Kind::Invoice => (offers::INVOICE, "Rēķins"),
        Kind::CreditNote => (offers::CREDIT_NOTE, "Kredītrēķins"),
    };
    let words: Vec<&str> = b.lines.iter().take(40).map(|l| l.name.as_str()).collect();
    let mut text = words.join(" ");
    text.extend(b.order.iter().chain(&b.contract).chain(&b.buyer_reference).flat_map(|t| [" ", t.as_str()]));
    let data = json!({ "supplier": b.seller.name, "total": b.total, "currency": b.currency, "due": b.due });
    NewDocument {
        id: Some(id),
        direction: Direction::Incoming,
        medium: if one.channel == Channel::Paper { documents::Medium::Paper } else { documents::Medium::Electronic },
        correspondent: Some(b.seller.name.clone()).filter(|n| !n.is_empty()),
        external_number: Some(b.number.clone()),
        external_date: Some(issued),
        received_via: Some(one.channel.received_via().to_owned()),
        data,
        body_text: text,
        ..NewDocument::new(kind, format!("{word} {}, {}", b.number, b.seller.name), unit, institution, "invoices")
    }
}

fn lines(id: DocumentId, one: &mut Prepared) -> Vec<LineItem> {
    let all = std::mem::take(&mut one.bill.lines);
    let line = |(n, l): (usize, crate::model::BillLine)| LineItem {
        invoice_id: id,
        no: n + 1,
        name: l.name,
        quantity: l.quantity,
        measure: l.measure,
        net: l.net,
        vat_category: l.vat_category,
        vat_rate: l.vat_rate,
        order_line: l.order_line,
    };
    all.into_iter().enumerate().map(line).collect()
}

fn item(
    op: &Op,
    id: DocumentId,
    (institution, unit): (UnitId, UnitId),
    supplier: Uuid,
    one: Prepared,
    issued: Date,
    days: u64,
) -> InvoiceItem {
    let b = one.bill;
    let due = b.due.or_else(|| issued.checked_add_days(Days::new(days))).unwrap_or(issued);
    InvoiceItem {
        id,
        institution_id: institution,
        unit_id: unit,
        supplier_id: supplier,
        number: b.number,
        kind: b.kind.word(),
        issued_on: issued,
        due_on: due,
        received_on: op.today(),
        received_at: op.now(),
        received_by: op.person(),
        channel: one.channel.word(),
        is_structured: one.is_structured,
        syntax: one.syntax,
        content: one.content.iter().map(|b| format!("{b:02x}")).collect(),
        currency: b.currency,
        net: b.net,
        vat: b.vat,
        total: b.total,
        payable: b.payable,
        iban: b.iban,
        reference: b.reference,
        order_number: b.order,
        contract_number: b.contract,
        preceding: b.preceding,
        verdict: one.verdict.word(),
        findings: one.findings,
        state: if one.verdict == Verdict::Broken { "broken" } else { "coding" },
        envelope: one.envelope,
    }
}

/// Credit notes are tied to the invoices they name.
async fn tie(
    tx: &mut Tx,
    may: &May<ReceiveInvoice>,
    credits: Vec<(DocumentId, Uuid, Vec<String>)>,
) -> Result<(), InvoicesError> {
    if credits.is_empty() {
        return Ok(());
    }
    let tenant = tx.op().tenant();
    let suppliers: BTreeSet<Uuid> = credits.iter().map(|(_, s, _)| *s).collect();
    let suppliers: Vec<Uuid> = suppliers.into_iter().collect();
    let numbers: Vec<String> = credits.iter().flat_map(|(_, _, n)| n.clone()).collect();
    let found = store::by_numbers(tx.conn(), tenant, &suppliers, &numbers).await?;
    for (id, supplier, named) in credits {
        for (_, _, to) in found.iter().filter(|(s, n, _)| *s == supplier && named.contains(n)) {
            documents::link(tx, may, id, *to, LinkKind::Correction).await?;
        }
    }
    Ok(())
}
