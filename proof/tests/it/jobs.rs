use std::collections::BTreeSet;

#[test]
fn every_job_kind_has_a_handler() {
    let modules = novads_server::house::modules();
    let kinds: BTreeSet<&str> = modules.iter().flat_map(|m| m.jobs.iter().map(|j| j.kind)).collect();
    let all = modules.iter().map(|m| m.jobs.len()).sum::<usize>();
    assert_eq!(kinds.len(), all, "two handlers for one kind");
    for (event, job) in modules.iter().flat_map(|m| m.subscriptions) {
        assert!(kinds.contains(job), "{event} starts {job}, which nobody handles");
    }
    // Every literal that is enqueued by name.
    let mut unhandled = Vec::new();
    for (path, text) in crate::sources() {
        for (n, line) in text.lines().enumerate() {
            let Some(rest) = line.split("NewJob { kind: \"").nth(1) else { continue };
            let kind = rest.split('"').next().unwrap_or_default();
            if !kinds.contains(kind) {
                unhandled.push(format!("{}:{} {kind}", path.display(), n + 1));
            }
        }
    }
    assert!(unhandled.is_empty(), "{unhandled:#?}");
}

#[test]
fn every_subscription_hears_something() {
    let text: String = crate::sources().into_iter().map(|(_, t)| t).collect();
    for (event, job) in novads_server::house::modules().iter().flat_map(|m| m.subscriptions) {
        // Said where it is published, and once more where it is subscribed to.
        let said = text.matches(&format!("\"{event}\"")).count();
        assert!(said >= 2, "{job} waits for {event}, which nobody publishes");
    }
}
