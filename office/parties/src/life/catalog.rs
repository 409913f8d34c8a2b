//! Which institutions a municipality usually has, with their units, posts and pay.

use crate::role;

/// A post, as the generator knows it.
#[derive(Debug)]
pub(super) struct PostDef {
    pub title: &'static str,
    /// Monthly salary in cents, from and to.
    pub salary: (i64, i64),
    pub elected: bool,
}

const fn post(title: &'static str, from: i64, to: i64) -> PostDef {
    PostDef { title, salary: (from * 100, to * 100), elected: false }
}

const fn elected(title: &'static str, salary: i64) -> PostDef {
    PostDef { title, salary: (salary * 100, salary * 100), elected: true }
}

/// A unit; its first post leads it.
#[derive(Debug)]
pub(super) struct Room {
    pub name: &'static str,
    pub posts: &'static [PostDef],
}

#[derive(Debug)]
pub(super) struct KindDef {
    pub code: &'static str,
    /// Which functions of the system its kind uses.
    pub functions: &'static [&'static str],
    /// Its part of all employees.
    pub weight: usize,
    pub head: PostDef,
    /// Who keeps its papers, with their roles.
    pub office: &'static [(PostDef, &'static str)],
    pub units: &'static [Room],
}

impl KindDef {
    /// How many it has when every unit has two people: head, office, units.
    pub const fn fullest(&self) -> usize {
        1 + self.office.len() + 2 * self.units.len()
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Administration,
    School,
    Kindergarten,
    Social,
    Culture,
    Library,
    Police,
    OrphansCourt,
    Registry,
    Arts,
    Sports,
    Museum,
    Parish,
    Care,
}

/// What every institution works with, see [`crate::FUNCTIONS`].
const USUAL: &[&str] = &["documents", "employee-applications", "personnel-orders"];
/// Those that get bills of their own.
const WITH_INVOICES: &[&str] = &["documents", "employee-applications", "personnel-orders", "invoices"];

const CLERK: PostDef = post("Lietvedis", 1100, 1400);
const HR: PostDef = post("Personāla speciālists", 1300, 1700);

const TEACHING: &[PostDef] = &[
    post("Direktora vietnieks izglītības jomā", 1900, 2300),
    post("Matemātikas skolotājs", 1500, 1900),
    post("Latviešu valodas un literatūras skolotājs", 1500, 1900),
    post("Angļu valodas skolotājs", 1500, 1900),
    post("Ķīmijas skolotājs", 1500, 1850),
    post("Sporta skolotājs", 1450, 1800),
    post("Vēstures skolotājs", 1450, 1850),
];
const PRIMARY: &[PostDef] = &[
    post("Sākumskolas metodiskās jomas vadītājs", 1700, 2000),
    post("Sākumizglītības skolotājs", 1450, 1800),
    post("Pedagoga palīgs", 900, 1100),
];
const SUPPORT: &[PostDef] = &[
    post("Atbalsta komandas vadītājs", 1600, 1900),
    post("Skolotājs logopēds", 1450, 1750),
    post("Sociālais pedagogs", 1400, 1700),
    post("Izglītības psihologs", 1500, 1900),
];
const HOUSEHOLD: &[PostDef] = &[
    post("Saimniecības vadītājs", 1200, 1500),
    post("Dežurants", 780, 850),
    post("Apkopējs", 780, 830),
    post("Remontstrādnieks", 850, 1050),
];
const GROUPS: &[PostDef] = &[
    post("Vadītāja vietnieks izglītības jomā", 1600, 1900),
    post("Pirmsskolas izglītības skolotājs", 1400, 1700),
    post("Skolotāja palīgs", 850, 1000),
    post("Pirmsskolas mūzikas skolotājs", 1350, 1600),
];
const KITCHEN: &[PostDef] =
    &[post("Virtuves vadītājs", 1200, 1400), post("Pavārs", 900, 1100), post("Virtuves darbinieks", 780, 850)];

pub(super) const ADMINISTRATION: KindDef = KindDef {
    code: "CA",
    functions: WITH_INVOICES,
    weight: 16,
    head: post("Izpilddirektors", 3600, 4000),
    office: &[
        (elected("Domes priekšsēdētājs", 4400), ""),
        (post("Informācijas sistēmu administrators", 1900, 2400), role::ADMIN),
        (post("Personāla nodaļas vadītājs", 2000, 2400), role::HR),
        (post("Kancelejas vadītājs", 1700, 2100), role::CLERK),
        (post("Galvenais grāmatvedis", 2200, 2700), role::ACCOUNTANT),
    ],
    units: &[
        Room {
            name: "Finanšu un grāmatvedības nodaļa",
            posts: &[
                post("Nodaļas vadītājs", 2100, 2500),
                post("Grāmatvedis", 1300, 1800),
                post("Ekonomists", 1500, 1900),
            ],
        },
        Room {
            name: "Juridiskā nodaļa",
            posts: &[
                post("Nodaļas vadītājs", 2200, 2600),
                post("Jurists", 1700, 2200),
                post("Iepirkumu speciālists", 1500, 1900),
            ],
        },
        Room {
            name: "Attīstības un plānošanas nodaļa",
            posts: &[
                post("Nodaļas vadītājs", 2100, 2500),
                post("Projektu vadītājs", 1600, 2000),
                post("Teritorijas plānotājs", 1700, 2100),
            ],
        },
        Room {
            name: "Nekustamo īpašumu nodaļa",
            posts: &[
                post("Nodaļas vadītājs", 2000, 2400),
                post("Zemes lietu speciālists", 1400, 1800),
                post("Nekustamā īpašuma nodokļa administrators", 1300, 1600),
            ],
        },
        Room {
            name: "Klientu apkalpošanas centrs",
            posts: &[
                post("Centra vadītājs", 1700, 2000),
                post("Klientu apkalpošanas speciālists", 1150, 1400),
                post("Arhīvists", 1200, 1450),
            ],
        },
        Room {
            name: "Informācijas tehnoloģiju nodaļa",
            posts: &[
                post("Nodaļas vadītājs", 2300, 2800),
                post("Datorsistēmu un datortīklu administrators", 1600, 2100),
                post("Informācijas sistēmu lietotāju atbalsta speciālists", 1300, 1700),
            ],
        },
    ],
};

const SCHOOL: KindDef = KindDef {
    code: "SK",
    functions: WITH_INVOICES,
    weight: 26,
    head: post("Direktors", 2400, 2900),
    office: &[(CLERK, role::CLERK), (HR, role::HR)],
    units: &[
        Room { name: "Vidējās izglītības metodiskā joma", posts: TEACHING },
        Room { name: "Sākumskola", posts: PRIMARY },
        Room { name: "Atbalsta komanda", posts: SUPPORT },
        Room { name: "Saimniecības daļa", posts: HOUSEHOLD },
    ],
};
const KINDERGARTEN: KindDef = KindDef {
    code: "PII",
    functions: WITH_INVOICES,
    weight: 18,
    head: post("Vadītājs", 1900, 2200),
    office: &[(CLERK, role::CLERK)],
    units: &[Room { name: "Izglītības grupas", posts: GROUPS }, Room { name: "Virtuve", posts: KITCHEN }],
};
const SOCIAL: KindDef = KindDef {
    code: "SD",
    functions: WITH_INVOICES,
    weight: 20,
    head: post("Sociālā dienesta vadītājs", 2200, 2600),
    office: &[(CLERK, role::CLERK)],
    units: &[
        Room {
            name: "Sociālā darba nodaļa",
            posts: &[
                post("Nodaļas vadītājs", 1800, 2100),
                post("Sociālais darbinieks", 1400, 1750),
                post("Sociālā darba organizators", 1200, 1450),
            ],
        },
        Room {
            name: "Sociālo pakalpojumu nodaļa",
            posts: &[
                post("Nodaļas vadītājs", 1800, 2100),
                post("Sociālais aprūpētājs", 1150, 1350),
                post("Aprūpētājs mājās", 900, 1100),
            ],
        },
    ],
};
const CULTURE: KindDef = KindDef {
    code: "KN",
    functions: WITH_INVOICES,
    weight: 8,
    head: post("Vadītājs", 1500, 1800),
    office: &[(CLERK, role::CLERK)],
    units: &[Room {
        name: "Pasākumu nodaļa",
        posts: &[
            post("Pasākumu nodaļas vadītājs", 1350, 1600),
            post("Kultūras pasākumu organizators", 1100, 1350),
            post("Skaņu un gaismu operators", 1050, 1250),
        ],
    }],
};
const LIBRARY: KindDef = KindDef {
    code: "BIB",
    functions: USUAL,
    weight: 7,
    head: post("Bibliotēkas vadītājs", 1400, 1750),
    office: &[(CLERK, role::CLERK)],
    units: &[Room {
        name: "Lasītāju apkalpošana",
        posts: &[
            post("Galvenais bibliotekārs", 1250, 1450),
            post("Bibliotekārs", 1100, 1300),
            post("Bibliogrāfs", 1100, 1300),
        ],
    }],
};
const POLICE: KindDef = KindDef {
    code: "PP",
    functions: USUAL,
    weight: 9,
    head: post("Pašvaldības policijas priekšnieks", 2100, 2500),
    office: &[(CLERK, role::CLERK)],
    units: &[Room {
        name: "Patruļas nodaļa",
        posts: &[
            post("Vecākais inspektors", 1500, 1800),
            post("Inspektors", 1300, 1550),
            post("Kārtībnieks", 1150, 1350),
        ],
    }],
};
const ORPHANS_COURT: KindDef = KindDef {
    code: "BT",
    functions: USUAL,
    weight: 4,
    head: post("Bāriņtiesas priekšsēdētājs", 1900, 2200),
    office: &[(CLERK, role::CLERK)],
    units: &[Room {
        name: "Bāriņtiesas locekļi",
        posts: &[
            post("Bāriņtiesas priekšsēdētāja vietnieks", 1700, 1950),
            post("Bāriņtiesas loceklis", 1450, 1700),
            post("Bāriņtiesas priekšsēdētāja palīgs", 1200, 1400),
        ],
    }],
};
const REGISTRY: KindDef = KindDef {
    code: "DZ",
    functions: USUAL,
    weight: 2,
    head: post("Dzimtsarakstu nodaļas vadītājs", 1500, 1800),
    office: &[],
    units: &[Room {
        name: "Reģistrācija",
        posts: &[
            post("Dzimtsarakstu nodaļas vadītāja vietnieks", 1350, 1550),
            post("Dzimtsarakstu speciālists", 1200, 1400),
        ],
    }],
};
const ARTS: KindDef = KindDef {
    code: "MS",
    functions: USUAL,
    weight: 10,
    head: post("Direktors", 1900, 2300),
    office: &[(CLERK, role::CLERK)],
    units: &[Room {
        name: "Profesionālās ievirzes programmas",
        posts: &[
            post("Direktora vietnieks", 1600, 1900),
            post("Klavierspēles skolotājs", 1400, 1700),
            post("Vijoļspēles skolotājs", 1400, 1700),
            post("Mākslas skolotājs", 1400, 1700),
        ],
    }],
};
const SPORTS: KindDef = KindDef {
    code: "SS",
    functions: USUAL,
    weight: 9,
    head: post("Direktors", 1900, 2300),
    office: &[(CLERK, role::CLERK)],
    units: &[Room {
        name: "Treneri",
        posts: &[
            post("Vecākais treneris", 1500, 1750),
            post("Profesionālās ievirzes sporta izglītības treneris", 1350, 1600),
            post("Sporta bāzes uzraugs", 850, 1000),
        ],
    }],
};
const MUSEUM: KindDef = KindDef {
    code: "MZ",
    functions: USUAL,
    weight: 4,
    head: post("Muzeja vadītājs", 1500, 1800),
    office: &[],
    units: &[Room {
        name: "Krājuma nodaļa",
        posts: &[
            post("Galvenais krājuma glabātājs", 1300, 1500),
            post("Muzeja speciālists", 1150, 1350),
            post("Ekskursiju vadītājs", 1000, 1200),
        ],
    }],
};
const PARISH: KindDef = KindDef {
    code: "PA",
    functions: USUAL,
    weight: 9,
    head: post("Pagasta pārvaldes vadītājs", 1700, 2000),
    office: &[(CLERK, role::CLERK)],
    units: &[Room {
        name: "Komunālā saimniecība",
        posts: &[
            post("Komunālās saimniecības vadītājs", 1300, 1500),
            post("Labiekārtošanas strādnieks", 850, 1000),
            post("Traktora vadītājs", 950, 1150),
            post("Apkures iekārtu operators", 850, 1000),
        ],
    }],
};
const CARE: KindDef = KindDef {
    code: "AC",
    functions: WITH_INVOICES,
    weight: 14,
    head: post("Aprūpes centra vadītājs", 1700, 2000),
    office: &[(CLERK, role::CLERK)],
    units: &[
        Room {
            name: "Aprūpes nodaļa",
            posts: &[
                post("Vecākā māsa", 1500, 1750),
                post("Aprūpētājs", 950, 1150),
                post("Sociālais rehabilitētājs", 1250, 1450),
            ],
        },
        Room { name: "Virtuve", posts: KITCHEN },
    ],
};

impl Kind {
    pub const fn def(self) -> &'static KindDef {
        match self {
            Self::Administration => &ADMINISTRATION,
            Self::School => &SCHOOL,
            Self::Kindergarten => &KINDERGARTEN,
            Self::Social => &SOCIAL,
            Self::Culture => &CULTURE,
            Self::Library => &LIBRARY,
            Self::Police => &POLICE,
            Self::OrphansCourt => &ORPHANS_COURT,
            Self::Registry => &REGISTRY,
            Self::Arts => &ARTS,
            Self::Sports => &SPORTS,
            Self::Museum => &MUSEUM,
            Self::Parish => &PARISH,
            Self::Care => &CARE,
        }
    }
}

