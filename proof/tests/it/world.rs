//! A small municipality in which something of everything has happened, and another one beside it.

use std::sync::Arc;

use documents::{BlobStore, FolderStore, MasterKey};
use novads_server::house;
use op::Extensions;
use parties::life::{Demo, Plan};
use sqlx::AssertSqlSafe;
use testkit::{Client, House};
use types::{PersonId, TenantId, UnitId};
use uuid::Uuid;

/// Where the thing that a path's parameter names is found. `$1` is the tenant, `$2` the school, `$3` its employee,
/// `$4` the parameter before. A route with a new parameter has its line here, so that strangers knock at real doors.
const THINGS: &[(&str, &str)] = &[
    (
        "/admin/classification/{id}",
        "select id::text from documents.class where tenant_id = $1 and institution_id = $2 and code = '9-1'",
    ),
    ("/admin/parameters/{rule}", "select 'trip'"),
    ("/admin/parameters/{rule}/{key}", "select 'longest-days'"),
    ("/admin/parameters/{rule}/{key}/{id}", "select id::text from kernel.tenant_parameter where tenant_id = $1"),
    ("/admin/retention/{id}", "select id::text from documents.disposal where tenant_id = $1"),
    ("/admin/registers/{id}", "select id::text from documents.register where tenant_id = $1 and code = 'incoming'"),
    (
        "/admin/roles/{id}",
        "select id::text from kernel.role_grant where tenant_id = $1 and unit_id = $2 and role = 'clerk' order by id limit 1",
    ),
    ("/admin/routes/{code}", "select 'personnel.annual-leave'"),
    (
        "/applications/{id}",
        "select id::text from workflow.application where tenant_id = $1 and applicant_id = $3 order by id limit 1",
    ),
    (
        "/deliveries/{id}",
        "select id::text from delivery.delivery where tenant_id = $1 and institution_id = $2 and channel = 'post' order by id limit 1",
    ),
    (
        "/documents/{id}",
        "select id::text from documents.document where tenant_id = $1 and institution_id = $2 and kind = 'letter' order by id limit 1",
    ),
    (
        "/documents/{id}/files/{file}",
        "select id::text from documents.file where tenant_id = $1 and document_id = $4::uuid order by id limit 1",
    ),
    (
        "/documents/{id}/readers/{reader}",
        "select principal_id::text from documents.access where tenant_id = $1 and document_id = $4::uuid
         order by principal_id limit 1",
    ),
    (
        "/inbox/{id}",
        "select id::text from delivery.delivery where tenant_id = $1 and person_id = $3 and channel = 'in-house' order by id limit 1",
    ),
    (
        "/invoices/{id}",
        "select coalesce((select invoice_id from invoices.alert where tenant_id = $1 order by id limit 1),
                         (select id from invoices.invoice where tenant_id = $1 order by id limit 1))::text",
    ),
    (
        "/invoices/{id}/alerts/{alert}",
        "select coalesce((select id from invoices.alert where tenant_id = $1 and invoice_id = $4::uuid limit 1), $4::uuid)::text",
    ),
    (
        "/invoices/{id}/files/{file}",
        "select id::text from documents.file where tenant_id = $1 and document_id = $4::uuid order by id limit 1",
    ),
    ("/invoices/waiting/{id}", "select id::text from invoices.waiting where tenant_id = $1 order by id limit 1"),
    ("/invoices/templates/{id}", "select id::text from invoices.template where tenant_id = $1 order by id limit 1"),
    ("/invoices/agreements/{id}", "select id::text from invoices.agreement where tenant_id = $1 order by id limit 1"),
    ("/invoices/payments/{id}", "select id::text from invoices.batch where tenant_id = $1 order by id limit 1"),
    ("/mandates/{id}", "select id::text from parties.mandate where tenant_id = $1"),
    ("/new/leave/{kind}", "select 'annual'"),
    ("/new/staff/{kind}", "select 'certificate'"),
    ("/organisations/{id}", "select id::text from parties.organisation where tenant_id = $1"),
    ("/people/{id}", "select $3::text"),
    ("/personnel/employees/{id}", "select $3::text"),
    (
        "/personnel/orders/{id}",
        "select id::text from personnel.personnel_order where tenant_id = $1 and institution_id = $2 and person_id = $3 order by id limit 1",
    ),
    ("/personnel/orders/new/{kind}", "select 'hire'"),
    ("/personnel/templates/{kind}", "select 'leave'"),
    (
        "/posts/{id}",
        "select post_id::text from parties.employment_term where tenant_id = $1 and person_id = $3 order by id limit 1",
    ),
    ("/records/new/{direction}", "select 'incoming'"),
    ("/records/resolutions/{id}", "select id::text from records.resolution where tenant_id = $1 order by id limit 1"),
    ("/records/{id}", "select id::text from records.item where tenant_id = $1 order by id limit 1"),
    ("/registers/{code}", "select 'incoming'"),
    ("/registers/{code}/views/{view}", "select id::text from documents.saved_view where tenant_id = $1"),
    ("/reports/{name}", "select 'employee-applications'"),
    ("/sign/{id}", "select id::text from signing.request where tenant_id = $1 order by id limit 1"),
    (
        "/sign/{id}/files/{file}",
        "select i.files->0->>'file' from signing.item i where i.tenant_id = $1 and i.request_id = $4::uuid
         and i.state = 'waiting' limit 1",
    ),
    ("/substitutions/{id}", "select id::text from kernel.substitution where tenant_id = $1 order by id limit 1"),
    (
        "/tasks/{id}",
        "select t.id::text from workflow.task t join workflow.route r on r.tenant_id = $1 and r.id = t.route_id
         where t.tenant_id = $1 and t.state = 'open' and r.owner_id = $3 order by t.id limit 1",
    ),
    ("/units/{id}", "select $2::text"),
];

