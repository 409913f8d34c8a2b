use std::sync::Arc;

use askama::Template;
use axum::{extract::Path, response::IntoResponse as _};
use i18n::Tr;
use op::{Action as _, Op, Read};
use types::{DocumentId, PersonId};
use ui::{
    FormState, Html, Shell,
    c::{Choice, Event, Row},
};
use web::{Ctx, Problem, Result};

use super::{CardPart, Part, access_text, kinds, looked, names, size_text, source_text, state_chip};
use crate::{
    Document, Kinds,
    actions::{
        AnnulDocument, AttachFile, ChangeAccess, CorrectDocument, LinkDocument, RegisterDocument, ShareDocument,
        ViewDocument,
    },
    kinds::shown,
    model::{AccessLevel, DocState, FileRole, LinkKind, Medium},
    store::{self, ClassLine, EntryLine, FileLine, HistoryLine, LinkLine},
};

/// A file as shown.
pub(crate) struct FileView {
    pub href: String,
    pub name: String,
    pub facts: String,
    pub older: Vec<(String, String)>,
}

/// A linked document as shown; without an address it is not open to the reader.
pub(crate) struct LinkView {
    pub how: String,
    pub href: String,
    pub title: String,
}

/// How the document itself is shown.
pub(crate) enum Preview {
    Nothing,
    Frame(String, String),
    Picture(String, String),
}

#[derive(Template)]
#[template(path = "documents/card.html")]
pub(crate) struct CardPage {
    pub shell: Shell,
    pub path: String,
    pub title: String,
    pub number: String,
    pub state: Html,
    pub preview: Preview,
    pub files: Vec<FileView>,
    pub facts: Vec<Row>,
    pub links: Vec<LinkView>,
    pub events: Vec<Event>,
    pub parts: Vec<Part>,
    pub form: FormState,
    pub roles: Vec<Choice>,
    pub link_kinds: Vec<Choice>,
    pub registers: Vec<Choice>,
    /// May say who may know of it?
    pub may_open: bool,
    pub may_attach: bool,
    pub may_link: bool,
    pub may_register: bool,
    /// What can be made of it: address, words, class of the button.
    pub makes: Vec<(String, String, String)>,
}

/// Everything a card shows, read in one transaction.
struct Read1 {
    document: Document,
    files: Vec<FileLine>,
    links: Vec<LinkLine>,
    entries: Vec<EntryLine>,
    history: Vec<HistoryLine>,
    class: Option<ClassLine>,
    names: std::collections::HashMap<PersonId, String>,
    units: std::collections::HashMap<types::UnitId, String>,
    registers: Vec<(String, String)>,
    parts: Vec<Part>,
}

pub(super) async fn show(ctx: Ctx, Path(id): Path<String>) -> Result {
    let id: DocumentId = id.parse().map_err(|_| Problem::NotFound)?;
    let form = ctx.form();
    web::page(&page(ctx, id, form).await?)
}

/// The card again, with a form that was refused and what was typed in it.
pub(super) async fn refused(ctx: Ctx, id: DocumentId, mut form: FormState) -> Result {
    form.csrf.clone_from(&ctx.shell.csrf);
    Ok(web::invalid(&page(ctx, id, form).await?)?.into_response())
}

