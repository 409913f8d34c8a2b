//! The pages, through the real router, in both languages.

use std::sync::Arc;

use i18n::{Catalog, Tr};
use novads_workflow as workflow;
use types::Locale;
use workflow::{GroupPlan, StepKind, Where, Who};

use crate::world::{World, step};

fn tr(locale: Locale) -> Tr {
    let catalog = Catalog::new(&[ui::TEXTS, web::TEXTS, workflow::TEXTS]).unwrap();
    Tr::new(Arc::new(catalog), locale)
}

#[test]
fn texts_are_complete_in_both_languages() {
    assert_eq!(Catalog::new(&[workflow::TEXTS]).unwrap().check(), Vec::<String>::new());
}

#[test]
fn every_sample_renders_in_both_languages() {
    for locale in Locale::ALL {
        let samples = (workflow::module().samples)(&tr(locale));
        assert!(samples.len() >= 12);
        for sample in samples {
            let html = sample.html.unwrap();
            assert!(!html.contains('⟦'), "{}: {}", sample.name, html.split('⟦').nth(1).unwrap_or_default());
            assert!(!html.contains("style="), "{}", sample.name);
            if let Ok(folder) = std::env::var("NOVADS_SAMPLES") {
                let name = sample.name.replace('/', "-");
                std::fs::write(format!("{folder}/{name}-{}.html", locale.tag()), html).unwrap();
            }
        }
    }
}

#[test]
fn every_word_that_code_makes_has_its_text() {
    for locale in Locale::ALL {
        let tr = tr(locale);
        for kind in StepKind::ALL {
            assert!(
                tr.has(&format!("workflow-kind-{}", kind.word())) && tr.has(&format!("workflow-do-{}", kind.word()))
            );
        }
        for role in parties::role::ALL {
            assert!(tr.has(&format!("workflow-role-{role}")), "{role}");
        }
        for day in 0..7 {
            assert!(tr.has(&format!("workflow-until-day-{day}")));
        }
        for route in workflow::module().routes {
            assert!(tr.has(route.label), "{}", route.label);
        }
        use workflow::Refused::{CannotRefuse, Ended, NoReason, NoStep, Nobody, NotOpen, Own, Unsigned};
        for why in [Ended, NotOpen, NoReason, CannotRefuse, NoStep, Own, Nobody, Unsigned] {
            assert!(tr.has(why.key()), "{why}");
        }
    }
}

#[tokio::test]
async fn home_is_my_tasks() {
    let w = World::open().await;
    let mut janis = w.house.sign_in(w.janis).await;
    assert_eq!(janis.get("/").await.location(), "/tasks");
    janis.get("/tasks").await.ok().has("Nekas negaida").has("Parauga novads").has("Jānis Kalniņš");
    w.file("test.leave", w.anna).await;
    let page = janis.get("/tasks").await.ok();
    let page = page.has("Anna Bērziņa").has("10 darba dienas no 14.12.2026.").has("trešdiena, 25.11.2026.");
    page.has("Saskaņot<").has("Gaida 1 uzdevums").has("Šonedēļ").has_not("Nokavētie");
    w.house.clock.set(testkit::at(2026, 11, 26, 10));
    let mut janis = w.house.sign_in(w.janis).await;
    janis.headers.push(("accept-language", "en".into()));
    janis.post("/locale", &[("locale", "en"), ("back", "/tasks")]).await;
    janis.get("/tasks").await.ok().has("Overdue").has("yesterday").has(">Approve<");
    janis.get("/tasks?kind=sign").await.ok().has("Nothing waits").has("Signature").ok();
}

impl World {
    async fn wait_for(&self, person: types::PersonId) -> String {
        let tasks = self.tasks(person).await;
        tasks[0].id.to_string()
    }
}

