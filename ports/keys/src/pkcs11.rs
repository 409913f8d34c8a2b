//! Keys behind PKCS#11 modules.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    sync::{LazyLock, Mutex, PoisonError},
};

use asice::pki::{Certificate, Hash, SignatureAlgorithm, ber::der};
use cryptoki::{
    context::{CInitializeArgs, CInitializeFlags, Pkcs11},
    error::{Error, RvError},
    mechanism::{
        Mechanism, MechanismType,
        rsa::{PkcsMgfType, PkcsPssParams},
    },
    object::{Attribute, AttributeType, ObjectClass, ObjectHandle},
    session::{Session, UserType},
    slot::Slot,
    types::AuthPin,
};

use crate::{KeyError, Pkcs11Uri, held::RawSigner};

/// A module may be initialised once per process.
static MODULES: LazyLock<Mutex<HashMap<PathBuf, Pkcs11>>> = LazyLock::new(Mutex::default);

/// A key behind a module. One session is held; a lost one (token pulled, module restarted) is opened again.
pub struct Pkcs11Key {
    uri: Pkcs11Uri,
    pin: String,
    open: Mutex<Option<(Session, ObjectHandle)>>,
}

fn module(path: &Path) -> Result<Pkcs11, KeyError> {
    let mut modules = MODULES.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(module) = modules.get(path) {
        return Ok(module.clone());
    }
    let module = Pkcs11::new(path).map_err(|error| KeyError::Token(format!("{}: {error}", path.display())))?;
    match module.initialize(CInitializeArgs::new(CInitializeFlags::OS_LOCKING_OK)) {
        Ok(()) | Err(Error::Pkcs11(RvError::CryptokiAlreadyInitialized, _)) => {}
        Err(error) => return Err(failed(error)),
    }
    modules.insert(path.to_owned(), module.clone());
    Ok(module)
}

fn failed(error: Error) -> KeyError {
    match error {
        Error::Pkcs11(
            RvError::PinIncorrect
            | RvError::PinLocked
            | RvError::PinExpired
            | RvError::PinLenRange
            | RvError::PinInvalid,
            _,
        ) => KeyError::Pin(error.to_string()),
        other => KeyError::Token(other.to_string()),
    }
}

impl Pkcs11Key {
    /// Opens the key at an address with its PIN; gives the certificates that lie beside it, its own first.
    ///
    /// # Errors
    /// No module, token, key or certificate; a wrong PIN.
    pub fn open(uri: &Pkcs11Uri, pin: &str) -> Result<(Self, Vec<Certificate>), KeyError> {
        let key = Pkcs11Key { uri: uri.clone(), pin: pin.to_owned(), open: Mutex::new(None) };
        let session = key.session()?;
        let certificates = certificates(&session, uri)?;
        let handle = private_key(&session, uri)?;
        *key.open.lock().unwrap_or_else(PoisonError::into_inner) = Some((session, handle));
        Ok((key, certificates))
    }

    fn session(&self) -> Result<Session, KeyError> {
        let path = self.uri.module.as_deref().ok_or_else(|| KeyError::Uri("module-path is missing".to_owned()))?;
        let module = module(path)?;
        let slot = slot(&module, &self.uri)?;
        let session = module.open_ro_session(slot).map_err(failed)?;
        match session.login(UserType::User, Some(&AuthPin::from(self.pin.as_str()))) {
            // Whoever logs in, logs in the whole process.
            Ok(()) | Err(Error::Pkcs11(RvError::UserAlreadyLoggedIn, _)) => Ok(session),
            Err(error) => Err(failed(error)),
        }
    }
}

fn slot(module: &Pkcs11, uri: &Pkcs11Uri) -> Result<Slot, KeyError> {
    let slots = module.get_slots_with_token().map_err(failed)?;
    let mut found = Vec::new();
    for slot in slots {
        let Ok(info) = module.get_token_info(slot) else { continue };
        let is = |wanted: &Option<String>, has: &str| wanted.as_deref().is_none_or(|w| w == has.trim_end());
        if info.token_initialized() && is(&uri.token, info.label()) && is(&uri.serial, info.serial_number()) {
            found.push(slot);
        }
    }
    match found.as_slice() {
        [slot] => Ok(*slot),
        [] => Err(KeyError::Token("no such token".to_owned())),
        _ => Err(KeyError::Uri("several tokens fit: say token or serial".to_owned())),
    }
}

