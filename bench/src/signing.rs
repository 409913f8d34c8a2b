//! `novads bench signing`: processor time to judge and to make signatures, beside libdigidocpp in the same run.

use std::{
    env,
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
    process::Command,
    sync::Arc,
    time::Instant,
};

use ::signing::ports::{Revocations as _, TimeStamps as _};
use anyhow::{Context as _, Result, anyhow, ensure};
use asice::{
    container::write::{self, File},
    pki::{Certificate, Curve, Hash, SignatureAlgorithm},
    trust::TrustStore,
    verify,
    xades::{extend::Extension, sign::Draft},
};
use chrono::{DateTime, Utc};
use port_esign::{Http, HttpRevocations, HttpSettings, Rfc3161};
use port_keys::{PrivateKey, RawSigner as _, from_pkcs12};
use port_signsim::{Person, Simulator};
use types::Clock;

use crate::{
    machine,
    report::{goal, median, say, table},
};

/// What the other runs in.
const SCRIPT: &str = include_str!("signing.py");
/// Of a batch, so many time stamps are asked for at once.
const AT_ONCE: usize = 4;

/// `novads bench signing`
#[derive(clap::Args, Clone, Debug)]
#[command(after_help = "\
Beside our own figures stands libdigidocpp (PyPI pydigidoc), where it is installed: in the Python of NOVADS_REFEREES,
else .cache/venv/bin/python. The time stamps are the simulator's, in this process. Figures of a debug build tell nothing.")]
pub struct Signing {
    /// Rounds a figure is the middle of
    #[arg(long, default_value_t = 15)]
    pub rounds: usize,
    /// Orders of the batch
    #[arg(long, default_value_t = 1000)]
    pub batch: usize,
    /// Write the figures into this file
    #[arg(long, value_name = "FILE")]
    pub json: Option<PathBuf>,
}

/// A signer and the services.
struct Desk {
    key: PrivateKey,
    path: Vec<Certificate>,
    tsa: Arc<Rfc3161>,
    revocations: HttpRevocations,
    simulator: Simulator,
}

const ALGORITHM: SignatureAlgorithm = SignatureAlgorithm::Ecdsa(Hash::Sha256);
const NAME: &str = "META-INF/signatures0.xml";

impl Desk {
    async fn new() -> Result<Self> {
        let simulator = Simulator::start(0, b"bench", Clock::System).await?;
        let who = Person { given: "Anna".into(), surname: "Paraugs".into(), code: "01018012345".into() };
        let held = simulator.world.person(&who, Curve::P256)?.pkcs12("x")?;
        let (key, path) = from_pkcs12(&held, "x")?;
        let http = Http::new(&HttpSettings::default())?;
        let tsa = Arc::new(Rfc3161::new(http.clone(), simulator.url("/tsa")));
        let revocations = HttpRevocations::at(http, simulator.url("/ocsp"));
        Ok(Self { key, path, tsa, revocations, simulator })
    }

    fn own(&self) -> Result<&Certificate> {
        self.path.first().context("a certificate")
    }

