op::actions! {
    /// See an application: its applicant, who decides on it, and those whose work it is.
    ViewApplication = "workflow.application.view" [
        "*": Own, "*": Assigned, "*": Substitute, "manager": InUnit, "hr": InUnit, "head": InUnit, "auditor": InUnit,
    ];
    /// Take an application back while nobody has decided it.
    WithdrawApplication = "workflow.application.withdraw" [ "*": Own ];
    /// Correct and send again an application that was returned.
    CorrectApplication = "workflow.application.correct" [ "*": Own ];
    /// Take a step of a route: approve, return, reject, sign, take note.
    TakeStep = "workflow.step.take" [ "*": Assigned, "*": Substitute ];
    /// Hand a step of one's own on to somebody else.
    DelegateStep = "workflow.step.delegate" [ "*": Assigned, "*": Substitute ];
    /// See a task list.
    ViewTasks = "workflow.task.view" [ "*": Anywhere ];
    /// See route templates.
    ViewTemplates = "workflow.template.view" [ "admin": InUnit, "hr": InUnit, "head": InUnit, "auditor": InUnit ];
    /// Change route templates.
    EditTemplates = "workflow.template.edit" [ "admin": InUnit ];
    /// Remind, and let managers know of what is late: only the house does.
    WatchDeadlines = "workflow.deadline.watch" [];
    /// Comment on what one may see.
    Comment = "workflow.comment.add" [
        "*": Own, "*": Assigned, "*": Substitute, "manager": InUnit, "hr": InUnit, "head": InUnit,
    ];
}