fn template(class: ObjectClass, uri: &Pkcs11Uri) -> Vec<Attribute> {
    let mut template = vec![Attribute::Class(class)];
    template.extend(uri.id.clone().map(Attribute::Id));
    template.extend(uri.object.as_ref().map(|label| Attribute::Label(label.as_bytes().to_vec())));
    template
}

fn private_key(session: &Session, uri: &Pkcs11Uri) -> Result<ObjectHandle, KeyError> {
    let found = session.find_objects(&template(ObjectClass::PRIVATE_KEY, uri)).map_err(failed)?;
    match found.as_slice() {
        [key] => Ok(*key),
        [] => Err(KeyError::Missing("the token has no such private key".to_owned())),
        _ => Err(KeyError::Uri("several keys fit: say object or id".to_owned())),
    }
}

/// The key's certificate, then all others of the token.
fn certificates(session: &Session, uri: &Pkcs11Uri) -> Result<Vec<Certificate>, KeyError> {
    let read = |template: &[Attribute]| -> Result<Vec<Certificate>, KeyError> {
        let mut out = Vec::new();
        for object in session.find_objects(template).map_err(failed)?.into_iter().take(64) {
            let values = session.get_attributes(object, &[AttributeType::Value]).map_err(failed)?;
            for value in values {
                if let Attribute::Value(der) = value {
                    out.extend(Certificate::parse(&der).ok());
                }
            }
        }
        Ok(out)
    };
    let mut own = read(&template(ObjectClass::CERTIFICATE, uri))?;
    if own.is_empty() {
        return Err(KeyError::Missing("the token has no certificate of that name".to_owned()));
    }
    // Labels may be shared by the certificates of issuers: those are authorities.
    own.sort_by_key(|c| c.extensions.ca);
    for other in read(&[Attribute::Class(ObjectClass::CERTIFICATE)])? {
        if !own.contains(&other) {
            own.push(other);
        }
    }
    Ok(own)
}

fn hash_mechanism(hash: Hash) -> Option<(MechanismType, PkcsMgfType)> {
    match hash {
        Hash::Sha256 => Some((MechanismType::SHA256, PkcsMgfType::MGF1_SHA256)),
        Hash::Sha384 => Some((MechanismType::SHA384, PkcsMgfType::MGF1_SHA384)),
        Hash::Sha512 => Some((MechanismType::SHA512, PkcsMgfType::MGF1_SHA512)),
        _ => None,
    }
}

/// What the token is asked to do with which bytes. Digests are made here: every token takes them.
fn mechanism<'m>(algorithm: SignatureAlgorithm, digest: &[u8]) -> Result<(Mechanism<'m>, Vec<u8>), KeyError> {
    let unknown = || KeyError::Unsupported(format!("{algorithm:?}"));
    match algorithm {
        SignatureAlgorithm::Ecdsa(_) => Ok((Mechanism::Ecdsa, digest.to_vec())),
        SignatureAlgorithm::RsaPkcs1(hash) => {
            Ok((Mechanism::RsaPkcs, der::sequence(&[&hash.identifier(), &der::octets(digest)])))
        }
        SignatureAlgorithm::RsaPss { hash, mask_hash, salt } => {
            let (hash_alg, _) = hash_mechanism(hash).ok_or_else(unknown)?;
            let (_, mgf) = hash_mechanism(mask_hash).ok_or_else(unknown)?;
            let salt = u64::try_from(salt.unwrap_or(hash.size())).map_err(|_| unknown())?;
            Ok((Mechanism::RsaPkcsPss(PkcsPssParams { hash_alg, mgf, s_len: salt.into() }), digest.to_vec()))
        }
    }
}

impl RawSigner for Pkcs11Key {
    fn sign(&self, algorithm: SignatureAlgorithm, _: &[u8], digest: &[u8]) -> Result<Vec<u8>, KeyError> {
        let (mechanism, input) = mechanism(algorithm, digest)?;
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((session, key)) = open.as_ref() {
            match session.sign(&mechanism, *key, &input) {
                Ok(signature) => return Ok(signature),
                Err(Error::Pkcs11(
                    RvError::SessionHandleInvalid
                    | RvError::SessionClosed
                    | RvError::DeviceRemoved
                    | RvError::TokenNotPresent
                    | RvError::UserNotLoggedIn
                    | RvError::KeyHandleInvalid,
                    _,
                )) => *open = None,
                Err(error) => return Err(failed(error)),
            }
        }
        let session = self.session()?;
        let key = private_key(&session, &self.uri)?;
        let signature = session.sign(&mechanism, key, &input).map_err(failed)?;
        *open = Some((session, key));
        Ok(signature)
    }
}
