//! What can be found on a container or a signature: codes, weight, words.

use serde::Serialize;

use crate::xml::dom::XmlError;

/// How much a finding weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing.
    Info,
    /// Not as it should be; changes no verdict.
    Warning,
    /// Decides the verdict.
    Error,
}

/// The sub-indications of ETSI EN 319 102-1 that are given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[expect(missing_docs, reason = "the names are the standard's")]
pub enum Sub {
    // TOTAL-FAILED, gravest first.
    HashFailure,
    SigCryptoFailure,
    FormatFailure,
    Revoked,
    Expired,
    NotYetValid,
    // INDETERMINATE, gravest first.
    SignedDataNotFound,
    NoSigningCertificateFound,
    NoCertificateChainFound,
    NoCertificateChainFoundNoPoe,
    CertificateChainGeneralFailure,
    ChainConstraintsFailure,
    SigConstraintsFailure,
    CryptoConstraintsFailure,
    CryptoConstraintsFailureNoPoe,
    PolicyProcessingError,
    SignaturePolicyNotAvailable,
    TimestampOrderFailure,
    RevokedNoPoe,
    RevokedCaNoPoe,
    OutOfBoundsNoPoe,
    OutOfBoundsNotRevoked,
    RevocationOutOfBoundsNoPoe,
    NoPoe,
    TryLater,
    Generic,
}

/// What a finding does to the verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Nothing; worth knowing.
    Note,
    /// Nothing; not as it should be.
    Warn,
    /// The signature cannot be judged to the end. On a container: it does not conform.
    Open(Sub),
    /// The signature is not valid. On a container: it does not conform.
    Fail(Sub),
}

impl Effect {
    /// The weight that is shown.
    #[must_use]
    pub fn severity(self) -> Severity {
        match self {
            Effect::Note => Severity::Info,
            Effect::Warn => Severity::Warning,
            Effect::Open(_) | Effect::Fail(_) => Severity::Error,
        }
    }
}

/// Something found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What.
    pub code: Code,
    /// On what: a name, a number, a reason. May be empty.
    pub detail: String,
}

impl Finding {
    /// A finding.
    #[must_use]
    pub fn new(code: Code, detail: impl Into<String>) -> Self {
        let mut detail: String = detail.into();
        // A hostile name must not swell the report.
        if detail.len() > 300 {
            detail = detail.chars().take(300).chain("…".chars()).collect();
        }
        Finding { code, detail }
    }

    /// The finding for XML that is not read.
    #[must_use]
    pub fn xml(error: &XmlError, name: &str) -> Self {
        let code = match error {
            XmlError::Limit(_) => Code::XmlLimit,
            XmlError::Dtd(_) => Code::XmlDtd,
            XmlError::Entity(_) => Code::XmlEntity,
            XmlError::Encoding => Code::XmlEncoding,
            XmlError::Namespace(_) | XmlError::Syntax { .. } => Code::XmlMalformed,
        };
        Finding::new(code, format!("{name}: {error}"))
    }

    /// The words in English.
    #[must_use]
    pub fn english(&self) -> String {
        self.words(self.code.row().2)
    }

    /// The words in Latvian.
    #[must_use]
    pub fn latvian(&self) -> String {
        self.words(self.code.row().3)
    }

    fn words(&self, text: &str) -> String {
        if self.detail.is_empty() { text.to_owned() } else { format!("{text}: {}", self.detail) }
    }
}

macro_rules! codes {
    ($($name:ident $code:literal $effect:expr, $en:literal, $lv:literal;)*) => {
        /// What can be found.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Code {
            $(#[doc = $en] $name,)*
        }

        impl Code {
            /// Every code.
            pub const ALL: &'static [Code] = &[$(Code::$name,)*];

            fn row(self) -> (&'static str, Effect, &'static str, &'static str) {
                use Effect::{Fail, Note, Open, Warn};
                match self {
                    $(Code::$name => ($code, $effect, $en, $lv),)*
                }
            }
        }
    };
}

impl Code {
    /// The code in reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.row().0
    }

    /// What it does where no policy says otherwise.
    #[must_use]
    pub fn effect(self) -> Effect {
        self.row().1
    }
}

