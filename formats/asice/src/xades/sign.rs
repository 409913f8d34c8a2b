//! Making a XAdES baseline B signature: first the bytes to be signed, then, with the raw signature, the file.
//!
//! Between the two the signing may happen anywhere: in a card, a security module, or a remote service.

use chrono::{DateTime, Utc};
use thiserror::Error;

use super::{ASIC, SIGNED_PROPERTIES, XADES, read};
use crate::{
    container::{
        name,
        write::{File, WriteError, check_names},
    },
    pki::{
        Certificate, EcdsaForm, SignatureAlgorithm,
        algorithm::verify,
        ber::{der, tag},
    },
    verdict,
    xml::{
        c14n::{self, Canonical},
        dom::{Document, Limits, XmlError},
        escaped,
        signature::DS,
    },
};

const EXCLUSIVE: &str = "http://www.w3.org/2001/10/xml-exc-c14n#";

/// What a signature is to say.
#[derive(Clone, Debug)]
pub struct Draft<'d> {
    /// The signature's identifier: a name as XML has them, unlike any other in the container.
    pub id: String,
    /// The signer's certificate.
    pub signer: &'d Certificate,
    /// The algorithm; it must be of the certificate's key.
    pub algorithm: SignatureAlgorithm,
    /// The claimed time.
    pub at: DateTime<Utc>,
    /// Roles that the signer claims.
    pub roles: Vec<String>,
    /// Where: city, then country.
    pub place: Option<(String, String)>,
}

/// A file by its digest, where the content itself is not at hand.
#[derive(Clone, Debug)]
pub struct Digested {
    /// Its name in the container.
    pub name: String,
    /// Its media type.
    pub media_type: String,
    /// Its digest, by the digest of the algorithm.
    pub digest: Vec<u8>,
}

/// A signature that waits for its value.
#[derive(Clone, Debug)]
pub struct Prepared {
    before: String,
    after: String,
    to_be_signed: Vec<u8>,
    algorithm: SignatureAlgorithm,
    signer: Certificate,
}

/// Why a signature is not made.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum SignError {
    /// The files cannot stand in one container.
    #[error(transparent)]
    Files(#[from] WriteError),
    /// The algorithm has no name in XML.
    #[error("an algorithm that XML signatures do not know")]
    Algorithm,
    /// The raw signature is not the certificate's over these bytes.
    #[error("the signature is not by the key of the certificate")]
    Foreign,
    /// An identifier that is no XML name.
    #[error("not an XML name")]
    Id,
    /// What was written cannot be read back.
    #[error(transparent)]
    Xml(#[from] XmlError),
}

impl Draft<'_> {
    /// Prepares a signature over these files.
    ///
    /// # Errors
    /// If it cannot be made as drafted.
    pub fn prepare(&self, files: &[File<'_>]) -> Result<Prepared, SignError> {
        check_names(files)?;
        let hash = self.algorithm.hash();
        let digested: Vec<Digested> = files
            .iter()
            .map(|f| Digested {
                name: f.name.to_owned(),
                media_type: f.media_type.to_owned(),
                digest: hash.digest(f.content),
            })
            .collect();
        self.prepare_digested(&digested)
    }

    /// Prepares a signature over files that are known by their digests.
    ///
    /// # Errors
    /// If it cannot be made as drafted.
    pub fn prepare_digested(&self, files: &[Digested]) -> Result<Prepared, SignError> {
        let method = self.algorithm.uri().ok_or(SignError::Algorithm)?;
        let named = !self.id.is_empty() && self.id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        if !named || !self.id.starts_with(|c: char| c.is_ascii_alphabetic()) {
            return Err(SignError::Id);
        }
        let id = &self.id;
        let object = self.object(files);
        let head = format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"no\"?>\n<asic:XAdESSignatures xmlns:asic=\"{ASIC}\" \
             xmlns:ds=\"{DS}\" xmlns:xades=\"{XADES}\"><ds:Signature Id=\"{id}\">"
        );
        let tail = "</ds:Signature></asic:XAdESSignatures>";
        let properties = canonical(&format!("{head}{object}{tail}"), XADES, "SignedProperties")?;
        let hash = self.algorithm.hash();
        let info = self.signed_info(method, files, &hash.digest(&properties));
        let to_be_signed = canonical(&format!("{head}{info}{object}{tail}"), DS, "SignedInfo")?;
        let certificate = base64(self.signer.der());
        Ok(Prepared {
            before: format!("{head}{info}<ds:SignatureValue Id=\"{id}-value\">"),
            after: format!(
                "</ds:SignatureValue><ds:KeyInfo><ds:X509Data><ds:X509Certificate>{certificate}</ds:X509Certificate>\
                 </ds:X509Data></ds:KeyInfo>{object}{tail}"
            ),
            to_be_signed,
            algorithm: self.algorithm,
            signer: self.signer.clone(),
        })
    }

    fn signed_info(&self, method: &str, files: &[Digested], properties: &[u8]) -> String {
        let (id, digest_method) = (&self.id, self.algorithm.hash().uri());
        let mut out = format!(
            "<ds:SignedInfo><ds:CanonicalizationMethod Algorithm=\"{EXCLUSIVE}\"/>\
             <ds:SignatureMethod Algorithm=\"{method}\"/>"
        );
        for (index, file) in files.iter().enumerate() {
            out.push_str(&format!(
                "<ds:Reference Id=\"{id}-r{index}\" URI=\"{}\"><ds:DigestMethod Algorithm=\"{digest_method}\"/>\
                 <ds:DigestValue>{}</ds:DigestValue></ds:Reference>",
                escaped(&name::percent_encoded(&file.name)),
                base64(&file.digest)
            ));
        }
        out.push_str(&format!(
            "<ds:Reference Id=\"{id}-rp\" Type=\"{SIGNED_PROPERTIES}\" URI=\"#{id}-sp\"><ds:Transforms>\
             <ds:Transform Algorithm=\"{EXCLUSIVE}\"/></ds:Transforms><ds:DigestMethod Algorithm=\"{digest_method}\"/>\
             <ds:DigestValue>{}</ds:DigestValue></ds:Reference></ds:SignedInfo>",
            base64(properties)
        ));
        out
    }

    fn object(&self, files: &[Digested]) -> String {
        let id = &self.id;
        let hash = self.algorithm.hash();
        let mut formats = String::new();
        for (index, file) in files.iter().enumerate() {
            formats.push_str(&format!(
                "<xades:DataObjectFormat ObjectReference=\"#{id}-r{index}\"><xades:MimeType>{}</xades:MimeType>\
                 </xades:DataObjectFormat>",
                escaped(&file.media_type)
            ));
        }
        format!(
            "<ds:Object><xades:QualifyingProperties Target=\"#{id}\"><xades:SignedProperties Id=\"{id}-sp\">\
             <xades:SignedSignatureProperties><xades:SigningTime>{}</xades:SigningTime><xades:SigningCertificateV2>\
             <xades:Cert><xades:CertDigest><ds:DigestMethod Algorithm=\"{}\"/><ds:DigestValue>{}</ds:DigestValue>\
             </xades:CertDigest><xades:IssuerSerialV2>{}</xades:IssuerSerialV2></xades:Cert></xades:SigningCertificateV2>\
             {}{}</xades:SignedSignatureProperties><xades:SignedDataObjectProperties>{formats}\
             </xades:SignedDataObjectProperties></xades:SignedProperties></xades:QualifyingProperties></ds:Object>",
            verdict::moment(self.at),
            hash.uri(),
            base64(&self.signer.fingerprint(hash)),
            base64(&issuer_serial(self.signer)),
            self.place(),
            self.role(),
        )
    }

    fn place(&self) -> String {
        let Some((city, country)) = &self.place else { return String::new() };
        format!(
            "<xades:SignatureProductionPlaceV2><xades:City>{}</xades:City><xades:CountryName>{}</xades:CountryName>\
             </xades:SignatureProductionPlaceV2>",
            escaped(city),
            escaped(country)
        )
    }

    fn role(&self) -> String {
        if self.roles.is_empty() {
            return String::new();
        }
        let roles: String =
            self.roles.iter().map(|r| format!("<xades:ClaimedRole>{}</xades:ClaimedRole>", escaped(r))).collect();
        format!("<xades:SignerRoleV2><xades:ClaimedRoles>{roles}</xades:ClaimedRoles></xades:SignerRoleV2>")
    }
}

