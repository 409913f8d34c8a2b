//! A small municipality with a desk.

use std::sync::Arc;

use documents::{BlobStore, FolderStore, MasterKey};
use manifest::App;
use op::Extensions;
use parties::life::{Demo, Plan};
use testkit::{Client, House};
use types::PersonId;
use uuid::Uuid;

pub struct Desk {
    pub house: House,
    pub demo: Demo,
}

pub async fn desk() -> Desk {
    let plain = |module: web::Module| App {
        module,
        services: vec![],
        outcomes: vec![],
        kinds: &[],
        reports: vec![],
        task_kinds: &[],
        set_up: None,
        life: vec![],
        extend: None,
        year: None,
    };
    let apps = vec![
        plain(parties::module()),
        plain(documents::module()),
        plain(workflow::module()),
        plain(delivery::module()),
        plain(reports::module()),
        records::app(),
    ];
    let mut extensions = Extensions::default();
    let (modules, set_ups) = manifest::assemble(apps, &mut extensions);
    let folder = std::env::temp_dir().join(format!("novads-records-it-{}", std::process::id()));
    let store: Arc<dyn BlobStore> = Arc::new(FolderStore::new(folder).unwrap());
    let house = House::open(modules, |e| {
        *e = extensions;
        e.insert(store);
        e.insert(MasterKey([3; 32]));
        e.insert(workflow::shell_source());
    })
    .await;
    let plan = Plan { institutions: 4, employees: 60, seed: 1 };
    let demo = parties::life::build(&house.op(), &plan).await.unwrap();
    for set_up in set_ups {
        set_up(house.op()).await.unwrap();
    }
    Desk { house, demo }
}

impl Desk {
    pub async fn clerk(&self) -> Client {
        self.house.sign_in(self.demo.people.clerk).await
    }

    /// The title under which the school's clerk registers, unless fields say otherwise; answers the new page's address.
    pub async fn register(&self, clerk: &mut Client, direction: &str, more: &[(&str, &str)]) -> String {
        let page = self.try_register(clerk, direction, more).await;
        page.location()
    }

    pub async fn try_register(&self, clerk: &mut Client, direction: &str, more: &[(&str, &str)]) -> testkit::Page {
        let path = format!("/records/new/{direction}");
        let key = clerk.get(&path).await.ok().input("submit_id").unwrap();
        let school = self.demo.school.to_string();
        let mut fields = vec![
            ("title", "Iesniegums par ielas apgaismojumu"),
            ("correspondent", "Jānis Paraugs"),
            ("institution", school.as_str()),
            ("kind", "letter"),
            ("register", direction),
            ("access", "internal"),
            ("received_on", "23.11.2026."),
            ("submit_id", key.as_str()),
        ];
        fields.retain(|(name, _)| more.iter().all(|(n, _)| n != name));
        fields.extend_from_slice(more);
        clerk.upload(&path, &fields, &[("files", "iesniegums.txt", "text/plain", "Lūdzu!".as_bytes())]).await
    }

    /// Open tasks of a person.
    pub async fn tasks(&self, person: PersonId, kind: &str) -> i64 {
        self.tasks_of(&[person.uuid()], kind).await
    }

    /// Open tasks of these lists.
    pub async fn tasks_of(&self, lists: &[Uuid], kind: &str) -> i64 {
        let mut read = self.house.op().read().await.unwrap();
        sqlx::query_scalar(
            "select count(*) from workflow.task where tenant_id = $1 and principal = any($2) and kind = $3 and state = 'open'",
        )
        .bind(self.house.tenant)
        .bind(lists)
        .bind(kind)
        .fetch_one(read.conn())
        .await
        .unwrap()
    }
}
