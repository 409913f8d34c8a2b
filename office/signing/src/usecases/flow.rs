//! Consent, and the stages of the chosen method. The method's calls to other services are made here, while a person
//! waits for the answer and no transaction is open; everything else towards the world happens in jobs.

use std::sync::Arc;

use asice::{
    container::write,
    pki::{Certificate, SignatureAlgorithm, ber::Tlv},
    trust::Purpose,
    xades::sign::{Digested, Draft, Prepared, SignError as DraftError},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use documents::{open_shortly, seal_shortly};
use op::{Action as _, Audit, May, NewJob, Op, OpError, Tx};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use types::{DocumentId, Locale, PersonId, TaskId, Timestamp};
use uuid::Uuid;
use workflow::{TaskHeld, actions::TakeStep};

use super::{SignError, outside, sha256, show};
use crate::{
    actions::Sign,
    held::Request,
    jobs,
    model::{Item, ItemState, Proof, Reason, State, is_theirs, proof_reason, unchanged},
    ports::{
        Answer, Credential, MethodError, Methods, Return, Signer, SigningMethod, Stage, ToSign, TrustLists, Whose,
    },
    store::{self, Change, ItemChange},
};

const PURPOSE: &str = "signing request";

/// What is kept, sealed, between a method's stages.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Kept {
    /// What the method wants back.
    state: String,
    /// What the other service brings back.
    back: String,
    /// DER certificates in base64, the signer's first.
    pub(crate) certificates: Vec<String>,
    /// DER AlgorithmIdentifier in base64.
    algorithm: String,
    /// The method's own name for the key.
    handle: String,
}

impl Kept {
    pub(crate) fn open(op: &Op, r: &Request) -> Result<Self, OpError> {
        let Some(sealed) = &r.kept else { return Ok(Self::default()) };
        let plain = open_shortly(op.kernel(), op.tenant(), PURPOSE, sealed).map_err(outside)?;
        serde_json::from_slice(&plain).map_err(outside)
    }

    fn seal(&self, op: &Op) -> Result<Vec<u8>, OpError> {
        let plain = serde_json::to_vec(self).map_err(outside)?;
        seal_shortly(op.kernel(), op.tenant(), PURPOSE, &plain).map_err(outside)
    }

    fn of(credential: &Credential, back: &Return, state: &str) -> Self {
        Self {
            state: state.to_owned(),
            back: back.state.clone(),
            certificates: credential.certificates.iter().map(|c| STANDARD.encode(c)).collect(),
            algorithm: STANDARD.encode(credential.algorithm.identifier()),
            handle: credential.handle.clone(),
        }
    }

    fn credential(&self) -> Option<Credential> {
        let certificates: Result<Vec<_>, _> = self.certificates.iter().map(|c| STANDARD.decode(c)).collect();
        let identifier = STANDARD.decode(&self.algorithm).ok()?;
        let algorithm = SignatureAlgorithm::from_identifier(Tlv::only(&identifier).ok()?, None).ok()?;
        Some(Credential { certificates: certificates.ok()?, algorithm, handle: self.handle.clone() })
    }
}

/// The methods by which a person may sign here.
pub(crate) fn methods(op: &Op) -> Vec<Arc<dyn SigningMethod>> {
    let all = op.kernel().extension::<Methods>().cloned().unwrap_or_default();
    all.0.into_iter().filter(|m| m.about().whose == Whose::Person).collect()
}

/// Their codes and labels.
pub(crate) fn flow_methods(op: &Op, locale: Locale) -> Vec<(String, String)> {
    let label = |about: crate::ports::About| match locale {
        Locale::Lv => (about.code, about.label_lv),
        Locale::En => (about.code, about.label_en),
    };
    methods(op).iter().map(|m| label(m.about())).collect()
}

fn method_of(op: &Op, code: &str) -> Result<Arc<dyn SigningMethod>, SignError> {
    let found = methods(op).into_iter().find(|m| m.about().code == code);
    found.ok_or_else(|| Reason::of("signing-reason-method").into())
}

/// Where people come back to, and a fresh value that proves that it is they.
fn return_to(op: &Op, public_url: &str) -> Return {
    Return { url: format!("{public_url}/sign/back"), state: hex::encode(op.kernel().random::<32>()) }
}

