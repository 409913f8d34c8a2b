//! Words for the search table. Every lexeme is led by a token of the tenant and the age of the document: the words of
//! a tenant and of a time are posting lists of their own, so how much the others have written costs it nothing, and
//! the newest hits are found without looking at all (see `search_find`).

use std::collections::BTreeSet;

use latvian::search;
use types::{DocumentId, TenantId};

/// More distinct words than a document of a thousand pages has; keeps the vector below its limit of 1 MiB.
const MOST_WORDS: usize = 20_000;

/// What leads the words of a document: the tenant's token and the document's age, the first four digits of its id.
pub(crate) fn lead(tenant: TenantId, document: DocumentId) -> String {
    let mut lead = token(tenant);
    let hex = document.uuid().simple().to_string();
    lead.push_str(hex.get(..4).unwrap_or_default());
    lead
}

/// Stands for the age in a query: `search_find` puts it in.
const AGE: &str = "~~~~";

/// The tenant's token. It only spreads words: that one tenant finds nothing of another is the function's own check.
fn token(tenant: TenantId) -> String {
    let hex = tenant.uuid().simple().to_string();
    hex.get(26..).unwrap_or_default().to_owned()
}

/// The words of texts, as `tsvector` reads them.
fn vector<'a>(lead: &str, texts: impl Iterator<Item = &'a str>) -> String {
    let mut words: BTreeSet<String> = BTreeSet::new();
    for text in texts {
        words.extend(search::tokens(text));
    }
    let mut out = String::new();
    for word in words.iter().filter(|w| w.chars().all(char::is_alphanumeric)).take(MOST_WORDS) {
        for piece in [" '", lead, word, "'"] {
            out.push_str(piece);
        }
    }
    out
}

/// The words of the title and what else stands at the head of a document.
pub(crate) fn head<'a>(lead: &str, title: &'a str, others: impl Iterator<Item = &'a str>) -> String {
    vector(lead, std::iter::once(title).chain(others))
}

/// The words of its text.
pub(crate) fn body(lead: &str, text: &str) -> String {
    vector(lead, std::iter::once(text))
}

/// What somebody typed, as `tsquery` reads it; `None` where nothing in it can be searched.
pub(crate) fn query(tenant: TenantId, typed: &str) -> Option<String> {
    let token = token(tenant);
    let query = search::query(typed);
    let mut out = String::with_capacity(query.len() * 2);
    for (n, piece) in query.split('\'').enumerate() {
        if n > 0 {
            out.push('\'');
        }
        // Odd pieces stand between quotes: they are lexemes.
        if n % 2 == 1 {
            out.push_str(&token);
            out.push_str(AGE);
        }
        out.push_str(piece);
    }
    (!out.is_empty()).then_some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TENANT: TenantId = TenantId(uuid::Uuid::from_u128(10));

    #[test]
    fn lexemes_carry_the_tenant_and_the_age() {
        let document = DocumentId(uuid::Uuid::from_u128(0x0193_a5c0_0000_7000_8000_0000_0000_0001));
        let lead = lead(TENANT, document);
        assert_eq!(lead, "00000a0193");
        assert_eq!(head(&lead, "Iesniegums", std::iter::empty()), " '00000a0193iesniegum'");
        assert_eq!(query(TENANT, "iesniegumu").as_deref(), Some("'00000a~~~~iesniegum':*"));
        let number = query(TENANT, "1-12/45").unwrap();
        assert!(number.contains("'00000a~~~~n1x12x45':*"), "{number}");
        assert_eq!(query(TENANT, " ./ "), None);
    }

    #[test]
    fn nobody_types_their_way_out_of_the_quotes() {
        let query = query(TENANT, "a' | 'b ~~~~ '~~~~").unwrap();
        assert_eq!(query.matches('\'').count() % 2, 0);
        assert!(query.split('\'').skip(1).step_by(2).all(|lexeme| lexeme.starts_with("00000a~~~~")), "{query}");
        assert_eq!(query.matches('~').count() % 4, 0, "what is typed has no age: {query}");
        let lexemes = query.split('\'').skip(1).step_by(2).count();
        assert_eq!(query.matches("~~~~").count(), lexemes);
    }
}