/// The stage.
pub struct World {
    pub house: House,
    pub demo: Demo,
    /// A municipality beside it.
    pub other: TenantId,
    pub foreign: Demo,
    _blobs: tempfile::TempDir,
}

/// Everything the house has, with files in a folder of the test's own.
pub fn extensions() -> (Extensions, tempfile::TempDir) {
    let blobs = tempfile::tempdir().unwrap();
    let mut extensions = house::extensions().expect("the extensions");
    extensions.insert::<Arc<dyn BlobStore>>(Arc::new(FolderStore::new(blobs.path()).unwrap()));
    extensions.insert(MasterKey([3; 32]));
    (extensions, blobs)
}

/// Built once a test; rolled back unless it commits.
pub async fn build(commits: bool) -> World {
    let (extensions, blobs) = extensions();
    let extend = |e: &mut Extensions| *e = extensions;
    let house = match commits {
        true => House::committing(house::modules(), extend).await,
        false => House::open(house::modules(), extend).await,
    };
    let plan = Plan { institutions: 3, employees: 30, seed: 1 };
    let demo = parties::life::build(&house.op(), &plan).await.unwrap();
    let other = house.another_tenant("cits").await;
    let there = op::Op::house(&house.kernel, other, "test");
    let foreign = parties::life::build(&there, &Plan { institutions: 2, employees: 16, seed: 2 }).await.unwrap();
    for set_up in house::set_ups() {
        set_up(house.op()).await.unwrap();
        set_up(there.clone()).await.unwrap();
    }
    house.run_jobs().await;
    let world = World { house, demo, other, foreign, _blobs: blobs };
    world.live().await;
    world
}

impl World {
    /// Somebody at every desk has something before them.
    async fn live(&self) {
        let p = self.demo.people;
        for person in [p.employee, p.manager, p.hr, p.head, p.admin] {
            self.house.sign_in(person).await;
        }
        let steps = personnel::life::life_steps();
        for (name, step) in steps.into_iter().filter(|(name, _)| name.ends_with("balances") || name.ends_with("waits"))
        {
            step(self.house.op()).await.unwrap_or_else(|e| panic!("{name}: {e:?}"));
        }
        for (name, step) in invoices::life::life_steps() {
            if name.ends_with("last month") || name.ends_with("waits") {
                step(self.house.op()).await.unwrap_or_else(|e| panic!("{name}: {e:?}"));
            }
        }
        self.desk().await;
        let absence = parties::SubstitutionRequest {
            absent: p.head,
            substitute: p.manager,
            from: self.house.clock.today(),
            to: self.house.clock.today(),
            ground: "komandējums".into(),
        };
        parties::usecases::substitute(&self.house.op_of(p.head).await, &absence).await.unwrap();
        self.house.run_jobs().await;
        self.signing().await;
    }

