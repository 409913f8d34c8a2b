//! A PKI for tests, made in the process: authorities, signers, a seal, a responder, a time-stamp
//! authority, and the trust list that names them.

pub mod key;
pub mod mutate;
mod rsa_key;

use asice::pki::Certificate;
use asice::pki::algorithm::{Curve, Hash, spki};
use asice::pki::ber::{Tlv, der, tag};
use asice::pki::cms::SignedDataBuilder;
use asice::pki::oid;
use asice::trust::TrustStore;
use chrono::{DateTime, TimeZone as _, Utc};

pub use key::Key;

/// A certificate with its key.
#[derive(Clone)]
pub struct Entity {
    pub cert: Certificate,
    pub key: Key,
}

/// What a certificate shall say.
pub struct Spec<'a> {
    pub subject: Vec<(&'a str, &'a str)>,
    pub from: DateTime<Utc>,
    pub to: DateTime<Utc>,
    pub extensions: Vec<Vec<u8>>,
}

pub fn time(year: i32, month: u32, day: u32) -> DateTime<Utc> {
    Utc.with_ymd_and_hms(year, month, day, 10, 0, 0).unwrap()
}

pub struct Pki {
    pub root: Entity,
    /// P-384; it signs certificates with SHA-384.
    pub ica: Entity,
    pub person: Entity,
    pub person_p384: Entity,
    pub person_p521: Entity,
    pub person_rsa: Entity,
    /// e-seal of a legal person, P-256.
    pub seal: Entity,
    pub revoked: Entity,
    /// Expired on 1 February 2026.
    pub expired: Entity,
    /// Qualified certificate without a qualified device.
    pub no_device: Entity,
    pub ocsp: Entity,
    pub tsa: Entity,
    /// It signs trust lists.
    pub scheme: Entity,
    /// An authority that no list names, and a person under it.
    pub foreign_ca: Entity,
    pub foreigner: Entity,
}

pub fn name(pairs: &[(&str, &str)]) -> Vec<u8> {
    let sets: Vec<Vec<u8>> = pairs
        .iter()
        .map(|(oid, value)| {
            let kind = if *oid == "2.5.4.6" { tag::PRINTABLE_STRING } else { tag::UTF8_STRING };
            let pair = der::sequence(&[&der::oid(&der::arcs(oid)), &der::tlv(kind, value.as_bytes())]);
            der::set_of(&[&pair])
        })
        .collect();
    der::sequence(&sets.iter().map(Vec::as_slice).collect::<Vec<_>>())
}

pub fn extension(oid: &[u8], critical: bool, value: &[u8]) -> Vec<u8> {
    let critical = if critical { der::yes() } else { Vec::new() };
    der::sequence(&[&der::oid(oid), &critical, &der::octets(value)])
}

fn key_usage(byte: u8, unused: u8) -> Vec<u8> {
    extension(oid::EXT_KEY_USAGE, true, &der::tlv(tag::BIT_STRING, &[unused, byte]))
}

fn purpose(oid: &[u8], critical: bool) -> Vec<u8> {
    extension(oid::EXT_EKU, critical, &der::sequence(&[&der::oid(oid)]))
}

fn authority(path_len: Option<u32>) -> Vec<Vec<u8>> {
    let length = path_len.map(der::small).unwrap_or_default();
    vec![extension(oid::EXT_BASIC, true, &der::sequence(&[&der::yes(), &length])), key_usage(0x06, 1)]
}

/// Extensions of a qualified certificate: nonRepudiation, policy, statements, where OCSP is answered.
pub fn qualified(policy: &str, kind: &[u8], device: bool) -> Vec<Vec<u8>> {
    let statement = |oid: &[u8]| der::sequence(&[&der::oid(oid)]);
    let kind = der::sequence(&[&der::oid(oid::QC_TYPE), &der::sequence(&[&der::oid(kind)])]);
    let device = if device { statement(oid::QC_SSCD) } else { Vec::new() };
    let statements = der::sequence(&[&statement(oid::QC_COMPLIANCE), &device, &kind]);
    let place = der::tlv(tag::context(6), b"http://127.0.0.1:18080/");
    let access = der::sequence(&[&der::sequence(&[&der::oid(oid::AD_OCSP), &place])]);
    vec![
        key_usage(0x40, 6),
        extension(oid::EXT_POLICIES, false, &der::sequence(&[&der::sequence(&[&der::oid(&der::arcs(policy))])])),
        extension(oid::EXT_QC, false, &statements),
        extension(oid::EXT_AIA, false, &access),
    ]
}