/// What every municipality has once.
const ONCE: &[(Kind, &str)] = &[
    (Kind::Administration, "Parauga novada Centrālā administrācija"),
    (Kind::School, "Parauga vidusskola"),
    (Kind::Kindergarten, "Parauga pirmsskolas izglītības iestāde „Saulstariņš”"),
    (Kind::Social, "Parauga novada Sociālais dienests"),
    (Kind::Culture, "Parauga Kultūras centrs"),
    (Kind::Library, "Parauga novada Centrālā bibliotēka"),
    (Kind::Police, "Parauga novada Pašvaldības policija"),
    (Kind::OrphansCourt, "Parauga novada Bāriņtiesa"),
    (Kind::Registry, "Parauga novada Dzimtsarakstu nodaļa"),
    (Kind::Arts, "Parauga Mūzikas un mākslas skola"),
    (Kind::Sports, "Parauga novada Sporta skola"),
    (Kind::Museum, "Parauga novada Muzejs"),
];

/// What every parish may have, the place in the genitive.
const PER_PLACE: &[(Kind, &str)] = &[
    (Kind::Parish, "{} pagasta pārvalde"),
    (Kind::School, "{} pamatskola"),
    (Kind::Kindergarten, "{} pirmsskolas izglītības iestāde"),
    (Kind::Culture, "{} kultūras nams"),
    (Kind::Library, "{} bibliotēka"),
    (Kind::Care, "{} sociālās aprūpes centrs"),
];

