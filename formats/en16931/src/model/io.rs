//! One mapping, both ways: each operation takes a value out of a document that is read, or puts it into one that is
//! written. Of repeated values the first counts; one that says the same again is taken too.

use rust_decimal::Decimal;

use super::convert::Lost;
use super::out::Out;
use super::parts::Identifier;
use super::source::Source;

/// An element of either document; the root element is 0.
pub(super) type At = u32;

enum Way<'d> {
    Read(Source<'d>),
    Write(Out),
}

/// A document that is read or written.
pub(super) struct Io<'d> {
    way: Way<'d>,
    /// The currency of amounts (BT-5), once it is known.
    pub(super) currency: String,
}

impl<'d> Io<'d> {
    pub(super) fn reader(source: Source<'d>) -> Self {
        Self { way: Way::Read(source), currency: String::new() }
    }

    pub(super) fn writer(root: (&str, &str)) -> Self {
        Self { way: Way::Write(Out::new(root)), currency: String::new() }
    }

    /// Whether a document is read.
    pub(super) fn reads(&self) -> bool {
        matches!(self.way, Way::Read(_))
    }

    /// What was not taken from the document that was read.
    pub(super) fn unread(&self) -> Vec<Lost> {
        match &self.way {
            Way::Read(source) => source.unread(),
            Way::Write(_) => Vec::new(),
        }
    }

    /// The document that was written.
    pub(super) fn finish(&self) -> String {
        match &self.way {
            Way::Read(_) => String::new(),
            Way::Write(out) => out.finish(),
        }
    }

    /// The elements at a path of the document that is read; while writing, as many new ones.
    pub(super) fn nodes(&mut self, at: At, path: &str, count: usize) -> Vec<At> {
        match &mut self.way {
            Way::Read(source) => source.all(at, path),
            Way::Write(out) => (0..count).map(|_| out.add(at, path)).collect(),
        }
    }

