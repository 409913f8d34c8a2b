//! The trust lists: a national one and a list of lists, signed as XML (ETSI TS 119 612).

use asice::{
    pki::Certificate,
    xml::{
        c14n::{Canonical, canonical},
        dom::{Document, Limits},
    },
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};

use crate::{
    SimError,
    pki::{Entity, Pki},
};

const TYPES: &str = "http://uri.etsi.org/TrstSvc/TrustedList/TSLType";
const RULES: &str = "http://uri.etsi.org/TrstSvc/TrustedList/schemerules";
const DS: &str = "http://www.w3.org/2000/09/xmldsig#";
const EXCLUSIVE: &str = "http://www.w3.org/2001/10/xml-exc-c14n#";

fn moment(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

fn service(kind: &str, title: &str, certificate: &Certificate) -> String {
    let uses = if kind == "CA/QC" {
        let one = |name: &str| {
            format!(
                "<Extension Critical=\"true\"><AdditionalServiceInformation><URI xml:lang=\"en\">\
                 http://uri.etsi.org/TrstSvc/TrustedList/SvcInfoExt/{name}</URI></AdditionalServiceInformation></Extension>"
            )
        };
        format!(
            "<ServiceInformationExtensions>{}{}</ServiceInformationExtensions>",
            one("ForeSignatures"),
            one("ForeSeals")
        )
    } else {
        String::new()
    };
    format!(
        "<TSPService><ServiceInformation>\
         <ServiceTypeIdentifier>http://uri.etsi.org/TrstSvc/Svctype/{kind}</ServiceTypeIdentifier>\
         <ServiceName><Name xml:lang=\"en\">{title}</Name></ServiceName>\
         <ServiceDigitalIdentity><DigitalId><X509Certificate>{}</X509Certificate></DigitalId></ServiceDigitalIdentity>\
         <ServiceStatus>http://uri.etsi.org/TrstSvc/TrustedList/Svcstatus/granted</ServiceStatus>\
         <StatusStartingTime>2025-01-01T00:00:00Z</StatusStartingTime>{uses}</ServiceInformation></TSPService>",
        STANDARD.encode(certificate.der())
    )
}

fn scheme(kind: &str, territory: &str, number: u64, pointers: &str, at: DateTime<Utc>) -> String {
    let address = |element: &str, value: &str| format!("<{element} xml:lang=\"en\">{value}</{element}>");
    let (uri, name) = (address("URI", "http://127.0.0.1/"), address("Name", "Novads simulator"));
    format!(
        "<SchemeInformation><TSLVersionIdentifier>5</TSLVersionIdentifier><TSLSequenceNumber>{number}</TSLSequenceNumber>\
         <TSLType>{TYPES}/{kind}</TSLType><SchemeOperatorName>{name}</SchemeOperatorName>\
         <SchemeOperatorAddress><PostalAddresses><PostalAddress xml:lang=\"en\"><StreetAddress>-</StreetAddress>\
         <Locality>-</Locality><CountryName>LV</CountryName></PostalAddress></PostalAddresses>\
         <ElectronicAddress>{uri}</ElectronicAddress></SchemeOperatorAddress><SchemeName>{name}</SchemeName>\
         <SchemeInformationURI>{uri}</SchemeInformationURI>\
         <StatusDeterminationApproach>http://uri.etsi.org/TrstSvc/TrustedList/StatusDetn/EUappropriate</StatusDeterminationApproach>\
         <SchemeTypeCommunityRules><URI xml:lang=\"en\">{RULES}/EUcommon</URI></SchemeTypeCommunityRules>\
         <SchemeTerritory>{territory}</SchemeTerritory>\
         <PolicyOrLegalNotice><TSLLegalNotice xml:lang=\"en\">Made up.</TSLLegalNotice></PolicyOrLegalNotice>\
         <HistoricalInformationPeriod>65535</HistoricalInformationPeriod>{pointers}\
         <ListIssueDateTime>{}</ListIssueDateTime><NextUpdate><dateTime>{}</dateTime></NextUpdate></SchemeInformation>",
        moment(at),
        moment(at + TimeDelta::days(90))
    )
}

fn whole(inside: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<TrustServiceStatusList xmlns=\"http://uri.etsi.org/02231/v2#\" \
         xmlns:add=\"http://uri.etsi.org/02231/v2/additionaltypes#\" TSLTag=\"http://uri.etsi.org/19612/TSLTag\" Id=\"list\">\
         {inside}</TrustServiceStatusList>"
    )
}

