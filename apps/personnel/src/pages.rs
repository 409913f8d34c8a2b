//! Self-service leave, one's own account, the order's page.

use askama::Template;
use axum::extract::{Path, State};
use i18n::{Arg, Tr};
use types::{ApplicationId, Date, OrderId, PersonId};
use ui::{
    FormState, Html, Shell,
    c::{Choice, Row},
};
use web::{Access, App, Ctx, Form, Problem, Result, Route, get, post};

use crate::{
    actions,
    model::{self, LeaveAsk, LeaveKind, LeaveNote, LeavePlan, LeaveRefused},
    orders::OrderKind,
    store,
    usecases::{self, FileError},
};

pub(crate) fn routes() -> Vec<Route> {
    let file = Access::Action(<actions::FileApplication as op::Action>::DEF);
    vec![
        get("/new/leave/{kind}", file, "personnel-annual-leave", leave_form),
        get("/new/leave/{kind}/check", file, "personnel-annual-leave", leave_check),
        post("/new/leave/{kind}", file, "personnel-check-and-send", leave_summary),
        post("/new/leave/{kind}/send", file, "personnel-send", leave_send),
        get("/me/leave", file, "personnel-my-leave", my_leave),
        get(
            "/personnel/orders/{id}",
            Access::Action(<actions::ViewOrder as op::Action>::DEF),
            "personnel-order",
            show_order,
        ),
    ]
}

#[derive(Template)]
#[template(path = "personnel/leave_form.html")]
pub(crate) struct LeaveFormPage {
    pub shell: Shell,
    pub form: FormState,
    pub title: String,
    pub action: String,
    pub check: String,
    pub ground: String,
    pub about_a_child: bool,
    pub extra: bool,
    pub colleagues: Vec<Choice>,
    pub consequences: Html,
    pub balance: Option<String>,
}

/// What a leave leads to, in words.
pub(crate) struct PlanWords {
    pub headline: String,
    pub lines: Vec<String>,
}

#[derive(Template)]
#[template(path = "personnel/consequences.html")]
pub(crate) struct Consequences {
    pub refused: Option<String>,
    pub plan: Option<PlanWords>,
}

impl Consequences {
    fn html(&self) -> Html {
        Html::trusted(self.render().unwrap_or_default())
    }
}

#[derive(Template)]
#[template(path = "personnel/leave_summary.html")]
pub(crate) struct LeaveSummaryPage {
    pub shell: Shell,
    pub form: FormState,
    pub rows: Vec<Row>,
    pub consequences: Html,
    pub next: Vec<String>,
    pub action: String,
    pub fields: Vec<(String, String)>,
}

fn kind(word: &str) -> std::result::Result<LeaveKind, Problem> {
    LeaveKind::from_word(word).ok_or(Problem::NotFound)
}

fn title(tr: &Tr, kind: LeaveKind) -> String {
    tr.t(&format!("personnel-{}-leave", kind.word()))
}

fn read(form: &mut FormState, leave: LeaveKind) -> Option<LeaveAsk> {
    let period = form.date_range("first", "last");
    let child_born = if leave.about_a_child() { form.date("child_born") } else { None };
    let substitute = form.uuid_opt::<PersonId>("substitute");
    let note = form.text("note", 2000).unwrap_or_default();
    let three_children = form.ticked("three_children");
    let (first, last) = period?;
    form.is_ok().then_some(LeaveAsk { leave, first, last, child_born, three_children, substitute, note })
}

/// The rule that refused, in words with its numbers.
pub(crate) fn refusal(tr: &Tr, e: &LeaveRefused) -> String {
    match e {
        LeaveRefused::NotEmployed => tr.t("personnel-refused-not-employed"),
        LeaveRefused::Overlaps(t) => tr.ta(
            "personnel-refused-overlaps",
            &[
                ("kind", Arg::from(tr.t(&format!("personnel-absence-{}", t.kind)))),
                ("first", Arg::from(tr.date(t.first_day))),
                ("last", Arg::from(tr.date(t.last_day))),
            ],
        ),
        LeaveRefused::Balance { asked, left } => tr.ta(
            "personnel-refused-balance",
            &[("asked", Arg::from(tr.decimal(*asked, 1))), ("left", Arg::from(tr.decimal(*left, 1)))],
        ),
        LeaveRefused::YearLimit { asked, left, limit } => tr.ta(
            "personnel-refused-year-limit",
            &[
                ("asked", Arg::from(i64::from(*asked))),
                ("left", Arg::from(i64::from(*left))),
                ("limit", Arg::from(i64::from(*limit))),
            ],
        ),
        LeaveRefused::NoBirthDate => tr.t("personnel-refused-no-birth-date"),
        LeaveRefused::OutsideTerm { until } => {
            tr.ta("personnel-refused-outside-term", &[("until", Arg::from(tr.date(*until)))])
        }
        LeaveRefused::TooShort { least } => {
            tr.ta("personnel-refused-too-short", &[("least", Arg::from(i64::from(*least)))])
        }
        LeaveRefused::TooLong => tr.t("personnel-refused-too-long"),
        LeaveRefused::Empty => tr.t("personnel-refused-empty"),
    }
}

