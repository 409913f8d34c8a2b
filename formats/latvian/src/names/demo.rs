//! Names for demonstration people. Common given names and surnames from everyday nature and trades; put together by
//! number, so that a combination means nobody in particular.

/// A surname in its two forms; some have one form for both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Surname {
    /// Borne by men.
    pub male: &'static str,
    /// Borne by women.
    pub female: &'static str,
}

const fn both(male: &'static str, female: &'static str) -> Surname {
    Surname { male, female }
}

/// Common given names of women.
#[rustfmt::skip]
pub const FEMALE_NAMES: &[&str] = &[
    "Agita", "Agnese", "Agrita", "Aija", "Aiga", "Alīna", "Alise", "Amanda", "Ance", "Anda", "Anete", "Anita",
    "Anna", "Annija", "Antra", "Arta", "Astra", "Baiba", "Beāte", "Benita", "Biruta", "Dace", "Daiga", "Daina",
    "Dagnija", "Dana", "Diāna", "Dita", "Dzintra", "Edīte", "Egija", "Elīna", "Elīza", "Ella", "Elza",
    "Emīlija", "Estere", "Eva", "Evelīna", "Evija", "Evita", "Gerda", "Gita", "Gundega", "Gunita", "Gunta",
    "Guna", "Ieva", "Ilga", "Ilona", "Ilva", "Ilze", "Inese", "Inga", "Ingrīda", "Ineta", "Inta", "Irēna",
    "Irma", "Ivanda", "Jana", "Jolanta", "Kaiva", "Karīna", "Katrīna", "Kristīne", "Krista", "Laila", "Laima",
    "Lana", "Lāsma", "Lauma", "Laura", "Lelde", "Liene", "Liāna", "Liena", "Lība", "Līga", "Linda", "Lita",
    "Līva", "Lolita", "Maija", "Māra", "Mārīte", "Margarita", "Marija", "Marta", "Megija", "Mirdza", "Monta",
    "Nora", "Olita", "Paula", "Rasa", "Regīna", "Renāte", "Rita", "Rudīte", "Rūta", "Sabīne", "Sandra",
    "Sanita", "Sanda", "Santa", "Sarmīte", "Signe", "Silvija", "Sintija", "Solvita", "Tekla", "Una", "Valda",
    "Vēsma", "Velta", "Vija", "Vineta", "Vita", "Zane", "Zanda", "Zelma", "Zenta", "Zinta", "Žanete",
];

/// Common given names of men.
#[rustfmt::skip]
pub const MALE_NAMES: &[&str] = &[
    "Aigars", "Ainārs", "Aivars", "Aldis", "Alfrēds", "Andis", "Andrejs", "Andris", "Ansis", "Arnis", "Artis",
    "Artūrs", "Arvīds", "Atis", "Augusts", "Dainis", "Daniels", "Dāvis", "Didzis", "Dzintars", "Edgars",
    "Edijs", "Eduards", "Edvīns", "Eižens", "Elmārs", "Emīls", "Ernests", "Ēriks", "Gatis", "Gints", "Gunārs",
    "Guntars", "Guntis", "Gustavs", "Harijs", "Henrijs", "Ilgvars", "Ilmārs", "Imants", "Indulis", "Ingus",
    "Ivars", "Ivo", "Jānis", "Jēkabs", "Juris", "Kalvis", "Kaspars", "Kārlis", "Klāvs", "Kristaps", "Krišjānis",
    "Lauris", "Leons", "Linards", "Maigonis", "Mareks", "Mārcis", "Māris", "Markuss", "Mārtiņš", "Matīss",
    "Miks", "Modris", "Niklāvs", "Normunds", "Oskars", "Osvalds", "Oto", "Pāvels", "Pēteris", "Raimonds",
    "Ralfs", "Raitis", "Reinis", "Renārs", "Ričards", "Rihards", "Roberts", "Rolands", "Rūdolfs", "Sandis",
    "Toms", "Uldis", "Uģis", "Valdis", "Vallijs", "Valters", "Viesturs", "Viktors", "Vilhelms", "Vilis",
    "Vilnis", "Visvaldis", "Voldemārs", "Zigmārs", "Zigurds", "Ziedonis",
];

