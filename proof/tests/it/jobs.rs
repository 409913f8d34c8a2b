use std::{collections::BTreeSet, path::Path};

/// `const NAME: &str = "value";`
fn constants(text: &str) -> impl Iterator<Item = (&str, &str)> {
    let named = text.split("const ").skip(1).filter_map(|c| c.split_once(": &str = \""));
    named.map(|(name, rest)| (name, rest.split('"').next().unwrap_or_default()))
}

/// The folder of a file's crate.
fn crate_of(path: &Path) -> &Path {
    path.ancestors().find(|p| p.join("Cargo.toml").exists()).unwrap()
}

#[test]
fn every_job_kind_has_one_handler() {
    let modules = novads_server::house::modules();
    let kinds: BTreeSet<&str> = modules.iter().flat_map(|m| m.jobs.iter().map(|j| j.kind)).collect();
    let all = modules.iter().map(|m| m.jobs.len()).sum::<usize>();
    assert_eq!(kinds.len(), all, "two handlers for one kind");
    for (event, job) in modules.iter().flat_map(|m| m.subscriptions) {
        assert!(kinds.contains(job), "{event} starts {job}, which nobody handles");
    }
    // Every job that is enqueued by name: a literal, or a constant of its crate.
    let sources = crate::sources();
    let (mut unhandled, mut seen) = (Vec::new(), 0);
    for (path, text) in &sources {
        for said in text.split("NewJob {").skip(1).filter_map(|j| j.trim_start().strip_prefix("kind: ")) {
            let said = said.split([',', '\n']).next().unwrap_or_default();
            let home = crate_of(path);
            let name = said.rsplit("::").next().unwrap_or_default();
            let value = match said.strip_prefix('"') {
                Some(literal) => literal.strip_suffix('"'),
                None => sources
                    .iter()
                    .filter(|(p, _)| p.starts_with(home))
                    .flat_map(|(_, t)| constants(t))
                    .find(|(n, _)| *n == name)
                    .map(|(_, v)| v),
            };
            seen += 1;
            if !value.is_some_and(|v| kinds.contains(v)) {
                unhandled.push(format!("{}: {said} ({value:?})", path.display()));
            }
        }
    }
    assert!(seen >= 5, "{seen} jobs are enqueued: does the scan still see them?");
    assert!(unhandled.is_empty(), "{unhandled:#?}");
}

#[test]
fn every_subscription_hears_something() {
    let sources = crate::sources();
    let publishers: Vec<_> = sources.iter().filter(|(_, text)| text.contains(".publish(")).collect();
    let mut deaf = Vec::new();
    for (event, job) in novads_server::house::modules().iter().flat_map(|m| m.subscriptions) {
        // Whoever publishes says the event's name, or the constant that holds it.
        let published = sources.iter().any(|(home, text)| {
            let names = constants(text).filter(|(_, value)| value == event).map(|(name, _)| name);
            let mut names = names.collect::<BTreeSet<_>>().into_iter();
            names.any(|name| publishers.iter().any(|(p, t)| crate_of(p) == crate_of(home) && t.contains(name)))
        }) || publishers.iter().any(|(_, t)| t.contains(&format!("\"{event}\"")));
        if !published {
            deaf.push(format!("{job} waits for {event}"));
        }
    }
    assert!(deaf.is_empty(), "nobody publishes what these wait for: {deaf:#?}");
}
