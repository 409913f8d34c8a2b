//! Words and chips that several pages share.

use i18n::Tr;
use types::Date;
use ui::Html;

use crate::{held::Item, model::Process};

/// The deadline with its state; nothing where the law sets none.
pub(crate) fn due_chip(tr: &Tr, item: &Item, today: Date) -> Option<Html> {
    item.due.map(|due| chip(tr, &item.state, due, today))
}

pub(crate) fn chip(tr: &Tr, state: &str, due: Date, today: Date) -> Html {
    let (kind, key) = match state {
        "answered" => ("done", "records-state-answered"),
        "suspended" => ("draft", "records-state-suspended"),
        _ if due < today => ("overdue", "records-state-overdue"),
        _ => ("wait", "records-state-open"),
    };
    ui::c::chip(&kind, &format!("{} {}", tr.t(key), tr.date(due)))
}

pub(crate) fn resolution_chip(tr: &Tr, state: &str, due: Date, today: Date) -> Html {
    let (kind, key) = match state {
        "done" => ("done", "records-resolution-done"),
        "reported" => ("work", "records-resolution-reported"),
        _ if due < today => ("overdue", "records-state-overdue"),
        _ => ("wait", "records-resolution-open"),
    };
    ui::c::chip(&kind, &tr.t(key))
}

pub(crate) fn process(tr: &Tr, word: Option<&str>) -> String {
    let known = word.and_then(Process::from_word);
    known.map_or_else(|| "—".to_owned(), |p| tr.t(&format!("records-process-{}", p.word())))
}