/// Who is asked to sign, as methods know them.
async fn signer(op: &Op, r: &Request) -> Result<Signer, SignError> {
    let mut read = op.read().await?;
    let card = parties::person_card(read.conn(), op.tenant(), r.person_id).await?.ok_or(OpError::NotFound)?;
    let locale = Locale::from_tag(&r.locale).unwrap_or_default();
    Ok(Signer { name: card.name(), personal_code: card.personal_code, locale })
}

/// The person consents to sign what was shown, by this method. What changed meanwhile, or is not theirs any more, is
/// left out and says so.
///
/// # Errors
/// Not open, expired, nothing left; the method gave no certificate or signature. The request says why, and can be
/// shown again.
pub async fn consent(op: &Op, public_url: &str, id: Uuid, version: i32, code: &str) -> Result<(), SignError> {
    let method = method_of(op, code)?;
    let back = return_to(op, public_url);
    let mut tx = op.begin().await?;
    let (r, may) = tx.hold_version::<Request, Sign>(id, version).await?;
    if r.state != State::Open {
        return Err(OpError::Stale.into());
    }
    if r.expires_at <= op.now() {
        return Err(Reason::of("signing-reason-expired").into());
    }
    let items = store::items(tx.conn(), op.tenant(), id).await?;
    let left = still_theirs(&mut tx, &may, items).await?;
    let is_over = left.is_empty();
    let now = op.now();
    store::change(
        &mut tx,
        &may,
        Change {
            method: Some(code),
            consented_at: Some(now),
            callback: Some(sha256(back.state.as_bytes())),
            reason: is_over.then(|| Reason::of("signing-reason-nothing")),
            ..Change::to(if is_over { State::Open } else { State::Certificate })
        },
    )
    .await?;
    let subjects = left.iter().map(|i| i.document_id.uuid()).collect();
    let data = json!({ "did": "consent", "request": id, "method": code });
    tx.audit(Audit::of_all(Sign::DEF.name, "document", subjects).with(data));
    tx.commit().await?;
    if is_over {
        return Err(Reason::of("signing-reason-nothing").into());
    }
    let signer = signer(op, &r).await?;
    let stage = method.certificate(&signer, &back).await;
    certified(op, public_url, id, &method, &back, stage).await
}

/// Refuses those whose step or files are not what they were; answers the others.
async fn still_theirs(tx: &mut Tx, may: &May<Sign>, items: Vec<Item>) -> Result<Vec<Item>, SignError> {
    let waiting: Vec<Item> = items.into_iter().filter(|i| i.state == ItemState::Waiting).collect();
    let ids: Vec<Uuid> = waiting.iter().map(|i| i.task_id.uuid()).collect();
    let (held, _) = tx.hold_all::<TaskHeld, TakeStep>(&ids).await?;
    let open: Vec<TaskId> =
        held.iter().map(|(t, _)| t).filter(|t| show::waits_for_signature(t)).map(|t| t.id).collect();
    let documents: Vec<DocumentId> = waiting.iter().map(|i| i.document_id).collect();
    let tenant = tx.op().tenant();
    let files = show::by_document(store::current(tx.conn(), tenant, &documents).await?);
    let (mut left, mut refused) = (Vec::new(), Vec::new());
    for item in waiting {
        let current = files.get(&item.document_id).map(Vec::as_slice).unwrap_or_default();
        let why = if !open.contains(&item.task_id) {
            "signing-item-right"
        } else if !unchanged(&item.files, current) {
            "signing-item-changed"
        } else {
            left.push(item);
            continue;
        };
        refused.push(ItemChange::refused(item.id, why, None));
    }
    store::change_items(tx, may, &refused).await?;
    Ok(left)
}

/// Somebody came back from another service.
///
/// # Errors
/// The value belongs to no request of theirs, or was used; else as [`consent`].
pub async fn come_back_by_state(op: &Op, public_url: &str, state: &str, answer: &Answer) -> Result<Uuid, SignError> {
    let person: PersonId = op.person().ok_or(OpError::Forbidden(Sign::DEF.name))?;
    let mut read = op.read().await?;
    let found = store::by_callback(read.conn(), op.tenant(), person, &sha256(state.as_bytes())).await?;
    drop(read);
    let id = found.ok_or(OpError::NotFound)?;
    match come_back(op, public_url, id, answer).await {
        Ok(()) | Err(SignError::Refused(_)) => Ok(id),
        Err(e) => Err(e),
    }
}

