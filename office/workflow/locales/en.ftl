# Tasks, applications and routes

workflow-tasks = My tasks
workflow-task = Task
workflow-kinds = Kinds of task
workflow-all = All
workflow-tasks-empty = Nothing waits. Whatever you have to approve, sign, carry out or take note of will appear here.
workflow-group-overdue = Overdue
workflow-group-today = Today
workflow-group-week = This week
workflow-group-later = Later
workflow-col-what = What
workflow-col-kind = Step
workflow-col-from = From
workflow-col-due = Due
workflow-col-state = State
workflow-col-action = Action
workflow-open = Open
workflow-preview = Preview
workflow-preview-hint = Choose a row to see what it is about.
workflow-selected = Selected
workflow-remark-many = Remark, or what to correct
workflow-approve-many = Approve or acknowledge
workflow-return-many = Return for correction
workflow-paper-many = Record as signed on paper
workflow-choose-tasks = Select at least one task
workflow-decide = Decide
workflow-decided = { $n ->
    [one] { $n } task done.
   *[other] { $n } tasks done.
}
workflow-not-decided = { $title } – { $why }
workflow-handed = The task was handed on.
workflow-for = In place of { $name }
workflow-in-place-of = { $name } (in place of { $absent })
workflow-in-whose-place = Why me
workflow-by-house = The system

## Due
workflow-until-today = until the end of today
workflow-until-tomorrow = until tomorrow
workflow-until-day-0 = until Monday
workflow-until-day-1 = until Tuesday
workflow-until-day-2 = until Wednesday
workflow-until-day-3 = until Thursday
workflow-until-day-4 = until Friday
workflow-until-day-5 = until Saturday
workflow-until-day-6 = until Sunday
workflow-until-date = until { $date }
workflow-until-over = was due on { $date }
workflow-working-days = { $n ->
    [one] { $n } working day
   *[other] { $n } working days
}

## Steps
workflow-kind-review = Review
workflow-kind-approve = Approval
workflow-kind-visa = Initialling
workflow-kind-sign = Signature
workflow-kind-confirm = Confirmation
workflow-kind-acknowledge = Taking note
workflow-kind-execute = Execution
workflow-kind-other = Task
workflow-do-review = Reviewed
workflow-do-approve = Approve
workflow-do-visa = Initial
workflow-do-sign = Sign
workflow-do-confirm = Confirm
workflow-do-acknowledge = Acknowledge
workflow-do-execute = Done

## The page of a task
workflow-facts = In short
workflow-timeline = What happened
workflow-document = Document
workflow-open-document = Open the document
workflow-subject = About
workflow-open-subject = Open the full record
workflow-step-closed = This step is closed; there is nothing left to do.
workflow-no-e-signature = E-signature is not set up here; this document waits for signature. If it was signed on paper, record it.
workflow-sign-electronically = Sign electronically
workflow-sign-many = Sign electronically
workflow-sign-all = Sign all that waits for my signature
workflow-sign-on-paper = Record a signature on paper
workflow-on-paper = signed on paper
workflow-remark = Remark (optional)
workflow-return = Return for correction
workflow-place = Which place to correct
workflow-place-hint = For example: dates, point 2, the annex
workflow-correction = What to correct
workflow-return-button = Return
workflow-reject = Reject
workflow-reason = Reason for the rejection
workflow-reason-hint = The applicant will see the reason
workflow-reject-button = Reject
workflow-delegate = Hand on
workflow-delegate-help = The task goes to another employee and leaves your list.
workflow-delegate-search = To whom: name or surname
workflow-delegate-none = No employee of that name. Try the surname alone.
workflow-delegate-to = Hand on to
workflow-delegate-button = Hand the task on
workflow-handed-from = handed on by { $name }
workflow-escalated-to = late, passed to { $name } too
workflow-stale = { $what }: { $who } already did it on { $at }.
workflow-comments = Comments
workflow-comments-empty = No comments yet.
workflow-comment = Comment
workflow-comment-button = Add a comment

## Refusals
workflow-refused-ended = It was already decided or withdrawn.
workflow-refused-not-open = Somebody has already taken this step, or its turn has not come yet.
workflow-refused-no-reason = Write the reason, or what has to be corrected.
workflow-refused-cannot = Taking note and carrying out cannot be rejected or returned.
workflow-refused-no-step = This is no longer your task.
workflow-refused-own = Nobody decides on their own application.
workflow-refused-nobody = The task cannot be handed to this person.
workflow-refused-unsigned = A signature is needed: sign electronically, or record a signature on paper.
workflow-refused-no-signature-asked = No signature is needed here; approve it in the usual way.

