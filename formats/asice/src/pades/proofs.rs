//! The document's store of proofs (DSS, ETSI EN 319 142-1, 5.4.2).

use super::file::Pdf;
use super::object::{Dict, Object, Result};
use super::write::Proofs;
use crate::pki::Certificate;

/// More than any honest store has.
const MAX_ITEMS: usize = 1_000;

/// Everything in the store, that of single signatures (VRI) too. What cannot be read proves nothing.
///
/// # Errors
/// The catalogue cannot be read.
pub fn read(pdf: &Pdf<'_>) -> Result<Proofs> {
    let mut found = Proofs::default();
    let (_, catalog) = pdf.catalog()?;
    let Ok(Object::Dict(store)) = pdf.get(&catalog, "DSS") else { return Ok(found) };
    take(pdf, &store, ["Certs", "OCSPs", "CRLs"], &mut found);
    if let Ok(Object::Dict(single)) = pdf.get(&store, "VRI") {
        for (_, value) in single.0.iter().take(MAX_ITEMS) {
            if let Ok(Object::Dict(dict)) = pdf.resolve(value) {
                take(pdf, &dict, ["Cert", "OCSP", "CRL"], &mut found);
            }
        }
    }
    Ok(found)
}

fn take(pdf: &Pdf<'_>, dict: &Dict, keys: [&str; 3], found: &mut Proofs) {
    let [certs, responses, crls] = keys;
    for bytes in streams(pdf, dict, certs) {
        if let Ok(cert) = Certificate::parse(&bytes)
            && !found.certificates.contains(&cert)
            && found.certificates.len() < MAX_ITEMS
        {
            found.certificates.push(cert);
        }
    }
    for (key, list) in [(responses, &mut found.responses), (crls, &mut found.crls)] {
        for bytes in streams(pdf, dict, key) {
            if !list.contains(&bytes) && list.len() < MAX_ITEMS {
                list.push(bytes);
            }
        }
    }
}

fn streams(pdf: &Pdf<'_>, dict: &Dict, key: &str) -> Vec<Vec<u8>> {
    let Ok(Object::Array(items)) = pdf.get(dict, key) else { return Vec::new() };
    let read = |item: &Object| match pdf.resolve(item) {
        Ok(Object::Stream(dict, at)) => pdf.unpack(&dict, at).ok(),
        _ => None,
    };
    items.iter().take(MAX_ITEMS).filter_map(read).collect()
}
