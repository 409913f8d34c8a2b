parties-nav = Iestādes un cilvēki
parties-units = Iestādes un struktūrvienības
parties-unit = Struktūrvienība
parties-people = Cilvēki
parties-person = Cilvēka kartīte
parties-substitutions = Aizvietošana
parties-roles = Lomas

## Vārdi

parties-name = Vārds un uzvārds
parties-given-names = Vārds
parties-surname = Uzvārds
parties-post = Amats
parties-places = Slodzes
parties-email = E-pasts
parties-phone = Tālrunis
parties-address = Adrese
parties-address-declared = Deklarētā dzīvesvieta
parties-personal-code = Personas kods
parties-birth-date = Dzimšanas datums
parties-bank-account = Bankas konts
parties-workload = Slodze
parties-salary = Mēneša darba samaksa pirms nodokļiem
parties-contract = Darba līgums
parties-contract-of = Nr. { $number }, { $date }
parties-employment-period = Strādā
parties-direct-manager = Tiešais vadītājs
parties-institutions = Iestādes
parties-employees = Darbinieki
parties-n-employees = { $n ->
    [zero] { $n } darbinieku
    [one] { $n } darbinieks
   *[other] { $n } darbinieki
}
parties-when = Laiks
parties-state = Stāvoklis
parties-action = Darbība
parties-from = No
parties-to = Līdz
parties-to-optional = Līdz (var atstāt tukšu)
parties-period = no { $from } līdz { $to }
parties-since = no { $from }
parties-optional = Nav obligāti
parties-choose = Izvēlieties
parties-save = Saglabāt
parties-back = Atpakaļ, nesaglabājot
parties-edit = Labot
parties-kind-municipality = pašvaldība
parties-kind-institution = iestāde
parties-kind-unit = struktūrvienība

## Iestādes un struktūrvienības

parties-units-empty = Šeit būs pašvaldības iestādes un to struktūrvienības. Tās izveido administrators.
parties-unit-kind = Veids
parties-unit-name = Nosaukums
parties-unit-name-en = Nosaukums angļu valodā
parties-unit-code = Kods
parties-unit-code-hint = Īss un pašvaldībā vienreizējs; tas var būt dokumentu numuros, piemēram, SK1
parties-unit-registration-number = Reģistrācijas numurs
parties-unit-period = Darbojas
parties-unit-from = Darbojas no
parties-unit-new = Jauna iestāde vai struktūrvienība
parties-unit-edit = Labot nosaukumu un rekvizītus
parties-unit-move = Pārcelt struktūrvienību
parties-unit-move-lead = { $name } kopā ar visu, kas tai pakļauts, pāriet citas iestādes vai struktūrvienības pakļautībā.
parties-unit-move-do = Pārcelt
parties-unit-parent = Jaunā augstākā iestāde vai struktūrvienība
parties-unit-close = Slēgt struktūrvienību
parties-unit-close-lead = { $name } pēc šīs dienas vairs nedarbojas. Dokumenti un vēsture paliek.
parties-unit-close-do = Slēgt
parties-unit-last = Pēdējā darbības diena
parties-posts-and-people = Amati un cilvēki
parties-posts-empty = Šeit būs struktūrvienības amati un tie, kas tajos strādā.
parties-vacant = brīvs
parties-below = Pakļautībā
parties-post-new = Jauns amats
parties-post-new-lead = Amats struktūrvienībā: { $name }
parties-post-new-do = Izveidot amatu
parties-post-title = Amata nosaukums
parties-post-from = Amats pastāv no
parties-profession-code = Profesijas kods
parties-profession-code-hint = Pēc Profesiju klasifikatora, piemēram, 2330 03; nav obligāti
parties-places-hint = Cik pilnu slodžu paredzēts, piemēram, 1 vai 0,5
parties-acts-for = { $substitute } aizvieto: { $absent }

## Cilvēki

