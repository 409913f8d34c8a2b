//! The human view: every business term that an invoice has, in Latvian or English, as a plain outline that a page, a
//! letter or a terminal may set; and as a page of HTML that stands alone.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::sync::OnceLock;

use rust_decimal::Decimal;

use crate::model::{Address, Allowance, Identifier, Invoice, Line, Party, Period};

const TERMS: &str = include_str!("../rules/terms.txt");

/// The language of a view.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// Latvian.
    Latvian,
    /// English.
    English,
}

impl Language {
    fn code(self) -> &'static str {
        match self {
            Self::Latvian => "lv",
            Self::English => "en",
        }
    }

    /// What a business term or a part of the view is called.
    #[must_use]
    pub fn label(self, term: &str) -> &'static str {
        static TABLE: OnceLock<HashMap<&'static str, (&'static str, &'static str)>> = OnceLock::new();
        let row = |line: &'static str| {
            let mut cells = line.split('|').map(str::trim);
            Some((cells.next()?, (cells.next()?, cells.next()?)))
        };
        let table = TABLE.get_or_init(|| TERMS.lines().filter(|line| !line.starts_with('#')).filter_map(row).collect());
        table.get(term).map_or("", |(en, lv)| if self == Self::Latvian { lv } else { en })
    }
}

/// A part of the view.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// Name and value, one below the other.
    Fields(Vec<(String, String)>),
    /// A table; columns named in `right` hold numbers.
    Table {
        /// Heads of the columns.
        head: Vec<String>,
        /// The rows.
        rows: Vec<Vec<String>>,
        /// Columns with numbers.
        right: Vec<usize>,
    },
}

/// A section of the view: heading and parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// Heading.
    pub title: String,
    /// What stands below it.
    pub parts: Vec<Part>,
}

/// The view of an invoice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct View {
    /// Its language.
    pub language: Language,
    /// What it is and its number.
    pub title: String,
    /// The sections; those that would be empty are absent.
    pub sections: Vec<Section>,
}

struct Fields(Language, Vec<(String, String)>);

impl Fields {
    fn text(&mut self, term: &str, value: Option<&String>) {
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            self.1.push((self.0.label(term).to_owned(), value.clone()));
        }
    }

    fn said(&mut self, term: &str, value: String) {
        self.text(term, Some(&value));
    }

    fn money(&mut self, term: &str, value: Option<Decimal>, currency: &str) {
        if let Some(value) = value {
            self.said(term, format!("{} {currency}", number(value, self.0)));
        }
    }
}

/// A number as its language writes it: a decimal comma in Latvian, groups of three in both.
fn number(value: Decimal, language: Language) -> String {
    let text = value.to_string();
    let (sign, text) = text.strip_prefix('-').map_or(("", text.as_str()), |rest| ("-", rest));
    let (whole, part) = text.split_once('.').map_or((text, None), |(whole, part)| (whole, Some(part)));
    let mut grouped = String::new();
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            grouped.push('\u{A0}');
        }
        grouped.push(digit);
    }
    let point = if language == Language::Latvian { ',' } else { '.' };
    part.map_or_else(|| format!("{sign}{grouped}"), |part| format!("{sign}{grouped}{point}{part}"))
}

fn optional(value: Option<Decimal>, language: Language) -> String {
    value.map(|value| number(value, language)).unwrap_or_default()
}

fn identifier(id: &Identifier) -> String {
    id.scheme.as_ref().map_or_else(|| id.value.clone(), |scheme| format!("{} ({scheme})", id.value))
}

fn with_scheme(value: Option<&String>, scheme: Option<&String>) -> Option<String> {
    value.map(|value| identifier(&Identifier { value: value.clone(), scheme: scheme.cloned() }))
}

fn address(address: &Address) -> String {
    let Address { line1, line2, line3, city, post_code, region, country } = address;
    let parts = [line1, line2, line3, city, region, post_code, country];
    parts.into_iter().flatten().cloned().collect::<Vec<_>>().join(", ")
}

fn period(period: &Period) -> String {
    match (&period.start, &period.end) {
        (None, None) => String::new(),
        (start, end) => format!("{} – {}", start.as_deref().unwrap_or("…"), end.as_deref().unwrap_or("…")),
    }
}

