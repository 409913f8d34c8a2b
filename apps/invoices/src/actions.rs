op::actions! {
    /// See an invoice: whose work it is, and whoever it waits for.
    ViewInvoice = "invoices.invoice.view" [
        "accountant": InUnit, "clerk": InUnit, "manager": InUnit, "head": InUnit, "auditor": InUnit,
        "*": Assigned, "*": Substitute,
    ];
    /// Take an invoice in: upload it, or enter one that came on paper.
    ReceiveInvoice = "invoices.invoice.receive" [ "accountant": InUnit, "clerk": InUnit ];
    /// Say how an invoice is booked, and send it for approval.
    CodeInvoice = "invoices.invoice.code" [ "accountant": InUnit, "manager": InUnit ];
    /// Accept an invoice in spite of fatal findings, or refuse it and answer its supplier.
    AnswerSupplier = "invoices.invoice.answer" [ "accountant": InUnit ];
    /// Clear an alert; not one's own.
    ClearAlert = "invoices.alert.clear" [ "accountant": InUnit, "head": InUnit ];
    /// See payment proposals, files and bank statements.
    ViewPayments = "invoices.payment.view" [ "accountant": InUnit, "head": InUnit, "auditor": InUnit ];
    /// Put a payment proposal together, or give it up.
    ProposePayment = "invoices.payment.propose" [ "accountant": InUnit ];
    /// Release a payment proposal that somebody else put together.
    ReleasePayment = "invoices.payment.release" [ "accountant": InUnit, "head": InUnit ];
    /// Take in what the bank says: statements and status.
    ImportStatement = "invoices.statement.import" [ "accountant": InUnit ];
    /// Name the municipality's own bank accounts.
    ManageAccounts = "invoices.account.manage" [ "accountant": InUnit ];
    /// See contracts and orders that invoices are compared with.
    ViewAgreements = "invoices.agreement.view" [
        "accountant": InUnit, "clerk": InUnit, "manager": InUnit, "head": InUnit, "auditor": InUnit,
    ];
    /// Enter a contract or an order that invoices are compared with.
    EnterAgreement = "invoices.agreement.enter" [ "accountant": InUnit, "clerk": InUnit ];
    /// Say what was received of an order.
    ReceiveGoods = "invoices.goods.receive" [ "manager": InUnit, "head": InUnit, "clerk": InUnit ];
    /// Take the postings out for the accounting system.
    ExportPostings = "invoices.posting.export" [ "accountant": InUnit, "auditor": InUnit ];
    /// Hand postings over to the accounting system.
    SendPostings = "invoices.posting.send" [ "accountant": InUnit ];
    /// See the figures of invoices.
    ViewInvoiceFigures = "invoices.report.view" [
        "accountant": InUnit, "head": InUnit, "admin": InUnit, "auditor": InUnit,
    ];
    /// See the invoices behind the figures.
    ViewInvoiceRows = "invoices.report.rows" [ "accountant": InUnit, "head": InUnit, "auditor": InUnit ];
}
