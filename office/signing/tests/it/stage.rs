//! A small municipality whose head signs, and an outside world that does as it is told.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use asice::pki::{
    Certificate, Hash,
    algorithm::Curve,
    ber::{der, tag},
    oid,
};
use documents::{BlobStore, FileRole, FolderStore, MasterKey, NewFile};
use op::{Audit, Tx};
use parties::life::{Demo, Plan};
use serde_json::json;
use signing::ports::{
    About, Answer, Credential, MethodError, Methods, ProofError, Return, Revocations, Signer, SigningMethod,
    Stage as Step, TimeStamps, ToSign, Trust, TrustLists, Whose,
};
use testkit::{Client, House};
use types::{BoxFuture, Clock, DocumentId, PersonId, TaskId};
use uuid::Uuid;
use workflow::{EffectError, Ended, Outcomes, RouteOutcome, StepKind, StepPlan, Subject, Where, Who};

use crate::common::{self, Entity, Key, Pki, Spec, extension, issue, time};

/// What the world outside does.
#[derive(Default)]
pub struct Orders {
    /// The method answers this instead of a certificate.
    pub method: Option<MethodError>,
    /// The certificate is somebody else's.
    pub foreign: bool,
    /// The signature is by another key.
    pub wrong_key: bool,
    pub stamps: Option<ProofError>,
    pub status: Option<ProofError>,
    pub revoked: bool,
    /// How often each was asked.
    pub asked: HashMap<&'static str, usize>,
}

pub struct World {
    pub pki: Mutex<Pki>,
    pub orders: Mutex<Orders>,
    clock: Mutex<Option<Clock>>,
}

fn stamping_authority(pki: &Pki, seed: u8, until: i32) -> Entity {
    let usage = extension(oid::EXT_KEY_USAGE, true, &der::tlv(tag::BIT_STRING, &[6, 0xc0]));
    let purpose = extension(oid::EXT_EKU, true, &der::sequence(&[&der::oid(oid::EKU_TIME_STAMPING)]));
    let subject = vec![("2.5.4.6", "LV"), ("2.5.4.10", "Testa centrs"), ("2.5.4.3", "Testa laika zīmogs")];
    let spec = Spec { subject, from: time(2025, 1, 1), to: time(until, 3, 1), extensions: vec![usage, purpose] };
    issue(Key::new(Curve::P256, seed), Some(&pki.root), &spec)
}

impl World {
    fn new() -> Self {
        let mut pki = Pki::new();
        pki.tsa = stamping_authority(&pki, 21, 2027);
        Self { pki: Mutex::new(pki), orders: Mutex::default(), clock: Mutex::default() }
    }

    /// The time-stamp authority has a new certificate, and the list names it beside the old one.
    pub fn new_stamping_certificate(&self) {
        let mut pki = self.pki.lock().unwrap();
        pki.tsa = stamping_authority(&pki, 22, 2035);
    }

    fn now(&self) -> types::Timestamp {
        self.clock.lock().unwrap().as_ref().unwrap().now()
    }

    fn count(&self, what: &'static str) {
        *self.orders.lock().unwrap().asked.entry(what).or_default() += 1;
    }

    pub fn asked(&self, what: &str) -> usize {
        self.orders.lock().unwrap().asked.get(what).copied().unwrap_or(0)
    }

    /// A qualified certificate of that person.
    pub fn entity(&self, name: &str, code: &str) -> Entity {
        let (given, surname) = name.rsplit_once(' ').unwrap();
        let number = format!("PNOLV-{}-{}", &code[..6], &code[6..]);
        let pki = self.pki.lock().unwrap();
        let seed = Hash::Sha256.digest(number.as_bytes())[0] | 0x80;
        let extensions = common::qualified("0.4.0.194112.1.2", oid::QCT_ESIGN, true);
        let subject = common::person(given, surname, &number, name);
        let spec = Spec { subject, from: time(2025, 1, 1), to: time(2030, 1, 1), extensions };
        issue(Key::new(Curve::P256, seed), Some(&pki.ica), &spec)
    }

    fn credential(&self, signer: &Signer) -> Result<Credential, MethodError> {
        let orders = self.orders.lock().unwrap();
        if let Some(e) = &orders.method {
            return Err(e.clone());
        }
        let foreign = orders.foreign;
        drop(orders);
        let code = signer.personal_code.clone().unwrap();
        let entity =
            if foreign { self.entity("Cits Cilvēks", "32000000000") } else { self.entity(&signer.name, &code) };
        Ok(Credential {
            certificates: vec![entity.cert.der().to_vec()],
            algorithm: entity.key.usual(),
            handle: format!("{}|{code}", signer.name),
        })
    }