/// The view of an invoice.
#[must_use]
pub fn view(invoice: &Invoice, language: Language) -> View {
    let kind = language.label(if invoice.credit_note { "credit-note" } else { "invoice" });
    let sections = [
        ("", vec![head(invoice, language)]),
        ("references", vec![references(invoice, language)]),
        ("BT-27", vec![party(&invoice.seller, language)]),
        ("BT-44", vec![party(&invoice.buyer, language)]),
        ("BT-59", invoice.payee.iter().map(|each| party(each, language)).collect()),
        ("BT-62", invoice.tax_representative.iter().map(|each| party(each, language)).collect()),
        ("delivery", vec![delivery(invoice, language)]),
        ("lines", vec![lines(invoice, language)]),
        ("adjustments", vec![adjustments(&invoice.allowances, language)]),
        ("vat", vec![breakdown(invoice, language)]),
        ("totals", vec![totals(invoice, language)]),
        ("payment", vec![payment(invoice, language)]),
        ("attachments", vec![attachments(invoice, language)]),
    ];
    let filled = |part: &Part| match part {
        Part::Fields(fields) => !fields.is_empty(),
        Part::Table { rows, .. } => !rows.is_empty(),
    };
    let sections = sections.into_iter().map(|(title, parts)| Section {
        title: language.label(title).to_owned(),
        parts: parts.into_iter().filter(filled).collect(),
    });
    View {
        language,
        title: format!("{kind} {}", invoice.number),
        sections: sections.filter(|section| !section.parts.is_empty()).collect(),
    }
}

fn head(invoice: &Invoice, language: Language) -> Part {
    let mut fields = Fields(language, Vec::new());
    fields.text("BT-1", Some(&invoice.number));
    fields.text("BT-2", Some(&invoice.issue_date));
    fields.text("BT-9", invoice.due_date.as_ref());
    fields.text("BT-3", Some(&invoice.type_code));
    fields.said("BG-14", period(&invoice.period));
    fields.text("BT-7", invoice.tax_point_date.as_ref());
    fields.text("BT-8", invoice.tax_point_code.as_ref());
    fields.text("BT-5", Some(&invoice.currency));
    fields.text("BT-6", invoice.tax_currency.as_ref());
    for note in &invoice.notes {
        let subject = note.subject.as_ref().map(|subject| format!("[{subject}] ")).unwrap_or_default();
        fields.said("BT-22", format!("{subject}{}", note.text));
    }
    fields.text("BT-23", invoice.process.as_ref());
    fields.text("BT-24", Some(&invoice.specification));
    Part::Fields(fields.1)
}

fn references(invoice: &Invoice, language: Language) -> Part {
    let mut fields = Fields(language, Vec::new());
    fields.text("BT-10", invoice.buyer_reference.as_ref());
    fields.text("BT-13", invoice.order.as_ref());
    fields.text("BT-14", invoice.sales_order.as_ref());
    fields.text("BT-12", invoice.contract.as_ref());
    fields.text("BT-11", invoice.project.as_ref());
    fields.text("BT-15", invoice.receipt.as_ref());
    fields.text("BT-16", invoice.despatch.as_ref());
    fields.text("BT-17", invoice.tender.as_ref());
    fields.text("BT-18", invoice.object.as_ref().map(identifier).as_ref());
    fields.text("BT-19", invoice.accounting_cost.as_ref());
    for each in &invoice.preceding {
        let date = each.date.as_ref().map(|date| format!(" ({date})")).unwrap_or_default();
        fields.said("BT-25", format!("{}{date}", each.number));
    }
    Part::Fields(fields.1)
}

fn party(party: &Party, language: Language) -> Part {
    let mut fields = Fields(language, Vec::new());
    fields.1.extend((!party.name.is_empty()).then(|| (String::new(), party.name.clone())));
    fields.text("BT-28", party.trading_name.as_ref());
    fields.text("BT-30", with_scheme(party.registration.as_ref(), party.registration_scheme.as_ref()).as_ref());
    fields.text("BT-31", party.vat_number.as_ref());
    fields.text("BT-32", party.tax_number.as_ref());
    for id in &party.ids {
        fields.said("BT-29", identifier(id));
    }
    fields.text("BT-33", party.legal.as_ref());
    fields.text("BT-35", party.address.as_ref().map(address).as_ref());
    fields.text("BT-34", with_scheme(party.endpoint.as_ref(), party.endpoint_scheme.as_ref()).as_ref());
    if let Some(contact) = &party.contact {
        fields.text("BT-41", contact.name.as_ref());
        fields.text("BT-42", contact.phone.as_ref());
        fields.text("BT-43", contact.email.as_ref());
    }
    Part::Fields(fields.1)
}

fn delivery(invoice: &Invoice, language: Language) -> Part {
    let delivery = &invoice.delivery;
    let mut fields = Fields(language, Vec::new());
    fields.text("BT-70", delivery.name.as_ref());
    fields.text("BT-71", delivery.location.as_ref().map(identifier).as_ref());
    fields.text("BT-72", delivery.date.as_ref());
    fields.text("BG-15", delivery.address.as_ref().map(address).as_ref());
    Part::Fields(fields.1)
}

