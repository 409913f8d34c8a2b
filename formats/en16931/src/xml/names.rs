//! Element and attribute names as small numbers, so that rules compare integers and never strings.

use std::collections::HashMap;

/// Number of an expanded name (namespace and local part).
pub type NameId = u16;

/// A namespace that the formats know, or one of the document's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Space(pub u16);

/// The namespaces known beforehand: number, usual prefix, address.
const KNOWN: [(&str, &str); 12] = [
    ("", ""),
    ("cbc", "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"),
    ("cac", "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"),
    ("ubl", "urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"),
    ("cn", "urn:oasis:names:specification:ubl:schema:xsd:CreditNote-2"),
    ("ram", "urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100"),
    ("rsm", "urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100"),
    ("udt", "urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100"),
    ("qdt", "urn:un:unece:uncefact:data:standard:QualifiedDataType:100"),
    ("ext", "urn:oasis:names:specification:ubl:schema:xsd:CommonExtensionComponents-2"),
    ("ar", "urn:oasis:names:specification:ubl:schema:xsd:ApplicationResponse-2"),
    ("xsi", "http://www.w3.org/2001/XMLSchema-instance"),
];

const XML_SPACE: &str = "http://www.w3.org/XML/1998/namespace";

/// A growing table of names: first those of the rules, then those that only one document uses.
#[derive(Clone, Debug)]
pub struct Names {
    spaces: Vec<Box<str>>,
    names: Vec<(Space, Box<str>)>,
    index: HashMap<Space, HashMap<Box<str>, NameId>>,
}

impl Default for Names {
    fn default() -> Self {
        Self {
            spaces: KNOWN.iter().map(|(_, uri)| Box::from(*uri)).collect(),
            names: Vec::new(),
            index: HashMap::new(),
        }
    }
}

impl Names {
    /// The namespace with this address, added where new. `None` when a document has absurdly many.
    pub fn space(&mut self, uri: &str) -> Option<Space> {
        if let Some(space) = self.find_space(uri) {
            return Some(space);
        }
        let next = u16::try_from(self.spaces.len()).ok().filter(|n| *n < 256)?;
        self.spaces.push(uri.into());
        Some(Space(next))
    }

    /// The namespace with this address, if it is known.
    #[must_use]
    pub fn find_space(&self, uri: &str) -> Option<Space> {
        let at = self.spaces.iter().position(|known| **known == *uri)?;
        u16::try_from(at).ok().map(Space)
    }

    /// The namespace bound to a usual prefix (`cbc`, `ram` …), for rules.
    #[must_use]
    pub fn known(prefix: &str) -> Option<Space> {
        let at = KNOWN.iter().position(|(known, _)| *known == prefix)?;
        u16::try_from(at).ok().map(Space)
    }

    /// The number of a name, added where new. `None` when the table is full.
    pub fn intern(&mut self, space: Space, local: &str) -> Option<NameId> {
        if let Some(id) = self.find(space, local) {
            return Some(id);
        }
        let id = NameId::try_from(self.names.len()).ok().filter(|id| *id < NameId::MAX)?;
        self.names.push((space, local.into()));
        self.index.entry(space).or_default().insert(local.into(), id);
        Some(id)
    }

    /// The number of a name that is already known.
    #[must_use]
    pub fn find(&self, space: Space, local: &str) -> Option<NameId> {
        self.index.get(&space)?.get(local).copied()
    }

    /// The part of the name after the prefix.
    #[must_use]
    pub fn local(&self, id: NameId) -> &str {
        self.names.get(usize::from(id)).map_or("", |(_, local)| local)
    }

    /// The namespace of the name.
    #[must_use]
    pub fn space_of(&self, id: NameId) -> Space {
        self.names.get(usize::from(id)).map_or(Space(0), |(space, _)| *space)
    }

    /// The name with the usual prefix of its namespace; a foreign namespace shows its address in braces.
    #[must_use]
    pub fn qualified(&self, id: NameId) -> String {
        let local = self.local(id);
        let space = usize::from(self.space_of(id).0);
        match KNOWN.get(space) {
            Some((prefix, _)) if prefix.is_empty() || matches!(*prefix, "ubl" | "cn" | "ar") => local.to_owned(),
            Some((prefix, _)) => format!("{prefix}:{local}"),
            None => format!("{{{}}}{local}", self.spaces.get(space).map_or("", |uri| uri)),
        }
    }

    /// How many names there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.names.len()
    }

    /// Whether no name is known yet.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    /// The namespace that the prefix `xml` always means.
    pub(super) fn xml_space(&mut self) -> Option<Space> {
        self.space(XML_SPACE)
    }
}
