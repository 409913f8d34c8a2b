//! Hybrid invoices: the XML inside a PDF/A-3 (Factur-X, ZUGFeRD), taken out and put in.
//!
//! Everything is bounded: the file, what a stream may inflate to, the number and the depth of what is looked at.

use lopdf::{Dictionary, Document, LoadOptions, Object, ObjectId, Stream, dictionary};

use crate::report::{Syntax, syntax_of};
use crate::rules::Book;
use crate::xml::{self, Limits};

/// No larger PDF is opened.
pub const MAX_PDF: usize = 100 << 20;
/// No stream may inflate to more.
const MAX_STREAM: usize = 64 << 20;
/// No more embedded files are looked at.
const MAX_FILES: usize = 200;
/// No tree of names is deeper.
const MAX_DEPTH: usize = 16;

/// Names that the standards give to the XML, best first.
const NAMES: [&str; 4] = ["factur-x.xml", "xrechnung.xml", "zugferd-invoice.xml", "ZUGFeRD-invoice.xml"];

/// An invoice out of a PDF.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Embedded {
    /// Name of the embedded file.
    pub name: String,
    /// Its relation to the PDF (`Alternative`, `Data`, `Source`), where it is told.
    pub relationship: Option<String>,
    /// The XML, as it stands.
    pub xml: Vec<u8>,
}

/// Why nothing came out of a PDF, or nothing could be put in.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PdfError {
    /// Not a PDF, or too broken to open.
    #[error("not a readable PDF: {0}")]
    Unreadable(String),
    /// Larger than [`MAX_PDF`].
    #[error("the PDF is too large")]
    TooLarge,
    /// Encrypted: nobody needs that for an invoice.
    #[error("the PDF is encrypted")]
    Encrypted,
    /// It carries no file that is an invoice.
    #[error("no invoice is embedded in the PDF")]
    NoInvoice,
    /// What should be embedded is no invoice.
    #[error("not an invoice in XML")]
    NotInvoice,
    /// The file could not be written.
    #[error("the PDF cannot be written: {0}")]
    Unwritable(String),
}

fn open(bytes: &[u8]) -> Result<Document, PdfError> {
    if bytes.len() > MAX_PDF {
        return Err(PdfError::TooLarge);
    }
    let head = bytes.get(..bytes.len().min(1024)).unwrap_or_default();
    if !head.windows(5).any(|five| five == b"%PDF-") {
        return Err(PdfError::Unreadable("no PDF header".to_owned()));
    }
    let options = LoadOptions { max_decompressed_size: Some(MAX_STREAM), ..LoadOptions::default() };
    let document =
        Document::load_mem_with_options(bytes, options).map_err(|error| PdfError::Unreadable(error.to_string()))?;
    if document.trailer.has(b"Encrypt") { Err(PdfError::Encrypted) } else { Ok(document) }
}

/// Takes the invoice out of a hybrid PDF: a file with one of the standards' names first, else any that is an invoice.
///
/// # Errors
/// Not a PDF, or one without an invoice.
pub fn extract(bytes: &[u8]) -> Result<Embedded, PdfError> {
    let document = open(bytes)?;
    let mut files = embedded(&document);
    let rank = |name: &str| NAMES.iter().position(|known| known.eq_ignore_ascii_case(name)).unwrap_or(NAMES.len());
    files.sort_by_key(|(name, ..)| rank(name));
    for (name, relationship, stream) in files {
        let Ok(xml) = stream.get_plain_content_with_limit(MAX_STREAM) else { continue };
        if is_invoice(&xml) {
            return Ok(Embedded { name, relationship, xml });
        }
    }
    Err(PdfError::NoInvoice)
}

fn is_invoice(bytes: &[u8]) -> bool {
    let book = Book::get();
    // ZUGFeRD 1 has a root of its own: it is no EN 16931 invoice, yet it is what the supplier sent.
    let old = bytes.windows(45).any(|part| part == b"urn:ferd:CrossIndustryDocument:invoice:1p0\"".as_slice());
    let read = xml::read(bytes, &book.names, Limits::default());
    read.is_ok_and(|tree| !matches!(syntax_of(&tree, book), Syntax::Unknown | Syntax::InvoiceResponse)) || old
}

