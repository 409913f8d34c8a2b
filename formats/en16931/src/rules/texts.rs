//! What a finding says: business term, Latvian and English.

use std::collections::HashMap;
use std::sync::OnceLock;

const TEXTS: &str = include_str!("../../rules/texts.txt");

type Text = (Option<&'static str>, &'static str, &'static str);

fn table() -> &'static HashMap<&'static str, Text> {
    static TABLE: OnceLock<HashMap<&'static str, Text>> = OnceLock::new();
    TABLE.get_or_init(|| {
        let row = |line: &'static str| {
            let mut cells = line.split('|').map(str::trim);
            let (id, term, en, lv) = (cells.next()?, cells.next()?, cells.next()?, cells.next()?);
            Some((id, ((!term.is_empty()).then_some(term), lv, en)))
        };
        TEXTS.lines().filter(|line| !line.starts_with('#')).filter_map(row).collect()
    })
}

/// The business term and the texts (Latvian, English) of a rule.
pub(crate) fn text_of(rule: &str) -> (Option<&'static str>, String, String) {
    if let Some((term, lv, en)) = table().get(rule) {
        return (*term, (*lv).to_owned(), (*en).to_owned());
    }
    family(rule).unwrap_or_else(|| (None, format!("Neizpildās kārtula {rule}"), format!("Rule {rule} does not hold")))
}

/// The texts (Latvian, English) of a rule that has no row of its own but says all by its form: what it forbids, what it
/// asks for, and the element it stands on.
pub(crate) fn composed(rule: &str, asks: Option<&str>, element: &str) -> Option<(String, String)> {
    if table().contains_key(rule) {
        let named = rule == "PEPPOL-EN16931-R008";
        return named
            .then(|| text_of(rule))
            .map(|(_, lv, en)| (format!("{lv}: {element}"), format!("{en}: {element}")));
    }
    let syntax = ["UBL-CR-", "UBL-DT-", "CII-SR-", "CII-DT-"].iter().any(|family| rule.starts_with(family));
    match asks {
        None if syntax => Some((
            format!("EN 16931 rēķinā nelieto šeit norādīto: {element}"),
            format!("EN 16931 does not use what stands here: {element}"),
        )),
        Some("false()") => {
            Some((format!("Elements {element} šeit nav atļauts"), format!("The element {element} is not allowed here")))
        }
        Some(path) if is_plain(path) => {
            let part = path.to_owned();
            let step = |step: &str| match step.split_once(':') {
                Some(("a", local)) => format!("cac:{local}"),
                Some(("b", local)) => format!("cbc:{local}"),
                _ => step.to_owned(),
            };
            let part = part.split('/').map(step).collect::<Vec<_>>().join("/");
            Some((
                format!("Elementā {element} trūkst obligātas daļas {part}"),
                format!("The element {element} lacks its required part {part}"),
            ))
        }
        Some(test)
            if rule.starts_with("PEPPOL-T111-B")
                && test.starts_with("not(@")
                && test.ends_with(')')
                && !test.contains(" or ") =>
        {
            let attribute = test.trim_start_matches("not(").trim_end_matches(')');
            Some((
                format!("Elementā {element} nav atļauts atribūts {attribute}"),
                format!("The attribute {attribute} is not allowed on {element}"),
            ))
        }
        Some(test) if rule.starts_with("PEPPOL-T111-B") && test.contains('#') => Some((
            format!("Elementā {element} ir nezināms kods vai shēma"),
            format!("The element {element} has an unknown code or scheme"),
        )),
        _ => None,
    }
}

/// A path and nothing else.
fn is_plain(test: &str) -> bool {
    (test.contains(':') || test.starts_with('@'))
        && test.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b':' | b'/' | b'@'))
}