    /// A letter is shown to the head for signature.
    async fn signing(&self) {
        let op = self.house.op();
        let (tenant, request, now) = (op.tenant(), op.new_id::<Uuid>(), op.now());
        let mut tx = op.begin().await.unwrap();
        sqlx::query(
            "insert into signing.request (tenant_id, id, person_id, identity_id, locale, state, created_at, expires_at)
             values ($1, $2, $3, $4, 'lv', 'open', $5, $5 + interval '30 minutes')",
        )
        .bind(tenant)
        .bind(request)
        .bind(self.demo.people.head)
        .bind(Uuid::nil())
        .bind(now)
        .execute(tx.conn())
        .await
        .unwrap();
        let made = sqlx::query(
            "insert into signing.item (tenant_id, id, request_id, task_id, document_id, title, gist, files, state)
             select $1, $2, $3, d.id, d.id, d.title, '', jsonb_build_array(jsonb_build_object('file', f.id, 'name',
               f.name, 'media_type', f.media_type, 'size', f.size, 'sha256', '')), 'waiting'
             from documents.document d join documents.file f on f.tenant_id = $1 and f.document_id = d.id
             where d.tenant_id = $1 and d.institution_id = $4 and d.kind = 'letter' order by d.id, f.id limit 1",
        )
        .bind(tenant)
        .bind(op.new_id::<Uuid>())
        .bind(request)
        .bind(self.demo.school)
        .execute(tx.conn())
        .await
        .unwrap();
        assert_eq!(made.rows_affected(), 1, "a letter with a file");
        tx.audit(op::Audit::of("test", "signing-request", request));
        tx.commit().await.unwrap();
    }

    /// A letter comes in, goes out again by post, and is given to the employee.
    async fn desk(&self) {
        let mut clerk = self.house.sign_in(self.demo.people.clerk).await;
        let item = self.letter(&mut clerk, "incoming", &[("process", "submission")]).await;
        self.letter(&mut clerk, "outgoing", &[("channel", "post"), ("address", "Ozolu iela 1, Paraugs")]).await;
        let resolve = format!("{item}/resolve");
        let key = clerk.get(&resolve).await.ok().input("submit_id").unwrap();
        let main = self.demo.people.employee.to_string();
        let fields = [("text", "Sagatavot atbildi"), ("due", "27.11.2026."), ("main", &main), ("submit_id", &key)];
        clerk.post(&resolve, &fields).await.location();
        let partner = [("name", "Āboltiņa maiznīca"), ("legal_form", "SIA")];
        let card = clerk.post("/organisations/new", &partner).await.location();
        let representative = [
            ("given_names", "Liene"),
            ("surname", "Āboltiņa"),
            ("extent", "submit"),
            ("ground", "Pilnvara Nr. 7"),
            ("from", "23.11.2026."),
            ("to", "31.12.2026."),
        ];
        clerk.post(&format!("{card}/mandates/new"), &representative).await.location();
        self.archive(&mut clerk, &item).await;
        self.order(&mut clerk).await;
        clerk.post("/registers/incoming/views", &[("name", "Mans"), ("query", "q=iela")]).await.location();
    }

    /// Paper is ordered from a supplier whose invoices have come.
    async fn order(&self, clerk: &mut Client) {
        let sql = "select name from invoices.supplier where tenant_id = $1 order by id limit 1";
        let supplier = self.one(sql, "").await.expect("a supplier");
        let school = self.demo.school.to_string();
        let key = clerk.get("/invoices/agreements").await.ok().input("submit_id").unwrap();
        let fields = [
            ("submit_id", key.as_str()),
            ("kind", "order"),
            ("number", "PAS-1"),
            ("title", "Papīrs skolai"),
            ("supplier", &supplier),
            ("amount", "100,00"),
            ("institution", &school),
            ("lines", "1; Papīrs; 10; 4,50"),
        ];
        clerk.post("/invoices/agreements", &fields).await.location();
    }

    /// A file whose retention has ended and the act on it, a letter opened to a role, a figure of the municipality's own.
    async fn archive(&self, clerk: &mut Client, item: &str) {
        let school = self.demo.school.to_string();
        let file = [
            ("institution", school.as_str()),
            ("year", "2015"),
            ("code", "9-1"),
            ("title", "Vecā sarakste"),
            ("retention", "1"),
            ("medium", "electronic"),
        ];
        clerk.post("/admin/classification", &file).await.location();
        let sql = "select id::text from documents.class where tenant_id = $1 and institution_id = $2 and code = '9-1'";
        let class = self.one(sql, "").await.expect("the file");
        self.letter(clerk, "internal", &[("class", &class)]).await;
        let act = [("institution", school.as_str()), ("kind", "destroy"), ("class", class.as_str())];
        clerk.post("/admin/retention", &act).await.location();
        let pool = op::pool_id(self.demo.school, "clerk").to_string();
        let readers = format!("{}/readers", item.replacen("/records/", "/documents/", 1));
        clerk.post(&readers, &[("pool", pool.as_str()), ("share_ground", "darbam")]).await.location();
        let mut admin = self.house.sign_in(self.demo.people.admin).await;
        let own = [("value", "180"), ("from", "01.01.2027."), ("source", "Kārtība Nr. 1")];
        admin.post("/admin/parameters/trip/longest-days", &own).await.location();
    }

