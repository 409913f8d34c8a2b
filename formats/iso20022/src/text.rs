//! The characters that banks take.

/// Letters that stand in payments within the country beside the Latin set of SEPA.
const LATVIAN: &str = "ĀāČčĒēĢģĪīĶķĻļŅņŠšŪūŽžŌōŖŗ";

const fn is_basic(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '/' | '-' | '?' | ':' | '(' | ')' | '.' | ',' | '\'' | '+' | ' ')
}

/// Whether every character may stand in a payment; `local` lets Latvian letters through.
#[must_use]
pub fn fits(text: &str, local: bool) -> bool {
    text.chars().all(|c| is_basic(c) || (local && LATVIAN.contains(c)))
}

/// Brings a text into the characters that banks take, at most so many of them: what has a likeness is written by it,
/// the rest becomes a full stop. `local` keeps Latvian letters.
///
/// ```
/// assert_eq!(iso20022::sepa_text("SIA „Ābols & Co”", true, 70), "SIA 'Ābols + Co'");
/// assert_eq!(iso20022::sepa_text("SIA „Ābols”", false, 70), "SIA 'Abols'");
/// ```
#[must_use]
pub fn sepa_text(text: &str, local: bool, longest: usize) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.trim().chars() {
        if is_basic(c) || (local && LATVIAN.contains(c)) {
            out.push(c);
        } else {
            out.push_str(likeness(c));
        }
    }
    // No space twice, none at the ends, and not longer than the field.
    let joined = out.split(' ').filter(|w| !w.is_empty()).collect::<Vec<_>>().join(" ");
    let cut: String = joined.chars().take(longest).collect();
    cut.trim_end().to_owned()
}

fn likeness(c: char) -> &'static str {
    match c {
        'Ā' | 'Ä' | 'Å' | 'Á' | 'À' | 'Ą' => "A",
        'ā' | 'ä' | 'å' | 'á' | 'à' | 'ą' => "a",
        'Č' | 'Ç' | 'Ć' => "C",
        'č' | 'ç' | 'ć' => "c",
        'Ē' | 'É' | 'È' | 'Ę' | 'Ė' => "E",
        'ē' | 'é' | 'è' | 'ę' | 'ė' | 'ë' => "e",
        'Ģ' => "G",
        'ģ' => "g",
        'Ī' | 'Í' | 'Į' => "I",
        'ī' | 'í' | 'į' => "i",
        'Ķ' => "K",
        'ķ' => "k",
        'Ļ' | 'Ł' => "L",
        'ļ' | 'ł' => "l",
        'Ņ' | 'Ń' => "N",
        'ņ' | 'ń' => "n",
        'Ō' | 'Ö' | 'Ó' | 'Õ' | 'Ø' => "O",
        'ō' | 'ö' | 'ó' | 'õ' | 'ø' => "o",
        'Ŗ' => "R",
        'ŗ' => "r",
        'Š' | 'Ś' => "S",
        'š' | 'ś' => "s",
        'Ū' | 'Ü' | 'Ú' | 'Ų' => "U",
        'ū' | 'ü' | 'ú' | 'ų' => "u",
        'Ž' | 'Ź' | 'Ż' => "Z",
        'ž' | 'ź' | 'ż' => "z",
        'ß' => "ss",
        'æ' => "ae",
        'Æ' => "AE",
        '„' | '“' | '”' | '"' | '’' | '‘' | '`' | '«' | '»' => "'",
        '–' | '—' | '_' | '−' => "-",
        '&' => "+",
        '[' | '{' => "(",
        ']' | '}' => ")",
        ';' => ",",
        '\\' | '|' => "/",
        '€' => "EUR",
        c if c.is_whitespace() || c.is_control() => " ",
        _ => ".",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_fits_stays_and_what_does_not_gets_a_likeness() {
        assert_eq!(sepa_text("Rēķins Nr. 5/2026", true, 140), "Rēķins Nr. 5/2026");
        assert_eq!(sepa_text("  a\n\tb  ", true, 140), "a b");
        assert_eq!(sepa_text("10 € – jā", false, 140), "10 EUR - ja");
        assert_eq!(sepa_text("漢字", true, 140), "..");
        assert_eq!(sepa_text("abc def", true, 4), "abc");
    }

    proptest! {
        #[test]
        fn whatever_is_given_fits(text in ".{0,200}", local: bool) {
            let out = sepa_text(&text, local, 70);
            prop_assert!(fits(&out, local) && out.chars().count() <= 70);
            prop_assert_eq!(sepa_text(&out, local, 70), out);
        }
    }
}
