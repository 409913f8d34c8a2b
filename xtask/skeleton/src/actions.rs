//! Its permissions: one line each, with default grants.

op::actions! {
    /// See an entry.
    ViewEntry = "APP-NAME.entry.view" [ "*": Own, "manager": InUnit, "head": InUnit, "auditor": InUnit ];
    /// Make an entry.
    MakeEntry = "APP-NAME.entry.make" [ "manager": InUnit, "head": InUnit ];
}
