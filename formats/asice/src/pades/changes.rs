//! What was changed after a signature: later revisions may add signatures and what proves them, not more.

use std::collections::HashSet;

use super::file::{Pdf, Place};
use super::object::{Dict, Object, Result};

const MAX_PAGES: usize = 200_000;
const MAX_SHOWN: usize = 20;
/// Objects of the store of proofs (DSS) that are followed.
const MAX_PROOFS: usize = 50_000;

/// What later revisions did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Changes {
    /// What no signature permits, by object.
    pub forbidden: Vec<String>,
    /// Whether forms were filled in.
    pub forms: bool,
    /// Whether further signatures (not document time stamps) were added.
    pub signatures: bool,
}

struct Roles {
    catalog: u32,
    form: Option<u32>,
    fields: Option<u32>,
    pages: HashSet<u32>,
    annotations: HashSet<u32>,
    proofs: HashSet<u32>,
    information: HashSet<u32>,
}

/// Compares the signed revision with the whole file.
///
/// # Errors
/// One of them cannot be read.
pub fn since(signed: &Pdf<'_>, current: &Pdf<'_>) -> Result<Changes> {
    let mut changes = Changes::default();
    if signed.trailer.get("Root") != current.trailer.get("Root") {
        changes.forbidden.push("another catalogue".to_owned());
        return Ok(changes);
    }
    let roles = roles(signed)?;
    let mut numbers: Vec<u32> = signed.numbers().collect();
    numbers.sort_unstable();
    for number in numbers {
        if changes.forbidden.len() >= MAX_SHOWN {
            break;
        }
        let (before, after) = (signed.place_of(number), current.place_of(number));
        if before == Place::Free || is_same_place(signed, current, before, after) {
            continue;
        }
        let (old, new) = (signed.object(number)?, current.object(number)?);
        if is_same_value(signed, current, &old, &new)? || is_file_structure(&old) {
            continue;
        }
        if let Some(what) = judge(signed, current, &roles, number, &old, &new, &mut changes)? {
            changes.forbidden.push(format!("object {number}: {what}"));
        }
    }
    Ok(changes)
}

fn is_same_place(signed: &Pdf<'_>, current: &Pdf<'_>, before: Place, after: Place) -> bool {
    before == after
        && match before {
            Place::In(container, _) => signed.place_of(container) == current.place_of(container),
            _ => true,
        }
}

fn is_same_value(signed: &Pdf<'_>, current: &Pdf<'_>, old: &Object, new: &Object) -> Result<bool> {
    match (old, new) {
        (Object::Stream(left, at), Object::Stream(right, to)) => {
            Ok(left == right && signed.raw_stream(left, *at)? == current.raw_stream(right, *to)?)
        }
        _ => Ok(old == new),
    }
}

/// Cross-reference and object streams carry the file, not the document.
fn is_file_structure(value: &Object) -> bool {
    matches!(value, Object::Stream(dict, _) if dict.is("Type", "XRef") || dict.is("Type", "ObjStm"))
}

fn reference(dict: &Dict, key: &str) -> Option<u32> {
    if let Some(Object::Ref(number, _)) = dict.get(key) { Some(*number) } else { None }
}

fn roles(signed: &Pdf<'_>) -> Result<Roles> {
    let (number, catalog) = signed.catalog()?;
    let form = signed.form()?;
    let mut roles = Roles {
        catalog: number,
        form: form.as_ref().and_then(|(number, _)| *number),
        fields: form.as_ref().and_then(|(_, dict)| reference(dict, "Fields")),
        pages: HashSet::new(),
        annotations: HashSet::new(),
        proofs: HashSet::new(),
        information: HashSet::new(),
    };
    roles.information.extend(reference(&signed.trailer, "Info"));
    roles.information.extend(reference(&catalog, "Metadata"));
    let mut open: Vec<u32> = reference(&catalog, "Pages").into_iter().collect();
    while let Some(number) = open.pop() {
        if roles.pages.len() > MAX_PAGES || !roles.pages.insert(number) {
            continue;
        }
        let Object::Dict(node) = signed.object(number)? else { continue };
        roles.annotations.extend(reference(&node, "Annots"));
        if let Object::Array(kids) = signed.get(&node, "Kids")? {
            open.extend(
                kids.iter().filter_map(|kid| if let Object::Ref(number, _) = kid { Some(*number) } else { None }),
            );
        }
    }
    if let Some(value) = catalog.get("DSS") {
        follow(signed, value, &mut roles.proofs)?;
    }
    Ok(roles)
}

/// Everything reachable from a value.
fn follow(pdf: &Pdf<'_>, from: &Object, found: &mut HashSet<u32>) -> Result<()> {
    let mut open = vec![from.clone()];
    while let Some(value) = open.pop() {
        match value {
            Object::Ref(number, _) if found.len() < MAX_PROOFS && found.insert(number) => {
                open.push(pdf.object(number)?)
            }
            Object::Array(items) => open.extend(items),
            Object::Dict(dict) | Object::Stream(dict, _) => open.extend(dict.0.into_iter().map(|(_, value)| value)),
            _ => {}
        }
    }
    Ok(())
}

