//! A small municipality, and a mail server that does as it is told.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
};

use delivery::ports::{Mail, MailError, Mailer};
use op::{Audit, Event};
use parties::life::{Demo, Plan};
use serde_json::json;
use testkit::House;
use types::{BoxFuture, DocumentId};
use uuid::Uuid;

/// What it answers next (`Ok` where nothing is said), and what it got.
#[derive(Default)]
pub struct Server {
    pub answers: Mutex<VecDeque<Result<(), MailError>>>,
    pub got: Mutex<Vec<Mail>>,
}

impl Mailer for Server {
    fn send(&self, mail: Mail) -> BoxFuture<'_, Result<(), MailError>> {
        self.got.lock().unwrap().push(mail);
        let answer = self.answers.lock().unwrap().pop_front().unwrap_or(Ok(()));
        Box::pin(std::future::ready(answer))
    }
}

pub struct Stage {
    pub house: House,
    pub demo: Demo,
    pub server: Arc<Server>,
}

pub async fn stage(with_server: bool) -> Stage {
    let server = Arc::new(Server::default());
    let mailer: Arc<dyn Mailer> = server.clone();
    let modules = vec![parties::module(), documents::module(), workflow::module(), delivery::module()];
    let house = House::open(modules, |e| {
        e.insert(documents::Kinds(documents::kinds::OWN_KINDS.to_vec()));
        if with_server {
            e.insert(mailer);
        }
    })
    .await;
    let plan = Plan { institutions: 4, employees: 60, seed: 1 };
    let demo = parties::life::build(&house.op(), &plan).await.unwrap();
    Stage { house, demo, server }
}

impl Stage {
    /// An order of the employee whose route has ended, and the event that says so.
    pub async fn order_signed(&self) -> Uuid {
        let order: Uuid = self.house.op().new_id();
        let mut tx = self.house.op().begin().await.unwrap();
        sqlx::query(
            "insert into workflow.route (tenant_id, id, code, subject_id, title, gist, owner_id, unit_id, institution_id,
               state, steps, started_at)
             values ($1, $2, 'personnel.order', $2, 'Rīkojums par atvaļinājumu', '', $3, $4, $4, 'completed', '[]', $5)",
        )
        .bind(self.house.tenant)
        .bind(order)
        .bind(self.demo.people.employee)
        .bind(self.demo.school)
        .bind(self.house.clock.now())
        .execute(tx.conn())
        .await
        .unwrap();
        tx.commit_with(order).await;
        self.say_signed(order).await;
        order
    }

    pub async fn say_signed(&self, order: Uuid) {
        let mut tx = self.house.op().begin().await.unwrap();
        tx.publish(Event { kind: "personnel.order-signed", subjects: vec![order], data: json!({ "people": [] }) });
        tx.commit_with(order).await;
        let ran = self.house.run_jobs().await;
        assert_eq!(ran.failed, 0);
    }

    /// State, reason and attempts of the newest delivery by that channel.
    pub async fn newest(&self, channel: &str) -> (String, Option<String>, i32, Uuid) {
        let mut read = self.house.op().read().await.unwrap();
        sqlx::query_as(
            "select state, reason, attempts, id from delivery.delivery where tenant_id = $1 and channel = $2 order by id desc",
        )
        .bind(self.house.tenant)
        .bind(channel)
        .fetch_one(read.conn())
        .await
        .unwrap()
    }

    pub async fn count(&self, sql: &'static str) -> i64 {
        let mut read = self.house.op().read().await.unwrap();
        sqlx::query_scalar(sql).bind(self.house.tenant).fetch_one(read.conn()).await.unwrap()
    }

    /// Lets that many minutes pass, and the jobs that come by the clock.
    pub async fn later(&self, minutes: i64) {
        self.house.clock.set(self.house.clock.now() + chrono::TimeDelta::minutes(minutes));
        jobs::run_schedules(&self.house.kernel, &self.house.app.jobs()).await.unwrap();
        assert_eq!(self.house.run_jobs().await.failed, 0);
    }

    pub async fn letter(&self) -> DocumentId {
        let mut tx = self.house.op().begin().await.unwrap();
        let may = tx.create::<documents::actions::CreateDocument>(&op::Facts::default()).unwrap();
        let school = self.demo.school;
        let new = documents::NewDocument::new("letter", "Atbilde", school, school, "desk");
        let made = documents::create(&mut tx, &may, vec![new]).await.unwrap();
        tx.commit().await.unwrap();
        made.first().copied().unwrap()
    }
}

/// Commits what only a test does.
pub trait CommitWith {
    async fn commit_with(self, about: Uuid);
}

impl CommitWith for op::Tx {
    async fn commit_with(mut self, about: Uuid) {
        self.audit(Audit::of("test", "test", about));
        self.commit().await.unwrap();
    }
}
