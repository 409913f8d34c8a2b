//! As much of HTTP as a browser without a window needs; a connection for each request.

use std::{
    io::{self, Read as _, Write as _},
    net::{SocketAddr, TcpStream},
    time::Duration,
};

/// An answer, read to its end.
pub struct Page {
    pub status: u16,
    pub location: String,
    pub text: String,
}

impl Page {
    /// The value of the first input of that name.
    pub fn input(&self, name: &str) -> Option<String> {
        let mark = format!("name=\"{name}\"");
        let mut tags = self.text.split('<').filter(|t| t.starts_with("input") && t.contains(&mark));
        tags.find_map(|t| Some(t.split_once("value=\"")?.1.split_once('"')?.0.to_owned()))
    }
}

/// Asks for a page.
pub fn get(address: SocketAddr, cookie: &str, path: &str) -> io::Result<Page> {
    let head = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nCookie: {cookie}\r\nConnection: close\r\n\r\n");
    exchange(address, &head)
}

/// Sends a form.
pub fn post(address: SocketAddr, cookie: &str, path: &str, fields: &[(&str, &str)]) -> io::Result<Page> {
    let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    let length = body.len();
    exchange(
        address,
        &format!(
            "POST {path} HTTP/1.1\r\nHost: localhost\r\nCookie: {cookie}\r\nConnection: close\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {length}\r\n\r\n{body}"
        ),
    )
}

/// An answer that breaks off is no answer: nothing was confirmed.
fn exchange(address: SocketAddr, request: &str) -> io::Result<Page> {
    let mut stream = TcpStream::connect_timeout(&address, Duration::from_secs(2))?;
    stream.set_read_timeout(Some(Duration::from_secs(20)))?;
    stream.write_all(request.as_bytes())?;
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes)?;
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let broken = || io::Error::new(io::ErrorKind::UnexpectedEof, "the answer breaks off");
    let (head, body) = text.split_once("\r\n\r\n").ok_or_else(broken)?;
    let status = head.get(9..12).and_then(|s| s.parse().ok()).ok_or_else(broken)?;
    let header = |name: &str| {
        let mut lines = head.lines().filter_map(|l| l.split_once(": "));
        lines.find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, v)| v.to_owned())
    };
    if header("content-length").and_then(|l| l.parse::<usize>().ok()).is_some_and(|l| body.len() < l) {
        return Err(broken());
    }
    Ok(Page { status, location: header("location").unwrap_or_default(), text: body.to_owned() })
}
