//! Orders, applications and certificates as PDF/A: a letterhead, the text, the signature block.

use std::sync::Arc;

use documents::{
    FileRole, NewFile, PdfRenderer,
    ports::{Block, Letter},
};
use i18n::Tr;
use jobs::JobError;
use op::{Facts, Held as _, Op};
use parties::Unit;
use sha2::{Digest as _, Sha256};
use types::{DocumentId, Locale, PersonId, Timestamp, UnitId};
use uuid::Uuid;

use crate::{
    actions::DraftOrder,
    asks::{Ask, Kind},
    orders,
    store::{self, LetterRow, Order},
};

/// What is older is rendered when somebody asks for it: history that was carried over needs no PDF of each paper.
const FRESH_DAYS: i64 = 7;

fn is_fresh(op: &Op, at: Timestamp) -> bool {
    (op.now() - at).num_days() <= FRESH_DAYS
}

/// A letter of an institution.
struct Draft {
    document: DocumentId,
    file: &'static str,
    institution: UnitId,
    title: String,
    fields: Vec<(String, String)>,
    text: String,
    /// Who signs: a person, or whoever heads the institution.
    signs: Option<Option<PersonId>>,
    note: &'static str,
    footer: String,
    at: Timestamp,
}

fn letterhead(unit: &Unit) -> Vec<String> {
    let registration = unit.registration_number.as_ref().map(|n| format!("Reģ. Nr. {n}"));
    let lines = [Some(unit.name.clone()), registration, unit.address.clone(), unit.email.clone()];
    lines.into_iter().flatten().filter(|l| !l.is_empty()).collect()
}

async fn compose(op: &Op, d: &Draft) -> Result<Letter, JobError> {
    let mut read = op.read().await?;
    let (tenant, today) = (op.tenant(), types::local_date(d.at));
    let unit = parties::unit(read.conn(), tenant, d.institution).await?;
    let unit = unit.ok_or_else(|| JobError::Dead("the institution is not there".to_owned()))?;
    let mut blocks = vec![Block::Fields(d.fields.clone())];
    blocks.extend(d.text.lines().filter(|l| !l.trim().is_empty()).map(|l| Block::Paragraph(l.trim().to_owned())));
    if let Some(signs) = d.signs {
        let person = match signs {
            Some(person) => Some(person),
            None => {
                let heads = parties::holders(read.conn(), tenant, d.institution, parties::role::HEAD, today).await?;
                heads.and_then(|(_, people)| people.first().copied())
            }
        };
        if let Some(person) = person {
            let name = parties::name(read.conn(), tenant, person).await?;
            let post = parties::main_employment(read.conn(), tenant, person, today).await?;
            let post = post.map(|e| e.post_title).unwrap_or_default();
            blocks.push(Block::Signature { post, name, note: d.note.to_owned() });
        }
    }
    Ok(Letter {
        lang: Locale::Lv,
        title: d.title.clone(),
        author: unit.name.clone(),
        letterhead: letterhead(&unit),
        blocks,
        footer: d.footer.clone(),
        created: d.at,
    })
}

/// Renders and attaches one; what was rendered before as it is stays.
async fn put(op: &Op, renderer: &Arc<dyn PdfRenderer>, d: &Draft) -> Result<(), JobError> {
    let letter = compose(op, d).await?;
    let bytes = renderer.render(&letter).map_err(JobError::Dead)?;
    let digest = hex(&Sha256::digest(&bytes));
    let mut tx = op.begin().await?;
    let may = tx.create::<DraftOrder>(&Facts::default())?;
    if !store::is_new_rendering(&mut tx, &may, d.document, &digest).await? {
        return Ok(());
    }
    let file =
        NewFile { name: d.file.to_owned(), media_type: "application/pdf".to_owned(), bytes, role: FileRole::Rendering };
    documents::attach(&mut tx, &may, d.document, vec![file]).await?;
    Ok(tx.commit().await?)
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(64), |mut text, b| {
        let _ = write!(text, "{b:02x}");
        text
    })
}

fn renderer(op: &Op) -> Option<Arc<dyn PdfRenderer>> {
    op.kernel().extension::<Arc<dyn PdfRenderer>>().cloned()
}

/// Orders: as a draft before the signature, with number and date after it.
pub(crate) async fn orders(op: &Op, ids: &[Uuid], asked: bool) -> Result<(), JobError> {
    let Some(renderer) = renderer(op) else { return Ok(()) };
    let mut read = op.read().await?;
    let found: Vec<Order> = sqlx::query_as(Order::SELECT).bind(op.tenant()).bind(ids).fetch_all(read.conn()).await?;
    drop(read);
    for o in &found {
        if !asked && !is_fresh(op, o.signed_at.unwrap_or(o.prepared_at)) {
            continue;
        }
        put(op, &renderer, &order_draft(o)).await?;
    }
    Ok(())
}

