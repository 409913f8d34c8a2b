use std::collections::BTreeMap;

use records::life::life_steps;

use crate::desk::{Desk, desk};

async fn run(d: &Desk) {
    for (name, step) in life_steps() {
        step(d.house.op()).await.unwrap_or_else(|e| panic!("{name}: {e}"));
    }
}

/// How many of each there are.
async fn counts(d: &Desk) -> BTreeMap<String, i64> {
    let mut read = d.house.op().read().await.unwrap();
    let rows: Vec<(String, i64)> = sqlx::query_as(
        "select 'item ' || state, count(*) from records.item where tenant_id = $1 group by 1
         union all select 'resolution ' || state, count(*) from records.resolution where tenant_id = $1 group by 1
         union all select 'document ' || direction || ' ' || state, count(*) from documents.document where tenant_id = $1 group by 1
         union all select 'delivery ' || state, count(*) from delivery.delivery where tenant_id = $1 group by 1
         union all select 'files', count(*) from documents.file where tenant_id = $1
         union all select 'classes', count(*) from documents.class where tenant_id = $1",
    )
    .bind(d.house.tenant)
    .fetch_all(read.conn())
    .await
    .unwrap();
    rows.into_iter().collect()
}

#[tokio::test]
async fn a_year_at_the_desk_through_the_use_cases() {
    let d = desk().await;
    run(&d).await;
    let first = counts(&d).await;
    let of = |name: &str| first.get(name).copied().unwrap_or_default();
    assert!(of("document incoming registered") > 40, "{first:#?}");
    assert!(of("document outgoing registered") > 30 && of("document internal registered") > 10, "{first:#?}");
    assert!(of("item answered") > 10 && of("resolution done") > 20, "{first:#?}");
    assert!(of("delivery sent") + of("delivery delivered") > 20 && of("files") > 80, "{first:#?}");

    // Registered in the order of the days, without gap, as if somebody had sat there.
    let mut read = d.house.op().read().await.unwrap();
    let wrong: i64 = sqlx::query_scalar(
        "select count(*) from (
           select seq - lag(seq, 1, 0::bigint) over w as step, registered_on >= lag(registered_on, 1, registered_on) over w as later
           from documents.registration where tenant_id = $1
           window w as (partition by register_id, institution_id, year order by seq)) r
         where step <> 1 or not later",
    )
    .bind(d.house.tenant)
    .fetch_one(read.conn())
    .await
    .unwrap();
    assert_eq!(wrong, 0);
    drop(read);

    // What waits today: at the clerk's desk, and a restricted title for nobody else.
    let mut clerk = d.clerk().await;
    clerk.get("/registers/incoming").await.ok().has("S-1").has("Par ");
    clerk.get("/records/deadlines").await.ok().has("Termiņi");

    run(&d).await;
    assert_eq!(counts(&d).await, first, "a second time changes nothing");
}