codes! {
    // The container.
    FileUnreadable "file-unreadable" Fail(Sub::FormatFailure), "The file cannot be read", "Datni nevar nolasīt";
    NotAContainer "not-a-container" Fail(Sub::FormatFailure), "Neither a ZIP container nor a PDF", "Nav ne ZIP konteiners, ne PDF";
    ZipTruncated "zip-truncated" Fail(Sub::FormatFailure), "The container is cut off or its lengths lie", "Konteiners ir nogriezts, vai tā garumi melo";
    ZipHeadersDisagree "zip-headers-disagree" Fail(Sub::FormatFailure), "Local headers and directory of the container contradict each other", "Konteinera vietējie virsraksti un saturs ir pretrunā";
    ZipBomb "zip-bomb" Fail(Sub::FormatFailure), "The container unpacks to far more than its size allows", "Konteiners izpakojas daudz lielāks, nekā pieļaujams";
    ZipLimit "zip-limit" Fail(Sub::FormatFailure), "The container has more entries or bytes than are read", "Konteinerā ir vairāk ierakstu vai baitu, nekā tiek lasīts";
    ZipMethod "zip-method" Fail(Sub::FormatFailure), "Compressed by a method that containers may not use", "Saspiests ar metodi, ko konteineri nedrīkst lietot";
    ZipEncrypted "zip-encrypted" Fail(Sub::FormatFailure), "An encrypted entry", "Šifrēts ieraksts";
    ZipChecksum "zip-checksum" Fail(Sub::FormatFailure), "Content does not match its checksum", "Saturs neatbilst kontrolsummai";
    ZipMultipart "zip-multipart" Fail(Sub::FormatFailure), "A part of a container split over several files", "Daļa no vairākās datnēs sadalīta konteinera";
    ZipLeadingBytes "zip-leading-bytes" Fail(Sub::FormatFailure), "Bytes stand in front of the container", "Konteinera priekšā ir lieki baiti";
    ZipStrayBytes "zip-stray-bytes" Warn, "Bytes in the container belong to no entry", "Konteinerā ir baiti, kas nepieder nevienam ierakstam";
    NameDuplicate "name-duplicate" Fail(Sub::FormatFailure), "Two entries have the same name", "Diviem ierakstiem ir viens nosaukums";
    NameAmbiguous "name-ambiguous" Fail(Sub::FormatFailure), "Two names that readers may confuse", "Divi nosaukumi, kurus var sajaukt";
    NameTraversal "name-traversal" Fail(Sub::FormatFailure), "A name that leads out of the container", "Nosaukums, kas ved ārpus konteinera";
    NameInvalid "name-invalid" Fail(Sub::FormatFailure), "A name with characters that names may not have", "Nosaukums ar neatļautām zīmēm";
    NameEncoding "name-encoding" Fail(Sub::FormatFailure), "A name that is not UTF-8", "Nosaukums nav UTF-8 kodējumā";
    MimetypeMissing "mimetype-missing" Fail(Sub::FormatFailure), "The file mimetype is missing", "Trūkst datnes mimetype";
    MimetypeNotFirst "mimetype-not-first" Fail(Sub::FormatFailure), "The file mimetype is not the first", "Datne mimetype nav pirmā";
    MimetypeCompressed "mimetype-compressed" Warn, "The file mimetype is compressed", "Datne mimetype ir saspiesta";
    MimetypeExtraField "mimetype-extra-field" Warn, "The file mimetype has an extra field", "Datnei mimetype ir papildlauks";
    MimetypeWrong "mimetype-wrong" Fail(Sub::FormatFailure), "The file mimetype names another type", "Datne mimetype nosauc citu veidu";
    ContainerUnknown "container-unknown" Fail(Sub::FormatFailure), "Not a signed container of a known kind", "Nav zināma veida parakstīts konteiners";
    ContainerAsicS "container-asic-s" Note, "An ASiC-S container", "ASiC-S konteiners";
    ManifestMissing "manifest-missing" Warn, "META-INF/manifest.xml is missing", "Trūkst META-INF/manifest.xml";
    ManifestInvalid "manifest-invalid" Fail(Sub::FormatFailure), "META-INF/manifest.xml is not a manifest", "META-INF/manifest.xml nav manifests";
    ManifestMediaType "manifest-media-type" Warn, "The manifest gives the container another media type", "Manifests konteineram norāda citu veidu";
    ManifestFileAbsent "manifest-file-absent" Fail(Sub::FormatFailure), "A file of the manifest is not in the container", "Manifestā minētās datnes konteinerā nav";
    ManifestFileUnlisted "manifest-file-unlisted" Fail(Sub::FormatFailure), "A file in the container is not in the manifest", "Konteinera datne nav manifestā";
    ManifestDuplicate "manifest-duplicate" Fail(Sub::FormatFailure), "A file stands twice in the manifest", "Datne manifestā minēta divreiz";
    ManifestListsSignature "manifest-lists-signature" Warn, "The manifest lists a signature file", "Manifestā minēta paraksta datne";
    ManifestTypeDiffers "manifest-type-differs" Open(Sub::SigConstraintsFailure), "Manifest and signature name different media types of a file", "Manifests un paraksts datnei norāda atšķirīgu veidu";
    NoSignatures "no-signatures" Warn, "There is no signature", "Paraksta nav";
    TooManySignatures "too-many-signatures" Fail(Sub::FormatFailure), "More signatures than are judged", "Vairāk parakstu, nekā tiek pārbaudīts";
    CadesContainer "cades-container" Open(Sub::Generic), "Signed with CMS (CAdES) in the container, which is not judged", "Konteinerā ir CMS (CAdES) paraksts, ko nepārbauda";
    ContainerDecides "container-not-conforming" Fail(Sub::FormatFailure), "The container does not conform", "Konteiners neatbilst prasībām";
    NestedContainer "nested-container" Note, "A signed container inside; its own signatures are to be judged apart", "Iekšā ir parakstīts konteiners; tā paraksti jāpārbauda atsevišķi";
    CounterSignature "counter-signature" Note, "Counter-signed; the counter-signature is not judged", "Ir pretparaksts; tas netiek pārbaudīts";

    // XML.
    XmlMalformed "xml-malformed" Fail(Sub::FormatFailure), "Not well-formed XML", "Nav pareizi veidots XML";
    XmlDtd "xml-dtd" Fail(Sub::FormatFailure), "XML with a document type declaration, which could expand or fetch entities", "XML ar dokumenta tipa deklarāciju, kas varētu izvērst vai ielādēt entītijas";
    XmlEntity "xml-entity" Fail(Sub::FormatFailure), "XML with an undefined entity", "XML ar nedefinētu entītiju";
    XmlEncoding "xml-encoding" Fail(Sub::FormatFailure), "XML that is not UTF-8", "XML nav UTF-8 kodējumā";
    XmlLimit "xml-limit" Fail(Sub::FormatFailure), "XML larger or deeper than is read", "XML ir lielāks vai dziļāks, nekā tiek lasīts";
    XmlIdDuplicate "xml-id-duplicate" Fail(Sub::FormatFailure), "An identifier stands twice: signature wrapping is possible", "Identifikators atkārtojas: iespējama paraksta pārvietošana";
    SignatureFileInvalid "signature-file-invalid" Fail(Sub::FormatFailure), "Not a signature file", "Nav paraksta datne";

    // The signature's form.
    SignatureMalformed "signature-malformed" Fail(Sub::FormatFailure), "The signature lacks a part or has one too many", "Parakstam trūkst daļas, vai kāda ir lieka";
    SchemaOrder "schema-order" Warn, "Parts of the signature are not in the order of its schema", "Paraksta daļas nav shēmas secībā";
    AlgorithmUnknown "algorithm-unknown" Open(Sub::CryptoConstraintsFailure), "An algorithm that is not known", "Nezināms algoritms";
    AlgorithmWeak "algorithm-weak" Open(Sub::CryptoConstraintsFailure), "An algorithm that no longer proves anything", "Algoritms, kas vairs neko nepierāda";
    AlgorithmSha1 "algorithm-sha1" Open(Sub::CryptoConstraintsFailure), "SHA-1 where content must be protected", "SHA-1 tur, kur jāaizsargā saturs";
    AlgorithmSha1Minor "algorithm-sha1-minor" Warn, "SHA-1 in a time stamp or a revocation answer", "SHA-1 laika zīmogā vai atsaukšanas atbildē";
    KeyWeak "key-weak" Open(Sub::CryptoConstraintsFailure), "The signer's key is too short", "Parakstītāja atslēga ir par īsu";
    TransformForbidden "transform-forbidden" Fail(Sub::FormatFailure), "A transformation that could hide what is signed", "Pārveidojums, kas var slēpt parakstīto";
    ReferenceUnresolved "reference-unresolved" Open(Sub::SignedDataNotFound), "A signed file is not in the container", "Parakstītās datnes konteinerā nav";
    ReferenceExternal "reference-external" Fail(Sub::FormatFailure), "A reference to something outside the container", "Norāde uz kaut ko ārpus konteinera";
    ReferenceDuplicate "reference-duplicate" Fail(Sub::FormatFailure), "A file is referred to twice", "Uz datni norādīts divreiz";
    ReferenceEncoding "reference-encoding" Warn, "A reference is not percent-encoded as it should be", "Norāde nav kodēta, kā pienākas";
    DigestMismatch "digest-mismatch" Fail(Sub::HashFailure), "Changed after signing", "Pēc parakstīšanas mainīts";
    SignatureValueInvalid "signature-value-invalid" Fail(Sub::SigCryptoFailure), "The signature value is not the signer's", "Paraksta vērtība nav parakstītāja";
    FileUnsigned "file-unsigned" Fail(Sub::FormatFailure), "A file in the container is not signed", "Konteinera datne nav parakstīta";
    NothingSigned "nothing-signed" Fail(Sub::FormatFailure), "No file is signed", "Nav parakstīta neviena datne";
    SignedPropertiesMissing "signed-properties-missing" Fail(Sub::FormatFailure), "The signature does not cover its signed properties", "Paraksts neaptver parakstītās īpašības";
    SignedPropertiesWrapped "signed-properties-wrapped" Fail(Sub::FormatFailure), "The signed properties that are covered are not the signature's own: wrapping", "Parakstītās īpašības nav šī paraksta: pārvietošana";
    SigningCertificateMissing "signing-certificate-missing" Open(Sub::NoSigningCertificateFound), "The signer's certificate is missing", "Trūkst parakstītāja sertifikāta";
    SigningCertificateUnreferenced "signing-certificate-unreferenced" Fail(Sub::FormatFailure), "The signature does not name the signer's certificate", "Paraksts nenosauc parakstītāja sertifikātu";
    SigningCertificateOther "signing-certificate-other" Open(Sub::NoSigningCertificateFound), "The signature names another certificate than the one given", "Paraksts nosauc citu sertifikātu nekā pievienotais";
    SigningCertificateIssuer "signing-certificate-issuer" Warn, "Issuer or number of the signer's certificate is written otherwise", "Parakstītāja sertifikāta izdevējs vai numurs rakstīts citādi";
    SigningTimeMissing "signing-time-missing" Warn, "The signature does not say when it was made", "Paraksts nenorāda parakstīšanas laiku";
    PolicyUnknown "signature-policy-unknown" Warn, "A signature policy that is not known", "Nezināma paraksta politika";
    PolicyHash "signature-policy-hash" Warn, "The signature policy's digest is not the known one", "Paraksta politikas kontrolvērtība nav zināmā";
    XadesTarget "qualifying-properties-target" Fail(Sub::FormatFailure), "The qualifying properties belong to another signature", "Kvalificējošās īpašības pieder citam parakstam";
    DataObjectFormat "data-object-format" Warn, "A signed file has no media type in the signature", "Parakstītai datnei parakstā nav veida";

    // PDF.
    PdfMalformed "pdf-malformed" Fail(Sub::FormatFailure), "The PDF is broken at a place that matters", "PDF ir bojāts būtiskā vietā";
    PdfLimit "pdf-limit" Fail(Sub::FormatFailure), "The PDF is larger, deeper or unpacks to more than is read", "PDF ir lielāks, dziļāks vai izpakojas apjomīgāks, nekā tiek lasīts";
    PdfEncrypted "pdf-encrypted" Open(Sub::Generic), "The PDF is encrypted", "PDF ir šifrēts";
    PdfCoverage "pdf-coverage" Fail(Sub::FormatFailure), "The signature does not cover its whole revision but its own value", "Paraksts neaptver visu savu PDF redakciju, izņemot paša vērtību";
    PdfChanged "pdf-changed-after-signing" Fail(Sub::FormatFailure), "The PDF was changed after signing by more than further signatures and proofs", "PDF pēc parakstīšanas mainīts, un ne tikai pievienojot parakstus un pierādījumus";
    PdfNotPermitted "pdf-change-not-permitted" Fail(Sub::FormatFailure), "The first signature forbids what was done after it", "Pirmais paraksts neļauj vēlāk izdarīto";
    PdfFormsFilled "pdf-forms-filled" Warn, "Form fields were filled in after signing", "Pēc parakstīšanas aizpildīti veidlapas lauki";
    PdfSubFilter "pdf-sub-filter" Open(Sub::Generic), "A kind of PDF signature that is not judged", "PDF paraksta veids, ko nepārbauda";

    // The signer.
    ChainMissing "chain-missing" Open(Sub::NoCertificateChainFound), "The signer's certificate leads to no trusted service", "Parakstītāja sertifikāts neved pie uzticama pakalpojuma";
    ChainStatus "chain-service-status" Open(Sub::NoCertificateChainFound), "The issuing service was not granted at that time", "Izdevēja pakalpojums tajā laikā nebija atļauts";
    ChainInvalid "chain-invalid" Open(Sub::CertificateChainGeneralFailure), "The chain of certificates does not hold", "Sertifikātu ķēde nav derīga";
    CertificateMalformed "certificate-malformed" Fail(Sub::FormatFailure), "A certificate cannot be read", "Sertifikātu nevar nolasīt";
    CertificateNotYetValid "certificate-not-yet-valid" Fail(Sub::NotYetValid), "The certificate was not yet valid when it was used", "Sertifikāts lietošanas brīdī vēl nebija derīgs";
    CertificateExpired "certificate-expired" Open(Sub::OutOfBoundsNoPoe), "The certificate had expired when the time stamp was made", "Sertifikāta derīgums laika zīmoga brīdī bija beidzies";
    CertificateExpiredNoPoe "certificate-expired-no-poe" Open(Sub::OutOfBoundsNoPoe), "The certificate has expired and nothing proves that the signature is older", "Sertifikāts beidzies, un nekas nepierāda, ka paraksts ir senāks";
    CertificateUsage "certificate-usage" Open(Sub::ChainConstraintsFailure), "The certificate is not meant for signing documents", "Sertifikāts nav paredzēts dokumentu parakstīšanai";
    CertificateRevoked "certificate-revoked" Fail(Sub::Revoked), "The certificate had been revoked", "Sertifikāts bija atsaukts";
    CertificateRevokedNoPoe "certificate-revoked-no-poe" Open(Sub::RevokedNoPoe), "The certificate is revoked and nothing proves that the signature is older", "Sertifikāts ir atsaukts, un nekas nepierāda, ka paraksts ir senāks";
    CertificateStatusUnknown "certificate-status-unknown" Open(Sub::TryLater), "The issuer does not know the certificate", "Izdevējs sertifikātu nepazīst";
    RevocationMissing "revocation-missing" Open(Sub::TryLater), "Nothing says whether the certificate was revoked", "Nav ziņu, vai sertifikāts bija atsaukts";
    RevocationForeign "revocation-foreign" Open(Sub::TryLater), "The revocation answer is about another certificate", "Atsaukšanas atbilde ir par citu sertifikātu";
    RevocationInvalid "revocation-invalid" Open(Sub::TryLater), "The revocation answer is not genuine", "Atsaukšanas atbilde nav īsta";
    RevocationResponder "revocation-responder" Open(Sub::TryLater), "The revocation answer's signer may not give it", "Atsaukšanas atbildes parakstītājs nav tiesīgs to dot";
    RevocationBeforeSigning "revocation-before-timestamp" Open(Sub::TryLater), "The revocation answer is older than the time stamp", "Atsaukšanas atbilde ir vecāka par laika zīmogu";
    RevocationNotFresh "revocation-not-fresh" Warn, "The revocation answer is more than 15 minutes younger than the time stamp", "Atsaukšanas atbilde ir vairāk nekā 15 minūtes jaunāka par laika zīmogu";
    RevocationOutdated "revocation-outdated" Open(Sub::TryLater), "The revocation answer is too old to say something about now", "Atsaukšanas atbilde ir par vecu, lai liecinātu par šo brīdi";
    RevocationLate "revocation-late" Warn, "The revocation answer is more than a day younger than the time stamp", "Atsaukšanas atbilde ir vairāk nekā dienu jaunāka par laika zīmogu";
    RevocationNotQualified "revocation-not-qualified" Warn, "The revocation answer is of a service that is not qualified", "Atsaukšanas atbildi devis nekvalificēts pakalpojums";
    RevocationUncovered "revocation-issuer-missing" Note, "Nothing says whether the issuing authority was revoked", "Nav ziņu, vai izdevēja sertifikāts bija atsaukts";

    // Time.
    TimeMissing "timestamp-missing" Warn, "There is no time stamp", "Laika zīmoga nav";
    LevelTooLow "level-too-low" Open(Sub::SigConstraintsFailure), "The policy asks for a higher level", "Politika prasa augstāku līmeni";
    TimestampMalformed "timestamp-malformed" Open(Sub::NoPoe), "The time stamp cannot be read", "Laika zīmogu nevar nolasīt";
    TimestampForeign "timestamp-foreign" Open(Sub::NoPoe), "The time stamp belongs to another signature", "Laika zīmogs pieder citam parakstam";
    TimestampInvalid "timestamp-invalid" Open(Sub::NoPoe), "The time stamp is not genuine", "Laika zīmogs nav īsts";
    TimestampUntrusted "timestamp-untrusted" Open(Sub::NoPoe), "The time stamp is of no trusted authority", "Laika zīmogu nav devis uzticams pakalpojums";
    TimestampNotQualified "timestamp-not-qualified" Warn, "The time stamp is not qualified", "Laika zīmogs nav kvalificēts";
    TimestampOrder "timestamp-order" Open(Sub::TimestampOrderFailure), "Time stamps contradict each other", "Laika zīmogi ir pretrunā";
    TimestampFuture "timestamp-future" Open(Sub::TimestampOrderFailure), "A time stamp of the future", "Laika zīmogs no nākotnes";
    TimestampSeveral "timestamp-several" Note, "Several signature time stamps; the oldest good one counts", "Vairāki paraksta laika zīmogi; der senākais derīgais";
    TimestampIgnored "timestamp-ignored" Note, "A time stamp of a kind that is not used here", "Laika zīmoga veids, ko šeit neizmanto";
    TimestampOtherFailed "timestamp-other-failed" Warn, "Another time stamp does not hold", "Kāds cits laika zīmogs nav derīgs";
    ArchiveTimestampUntrusted "archive-timestamp-untrusted" Warn, "An archive time stamp proves nothing", "Arhīva laika zīmogs neko nepierāda";
    ArchiveTimestampFailed "archive-timestamp-failed" Open(Sub::NoPoe), "The archive time stamp does not hold", "Arhīva laika zīmogs nav derīgs";
    TimeMark "time-mark" Note, "The time is proven by the revocation answer (BDOC time-mark)", "Laiku pierāda atsaukšanas atbilde (BDOC laika atzīme)";
    TimeMarkNonce "time-mark-nonce" Fail(Sub::SigCryptoFailure), "The time-mark is of another signature", "Laika atzīme pieder citam parakstam";
    TimeMarkMissing "time-mark-missing" Fail(Sub::FormatFailure), "The signature promises a time-mark and has none", "Paraksts sola laika atzīmi, bet tās nav";
    SigningTimeOff "signing-time-off" Warn, "The claimed signing time is far from the proven one", "Norādītais parakstīšanas laiks ir tālu no pierādītā";

    // Trust.
    TrustListStale "trust-list-stale" Warn, "A trust list is past its next update", "Uzticamības saraksta atjaunošanas termiņš ir pagājis";
    NoTrustList "trust-list-none" Warn, "No trust list is given", "Uzticamības saraksts nav dots";
    NotQualified "not-qualified" Warn, "Not a qualified signature or seal", "Nav kvalificēts paraksts vai zīmogs";
    QualifiedSeal "qualified-seal" Note, "A qualified seal: proves origin, is not a person's signature", "Kvalificēts zīmogs: pierāda izcelsmi, nav personas paraksts";
    NotLegallySigned "not-legally-signed" Note, "Not signed in the sense of section 3(5) of the Electronic Documents Law", "Nav parakstīts Elektronisko dokumentu likuma 3. panta piektās daļas izpratnē";
}
