use std::collections::HashMap;

use askama::Template;
use axum::extract::Path;
use op::Action as _;
use rust_decimal::Decimal;
use types::{PersonId, UnitId};
use ui::{
    FormState, Shell,
    c::{Choice, Row},
};
use web::{Ctx, Form, Problem, invalid, page, see_other};

use super::{period, refused, unit_choices, unit_name, viewed};
use crate::{
    NewPost, NewUnit, Unit, UnitChange, UnitKind,
    actions::{EditPost, EditUnit, ViewPerson, ViewRoles, ViewSubstitution},
    rules, store, usecases,
};

/// A line of the tree, and how the nested lists open and close around it.
pub(super) struct TreeLine {
    pub id: UnitId,
    pub name: String,
    pub code: String,
    pub kind: String,
    pub leaders: String,
    pub people: i64,
    /// Begins a list below the line before.
    pub opens: bool,
    /// How many lists end after it.
    pub closes: usize,
    /// Its own item ends with it.
    pub leaf: bool,
}

#[derive(Template)]
#[template(path = "parties/units.html")]
pub(super) struct TreePage {
    pub shell: Shell,
    pub lines: Vec<TreeLine>,
    pub total: i64,
    pub institutions: i64,
}

/// Parents before their children, siblings by name: the order in which a tree is read.
pub(super) fn preorder(units: &[Unit]) -> Vec<&Unit> {
    let mut below: HashMap<Option<UnitId>, Vec<&Unit>> = HashMap::new();
    let known = |id: &UnitId| units.iter().any(|u| u.id == *id);
    for u in units {
        below.entry(u.parent_id.filter(known)).or_default().push(u);
    }
    for list in below.values_mut() {
        list.sort_by_key(|u| latvian::names::sort_key(&u.name));
    }
    let mut out = Vec::with_capacity(units.len());
    let mut stack: Vec<&Unit> = below.remove(&None).unwrap_or_default().into_iter().rev().collect();
    while let Some(u) = stack.pop() {
        out.push(u);
        stack.extend(below.remove(&Some(u.id)).unwrap_or_default().into_iter().rev());
    }
    out
}

pub(super) fn tree_lines(shell: &Shell, units: &[Unit], figures: &[store::UnitFigures]) -> Vec<TreeLine> {
    let figures: HashMap<UnitId, &store::UnitFigures> = figures.iter().map(|f| (f.unit_id, f)).collect();
    let order = preorder(units);
    let depths: Vec<usize> = order.iter().map(|u| u.path.len()).collect();
    let mut lines = Vec::with_capacity(order.len());
    let mut before = 0;
    for (i, u) in order.iter().enumerate() {
        let depth = u.path.len();
        let next = depths.get(i + 1).copied().unwrap_or(1);
        let figure = figures.get(&u.id);
        lines.push(TreeLine {
            id: u.id,
            name: u.name_in(shell.tr.locale()).to_owned(),
            code: u.code.clone(),
            kind: shell.t(&format!("parties-kind-{}", u.kind.code())),
            leaders: figure.and_then(|f| f.leaders.clone()).unwrap_or_default(),
            people: figure.map_or(0, |f| f.people),
            opens: i > 0 && depth > before,
            closes: depth.saturating_sub(next),
            leaf: next <= depth,
        });
        before = depth;
    }
    lines
}

pub(super) async fn tree(ctx: Ctx) -> web::Result {
    let today = ctx.op.today();
    let mut read = ctx.op.read().await?;
    let tenant = ctx.op.tenant();
    let units = store::units(read.conn(), tenant, Some(today)).await?;
    let figures = store::unit_figures(read.conn(), tenant, today).await?;
    let ctx = ctx.under(&[]);
    let lines = tree_lines(&ctx.shell, &units, &figures);
    let total = lines.iter().map(|l| l.people).sum();
    let institutions = units.iter().filter(|u| u.kind == UnitKind::Institution).count();
    let institutions = i64::try_from(institutions).unwrap_or(i64::MAX);
    page(&TreePage { shell: ctx.shell, lines, total, institutions })
}

pub(super) struct PostLine {
    /// Where it is edited; empty where that is not theirs.
    pub href: String,
    pub title: String,
    pub places: String,
    pub people: Vec<(PersonId, String)>,
}