/// The national list.
pub(crate) fn national(pki: &Pki, number: u64, at: DateTime<Utc>) -> Result<String, SimError> {
    let services = [
        service("CA/QC", "Simulated issuer", &pki.issuer.cert),
        service("Certstatus/OCSP/QC", "Simulated responder", &pki.responder.cert),
        service("TSA/QTST", "Simulated time stamps", &pki.stamper.cert),
    ]
    .concat();
    let name = "<Name xml:lang=\"en\">Simulated provider</Name>";
    let uri = "<URI xml:lang=\"en\">http://127.0.0.1/</URI>";
    let provider = format!(
        "<TrustServiceProviderList><TrustServiceProvider><TSPInformation><TSPName>{name}</TSPName>\
         <TSPTradeName>{name}</TSPTradeName><TSPAddress><PostalAddresses><PostalAddress xml:lang=\"en\">\
         <StreetAddress>-</StreetAddress><Locality>-</Locality><CountryName>LV</CountryName></PostalAddress></PostalAddresses>\
         <ElectronicAddress>{uri}</ElectronicAddress></TSPAddress><TSPInformationURI>{uri}</TSPInformationURI>\
         </TSPInformation><TSPServices>{services}</TSPServices></TrustServiceProvider></TrustServiceProviderList>"
    );
    signed(&whole(&format!("{}{provider}", scheme("EUgeneric", "LV", number, "", at))), &pki.lister)
}

/// The list of lists, which points to the national one.
pub(crate) fn of_lists(pki: &Pki, base: &str, number: u64, at: DateTime<Utc>) -> Result<String, SimError> {
    let signer = STANDARD.encode(pki.lister.cert.der());
    let pointer = |path: &str, kind: &str, territory: &str| {
        format!(
            "<OtherTSLPointer><ServiceDigitalIdentities><ServiceDigitalIdentity><DigitalId><X509Certificate>{signer}\
             </X509Certificate></DigitalId></ServiceDigitalIdentity></ServiceDigitalIdentities>\
             <TSLLocation>{base}{path}</TSLLocation><AdditionalInformation>\
             <OtherInformation><TSLType>{TYPES}/{kind}</TSLType></OtherInformation>\
             <OtherInformation><SchemeTerritory>{territory}</SchemeTerritory></OtherInformation>\
             <OtherInformation><add:MimeType>application/vnd.etsi.tsl+xml</add:MimeType></OtherInformation>\
             </AdditionalInformation></OtherTSLPointer>"
        )
    };
    let both = pointer("/lists/eu.xml", "EUlistofthelists", "EU") + &pointer("/lists/LV.xml", "EUgeneric", "LV");
    let pointers = format!("<PointersToOtherTSL>{both}</PointersToOtherTSL>");
    signed(&whole(&scheme("EUlistofthelists", "EU", number, &pointers, at)), &pki.lister)
}

/// Puts an enveloped signature at the end.
fn signed(list: &str, signer: &Entity) -> Result<String, SimError> {
    let hash = signer.key.algorithm().hash();
    let document = Document::parse(list.as_bytes(), Limits::TRUST_LIST).map_err(|_| SimError::List)?;
    let digest = STANDARD.encode(hash.digest(&canonical(&document, document.root(), &Canonical::EXCLUSIVE)));
    let method = signer.key.algorithm().uri().ok_or(SimError::List)?;
    // Written in its canonical form already.
    let info = format!(
        "<ds:SignedInfo xmlns:ds=\"{DS}\"><ds:CanonicalizationMethod Algorithm=\"{EXCLUSIVE}\"></ds:CanonicalizationMethod>\
         <ds:SignatureMethod Algorithm=\"{method}\"></ds:SignatureMethod><ds:Reference URI=\"\"><ds:Transforms>\
         <ds:Transform Algorithm=\"{DS}enveloped-signature\"></ds:Transform><ds:Transform Algorithm=\"{EXCLUSIVE}\"></ds:Transform>\
         </ds:Transforms><ds:DigestMethod Algorithm=\"{}\"></ds:DigestMethod><ds:DigestValue>{digest}</ds:DigestValue>\
         </ds:Reference></ds:SignedInfo>",
        hash.uri()
    );
    let value = STANDARD.encode(signer.key.sign_digest(&hash.digest(info.as_bytes()))?);
    let signature = format!(
        "<ds:Signature xmlns:ds=\"{DS}\" Id=\"list-signature\">{info}<ds:SignatureValue>{value}</ds:SignatureValue><ds:KeyInfo>\
         <ds:X509Data><ds:X509Certificate>{}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></ds:Signature>",
        STANDARD.encode(signer.cert.der())
    );
    Ok(list.replace("</TrustServiceStatusList>", &format!("{signature}</TrustServiceStatusList>")))
}
