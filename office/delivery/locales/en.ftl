delivery-title = Deliveries
delivery-none = Not sent to anybody yet.
delivery-group = Records
delivery-inbox = Notices
delivery-notice = Notice
delivery-preferences = What I want by e-mail
delivery-queue = Deliveries that wait
delivery-delivery = Delivery
delivery-record-sent = Record as sent
delivery-record-failed = Record as not delivered
delivery-again = Send another way
delivery-deliver = Send to a recipient
delivery-unread = { $n ->
    [0] No unread notices
    [one] { $n } unread notice
   *[other] { $n } unread notices
}
delivery-new = New
delivery-read = Read
delivery-what = About
delivery-when = When
delivery-state = State
delivery-outcome = Outcome
delivery-reason = Reason
delivery-attempts = Attempts
delivery-inbox-empty = Notices for you will appear here: signed orders and documents handed to you.
delivery-queue-empty = What waits to be sent or was not delivered will appear here.
delivery-want-notices = Notices by e-mail too
delivery-want-tasks = In the morning: how many tasks wait
delivery-save = Save
delivery-open = Open the document
delivery-sent-at = Sent
delivery-read-at = Read
delivery-queued-at = Prepared
delivery-delivered-at = Delivered
delivery-deemed-on = Deemed notified
delivery-appeal-until = Appeal term
delivery-ground = Ground
delivery-document = Document
delivery-deemed = notified { $date }
delivery-appeal = may be contested until { $date }
delivery-recipient = Recipient
delivery-recipient-hint = Name of an institution, a company or a person
delivery-person = Employee
delivery-person-hint = An employee of the institution can get a notice in the system
delivery-somebody-else = Another recipient
delivery-channel = Channel
delivery-address = Address
delivery-address-hint = E-mail, e-address or postal address; not needed for an employee
delivery-text = Covering words
delivery-appealable = It is an act that may be contested: count the term for this recipient
delivery-needs-email = Enter an e-mail address
delivery-sent-on = Day of sending
delivery-why-failed = Why it was not delivered
delivery-channel-in-house = Notice in the system
delivery-channel-e-mail = E-mail
delivery-channel-e-address = E-address
delivery-channel-post = Simple letter
delivery-channel-registered-post = Registered letter
delivery-channel-counter = By hand
delivery-state-queued = Waits
delivery-state-sent = Sent
delivery-state-delivered = Delivered
delivery-state-failed = Not delivered
delivery-outcome-sent = Sent
delivery-outcome-waits = Waits
delivery-outcome-again = Will be tried again
delivery-outcome-failed = Failed
delivery-reason-no-server = No mail server is set up: it waits
delivery-reason-no-address = The recipient has no e-mail address
delivery-refused-state = This cannot be done: the delivery is “{ $state }”
delivery-refused-channel = This cannot be done: the channel is “{ $channel }”
delivery-refused-day = The day may not be in the future or before it was prepared
delivery-task-failed = Not delivered: send another way
delivery-order-signed = The order is signed: { $title }.
delivery-mail-subject = Novads: a new notice
delivery-mail-text = There is a new notice for you in Novads. Sign in to read it.
delivery-digest-subject = Novads: { $n } { $n ->
    [one] task
   *[other] tasks
}, overdue: { $overdue }
delivery-digest-text = { $n } { $n ->
    [one] task waits
   *[other] tasks wait
} for you; overdue: { $overdue }. Sign in to Novads to see them.
delivery-application-approved = Your application is approved: { $title }.
delivery-application-rejected = Your application is rejected: { $title }. The reason stands in its course.
delivery-application-returned = Your application came back for correction: { $title }. Open it, correct it and send it again.
delivery-remind-title = Due tasks: { $due } near, { $overdue } overdue
delivery-remind-text = Tasks due today or on the next working day: { $due }; overdue: { $overdue }. They are in the list “My tasks”.

# Figures of the law
figure-delivery-appeal = Term for an appeal
figure-delivery-deemed-e-address = E-address: when it counts as notified
figure-delivery-deemed-e-mail = E-mail: when it counts as notified
figure-delivery-deemed-post = Ordinary post: when it counts as notified
figure-delivery-deemed-registered-post = Registered post: when it counts as notified