    async fn letter(&self, clerk: &mut Client, direction: &str, more: &[(&str, &str)]) -> String {
        let path = format!("/records/new/{direction}");
        let key = clerk.get(&path).await.ok().input("submit_id").unwrap();
        let school = self.demo.school.to_string();
        let fields = [
            ("title", MARK),
            ("correspondent", "Jānis Paraugs"),
            ("institution", &school),
            ("kind", "letter"),
            ("register", direction),
            ("access", "internal"),
            ("received_on", "23.11.2026."),
            ("submit_id", &key),
        ];
        let fields: Vec<_> = fields.iter().chain(more).copied().collect();
        let page = clerk.upload(&path, &fields, &[("files", "vestule.txt", "text/plain", b"Labdien!")]).await;
        page.location()
    }

    /// An identity with these roles there, and nothing of their own.
    pub async fn stranger(&self, tenant: TenantId, unit: UnitId, roles: &[&str]) -> Client {
        stranger(&self.house, tenant, unit, roles).await
    }

    /// An institution that has nothing to do with the school.
    pub fn elsewhere(&self) -> UnitId {
        *self.demo.institutions.iter().rev().find(|u| **u != self.demo.school).unwrap()
    }

    /// The path with a real thing in every place.
    ///
    /// # Errors
    /// The place for which there is none.
    pub async fn filled(&self, path: &str) -> Result<String, String> {
        self.school().filled(&self.house, path).await
    }

    /// Where things are looked for.
    fn school(&self) -> Spot {
        Spot { tenant: self.house.tenant, institution: self.demo.school, person: self.demo.people.employee }
    }

    async fn one(&self, sql: &str, before: &str) -> Option<String> {
        self.school().one(&self.house, sql, before).await
    }
}

/// An institution of a municipality, and somebody who works there.
#[derive(Clone, Copy, Debug)]
pub struct Spot {
    pub tenant: TenantId,
    pub institution: UnitId,
    pub person: PersonId,
}

impl Spot {
    /// The path with a real thing of this place in every place of it.
    ///
    /// # Errors
    /// The place for which there is none.
    pub async fn filled(&self, house: &House, path: &str) -> Result<String, String> {
        let (mut pattern, mut out, mut before) = (String::new(), String::new(), String::new());
        for part in path.split('/').skip(1) {
            pattern = format!("{pattern}/{part}");
            if !part.starts_with('{') {
                out = format!("{out}/{part}");
                continue;
            }
            let found = THINGS.iter().find(|(p, _)| *p == pattern);
            let (_, sql) = found.ok_or_else(|| format!("{pattern}: say in proof/tests/it/world.rs where one is"))?;
            before =
                self.one(house, sql, &before).await.ok_or_else(|| format!("{pattern}: there is none in the world"))?;
            out = format!("{out}/{before}");
        }
        Ok(if out.is_empty() { "/".to_owned() } else { out })
    }

    async fn one(&self, house: &House, sql: &str, before: &str) -> Option<String> {
        let mut read = op::Op::house(&house.kernel, self.tenant, "test").read().await.unwrap();
        // The parameters are mentioned so that every statement takes all of them.
        let all = "with p as (select $1::uuid, $2::uuid, $3::uuid, $4::text) ";
        let row: Option<(String,)> = sqlx::query_as(AssertSqlSafe(format!("{all}{sql}")))
            .bind(self.tenant)
            .bind(self.institution)
            .bind(self.person)
            .bind(before)
            .fetch_optional(read.conn())
            .await
            .unwrap_or_else(|e| panic!("{sql}: {e}"));
        row.map(|(text,)| text)
    }
}

/// An identity with these roles there, and nothing of their own.
pub async fn stranger(house: &House, tenant: TenantId, unit: UnitId, roles: &[&str]) -> Client {
    let person = PersonId(house.kernel.new_uuid(&house.clock));
    for role in roles {
        let mut tx = house.kernel.db().begin(Some(tenant), false).await.unwrap();
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
    }
    house.sign_in_at(tenant, person).await
}

/// Stands in every letter of the municipality, and may stand before nobody else's eyes.
pub const MARK: &str = "Zibensnovedējs Ķekatu ielā";
