//! A small municipality with people in it, and services that only these tests know.

use novads_workflow as workflow;
use op::{Action as _, Extensions, Facts, Op, Tx};
use parties::{EmploymentKind, NewEmployment, NewGrant, NewPerson, NewPost, NewUnit, UnitKind};
use rust_decimal::Decimal;
use serde_json::json;
use testkit::House;
use types::{ApplicationId, BoxFuture, Date, DocumentId, EmploymentId, Money, PersonId, PostId, RouteId, UnitId};
use workflow::{
    EffectError, Ended, Filing, GroupPlan, Outcomes, Plan, RouteOutcome, RouteState, Service, Services, StartError,
    StepKind, StepPlan, SubjectView, SubjectViews, TaskKind, TaskKinds, Where, Who,
};

op::actions! {
    /// File a test application.
    FileTest = "test.file" [ "*": Own ];
}

pub fn day(text: &str) -> Date {
    text.parse().unwrap()
}

pub fn step(kind: StepKind, who: Who) -> StepPlan {
    StepPlan { kind, who, due_days: 2 }
}

fn leave_plan() -> Plan {
    Plan::sequence(vec![step(StepKind::Approve, Who::DirectManager)])
}

fn order_plan() -> Plan {
    let head = Who::Role { role: "head".into(), place: Where::Institution };
    Plan::sequence(vec![step(StepKind::Approve, Who::DirectManager), step(StepKind::Sign, head)])
}

/// What an effect leaves behind in the transaction that ended the route.
async fn leave_mark(tx: &mut Tx, what: &str, ended: &[Ended]) -> Result<(), EffectError> {
    for e in ended {
        let (tenant, id) = (tx.op().tenant(), tx.op().new_id::<uuid::Uuid>());
        sqlx::query(
            "insert into kernel.tenant_parameter (tenant_id, id, rule, key, valid_from, value, source)
             values ($1, $2, 'effect', $3, '2026-01-01', $4, 'test')",
        )
        .bind(tenant)
        .bind(id)
        .bind(format!("{what} {} {}", e.subject, id))
        .bind(json!(e.state.word()))
        .execute(tx.conn())
        .await?;
    }
    Ok(())
}

fn apply<'a>(tx: &'a mut Tx, ended: &'a [Ended]) -> BoxFuture<'a, Result<(), EffectError>> {
    Box::pin(leave_mark(tx, "apply", ended))
}

fn stop<'a>(tx: &'a mut Tx, ended: &'a [Ended]) -> BoxFuture<'a, Result<(), EffectError>> {
    Box::pin(leave_mark(tx, "stop", ended))
}

fn check<'a>(tx: &'a mut Tx, ended: &'a [Ended]) -> BoxFuture<'a, Result<(), EffectError>> {
    Box::pin(async move {
        assert!(ended.iter().all(|e| matches!(e.state, RouteState::Running | RouteState::Completed)));
        let tenant = tx.op().tenant();
        let no: Option<(bool,)> =
            sqlx::query_as("select true from kernel.tenant_parameter where tenant_id = $1 and rule = 'refuse'")
                .bind(tenant)
                .fetch_optional(tx.conn())
                .await?;
        if no.is_some() { Err(EffectError::Refused("Atlikušas 8 darba dienas.".into())) } else { Ok(()) }
    })
}

const fn outcome(code: &'static str, plan: fn() -> Plan) -> RouteOutcome {
    RouteOutcome {
        code,
        title: "workflow-tasks",
        plan,
        apply,
        stop,
        check,
        reads_routes: true,
        href: "/applications/{id}",
    }
}

struct Summary;

impl SubjectView for Summary {
    fn render<'a>(
        &'a self,
        _: &'a Op,
        _: &'a i18n::Tr,
        subject: uuid::Uuid,
    ) -> BoxFuture<'a, Result<Option<ui::Html>, op::OpError>> {
        let html =
            format!("<p class=\"govuk-body\" id=\"summary\">Prasīts: {}</p>", ui::Html::text(&subject.to_string()));
        Box::pin(std::future::ready(Ok(Some(ui::Html::trusted(html)))))
    }
}

