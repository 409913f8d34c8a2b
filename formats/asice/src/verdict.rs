//! The verdict: on the container, and on each signature separately.

use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Serialize, Serializer, ser::SerializeStruct};

use crate::{
    finding::{Code, Effect, Finding, Sub},
    policy::Policy,
};

/// ETSI EN 319 102-1: the outcome for one signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub enum Indication {
    /// All holds.
    #[serde(rename = "TOTAL-PASSED")]
    TotalPassed,
    /// Not to be decided with what is at hand.
    #[serde(rename = "INDETERMINATE")]
    Indeterminate,
    /// Not valid.
    #[serde(rename = "TOTAL-FAILED")]
    TotalFailed,
}

/// The baseline level, by what the signature holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub enum Level {
    /// The signature alone.
    B,
    /// With a time stamp.
    T,
    /// With revocation data that is its own time-mark (BDOC).
    #[serde(rename = "LT-TM")]
    LtTm,
    /// With a time stamp and revocation data.
    LT,
    /// With an archive time stamp.
    LTA,
}

impl Level {
    /// The name in reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Level::B => "B",
            Level::T => "T",
            Level::LtTm => "LT-TM",
            Level::LT => "LT",
            Level::LTA => "LTA",
        }
    }
}

/// Who signed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Signer {
    /// The name to show.
    pub name: String,
    /// The number in the certificate's subject: personal code or registration number.
    pub number: Option<String>,
    /// The organisation, of a seal.
    pub organization: Option<String>,
    /// The country.
    pub country: Option<String>,
    /// Whether it is a seal of an organisation rather than a person's signature.
    pub seal: bool,
    /// The certificate's serial number, in hexadecimal.
    pub certificate: String,
    /// Who issued the certificate.
    pub issuer: String,
}

/// What was said of revocation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Revocation {
    /// `good`, `revoked` or `unknown`.
    pub status: &'static str,
    /// `OCSP` or `CRL`.
    pub source: &'static str,
    /// When it was said.
    pub at: DateTime<Utc>,
    /// Since when revoked.
    pub revoked_at: Option<DateTime<Utc>>,
}

/// The verdict on one signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignatureReport {
    /// The signature's identifier.
    pub id: String,
    /// The file in the container that holds it.
    pub file: String,
    /// `XAdES`, `PAdES` or `CAdES`.
    pub form: &'static str,
    /// The outcome.
    pub indication: Indication,
    /// Why, in the standard's words.
    pub sub_indication: Option<Sub>,
    /// The level.
    pub level: Level,
    /// Whether what was signed and the signature value are unchanged.
    pub integrity: bool,
    /// Who signed.
    pub signer: Option<Signer>,
    /// When, as the signer says.
    pub signed_at: Option<DateTime<Utc>>,
    /// When, as proven: the oldest time stamp that holds, or the time-mark.
    pub timestamp_at: Option<DateTime<Utc>>,
    /// Whether that time stamp is qualified.
    pub timestamp_qualified: bool,
    /// Revocation.
    pub revocation: Option<Revocation>,
    /// Whether it is a qualified signature or seal (eIDAS 3(12), 3(27)).
    pub qualified: bool,
    /// Whether the document counts as signed between institutions and persons: a qualified signature of
    /// a person and a qualified time stamp (Elektronisko dokumentu likums, section 3(5)).
    pub legally_signed: bool,
    /// Names of the signed files.
    pub signed_files: Vec<String>,
    /// Claimed roles.
    pub roles: Vec<String>,
    /// Everything found, each with its effect under the policy.
    pub findings: Vec<Weighed>,
}

/// A finding with its effect under the policy that judged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Weighed {
    /// What was found.
    pub finding: Finding,
    /// What it does.
    pub effect: Effect,
}

/// The verdict on the container.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContainerReport {
    /// Whether it conforms.
    pub ok: bool,
    /// `ASiC-E`, `ASiC-S`, `PDF` or `unknown`.
    pub kind: &'static str,
    /// The files that are not signatures.
    pub documents: Vec<String>,
    /// Everything found.
    pub findings: Vec<Weighed>,
}

/// The verdict on one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// On the container.
    pub container: ContainerReport,
    /// On each signature.
    pub signatures: Vec<SignatureReport>,
    /// The policy that judged.
    pub policy: &'static str,
    /// The moment of judgement.
    pub judged_at: DateTime<Utc>,
}

impl Report {
    /// A report on something that cannot be opened.
    #[must_use]
    pub fn refused(finding: Finding, policy: &'static Policy, at: DateTime<Utc>) -> Self {
        let container = ContainerReport {
            ok: false,
            kind: "unknown",
            documents: Vec::new(),
            findings: weigh(vec![finding], policy),
        };
        Report { container, signatures: Vec::new(), policy: policy.name, judged_at: at }
    }

    /// Whether the container conforms, there are signatures, and all passed.
    #[must_use]
    pub fn passed(&self) -> bool {
        let all = self.signatures.iter().all(|s| s.indication == Indication::TotalPassed);
        self.container.ok && !self.signatures.is_empty() && all
    }
}

/// Findings of one code that are shown; a hostile container could bring thousands.
const MAX_ALIKE: usize = 50;