/// Texts of families: what they are about and which member asks what.
fn family(rule: &str) -> Option<(Option<&'static str>, String, String)> {
    let (head, number) = rule.rsplit_once('-')?;
    let both = |term, lv: &str, en: &str| Some((term, lv.to_owned(), en.to_owned()));
    match head {
        "BR-DEC" => decimals(number),
        "UBL-CR" => both(
            None,
            "EN 16931 rēķinā šo UBL elementu vai atribūtu nelieto",
            "EN 16931 does not use this UBL element or attribute",
        ),
        "UBL-SR" => both(
            None,
            "Elements ir pārāk daudz reižu vai tam trūkst obligātas daļas",
            "The element stands too often or lacks a required part",
        ),
        "UBL-DT" if number == "01" => {
            both(None, "Summā drīkst būt ne vairāk kā divas zīmes aiz komata", "An amount has at most two decimals")
        }
        "UBL-DT" if matches!(number, "06" | "07") => both(
            Some("BT-125"),
            "Pielikumam jānorāda veids un faila nosaukums",
            "An attachment needs its kind and file name",
        ),
        "UBL-DT" | "CII-DT" => both(
            None,
            "EN 16931 rēķinā šo atribūtu vai elementu nelieto",
            "EN 16931 does not use this attribute or element",
        ),
        "CII-SR" => both(
            None,
            "EN 16931 rēķinā šo CII elementu nelieto vai tas ir pārāk daudz reižu",
            "EN 16931 does not use this CII element, or it stands too often",
        ),
        "PEPPOL-COMMON" | "PEPPOL-COMMON-R056" => both(
            None,
            "Identifikatoram nav tās formas vai kontrolcipara, ko prasa tā shēma",
            "The identifier has not the form or check digit that its scheme asks",
        ),
        "PEPPOL-T111" => both(
            None,
            "Atbildē uz rēķinu trūkst obligātas daļas, ir lieka daļa vai nezināms kods",
            "The response lacks a required part, has one too many, or an unknown code",
        ),
        "PEPPOL-EN16931" => both(
            Some("BT-121"),
            "PVN atbrīvojuma kods neatbilst PVN kategorijai",
            "The VAT exemption code does not fit the VAT category",
        ),
        _ => vat(head, number).or_else(|| national(rule)),
    }
}

fn decimals(number: &str) -> Option<(Option<&'static str>, String, String)> {
    const TERMS: [(&str, &str); 21] = [
        ("01", "BT-92"),
        ("02", "BT-93"),
        ("05", "BT-99"),
        ("06", "BT-100"),
        ("09", "BT-106"),
        ("10", "BT-107"),
        ("11", "BT-108"),
        ("12", "BT-109"),
        ("13", "BT-110"),
        ("14", "BT-112"),
        ("15", "BT-111"),
        ("16", "BT-113"),
        ("17", "BT-114"),
        ("18", "BT-115"),
        ("19", "BT-116"),
        ("20", "BT-117"),
        ("23", "BT-131"),
        ("24", "BT-136"),
        ("25", "BT-137"),
        ("27", "BT-141"),
        ("28", "BT-142"),
    ];
    let term = TERMS.iter().find(|(known, _)| *known == number).map(|(_, term)| *term);
    let lv = "Summā drīkst būt ne vairāk kā divas zīmes aiz komata";
    Some((term, lv.to_owned(), "An amount has at most two decimals".to_owned()))
}

