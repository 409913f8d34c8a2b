//! Organisations with whom the municipality deals, and who represents them.

use askama::Template;
use axum::extract::Path;
use axum_extra::extract::Query;
use latvian::ids::{Phone, RegistrationNumber};
use op::{Action as _, Audit};
use serde::Deserialize;
use types::{MandateId, OrganisationId};
use ui::{
    FormState, Html, Notice, NoticeKind, Shell,
    c::{Choice, Row},
};
use web::{Ctx, Form, Problem, invalid, page, see_other};

use super::{people::read_code, period, refused, viewed};
use crate::{
    ChannelKind, Mandate, MandateExtent, MandateLine, Organisation, OrganisationData, OrganisationLine, PartiesError,
    actions::{EditOrganisation, GrantMandate, ViewMandate, ViewOrganisation},
    rules, store,
    usecases::{self, MandateRequest, Representative},
};

const PAGE: usize = 50;

/// What stands in the address of the list.
#[derive(Debug, Default, Deserialize)]
pub(super) struct ListQuery {
    #[serde(default)]
    q: String,
    #[serde(default)]
    after: String,
}

#[derive(Template)]
#[template(path = "parties/organisations.html")]
pub(super) struct ListPage {
    pub shell: Shell,
    pub form: FormState,
    pub lines: Vec<OrganisationLine>,
    pub next: String,
    pub may_create: bool,
}

fn read_after(text: &str) -> Option<(String, OrganisationId)> {
    let (fold, id) = text.rsplit_once('|')?;
    Some((fold.chars().take(400).collect(), id.parse().ok()?))
}

pub(super) async fn list(ctx: Ctx, Query(query): Query<ListQuery>) -> web::Result {
    let text: String = query.q.chars().take(200).collect();
    let most = i64::try_from(PAGE + 1).unwrap_or(51);
    let mut read = ctx.op.read().await?;
    let mut lines = store::organisations(read.conn(), ctx.op.tenant(), &text, read_after(&query.after), most).await?;
    drop(read);
    let more = lines.len() > PAGE;
    lines.truncate(PAGE);
    let next = lines.last().filter(|_| more).map(|last| {
        let mut address = form_urlencoded::Serializer::new(String::new());
        address.append_pair("q", &text).append_pair("after", &format!("{}|{}", last.fold, last.id));
        format!("/organisations?{}", address.finish())
    });
    let mut form = ctx.form();
    form.set("q", &text);
    let may_create = ctx.op.could(EditOrganisation::DEF);
    let ctx = ctx.under(&[]);
    page(&ListPage { shell: ctx.shell, form, lines, next: next.unwrap_or_default(), may_create })
}

/// A mandate as shown.
pub(super) struct MandateView {
    pub id: MandateId,
    pub name: String,
    pub extent: String,
    pub period: String,
    pub ground: String,
    pub chip: Html,
    pub may_revoke: bool,
}

#[derive(Template)]
#[template(path = "parties/organisation.html")]
pub(super) struct CardPage {
    pub shell: Shell,
    pub form: FormState,
    pub id: OrganisationId,
    pub name: String,
    pub facts: Vec<Row>,
    /// The registration number breaks a rule that is not certain enough to refuse by.
    pub doubtful: bool,
    pub sees_mandates: bool,
    pub mandates: Vec<MandateView>,
    pub may_edit: bool,
    pub may_grant: bool,
}

fn is_doubtful(number: Option<&str>) -> bool {
    number.is_some_and(|n| RegistrationNumber::parse(n).is_ok_and(|checked| !checked.is_clean()))
}

fn facts(shell: &Shell, o: &Organisation, channels: &[(ChannelKind, String)]) -> Vec<Row> {
    let mut pairs = vec![
        ("parties-unit-registration-number", o.registration_number.clone()),
        ("parties-legal-form", o.legal_form.clone()),
        ("parties-legal-address", o.address.clone()),
    ];
    pairs.extend(channels.iter().map(|(kind, value)| {
        let key = match kind {
            ChannelKind::Email => "parties-email",
            ChannelKind::Phone => "parties-phone",
            ChannelKind::EAddress => "parties-e-address",
        };
        (key, Some(value.clone()))
    }));
    pairs.into_iter().filter_map(|(key, value)| Some(Row::new(shell.t(key), value?))).collect()
}