/// The other service, or the browser's token, has answered.
///
/// # Errors
/// Nothing was asked of it, or the time has run out; else as [`consent`].
pub async fn come_back(op: &Op, public_url: &str, id: Uuid, answer: &Answer) -> Result<(), SignError> {
    let mut tx = op.begin().await?;
    let (r, may) = tx.hold::<Request, Sign>(id).await?;
    let waits = matches!(r.state, State::Certificate | State::Signing) && r.callback.is_some();
    if !waits {
        return Err(OpError::Stale.into());
    }
    let kept = Kept::open(op, &r)?;
    let late = r.expires_at <= op.now();
    // The value is good for once, whatever comes of it.
    let next = if late {
        Change { reason: Some(Reason::of("signing-reason-expired")), ..Change::to(State::Open) }
    } else {
        Change { kept: r.kept.clone(), ..Change::to(r.state) }
    };
    store::change(&mut tx, &may, next).await?;
    tx.audit(Audit::of(Sign::DEF.name, "signing-request", id).with(json!({ "did": "come-back" })));
    tx.commit().await?;
    if late {
        return Err(Reason::of("signing-reason-expired").into());
    }
    let method = method_of(op, r.method.as_deref().unwrap_or_default())?;
    let back = Return { url: format!("{public_url}/sign/back"), state: kept.back.clone() };
    if r.state == State::Certificate {
        let stage = method.certificate_back(&kept.state, &back, answer).await;
        return certified(op, public_url, id, &method, &back, stage).await;
    }
    let Some(credential) = kept.credential() else {
        return fail(op, id, Reason::of("signing-reason-misconfigured")).await;
    };
    let prepared = match prepare(op, id, &credential, r.signed_at.unwrap_or_else(|| op.now())).await? {
        Ok(prepared) => prepared,
        Err(reason) => return fail(op, id, reason).await,
    };
    let asked: Vec<ToSign> = prepared.iter().map(|(_, p, name)| to_sign(name, p)).collect();
    let stage = method.sign_back(&kept.state, &credential, &asked, &back, answer).await;
    signed(op, id, &credential, &back, prepared, stage).await
}

/// The request opens again and says why; the step stays where it was.
async fn fail(op: &Op, id: Uuid, reason: Reason) -> Result<(), SignError> {
    let mut tx = op.begin().await?;
    let (_, may) = tx.hold::<Request, Sign>(id).await?;
    let data = json!({ "did": "fail", "reason": reason.key, "detail": reason.detail });
    store::change(&mut tx, &may, Change { reason: Some(reason.clone()), ..Change::to(State::Open) }).await?;
    tx.audit(Audit::of(Sign::DEF.name, "signing-request", id).with(data));
    tx.commit().await?;
    Err(reason.into())
}

/// Keeps what a stage needs until somebody comes back.
async fn wait(
    op: &Op,
    id: Uuid,
    state: State,
    kept: Kept,
    signed_at: Option<Timestamp>,
    (go_url, browser): (Option<&str>, Option<Value>),
) -> Result<(), SignError> {
    let mut tx = op.begin().await?;
    let (_, may) = tx.hold::<Request, Sign>(id).await?;
    let callback = Some(sha256(kept.back.as_bytes()));
    let sealed = Some(kept.seal(op)?);
    let change = Change { callback, go_url, browser, kept: sealed, signed_at, ..Change::to(state) };
    store::change(&mut tx, &may, change).await?;
    tx.audit(Audit::of(Sign::DEF.name, "signing-request", id).with(json!({ "did": "wait", "state": state.word() })));
    Ok(tx.commit().await?)
}

fn browser(protocol: &str, ask: &Value) -> Value {
    json!({ "protocol": protocol, "ask": ask })
}

