parties-nav = Institutions and people
parties-units = Institutions and units
parties-unit = Unit
parties-people = People
parties-person = Person's card
parties-substitutions = Substitution
parties-roles = Roles

## Words

parties-name = Name
parties-given-names = Given names
parties-surname = Surname
parties-post = Post
parties-places = Workloads
parties-email = E-mail
parties-phone = Telephone
parties-address = Address
parties-address-declared = Declared address
parties-personal-code = Personal code
parties-birth-date = Date of birth
parties-bank-account = Bank account
parties-workload = Workload
parties-salary = Monthly salary before tax
parties-contract = Employment contract
parties-contract-of = No. { $number }, { $date }
parties-employment-period = Works here
parties-direct-manager = Direct manager
parties-institutions = Institutions
parties-employees = Employees
parties-n-employees = { $n ->
    [one] { $n } employee
   *[other] { $n } employees
}
parties-when = Period
parties-state = State
parties-action = Action
parties-from = From
parties-to = To
parties-to-optional = To (may stay empty)
parties-period = from { $from } to { $to }
parties-since = from { $from }
parties-optional = Optional
parties-choose = Choose
parties-save = Save
parties-back = Back without saving
parties-edit = Edit
parties-kind-municipality = municipality
parties-kind-institution = institution
parties-kind-unit = unit

## Institutions and units

parties-units-empty = The municipality's institutions and their units will be here. An administrator creates them.
parties-unit-kind = Kind
parties-unit-name = Name
parties-unit-name-en = Name in English
parties-unit-code = Code
parties-unit-code-hint = Short and used once in the municipality; it may stand in document numbers, for example SK1
parties-unit-registration-number = Registration number
parties-unit-period = Open
parties-unit-from = Open from
parties-unit-new = New institution or unit
parties-unit-edit = Edit name and details
parties-unit-move = Move the unit
parties-unit-move-lead = { $name } with everything below it goes under another institution or unit.
parties-unit-move-do = Move
parties-unit-parent = New institution or unit above
parties-unit-close = Close the unit
parties-unit-close-lead = { $name } is closed after this day. Documents and history stay.
parties-unit-close-do = Close
parties-unit-last = Last day
parties-posts-and-people = Posts and people
parties-posts-empty = The unit's posts and those who work in them will be here.
parties-vacant = vacant
parties-below = Below it
parties-post-new = New post
parties-post-new-lead = A post in the unit: { $name }
parties-post-new-do = Create the post
parties-post-title = Name of the post
parties-post-from = The post exists from
parties-profession-code = Profession code
parties-profession-code-hint = By the classification of professions, for example 2330 03; optional
parties-places-hint = How many full workloads, for example 1 or 0.5
parties-acts-for = { $substitute } acts for { $absent }

## People

parties-search = Search
parties-search-name = Given name or surname
parties-search-name-hint = The beginning is enough; diacritics are not needed
parties-search-unit = Institution or unit
parties-search-everywhere = Everywhere
parties-search-former = Also those who have left
parties-people-empty = Nobody matches. You see only those whose data you have the right to see.
parties-former = has left
parties-person-tabs = Parts of the card
parties-tab-card = Card
parties-work = Work
parties-contacts = Contacts
parties-contacts-empty = No contacts are given.
parties-contacts-edit = Change contacts
parties-personal = Personal data
parties-person-new = New person
parties-person-edit = Edit the person's data
parties-personal-code-hint = Eleven digits, with or without the hyphen
parties-bank-account-hint = International account number (IBAN), for example LV80 BANK 0000 4351 9500 1
parties-phone-hint = A Latvian number, eight digits
parties-substituted-by = Substituted by
parties-substitutes = Substitutes

## Substitution