fn mandate_view(shell: &Shell, line: &MandateLine, today: types::Date, may_revoke: bool) -> MandateView {
    let m = &line.mandate;
    let over = m.valid_to.is_some_and(|to| to < today);
    let (kind, key) = match (m.revoked_at.is_some(), over, m.valid_from > today) {
        (true, ..) => ("void", "parties-mandate-revoked"),
        (_, true, _) => ("void", "parties-mandate-over"),
        (_, _, true) => ("draft", "parties-mandate-waits"),
        _ => ("done", "parties-mandate-stands"),
    };
    MandateView {
        id: m.id,
        name: line.representative.clone(),
        extent: shell.t(&format!("parties-mandate-{}", m.extent.code())),
        period: period(&shell.tr, m.valid_from, m.valid_to),
        ground: m.ground.clone(),
        chip: ui::c::chip(&kind, &shell.t(key)),
        may_revoke: may_revoke && m.revoked_at.is_none() && !over,
    }
}

pub(super) async fn card(ctx: Ctx, Path(id): Path<OrganisationId>) -> web::Result {
    let form = ctx.form();
    page(&card_page(ctx, id, form).await?)
}

async fn card_page(ctx: Ctx, id: OrganisationId, form: FormState) -> Result<CardPage, Problem> {
    let (tenant, today) = (ctx.op.tenant(), ctx.op.today());
    let mut read = ctx.op.read().await?;
    let organisation: Organisation = read.see(id).await?;
    let channels = store::organisation_channels(read.conn(), tenant, id).await?;
    let sees_mandates = matches!(ctx.op.scope(ViewMandate::DEF), op::Scope::All);
    let mandates = if sees_mandates { store::mandates(read.conn(), tenant, Some(id), None).await? } else { Vec::new() };
    let may_edit = read.may::<EditOrganisation>(&organisation);
    let may_grant = read.may::<GrantMandate>(&organisation);
    drop(read);
    viewed(&ctx.op, mandates.iter().map(|m| m.mandate.representative_id)).await?;
    let mut tx = ctx.op.begin().await?;
    tx.audit(Audit::of(ViewOrganisation::DEF.name, "parties.organisation", id));
    tx.commit().await?;
    let ctx = ctx.under(&[("/organisations", ctx_title(&form))]);
    Ok(CardPage {
        id,
        name: organisation.name.clone(),
        facts: facts(&ctx.shell, &organisation, &channels),
        doubtful: is_doubtful(organisation.registration_number.as_deref()),
        sees_mandates,
        mandates: mandates.iter().map(|m| mandate_view(&ctx.shell, m, today, may_grant)).collect(),
        may_edit,
        may_grant,
        form,
        shell: ctx.shell,
    })
}

fn ctx_title(form: &FormState) -> String {
    form.tr().t("parties-organisations")
}

#[derive(Template)]
#[template(path = "parties/organisation_form.html")]
pub(super) struct OrganisationForm {
    pub shell: Shell,
    pub form: FormState,
    pub title: String,
    pub action: String,
    pub cancel: String,
}

fn form_page(ctx: Ctx, organisation: Option<&Organisation>, form: FormState) -> OrganisationForm {
    let all = ctx.tr.t("parties-organisations");
    let Some(o) = organisation else {
        let ctx = ctx.under(&[("/organisations", all)]);
        return OrganisationForm {
            title: ctx.tr.t("parties-organisation-new"),
            action: "/organisations/new".to_owned(),
            cancel: "/organisations".to_owned(),
            form,
            shell: ctx.shell,
        };
    };
    let card = format!("/organisations/{}", o.id);
    let ctx = ctx.under(&[("/organisations", all), (&card, o.name.clone())]);
    OrganisationForm {
        title: ctx.tr.t("parties-organisation-edit"),
        action: format!("{card}/edit"),
        cancel: card,
        form,
        shell: ctx.shell,
    }
}

