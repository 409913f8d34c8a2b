//! The pages that a person sees: what the simulator is, and the question whether to sign.

use axum::response::{Html, IntoResponse as _, Response};

use crate::{
    Person,
    consent::{Asked, Pending},
};

const STYLE: &str = "body{font:18px/1.5 system-ui,sans-serif;max-width:38rem;margin:2rem auto;padding:0 1rem;color:#111;background:#fff}\
h1{font-size:1.5rem}.note{border-left:.4rem solid #b35900;padding:.2rem 1rem;background:#fff4e5}\
button{font:inherit;padding:.5rem 1.2rem;margin:.5rem .5rem 0 0;border:2px solid #111;background:#fff;cursor:pointer}\
button.main{background:#0b5c3b;border-color:#0b5c3b;color:#fff}button:focus,input:focus{outline:3px solid #ffbf47}\
label{display:block;padding:.2rem 0}fieldset{border:1px solid #888;margin:1rem 0}code{overflow-wrap:anywhere}\
input[type=text]{font:inherit;border:2px solid #111;width:14rem}";

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

fn page(title: &str, body: &str) -> Response {
    Html(format!(
        "<!doctype html><html lang=\"lv\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
         <title>{title}</title><style>{STYLE}</style></head><body><main><h1>{title}</h1><p class=\"note\">\
         Šis ir simulators: te neviens neparaksta pa īstam. <span lang=\"en\">This is a simulator: nobody signs for real \
         here.</span></p>{body}</main></body></html>"
    ))
    .into_response()
}

pub(crate) async fn about() -> Response {
    page(
        "Uzticamības pakalpojumu simulators",
        "<ul><li><code>/tsa</code> RFC 3161</li><li><code>/ocsp</code> RFC 6960</li><li><code>/crl</code> RFC 5280</li>\
         <li><code>/lists/LV.xml</code>, <code>/lists/eu.xml</code> ETSI TS 119 612</li>\
         <li><code>/trustedx-authserver/…</code> eParaksts</li><li><code>/csc/v2/…</code> Cloud Signature Consortium</li></ul>",
    )
}

/// The question.
pub(crate) fn consent(id: &str, pending: &Pending, people: &[Person]) -> Response {
    let what = match &pending.asked {
        Asked::Identity => who(pending.hint.as_deref(), people),
        Asked::Summary { code, summary, .. } => format!(
            "<p>{} paraksta dokumentus, kuru kontrolvērtību kopsavilkums ir <code>{}</code>.</p>",
            escaped(&name(code, people)),
            hex::encode(summary)
        ),
        Asked::Digests { code, digests } => format!(
            "<p>{} paraksta {} dokumentus: <code>{}</code></p>",
            escaped(&name(code, people)),
            digests.len(),
            digests.iter().take(10).map(hex::encode).collect::<Vec<_>>().join(" ")
        ),
    };
    let (title, approve) = match pending.asked {
        Asked::Identity => ("Ar ko parakstīsiet? / Sign as?", "Turpināt / Continue"),
        _ => ("Parakstīt? / Sign?", "Parakstīt / Sign"),
    };
    page(
        title,
        &format!(
            "<form method=\"post\" action=\"/consent\"><input type=\"hidden\" name=\"id\" value=\"{id}\">{what}\
             <button class=\"main\" name=\"decision\" value=\"approve\">{approve}</button>\
             <button name=\"decision\" value=\"refuse\">Atteikt / Refuse</button>\
             <button name=\"decision\" value=\"fail\">Kļūda / Fail</button></form>"
        ),
    )
}

fn name(code: &str, people: &[Person]) -> String {
    people.iter().find(|p| p.code == code).map(|p| format!("{} {}", p.given, p.surname)).unwrap_or_default()
}

fn who(hint: Option<&str>, people: &[Person]) -> String {
    let hint: String = hint.unwrap_or_default().chars().filter(char::is_ascii_digit).collect();
    let known = people.iter().any(|p| p.code == hint);
    let one = |person: &Person| {
        let checked = if person.code == hint { " checked" } else { "" };
        format!(
            "<label><input type=\"radio\" name=\"person\" value=\"{}\"{checked}> {} {}</label>",
            escaped(&person.code),
            escaped(&person.given),
            escaped(&person.surname)
        )
    };
    let checked = if known { "" } else { " checked" };
    let field = |name: &str, title: &str, value: &str| {
        format!("<label>{title} <input type=\"text\" name=\"{name}\" value=\"{}\"></label>", escaped(value))
    };
    format!(
        "<fieldset><legend>Persona / Person</legend>{}<label><input type=\"radio\" name=\"person\" value=\"\"{checked}> \
         Cits / Somebody else</label>{}{}{}</fieldset>",
        people.iter().take(50).map(one).collect::<String>(),
        field("given", "Vārds / Given name", ""),
        field("surname", "Uzvārds / Surname", ""),
        field("code", "Personas kods / Personal code", if known { "" } else { &hint }),
    )
}