async fn page(ctx: Ctx, id: DocumentId, mut form: FormState) -> std::result::Result<CardPage, Problem> {
    let mut read = ctx.op.read().await?;
    let r = everything(&ctx, &mut read, id).await?;
    let d = &r.document;
    let open_to_change = matches!(d.state, DocState::Draft | DocState::Circulating);
    let is_void = d.state == DocState::Annulled;
    let may_attach = !is_void && read.may::<AttachFile>(d);
    let may_link = read.may::<LinkDocument>(d);
    let may_open = read.may::<ChangeAccess>(d) || read.may::<ShareDocument>(d);
    let sees_closely = read.may::<ViewDocument>(&d.closely_kept());
    let may_register = d.state == DocState::Draft && read.may::<RegisterDocument>(d);
    let may_correct = d.state == DocState::Registered && read.may::<CorrectDocument>(d);
    let may_annul = !is_void && read.may::<AnnulDocument>(d);
    let links = r.links.iter().map(|l| link_view(&ctx.tr, &ctx.op, l)).collect();
    drop(read);
    looked(&ctx.op, ViewDocument::DEF.name, vec![id.uuid()]).await?;
    let tr = ctx.tr.clone();
    // The timeline does not name what the list of files does not.
    let closed = r.files.iter().filter(|f| f.restricted && !sees_closely);
    let unnamed: std::collections::HashSet<String> = closed.map(|f| f.id.to_string()).collect();
    let kinds = kinds(&ctx.op);
    if form.value("register").is_empty()
        && let Some(kind) = kinds.get(&d.kind)
    {
        form.set("register", kind.register);
    }
    form.label("file", tr.t("documents-file"));
    let roles = FileRole::ALL.iter().filter(|r| **r != FileRole::Signature);
    let roles = roles.filter(|r| open_to_change || r.may_follow_registration());
    let crumbs = [("/registers", tr.t("documents-registers"))];
    let ctx = ctx.under(&crumbs);
    Ok(CardPage {
        path: format!("/documents/{id}"),
        title: d.title.clone(),
        number: number(&tr, d),
        state: state_chip(&tr, d.state),
        preview: preview(id, &r.files, sees_closely),
        files: file_views(&tr, id, &r.files, sees_closely),
        facts: facts(&tr, &r, &kinds),
        events: r.history.iter().map(|h| event(&tr, h, &r.names, &unnamed)).collect(),
        roles: roles.map(|r| Choice::new(r.word(), tr.t(&format!("documents-role-{}", r.word())))).collect(),
        link_kinds: LinkKind::ALL
            .iter()
            .map(|k| Choice::new(k.word(), tr.t(&format!("documents-link-{}", k.word()))))
            .collect(),
        registers: r.registers.iter().map(|(code, title)| Choice::new(code, title)).collect(),
        links,
        parts: r.parts,
        may_open,
        may_attach,
        may_link,
        may_register,
        makes: makes(&tr, id, may_correct, may_annul),
        form,
        shell: ctx.shell,
    })
}

async fn everything(ctx: &Ctx, read: &mut Read, id: DocumentId) -> std::result::Result<Read1, Problem> {
    let document: Document = read.see(id).await?;
    let files = store::files(read, id).await?;
    let links = store::links(read, id).await?;
    let entries = store::entries(read, id).await?;
    let history = store::history(read, id).await?;
    let class = match document.class_id {
        Some(class) => store::class(read, class).await?,
        None => None,
    };
    let mut people: Vec<PersonId> = history.iter().flat_map(|h| [h.actor_id, h.acting_for]).flatten().collect();
    people.extend(document.owner_id.into_iter().chain(document.author_id));
    people.sort_unstable();
    people.dedup();
    let names = names(read, &people).await?;
    let tenant = read.op().tenant();
    let units = parties::unit_names(read.conn(), tenant, &[document.unit_id, document.institution_id]).await?;
    let registers = store::registers(read).await?;
    let registers = registers.into_iter().filter(|r| r.closed_on.is_none()).map(|r| (r.code, r.title)).collect();
    let mut parts = Vec::new();
    if let Some(all) = ctx.op.kernel().extension::<Vec<Arc<dyn CardPart>>>() {
        for part in all {
            parts.push(part.part(&ctx.tr, read, &document).await?);
        }
    }
    Ok(Read1 { document, files, links, entries, history, class, names, units, registers, parts })
}

fn number(tr: &Tr, d: &Document) -> String {
    match (&d.number, d.registered_on) {
        (Some(number), Some(date)) => tr.ta("documents-number-of", &[("number", number.into()), ("date", date.into())]),
        _ => tr.t("documents-no-number"),
    }
}

fn makes(tr: &Tr, id: DocumentId, may_correct: bool, may_annul: bool) -> Vec<(String, String, String)> {
    let one = |kind: LinkKind, class: &str| {
        let kind = kind.word();
        (format!("/documents/{id}/linked?kind={kind}"), tr.t(&format!("documents-make-{kind}")), class.to_owned())
    };
    let second = "govuk-button--secondary";
    let mut makes = Vec::new();
    if may_correct {
        makes.extend([LinkKind::Copy, LinkKind::Extract, LinkKind::Correction].map(|k| one(k, second)));
    }
    if may_correct && may_annul {
        makes.push(one(LinkKind::Annulment, "govuk-button--warning"));
    }
    makes
}

/// Can it be opened by this reader at all?
const fn is_open(f: &FileLine, sees_closely: bool) -> bool {
    !f.gone && (sees_closely || !f.restricted)
}

/// The channel in words; one that an outside system named is shown as it came.
fn received_via(tr: &Tr, via: &str) -> String {
    match via {
        "post" | "counter" | "e-mail" | "e-address" | "portal" | "courier" | "self-service" | "paper" | "api" => {
            tr.t(&format!("documents-via-{via}"))
        }
        other => other.to_owned(),
    }
}