    /// Those of [`Io::nodes`] that pass a test of what is read.
    pub(super) fn nodes_if(
        &mut self,
        at: At,
        path: &str,
        count: usize,
        test: impl Fn(&Source<'d>, At) -> bool,
    ) -> Vec<At> {
        match &mut self.way {
            Way::Read(source) => source.all(at, path).into_iter().filter(|node| test(source, *node)).collect(),
            Way::Write(out) => (0..count).map(|_| out.add(at, path)).collect(),
        }
    }

    /// The element at a path, where there is one; while writing always.
    pub(super) fn group(&mut self, at: At, path: &str, map: impl FnOnce(&mut Self, At)) {
        let node = match &mut self.way {
            Way::Read(source) => source.all(at, path).first().copied(),
            Way::Write(out) => Some(out.reach(at, path)),
        };
        if let Some(node) = node {
            map(self, node);
        }
    }

    /// A group that is wholly there or not; one that says nothing is not there.
    pub(super) fn maybe<T: Default + PartialEq>(
        &mut self,
        at: At,
        path: &str,
        value: &mut Option<T>,
        map: impl FnOnce(&mut Self, At, &mut T),
    ) {
        match &mut self.way {
            Way::Read(source) => {
                let Some(node) = source.all(at, path).first().copied() else { return };
                if value.is_none() {
                    let mut read = T::default();
                    map(self, node, &mut read);
                    *value = (read != T::default()).then_some(read);
                }
            }
            Way::Write(out) => {
                if let Some(value) = value {
                    let node = out.reach(at, path);
                    map(self, node, value);
                }
            }
        }
    }

    /// A group for each element of a list.
    pub(super) fn each<T: Default>(
        &mut self,
        at: At,
        path: &str,
        list: &mut Vec<T>,
        map: impl FnMut(&mut Self, At, &mut T),
    ) {
        self.each_if(at, path, list, |_, _| true, map);
    }

    /// A group for each element of a list, of those that pass a test of what is read.
    pub(super) fn each_if<T: Default>(
        &mut self,
        at: At,
        path: &str,
        list: &mut Vec<T>,
        test: impl Fn(&Source<'d>, At) -> bool,
        mut map: impl FnMut(&mut Self, At, &mut T),
    ) {
        let nodes = self.nodes_if(at, path, list.len(), test);
        if matches!(self.way, Way::Read(_)) {
            list.resize_with(nodes.len(), T::default);
        }
        for (node, item) in nodes.into_iter().zip(list) {
            map(self, node, item);
        }
    }

    /// A text.
    pub(super) fn text(&mut self, at: At, path: &str, value: &mut Option<String>) {
        self.text_as(at, path, value, &str::to_owned, &str::to_owned);
    }

    /// A text that the document spells in another way.
    pub(super) fn text_as(
        &mut self,
        at: At,
        path: &str,
        value: &mut Option<String>,
        read: &dyn Fn(&str) -> String,
        write: &dyn Fn(&str) -> String,
    ) {
        match &mut self.way {
            Way::Read(source) => {
                for node in source.all(at, path) {
                    let Some(found) = source.value(node).map(|text| read(&text)) else { continue };
                    if value.get_or_insert_with(|| found.clone()) == &found {
                        source.take(node);
                    }
                }
            }
            Way::Write(out) => {
                if let Some(value) = value.as_ref().filter(|value| !value.is_empty()) {
                    let node = out.add(at, path);
                    out.text(node, &write(value));
                }
            }
        }
    }

    /// A text that is always there, or empty.
    pub(super) fn required(&mut self, at: At, path: &str, value: &mut String) {
        let mut some = (!value.is_empty()).then(|| value.clone());
        self.text(at, path, &mut some);
        *value = some.unwrap_or_default();
    }

    /// The text of the element itself.
    pub(super) fn own_text(&mut self, at: At, value: &mut String) {
        match &mut self.way {
            Way::Read(source) => {
                *value = source.value(at).unwrap_or_default();
                source.take(at);
            }
            Way::Write(out) => out.text(at, value),
        }
    }

    /// An attribute of the element itself.
    pub(super) fn own_attr(&mut self, at: At, name: &'static str, value: &mut Option<String>) {
        match &mut self.way {
            Way::Read(source) => {
                let found = source.attr(at, name);
                if found.is_some() && (value.is_none() || *value == found) {
                    *value = found;
                    source.take_attr(at, name);
                }
            }
            Way::Write(out) => {
                if let Some(value) = value.as_ref().filter(|value| !value.is_empty()) {
                    out.attr(at, name, value);
                }
            }
        }
    }

    /// A text with an attribute, as its scheme.
    pub(super) fn text_with(
        &mut self,
        at: At,
        path: &str,
        value: &mut Option<String>,
        name: &'static str,
        attr: &mut Option<String>,
    ) {
        match &mut self.way {
            Way::Read(source) => {
                // A scheme of nothing is nothing.
                let said = source.all(at, path).into_iter().find(|node| source.value(*node).is_some());
                self.text(at, path, value);
                if let Some(node) = said {
                    self.own_attr(node, name, attr);
                }
            }
            Way::Write(out) => {
                if let Some(value) = value.as_ref().filter(|value| !value.is_empty()) {
                    let node = out.add(at, path);
                    out.text(node, value);
                    self.own_attr(node, name, attr);
                }
            }
        }
    }

    /// An identifier with its scheme.
    pub(super) fn identifier(&mut self, at: At, path: &str, name: &'static str, value: &mut Option<Identifier>) {
        let (mut text, mut scheme) = value.take().map_or((None, None), |id| (Some(id.value), id.scheme));
        self.text_with(at, path, &mut text, name, &mut scheme);
        *value = text.map(|value| Identifier { value, scheme });
    }

    /// A number.
    pub(super) fn number(&mut self, at: At, path: &str, value: &mut Option<Decimal>) {
        self.numeral(at, path, value, None);
    }

    /// An amount of money, which in UBL bears its currency.
    pub(super) fn amount(&mut self, at: At, path: &str, value: &mut Option<Decimal>) {
        let currency = self.currency.clone();
        self.numeral(at, path, value, Some(&currency));
    }

    /// An amount in CII, which usually bears none; the currency that a reader finds may only be the invoice's.
    pub(super) fn bare_amount(&mut self, at: At, path: &str, value: &mut Option<Decimal>) {
        let currency = self.currency.clone();
        let writes = matches!(self.way, Way::Write(_));
        self.numeral(at, path, value, (!writes).then_some(&currency));
    }

    /// A number, with the currency it bears.
    pub(super) fn numeral(&mut self, at: At, path: &str, value: &mut Option<Decimal>, currency: Option<&str>) {
        match &mut self.way {
            Way::Read(source) => {
                for node in source.all(at, path) {
                    let Some(found) = source.number(node) else { continue };
                    if *value.get_or_insert(found) != found {
                        continue;
                    }
                    source.take(node);
                    if currency.is_some() && source.attr(node, "currencyID").as_deref() == currency {
                        source.take_attr(node, "currencyID");
                    }
                }
            }
            Way::Write(out) => {
                if let Some(value) = value {
                    let node = out.add(at, path);
                    out.text(node, &value.to_string());
                    if let Some(currency) = currency.filter(|currency| !currency.is_empty()) {
                        out.attr(node, "currencyID", currency);
                    }
                }
            }
        }
    }

    /// The number of the element itself, with the currency it bears.
    pub(super) fn own_number(&mut self, at: At, value: &mut Option<Decimal>, currency: &str) {
        match &mut self.way {
            Way::Read(source) => {
                let Some(found) = source.number(at) else { return };
                if *value.get_or_insert(found) == found {
                    source.take(at);
                    if source.attr(at, "currencyID").as_deref() == Some(currency) {
                        source.take_attr(at, "currencyID");
                    }
                }
            }
            Way::Write(out) => {
                if let Some(value) = value {
                    out.text(at, &value.to_string());
                    out.attr(at, "currencyID", currency);
                }
            }
        }
    }

    /// A quantity with its unit.
    pub(super) fn quantity(&mut self, at: At, path: &str, value: &mut Option<Decimal>, unit: &mut Option<String>) {
        let node = match &mut self.way {
            Way::Read(source) => source.all(at, path).first().copied(),
            Way::Write(out) => value.map(|value| {
                let node = out.add(at, path);
                out.text(node, &value.to_string());
                node
            }),
        };
        let Some(node) = node else { return };
        if let Way::Read(source) = &mut self.way
            && let Some(found) = source.number(node)
            && *value.get_or_insert(found) == found
        {
            source.take(node);
        }
        self.own_attr(node, "unitCode", unit);
    }

    /// Whether an allowance or a charge: true and false, which may be written 1 and 0.
    pub(super) fn flag(&mut self, at: At, path: &str, value: &mut bool) {
        match &mut self.way {
            Way::Read(source) => {
                for node in source.all(at, path) {
                    let text = source.value(node).unwrap_or_default();
                    *value = matches!(text.as_str(), "true" | "1");
                    if *value || matches!(text.as_str(), "false" | "0") {
                        source.take(node);
                    }
                }
            }
            Way::Write(out) => {
                let node = out.add(at, path);
                out.text(node, if *value { "true" } else { "false" });
            }
        }
    }

    /// What the syntax asks for beside the terms; written only where there is something to stand beside.
    pub(super) fn constant(&mut self, at: At, path: &str, value: &str) {
        match &mut self.way {
            Way::Read(source) => {
                for node in source.all(at, path) {
                    if source.value(node).as_deref() == Some(value) {
                        source.take(node);
                    }
                }
            }
            Way::Write(out) => {
                if !out.is_empty(at) {
                    let node = out.add(at, path);
                    out.text(node, value);
                }
            }
        }
    }

    /// An attribute that the syntax asks for.
    pub(super) fn constant_attr(&mut self, at: At, name: &'static str, value: &str) {
        self.own_attr(at, name, &mut Some(value.to_owned()));
    }

    /// An element that the schema asks for even when it is empty.
    pub(super) fn keep(&mut self, at: At, path: &str) {
        if let Way::Write(out) = &mut self.way {
            let node = out.reach(at, path);
            out.keep(node);
        }
    }
}
