//! Addresses of keys behind PKCS#11 modules (RFC 7512).

use std::path::PathBuf;

use crate::KeyError;

/// `pkcs11:token=…;object=…;id=%01?module-path=/…&pin-source=…`
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pkcs11Uri {
    /// The label of the token.
    pub token: Option<String>,
    /// The serial number of the token.
    pub serial: Option<String>,
    /// The label of the key and its certificate.
    pub object: Option<String>,
    /// The identifier of the key and its certificate.
    pub id: Option<Vec<u8>>,
    /// The module.
    pub module: Option<PathBuf>,
    /// The file that the PIN is in; a PIN itself is not taken from an address.
    pub pin_file: Option<PathBuf>,
}

impl Pkcs11Uri {
    /// Whether a text is meant as such an address.
    #[must_use]
    pub fn looks_like(text: &str) -> bool {
        text.starts_with("pkcs11:")
    }

    /// Reads an address.
    ///
    /// # Errors
    /// What in it is not understood.
    pub fn parse(text: &str) -> Result<Self, KeyError> {
        let wrong = |what: &str| KeyError::Uri(what.to_owned());
        let rest = text.strip_prefix("pkcs11:").ok_or_else(|| wrong("it does not begin with pkcs11:"))?;
        let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
        let mut uri = Self::default();
        let parts = path.split(';').chain(query.split('&')).filter(|part| !part.is_empty());
        for part in parts {
            let (name, value) = part.split_once('=').ok_or_else(|| wrong(part))?;
            let bytes = decoded(value).ok_or_else(|| wrong(part))?;
            let text = || String::from_utf8(bytes.clone()).map_err(|_| wrong(part));
            match name {
                "token" => uri.token = Some(text()?),
                "serial" => uri.serial = Some(text()?),
                "object" => uri.object = Some(text()?),
                "id" => uri.id = Some(bytes),
                "module-path" => uri.module = Some(text()?.into()),
                "pin-source" => {
                    let text = text()?;
                    uri.pin_file = Some(text.strip_prefix("file:").unwrap_or(&text).into());
                }
                "pin-value" => {
                    return Err(wrong("a PIN does not belong into an address: use pin-source or --password-env"));
                }
                // They narrow down what token and object say already.
                "type"
                | "manufacturer"
                | "model"
                | "slot-description"
                | "slot-manufacturer"
                | "library-description"
                | "library-manufacturer"
                | "library-version" => {}
                other => return Err(wrong(other)),
            }
        }
        Ok(uri)
    }
}

fn decoded(text: &str) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(text.len());
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        if byte != b'%' {
            out.push(byte);
            continue;
        }
        let digit = |b: Option<u8>| b.and_then(|b| char::from(b).to_digit(16));
        let (high, low) = (digit(bytes.next())?, digit(bytes.next())?);
        out.push(u8::try_from(high * 16 + low).ok()?);
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses() {
        let uri = Pkcs11Uri::parse(
            "pkcs11:token=Domes%20marka;object=z%C4%ABmogs;id=%01%fe;type=private?module-path=/usr/lib/a.so&pin-source=file:/run/pin",
        )
        .unwrap();
        assert_eq!(uri.token.as_deref(), Some("Domes marka"));
        assert_eq!(uri.object.as_deref(), Some("zīmogs"));
        assert_eq!(uri.id, Some(vec![1, 0xfe]));
        assert_eq!(uri.module, Some("/usr/lib/a.so".into()));
        assert_eq!(uri.pin_file, Some("/run/pin".into()));
        for wrong in [
            "http://a",
            "pkcs11:token",
            "pkcs11:token=%zz",
            "pkcs11:token=%ff",
            "pkcs11:colour=red",
            "pkcs11:?pin-value=1",
        ] {
            assert!(Pkcs11Uri::parse(wrong).is_err(), "{wrong}");
        }
    }
}