/// The first stage has answered.
async fn certified(
    op: &Op,
    public_url: &str,
    id: Uuid,
    method: &Arc<dyn SigningMethod>,
    back: &Return,
    stage: Result<Stage<Credential>, MethodError>,
) -> Result<(), SignError> {
    let kept = |state: String| Kept { state, back: back.state.clone(), ..Kept::default() };
    let credential = match stage {
        Err(e) => return fail(op, id, Reason::from(&e)).await,
        Ok(Stage::Redirect { url, state }) => {
            return wait(op, id, State::Certificate, kept(state), None, (Some(&url), None)).await;
        }
        Ok(Stage::Browser { protocol, ask, state }) => {
            let asked = Some(browser(protocol, &ask));
            return wait(op, id, State::Certificate, kept(state), None, (None, asked)).await;
        }
        Ok(Stage::Done(credential)) => credential,
    };
    let (r, _) = show::request(op, id).await?;
    let signer = signer(op, &r).await?;
    if let Err(reason) = acceptable(op, &signer, &credential).await {
        return fail(op, id, reason).await;
    }
    let at = op.now();
    let prepared = match prepare(op, id, &credential, at).await? {
        Ok(prepared) => prepared,
        Err(reason) => return fail(op, id, reason).await,
    };
    let back = return_to(op, public_url);
    wait(op, id, State::Signing, Kept::of(&credential, &back, ""), Some(at), (None, None)).await?;
    let asked: Vec<ToSign> = prepared.iter().map(|(_, p, name)| to_sign(name, p)).collect();
    let stage = method.sign(&signer, &credential, &asked, &back).await;
    signed(op, id, &credential, &back, prepared, stage).await
}

/// A certificate that is not the person's, is not valid, or is trusted by no list is refused before anything is signed.
async fn acceptable(op: &Op, signer: &Signer, credential: &Credential) -> Result<(), Reason> {
    let broken = || Reason::of("signing-reason-certificate");
    let parsed: Result<Vec<Certificate>, _> = credential.certificates.iter().map(|c| Certificate::parse(c)).collect();
    let parsed = parsed.map_err(|_| broken())?;
    let (own, others) = parsed.split_first().ok_or_else(broken)?;
    is_theirs(own, signer)?;
    if !own.valid_at(op.now()) {
        return Err(Reason::with("signing-reason-not-valid", &own.subject.readable()));
    }
    let lists = op.kernel().extension::<Arc<dyn TrustLists>>().ok_or_else(|| Reason::of("signing-reason-trust"))?;
    let trust = lists.current().await.map_err(|e| proof_reason(Proof::Trust, &e))?;
    let chain = trust.store.judge_chain(own, others, op.now(), Purpose::Signer);
    if !chain.is_trusted() {
        return Err(Reason::with("signing-reason-untrusted", &own.issuer.readable()));
    }
    if !chain.qualified.is_some_and(|q| q.is_qualified_signature()) {
        return Err(Reason::with("signing-reason-not-qualified", &own.issuer.readable()));
    }
    Ok(())
}

type Draughts = Vec<(Item, Prepared, String)>;

fn to_sign(name: &str, prepared: &Prepared) -> ToSign {
    ToSign { name: name.to_owned(), data: prepared.to_be_signed().to_vec(), digest: prepared.digest() }
}

/// What is signed, made of the files as they were shown: the same each time for the same moment.
async fn prepare(
    op: &Op,
    id: Uuid,
    credential: &Credential,
    at: Timestamp,
) -> Result<Result<Draughts, Reason>, SignError> {
    let broken = |e: DraftError| Reason::with("signing-reason-draft", &e.to_string());
    let Some(Ok(own)) = credential.certificates.first().map(|c| Certificate::parse(c)) else {
        return Ok(Err(Reason::of("signing-reason-certificate")));
    };
    let mut read = op.read().await?;
    let r: Request = read.see(id).await?;
    let items = store::items(read.conn(), op.tenant(), id).await?;
    let post = parties::main_employment(read.conn(), op.tenant(), r.person_id, op.today()).await?;
    let roles: Vec<String> = post.into_iter().map(|p| p.post_title).collect();
    let hash = credential.algorithm.hash();
    let mut prepared = Vec::with_capacity(items.len());
    for item in items.into_iter().filter(|i| i.state == ItemState::Waiting) {
        let mut digested = Vec::with_capacity(item.files.len());
        for f in item.files.iter() {
            let content = documents::read_file(&mut read, f.file).await?;
            if sha256(&content.bytes) != f.sha256 {
                return Ok(Err(Reason::with("signing-reason-changed", &f.name)));
            }
            let named = write::File { name: &f.name, media_type: &f.media_type, content: &[] };
            if let Err(e) = write::check_names(&[named]) {
                return Ok(Err(Reason::with("signing-reason-name", &e.to_string())));
            }
            let digest = hash.digest(&content.bytes);
            digested.push(Digested { name: f.name.clone(), media_type: f.media_type.clone(), digest });
        }
        let draft = Draft {
            id: item.signature_id(),
            signer: &own,
            algorithm: credential.algorithm,
            at,
            roles: roles.clone(),
            place: None,
        };
        match draft.prepare_digested(&digested) {
            Ok(draught) => {
                let name = item.title.clone();
                prepared.push((item, draught, name));
            }
            Err(e) => return Ok(Err(broken(e))),
        }
    }
    Ok(Ok(prepared))
}

