//! The media types that carry text we read.

/// What a file is read as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    Pdf,
    Docx,
    Odt,
    /// With the character set named beside the type, if there was one.
    Plain,
}

/// The format of a media type; its parameters are not part of it.
pub fn of(media_type: &str) -> Option<Format> {
    let essence = media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    match essence.as_str() {
        "application/pdf" => Some(Format::Pdf),
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document" => Some(Format::Docx),
        "application/vnd.oasis.opendocument.text" => Some(Format::Odt),
        "text/plain" => Some(Format::Plain),
        _ => None,
    }
}

pub fn is_known(media_type: &str) -> bool {
    of(media_type).is_some()
}

/// `charset` of a media type, without quotes.
pub fn charset(media_type: &str) -> Option<&str> {
    media_type.split(';').skip(1).find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        name.trim().eq_ignore_ascii_case("charset").then(|| value.trim().trim_matches('"'))
    })
}
