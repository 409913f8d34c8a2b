//! What may be done to people, units, roles and substitutions, and by whom.

op::actions! {
    /// See a person's card: name, posts, contacts at work.
    ViewPerson = "parties.person.view" [
        "*": Own, "hr": InUnit, "head": InUnit, "manager": InUnit, "clerk": InUnit, "auditor": InUnit, "admin": InUnit
    ];
    /// See a person's code, birth date, bank account and address.
    ViewPersonalData = "parties.person.view-personal-data" [ "*": Own, "hr": InUnit ];
    /// Enter a person.
    CreatePerson = "parties.person.create" [ "hr": InUnit, "admin": InUnit ];
    /// Correct what is known of a person.
    EditPerson = "parties.person.edit" [ "hr": InUnit ];
    /// Change contact channels.
    EditContact = "parties.contact.edit" [ "*": Own, "hr": InUnit ];
    /// See units, their posts and who works there.
    ViewUnit = "parties.unit.view" [ "*": Anywhere ];
    /// Create, rename, move and close units.
    EditUnit = "parties.unit.edit" [ "admin": InUnit ];
    /// Create and close posts.
    EditPost = "parties.post.edit" [ "hr": InUnit, "admin": InUnit ];
    /// Hire, transfer, change the pay, end the employment.
    ChangeEmployment = "parties.employment.change" [ "hr": InUnit ];
    /// See who holds which role.
    ViewRoles = "parties.role.view" [ "admin": InUnit, "auditor": InUnit ];
    /// Grant and revoke roles.
    GrantRole = "parties.role.grant" [ "admin": InUnit ];
    /// See the figures of rules with their sources.
    ViewParameters = "parties.parameter.view" [
        "hr": Anywhere, "clerk": Anywhere, "accountant": Anywhere, "head": Anywhere, "auditor": Anywhere,
        "admin": Anywhere,
    ];
    /// Put the municipality's own figure in the place of the law's.
    EditParameters = "parties.parameter.edit" [ "admin": Anywhere ];
    /// See a substitution.
    ViewSubstitution = "parties.substitution.view" [
        "*": Own, "*": Assigned, "hr": InUnit, "head": InUnit, "manager": InUnit, "clerk": InUnit, "admin": InUnit
    ];
    /// See organisations, how they can be reached, and who represents them.
    ViewOrganisation = "parties.organisation.view" [
        "hr": Anywhere, "head": Anywhere, "manager": Anywhere, "clerk": Anywhere, "accountant": Anywhere,
        "auditor": Anywhere, "admin": Anywhere,
    ];
    /// Enter organisations and correct what is known of them.
    EditOrganisation = "parties.organisation.edit" [
        "clerk": Anywhere, "accountant": Anywhere, "admin": Anywhere,
    ];
    /// See who may represent whom.
    ViewMandate = "parties.mandate.view" [
        "*": Own, "*": Assigned, "head": Anywhere, "clerk": Anywhere, "auditor": Anywhere, "admin": Anywhere,
    ];
    /// Write down and revoke who may represent whom.
    GrantMandate = "parties.mandate.grant" [ "clerk": Anywhere, "admin": Anywhere ];
    /// Appoint who acts for an absent person.
    Substitute = "parties.substitution.create" [
        "*": Own, "hr": InUnit, "head": InUnit, "manager": InUnit, "admin": InUnit
    ];
    /// Cancel a substitution.
    CancelSubstitution = "parties.substitution.cancel" [
        "*": Own, "hr": InUnit, "head": InUnit, "manager": InUnit, "admin": InUnit
    ];
}