pub fn person<'a>(given: &'a str, surname: &'a str, code: &'a str, full: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![("2.5.4.6", "LV"), ("2.5.4.3", full), ("2.5.4.4", surname), ("2.5.4.42", given), ("2.5.4.5", code)]
}

/// Issues a certificate; `issuer: None` makes it self-signed.
pub fn issue(key: Key, issuer: Option<&Entity>, spec: &Spec<'_>) -> Entity {
    let (signing, issuer_name) = match issuer {
        Some(entity) => (entity.key.clone(), entity.cert.subject.der().to_vec()),
        None => (key.clone(), name(&spec.subject)),
    };
    let algorithm = signing.usual();
    let public = spki(&key.public());
    let own_id = Hash::Sha1.digest(&public);
    let mut extensions = spec.extensions.clone();
    extensions.push(extension(oid::EXT_SKI, false, &der::octets(&own_id)));
    if let Some(id) = issuer.and_then(|entity| entity.cert.extensions.ski.clone()) {
        extensions.push(extension(oid::EXT_AKI, false, &der::sequence(&[&der::tlv(tag::context(0), &id)])));
    }
    let parts: Vec<&[u8]> = extensions.iter().map(Vec::as_slice).collect();
    let serial = &Hash::Sha256.digest_parts(&[&public, &name(&spec.subject)])[..8];
    let tbs = der::sequence(&[
        &der::tlv(tag::context_constructed(0), &der::small(2)),
        &der::unsigned(serial),
        &algorithm.identifier(),
        &issuer_name,
        &der::sequence(&[&der::time(spec.from), &der::time(spec.to)]),
        &name(&spec.subject),
        &public,
        &der::tlv(tag::context_constructed(3), &der::sequence(&parts)),
    ]);
    let signature = der::bits(&signing.sign(algorithm, &tbs));
    let cert = Certificate::parse(&der::sequence(&[&tbs, &algorithm.identifier(), &signature])).unwrap();
    Entity { cert, key }
}

fn spec<'a>(subject: Vec<(&'a str, &'a str)>, extensions: Vec<Vec<u8>>) -> Spec<'a> {
    Spec { subject, from: time(2025, 1, 1), to: time(2045, 1, 1), extensions }
}

const QCP_PERSON: &str = "0.4.0.194112.1.2";
const QCP_SEAL: &str = "0.4.0.194112.1.3";

