use askama::Template;
use axum::extract::Path;
use axum_extra::extract::Query;
use op::{Action as _, Scope};
use serde::Deserialize;
use types::{PersonId, SubstitutionId};
use ui::{FormState, Html, Notice, NoticeKind, Shell, c::Choice};
use web::{Ctx, Form, Problem, invalid, page, see_other};

use super::{period, refused};
use crate::{
    PartiesError, Substitution, SubstitutionRequest,
    actions::{CancelSubstitution, Substitute, ViewSubstitution},
    held::Person,
    rules::SubstitutionRefused,
    store, usecases,
};

pub(super) struct Line {
    pub id: SubstitutionId,
    pub absent: String,
    pub substitute: String,
    pub period: String,
    pub ground: String,
    pub chip: Html,
    pub may_cancel: bool,
}

#[derive(Template)]
#[template(path = "parties/substitutions.html")]
pub(super) struct ListPage {
    pub shell: Shell,
    pub form: FormState,
    pub mine: Vec<Line>,
    pub others: Vec<Line>,
    /// Does the person see others' at all?
    pub sees_others: bool,
}

fn chip(ctx: &Ctx, s: &Substitution) -> Html {
    let today = ctx.op.today();
    let (kind, key) = if s.cancelled_at.is_some() {
        ("void", "parties-substitution-cancelled")
    } else if s.valid_to < today {
        ("draft", "parties-substitution-over")
    } else if s.valid_from > today {
        ("wait", "parties-substitution-waits")
    } else {
        ("work", "parties-substitution-runs")
    };
    ui::c::chip(&kind, &ctx.tr.t(key))
}

/// A list reaches back so many days: what was just over is still of use.
const DAYS_BACK: u64 = 90;

async fn list_page(ctx: Ctx) -> Result<ListPage, Problem> {
    let (tenant, today) = (ctx.op.tenant(), ctx.op.today());
    let scope = ctx.op.scope(ViewSubstitution::DEF);
    let since = today.checked_sub_days(chrono::Days::new(DAYS_BACK)).unwrap_or(today);
    let units = scope.units();
    let mut read = ctx.op.read().await?;
    let all = store::substitutions_seen(read.conn(), tenant, ctx.op.person(), units.as_deref(), since).await?;
    let ids: Vec<PersonId> = all.iter().flat_map(|s| [s.absent_id, s.substitute_id]).collect();
    let names = store::names(read.conn(), tenant, &ids).await?;
    let name = |p: &PersonId| names.get(p).cloned().unwrap_or_default();
    let line = |s: &Substitution| Line {
        id: s.id,
        absent: name(&s.absent_id),
        substitute: name(&s.substitute_id),
        period: period(&ctx.tr, s.valid_from, Some(s.valid_to)),
        ground: s.ground.clone(),
        chip: chip(&ctx, s),
        may_cancel: s.cancelled_at.is_none() && s.valid_to >= today && read.may::<CancelSubstitution>(s),
    };
    let me = ctx.op.person();
    let is_mine = |s: &&Substitution| Some(s.absent_id) == me || Some(s.substitute_id) == me;
    let mine: Vec<Line> = all.iter().filter(is_mine).map(line).collect();
    let others: Vec<Line> = all.iter().filter(|s| !is_mine(s)).map(line).collect();
    drop(read);
    let sees_others = matches!(scope, Scope::All | Scope::Units(_));
    let form = ctx.form();
    let ctx = ctx.under(&[]);
    Ok(ListPage { shell: ctx.shell, form, mine, others, sees_others })
}

pub(super) async fn list(ctx: Ctx) -> web::Result {
    let op = ctx.op.clone();
    let page_ = list_page(ctx).await?;
    audit_list(&op, &page_).await?;
    page(&page_)
}

