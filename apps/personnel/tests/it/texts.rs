use std::sync::Arc;

use i18n::{Catalog, Locale, Tr};

use crate::world::{file_annual, take, world};

#[tokio::test]
async fn hr_replaces_a_text_and_goes_back() {
    let w = world().await;
    // The texts are the municipality's: the school's HR reads them, whoever administers all of it changes them.
    w.hr().await.get("/personnel/templates/leave").await.ok().has("centrālā personāla daļa");
    let mut hr = w.house.sign_in(w.demo.people.admin).await;
    hr.get("/personnel/templates").await.ok().has("Sistēmas teksts");
    let href = "/personnel/templates/leave";
    hr.get(href).await.ok().has("{{ leave_accusative }}").has("Anna Bērziņa");
    let wrong = [("title", "Par {{ kaut_ko }}"), ("body", "x"), ("do", "save")];
    let page = hr.post(href, &wrong).await;
    assert_eq!(page.status.as_u16(), 422);
    page.has("kaut_ko");
    let bad = [("title", "Par"), ("body", "viens\n{% if %}"), ("do", "save")];
    let page = hr.post(href, &bad).await;
    assert_eq!(page.status.as_u16(), 422);
    page.has("2. rindu");
    let own = [("title", "Par atpūtu"), ("body", "{{ name }} atpūšas no {{ first }}."), ("do", "preview")];
    hr.post(href, &own).await.ok().has("Anna Bērziņa atpūšas no 01.12.2026.");
    let mut save = own;
    save[2].1 = "save";
    hr.post(href, &save).await.location();
    hr.get(href).await.ok().has("Spēkā");
    file_annual(&mut w.employee().await, "07.12.2026.", "20.12.2026.").await;
    take(&mut w.manager().await, "done", "").await;
    assert_eq!(w.orders(w.demo.people.employee).await[0].title, "Par atpūtu");
    hr.post(href, &[("title", ""), ("body", ""), ("do", "built-in")]).await.location();
    hr.get(href).await.ok().has("{{ leave_accusative }}").has("Aizstāts");
    assert_eq!(w.employee().await.get(href).await.status.as_u16(), 403);
}

#[test]
fn every_page_renders_its_sample_in_each_language() {
    let texts = [ui::TEXTS, web::TEXTS, workflow::TEXTS, novads_personnel::TEXTS];
    let catalog = Arc::new(Catalog::new(&texts).unwrap());
    let app = novads_personnel::app();
    for locale in [Locale::Lv, Locale::En] {
        let tr = Tr::new(Arc::clone(&catalog), locale);
        for sample in (app.module.samples)(&tr) {
            let html = sample.html.unwrap_or_else(|e| panic!("{}: {e}", sample.name));
            assert!(!html.contains('⟦'), "{} has a text without words: {html}", sample.name);
        }
        for route in &app.module.routes {
            assert!(tr.has(route.label), "{} has no label", route.path);
        }
        for service in &app.services {
            assert!(tr.has(service.title) && tr.has(service.need) && tr.has(service.group), "{}", service.code);
        }
    }
}