type File<'d> = (String, Option<String>, &'d Stream);

/// Every embedded file: by the tree of names, by the associated files, and by plain search.
fn embedded(document: &Document) -> Vec<File<'_>> {
    let mut specs: Vec<&Dictionary> = Vec::new();
    if let Ok(catalog) = document.catalog() {
        if let Some(tree) =
            child(document, catalog, b"Names").and_then(|names| child(document, names, b"EmbeddedFiles"))
        {
            names(document, tree, 0, &mut 0, &mut specs);
        }
        if let Some(Object::Array(files)) = catalog.get(b"AF").ok().and_then(|files| resolved(document, files)) {
            specs.extend(files.iter().filter_map(|file| dictionary(document, file)));
        }
    }
    let is_spec = |object: &Object| object.as_dict().is_ok_and(|spec| spec.has(b"EF"));
    specs.extend(document.objects.values().filter(|object| is_spec(object)).filter_map(|spec| spec.as_dict().ok()));
    let mut out: Vec<File<'_>> = Vec::new();
    for spec in specs.into_iter().take(MAX_FILES * 3) {
        let Some(file) = file(document, spec) else { continue };
        if out.len() < MAX_FILES && !out.iter().any(|(_, _, known)| std::ptr::eq(*known, file.2)) {
            out.push(file);
        }
    }
    out
}

fn resolved<'d>(document: &'d Document, object: &'d Object) -> Option<&'d Object> {
    document.dereference(object).ok().map(|(_, object)| object)
}

fn dictionary<'d>(document: &'d Document, object: &'d Object) -> Option<&'d Dictionary> {
    resolved(document, object)?.as_dict().ok()
}

fn child<'d>(document: &'d Document, parent: &'d Dictionary, key: &[u8]) -> Option<&'d Dictionary> {
    dictionary(document, parent.get(key).ok()?)
}

/// The files of a tree of names; `visits` bounds a tree that bites its own tail.
fn names<'d>(
    document: &'d Document,
    tree: &'d Dictionary,
    depth: usize,
    visits: &mut usize,
    out: &mut Vec<&'d Dictionary>,
) {
    if depth > MAX_DEPTH || *visits > MAX_FILES || out.len() > MAX_FILES {
        return;
    }
    *visits += 1;
    if let Some(Object::Array(pairs)) = tree.get(b"Names").ok().and_then(|pairs| resolved(document, pairs)) {
        out.extend(pairs.iter().skip(1).step_by(2).take(MAX_FILES).filter_map(|spec| dictionary(document, spec)));
    }
    if let Some(Object::Array(kids)) = tree.get(b"Kids").ok().and_then(|kids| resolved(document, kids)) {
        for kid in kids.iter().take(MAX_FILES).filter_map(|kid| dictionary(document, kid)) {
            names(document, kid, depth + 1, visits, out);
        }
    }
}

fn file<'d>(document: &'d Document, spec: &'d Dictionary) -> Option<File<'d>> {
    let text = |key: &[u8]| {
        let object = resolved(document, spec.get(key).ok()?)?;
        lopdf::decode_text_string(object).ok().filter(|name| !name.is_empty())
    };
    let files = child(document, spec, b"EF")?;
    let stream =
        [&b"F"[..], b"UF"].into_iter().find_map(|key| resolved(document, files.get(key).ok()?)?.as_stream().ok());
    let relationship = spec.get(b"AFRelationship").ok().and_then(|name| resolved(document, name)?.as_name().ok());
    let relationship = relationship.map(|name| String::from_utf8_lossy(name).into_owned());
    Some((text(b"UF").or_else(|| text(b"F")).unwrap_or_default(), relationship, stream?))
}