impl Pki {
    pub fn new() -> Self {
        let org = |common: &'static str| vec![("2.5.4.6", "LV"), ("2.5.4.10", "Testa centrs"), ("2.5.4.3", common)];
        let root = issue(Key::new(Curve::P384, 1), None, &spec(org("Testa sakne"), authority(None)));
        let ica = issue(Key::new(Curve::P384, 2), Some(&root), &spec(org("Testa izdevējs"), authority(Some(0))));
        let esign = || qualified(QCP_PERSON, oid::QCT_ESIGN, true);
        let make = |key: Key, given, surname, code, full| {
            issue(key, Some(&ica), &spec(person(given, surname, code, full), esign()))
        };
        let person_p256 = make(Key::new(Curve::P256, 3), "Anna", "Paraugs", "PNOLV-000000-00001", "Anna Paraugs");
        let person_p384 = make(Key::new(Curve::P384, 4), "Bruno", "Paraugs", "PNOLV-000000-00002", "Bruno Paraugs");
        let person_p521 = make(Key::new(Curve::P521, 5), "Cilda", "Paraugs", "PNOLV-000000-00003", "Cilda Paraugs");
        let person_rsa = make(Key::Rsa, "Dace", "Paraugs", "PNOLV-000000-00004", "Dace Paraugs");
        let revoked = make(Key::new(Curve::P256, 6), "Edgars", "Atsauktais", "PNOLV-000000-00005", "Edgars Atsauktais");
        let mut old = spec(person("Fricis", "Vecais", "PNOLV-000000-00006", "Fricis Vecais"), esign());
        old.to = time(2026, 2, 1);
        let expired = issue(Key::new(Curve::P256, 7), Some(&ica), &old);
        let soft = qualified("0.4.0.194112.1.0", oid::QCT_ESIGN, false);
        let soft = spec(person("Gita", "Bezierīces", "PNOLV-000000-00007", "Gita Bezierīces"), soft);
        let no_device = issue(Key::new(Curve::P256, 8), Some(&ica), &soft);
        let council = vec![
            ("2.5.4.6", "LV"),
            ("2.5.4.10", "Parauga novada pašvaldība"),
            ("2.5.4.97", "NTRLV-90000000000"),
            ("2.5.4.3", "Parauga novada pašvaldība"),
        ];
        let seal = spec(council, qualified(QCP_SEAL, oid::QCT_ESEAL, true));
        let seal = issue(Key::new(Curve::P256, 9), Some(&ica), &seal);
        let no_check = extension(oid::OCSP_NO_CHECK, false, &der::null());
        let answering = vec![key_usage(0x80, 7), purpose(oid::EKU_OCSP, false), no_check];
        let ocsp = issue(Key::new(Curve::P256, 10), Some(&ica), &spec(org("Testa OCSP"), answering));
        let stamping = vec![key_usage(0xc0, 6), purpose(oid::EKU_TIME_STAMPING, true)];
        let tsa = issue(Key::new(Curve::P256, 11), Some(&root), &spec(org("Testa laika zīmogs"), stamping));
        let listing = vec![key_usage(0x80, 7), purpose(oid::EKU_TSL_SIGNING, false)];
        let scheme = issue(Key::new(Curve::P256, 12), None, &spec(org("Testa saraksts"), listing));
        let foreign_ca = issue(Key::new(Curve::P256, 13), None, &spec(org("Svešs izdevējs"), authority(None)));
        let foreigner = spec(person("Hugo", "Svešais", "PNOLV-000000-00008", "Hugo Svešais"), esign());
        let foreigner = issue(Key::new(Curve::P256, 14), Some(&foreign_ca), &foreigner);
        Self {
            root,
            ica,
            person: person_p256,
            person_p384,
            person_p521,
            person_rsa,
            seal,
            revoked,
            expired,
            no_device,
            ocsp,
            tsa,
            scheme,
            foreign_ca,
            foreigner,
        }
    }

    /// A time-stamp token in DER over a digest, by the authority of the list.
    pub fn token(&self, hash: Hash, digest: &[u8], at: DateTime<Utc>, nonce: Option<&[u8]>) -> Vec<u8> {
        token_by(&self.tsa, std::slice::from_ref(&self.root.cert), hash, digest, at, nonce)
    }

    /// A whole answer to the bytes of a request.
    pub fn answer_stamp_request(&self, request: &[u8], at: DateTime<Utc>) -> Vec<u8> {
        let mut inside = Tlv::only(request).unwrap().inside().unwrap();
        inside.any().unwrap();
        let mut imprint = inside.sequence().unwrap();
        let hash = Hash::from_identifier(imprint.any().unwrap()).unwrap();
        let digest = imprint.any().unwrap().body.to_vec();
        let nonce = inside.optional(tag::INTEGER).unwrap().map(|value| value.unsigned().unwrap().to_vec());
        let token = self.token(hash, &digest, at, nonce.as_deref());
        der::sequence(&[&der::sequence(&[&der::small(0)]), &token])
    }

    /// An OCSP response about a certificate of `ica`. `revoked`: since when.
    pub fn response(
        &self,
        cert: &Certificate,
        at: DateTime<Utc>,
        revoked: Option<DateTime<Utc>>,
        nonce: Option<&[u8]>,
    ) -> Vec<u8> {
        response_by(&self.ocsp, cert, &self.ica.cert, Hash::Sha1, at, revoked, nonce)
    }

