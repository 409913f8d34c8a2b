//! What time stamps in XAdES are over (ETSI EN 319 132-1, 5.3 and 5.5.2).

use super::read::{Stamp, Xades};
use crate::{
    container::Container,
    xml::{
        c14n::{self, Canonical},
        dom::{Document, NodeId},
        signature::{DS, Reference, Transform},
    },
};

/// What a signature time stamp is over: the element `ds:SignatureValue`.
#[must_use]
pub fn signature_value(doc: &Document<'_>, xades: &Xades, canonical: &Canonical) -> Vec<u8> {
    c14n::canonical(doc, xades.signature.value_node, canonical)
}

/// What an archive time stamp is over: all that is signed, the signature, and all unsigned properties
/// in front of it. `before` is the stamp's own element, or nothing for one that is about to be made.
/// None if something that is referred to is not there.
#[must_use]
pub fn archive(
    container: &Container<'_>,
    doc: &Document<'_>,
    xades: &Xades,
    canonical: &Canonical,
    before: Option<NodeId>,
) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    for reference in &xades.signature.references {
        referred(container, doc, reference, canonical, &mut out)?;
    }
    let signature = &xades.signature;
    for node in [Some(signature.signed_info), Some(signature.value_node), signature.key_info].into_iter().flatten() {
        c14n::write(doc, node, canonical, None, &mut out);
    }
    if let Some(unsigned) = xades.unsigned {
        for child in doc.elements(unsigned).take_while(|c| Some(*c) != before) {
            c14n::write(doc, child, canonical, None, &mut out);
        }
    }
    let referred_to = |node: NodeId| {
        let id = doc.attribute(node, "Id");
        id.is_some_and(|id| {
            signature.references.iter().any(|r| r.uri.as_deref().and_then(|u| u.strip_prefix('#')) == Some(id))
        })
    };
    for object in doc.named(signature.node, DS, "Object") {
        if !doc.is_inside(xades.signed_properties, object) && !referred_to(object) {
            c14n::write(doc, object, canonical, None, &mut out);
        }
    }
    Some(out)
}

fn referred(
    container: &Container<'_>,
    doc: &Document<'_>,
    reference: &Reference,
    canonical: &Canonical,
    out: &mut Vec<u8>,
) -> Option<()> {
    let uri = reference.uri.as_deref()?;
    let Some(id) = uri.strip_prefix('#') else {
        let name = super::validate::file_name(container, uri)?.0;
        out.extend_from_slice(&container.read(container.entry(&name)?).ok()?);
        return Some(());
    };
    let [node] = *doc.by_id(id).as_slice() else { return None };
    let own = reference.transforms.iter().rev().find_map(|t| match t {
        Transform::Canonical(canonical) => Some(canonical),
        _ => None,
    });
    c14n::write(doc, node, own.unwrap_or(canonical), None, out);
    Some(())
}

/// The imprint of an archive time stamp that is there.
#[must_use]
pub fn of_archive(container: &Container<'_>, doc: &Document<'_>, xades: &Xades, stamp: &Stamp) -> Option<Vec<u8>> {
    archive(container, doc, xades, stamp.canonical.as_ref()?, Some(stamp.node))
}