/// Says what is wrong with a change, if anything is.
fn judge(
    signed: &Pdf<'_>,
    current: &Pdf<'_>,
    roles: &Roles,
    number: u32,
    old: &Object,
    new: &Object,
    changes: &mut Changes,
) -> Result<Option<String>> {
    if roles.proofs.contains(&number) || roles.information.contains(&number) {
        return Ok(None);
    }
    let pair = (signed, current);
    if let (Object::Array(before), Object::Array(after)) = (old, new)
        && (roles.fields == Some(number) || roles.annotations.contains(&number))
    {
        return added(pair, before, after, changes);
    }
    let (Object::Dict(before), Object::Dict(after)) = (old, new) else {
        return Ok(Some("replaced or removed".to_owned()));
    };
    if number == roles.catalog {
        return catalog(pair, before, after, changes);
    }
    if roles.form == Some(number) {
        return form(pair, before, after, changes);
    }
    if roles.pages.contains(&number) {
        return page(pair, before, after, changes);
    }
    field(pair, before, after, changes)
}

type Pair<'p, 'a, 'b> = (&'p Pdf<'a>, &'p Pdf<'b>);

fn catalog(pair: Pair<'_, '_, '_>, before: &Dict, after: &Dict, changes: &mut Changes) -> Result<Option<String>> {
    for key in before.differing(after) {
        match key.as_str() {
            "DSS" | "Extensions" | "Version" | "Metadata" => {}
            "AcroForm" => {
                let old = pair.0.get(before, "AcroForm")?;
                let new = pair.1.get(after, "AcroForm")?;
                let empty = Dict::default();
                let (old, new) = (old.dict().unwrap_or(&empty), new.dict().unwrap_or(&empty));
                if let Some(wrong) = form(pair, old, new, changes)? {
                    return Ok(Some(wrong));
                }
            }
            _ => return Ok(Some(format!("{key} of the catalogue"))),
        }
    }
    Ok(None)
}

fn form(pair: Pair<'_, '_, '_>, before: &Dict, after: &Dict, changes: &mut Changes) -> Result<Option<String>> {
    for key in before.differing(after) {
        match key.as_str() {
            // Resources and defaults for appearances of new fields.
            "SigFlags" | "DR" | "DA" => {}
            "Fields" => {
                if let Some(wrong) = added_items(pair, before, after, "Fields", changes)? {
                    return Ok(Some(wrong));
                }
            }
            _ => return Ok(Some(format!("{key} of the form"))),
        }
    }
    Ok(None)
}

fn page(pair: Pair<'_, '_, '_>, before: &Dict, after: &Dict, changes: &mut Changes) -> Result<Option<String>> {
    for key in before.differing(after) {
        if key != "Annots" {
            return Ok(Some(format!("{key} of a page")));
        }
        if let Some(wrong) = added_items(pair, before, after, "Annots", changes)? {
            return Ok(Some(wrong));
        }
    }
    Ok(None)
}

fn added_items(
    pair: Pair<'_, '_, '_>,
    before: &Dict,
    after: &Dict,
    key: &str,
    changes: &mut Changes,
) -> Result<Option<String>> {
    let items = |value: Object| if let Object::Array(items) = value { items } else { Vec::new() };
    added(pair, &items(pair.0.get(before, key)?), &items(pair.1.get(after, key)?), changes)
}

/// Old items must all stay; new ones must be signature fields.
fn added(pair: Pair<'_, '_, '_>, before: &[Object], after: &[Object], changes: &mut Changes) -> Result<Option<String>> {
    if before.iter().any(|item| !after.contains(item)) {
        return Ok(Some("a field or note was taken away".to_owned()));
    }
    for item in after.iter().filter(|item| !before.contains(item)) {
        let Object::Dict(dict) = pair.1.resolve(item)? else {
            return Ok(Some("something else than a signature was added".to_owned()));
        };
        let parent = pair.1.get(&dict, "Parent")?;
        let is_signature = dict.is("FT", "Sig") || parent.dict().is_some_and(|parent| parent.is("FT", "Sig"));
        if !is_signature {
            return Ok(Some("something else than a signature was added".to_owned()));
        }
        note_signature(pair.1, &dict, changes)?;
    }
    Ok(None)
}

fn note_signature(current: &Pdf<'_>, dict: &Dict, changes: &mut Changes) -> Result<()> {
    if let Object::Dict(value) = current.get(dict, "V")? {
        changes.signatures |= !value.is("SubFilter", "ETSI.RFC3161");
    }
    Ok(())
}

/// A form field may get its value, a signature field its signature, if it had none.
fn field(pair: Pair<'_, '_, '_>, before: &Dict, after: &Dict, changes: &mut Changes) -> Result<Option<String>> {
    let keys = before.differing(after);
    let filled = |key: &String| matches!(key.as_str(), "V" | "AP" | "AS" | "MK" | "M" | "RV" | "I" | "F");
    let kind = match pair.0.get(before, "FT")? {
        Object::Name(name) => Some(name),
        _ => match pair.0.get(before, "Parent")?.dict().and_then(|parent| parent.get("FT")) {
            Some(Object::Name(name)) => Some(name.clone()),
            _ => None,
        },
    };
    match kind.as_deref() {
        Some(b"Sig") if before.get("V").is_none() && keys.iter().all(filled) => {
            note_signature(pair.1, after, changes)?;
            Ok(None)
        }
        Some(b"Tx" | b"Btn" | b"Ch") if keys.iter().all(filled) => {
            changes.forms = true;
            Ok(None)
        }
        _ => Ok(Some(keys.first().cloned().unwrap_or_default())),
    }
}
