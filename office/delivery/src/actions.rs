//! Who may deliver, see deliveries, and read notices.

op::actions! {
    /// See a delivery: its recipient, and those who work with the papers of its unit.
    ViewDelivery = "delivery.delivery.view" [
        "*": Own, "clerk": InUnit, "hr": InUnit, "head": InUnit, "auditor": InUnit,
    ];
    /// Read a notice in one's own inbox; that is its receipt.
    ReadNotice = "delivery.notice.read" [ "*": Own ];
    /// Send a document to a recipient.
    Deliver = "delivery.delivery.create" [ "clerk": InUnit ];
    /// Record what happened outside: handed to the post, given at the counter, come back.
    RecordDelivery = "delivery.delivery.record" [ "clerk": InUnit ];
    /// Look through what waits and what failed.
    ViewQueue = "delivery.queue.view" [ "clerk": InUnit ];
    /// Choose what one gets by e-mail.
    ChoosePreference = "delivery.preference.choose" [ "*": Own ];
    /// Hand mail over: only the house does.
    HandOver = "delivery.mail.hand-over" [];
}
