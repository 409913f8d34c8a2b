//! Who may sign, and who may have signatures checked again.

op::actions! {
    /// Sign what one was asked to: one's own signing request. Whether the step is theirs is the route's rule, asked
    /// at consent and again when the route moves on.
    Sign = "signing.request.sign" [ "*": Own ];
    /// Have the signatures of a document checked again under the trust lists of today.
    CheckSignatures = "signing.report.check" [
        "*": Own, "*": Assigned, "*": Substitute, "clerk": InUnit, "head": InUnit,
    ];
    /// Keep reports and renew archive time stamps: only the house does.
    KeepReports = "signing.report.keep" [];
}
