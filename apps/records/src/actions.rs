//! Who may do what at the register desk. Registering itself is documents' permission.

op::actions! {
    /// See a resolution: its executors, and those who work with the papers of its unit.
    ViewResolution = "records.resolution.view" [
        "*": Assigned, "*": Substitute, "clerk": InUnit, "head": InUnit, "manager": InUnit, "auditor": InUnit,
    ];
    /// Say who does what by when.
    Resolve = "records.resolution.create" [
        "clerk": InUnit, "clerk": Assigned, "head": InUnit, "head": Assigned, "manager": InUnit,
    ];
    /// Report that one's part is done.
    Execute = "records.resolution.execute" [ "*": Assigned, "*": Substitute ];
    /// Take a resolution off control, or give it back.
    Control = "records.resolution.control" [ "clerk": InUnit, "head": InUnit ];
    /// Suspend, resume, extend the clock of a document; say that it is answered.
    ManageClock = "records.clock.manage" [ "clerk": InUnit, "clerk": Assigned, "head": InUnit ];
    /// Look through deadlines.
    ViewDeadlines = "records.deadline.view" [ "clerk": InUnit, "head": InUnit, "auditor": InUnit ];
}