#[tokio::test]
async fn a_row_is_decided_in_place_and_many_at_once() {
    let w = World::open().await;
    for _ in 0..3 {
        w.file("test.leave", w.anna).await;
    }
    let mut janis = w.house.sign_in(w.janis).await;
    let first = w.wait_for(w.janis).await;
    let to = janis.post("/tasks/decide", &[("only", &first)]).await.location();
    assert_eq!(to, "/tasks?done=1");
    janis.get(&to).await.ok().has("Izdarīts 1 uzdevums.");
    let rest: Vec<String> = w.tasks(w.janis).await.iter().map(|t| t.id.to_string()).collect();
    assert_eq!(rest.len(), 2);
    let page = janis.post("/tasks/decide", &[("task", &rest[0]), ("outcome", "returned")]).await;
    assert_eq!(page.status, 422);
    page.has("Uzrakstiet iemeslu");
    let page = janis.post("/tasks/decide", &[("outcome", "done")]).await;
    assert_eq!(page.status, 422);
    page.has("Atlasiet vismaz vienu");
    // One of them was decided meanwhile: the other goes on, and it is said which did not.
    let page = janis.post("/tasks/decide", &[("task", &first), ("task", &rest[0]), ("outcome", "done")]).await.ok();
    page.has("Izdarīts 1 uzdevums.").has("Ikgadējais atvaļinājums – Tas jau ir izlemts");
    let fields = [("task", rest[1].as_str()), ("outcome", "returned"), ("remark", "Cits datums")];
    assert_eq!(janis.post("/tasks/decide", &fields).await.location(), "/tasks?done=1");
    assert!(w.tasks(w.janis).await.is_empty());
}

#[tokio::test]
async fn the_page_of_a_step_approves_returns_and_rejects() {
    let w = World::open().await;
    let id = w.file("test.leave", w.anna).await;
    let task = w.wait_for(w.janis).await;
    let mut janis = w.house.sign_in(w.janis).await;
    let page = janis.get(&format!("/tasks/{task}")).await.ok();
    let page = page.has("Prasīts:").has("Anna Bērziņa").has("Atgriezt labošanai").has("Noraidīt").has("/documents/");
    page.has("Saskaņošana: gaida Jānis Kalniņš, līdz trešdienai").has_not("E-paraksts");
    janis.get(&format!("/tasks/{task}/preview")).await.ok().has("Prasīts:").has_not("<html");
    let path = format!("/tasks/{task}");
    let silent = janis.post(&path, &[("outcome", "rejected"), ("place", "x")]).await;
    assert_eq!(silent.status, 422);
    silent.has("id=\"reason-error\"");
    assert_eq!(janis.post(&path, &[("outcome", "hack")]).await.status, 400);
    let fields = [("outcome", "returned"), ("place", "Datumi"), ("correction", "Nav <kas> aizvieto")];
    assert_eq!(janis.post(&path, &fields).await.location(), "/tasks?done=1");
    let mut anna = w.house.sign_in(w.anna).await;
    let card = anna.get(&format!("/applications/{id}")).await.ok();
    card.has("Datumi: Nav &lt;kas&gt; aizvieto").has("Labot un iesniegt vēlreiz").has("/test/leave?correct=");
    // Too late now, and it is said who was first.
    let late = janis.post(&path, &[("outcome", "done")]).await;
    assert_eq!(late.status, 409);
    late.has("Saskaņošana: to 23.11.2026. 10:00 jau izdarīja Jānis Kalniņš.");
    assert_eq!(anna.get(&path).await.status, 404);
    assert_eq!(janis.get("/tasks/nonsense").await.status, 404);
}

#[tokio::test]
async fn a_signature_is_only_recorded_as_paper() {
    let w = World::open().await;
    let id = w.file("test.order", w.anna).await;
    let task = w.wait_for(w.janis).await;
    let mut janis = w.house.sign_in(w.janis).await;
    janis.post(&format!("/tasks/{task}"), &[("outcome", "done"), ("remark", "Lai atpūšas")]).await.location();
    let task = w.wait_for(w.liga).await;
    let path = format!("/tasks/{task}");
    let mut liga = w.house.sign_in(w.liga).await;
    liga.get(&path)
        .await
        .ok()
        .has("E-paraksts šeit nav iestatīts")
        .has("Atzīmēt parakstu uz papīra")
        .has("Lai atpūšas");
    assert_eq!(liga.post(&path, &[("outcome", "done")]).await.status, 422);
    let refused = liga.post("/tasks/decide", &[("task", &task), ("outcome", "done")]).await;
    assert_eq!(refused.status, 422);
    refused.has("Vajadzīgs paraksts");
    assert_eq!(w.application(id).await.state, "in-approval");
    let nul = liga.get("/tasks?kind=%00&after=%00").await.ok();
    nul.has(&task);
    assert_eq!(liga.post("/tasks/decide", &[("task", &task), ("outcome", "paper")]).await.location(), "/tasks?done=1");
    assert_eq!(w.application(id).await.state, "approved");
}

