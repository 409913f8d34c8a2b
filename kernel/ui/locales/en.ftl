# Shell and components

ui-home = Home
ui-tasks = My tasks
ui-tasks-short = Tasks
ui-tasks-count = { $n ->
    [one] { $n } task waits
   *[other] { $n } tasks wait
}
ui-new = New
ui-new-long = New application
ui-search = Search
ui-search-hint = Search documents, people, tasks
ui-me = Me
ui-skip = Skip to the content
ui-rail = Applications
ui-rail-fold = Fold the menu
ui-new-count = new
ui-breadcrumbs = Where you are
ui-my-page = My page
ui-acting-for = Acting for { $name }
ui-act-for = Act for another
ui-act-for-self = For myself
ui-sign-in = Sign in
ui-sign-out = Sign out
ui-language = Language
ui-keyboard = Keyboard shortcuts
ui-footer = About the system
ui-version = Version { $version }
ui-request = Request { $id }
ui-demo = Demonstration: all data are invented
ui-phone-bar = Main actions
ui-close = Close
ui-aside = About this page

## Notices
ui-notice-information = Information
ui-notice-success = Done
ui-notice-warning = Warning
ui-notice-error = Not done
ui-important = Important

## Forms
ui-error-title = There is something to correct
ui-error-prefix = Error:
ui-error-required = Fill in this field
ui-error-too-long = { $n ->
    [one] The text must have no more than { $n } character
   *[other] The text must have no more than { $n } characters
}
ui-error-date = Enter a date, for example 23.11.2026
ui-error-date-order = The last date must not be before { $from }
ui-error-number = Enter a whole number
ui-error-bounds = Enter a number from { $from } to { $to }
ui-error-money = Enter an amount, for example 1234.56
ui-error-choice = Choose one of those offered
ui-choose = Choose
ui-date-hint = For example, 23.11.2026
ui-date-pick = Choose in the calendar
ui-optional = (optional)
ui-file-limits = At most { $size }
ui-file-choose = Choose a file
ui-file-drop = or drop it here
ui-file-none = No file chosen

## Lists
ui-previous = Previous
ui-next = Next
ui-pages = Pages
ui-contents = Contents
ui-page = page
ui-filters = Filters
ui-filter = Filter
ui-filter-remove = Remove the filter: { $name }
ui-filter-clear = Remove all
ui-sort = Sort by: { $name }
ui-select-all = Select all
ui-selected = { $n ->
    [one] { $n } row selected
   *[other] { $n } rows selected
}
ui-show-table = Show as a table
ui-how-counted = How is this counted?
ui-why = Why?
ui-column-item = Item
ui-column-value = Value
ui-change = Change

## States
ui-step-done = Done
ui-step-current = Now
ui-step-waiting = Waits
ui-step-returned = Returned
ui-step-skipped = Skipped
ui-step-together = At the same time
ui-due = By { $date }

## Keyboard
ui-key-search = Search
ui-key-tasks = My tasks
ui-key-registers = Registers
ui-key-new = New application
ui-key-move = Next or previous row
ui-key-open = Open the row
ui-key-approve = Approve
ui-key-return = Return
ui-key-sign = Sign
ui-key-help = This list
ui-key-then = then

## Samples
ui-sample-title = Components
ui-sample-lead = Everything that pages are made of. Texts and people are invented.
ui-sample-municipality = Sample municipality
ui-sample-office = Office
ui-sample-people = People
ui-sample-documents = Documents
ui-sample-registers = Registers
ui-sample-leave = Leave
ui-sample-employees = Employees
ui-sample-notice = The application was sent. Jānis Kalniņš will approve it.
ui-sample-text = Annual leave
ui-sample-hint = As written in the order
ui-sample-long = Leave is due for the time worked; it is granted every year.
ui-sample-button = Sign 3 orders
ui-sample-button-second = Save the draft
ui-sample-button-warning = Destroy
ui-sample-form = Form
ui-sample-form-errors = Form with errors
ui-sample-state = States
ui-sample-table = Table and filters
ui-sample-figures = Figures
ui-sample-route = Route and events
ui-sample-words = Text and summaries
ui-sample-field-kind = Kind of leave
ui-sample-field-from = First day
ui-sample-field-to = Last day
ui-sample-field-reason = Reason
ui-sample-field-amount = Amount
ui-sample-field-file = Attachment
ui-sample-field-channel = How to get the answer
ui-sample-field-agree = I have read the rules
ui-sample-kind-annual = Annual
ui-sample-kind-unpaid = Unpaid
ui-sample-kind-study = Study
ui-sample-channel-portal = In the portal
ui-sample-channel-paper = In a paper letter
ui-sample-channel-paper-hint = Arrives within 3 working days
ui-sample-empty = Documents that wait for your signature will appear here.
ui-sample-number = Number
ui-sample-name = Name
ui-sample-status = Status
ui-sample-days = Days
ui-sample-signed = Signed
ui-sample-waiting = Waits for approval
ui-sample-overdue = Overdue
ui-sample-draft = Draft
ui-sample-void = Void
ui-sample-refused = Refused
ui-sample-question = Why 12 days?
ui-sample-answer = Four weeks a year are 20 working days; 7 months were worked. Labour Law, section 149.
