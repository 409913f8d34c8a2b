//! The deliveries of a document, on its card.

use std::sync::Arc;

use documents::{CardPart, Document, Part};
use i18n::Tr;
use op::{OpError, Read};
use types::BoxFuture;
use ui::{Html, c::Row};

use crate::{actions::Deliver, held::Delivery, model::State, store};

struct Deliveries;

/// What delivery puts on a document's card; registered in `Vec<Arc<dyn documents::CardPart>>`.
#[must_use]
pub fn card_part() -> Arc<dyn CardPart> {
    Arc::new(Deliveries)
}

impl CardPart for Deliveries {
    fn part<'a>(
        &'a self,
        tr: &'a Tr,
        read: &'a mut Read,
        document: &'a Document,
    ) -> BoxFuture<'a, Result<Part, OpError>> {
        Box::pin(async move {
            let tenant = read.op().tenant();
            let all = store::of_document(read.conn(), tenant, document.id).await?;
            let may_deliver = read.may::<Deliver>(document);
            if all.is_empty() && !may_deliver {
                return Ok(Part::default());
            }
            let visible: Vec<&Delivery> = all.iter().filter(|d| read.may::<crate::actions::ViewDelivery>(*d)).collect();
            let rows: Vec<Row> = visible.iter().map(|d| row(tr, d)).collect();
            let list = if rows.is_empty() {
                format!("<p class=\"govuk-body-s\">{}</p>", Html::text(&tr.t("delivery-none")))
            } else {
                ui::c::SummaryList::new(&rows).class("nv-summary--narrow").to_string()
            };
            let add = if may_deliver {
                format!(
                    "<p class=\"govuk-body-s\"><a class=\"govuk-link\" href=\"/documents/{}/deliver\">{}</a></p>",
                    document.id,
                    Html::text(&tr.t("delivery-deliver"))
                )
            } else {
                String::new()
            };
            let title = Html::text(&tr.t("delivery-title"));
            let side = Html::trusted(format!(
                "<section class=\"nv-card\"><h2 class=\"nv-card__title\">{title}</h2><div class=\"nv-card__body\">{list}{add}</div></section>"
            ));
            Ok(Part { side, ..Part::default() })
        })
    }
}

fn row(tr: &Tr, d: &Delivery) -> Row {
    let mut words =
        vec![chip(tr, d).to_string(), Html::text(&tr.t(&format!("delivery-channel-{}", d.channel.word()))).to_string()];
    if let Some(day) = d.deemed_on {
        words.push(Html::text(&tr.t1("delivery-deemed", "date", day)).to_string());
    }
    if let Some(day) = d.appeal_until {
        words.push(Html::text(&tr.t1("delivery-appeal", "date", day)).to_string());
    }
    let who = format!("<a class=\"govuk-link\" href=\"/deliveries/{}\">{}</a>", d.id, Html::text(&d.recipient));
    Row::new(Html::trusted(who), Html::trusted(words.join("<br>")))
}

/// The state as a chip.
pub(crate) fn chip(tr: &Tr, d: &Delivery) -> Html {
    let kind = match d.state {
        State::Queued => "wait",
        State::Sent => "work",
        State::Delivered => "done",
        State::Failed => "refused",
    };
    ui::c::chip(&kind, &tr.t(&format!("delivery-state-{}", d.state.word())))
}

/// Why it waits or failed: our own words by their key, another server's as they came.
pub(crate) fn reason(tr: &Tr, d: &Delivery) -> String {
    let reason = d.reason.as_deref().unwrap_or_default();
    if reason.starts_with("delivery-") && tr.has(reason) { tr.t(reason) } else { reason.to_owned() }
}