/// A refusal as people read it, or a problem of ours.
pub(crate) fn refused(tr: &Tr, e: FileError) -> std::result::Result<String, Problem> {
    match e {
        FileError::Refused(r) => Ok(refusal(tr, &r)),
        FileError::NotEmployed => Ok(tr.t("personnel-refused-not-employed")),
        FileError::NoParameter(key) => Ok(tr.t1("personnel-refused-parameter", "key", key)),
        FileError::Nobody(step) => Ok(tr.t1("personnel-refused-nobody", "step", i64::from(step))),
        FileError::Op(e) => Err(e.into()),
    }
}

fn plan_words(tr: &Tr, kind: LeaveKind, plan: &LeavePlan, substitute: Option<&str>) -> PlanWords {
    let key = if kind.in_working_days() { "personnel-takes-working-days" } else { "personnel-takes-days" };
    let mut lines = Vec::new();
    if let (Some(left), Some(balance)) = (plan.left, plan.balance) {
        let args = [("left", Arg::from(tr.decimal(left, 1))), ("balance", Arg::from(tr.decimal(balance, 1)))];
        lines.push(tr.ta("personnel-left-after", &args));
    }
    if kind == LeaveKind::Annual && plan.holidays > 0 {
        lines.push(tr.t1("personnel-holidays-inside", "n", i64::from(plan.holidays)));
    }
    if !kind.in_working_days() {
        lines.push(tr.t1("personnel-working-days-inside", "n", i64::from(plan.working_days)));
    }
    lines.push(tr.t1("personnel-back-on", "date", tr.date(plan.back_on)));
    if let Some(name) = substitute {
        lines.push(tr.t1("personnel-replaces-you", "name", name));
    }
    lines.extend(plan.notes.iter().map(|n| tr.t(note_key(*n))));
    PlanWords { headline: tr.t1(key, "n", tr.decimal(plan.days, 0)), lines }
}

const fn note_key(n: LeaveNote) -> &'static str {
    match n {
        LeaveNote::ShortNotice => "personnel-note-short-notice",
        LeaveNote::FirstMonths => "personnel-note-first-months",
        LeaveNote::InThePast => "personnel-note-in-the-past",
        LeaveNote::ShiftsYear => "personnel-note-shifts-year",
        LeaveNote::NoLongPart => "personnel-note-no-long-part",
    }
}

async fn colleagues(ctx: &Ctx, person: PersonId) -> std::result::Result<Vec<(PersonId, String)>, Problem> {
    let mut read = ctx.op.read().await?;
    let (tenant, today) = (ctx.op.tenant(), ctx.op.today());
    Ok(store::colleagues(read.conn(), tenant, person, today).await?)
}

async fn balance(ctx: &Ctx, person: PersonId) -> std::result::Result<Option<String>, Problem> {
    let Some((account, rules)) = account(ctx, person).await? else { return Ok(None) };
    let today = ctx.op.today();
    let now = account.annual_days + model::accrual(account.accrued_to, today, rules.annual_days);
    Ok(Some(ctx.tr.decimal(now, 1)))
}

async fn account(
    ctx: &Ctx,
    person: PersonId,
) -> std::result::Result<Option<(store::Account, model::LeaveRules)>, Problem> {
    let mut read = ctx.op.read().await?;
    let account = match read.see::<store::Account>(person).await {
        Ok(account) => account,
        Err(op::OpError::NotFound) => return Ok(None),
        Err(e) => return Err(e.into()),
    };
    match usecases::leave_rules(read.conn(), ctx.op.tenant(), ctx.op.today()).await {
        Ok(rules) => Ok(Some((account, rules))),
        Err(FileError::Op(e)) => Err(e.into()),
        Err(e) => Err(Problem::Refused(e.to_string())),
    }
}

async fn form_page(ctx: Ctx, leave: LeaveKind, form: FormState, consequences: Html) -> Result<LeaveFormPage> {
    let person = ctx.person()?;
    let choices = colleagues(&ctx, person).await?;
    let balance = if leave == LeaveKind::Annual { balance(&ctx, person).await? } else { None };
    let new = ctx.tr.t("ui-new-long");
    let ctx = ctx.under(&[("/new", new)]);
    Ok(LeaveFormPage {
        title: title(&ctx.tr, leave),
        action: format!("/new/leave/{}", leave.word()),
        check: format!("/new/leave/{}/check", leave.word()),
        ground: leave.ground().to_owned(),
        about_a_child: leave.about_a_child(),
        extra: leave == LeaveKind::Extra,
        colleagues: choices.into_iter().map(|(id, name)| Choice::new(id.to_string(), name)).collect(),
        consequences,
        balance,
        shell: ctx.shell,
        form,
    })
}

