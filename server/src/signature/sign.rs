//! `novads signature sign`

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use asice::{
    container::{Container, Kind, write, zip::Limits},
    pades,
    xades::{extend::Extension, sign::Draft, sign::uses_id},
};
use chrono::{DateTime, Utc};
use clap::{Args, ValueEnum};
use port_keys::HeldKey;

use super::key::{self, KeyArgs, ProofArgs, Proofs};

/// How much a signature proves, and for how long.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
#[value(rename_all = "UPPER")]
pub enum Level {
    /// Signed
    B,
    /// And time-stamped
    T,
    /// And with certificates and the revocation answer
    #[value(name = "LT")]
    Lt,
    /// And with an archive time stamp over all of it
    #[value(name = "LTA")]
    Lta,
}

/// What is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Form {
    /// A container with XML signatures: .edoc, .asice
    Asice,
    /// The PDF itself, with its signature inside
    Pades,
}

/// `novads signature sign`
#[derive(Args, Clone, Debug)]
#[command(after_help = "\
If the only FILE is a signed container already, the signature is added to it, over the same files; a signed
PDF gets one more signature. What is there stays byte for byte.

Exit code 0: written. 1: not signed; standard error says why. 2: wrong usage.
Examples:
  PIN=... novads signature sign rikojums.pdf pielikums.xlsx --key zimogs.p12 --password-env PIN \\
      --tsa https://tsa.example/ --level LTA --out rikojums.edoc
  novads signature sign rikojums.pdf --format pades --tsa https://tsa.example/ --out parakstits.pdf \\
      --key 'pkcs11:token=Dome;object=zimogs?module-path=/usr/lib/softhsm/libsofthsm2.so&pin-source=/run/pin'")]
pub struct Sign {
    /// What to sign
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Whose key.
    #[command(flatten)]
    pub key: KeyArgs,
    /// Who gives proofs.
    #[command(flatten)]
    pub proofs: ProofArgs,
    /// How much to prove. Default: LT with --tsa, else B
    #[arg(long, value_enum)]
    pub level: Option<Level>,
    /// What to write
    #[arg(long, value_enum, default_value_t = Form::Asice)]
    pub format: Form,
    /// A role that the signer claims; may be said several times
    #[arg(long, value_name = "TEXT")]
    pub role: Vec<String>,
    /// Why, in a PDF
    #[arg(long, value_name = "TEXT")]
    pub reason: Option<String>,
    /// Where to write it
    #[arg(long, short, value_name = "FILE")]
    pub out: PathBuf,
}

/// Signs and writes.
pub fn run(args: &Sign, now: DateTime<Utc>) -> Result<()> {
    let proofs = Proofs::new(&args.proofs)?;
    let level = args.level.unwrap_or(if proofs.stamps() { Level::Lt } else { Level::B });
    if level > Level::B && !proofs.stamps() {
        bail!("levels above B need a time stamp: say --tsa URL");
    }
    let key = key::open(&args.key)?;
    let signed = match args.format {
        Form::Asice => asice(args, &key, &proofs, level, now)?,
        Form::Pades => pades(args, &key, &proofs, level, now)?,
    };
    save(&args.out, &signed)
}

/// Whole or not at all: a container that is extended in its place must not be lost half-way.
pub fn save(out: &Path, bytes: &[u8]) -> Result<()> {
    let mut name = out.file_name().context("--out is not a file")?.to_owned();
    name.push(".part");
    let part = out.with_file_name(name);
    std::fs::write(&part, bytes).with_context(|| part.display().to_string())?;
    std::fs::rename(&part, out).with_context(|| out.display().to_string())
}

/// A file by itself, to be put into a container.
struct Loose {
    name: String,
    media_type: String,
    content: Vec<u8>,
}

fn load(path: &Path) -> Result<Loose> {
    let shown = || path.display().to_string();
    let content = super::read(path).with_context(shown)?;
    if content.len() > Limits::default().entry as usize {
        bail!("{}: too large", path.display());
    }
    let name = path.file_name().and_then(|n| n.to_str()).with_context(shown)?.to_owned();
    let media_type = media_type(&name).to_owned();
    Ok(Loose { name, media_type, content })
}

/// By the name's ending, as containers say it.
fn media_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map(|(_, end)| end.to_ascii_lowercase()).unwrap_or_default().as_str() {
        "pdf" => "application/pdf",
        "txt" => "text/plain",
        "xml" => "text/xml",
        "csv" => "text/csv",
        "htm" | "html" => "text/html",
        "json" => "application/json",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "docx" => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "xlsx" => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "odt" => "application/vnd.oasis.opendocument.text",
        "ods" => "application/vnd.oasis.opendocument.spreadsheet",
        "edoc" | "asice" | "sce" | "bdoc" => asice::container::ASIC_E,
        "zip" => "application/zip",
        _ => "application/octet-stream",
    }
}

fn asice(args: &Sign, key: &HeldKey, proofs: &Proofs, level: Level, now: DateTime<Utc>) -> Result<Vec<u8>> {
    let loose: Result<Vec<Loose>> = args.files.iter().map(|f| load(f)).collect();
    let loose = loose?;
    if let [only] = loose.as_slice()
        && let Some(container) = signed_container(&only.content)
    {
        return add(&container, args, key, proofs, level, now);
    }
    let files: Vec<write::File<'_>> =
        loose.iter().map(|f| write::File { name: &f.name, media_type: &f.media_type, content: &f.content }).collect();
    let name = "META-INF/signatures0.xml".to_owned();
    let plain = baseline(&files, "S0", args, key, now)?;
    let bare = write::new(&files, &[(name.clone(), plain.clone())], now)?;
    let file = raise(&bare, plain, "S0", key, proofs, level)?;
    Ok(write::new(&files, &[(name, file)], now)?)
}

