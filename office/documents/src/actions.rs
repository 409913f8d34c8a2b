//! Who may do what to documents, by default.

op::actions! {
    /// See a document: its card, files and history. A restricted one opens only to its owner, its named
    /// readers, and roles held over the whole municipality.
    ViewDocument = "documents.document.view" [
        "*": Own, "*": Assigned, "*": Substitute, "clerk": InUnit, "head": InUnit,
    ];
    /// Make a document at the register desk.
    CreateDocument = "documents.document.create" ["clerk": InUnit];
    /// Enter a document into a register, which gives it a number.
    RegisterDocument = "documents.document.register" ["clerk": InUnit, "clerk": Assigned];
    /// Register documents by the thousand, as an outside system does through the programming interface.
    RegisterBatch = "documents.batch.register" [];
    /// Attach files.
    AttachFile = "documents.file.attach" ["clerk": InUnit, "clerk": Assigned];
    /// Link a document to another.
    LinkDocument = "documents.document.link" ["clerk": InUnit, "clerk": Assigned];
    /// Make a document void; its number stays.
    AnnulDocument = "documents.document.annul" ["clerk": InUnit, "clerk": Assigned];
    /// Correct a registered document, or certify a copy or an extract: as a linked document.
    CorrectDocument = "documents.document.correct" ["clerk": InUnit, "clerk": Assigned];
    /// Open a document to a further reader, and close it again.
    ShareDocument = "documents.document.share" ["clerk": InUnit, "clerk": Assigned];
    /// Say who may know of a document or of one of its files.
    ChangeAccess = "documents.document.change-access" ["clerk": InUnit, "clerk": Assigned];
    /// Look through registers.
    ViewRegister = "documents.register.view" ["clerk": InUnit, "head": InUnit];
    /// Take a register out of the house as a table.
    ExportRegister = "documents.register.export" ["clerk": InUnit, "head": InUnit];
    /// Set up registers and the pattern of their numbers.
    ManageRegisters = "documents.register.manage" ["admin": Anywhere];
    /// Set up the classification scheme of an institution.
    ManageClasses = "documents.class.manage" ["admin": Anywhere, "clerk": InUnit];
    /// See whose retention has ended, and the acts on it.
    ViewDisposal = "documents.disposal.view" [
        "clerk": InUnit, "head": InUnit, "admin": InUnit, "auditor": InUnit,
    ];
    /// Draw up an act on files whose retention has ended.
    ProposeDisposal = "documents.disposal.propose" ["clerk": InUnit];
    /// Approve such an act; never one's own.
    ApproveDisposal = "documents.disposal.approve" ["head": InUnit];
    /// Destroy, or mark as handed over, what an approved act names.
    CarryOutDisposal = "documents.disposal.carry-out" ["clerk": InUnit];
}
