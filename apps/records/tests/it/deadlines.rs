use crate::desk::desk;

#[tokio::test]
async fn a_clock_is_suspended_resumed_and_extended_with_its_ground() {
    let d = desk().await;
    let mut clerk = d.clerk().await;
    let item = d.register(&mut clerk, "incoming", &[("process", "administrative-act")]).await;
    clerk.get(&item).await.ok().has("23.12.2026.");
    let clock = format!("{item}/clock");
    let version = clerk.get(&item).await.ok().input("version").unwrap();
    let no_ground = clerk.post(&clock, &[("version", &version), ("change", "suspend"), ("on", "23.11.2026.")]).await;
    assert_eq!(no_ground.status.as_u16(), 422);
    let stop =
        [("version", version.as_str()), ("change", "suspend"), ("on", "23.11.2026."), ("ground", "APL 64. pants")];
    clerk.post(&clock, &stop).await.location();
    assert_eq!(clerk.post(&clock, &stop).await.status.as_u16(), 409, "somebody was faster");
    clerk.get("/records/deadlines").await.ok().has("Apturēts");
    let version = clerk.get(&item).await.ok().has("APL 64. pants").input("version").unwrap();
    clerk.post(&clock, &[("version", &version), ("change", "resume"), ("on", "30.11.2026.")]).await.location();
    // Seven days stood.
    let version = clerk.get(&item).await.ok().has("30.12.2026.").input("version").unwrap();
    let far = [
        ("version", version.as_str()),
        ("change", "extend"),
        ("on", "30.11.2026."),
        ("until", "01.05.2027."),
        ("ground", "x"),
    ];
    let page = clerk.post(&clock, &far).await;
    assert_eq!(page.status.as_u16(), 422);
    page.has("Likums ļauj pagarināt ne vairāk kā līdz 30.03.2027.").has("01.05.2027.");
    let enough = [
        ("version", version.as_str()),
        ("change", "extend"),
        ("on", "30.11.2026."),
        ("until", "30.03.2027."),
        ("ground", "APL 64(2)"),
    ];
    clerk.post(&clock, &enough).await.location();
    let version = clerk.get(&item).await.ok().has("Pagarināts līdz 30.03.2027.").input("version").unwrap();
    clerk.post(&clock, &[("version", &version), ("change", "answered")]).await.location();
    clerk.get(&item).await.ok().has("Atbildēts").has_not("Mainīt termiņu");
}

#[tokio::test]
async fn what_is_overdue_is_listed_soonest_first_and_taken_out() {
    let d = desk().await;
    let mut clerk = d.clerk().await;
    let fresh = [("process", "submission"), ("title", "Svaigs iesniegums")];
    d.register(&mut clerk, "incoming", &fresh).await;
    let late = [("process", "submission"), ("received_on", "02.11.2026."), ("title", "Nokavēts iesniegums")];
    d.register(&mut clerk, "incoming", &late).await;
    let secret = [
        ("process", "submission"),
        ("received_on", "01.10.2026."),
        ("title", "Slepens iesniegums"),
        ("access", "restricted"),
        ("access_ground", "IAL 5. pants"),
    ];
    d.register(&mut clerk, "incoming", &secret).await;
    let all = clerk.get("/records/deadlines").await.ok().has("Svaigs").has("Nokavēts iesniegums").text();
    assert!(all.find("Nokavēts iesniegums") < all.find("Svaigs"), "soonest first");
    let overdue = clerk.get("/records/deadlines?overdue=1").await.ok();
    overdue.has("Nokavēts iesniegums").has("Ierobežota pieejamība").has_not("Svaigs").has_not("Slepens");
    let book = clerk.get("/records/deadlines/export?overdue=1").await.ok();
    assert!(book.body.starts_with(b"PK"));
    clerk.get("/records/deadlines?after=nonsense").await.ok();
    let mut head = d.house.sign_in(d.demo.people.head).await;
    head.get("/records/deadlines").await.ok().has("Svaigs");
    let mut employee = d.house.sign_in(d.demo.people.employee).await;
    assert_eq!(employee.get("/records/deadlines").await.status.as_u16(), 403);
}
