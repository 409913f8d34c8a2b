use crate::world::{file, sign, take, world};

#[tokio::test]
async fn a_trip_shows_its_money_and_becomes_an_order() {
    let w = world().await;
    let mut employee = w.employee().await;
    let fields = [
        ("first", "01.12.2026."),
        ("last", "03.12.2026."),
        ("to", "riga"),
        ("destination", "Rīga, ministrija"),
        ("purpose", "kursi"),
        ("nights", "2"),
        ("substitute", ""),
    ];
    employee.post("/new/staff/trip", &fields).await.ok().has("264,00").has("24,00").has("240,00");
    let application = file(&mut employee, "/new/staff/trip", &fields).await;
    employee.get(&application).await.ok().has("Rīga, ministrija");
    take(&mut w.manager().await, "done", "").await;
    sign(&w).await;
    let absences = w.absences(w.demo.people.employee).await;
    assert_eq!(absences, [("trip".into(), "2026-12-01".into(), "2026-12-03".into(), "booked".into())]);
    assert_eq!(w.balance(w.demo.people.employee).await, 0.into(), "a trip takes no leave");
    let order = w.orders(w.demo.people.employee).await.remove(0);
    employee.get(&format!("/personnel/orders/{}", order.id)).await.ok().has("24,00").has("kursi");
}

#[tokio::test]
async fn a_trip_abroad_counts_by_the_norms_that_were_entered() {
    let w = world().await;
    let mut admin = w.house.sign_in(w.demo.people.admin).await;
    let page = "/admin/parameters/trip/abroad.*";
    admin.get(page).await.ok().has("1. pielikums").has("daily-cents");
    let norm = |value: &'static str| {
        [
            ("suffix", "Igaunija"),
            ("value", value),
            ("from", "01.01.2026."),
            ("source", "MK noteikumu Nr. 969 1. pielikums"),
        ]
    };
    assert_eq!(admin.post(page, &norm("{\"daily-cents\": 4300}")).await.status.as_u16(), 422);
    let done = admin.post(page, &norm("{\"daily-cents\": 4300, \"hotel-cents\": 12000}")).await;
    assert_eq!(done.location(), "/admin/parameters/trip/abroad.Igaunija");
    let mut employee = w.employee().await;
    employee.get("/new/staff/trip").await.ok().has("Igaunija");
    let trip = |country: &'static str| {
        [
            ("first", "01.12.2026."),
            ("last", "03.12.2026."),
            ("to", "abroad"),
            ("country", country),
            ("destination", "Tartu Ülikool"),
            ("purpose", "kursi"),
            ("nights", "2"),
        ]
    };
    // 3 × 43 + 2 × 120 = 369 euros.
    employee.post("/new/staff/trip", &trip("Igaunija")).await.ok().has("129,00").has("240,00").has("369,00");
    employee.post("/new/staff/trip", &trip("")).await.ok().has("1. pielikuma").has_not("369,00");
    file(&mut employee, "/new/staff/trip", &trip("Igaunija")).await;
    take(&mut w.manager().await, "done", "").await;
    sign(&w).await;
    let order = w.orders(w.demo.people.employee).await.remove(0);
    employee.get(&format!("/personnel/orders/{}", order.id)).await.ok().has("129,00").has("240,00");
}

#[tokio::test]
async fn a_trip_with_too_many_nights_says_how_many() {
    let w = world().await;
    let fields = [
        ("first", "01.12.2026."),
        ("last", "03.12.2026."),
        ("to", "riga"),
        ("destination", "Rīga"),
        ("purpose", "kursi"),
        ("nights", "3"),
    ];
    let page = w.employee().await.post("/new/staff/trip", &fields).await;
    assert_eq!(page.status.as_u16(), 422);
    page.has("ne vairāk par 2").has("kursi");
}