#[tokio::test]
async fn a_task_is_handed_on_by_name() {
    let w = World::open().await;
    w.file("test.leave", w.anna).await;
    let task = w.wait_for(w.janis).await;
    let path = format!("/tasks/{task}/delegate");
    let mut janis = w.house.sign_in(w.janis).await;
    janis.get(&path).await.ok().has("Kam: vārds");
    janis.get(&format!("{path}?q=vitol")).await.ok().has("Zane Vītola").has("Skolotājs");
    janis.get(&format!("{path}?q=berzina")).await.ok().has("Neviena darbinieka");
    janis.get(&format!("{path}?q=%00%27%22%3C")).await.ok().has("Neviena darbinieka").has_not("\"<\"");
    assert_eq!(janis.post(&path, &[("person", "x"), ("q", "vitol")]).await.status, 422);
    let zane = w.zane.to_string();
    assert_eq!(janis.post(&path, &[("person", &zane)]).await.location(), "/tasks?handed=1");
    assert_eq!(janis.post(&path, &[("person", &zane)]).await.status, 404);
    let mut zane = w.house.sign_in(w.zane).await;
    let task = w.wait_for(w.zane).await;
    zane.get(&format!("/tasks/{task}")).await.ok().has("nodots tālāk no: Jānis Kalniņš");
}

#[tokio::test]
async fn ones_applications_are_withdrawn_and_commented() {
    let w = World::open().await;
    let id = w.file("test.leave", w.anna).await;
    let path = format!("/applications/{id}");
    let mut anna = w.house.sign_in(w.anna).await;
    anna.get("/applications").await.ok().has(&path).has("Tiek izskatīts");
    anna.get(&path).await.ok().has("gaida Jānis Kalniņš").has("Atsaukt iesniegumu");
    let key = "018f0000-0000-7000-8000-000000000001";
    for _ in 0..2 {
        let fields = [("comment", "Lūdzu, <b>steidzami</b>"), ("submit_id", key)];
        anna.post(&format!("{path}/comments"), &fields).await.location();
    }
    let page = anna.get(&path).await.ok();
    assert_eq!(page.text().matches("steidzami").count(), 1, "a second submit says nothing more");
    page.has("&#60;b&#62;steidzami");
    let mut janis = w.house.sign_in(w.janis).await;
    janis.get(&path).await.ok().has("Izdarīt savu soli").has_not("Atsaukt iesniegumu");
    assert_eq!(janis.post(&format!("{path}/withdraw"), &[]).await.status, 403);
    let mut zane = w.house.sign_in(w.zane).await;
    assert_eq!(zane.get(&path).await.status, 404);
    assert_eq!(zane.post(&format!("{path}/comments"), &[("comment", "x")]).await.status, 404);
    anna.post(&format!("{path}/withdraw"), &[]).await.location();
    anna.get(&path).await.ok().has("Atsaukts").has_not("Atsaukt iesniegumu");
    let late = anna.post(&format!("{path}/withdraw"), &[]).await;
    assert_eq!(late.status, 409);
    late.has("jau ir izlemts");
}