async fn leave_form(ctx: Ctx, Path(word): Path<String>) -> Result {
    let leave = kind(&word)?;
    let form = ctx.form();
    web::page(&form_page(ctx, leave, form, Html::default()).await?)
}

async fn judge(ctx: &Ctx, ask: &LeaveAsk) -> std::result::Result<(Consequences, bool), Problem> {
    let person = ctx.person()?;
    match usecases::preview(&ctx.op, person, ask).await {
        Ok((plan, _)) => {
            let name = match ask.substitute {
                Some(s) => {
                    let mut read = ctx.op.read().await?;
                    Some(parties::name(read.conn(), ctx.op.tenant(), s).await?)
                }
                None => None,
            };
            let words = plan_words(&ctx.tr, ask.leave, &plan, name.as_deref());
            Ok((Consequences { refused: None, plan: Some(words) }, true))
        }
        Err(e) => Ok((Consequences { refused: Some(refused(&ctx.tr, e)?), plan: None }, false)),
    }
}

/// While the form is filled in: nothing typed is judged as wrong yet.
async fn leave_check(
    ctx: Ctx,
    Path(word): Path<String>,
    axum_extra::extract::Query(pairs): axum_extra::extract::Query<Vec<(String, String)>>,
) -> Result {
    let leave = kind(&word)?;
    let mut form = FormState::read(&ctx.tr, pairs);
    let empty = Consequences { refused: None, plan: None };
    match read(&mut form, leave) {
        Some(ask) => web::page(&judge(&ctx, &ask).await?.0),
        None => web::page(&empty),
    }
}

async fn leave_summary(ctx: Ctx, Path(word): Path<String>, Form(mut form): Form) -> Result {
    let leave = kind(&word)?;
    let Some(ask) = read(&mut form, leave) else {
        return web::invalid(&form_page(ctx, leave, form, Html::default()).await?);
    };
    let (consequences, possible) = judge(&ctx, &ask).await?;
    if !possible {
        form.fail_text("first", consequences.refused.clone().unwrap_or_default());
        return web::invalid(&form_page(ctx, leave, form, consequences.html()).await?);
    }
    let tr = &ctx.tr;
    let mut rows = vec![
        Row::new(tr.t("personnel-kind"), title(tr, leave)),
        Row::new(tr.t("personnel-first-day"), tr.date(ask.first)),
        Row::new(tr.t("personnel-last-day"), tr.date(ask.last)),
    ];
    if !ask.note.is_empty() {
        rows.push(Row::new(tr.t("personnel-note"), ask.note.clone()));
    }
    let fields = form.values.iter().flat_map(|(n, vs)| vs.iter().map(|v| (n.clone(), v.clone()))).collect();
    let next = vec![tr.t("personnel-next-manager"), tr.t("personnel-next-order"), tr.t("personnel-next-notice")];
    web::page(&LeaveSummaryPage {
        rows,
        consequences: consequences.html(),
        next,
        action: format!("/new/leave/{}/send", leave.word()),
        fields,
        shell: ctx.shell,
        form,
    })
}

async fn leave_send(ctx: Ctx, State(_): State<App>, Path(word): Path<String>, Form(mut form): Form) -> Result {
    let leave = kind(&word)?;
    let ask = read(&mut form, leave);
    let Some(ask) = ask.filter(|_| form.value("back").is_empty()) else {
        return web::page(&form_page(ctx, leave, form, Html::default()).await?);
    };
    let submit = form.submit_id.parse().ok();
    match usecases::file_leave(&ctx.op, &ask, submit).await {
        Ok(id) => Ok(web::see_other(&format!("/applications/{id}"))),
        Err(e) => {
            let text = refused(&ctx.tr, e)?;
            form.fail_text("first", text);
            web::invalid(&form_page(ctx, leave, form, Html::default()).await?)
        }
    }
}

pub(crate) struct AbsenceLine {
    pub kind: String,
    pub period: String,
    pub days: String,
    pub chip: &'static str,
    pub state: String,
}

pub(crate) struct LedgerLine {
    pub date: String,
    pub entry: String,
    pub kind: String,
    pub days: String,
}

#[derive(Template)]
#[template(path = "personnel/my_leave.html")]
pub(crate) struct MyLeavePage {
    pub shell: Shell,
    pub heading: String,
    pub balance: String,
    pub as_of: String,
    pub why: String,
    pub absences: Vec<AbsenceLine>,
    pub ledger: Vec<LedgerLine>,
}

