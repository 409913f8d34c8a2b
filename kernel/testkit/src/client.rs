use axum::{
    Router,
    body::Body,
    http::{HeaderMap, Request, StatusCode, header},
};
use tower::ServiceExt as _;

/// A browser without a window: cookies, forms, tokens. It speaks to the real router.
pub struct Client {
    router: Router,
    cookies: Vec<(String, String)>,
    csrf: String,
    /// Extra headers for the next requests (`Accept-Language`, `Authorization`).
    pub headers: Vec<(&'static str, String)>,
}

/// An answer.
#[derive(Debug)]
pub struct Page {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Vec<u8>,
}

impl Page {
    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body as JSON.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).expect("JSON")
    }

    /// Where it leads.
    pub fn location(&self) -> String {
        let location = self.headers.get(header::LOCATION).and_then(|v| v.to_str().ok());
        location.unwrap_or_else(|| panic!("a redirect, not {}: {}", self.status, self.text())).to_owned()
    }

    /// It must be 200.
    #[track_caller]
    pub fn ok(self) -> Self {
        assert_eq!(self.status, StatusCode::OK, "{}", self.text());
        self
    }

    /// It must contain this.
    #[track_caller]
    pub fn has(self, text: &str) -> Self {
        assert!(self.text().contains(text), "no “{text}” in {}", self.text());
        self
    }

    /// It must not contain this.
    #[track_caller]
    pub fn has_not(self, text: &str) -> Self {
        assert!(!self.text().contains(text), "“{text}” in {}", self.text());
        self
    }

    /// The value of the first input of that name.
    pub fn input(&self, name: &str) -> Option<String> {
        let text = self.text();
        let mark = format!("name=\"{name}\"");
        let tags = text.split('<').filter(|t| t.starts_with("input") && t.contains(&mark));
        tags.filter_map(|t| Some(t.split_once("value=\"")?.1.split_once('"')?.0.to_owned())).next()
    }
}

impl Client {
    pub(crate) fn new(router: Router, session: Option<String>) -> Self {
        let cookies = session.map(|s| ("session".to_owned(), s)).into_iter().collect();
        Self { router, cookies, csrf: String::new(), headers: Vec::new() }
    }

    /// Reads a page.
    pub async fn get(&mut self, path: &str) -> Page {
        self.send("GET", path, None, Vec::new()).await
    }

    /// Sends a form, with the token of a page seen before (reads one first where none was).
    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Page {
        if self.csrf.is_empty() {
            let probe = if self.cookies.iter().any(|(n, _)| n == "session") { "/keyboard" } else { "/sign-in" };
            self.get(probe).await;
        }
        let csrf = self.csrf.clone();
        self.post_raw(path, &[fields, &[("csrf", &csrf)]].concat()).await
    }

    /// Sends a form exactly as given.
    pub async fn post_raw(&mut self, path: &str, fields: &[(&str, &str)]) -> Page {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        self.send("POST", path, Some("application/x-www-form-urlencoded"), body.into_bytes()).await
    }

    /// Sends files.
    pub async fn upload(&mut self, path: &str, fields: &[(&str, &str)], files: &[(&str, &str, &str, &[u8])]) -> Page {
        if self.csrf.is_empty() {
            self.get("/keyboard").await;
        }
        let mut body = Vec::new();
        let csrf = self.csrf.clone();
        for (name, value) in [fields, &[("csrf", csrf.as_str())]].concat() {
            body.extend_from_slice(
                format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").as_bytes(),
            );
        }
        for (field, name, kind, bytes) in files {
            body.extend_from_slice(
                format!("--b\r\nContent-Disposition: form-data; name=\"{field}\"; filename=\"{name}\"\r\nContent-Type: {kind}\r\n\r\n").as_bytes(),
            );
            body.extend_from_slice(bytes);
            body.extend_from_slice(b"\r\n");
        }
        body.extend_from_slice(b"--b--\r\n");
        self.send("POST", path, Some("multipart/form-data; boundary=b"), body).await
    }

    /// Sends JSON.
    pub async fn json(&mut self, method: &str, path: &str, body: &serde_json::Value) -> Page {
        self.send(method, path, Some("application/json"), body.to_string().into_bytes()).await
    }

    /// Sends anything.
    pub async fn send(&mut self, method: &str, path: &str, kind: Option<&str>, body: Vec<u8>) -> Page {
        let mut request = Request::builder().method(method).uri(path).header(header::HOST, "localhost");
        if !self.cookies.is_empty() {
            let cookies: Vec<String> = self.cookies.iter().map(|(n, v)| format!("{n}={v}")).collect();
            request = request.header(header::COOKIE, cookies.join("; "));
        }
        if let Some(kind) = kind {
            request = request.header(header::CONTENT_TYPE, kind);
        }
        for (name, value) in &self.headers {
            request = request.header(*name, value);
        }
        let request = request.body(Body::from(body)).expect("a request");
        let response = self.router.clone().oneshot(request).await.expect("an answer");
        let (parts, body) = response.into_parts();
        for cookie in parts.headers.get_all(header::SET_COOKIE).iter().filter_map(|v| v.to_str().ok()) {
            if let Some((name, value)) = cookie.split(';').next().and_then(|p| p.split_once('=')) {
                self.cookies.retain(|(n, _)| n != name);
                if !value.is_empty() {
                    self.cookies.push((name.to_owned(), value.to_owned()));
                }
            }
        }
        let body = axum::body::to_bytes(body, usize::MAX).await.expect("a body").to_vec();
        let page = Page { status: parts.status, headers: parts.headers, body };
        if let Some(csrf) = page.input("csrf") {
            self.csrf = csrf;
        }
        page
    }
}
