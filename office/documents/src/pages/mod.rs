//! Registers, cards, files, search, and their administration.

mod access;
mod admin;
mod card;
mod class_edit;
mod classes;
mod disposal;
mod export;
mod files;
mod linked;
mod register;
mod samples;
mod search;

use std::collections::{BTreeMap, HashMap};

use i18n::Tr;
use op::{Action as _, Audit, Op, OpError, Read};
use types::{BoxFuture, PersonId, UnitId};
use ui::{FormState, Html, c::Choice};
use uuid::Uuid;
use web::{Access, NavEntry, Route, get, post};

use crate::{
    Document, Kinds, actions,
    model::{AccessLevel, DocState},
    upload,
};

pub(crate) use export::csv;
pub use files::served;
pub(crate) use samples::samples;

/// What another crate puts on the document's card: workflow its route and comments, an app its own facts.
/// Registered as `Vec<Arc<dyn CardPart>>`.
pub trait CardPart: Send + Sync {
    /// Read in the card's own transaction, by a person who may see the document.
    fn part<'a>(
        &'a self,
        tr: &'a Tr,
        read: &'a mut Read,
        document: &'a Document,
    ) -> BoxFuture<'a, Result<Part, OpError>>;
}

/// A part of the card; what is empty is not there.
#[derive(Clone, Debug, Default)]
pub struct Part {
    /// Above the document: what waits for the reader, with its form.
    pub actions: Html,
    /// Below the document.
    pub main: Html,
    /// In the right column.
    pub side: Html,
}

/// Uploads carry files and a few fields.
const UPLOAD_BODY: usize = upload::MAX_FILE * 2 + 1024 * 1024;

pub(crate) fn routes() -> Vec<Route> {
    let view = Access::Action(actions::ViewRegister::DEF);
    let manage = Access::Action(actions::ManageRegisters::DEF);
    let classes = Access::Action(actions::ManageClasses::DEF);
    let export = Access::Action(actions::ExportRegister::DEF);
    let attach = Access::Action(actions::AttachFile::DEF);
    let correct = Access::Action(actions::CorrectDocument::DEF);
    let open = Access::Action(actions::ChangeAccess::DEF);
    let share = Access::Action(actions::ShareDocument::DEF);
    let acts = Access::Action(actions::ViewDisposal::DEF);
    let propose = Access::Action(actions::ProposeDisposal::DEF);
    vec![
        get("/registers", view, "documents-registers", register::index),
        get("/registers/{code}", view, "documents-register", register::show),
        get("/registers/{code}/export", export, "documents-export", export::download),
        post("/registers/{code}/views", view, "documents-save-view", register::save_view),
        post("/registers/{code}/views/{view}/delete", view, "documents-delete-view", register::delete_view),
        get("/search", Access::SignedIn, "documents-search", search::show),
        get("/documents/{id}", Access::Action(actions::ViewDocument::DEF), "documents-card", card::show),
        get(
            "/documents/{id}/files/{file}",
            Access::Action(actions::ViewDocument::DEF),
            "documents-file",
            files::download,
        ),
        post("/documents/{id}/files", attach, "documents-attach", files::attach).max_body(UPLOAD_BODY),
        post("/documents/{id}/links", Access::Action(actions::LinkDocument::DEF), "documents-link", linked::link),
        get("/documents/{id}/linked", correct, "documents-linked", linked::form),
        post("/documents/{id}/linked", correct, "documents-linked", linked::make).max_body(UPLOAD_BODY),
        post(
            "/documents/{id}/register",
            Access::Action(actions::RegisterDocument::DEF),
            "documents-do-register",
            linked::register,
        ),
        get("/documents/{id}/access", open, "documents-access-edit", access::show),
        post("/documents/{id}/access", open, "documents-access-edit", access::change),
        post("/documents/{id}/files/{file}/access", open, "documents-access-edit", access::change_file),
        post("/documents/{id}/readers", share, "documents-share", access::share),
        post("/documents/{id}/readers/{reader}/remove", share, "documents-unshare", access::unshare),
        get("/admin/retention", acts, "documents-retention-run", disposal::index),
        post("/admin/retention", propose, "documents-disposal-propose", disposal::propose),
        get("/admin/retention/{id}", acts, "documents-act", disposal::show),
        post(
            "/admin/retention/{id}/approve",
            Access::Action(actions::ApproveDisposal::DEF),
            "documents-disposal-approve",
            disposal::approve,
        ),
        post(
            "/admin/retention/{id}/carry-out",
            Access::Action(actions::CarryOutDisposal::DEF),
            "documents-disposal-carry-out",
            disposal::carry_out,
        ),
        post("/admin/retention/{id}/cancel", propose, "documents-disposal-cancel", disposal::cancel),
        get("/admin/registers", manage, "documents-admin-registers", admin::index),
        post("/admin/registers", manage, "documents-add-register", admin::add),
        get("/admin/registers/sample", manage, "documents-sample", admin::sample),
        get("/admin/registers/{id}", manage, "documents-edit-register", admin::edit),
        post("/admin/registers/{id}", manage, "documents-edit-register", admin::update),
        get("/admin/classification", classes, "documents-classification", classes::show),
        post("/admin/classification", classes, "documents-add-class", classes::add),
        post("/admin/classification/copy", classes, "documents-copy-classes", classes::copy),
        post("/admin/classification/import", classes, "documents-import-classes", classes::import)
            .max_body(2 * 1024 * 1024),
        get("/admin/classification/export", classes, "documents-export-classes", classes::export),
        get("/admin/classification/{id}", classes, "documents-edit-class", class_edit::show),
        post("/admin/classification/{id}", classes, "documents-edit-class", class_edit::update),
        post("/admin/classification/{id}/remove", classes, "documents-class-remove", class_edit::remove),
    ]
}

