//! By way of another service, and by the browser's token.

use crate::stage::{Way, consents, shown, stage};

/// The state that the other service was given, out of the link on the page.
fn state_of(page: &str, what: &str) -> String {
    let (_, rest) = page.split_once(&format!("https://signing.test/{what}?state=")).expect("a link elsewhere");
    rest.split_once('&').unwrap().0.to_owned()
}

#[tokio::test]
async fn a_person_goes_elsewhere_twice_and_comes_back() {
    let s = stage(Way::Redirect).await;
    let (_, task) = s.order("Rīkojums").await;
    let mut head = s.head().await;
    let request = shown(&mut head, &[task]).await;
    consents(&mut head, &request, "redirect").await;
    let page = head.get(&request).await.ok().has("Doties uz parakstīšanas pakalpojumu");
    let state = state_of(&page.text(), "certificate");
    // Another person cannot come back in their place.
    let mut other = s.house.sign_in(s.demo.people.manager).await;
    assert_eq!(other.get(&format!("/sign/back?state={state}&code=1")).await.status, 404);
    assert_eq!(head.get(&format!("/sign/back?state={state}&code=1")).await.location(), request);
    assert_eq!(head.get(&format!("/sign/back?state={state}&code=1")).await.status, 404, "good for once");
    let page = head.get(&request).await.ok();
    let state = state_of(&page.text(), "sign");
    assert_eq!(head.get(&format!("/sign/back?state={state}")).await.location(), request);
    s.jobs().await;
    head.get(&request).await.ok().has("Parakstīšana ir pabeigta");
    assert_eq!(s.task_state(task).await, "done");
}

#[tokio::test]
async fn whoever_says_no_elsewhere_is_told_so_here() {
    let s = stage(Way::Redirect).await;
    let (_, task) = s.order("Rīkojums").await;
    let mut head = s.head().await;
    let request = shown(&mut head, &[task]).await;
    consents(&mut head, &request, "redirect").await;
    let state = state_of(&head.get(&request).await.text(), "certificate");
    head.get(&format!("/sign/back?state={state}&error=access_denied")).await.location();
    head.get(&request).await.ok().has("Jūs atteicāties parakstīt").has("Ar ko parakstāt");
    assert_eq!(s.task_state(task).await, "open");
}

#[tokio::test]
async fn a_token_in_the_browser_is_asked_twice() {
    let s = stage(Way::Browser).await;
    let (_, task) = s.order("Rīkojums").await;
    let mut head = s.head().await;
    let request = shown(&mut head, &[task]).await;
    consents(&mut head, &request, "browser").await;
    head.get(&request).await.ok().has("data-token=\"web-eid\"").has("&#34;certificate&#34;");
    head.post(&format!("{request}/token"), &[("certificate", "x")]).await.location();
    head.get(&request).await.ok().has("&#34;sign&#34;");
    head.post(&format!("{request}/token"), &[("signature", "x")]).await.location();
    s.jobs().await;
    assert_eq!(s.task_state(task).await, "done");
    assert_eq!(head.post(&format!("{request}/token"), &[("signature", "x")]).await.status, 409);
}

#[tokio::test]
async fn what_a_method_keeps_is_sealed_in_the_database() {
    let s = stage(Way::Redirect).await;
    let (_, task) = s.order("Rīkojums").await;
    let mut head = s.head().await;
    let request = shown(&mut head, &[task]).await;
    consents(&mut head, &request, "redirect").await;
    let id: uuid::Uuid = request.rsplit_once('/').unwrap().1.parse().unwrap();
    let kept: Vec<u8> = s.one("select kept from signing.request where tenant_id = $1 and id = $2", id).await;
    let has = |needle: &[u8]| kept.windows(needle.len()).any(|w| w == needle);
    assert!(!has(b"kept certificate") && !has(b"state"));
    let callback: String = s.one("select callback from signing.request where tenant_id = $1 and id = $2", id).await;
    assert_ne!(callback, state_of(&head.get(&request).await.text(), "certificate"));
}
