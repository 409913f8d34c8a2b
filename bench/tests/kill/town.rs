//! A small municipality, and a session for everybody in it.

use std::{collections::HashMap, path::Path, sync::Arc};

use db::{
    Db,
    cluster::{Cluster, Options},
};
use novads_server::house;
use op::{Kernel, KernelConfig, Op};
use parties::life::{self, Plan};
use types::{Clock, Locale, PersonId, TenantId};
use web::NewIdentity;

/// Who is there, by the cookie of their session.
pub struct Town {
    pub tenant: TenantId,
    /// Those who ask for a leave.
    pub employees: Vec<String>,
    /// Those who decide.
    pub leaders: Vec<String>,
}

/// A kernel for this program's own looks at the database.
pub async fn kernel(url: &str) -> Arc<Kernel> {
    let db = Db::connect(url, 4).await.unwrap();
    let extensions = house::extensions().unwrap();
    Kernel::new(KernelConfig { db, clock: Clock::System, subscribers: HashMap::new(), extensions, seed: None })
}

/// Builds it in a cluster with the settings of a real one, and stops the cluster.
pub async fn build(data: &Path, employees: usize) -> Town {
    let cluster = Cluster::open(data, &Options::default()).await.unwrap();
    db::migrate(&cluster.owner_url(), &house::migrations()).await.unwrap();
    // What is only being set up need not wait for the disk.
    let kernel = kernel(&format!("{}&options=-c%20synchronous_commit%3Doff", cluster.server_url())).await;
    let tenant = web::platform::create_tenant(&kernel, "paraugs", "Parauga novads").await.unwrap();
    let op = Op::house(&kernel, tenant, "test");
    let demo = life::build(&op, &Plan { institutions: 4, employees, seed: 1 }).await.unwrap();
    for set_up in house::set_ups() {
        set_up(op.clone()).await.unwrap();
    }
    let mut read = op.read().await.unwrap();
    let leading: Vec<(PersonId,)> =
        sqlx::query_as("select distinct person_id from kernel.role_grant where tenant_id = $1 and role <> 'employee'")
            .bind(tenant)
            .fetch_all(read.conn())
            .await
            .unwrap();
    drop(read);
    let leads = |p: &PersonId| leading.iter().any(|(l,)| l == p);
    let (mut employees, mut leaders) = (Vec::new(), Vec::new());
    for person in demo.everybody {
        let list = if leads(&person) { &mut leaders } else { &mut employees };
        list.push(session(&kernel, tenant, person).await);
    }
    kernel.db().close().await;
    cluster.stop().await.unwrap();
    Town { tenant, employees, leaders }
}

async fn session(kernel: &Arc<Kernel>, tenant: TenantId, person: PersonId) -> String {
    let login = kernel.new_uuid(kernel.clock()).to_string();
    let new = NewIdentity { login, password_hash: None, external_subject: None, locale: Locale::Lv };
    let identity = web::create_identity(kernel, new, tenant, person).await.unwrap();
    format!("session={}", web::open_session(kernel, identity, tenant).await.unwrap())
}