    fn signed(&self, files: &[File<'_>], at: DateTime<Utc>) -> Result<Vec<u8>> {
        let signer = self.own()?;
        let draft = Draft { id: "S0".into(), signer, algorithm: ALGORITHM, at, roles: Vec::new(), place: None };
        let prepared = draft.prepare(files)?;
        Ok(prepared.finish(&self.key.sign(ALGORITHM, prepared.to_be_signed(), &prepared.digest())?)?)
    }

    async fn stamp(&self, file: &[u8]) -> Result<Vec<u8>> {
        let data = Extension::open(file, "S0")?.timestamp_data();
        Ok(self.tsa.stamp(Hash::Sha256, &Hash::Sha256.digest(&data)).await?)
    }

    fn finished(
        &self,
        files: &[File<'_>],
        file: &[u8],
        token: &[u8],
        answer: &[u8],
        at: DateTime<Utc>,
    ) -> Result<Vec<u8>> {
        let file = Extension::open(file, "S0")?.with_timestamp(token)?;
        let file = Extension::open(&file, "S0")?.with_values(&self.path, &[answer.to_vec()], &[])?;
        Ok(write::new(files, &[(NAME.to_owned(), file)], at)?)
    }

    async fn answer(&self) -> Result<Vec<u8>> {
        let issuer = self.path.get(1).context("an issuer")?;
        Ok(self.revocations.ocsp(self.own()?, issuer).await?)
    }
}

fn order(number: usize) -> Vec<u8> {
    format!("Rīkojums Nr. {number}. {}", "Piešķirt atvaļinājumu. ".repeat(400)).into_bytes()
}

pub(crate) async fn run(args: &Signing) -> Result<()> {
    let rounds = args.rounds.max(1);
    say(&format!("load {:.1}, {} processors", machine::load(), machine::processors()));
    let desk = Desk::new().await?;
    let now: DateTime<Utc> = Clock::System.now();
    let content = order(1);
    let files = [File { name: "rīkojums.txt", media_type: "text/plain", content: &content }];
    let plain = desk.signed(&files, now)?;
    let (token, answer) = (desk.stamp(&plain).await?, desk.answer().await?);
    let container = desk.finished(&files, &plain, &token, &answer, now)?;
    let list = desk.simulator.world.national_list()?;
    let (trust, notices) = TrustStore::from_files([("LV.xml", list.as_bytes())]);
    ensure!(notices.is_empty(), "{notices:?}");
    let validate = cpu(rounds, 50, || {
        let report = verify::verify(&verify::Request::new(&container, &trust, Clock::System.now()));
        ensure!(report.passed(), "the benchmark's container is not valid");
        Ok(())
    })?;
    let sign = cpu(rounds, 50, || {
        let file = desk.signed(&files, now)?;
        std::hint::black_box(write::new(&files, &[(NAME.to_owned(), file)], now)?);
        Ok(())
    })?;
    let assemble = cpu(rounds, 50, || {
        std::hint::black_box(desk.finished(&files, &plain, &token, &answer, now)?);
        Ok(())
    })?;
    let digidoc = other(&container, list.as_bytes(), desk.simulator.world.list_signer().der(), rounds)?;
    let (whole, stamps) = batch(&desk, args.batch.max(1)).await?;
    let own = sign + assemble;
    let text = |figure: f64| format!("{figure:.3}");
    let mut rows = vec![
        vec!["judge an LT container".to_owned(), text(validate), String::new()],
        vec!["sign, level B, P-256, with its container".to_owned(), text(sign), goal(sign, 1.0)],
        vec!["put time stamp, certificates, OCSP in".to_owned(), text(assemble), String::new()],
        vec!["one of the batch, elapsed".to_owned(), text(whole), String::new()],
        vec!["its time stamp alone, elapsed".to_owned(), text(stamps), String::new()],
    ];
    if let Some(digidoc) = digidoc {
        rows.push(vec!["libdigidocpp judges the same".to_owned(), text(digidoc), String::new()]);
    }
    table(&["", "ms", "goal"], &rows);
    if let Some(digidoc) = digidoc {
        say(&format!("ours to libdigidocpp: 1/{:.1} ({})", digidoc / validate, goal(validate / digidoc, 0.2)));
    }
    say(&format!(
        "batch of {}: {:.2} times its time stamps alone; {:.0} % of an order's elapsed time is our own work",
        args.batch,
        whole / stamps,
        own / whole * 100.0
    ));
    if let Some(path) = &args.json {
        let figures = serde_json::json!({
            "load": machine::load(), "validate_lt_ms": validate, "sign_b_p256_ms": sign, "assemble_lt_ms": assemble,
            "libdigidocpp_validate_lt_ms": digidoc, "batch": args.batch, "batch_each_ms": whole, "stamp_each_ms": stamps,
        });
        fs::write(path, serde_json::to_string_pretty(&figures)?)?;
    }
    Ok(())
}

/// Elapsed milliseconds of one order of the batch, and of its time stamp alone.
async fn batch(desk: &Desk, count: usize) -> Result<(f64, f64)> {
    let now = Clock::System.now();
    let contents: Vec<Vec<u8>> = (0..count).map(order).collect();
    let start = Instant::now();
    for group in contents.chunks(AT_ONCE) {
        let mut waiting = tokio::task::JoinSet::new();
        let mut plain = Vec::with_capacity(group.len());
        for (number, content) in group.iter().enumerate() {
            let files = [File { name: "rīkojums.txt", media_type: "text/plain", content }];
            let file = desk.signed(&files, now)?;
            let digest = Hash::Sha256.digest(&Extension::open(&file, "S0")?.timestamp_data());
            plain.push(file);
            waiting.spawn(stamped(desk.tsa.clone(), number, digest));
        }
        let answer = desk.answer().await?;
        while let Some(done) = waiting.join_next().await {
            let (number, token) = done??;
            let (Some(content), Some(file)) = (group.get(number), plain.get(number)) else { continue };
            let files = [File { name: "rīkojums.txt", media_type: "text/plain", content }];
            std::hint::black_box(desk.finished(&files, file, &token, &answer, now)?);
        }
    }
    let whole = start.elapsed();
    let start = Instant::now();
    for group in contents.chunks(AT_ONCE) {
        let mut waiting = tokio::task::JoinSet::new();
        for (number, content) in group.iter().enumerate() {
            waiting.spawn(stamped(desk.tsa.clone(), number, Hash::Sha256.digest(content)));
        }
        while let Some(done) = waiting.join_next().await {
            done??;
        }
    }
    let stamps = start.elapsed();
    let each = |all: std::time::Duration| all.as_secs_f64() * 1000.0 / count as f64;
    Ok((each(whole), each(stamps)))
}

/// A token, and which order's it is.
async fn stamped(tsa: Arc<Rfc3161>, number: usize, digest: Vec<u8>) -> Result<(usize, Vec<u8>)> {
    Ok((number, tsa.stamp(Hash::Sha256, &digest).await?))
}

/// Processor milliseconds of one: the middle of the rounds.
fn cpu(rounds: usize, each: u32, mut run: impl FnMut() -> Result<()>) -> Result<f64> {
    let mut figures = Vec::with_capacity(rounds);
    for _ in 0..rounds {
        let start = machine::thread_time()?;
        for _ in 0..each {
            run()?;
        }
        figures.push((machine::thread_time()? - start) * 1000.0 / f64::from(each));
    }
    Ok(median(&figures))
}

/// Milliseconds of libdigidocpp, where it is.
fn other(container: &[u8], list: &[u8], signer: &[u8], rounds: usize) -> Result<Option<f64>> {
    let folder = env::temp_dir().join(format!("novads-bench-signing-{}", std::process::id()));
    let cache = folder.join("cache");
    fs::create_dir_all(&cache)?;
    let figure = beside(&folder, &cache, container, list, signer, rounds);
    fs::remove_dir_all(&folder)?;
    figure
}

fn beside(
    folder: &Path,
    cache: &Path,
    container: &[u8],
    list: &[u8],
    signer: &[u8],
    rounds: usize,
) -> Result<Option<f64>> {
    fs::write(cache.join("LV.xml"), list)?;
    let (file, der) = (folder.join("order.asice"), folder.join("signer.der"));
    fs::write(&file, container)?;
    fs::write(&der, signer)?;
    let python = env::var_os("NOVADS_REFEREES").unwrap_or_else(|| OsString::from(".cache/venv/bin/python"));
    let mut command = Command::new(&python);
    command.arg("-c").arg(SCRIPT).arg(cache).arg(&der).arg(&file).arg(rounds.to_string());
    let Ok(said) = command.output() else { return Ok(None) };
    ensure!(said.status.success(), "libdigidocpp: {}", String::from_utf8_lossy(&said.stderr));
    let figures: serde_json::Value = serde_json::from_slice(&said.stdout)?;
    let figure = figures.get("validate_ms").and_then(serde_json::Value::as_f64);
    figure.map(Some).ok_or_else(|| anyhow!("libdigidocpp gave no figure"))
}
