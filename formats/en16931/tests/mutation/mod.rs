//! Makes wrong invoices out of right ones, the same for the same seed everywhere.

use quick_xml::Reader;
use quick_xml::escape::escape;
use quick_xml::events::Event;

/// An element, simply.
#[derive(Clone, Debug, Default)]
pub struct El {
    pub name: String,
    pub attrs: Vec<(String, String)>,
    pub text: String,
    pub children: Vec<El>,
}

/// Reads a well-formed document of our own.
pub fn parse(text: &str) -> El {
    let mut reader = Reader::from_str(text);
    let mut stack = vec![El::default()];
    loop {
        let event = reader.read_event().expect("base documents are well formed");
        match &event {
            Event::Start(tag) | Event::Empty(tag) => {
                let attrs =
                    tag.attributes().flatten().map(|a| (a.key.as_ref().to_owned(), a.value.to_string())).collect();
                let el = El { name: tag.name().as_ref().to_owned(), attrs, ..El::default() };
                match event {
                    Event::Empty(_) => stack.last_mut().unwrap().children.push(el),
                    _ => stack.push(el),
                }
            }
            Event::End(_) => {
                let el = stack.pop().unwrap();
                stack.last_mut().unwrap().children.push(el);
            }
            Event::Text(chunk) if !chunk.trim().is_empty() => stack.last_mut().unwrap().text.push_str(chunk),
            Event::GeneralRef(entity) => stack.last_mut().unwrap().text.push_str(match &**entity {
                "amp" => "&",
                "lt" => "<",
                "gt" => ">",
                "quot" => "\"",
                _ => "'",
            }),
            Event::Eof => break,
            _ => {}
        }
    }
    stack.pop().unwrap().children.pop().expect("a root element")
}

/// Writes the document on one line.
pub fn write(el: &El, out: &mut String) {
    out.push('<');
    out.push_str(&el.name);
    for (key, value) in &el.attrs {
        out.push_str(&format!(" {key}=\"{value}\""));
    }
    out.push('>');
    out.push_str(&escape(el.text.as_str()));
    el.children.iter().for_each(|child| write(child, out));
    out.push_str(&format!("</{}>", el.name));
}

/// A small generator of numbers (xorshift), so that no crate's change moves the mutants.
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        let mut dice = Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
        (0..8).for_each(|_| {
            dice.roll(2);
        });
        dice
    }

    pub fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from((self.0 >> 20) % u64::try_from(sides.max(1)).unwrap()).unwrap()
    }

    fn pick<'a>(&mut self, all: &[&'a str]) -> &'a str {
        all[self.roll(all.len())]
    }
}

fn count(el: &El) -> usize {
    1 + el.children.iter().map(count).sum::<usize>()
}

/// Does `f` with the parent of the n-th element below the root and the child's place.
fn with(el: &mut El, n: &mut usize, f: &mut dyn FnMut(&mut El, usize)) -> bool {
    for at in 0..el.children.len() {
        if *n == 0 {
            f(el, at);
            return true;
        }
        *n -= 1;
        if with(&mut el.children[at], n, f) {
            return true;
        }
    }
    false
}