#[tokio::test]
async fn hr_enters_what_changed_and_nothing_else() {
    let w = world().await;
    let person = w.demo.people.employee;
    let mut employee = w.employee().await;
    let form = employee.get("/new/staff/personal-data").await.ok();
    let (given, surname) = (form.input("given_names").unwrap(), form.input("surname").unwrap());
    let email = form.input("email").unwrap();
    assert!(!surname.is_empty() && !email.is_empty(), "what is known stands in the form");
    let same = [("given_names", &*given), ("surname", &surname), ("address", ""), ("phone", ""), ("email", &email)];
    let address = form.input("address").unwrap();
    let unchanged =
        [("given_names", &*given), ("surname", &surname), ("address", &address), ("phone", ""), ("email", &email)];
    let refused = employee.post("/new/staff/personal-data", &unchanged).await;
    assert_eq!(refused.status.as_u16(), 422);
    refused.has("Nekas nemainās");
    let mut fields = same.to_vec();
    fields[1].1 = "Jaunuzvārde";
    fields[2].1 = "Liepu iela 1, Paraugs";
    fields[3].1 = "29123456";
    let application = file(&mut employee, "/new/staff/personal-data", &fields).await;
    employee.get(&application).await.ok().has("Jaunuzvārde").has_not("Vārds, vārdi");
    take(&mut w.hr().await, "done", "").await;
    let mut read = w.house.op().read().await.unwrap();
    let card = parties::person_card(read.conn(), w.house.tenant, person).await.unwrap().unwrap();
    assert_eq!((&*card.given_names, &*card.surname), (&*given, "Jaunuzvārde"));
    assert_eq!(card.phone.as_deref(), Some("+37129123456"));
    assert_eq!(card.email.as_deref(), Some(&*email));
    drop(read);
    assert!(w.orders(person).await.is_empty(), "no order is needed");
    employee.get("/me?tab=data").await.ok().has("Liepu iela 1").has("Mainīti dati").has("Uzvārds");
}

#[tokio::test]
async fn a_wrong_account_is_refused_and_a_right_one_entered() {
    let w = world().await;
    let mut employee = w.employee().await;
    let page = employee.post("/new/staff/bank-account", &[("iban", "LV81 BANK 0000 4351 9500 1")]).await;
    assert_eq!(page.status.as_u16(), 422);
    page.has("LV81 BANK 0000 4351 9500 1").has("pārbaudiet katru zīmi");
    file(&mut employee, "/new/staff/bank-account", &[("iban", "LV80 BANK 0000 4351 9500 1")]).await;
    take(&mut w.hr().await, "done", "").await;
    let mut read = w.house.op().read().await.unwrap();
    let card = parties::person_card(read.conn(), w.house.tenant, w.demo.people.employee).await.unwrap().unwrap();
    assert_eq!(card.bank_account.as_deref(), Some("LV80BANK0000435195001"));
}

#[tokio::test]
async fn a_certificate_is_issued_registered_and_printed() {
    let w = world().await;
    let mut employee = w.employee().await;
    let fields = [("recipient", "banka"), ("with_salary", "1"), ("note", "")];
    file(&mut employee, "/new/staff/certificate", &fields).await;
    take(&mut w.hr().await, "done", "").await;
    w.house.run_jobs().await;
    let letters = w.letters.lock().unwrap().clone();
    let letter = letters.iter().find(|l| l.title == "Izziņa par darbu").expect("a certificate");
    let text = serde_json::to_string(letter).unwrap();
    assert!(text.contains("Mēnešalga") && text.contains("banka") && text.contains("N-"), "{text}");
    assert!(letters.iter().any(|l| l.title.starts_with("Iesniegums")), "and the application");
    let card = employee.get("/me?tab=orders").await.ok().has("Izziņa par darbu").text();
    let document = card.split("/documents/").nth(1).and_then(|t| t.get(..36)).unwrap().to_owned();
    employee.get(&format!("/documents/{document}")).await.ok().has("izzina.pdf");
}

#[tokio::test]
async fn leaving_ends_the_employment_and_pays_what_is_left() {
    let w = world().await;
    let person = w.demo.people.employee;
    let mut employee = w.employee().await;
    let soon = [("last", "30.11.2026."), ("note", "")];
    employee.post("/new/staff/termination", &soon).await.ok().has("darba devējs piekrīt");
    let past = employee.post("/new/staff/termination", &[("last", "01.11.2026."), ("note", "")]).await;
    assert_eq!(past.status.as_u16(), 422);
    file(&mut employee, "/new/staff/termination", &[("last", "31.12.2026."), ("note", "")]).await;
    take(&mut w.manager().await, "done", "").await;
    sign(&w).await;
    let mut read = w.house.op().read().await.unwrap();
    let work = parties::employments(read.conn(), w.house.tenant, person).await.unwrap();
    assert_eq!(work[0].valid_to.map(|d| d.to_string()).as_deref(), Some("2026-12-31"));
    let ledger = novads_personnel::store::ledger(read.conn(), w.house.tenant, person).await.unwrap();
    let paid = ledger.iter().find(|l| l.entry == "payout").expect("a payout");
    assert!(paid.days < 0.into());
    drop(read);
    assert_eq!(w.balance(person).await, 0.into(), "nothing is left");
}