/// Puts an invoice into a PDF as Factur-X does: the XML as an associated file, and the metadata that tells of it.
/// A PDF/A-2 becomes a PDF/A-3; another PDF gets the invoice but does not become archival.
///
/// # Errors
/// The PDF cannot be opened or written, or the XML is no invoice.
pub fn embed(pdf: &[u8], invoice: &[u8]) -> Result<Vec<u8>, PdfError> {
    if !is_invoice(invoice) {
        return Err(PdfError::NotInvoice);
    }
    let mut document = open(pdf)?;
    let cii = crate::validate(invoice, crate::Policy::En16931).syntax == Syntax::Cii;
    // The name that Factur-X prescribes is for CII; UBL has the one that German suppliers use for it.
    let name = if cii { "factur-x.xml" } else { "xrechnung.xml" };
    let size = i64::try_from(invoice.len()).unwrap_or(i64::MAX);
    let head = dictionary! {
        "Type" => "EmbeddedFile",
        "Subtype" => "text/xml",
        "Params" => dictionary! { "Size" => size },
    };
    let mut stream = Stream::new(head, invoice.to_vec());
    stream.compress().map_err(|error| PdfError::Unwritable(error.to_string()))?;
    let stream = document.add_object(stream);
    let spec = document.add_object(dictionary! {
        "Type" => "Filespec",
        "F" => Object::string_literal(name),
        "UF" => Object::string_literal(name),
        "AFRelationship" => "Alternative",
        "Desc" => Object::string_literal("EN 16931 invoice"),
        "EF" => dictionary! { "F" => stream, "UF" => stream },
    });
    attach(&mut document, name, spec)?;
    metadata(&mut document, name)?;
    let mut out = Vec::new();
    document.save_to(&mut out).map_err(|error| PdfError::Unwritable(error.to_string()))?;
    Ok(out)
}

/// Enters a file into the catalogue's names and associated files, beside those that stand there.
fn attach(document: &mut Document, name: &str, spec: ObjectId) -> Result<(), PdfError> {
    let broken = |error: lopdf::Error| PdfError::Unreadable(error.to_string());
    let catalog = document.catalog().map_err(broken)?;
    let mut specs: Vec<&Dictionary> = Vec::new();
    let tree = child(document, catalog, b"Names").and_then(|names| child(document, names, b"EmbeddedFiles"));
    if tree.is_some_and(|tree| tree.has(b"Kids")) {
        return Err(PdfError::Unwritable("the PDF has a large tree of embedded files of its own".to_owned()));
    }
    let mut pairs: Vec<Object> = Vec::new();
    if let Some(tree) = tree {
        names(document, tree, 0, &mut 0, &mut specs);
        if let Some(Object::Array(known)) = tree.get(b"Names").ok().and_then(|known| resolved(document, known)) {
            pairs.extend(known.iter().cloned());
        }
    }
    pairs.extend([Object::string_literal(name), Object::Reference(spec)]);
    let mut chunks: Vec<Vec<Object>> = pairs.chunks(2).map(<[Object]>::to_vec).collect();
    // A tree of names is sorted.
    chunks.sort_by_key(|pair| pair.first().and_then(|name| name.as_str().ok().map(<[u8]>::to_vec)));
    let mut all = child(document, catalog, b"Names").cloned().unwrap_or_default();
    all.set("EmbeddedFiles", dictionary! { "Names" => chunks.concat() });
    let mut files = match catalog.get(b"AF").ok().and_then(|files| resolved(document, files)) {
        Some(Object::Array(files)) => files.clone(),
        _ => Vec::new(),
    };
    files.push(Object::Reference(spec));
    let catalog = document.catalog_mut().map_err(broken)?;
    catalog.set("Names", all);
    catalog.set("AF", files);
    if catalog.get(b"PageMode").is_err() {
        catalog.set("PageMode", "UseAttachments");
    }
    Ok(())
}

