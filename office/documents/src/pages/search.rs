use std::collections::BTreeSet;

use askama::Template;
use axum::extract::RawQuery;
use op::Action as _;
use types::DocumentId;
use ui::{FormState, Html, Shell, c::Choice};
use web::{Ctx, Result};

use super::{address, institutions, kinds, looked, query, state_chip, unit_choices};
use crate::{actions::ViewDocument, store};

const PAGE: usize = 20;

/// A hit as shown.
pub(crate) struct HitView {
    pub href: String,
    pub title: Html,
    pub number: String,
    pub facts: String,
    pub state: Html,
    pub passage: Html,
}

#[derive(Template)]
#[template(path = "documents/search.html")]
pub(crate) struct SearchPage {
    pub shell: Shell,
    pub form: FormState,
    pub institutions: Vec<Choice>,
    pub asked: bool,
    pub hits: Vec<HitView>,
    pub older: String,
}

pub(super) async fn show(ctx: Ctx, RawQuery(raw): RawQuery) -> Result {
    let mut form = query(&ctx.tr, raw);
    let typed = form.text("q", 200).unwrap_or_default();
    let institution = form.uuid_opt("institution");
    let before: Option<DocumentId> = form.value("before").parse().ok();
    let mut read = ctx.op.read().await?;
    let most = i64::try_from(PAGE + 1).unwrap_or(21);
    let mut hits = store::find(&mut read, &typed, institution, before, most).await?;
    let units = institutions(&mut read).await?;
    drop(read);
    let more = hits.len() > PAGE;
    hits.truncate(PAGE);
    looked(&ctx.op, ViewDocument::DEF.name, hits.iter().map(|h| h.document.id.uuid()).collect()).await?;
    let older = hits.last().filter(|_| more).map(|h| {
        let institution = institution.map(|i: types::UnitId| i.to_string()).unwrap_or_default();
        let params = [("q", typed.clone()), ("institution", institution), ("before", h.document.id.to_string())];
        address("/search", &params.into_iter().collect())
    });
    let kinds = kinds(&ctx.op);
    let marks = Marks::of(&typed);
    let view = |h: &store::Hit| {
        let d = &h.document;
        let date = d.registered_on.unwrap_or_else(|| types::local_date(d.created_at));
        let place = units.iter().find(|(u, _)| *u == d.institution_id).map(|(_, n)| n.as_str()).unwrap_or_default();
        let facts = [kinds.title(&ctx.tr, &d.kind), ctx.tr.date(date), place.to_owned()];
        HitView {
            href: format!("/documents/{}", d.id),
            title: marks.marked(&d.title),
            number: d.number.clone().unwrap_or_default(),
            facts: facts.join(" · "),
            state: state_chip(&ctx.tr, d.state),
            passage: h.text.as_deref().and_then(|t| marks.passage(t)).unwrap_or_default(),
        }
    };
    let hits = hits.iter().map(view).collect();
    let asked = !typed.is_empty();
    let institutions = unit_choices(&units);
    let ctx = ctx.under(&[]);
    web::page(&SearchPage { shell: ctx.shell, form, institutions, asked, hits, older: older.unwrap_or_default() })
}

/// Marks words of a text whose stems were asked for.
pub(crate) struct Marks {
    stems: BTreeSet<String>,
    begins: Option<String>,
}

impl Marks {
    pub(crate) fn of(typed: &str) -> Self {
        let words: Vec<&str> = split(typed).filter(|(is_word, _)| *is_word).map(|(_, w)| w).take(12).collect();
        let stems = words.iter().flat_map(|w| latvian::search::stems(w)).collect();
        let begins = words.last().map(|w| latvian::search::fold(w)).filter(|w| w.chars().count() >= 3);
        Self { stems, begins }
    }

    fn hits(&self, word: &str) -> bool {
        let begun = || self.begins.as_ref().is_some_and(|b| latvian::search::fold(word).starts_with(b.as_str()));
        latvian::search::stems(word).iter().any(|s| self.stems.contains(s)) || begun()
    }

    /// The text, with `<mark>` around what was asked for.
    pub(crate) fn marked(&self, text: &str) -> Html {
        let mut out = String::new();
        for (is_word, piece) in split(text) {
            let plain = Html::text(piece);
            if is_word && self.hits(piece) {
                out.push_str("<mark>");
                out.push_str(plain.as_str());
                out.push_str("</mark>");
            } else {
                out.push_str(plain.as_str());
            }
        }
        Html::trusted(out)
    }

    /// A passage around the first word asked for.
    pub(crate) fn passage(&self, text: &str) -> Option<Html> {
        let mut at = 0;
        let found = split(text).find_map(|(is_word, piece)| {
            let here = at;
            at += piece.len();
            (is_word && self.hits(piece)).then_some(here)
        })?;
        let before: String = text.get(..found)?.chars().rev().take(80).collect();
        let before: String = before.chars().rev().collect();
        let after: String = text.get(found..)?.chars().take(160).collect();
        let passage = format!("… {before}{after} …");
        Some(self.marked(&passage.split_whitespace().collect::<Vec<_>>().join(" ")))
    }
}

/// Words and what stands between them, in order.
fn split(text: &str) -> impl Iterator<Item = (bool, &str)> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let first = rest.chars().next()?;
        let is_word = first.is_alphanumeric();
        let end = rest.find(|c: char| c.is_alphanumeric() != is_word).unwrap_or(rest.len());
        let (piece, tail) = rest.split_at(end);
        rest = tail;
        Some((is_word, piece))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_any_form_of_the_word_and_nothing_else() {
        let m = Marks::of("iesniegumu aboltins");
        assert_eq!(m.marked("Iesniegums (Āboltiņa)").as_str(), "<mark>Iesniegums</mark> (<mark>Āboltiņa</mark>)");
        assert_eq!(m.marked("<b>rīkojums</b>").as_str(), "&lt;b&gt;rīkojums&lt;/b&gt;");
    }

    #[test]
    fn a_passage_stands_around_the_word() {
        let text = format!("{} iesniegums {}", "vārds ".repeat(100), "beigas ".repeat(100));
        let passage = Marks::of("iesniegumu").passage(&text).unwrap();
        assert!(passage.as_str().contains("<mark>iesniegums</mark>"));
        assert!(passage.as_str().chars().count() < 300);
        assert!(Marks::of("rīkojums").passage(&text).is_none());
        assert!(Marks::of("").passage(&text).is_none());
    }
}
