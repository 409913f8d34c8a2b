//! From level B to LT and LTA: time stamps and revocation answers, asked of the world while no transaction is open.

use std::{collections::HashSet, sync::Arc};

use asice::{
    container::{
        Container,
        write::{self, File},
    },
    pki::{Certificate, Hash, TimeStampToken},
    trust::Purpose,
    xades::extend::{ExtendError, Extension},
};
use op::Op;
use tokio::{sync::Semaphore, task::JoinSet};
use types::{Date, Timestamp};

use crate::{
    model::{Proof, Reason, proof_reason},
    ports::{ProofError, Revocations, TimeStamps, Trust, TrustLists},
};

/// Time stamps asked for at a time.
const AT_ONCE: usize = 8;
/// What signature values and archives are stamped by.
const HASH: Hash = Hash::Sha256;

/// Whom we ask.
pub(crate) struct Outside {
    stamps: Arc<dyn TimeStamps>,
    revocations: Arc<dyn Revocations>,
    pub(crate) trust: Trust,
}

impl Outside {
    /// The ports of this installation, and the trust lists as they are now.
    pub(crate) async fn of(op: &Op) -> Result<Self, Reason> {
        let stamps = op.kernel().extension::<Arc<dyn TimeStamps>>().cloned();
        let revocations = op.kernel().extension::<Arc<dyn Revocations>>().cloned();
        let stamps = stamps.ok_or_else(|| Reason::of("signing-reason-stamp-refused"))?;
        let revocations = revocations.ok_or_else(|| Reason::of("signing-reason-status-refused"))?;
        Ok(Self { stamps, revocations, trust: trust(op).await? })
    }

    /// A token over each of these data, in their order; the first that fails ends it.
    pub(crate) async fn stamp_all(&self, data: &[Vec<u8>]) -> Result<Vec<Vec<u8>>, Reason> {
        let gate = Arc::new(Semaphore::new(AT_ONCE));
        let mut running = JoinSet::new();
        for (n, data) in data.iter().enumerate() {
            let (stamps, gate, digest) = (Arc::clone(&self.stamps), Arc::clone(&gate), HASH.digest(data));
            running.spawn(async move {
                let _turn = gate.acquire().await;
                (n, stamps.stamp(HASH, &digest).await)
            });
        }
        let mut tokens = vec![Vec::new(); data.len()];
        while let Some(ended) = running.join_next().await {
            let (n, token) = ended.map_err(|e| Reason::with("signing-reason-stamp-refused", &e.to_string()))?;
            let token = token.map_err(|e| proof_reason(Proof::Stamp, &e))?;
            if let Some(place) = tokens.get_mut(n) {
                *place = token;
            }
        }
        // What an authority gives is looked at before it stands in a document.
        for (token, data) in tokens.iter().zip(data) {
            let is_ours = TimeStampToken::parse(token).is_ok_and(|t| t.stamps(&[data]));
            if !is_ours {
                return Err(Reason::of("signing-reason-stamp-refused"));
            }
        }
        Ok(tokens)
    }

    /// What is known of a certificate now.
    pub(crate) async fn status(
        &self,
        cert: &Certificate,
        others: &[Certificate],
        at: Timestamp,
        purpose: Purpose,
    ) -> Result<Status, Reason> {
        let chain = self.trust.store.judge_chain(cert, others, at, purpose);
        let issuers: Vec<Certificate> = chain.path.iter().skip(1).cloned().collect();
        let Some(issuer) = chain.issuer() else {
            return Err(Reason::with("signing-reason-untrusted", &cert.issuer.readable()));
        };
        match self.revocations.ocsp(cert, issuer).await {
            Ok(answer) => Ok(Status { issuers, ocsp: vec![answer], crls: Vec::new() }),
            Err(ProofError::Misconfigured(_)) if !cert.extensions.crl_urls.is_empty() => {
                let crl = self.revocations.crl(cert).await.map_err(|e| proof_reason(Proof::Status, &e))?;
                Ok(Status { issuers, ocsp: Vec::new(), crls: vec![crl] })
            }
            Err(e) => Err(proof_reason(Proof::Status, &e)),
        }
    }
}

