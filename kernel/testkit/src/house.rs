use std::{collections::HashMap, sync::Arc};

use axum::Router;
use chrono::TimeZone as _;
use db::{Db, Migrations, SharedConn};
use i18n::Catalog;
use op::{Extensions, Kernel, KernelConfig, Op};
use sqlx::{Connection as _, Executor as _, PgConnection};
use types::{Clock, IdentityId, Locale, PersonId, TenantId, Timestamp};
use web::{App, AppConfig, Module, NewIdentity};

use crate::{Client, Database};

/// A moment in Rīga.
pub fn at(year: i32, month: u32, day: u32, hour: u32) -> Timestamp {
    types::RIGA.with_ymd_and_hms(year, month, day, hour, 0, 0).single().expect("a moment").to_utc()
}

/// A whole house over a test database: kernel, router, clock, one tenant.
pub struct House {
    /// The kernel.
    pub kernel: Arc<Kernel>,
    /// The application.
    pub app: App,
    /// The router.
    pub router: Router,
    /// The clock; it stands at 2026-11-23 10:00 in Rīga until it is set.
    pub clock: Clock,
    /// A tenant.
    pub tenant: TenantId,
    _database: Database,
}

fn migrations(modules: &[Module]) -> Vec<Migrations> {
    std::iter::once(op::MIGRATIONS).chain(modules.iter().filter_map(|m| m.migrations)).collect()
}

impl House {
    /// Everything the test does is rolled back at its end.
    pub async fn open(modules: Vec<Module>, extend: impl FnOnce(&mut Extensions)) -> Self {
        let database = Database::slot(&migrations(&modules)).await;
        let mut conn = PgConnection::connect(&database.url).await.expect("the clone answers");
        conn.execute("begin").await.expect("a transaction for the test");
        Self::build(Db::Shared(SharedConn::new(conn)), database, modules, extend).await
    }

    /// For what needs real commits: a fresh clone and a pool.
    pub async fn committing(modules: Vec<Module>, extend: impl FnOnce(&mut Extensions)) -> Self {
        let database = Database::own(&migrations(&modules)).await;
        let db = Db::connect(&database.url, 8).await.expect("a pool");
        Self::build(db, database, modules, extend).await
    }

    async fn build(db: Db, database: Database, modules: Vec<Module>, extend: impl FnOnce(&mut Extensions)) -> Self {
        let clock = Clock::fixed(at(2026, 11, 23, 10));
        let mut extensions = Extensions::default();
        extend(&mut extensions);
        let mut subscribers: HashMap<&'static str, Vec<&'static str>> = HashMap::new();
        for (event, job) in modules.iter().flat_map(|m| m.subscriptions) {
            subscribers.entry(event).or_default().push(job);
        }
        let kernel = Kernel::new(KernelConfig { db, clock: clock.clone(), subscribers, extensions, seed: Some(7) });
        let sources: Vec<_> = [ui::TEXTS, web::TEXTS].into_iter().chain(modules.iter().map(|m| m.texts)).collect();
        let catalog = Arc::new(Catalog::new(&sources).expect("the texts"));
        let app = App::new(AppConfig {
            kernel: Arc::clone(&kernel),
            catalog,
            modules,
            public_url: "http://localhost".to_owned(),
            token_key: [7; 32],
        });
        let router = web::router(&app);
        let tenant = new_tenant(&kernel, "paraugs", "Parauga novads").await;
        Self { kernel, app, router, clock, tenant, _database: database }
    }

    /// Another tenant, for tests of isolation.
    pub async fn another_tenant(&self, code: &str) -> TenantId {
        new_tenant(&self.kernel, code, code).await
    }

    /// An operation of the house itself.
    pub fn op(&self) -> Op {
        Op::house(&self.kernel, self.tenant, "test")
    }

    /// An operation of a person.
    pub async fn op_of(&self, person: PersonId) -> Op {
        let identity = IdentityId(uuid::Uuid::nil());
        Op::for_person(&self.kernel, self.tenant, person, identity, Locale::Lv).await.expect("their roles")
    }

    /// Signs a person in; the browser starts in Latvian.
    pub async fn sign_in(&self, person: PersonId) -> Client {
        self.sign_in_at(self.tenant, person).await
    }

    /// Signs a person of that tenant in.
    pub async fn sign_in_at(&self, tenant: TenantId, person: PersonId) -> Client {
        let login = self.kernel.new_uuid(&self.clock).to_string();
        let new = NewIdentity { login, password_hash: None, external_subject: None, locale: Locale::Lv };
        let identity = web::create_identity(&self.kernel, new, tenant, person).await.expect("an identity");
        let cookie = web::open_session(&self.kernel, identity, tenant).await.expect("a session");
        Client::new(self.router.clone(), Some(cookie))
    }

    /// A visitor.
    pub fn visitor(&self) -> Client {
        Client::new(self.router.clone(), None)
    }

    /// Runs all jobs that are due.
    pub async fn run_jobs(&self) -> jobs::Ran {
        jobs::drain(&self.kernel, &self.app.jobs()).await.expect("the queue")
    }
}

async fn new_tenant(kernel: &Kernel, code: &str, name: &str) -> TenantId {
    let id = TenantId(kernel.new_uuid(kernel.clock()));
    let mut tx = kernel.db().begin(None, false).await.expect("a transaction");
    sqlx::query("insert into kernel.tenant (id, code, name, created_at) values ($1, $2, $3, $4)")
        .bind(id)
        .bind(code)
        .bind(name)
        .bind(kernel.clock().now())
        .execute(tx.conn())
        .await
        .expect("a tenant");
    tx.commit().await.expect("a commit");
    id
}