pub(super) struct Link {
    pub href: String,
    pub name: String,
    pub note: String,
}

#[derive(Template)]
#[template(path = "parties/unit.html")]
pub(super) struct UnitPage {
    pub shell: Shell,
    pub id: UnitId,
    pub name: String,
    pub facts: Vec<Row>,
    pub below: Vec<Link>,
    pub posts: Vec<PostLine>,
    /// May the cards of these people be opened?
    pub linked: bool,
    pub roles: Vec<Link>,
    pub substitutions: Vec<Link>,
    pub may_edit: bool,
    pub may_post: bool,
    pub is_root: bool,
}

fn facts(shell: &Shell, unit: &Unit) -> Vec<Row> {
    let row = |key: &str, value: &str| (!value.is_empty()).then(|| Row::new(shell.t(key), value));
    let opt = |v: &Option<String>| v.clone().unwrap_or_default();
    let all = [
        row("parties-unit-kind", &shell.t(&format!("parties-kind-{}", unit.kind.code()))),
        row("parties-unit-code", &unit.code),
        row("parties-unit-registration-number", &opt(&unit.registration_number)),
        row("parties-address", &opt(&unit.address)),
        row("parties-email", &opt(&unit.email)),
        row("parties-unit-functions", &function_names(shell, unit)),
        row("parties-unit-period", &period(&shell.tr, unit.valid_from, unit.valid_to)),
    ];
    all.into_iter().flatten().collect()
}

/// What is switched on here, in words; a code that nobody declares any more names itself.
fn function_names(shell: &Shell, unit: &Unit) -> String {
    let name = |code: &String| {
        let key = format!("parties-function-{code}");
        if shell.tr.has(&key) { shell.t(&key) } else { code.clone() }
    };
    unit.functions.iter().map(name).collect::<Vec<_>>().join(", ")
}

pub(super) async fn card(ctx: Ctx, Path(id): Path<UnitId>) -> web::Result {
    let (today, tenant) = (ctx.op.today(), ctx.op.tenant());
    let mut read = ctx.op.read().await?;
    let unit: Unit = read.see(id).await?;
    let units = store::units(read.conn(), tenant, None).await?;
    let posts = store::posts_of(read.conn(), tenant, &[id], today).await?;
    let people = store::unit_people(read.conn(), tenant, id, today).await?;
    let linked = covers(&ctx, ViewPerson::DEF, id);
    let may_roles = covers(&ctx, ViewRoles::DEF, id);
    let grants = if may_roles { store::grants_in(read.conn(), tenant, Some(&[id]), today).await? } else { Vec::new() };
    let substitutions = if covers(&ctx, ViewSubstitution::DEF, id) {
        store::substitutions_seen(read.conn(), tenant, None, Some(&[id]), today).await?
    } else {
        Vec::new()
    };
    let mut ids: Vec<PersonId> = grants.iter().map(|g| g.person_id).collect();
    ids.extend(substitutions.iter().flat_map(|s| [s.absent_id, s.substitute_id]));
    let names = store::names(read.conn(), tenant, &ids).await?;
    let (may_edit, may_post) = (read.may::<EditUnit>(&unit), read.may::<EditPost>(&unit));
    drop(read);
    viewed(&ctx.op, people.iter().map(|p| p.id).chain(ids)).await?;

    let tr = ctx.tr.clone();
    let above: Vec<(String, String)> =
        unit.path.iter().filter(|p| **p != id).map(|p| (format!("/units/{p}"), unit_name(&units, *p, &tr))).collect();
    let mut crumbs = vec![("/units", tr.t("parties-units"))];
    crumbs.extend(above.iter().map(|(h, n)| (h.as_str(), n.clone())));
    let ctx = ctx.under(&crumbs);
    let children = units.iter().filter(|u| u.parent_id == Some(id) && u.is_open(today));
    let below = children.map(|u| Link {
        href: format!("/units/{}", u.id),
        name: u.name_in(tr.locale()).to_owned(),
        note: tr.t(&format!("parties-kind-{}", u.kind.code())),
    });
    let named = |p: &PersonId| names.get(p).cloned().unwrap_or_default();
    let roles = grants.iter().map(|g| Link {
        href: format!("/people/{}", g.person_id),
        name: named(&g.person_id),
        note: format!("{}, {}", tr.t(&format!("parties-role-{}", g.role)), period(&tr, g.valid_from, g.valid_to)),
    });
    let away = substitutions.iter().filter(|s| s.cancelled_at.is_none()).map(|s| Link {
        href: "/substitutions".to_owned(),
        name: tr.ta(
            "parties-acts-for",
            &[("substitute", named(&s.substitute_id).into()), ("absent", named(&s.absent_id).into())],
        ),
        note: period(&tr, s.valid_from, Some(s.valid_to)),
    });
    let lines = posts.iter().map(|post| PostLine {
        href: if may_post { format!("/posts/{}", post.id) } else { String::new() },
        title: post.title.clone(),
        places: tr.decimal(post.places, places(post.places)),
        people: people.iter().filter(|p| p.post_id == post.id).map(|p| (p.id, p.name.clone())).collect(),
    });
    let page_ = UnitPage {
        id,
        name: unit.name_in(tr.locale()).to_owned(),
        facts: facts(&ctx.shell, &unit),
        below: below.collect(),
        posts: lines.collect(),
        linked,
        roles: roles.collect(),
        substitutions: away.collect(),
        may_edit,
        may_post,
        is_root: unit.parent_id.is_none(),
        shell: ctx.shell,
    };
    page(&page_)
}

