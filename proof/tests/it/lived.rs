//! After a lived year: whoever is elsewhere finds nothing of it, at any address, for any thing.

use std::collections::HashSet;

use axum::http::Method;
use manifest::Profile;
use novads_server::house;
use testkit::{Client, House};
use types::{Date, PersonId, TenantId, UnitId};
use uuid::Uuid;
use web::{Access, Route, platform};

use crate::{
    routes::{EVERY_ROLE, is_a_things, knock, made_up},
    world::{self, Spot, stranger},
};

fn profile(name: &str, n: i64) -> Profile {
    let mut p = Profile::new(name, 2023);
    for (table, column, count) in [
        ("employee_applications", "institutions", 3),
        ("employee_applications", "average_employees", 50),
        ("employee_applications", "employees_applying", 10),
        ("employee_applications", "applications", 14 + n),
        ("employee_applications", "applications_approved_electronically", 12 + n),
        ("personnel_orders", "orders", 12),
        ("personnel_orders", "orders_signed_electronically", 10),
        ("invoices", "invoices_received", 16),
        ("invoices", "e_invoices", 8),
        ("invoices", "invoices_approved_electronically", 12),
        ("dms_documents", "documents_registered", 520 + n),
        ("dms_documents", "from_nino", 20),
    ] {
        p.set(table, column, count);
    }
    p
}

/// Two municipalities whose first half of a year was lived through the use-cases.
async fn lived() -> (House, tempfile::TempDir, Vec<TenantId>) {
    let (extensions, blobs) = world::extensions();
    let house = House::committing(house::modules(), |e| *e = extensions).await;
    // The test's own municipality is made up too.
    platform::set_setting(&house.kernel, "simulated", "yes").await.unwrap();
    let what = year::Args {
        profiles: vec![profile("Viens novads", 0), profile("Otrs novads", 3)],
        year: 2023,
        seed: 7,
        first: Date::from_ymd_opt(2023, 1, 1).unwrap(),
        days: 181,
        set_ups: house::set_ups(),
        at_a_time: 1,
    };
    year::live(&house.kernel, &what, |_| ()).await.unwrap();
    house.run_jobs().await;
    let tenants = platform::tenants(&house.kernel).await.unwrap();
    let of = |code: &str| tenants.iter().find(|t| t.code == code).unwrap().id;
    let both = vec![of("viens-novads"), of("otrs-novads")];
    (house, blobs, both)
}

async fn ids(house: &House, tenant: TenantId, sql: &str, unit: Option<UnitId>) -> Vec<Uuid> {
    let mut read = op::Op::house(&house.kernel, tenant, "test").read().await.unwrap();
    let sql = format!("with p as (select $1::uuid, $2::uuid) {sql}");
    sqlx::query_scalar(sqlx::AssertSqlSafe(sql)).bind(tenant).bind(unit).fetch_all(read.conn()).await.unwrap()
}

/// Everything of a municipality that has an id which an address or a form could carry.
const ALL: &str = "select id from documents.document where tenant_id = $1
    union select id from parties.person where tenant_id = $1
    union select id from parties.unit where tenant_id = $1
    union select id from workflow.application where tenant_id = $1
    union select id from workflow.task where tenant_id = $1
    union select id from personnel.personnel_order where tenant_id = $1
    union select id from invoices.supplier where tenant_id = $1
    union select id from records.resolution where tenant_id = $1
    union select id from documents.file where tenant_id = $1";

/// What is of other institutions than that one.
const ELSEWHERE: &str = "select id from documents.document where tenant_id = $1 and institution_id <> $2
    union select id from workflow.application where tenant_id = $1 and institution_id <> $2
    union select id from personnel.personnel_order where tenant_id = $1 and institution_id <> $2
    union select i.id from invoices.invoice i where i.tenant_id = $1 and i.institution_id <> $2";

/// The ids in a page.
fn named(text: &str) -> HashSet<Uuid> {
    let is_part = |c: char| c.is_ascii_hexdigit() || c == '-';
    text.split(|c| !is_part(c)).filter(|w| w.len() == 36).filter_map(|w| w.parse().ok()).collect()
}

struct Watch {
    name: &'static str,
    client: Client,
    /// What may never stand on a page of theirs.
    forbidden: HashSet<Uuid>,
    foreign: bool,
}