#[tokio::test]
async fn who_reads_anothers_application_is_written_down() {
    let w = World::open().await;
    let id = w.file("test.leave", w.anna).await;
    for person in [w.anna, w.liga] {
        w.house.sign_in(person).await.get(&format!("/applications/{id}")).await.ok();
    }
    let op = w.house.op();
    let mut read = op.read().await.unwrap();
    let who: Vec<(types::PersonId,)> = sqlx::query_as(
        "select actor_id from kernel.audit where action = 'workflow.application.view' and $1 = any(subjects)",
    )
    .bind(id)
    .fetch_all(read.conn())
    .await
    .unwrap();
    assert_eq!(who, vec![(w.liga,)]);
}

#[tokio::test]
async fn needs_are_found_by_words_without_diacritics() {
    let w = World::open().await;
    let mut anna = w.house.sign_in(w.anna).await;
    anna.get("/new").await.ok().has("/test/leave").has("Darba likuma 149. pants");
    anna.get("/new?q=uzdevumi+149").await.ok().has("/test/leave");
    anna.get("/new?q=izzina").await.ok().has_not("/test/leave").has("Nekas tāds nav atrasts");
}

#[tokio::test]
async fn another_municipality_gets_404() {
    let w = World::open().await;
    let id = w.file("test.leave", w.anna).await;
    let task = w.wait_for(w.janis).await;
    let other = w.house.another_tenant("cits").await;
    let mut stranger = w.house.sign_in_at(other, w.janis).await;
    for path in [
        format!("/applications/{id}"),
        format!("/tasks/{task}"),
        format!("/tasks/{task}/preview"),
        format!("/tasks/{task}/delegate"),
    ] {
        assert_eq!(stranger.get(&path).await.status, 404, "{path}");
    }
    assert_eq!(stranger.post(&format!("/tasks/{task}"), &[("outcome", "done")]).await.status, 404);
    assert_eq!(stranger.post(&format!("/applications/{id}/withdraw"), &[]).await.status, 404);
    stranger.get("/tasks").await.ok().has("Nekas negaida");
}

#[tokio::test]
async fn a_page_of_tasks_ends_and_the_next_begins() {
    let w = World::open().await;
    for _ in 0..53 {
        w.file("test.leave", w.anna).await;
    }
    let mut janis = w.house.sign_in(w.janis).await;
    let page = janis.get("/tasks").await.ok();
    assert_eq!(page.text().matches("name=\"only\"").count(), 50);
    let text = page.text();
    let next = text.split("href=\"/tasks?after=").nth(1).unwrap().split('"').next().unwrap();
    let page = janis.get(&format!("/tasks?after={next}")).await.ok();
    assert_eq!(page.text().matches("name=\"only\"").count(), 3);
    janis.get("/tasks?after=nonsense").await.ok();
}