/// The newest rendering, else the newest main file, where a browser can show it.
fn preview(id: DocumentId, files: &[FileLine], sees_closely: bool) -> Preview {
    let open = |f: &&FileLine| is_open(f, sees_closely);
    let best = |role: FileRole| {
        files
            .iter()
            .filter(open)
            .filter(|f| f.role == role && f.media_type == "application/pdf")
            .max_by_key(|f| (f.created_at, f.id))
    };
    let picture = || {
        let shown =
            |f: &&FileLine| f.role == FileRole::Main && matches!(f.media_type.as_str(), "image/png" | "image/jpeg");
        files.iter().filter(open).filter(shown).max_by_key(|f| (f.created_at, f.id))
    };
    let text = || {
        let shown = |f: &&FileLine| f.role == FileRole::Main && f.media_type == "text/plain";
        files.iter().filter(open).filter(shown).max_by_key(|f| (f.created_at, f.id))
    };
    let address = |f: &FileLine| format!("/documents/{id}/files/{}?inline=1", f.id);
    if let Some(f) = best(FileRole::Rendering).or_else(|| best(FileRole::Main)) {
        // The page itself, as wide as the frame: no thumbnails beside it.
        return Preview::Frame(format!("{}#navpanes=0&view=FitH", address(f)), f.name.clone());
    }
    if let Some(f) = text() {
        return Preview::Frame(format!("{}&text=1", address(f)), f.name.clone());
    }
    picture().map_or(Preview::Nothing, |f| Preview::Picture(address(f), f.name.clone()))
}

/// One line a name: the newest version, with the older ones behind it.
fn file_views(tr: &Tr, id: DocumentId, files: &[FileLine], sees_closely: bool) -> Vec<FileView> {
    let href = |f: &FileLine| {
        if is_open(f, sees_closely) { format!("/documents/{id}/files/{}", f.id) } else { String::new() }
    };
    let mut views: Vec<FileView> = Vec::new();
    for f in files {
        // The name may say what the reader is not to know.
        if f.restricted && !sees_closely {
            let facts = tr.t(&format!("documents-role-{}", f.role.word()));
            views.push(FileView { href: String::new(), name: tr.t("documents-file-closed"), facts, older: Vec::new() });
            continue;
        }
        match views.iter_mut().find(|v| v.name == f.name) {
            Some(_) if f.gone => {}
            Some(view) => view.older.push((href(f), tr.t1("documents-version", "n", f.version))),
            None => views.push(FileView {
                href: href(f),
                name: f.name.clone(),
                facts: [
                    tr.t(&format!("documents-role-{}", f.role.word())),
                    tr.t1("documents-version", "n", f.version),
                    size_text(tr, f.size),
                    tr.datetime(f.created_at),
                ]
                .join(" · ")
                    + &unread(tr, f)
                    + &kept(tr, f),
                older: Vec::new(),
            }),
        }
    }
    views
}

/// Search finds nothing in a file that could not be read: say so.
fn unread(tr: &Tr, f: &FileLine) -> String {
    if f.text_state == "failed" { format!(" · {}", tr.t("documents-text-failed")) } else { String::new() }
}

/// Closer kept than its document, or not there any more.
fn kept(tr: &Tr, f: &FileLine) -> String {
    let closely = f.access_ground.as_ref().map(|why| format!(" · {}: {why}", access_text(tr, AccessLevel::Restricted)));
    let gone = f.gone.then(|| format!(" · {}", tr.t("documents-file-gone")));
    closely.unwrap_or_default() + &gone.unwrap_or_default()
}

fn link_view(tr: &Tr, op: &Op, l: &LinkLine) -> LinkView {
    let scope = op.scope(ViewDocument::DEF).units();
    let in_unit = scope.is_none_or(|units| l.access != AccessLevel::Restricted && units.contains(&l.unit_id));
    let own = l.owner_id.is_some() && l.owner_id == op.person();
    let open = in_unit || own || l.named;
    let way = if l.outgoing { "to" } else { "from" };
    LinkView {
        how: tr.t(&format!("documents-linked-{way}-{}", l.kind.word())),
        href: if open { format!("/documents/{}", l.other) } else { String::new() },
        title: match (open, &l.number) {
            (true, Some(number)) => format!("{number} {}", l.title),
            (true, None) => l.title.clone(),
            (false, Some(number)) => format!("{number} ({})", tr.t("documents-not-open")),
            (false, None) => tr.t("documents-not-open"),
        },
    }
}