/// Gives findings their effects; each stands once.
#[must_use]
pub fn weigh(findings: Vec<Finding>, policy: &Policy) -> Vec<Weighed> {
    let mut out: Vec<Weighed> = Vec::with_capacity(findings.len());
    for finding in findings {
        let effect = policy.effect(finding.code);
        let weighed = Weighed { finding, effect };
        let alike = out.iter().filter(|w| w.finding.code == weighed.finding.code).count();
        if alike < MAX_ALIKE && !out.contains(&weighed) {
            out.push(weighed);
        }
    }
    out.sort_by_key(|w| std::cmp::Reverse(w.effect.severity()));
    out
}

/// The outcome that findings add up to: the gravest counts.
#[must_use]
pub fn outcome(findings: &[Weighed]) -> (Indication, Option<Sub>) {
    let failed = findings.iter().filter_map(|w| if let Effect::Fail(sub) = w.effect { Some(sub) } else { None }).min();
    let open = findings.iter().filter_map(|w| if let Effect::Open(sub) = w.effect { Some(sub) } else { None }).min();
    match (failed, open) {
        (Some(sub), _) => (Indication::TotalFailed, Some(sub)),
        (None, Some(sub)) => (Indication::Indeterminate, Some(sub)),
        (None, None) => (Indication::TotalPassed, None),
    }
}

/// Whether findings say that something does not conform.
#[must_use]
pub fn conforms(findings: &[Weighed]) -> bool {
    outcome(findings).0 == Indication::TotalPassed
}

impl SignatureReport {
    /// An empty report to be filled.
    #[must_use]
    pub fn new(id: &str, file: &str, form: &'static str) -> Self {
        SignatureReport {
            id: id.to_owned(),
            file: file.to_owned(),
            form,
            indication: Indication::Indeterminate,
            sub_indication: None,
            level: Level::B,
            integrity: false,
            signer: None,
            signed_at: None,
            timestamp_at: None,
            timestamp_qualified: false,
            revocation: None,
            qualified: false,
            legally_signed: false,
            signed_files: Vec::new(),
            roles: Vec::new(),
            findings: Vec::new(),
        }
    }

    /// Draws indication and legal force from what was found.
    pub fn conclude(&mut self, mut findings: Vec<Finding>, policy: &Policy) {
        if self.level < policy.level && !(self.level == Level::LtTm && policy.level == Level::LT) {
            findings.push(Finding::new(Code::LevelTooLow, format!("{} < {}", self.level.name(), policy.level.name())));
        }
        let seal = self.signer.as_ref().is_some_and(|s| s.seal);
        if self.signer.is_some() && !self.qualified {
            findings.push(Finding::new(Code::NotQualified, ""));
        }
        if self.qualified && seal {
            findings.push(Finding::new(Code::QualifiedSeal, ""));
        }
        let weighed = weigh(findings, policy);
        (self.indication, self.sub_indication) = outcome(&weighed);
        let passed = self.indication == Indication::TotalPassed;
        self.legally_signed = passed && self.qualified && !seal && self.timestamp_qualified;
        self.findings = weighed;
        if passed && !self.legally_signed {
            let finding = Finding::new(Code::NotLegallySigned, "");
            self.findings.push(Weighed { effect: policy.effect(finding.code), finding });
        }
    }
}

/// A moment as reports write it.
#[must_use]
pub fn moment(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

impl Serialize for Weighed {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut out = serializer.serialize_struct("Finding", 4)?;
        out.serialize_field("code", self.finding.code.name())?;
        out.serialize_field("severity", &self.effect.severity())?;
        out.serialize_field("text", &self.finding.english())?;
        out.serialize_field("text_lv", &self.finding.latvian())?;
        out.end()
    }
}

impl Serialize for ContainerReport {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut out = serializer.serialize_struct("Container", 4)?;
        out.serialize_field("ok", &self.ok)?;
        out.serialize_field("kind", self.kind)?;
        out.serialize_field("documents", &self.documents)?;
        out.serialize_field("findings", &self.findings)?;
        out.end()
    }
}

impl Serialize for Report {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut out = serializer.serialize_struct("Report", 4)?;
        out.serialize_field("container", &self.container)?;
        out.serialize_field("signatures", &self.signatures)?;
        out.serialize_field("policy", self.policy)?;
        out.serialize_field("judged_at", &moment(self.judged_at))?;
        out.end()
    }
}

impl Serialize for SignatureReport {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut out = serializer.serialize_struct("Signature", 18)?;
        out.serialize_field("id", &self.id)?;
        out.serialize_field("indication", &self.indication)?;
        out.serialize_field("sub_indication", &self.sub_indication)?;
        out.serialize_field("level", &self.level)?;
        out.serialize_field("signer", &self.signer.as_ref().map(|s| s.name.as_str()))?;
        out.serialize_field("signed_at", &self.signed_at.map(moment))?;
        out.serialize_field("timestamp_at", &self.timestamp_at.map(moment))?;
        out.serialize_field("qualified", &self.qualified)?;
        out.serialize_field("legally_signed", &self.legally_signed)?;
        out.serialize_field("findings", &self.findings)?;
        out.serialize_field("form", self.form)?;
        out.serialize_field("file", &self.file)?;
        out.serialize_field("integrity", &self.integrity)?;
        out.serialize_field("signer_details", &self.signer)?;
        out.serialize_field("timestamp_qualified", &self.timestamp_qualified)?;
        out.serialize_field("revocation", &self.revocation)?;
        out.serialize_field("signed_files", &self.signed_files)?;
        out.serialize_field("roles", &self.roles)?;
        out.end()
    }
}
