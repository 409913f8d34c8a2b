use crate::desk::{Desk, desk};

/// Registers, and gives the employee with the manager's help something to do by 27.11.2026.
async fn resolved(d: &Desk, control: bool) -> (testkit::Client, String, String) {
    let mut clerk = d.clerk().await;
    let item = d.register(&mut clerk, "incoming", &[("process", "submission")]).await;
    let key = clerk.get(&format!("{item}/resolve")).await.ok().input("submit_id").unwrap();
    let (main, helper) = (d.demo.people.employee.to_string(), d.demo.people.manager.to_string());
    let mut fields = vec![
        ("text", "Sagatavot atbildi"),
        ("due", "27.11.2026."),
        ("main", main.as_str()),
        ("helper1", helper.as_str()),
        ("helper2", main.as_str()),
        ("submit_id", key.as_str()),
    ];
    if control {
        fields.push(("control", "1"));
    }
    assert_eq!(clerk.post(&format!("{item}/resolve"), &fields).await.location(), item);
    assert_eq!(clerk.post(&format!("{item}/resolve"), &fields).await.location(), item, "twice is once");
    let page = clerk.get(&item).await.ok().has("Sagatavot atbildi").text();
    let resolution = page.split("/records/resolutions/").nth(1).and_then(|t| t.get(..36)).unwrap();
    let resolution = format!("/records/resolutions/{resolution}");
    (clerk, item, resolution)
}

#[tokio::test]
async fn a_resolution_is_a_task_for_each_and_the_main_executor_ends_it() {
    let d = desk().await;
    let (_, item, resolution) = resolved(&d, false).await;
    let (employee, manager) = (d.demo.people.employee, d.demo.people.manager);
    assert_eq!(d.tasks(employee, "records.execute").await, 1);
    assert_eq!(d.tasks(manager, "records.execute").await, 1);
    let mut helper = d.house.sign_in(manager).await;
    helper.get("/tasks").await.ok().has(&resolution).has("Sagatavot atbildi");
    helper.get(&item.replace("/records/", "/documents/")).await.ok().has("iesniegums.txt");
    helper.post(&format!("{resolution}/report"), &[("report", "Dati apkopoti")]).await.location();
    assert_eq!(d.tasks(manager, "records.execute").await, 0);
    assert_eq!(d.tasks(employee, "records.execute").await, 1, "the helper's part does not end it");
    let again = helper.post(&format!("{resolution}/report"), &[("report", "Vēlreiz")]).await;
    assert_eq!(again.status.as_u16(), 409);
    let mut main = d.house.sign_in(employee).await;
    let empty = main.post(&format!("{resolution}/report"), &[("report", " ")]).await;
    assert_eq!(empty.status.as_u16(), 422);
    main.post(&format!("{resolution}/report"), &[("report", "Atbilde nosūtīta")]).await.location();
    assert_eq!(d.tasks(employee, "records.execute").await, 0);
    main.get(&resolution)
        .await
        .ok()
        .has("Dati apkopoti")
        .has("Atbilde nosūtīta")
        .has("Izpildīts")
        .has_not("Noņemt no kontroles");
}

#[tokio::test]
async fn on_control_the_clerk_gives_it_back_or_takes_it_off() {
    let d = desk().await;
    let (mut clerk, _, resolution) = resolved(&d, true).await;
    let employee = d.demo.people.employee;
    let mut main = d.house.sign_in(employee).await;
    main.post(&format!("{resolution}/report"), &[("report", "Darīts")]).await.location();
    let pools = d.house.op_of(d.demo.people.clerk).await.principals();
    assert_eq!(d.tasks_of(&pools, "records.control").await, 1);
    assert_eq!(d.tasks(d.demo.people.manager, "records.execute").await, 0, "the main executor's report ends the rest");
    let denied = main.post(&format!("{resolution}/control"), &[("version", "2"), ("outcome", "off")]).await;
    assert_eq!(denied.status.as_u16(), 403);
    let version = clerk.get(&resolution).await.ok().has("kontrolē").input("version").unwrap();
    clerk.post(&format!("{resolution}/control"), &[("version", &version), ("outcome", "back")]).await.location();
    assert_eq!(d.tasks(employee, "records.execute").await, 1);
    assert_eq!(d.tasks_of(&pools, "records.control").await, 0);
    main.post(&format!("{resolution}/report"), &[("report", "Tagad darīts")]).await.location();
    let stale = clerk.post(&format!("{resolution}/control"), &[("version", &version), ("outcome", "off")]).await;
    assert_eq!(stale.status.as_u16(), 409);
    let version = clerk.get(&resolution).await.ok().input("version").unwrap();
    clerk.post(&format!("{resolution}/control"), &[("version", &version), ("outcome", "off")]).await.location();
    clerk.get(&resolution).await.ok().has("Tagad darīts").has_not("Noņemt no kontroles");
    assert_eq!(d.tasks_of(&pools, "records.control").await, 0);
}

#[tokio::test]
async fn nobody_is_told_who_does_not_work_there_and_strangers_see_nothing() {
    let d = desk().await;
    let (mut clerk, item, resolution) = resolved(&d, false).await;
    let stranger = d.demo.everybody.first().copied().unwrap();
    let key = clerk.get(&format!("{item}/resolve")).await.ok().input("submit_id").unwrap();
    let main = stranger.to_string();
    let fields = [("text", "Darīt"), ("due", "27.11.2026."), ("main", main.as_str()), ("submit_id", key.as_str())];
    assert_eq!(clerk.post(&format!("{item}/resolve"), &fields).await.status.as_u16(), 422);
    let past = [("text", "Darīt"), ("due", "20.11.2026."), ("main", ""), ("submit_id", key.as_str())];
    clerk.post(&format!("{item}/resolve"), &past).await.has("Diena jau pagājusi");
    let other = d.demo.everybody.iter().rev().find(|p| **p != d.demo.people.employee).copied().unwrap();
    let mut other = d.house.sign_in(other).await;
    assert_eq!(other.get(&resolution).await.status.as_u16(), 404);
    assert_eq!(other.get(&item).await.status.as_u16(), 404);
}
