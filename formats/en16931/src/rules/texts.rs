//! What a finding says.

/// The business term and the texts (Latvian, English) of a rule.
pub(crate) fn text_of(_rule: &str) -> (Option<&'static str>, String, String) {
    (None, String::new(), String::new())
}
