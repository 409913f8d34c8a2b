# Uzdevumi, iesniegumi un maršruti

workflow-tasks = Mani uzdevumi
workflow-task = Uzdevums
workflow-kinds = Uzdevumu veidi
workflow-all = Visi
workflow-tasks-empty = Nekas negaida. Šeit parādīsies viss, kas jāsaskaņo, jāparaksta, jāizpilda vai ar ko jāiepazīstas.
workflow-group-overdue = Nokavētie
workflow-group-today = Šodien
workflow-group-week = Šonedēļ
workflow-group-later = Vēlāk
workflow-col-what = Kas
workflow-col-kind = Darbība
workflow-col-from = No kā
workflow-col-due = Termiņš
workflow-col-state = Stāvoklis
workflow-col-action = Rīcība
workflow-open = Atvērt
workflow-preview = Priekšskatījums
workflow-preview-hint = Izvēlieties rindu, lai redzētu tās saturu.
workflow-selected = Atlasīti
workflow-remark-many = Piezīme vai labojamais
workflow-approve-many = Saskaņot vai apliecināt
workflow-return-many = Atgriezt labošanai
workflow-paper-many = Atzīmēt kā parakstītus uz papīra
workflow-choose-tasks = Atlasiet vismaz vienu uzdevumu
workflow-decide = Pieņemt lēmumu
workflow-decided = { $n ->
    [zero] Izdarīti { $n } uzdevumu.
    [one] Izdarīts { $n } uzdevums.
   *[other] Izdarīti { $n } uzdevumi.
}
workflow-not-decided = { $title } – { $why }
workflow-handed = Uzdevums nodots tālāk.
workflow-for = Aizvietojot: { $name }
workflow-in-place-of = { $name } (aizvieto: { $absent })
workflow-in-whose-place = Kāpēc man
workflow-by-house = Sistēma

## Termiņi
workflow-until-today = līdz šodienas beigām
workflow-until-tomorrow = līdz rītdienai
workflow-until-day-0 = līdz pirmdienai
workflow-until-day-1 = līdz otrdienai
workflow-until-day-2 = līdz trešdienai
workflow-until-day-3 = līdz ceturtdienai
workflow-until-day-4 = līdz piektdienai
workflow-until-day-5 = līdz sestdienai
workflow-until-day-6 = līdz svētdienai
workflow-until-date = līdz { $date }
workflow-until-over = termiņš bija { $date }
workflow-working-days = { $n ->
    [zero] { $n } darba dienu
    [one] { $n } darba diena
   *[other] { $n } darba dienas
}

## Darbības
workflow-kind-review = Izskatīšana
workflow-kind-approve = Saskaņošana
workflow-kind-visa = Vīzēšana
workflow-kind-sign = Parakstīšana
workflow-kind-confirm = Apstiprināšana
workflow-kind-acknowledge = Iepazīšanās
workflow-kind-execute = Izpilde
workflow-kind-other = Uzdevums
workflow-do-review = Izskatīts
workflow-do-approve = Saskaņot
workflow-do-visa = Vīzēt
workflow-do-sign = Parakstīt
workflow-do-confirm = Apstiprināt
workflow-do-acknowledge = Apliecināt
workflow-do-execute = Izpildīts

## Uzdevuma lapa
workflow-facts = Īsumā
workflow-timeline = Norise
workflow-document = Dokuments
workflow-open-document = Atvērt dokumentu
workflow-subject = Par ko
workflow-open-subject = Atvērt pilnu ierakstu
workflow-step-closed = Šis solis jau ir noslēgts; darīt vairs nav ko.
workflow-no-e-signature = E-paraksts šeit nav iestatīts; šis dokuments gaida parakstu. Ja tas parakstīts uz papīra, atzīmējiet to.
workflow-sign-electronically = Parakstīt elektroniski
workflow-sign-many = Parakstīt elektroniski
workflow-sign-all = Parakstīt visu, kas gaida manu parakstu
workflow-sign-on-paper = Atzīmēt parakstu uz papīra
workflow-on-paper = parakstīts uz papīra
workflow-remark = Piezīme (nav obligāti)
workflow-return = Atgriezt labošanai
workflow-place = Kura vieta jālabo
workflow-place-hint = Piemēram: datumi, 2. punkts, pielikums
workflow-correction = Kas jāizlabo
workflow-return-button = Atgriezt
workflow-reject = Noraidīt
workflow-reason = Noraidīšanas iemesls
workflow-reason-hint = Iemeslu redzēs iesniedzējs
workflow-reject-button = Noraidīt
workflow-delegate = Nodot tālāk
workflow-delegate-help = Uzdevums pāries citam darbiniekam; jūsu sarakstā tas vairs nebūs.
workflow-delegate-search = Kam: vārds vai uzvārds
workflow-delegate-none = Neviena darbinieka ar tādu vārdu nav. Pamēģiniet tikai uzvārdu.
workflow-delegate-to = Kam nodot
workflow-delegate-button = Nodot uzdevumu
workflow-handed-from = nodots tālāk no: { $name }
workflow-escalated-to = nokavēts, nodots arī: { $name }
workflow-stale = { $what }: to { $at } jau izdarīja { $who }.
workflow-comments = Komentāri
workflow-comments-empty = Komentāru vēl nav.
workflow-comment = Komentārs
workflow-comment-button = Pievienot komentāru