/// So many decimals as the number needs.
pub(super) fn places(n: Decimal) -> u32 {
    n.normalize().scale()
}

/// Does the scope of an action cover a unit?
fn covers(ctx: &Ctx, action: &op::ActionDef, unit: UnitId) -> bool {
    match ctx.op.scope(action) {
        op::Scope::All => true,
        op::Scope::Units(units) => units.contains(&unit),
        op::Scope::Own | op::Scope::None => false,
    }
}

#[derive(Template)]
#[template(path = "parties/unit_form.html")]
pub(super) struct UnitForm {
    pub shell: Shell,
    pub form: FormState,
    pub title: String,
    pub action: String,
    pub cancel: String,
    /// For a new unit: what it may be.
    pub kinds: Vec<Choice>,
    /// What can be switched on.
    pub functions: Vec<Choice>,
}

#[derive(Template)]
#[template(path = "parties/unit_step.html")]
pub(super) struct UnitStep {
    pub shell: Shell,
    pub form: FormState,
    pub title: String,
    pub lead: String,
    pub action: String,
    pub cancel: String,
    pub button: String,
    /// Which fields: `move`, `close` or `post`.
    pub step: &'static str,
    pub units: Vec<Choice>,
}

async fn editable(ctx: &Ctx, id: UnitId) -> Result<Unit, Problem> {
    let mut read = ctx.op.read().await?;
    Ok(read.seen::<Unit, EditUnit>(id).await?.0)
}

fn below(ctx: Ctx, unit: &Unit) -> Ctx {
    let name = unit.name_in(ctx.tr.locale()).to_owned();
    let units = ctx.tr.t("parties-units");
    ctx.under(&[("/units", units), (&format!("/units/{}", unit.id), name)])
}

fn unit_form(ctx: Ctx, unit: &Unit, form: FormState, new: bool) -> UnitForm {
    let ctx = below(ctx, unit);
    let kinds = [UnitKind::Institution, UnitKind::Unit];
    let kinds = kinds.map(|k| Choice::new(k.code(), ctx.tr.t(&format!("parties-kind-{}", k.code()))));
    let (step, key) = if new { ("new", "parties-unit-new") } else { ("edit", "parties-unit-edit") };
    UnitForm {
        title: ctx.tr.t(key),
        action: format!("/units/{}/{step}", unit.id),
        cancel: format!("/units/{}", unit.id),
        kinds: if new { kinds.to_vec() } else { Vec::new() },
        functions: functions(&ctx.tr),
        form,
        shell: ctx.shell,
    }
}

pub(super) fn functions(tr: &i18n::Tr) -> Vec<Choice> {
    crate::FUNCTIONS.iter().map(|f| Choice::new(*f, tr.t(&format!("parties-function-{f}")))).collect()
}

pub(super) async fn show_new(ctx: Ctx, Path(id): Path<UnitId>) -> web::Result {
    let above = editable(&ctx, id).await?;
    let mut form = ctx.form();
    form.set("kind", if above.kind == UnitKind::Unit { "unit" } else { "institution" });
    form.set("from", ctx.tr.date(ctx.op.today()));
    page(&unit_form(ctx, &above, form, true))
}

