//! Words for the search table. Every lexeme is led by a token of the tenant: its words are posting lists of
//! their own, so how much the others have written costs it nothing.

use std::collections::BTreeSet;

use latvian::search;
use types::TenantId;

/// More distinct words than a document of a thousand pages has; keeps the vector below its limit of 1 MiB.
const MOST_WORDS: usize = 20_000;

/// The tenant's token. It only spreads words: that one tenant finds nothing of another is the function's own check.
pub(crate) fn token(tenant: TenantId) -> String {
    let hex = tenant.uuid().simple().to_string();
    hex.get(26..).unwrap_or_default().to_owned()
}

/// The words of texts, as `tsvector` reads them.
fn vector<'a>(token: &str, texts: impl Iterator<Item = &'a str>) -> String {
    let mut words: BTreeSet<String> = BTreeSet::new();
    for text in texts {
        words.extend(search::tokens(text));
    }
    let mut out = String::new();
    for word in words.iter().filter(|w| w.chars().all(char::is_alphanumeric)).take(MOST_WORDS) {
        for piece in [" '", token, word, "'"] {
            out.push_str(piece);
        }
    }
    out
}

/// The words of the title and what else stands at the head of a document.
pub(crate) fn head<'a>(token: &str, title: &'a str, others: impl Iterator<Item = &'a str>) -> String {
    vector(token, std::iter::once(title).chain(others))
}

/// The words of its text.
pub(crate) fn body(token: &str, text: &str) -> String {
    vector(token, std::iter::once(text))
}

/// What somebody typed, as `tsquery` reads it; `None` where nothing in it can be searched.
pub(crate) fn query(token: &str, typed: &str) -> Option<String> {
    let query = search::query(typed);
    let mut out = String::with_capacity(query.len() * 2);
    for (n, piece) in query.split('\'').enumerate() {
        if n > 0 {
            out.push('\'');
        }
        // Odd pieces stand between quotes: they are lexemes.
        if n % 2 == 1 {
            out.push_str(token);
        }
        out.push_str(piece);
    }
    (!out.is_empty()).then_some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lexemes_carry_the_tenant() {
        assert_eq!(head("00000a", "Iesniegums", std::iter::empty()), " '00000aiesniegum'");
        assert_eq!(query("00000a", "iesniegumu").as_deref(), Some("'00000aiesniegum':*"));
        let number = query("00000a", "1-12/45").unwrap();
        assert!(number.contains("'00000an1x12x45':*"), "{number}");
        assert_eq!(query("00000a", " ./ "), None);
    }

    #[test]
    fn nobody_types_their_way_out_of_the_quotes() {
        let query = query("00000a", "a' | 'b").unwrap();
        assert_eq!(query.matches('\'').count() % 2, 0);
        assert!(query.split('\'').skip(1).step_by(2).all(|lexeme| lexeme.starts_with("00000a")), "{query}");
    }
}