fn spoil(el: &mut El, dice: &mut Dice) {
    let text = el.text.clone();
    let name = el.name.clone();
    let number: Option<f64> = text.parse().ok();
    let fresh = if number.is_some()
        && (name.ends_with("Amount") || name.ends_with("Percent") || name.ends_with("Quantity"))
    {
        let sign = text.strip_prefix('-').map_or_else(|| format!("-{text}"), str::to_owned);
        let step = |by: f64| format!("{:.2}", number.unwrap_or_default() + by);
        match dice.roll(10) {
            0 => step(0.01),
            1 => step(-0.01),
            2 => step(1.0),
            3 => step(-1.0),
            4 => sign,
            5 => format!("{text}{}", if text.contains('.') { "7" } else { ".125" }),
            6 => "0".to_owned(),
            7 => step(10.0),
            8 => format!(" {text} "),
            _ => step(0.99),
        }
    } else if name.ends_with("Date") || name.ends_with("DateTimeString") {
        dice.pick(&["2026-02-30", "2026-01-31", "2027-12-01", "20260301", "20261301", "2026-3-1", "2026-03-01+02:00"])
            .to_owned()
    } else if matches!(name.as_str(), "cbc:ID" | "ram:CategoryCode") && text.len() <= 2 {
        dice.pick(&["S", "Z", "E", "AE", "K", "G", "O", "L", "M", "B", "X", "s", "VAT", "1"]).to_owned()
    } else if text == "VAT" {
        dice.pick(&["vat", " VAT ", "GST", "TAX", ""]).to_owned()
    } else if name.contains("Indicator") {
        dice.pick(&["true", "false", "1", "0"]).to_owned()
    } else if name.contains("Code") || name.ends_with("CountryID") {
        let codes = [
            "380",
            "381",
            "384",
            "326",
            "1",
            "30",
            "58",
            "49",
            "59",
            "31",
            "ZZZ",
            "LV",
            "XX",
            "lv",
            "EUR",
            "USD",
            "35",
            "VATEX-EU-O",
            "vatex-eu-ae",
            "95",
            "FC",
            "",
        ];
        dice.pick(&codes).to_owned()
    } else {
        match dice.roll(6) {
            0 => String::new(),
            1 => " ".to_owned(),
            2 => format!("{text} {text}"),
            3 => text.to_lowercase(),
            4 => "12345678".to_owned(),
            _ => dice
                .pick(&["LV40003032949", "urn:cen.eu:en16931:2017", "#AAI#", "0", "SE556036079301", "IT00743110157"])
                .to_owned(),
        }
    };
    el.text = fresh;
}

fn attribute(el: &mut El, dice: &mut Dice) {
    if el.attrs.is_empty() || dice.roll(5) == 0 {
        let key = dice.pick(&[
            "schemeID",
            "currencyID",
            "unitCode",
            "listID",
            "name",
            "schemeName",
            "languageID",
            "mimeCode",
            "format",
        ]);
        if el.attrs.iter().all(|(known, _)| known != key) {
            el.attrs.push((
                key.to_owned(),
                dice.pick(&["EUR", "0088", "9939", "XXX", "LV", "130", "C62", "SEPA", ""]).to_owned(),
            ));
        }
        return;
    }
    let at = dice.roll(el.attrs.len());
    if el.attrs[at].0.starts_with("xmlns") {
        return;
    }
    if dice.roll(2) == 0 {
        el.attrs.remove(at);
    } else {
        el.attrs[at].1 = dice
            .pick(&[
                "USD",
                "EUR",
                "0192",
                "0218",
                "0088",
                "9999",
                "XBX",
                "text/csv",
                "text/html",
                "",
                " EUR",
                "MWH",
                "SEPA",
            ])
            .to_owned();
    }
}

/// One to three edits.
pub fn mutate(base: &El, seed: u64) -> El {
    let mut dice = Dice::new(seed);
    let mut doc = base.clone();
    for _ in 0..=dice.roll(3) {
        let total = count(&doc) - 1;
        let mut n = dice.roll(total);
        let kind = dice.roll(10);
        with(&mut doc, &mut n, &mut |parent, at| match kind {
            0..=2 => {
                parent.children.remove(at);
            }
            3 => {
                let copy = parent.children[at].clone();
                parent.children.insert(at, copy);
            }
            4..=7 => {
                let mut el = &mut parent.children[at];
                while !el.children.is_empty() {
                    let next = dice.roll(el.children.len());
                    el = &mut el.children[next];
                }
                spoil(el, &mut dice);
            }
            _ => attribute(&mut parent.children[at], &mut dice),
        });
    }
    doc
}
