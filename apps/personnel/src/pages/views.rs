//! How applications and orders show themselves to whoever decides on them, and employees on their cards elsewhere.

use std::sync::Arc;

use askama::Template;
use i18n::Tr;
use op::{Action as _, Extensions, Op, OpError};
use types::{BoxFuture, PersonId};
use ui::{Html, c::Row};
use uuid::Uuid;
use workflow::{SubjectView, SubjectViews};

use super::{ask, order, words};
use crate::{
    actions::{ViewAccount, ViewEmployee},
    asks::{Ask, Kind},
    effects::ORDER_ROUTE,
    model::{self, LeaveKind},
    store::{self, Order},
    usecases::{self, FileError},
};

/// Registers them.
pub(crate) fn extend(all: &mut Extensions) {
    let mut views = all.get::<SubjectViews>().map(|v| v.0.clone()).unwrap_or_default();
    let application: Arc<dyn SubjectView> = Arc::new(Applications);
    views.extend(Kind::ALL.into_iter().map(|k| (k.service(), Arc::clone(&application))));
    views.push((ORDER_ROUTE, Arc::new(Orders)));
    all.insert(SubjectViews(views));
    let mut tabs = all.get::<parties::PersonTabs>().cloned().unwrap_or_default();
    tabs.push(Arc::new(EmployeeTab));
    all.insert(tabs);
}

#[derive(Template)]
#[template(path = "personnel/subject.html")]
pub(crate) struct SubjectPart {
    pub rows: Vec<Row>,
    pub paragraphs: Vec<String>,
    /// What whoever decides should know.
    pub facts: Vec<String>,
}

/// What was asked, and what speaks for and against it today.
struct Applications;

impl SubjectView for Applications {
    fn render<'a>(&'a self, op: &'a Op, tr: &'a Tr, subject: Uuid) -> BoxFuture<'a, Result<Option<Html>, OpError>> {
        Box::pin(async move {
            let mut read = op.read().await?;
            // The caller has checked; the house reads.
            let found: Option<workflow::Application> = sqlx::query_as(<workflow::Application as op::Held>::SELECT)
                .bind(op.tenant())
                .bind(vec![subject])
                .fetch_optional(read.conn())
                .await?;
            let Some(a) = found else { return Ok(None) };
            let ask = Kind::from_service(&a.service).and_then(|k| Ask::read(k, &a.payload).ok());
            let Some(ask) = ask else { return Ok(None) };
            let substitute = match ask::substitute_of(&ask) {
                Some(s) => Some(parties::name(read.conn(), op.tenant(), s).await?),
                None => None,
            };
            let mut facts = Vec::new();
            let decides = op.person() != Some(a.applicant_id) && a.state == "in-approval";
            if decides {
                facts = application_facts(&mut read, op, tr, &a, &ask).await?;
            }
            let rows = words::rows(tr, &ask, substitute.as_deref());
            Ok(Some(Html::of(&SubjectPart { rows, paragraphs: Vec::new(), facts })))
        })
    }
}

/// The balance, and who else of the unit is away at that time.
async fn application_facts(
    read: &mut op::Read,
    op: &Op,
    tr: &Tr,
    a: &workflow::Application,
    ask: &Ask,
) -> Result<Vec<String>, OpError> {
    let tenant = op.tenant();
    let mut facts = Vec::new();
    let period = match ask {
        Ask::Leave(l) => Some((l.first, l.last)),
        Ask::Trip(t) => Some((t.first, t.last)),
        _ => None,
    };
    let annual = matches!(ask, Ask::Leave(l) if l.leave == LeaveKind::Annual);
    if annual
        && op.could(ViewAccount::DEF)
        && let Ok(account) = read.see::<store::Account>(a.applicant_id).await
    {
        let day = period.map_or_else(|| op.today(), |(first, _)| first);
        match usecases::leave_rules(read.conn(), tenant, day).await {
            Ok(rules) => {
                let left = account.annual_days + model::accrual(account.accrued_to, day, rules.annual_days);
                facts.push(tr.t1("personnel-left-if-approved", "n", tr.decimal_up_to(left, 1)));
            }
            Err(FileError::Op(e)) => return Err(e),
            Err(_) => {}
        }
    }
    if let Some(period) = period {
        let others = store::others_away(read.conn(), tenant, a.unit_id, a.applicant_id, period).await?;
        let people: Vec<PersonId> = others.iter().map(|o| o.person_id).collect();
        let names = parties::names(read.conn(), tenant, &people).await?;
        for o in others.iter().take(10) {
            let name = names.get(&o.person_id).cloned().unwrap_or_default();
            let at = o.first_day.zip(o.last_day).map(|(f, l)| words::period(tr, f, l)).unwrap_or_default();
            let args = [("name", i18n::Arg::from(name)), ("period", i18n::Arg::from(at))];
            facts.push(tr.ta("personnel-also-away", &args));
        }
        if others.is_empty() {
            facts.push(tr.t("personnel-nobody-away"));
        }
    }
    Ok(facts)
}

/// What an order says.
struct Orders;

impl SubjectView for Orders {
    fn render<'a>(&'a self, op: &'a Op, _: &'a Tr, subject: Uuid) -> BoxFuture<'a, Result<Option<Html>, OpError>> {
        Box::pin(async move {
            let mut read = op.read().await?;
            let found: Option<Order> = sqlx::query_as(<Order as op::Held>::SELECT)
                .bind(op.tenant())
                .bind(vec![subject])
                .fetch_optional(read.conn())
                .await?;
            let part =
                |o: &Order| SubjectPart { rows: Vec::new(), paragraphs: order::paragraphs(o), facts: Vec::new() };
            Ok(found.map(|o| Html::of(&part(&o))))
        })
    }
}

/// From a person's card to the employee's.
struct EmployeeTab;

impl parties::PersonTab for EmployeeTab {
    fn id(&self) -> &'static str {
        "personnel"
    }

    fn label(&self) -> &'static str {
        "personnel-employee"
    }

    fn shows(&self, op: &Op, person: &parties::Person) -> bool {
        op.grants().permits(ViewEmployee::DEF, &op::Held::facts(person)).is_some()
    }

    fn render<'a>(&'a self, ctx: &'a web::Ctx, person: PersonId) -> BoxFuture<'a, Result<Html, web::Problem>> {
        Box::pin(async move {
            let item = |t: &str| {
                let href = format!("/personnel/employees/{person}?tab={t}");
                format!("<li>{}</li>", words::link(&href, &ctx.tr.t(&format!("personnel-tab-{t}"))))
            };
            let items: String = super::employee::TABS.into_iter().map(item).collect();
            Ok(Html::trusted(format!("<ul class=\"govuk-list\">{items}</ul>")))
        })
    }
}
