//! What personnel tells the others; the subjects are named beside each.

/// Orders were drafted; the subjects are orders.
pub const ORDER_DRAFTED: &str = "personnel.order-drafted";
/// Orders were signed, numbered, and had their effect; the subjects are orders.
pub const ORDER_SIGNED: &str = "personnel.order-signed";
/// A returned application was corrected and sent again; the subject is the application.
pub const APPLICATION_CORRECTED: &str = "personnel.application-corrected";
/// Certificates were issued; the subjects are documents.
pub const CERTIFICATE_ISSUED: &str = "personnel.certificate-issued";