async fn my_leave(ctx: Ctx) -> Result {
    let person = ctx.person()?;
    let (account, rules) = account(&ctx, person).await?.ok_or(Problem::NotFound)?;
    let mut read = ctx.op.read().await?;
    let absences = store::absences_of(read.conn(), ctx.op.tenant(), person).await?;
    let ledger = store::ledger(read.conn(), ctx.op.tenant(), person).await?;
    drop(read);
    let (tr, today) = (&ctx.tr, ctx.op.today());
    let accrued = model::accrual(account.accrued_to, today, rules.annual_days);
    let why = tr.ta(
        "personnel-why-balance-text",
        &[
            ("booked", Arg::from(tr.decimal(account.annual_days, 2))),
            ("until", Arg::from(tr.date(account.accrued_to))),
            ("accrued", Arg::from(tr.decimal(accrued, 2))),
            ("year", Arg::from(i64::from(rules.annual_days))),
        ],
    );
    web::page(&MyLeavePage {
        heading: tr.t("personnel-my-leave"),
        balance: tr.decimal(account.annual_days + accrued, 1),
        as_of: tr.date(today),
        why,
        absences: absences.iter().map(|a| absence_line(tr, a)).collect(),
        ledger: ledger.iter().map(|l| ledger_line(tr, l)).collect(),
        shell: ctx.shell,
    })
}

fn absence_line(tr: &Tr, a: &store::AbsenceRow) -> AbsenceLine {
    let chip = match a.state.as_str() {
        "booked" => "done",
        "reserved" => "wait",
        _ => "void",
    };
    AbsenceLine {
        kind: tr.t(&format!("personnel-absence-{}", a.kind)),
        period: period(tr, a.first_day, a.last_day),
        days: tr.decimal(a.days, 1),
        chip,
        state: tr.t(&format!("personnel-absence-state-{}", a.state)),
    }
}

fn period(tr: &Tr, first: Date, last: Date) -> String {
    format!("{} – {}", tr.date(first), tr.date(last))
}

fn ledger_line(tr: &Tr, l: &store::LedgerRow) -> LedgerLine {
    LedgerLine {
        date: tr.date(l.on_date),
        entry: tr.t(&format!("personnel-entry-{}", l.entry)),
        kind: tr.t(&format!("personnel-absence-{}", l.kind)),
        days: tr.decimal(l.days, 2),
    }
}

#[derive(Template)]
#[template(path = "personnel/order.html")]
pub(crate) struct OrderPage {
    pub shell: Shell,
    pub title: String,
    pub chip: &'static str,
    pub state: String,
    pub paragraphs: Vec<String>,
    pub rows: Vec<Row>,
}

async fn show_order(ctx: Ctx, Path(id): Path<OrderId>) -> Result {
    let mut tx = ctx.op.begin().await?;
    let (order, _) = tx.hold::<store::Order, actions::ViewOrder>(id).await?;
    let name = parties::name(tx.conn(), ctx.op.tenant(), order.person_id).await?;
    tx.audit(op::Audit::of("personnel.order.view", "personnel-order", id));
    tx.commit().await?;
    let tr = &ctx.tr;
    let kind = OrderKind::from_word(&order.kind).map(OrderKind::word).unwrap_or_default();
    let mut rows = vec![
        Row::new(tr.t("personnel-kind"), tr.t(&format!("personnel-order-{kind}"))),
        Row::new(tr.t("personnel-person"), name),
        Row::new(tr.t("personnel-prepared"), tr.datetime(order.prepared_at)),
    ];
    if let Some(number) = &order.number {
        rows.push(Row::new(tr.t("personnel-number"), number.clone()));
    }
    if let Some(at) = order.signed_at {
        let key =
            if order.signed_electronically { "personnel-signed-electronically" } else { "personnel-signed-on-paper" };
        rows.push(Row::new(tr.t(key), tr.datetime(at)));
    }
    let chip = match order.state.as_str() {
        "signed" => "signed",
        "circulating" => "wait",
        "returned" => "returned",
        _ => "refused",
    };
    let heading = match &order.number {
        Some(number) => format!("{} {number}", tr.t(&format!("personnel-order-{kind}"))),
        None => tr.t(&format!("personnel-order-{kind}")),
    };
    web::page(&OrderPage {
        title: heading,
        chip,
        state: tr.t(&format!("personnel-order-state-{}", order.state)),
        paragraphs: order.text.lines().filter(|l| !l.trim().is_empty()).map(ToOwned::to_owned).collect(),
        rows,
        shell: ctx.shell,
    })
}

/// Where an application's own page is, for links.
#[must_use]
pub fn application_href(id: ApplicationId) -> String {
    format!("/applications/{id}")
}