## Applications
workflow-applications = My applications
workflow-application = Application
workflow-applications-empty = Everything you apply for will be here, with who has it and until when.
workflow-new = New application
workflow-new-button = New application
workflow-new-search = What do you need? For example: leave, certificate, account
workflow-new-empty = Nothing like that was found. Try another word.
workflow-applicant = Applicant
workflow-filed = Sent
workflow-decided-at = Decided
workflow-channel = How it came
workflow-channel-self-service = Self-service
workflow-channel-counter = In person
workflow-channel-paper = On paper
workflow-channel-e-mail = By e-mail
workflow-channel-e-address = By e-address
workflow-channel-portal = By the portal
workflow-channel-api = From another system
workflow-state-in-approval = Being decided
workflow-state-approved = Approved
workflow-state-returned = Returned for correction
workflow-state-rejected = Rejected
workflow-state-withdrawn = Withdrawn
workflow-state-running = Running
workflow-state-completed = Completed
workflow-returned-title = To be corrected
workflow-correct = Correct and send again
workflow-withdraw = Withdraw the application
workflow-withdraw-late = It cannot be withdrawn any more: it was already decided.
workflow-do-task = Take your step
workflow-waits = { $what }: waiting for { $who }, { $until }

## What happened
workflow-verb-route-started = Route started
workflow-verb-filed = Sent
workflow-verb-corrected = Corrected and sent again
workflow-verb-withdrawn = Withdrawn
workflow-verb-reviewed = Reviewed
workflow-verb-approved = Approved
workflow-verb-visaed = Initialled
workflow-verb-signed = Signed
workflow-verb-confirmed = Confirmed
workflow-verb-acknowledged = Acknowledged
workflow-verb-executed = Carried out
workflow-verb-returned = Returned for correction
workflow-verb-rejected = Rejected
workflow-verb-delegated = Handed on
workflow-verb-escalated = Late, passed to the manager too
workflow-verb-commented = Comment added
workflow-verb-template-drafted = Draft saved
workflow-verb-template-activated = Switched on
workflow-verb-template-retired = Switched off
workflow-verb-other = Changed

## Roles
workflow-role-employee = employee
workflow-role-manager = manager
workflow-role-hr = personnel officers
workflow-role-clerk = register clerks
workflow-role-head = head of the institution
workflow-role-admin = administrator
workflow-role-accountant = accountants
workflow-role-auditor = auditor

## Routes
workflow-nav-admin = Administration
workflow-routes = Routes
workflow-routes-help = Who decides on each application and order, in which sequence. An institution may have its own.
workflow-routes-empty = All routes will be here as soon as an application offers them.
workflow-col-steps = Sequence
workflow-col-source = In force
workflow-col-own = Own route
workflow-col-who = Who does it
workflow-col-role = Role
workflow-col-place = Where
workflow-col-author = Author
workflow-col-at = When
workflow-route = Route
workflow-route-edit = Change the route
workflow-route-switch = Switch a route on
workflow-plan = Sequence
workflow-institution = Institution
workflow-whole-municipality = The whole municipality
workflow-show = Show
workflow-version = Version { $n }
workflow-versions = Versions
workflow-versions-empty = There is no version of its own yet; the sequence above is in force.
workflow-default-route = The original sequence
workflow-common-route = The municipality's common sequence
workflow-template-draft = Draft
workflow-template-active = In force
workflow-template-retired = Earlier
workflow-switch-on = Switch on
workflow-switch-off = Go back to the sequence before
workflow-step-line = { $what }: { $who }, { $due }
workflow-quorum-of = { $n } is enough
workflow-try = Try it
workflow-try-help = Choose an employee to see who would really decide on their application.
workflow-try-who = Employee
workflow-try-button = Try
workflow-tried = If { $name } applies
workflow-try-missing = Some steps have nobody to take them: the application could not be sent.
workflow-try-nobody = Nobody
workflow-editor-help = Groups follow each other; the steps of one group run at the same time. What is saved is a draft until it is switched on. Running routes keep their old sequence.
workflow-group-title = Group { $n }
workflow-step-title = Group { $group }, step { $step }
workflow-group-add = Add a group
workflow-step-add = Add a step
workflow-up = Up
workflow-down = Down
workflow-remove = Remove
workflow-refresh = Refresh the fields
workflow-due-days = Due in working days
workflow-quorum = How many steps suffice
workflow-quorum-hint = Empty: all of them
workflow-who-direct-manager = direct manager
workflow-who-role = holder of a role
workflow-who-post = holder of a post
workflow-who-person = a named person
workflow-place-unit = in the employee's unit
workflow-place-institution = in the employee's institution
workflow-place-municipality = in the municipality
workflow-person-name = Name and surname
workflow-post-name = Post
workflow-name-hint = A part is enough; then “Refresh the fields”
workflow-which-one = Which of them
workflow-check = Check
workflow-save-draft = Save the draft
workflow-fault-empty = A route needs at least one group
workflow-fault-long = The route is too long: at most 30 groups, 30 steps in a group
workflow-fault-group-empty = A group needs at least one step
workflow-fault-quorum = The group does not have so many steps
workflow-fault-sign-quorum = A signature cannot be left out: leave this field empty
workflow-fault-name = Choose one of those found, or write the name more exactly

## Samples
workflow-sample-title = Annual leave
workflow-sample-gist = 10 working days, 14.12.2026 to 29.12.2026
workflow-sample-place = Dates
workflow-sample-comment = Somebody has to stand in at the end of December.
workflow-sample-need = I want a leave
workflow-sample-ground = Labour Law, Section 149
workflow-sample-group = Absence
workflow-sample-institution = Sample secondary school

# Figures of the law
figure-workflow-escalate-after-working-days = After how many working days the manager hears of a delay
