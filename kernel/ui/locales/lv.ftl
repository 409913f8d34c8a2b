# Apvalks un sastāvdaļas

ui-home = Sākums
ui-tasks = Mani uzdevumi
ui-tasks-short = Uzdevumi
ui-tasks-count = { $n ->
    [zero] Gaida { $n } uzdevumu
    [one] Gaida { $n } uzdevums
   *[other] Gaida { $n } uzdevumi
}
ui-new = Jauns
ui-new-long = Jauns iesniegums
ui-search = Meklēt
ui-search-hint = Meklēt dokumentus, cilvēkus, uzdevumus
ui-me = Es
ui-skip = Pāriet uz saturu
ui-rail = Lietotnes
ui-rail-fold = Sakļaut izvēlni
ui-new-count = jauni
ui-breadcrumbs = Atrašanās vieta
ui-my-page = Mana lapa
ui-acting-for = Rīkojas { $name } vietā
ui-act-for = Rīkoties cita vietā
ui-act-for-self = Savā vārdā
ui-sign-in = Ienākt
ui-sign-out = Iziet
ui-language = Valoda
ui-keyboard = Īsinājumtaustiņi
ui-footer = Par sistēmu
ui-version = Versija { $version }
ui-request = Pieprasījums { $id }
ui-demo = Demonstrācija: visi dati ir izdomāti
ui-phone-bar = Galvenās darbības
ui-close = Aizvērt
ui-aside = Par šo lapu

## Paziņojumi
ui-notice-information = Ziņa
ui-notice-success = Izdevās
ui-notice-warning = Brīdinājums
ui-notice-error = Neizdevās
ui-important = Svarīgi

## Veidlapas
ui-error-title = Kaut kas jāizlabo
ui-error-prefix = Kļūda:
ui-error-required = Aizpildiet šo lauku
ui-error-too-long = { $n ->
    [zero] Tekstā drīkst būt ne vairāk kā { $n } zīmju
    [one] Tekstā drīkst būt ne vairāk kā { $n } zīme
   *[other] Tekstā drīkst būt ne vairāk kā { $n } zīmes
}
ui-error-date = Ierakstiet datumu, piemēram, 23.11.2026.
ui-error-date-order = Beigu datums nedrīkst būt pirms { $from }
ui-error-number = Ierakstiet veselu skaitli
ui-error-bounds = Ierakstiet skaitli no { $from } līdz { $to }
ui-error-money = Ierakstiet summu, piemēram, 1 234,56
ui-error-choice = Izvēlieties vienu no piedāvātajiem
ui-choose = Izvēlieties
ui-date-hint = Piemēram, 23.11.2026.
ui-date-pick = Izvēlēties kalendārā
ui-optional = (nav obligāti)
ui-file-limits = Ne vairāk kā { $size }
ui-file-choose = Izvēlēties failu
ui-file-drop = vai ievelciet to šeit
ui-file-none = Fails nav izvēlēts

## Saraksti
ui-previous = Iepriekšējā
ui-next = Nākamā
ui-pages = Lapas
ui-contents = Saturs
ui-page = lapa
ui-filters = Atlase
ui-filter = Atlasīt
ui-filter-remove = Noņemt atlasi: { $name }
ui-filter-clear = Noņemt visu
ui-sort = Kārtot pēc: { $name }
ui-select-all = Atlasīt visas
ui-selected = { $n ->
    [zero] Atlasītas { $n } rindu
    [one] Atlasīta { $n } rinda
   *[other] Atlasītas { $n } rindas
}
ui-show-table = Rādīt tabulā
ui-how-counted = Kā tas ir saskaitīts?
ui-why = Kāpēc?
ui-column-item = Rādītājs
ui-column-value = Vērtība
ui-change = Mainīt

## Stāvokļi
ui-step-done = Pabeigts
ui-step-current = Tagad
ui-step-waiting = Gaida
ui-step-returned = Atgriezts
ui-step-skipped = Izlaists
ui-step-together = Vienlaikus
ui-due = Līdz { $date }

## Īsinājumtaustiņi
ui-key-search = Meklēt
ui-key-tasks = Mani uzdevumi
ui-key-registers = Reģistri
ui-key-new = Jauns iesniegums
ui-key-move = Nākamā vai iepriekšējā rinda
ui-key-open = Atvērt rindu
ui-key-approve = Saskaņot
ui-key-return = Atgriezt
ui-key-sign = Parakstīt
ui-key-help = Šis saraksts
ui-key-then = tad

## Paraugi
ui-sample-title = Sastāvdaļas
ui-sample-lead = Viss, no kā veidotas lapas. Teksti un cilvēki ir izdomāti.
ui-sample-municipality = Parauga novada pašvaldība
ui-sample-office = Lietvedība
ui-sample-people = Personāls
ui-sample-documents = Dokumenti
ui-sample-registers = Reģistri
ui-sample-leave = Atvaļinājumi
ui-sample-employees = Darbinieki
ui-sample-notice = Iesniegums nosūtīts. To saskaņos Jānis Kalniņš.
ui-sample-text = Ikgadējais atvaļinājums
ui-sample-hint = Tā, kā rakstīts rīkojumā
ui-sample-long = Atvaļinājums pienākas par nostrādāto laiku; to piešķir katru gadu.
ui-sample-button = Parakstīt 3 rīkojumus
ui-sample-button-second = Saglabāt melnrakstu
ui-sample-button-warning = Iznīcināt
ui-sample-form = Veidlapa
ui-sample-form-errors = Veidlapa ar kļūdām
ui-sample-state = Stāvokļi
ui-sample-table = Tabula un atlase
ui-sample-figures = Skaitļi
ui-sample-route = Maršruts un notikumi
ui-sample-words = Teksts un kopsavilkumi
ui-sample-field-kind = Atvaļinājuma veids
ui-sample-field-from = Pirmā diena
ui-sample-field-to = Pēdējā diena
ui-sample-field-reason = Iemesls
ui-sample-field-amount = Summa
ui-sample-field-file = Pielikums
ui-sample-field-channel = Kā saņemt atbildi
ui-sample-field-agree = Esmu iepazinies ar kārtību
ui-sample-kind-annual = Ikgadējais
ui-sample-kind-unpaid = Bez atlīdzības
ui-sample-kind-study = Mācību
ui-sample-channel-portal = Portālā
ui-sample-channel-paper = Papīra vēstulē
ui-sample-channel-paper-hint = Nonāk 3 darba dienās
ui-sample-empty = Šeit parādīsies dokumenti, kas gaida jūsu parakstu.
ui-sample-number = Numurs
ui-sample-name = Nosaukums
ui-sample-status = Stāvoklis
ui-sample-days = Dienas
ui-sample-signed = Parakstīts
ui-sample-waiting = Gaida saskaņojumu
ui-sample-overdue = Nokavēts
ui-sample-draft = Melnraksts
ui-sample-void = Anulēts
ui-sample-refused = Atteikts
ui-sample-question = Kāpēc 12 dienas?
ui-sample-answer = Četras nedēļas gadā ir 20 darba dienas; nostrādāti 7 mēneši. Darba likuma 149. pants.