/// What describes an organisation, as typed. A number whose form is right is taken: its check digit is no official
/// rule, so a wrong one is shown on the card, not refused.
fn read_organisation(form: &mut FormState) -> Option<OrganisationData> {
    let name = form.required_text("name", 200);
    let typed = form.text("registration_number", 40);
    let registration_number = match typed.as_deref().map(RegistrationNumber::parse) {
        None => None,
        Some(Ok(number)) => Some(number.into_value().formatted()),
        Some(Err(_)) => {
            form.fail("registration_number", "parties-refused-registration-number");
            None
        }
    };
    let (legal_form, address) = (form.text("legal_form", 60), form.text("address", 300));
    let (email, e_address) = (form.text("email", 254), form.text("e_address", 254));
    if email.as_deref().is_some_and(|e| !rules::is_email(e)) {
        form.fail("email", "parties-refused-email");
    }
    let phone = match form.text("phone", 40).as_deref().map(Phone::parse) {
        None => None,
        Some(Ok(phone)) => Some(phone.into_value().e164()),
        Some(Err(_)) => {
            form.fail("phone", "parties-refused-phone");
            None
        }
    };
    let data = OrganisationData { name: name?, registration_number, legal_form, address, email, phone, e_address };
    form.is_ok().then_some(data)
}

pub(super) async fn show_new(ctx: Ctx) -> web::Result {
    let form = ctx.form();
    page(&form_page(ctx, None, form))
}

pub(super) async fn create(ctx: Ctx, Form(mut form): Form) -> web::Result {
    let Some(data) = read_organisation(&mut form) else {
        return invalid(&form_page(ctx, None, form));
    };
    let id = ctx.op.new_id();
    match usecases::enter_organisation(&ctx.op, id, &data).await {
        Ok(()) => Ok(see_other(&format!("/organisations/{id}"))),
        Err(e) => {
            refused(&mut form, e)?;
            invalid(&form_page(ctx, None, form))
        }
    }
}

async fn editable<A: op::Action>(
    ctx: &Ctx,
    id: OrganisationId,
) -> Result<(Organisation, Vec<(ChannelKind, String)>), Problem> {
    let mut read = ctx.op.read().await?;
    let organisation = read.seen::<Organisation, A>(id).await?.0;
    let channels = store::organisation_channels(read.conn(), ctx.op.tenant(), id).await?;
    Ok((organisation, channels))
}

pub(super) async fn show_edit(ctx: Ctx, Path(id): Path<OrganisationId>) -> web::Result {
    let (o, channels) = editable::<EditOrganisation>(&ctx, id).await?;
    let mut form = ctx.form();
    form.set("version", o.version.to_string()).set("name", &o.name);
    let optional =
        [("registration_number", &o.registration_number), ("legal_form", &o.legal_form), ("address", &o.address)];
    for (field, value) in optional {
        form.set(field, value.clone().unwrap_or_default());
    }
    for (kind, value) in channels {
        let field = match kind {
            ChannelKind::Email => "email",
            ChannelKind::Phone => "phone",
            ChannelKind::EAddress => "e_address",
        };
        form.set(field, value);
    }
    page(&form_page(ctx, Some(&o), form))
}

pub(super) async fn edit(ctx: Ctx, Path(id): Path<OrganisationId>, Form(mut form): Form) -> web::Result {
    let (o, _) = editable::<EditOrganisation>(&ctx, id).await?;
    let version = form.int("version", 1..=i64::from(i32::MAX)).and_then(|v| i32::try_from(v).ok());
    let (Some(version), Some(data)) = (version, read_organisation(&mut form)) else {
        return invalid(&form_page(ctx, Some(&o), form));
    };
    match usecases::change_organisation(&ctx.op, id, version, &data).await {
        Ok(()) => Ok(see_other(&format!("/organisations/{id}"))),
        Err(e) => {
            refused(&mut form, e)?;
            invalid(&form_page(ctx, Some(&o), form))
        }
    }
}