/// Made-up parishes.
const PLACES: &[&str] = &[
    "Vējkalna",
    "Liepsalas",
    "Ezermuižas",
    "Rītupes",
    "Dzirnavkroga",
    "Sudrabpļavu",
    "Krauklienas",
    "Bitenieku",
    "Lāčupītes",
    "Zvaigžņkalna",
    "Vizbuļu",
    "Priežleju",
    "Akmeņstrauta",
    "Medussalas",
    "Irbenāju",
    "Gundegu",
    "Dūmakas",
    "Klusezera",
    "Pīlādžkalna",
    "Straumēnu",
    "Zemgravas",
    "Mālupkalna",
    "Ogsilas",
    "Purvmales",
];

/// So many institutions: first what stands once, then parish by parish.
pub(super) fn institutions(count: usize) -> Vec<(Kind, String)> {
    let once = ONCE.iter().map(|(kind, name)| (*kind, (*name).to_owned()));
    let rounds = 0..;
    let places = rounds.flat_map(|round: usize| PLACES.iter().map(move |place| (round, *place)));
    let more = places.flat_map(|(round, place)| {
        let number = if round == 0 { String::new() } else { format!(" {}.", round + 1) };
        PER_PLACE.iter().map(move |(kind, pattern)| (*kind, pattern.replace("{}", &format!("{place}{number}"))))
    });
    once.chain(more).take(count).collect()
}
