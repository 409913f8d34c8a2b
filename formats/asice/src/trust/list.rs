//! Reading a trust list (ETSI TS 119 612): a national list or the European list of lists.

use chrono::{DateTime, Utc};

use super::service::{Criteria, Period, Qualification, Service, ServiceKind, Use};
use crate::pki::cert::decode_base64;
use crate::pki::{Certificate, PkiError, Result};
use crate::xml::dom::{Document, Limits, NodeId, XML_NS, XmlError};
use crate::xml::signature::verify_enveloped_bytes;

const TSL: &str = "http://uri.etsi.org/02231/v2#";
const MAX_SERVICES: usize = 20_000;
const MAX_CRITERIA_DEPTH: u8 = 8;
const KEY_USAGE_BITS: [&str; 9] = [
    "digitalSignature",
    "nonRepudiation",
    "keyEncipherment",
    "dataEncipherment",
    "keyAgreement",
    "keyCertSign",
    "crlSign",
    "encipherOnly",
    "decipherOnly",
];

/// A trust list that was read. Whether it is genuine is another question: see [`TrustList::parse_signed`].
#[derive(Debug, Clone)]
pub struct TrustList {
    /// Territory, for example `LV` or `EU`.
    pub territory: String,
    /// `TSLSequenceNumber`.
    pub sequence: u64,
    /// `TSLType`.
    pub kind: String,
    /// Who keeps the list.
    pub operator: String,
    /// When it was issued.
    pub issued: Option<DateTime<Utc>>,
    /// Until when the next one is due; `None` for a list that is closed.
    pub next_update: Option<DateTime<Utc>>,
    /// Lists it points to.
    pub pointers: Vec<Pointer>,
    /// Services it lists.
    pub services: Vec<Service>,
    /// `SchemeInformationURI`: the list of lists names its pivots there.
    pub information_uris: Vec<String>,
}

/// A pointer to another list.
#[derive(Debug, Clone)]
pub struct Pointer {
    /// Where it lies.
    pub location: String,
    /// Territory of the list.
    pub territory: String,
    /// `TSLType` of the list.
    pub kind: String,
    /// Media type of what lies there: the lists also point to their PDF forms.
    pub media_type: String,
    /// Who may sign it.
    pub signers: Vec<Certificate>,
}

impl TrustList {
    /// Reads a list.
    ///
    /// # Errors
    /// Not XML, with a document type, too large, or not a trust list.
    pub fn parse(bytes: &[u8]) -> Result<Self> {
        let document = Document::parse(bytes, Limits::TRUST_LIST).map_err(|error| match error {
            XmlError::Limit(_) => PkiError::TooLarge("trust list"),
            _ => PkiError::Malformed("trust list: XML"),
        })?;
        let root = document.root();
        if !document.is(root, TSL, "TrustServiceStatusList") {
            return Err(PkiError::Malformed("trust list"));
        }
        Tree(&document).list(root)
    }

    /// Reads a list and verifies that one of `signers` signed it.
    ///
    /// # Errors
    /// As [`TrustList::parse`]; [`PkiError::BadSignature`] when none of them did.
    pub fn parse_signed(bytes: &[u8], signers: &[Certificate]) -> Result<Self> {
        if signers.is_empty() {
            return Err(PkiError::Malformed("trust list: nobody may sign it"));
        }
        verify_enveloped_bytes(bytes, signers).map_err(|_| PkiError::BadSignature)?;
        Self::parse(bytes)
    }

    /// Whether it is the European list of lists rather than a national one.
    #[must_use]
    pub fn is_list_of_lists(&self) -> bool {
        self.kind.ends_with("/EUlistofthelists") || self.kind.ends_with("/schemes")
    }

    /// Whether a newer list should have come by now.
    #[must_use]
    pub fn is_stale(&self, now: DateTime<Utc>) -> bool {
        self.next_update.is_some_and(|due| due < now)
    }
}

#[derive(Clone, Copy)]
struct Tree<'d, 'x>(&'d Document<'x>);

