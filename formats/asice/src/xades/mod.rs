//! XML signatures with qualifying properties (XAdES, ETSI EN 319 132-1): read, judged, written, extended.

pub mod extend;
pub mod imprint;
pub mod read;
pub mod sign;
pub mod validate;

/// The namespace of XAdES 1.3.2.
pub const XADES: &str = "http://uri.etsi.org/01903/v1.3.2#";
/// The namespace of what XAdES 1.4.1 added.
pub const XADES141: &str = "http://uri.etsi.org/01903/v1.4.1#";
/// The root of signature files in containers.
pub const ASIC: &str = "http://uri.etsi.org/02918/v1.2.1#";
/// What a reference to the signed properties is of.
pub const SIGNED_PROPERTIES: &str = "http://uri.etsi.org/01903#SignedProperties";
/// The policy that makes a revocation answer a time-mark (BDOC 2.1).
pub const BDOC_POLICY: &str = "urn:oid:1.3.6.1.4.1.10015.1000.3.2.1";
