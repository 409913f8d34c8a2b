//! The signer's key and the services that give proofs, as named on the command line.

use std::{path::PathBuf, sync::Arc};

use anyhow::{Context as _, Result, anyhow, bail};
use asice::pki::{Certificate, Hash};
use clap::Args;
use port_esign::{Http, HttpRevocations, HttpSettings, Identity, Rfc3161};
use port_keys::{HeldKey, Pkcs11Key, Pkcs11Uri, RawSigner, algorithm_for, from_pkcs12};
use signing::ports::{About, Revocations as _, TimeStamps as _, Whose};

/// Whose key.
#[derive(Args, Clone, Debug)]
pub struct KeyArgs {
    /// The signer's key: a PKCS#12 file, or pkcs11:token=...;object=...?module-path=/...so
    #[arg(long, value_name = "P12|PKCS11-URI")]
    pub key: String,
    /// The environment variable with the file's password or the token's PIN
    #[arg(long, value_name = "VAR")]
    pub password_env: Option<String>,
    /// Sign with RSA as PSS instead of PKCS#1
    #[arg(long)]
    pub pss: bool,
    /// Certificates of issuers (PEM or DER) that are not beside the key; may be said several times
    #[arg(long, value_name = "FILE")]
    pub issuer: Vec<PathBuf>,
}

/// Who gives proofs.
#[derive(Args, Clone, Debug)]
pub struct ProofArgs {
    /// The time-stamp authority (RFC 3161)
    #[arg(long, value_name = "URL")]
    pub tsa: Option<String>,
    /// A certificate (PEM) to show to an authority that asks who we are
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    pub tls_cert: Option<PathBuf>,
    /// Its private key (PEM)
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    pub tls_key: Option<PathBuf>,
    /// An authority (PEM) to trust for TLS besides the public ones
    #[arg(long, value_name = "FILE")]
    pub tls_ca: Option<PathBuf>,
    /// The OCSP responder; default: whom the certificate names
    #[arg(long, value_name = "URL")]
    pub ocsp: Option<String>,
}

/// Time stamps and revocation answers.
pub struct Proofs {
    runtime: tokio::runtime::Runtime,
    tsa: Option<Rfc3161>,
    revocations: HttpRevocations,
}

/// The hash that time stamps are over.
pub const STAMPED: Hash = Hash::Sha256;

impl Proofs {
    /// Prepares to ask; asks nobody yet.
    pub fn new(args: &ProofArgs) -> Result<Self> {
        let read = |path: &PathBuf| std::fs::read(path).with_context(|| path.display().to_string());
        let identity = match (&args.tls_cert, &args.tls_key) {
            (Some(cert), Some(key)) => Some(Identity::from_pem(&read(cert)?, &read(key)?)?),
            _ => None,
        };
        let authorities = args.tls_ca.as_ref().map(read).transpose()?.unwrap_or_default();
        // Whoever signs at a command line chose the key and trusts its certificate: what it names may be asked.
        let http = Http::new(&HttpSettings { authorities, identity, ..HttpSettings::default() })?;
        let revocations = match &args.ocsp {
            Some(url) => HttpRevocations::at(http.clone(), url),
            None => HttpRevocations::new(http.clone()),
        };
        let tsa = args.tsa.as_ref().map(|url| Rfc3161::new(http, url));
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        Ok(Self { runtime, tsa, revocations })
    }

    /// Whether time stamps can be had.
    pub fn stamps(&self) -> bool {
        self.tsa.is_some()
    }

    /// A token over data.
    pub fn stamp(&self, data: &[u8]) -> Result<Vec<u8>> {
        self.stamp_digest(&STAMPED.digest(data))
    }

    /// A token over a digest by [`STAMPED`].
    pub fn stamp_digest(&self, digest: &[u8]) -> Result<Vec<u8>> {
        let tsa = self.tsa.as_ref().ok_or_else(|| anyhow!("a time stamp is needed: say --tsa URL"))?;
        self.runtime.block_on(tsa.stamp(STAMPED, digest)).context("time stamp")
    }

    /// What the responder says of a certificate.
    pub fn ocsp(&self, certificate: &Certificate, issuer: &Certificate) -> Result<Vec<u8>> {
        self.runtime.block_on(self.revocations.ocsp(certificate, issuer)).context("OCSP")
    }
}

/// Opens the key.
pub fn open(args: &KeyArgs) -> Result<HeldKey> {
    let password = match &args.password_env {
        Some(name) => std::env::var(name).with_context(|| format!("the environment variable {name}"))?,
        None => String::new(),
    };
    let (signer, mut certificates): (Arc<dyn RawSigner>, Vec<Certificate>) = if Pkcs11Uri::looks_like(&args.key) {
        let uri = Pkcs11Uri::parse(&args.key)?;
        let pin = match &uri.pin_file {
            Some(path) if args.password_env.is_none() => {
                std::fs::read_to_string(path).with_context(|| path.display().to_string())?.trim_end().to_owned()
            }
            _ => password,
        };
        let (key, certificates) = Pkcs11Key::open(&uri, &pin)?;
        (Arc::new(key), certificates)
    } else {
        let bytes = std::fs::read(&args.key).with_context(|| args.key.clone())?;
        let (key, certificates) = from_pkcs12(&bytes, &password).with_context(|| args.key.clone())?;
        (Arc::new(key), certificates)
    };
    certificates.extend(issuers(&args.issuer)?);
    let Some(own) = certificates.first() else { bail!("the key has no certificate") };
    let algorithm = algorithm_for(own, args.pss)?;
    let about = About { code: "file".into(), label_lv: String::new(), label_en: String::new(), whose: Whose::Person };
    Ok(HeldKey::new(about, certificates, algorithm, signer))
}

/// Reads certificates of issuers.
pub fn issuers(files: &[PathBuf]) -> Result<Vec<Certificate>> {
    let mut found = Vec::new();
    for path in files {
        let bytes = std::fs::read(path).with_context(|| path.display().to_string())?;
        found.extend(Certificate::parse_many(&bytes).with_context(|| path.display().to_string())?);
    }
    Ok(found)
}

/// The certificate's path as far as `known` goes: itself, its issuer, and so on.
pub fn path(certificate: &Certificate, known: &[Certificate]) -> Vec<Certificate> {
    let mut path = vec![certificate.clone()];
    while let Some(last) = path.last().filter(|last| !last.is_self_issued()).cloned() {
        let signed =
            |c: &&Certificate| last.may_be_issued_by(c) && last.verify_signed_by(&c.key).is_ok() && !path.contains(c);
        match known.iter().find(signed) {
            Some(issuer) => path.push(issuer.clone()),
            None => break,
        }
    }
    path
}

/// The path and the responder's answer: what makes a signature provable for long.
pub fn prove(proofs: &Proofs, path: &[Certificate]) -> Result<Vec<u8>> {
    let [own, issuer, ..] = path else { bail!("the issuer's certificate is not at hand: name it with --issuer FILE") };
    proofs.ocsp(own, issuer)
}
