use crate::stage::{Stage, stage};

async fn queued(s: &Stage, channel: &str, appealable: bool) -> (testkit::Client, String) {
    let letter = s.letter().await;
    let mut clerk = s.house.sign_in(s.demo.people.clerk).await;
    let path = format!("/documents/{letter}/deliver");
    let key = clerk.get(&path).await.ok().input("submit_id").unwrap();
    let mut fields =
        vec![("channel", channel), ("recipient", "Jānis Paraugs"), ("address", "Rīga"), ("submit_id", key.as_str())];
    if appealable {
        fields.push(("appealable", "1"));
    }
    clerk.post(&path, &fields).await.location();
    let id = s.newest(channel).await.3;
    (clerk, format!("/deliveries/{id}"))
}

#[tokio::test]
async fn the_deemed_day_and_the_appeal_term_follow_from_the_day_of_sending() {
    let s = stage(false).await;
    // Monday 23.11.2026.
    for (channel, deemed, appeal) in [
        ("e-address", "25.11.2026.", "28.12.2026."),
        ("registered-post", "30.11.2026.", "30.12.2026."),
        ("post", "01.12.2026.", "04.01.2027."),
        ("counter", "23.11.2026.", "23.12.2026."),
    ] {
        let (mut clerk, path) = queued(&s, channel, true).await;
        let version = clerk.get(&path).await.ok().input("version").unwrap();
        clerk.post(&format!("{path}/sent"), &[("version", &version), ("on", "23.11.2026.")]).await.location();
        let page = clerk.get(&path).await.ok().has(deemed).has(appeal);
        if channel != "counter" {
            page.has("Paziņošanas likums");
        }
    }
}

#[tokio::test]
async fn a_day_that_cannot_be_is_refused_and_kept_in_the_form() {
    let s = stage(false).await;
    let (mut clerk, path) = queued(&s, "post", false).await;
    let version = clerk.get(&path).await.ok().input("version").unwrap();
    let page = clerk.post(&format!("{path}/sent"), &[("version", &version), ("on", "24.11.2026.")]).await;
    assert_eq!(page.status.as_u16(), 422);
    page.has("Diena nevar būt nākotnē").has("24.11.2026.");
    clerk.post(&format!("{path}/sent"), &[("version", &version), ("on", "23.11.2026.")]).await.location();
    let stale = clerk.post(&format!("{path}/sent"), &[("version", &version), ("on", "23.11.2026.")]).await;
    assert_eq!(stale.status.as_u16(), 409);
    let version = clerk.get(&path).await.ok().has_not("Apstrīdēšanas termiņš").input("version").unwrap();
    let back = [("version", version.as_str()), ("reason", "Atgriezts atpakaļ")];
    clerk.post(&format!("{path}/failed"), &back).await.location();
    clerk.get(&path).await.ok().has("Nav piegādāts").has("Atgriezts atpakaļ");
}

#[tokio::test]
async fn another_institutions_clerk_does_not_know_of_it() {
    let s = stage(false).await;
    let (_, path) = queued(&s, "post", false).await;
    let mut employee = s.house.sign_in(s.demo.people.employee).await;
    assert_eq!(employee.get(&path).await.status.as_u16(), 404);
    assert_eq!(employee.get("/deliveries/nonsense").await.status.as_u16(), 404);
    let form = path.replace("deliveries", "documents");
    assert_eq!(employee.get(&format!("{form}/deliver")).await.status.as_u16(), 403);
}