/// DER of IssuerSerial (RFC 5035): the issuer as a directory name, and the serial number.
fn issuer_serial(cert: &Certificate) -> Vec<u8> {
    let name = der::tlv(tag::context_constructed(4), cert.issuer.der());
    der::sequence(&[&der::sequence(&[&name]), &der::tlv(tag::INTEGER, &cert.serial)])
}

fn canonical(xml: &str, ns: &str, local: &str) -> Result<Vec<u8>, SignError> {
    let doc = Document::parse(xml.as_bytes(), Limits::SIGNATURE)?;
    let node = doc.descendants(doc.root()).find(|n| doc.is(*n, ns, local)).ok_or(SignError::Id)?;
    Ok(c14n::canonical(&doc, node, &Canonical::EXCLUSIVE))
}

pub(super) fn base64(bytes: &[u8]) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(bytes)
}

impl Prepared {
    /// What the signer signs.
    #[must_use]
    pub fn to_be_signed(&self) -> &[u8] {
        &self.to_be_signed
    }

    /// Its digest, for signers that take a digest.
    #[must_use]
    pub fn digest(&self) -> Vec<u8> {
        self.algorithm.hash().digest(&self.to_be_signed)
    }

    /// The signature file, with the raw signature: for ECDSA both numbers side by side, or as DER.
    ///
    /// # Errors
    /// If the signature is not the certificate's: a wrong one never gets into a container.
    pub fn finish(&self, signature: &[u8]) -> Result<Vec<u8>, SignError> {
        let raw = match self.algorithm {
            SignatureAlgorithm::Ecdsa(_) => raw_ecdsa(&self.signer, signature),
            _ => signature.to_vec(),
        };
        verify(&self.signer.key, self.algorithm, EcdsaForm::Raw, &self.to_be_signed, &raw)
            .map_err(|_| SignError::Foreign)?;
        Ok(format!("{}{}{}", self.before, base64(&raw), self.after).into_bytes())
    }
}

/// ECDSA as XML has it, whatever the device gave.
fn raw_ecdsa(signer: &Certificate, signature: &[u8]) -> Vec<u8> {
    let crate::pki::PublicKey::Ec { curve, .. } = &signer.key else { return signature.to_vec() };
    crate::pki::algorithm::ecdsa_der_to_raw(signature, *curve).unwrap_or_else(|_| signature.to_vec())
}

/// Whether an identifier is already used in a signature file.
#[must_use]
pub fn uses_id(file: &[u8], id: &str) -> bool {
    let Ok(doc) = Document::parse(file, Limits::SIGNATURE) else { return false };
    let nodes = read::signatures(&doc, "").unwrap_or_default();
    nodes.iter().any(|n| doc.attribute(*n, "Id") == Some(id))
}