fn extend(e: &mut Extensions) {
    e.insert(Outcomes(vec![outcome("test.leave", leave_plan), outcome("test.order", order_plan)]));
    e.insert(Services(vec![Service {
        code: "test.leave",
        title: "workflow-tasks",
        need: "workflow-tasks",
        group: "workflow-tasks",
        icon: "palmtree",
        ground: "Darba likuma 149. pants",
        action: FileTest::DEF,
        href: "/test/leave",
    }]));
    e.insert(SubjectViews(vec![("test.leave", std::sync::Arc::new(Summary))]));
    e.insert(TaskKinds(vec![TaskKind {
        kind: "test.resolve",
        title: "workflow-kind-execute",
        href: "/test/resolutions/{id}",
    }]));
    e.insert(workflow::shell_source());
}

/// People and units.
pub struct World {
    pub house: House,
    pub root: UnitId,
    pub school: UnitId,
    pub unit: UnitId,
    pub post: PostId,
    pub anna: PersonId,
    pub janis: PersonId,
    pub liga: PersonId,
    pub ilze: PersonId,
    pub peteris: PersonId,
    pub zane: PersonId,
    pub admin: PersonId,
}

fn parties_module() -> web::Module {
    web::Module {
        name: "parties",
        migrations: Some(parties::MIGRATIONS),
        texts: i18n::Source { name: "parties", lv: "", en: "" },
        actions: &[],
        routes: Vec::new(),
        jobs: Vec::new(),
        subscriptions: &[],
        nav: &[],
        samples: |_| Vec::new(),
        openapi: None,
    }
}

fn modules() -> Vec<web::Module> {
    vec![parties_module(), workflow::module()]
}

impl World {
    pub async fn open() -> Self {
        Self::fill(House::open(modules(), extend).await).await
    }

    pub async fn committing() -> Self {
        Self::fill(House::committing(modules(), extend).await).await
    }

    async fn fill(house: House) -> Self {
        let op = house.op();
        let mut tx = op.begin().await.unwrap();
        let may = tx.create::<FileTest>(&Facts::default()).unwrap();
        let from = day("2020-01-01");
        let (root, school, unit): (UnitId, UnitId, UnitId) = (op.new_id(), op.new_id(), op.new_id());
        let tree = [
            (root, None, UnitKind::Municipality, "ND", "Parauga novads"),
            (school, Some(root), UnitKind::Institution, "SK", "Parauga skola"),
            (unit, Some(school), UnitKind::Unit, "MD", "Mācību daļa"),
        ];
        let units: Vec<NewUnit> = tree
            .into_iter()
            .map(|(id, parent_id, kind, code, name)| NewUnit {
                id,
                parent_id,
                kind,
                code: code.into(),
                name: name.into(),
                name_en: None,
                registration_number: None,
                address: None,
                email: None,
                functions: vec![],
                valid_from: from,
            })
            .collect();
        parties::new_unit(&mut tx, &may, &units).await.unwrap();
        let post: PostId = op.new_id();
        let posts = [(post, unit, "Skolotājs"), (op.new_id(), school, "Lietvedis"), (op.new_id(), root, "Speciālists")];
        let new_posts: Vec<NewPost> = posts
            .iter()
            .map(|(id, unit_id, title)| NewPost {
                id: *id,
                unit_id: *unit_id,
                title: (*title).into(),
                profession_code: None,
                places: Decimal::from(5),
                valid_from: from,
            })
            .collect();
        parties::new_post(&mut tx, &may, &new_posts).await.unwrap();
        let people = [
            ("Anna", "Bērziņa", 0),
            ("Jānis", "Kalniņš", 0),
            ("Līga", "Ozola", 1),
            ("Ilze", "Krūmiņa", 1),
            ("Pēteris", "Liepa", 1),
            ("Zane", "Vītola", 0),
            ("Māris", "Administrators", 2),
        ];
        let ids: Vec<PersonId> = people.iter().map(|_| op.new_id()).collect();
        let new: Vec<NewPerson> = people
            .iter()
            .zip(&ids)
            .map(|((given, surname, _), id)| NewPerson {
                id: *id,
                given_names: (*given).into(),
                surname: (*surname).into(),
                personal_code: None,
                birth_date: None,
                sex: None,
                bank_account: None,
                address: None,
                email: None,
                phone: None,
            })
            .collect();
        parties::new_person(&mut tx, &may, &new).await.unwrap();
        let jobs: Vec<NewEmployment> = people
            .iter()
            .zip(&ids)
            .enumerate()
            .map(|(n, ((_, _, place), id))| NewEmployment {
                id: op.new_id::<EmploymentId>(),
                person_id: *id,
                unit_id: posts[*place].1,
                post_id: posts[*place].0,
                contract_number: n.to_string(),
                contract_date: from,
                kind: EmploymentKind::Contract,
                workload: Decimal::ONE,
                salary: Money(150_000),
                valid_from: from,
                contract_to: None,
                is_main: true,
            })
            .collect();
        parties::hire(&mut tx, &may, &jobs).await.unwrap();
        let roles =
            [(1, "manager", unit), (2, "head", school), (3, "hr", school), (4, "hr", school), (6, "admin", root)];
        let grants: Vec<NewGrant> = roles
            .iter()
            .map(|(n, role, unit)| NewGrant {
                id: op.new_id(),
                person_id: ids[*n],
                role: (*role).into(),
                unit_id: *unit,
                valid_from: from,
                valid_to: None,
            })
            .collect();
        parties::grant(&mut tx, &may, &grants).await.unwrap();
        tx.commit().await.unwrap();
        let [anna, janis, liga, ilze, peteris, zane, admin] = ids.try_into().unwrap();
        Self { house, root, school, unit, post, anna, janis, liga, ilze, peteris, zane, admin }
    }