impl<'d> Tree<'d, '_> {
    fn children(self, node: NodeId) -> impl Iterator<Item = NodeId> + 'd {
        self.0.elements(node)
    }

    fn local(self, node: NodeId) -> &'d str {
        self.0.name(node).1
    }

    /// Children by local name. Schema and extensions use several namespaces, local names do not collide.
    fn all(self, node: NodeId, local: &'static str) -> impl Iterator<Item = NodeId> + 'd {
        self.children(node).filter(move |id| self.local(*id) == local)
    }

    fn one(self, node: NodeId, path: &[&'static str]) -> Option<NodeId> {
        path.iter().try_fold(node, |at, local| self.all(at, local).next())
    }

    fn text(self, node: NodeId) -> String {
        self.0.text(node).trim().to_owned()
    }

    fn text_at(self, node: NodeId, path: &[&'static str]) -> String {
        self.one(node, path).map(|found| self.text(found)).unwrap_or_default()
    }

    fn time_at(self, node: NodeId, path: &[&'static str]) -> Option<DateTime<Utc>> {
        DateTime::parse_from_rfc3339(&self.text_at(node, path)).ok().map(|time| time.to_utc())
    }

    /// A multilingual name: the English one, else the first.
    fn name_at(self, node: NodeId, path: &[&'static str]) -> String {
        let Some(list) = self.one(node, path) else { return String::new() };
        let english = |id: &NodeId| self.0.attribute_ns(*id, XML_NS, "lang") == Some("en");
        let found = self.all(list, "Name").find(english).or_else(|| self.all(list, "Name").next());
        found.map(|id| self.text(id)).unwrap_or_default()
    }

    fn list(self, root: NodeId) -> Result<TrustList> {
        let scheme = self.one(root, &["SchemeInformation"]).ok_or(PkiError::Malformed("trust list: no scheme"))?;
        let territory = self.text_at(scheme, &["SchemeTerritory"]);
        let mut services = Vec::new();
        if let Some(providers) = self.one(root, &["TrustServiceProviderList"]) {
            for provider in self.all(providers, "TrustServiceProvider") {
                let name = self.name_at(provider, &["TSPInformation", "TSPName"]);
                let Some(list) = self.one(provider, &["TSPServices"]) else { continue };
                for service in self.all(list, "TSPService") {
                    services.extend(self.service(service, &name, &territory));
                    if services.len() > MAX_SERVICES {
                        return Err(PkiError::TooLarge("trust list"));
                    }
                }
            }
        }
        let pointers = self.one(scheme, &["PointersToOtherTSL"]);
        let uris = self.one(scheme, &["SchemeInformationURI"]);
        Ok(TrustList {
            sequence: self.text_at(scheme, &["TSLSequenceNumber"]).parse().unwrap_or(0),
            kind: self.text_at(scheme, &["TSLType"]),
            operator: self.name_at(scheme, &["SchemeOperatorName"]),
            issued: self.time_at(scheme, &["ListIssueDateTime"]),
            next_update: self.time_at(scheme, &["NextUpdate", "dateTime"]),
            pointers: pointers
                .map(|list| self.all(list, "OtherTSLPointer").map(|one| self.pointer(one)).collect())
                .unwrap_or_default(),
            information_uris: uris
                .map(|list| self.all(list, "URI").map(|one| self.text(one)).collect())
                .unwrap_or_default(),
            territory,
            services,
        })
    }

    fn pointer(self, node: NodeId) -> Pointer {
        let mut pointer = Pointer {
            location: self.text_at(node, &["TSLLocation"]),
            territory: String::new(),
            kind: String::new(),
            media_type: String::new(),
            signers: Vec::new(),
        };
        if let Some(list) = self.one(node, &["ServiceDigitalIdentities"]) {
            for identity in self.all(list, "ServiceDigitalIdentity") {
                pointer.signers.extend(self.identity(identity).0);
            }
        }
        if let Some(list) = self.one(node, &["AdditionalInformation"]) {
            for other in self.all(list, "OtherInformation") {
                for (local, target) in [
                    ("SchemeTerritory", &mut pointer.territory),
                    ("TSLType", &mut pointer.kind),
                    ("MimeType", &mut pointer.media_type),
                ] {
                    if let Some(found) = self.one(other, &[local]) {
                        *target = self.text(found);
                    }
                }
            }
        }
        pointer
    }

    /// Certificates and key identifiers of a ServiceDigitalIdentity. What cannot be read identifies nothing.
    fn identity(self, node: NodeId) -> (Vec<Certificate>, Vec<Vec<u8>>) {
        let mut certificates = Vec::new();
        let mut identifiers = Vec::new();
        for id in self.all(node, "DigitalId") {
            if let Some(found) = self.one(id, &["X509Certificate"]) {
                certificates.extend(Certificate::parse_base64(&self.text(found)).ok());
            }
            if let Some(found) = self.one(id, &["X509SKI"]) {
                identifiers.extend(decode_base64(&self.text(found), 1024).ok());
            }
        }
        (certificates, identifiers)
    }

    fn service(self, node: NodeId, provider: &str, territory: &str) -> Option<Service> {
        let current = self.one(node, &["ServiceInformation"])?;
        let mut service = Service {
            provider: provider.to_owned(),
            name: self.name_at(current, &["ServiceName"]),
            territory: territory.to_owned(),
            certificates: Vec::new(),
            key_identifiers: Vec::new(),
            periods: Vec::new(),
        };
        self.add_period(current, &mut service);
        if let Some(history) = self.one(node, &["ServiceHistory"]) {
            for instance in self.all(history, "ServiceHistoryInstance") {
                self.add_period(instance, &mut service);
            }
        }
        service.periods.sort_by_key(|period| std::cmp::Reverse(period.from));
        Some(service)
    }

    fn add_period(self, node: NodeId, service: &mut Service) {
        if let Some(identity) = self.one(node, &["ServiceDigitalIdentity"]) {
            let (certificates, identifiers) = self.identity(identity);
            for certificate in certificates {
                if !service.certificates.contains(&certificate) {
                    service.certificates.push(certificate);
                }
            }
            for identifier in identifiers {
                if !service.key_identifiers.contains(&identifier) {
                    service.key_identifiers.push(identifier);
                }
            }
        }
        // A period that does not say when it began cannot be placed in time.
        let Some(from) = self.time_at(node, &["StatusStartingTime"]) else { return };
        let mut period = Period {
            from,
            kind: ServiceKind::from_uri(&self.text_at(node, &["ServiceTypeIdentifier"])),
            status: self.text_at(node, &["ServiceStatus"]),
            qualifications: Vec::new(),
            uses: Vec::new(),
        };
        if let Some(extensions) = self.one(node, &["ServiceInformationExtensions"]) {
            for extension in self.all(extensions, "Extension") {
                self.extension(extension, &mut period);
            }
        }
        service.periods.push(period);
    }

    fn extension(self, node: NodeId, period: &mut Period) {
        if let Some(additional) = self.one(node, &["AdditionalServiceInformation"]) {
            let uri = self.text_at(additional, &["URI"]);
            match uri.rsplit('/').next() {
                Some("ForeSignatures") => period.uses.push(Use::Signatures),
                Some("ForeSeals") => period.uses.push(Use::Seals),
                Some("ForWebSiteAuthentication") => period.uses.push(Use::Web),
                _ => {}
            }
        }
        let Some(list) = self.one(node, &["Qualifications"]) else { return };
        for element in self.all(list, "QualificationElement") {
            let qualifiers = self.one(element, &["Qualifiers"]).map(|list| {
                self.all(list, "Qualifier")
                    .filter_map(|one| self.0.attribute(one, "uri"))
                    .filter_map(|uri| uri.trim().rsplit('/').next().map(str::to_owned))
                    .collect()
            });
            let criteria = self.one(element, &["CriteriaList"]).map(|list| self.criteria(list, 0));
            if let (Some(qualifiers), Some(criteria)) = (qualifiers, criteria) {
                period.qualifications.push(Qualification { qualifiers, criteria });
            }
        }
    }

    fn criteria(self, list: NodeId, depth: u8) -> Criteria {
        if depth > MAX_CRITERIA_DEPTH {
            return Criteria::Unknown;
        }
        let texts = |node: NodeId, path: &[&'static str]| -> Vec<String> {
            self.children(node)
                .map(|child| self.one(child, path).map_or_else(|| self.text(child), |found| self.text(found)))
                .map(|text| text.trim().trim_start_matches("urn:oid:").to_owned())
                .collect()
        };
        let parts = self
            .children(list)
            .filter_map(|child| match self.local(child) {
                "KeyUsage" => Some(self.key_usage(child)),
                "PolicySet" => Some(Criteria::Policies(texts(child, &["Identifier"]))),
                "ExtendedKeyUsage" => Some(Criteria::ExtendedKeyUsage(texts(child, &["Identifier"]))),
                "CertSubjectDNAttribute" => Some(Criteria::Subject(texts(child, &["Identifier"]))),
                "CriteriaList" => Some(self.criteria(child, depth + 1)),
                "otherCriteriaList" => Some(Criteria::All(
                    self.children(child)
                        .map(|other| match self.local(other) {
                            "ExtendedKeyUsage" => Criteria::ExtendedKeyUsage(texts(other, &["Identifier"])),
                            "CertSubjectDNAttribute" => Criteria::Subject(texts(other, &["Identifier"])),
                            _ => Criteria::Unknown,
                        })
                        .collect(),
                )),
                "Description" => None,
                _ => Some(Criteria::Unknown),
            })
            .collect();
        match self.0.attribute(list, "assert") {
            Some("atLeastOne") => Criteria::Any(parts),
            Some("none") => Criteria::None(parts),
            _ => Criteria::All(parts),
        }
    }

    fn key_usage(self, node: NodeId) -> Criteria {
        let bits = self.all(node, "KeyUsageBit").filter_map(|bit| {
            let name = self.0.attribute(bit, "name")?;
            let place = KEY_USAGE_BITS.iter().position(|known| known.eq_ignore_ascii_case(name))?;
            Some((u8::try_from(place).ok()?, matches!(self.text(bit).as_str(), "true" | "1")))
        });
        Criteria::KeyUsage(bits.collect())
    }
}
