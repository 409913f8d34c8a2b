//! Deadline and resolutions, on the document's card.

use std::sync::Arc;

use documents::{CardPart, Document, Part};
use i18n::Tr;
use op::{OpError, Read};
use types::BoxFuture;
use ui::Html;

use crate::{actions::Resolve, held::Item, pages::words, store};

struct Desk;

/// What the desk puts on a document's card; registered in `Vec<Arc<dyn documents::CardPart>>`.
#[must_use]
pub fn card_part() -> Arc<dyn CardPart> {
    Arc::new(Desk)
}

impl CardPart for Desk {
    fn part<'a>(
        &'a self,
        tr: &'a Tr,
        read: &'a mut Read,
        document: &'a Document,
    ) -> BoxFuture<'a, Result<Part, OpError>> {
        Box::pin(async move {
            let may_resolve = read.may::<Resolve>(document);
            let item: Option<Item> = match read.see(document.id).await {
                Ok(item) => Some(item),
                Err(OpError::NotFound) => None,
                Err(e) => return Err(e),
            };
            if item.is_none() && !may_resolve {
                return Ok(Part::default());
            }
            let (tenant, today) = (read.op().tenant(), read.op().today());
            let given = store::resolutions(read.conn(), tenant, document.id).await?;
            let mut body = String::new();
            if let Some(due) = item.as_ref().and_then(|i| words::due_chip(tr, i, today)) {
                body.push_str(&format!("<p class=\"govuk-body-s\">{}: {due}</p>", Html::text(&tr.t("records-due"))));
            }
            for r in &given {
                body.push_str(&format!(
                    "<p class=\"govuk-body-s\">{} {}, {}</p>",
                    words::resolution_chip(tr, &r.state, r.due, today),
                    Html::text(&r.executors),
                    Html::text(&tr.date(r.due))
                ));
            }
            body.push_str(&format!(
                "<p class=\"govuk-body-s\"><a class=\"govuk-link\" href=\"/records/{}\">{}</a></p>",
                document.id,
                Html::text(&tr.t("records-open"))
            ));
            let title = Html::text(&tr.t("records-title"));
            let side = format!(
                "<section class=\"nv-card\"><h2 class=\"nv-card__title\">{title}</h2><div class=\"nv-card__body\">{body}</div></section>"
            );
            Ok(Part { side: Html::trusted(side), ..Part::default() })
        })
    }
}