## Atteikumi
workflow-refused-ended = Tas jau ir izlemts vai atsaukts.
workflow-refused-not-open = Šo soli kāds jau ir paveicis, vai arī tā kārta vēl nav pienākusi.
workflow-refused-no-reason = Uzrakstiet iemeslu vai to, kas jāizlabo.
workflow-refused-cannot = Iepazīšanos un izpildi nevar noraidīt vai atgriezt.
workflow-refused-no-step = Tas vairs nav jūsu uzdevums.
workflow-refused-own = Par savu iesniegumu pats nelemj.
workflow-refused-nobody = Šim cilvēkam uzdevumu nodot nevar.
workflow-refused-unsigned = Vajadzīgs paraksts: parakstiet elektroniski vai atzīmējiet parakstu uz papīra.
workflow-refused-no-signature-asked = Te paraksts nav vajadzīgs; saskaņojiet to parastajā veidā.

## Iesniegumi
workflow-applications = Mani iesniegumi
workflow-application = Iesniegums
workflow-applications-empty = Te būs viss, ko esat iesniedzis, un redzēs, pie kā tas ir un līdz kuram laikam.
workflow-new = Jauns iesniegums
workflow-new-button = Jauns iesniegums
workflow-new-search = Ko vajag? Piemēram: atvaļinājums, izziņa, konts
workflow-new-empty = Nekas tāds nav atrasts. Pamēģiniet citu vārdu.
workflow-applicant = Iesniedzējs
workflow-filed = Iesniegts
workflow-decided-at = Izlemts
workflow-channel = Kā saņemts
workflow-channel-self-service = Pašapkalpošanās
workflow-channel-counter = Klātienē
workflow-channel-paper = Uz papīra
workflow-channel-e-mail = E-pastā
workflow-channel-e-address = E-adresē
workflow-channel-portal = Portālā
workflow-channel-api = No citas sistēmas
workflow-state-in-approval = Tiek izskatīts
workflow-state-approved = Apstiprināts
workflow-state-returned = Atgriezts labošanai
workflow-state-rejected = Noraidīts
workflow-state-withdrawn = Atsaukts
workflow-state-running = Norit
workflow-state-completed = Pabeigts
workflow-returned-title = Jāizlabo
workflow-correct = Labot un iesniegt vēlreiz
workflow-withdraw = Atsaukt iesniegumu
workflow-withdraw-late = Atsaukt vairs nevar: iesniegums jau ir izlemts.
workflow-do-task = Izdarīt savu soli
workflow-waits = { $what }: gaida { $who }, { $until }

## Norise
workflow-verb-route-started = Maršruts sākts
workflow-verb-filed = Iesniegts
workflow-verb-corrected = Izlabots un iesniegts vēlreiz
workflow-verb-withdrawn = Atsaukts
workflow-verb-reviewed = Izskatīts
workflow-verb-approved = Saskaņots
workflow-verb-visaed = Vīzēts
workflow-verb-signed = Parakstīts
workflow-verb-confirmed = Apstiprināts
workflow-verb-acknowledged = Iepazīšanās apliecināta
workflow-verb-executed = Izpildīts
workflow-verb-returned = Atgriezts labošanai
workflow-verb-rejected = Noraidīts
workflow-verb-delegated = Nodots tālāk
workflow-verb-escalated = Nokavēts, nodots arī vadītājam
workflow-verb-commented = Pievienots komentārs
workflow-verb-template-drafted = Saglabāts melnraksts
workflow-verb-template-activated = Ieslēgts
workflow-verb-template-retired = Izslēgts
workflow-verb-other = Mainīts

## Lomas
workflow-role-employee = darbinieks
workflow-role-manager = vadītājs
workflow-role-hr = personāla speciālisti
workflow-role-clerk = lietveži
workflow-role-head = iestādes vadītājs
workflow-role-admin = administrators
workflow-role-accountant = grāmatveži
workflow-role-auditor = auditors

