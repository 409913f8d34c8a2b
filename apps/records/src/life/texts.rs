//! What made-up letters are about. Institutions of the state are named; persons and firms are invented.

use crate::model::Process;

/// What a letter is about.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Topic {
    pub title: &'static str,
    pub text: &'static str,
    /// The process whose time the law limits.
    pub process: Option<Process>,
    pub is_answered: bool,
    /// Who writes it.
    pub from: From,
    /// The file of the classification scheme.
    pub class: &'static str,
    /// Is it about somebody's private life?
    pub is_private: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum From {
    Person,
    Firm,
    State,
}

const fn asks(title: &'static str, text: &'static str, from: From) -> Topic {
    let process = Some(Process::Submission);
    Topic { title, text, process, is_answered: true, from, class: "2-1", is_private: false }
}

const fn private(title: &'static str, text: &'static str) -> Topic {
    Topic { is_private: true, ..asks(title, text, From::Person) }
}

const fn decides(title: &'static str, text: &'static str) -> Topic {
    Topic { process: Some(Process::AdministrativeAct), class: "2-2", ..asks(title, text, From::Person) }
}

const fn informs(title: &'static str, text: &'static str, is_answered: bool) -> Topic {
    Topic { process: None, is_answered, from: From::State, class: "1-3", ..asks(title, text, From::State) }
}

/// What comes to every institution.
pub(super) const COMMON: &[Topic] = &[
    informs("Par aktuālajām izmaiņām normatīvajos aktos", "Informējam par grozījumiem, kas stājas spēkā.", false),
    informs("Par statistikas datu iesniegšanu", "Lūdzam iesniegt datus par iepriekšējo ceturksni.", true),
    informs("Par semināru personas datu aizsardzības speciālistiem", "Aicinām pieteikt dalībniekus.", false),
    informs("Par darba aizsardzības pārbaudi", "Paziņojam par plānoto pārbaudi un lūdzam sagatavot dokumentus.", true),
    Topic {
        process: Some(Process::InformationRequest),
        class: "2-3",
        ..asks(
            "Informācijas pieprasījums par noslēgtajiem līgumiem",
            "Lūdzu sniegt informāciju par pēdējā gadā noslēgtajiem pakalpojumu līgumiem.",
            From::Person,
        )
    },
    asks(
        "Piedāvājums par kancelejas preču piegādi",
        "Piedāvājam piegādi ar atlaidi un bezmaksas transportu.",
        From::Firm,
    ),
];

/// A school, a kindergarten, schools of arts and sports.
pub(super) const SCHOOL: &[Topic] = &[
    decides("Iesniegums par bērna uzņemšanu izglītības iestādē", "Lūdzu uzņemt manu bērnu ar nākamo mācību gadu."),
    asks("Par atbalsta pasākumiem mācību procesā", "Lūdzu nodrošināt logopēda un psihologa atbalstu.", From::Person),
    asks("Par skolēnu ēdināšanas kvalitāti", "Vecāku vārdā lūdzam pārskatīt ēdienkarti.", From::Person),
    asks("Par sporta zāles nomu vakaros", "Lūdzam iznomāt sporta zāli divas reizes nedēļā.", From::Firm),
    private("Iesniegums par bērna veselības stāvokli", "Pievienoju ārsta atzinumu; lūdzu ņemt vērā mācību procesā."),
    asks("Par skolēna prombūtni", "Lūdzu attaisnot prombūtni ģimenes apstākļu dēļ.", From::Person),
    informs("Par valsts pārbaudes darbu norisi", "Nosūtām norises laikus un vadītāju sarakstu.", false),
    informs("Par mācību līdzekļu iegādes finansējumu", "Lūdzam apstiprināt izlietojumu par pusgadu.", true),
    informs("Par dalību mācību priekšmetu olimpiādēs", "Lūdzam pieteikt dalībniekus līdz norādītajam datumam.", true),
    asks("Par mācību ekskursijas autobusu", "Piedāvājam autobusu skolēnu grupām.", From::Firm),
];

/// The central administration and whoever has no desk of its own.
pub(super) const TOWN: &[Topic] = &[
    asks("Par ielas apgaismojumu Ozolu ielā", "Trīs laternas nedeg kopš pagājušās nedēļas.", From::Person),
    asks("Par bedrēm grants ceļā", "Lūdzam greiderēt ceļa posmu pirms lietavām.", From::Person),
    decides("Par koku ciršanu ārpus meža", "Lūdzu atļauju nocirst divus bojātus kokus pie mājas."),
    decides("Par zemes vienības sadalīšanu", "Lūdzu uzsākt zemes ierīcības projekta izstrādi."),
    asks("Par pašvaldības dzīvokļa remontu", "Lūdzu salabot jumtu, ūdens tek pa sienu.", From::Person),
    private("Iesniegums par pabalstu krīzes situācijā", "Pēc ugunsgrēka lūdzu pabalstu; pievienoju izziņu."),
    asks("Par tirdzniecības vietu gadatirgū", "Lūdzam piešķirt divas vietas amatniekiem.", From::Firm),
    asks("Par ūdensapgādes tīklu pieslēgumu", "Lūdzam izsniegt tehniskos noteikumus.", From::Firm),
    informs("Par budžeta izpildes pārskatu", "Lūdzam precizēt pārskatu par iepriekšējo mēnesi.", true),
    informs("Par teritorijas plānojuma saskaņošanu", "Nosūtām atzinumu par plānojuma redakciju.", false),
    informs("Par civilās aizsardzības mācībām", "Aicinām piedalīties mācībās.", true),
];