/// What describes a unit, as typed.
fn read_unit(form: &mut FormState) -> Option<UnitChange> {
    let (code, name) = (form.required_text("code", 20), form.required_text("name", 200));
    let name_en = form.text("name_en", 200);
    let registration_number = form.text("registration_number", 20);
    let address = form.text("address", 300);
    let email = form.text("email", 254);
    if let Some(number) = &registration_number
        && latvian::ids::RegistrationNumber::parse(number).is_err()
    {
        form.fail("registration_number", "parties-refused-registration-number");
    }
    if email.as_deref().is_some_and(|e| !rules::is_email(e)) {
        form.fail("email", "parties-refused-email");
    }
    let functions = crate::FUNCTIONS.iter().filter(|f| form.has("functions", f)).map(|f| (*f).to_owned()).collect();
    let change = UnitChange { code: code?, name: name?, name_en, registration_number, address, email, functions };
    form.is_ok().then_some(change)
}

pub(super) async fn create(ctx: Ctx, Path(id): Path<UnitId>, Form(mut form): Form) -> web::Result {
    let above = editable(&ctx, id).await?;
    let kind = form.chosen("kind", |k| UnitKind::from_code(k).filter(|k| *k != UnitKind::Municipality));
    let from = form.date("from");
    let described = read_unit(&mut form);
    let (Some(kind), Some(valid_from), Some(d)) = (kind, from, described) else {
        return invalid(&unit_form(ctx, &above, form, true));
    };
    let new = NewUnit {
        id: ctx.op.new_id(),
        parent_id: Some(id),
        kind,
        code: d.code,
        name: d.name,
        name_en: d.name_en,
        registration_number: d.registration_number,
        address: d.address,
        email: d.email,
        functions: d.functions,
        valid_from,
    };
    match usecases::create_unit(&ctx.op, id, new).await {
        Ok(made) => Ok(see_other(&format!("/units/{made}"))),
        Err(e) => {
            refused(&mut form, e)?;
            invalid(&unit_form(ctx, &above, form, true))
        }
    }
}

pub(super) async fn show_edit(ctx: Ctx, Path(id): Path<UnitId>) -> web::Result {
    let unit = editable(&ctx, id).await?;
    let mut form = ctx.form();
    form.set("version", unit.version.to_string()).set("code", &unit.code).set("name", &unit.name);
    let optional = [
        ("name_en", &unit.name_en),
        ("registration_number", &unit.registration_number),
        ("address", &unit.address),
        ("email", &unit.email),
    ];
    for (field, value) in optional {
        form.set(field, value.clone().unwrap_or_default());
    }
    form.set_all("functions", unit.functions.iter().cloned());
    page(&unit_form(ctx, &unit, form, false))
}

pub(super) async fn edit(ctx: Ctx, Path(id): Path<UnitId>, Form(mut form): Form) -> web::Result {
    let unit = editable(&ctx, id).await?;
    let version = form.int("version", 1..=i64::from(i32::MAX)).and_then(|v| i32::try_from(v).ok());
    let (Some(version), Some(mut change)) = (version, read_unit(&mut form)) else {
        return invalid(&unit_form(ctx, &unit, form, false));
    };
    // What this form does not offer stays as it is.
    change.functions.extend(unit.functions.iter().filter(|f| !crate::FUNCTIONS.contains(&f.as_str())).cloned());
    match usecases::rename_unit(&ctx.op, id, version, &change).await {
        Ok(()) => Ok(see_other(&format!("/units/{id}"))),
        Err(e) => {
            refused(&mut form, e)?;
            invalid(&unit_form(ctx, &unit, form, false))
        }
    }
}

