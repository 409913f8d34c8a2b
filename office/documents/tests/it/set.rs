//! The stage: a municipality with two institutions, and people with roles.

use std::sync::Arc;

use documents::{BlobStore, FolderStore, MasterKey, NewDocument, TextExtractor, actions::*};
use op::{Action, Facts, May, OpError, Tx};
use testkit::House;
use types::{BoxFuture, PersonId, TenantId, UnitId};
use uuid::Uuid;

pub struct Stage {
    pub house: House,
    pub root: UnitId,
    pub school: UnitId,
    pub library: UnitId,
    pub blobs: std::path::PathBuf,
}

/// Reads texts as they are; what begins with a bang breaks it.
struct Plain;

impl TextExtractor for Plain {
    fn extract<'a>(&'a self, kind: &'a str, bytes: &'a [u8]) -> BoxFuture<'a, Result<Option<String>, String>> {
        Box::pin(async move {
            match (kind, bytes) {
                (_, [b'!', ..]) => Err("broken".to_owned()),
                ("text/plain", _) => Ok(Some(String::from_utf8_lossy(bytes).into_owned())),
                _ => Ok(None),
            }
        })
    }
}

pub async fn stage() -> Stage {
    open(false).await
}

pub async fn committing_stage() -> Stage {
    open(true).await
}

async fn open(commits: bool) -> Stage {
    static COUNT: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);
    let n = COUNT.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
    let blobs = std::env::temp_dir().join(format!("novads-documents-it-{}-{n}", std::process::id()));
    let store: Arc<dyn BlobStore> = Arc::new(FolderStore::new(&blobs).unwrap());
    let extend = |e: &mut op::Extensions| {
        e.insert(store);
        e.insert(MasterKey([3; 32]));
        e.insert::<Arc<dyn TextExtractor>>(Arc::new(Plain));
        e.insert(documents::Kinds(documents::kinds::OWN_KINDS.to_vec()));
    };
    let modules = vec![parties_module(), documents::module()];
    let house = if commits { House::committing(modules, extend).await } else { House::open(modules, extend).await };
    let (root, school, library) = units(&house, house.tenant).await;
    Stage { house, root, school, library, blobs }
}

/// Units of parties without its pages.
fn parties_module() -> web::Module {
    let texts = i18n::Source { name: "none", lv: "", en: "" };
    web::Module {
        name: "parties",
        migrations: Some(parties::MIGRATIONS),
        texts,
        actions: &[],
        routes: Vec::new(),
        jobs: Vec::new(),
        subscriptions: &[],
        nav: &[],
        samples: |_| Vec::new(),
        openapi: None,
    }
}

/// A root with two institutions, and the registers every municipality starts with.
pub async fn units(house: &House, tenant: TenantId) -> (UnitId, UnitId, UnitId) {
    let id = || UnitId(house.kernel.new_uuid(&house.clock));
    let (root, school, library) = (id(), id(), id());
    let op = op::Op::house(&house.kernel, tenant, "test");
    let mut tx = op.begin().await.unwrap();
    for (unit, parent, path) in
        [(root, None, vec![root]), (school, Some(root), vec![root, school]), (library, Some(root), vec![root, library])]
    {
        sqlx::query("insert into kernel.unit (tenant_id, id, parent_id, path) values ($1, $2, $3, $4)")
            .bind(tenant)
            .bind(unit)
            .bind(parent)
            .bind(path)
            .execute(tx.conn())
            .await
            .unwrap();
    }
    for (unit, kind, name) in [
        (root, "municipality", "Parauga novads"),
        (school, "institution", "Parauga vidusskola"),
        (library, "institution", "Parauga bibliotēka"),
    ] {
        sqlx::query("insert into parties.unit (tenant_id, id, kind, code, name, valid_from) values ($1, $2, $3, $4, $4, '2020-01-01')")
            .bind(tenant)
            .bind(unit)
            .bind(kind)
            .bind(name)
            .execute(tx.conn())
            .await
            .unwrap();
    }
    let may: May<ManageRegisters> = tx.create(&Facts::default()).unwrap();
    documents::add_registers(&mut tx, &may, &documents::default_registers()).await.unwrap();
    tx.commit().await.unwrap();
    (root, school, library)
}

impl Stage {
    /// Somebody with that role in that unit.
    pub async fn person(&self, role: &str, unit: UnitId) -> PersonId {
        self.person_at(self.house.tenant, role, unit).await
    }

    pub async fn person_at(&self, tenant: TenantId, role: &str, unit: UnitId) -> PersonId {
        let person = PersonId(self.house.kernel.new_uuid(&self.house.clock));
        let mut tx = self.house.kernel.db().begin(Some(tenant), false).await.unwrap();
        sqlx::query("insert into kernel.role_grant (tenant_id, id, person_id, role, unit_id, valid_from) values ($1, $2, $3, $4, $5, '2020-01-01')")
            .bind(tenant)
            .bind(Uuid::new_v5(&person.uuid(), role.as_bytes()))
            .bind(person)
            .bind(role)
            .bind(unit)
            .execute(tx.conn())
            .await
            .unwrap();
        tx.commit().await.unwrap();
        person
    }

    /// A letter of the school.
    pub fn letter(&self, title: &str) -> NewDocument {
        NewDocument::new("letter", title, self.school, self.school, "desk")
    }

    /// Works in one transaction of the house.
    pub async fn does<T>(&self, work: impl AsyncFnOnce(&mut Tx) -> Result<T, OpError>) -> Result<T, OpError> {
        let mut tx = self.house.op().begin().await?;
        let done = work(&mut tx).await?;
        tx.commit().await?;
        Ok(done)
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.blobs);
    }
}

/// The house's right to anything.
pub fn may<A: Action>(tx: &mut Tx) -> May<A> {
    tx.create(&Facts::default()).unwrap()
}