    pub async fn op_of(&self, person: PersonId) -> Op {
        self.house.op_of(person).await
    }

    /// Files one application of a person of the unit.
    pub async fn file(&self, service: &'static str, who: PersonId) -> ApplicationId {
        self.try_file(service, who).await.unwrap().0
    }

    pub async fn try_file(&self, service: &'static str, who: PersonId) -> Result<(ApplicationId, RouteId), StartError> {
        let op = self.op_of(who).await;
        let mut tx = op.begin().await.unwrap();
        let may = tx.create::<FileTest>(&Facts { owner: Some(who), ..Facts::default() }).unwrap();
        let id: ApplicationId = op.new_id();
        let filing = Filing {
            id,
            service,
            applicant: who,
            unit: self.unit,
            institution: self.school,
            channel: "self-service",
            payload: json!({ "days": 10 }),
            title: "Ikgadējais atvaļinājums".into(),
            gist: "10 darba dienas no 14.12.2026.".into(),
            document: op.new_id::<DocumentId>(),
        };
        let routes = workflow::file(&mut tx, &may, vec![filing]).await?;
        tx.commit().await.unwrap();
        Ok((id, routes[0]))
    }

    /// The municipality's plan for a kind of route.
    pub async fn plan(&self, code: &str, groups: Vec<GroupPlan>) {
        let op = self.op_of(self.admin).await;
        let id = workflow::save_template(&op, code, None, &Plan { groups }).await.unwrap();
        workflow::activate_template(&op, code, None, Some(id)).await.unwrap();
    }

    /// The open tasks of a person's lists.
    pub async fn tasks(&self, person: PersonId) -> Vec<workflow::TaskRow> {
        let op = self.op_of(person).await;
        let mut read = op.read().await.unwrap();
        workflow::tasks(read.conn(), op.tenant(), &op.principals(), None, None, 100).await.unwrap()
    }

    pub async fn application(&self, id: ApplicationId) -> workflow::Application {
        let op = self.house.op();
        op.read().await.unwrap().see::<workflow::Application>(id).await.unwrap()
    }

    /// The marks that effects left.
    pub async fn effects(&self) -> Vec<(String, serde_json::Value)> {
        let op = self.house.op();
        let mut read = op.read().await.unwrap();
        sqlx::query_as(
            "select split_part(key, ' ', 1), value from kernel.tenant_parameter where rule = 'effect' order by id",
        )
        .fetch_all(read.conn())
        .await
        .unwrap()
    }

    /// Puts somebody in an absent person's place.
    pub async fn substitute(&self, absent: PersonId, substitute: PersonId, from: &str, to: &str) {
        let op = self.house.op();
        let mut tx = op.begin().await.unwrap();
        sqlx::query(
            "insert into kernel.substitution (tenant_id, id, absent_id, substitute_id, valid_from, valid_to)
             values ($1, $2, $3, $4, $5, $6)",
        )
        .bind(op.tenant())
        .bind(op.new_id::<uuid::Uuid>())
        .bind(absent)
        .bind(substitute)
        .bind(day(from))
        .bind(day(to))
        .execute(tx.conn())
        .await
        .unwrap();
        tx.audit(op::Audit::of("test", "substitution", absent));
        tx.commit().await.unwrap();
    }

    pub async fn verbs(&self, subject: impl Into<uuid::Uuid>) -> Vec<String> {
        let op = self.house.op();
        let mut read = op.read().await.unwrap();
        let rows = workflow::history(read.conn(), op.tenant(), subject.into(), 100).await.unwrap();
        rows.into_iter().rev().map(|h| h.verb).collect()
    }
}
