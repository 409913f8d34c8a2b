//! A made-up world of trust services for demonstrations and tests: see README.md.

mod consent;
mod csc;
mod eparaksts;
mod list;
mod pages;
mod pki;
mod proof;

use std::{
    collections::{BTreeMap, BTreeSet},
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use asice::pki::{Certificate, Curve, PublicKey};
use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use p12_keystore::{KeyStore, KeyStoreEntry, PrivateKey, PrivateKeyChain};
use types::{Clock, Timestamp};

use pki::{Entity, Pki, Subject};

/// The client that the eParaksts-like and the CSC-like service know.
pub const CLIENT_ID: &str = "novads-demo";
/// Its secret: everybody knows it.
pub const CLIENT_SECRET: &str = "novads-demo-secret";

/// Why the simulator cannot do something.
#[derive(Debug, thiserror::Error)]
pub enum SimError {
    /// No key can be made of the seed.
    #[error("a key cannot be made")]
    Key,
    /// The list cannot be made.
    #[error("a trust list cannot be made")]
    List,
    /// What was sent is not what it should be.
    #[error(transparent)]
    Pki(#[from] asice::pki::PkiError),
    /// The address cannot be listened on.
    #[error(transparent)]
    Io(#[from] std::io::Error),
    /// The PKCS#12 file cannot be written.
    #[error("PKCS#12: {0}")]
    Pkcs12(String),
}

/// Somebody who can sign.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Person {
    /// Given name.
    pub given: String,
    /// Surname.
    pub surname: String,
    /// Personal code, eleven digits.
    pub code: String,
}

/// A service that can be made to fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Service {
    /// Time stamps.
    TimeStamps,
    /// OCSP and CRL.
    Revocation,
    /// Trust lists.
    Lists,
    /// The eParaksts-like and the CSC-like service.
    Signing,
}

#[derive(Default)]
struct Known {
    people: BTreeMap<String, Person>,
    revoked: BTreeMap<Vec<u8>, Timestamp>,
    failing: BTreeSet<Service>,
    /// By personal code.
    keys: BTreeMap<String, Entity>,
    consents: consent::Consents,
    list_number: u64,
}

/// The world behind the addresses.
pub struct World {
    pki: Pki,
    clock: Clock,
    base: String,
    known: Mutex<Known>,
}

/// What opens a PKCS#12 file, or what it holds.
pub struct HeldSeal {
    /// PKCS#8.
    pub key: Vec<u8>,
    /// The seal's certificate, then its issuers.
    pub certificates: Vec<Certificate>,
}

impl World {
    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn fails(&self, service: Service) -> bool {
        self.known().failing.contains(&service)
    }

    /// Makes a service fail, or work again.
    pub fn set_failing(&self, service: Service, failing: bool) {
        let mut known = self.known();
        if failing {
            known.failing.insert(service);
        } else {
            known.failing.remove(&service);
        }
    }

    /// Makes somebody known to the signing services.
    pub fn add_person(&self, person: Person) {
        self.known().people.insert(person.code.clone(), person);
    }

    /// Revokes a certificate as of now.
    pub fn revoke(&self, certificate: &Certificate) {
        let now = self.clock.now();
        self.known().revoked.insert(certificate.serial.clone(), now);
    }

    fn entity(&self, code: &str) -> Result<Option<Entity>, SimError> {
        let mut known = self.known();
        if let Some(entity) = known.keys.get(code) {
            return Ok(Some(entity.clone()));
        }
        let Some(person) = known.people.get(code) else { return Ok(None) };
        let subject = Subject::Person { given: &person.given, surname: &person.surname, code: &person.code };
        let entity = self.pki.qualified(Curve::P256, &subject)?;
        known.keys.insert(code.to_owned(), entity.clone());
        Ok(Some(entity))
    }

    fn issuers(&self) -> [Certificate; 2] {
        [self.pki.issuer.cert.clone(), self.pki.root.cert.clone()]
    }

    /// The certificate that signs the trust lists.
    #[must_use]
    pub fn list_signer(&self) -> &Certificate {
        &self.pki.lister.cert
    }

    /// The authority that issues to people and institutions.
    #[must_use]
    pub fn issuer(&self) -> &Certificate {
        &self.pki.issuer.cert
    }

    /// The root.
    #[must_use]
    pub fn root(&self) -> &Certificate {
        &self.pki.root.cert
    }

    /// An institution's seal.
    ///
    /// # Errors
    /// It cannot be made.
    pub fn seal(&self, name: &str, number: &str) -> Result<HeldSeal, SimError> {
        let entity = self.pki.qualified(Curve::P256, &Subject::Institution { name, number })?;
        let certificates = [std::slice::from_ref(&entity.cert), self.issuers().as_slice()].concat();
        Ok(HeldSeal { key: entity.key.pkcs8(), certificates })
    }

    /// A person's key on a curve, as a token would hold it.
    ///
    /// # Errors
    /// It cannot be made.
    pub fn person(&self, person: &Person, curve: Curve) -> Result<HeldSeal, SimError> {
        let subject = Subject::Person { given: &person.given, surname: &person.surname, code: &person.code };
        let entity = self.pki.qualified(curve, &subject)?;
        let certificates = [std::slice::from_ref(&entity.cert), self.issuers().as_slice()].concat();
        Ok(HeldSeal { key: entity.key.pkcs8(), certificates })
    }

    /// A person's certificate for a key that was made elsewhere.
    ///
    /// # Errors
    /// It cannot be made.
    pub fn certify(&self, person: &Person, public: &PublicKey) -> Result<Certificate, SimError> {
        let subject = Subject::Person { given: &person.given, surname: &person.surname, code: &person.code };
        self.pki.certify(public, &subject)
    }

    /// The national list as it is now.
    ///
    /// # Errors
    /// It cannot be made.
    pub fn national_list(&self) -> Result<String, SimError> {
        let number = self.known().list_number + 1;
        list::national(&self.pki, number, self.clock.now())
    }
}

impl HeldSeal {
    /// As a PKCS#12 file.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn pkcs12(&self, password: &str) -> Result<Vec<u8>, SimError> {
        let wrong = |error: p12_keystore::error::Error| SimError::Pkcs12(error.to_string());
        let certificates: Result<Vec<_>, _> =
            self.certificates.iter().map(|c| p12_keystore::Certificate::from_der(c.der())).collect();
        let key = PrivateKey::from_der(&self.key).map_err(wrong)?;
        let chain = PrivateKeyChain::new(&b"1"[..], key, certificates.map_err(wrong)?);
        let mut store = KeyStore::new();
        store.add_entry("1", KeyStoreEntry::PrivateKeyChain(chain));
        store.writer(password).write().map_err(wrong)
    }
}