/// Institutions with somebody who works there, the first few.
async fn spots(house: &House, tenant: TenantId) -> Vec<Spot> {
    let mut read = op::Op::house(&house.kernel, tenant, "test").read().await.unwrap();
    let rows: Vec<(UnitId, PersonId)> = sqlx::query_as(
        "select distinct on (t.institution_id) t.institution_id, e.person_id
         from parties.employment_term t join parties.employment e on e.tenant_id = $1 and e.id = t.employment_id
         where t.tenant_id = $1 order by t.institution_id,
           (select count(*) from workflow.application a where a.tenant_id = $1 and a.applicant_id = e.person_id) desc, e.id",
    )
    .bind(tenant)
    .fetch_all(read.conn())
    .await
    .unwrap();
    rows.into_iter().map(|(institution, person)| Spot { tenant, institution, person }).collect()
}

#[tokio::test]
async fn a_lived_year_is_nobody_elses() {
    let (house, _blobs, both) = lived().await;
    let (mine, other) = (both[0], both[1]);
    let spots = spots(&house, mine).await;
    assert!(spots.len() >= 3, "{}", spots.len());
    let everything: HashSet<Uuid> = ids(&house, mine, ALL, None).await.into_iter().collect();
    assert!(everything.len() > 80, "{} things were lived", everything.len());
    let root =
        |tenant| ids(&house, tenant, "select id from kernel.unit where tenant_id = $1 and parent_id is null", None);
    let (root_here, root_there) = (UnitId(root(mine).await[0]), UnitId(root(other).await[0]));
    let near = spots[0].institution;
    let of_others: HashSet<Uuid> = ids(&house, mine, ELSEWHERE, Some(near)).await.into_iter().collect();
    assert!(of_others.len() > 10, "{} things of other institutions", of_others.len());
    let in_one_unit = ["clerk", "head", "hr", "manager", "employee"];
    let mut cast = vec![
        Watch {
            name: "every role in another municipality",
            client: stranger(&house, other, root_there, EVERY_ROLE).await,
            forbidden: everything.clone(),
            foreign: true,
        },
        Watch {
            name: "every role in one institution",
            client: stranger(&house, mine, near, &in_one_unit).await,
            forbidden: of_others.clone(),
            foreign: false,
        },
        Watch {
            name: "no role",
            client: stranger(&house, mine, root_here, &[]).await,
            forbidden: ids(&house, mine, ELSEWHERE, Some(UnitId(Uuid::nil()))).await.into_iter().collect(),
            foreign: false,
        },
    ];
    let mut routes: Vec<Route> = house.app.routes().to_vec();
    routes.sort_by_key(|r| (r.method != Method::GET, r.path, r.method.to_string()));
    let (mut leaks, mut asked, mut absent) = (Vec::new(), 0, HashSet::new());
    for route in &routes {
        if route.method != Method::GET && matches!(route.access, Access::Public | Access::SignedIn) {
            continue;
        }
        // A real thing of each institution, those of other institutions first.
        let mut paths = HashSet::new();
        for spot in spots.iter().rev() {
            match spot.filled(&house, route.path).await {
                Ok(path) => drop(paths.insert(path)),
                Err(why) => drop(absent.insert(why)),
            }
        }
        for path in paths {
            for w in &mut cast {
                let page = knock(&mut w.client, route, &path).await;
                asked += 1;
                let code = page.status.as_u16();
                // What an address names, its answer may name again.
                let said = named(&path);
                let seen: Vec<Uuid> =
                    named(&page.text()).intersection(&w.forbidden).filter(|id| !said.contains(id)).copied().collect();
                if code >= 500 || !seen.is_empty() {
                    leaks.push(format!("{} {path} answers {} with {code}: {seen:?}", route.method, w.name));
                }
                if w.foreign && is_a_things(route.path) {
                    let never = knock(&mut w.client, route, &made_up(route.path)).await.status.as_u16();
                    if code < 400 || code != never {
                        leaks.push(format!("{} {path}: {code} from elsewhere, {never} if made up", route.method));
                    }
                }
                let on_another = said.iter().any(|id| of_others.contains(id));
                if !w.foreign && on_another && code < 400 {
                    leaks.push(format!("{} {path} answers {} with {code}", route.method, w.name));
                }
            }
        }
    }
    assert!(leaks.is_empty(), "{} leaks: {leaks:#?}", leaks.len());
    assert!(asked > 300, "{asked} asked; absent: {absent:#?}");
}