/// What Factur-X asks of the metadata: which file, which kind, and the words for it in PDF/A's own terms.
fn metadata(document: &mut Document, name: &str) -> Result<(), PdfError> {
    let id = document.catalog().ok().and_then(|catalog| catalog.get(b"Metadata").ok()?.as_reference().ok());
    let Some(id) = id else { return Ok(()) };
    let Some(stream) = document.get_object(id).ok().and_then(|object| object.as_stream().ok()) else { return Ok(()) };
    let plain = stream.get_plain_content_with_limit(MAX_STREAM).unwrap_or_default();
    let Ok(text) = String::from_utf8(plain) else { return Ok(()) };
    let text = text
        .replace("<pdfaid:part>2</pdfaid:part>", "<pdfaid:part>3</pdfaid:part>")
        .replace("pdfaid:part=\"2\"", "pdfaid:part=\"3\"");
    let Some((before, after)) = text.rsplit_once("</rdf:RDF>") else { return Ok(()) };
    let said =
        if before.contains("factur-x:pdfa:CrossIndustryDocument") { String::new() } else { describe(name, before) };
    let text =
        match (before.contains("<pdfaExtension:schemas>"), before.split_once("</rdf:Bag></pdfaExtension:schemas>")) {
            (true, Some((head, tail))) => {
                format!("{head}{SCHEMA}</rdf:Bag></pdfaExtension:schemas>{tail}{said}</rdf:RDF>{after}")
            }
            _ => format!("{before}{said}</rdf:RDF>{after}"),
        };
    let dictionary = dictionary! { "Type" => "Metadata", "Subtype" => "XML" };
    document.objects.insert(id, Object::Stream(Stream::new(dictionary, text.into_bytes()).with_compression(false)));
    Ok(())
}

fn describe(name: &str, before: &str) -> String {
    let schemas = if before.contains("<pdfaExtension:schemas>") {
        String::new()
    } else {
        format!(
            "<rdf:Description rdf:about=\"\" xmlns:pdfaExtension=\"http://www.aiim.org/pdfa/ns/extension/\" \
             xmlns:pdfaSchema=\"http://www.aiim.org/pdfa/ns/schema#\" \
             xmlns:pdfaProperty=\"http://www.aiim.org/pdfa/ns/property#\">\
             <pdfaExtension:schemas><rdf:Bag>{SCHEMA}</rdf:Bag></pdfaExtension:schemas></rdf:Description>"
        )
    };
    format!(
        "<rdf:Description rdf:about=\"\" xmlns:fx=\"urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#\">\
         <fx:DocumentType>INVOICE</fx:DocumentType><fx:DocumentFileName>{name}</fx:DocumentFileName>\
         <fx:Version>1.0</fx:Version><fx:ConformanceLevel>EN 16931</fx:ConformanceLevel></rdf:Description>{schemas}"
    )
}

/// The four words of Factur-X, described as PDF/A asks.
const SCHEMA: &str = concat!(
    "<rdf:li rdf:parseType=\"Resource\"><pdfaSchema:schema>Factur-X PDFA Extension Schema</pdfaSchema:schema>",
    "<pdfaSchema:namespaceURI>urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#</pdfaSchema:namespaceURI>",
    "<pdfaSchema:prefix>fx</pdfaSchema:prefix><pdfaSchema:property><rdf:Seq>",
    "<rdf:li rdf:parseType=\"Resource\"><pdfaProperty:name>DocumentFileName</pdfaProperty:name>",
    "<pdfaProperty:valueType>Text</pdfaProperty:valueType><pdfaProperty:category>external</pdfaProperty:category>",
    "<pdfaProperty:description>The name of the embedded XML document</pdfaProperty:description></rdf:li>",
    "<rdf:li rdf:parseType=\"Resource\"><pdfaProperty:name>DocumentType</pdfaProperty:name>",
    "<pdfaProperty:valueType>Text</pdfaProperty:valueType><pdfaProperty:category>external</pdfaProperty:category>",
    "<pdfaProperty:description>The type of the hybrid document in capital letters</pdfaProperty:description></rdf:li>",
    "<rdf:li rdf:parseType=\"Resource\"><pdfaProperty:name>Version</pdfaProperty:name>",
    "<pdfaProperty:valueType>Text</pdfaProperty:valueType><pdfaProperty:category>external</pdfaProperty:category>",
    "<pdfaProperty:description>The version of the standard of the embedded XML</pdfaProperty:description></rdf:li>",
    "<rdf:li rdf:parseType=\"Resource\"><pdfaProperty:name>ConformanceLevel</pdfaProperty:name>",
    "<pdfaProperty:valueType>Text</pdfaProperty:valueType><pdfaProperty:category>external</pdfaProperty:category>",
    "<pdfaProperty:description>The conformance level of the embedded XML</pdfaProperty:description></rdf:li>",
    "</rdf:Seq></pdfaSchema:property></rdf:li>"
);
