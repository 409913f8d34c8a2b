//! The municipalities (pašvaldības) since the reform of 1 July 2021, with their validity and a place on a tile map.
//!
//! Source: Administratīvo teritoriju un apdzīvoto vietu likums, annex: 7 state cities and 36 counties. Varakļānu novads
//! joined Madonas novads on 1 July 2025.

use chrono::NaiveDate;

/// A municipality.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Municipality {
    /// Its full name: `Cēsu novads`, `Rīgas valstspilsēta`.
    pub name: &'static str,
    /// Its last day; none while it is there.
    pub until: Option<NaiveDate>,
    /// Column and row on the tile map, from the north-west. A tile map shows who lies where, not how large anybody is.
    pub tile: (u8, u8),
}

impl Municipality {
    /// The name as it fits on a tile: `Cēsu`.
    #[must_use]
    pub fn short(&self) -> &'static str {
        self.name.split_once(' ').map_or(self.name, |(place, _)| place)
    }

    /// Is it a state city (valstspilsēta)?
    #[must_use]
    pub fn is_city(&self) -> bool {
        self.name.ends_with("valstspilsēta")
    }

    /// Is it there on that day?
    #[must_use]
    pub fn is_on(&self, day: NaiveDate) -> bool {
        SINCE <= day && self.until.is_none_or(|until| day <= until)
    }
}

/// The reform.
const SINCE: NaiveDate = match NaiveDate::from_ymd_opt(2021, 7, 1) {
    Some(day) => day,
    None => NaiveDate::MIN,
};

const fn at(name: &'static str, x: u8, y: u8) -> Municipality {
    Municipality { name, until: None, tile: (x, y) }
}

/// All, in the order of the alphabet; those that are gone too.
pub const MUNICIPALITIES: [Municipality; 43] = [
    at("Aizkraukles novads", 6, 4),
    at("Alūksnes novads", 8, 1),
    at("Augšdaugavas novads", 8, 6),
    at("Ādažu novads", 4, 2),
    at("Balvu novads", 9, 2),
    at("Bauskas novads", 5, 5),
    at("Cēsu novads", 6, 1),
    at("Daugavpils valstspilsēta", 7, 6),
    at("Dienvidkurzemes novads", 1, 3),
    at("Dobeles novads", 2, 4),
    at("Gulbenes novads", 8, 2),
    at("Jelgavas novads", 3, 5),
    at("Jelgavas valstspilsēta", 3, 4),
    at("Jēkabpils novads", 7, 4),
    at("Jūrmalas valstspilsēta", 3, 2),
    at("Krāslavas novads", 9, 5),
    at("Kuldīgas novads", 1, 2),
    at("Ķekavas novads", 5, 4),
    at("Liepājas valstspilsēta", 0, 3),
    at("Limbažu novads", 5, 0),
    at("Līvānu novads", 8, 4),
    at("Ludzas novads", 10, 3),
    at("Madonas novads", 7, 3),
    at("Mārupes novads", 3, 3),
    at("Ogres novads", 6, 3),
    at("Olaines novads", 4, 4),
    at("Preiļu novads", 8, 5),
    at("Rēzeknes novads", 9, 4),
    at("Rēzeknes valstspilsēta", 9, 3),
    at("Rīgas valstspilsēta", 4, 3),
    at("Ropažu novads", 5, 2),
    at("Salaspils novads", 5, 3),
    at("Saldus novads", 2, 3),
    at("Saulkrastu novads", 4, 1),
    at("Siguldas novads", 5, 1),
    at("Smiltenes novads", 7, 1),
    at("Talsu novads", 2, 1),
    at("Tukuma novads", 2, 2),
    at("Valkas novads", 7, 0),
    at("Valmieras novads", 6, 0),
    Municipality { name: "Varakļānu novads", until: NaiveDate::from_ymd_opt(2025, 6, 30), tile: (8, 3) },
    at("Ventspils novads", 1, 1),
    at("Ventspils valstspilsēta", 0, 1),
];

/// Those that are there on a day.
pub fn on(day: NaiveDate) -> impl Iterator<Item = &'static Municipality> {
    MUNICIPALITIES.iter().filter(move |m| m.is_on(day))
}

/// The one of that name, whenever it was there.
#[must_use]
pub fn named(name: &str) -> Option<&'static Municipality> {
    MUNICIPALITIES.iter().find(|m| m.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn there_were_43_and_since_july_2025_there_are_42() {
        assert_eq!(on(day("2023-12-31")).count(), 43);
        assert_eq!(on(day("2025-06-30")).count(), 43);
        assert_eq!(on(day("2025-07-01")).count(), 42);
        assert!(on(day("2025-07-01")).all(|m| m.name != "Varakļānu novads"));
        assert_eq!(on(day("2021-06-30")).count(), 0);
        assert_eq!(MUNICIPALITIES.iter().filter(|m| m.is_city()).count(), 7);
    }

    #[test]
    fn no_two_stand_on_one_tile_and_neighbours_lie_as_on_a_map() {
        let tiles: std::collections::BTreeSet<_> = MUNICIPALITIES.iter().map(|m| m.tile).collect();
        assert_eq!(tiles.len(), 43);
        let tile = |name: &str| named(name).unwrap().tile;
        assert!(tile("Liepājas valstspilsēta").0 < tile("Rīgas valstspilsēta").0);
        assert!(tile("Rīgas valstspilsēta").0 < tile("Ludzas novads").0);
        assert!(tile("Valkas novads").1 < tile("Rīgas valstspilsēta").1);
        assert!(tile("Rīgas valstspilsēta").1 < tile("Bauskas novads").1);
    }

    #[test]
    fn names_are_unique_and_short_ones_fit() {
        let names: std::collections::BTreeSet<_> = MUNICIPALITIES.iter().map(|m| m.name).collect();
        assert_eq!(names.len(), 43);
        assert_eq!(named("Cēsu novads").map(Municipality::short), Some("Cēsu"));
        assert!(named("Parauga novads").is_none());
    }
}
