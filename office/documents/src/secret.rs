//! Keys of blobs. Each tenant has a secret, wrapped by the installation's master key; from it come the key that
//! names blobs and the key that encrypts them.

use aes_gcm::{
    Aes256Gcm, KeyInit as _,
    aead::{Aead as _, Payload},
};
use hmac::{Hmac, Mac as _};
use sha2::Sha256;
use types::TenantId;

use crate::ports::BlobError;

/// The installation's key, from outside the database; registered as an extension.
#[derive(Clone)]
pub struct MasterKey(pub [u8; 32]);

impl std::fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("MasterKey(…)")
    }
}

/// A tenant's keys.
pub(crate) struct TenantKeys {
    tenant: TenantId,
    naming: [u8; 32],
    sealing: Aes256Gcm,
}

const NONCE: usize = 12;

fn mac(key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    // HMAC takes keys of any length: this cannot fail, and an all-zero key would only be a wrong name.
    let Ok(mut mac) = <Hmac<Sha256> as hmac::KeyInit>::new_from_slice(key) else { return [0; 32] };
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

fn broken(what: &str) -> BlobError {
    BlobError::Store(what.to_owned())
}

fn cipher(key: &[u8]) -> Result<Aes256Gcm, BlobError> {
    Aes256Gcm::new_from_slice(key).map_err(|_| broken("a key has the wrong length"))
}

fn seal(cipher: &Aes256Gcm, nonce: [u8; NONCE], aad: &[u8], plain: &[u8]) -> Result<Vec<u8>, BlobError> {
    let sealed = cipher.encrypt(&nonce.into(), Payload { msg: plain, aad }).map_err(|_| broken("cannot encrypt"))?;
    Ok([nonce.as_slice(), &sealed].concat())
}

fn open(cipher: &Aes256Gcm, aad: &[u8], sealed: &[u8]) -> Result<Vec<u8>, BlobError> {
    let (nonce, sealed) = sealed.split_first_chunk::<NONCE>().ok_or_else(|| broken("a blob is cut short"))?;
    cipher
        .decrypt(&(*nonce).into(), Payload { msg: sealed, aad })
        .map_err(|_| broken("a blob was changed, or the key is not its own"))
}

/// Wraps a new tenant secret.
pub(crate) fn wrap(
    master: &MasterKey,
    tenant: TenantId,
    secret: [u8; 32],
    nonce: [u8; NONCE],
) -> Result<Vec<u8>, BlobError> {
    seal(&cipher(&master.0)?, nonce, tenant.uuid().as_bytes(), &secret)
}

/// Wraps a tenant's secret with another master key; none where that was done already.
pub(crate) fn wrap_anew(
    (old, new): (&MasterKey, &MasterKey),
    tenant: TenantId,
    wrapped: &[u8],
    nonce: [u8; NONCE],
) -> Result<Option<Vec<u8>>, BlobError> {
    let tenant = tenant.uuid();
    let aad = tenant.as_bytes();
    let other = cipher(&new.0)?;
    if open(&other, aad, wrapped).is_ok() {
        return Ok(None);
    }
    let secret = open(&cipher(&old.0)?, aad, wrapped)?;
    seal(&other, nonce, aad, &secret).map(Some)
}

/// Seals what is kept for a short while and must not be read in the database: another service's token, a state to
/// be handed back. A new master key ends it. `purpose` keeps one use from opening another's.
///
/// # Errors
/// The key has the wrong length.
pub fn seal_shortly(kernel: &op::Kernel, tenant: TenantId, purpose: &str, plain: &[u8]) -> Result<Vec<u8>, BlobError> {
    seal(&short_cipher(kernel, purpose)?, kernel.random(), tenant.uuid().as_bytes(), plain)
}

/// Opens what [`seal_shortly`] sealed for that tenant and purpose.
///
/// # Errors
/// It was changed, or sealed for another.
pub fn open_shortly(kernel: &op::Kernel, tenant: TenantId, purpose: &str, sealed: &[u8]) -> Result<Vec<u8>, BlobError> {
    open(&short_cipher(kernel, purpose)?, tenant.uuid().as_bytes(), sealed)
}

fn short_cipher(kernel: &op::Kernel, purpose: &str) -> Result<Aes256Gcm, BlobError> {
    let master = kernel.extension::<MasterKey>().ok_or_else(|| broken("the master key is not registered"))?;
    cipher(&mac(&master.0, &[b"novads kept shortly ", purpose.as_bytes()]))
}

impl TenantKeys {
    /// Unwraps a tenant's secret; one copied from another tenant does not open.
    pub(crate) fn unwrap(master: &MasterKey, tenant: TenantId, wrapped: &[u8]) -> Result<Self, BlobError> {
        let secret = open(&cipher(&master.0)?, tenant.uuid().as_bytes(), wrapped)?;
        let naming = mac(&secret, &[b"novads blob name"]);
        let sealing = cipher(&mac(&secret, &[b"novads blob content"]))?;
        Ok(Self { tenant, naming, sealing })
    }

    /// The name of a content, within the tenant: nobody without the key can tell whether a known file is there.
    pub(crate) fn name(&self, plain: &[u8]) -> String {
        format!("{}/{}", self.tenant.uuid().simple(), hex::encode(mac(&self.naming, &[plain])))
    }

    /// Encrypts. The nonce follows from the content's keyed hash: the same content gives the same blob, which may
    /// be stored again, and two contents share a nonce no more often than two random ones would.
    pub(crate) fn seal(&self, name: &str, plain: &[u8]) -> Result<Vec<u8>, BlobError> {
        let [head @ .., _, _, _, _, _, _, _, _, _, _, _, _, _, _, _, _, _, _, _, _] =
            mac(&self.naming, &[b"nonce ", name.as_bytes()]);
        seal(&self.sealing, head, name.as_bytes(), plain)
    }

    /// Decrypts; a blob stored under another name does not open.
    pub(crate) fn open(&self, name: &str, sealed: &[u8]) -> Result<Vec<u8>, BlobError> {
        open(&self.sealing, name.as_bytes(), sealed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn keys(n: u128) -> TenantKeys {
        let (master, tenant) = (MasterKey([7; 32]), TenantId(Uuid::from_u128(n)));
        let wrapped = wrap(&master, tenant, [9; 32], [1; 12]).unwrap();
        TenantKeys::unwrap(&master, tenant, &wrapped).unwrap()
    }

    #[test]
    fn what_is_sealed_opens_under_its_own_name_only() {
        let k = keys(1);
        let name = k.name(b"text");
        let sealed = k.seal(&name, b"text").unwrap();
        assert_eq!(k.open(&name, &sealed).unwrap(), b"text");
        assert!(k.open(&k.name(b"other"), &sealed).is_err());
        assert_eq!(sealed, k.seal(&name, b"text").unwrap(), "the same content is the same blob");
        assert!(!sealed.windows(4).any(|w| w == b"text"));
        let mut changed = sealed.clone();
        *changed.last_mut().unwrap() ^= 1;
        assert!(k.open(&name, &changed).is_err());
        assert!(k.open(&name, b"short").is_err());
    }

    #[test]
    fn a_secret_moves_to_another_master_key_once() {
        let (old, new, tenant) = (MasterKey([7; 32]), MasterKey([8; 32]), TenantId(Uuid::from_u128(1)));
        let wrapped = wrap(&old, tenant, [9; 32], [1; 12]).unwrap();
        let moved = wrap_anew((&old, &new), tenant, &wrapped, [2; 12]).unwrap().unwrap();
        let name = |master: &MasterKey, wrapped: &[u8]| TenantKeys::unwrap(master, tenant, wrapped).unwrap().name(b"x");
        assert_eq!(name(&new, &moved), name(&old, &wrapped), "files keep their names");
        assert!(TenantKeys::unwrap(&old, tenant, &moved).is_err());
        assert!(wrap_anew((&old, &new), tenant, &moved, [3; 12]).unwrap().is_none(), "a second time is no harm");
        assert!(wrap_anew((&MasterKey([6; 32]), &new), tenant, &wrapped, [3; 12]).is_err());
    }

    #[test]
    fn a_key_of_another_tenant_or_master_does_not_unwrap() {
        let (master, one, two) = (MasterKey([7; 32]), TenantId(Uuid::from_u128(1)), TenantId(Uuid::from_u128(2)));
        let wrapped = wrap(&master, one, [9; 32], [1; 12]).unwrap();
        assert!(TenantKeys::unwrap(&master, two, &wrapped).is_err());
        assert!(TenantKeys::unwrap(&MasterKey([8; 32]), one, &wrapped).is_err());
        assert_ne!(keys(1).name(b"x"), keys(2).name(b"x"));
    }
}
