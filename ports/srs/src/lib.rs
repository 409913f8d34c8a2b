//! The State Revenue Service, simulated: takes e-invoices to Peppol BIS Billing 3.0, once each.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};

use delivery::ports::{Exchange, MailError, Parcel, Receipt};
use sha2::{Digest as _, Sha256};
use types::BoxFuture;

/// A service that is not there.
#[derive(Debug, Default)]
pub struct SimulatedService {
    kept: Mutex<BTreeMap<[u8; 32], String>>,
}

impl SimulatedService {
    /// How many e-invoices it keeps.
    #[must_use]
    pub fn kept(&self) -> usize {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).len()
    }

    fn take(&self, parcel: &Parcel) -> Result<Receipt, MailError> {
        let report = en16931::validate(&parcel.bytes, en16931::Policy::Peppol);
        let is_ubl = matches!(report.syntax, en16931::Syntax::UblInvoice | en16931::Syntax::UblCreditNote);
        if !is_ubl {
            return Err(MailError::Permanent("nav UBL 2.1 rēķins".to_owned()));
        }
        if let Some(first) = report.findings.iter().find(|f| f.severity == en16931::Severity::Fatal) {
            return Err(MailError::Permanent(format!("{}: {}", first.rule, first.text_lv)));
        }
        let content: [u8; 32] = Sha256::digest(&parcel.bytes).into();
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let next = format!("VID-{:08}", kept.len() + 1);
        Ok(Receipt { number: kept.entry(content).or_insert(next).clone() })
    }
}

impl Exchange for SimulatedService {
    fn hand_over(&self, parcel: Parcel) -> BoxFuture<'_, Result<Receipt, MailError>> {
        Box::pin(async move { self.take(&parcel) })
    }
}
