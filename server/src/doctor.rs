//! `novads doctor`: looks at the machine and at the installation, changes nothing, and says what to do.

mod inside;
mod outside;

use anyhow::Result;
use serde_json::json;

use crate::{
    DONE, NOT_SO,
    cli::{Doctor, Place},
    output,
};

/// How a check ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum State {
    Ok,
    Warn,
    Fail,
}

impl State {
    const fn word(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warn => "warn",
            Self::Fail => "FAIL",
        }
    }
}

/// One thing that was looked at.
#[derive(Clone, Debug)]
struct Check {
    name: &'static str,
    state: State,
    says: String,
    /// What to do, where something is to be done.
    how: Option<String>,
}

impl Check {
    fn ok(name: &'static str, says: impl Into<String>) -> Self {
        Self { name, state: State::Ok, says: says.into(), how: None }
    }

    fn warn(name: &'static str, says: impl Into<String>, how: impl Into<String>) -> Self {
        Self { name, state: State::Warn, says: says.into(), how: Some(how.into()) }
    }

    fn fail(name: &'static str, says: impl Into<String>, how: impl Into<String>) -> Self {
        Self { name, state: State::Fail, says: says.into(), how: Some(how.into()) }
    }
}

/// Looks at everything, even after something was found missing.
pub async fn run(place: &Place, args: &Doctor) -> Result<u8> {
    let mut checks = outside::look(place, args)?;
    checks.extend(inside::look(place).await?);
    print(&checks, args.json);
    let failed = checks.iter().any(|check| check.state == State::Fail);
    Ok(if failed { NOT_SO } else { DONE })
}

fn print(checks: &[Check], as_json: bool) {
    if as_json {
        let row =
            |c: &Check| json!({ "name": c.name, "state": c.state.word().to_lowercase(), "says": c.says, "how": c.how });
        let all: Vec<_> = checks.iter().map(row).collect();
        output::line(&serde_json::Value::from(all).to_string());
        return;
    }
    for check in checks {
        output::line(&format!("{:<5} {:<20} {}", check.state.word(), check.name, check.says));
        if let Some(how) = check.how.as_deref().filter(|how| !how.is_empty()) {
            output::line(&format!("      {:<20} -> {how}", ""));
        }
    }
}
