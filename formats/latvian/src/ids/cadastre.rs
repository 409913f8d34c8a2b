//! Cadastre numbers and designations (kadastra numurs, kadastra apzīmējums).

use super::{CheckRule, Checked, NotDigits, digit_run, digit_text, display_formatted, id_error};
use crate::Certainty;

/// Cadastre number of a property or designation of its objects
/// (nekustamā īpašuma kadastra numurs, kadastra apzīmējums; MK 263/2012).
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CadastreNumber(Vec<u8>);

/// What a cadastre number names; only its length tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CadastreKind {
    /// A property (nekustamais īpašums) or a land unit (zemes vienība): both have 11 digits, and one number may name
    /// a property and another one's land unit.
    PropertyOrLandUnit,
    /// A building or engineering structure (būve): 14 digits.
    Building,
    /// A part of a land unit (zemes vienības daļa): 15 digits.
    LandUnitPart,
    /// A room group (telpu grupa): 17 digits.
    RoomGroup,
}

id_error! {
    /// Why a text is not a cadastre number.
    CadastreError {
        /// Nothing was given.
        Empty => "cadastre-empty", "the cadastre number is empty";
        /// Something other than digits, spaces and hyphens.
        Characters => "cadastre-characters", "a cadastre number has only digits";
        /// Neither 11, 14, 15 nor 17 digits.
        Length => "cadastre-length", "a cadastre number has 11 digits (property, land unit), 14 (building), 15 (part of a land unit) or 17 (room group)";
    }
}

const FORM: CheckRule = CheckRule {
    code: "cadastre-form",
    text: "4 digits of territory, 3 of group, 4 of serial; + 3 for a building; + 3 more for a room group. No check digit.",
    certainty: Certainty::Confirmed,
    source: "csb.gov.lv 29915; MK 263/2012",
};

const PART_MARKER: CheckRule = CheckRule {
    code: "cadastre-part-marker",
    text: "A part of a land unit has the marker 8 as its twelfth digit, then 3 of serial: 15 in all.",
    certainty: Certainty::Uncertain,
    source: "csb.gov.lv 29915, seen in part",
};

impl CadastreNumber {
    /// Rules that `parse` looks at.
    pub const RULES: &[CheckRule] = &[FORM, PART_MARKER];

    /// Reads a number, with or without spaces and hyphens.
    ///
    /// # Errors
    /// When it has not a known length or has other characters.
    pub fn parse(text: &str) -> Result<Checked<Self>, CadastreError> {
        let digits = digit_run(text, &['-']).map_err(|error| match error {
            NotDigits::Empty => CadastreError::Empty,
            NotDigits::Foreign => CadastreError::Characters,
            NotDigits::Length => CadastreError::Length,
        })?;
        let kind = kind_of(digits.len()).ok_or(CadastreError::Length)?;
        let marked = digits.get(11).is_some_and(|marker| *marker == 8);
        Ok(Checked::new(Self(digits), [(kind == CadastreKind::LandUnitPart && !marked, &PART_MARKER)]))
    }

    /// What it names.
    #[must_use]
    pub fn kind(&self) -> CadastreKind {
        kind_of(self.0.len()).unwrap_or(CadastreKind::PropertyOrLandUnit)
    }

    /// The 4 digits of the cadastral territory (kadastrālā teritorija).
    #[must_use]
    pub fn territory(&self) -> String {
        self.prefix(4)
    }

    /// The 3 digits of the cadastral group (kadastra grupa).
    #[must_use]
    pub fn group(&self) -> String {
        digit_text(self.0.get(4..7).unwrap_or_default())
    }

    /// The object that it was registered in: a room group's building, a building's or part's land unit. It tells the
    /// state at registration; the object may have moved to another unit since.
    #[must_use]
    pub fn registered_in(&self) -> Option<Self> {
        let length = match self.kind() {
            CadastreKind::PropertyOrLandUnit => return None,
            CadastreKind::Building | CadastreKind::LandUnitPart => 11,
            CadastreKind::RoomGroup => 14,
        };
        self.0.get(..length).map(|digits| Self(digits.to_vec()))
    }

    /// The digits without spaces, as registers exchange it.
    #[must_use]
    pub fn digits(&self) -> String {
        digit_text(&self.0)
    }

    /// In groups: `0100 001 0001 001 001`.
    #[must_use]
    pub fn formatted(&self) -> String {
        let widths: &[usize] = match self.kind() {
            CadastreKind::PropertyOrLandUnit => &[4, 3, 4],
            CadastreKind::Building => &[4, 3, 4, 3],
            CadastreKind::LandUnitPart => &[4, 3, 4, 4],
            CadastreKind::RoomGroup => &[4, 3, 4, 3, 3],
        };
        let mut rest = self.0.iter();
        let groups: Vec<String> =
            widths.iter().map(|width| digit_text(&rest.by_ref().take(*width).copied().collect::<Vec<_>>())).collect();
        groups.join(" ")
    }

    fn prefix(&self, length: usize) -> String {
        digit_text(self.0.get(..length).unwrap_or_default())
    }
}

fn kind_of(length: usize) -> Option<CadastreKind> {
    match length {
        11 => Some(CadastreKind::PropertyOrLandUnit),
        14 => Some(CadastreKind::Building),
        15 => Some(CadastreKind::LandUnitPart),
        17 => Some(CadastreKind::RoomGroup),
        _ => None,
    }
}

display_formatted!(CadastreNumber);

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> CadastreNumber {
        CadastreNumber::parse(text).unwrap().value
    }

    #[test]
    fn length_tells_the_kind() {
        assert_eq!(parse("0100 001 0001").kind(), CadastreKind::PropertyOrLandUnit);
        assert_eq!(parse("01000010001001").kind(), CadastreKind::Building);
        assert_eq!(parse("010000100018001").kind(), CadastreKind::LandUnitPart);
        assert_eq!(parse("01000010001001002").kind(), CadastreKind::RoomGroup);
    }

    #[test]
    fn a_room_group_leads_to_its_building_and_land_unit() {
        let room = parse("01000010001001002");
        assert_eq!(room.formatted(), "0100 001 0001 001 002");
        let building = room.registered_in().unwrap();
        assert_eq!(building.digits(), "01000010001001");
        let land = building.registered_in().unwrap();
        assert_eq!((land.territory().as_str(), land.group().as_str()), ("0100", "001"));
        assert_eq!(land.registered_in(), None);
    }

    #[test]
    fn a_strange_marker_is_a_warning() {
        assert_eq!(CadastreNumber::parse("010000100017001").unwrap().findings, [&PART_MARKER]);
        assert!(CadastreNumber::parse("010000100018001").unwrap().is_clean());
    }

    #[test]
    fn other_texts_are_refused() {
        let reason = |text: &str| CadastreNumber::parse(text).unwrap_err().code();
        assert_eq!(reason("0100001000"), "cadastre-length");
        assert_eq!(reason("0100001000a"), "cadastre-characters");
        assert_eq!(reason(" - "), "cadastre-empty");
        assert_eq!(reason(&"1".repeat(1_000)), "cadastre-length");
    }
}