async fn step(ctx: Ctx, unit: &Unit, form: FormState, step: &'static str) -> Result<UnitStep, Problem> {
    let units = if step == "move" {
        let mut read = ctx.op.read().await?;
        let all = store::units(read.conn(), ctx.op.tenant(), Some(ctx.op.today())).await?;
        let others: Vec<Unit> = all.into_iter().filter(|u| !u.path.contains(&unit.id)).collect();
        unit_choices(&others, &ctx.tr)
    } else {
        Vec::new()
    };
    let ctx = below(ctx, unit);
    let path = if step == "post" { "posts/new" } else { step };
    let key = |what: &str| {
        format!("parties-{}{what}", if step == "post" { "post-new".to_owned() } else { format!("unit-{step}") })
    };
    Ok(UnitStep {
        title: ctx.tr.t(&key("")),
        lead: ctx.tr.t1(&key("-lead"), "name", unit.name_in(ctx.tr.locale())),
        action: format!("/units/{}/{path}", unit.id),
        cancel: format!("/units/{}", unit.id),
        button: ctx.tr.t(&key("-do")),
        step,
        units,
        form,
        shell: ctx.shell,
    })
}

pub(super) async fn show_move(ctx: Ctx, Path(id): Path<UnitId>) -> web::Result {
    let unit = editable(&ctx, id).await?;
    let mut form = ctx.form();
    form.set("parent", unit.parent_id.map(|p| p.to_string()).unwrap_or_default());
    page(&step(ctx, &unit, form, "move").await?)
}

pub(super) async fn move_(ctx: Ctx, Path(id): Path<UnitId>, Form(mut form): Form) -> web::Result {
    let unit = editable(&ctx, id).await?;
    if let Some(parent) = form.uuid::<UnitId>("parent") {
        match usecases::move_unit(&ctx.op, id, parent).await {
            Ok(()) => return Ok(see_other(&format!("/units/{id}"))),
            Err(e) => refused(&mut form, e)?,
        }
    }
    invalid(&step(ctx, &unit, form, "move").await?)
}

pub(super) async fn show_close(ctx: Ctx, Path(id): Path<UnitId>) -> web::Result {
    let unit = editable(&ctx, id).await?;
    let mut form = ctx.form();
    form.set("last", ctx.tr.date(ctx.op.today()));
    page(&step(ctx, &unit, form, "close").await?)
}

pub(super) async fn close(ctx: Ctx, Path(id): Path<UnitId>, Form(mut form): Form) -> web::Result {
    let unit = editable(&ctx, id).await?;
    if let Some(last) = form.date("last") {
        match usecases::close_unit(&ctx.op, id, last).await {
            Ok(()) => return Ok(see_other(&format!("/units/{id}"))),
            Err(e) => refused(&mut form, e)?,
        }
    }
    invalid(&step(ctx, &unit, form, "close").await?)
}

async fn unit_for_post(ctx: &Ctx, id: UnitId) -> Result<Unit, Problem> {
    let mut read = ctx.op.read().await?;
    Ok(read.seen::<Unit, EditPost>(id).await?.0)
}

pub(super) async fn show_post(ctx: Ctx, Path(id): Path<UnitId>) -> web::Result {
    let unit = unit_for_post(&ctx, id).await?;
    let mut form = ctx.form();
    form.set("places", "1").set("from", ctx.tr.date(ctx.op.today()));
    page(&step(ctx, &unit, form, "post").await?)
}

/// "0,5", "1", "12.25": at most three decimals, above zero.
pub(super) fn read_places(text: &str) -> Option<Decimal> {
    let n: Decimal = text.trim().replace(',', ".").parse().ok()?;
    (n > Decimal::ZERO && n < Decimal::from(1000) && n.scale() <= 3).then_some(n)
}

pub(super) async fn add_post(ctx: Ctx, Path(id): Path<UnitId>, Form(mut form): Form) -> web::Result {
    let unit = unit_for_post(&ctx, id).await?;
    let title = form.required_text("title", 200);
    let profession_code = form.text("profession_code", 10);
    let places = read_places(form.value("places"));
    if places.is_none() {
        form.fail("places", "parties-refused-places");
    }
    let from = form.date("from");
    let (Some(title), Some(places), Some(valid_from)) = (title, places, from) else {
        return invalid(&step(ctx, &unit, form, "post").await?);
    };
    let new = NewPost { id: ctx.op.new_id(), unit_id: id, title, profession_code, places, valid_from };
    match usecases::add_post(&ctx.op, &new).await {
        Ok(_) => Ok(see_other(&format!("/units/{id}"))),
        Err(e) => {
            refused(&mut form, e)?;
            invalid(&step(ctx, &unit, form, "post").await?)
        }
    }
}
