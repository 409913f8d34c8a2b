op::actions! {
    /// File an application in self-service, for oneself.
    FileApplication = "personnel.application.file" [ "employee": Own ];
    /// File an application for somebody who brought it on paper.
    FileForOthers = "personnel.application.file-for-others" [ "hr": InUnit ];
    /// See a leave account: one's own, one's people's, and HR's.
    ViewAccount = "personnel.account.view" [ "*": Own, "manager": InUnit, "hr": InUnit, "head": InUnit, "auditor": InUnit ];
    /// Book against a leave account.
    BookAccount = "personnel.account.book" [ "hr": InUnit ];
    /// See an employee's card.
    ViewEmployee = "personnel.employee.view" [ "*": Own, "hr": InUnit, "head": InUnit, "auditor": InUnit ];
    /// See who of a unit is away.
    ViewAbsences = "personnel.absence.view" [ "employee": InUnit, "manager": InUnit, "hr": InUnit, "head": InUnit ];
    /// See a personnel order.
    ViewOrder = "personnel.order.view" [
        "*": Own, "*": Assigned, "*": Substitute, "hr": InUnit, "head": InUnit, "auditor": InUnit,
    ];
    /// Register a contract of employment, or an agreement that changes one.
    RegisterContracts = "personnel.contract.register" [ "hr": InUnit ];
    /// Draft a personnel order.
    DraftOrder = "personnel.order.draft" [ "hr": InUnit ];
    /// Correct a personnel order that was returned.
    CorrectOrder = "personnel.order.correct" [ "hr": InUnit ];
    /// Edit the texts of orders.
    EditTemplates = "personnel.template.edit" [ "hr": InUnit, "admin": InUnit ];
}