fn table(language: Language, head: &[&str], rows: Vec<Vec<String>>, right: &[usize]) -> Part {
    let head = head.iter().map(|term| language.label(term).to_owned()).collect();
    Part::Table { head, rows, right: right.to_vec() }
}

fn lines(invoice: &Invoice, language: Language) -> Part {
    let row = |line: &Line| {
        let quantity = optional(line.quantity, language);
        let rate = optional(line.vat_rate, language);
        let category = line.vat_category.as_deref().unwrap_or_default();
        vec![
            line.id.clone(),
            item(line, language),
            quantity,
            line.unit.clone().unwrap_or_default(),
            optional(line.price, language),
            format!("{category} {rate}").trim().to_owned(),
            optional(line.net, language),
        ]
    };
    let head = ["BT-126", "BT-153", "BT-129", "BT-130", "BT-146", "BT-152", "BT-131"];
    table(language, &head, invoice.lines.iter().map(row).collect(), &[2, 4, 6])
}

/// Name and all else that a line says of its item.
fn item(line: &Line, language: Language) -> String {
    let mut fields = Fields(language, Vec::new());
    fields.text("BT-155", line.seller_id.as_ref());
    fields.text("BT-156", line.buyer_id.as_ref());
    fields.text("BT-157", line.standard_id.as_ref().map(identifier).as_ref());
    for class in &line.classes {
        fields.said("BT-158", identifier(&Identifier { value: class.code.clone(), scheme: class.list.clone() }));
    }
    fields.text("BT-159", line.origin.as_ref());
    fields.text("BT-128", line.object.as_ref().map(identifier).as_ref());
    fields.text("BT-132", line.order_line.as_ref());
    fields.text("BT-133", line.accounting_cost.as_ref());
    fields.said("BG-26", period(&line.period));
    fields.said("BT-148", optional(line.gross_price, language));
    fields.said("BT-147", optional(line.discount, language));
    let base = [optional(line.price_base, language), line.price_unit.clone().unwrap_or_default()].join(" ");
    fields.said("BT-149", base.trim().to_owned());
    for each in &line.allowances {
        let term = if each.charge { "BG-21" } else { "BG-20" };
        let why = [&each.reason, &each.reason_code].into_iter().flatten().cloned().collect::<Vec<_>>().join(", ");
        fields.said(term, format!("{} {why}", optional(each.amount, language)).trim().to_owned());
    }
    fields.text("BT-127", line.note.as_ref());
    fields.1.extend(line.properties.iter().map(|each| (each.name.clone(), each.value.clone())));
    let more: Vec<String> = fields.1.into_iter().map(|(name, value)| format!("{name}: {value}")).collect();
    let parts = [Some(line.name.clone()), line.description.clone(), (!more.is_empty()).then(|| more.join("; "))];
    parts.into_iter().flatten().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n")
}

fn adjustments(allowances: &[Allowance], language: Language) -> Part {
    let row = |each: &Allowance| {
        let why = [&each.reason, &each.reason_code].into_iter().flatten().cloned().collect::<Vec<_>>().join(", ");
        let category = each.vat_category.as_deref().unwrap_or_default();
        vec![
            language.label(if each.charge { "BG-21" } else { "BG-20" }).to_owned(),
            why,
            format!("{category} {}", optional(each.vat_rate, language)).trim().to_owned(),
            optional(each.amount, language),
        ]
    };
    table(language, &["", "reason", "BT-152", "amount"], allowances.iter().map(row).collect(), &[3])
}

fn breakdown(invoice: &Invoice, language: Language) -> Part {
    let rows = invoice.vat.iter().map(|row| {
        let why = [&row.reason, &row.reason_code].into_iter().flatten().cloned().collect::<Vec<_>>().join(", ");
        vec![
            row.category.clone(),
            optional(row.rate, language),
            optional(row.base, language),
            optional(row.tax, language),
            why,
        ]
    });
    table(language, &["BT-118", "BT-119", "BT-116", "BT-117", "BT-120"], rows.collect(), &[1, 2, 3])
}

fn totals(invoice: &Invoice, language: Language) -> Part {
    let (totals, currency) = (&invoice.totals, invoice.currency.as_str());
    let mut fields = Fields(language, Vec::new());
    fields.money("BT-106", totals.lines, currency);
    fields.money("BT-107", totals.allowances, currency);
    fields.money("BT-108", totals.charges, currency);
    fields.money("BT-109", totals.without_vat, currency);
    fields.money("BT-110", totals.vat, currency);
    fields.money("BT-111", totals.vat_in_tax_currency, invoice.tax_currency.as_deref().unwrap_or_default());
    fields.money("BT-112", totals.with_vat, currency);
    fields.money("BT-113", totals.paid, currency);
    fields.money("BT-114", totals.rounding, currency);
    fields.money("BT-115", totals.due, currency);
    Part::Fields(fields.1)
}

