//! `novads signature extend`

use std::path::PathBuf;

use anyhow::{Context as _, Result, bail};
use asice::{
    container::{Container, write, zip::Limits},
    pades::{self, file::Pdf},
    pki::{Certificate, SignedData},
    trust::TrustStore,
    xades::{extend::Extension, read},
    xml::dom,
};
use chrono::{DateTime, Utc};
use clap::Args;

use super::{
    key::{self, ProofArgs, Proofs},
    sign::{Level, save, stamp_document},
};

/// `novads signature extend`
#[derive(Args, Clone, Debug)]
#[command(after_help = "\
Every signature of the file gets what it lacks: a time stamp, certificates and the revocation answer, for LTA one
more archive time stamp over all of it. The signed files are not touched.

Exit code 0: written. 1: not extended; standard error says why. 2: wrong usage.
Example:
  novads signature extend rikojums.edoc --level LTA --tsa https://tsa.example/ --trust lists/ --out rikojums.edoc")]
pub struct Extend {
    /// The signed container or PDF
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// How much is to be proven: LT or LTA
    #[arg(long, value_enum)]
    pub level: Level,
    /// Who gives proofs.
    #[command(flatten)]
    pub proofs: ProofArgs,
    /// Certificates of issuers (PEM or DER) that are not in the file
    #[arg(long, value_name = "FILE")]
    pub issuer: Vec<PathBuf>,
    /// A trust list or certificate, or a folder of them, where issuers are looked for
    #[arg(long, value_name = "FILE|DIR")]
    pub trust: Vec<PathBuf>,
    /// Where to write it
    #[arg(long, short, value_name = "FILE")]
    pub out: PathBuf,
}

/// Where issuers are found.
struct Issuers {
    named: Vec<Certificate>,
    trust: TrustStore,
}

impl Issuers {
    fn path(&self, certificate: &Certificate, near: &[Certificate]) -> Vec<Certificate> {
        let mut known = [near, &self.named].concat();
        known.extend(self.trust.possible_issuers(certificate));
        key::path(certificate, &known)
    }
}

/// Extends and writes.
pub fn run(args: &Extend, now: DateTime<Utc>) -> Result<()> {
    if args.level < Level::Lt {
        bail!("--level is LT or LTA");
    }
    let proofs = Proofs::new(&args.proofs)?;
    let issuers = Issuers { named: key::issuers(&args.issuer)?, trust: super::read_trust(&args.trust)? };
    let bytes = super::read(&args.file).with_context(|| args.file.display().to_string())?;
    let extended = if pades::validate::is_pdf(&bytes) {
        paper(&bytes, args.level, &proofs, &issuers)?
    } else {
        container(&bytes, args.level, &proofs, &issuers, now)?
    };
    save(&args.out, &extended)
}

fn container(bytes: &[u8], level: Level, proofs: &Proofs, issuers: &Issuers, now: DateTime<Utc>) -> Result<Vec<u8>> {
    let container = Container::open(bytes, None, Limits::default()).map_err(super::said)?;
    if !container.usable || container.signature_files().is_empty() {
        bail!("not a signed container");
    }
    let mut changed = Vec::new();
    for entry in container.signature_files() {
        let mut file = container.read(entry)?.into_owned();
        for id in ids(&file)? {
            file = signature(&container, file, &id, level, proofs, issuers)
                .with_context(|| format!("{}: {id}", entry.name))?;
        }
        changed.push((entry.name.clone(), file));
    }
    Ok(write::with(&container, &changed, now)?)
}

fn ids(file: &[u8]) -> Result<Vec<String>> {
    let doc = dom::Document::parse(file, dom::Limits::SIGNATURE)?;
    let nodes = read::signatures(&doc, "").map_err(super::said)?;
    Ok(nodes.into_iter().map(|n| doc.attribute(n, "Id").unwrap_or_default().to_owned()).collect())
}

fn signature(
    container: &Container<'_>,
    mut file: Vec<u8>,
    id: &str,
    level: Level,
    proofs: &Proofs,
    issuers: &Issuers,
) -> Result<Vec<u8>> {
    let open = Extension::open(&file, id)?;
    if open.signature().stamps.is_empty() && !open.signature().is_time_mark() {
        let token = proofs.stamp(&open.timestamp_data())?;
        file = open.with_timestamp(&token)?;
    }
    let open = Extension::open(&file, id)?;
    let xades = open.signature();
    let near: Vec<Certificate> = xades
        .signature
        .certificates
        .iter()
        .chain(&xades.certificates)
        .filter_map(|der| Certificate::parse(der).ok())
        .collect();
    if xades.ocsp.is_empty() && xades.crls.is_empty() {
        let signer = near.first().context("the signature does not bring the signer's certificate")?;
        let path = issuers.path(signer, &near);
        let answer = key::prove(proofs, &path)?;
        file = open.with_values(&path, &[answer], &[])?;
    }
    if level >= Level::Lta {
        let open = Extension::open(&file, id)?;
        let token = proofs.stamp(&open.archive_data(container)?)?;
        file = open.with_archive_timestamp(&token)?;
    }
    Ok(file)
}

fn paper(bytes: &[u8], level: Level, proofs: &Proofs, issuers: &Issuers) -> Result<Vec<u8>> {
    let pdf = Pdf::open(bytes)?;
    let found = pdf.signatures()?;
    let mut more = pades::proofs::read(&pdf)?;
    let before = (more.certificates.len(), more.responses.len());
    let mut any = false;
    for one in found.iter().filter(|f| !f.is_time_stamp) {
        any = true;
        let cms = SignedData::parse(&one.contents).with_context(|| one.field.clone())?;
        let Some(signer) = cms.signers.first() else { bail!("{}: no signer", one.field) };
        let own = cms.certificates.iter().find(|c| signer.names(c));
        let own = own.with_context(|| format!("{}: the signer's certificate is missing", one.field))?;
        let path = issuers.path(own, &[cms.certificates.as_slice(), &more.certificates].concat());
        if let [_, issuer, ..] = path.as_slice() {
            let known = more.responses.iter().filter_map(|r| asice::pki::ocsp::OcspResponse::parse(r).ok());
            if known.into_iter().any(|answer| answer.find(own, issuer).is_some()) {
                continue;
            }
        }
        more.responses.push(key::prove(proofs, &path)?);
        more.certificates.extend(path);
    }
    if !any {
        bail!("the PDF is not signed");
    }
    let mut out = bytes.to_vec();
    if before != (more.certificates.len(), more.responses.len()) {
        out = pades::write::add_proofs(&out, &more)?;
    }
    if level >= Level::Lta {
        out = stamp_document(&out, proofs)?;
    }
    Ok(out)
}