#[tokio::test]
async fn the_administrator_changes_tries_and_switches_a_route() {
    let w = World::open().await;
    let mut anna = w.house.sign_in(w.anna).await;
    assert_eq!(anna.get("/admin/routes").await.status, 403);
    let mut admin = w.house.sign_in(w.admin).await;
    admin.get("/admin/routes").await.ok().has("tiešais vadītājs → iestādes vadītājs (darbinieka iestādē)");
    assert_eq!(admin.get("/admin/routes/none").await.status, 404);
    admin
        .get("/admin/routes/test.leave")
        .await
        .ok()
        .has("Sākotnējā kārtība")
        .has("Saskaņošana: tiešais vadītājs, 2 darba dienas");
    let edit = "/admin/routes/test.leave/edit";
    admin.get(edit).await.ok().has("name=\"g1-s1-kind\"").has("direct-manager\" selected");
    let base = [
        ("groups", "1"),
        ("g1-steps", "1"),
        ("g1-s1-kind", "approve"),
        ("g1-s1-who", "direct-manager"),
        ("g1-s1-due", "3"),
    ];
    let with = |more: &[(&'static str, &'static str)]| [&base[..], more].concat();
    admin.post(edit, &with(&[("do", "group-add")])).await.ok().has("name=\"g2-s1-kind\"");
    // A name that two bear asks which one; one match is taken; nonsense is an error of its field.
    let person = |name: &'static str, what: &'static str| {
        with(&[("g1-s1-who", ""), ("do", what)])
            .into_iter()
            .map(|(k, v)| if k == "g1-s1-who" { (k, "person") } else { (k, v) })
            .chain([("g1-s1-typed", name)])
            .collect::<Vec<_>>()
    };
    admin.post(edit, &person("ozol", "fields")).await.ok().has("value=\"Līga Ozola\"");
    admin.post(edit, &person("e", "fields")).await.ok().has("Kurš no viņiem").has("Pēteris Liepa");
    let wrong = admin.post(edit, &person("zzz", "save")).await;
    assert_eq!(wrong.status, 422);
    wrong.has("id=\"g1-s1-typed-error\"").has("value=\"zzz\"");
    let wrong = admin.post(edit, &with(&[("do", "save"), ("g1-quorum", "5")])).await;
    assert_eq!(wrong.status, 422);
    wrong.has("Tik daudz soļu grupā nav");
    let wrong = admin.post(edit, &[("groups", "0"), ("do", "save")]).await;
    assert_eq!(wrong.status, 422);
    wrong.has("vismaz vienu grupu");
    // Saved, tried, switched on.
    let to = admin.post(edit, &person("Līga Ozola", "save")).await.location();
    admin.get(&to).await.ok().has("Melnraksts").has("1. versija").has("Saskaņošana: Līga Ozola, 3 darba dienas");
    let tried = admin.get(&format!("{to}&q=berzina")).await.ok();
    tried.has("Ja iesniedz Anna Bērziņa").has("Līga Ozola");
    w.file("test.leave", w.anna).await;
    assert_eq!(w.tasks(w.janis).await.len(), 1, "a draft is not in force");
    let version = to.split("version=").nth(1).unwrap().to_owned();
    let switch = "/admin/routes/test.leave/switch";
    admin.post(switch, &[("template", &version)]).await.location();
    w.file("test.leave", w.anna).await;
    assert_eq!((w.tasks(w.janis).await.len(), w.tasks(w.liga).await.len()), (1, 1), "the running one keeps its own");
    admin.post(switch, &[("template", "")]).await.location();
    w.file("test.leave", w.anna).await;
    assert_eq!(w.tasks(w.janis).await.len(), 2);
}

#[tokio::test]
async fn an_institution_has_a_route_of_its_own() {
    let w = World::open().await;
    let hr = Who::Role { role: "hr".into(), place: Where::Institution };
    w.plan("test.leave", vec![GroupPlan { steps: vec![step(StepKind::Review, hr)], quorum: None }]).await;
    let mut admin = w.house.sign_in(w.admin).await;
    let school = w.school.to_string();
    let here = format!("/admin/routes/test.leave?institution={school}");
    admin.get(&here).await.ok().has("Pašvaldības kopējā kārtība").has("personāla speciālisti");
    let fields = [
        ("institution", school.as_str()),
        ("groups", "1"),
        ("g1-steps", "1"),
        ("g1-s1-kind", "confirm"),
        ("g1-s1-who", "role"),
        ("g1-s1-role", "head"),
        ("g1-s1-place", "institution"),
        ("g1-s1-due", "1"),
        ("do", "save"),
    ];
    let to = admin.post("/admin/routes/test.leave/edit", &fields).await.location();
    let version = to.split("version=").nth(1).unwrap().to_owned();
    admin.post("/admin/routes/test.leave/switch", &[("institution", &school), ("template", &version)]).await.location();
    admin.get("/admin/routes").await.ok().has("Parauga skola");
    w.file("test.leave", w.anna).await;
    assert_eq!((w.tasks(w.liga).await.len(), w.tasks(w.ilze).await.len()), (1, 0));
    // An institution's personnel officer sees routes but changes none.
    let mut ilze = w.house.sign_in(w.ilze).await;
    ilze.get(&here).await.ok().has_not("Mainīt maršrutu");
    assert_eq!(ilze.post("/admin/routes/test.leave/switch", &[("institution", &school)]).await.status, 403);
    assert_eq!(ilze.get(&format!("/admin/routes/test.leave?institution={}", w.root)).await.status, 404);
}
