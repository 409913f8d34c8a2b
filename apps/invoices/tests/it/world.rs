use std::sync::Arc;

use delivery::ports::{
    AccountingSystems, Delivered, Exchange, Fate, Inbox, InboxKind, InvoiceInboxes, MailError, RevenueService,
};
use documents::{BlobStore, FolderStore, MasterKey, PdfRenderer};
use manifest::App;
use novads_invoices::life::{Made, MadeLine, made};
use op::Extensions;
use parties::life::{Demo, Plan};
use testkit::{Client, House, Page};
use types::{Date, Money, PersonId};

/// The code of the test's municipality.
const TENANT: &str = "paraugs";

/// A mailbox in memory: what it was given, and what became of it.
#[derive(Default)]
pub struct Mails(std::sync::Mutex<(Vec<Delivered>, std::collections::BTreeMap<String, String>)>);

impl Mails {
    pub fn put(&self, mails: Vec<Delivered>) {
        self.0.lock().unwrap().0.extend(mails);
    }

    /// By key: nothing where it was taken in, else why not.
    pub fn settled(&self) -> std::collections::BTreeMap<String, String> {
        self.0.lock().unwrap().1.clone()
    }
}

impl Inbox for Mails {
    fn fetch(&self, most: usize) -> types::BoxFuture<'_, Result<Vec<Delivered>, MailError>> {
        Box::pin(async move { Ok(self.0.lock().unwrap().0.iter().take(most).cloned().collect()) })
    }

    fn settle<'a>(&'a self, key: &'a str, fate: Fate) -> types::BoxFuture<'a, Result<(), MailError>> {
        Box::pin(async move {
            let mut all = self.0.lock().unwrap();
            all.0.retain(|m| m.key != key);
            let why = if let Fate::Failed(why) = fate { why } else { String::new() };
            all.1.insert(key.to_owned(), why);
            Ok(())
        })
    }
}

/// A house with a small municipality in it.
pub struct World {
    pub house: House,
    pub demo: Demo,
    /// The chief accountant of the municipality.
    pub accountant: PersonId,
    /// Where things come from by themselves: `mape`, `e-adrese`.
    pub intake: tempfile::TempDir,
    /// A mailbox that is not there.
    pub mails: Arc<Mails>,
    /// The accounting system.
    pub ledger: Arc<port_erp::SimulatedLedger>,
    /// The State Revenue Service.
    pub service: Arc<port_srs::SimulatedService>,
    _blobs: tempfile::TempDir,
}

fn apps() -> Vec<App> {
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
        novads_invoices::app(),
    ]
}

pub async fn world() -> World {
    let blobs = tempfile::tempdir().unwrap();
    let mut extensions = Extensions::default();
    let (modules, set_ups) = manifest::assemble(apps(), &mut extensions);
    let intake = tempfile::tempdir().unwrap();
    for name in ["mape", "e-adrese"] {
        std::fs::create_dir(intake.path().join(name)).unwrap();
    }
    let (mails, ledger, service) = (Arc::new(Mails::default()), Arc::default(), Arc::default());
    let folder = port_folder::WatchedFolder::new(intake.path().join("mape")).quiet(std::time::Duration::ZERO);
    let address = port_e_address::EAddressFolder::new(intake.path().join("e-adrese"));
    let at = |kind, inbox: Arc<dyn Inbox>| (TENANT.to_owned(), kind, inbox);
    let inboxes = InvoiceInboxes(vec![
        at(InboxKind::Folder, Arc::new(folder)),
        at(InboxKind::EAddress, Arc::new(address)),
        at(InboxKind::Mail, Arc::clone(&mails) as Arc<dyn Inbox>),
    ]);
    let systems = AccountingSystems(vec![(TENANT.to_owned(), Arc::clone(&ledger) as Arc<dyn Exchange>)]);
    let revenue = RevenueService(Arc::clone(&service) as Arc<dyn Exchange>);
    let extend = |e: &mut Extensions| {
        *e = extensions;
        e.insert(inboxes);
        e.insert(systems);
        e.insert(revenue);
        e.insert(workflow::shell_source());
        e.insert::<Arc<dyn BlobStore>>(Arc::new(FolderStore::new(blobs.path()).unwrap()));
        e.insert(MasterKey([7; 32]));
        e.insert::<Arc<dyn PdfRenderer>>(Arc::new(port_pdf::LetterPdf::new().unwrap()));
    };
    let house = House::open(modules, extend).await;
    let plan = Plan { institutions: 4, employees: 60, seed: 1 };
    let demo = parties::life::build(&house.op(), &plan).await.expect("a municipality");
    for set_up in set_ups {
        set_up(house.op()).await.expect("its registers");
    }
    let mut read = house.op().read().await.unwrap();
    let role = parties::role::ACCOUNTANT;
    let found = parties::holders(read.conn(), house.tenant, demo.root, role, house.op().today()).await.unwrap();
    drop(read);
    let accountant = found.expect("an accountant").1[0];
    World { house, demo, accountant, intake, mails, ledger, service, _blobs: blobs }
}