    fn signatures(&self, credential: &Credential, documents: &[ToSign]) -> Vec<Vec<u8>> {
        let (name, code) = credential.handle.split_once('|').unwrap();
        let wrong = self.orders.lock().unwrap().wrong_key;
        let entity = if wrong { self.entity("Cits Cilvēks", "32000000000") } else { self.entity(name, code) };
        assert!(documents.iter().all(|d| d.digest == credential.algorithm.hash().digest(&d.data)));
        documents.iter().map(|d| entity.key.sign_digest_raw(credential.algorithm, &d.digest)).collect()
    }
}

/// At once, by way of another service, or by the browser.
#[derive(Clone, Copy, PartialEq)]
pub enum Way {
    Direct,
    Redirect,
    Browser,
}

struct Method(Arc<World>, Way);

impl Method {
    fn stage<T>(
        &self,
        back: &Return,
        what: &str,
        done: impl FnOnce() -> Result<T, MethodError>,
    ) -> Result<Step<T>, MethodError> {
        match self.1 {
            Way::Direct => done().map(Step::Done),
            Way::Redirect => {
                let url = format!("https://signing.test/{what}?state={}&return={}", back.state, back.url);
                Ok(Step::Redirect { url, state: format!("kept {what}") })
            }
            Way::Browser => {
                Ok(Step::Browser { protocol: "web-eid", ask: json!({ "what": what }), state: format!("kept {what}") })
            }
        }
    }

    fn came_back(&self, state: &str, what: &str, answer: &Answer) -> Result<(), MethodError> {
        assert_eq!(state, format!("kept {what}"));
        match answer.get("error") {
            Some("access_denied") => Err(MethodError::Refused("access_denied".into())),
            Some(other) => Err(MethodError::Misconfigured(other.into())),
            None => Ok(()),
        }
    }
}

fn ready<'a, T: Send + 'a>(value: T) -> BoxFuture<'a, T> {
    Box::pin(std::future::ready(value))
}

impl SigningMethod for Method {
    fn about(&self) -> About {
        let code = match self.1 {
            Way::Direct => "direct",
            Way::Redirect => "redirect",
            Way::Browser => "browser",
        };
        About {
            code: code.into(),
            label_lv: format!("Tests {code}"),
            label_en: format!("Test {code}"),
            whose: Whose::Person,
        }
    }

    fn certificate<'a>(
        &'a self,
        signer: &'a Signer,
        back: &'a Return,
    ) -> BoxFuture<'a, Result<Step<Credential>, MethodError>> {
        self.0.count("certificate");
        // Whoever comes back brings no name: this service remembers whom it asked.
        *LAST.lock().unwrap() = Some(signer.clone());
        ready(self.stage(back, "certificate", || self.0.credential(signer)))
    }

    fn certificate_back<'a>(
        &'a self,
        state: &'a str,
        _: &'a Return,
        answer: &'a Answer,
    ) -> BoxFuture<'a, Result<Step<Credential>, MethodError>> {
        let signer = LAST.lock().unwrap().clone().unwrap();
        ready(self.came_back(state, "certificate", answer).and_then(|()| self.0.credential(&signer)).map(Step::Done))
    }

    fn sign<'a>(
        &'a self,
        _: &'a Signer,
        credential: &'a Credential,
        documents: &'a [ToSign],
        back: &'a Return,
    ) -> BoxFuture<'a, Result<Step<Vec<Vec<u8>>>, MethodError>> {
        self.0.count("sign");
        ready(self.stage(back, "sign", || Ok(self.0.signatures(credential, documents))))
    }

    fn sign_back<'a>(
        &'a self,
        state: &'a str,
        credential: &'a Credential,
        documents: &'a [ToSign],
        _: &'a Return,
        answer: &'a Answer,
    ) -> BoxFuture<'a, Result<Step<Vec<Vec<u8>>>, MethodError>> {
        let came = self.came_back(state, "sign", answer);
        ready(came.map(|()| Step::Done(self.0.signatures(credential, documents))))
    }
}

static LAST: Mutex<Option<Signer>> = Mutex::new(None);

struct Outside(Arc<World>);

impl TimeStamps for Outside {
    fn stamp<'a>(&'a self, hash: Hash, digest: &'a [u8]) -> BoxFuture<'a, Result<Vec<u8>, ProofError>> {
        self.0.count("stamp");
        if let Some(e) = &self.0.orders.lock().unwrap().stamps {
            return ready(Err(e.clone()));
        }
        let now = self.0.now();
        ready(Ok(self.0.pki.lock().unwrap().token(hash, digest, now, None)))
    }
}