fn order_draft(o: &Order) -> Draft {
    let date = |at: Timestamp| orders::date(types::local_date(at));
    let (fields, note, footer, at) = match (o.signed_at, &o.number) {
        (Some(at), Some(number)) => {
            let note = if o.signed_electronically {
                "Dokuments parakstīts ar drošu elektronisko parakstu un satur laika zīmogu"
            } else {
                "Parakstīts uz papīra"
            };
            let fields = vec![("Datums".to_owned(), date(at)), ("Nr.".to_owned(), number.clone())];
            (fields, note, format!("Rīkojums Nr. {number}"), at)
        }
        // This is what is signed: number and date come with registration, and the time stamp proves when.
        _ => (vec![("Sagatavots".to_owned(), date(o.prepared_at))], "", String::new(), o.prepared_at),
    };
    Draft {
        document: o.document_id,
        file: "rikojums.pdf",
        institution: o.institution_id,
        title: o.title.clone(),
        fields,
        text: o.text.clone(),
        signs: Some(o.signed_by),
        note,
        footer,
        at,
    }
}

/// Certificates of employment.
pub(crate) async fn certificates(op: &Op, documents: &[Uuid]) -> Result<(), JobError> {
    let Some(renderer) = renderer(op) else { return Ok(()) };
    let mut read = op.read().await?;
    let found = store::letters(read.conn(), op.tenant(), documents).await?;
    let mut numbered = Vec::new();
    for letter in found {
        let document: documents::Document = read.see(letter.id).await?;
        numbered.push((letter, document.number));
    }
    drop(read);
    for (letter, number) in numbered {
        if is_fresh(op, letter.issued_at) {
            put(op, &renderer, &certificate_draft(letter, number)).await?;
        }
    }
    Ok(())
}

fn certificate_draft(l: LetterRow, number: Option<String>) -> Draft {
    let mut fields = vec![("Datums".to_owned(), orders::date(types::local_date(l.issued_at)))];
    fields.extend(number.map(|n| ("Nr.".to_owned(), n)));
    Draft {
        document: l.id,
        file: "izzina.pdf",
        institution: l.institution_id,
        title: l.title,
        fields,
        text: l.text,
        signs: Some(None),
        note: "",
        footer: String::new(),
        at: l.issued_at,
    }
}

/// Applications, as they were filed.
pub(crate) async fn applications(op: &Op, ids: &[Uuid]) -> Result<(), JobError> {
    let Some(renderer) = renderer(op) else { return Ok(()) };
    let mut read = op.read().await?;
    let found: Vec<workflow::Application> =
        sqlx::query_as(workflow::Application::SELECT).bind(op.tenant()).bind(ids).fetch_all(read.conn()).await?;
    let people: Vec<PersonId> = found.iter().map(|a| a.applicant_id).collect();
    let names = parties::names(read.conn(), op.tenant(), &people).await?;
    drop(read);
    for a in &found {
        let ask = Kind::from_service(&a.service).and_then(|k| Ask::read(k, &a.payload).ok());
        let (Some(ask), Some(document)) = (ask, a.document_id) else { continue };
        if !is_fresh(op, a.filed_at) {
            continue;
        }
        let name = names.get(&a.applicant_id).cloned().unwrap_or_default();
        put(op, &renderer, &application_draft(a, &ask, document, name)).await?;
    }
    Ok(())
}

fn application_draft(a: &workflow::Application, ask: &Ask, document: DocumentId, name: String) -> Draft {
    let filed = types::local_date(a.filed_at);
    let mut fields = vec![("Darbinieks".to_owned(), name), ("Iesniegts".to_owned(), orders::date(filed))];
    fields.extend(official_rows(ask));
    Draft {
        document,
        file: "iesniegums.pdf",
        institution: a.institution_id,
        title: format!("Iesniegums: {}", official_title(ask.kind())),
        fields,
        text: String::new(),
        signs: None,
        note: "",
        footer: String::new(),
        at: a.filed_at,
    }
}

/// Official papers speak Latvian, whatever the reader's language.
fn official() -> Option<Tr> {
    static TR: std::sync::LazyLock<Option<Tr>> = std::sync::LazyLock::new(|| {
        let catalog = i18n::Catalog::new(&[ui::TEXTS, crate::TEXTS]).ok()?;
        Some(Tr::new(Arc::new(catalog), Locale::Lv))
    });
    TR.clone()
}

fn official_title(kind: Kind) -> String {
    official().map(|tr| tr.t(crate::offers::title(kind))).unwrap_or_default()
}

fn official_rows(ask: &Ask) -> Vec<(String, String)> {
    official().map(|tr| crate::pages::official_rows(&tr, ask)).unwrap_or_default()
}