pub fn day(d: u32) -> Date {
    Date::from_ymd_opt(2026, 11, d).unwrap()
}

impl World {
    pub async fn accountant(&self) -> Client {
        self.house.sign_in(self.accountant).await
    }

    pub async fn head(&self) -> Client {
        self.house.sign_in(self.demo.people.head).await
    }

    /// The school's registration number.
    pub async fn school(&self) -> (String, String) {
        let mut read = self.house.op().read().await.unwrap();
        let unit = parties::unit(read.conn(), self.house.tenant, self.demo.school).await.unwrap().unwrap();
        (unit.registration_number.unwrap(), unit.name)
    }

    /// A made-up invoice to the school.
    pub async fn made(&self, supplier: u32, number: &str, euros: i64) -> Made {
        let (buyer, buyer_name) = self.school().await;
        Made {
            supplier,
            supplier_name: format!("SIA Piegādātājs {supplier}"),
            number: number.to_owned(),
            issued: day(10),
            due: day(24),
            buyer,
            buyer_name,
            iban: None,
            order: None,
            contract: None,
            corrects: None,
            file: None,
            lines: vec![MadeLine { name: "Papīrs".to_owned(), quantity: 1, price: Money(euros * 100) }],
        }
    }

    /// Approves by the school's head whatever waits for them.
    pub async fn approve_all(&self) {
        let mut head = self.head().await;
        loop {
            let Some(task) = head.get("/tasks").await.ok().input("task") else { return };
            let fields = [("outcome", "done"), ("remark", ""), ("correction", ""), ("reason", "")];
            let page = head.post(&format!("/tasks/{task}"), &fields).await;
            assert!(page.status.is_redirection(), "{}", page.text());
        }
    }

    pub async fn count(&self, table: &str) -> i64 {
        let mut read = self.house.op().read().await.unwrap();
        let sql = sqlx::AssertSqlSafe(format!("select count(*) from {table} where tenant_id = $1"));
        sqlx::query_scalar(sql).bind(self.house.tenant).fetch_one(read.conn()).await.unwrap()
    }
}

/// Drops files on the page.
pub async fn drop_files(client: &mut Client, files: &[(&str, &[u8])]) -> Page {
    let all: Vec<(&str, &str, &str, &[u8])> =
        files.iter().map(|(name, bytes)| ("files", *name, "application/xml", *bytes)).collect();
    let submit = client.get("/invoices").await.ok().input("submit_id").expect("a form to drop files on");
    client.upload("/invoices", &[("submit_id", &submit)], &all).await
}

/// Drops one made-up invoice; answers where it is.
pub async fn receive(client: &mut Client, m: &Made) -> String {
    let page = drop_files(client, &[("rekins.xml", made(m).as_bytes())]).await.ok();
    let text = page.text();
    let mut at = text.split("href=\"/invoices/").skip(1).map(|p| p.split('"').next().unwrap_or_default());
    let id = at.find(|id| id.len() == 36).unwrap_or_else(|| panic!("no invoice in {text}"));
    format!("/invoices/{id}")
}