impl Revocations for Outside {
    fn ocsp<'a>(&'a self, cert: &'a Certificate, _: &'a Certificate) -> BoxFuture<'a, Result<Vec<u8>, ProofError>> {
        self.0.count("status");
        let orders = self.0.orders.lock().unwrap();
        if let Some(e) = &orders.status {
            return ready(Err(e.clone()));
        }
        let now = self.0.now() + chrono::TimeDelta::seconds(2);
        let revoked = orders.revoked.then(|| now - chrono::TimeDelta::days(1));
        ready(Ok(self.0.pki.lock().unwrap().response(cert, now, revoked, None)))
    }

    fn crl<'a>(&'a self, _: &'a Certificate) -> BoxFuture<'a, Result<Vec<u8>, ProofError>> {
        ready(Err(ProofError::Misconfigured("no list".into())))
    }
}

impl TrustLists for Outside {
    fn current(&self) -> BoxFuture<'_, Result<Trust, ProofError>> {
        let pki = self.0.pki.lock().unwrap();
        let mut store = pki.trust();
        // The authority's certificate before the newest one stays in the list.
        let mut older = Pki::new();
        older.tsa = stamping_authority(&pki, 21, 2027);
        let list = asice::trust::TrustList::parse(older.trust_list().as_bytes()).unwrap();
        store.add_list("LV-old.xml", list);
        ready(Ok(Trust { store: Arc::new(store), fetched_at: self.0.now(), trouble: None }))
    }
}

fn nothing<'a>(_: &'a mut Tx, _: &'a [Ended]) -> BoxFuture<'a, Result<(), EffectError>> {
    ready(Ok(()))
}

/// Registers what was signed, as orders do.
fn register<'a>(tx: &'a mut Tx, ended: &'a [Ended]) -> BoxFuture<'a, Result<(), EffectError>> {
    Box::pin(async move {
        let may = tx.consequence::<documents::actions::RegisterDocument>(Uuid::nil())?;
        let date = tx.op().today();
        let one = |e: &Ended| documents::Registering {
            document: e.document.unwrap(),
            register: "internal".to_owned(),
            institution: e.institution,
            date,
        };
        let all: Vec<_> = ended.iter().map(one).collect();
        documents::register(tx, &may, &all).await?;
        Ok(())
    })
}

fn plan() -> workflow::Plan {
    let who = Who::Role { role: "head".into(), place: Where::Institution };
    workflow::Plan::sequence(vec![StepPlan { kind: StepKind::Sign, who, due_days: 2 }])
}

pub const OUTCOME: RouteOutcome = RouteOutcome {
    code: "test.order",
    title: "workflow-tasks",
    plan,
    apply: register,
    stop: nothing,
    check: nothing,
    reads_routes: true,
    href: "/documents/{id}",
};

pub struct Stage {
    pub house: House,
    pub demo: Demo,
    pub world: Arc<World>,
    _blobs: tempfile::TempDir,
}

pub async fn stage(way: Way) -> Stage {
    let world = Arc::new(World::new());
    let blobs = tempfile::tempdir().unwrap();
    let modules = vec![parties::module(), documents::module(), workflow::module(), signing::module()];
    let house = House::open(modules, |e| {
        e.insert(documents::Kinds(documents::kinds::OWN_KINDS.to_vec()));
        e.insert::<Arc<dyn BlobStore>>(Arc::new(FolderStore::new(blobs.path()).unwrap()));
        e.insert(MasterKey([3; 32]));
        e.insert(Outcomes(vec![OUTCOME]));
        e.insert(vec![signing::card_part()]);
        e.insert::<Arc<dyn TimeStamps>>(Arc::new(Outside(Arc::clone(&world))));
        e.insert::<Arc<dyn Revocations>>(Arc::new(Outside(Arc::clone(&world))));
        e.insert::<Arc<dyn TrustLists>>(Arc::new(Outside(Arc::clone(&world))));
        signing::register(e, Methods(vec![Arc::new(Method(Arc::clone(&world), way))]));
    })
    .await;
    *world.clock.lock().unwrap() = Some(house.clock.clone());
    let demo = parties::life::build(&house.op(), &Plan { institutions: 3, employees: 40, seed: 1 }).await.unwrap();
    let mut tx = house.op().begin().await.unwrap();
    let may = tx.create::<documents::actions::ManageRegisters>(&op::Facts::default()).unwrap();
    documents::add_registers(&mut tx, &may, &documents::default_registers()).await.unwrap();
    tx.audit(Audit::of("test", "test", house.tenant));
    tx.commit().await.unwrap();
    Stage { house, demo, world, _blobs: blobs }
}

pub const TEXT: &[u8] = "Piešķirt atvaļinājumu.".as_bytes();

