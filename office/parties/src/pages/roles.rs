use askama::Template;
use axum::extract::Path;
use op::{Action as _, Scope};
use types::{GrantId, PersonId, UnitId};
use ui::{FormState, Notice, NoticeKind, Shell, c::Choice};
use web::{Ctx, Form, Problem, invalid, page, see_other};

use super::{period, refused, unit_choices, viewed};
use crate::{
    NewGrant, PartiesError,
    actions::{GrantRole, ViewRoles},
    role,
    rules::RoleRefused,
    store, usecases,
};

pub(super) struct Line {
    pub id: GrantId,
    pub person: PersonId,
    pub name: String,
    pub unit: String,
    pub period: String,
}

pub(super) struct Group {
    pub name: String,
    pub help: String,
    pub lines: Vec<Line>,
}

#[derive(Template)]
#[template(path = "parties/roles.html")]
pub(super) struct ListPage {
    pub shell: Shell,
    pub form: FormState,
    pub groups: Vec<Group>,
    pub may_grant: bool,
}

async fn list_page(ctx: Ctx) -> Result<(ListPage, Vec<PersonId>), Problem> {
    let (tenant, today) = (ctx.op.tenant(), ctx.op.today());
    let units = match ctx.op.scope(ViewRoles::DEF) {
        Scope::All => None,
        other => Some(other.units().unwrap_or_default()),
    };
    let mut read = ctx.op.read().await?;
    let grants = store::grants_in(read.conn(), tenant, units.as_deref(), today).await?;
    let ids: Vec<PersonId> = grants.iter().map(|g| g.person_id).collect();
    let names = store::names(read.conn(), tenant, &ids).await?;
    let places: Vec<UnitId> = grants.iter().map(|g| g.unit_id).collect();
    let unit_names = store::unit_names(read.conn(), tenant, &places).await?;
    drop(read);
    let group = |role: &str| {
        let mut lines: Vec<Line> = grants
            .iter()
            .filter(|g| g.role == role)
            .map(|g| Line {
                id: g.id,
                person: g.person_id,
                name: names.get(&g.person_id).cloned().unwrap_or_default(),
                unit: unit_names.get(&g.unit_id).cloned().unwrap_or_default(),
                period: period(&ctx.tr, g.valid_from, g.valid_to),
            })
            .collect();
        lines.sort_by_key(|l| (latvian::names::sort_key(&l.unit), latvian::names::sort_key(&l.name)));
        let key = format!("parties-role-{role}");
        Group { name: ctx.tr.t(&key), help: ctx.tr.t(&format!("{key}-help")), lines }
    };
    let groups = role::GRANTABLE.iter().map(|r| group(r)).collect();
    let may_grant = ctx.op.could(GrantRole::DEF);
    let form = ctx.form();
    let ctx = ctx.under(&[]);
    Ok((ListPage { shell: ctx.shell, form, groups, may_grant }, ids))
}

pub(super) async fn list(ctx: Ctx) -> web::Result {
    let op = ctx.op.clone();
    let (page_, ids) = list_page(ctx).await?;
    viewed(&op, ids).await?;
    page(&page_)
}

pub(super) async fn revoke(ctx: Ctx, Path(id): Path<GrantId>, Form(_): Form) -> web::Result {
    match usecases::revoke_role(&ctx.op, id).await {
        Ok(()) => Ok(see_other("/admin/roles")),
        Err(PartiesError::Role(RoleRefused::LastAdmin)) => {
            let text = ctx.tr.t("parties-refused-last-admin");
            let (mut page_, _) = list_page(ctx).await?;
            page_.shell.notices.push(Notice::new(NoticeKind::Error, text));
            invalid(&page_)
        }
        Err(PartiesError::Op(e)) => Err(e.into()),
        Err(e) => Err(Problem::Refused(e.to_string())),
    }
}

#[derive(Template)]
#[template(path = "parties/role_form.html")]
pub(super) struct GrantPage {
    pub shell: Shell,
    pub form: FormState,
    pub id: PersonId,
    pub name: String,
    pub roles: Vec<Choice>,
    pub units: Vec<Choice>,
}

async fn grant_page(ctx: Ctx, id: PersonId, form: FormState) -> Result<GrantPage, Problem> {
    let (tenant, today) = (ctx.op.tenant(), ctx.op.today());
    let mut read = ctx.op.read().await?;
    let person: crate::Person = read.see(id).await?;
    let mut units = store::units(read.conn(), tenant, Some(today)).await?;
    drop(read);
    if let Some(mine) = ctx.op.scope(GrantRole::DEF).units() {
        units.retain(|u| mine.contains(&u.id));
    }
    let roles = role::GRANTABLE.iter().map(|r| Choice::new(*r, ctx.tr.t(&format!("parties-role-{r}")))).collect();
    let units = unit_choices(&units, &ctx.tr);
    let people = ctx.tr.t("parties-people");
    let ctx = ctx.under(&[("/people", people), (&format!("/people/{id}"), person.name())]);
    Ok(GrantPage { shell: ctx.shell, form, id, name: person.name(), roles, units })
}

pub(super) async fn show_grant(ctx: Ctx, Path(id): Path<PersonId>) -> web::Result {
    let mut form = ctx.form();
    form.set("from", ctx.tr.date(ctx.op.today()));
    page(&grant_page(ctx, id, form).await?)
}

pub(super) async fn grant(ctx: Ctx, Path(id): Path<PersonId>, Form(mut form): Form) -> web::Result {
    let role = form.choice("role", &role::GRANTABLE);
    let unit = form.uuid::<UnitId>("unit");
    let from = form.date("from");
    let valid_to = form.date_opt("to");
    if let (Some(role), Some(unit_id), Some(valid_from), true) = (role, unit, from, form.is_ok()) {
        let new = NewGrant { id: ctx.op.new_id(), person_id: id, role, unit_id, valid_from, valid_to };
        match usecases::grant_role(&ctx.op, &new).await {
            Ok(_) => return Ok(see_other(&format!("/people/{id}"))),
            Err(e) => refused(&mut form, e)?,
        }
    }
    invalid(&grant_page(ctx, id, form).await?)
}
