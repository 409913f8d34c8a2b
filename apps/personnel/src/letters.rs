//! Texts of orders: runtime templates that HR edits. Plain values only, no includes, limited fuel.

use minijinja::{AutoEscape, Environment, UndefinedBehavior};
use serde::Serialize;

/// What was wrong with a template; the text says where.
#[derive(Debug, thiserror::Error)]
#[error("{}{why}", line.map(|l| format!("line {l}: ")).unwrap_or_default())]
pub struct LetterError {
    /// In which line.
    pub line: Option<usize>,
    /// What.
    pub why: String,
}

/// The longest template, and the longest text.
const LONGEST: usize = 20_000;

/// Fills a template with plain values. An unknown name is an error, so that no order goes out with a gap.
///
/// # Errors
/// What is wrong, and in which line.
pub fn fill(template: &str, values: &impl Serialize) -> Result<String, LetterError> {
    if template.len() > LONGEST {
        return Err(LetterError { line: None, why: format!("longer than {LONGEST} bytes") });
    }
    let mut environment = Environment::empty();
    environment.set_fuel(Some(50_000));
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_auto_escape_callback(|_| AutoEscape::None);
    environment.add_filter("upper", |s: String| s.to_uppercase());
    let filled = environment
        .render_str(template, minijinja::value::Serde(values))
        .map_err(|e| LetterError { line: e.line(), why: unknown(&environment, template, values, &e) })?;
    if filled.len() > LONGEST {
        return Err(LetterError { line: None, why: format!("the text is longer than {LONGEST} bytes") });
    }
    Ok(filled)
}

/// What the engine says; of an unknown name, which one.
fn unknown(environment: &Environment<'_>, template: &str, values: &impl Serialize, e: &minijinja::Error) -> String {
    let said = || e.detail().map_or_else(|| e.kind().to_string(), ToOwned::to_owned);
    if e.kind() != minijinja::ErrorKind::UndefinedError {
        return said();
    }
    let known = serde_json::to_value(values).unwrap_or_default();
    let names = environment.template_from_str(template).map(|t| t.undeclared_variables(false)).unwrap_or_default();
    let mut strange: Vec<String> = names.into_iter().filter(|n| known.get(n).is_none()).collect();
    strange.sort();
    if strange.is_empty() { said() } else { format!("{{{{ {} }}}}", strange.join(", ")) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_template_takes_plain_values_and_names_what_is_missing() {
        let values = json!({ "name": "Anna {{ 7 * 7 }}", "days": 14 });
        assert_eq!(fill("{{ name }}: {{ days }}", &values).unwrap(), "Anna {{ 7 * 7 }}: 14");
        assert!(fill("{{ nama }}", &values).is_err());
        assert!(fill("{% include 'x' %}", &values).is_err());
    }

    #[test]
    fn a_template_cannot_run_for_ever() {
        let values = json!({ "a": (0..1000).collect::<Vec<_>>() });
        assert!(fill("{% for x in a %}{% for y in a %}{{ x }}{% endfor %}{% endfor %}", &values).is_err());
    }
}
