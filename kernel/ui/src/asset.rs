use std::borrow::Cow;
use std::sync::OnceLock;

use rust_embed::RustEmbed;

#[derive(RustEmbed)]
#[folder = "dist/"]
struct Dist;

/// A file for the browser: style, script, font.
#[derive(Clone, Debug)]
pub struct Asset {
    /// The content.
    pub bytes: Cow<'static, [u8]>,
    /// For `Content-Type`.
    pub media_type: String,
    /// For `ETag`, with its quotes.
    pub etag: String,
}

/// The file at `path` under `dist/`, for example `app.css` or `fonts/source-sans-3-latin-wght-normal.woff2`.
#[must_use]
pub fn asset(path: &str) -> Option<Asset> {
    let file = Dist::get(path)?;
    let media_type = match path.rsplit_once('.').map_or("", |(_, ending)| ending) {
        "css" => "text/css; charset=utf-8".to_owned(),
        "js" => "text/javascript; charset=utf-8".to_owned(),
        "svg" => "image/svg+xml".to_owned(),
        "woff2" => "font/woff2".to_owned(),
        _ => file.metadata.mimetype().to_owned(),
    };
    let etag = format!("\"{}\"", hex(&file.metadata.sha256_hash(), 16));
    Some(Asset { bytes: file.data, media_type, etag })
}

/// The names of all files.
pub fn assets() -> impl Iterator<Item = Cow<'static, str>> {
    Dist::iter()
}

/// `/assets/<hash>/<path>`: the hash is of all files together, so that what a style sheet names relatively changes
/// its address too, and every answer may be kept for ever.
#[must_use]
pub fn asset_url(path: &str) -> String {
    static HASH: OnceLock<String> = OnceLock::new();
    let hash = HASH.get_or_init(|| {
        let mut mixed = [0u8; 32];
        for file in Dist::iter().filter_map(|name| Dist::get(&name)) {
            // Order does not matter and every file counts: addition of the hashes, byte by byte.
            for (into, from) in mixed.iter_mut().zip(file.metadata.sha256_hash()) {
                *into = into.wrapping_add(from);
            }
        }
        hex(&mixed, 6)
    });
    format!("/assets/{hash}/{path}")
}

fn hex(bytes: &[u8], length: usize) -> String {
    bytes.iter().take(length).map(|b| format!("{b:02x}")).collect()
}

pub(crate) fn icon_file(name: &str) -> Option<String> {
    let file = Dist::get(&format!("icons/{name}.svg"))?;
    String::from_utf8(file.data.into_owned()).ok()
}