/// Common surnames.
#[rustfmt::skip]
pub const SURNAMES: &[Surname] = &[
    both("Āboliņš", "Āboliņa"), both("Āboltiņš", "Āboltiņa"), both("Ābols", "Ābola"), both("Alksnis", "Alksne"),
    both("Andersons", "Andersona"), both("Apinis", "Apine"), both("Apsītis", "Apsīte"),
    both("Auziņš", "Auziņa"), both("Avotiņš", "Avotiņa"), both("Baltiņš", "Baltiņa"), both("Balodis", "Balode"),
    both("Banga", "Banga"), both("Bebris", "Bebre"), both("Bērziņš", "Bērziņa"), both("Bērzs", "Bērza"),
    both("Birznieks", "Birznieka"), both("Bite", "Bite"), both("Blūms", "Blūma"), both("Briedis", "Briede"),
    both("Brencis", "Brence"), both("Broks", "Broka"), both("Brūveris", "Brūvere"), both("Bušs", "Buša"),
    both("Caune", "Caune"), both("Celms", "Celma"), both("Celmiņš", "Celmiņa"), both("Ceriņš", "Ceriņa"),
    both("Cielavs", "Cielava"), both("Cinis", "Cine"), both("Cīrulis", "Cīrule"), both("Dambis", "Dambe"),
    both("Dauksts", "Dauksta"), both("Dreimanis", "Dreimane"), both("Dumpis", "Dumpe"),
    both("Dūmiņš", "Dūmiņa"), both("Dzenis", "Dzene"), both("Dzērve", "Dzērve"), both("Eglītis", "Eglīte"),
    both("Egle", "Egle"), both("Ezeriņš", "Ezeriņa"), both("Freimanis", "Freimane"),
    both("Gaidulis", "Gaidule"), both("Gailis", "Gaile"), both("Gailītis", "Gailīte"), both("Galiņš", "Galiņa"),
    both("Goba", "Goba"), both("Graudiņš", "Graudiņa"), both("Grants", "Granta"),
    both("Grīnbergs", "Grīnberga"), both("Grāvītis", "Grāvīte"), both("Gulbis", "Gulbe"),
    both("Ikaunieks", "Ikaunieka"), both("Irbe", "Irbe"), both("Jansons", "Jansona"),
    both("Jaunzems", "Jaunzema"), both("Jēkabsons", "Jēkabsona"), both("Jirgensons", "Jirgensona"),
    both("Jumiķis", "Jumiķe"), both("Kaktiņš", "Kaktiņa"), both("Kalējs", "Kalēja"), both("Kalniņš", "Kalniņa"),
    both("Kalns", "Kalna"), both("Kārkliņš", "Kārkliņa"), both("Kauliņš", "Kauliņa"), both("Ķirsis", "Ķirse"),
    both("Kļaviņš", "Kļaviņa"), both("Kociņš", "Kociņa"), both("Kokins", "Kokina"),
    both("Krastiņš", "Krastiņa"), both("Krauklis", "Kraukle"), both("Krauze", "Krauze"),
    both("Krieviņš", "Krieviņa"), both("Kronbergs", "Kronberga"), both("Kronis", "Krone"),
    both("Krūmiņš", "Krūmiņa"), both("Krūze", "Krūze"), both("Kurmis", "Kurme"), both("Kviesis", "Kviese"),
    both("Lācis", "Lāce"), both("Laiviņš", "Laiviņa"), both("Lapiņš", "Lapiņa"), both("Lapsa", "Lapsa"),
    both("Lasmanis", "Lasmane"), both("Lauva", "Lauva"), both("Lazdiņš", "Lazdiņa"),
    both("Legzdiņš", "Legzdiņa"), both("Leja", "Leja"), both("Liepa", "Liepa"), both("Liepiņš", "Liepiņa"),
    both("Līcis", "Līce"), both("Liepnieks", "Liepnieka"), both("Lūsis", "Lūse"), both("Lukss", "Luksa"),
    both("Magone", "Magone"), both("Mednis", "Medne"), both("Melderis", "Meldere"), both("Meija", "Meija"),
    both("Mežs", "Meža"), both("Mieriņš", "Mieriņa"), both("Miezis", "Mieze"), both("Mucenieks", "Mucenieka"),
    both("Muižnieks", "Muižnieka"), both("Neilands", "Neilanda"), both("Niedra", "Niedra"),
    both("Nagliņš", "Nagliņa"), both("Osis", "Ose"), both("Osītis", "Osīte"), both("Ozoliņš", "Ozoliņa"),
    both("Ozols", "Ozola"), both("Paegle", "Paegle"), both("Pakalns", "Pakalna"), both("Palejs", "Paleja"),
    both("Pētersons", "Pētersona"), both("Pērkons", "Pērkona"), both("Pļaviņš", "Pļaviņa"),
    both("Priede", "Priede"), both("Priedītis", "Priedīte"), both("Pūce", "Pūce"), both("Puķītis", "Puķīte"),
    both("Puriņš", "Puriņa"), both("Purvs", "Purva"), both("Putniņš", "Putniņa"), both("Radziņš", "Radziņa"),
    both("Reinfelds", "Reinfelda"), both("Riekstiņš", "Riekstiņa"), both("Roze", "Roze"),
    both("Rozenbergs", "Rozenberga"), both("Rozītis", "Rozīte"), both("Rubenis", "Rubene"),
    both("Rudzītis", "Rudzīte"), both("Rutks", "Rutka"), both("Rozentāls", "Rozentāla"),
    both("Saulītis", "Saulīte"), both("Salmiņš", "Salmiņa"), both("Siliņš", "Siliņa"), both("Sīlis", "Sīle"),
    both("Skuja", "Skuja"), both("Skudra", "Skudra"), both("Sproģis", "Sproģe"), both("Spriņģis", "Spriņģe"),
    both("Stabiņš", "Stabiņa"), both("Stirna", "Stirna"), both("Straume", "Straume"),
    both("Strautiņš", "Strautiņa"), both("Strautmanis", "Strautmane"), both("Strazdiņš", "Strazdiņa"),
    both("Strazds", "Strazda"), both("Sūna", "Sūna"), both("Šmits", "Šmita"), both("Šteins", "Šteina"),
    both("Šulcs", "Šulca"), both("Taurenis", "Taurene"), both("Tauriņš", "Tauriņa"), both("Teteris", "Tetere"),
    both("Tiltiņš", "Tiltiņa"), both("Timermanis", "Timermane"), both("Tomsons", "Tomsona"),
    both("Tīrums", "Tīruma"), both("Upenieks", "Upenieka"), both("Upītis", "Upīte"), both("Urbāns", "Urbāna"),
    both("Vanags", "Vanaga"), both("Vanadziņš", "Vanadziņa"), both("Vēveris", "Vēvere"), both("Vējš", "Vēja"),
    both("Vējiņš", "Vējiņa"), both("Veinbergs", "Veinberga"), both("Viksna", "Viksna"),
    both("Vilciņš", "Vilciņa"), both("Vilks", "Vilka"), both("Vīksne", "Vīksne"), both("Vītoliņš", "Vītoliņa"),
    both("Vītols", "Vītola"), both("Zaķis", "Zaķe"), both("Zālītis", "Zālīte"), both("Zariņš", "Zariņa"),
    both("Zeltiņš", "Zeltiņa"), both("Zemītis", "Zemīte"), both("Ziediņš", "Ziediņa"),
    both("Ziemelis", "Ziemele"), both("Zirnis", "Zirne"), both("Zīle", "Zīle"), both("Zvaigzne", "Zvaigzne"),
    both("Zvejnieks", "Zvejnieka"), both("Zvirbulis", "Zvirbule"), both("Žagars", "Žagara"),
    both("Žīgurs", "Žīgura"),
];