/// Social service, orphans' court, care.
pub(super) const SOCIAL: &[Topic] = &[
    private("Iesniegums par aprūpi mājās", "Lūdzu izvērtēt vajadzību pēc aprūpes mājās."),
    private("Iesniegums par asistenta pakalpojumu", "Pievienoju atzinumu; lūdzu piešķirt asistentu."),
    asks("Par siltumnīcas dienas centra darba laiku", "Lūdzam pagarināt darba laiku.", From::Person),
    informs("Par sociālo pakalpojumu reģistra datiem", "Lūdzam aktualizēt datus reģistrā.", true),
];

/// Culture, libraries, museums.
pub(super) const CULTURE: &[Topic] = &[
    asks("Par zāles nomu amatierteātra izrādei", "Lūdzam zāli divus vakarus.", From::Firm),
    asks("Par novadpētniecības materiāliem", "Lūdzu piekļuvi fotogrāfijām par stacijas vēsturi.", From::Person),
    informs("Par Dziesmu un deju svētku kolektīvu skati", "Nosūtām skates norises kārtību.", false),
    asks("Par grāmatu dāvinājumu", "Vēlamies dāvināt bibliotēkai ģimenes grāmatu krājumu.", From::Person),
];

/// Letters of one's own.
pub(super) const LETTERS: &[&str] = &[
    "Par datu sniegšanu valsts informācijas sistēmā",
    "Par sadarbību projektā",
    "Uzaicinājums uz sanāksmi",
    "Par līguma izpildes termiņiem",
    "Par finansējuma pārskatu",
    "Par telpu apskati",
    "Pateicība par sadarbību",
];

/// Documents of the house.
pub(super) const NOTES: &[&str] = &[
    "Sanāksmes protokols",
    "Dienesta ziņojums par inventāru",
    "Darba plāns nākamajam ceturksnim",
    "Ugunsdrošības instruktāžas lapa",
    "Telpu izmantošanas kārtība",
    "Iekšējās kontroles pārbaudes akts",
    "Gada inventarizācijas saraksts",
];

/// What is bought.
pub(super) const CONTRACTS: &[&str] = &[
    "Līgums par telpu uzkopšanas līdzekļu piegādi",
    "Līgums par ēdināšanas pakalpojumu",
    "Līgums par apkures katla apkopi",
    "Līgums par datortehnikas nomu",
    "Līgums par transporta pakalpojumu",
];

pub(super) const FIRMS: &[&str] = &[
    "SIA \"Ozolkalna serviss\"",
    "SIA \"Zaļā pļava\"",
    "AS \"Daugavmalas būve\"",
    "SIA \"Trīs bērzi\"",
    "Biedrība \"Mēs savam pagastam\"",
    "Z/S \"Kalnu Ievas\"",
    "Nodibinājums \"Gaismas ceļš\"",
];

pub(super) const STATE: &[&str] = &[
    "Izglītības un zinātnes ministrija",
    "Viedās administrācijas un reģionālās attīstības ministrija",
    "Valsts izglītības attīstības aģentūra",
    "Centrālā statistikas pārvalde",
    "Valsts darba inspekcija",
    "Datu valsts inspekcija",
    "Latvijas Pašvaldību savienība",
];

/// What the head writes.
pub(super) const ORDERS: &[&str] = &[
    "Izskatīt un sagatavot atbildes projektu",
    "Noskaidrot apstākļus un ziņot",
    "Iepazīties un organizēt izpildi",
    "Sagatavot pieprasītos datus",
    "Izvērtēt un sniegt priekšlikumus",
];

/// What the executor reports.
pub(super) const REPORTS: &[&str] =
    &["Atbilde sagatavota", "Izpildīts, dati iesniegti", "Apstākļi noskaidroti, risinājums saskaņots", "Izpildīts"];

/// The schemes of all institutions: index, level above, title, years (0: a level; −1: for ever).
pub(super) const SCHEME: &[(&str, &str, &str, i32)] = &[
    ("1", "", "Pārvaldība", 0),
    ("1-1", "1", "Iestādes vadītāja rīkojumi pamatdarbībā", -1),
    ("1-2", "1", "Darba plāni un pārskati", 10),
    ("1-3", "1", "Sarakste ar valsts un pašvaldību iestādēm", 5),
    ("1-4", "1", "Sanāksmju protokoli un iekšējie dokumenti", 5),
    ("2", "", "Darbs ar iedzīvotājiem", 0),
    ("2-1", "2", "Iesniegumi un atbildes", 5),
    ("2-2", "2", "Administratīvie akti un to lietas", 10),
    ("2-3", "2", "Informācijas pieprasījumi", 3),
    ("3", "", "Personāls", 0),
    ("3-1", "3", "Personāla rīkojumi", 10),
    ("3-2", "3", "Darbinieku personas lietas", 75),
    ("4", "", "Saimniecība", 0),
    ("4-1", "4", "Saimnieciskie līgumi", 10),
    ("4-2", "4", "Inventarizācijas dokumenti", 10),
];