fn signed_container(bytes: &[u8]) -> Option<Container<'_>> {
    let container = Container::open(bytes, None, Limits::default()).ok()?;
    let is = container.usable && container.kind == Kind::AsicE && !container.signature_files().is_empty();
    is.then_some(container)
}

fn add(
    container: &Container<'_>,
    args: &Sign,
    key: &HeldKey,
    proofs: &Proofs,
    level: Level,
    now: DateTime<Utc>,
) -> Result<Vec<u8>> {
    let mut contents = Vec::new();
    for entry in container.documents() {
        let media = container.media_types.get(&entry.name).cloned().unwrap_or_else(|| media_type(&entry.name).into());
        contents.push((entry.name.clone(), media, container.read(entry)?.into_owned()));
    }
    let files: Vec<write::File<'_>> =
        contents.iter().map(|(name, media_type, content)| write::File { name, media_type, content }).collect();
    let mut there = Vec::new();
    for entry in container.signature_files() {
        there.push(container.read(entry)?);
    }
    let free = |n: &usize| !there.iter().any(|file| uses_id(file, &format!("S{n}")));
    let id = format!("S{}", (0..).find(free).unwrap_or_default());
    let plain = baseline(&files, &id, args, key, now)?;
    let name = write::free_name(container);
    let bare = write::with(container, &[(name.clone(), plain.clone())], now)?;
    let file = raise(&bare, plain, &id, key, proofs, level)?;
    Ok(write::with(container, &[(name, file)], now)?)
}

fn baseline(files: &[write::File<'_>], id: &str, args: &Sign, key: &HeldKey, now: DateTime<Utc>) -> Result<Vec<u8>> {
    let signer = key.certificates.first().context("the key has no certificate")?;
    let draft =
        Draft { id: id.to_owned(), signer, algorithm: key.algorithm, at: now, roles: args.role.clone(), place: None };
    let prepared = draft.prepare(files)?;
    Ok(prepared.finish(&key.sign_raw(prepared.to_be_signed())?)?)
}

fn raise(bare: &[u8], plain: Vec<u8>, id: &str, key: &HeldKey, proofs: &Proofs, level: Level) -> Result<Vec<u8>> {
    let mut file = plain;
    if level >= Level::T {
        let open = Extension::open(&file, id)?;
        let token = proofs.stamp(&open.timestamp_data())?;
        file = open.with_timestamp(&token)?;
    }
    if level >= Level::Lt {
        let signer = key.certificates.first().context("the key has no certificate")?;
        let path = key::path(signer, &key.certificates);
        let answer = key::prove(proofs, &path)?;
        file = Extension::open(&file, id)?.with_values(&path, &[answer], &[])?;
    }
    if level >= Level::Lta {
        // The archive stamp is over the signed files too: the container without the proofs has them.
        let container = Container::open(bare, None, Limits::default()).map_err(super::said)?;
        let open = Extension::open(&file, id)?;
        let token = proofs.stamp(&open.archive_data(&container)?)?;
        file = open.with_archive_timestamp(&token)?;
    }
    Ok(file)
}

fn pades(args: &Sign, key: &HeldKey, proofs: &Proofs, level: Level, now: DateTime<Utc>) -> Result<Vec<u8>> {
    let [path] = args.files.as_slice() else { bail!("a PDF is signed by itself: name one FILE") };
    let pdf = super::read(path).with_context(|| path.display().to_string())?;
    let signer = key.certificates.first().context("the key has no certificate")?;
    let chain = key::path(signer, &key.certificates);
    let others = chain.get(1..).unwrap_or_default();
    let wish = pades::Wish {
        at: Some(now),
        name: signer.subject.common_name().map(str::to_owned),
        reason: args.reason.clone(),
        ..pades::Wish::default()
    };
    let signing = pades::Signing::begin(&pdf, &wish, signer, others, key.algorithm)?;
    let raw = key.sign_raw(signing.to_be_signed())?;
    let token = match level {
        Level::B => None,
        _ => Some(proofs.stamp_digest(&signing.stamp_digest(&raw, key::STAMPED))?),
    };
    let mut out = signing.finish(&raw, token.as_deref())?;
    if level >= Level::Lt {
        let answer = key::prove(proofs, &chain)?;
        let more = pades::Proofs { certificates: chain.clone(), responses: vec![answer], crls: Vec::new() };
        out = pades::write::add_proofs(&out, &more)?;
    }
    if level >= Level::Lta {
        out = stamp_document(&out, proofs)?;
    }
    Ok(out)
}

/// A document time stamp over the whole PDF.
pub fn stamp_document(pdf: &[u8], proofs: &Proofs) -> Result<Vec<u8>> {
    let prepared = pades::write::prepare_time_stamp(pdf, 0)?;
    let token = proofs.stamp_digest(&prepared.digest(key::STAMPED))?;
    Ok(prepared.finish(&token)?)
}