/// A demonstration person's name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DemoName {
    /// Given name.
    pub given: &'static str,
    /// Surname in the form that agrees with it.
    pub surname: &'static str,
    /// Whether the name is a woman's.
    pub is_female: bool,
}

/// The name of the nth demonstration person: women and men in turn, deterministic, all combinations before a repeat.
#[must_use]
pub fn demo_name(n: u64) -> DemoName {
    let is_female = n.is_multiple_of(2);
    let names = if is_female { FEMALE_NAMES } else { MALE_NAMES };
    let place = n / 2;
    // Stepping through both lists at once, with a shift per round, visits every pair.
    let (given_count, surname_count) = (names.len() as u64, SURNAMES.len() as u64);
    let round = place / given_count;
    let given = pick(names, place % given_count).copied().unwrap_or_default();
    let surname = pick(SURNAMES, (place % given_count * 7 + round) % surname_count);
    let surname = surname.map_or("", |surname| if is_female { surname.female } else { surname.male });
    DemoName { given, surname, is_female }
}

fn pick<T>(list: &[T], place: u64) -> Option<&T> {
    list.get(usize::try_from(place).ok()?)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::search::{fold, stem};

    #[test]
    fn the_lists_are_long_enough_and_have_no_doubles() {
        let distinct = |list: &[&str]| list.iter().collect::<HashSet<_>>().len() == list.len();
        let men: Vec<_> = SURNAMES.iter().map(|surname| surname.male).collect();
        assert!(FEMALE_NAMES.len() >= 60 && MALE_NAMES.len() >= 60 && SURNAMES.len() >= 150);
        assert!(distinct(FEMALE_NAMES) && distinct(MALE_NAMES) && distinct(&men));
    }

    #[test]
    fn demo_names_agree_in_gender_and_do_not_repeat_soon() {
        let names: Vec<_> = (0..20_000).map(demo_name).collect();
        let distinct: HashSet<_> = names.iter().map(|name| (name.given, name.surname)).collect();
        assert_eq!(distinct.len(), names.len());
        assert!(names.iter().all(|name| !name.is_female || !name.surname.ends_with(['s', 'š'])));
        assert_eq!(demo_name(5), demo_name(5));
        let _ = demo_name(u64::MAX);
    }

    #[test]
    fn both_forms_of_a_surname_and_plain_typing_have_one_stem() {
        for Surname { male, female } in SURNAMES {
            assert_eq!(stem(male), stem(female));
            assert_eq!(stem(male), stem(&fold(male)));
        }
    }
}