parties-search = Meklēt
parties-search-name = Vārds vai uzvārds
parties-search-name-hint = Pietiek ar sākumu; garumzīmes nav vajadzīgas
parties-search-unit = Iestāde vai struktūrvienība
parties-search-everywhere = Visur
parties-search-former = Arī tie, kas vairs nestrādā
parties-people-empty = Neviens neatbilst meklētajam. Redzami tiek tikai tie, kuru datus jums ir tiesības skatīt.
parties-former = vairs nestrādā
parties-person-tabs = Kartītes sadaļas
parties-tab-card = Kartīte
parties-work = Darbs
parties-contacts = Saziņa
parties-contacts-empty = Saziņas ziņas nav norādītas.
parties-contacts-edit = Mainīt saziņas ziņas
parties-personal = Personas dati
parties-person-new = Jauns cilvēks
parties-person-edit = Labot cilvēka datus
parties-personal-code-hint = Vienpadsmit cipari, ar defisi vai bez tās
parties-bank-account-hint = Starptautiskais konta numurs (IBAN), piemēram, LV80 BANK 0000 4351 9500 1
parties-phone-hint = Latvijas numurs, astoņi cipari
parties-substituted-by = Aizvieto
parties-substitutes = Pats aizvieto

## Aizvietošana

parties-substitutions-lead = Kamēr kāds ir prombūtnē, viņa uzdevumi un paraksta tiesības ir aizvietotājam; pēc tam tie atgriežas paši.
parties-substitutions-mine = Manas aizvietošanas
parties-substitutions-mine-empty = Šeit būs redzams, kas aizvieto jūs un ko aizvietojat jūs.
parties-substitutions-others = Manā iestādē un struktūrvienībās
parties-substitutions-others-empty = Neviens cits šobrīd netiek aizvietots.
parties-substitution-new = Iecelt aizvietotāju
parties-substitution-own-lead = Jūsu prombūtnes laikā uzdevumus saņems un dokumentus parakstīs cits.
parties-substitution-lead = Prombūtnē būs { $name }; uzdevumus saņems un dokumentus parakstīs cits.
parties-substitution-do = Iecelt
parties-substitution-cancel = Atcelt
parties-substitution-why = Ko aizvietotājs drīkst?
parties-substitution-why-text = Aizvietotājs redz prombūtnē esošā uzdevumus un izpilda tos viņa vietā. Vēsturē paliek abi: kas darīja un kura vietā. Pārējās prombūtnē esošā tiesības aizvietotājam nepāriet.
parties-absent = Prombūtnē
parties-substitute = Aizvietotājs
parties-substitute-hint = Kolēģis no tās pašas iestādes
parties-ground = Pamats
parties-ground-hint = Piemēram, ikgadējais atvaļinājums; nav obligāti
parties-substitution-runs = notiek
parties-substitution-waits = gaidāma
parties-substitution-over = beigusies
parties-substitution-cancelled = atcelta

## Lomas

parties-role = Loma
parties-role-employee = Darbinieks
parties-role-manager = Struktūrvienības vadītājs
parties-role-hr = Personāla speciālists
parties-role-clerk = Lietvedis
parties-role-head = Iestādes vadītājs
parties-role-admin = Administrators
parties-role-accountant = Grāmatvedis
parties-role-auditor = Auditors
parties-role-manager-help = Saskaņo savas struktūrvienības darbinieku iesniegumus un redz viņu prombūtni.
parties-role-hr-help = Ved personāla lietas un sagatavo rīkojumus savā iestādē; pašvaldības līmenī – visās iestādēs.
parties-role-clerk-help = Reģistrē dokumentus un kārto reģistrus savā iestādē.
parties-role-head-help = Vada iestādi un paraksta tās dokumentus.
parties-role-admin-help = Pārvalda iestādes, lomas un maršrutus visā pašvaldībā.
parties-role-accountant-help = Ved grāmatvedību un redz darba samaksas ziņas, kas tai vajadzīgas.
parties-role-auditor-help = Redz visu, ko pārbauda, un neko nemaina.
parties-role-nobody = Šī loma nevienam nav piešķirta.
parties-role-unit = Kur
parties-role-unit-hint = Loma attiecas uz izvēlēto un visu, kas tam pakļauts
parties-role-new = Piešķirt lomu
parties-role-do = Piešķirt
parties-role-revoke = Atņemt
parties-roles-lead = Lomas nosaka, ko cilvēks drīkst. Lai lomu piešķirtu, atveriet cilvēka kartīti.

## Atteikumi