/// The second stage has answered: what was signed waits for its proofs, which a job gets.
async fn signed(
    op: &Op,
    id: Uuid,
    credential: &Credential,
    back: &Return,
    prepared: Draughts,
    stage: Result<Stage<Vec<Vec<u8>>>, MethodError>,
) -> Result<(), SignError> {
    let signatures = match stage {
        Err(e) => return fail(op, id, Reason::from(&e)).await,
        Ok(Stage::Redirect { url, state }) => {
            let kept = Kept::of(credential, back, &state);
            return wait(op, id, State::Signing, kept, None, (Some(&url), None)).await;
        }
        Ok(Stage::Browser { protocol, ask, state }) => {
            let kept = Kept::of(credential, back, &state);
            return wait(op, id, State::Signing, kept, None, (None, Some(browser(protocol, &ask)))).await;
        }
        Ok(Stage::Done(signatures)) => signatures,
    };
    if signatures.len() != prepared.len() {
        return fail(op, id, Reason::of("signing-reason-count")).await;
    }
    let mut changes = Vec::with_capacity(prepared.len());
    for ((item, draught, _), raw) in prepared.iter().zip(&signatures) {
        // A signature by another key, or over other bytes, never gets into a container.
        let Ok(file) = draught.finish(raw) else {
            return fail(op, id, Reason::of("signing-reason-not-by-key")).await;
        };
        let signature = Some(STANDARD.encode(file));
        changes.push(ItemChange {
            id: item.id,
            state: "signed",
            reason: None,
            detail: None,
            signature,
            container_id: None,
        });
    }
    let mut tx = op.begin().await?;
    let (r, may) = tx.hold::<Request, Sign>(id).await?;
    if r.state != State::Signing {
        return Err(OpError::Stale.into());
    }
    let until = op.now() + super::finish::patience(&mut tx).await?;
    let kept = Some(Kept::of(credential, back, "").seal(op)?);
    store::change(&mut tx, &may, Change { kept, expires_at: Some(until), ..Change::to(State::Sealing) }).await?;
    store::change_items(&mut tx, &may, &changes).await?;
    let subjects = prepared.iter().map(|(i, ..)| i.document_id.uuid()).collect();
    tx.audit(Audit::of_all(Sign::DEF.name, "document", subjects).with(json!({ "did": "sign", "request": id })));
    tx.job(NewJob { kind: jobs::COMPLETE, payload: json!({ "request": id }), run_at: op.now() });
    Ok(tx.commit().await?)
}

/// Asks for the proofs now instead of at the next turn.
///
/// # Errors
/// It does not wait for proofs.
pub async fn try_proofs_now(op: &Op, id: Uuid) -> Result<(), SignError> {
    let mut tx = op.begin().await?;
    let (r, _may) = tx.hold::<Request, Sign>(id).await?;
    if r.state != State::Sealing {
        return Err(OpError::Stale.into());
    }
    tx.job(NewJob { kind: jobs::COMPLETE, payload: json!({ "request": id }), run_at: op.now() });
    tx.audit(Audit::of(Sign::DEF.name, "signing-request", id).with(json!({ "did": "retry" })));
    Ok(tx.commit().await?)
}

/// The person gives it up. What is signed already goes on: a signature cannot be taken back.
///
/// # Errors
/// It is signed, or over.
pub async fn cancel(op: &Op, id: Uuid) -> Result<(), SignError> {
    let mut tx = op.begin().await?;
    let (r, may) = tx.hold::<Request, Sign>(id).await?;
    if matches!(r.state, State::Sealing | State::Done | State::Stopped) {
        return Err(OpError::Stale.into());
    }
    let reason = Some(Reason::of("signing-reason-cancelled"));
    let change = Change { reason, finished_at: Some(op.now()), ..Change::to(State::Stopped) };
    store::change(&mut tx, &may, change).await?;
    tx.audit(Audit::of(Sign::DEF.name, "signing-request", id).with(json!({ "did": "cancel" })));
    Ok(tx.commit().await?)
}
