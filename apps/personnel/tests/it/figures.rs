use reports::Format;
use types::PersonId;
use uuid::Uuid;

use crate::world::{World, world};

async fn csv(w: &World, name: &str) -> String {
    reports::export(&w.house.kernel, name, &[w.house.tenant], 2025, Format::Csv).await.expect("figures")
}

struct Row {
    who: PersonId,
    service: &'static str,
    channel: &'static str,
    on: &'static str,
    electronically: bool,
}

/// Seven applications of 2025 by two employees in self-service, and three that do not count.
fn applications(w: &World) -> Vec<Row> {
    let (a, b) = (w.demo.people.employee, w.demo.people.manager);
    let row = |who, service, channel, on, electronically| Row { who, service, channel, on, electronically };
    let annual = "personnel.annual-leave";
    let own = "self-service";
    vec![
        row(a, annual, own, "2025-01-01", true),
        row(a, annual, own, "2025-02-01", true),
        row(a, annual, own, "2025-02-02", true),
        row(a, annual, own, "2025-07-01", false),
        row(b, annual, own, "2025-12-31", true),
        row(b, annual, "paper", "2025-06-01", false),
        row(b, annual, own, "2024-12-31", true),
        row(b, "social.benefit", own, "2025-06-01", true),
    ]
}

async fn insert(w: &World) -> Vec<Uuid> {
    let mut tx = w.house.op().begin().await.expect("a transaction");
    let mut ids = Vec::new();
    for r in applications(w) {
        let id: Uuid = w.house.op().new_id();
        ids.push(id);
        sqlx::query(
            "insert into workflow.application (tenant_id, id, service, applicant_id, unit_id, institution_id, channel,
               payload, gist, state, filed_at, filed_on, approved_electronically)
             values ($1, $2, $3, $4, $5, $5, $6, '{}', 'atvaļinājums', 'approved', $7::date, $7::date, $8)",
        )
        .bind(w.house.tenant)
        .bind(id)
        .bind(r.service)
        .bind(r.who)
        .bind(w.demo.school)
        .bind(r.channel)
        .bind(types::Date::parse_from_str(r.on, "%Y-%m-%d").expect("a date"))
        .bind(r.electronically)
        .execute(tx.conn())
        .await
        .expect("an application");
    }
    tx.audit(op::Audit::of_all("test", "application", ids.clone()));
    tx.commit().await.expect("a commit");
    ids
}

/// Employees by hand: each day of the year, who is employed on it.
async fn average_by_hand(w: &World) -> i64 {
    let mut read = w.house.op().read().await.expect("a connection");
    let terms: Vec<(Uuid, types::Date, Option<types::Date>)> =
        sqlx::query_as("select person_id, valid_from, valid_to from parties.employment_term where tenant_id = $1")
            .bind(w.house.tenant)
            .fetch_all(read.conn())
            .await
            .expect("terms");
    let first = types::Date::from_ymd_opt(2025, 1, 1).expect("a date");
    let days: Vec<types::Date> = first.iter_days().take(365).collect();
    let employed = |day: &types::Date| {
        let on = terms.iter().filter(|(_, from, to)| from <= day && to.is_none_or(|t| t >= *day));
        on.map(|(p, ..)| *p).collect::<std::collections::BTreeSet<_>>().len()
    };
    let sum: usize = days.iter().map(employed).sum();
    i64::try_from((2 * sum + 365) / 730).expect("a number")
}

const HEAD: &str = "municipality,institutions,average_employees,employees_applying,employees_applying_pct,applications,\
                    applications_approved_electronically,applications_per_employee";

#[tokio::test]
async fn applications_are_counted_as_in_the_published_table() {
    let w = world().await;
    let ids = insert(&w).await;
    let average = average_by_hand(&w).await;
    assert!(average > 10, "the municipality has employees: {average}");
    let share = (2 * 2 * 100 + average) / (2 * average);
    // Two employees, five applications, four approved in the system: two each.
    let all = w.demo.institutions.len();
    let expected = format!("{HEAD}\nParauga novads,{all},{average},2,{share},5,4,2.00\n");
    assert_eq!(csv(&w, "employee-applications").await, expected);
    let mut tx = w.house.op().begin().await.expect("a transaction");
    let gone = ids.first().expect("an application");
    sqlx::query("delete from workflow.application where tenant_id = $1 and id = $2")
        .bind(w.house.tenant)
        .bind(gone)
        .execute(tx.conn())
        .await
        .expect("one less");
    tx.audit(op::Audit::of("test", "application", *gone));
    tx.commit().await.expect("a commit");
    let expected = format!("{HEAD}\nParauga novads,{all},{average},2,{share},4,3,1.50\n");
    assert_eq!(csv(&w, "employee-applications").await, expected);
}

#[tokio::test]
async fn hr_looks_at_the_rows_behind_the_numbers() {
    let w = world().await;
    insert(&w).await;
    let mut hr = w.house.sign_in(w.demo.people.hr).await;
    hr.get("/reports/employee-applications?year=2025").await.ok().has("Vidējais darbinieku skaits");
    let rows = async |client: &mut testkit::Client, column: &str| {
        let page = client.get(&format!("/reports/employee-applications/rows?year=2025&column={column}")).await.ok();
        page.text().matches("<td class=\"govuk-table__cell \">").count() / 2
    };
    assert_eq!(rows(&mut hr, "applications").await, 5);
    assert_eq!(rows(&mut hr, "applications_approved_electronically").await, 4);
    assert_eq!(rows(&mut hr, "employees_applying").await, 2);
    assert_eq!(rows(&mut hr, "institutions").await, 1, "the school's HR sees the school");
    assert!(rows(&mut hr, "average_employees").await > 1);
    let mut employee = w.house.sign_in(w.demo.people.employee).await;
    assert_eq!(employee.get("/reports/employee-applications").await.status.as_u16(), 403);
}

#[tokio::test]
async fn orders_are_counted_when_prepared_and_when_signed_in_the_system() {
    let w = world().await;
    let mut tx = w.house.op().begin().await.expect("a transaction");
    for (on, electronically, state) in [
        ("2025-01-01", true, "signed"),
        ("2025-03-01", true, "annulled"),
        ("2025-03-02", false, "signed"),
        ("2025-12-31", false, "circulating"),
        ("2026-01-01", true, "signed"),
    ] {
        sqlx::query(
            "insert into personnel.personnel_order (tenant_id, id, kind, document_id, person_id, unit_id, institution_id,
               facts, text, state, prepared_at, prepared_on, signed_electronically)
             values ($1, $2, 'leave', $2, $3, $4, $4, '{}', '', $5, $6::date, $6::date, $7)",
        )
        .bind(w.house.tenant)
        .bind(w.house.op().new_id::<Uuid>())
        .bind(w.demo.people.employee)
        .bind(w.demo.school)
        .bind(state)
        .bind(types::Date::parse_from_str(on, "%Y-%m-%d").expect("a date"))
        .bind(electronically)
        .execute(tx.conn())
        .await
        .expect("an order");
    }
    tx.audit(op::Audit::of("test", "tenant", w.house.tenant));
    tx.commit().await.expect("a commit");
    let average = average_by_hand(&w).await;
    let tenths = (2 * 4 * 10 + average) / (2 * average);
    let all = w.demo.institutions.len();
    let head = "municipality,institutions,average_employees,orders,orders_signed_electronically,signed_pct,orders_per_employee";
    let expected = format!("{head}\nParauga novads,{all},{average},4,2,50,{}.{}\n", tenths / 10, tenths % 10);
    assert_eq!(csv(&w, "personnel-orders").await, expected);
}