fn facts(tr: &Tr, r: &Read1, kinds: &Kinds) -> Vec<Row> {
    let d = &r.document;
    let unit = |id| r.units.get(&id).cloned().unwrap_or_default();
    let person = |id: Option<PersonId>| id.and_then(|p| r.names.get(&p).cloned());
    let mut rows: Vec<(String, Option<String>)> = vec![
        (tr.t("documents-column-kind"), Some(kinds.title(tr, &d.kind))),
        (tr.t("documents-column-direction"), Some(tr.t(&format!("documents-direction-{}", d.direction.word())))),
        (tr.t("documents-column-correspondent"), d.correspondent.clone()),
        (tr.t("documents-external"), external(tr, d)),
        (tr.t("documents-received-via"), d.received_via.as_deref().map(|via| received_via(tr, via))),
        (tr.t("documents-column-institution"), Some(unit(d.institution_id))),
        (tr.t("documents-unit"), (d.unit_id != d.institution_id).then(|| unit(d.unit_id))),
        (tr.t("documents-owner"), person(d.owner_id)),
        (tr.t("documents-author"), person(d.author_id)),
        (tr.t("documents-source"), Some(source_text(tr, &d.source))),
        (tr.t("documents-class"), r.class.as_ref().map(|c| format!("{} {}", c.code, c.title))),
        (tr.t("documents-retention"), r.class.as_ref().and_then(|c| retention(tr, c))),
        (tr.t("documents-disposed"), r.class.as_ref().and_then(|c| disposed(tr, c))),
        (tr.t("documents-column-access"), Some(access(tr, d))),
        (tr.t("documents-medium"), Some(medium(tr, d))),
    ];
    for entry in &r.entries {
        let date = tr.date(entry.registered_on);
        let void = entry.void_reason.as_ref().map(|why| format!(" ({})", tr.t1("documents-void", "why", why)));
        rows.push((entry.register.clone(), Some(format!("{}, {date}{}", entry.number, void.unwrap_or_default()))));
    }
    for field in kinds.get(&d.kind).map(|k| k.fields).unwrap_or_default() {
        let value = d.data.get(field.name).filter(|v| !v.is_null());
        rows.push((tr.t(field.label), value.map(|v| shown(tr, field, v))));
    }
    rows.into_iter().filter_map(|(k, v)| Some(Row::new(k, v.filter(|v| !v.is_empty())?))).collect()
}

fn external(tr: &Tr, d: &Document) -> Option<String> {
    match (&d.external_number, d.external_date) {
        (Some(number), Some(date)) => Some(format!("{number}, {}", tr.date(date))),
        (Some(number), None) => Some(number.clone()),
        (None, date) => date.map(|d| tr.date(d)),
    }
}

fn access(tr: &Tr, d: &Document) -> String {
    let level = access_text(tr, d.access);
    d.access_ground.as_ref().map_or_else(|| level.clone(), |ground| format!("{level} ({ground})"))
}

fn medium(tr: &Tr, d: &Document) -> String {
    let medium = tr.t(&format!("documents-medium-{}", d.medium.word()));
    match (&d.original_place, d.medium) {
        (Some(place), Medium::Paper | Medium::Hybrid) => format!("{medium} ({place})"),
        _ => medium,
    }
}

fn retention(tr: &Tr, c: &ClassLine) -> Option<String> {
    if c.permanent {
        return Some(tr.t("documents-permanent"));
    }
    c.retention_years.map(|n| tr.t1("documents-years", "n", n))
}

fn disposed(tr: &Tr, c: &ClassLine) -> Option<String> {
    let (kind, at) = (c.disposed.as_ref()?, c.disposed_at?);
    Some(format!("{}, {}", tr.t(&format!("documents-disposed-{kind}")), tr.date(types::local_date(at))))
}

fn event(
    tr: &Tr,
    h: &HistoryLine,
    names: &std::collections::HashMap<PersonId, String>,
    unnamed: &std::collections::HashSet<String>,
) -> Event {
    let own = format!("documents-history-{}", h.verb);
    let others = format!("history-{}", h.verb);
    let title = if tr.has(&own) {
        tr.t(&own)
    } else if tr.has(&others) {
        tr.t(&others)
    } else {
        h.verb.clone()
    };
    let name = |p: PersonId| names.get(&p).cloned();
    let by = match (h.actor_id.and_then(name), h.acting_for.and_then(name)) {
        (Some(who), Some(whom)) => tr.ta("documents-by-for", &[("who", who.into()), ("whom", whom.into())]),
        (Some(who), None) => who,
        (None, _) => tr.t("documents-by-house"),
    };
    let is_open = h.data.get("file").and_then(|f| f.as_str()).is_none_or(|file| !unnamed.contains(file));
    let said = ["number", "name", "reason"].iter().find_map(|k| h.data.get(*k)?.as_str()).filter(|_| is_open);
    Event::new(tr, title, h.at).by(by).text(said.unwrap_or_default())
}