parties-refused-code = Šāds kods jau ir citai iestādei vai struktūrvienībai.
parties-refused-personal-code = Šāds personas kods jau ir citam cilvēkam.
parties-refused-personal-code-form = Personas kodam jābūt no vienpadsmit cipariem.
parties-refused-registration-number = Reģistrācijas numuram jābūt no vienpadsmit cipariem.
parties-refused-iban = Šāds konta numurs nav iespējams. Pārbaudiet, vai tas norakstīts pareizi.
parties-refused-email = E-pasta adresei jābūt šādā veidā: vards@domens.lv.
parties-refused-phone = Tālruņa numuram jābūt no astoņiem cipariem.
parties-refused-places = Ierakstiet skaitli, kas lielāks par nulli, piemēram, 1 vai 0,5.
parties-refused-oneself = Cilvēks nevar aizvietot pats sevi.
parties-refused-backwards = Pēdējā diena ir pirms pirmās.
parties-refused-past = Šis laiks jau ir pagājis.
parties-refused-cancel-past = Šī aizvietošana jau ir beigusies vai atcelta.
parties-refused-not-employed = Izvēlētais cilvēks šajā laikā šeit nestrādā.
parties-refused-overlaps = Šajā laikā šis cilvēks jau ir iecelts par aizvietotāju.
parties-refused-circle = Izvēlēto cilvēku šajā laikā tieši vai caur citiem aizvieto pats prombūtnē esošais. Izvēlieties citu.
parties-refused-root = Pašvaldību pārcelt vai slēgt nevar.
parties-refused-under-itself = Struktūrvienība nevar būt pakļauta pati sev.
parties-refused-parent-closed = Izvēlētā augstākā iestāde ir slēgta.
parties-refused-kind = Iestāde nevar būt pakļauta struktūrvienībai.
parties-refused-has-people = { $n ->
    [zero] Pēc šīs dienas te vēl strādā { $n } cilvēku. Vispirms pārceliet viņus.
    [one] Pēc šīs dienas te vēl strādā { $n } cilvēks. Vispirms pārceliet viņu.
   *[other] Pēc šīs dienas te vēl strādā { $n } cilvēki. Vispirms pārceliet viņus.
}
parties-refused-has-units = { $n ->
    [zero] Pakļautībā vēl ir { $n } struktūrvienību. Vispirms slēdziet vai pārceliet tās.
    [one] Pakļautībā vēl ir { $n } struktūrvienība. Vispirms slēdziet vai pārceliet to.
   *[other] Pakļautībā vēl ir { $n } struktūrvienības. Vispirms slēdziet vai pārceliet tās.
}
parties-refused-before-beginning = Tad struktūrvienības vēl nebija.
parties-refused-role-unknown = Šādu lomu piešķirt nevar.
parties-refused-root-only = Administrators ir visai pašvaldībai: izvēlieties pašvaldību.
parties-refused-institution-only = Iestādes vadītājs vada iestādi: izvēlieties iestādi, nevis struktūrvienību.
parties-refused-held = Šī loma šeit viņam šajā laikā jau ir.
parties-refused-last-admin = Tas ir pēdējais administrators. Vispirms ieceliet citu.

## Funkcijas

parties-unit-functions = Ieslēgtās funkcijas
parties-unit-functions-hint = Pārskati skaita iestādes, kurās funkcija ieslēgta. Kamēr nevienā iestādē nekas nav izvēlēts, ieslēgts ir viss.
parties-function-documents = Dokumentu reģistrēšana
parties-function-employee-applications = Darbinieku pašapkalpošanās
parties-function-personnel-orders = Personāla rīkojumi
parties-function-invoices = Rēķini

## Amati

parties-post-edit = Labot amatu
parties-post-last = Amata pēdējā diena (var atstāt tukšu)

## Organizācijas un pilnvarojumi

