use crate::town::town;

#[tokio::test]
async fn a_report_shows_figure_chart_table_and_the_rows_behind_a_number() {
    let t = town().await;
    let mut clerk = t.house.sign_in(t.berta).await;
    clerk.get("/reports").await.ok().has("Reģistrētie dokumenti pēc avota");
    let page = clerk.get("/reports/dms-documents?year=2025").await.ok();
    let page = page.has("Kā tas ir saskaitīts?").has("Parauga skola").has("Parauga bibliotēka").has(">marts<");
    assert!(page.text().contains("29\u{a0}%"), "{}", page.text());
    let href = "/reports/dms-documents/rows?year=2025&#38;column=from_nino";
    let page = page.has(href);
    assert!(page.text().contains("<svg"), "a chart");
    let rows = clerk.get(&href.replace("&#38;", "&")).await.ok();
    let text = rows.has("=cmd").has(&format!("/documents/{}", t.documents[4])).text();
    assert!(!text.contains("Noslēpums"), "the title of a restricted document is not for whoever counts it");
    assert_eq!(text.matches("data-href").count(), 2);
}

#[tokio::test]
async fn a_clerk_sees_the_figures_of_their_institutions_alone() {
    let t = town().await;
    let mut clerk = t.house.sign_in(t.anna).await;
    let page = clerk.get("/reports/dms-documents?year=2025").await.ok();
    page.has("Parauga skola").has_not("bibliotēka");
    let other = format!("/reports/dms-documents?year=2025&institution={}", t.library);
    assert_eq!(clerk.get(&other).await.status.as_u16(), 404);
    let rows = format!("/reports/dms-documents/rows?year=2025&column=documents_registered&institution={}", t.library);
    assert_eq!(clerk.get(&rows).await.status.as_u16(), 404);
    let csv = clerk.get("/reports/dms-documents/export?year=2025&format=csv").await.ok().text();
    assert!(!csv.contains("bibliotēka") && csv.contains("Parauga novads,Parauga skola,1,5,2,40"), "{csv}");
    let mut nobody = t.house.sign_in(t.cilda).await;
    assert_eq!(nobody.get("/reports/dms-documents").await.status.as_u16(), 403);
}

#[tokio::test]
async fn the_table_can_be_taken_out() {
    let t = town().await;
    let mut clerk = t.house.sign_in(t.berta).await;
    let csv = clerk.get("/reports/dms-documents/export?year=2025&format=csv").await.ok();
    let text = csv.text();
    let lines: Vec<&str> = text.lines().collect();
    assert!(lines[0].starts_with("municipality,institution,institutions,documents_registered,"), "{text}");
    assert_eq!(lines[1], "Parauga novads,,1,7,2,29,1,14,0,0,1,14");
    assert_eq!(lines[2], "Parauga novads,Parauga bibliotēka,0,2,0,0,1,50,0,0,0,0");
    assert_eq!(lines[3], "Parauga novads,Parauga skola,1,5,2,40,0,0,0,0,1,20");
    let xlsx = clerk.get("/reports/dms-documents/export?year=2025&format=xlsx").await.ok();
    assert!(xlsx.body.starts_with(b"PK"));
}

#[tokio::test]
async fn odd_addresses_are_answered_without_harm() {
    let t = town().await;
    let mut clerk = t.house.sign_in(t.berta).await;
    clerk.get("/reports/dms-documents?year=999999999999&institution=x").await.ok();
    assert_eq!(clerk.get("/reports/nope").await.status.as_u16(), 404);
    assert_eq!(clerk.get("/reports/dms-documents/rows?column=nino_pct").await.status.as_u16(), 404);
    clerk.get("/reports/dms-documents/rows?column=from_nino&after=x").await.ok();
}
