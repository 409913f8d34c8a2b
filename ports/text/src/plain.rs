//! Plain text: by its byte order mark, its declared character set, as UTF-8, or as the code page of old Baltic
//! Windows files.

use encoding_rs::{Encoding, UTF_8, WINDOWS_1257};

pub fn text(bytes: &[u8], charset: Option<&str>) -> String {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        let (text, _) = encoding.decode_without_bom_handling(bytes.get(mark..).unwrap_or_default());
        return text.into_owned();
    }
    let declared = charset.and_then(|label| Encoding::for_label(label.as_bytes()));
    for encoding in declared.into_iter().chain([UTF_8]) {
        if let Some(text) = encoding.decode_without_bom_handling_and_without_replacement(bytes) {
            return text.into_owned();
        }
    }
    WINDOWS_1257.decode_without_bom_handling(bytes).0.into_owned()
}