/// The trust lists as they are now.
pub(crate) async fn trust(op: &Op) -> Result<Trust, Reason> {
    let lists = op.kernel().extension::<Arc<dyn TrustLists>>().ok_or_else(|| Reason::of("signing-reason-trust"))?;
    lists.current().await.map_err(|e| proof_reason(Proof::Trust, &e))
}

/// The trust lists; where none are set up nobody is trusted, and verdicts say so.
pub(crate) async fn trust_or_nobody(op: &Op) -> Result<Trust, Reason> {
    if op.kernel().extension::<Arc<dyn TrustLists>>().is_some() {
        return trust(op).await;
    }
    Ok(Trust { store: Arc::default(), fetched_at: op.now(), trouble: None })
}

/// What is known of a certificate, and who issued it.
#[derive(Clone, Debug)]
pub(crate) struct Status {
    issuers: Vec<Certificate>,
    ocsp: Vec<Vec<u8>>,
    crls: Vec<Vec<u8>>,
}

fn broken(e: &ExtendError) -> Reason {
    Reason::with("signing-reason-draft", &e.to_string())
}

/// What a signature's time stamp is to be over.
pub(crate) fn to_stamp(file: &[u8], id: &str) -> Result<Vec<u8>, Reason> {
    Ok(Extension::open(file, id).map_err(|e| broken(&e))?.timestamp_data())
}