/// Codes it whole to one account, for approval by the head of the school.
pub async fn code(client: &mut Client, href: &str, amount: &str) -> Page {
    let card = client.get(href).await.ok();
    let version = card.input("version").expect("a form to code it");
    let submit = card.input("submit_id").unwrap();
    let unit = card.text().split("selected").next().map(|_| String::new()).unwrap_or_default();
    let fields = [
        ("version", version.as_str()),
        ("submit_id", submit.as_str()),
        ("amount_1", amount),
        ("account_1", "7231"),
        ("ekk_1", "2311"),
        ("unit_1", unit.as_str()),
    ];
    client.post(&format!("{href}/code"), &fields).await
}

impl World {
    /// Somebody other than the accountant who may release: the head over the whole municipality.
    pub async fn releaser(&self) -> PersonId {
        let mut read = self.house.op().read().await.unwrap();
        let today = self.house.op().today();
        let role = parties::role::HEAD;
        let found = parties::holders(read.conn(), self.house.tenant, self.demo.root, role, today).await.unwrap();
        found.expect("a head of the municipality").1[0]
    }

    /// Approves by the head of the central administration whatever waits for them.
    pub async fn approve_central(&self) {
        let mut read = self.house.op().read().await.unwrap();
        let today = self.house.op().today();
        let role = parties::role::HEAD;
        let at = self.demo.institutions[0];
        let found = parties::holders(read.conn(), self.house.tenant, at, role, today).await.unwrap();
        drop(read);
        let mut head = self.house.sign_in(found.unwrap().1[0]).await;
        while let Some(task) = head.get("/tasks").await.ok().input("task") {
            let fields = [("outcome", "done"), ("remark", ""), ("correction", ""), ("reason", "")];
            assert!(head.post(&format!("/tasks/{task}"), &fields).await.status.is_redirection());
        }
    }

    /// The first unit of the school, with a manager of its own.
    pub async fn room(&self) -> types::UnitId {
        let mut read = self.house.op().read().await.unwrap();
        let units = parties::units(read.conn(), self.house.tenant, None).await.unwrap();
        units.into_iter().find(|u| u.code.ends_with("-1") && u.path.contains(&self.demo.school)).unwrap().id
    }
}

/// The text of a PDF, as poppler reads it.
pub fn pdf_text(bytes: &[u8]) -> String {
    use std::io::Write as _;
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(bytes).unwrap();
    let done = std::process::Command::new("pdftotext").arg("-layout").arg(file.path()).arg("-").output();
    let done = done.expect("pdftotext is missing: install poppler-utils (tools/install.sh)");
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    String::from_utf8(done.stdout).unwrap()
}

fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |c, _| if c & 1 == 1 { (c >> 1) ^ 0xedb8_8320 } else { c >> 1 })
    })
}

/// An archive of stored files, as any packer writes it.
pub fn zip(files: &[(&str, &[u8])]) -> Vec<u8> {
    let (mut out, mut directory) = (Vec::new(), Vec::new());
    let short = |n: usize| u16::try_from(n).unwrap().to_le_bytes();
    let long = |n: usize| u32::try_from(n).unwrap().to_le_bytes();
    for (name, bytes) in files {
        let mut facts = vec![20, 0, 0, 0, 0, 0, 0, 0, 0x21, 0x5b];
        facts.extend(crc(bytes).to_le_bytes());
        facts.extend([long(bytes.len()), long(bytes.len())].concat());
        facts.extend([short(name.len()), short(0)].concat());
        directory.extend(b"PK\x01\x02\x14\0");
        directory.extend(&facts);
        directory.extend([0; 10]);
        directory.extend(long(out.len()));
        directory.extend(name.as_bytes());
        out.extend(b"PK\x03\x04");
        out.extend(facts);
        out.extend(name.as_bytes());
        out.extend(*bytes);
    }
    let start = out.len();
    out.extend(&directory);
    out.extend(b"PK\x05\x06\0\0\0\0");
    out.extend([short(files.len()), short(files.len())].concat());
    out.extend([long(directory.len()), long(start)].concat());
    out.extend([0, 0]);
    out
}
