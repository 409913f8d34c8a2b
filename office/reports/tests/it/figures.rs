use reports::{Ask, Format};
use types::UnitId;

use crate::town::{Town, day, town};

async fn csv(t: &Town, year: i32) -> String {
    reports::export(&t.house.kernel, "dms-documents", &[t.house.tenant], year, Format::Csv).await.unwrap()
}

const HEAD: &str = "municipality,institutions,documents_registered,from_nino,nino_pct,from_sopa,sopa_pct,\
                    from_gvedis,gvedis_pct,from_kadri,kadri_pct\n";

#[tokio::test]
async fn documents_are_counted_by_the_source_of_their_registration() {
    let t = town().await;
    // Seven of 2025: 2 nino (28.6 %), 1 sopa and 1 kadri (14.3 %). Only the school has the function.
    assert_eq!(csv(&t, 2025).await, format!("{HEAD}Parauga novads,1,7,2,29,1,14,0,0,1,14\n"));
    assert_eq!(csv(&t, 2024).await, format!("{HEAD}Parauga novads,1,1,0,0,0,0,0,0,0,0\n"));
    assert_eq!(csv(&t, 2023).await, format!("{HEAD}Parauga novads,1,0,0,,0,,0,,0,\n"), "nothing to divide by");
}

#[tokio::test]
async fn one_registration_less_is_one_less() {
    let t = town().await;
    let mut tx = t.house.op().begin().await.unwrap();
    sqlx::query("delete from documents.registration where tenant_id = $1 and document_id = $2")
        .bind(t.house.tenant)
        .bind(t.documents[3])
        .execute(tx.conn())
        .await
        .unwrap();
    tx.audit(op::Audit::of("test", "document", t.documents[3]));
    tx.commit().await.unwrap();
    assert_eq!(csv(&t, 2025).await, format!("{HEAD}Parauga novads,1,6,1,17,1,17,0,0,1,17\n"));
}

#[tokio::test]
async fn json_has_the_same_numbers_and_every_tenant_its_own() {
    let t = town().await;
    let other = t.house.another_tenant("cits").await;
    let both = [t.house.tenant, other];
    let json = reports::export(&t.house.kernel, "dms-documents", &both, 2025, Format::Json).await.unwrap();
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json[0]["documents_registered"], 7);
    assert_eq!(json[0]["nino_pct"], 29.0);
    assert_eq!(json[1]["municipality"], "cits");
    assert_eq!(json[1]["documents_registered"], 0);
    assert_eq!(json[1]["nino_pct"], serde_json::Value::Null);
    let unknown = reports::export(&t.house.kernel, "nope", &both, 2025, Format::Csv).await.unwrap_err();
    assert_eq!(unknown.to_string(), "there is no report nope; there are: dms-documents");
}

#[tokio::test]
async fn employees_are_days_employed_by_days_of_the_year() {
    let t = town().await;
    let average = async |institution: Option<UnitId>| {
        let mut read = t.house.op().read().await.unwrap();
        let places = reports::with_average(read.conn(), &Ask::whole(t.house.tenant, 2025), "documents").await.unwrap();
        places.iter().find(|(p, _)| p.institution == institution).map(|(_, a)| *a)
    };
    // 365 + 184 + 273 = 822 days; 822 / 365 = 2.25.
    assert_eq!(average(None).await, Some(2));
    // 365 + 181 = 546 days; 1.496.
    assert_eq!(average(Some(t.school)).await, Some(1));
    // 184 + 183 = 367 days; 1.005.
    assert_eq!(average(Some(t.library)).await, Some(1));
    let mut read = t.house.op().read().await.unwrap();
    let rows = reports::employed_rows(read.conn(), &Ask::whole(t.house.tenant, 2025), None, 10).await.unwrap();
    let mut days: Vec<(String, String)> = rows.into_iter().map(|r| (r.title, r.detail)).collect();
    days.sort();
    let expected = [("Anna Paraudziņa", "365"), ("Berta Paraudziņa", "184"), ("Cilda Paraudziņa", "273")];
    assert_eq!(days, expected.map(|(n, d)| (n.to_owned(), d.to_owned())));
}

#[tokio::test]
async fn the_months_add_up_to_the_year() {
    let t = town().await;
    let mut read = t.house.op().read().await.unwrap();
    let months = (reports::DMS_DOCUMENTS.months)(read.conn(), &Ask::whole(t.house.tenant, 2025)).await.unwrap();
    // The document registered in January and again in February is in both months, and once in the year.
    assert_eq!(months, [1, 1, 3, 0, 2, 0, 0, 0, 0, 0, 0, 1]);
    assert_eq!(Ask::whole(t.house.tenant, 2024).days(), 366);
    assert_eq!(Ask::whole(t.house.tenant, 2025).until(), day(2026, 1, 1));
}