    /// A CRL of `ica`.
    pub fn crl(&self, revoked: &[(&Certificate, DateTime<Utc>)], at: DateTime<Utc>) -> Vec<u8> {
        let entry = |(cert, since): &(&Certificate, DateTime<Utc>)| {
            der::sequence(&[&der::tlv(tag::INTEGER, &cert.serial), &der::time(*since)])
        };
        let entries: Vec<Vec<u8>> = revoked.iter().map(entry).collect();
        let entries = if entries.is_empty() {
            Vec::new()
        } else {
            der::sequence(&entries.iter().map(Vec::as_slice).collect::<Vec<_>>())
        };
        let algorithm = self.ica.key.usual();
        let tbs = der::sequence(&[
            &der::small(1),
            &algorithm.identifier(),
            self.ica.cert.subject.der(),
            &der::time(at),
            &der::time(at + chrono::TimeDelta::days(7)),
            &entries,
        ]);
        der::sequence(&[&tbs, &algorithm.identifier(), &der::bits(&self.ica.key.sign(algorithm, &tbs))])
    }

    /// A national trust list, without its signature.
    pub fn trust_list(&self) -> String {
        let service = |kind: &str, title: &str, cert: &Certificate| {
            use base64::Engine as _;
            let data = base64::engine::general_purpose::STANDARD.encode(cert.der());
            let uses = if kind == "CA/QC" {
                let one = |name: &str| {
                    format!(
                        "<Extension Critical=\"true\"><AdditionalServiceInformation><URI xml:lang=\"en\">http://uri.etsi.org/TrstSvc/TrustedList/SvcInfoExt/{name}</URI></AdditionalServiceInformation></Extension>"
                    )
                };
                let both = one("ForeSignatures") + &one("ForeSeals");
                format!("<ServiceInformationExtensions>{both}</ServiceInformationExtensions>")
            } else {
                String::new()
            };
            format!(
                "<TSPService><ServiceInformation><ServiceTypeIdentifier>http://uri.etsi.org/TrstSvc/Svctype/{kind}</ServiceTypeIdentifier>\
                 <ServiceName><Name xml:lang=\"en\">{title}</Name></ServiceName>\
                 <ServiceDigitalIdentity><DigitalId><X509Certificate>{data}</X509Certificate></DigitalId></ServiceDigitalIdentity>\
                 <ServiceStatus>http://uri.etsi.org/TrstSvc/TrustedList/Svcstatus/granted</ServiceStatus>\
                 <StatusStartingTime>2020-01-01T00:00:00Z</StatusStartingTime>{uses}</ServiceInformation></TSPService>"
            )
        };
        let services = [
            service("CA/QC", "Test issuer", &self.ica.cert),
            service("Certstatus/OCSP/QC", "Test responder", &self.ocsp.cert),
            service("TSA/QTST", "Test time stamps", &self.tsa.cert),
        ]
        .concat();
        format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
             <TrustServiceStatusList xmlns=\"http://uri.etsi.org/02231/v2#\" TSLTag=\"http://uri.etsi.org/19612/TSLTag\" Id=\"list\">\
             <SchemeInformation><TSLVersionIdentifier>5</TSLVersionIdentifier><TSLSequenceNumber>1</TSLSequenceNumber>\
             <TSLType>http://uri.etsi.org/TrstSvc/TrustedList/TSLType/EUgeneric</TSLType>\
             <SchemeOperatorName><Name xml:lang=\"en\">Test operator</Name></SchemeOperatorName>\
             <SchemeTerritory>LV</SchemeTerritory>\
             <ListIssueDateTime>2026-01-01T00:00:00Z</ListIssueDateTime><NextUpdate><dateTime>2026-07-01T00:00:00Z</dateTime></NextUpdate>\
             </SchemeInformation><TrustServiceProviderList><TrustServiceProvider>\
             <TSPInformation><TSPName><Name xml:lang=\"en\">Test provider</Name></TSPName></TSPInformation>\
             <TSPServices>{services}</TSPServices></TrustServiceProvider></TrustServiceProviderList></TrustServiceStatusList>"
        )
    }

    /// Trust in the list.
    pub fn trust(&self) -> TrustStore {
        let list = self.trust_list();
        let (store, notices) = TrustStore::from_files([("LV.xml", list.as_bytes())]);
        assert!(notices.is_empty(), "{notices:?}");
        store
    }
}