parties-organisations = Organizācijas
parties-organisation = Organizācija
parties-organisations-empty = Neviena organizācija neatbilst meklētajam.
parties-search-organisation = Nosaukums vai reģistrācijas numurs
parties-search-organisation-hint = Pietiek ar vārdu sākumu; garumzīmes nav vajadzīgas
parties-organisation-new = Jauna organizācija
parties-organisation-edit = Labot organizācijas datus
parties-legal-form = Juridiskā forma
parties-legal-form-hint = Piemēram, SIA, biedrība, valsts iestāde; nav obligāti
parties-legal-address = Juridiskā adrese
parties-e-address = Oficiālā elektroniskā adrese
parties-registration-number-hint = Vienpadsmit cipari; ārvalsts organizācijai var atstāt tukšu
parties-registration-number-doubtful = Reģistrācijas numurs neatbilst pārbaudes likumam vai ir demonstrācijas numurs. Pārbaudiet, vai tas norakstīts pareizi.
parties-mandates = Pilnvarojumi
parties-mandates-empty = Šeit būs tie, kas drīkst rīkoties organizācijas vārdā.
parties-mandate-new = Pierakstīt pilnvarojumu
parties-mandate-lead = Kas drīkst rīkoties šīs organizācijas vārdā: { $name }
parties-mandate-do = Pierakstīt
parties-mandate-revoke = Atsaukt pilnvarojumu
parties-mandate-revoke-do = Atsaukt
parties-mandate-extent = Apjoms
parties-mandate-full = Viss, ko drīkstētu pati organizācija
parties-mandate-submit = Iesniegt iesniegumus un dokumentus
parties-mandate-receive = Saņemt dokumentus un lēmumus
parties-mandate-sign = Parakstīt tās vārdā
parties-mandate-ground-hint = Pilnvaras datums un numurs vai ieraksts Uzņēmumu reģistrā
parties-mandate-code-hint = Pēc personas koda atrod jau zināmu cilvēku; kam tā nav, to ieraksta no jauna
parties-mandate-stands = spēkā
parties-mandate-waits = vēl nav sācies
parties-mandate-over = beidzies
parties-mandate-revoked = atsaukts
parties-representative = Pārstāvis
parties-refused-organisation-known = Organizācija ar šādu reģistrācijas numuru jau ir.
parties-refused-mandate-oneself = Cilvēks nevar pārstāvēt pats sevi.
parties-refused-mandate-held = Šim cilvēkam šajā laikā tāds pilnvarojums jau ir.
parties-refused-mandate-revoked = Šis pilnvarojums jau ir atsaukts.
parties-refused-mandate-other-name = Ar šādu personas kodu ir pierakstīts cits vārds un uzvārds. Pārbaudiet abus.
parties-refused-post-before = Tad amata vēl nebija.
parties-refused-post-has-people = { $n ->
    [zero] Pēc šīs dienas amatā vēl strādā { $n } cilvēku. Vispirms pārceliet viņus.
    [one] Pēc šīs dienas amatā vēl strādā { $n } cilvēks. Vispirms pārceliet viņu.
   *[other] Pēc šīs dienas amatā vēl strādā { $n } cilvēki. Vispirms pārceliet viņus.
}

## Likuma rādītāji

parties-parameters = Likuma rādītāji
parties-parameters-lead = Skaitļi, pēc kuriem sistēma rēķina: termiņi, likmes, normas. Katram ir spēkā esības laiks un avots. Pašvaldība var noteikt savu vērtību; savās dienās tā ir spēkā likuma vērtības vietā.
parties-parameter = Rādītājs
parties-parameter-set = Noteikt savu vērtību
parties-parameter-remove = Atcelt savu vērtību
parties-parameter-value = Vērtība
parties-parameter-source = Avots
parties-parameter-source-hint = Pašvaldības akts: nosaukums, datums, numurs
parties-parameter-law = likums
parties-parameter-uncertain = jāpārbauda
parties-parameter-own = pašvaldības
parties-parameter-over = vairs nav spēkā
parties-refused-parameter = Vērtībai jābūt tāda paša veida kā šī: { $like }.
parties-refused-parameter-day = No šīs dienas sava vērtība jau ir noteikta.
parties-parameter-name = Kam vērtība domāta (piemēram, valsts)
parties-refused-parameter-name = Lietojiet tikai burtus, ciparus, atstarpes un defises.

parties-n-working-days = { $n ->
    [one] { $n } darba diena
   *[other] { $n } darba dienas
}
parties-n-days = { $n ->
    [one] { $n } diena
   *[other] { $n } dienas
}
parties-n-months = { $n ->
    [one] { $n } mēnesis
   *[other] { $n } mēneši
}
parties-unit-working-days = darba dienas
parties-unit-days = kalendāra dienas
parties-unit-months = mēneši
figure-part-count = Cik
figure-part-unit = Kādas vienības
figure-part-days = Dienas
figure-part-working = Skaita darba dienas
figure-part-months = Mēneši
figure-part-rolls = Brīvdienā beidzas nākamajā darba dienā
figure-part-daily-cents = Dienas nauda (centos)
figure-part-hotel-cents = Viesnīca (centos)
figure-part-price-percent = Cena (procentos)
figure-part-amount-cents = Summa (centos)
parties-yes = jā
parties-no = nē