/// The VAT families: BR-S, BR-Z, BR-E, BR-AE, BR-IC, BR-G, BR-O, BR-AF, BR-AG.
fn vat(head: &str, number: &str) -> Option<(Option<&'static str>, String, String)> {
    let (lv, en) = match head.strip_prefix("BR-")? {
        "S" => ("standarta vai samazinātā likme (S)", "standard rated (S)"),
        "Z" => ("nulles likme (Z)", "zero rated (Z)"),
        "E" => ("atbrīvots no PVN (E)", "exempt from VAT (E)"),
        "AE" => ("nodokļa apgrieztā maksāšana (AE)", "reverse charge (AE)"),
        "IC" => ("piegāde Eiropas Savienībā (K)", "intra-community supply (K)"),
        "G" => ("eksports ārpus ES (G)", "export outside the EU (G)"),
        "O" => ("nav PVN objekts (O)", "not subject to VAT (O)"),
        "AF" => ("Kanāriju salu nodoklis (L)", "Canary Islands tax (L)"),
        "AG" => ("Seūtas un Meliljas nodoklis (M)", "Ceuta and Melilla tax (M)"),
        _ => return None,
    };
    let none = head == "BR-O";
    let taxed = matches!(head, "BR-S" | "BR-Z" | "BR-AF" | "BR-AG");
    let (term, lv_rule, en_rule) = match number {
        "01" => (
            "BG-23",
            "PVN sadalījumam jāatbilst rindām un atlaidēm ar šo kategoriju",
            "the VAT breakdown must match the lines and allowances of this category",
        ),
        "02" | "03" | "04" if none => ("BT-31", "PVN numurus nedrīkst norādīt", "VAT numbers must not be given"),
        "02" => (
            "BT-31",
            "rindai ar šo kategoriju vajag pārdevēja (un, kur prasīts, pircēja) PVN numuru",
            "a line of this category needs the seller's (where asked also the buyer's) VAT number",
        ),
        "03" => (
            "BT-31",
            "atlaidei ar šo kategoriju vajag pārdevēja (un, kur prasīts, pircēja) PVN numuru",
            "an allowance of this category needs the seller's (where asked also the buyer's) VAT number",
        ),
        "04" => (
            "BT-31",
            "maksai ar šo kategoriju vajag pārdevēja (un, kur prasīts, pircēja) PVN numuru",
            "a charge of this category needs the seller's (where asked also the buyer's) VAT number",
        ),
        "05" => {
            ("BT-152", "rindas PVN likme neatbilst kategorijai", "the VAT rate of the line does not fit the category")
        }
        "06" => (
            "BT-96",
            "atlaides PVN likme neatbilst kategorijai",
            "the VAT rate of the allowance does not fit the category",
        ),
        "07" => {
            ("BT-103", "maksas PVN likme neatbilst kategorijai", "the VAT rate of the charge does not fit the category")
        }
        "08" => (
            "BT-116",
            "apliekamā summa nav rindu, atlaižu un maksu summa",
            "the taxable amount is not the sum of lines, allowances and charges",
        ),
        "09" => ("BT-117", "nodokļa summa neatbilst kategorijai", "the tax amount does not fit the category"),
        "10" if taxed => ("BT-120", "atbrīvojuma iemeslu nedrīkst norādīt", "an exemption reason must not be given"),
        "10" => ("BT-120", "jānorāda atbrīvojuma iemesls vai tā kods", "an exemption reason or its code is needed"),
        "11" | "12" | "13" | "14" => {
            ("BT-118", "citas PVN kategorijas līdzās nedrīkst būt", "no other VAT category may stand beside it")
        }
        _ => return None,
    };
    Some((Some(term), format!("PVN kategorija {lv}: {lv_rule}"), format!("VAT category {en}: {en_rule}")))
}

fn national(rule: &str) -> Option<(Option<&'static str>, String, String)> {
    let (lv, en) = match rule.get(..3)? {
        "NO-" => ("Norvēģijas", "Norway"),
        "DK-" => ("Dānijas", "Denmark"),
        "IT-" => ("Itālijas", "Italy"),
        "SE-" => ("Zviedrijas", "Sweden"),
        "GR-" => ("Grieķijas", "Greece"),
        "IS-" => ("Īslandes", "Iceland"),
        "NL-" => ("Nīderlandes", "the Netherlands"),
        "DE-" => ("Vācijas", "Germany"),
        _ => return None,
    };
    Some((
        None,
        format!("Neizpildās {lv} nacionālā Peppol kārtula {rule}"),
        format!("The national Peppol rule {rule} of {en} does not hold"),
    ))
}

#[cfg(test)]
mod tests {
    use super::{composed, text_of};

    #[test]
    fn every_rule_of_the_tables_has_texts_in_both_languages() {
        for (_, rule, _) in crate::rules() {
            let (_, lv, en) = text_of(rule);
            assert!(!lv.is_empty() && !en.is_empty() && lv != en, "{rule}");
            let said = !lv.starts_with("Neizpildās") && !en.contains("does not hold");
            assert!(said, "{rule} says nothing of its own: {lv}");
        }
    }

    #[test]
    fn rules_without_a_row_say_what_their_form_says() {
        let en = |rule, asks, element| composed(rule, asks, element).map(|(_, en)| en);
        let absent = en("UBL-CR-001", None, "ext:UBLExtensions").unwrap();
        assert_eq!(absent, "EN 16931 does not use what stands here: ext:UBLExtensions");
        let asked = en("PEPPOL-T111-B00101", Some("b:CustomizationID"), "ApplicationResponse").unwrap();
        assert_eq!(asked, "The element ApplicationResponse lacks its required part cbc:CustomizationID");
        assert_eq!(en("BR-01", Some("b:CustomizationID"), "Invoice"), None);
    }

    #[test]
    fn business_terms_are_named() {
        assert_eq!(text_of("BR-01").0, Some("BT-24"));
        assert_eq!(text_of("BR-AE-10").0, Some("BT-120"));
        assert_eq!(text_of("BR-DEC-18").0, Some("BT-115"));
    }
}