/// Others' absences are personal data.
async fn audit_list(op: &op::Op, shown: &ListPage) -> Result<(), Problem> {
    if shown.others.is_empty() {
        return Ok(());
    }
    let mut tx = op.begin().await?;
    let ids = shown.others.iter().map(|l| l.id.uuid()).collect();
    tx.audit(op::Audit::of_all(ViewSubstitution::DEF.name, "parties.substitution", ids));
    Ok(tx.commit().await?)
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct NewQuery {
    #[serde(default)]
    absent: String,
}

#[derive(Template)]
#[template(path = "parties/substitution_form.html")]
pub(super) struct NewPage {
    pub shell: Shell,
    pub form: FormState,
    pub colleagues: Vec<Choice>,
    pub absent: String,
    /// Appointing for oneself: no name is needed.
    pub own: bool,
}

/// For whom: whoever the address or the form names, else oneself.
fn absent(ctx: &Ctx, typed: &str) -> Result<PersonId, Problem> {
    match typed {
        "" => ctx.person(),
        id => id.parse().map_err(|_| Problem::NotFound),
    }
}

async fn new_page(ctx: Ctx, id: PersonId, mut form: FormState) -> Result<NewPage, Problem> {
    let (tenant, today) = (ctx.op.tenant(), ctx.op.today());
    let mut read = ctx.op.read().await?;
    let (person, _) = read.seen::<Person, Substitute>(id).await?;
    let home = store::main_employment(read.conn(), tenant, id, today).await?;
    let colleagues = match home {
        Some(e) => store::colleagues(read.conn(), tenant, e.institution_id, today).await?,
        None => Vec::new(),
    };
    drop(read);
    let others = colleagues.into_iter().filter(|(p, _)| *p != id);
    let colleagues = others.map(|(p, name)| Choice::new(p.to_string(), name)).collect();
    form.set("absent", id.to_string());
    for (field, key) in [("substitute", "parties-substitute"), ("from", "parties-from"), ("to", "parties-to")] {
        form.label(field, ctx.tr.t(key));
    }
    let own = ctx.op.person() == Some(id);
    let list = ctx.tr.t("parties-substitutions");
    let ctx = ctx.under(&[("/substitutions", list)]);
    Ok(NewPage { shell: ctx.shell, form, colleagues, absent: person.name(), own })
}

pub(super) async fn show_new(ctx: Ctx, Query(query): Query<NewQuery>) -> web::Result {
    let id = absent(&ctx, &query.absent)?;
    let mut form = ctx.form();
    form.set("from", ctx.tr.date(ctx.op.today()));
    page(&new_page(ctx, id, form).await?)
}

pub(super) async fn create(ctx: Ctx, Form(mut form): Form) -> web::Result {
    let id = absent(&ctx, form.value("absent"))?;
    let substitute = form.uuid::<PersonId>("substitute");
    let period = form.date_range("from", "to");
    let ground = form.text("ground", 300).unwrap_or_default();
    if let (Some(substitute), Some((from, to))) = (substitute, period) {
        let ask = SubstitutionRequest { absent: id, substitute, from, to, ground };
        match usecases::substitute(&ctx.op, &ask).await {
            Ok(_) => return Ok(see_other("/substitutions")),
            Err(e) => refused(&mut form, e)?,
        }
    }
    invalid(&new_page(ctx, id, form).await?)
}

pub(super) async fn cancel(ctx: Ctx, Path(id): Path<SubstitutionId>, Form(_): Form) -> web::Result {
    match usecases::cancel_substitution(&ctx.op, id).await {
        Ok(()) => Ok(see_other("/substitutions")),
        Err(PartiesError::Substitution(SubstitutionRefused::Past)) => {
            let text = ctx.tr.t("parties-refused-cancel-past");
            let mut page_ = list_page(ctx).await?;
            page_.shell.notices.push(Notice::new(NoticeKind::Warning, text));
            invalid(&page_)
        }
        Err(PartiesError::Op(e)) => Err(e.into()),
        Err(e) => Err(Problem::Refused(e.to_string())),
    }
}