#[derive(Template)]
#[template(path = "parties/mandate_form.html")]
pub(super) struct MandateForm {
    pub shell: Shell,
    pub form: FormState,
    pub name: String,
    pub extents: Vec<Choice>,
    pub action: String,
    pub cancel: String,
}

pub(super) fn extents(tr: &i18n::Tr) -> Vec<Choice> {
    MandateExtent::ALL.iter().map(|e| Choice::new(e.code(), tr.t(&format!("parties-mandate-{}", e.code())))).collect()
}

fn mandate_form(ctx: Ctx, o: &Organisation, form: FormState) -> MandateForm {
    let card = format!("/organisations/{}", o.id);
    let all = ctx.tr.t("parties-organisations");
    let ctx = ctx.under(&[("/organisations", all), (&card, o.name.clone())]);
    let action = format!("{card}/mandates/new");
    MandateForm { name: o.name.clone(), extents: extents(&ctx.tr), action, cancel: card, form, shell: ctx.shell }
}

pub(super) async fn show_mandate(ctx: Ctx, Path(id): Path<OrganisationId>) -> web::Result {
    let (o, _) = editable::<GrantMandate>(&ctx, id).await?;
    let mut form = ctx.form();
    form.set("from", ctx.tr.date(ctx.op.today())).set("extent", MandateExtent::Submit.code());
    page(&mandate_form(ctx, &o, form))
}

pub(super) async fn give_mandate(ctx: Ctx, Path(id): Path<OrganisationId>, Form(mut form): Form) -> web::Result {
    let (o, _) = editable::<GrantMandate>(&ctx, id).await?;
    let (given, surname) = (form.required_text("given_names", 100), form.required_text("surname", 100));
    let code = read_code(&mut form);
    let extent = form.chosen("extent", MandateExtent::from_code);
    let ground = form.required_text("ground", 300);
    let (from, to) = (form.date("from"), form.date_opt("to"));
    let (Some(given_names), Some(surname), Some(extent), Some(ground), Some(from), true) =
        (given, surname, extent, ground, from, form.is_ok())
    else {
        return invalid(&mandate_form(ctx, &o, form));
    };
    let personal_code = Some(code).filter(|c| !c.is_empty());
    let representative = Representative::Named { given_names, surname, personal_code };
    let ask = MandateRequest { organisation: id, representative, extent, ground, from, to };
    match usecases::give_mandate(&ctx.op, &ask).await {
        Ok(_) => Ok(see_other(&format!("/organisations/{id}"))),
        Err(e) => {
            refused(&mut form, e)?;
            invalid(&mandate_form(ctx, &o, form))
        }
    }
}

pub(super) async fn revoke_mandate(ctx: Ctx, Path(id): Path<MandateId>, _: Form) -> web::Result {
    let mut read = ctx.op.read().await?;
    let mandate = read.seen::<Mandate, GrantMandate>(id).await?.0;
    drop(read);
    let organisation = mandate.organisation_id.ok_or(Problem::NotFound)?;
    match usecases::revoke_mandate(&ctx.op, id).await {
        Ok(()) => Ok(see_other(&format!("/organisations/{organisation}"))),
        Err(PartiesError::Mandate(_)) => {
            let form = ctx.form();
            let mut page_ = card_page(ctx, organisation, form).await?;
            let text = page_.shell.t("parties-refused-mandate-revoked");
            page_.shell.notices.push(Notice::new(NoticeKind::Error, text));
            invalid(&page_)
        }
        Err(e) => Err(problem(e)),
    }
}

fn problem(e: PartiesError) -> Problem {
    match e {
        PartiesError::Op(e) => e.into(),
        other => Problem::Internal(other.to_string()),
    }
}