/// A token by any authority.
pub fn token_by(
    tsa: &Entity,
    others: &[Certificate],
    hash: Hash,
    digest: &[u8],
    at: DateTime<Utc>,
    nonce: Option<&[u8]>,
) -> Vec<u8> {
    let imprint = der::sequence(&[&hash.identifier(), &der::octets(digest)]);
    let when = der::tlv(tag::GENERALIZED_TIME, at.format("%Y%m%d%H%M%SZ").to_string().as_bytes());
    let serial = der::unsigned(&Hash::Sha256.digest_parts(&[digest, &when])[..8]);
    let content = der::sequence(&[
        &der::small(1),
        &der::oid(&der::arcs("0.4.0.2023.1.1")),
        &imprint,
        &serial,
        &when,
        &der::sequence(&[&der::small(1)]),
        &nonce.map(der::unsigned).unwrap_or_default(),
    ]);
    let algorithm = tsa.key.usual();
    let digest = algorithm.hash().digest(&content);
    let builder = SignedDataBuilder::new(&tsa.cert, algorithm, oid::TST_INFO, &digest, Some(at)).unwrap();
    let signature = tsa.key.sign(algorithm, builder.to_be_signed());
    builder.with_certificates(others).finish(&signature, Some(&content))
}

/// A response by any responder.
pub fn response_by(
    responder: &Entity,
    cert: &Certificate,
    issuer: &Certificate,
    id_hash: Hash,
    at: DateTime<Utc>,
    revoked: Option<DateTime<Utc>>,
    nonce: Option<&[u8]>,
) -> Vec<u8> {
    let when = |at: DateTime<Utc>| der::tlv(tag::GENERALIZED_TIME, at.format("%Y%m%d%H%M%SZ").to_string().as_bytes());
    let id = der::sequence(&[
        &id_hash.identifier(),
        &der::octets(&id_hash.digest(cert.issuer.der())),
        &der::octets(&id_hash.digest(&issuer.key_bits)),
        &der::tlv(tag::INTEGER, &cert.serial),
    ]);
    let status = revoked
        .map_or_else(|| der::tlv(tag::context(0), &[]), |since| der::tlv(tag::context_constructed(1), &when(since)));
    let next = der::tlv(tag::context_constructed(0), &when(at + chrono::TimeDelta::minutes(15)));
    let single = der::sequence(&[&id, &status, &when(at), &next]);
    let nonce = nonce.map(|nonce| {
        let one = extension(oid::OCSP_NONCE, false, &der::octets(nonce));
        der::tlv(tag::context_constructed(1), &der::sequence(&[&one]))
    });
    let data = der::sequence(&[
        &der::tlv(tag::context_constructed(1), responder.cert.subject.der()),
        &when(at),
        &der::sequence(&[&single]),
        &nonce.unwrap_or_default(),
    ]);
    let algorithm = responder.key.usual();
    let certs = der::tlv(tag::context_constructed(0), &der::sequence(&[responder.cert.der()]));
    let signature = der::bits(&responder.key.sign(algorithm, &data));
    let basic = der::sequence(&[&data, &algorithm.identifier(), &signature, &certs]);
    let bytes = der::sequence(&[&der::oid(oid::OCSP_BASIC), &der::octets(&basic)]);
    der::sequence(&[&der::tlv(tag::ENUMERATED, &[0]), &der::tlv(tag::context_constructed(0), &bytes)])
}

/// The same SignedData in BER as others write it: outer values with indefinite lengths, the content in
/// pieces; certificates and signers as they are.
pub fn to_ber(encoded: &[u8]) -> Vec<u8> {
    ber_at(encoded, 1)
}

fn ber_at(encoded: &[u8], level: u8) -> Vec<u8> {
    let value = Tlv::first(encoded).unwrap();
    let mut out = Vec::new();
    if value.tag & tag::CONSTRUCTED != 0 {
        out.extend([value.tag, 0x80]);
        let leave = level == 4 && value.tag != tag::SEQUENCE;
        let mut inside = value.inside().unwrap();
        while !inside.is_empty() {
            let raw = inside.any().unwrap().raw;
            out.extend(if leave { raw.to_vec() } else { ber_at(raw, level + 1) });
        }
        out.extend([0, 0]);
    } else if value.tag == tag::OCTET_STRING && value.body.len() > 40 {
        out.extend([tag::OCTET_STRING | tag::CONSTRUCTED, 0x80]);
        for piece in value.body.chunks(33) {
            out.extend(der::octets(piece));
        }
        out.extend([0, 0]);
    } else {
        out.extend_from_slice(value.raw);
    }
    out
}
