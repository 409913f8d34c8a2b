use crate::desk::desk;

#[tokio::test]
async fn an_incoming_submission_gets_a_number_a_file_and_a_deadline_with_its_rule() {
    let d = desk().await;
    let mut clerk = d.clerk().await;
    let to = d
        .register(&mut clerk, "incoming", &[("process", "submission"), ("via", "post"), ("external_number", "A-1")])
        .await;
    // Monday 23.11.2026: ten working days, Monday 07.12.2026; forwarding by 30.11.
    let page = clerk.get(&to).await.ok();
    page.has("S-1").has("07.12.2026.").has("10 darba dienu laikā").has("30.11.2026.").has("Jāatbild līdz");
    let card = to.replace("/records/", "/documents/");
    clerk.get(&card).await.ok().has("iesniegums.txt").has("Rezolūcijas un termiņš").has("07.12.2026.");
    let second = d.register(&mut clerk, "incoming", &[]).await;
    clerk.get(&second).await.ok().has("S-2").has_not("Jāatbild līdz");
}

#[tokio::test]
async fn the_deadline_is_shown_while_the_form_is_filled_by_the_law_of_that_day() {
    let d = desk().await;
    let mut clerk = d.clerk().await;
    let now = clerk.get("/records/due?process=submission&received_on=02.03.2026.").await.ok();
    now.has("16.03.2026.").has("09.03.2026.").has_not("<html");
    let before = clerk.get("/records/due?process=submission&received_on=27.02.2026.").await.ok();
    before.has("27.03.2026.").has("mēneša laikā");
    clerk
        .get("/records/due?process=administrative-act&received_on=02.03.2026.")
        .await
        .ok()
        .has("02.04.2026.")
        .has("02.07.2026.");
    clerk.get("/records/due?process=information-request&received_on=02.03.2026.").await.ok().has("jāpārbauda juristam");
    assert!(clerk.get("/records/due?process=nope").await.ok().body.is_empty());
}

#[tokio::test]
async fn what_is_wrong_is_said_per_field_and_what_was_typed_is_kept() {
    let d = desk().await;
    let mut clerk = d.clerk().await;
    let more = [("title", ""), ("access", "restricted"), ("received_on", "24.11.2026."), ("external_number", "B-77")];
    let page = d.try_register(&mut clerk, "incoming", &more).await;
    assert_eq!(page.status.as_u16(), 422);
    let page = page.has("Aizpildiet šo lauku").has("Saņemšanas diena nevar būt nākotnē").has("B-77");
    assert!(page.text().contains("#access_ground"), "the summary leads to the field");
    let page = d.try_register(&mut clerk, "outgoing", &[("answers", "S-404")]).await;
    assert_eq!(page.status.as_u16(), 422);
    page.has("S-404 iestādē nekas nav reģistrēts");
    // Nothing was numbered by those that were refused.
    let to = d.register(&mut clerk, "incoming", &[]).await;
    clerk.get(&to).await.ok().has("S-1");
}

#[tokio::test]
async fn a_program_is_refused_with_the_reason() {
    let d = desk().await;
    let mut clerk = d.clerk().await;
    let path = "/records/new/incoming";
    let key = clerk.get(path).await.ok().input("submit_id").unwrap();
    let school = d.demo.school.to_string();
    let fields = [
        ("title", "T"),
        ("correspondent", "J"),
        ("institution", school.as_str()),
        ("kind", "letter"),
        ("register", "incoming"),
        ("access", "internal"),
        ("received_on", "23.11.2026."),
        ("submit_id", key.as_str()),
    ];
    let page = clerk.upload(path, &fields, &[("files", "a.exe", "application/pdf", b"MZ")]).await;
    assert_eq!(page.status.as_u16(), 422);
    page.has("a.exe");
}

#[tokio::test]
async fn a_reply_is_linked_stops_the_clock_and_is_delivered() {
    let d = desk().await;
    let mut clerk = d.clerk().await;
    let incoming = d.register(&mut clerk, "incoming", &[("process", "submission")]).await;
    let number = clerk.get(&incoming).await.ok().text();
    let number = number.split("govuk-caption-l\">").nth(1).and_then(|t| t.split('<').next()).unwrap().to_owned();
    let more = [("answers", number.as_str()), ("title", "Atbilde"), ("channel", "post"), ("address", "Rīga")];
    let reply = d.register(&mut clerk, "outgoing", &more).await;
    clerk.get(&incoming).await.ok().has("Atbildēts").has_not("Mainīt termiņu");
    let card = clerk.get(&reply.replace("/records/", "/documents/")).await.ok();
    card.has("Vienkārša vēstule").has("Iesniegums par ielas apgaismojumu");
    clerk.get("/records/deadlines").await.ok().has_not("Iesniegums par ielas apgaismojumu");
    clerk.get("/deliveries").await.ok().has("Atbilde");
}