fn payment(invoice: &Invoice, language: Language) -> Part {
    let mut fields = Fields(language, Vec::new());
    fields.text("BT-81", invoice.payment_means.as_ref());
    fields.text("BT-82", invoice.payment_text.as_ref());
    fields.text("BT-83", invoice.remittance.as_ref());
    for account in &invoice.accounts {
        let parts = [Some(account.number.clone()), account.bank.clone(), account.name.clone()];
        fields.said("BT-84", parts.into_iter().flatten().collect::<Vec<_>>().join(", "));
    }
    if let Some(card) = &invoice.card {
        let parts = [Some(card.number.clone()), card.holder.clone()];
        fields.said("BT-87", parts.into_iter().flatten().collect::<Vec<_>>().join(", "));
    }
    fields.text("BT-89", invoice.debit.mandate.as_ref());
    fields.text("BT-90", invoice.debit.creditor.as_ref());
    fields.text("BT-91", invoice.debit.account.as_ref());
    fields.text("BT-20", invoice.payment_terms.as_ref());
    Part::Fields(fields.1)
}

fn attachments(invoice: &Invoice, language: Language) -> Part {
    let rows = invoice.attachments.iter().map(|each| {
        let file = [&each.file, &each.mime].into_iter().flatten().cloned().collect::<Vec<_>>().join(", ");
        vec![
            each.reference.clone(),
            each.description.clone().unwrap_or_default(),
            file,
            each.bytes().map(|bytes| bytes.len().to_string()).unwrap_or_default(),
            each.uri.clone().unwrap_or_default(),
        ]
    });
    table(language, &["BT-122", "BT-123", "BT-125", "size", "BT-124"], rows.collect(), &[3])
}

/// How the page looks: one column, prints on A4, follows the reader's light or dark.
const STYLE: &str = "body{font:1rem/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;\
color-scheme:light dark}h1{font-size:1.6rem}h2{font-size:1.2rem;margin:1.5rem 0 .5rem}\
dl{display:grid;grid-template-columns:minmax(10rem,auto) 1fr;gap:.2rem 1rem;margin:0}dt{font-weight:600}dd{margin:0;\
white-space:pre-line;overflow-wrap:anywhere}table{border-collapse:collapse;width:100%}th,td{text-align:left;\
vertical-align:top;padding:.3rem .5rem;border-bottom:1px solid #8888;white-space:pre-line}\
.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}.w{overflow-x:auto}";

/// The view as a page of HTML that stands alone: no script, nothing fetched.
#[must_use]
pub fn html(view: &View) -> String {
    let mut out = format!(
        "<!DOCTYPE html>\n<html lang=\"{}\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\
         <title>{}</title><style>{STYLE}</style></head><body><main><h1>{}</h1>\n",
        view.language.code(),
        escape(&view.title),
        escape(&view.title)
    );
    for section in &view.sections {
        out.push_str("<section>");
        if !section.title.is_empty() {
            let _ = write!(out, "<h2>{}</h2>", escape(&section.title));
        }
        section.parts.iter().for_each(|part| write_part(part, &section.title, &mut out));
        out.push_str("</section>\n");
    }
    out.push_str("</main></body></html>\n");
    out
}

fn write_part(part: &Part, title: &str, out: &mut String) {
    match part {
        Part::Fields(fields) => {
            out.push_str("<dl>");
            for (name, value) in fields {
                let name = if name.is_empty() { title } else { name };
                let _ = write!(out, "<dt>{}</dt><dd>{}</dd>", escape(name), escape(value));
            }
            out.push_str("</dl>");
        }
        Part::Table { head, rows, right } => {
            let class = |at: &usize| if right.contains(at) { " class=\"n\"" } else { "" };
            let _ = write!(
                out,
                "<div class=\"w\" tabindex=\"0\" role=\"group\" aria-label=\"{}\"><table><thead><tr>",
                escape(title)
            );
            for (at, cell) in head.iter().enumerate() {
                let _ = write!(out, "<th scope=\"col\"{}>{}</th>", class(&at), escape(cell));
            }
            out.push_str("</tr></thead><tbody>");
            for row in rows {
                out.push_str("<tr>");
                for (at, cell) in row.iter().enumerate() {
                    let _ = write!(out, "<td{}>{}</td>", class(&at), escape(cell));
                }
                out.push_str("</tr>");
            }
            out.push_str("</tbody></table></div>");
        }
    }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
