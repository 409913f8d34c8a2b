//! Words and chips that several pages share.

use i18n::Tr;
use types::{Date, Money};
use ui::Html;

use crate::model::{BatchState, State};

/// Where an invoice stands.
pub(super) fn state_chip(tr: &Tr, state: State, due: Date, today: Date) -> Html {
    let late = due < today && !matches!(state, State::Paid | State::Rejected | State::Offset);
    let kind = match state {
        State::Broken => "refused",
        _ if late => "overdue",
        State::Coding | State::Approval => "wait",
        State::Approved | State::Paying => "work",
        State::Paid | State::Offset => "done",
        State::Rejected => "draft",
    };
    let word = tr.t(&format!("invoices-state-{}", state.word()));
    let text = if late { format!("{word}, {}", tr.t("invoices-late")) } else { word };
    ui::c::chip(&kind, &text)
}

/// What the rules say.
pub(super) fn verdict_chip(tr: &Tr, verdict: &str) -> Html {
    let kind = match verdict {
        "valid" => "done",
        "warned" => "wait",
        "broken" => "refused",
        _ => "draft",
    };
    ui::c::chip(&kind, &tr.t(&format!("invoices-verdict-{verdict}")))
}

pub(super) fn batch_chip(tr: &Tr, state: BatchState) -> Html {
    let kind = match state {
        BatchState::Proposed => "wait",
        BatchState::Released => "work",
        BatchState::Settled => "done",
        BatchState::Rejected => "refused",
        BatchState::Cancelled => "draft",
    };
    ui::c::chip(&kind, &tr.t(&format!("invoices-batch-{}", state.word())))
}

/// An amount with its currency; euro as the house writes it.
pub(super) fn amount(tr: &Tr, amount: Money, currency: &str) -> String {
    if currency == "EUR" { tr.money(amount) } else { format!("{} {currency}", crate::usecases::euros(amount)) }
}

/// An IBAN in groups of four.
pub(super) fn iban(text: &str) -> String {
    latvian::ids::Iban::parse(text).map_or_else(|_| text.to_owned(), |i| i.value.formatted())
}