/// The places of documents in the left rail.
pub(crate) const NAV: &[NavEntry] = &[
    NavEntry {
        href: "/registers",
        label: "documents-registers",
        icon: "book-open",
        group: "documents-group",
        action: Some(actions::ViewRegister::DEF),
    },
    NavEntry {
        href: "/admin/registers",
        label: "documents-admin-registers",
        icon: "hash",
        group: "documents-group-admin",
        action: Some(actions::ManageRegisters::DEF),
    },
    NavEntry {
        href: "/admin/classification",
        label: "documents-classification",
        icon: "folder-tree",
        group: "documents-group-admin",
        action: Some(actions::ManageClasses::DEF),
    },
    NavEntry {
        href: "/admin/retention",
        label: "documents-retention-run",
        icon: "archive",
        group: "documents-group-admin",
        action: Some(actions::ViewDisposal::DEF),
    },
];

/// Writes down whose papers are about to be shown.
async fn looked(op: &Op, action: &'static str, subjects: Vec<Uuid>) -> Result<(), OpError> {
    if subjects.is_empty() {
        return Ok(());
    }
    let mut tx = op.begin().await?;
    tx.audit(Audit::of_all(action, "document", subjects));
    tx.commit().await
}

/// A query string as a form; lists are read this way, so that a broken filter is a field's error, not a page's.
fn query(tr: &Tr, raw: Option<String>) -> FormState {
    let raw = raw.unwrap_or_default();
    let pairs: Vec<(String, String)> =
        form_urlencoded::parse(raw.as_bytes()).take(100).map(|(k, v)| (k.into_owned(), v.into_owned())).collect();
    FormState::read(tr, pairs)
}

/// An address with parameters; empty ones are left out.
fn address(path: &str, params: &BTreeMap<&str, String>) -> String {
    let mut out = form_urlencoded::Serializer::new(String::new());
    for (name, value) in params.iter().filter(|(_, v)| !v.is_empty()) {
        out.append_pair(name, value);
    }
    let query = out.finish();
    if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
}

/// The kinds of the house.
fn kinds(op: &Op) -> Kinds {
    op.kernel().extension::<Kinds>().cloned().unwrap_or_default()
}

fn state_chip(tr: &Tr, state: DocState) -> Html {
    let kind = match state {
        DocState::Draft => "draft",
        DocState::Circulating => "work",
        DocState::Registered => "done",
        DocState::Annulled => "void",
    };
    ui::c::chip(&kind, &tr.t(&format!("documents-state-{}", state.word())))
}

fn access_text(tr: &Tr, access: AccessLevel) -> String {
    tr.t(&format!("documents-access-{}", access.word()))
}

/// The name of a source system; one without a name is shown by its code.
fn source_text(tr: &Tr, source: &str) -> String {
    let key = format!("documents-source-{source}");
    if tr.has(&key) { tr.t(&key) } else { source.to_owned() }
}

/// The institutions of the municipality, as choices.
async fn institutions(read: &mut Read) -> sqlx::Result<Vec<(UnitId, String)>> {
    let tenant = read.op().tenant();
    let units = parties::units(read.conn(), tenant, None).await?;
    let institutions = units.into_iter().filter(|u| u.kind != parties::UnitKind::Unit);
    Ok(institutions.map(|u| (u.id, u.name)).collect())
}

fn unit_choices(units: &[(UnitId, String)]) -> Vec<Choice> {
    units.iter().map(|(id, name)| Choice::new(id.to_string(), name)).collect()
}

async fn names(read: &mut Read, persons: &[PersonId]) -> sqlx::Result<HashMap<PersonId, String>> {
    let tenant = read.op().tenant();
    parties::names(read.conn(), tenant, persons).await
}

fn size_text(tr: &Tr, bytes: i64) -> String {
    match bytes {
        0..1024 => format!("{bytes} B"),
        1024..1_048_576 => format!("{} kB", tr.number(bytes / 1024)),
        _ => {
            let tenths = bytes * 10 / 1_048_576;
            format!("{}{}{} MB", tr.number(tenths / 10), if tr.lang() == "lv" { "," } else { "." }, tenths % 10)
        }
    }
}