impl Stage {
    /// A document with one file that waits for the head's signature.
    pub async fn order(&self, title: &str) -> (DocumentId, TaskId) {
        let op = self.house.op();
        let mut tx = op.begin().await.unwrap();
        let may = tx.create::<documents::actions::CreateDocument>(&op::Facts::default()).unwrap();
        let school = self.demo.school;
        let new = documents::NewDocument::new("letter", title, school, school, "desk");
        let document = documents::create(&mut tx, &may, vec![new]).await.unwrap()[0];
        documents::attach(&mut tx, &may, document, vec![text_file("rikojums.txt", TEXT)]).await.unwrap();
        let subject = Subject {
            id: document.uuid(),
            document: Some(document),
            title: title.to_owned(),
            gist: "10 darba dienas".to_owned(),
            owner: Some(self.demo.people.employee),
            unit: school,
            institution: school,
        };
        workflow::start(&mut tx, "test.order", vec![subject]).await.unwrap();
        tx.commit().await.unwrap();
        let task = self
            .one::<TaskId>("select id from workflow.task where tenant_id = $1 and document_id = $2", document)
            .await;
        (document, task)
    }

    pub async fn attach(&self, document: DocumentId, file: NewFile) {
        let op = self.house.op();
        let mut tx = op.begin().await.unwrap();
        let may = tx.create::<documents::actions::AttachFile>(&op::Facts::default()).unwrap();
        documents::attach(&mut tx, &may, document, vec![file]).await.unwrap();
        tx.commit().await.unwrap();
    }

    pub async fn one<T>(&self, sql: &'static str, about: impl Into<Uuid>) -> T
    where
        T: for<'r> sqlx::Decode<'r, sqlx::Postgres> + sqlx::Type<sqlx::Postgres> + Send + Unpin,
    {
        let mut read = self.house.op().read().await.unwrap();
        sqlx::query_scalar(sql).bind(self.house.tenant).bind(about.into()).fetch_one(read.conn()).await.unwrap()
    }

    /// The container that stands with a document.
    pub async fn container(&self, document: DocumentId) -> Vec<u8> {
        let sql = "select id from documents.file where tenant_id = $1 and document_id = $2 and role = 'signature'
                   order by version desc limit 1";
        let file: types::FileId = self.one(sql, document).await;
        let mut read = self.house.op().read().await.unwrap();
        documents::read_file(&mut read, file).await.unwrap().bytes
    }

    pub async fn task_state(&self, task: TaskId) -> String {
        self.one("select state from workflow.task where tenant_id = $1 and id = $2", task).await
    }

    pub async fn head(&self) -> Client {
        self.house.sign_in(self.demo.people.head).await
    }

    pub async fn name(&self, person: PersonId) -> String {
        let mut read = self.house.op().read().await.unwrap();
        parties::name(read.conn(), self.house.tenant, person).await.unwrap()
    }

    /// Time passes, and what is due by then is done.
    pub async fn later(&self, minutes: i64) {
        self.house.clock.set(self.house.clock.now() + chrono::TimeDelta::minutes(minutes));
        assert_eq!(self.house.run_jobs().await.failed, 0);
    }

    pub async fn jobs(&self) {
        assert_eq!(self.house.run_jobs().await.failed, 0);
    }

    /// Puts the manager in the head's place.
    pub async fn substitute(&self, until: types::Date) {
        let op = self.house.op();
        let mut tx = op.begin().await.unwrap();
        sqlx::query(
            "insert into kernel.substitution (tenant_id, id, absent_id, substitute_id, valid_from, valid_to)
             values ($1, $2, $3, $4, $5, $6)",
        )
        .bind(op.tenant())
        .bind(op.new_id::<Uuid>())
        .bind(self.demo.people.head)
        .bind(self.demo.people.manager)
        .bind(op.today())
        .bind(until)
        .execute(tx.conn())
        .await
        .unwrap();
        tx.audit(Audit::of("test", "substitution", self.demo.people.head));
        tx.commit().await.unwrap();
    }
}

pub fn text_file(name: &str, bytes: &[u8]) -> NewFile {
    NewFile { name: name.into(), media_type: "text/plain".into(), bytes: bytes.to_vec(), role: FileRole::Main }
}

/// Shows these tasks for signature; answers the request's address.
pub async fn shown(client: &mut Client, tasks: &[TaskId]) -> String {
    let ids: Vec<String> = tasks.iter().map(ToString::to_string).collect();
    let fields: Vec<(&str, &str)> = ids.iter().map(|id| ("task", id.as_str())).collect();
    client.get("/tasks").await.ok();
    client.post("/sign", &fields).await.location()
}

/// Consents to what the request's page shows.
pub async fn consents(client: &mut Client, request: &str, method: &str) {
    let version = client.get(request).await.ok().input("version").unwrap();
    let fields = [("method", method), ("consent", "yes"), ("version", version.as_str())];
    assert_eq!(client.post(request, &fields).await.location(), request);
}
