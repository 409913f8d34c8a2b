//! Text of a PDF, page by page.

use std::panic::{AssertUnwindSafe, catch_unwind};

use pdf_extract::{Document, PlainTextOutput, output_doc_page};

use crate::MAX_OUTPUT;

/// Pages after this are not read.
const MAX_PAGES: usize = 2000;

pub fn text(bytes: &[u8]) -> Result<String, String> {
    let mut document = Document::load_mem(bytes).map_err(|error| format!("the PDF cannot be read: {error}"))?;
    if document.is_encrypted() {
        document.decrypt("").map_err(|_| "the PDF is locked with a password".to_owned())?;
    }
    let pages: Vec<u32> = document.get_pages().into_keys().take(MAX_PAGES).collect();
    let mut text = String::new();
    let mut broken = None;
    let mut read = 0_usize;
    for page in pages {
        match page_text(&document, page) {
            Ok(page) => {
                read += 1;
                text.push_str(page.trim());
                text.push_str("\n\n");
            }
            Err(reason) => broken = Some(format!("page {page} of the PDF cannot be read: {reason}")),
        }
        if text.len() > MAX_OUTPUT {
            break;
        }
    }
    // What can be found on the other pages is worth more than nothing; a file of broken pages only is broken.
    match broken {
        Some(reason) if read == 0 => Err(reason),
        _ => Ok(text.trim().to_owned()),
    }
}

/// The reader panics on some broken pages. Here, in the child, that may cost the page.
fn page_text(document: &Document, page: u32) -> Result<String, String> {
    let read = AssertUnwindSafe(|| {
        let mut text = String::new();
        output_doc_page(document, &mut PlainTextOutput::new(&mut text), page).map(|()| text)
    });
    match catch_unwind(read) {
        Ok(Ok(text)) => Ok(text),
        Ok(Err(error)) => Err(error.to_string()),
        Err(_) => Err("it breaks the reader".to_owned()),
    }
}