parties-substitutions-lead = While somebody is away, their tasks and right to sign are with the substitute; afterwards they come back by themselves.
parties-substitutions-mine = My substitutions
parties-substitutions-mine-empty = Who substitutes you and whom you substitute will be here.
parties-substitutions-others = In my institution and units
parties-substitutions-others-empty = Nobody else is substituted now.
parties-substitution-new = Appoint a substitute
parties-substitution-own-lead = While you are away, somebody else gets your tasks and signs documents.
parties-substitution-lead = { $name } will be away; somebody else gets the tasks and signs documents.
parties-substitution-do = Appoint
parties-substitution-cancel = Cancel
parties-substitution-why = What may a substitute do?
parties-substitution-why-text = A substitute sees the absent person's tasks and does them in their place. The history keeps both: who did it and for whom. Other rights of the absent person do not pass to the substitute.
parties-absent = Absent
parties-substitute = Substitute
parties-substitute-hint = A colleague of the same institution
parties-ground = Ground
parties-ground-hint = For example, annual leave; optional
parties-substitution-runs = running
parties-substitution-waits = to come
parties-substitution-over = over
parties-substitution-cancelled = cancelled

## Roles

parties-role = Role
parties-role-employee = Employee
parties-role-manager = Manager of a unit
parties-role-hr = Personnel officer
parties-role-clerk = Records clerk
parties-role-head = Head of an institution
parties-role-admin = Administrator
parties-role-accountant = Accountant
parties-role-auditor = Auditor
parties-role-manager-help = Approves the applications of the unit's employees and sees their absences.
parties-role-hr-help = Keeps the personnel records and drafts orders in the institution; at the municipality, in all of them.
parties-role-clerk-help = Registers documents and keeps the registers of the institution.
parties-role-head-help = Leads the institution and signs its documents.
parties-role-admin-help = Administers institutions, roles and routes of the whole municipality.
parties-role-accountant-help = Keeps the accounts and sees the pay data that they need.
parties-role-auditor-help = Sees everything under audit, and changes nothing.
parties-role-nobody = Nobody holds this role.
parties-role-unit = Where
parties-role-unit-hint = The role holds for what you choose and everything below it
parties-role-new = Grant a role
parties-role-do = Grant
parties-role-revoke = Revoke
parties-roles-lead = Roles say what a person may do. To grant one, open the person's card.

## Refusals

parties-refused-code = Another institution or unit has this code.
parties-refused-personal-code = Another person has this personal code.
parties-refused-personal-code-form = A personal code has eleven digits.
parties-refused-registration-number = A registration number has eleven digits.
parties-refused-iban = There is no such account number. Check that it was copied correctly.
parties-refused-email = An e-mail address looks like this: name@domain.lv.
parties-refused-phone = A telephone number has eight digits.
parties-refused-places = Enter a number above zero, for example 1 or 0.5.
parties-refused-oneself = Nobody substitutes themselves.
parties-refused-backwards = The last day is before the first.
parties-refused-past = This period is over.
parties-refused-cancel-past = This substitution is over or cancelled already.
parties-refused-not-employed = The person chosen does not work here in this period.
parties-refused-overlaps = This person is appointed as the substitute in this period already.
parties-refused-circle = In this period the absent person substitutes the one chosen, directly or through others. Choose somebody else.
parties-refused-root = The municipality cannot be moved or closed.
parties-refused-under-itself = A unit cannot stand under itself.
parties-refused-parent-closed = The institution above is closed.
parties-refused-kind = An institution cannot stand under a unit.
parties-refused-has-people = { $n ->
    [one] { $n } person still works here after this day. Transfer them first.
   *[other] { $n } people still work here after this day. Transfer them first.
}
parties-refused-has-units = { $n ->
    [one] { $n } unit below is still open. Close or move it first.
   *[other] { $n } units below are still open. Close or move them first.
}
parties-refused-before-beginning = The unit did not exist then.
parties-refused-role-unknown = This role cannot be granted.
parties-refused-root-only = An administrator is for the whole municipality: choose the municipality.
parties-refused-institution-only = A head leads an institution: choose an institution, not a unit.
parties-refused-held = They hold this role here in this period already.
parties-refused-last-admin = This is the last administrator. Appoint another one first.

## Functions

parties-unit-functions = Functions switched on
parties-unit-functions-hint = Reports count the institutions where a function is switched on. While nothing is chosen anywhere, everything is on.
parties-function-documents = Registration of documents
parties-function-employee-applications = Employee self-service
parties-function-personnel-orders = Personnel orders
parties-function-invoices = Invoices

