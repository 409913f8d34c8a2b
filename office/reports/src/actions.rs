//! Who sees which figures. A role held in a unit sees the figures of the institutions below it.

op::actions! {
    /// See that there are reports.
    ViewReports = "reports.report.view" [
        "hr": InUnit, "clerk": InUnit, "accountant": InUnit, "head": InUnit, "admin": InUnit, "auditor": InUnit,
    ];
    /// See how digital the work is: the shares, and what they are worth.
    ViewMaturity = "reports.maturity.view" [ "head": InUnit, "admin": InUnit, "auditor": InUnit ];
    /// See the figures of personnel.
    ViewPersonnelFigures = "reports.personnel.view" [
        "hr": InUnit, "head": InUnit, "admin": InUnit, "auditor": InUnit,
    ];
    /// See the people and orders behind the figures of personnel.
    ViewPersonnelRows = "reports.personnel.rows" [ "hr": InUnit, "head": InUnit, "auditor": InUnit ];
    /// See the figures of documents.
    ViewRecordsFigures = "reports.records.view" [
        "clerk": InUnit, "head": InUnit, "admin": InUnit, "auditor": InUnit,
    ];
    /// See the registrations behind the figures of documents.
    ViewRecordsRows = "reports.records.rows" [ "clerk": InUnit, "head": InUnit, "auditor": InUnit ];
}