/// The running simulator; it stops when it is dropped.
pub struct Simulator {
    /// Where it listens.
    pub address: SocketAddr,
    /// What it knows.
    pub world: Arc<World>,
    task: tokio::task::JoinHandle<()>,
}

impl Drop for Simulator {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Simulator {
    /// Starts it on this machine: on that port, or on a free one with 0. The same seed makes the same keys.
    ///
    /// # Errors
    /// The port is taken; keys cannot be made.
    pub async fn start(port: u16, seed: &[u8], clock: Clock) -> Result<Self, SimError> {
        let listener = tokio::net::TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], port))).await?;
        let address = listener.local_addr()?;
        let base = format!("http://{address}");
        let pki = Pki::new(seed, &base)?;
        let world = Arc::new(World { pki, clock, base, known: Mutex::default() });
        let app = router(world.clone());
        let task = tokio::spawn(async move {
            // It ends with the process.
            let _ = axum::serve(listener, app).await;
        });
        Ok(Self { address, world, task })
    }

    /// The address of one of its services: `/tsa`, `/ocsp`, `/crl`, `/lists/LV.xml`, `/lists/eu.xml`, `` (the
    /// eParaksts-like service), `/csc/v2`.
    #[must_use]
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.world.base)
    }
}

fn router(world: Arc<World>) -> Router {
    Router::new()
        .route("/", get(pages::about))
        .route("/tsa", post(tsa))
        .route("/ocsp", post(ocsp))
        .route("/crl", get(crl))
        .route("/lists/LV.xml", get(national))
        .route("/lists/eu.xml", get(of_lists))
        .route("/consent", post(consent::decide))
        .merge(eparaksts::routes())
        .merge(csc::routes())
        .with_state(world)
}

fn bytes(media_type: &'static str, body: Vec<u8>) -> Response {
    ([(header::CONTENT_TYPE, media_type)], body).into_response()
}

fn broken() -> Response {
    (StatusCode::SERVICE_UNAVAILABLE, "simulated failure").into_response()
}

fn unreadable(error: &SimError) -> Response {
    (StatusCode::BAD_REQUEST, error.to_string()).into_response()
}

async fn tsa(State(world): State<Arc<World>>, body: Bytes) -> Response {
    let answer = if world.fails(Service::TimeStamps) {
        proof::stamp_refused("simulated failure")
    } else {
        proof::stamp(&world.pki, &body, world.clock.now()).unwrap_or_else(|e| proof::stamp_refused(&e.to_string()))
    };
    bytes("application/timestamp-reply", answer)
}

async fn ocsp(State(world): State<Arc<World>>, body: Bytes) -> Response {
    if world.fails(Service::Revocation) {
        return broken();
    }
    let revoked = |serial: &[u8]| world.known().revoked.get(serial).copied();
    match proof::answer(&world.pki, &body, world.clock.now(), revoked) {
        Ok(answer) => bytes("application/ocsp-response", answer),
        // malformedRequest
        Err(_) => bytes("application/ocsp-response", vec![0x30, 3, 0x0a, 1, 1]),
    }
}

async fn crl(State(world): State<Arc<World>>) -> Response {
    if world.fails(Service::Revocation) {
        return broken();
    }
    let revoked: Vec<_> = world.known().revoked.iter().map(|(serial, since)| (serial.clone(), *since)).collect();
    match proof::crl(&world.pki, &revoked, world.clock.now()) {
        Ok(crl) => bytes("application/pkix-crl", crl),
        Err(error) => unreadable(&error),
    }
}

fn next_list(world: &World) -> u64 {
    let mut known = world.known();
    known.list_number += 1;
    known.list_number
}

async fn national(State(world): State<Arc<World>>) -> Response {
    if world.fails(Service::Lists) {
        return broken();
    }
    match list::national(&world.pki, next_list(&world), world.clock.now()) {
        Ok(list) => bytes("application/vnd.etsi.tsl+xml", list.into_bytes()),
        Err(error) => unreadable(&error),
    }
}

async fn of_lists(State(world): State<Arc<World>>) -> Response {
    if world.fails(Service::Lists) {
        return broken();
    }
    match list::of_lists(&world.pki, &world.base, next_list(&world), world.clock.now()) {
        Ok(list) => bytes("application/vnd.etsi.tsl+xml", list.into_bytes()),
        Err(error) => unreadable(&error),
    }
}