#[tokio::test]
async fn sending_the_form_twice_registers_once() {
    let d = desk().await;
    let mut clerk = d.clerk().await;
    let key = d.house.op().new_id::<uuid::Uuid>().to_string();
    let first = d.register(&mut clerk, "internal", &[("submit_id", &key)]).await;
    assert_eq!(d.register(&mut clerk, "internal", &[("submit_id", &key)]).await, first);
}

#[tokio::test]
async fn only_the_desk_registers_and_only_for_its_institutions() {
    let d = desk().await;
    let mut employee = d.house.sign_in(d.demo.people.employee).await;
    assert_eq!(employee.get("/records/new/incoming").await.status.as_u16(), 403);
    let mut clerk = d.clerk().await;
    let other = d.demo.institutions.last().unwrap().to_string();
    let page = d.try_register(&mut clerk, "incoming", &[("institution", &other)]).await;
    assert_eq!(page.status.as_u16(), 403);
    assert_eq!(clerk.get("/records/new/sideways").await.status.as_u16(), 404);
    assert_eq!(clerk.get("/records/not-an-id").await.status.as_u16(), 404);
}

#[test]
fn every_page_speaks_both_languages() {
    let sources = [ui::TEXTS, web::TEXTS, parties::TEXTS, documents::TEXTS, delivery::TEXTS, records::TEXTS];
    let catalog = std::sync::Arc::new(i18n::Catalog::new(&sources).unwrap());
    let ours: Vec<String> = catalog.check().into_iter().filter(|d| d.starts_with("records")).collect();
    assert_eq!(ours, Vec::<String>::new());
    for locale in types::Locale::ALL {
        let tr = i18n::Tr::new(std::sync::Arc::clone(&catalog), locale);
        for sample in (records::app().module.samples)(&tr) {
            let html = sample.html.unwrap();
            assert!(!html.contains('⟦') && html.contains("</html>"), "{}: {html}", sample.name);
        }
        for route in records::app().module.routes {
            assert!(tr.has(route.label), "{}", route.label);
        }
        for kind in records::TASK_KINDS {
            assert!(tr.has(kind.title), "{}", kind.title);
        }
    }
}

#[tokio::test]
async fn a_contract_on_paper_says_where_it_is_and_until_when_it_stands() {
    let d = desk().await;
    let mut clerk = d.clerk().await;
    let contract = [("kind", "contract"), ("medium", "paper"), ("contract.valid_until", "31.12.2027.")];
    let wrong = [contract[0], contract[1], ("contract.valid_until", "kādreiz"), ("contract.amount", "daudz")];
    let refused = d.try_register(&mut clerk, "incoming", &wrong).await;
    assert_eq!(refused.status.as_u16(), 422);
    let refused = refused.has("kādreiz").has("daudz");
    assert!(refused.text().contains("#original_place"), "a paper document has a place");
    let more = [
        contract[0],
        contract[1],
        contract[2],
        ("contract.amount", "1 500,50"),
        ("original_place", "3. kab., skapis 2"),
    ];
    let to = d.register(&mut clerk, "incoming", &more).await;
    let card = clerk.get(&to.replace("/records/", "/documents/")).await.ok();
    card.has("Papīra (3. kab., skapis 2)").has("31.12.2027.").has("500,50");
}

#[tokio::test]
async fn known_organisations_are_offered_and_their_address_is_known() {
    let d = desk().await;
    let data = parties::OrganisationData {
        name: "Ceļu darbnīca".to_owned(),
        registration_number: Some("40003521601".to_owned()),
        legal_form: None,
        address: None,
        email: Some("birojs@example.org".to_owned()),
        phone: None,
        e_address: None,
    };
    let admin = d.house.op_of(d.demo.people.clerk).await;
    parties::usecases::enter_organisation(&admin, admin.new_id(), &data).await.unwrap();
    let mut clerk = d.clerk().await;
    let offered = clerk.get("/records/correspondents?correspondent=celu").await.ok();
    offered.has("<option value=\"Ceļu darbnīca\">40003521601</option>").has_not("<html");
    clerk.get("/records/correspondents?correspondent=c").await.ok().has_not("<option");
    let sent = [("correspondent", "Ceļu darbnīca"), ("channel", "e-mail")];
    d.register(&mut clerk, "outgoing", &sent).await;
    let mut read = d.house.op().read().await.unwrap();
    let there = "select address from delivery.delivery where channel = 'e-mail'";
    let addresses: Vec<Option<String>> = sqlx::query_scalar(there).fetch_all(read.conn()).await.unwrap();
    assert_eq!(addresses, [Some("birojs@example.org".to_owned())]);
    drop(read);
    // Nobody of that name is known: the address is asked for.
    let page = d.try_register(&mut clerk, "outgoing", &[("channel", "e-mail")]).await;
    assert_eq!(page.status.as_u16(), 422);
}
