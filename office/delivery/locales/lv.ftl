delivery-title = Piegādes
delivery-none = Vēl nevienam nav nosūtīts.
delivery-group = Lietvedība
delivery-inbox = Paziņojumi
delivery-notice = Paziņojums
delivery-preferences = Ko vēlos saņemt e-pastā
delivery-queue = Piegādes, kas gaida
delivery-delivery = Piegāde
delivery-record-sent = Atzīmēt kā nosūtītu
delivery-record-failed = Atzīmēt kā nepiegādātu
delivery-again = Sūtīt citādi
delivery-deliver = Nosūtīt adresātam
delivery-unread = { $n ->
    [0] Nelasītu paziņojumu nav
    [one] { $n } nelasīts paziņojums
   *[other] { $n } nelasīti paziņojumi
}
delivery-new = Jauns
delivery-read = Izlasīts
delivery-what = Par ko
delivery-when = Kad
delivery-state = Stāvoklis
delivery-outcome = Iznākums
delivery-reason = Iemesls
delivery-attempts = Mēģinājumi
delivery-inbox-empty = Šeit būs paziņojumi jums: parakstīti rīkojumi un dokumenti, kas jums nodoti.
delivery-queue-empty = Šeit būs sūtījumi, kas gaida nosūtīšanu vai nav piegādāti.
delivery-want-notices = Paziņojumus arī e-pastā
delivery-want-tasks = No rīta: cik uzdevumu gaida
delivery-save = Saglabāt
delivery-open = Atvērt dokumentu
delivery-sent-at = Nosūtīts
delivery-read-at = Izlasīts
delivery-queued-at = Sagatavots
delivery-delivered-at = Piegādāts
delivery-deemed-on = Uzskatāms par paziņotu
delivery-appeal-until = Apstrīdēšanas termiņš
delivery-ground = Pamats
delivery-document = Dokuments
delivery-deemed = paziņots { $date }
delivery-appeal = apstrīdams līdz { $date }
delivery-recipient = Adresāts
delivery-recipient-hint = Iestādes, uzņēmuma vai cilvēka nosaukums
delivery-person = Darbinieks
delivery-person-hint = Paziņojumu sistēmā var saņemt iestādes darbinieks
delivery-somebody-else = Cits adresāts
delivery-channel = Kanāls
delivery-address = Adrese
delivery-address-hint = E-pasts, e-adrese vai pasta adrese; darbiniekam nav jāraksta
delivery-text = Pavadvārdi
delivery-appealable = Tas ir akts, ko var apstrīdēt: skaitīt termiņu šim adresātam
delivery-needs-email = Ierakstiet e-pasta adresi
delivery-sent-on = Nosūtīšanas diena
delivery-why-failed = Kāpēc netika piegādāts
delivery-channel-in-house = Paziņojums sistēmā
delivery-channel-e-mail = E-pasts
delivery-channel-e-address = E-adrese
delivery-channel-post = Vienkārša vēstule
delivery-channel-registered-post = Ierakstīta vēstule
delivery-channel-counter = Klātienē
delivery-state-queued = Gaida
delivery-state-sent = Nosūtīts
delivery-state-delivered = Piegādāts
delivery-state-failed = Nav piegādāts
delivery-outcome-sent = Nosūtīts
delivery-outcome-waits = Gaida
delivery-outcome-again = Mēģinās vēlreiz
delivery-outcome-failed = Neizdevās
delivery-reason-no-server = E-pasta serveris nav iestatīts: sūtījums gaida
delivery-reason-no-address = Adresātam nav e-pasta adreses
delivery-refused-state = Tā nevar: piegāde ir stāvoklī „{ $state }”
delivery-refused-channel = Tā nevar: kanāls ir „{ $channel }”
delivery-refused-day = Diena nevar būt nākotnē vai pirms sagatavošanas
delivery-task-failed = Nav piegādāts: sūtīt citādi
delivery-order-signed = Rīkojums ir parakstīts: { $title }.
delivery-mail-subject = Novads: jauns paziņojums
delivery-mail-text = Jums ir jauns paziņojums sistēmā Novads. Ieejiet sistēmā, lai to izlasītu.
delivery-digest-subject = Novads: { $n } { $n ->
    [one] uzdevums
   *[other] uzdevumi
}, nokavēti: { $overdue }
delivery-digest-text = Jūs gaida { $n } { $n ->
    [one] uzdevums
   *[other] uzdevumi
}; nokavēti: { $overdue }. Ieejiet sistēmā Novads, lai tos redzētu.
delivery-application-approved = Jūsu iesniegums ir saskaņots: { $title }.
delivery-application-rejected = Jūsu iesniegums ir noraidīts: { $title }. Iemesls ir iesnieguma gaitā.
delivery-application-returned = Jūsu iesniegums ir atgriezts labošanai: { $title }. Atveriet to, izlabojiet un iesniedziet vēlreiz.
delivery-remind-title = Uzdevumu termiņi: tuvojas { $due }, nokavēti { $overdue }
delivery-remind-text = Uzdevumi, kuru termiņš ir šodien vai nākamajā darba dienā: { $due }; nokavēti: { $overdue }. Tie ir sarakstā “Mani uzdevumi”.

# Likuma rādītāji
figure-delivery-appeal = Pārsūdzēšanas termiņš
figure-delivery-deemed-e-address = E-adrese: kad uzskata par paziņotu
figure-delivery-deemed-e-mail = E-pasts: kad uzskata par paziņotu
figure-delivery-deemed-post = Vienkāršs sūtījums: kad uzskata par paziņotu
figure-delivery-deemed-registered-post = Ierakstīts sūtījums: kad uzskata par paziņotu
