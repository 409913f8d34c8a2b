//! `novads einvoice convert`, `extract` and `render`

use std::{fs, io::Write as _, path::Path};

use anyhow::{Context as _, Result, bail};
use chrono::{DateTime, NaiveDate};
use documents::ports::{Block, Letter, PdfRenderer as _};
use en16931::model::{self, Target};
use en16931::view::{self, Part, View};
use en16931::{pdf, view::Language};
use port_pdf::LetterPdf;
use types::{Locale, Timestamp};

use super::args::{Convert, Extract, Look, Render, Syntax, ViewLanguage};
use crate::{DONE, NOT_SO};

/// Writes an invoice in another syntax; what could not go along is told on standard error.
pub(super) fn convert(args: &Convert) -> Result<u8> {
    let bytes = invoice(&args.file)?;
    let target = match args.to {
        Syntax::Ubl => Target::Ubl,
        Syntax::Cii => Target::Cii,
    };
    let done = model::convert(&bytes, target).with_context(|| format!("{} cannot be read", args.file.display()))?;
    if let Some(report) = &args.report {
        write(Some(report), serde_json::to_string_pretty(&done.lost)?.as_bytes())?;
    } else {
        for lost in &done.lost {
            let _ = writeln!(std::io::stderr(), "not carried over: {} = {}", lost.place, lost.value);
        }
    }
    if args.strict && !done.lost.is_empty() {
        return Ok(NOT_SO);
    }
    write(args.out.as_deref(), done.xml.as_bytes())?;
    Ok(DONE)
}

/// Takes the XML out of a hybrid PDF, byte for byte.
pub(super) fn extract(args: &Extract) -> Result<u8> {
    let bytes = super::read(&args.file).with_context(|| format!("cannot read {}", args.file.display()))?;
    let found = pdf::extract(&bytes).with_context(|| args.file.display().to_string())?;
    write(args.out.as_deref(), &found.xml)?;
    Ok(DONE)
}

/// Shows an invoice to people.
pub(super) fn render(args: &Render) -> Result<u8> {
    let bytes = invoice(&args.file)?;
    let read = model::read(&bytes).with_context(|| format!("{} cannot be read", args.file.display()))?;
    let language = match args.language {
        ViewLanguage::Lv => Language::Latvian,
        ViewLanguage::En => Language::English,
    };
    let shown = view::view(&read, language);
    if args.format == Look::Html {
        write(args.out.as_deref(), view::html(&shown).as_bytes())?;
        return Ok(DONE);
    }
    // The day of the invoice, so that the same invoice gives the same bytes.
    let day = NaiveDate::parse_from_str(&read.issue_date, "%Y-%m-%d").ok().and_then(|day| day.and_hms_opt(0, 0, 0));
    let created = day.map_or(DateTime::UNIX_EPOCH, |day| day.and_utc());
    let letter = letter(shown, read.seller.name, created);
    let page = LetterPdf::new().and_then(|port| port.render(&letter)).map_err(anyhow::Error::msg)?;
    let whole = if args.format == Look::Hybrid { pdf::embed(&page, &bytes)? } else { page };
    write(args.out.as_deref(), &whole)?;
    Ok(DONE)
}

/// The XML of a file that is XML, or a hybrid PDF.
fn invoice(path: &Path) -> Result<Vec<u8>> {
    let bytes = super::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    if !bytes.starts_with(b"%PDF-") {
        return Ok(bytes);
    }
    Ok(pdf::extract(&bytes).with_context(|| path.display().to_string())?.xml)
}

fn letter(view: View, author: String, created: Timestamp) -> Letter {
    let mut blocks = Vec::new();
    for section in view.sections {
        if !section.title.is_empty() {
            blocks.push(Block::Heading(section.title.clone()));
        }
        for part in section.parts {
            match part {
                Part::Fields(fields) => {
                    let named = |(name, value): (String, String)| {
                        (if name.is_empty() { section.title.clone() } else { name }, value)
                    };
                    blocks.push(Block::Fields(fields.into_iter().map(named).collect()));
                }
                Part::Table { head, rows, right } => blocks.push(Block::Table { head, rows, right }),
            }
        }
    }
    Letter {
        lang: if view.language == Language::Latvian { Locale::Lv } else { Locale::En },
        footer: view.title.clone(),
        title: view.title,
        author: if author.trim().is_empty() { "–".to_owned() } else { author },
        letterhead: Vec::new(),
        blocks,
        created,
    }
}

/// Into a file, or to standard output.
fn write(out: Option<&Path>, bytes: &[u8]) -> Result<()> {
    let Some(file) = out else {
        // A reader that has gone away (`| head`) is no error.
        let _ = std::io::stdout().lock().write_all(bytes);
        return Ok(());
    };
    if file.is_dir() {
        bail!("{} is a folder", file.display());
    }
    fs::write(file, bytes).with_context(|| format!("cannot write {}", file.display()))
}