/// The signature with its time stamp and the answers: level LT.
pub(crate) fn long_term(file: &[u8], id: &str, token: &[u8], status: &Status) -> Result<Vec<u8>, Reason> {
    let open =
        |file: &[u8], then: &dyn Fn(&Extension<'_>) -> Result<Vec<u8>, ExtendError>| then(&Extension::open(file, id)?);
    let stamped = open(file, &|x| x.with_timestamp(token)).map_err(|e| broken(&e))?;
    open(&stamped, &|x| x.with_values(&status.issuers, &status.ocsp, &status.crls)).map_err(|e| broken(&e))
}

/// A container of these files with one more signature: into the one that stands with the document already where it
/// holds the same files, else into a new one.
pub(crate) fn contain(
    files: &[File<'_>],
    signature: Vec<u8>,
    before: Option<&[u8]>,
    at: Timestamp,
) -> Result<Vec<u8>, Reason> {
    let broken = |e: write::WriteError| Reason::with("signing-reason-name", &e.to_string());
    if let Some(container) = before.and_then(|b| Container::open(b, None, Default::default()).ok())
        && holds(&container, files)
    {
        let name = write::free_name(&container);
        return write::with(&container, &[(name, signature)], at).map_err(broken);
    }
    write::new(files, &[("META-INF/signatures0.xml".to_owned(), signature)], at).map_err(broken)
}

/// Are these its files, all of them, byte for byte?
fn holds(container: &Container<'_>, files: &[File<'_>]) -> bool {
    let inside: HashSet<&str> = container.documents().iter().map(|d| d.name.as_str()).collect();
    let same = |f: &File<'_>| container.digest(f.name, HASH).is_some_and(|d| d == HASH.digest(f.content));
    container.usable && inside.len() == files.len() && files.iter().all(same)
}

/// Until when the newest time stamps in a container prove something: the end of their authority's certificate, or of
/// the algorithm they are made by.
pub(crate) fn proven_until(bytes: &[u8], trust: &Trust) -> Option<Date> {
    let container = Container::open(bytes, None, Default::default()).ok()?;
    let mut until: Option<Timestamp> = None;
    for entry in container.signature_files() {
        let file = container.read(entry).ok()?;
        for id in ids(&file) {
            let token = newest_stamp(&file, &id)?;
            let end = end_of(&token, trust)?;
            until = Some(until.map_or(end, |u| u.min(end)));
        }
    }
    until.map(types::local_date)
}

/// The identifiers of the signatures in a file.
pub(crate) fn ids(file: &[u8]) -> Vec<String> {
    use asice::xml::dom::{Document, Limits};
    let Ok(doc) = Document::parse(file, Limits::SIGNATURE) else { return Vec::new() };
    let nodes = asice::xades::read::signatures(&doc, "").unwrap_or_default();
    nodes.into_iter().filter_map(|n| doc.attribute(n, "Id").map(str::to_owned)).collect()
}

fn newest_stamp(file: &[u8], id: &str) -> Option<TimeStampToken> {
    let open = Extension::open(file, id).ok()?;
    let xades = open.signature();
    let newest = xades.archive.last().or_else(|| xades.stamps.last())?;
    TimeStampToken::parse(newest.tokens.last()?).ok()
}

fn end_of(token: &TimeStampToken, trust: &Trust) -> Option<Timestamp> {
    use asice::policy::{Algorithm, DEFAULT};
    let signer = token.verified_signer(&[], &trust.store).ok()?;
    let ages = DEFAULT.algorithms.iter().filter(|e| e.what == Algorithm::Digest(token.imprint_hash));
    let algorithm = ages.filter_map(|e| Timestamp::from_timestamp(e.until, 0)).min();
    Some(algorithm.map_or(signer.not_after, |a| a.min(signer.not_after)))
}

/// The container with an archive time stamp in each of its signatures (level LTA). What is known of the stamping
/// authorities' certificates goes in first, where anybody knows it.
pub(crate) async fn archived(outside: &Outside, bytes: &[u8], at: Timestamp) -> Result<Vec<u8>, Reason> {
    let unreadable = || Reason::of("signing-reason-draft");
    let names: Vec<String> = {
        let container = Container::open(bytes, None, Default::default()).map_err(|_| unreadable())?;
        container.signature_files().iter().map(|e| e.name.clone()).collect()
    };
    let mut changed = Vec::with_capacity(names.len());
    for name in names {
        let mut file = {
            let container = Container::open(bytes, None, Default::default()).map_err(|_| unreadable())?;
            let entry = container.entry(&name).ok_or_else(unreadable)?;
            container.read(entry).map_err(|_| unreadable())?.into_owned()
        };
        for id in ids(&file) {
            file = archived_one(outside, bytes, file, &id, at).await?;
        }
        changed.push((name, file));
    }
    let container = Container::open(bytes, None, Default::default()).map_err(|_| unreadable())?;
    write::with(&container, &changed, at).map_err(|e| Reason::with("signing-reason-name", &e.to_string()))
}

async fn archived_one(
    outside: &Outside,
    bytes: &[u8],
    mut file: Vec<u8>,
    id: &str,
    at: Timestamp,
) -> Result<Vec<u8>, Reason> {
    if let Some(token) = newest_stamp(&file, id)
        && let Ok(signer) = token.verified_signer(&[], &outside.trust.store)
        && let Ok(status) = outside.status(&signer, token.certificates(), at, Purpose::TimeStamp).await
    {
        let open = Extension::open(&file, id).map_err(|e| broken(&e))?;
        file = open.with_values(&status.issuers, &status.ocsp, &status.crls).map_err(|e| broken(&e))?;
    }
    let data = {
        let container =
            Container::open(bytes, None, Default::default()).map_err(|_| Reason::of("signing-reason-draft"))?;
        Extension::open(&file, id).and_then(|x| x.archive_data(&container)).map_err(|e| broken(&e))?
    };
    let tokens = outside.stamp_all(&[data]).await?;
    let token = tokens.first().map(Vec::as_slice).unwrap_or_default();
    Extension::open(&file, id).and_then(|x| x.with_archive_timestamp(token)).map_err(|e| broken(&e))
}
