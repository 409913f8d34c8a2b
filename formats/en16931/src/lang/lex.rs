//! Tokens.

use super::parse::WriteError;

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token<'t> {
    Name(&'t str),
    Text(&'t str),
    Number(&'t str),
    Var(&'t str),
    Sign(&'static str),
}

const SIGNS: [&str; 23] = [
    "//", "::", "!=", "<=", ">=", "..", "/", "(", ")", "[", "]", "@", ",", "=", "<", ">", "+", "-", "*", "|", ".", "$",
    "#",
];

fn name_end(text: &str) -> usize {
    let mut end = 0;
    let mut colon = false;
    for (at, c) in text.char_indices() {
        let next = text.get(at + 1..).and_then(|rest| rest.chars().next());
        let fits = c.is_alphanumeric()
            || matches!(c, '_' | '-')
            || (c == '.' && next.is_some_and(char::is_alphanumeric))
            || (c == ':' && !colon && next.is_some_and(|n| n.is_alphabetic() || n == '*'))
            || (c == '*' && at > 0 && text.as_bytes().get(at - 1) == Some(&b':'));
        if !fits {
            break;
        }
        colon |= c == ':';
        end = at + c.len_utf8();
    }
    end
}

pub(super) fn lex(text: &str) -> Result<Vec<Token<'_>>, WriteError> {
    let mut out = Vec::new();
    let mut rest = text.trim_start();
    while let Some(c) = rest.chars().next() {
        let (token, used) = if c == '\'' {
            let body = rest.get(1..).unwrap_or_default();
            let end = body.find('\'').ok_or_else(|| WriteError::new("unclosed text", rest))?;
            (Token::Text(body.get(..end).unwrap_or_default()), end + 2)
        } else if c.is_ascii_digit() {
            let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
            (Token::Number(rest.get(..end).unwrap_or_default()), end)
        } else if c == '$' {
            let body = rest.get(1..).unwrap_or_default();
            let end = name_end(body);
            (Token::Var(body.get(..end).unwrap_or_default()), end + 1)
        } else if c.is_alphabetic() || c == '_' {
            let end = name_end(rest);
            (Token::Name(rest.get(..end).unwrap_or_default()), end)
        } else {
            let sign =
                SIGNS.iter().find(|sign| rest.starts_with(**sign)).ok_or_else(|| WriteError::new("sign", rest))?;
            (Token::Sign(sign), sign.len())
        };
        out.push(token);
        rest = rest.get(used..).unwrap_or_default().trim_start();
    }
    Ok(out)
}