## Maršrutu pārvaldība
workflow-nav-admin = Pārvaldība
workflow-routes = Maršruti
workflow-routes-help = Kas un kādā secībā lemj par katru iesniegumu un rīkojumu. Iestādei var būt sava kārtība.
workflow-routes-empty = Te būs visi maršruti, tiklīdz kāda lietotne tos piedāvās.
workflow-col-steps = Kārtība
workflow-col-source = Spēkā
workflow-col-own = Savs maršruts
workflow-col-who = Kas to dara
workflow-col-role = Loma
workflow-col-place = Kurā vietā
workflow-col-author = Autors
workflow-col-at = Kad
workflow-route = Maršruts
workflow-route-edit = Mainīt maršrutu
workflow-route-switch = Ieslēgt maršrutu
workflow-plan = Kārtība
workflow-institution = Iestāde
workflow-whole-municipality = Visa pašvaldība
workflow-show = Parādīt
workflow-version = { $n }. versija
workflow-versions = Versijas
workflow-versions-empty = Savas versijas vēl nav; spēkā ir augstāk redzamā kārtība.
workflow-default-route = Sākotnējā kārtība
workflow-common-route = Pašvaldības kopējā kārtība
workflow-template-draft = Melnraksts
workflow-template-active = Spēkā
workflow-template-retired = Agrāka
workflow-switch-on = Ieslēgt
workflow-switch-off = Atgriezties pie iepriekšējās kārtības
workflow-step-line = { $what }: { $who }, { $due }
workflow-quorum-of = pietiek ar { $n }
workflow-try = Izmēģināt
workflow-try-help = Izvēlieties darbinieku un redzēsiet, kas tiešām lemtu par viņa iesniegumu.
workflow-try-who = Darbinieks
workflow-try-button = Izmēģināt
workflow-tried = Ja iesniedz { $name }
workflow-try-missing = Dažiem soļiem nav neviena, kas tos veiktu: iesniegumu nevarētu nosūtīt.
workflow-try-nobody = Nav neviena
workflow-editor-help = Grupas seko cita citai; vienas grupas soļi notiek vienlaikus. Saglabātais ir melnraksts, kamēr to neieslēdz. Iesāktie maršruti turpinās pa veco kārtību.
workflow-group-title = { $n }. grupa
workflow-step-title = { $group }. grupas { $step }. solis
workflow-group-add = Pievienot grupu
workflow-step-add = Pievienot soli
workflow-up = Augstāk
workflow-down = Zemāk
workflow-remove = Noņemt
workflow-refresh = Atjaunot laukus
workflow-due-days = Termiņš darba dienās
workflow-quorum = Cik soļu pietiek
workflow-quorum-hint = Tukšs: vajag visus
workflow-who-direct-manager = tiešais vadītājs
workflow-who-role = lomas turētājs
workflow-who-post = amata ieņēmējs
workflow-who-person = noteikts cilvēks
workflow-place-unit = darbinieka struktūrvienībā
workflow-place-institution = darbinieka iestādē
workflow-place-municipality = pašvaldībā
workflow-person-name = Vārds un uzvārds
workflow-post-name = Amats
workflow-name-hint = Pietiek ar daļu; pēc tam „Atjaunot laukus”
workflow-which-one = Kurš no viņiem
workflow-check = Pārbaudīt
workflow-save-draft = Saglabāt melnrakstu
workflow-fault-empty = Maršrutā vajag vismaz vienu grupu
workflow-fault-long = Maršruts ir par garu: ne vairāk kā 30 grupu un 30 soļu grupā
workflow-fault-group-empty = Grupā vajag vismaz vienu soli
workflow-fault-quorum = Tik daudz soļu grupā nav
workflow-fault-sign-quorum = Parakstīšanu nevar izlaist: atstājiet šo lauku tukšu
workflow-fault-name = Izvēlieties vienu no atrastajiem vai precizējiet vārdu

## Paraugi
workflow-sample-title = Ikgadējais atvaļinājums
workflow-sample-gist = 10 darba dienas, 14.12.2026.–29.12.2026.
workflow-sample-place = Datumi
workflow-sample-comment = Decembra beigās vajadzīgs aizvietotājs.
workflow-sample-need = Vajag atvaļinājumu
workflow-sample-ground = Darba likuma 149. pants
workflow-sample-group = Prombūtne
workflow-sample-institution = Parauga vidusskola

# Likuma rādītāji
figure-workflow-escalate-after-working-days = Pēc cik darba dienām kavējumu uzzina vadītājs