## Posts

parties-post-edit = Edit the post
parties-post-last = Last day of the post (may stay empty)

## Organisations and mandates

parties-organisations = Organisations
parties-organisation = Organisation
parties-organisations-empty = No organisation fits what was searched for.
parties-search-organisation = Name or registration number
parties-search-organisation-hint = The beginnings of words suffice; diacritics are not needed
parties-organisation-new = New organisation
parties-organisation-edit = Edit the organisation
parties-legal-form = Legal form
parties-legal-form-hint = For example SIA, association, state institution; optional
parties-legal-address = Legal address
parties-e-address = Official electronic address
parties-registration-number-hint = Eleven digits; may stay empty for a foreign organisation
parties-registration-number-doubtful = The registration number breaks the check rule, or is a demonstration number. Check that it was copied correctly.
parties-mandates = Mandates
parties-mandates-empty = Those who may act for the organisation will be here.
parties-mandate-new = Write down a mandate
parties-mandate-lead = Who may act for this organisation: { $name }
parties-mandate-do = Write down
parties-mandate-revoke = Revoke the mandate
parties-mandate-revoke-do = Revoke
parties-mandate-extent = Extent
parties-mandate-full = Everything that the organisation could do itself
parties-mandate-submit = File applications and hand in documents
parties-mandate-receive = Receive documents and decisions
parties-mandate-sign = Sign in its name
parties-mandate-ground-hint = Date and number of the power of attorney, or the entry in the Register of Enterprises
parties-mandate-code-hint = A person already known is found by the code; who has none is entered anew
parties-mandate-stands = in force
parties-mandate-waits = not begun
parties-mandate-over = over
parties-mandate-revoked = revoked
parties-representative = Representative
parties-refused-organisation-known = There is an organisation with this registration number already.
parties-refused-mandate-oneself = Nobody can represent themselves.
parties-refused-mandate-held = This person has such a mandate in that period already.
parties-refused-mandate-revoked = This mandate is revoked already.
parties-refused-mandate-other-name = Another name is known with this personal code. Check both.
parties-refused-post-before = The post did not exist then.
parties-refused-post-has-people = { $n ->
    [one] { $n } person still holds this post after that day. Transfer them first.
   *[other] { $n } people still hold this post after that day. Transfer them first.
}

## Figures of the law

parties-parameters = Figures of the law
parties-parameters-lead = The numbers by which the system calculates: terms, rates, norms. Each has its days and its source. A municipality may set a value of its own; on its days it stands in the place of the law's.
parties-parameter = Figure
parties-parameter-set = Set one's own value
parties-parameter-remove = Take one's own value away
parties-parameter-value = Value
parties-parameter-source = Source
parties-parameter-source-hint = The municipality's act: title, date, number
parties-parameter-law = law
parties-parameter-uncertain = to be checked
parties-parameter-own = the municipality's
parties-parameter-over = no more in force
parties-refused-parameter = The value must be of the same kind as this one: { $like }.
parties-refused-parameter-day = A value of one's own begins on that day already.
parties-parameter-name = What the value is for (for example, a country)
parties-refused-parameter-name = Use letters, digits, spaces and hyphens only.

parties-n-working-days = { $n ->
    [one] { $n } working day
   *[other] { $n } working days
}
parties-n-days = { $n ->
    [one] { $n } day
   *[other] { $n } days
}
parties-n-months = { $n ->
    [one] { $n } month
   *[other] { $n } months
}
parties-unit-working-days = working days
parties-unit-days = calendar days
parties-unit-months = months
figure-part-count = How many
figure-part-unit = Of what
figure-part-days = Days
figure-part-working = Working days are counted
figure-part-months = Months
figure-part-rolls = On a day off it ends on the next working day
figure-part-daily-cents = Daily allowance (in cents)
figure-part-hotel-cents = Hotel (in cents)
figure-part-price-percent = Price (in per cent)
figure-part-amount-cents = Sum (in cents)
parties-yes = yes
parties-no = no
