use std::sync::{Arc, Mutex};

use documents::{BlobStore, FolderStore, MasterKey, PdfRenderer, ports::Letter};
use manifest::App;
use op::Extensions;
use parties::life::{Demo, Plan};
use testkit::{Client, House};
use types::PersonId;

/// A house with a small municipality in it.
pub struct World {
    pub house: House,
    pub demo: Demo,
    /// What was set as PDF.
    pub letters: Arc<Mutex<Vec<Letter>>>,
    _blobs: tempfile::TempDir,
}

pub fn apps() -> Vec<App> {
    let plain = |module: web::Module| App {
        module,
        services: vec![],
        outcomes: vec![],
        kinds: &[],
        reports: vec![],
        task_kinds: &[],
        set_up: None,
        life: vec![],
        year: None,
        extend: None,
    };
    vec![
        plain(parties::module()),
        plain(documents::module()),
        plain(workflow::module()),
        plain(delivery::module()),
        plain(reports::module()),
        novads_personnel::app(),
    ]
}

/// Keeps what it should have set.
struct Printer(Arc<Mutex<Vec<Letter>>>);

impl PdfRenderer for Printer {
    fn render(&self, letter: &Letter) -> Result<Vec<u8>, String> {
        self.0.lock().unwrap().push(letter.clone());
        Ok(format!("%PDF-1.7\n{}", serde_json::to_string(letter).unwrap()).into_bytes())
    }
}

pub async fn world() -> World {
    world_of_size(false, Plan { institutions: 4, employees: 60, seed: 1 }).await
}

pub async fn world_of_size(committing: bool, plan: Plan) -> World {
    let blobs = tempfile::tempdir().unwrap();
    let letters = Arc::new(Mutex::new(Vec::new()));
    let mut extensions = Extensions::default();
    let (modules, set_ups) = manifest::assemble(apps(), &mut extensions);
    let extend = |e: &mut Extensions| {
        *e = extensions;
        e.insert(workflow::shell_source());
        e.insert::<Arc<dyn BlobStore>>(Arc::new(FolderStore::new(blobs.path()).unwrap()));
        e.insert(MasterKey([7; 32]));
        e.insert::<Arc<dyn PdfRenderer>>(Arc::new(Printer(Arc::clone(&letters))));
    };
    let house = if committing { House::committing(modules, extend).await } else { House::open(modules, extend).await };
    let demo = parties::life::build(&house.op(), &plan).await.expect("a municipality");
    for set_up in set_ups {
        set_up(house.op()).await.expect("its registers and accounts");
    }
    World { house, demo, letters, _blobs: blobs }
}

impl World {
    pub async fn employee(&self) -> Client {
        self.house.sign_in(self.demo.people.employee).await
    }

    pub async fn manager(&self) -> Client {
        self.house.sign_in(self.demo.people.manager).await
    }

    pub async fn hr(&self) -> Client {
        self.house.sign_in(self.demo.people.hr).await
    }

    pub async fn head(&self) -> Client {
        self.house.sign_in(self.demo.people.head).await
    }

    /// The booked balance of annual leave.
    pub async fn balance(&self, person: PersonId) -> rust_decimal::Decimal {
        let mut read = self.house.op().read().await.unwrap();
        let rows = novads_personnel::store::balances(read.conn(), self.house.tenant, &[person]).await.unwrap();
        rows[0].1
    }

    /// Kind, first and last day, state of somebody's absences, the earliest first.
    pub async fn absences(&self, person: PersonId) -> Vec<(String, String, String, String)> {
        let mut read = self.house.op().read().await.unwrap();
        let rows = novads_personnel::store::absences_of(read.conn(), self.house.tenant, person).await.unwrap();
        let mut all: Vec<_> =
            rows.into_iter().map(|r| (r.kind, r.first_day.to_string(), r.last_day.to_string(), r.state)).collect();
        all.sort_by(|a, b| (&a.1, &a.3).cmp(&(&b.1, &b.3)));
        all
    }

    /// The orders about somebody: id, kind, state, number.
    pub async fn orders(&self, person: PersonId) -> Vec<novads_personnel::store::OrderLine> {
        let query = novads_personnel::store::OrderQuery {
            person: Some(person),
            limit: 50,
            ..novads_personnel::store::OrderQuery::default()
        };
        let mut read = self.house.op().read().await.unwrap();
        novads_personnel::store::orders(read.conn(), self.house.tenant, (None, None), &query).await.unwrap()
    }
}

/// Files by form, summary and send; answers where the application is.
pub async fn file(client: &mut Client, href: &str, fields: &[(&str, &str)]) -> String {
    let form = client.get(href).await.ok();
    let submit = form.input("submit_id").expect("a key");
    let mut all = fields.to_vec();
    all.push(("submit_id", &submit));
    let base = href.split('?').next().unwrap();
    client.post(base, &all).await.ok();
    client.post(&format!("{base}/send"), &all).await.location()
}

pub async fn file_annual(client: &mut Client, first: &str, last: &str) -> String {
    let fields = [("first", first), ("last", last), ("substitute", ""), ("note", "")];
    file(client, "/new/leave/annual", &fields).await
}

/// The first task of somebody's list.
pub async fn task(client: &mut Client) -> String {
    client.get("/tasks").await.ok().input("task").expect("a task in the list")
}

/// Takes it: `done`, `paper`, `returned`, `rejected`; the words are the reason.
pub async fn take(client: &mut Client, outcome: &str, words: &str) {
    let id = task(client).await;
    let fields = [("outcome", outcome), ("remark", ""), ("correction", words), ("reason", words)];
    let page = client.post(&format!("/tasks/{id}"), &fields).await;
    assert!(page.status.is_redirection(), "{}", page.text());
}

/// An order through HR and the head, who signs on paper.
pub async fn sign(w: &World) {
    take(&mut w.hr().await, "done", "").await;
    take(&mut w.head().await, "paper", "").await;
}
