//! The tile map: who lies where, coloured by a figure. Presentation attributes only, so that no page needs a style of
//! its own; the same figures stand in a table beside it.

use latvian::territories;
use rust_decimal::Decimal;
use types::Date;

const SIDE: u32 = 72;
/// Light to dark, with the ink that is read on each: at least 4.5 to 1.
const SHADES: [(&str, &str); 5] = [
    ("#e6eef5", "#0b0c0c"),
    ("#b8cfe3", "#0b0c0c"),
    ("#7fa8cc", "#0b0c0c"),
    ("#2f6d9e", "#ffffff"),
    ("#12436d", "#ffffff"),
];
/// Of whom nothing is known.
const UNKNOWN: (&str, &str) = ("#ffffff", "#505a5f");

/// A municipality on the map.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Tile {
    pub x: u32,
    pub y: u32,
    /// The middle, for words.
    pub middle: u32,
    pub line: u32,
    pub below: u32,
    pub name: &'static str,
    pub short: &'static str,
    pub shown: String,
    pub fill: &'static str,
    pub ink: &'static str,
}

/// The map of a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Map {
    pub width: u32,
    pub height: u32,
    pub side: u32,
    pub tiles: Vec<Tile>,
    /// What the shades mean: colour and words.
    pub scale: Vec<(&'static str, String)>,
}

/// Draws the municipalities of a day. `figure` gives what is known of one: the number, and the number as written.
pub(crate) fn draw(
    day: Date,
    figure: impl Fn(&str) -> Option<(Decimal, String)>,
    written: impl Fn(Decimal) -> String,
) -> Map {
    let known: Vec<Decimal> = territories::on(day).filter_map(|m| figure(m.name)).map(|(n, _)| n).collect();
    let (least, most) =
        (known.iter().min().copied().unwrap_or_default(), known.iter().max().copied().unwrap_or_default());
    let mut tiles = Vec::new();
    for m in territories::on(day) {
        let (x, y) = (u32::from(m.tile.0) * SIDE, u32::from(m.tile.1) * SIDE);
        let of = figure(m.name);
        let (fill, ink) = of.as_ref().map_or(UNKNOWN, |(n, _)| shade(*n, least, most));
        tiles.push(Tile {
            x: x + 2,
            y: y + 2,
            middle: x + SIDE / 2,
            line: y + SIDE / 2 - 4,
            below: y + SIDE / 2 + 16,
            name: m.name,
            short: m.short(),
            shown: of.map(|(_, shown)| shown).unwrap_or_default(),
            fill,
            ink,
        });
    }
    let reach = |of: fn(&Tile) -> u32| tiles.iter().map(of).max().unwrap_or(0) + SIDE;
    let scale = if known.is_empty() { Vec::new() } else { scale(least, most, written) };
    Map { width: reach(|t| t.x), height: reach(|t| t.y), side: SIDE - 4, tiles, scale }
}

fn steps() -> Decimal {
    Decimal::from(SHADES.len() as u64)
}

fn shade(n: Decimal, least: Decimal, most: Decimal) -> (&'static str, &'static str) {
    use rust_decimal::prelude::ToPrimitive as _;
    let span = most - least;
    let place = if span.is_zero() { SHADES.len() - 1 } else { ((n - least) * steps() / span).to_usize().unwrap_or(0) };
    SHADES.get(place.min(SHADES.len() - 1)).copied().unwrap_or(UNKNOWN)
}

fn scale(least: Decimal, most: Decimal, written: impl Fn(Decimal) -> String) -> Vec<(&'static str, String)> {
    let step = (most - least) / steps();
    let from = |n: usize| written(least + step * Decimal::from(n as u64));
    let all = SHADES.iter().enumerate();
    all.map(|(n, (fill, _))| (*fill, format!("{} – {}", from(n), from(n + 1)))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    #[test]
    fn shades_follow_the_figure_and_who_is_not_known_is_white() {
        let figure = |name: &str| match name {
            "Rīgas valstspilsēta" => Some((Decimal::from(90), "90".to_owned())),
            "Cēsu novads" => Some((Decimal::from(10), "10".to_owned())),
            _ => None,
        };
        let map = draw(day("2023-12-31"), figure, |d| d.round().to_string());
        let fill = |name: &str| map.tiles.iter().find(|t| t.name == name).unwrap().fill;
        assert_eq!(map.tiles.len(), 43);
        assert_eq!(fill("Rīgas valstspilsēta"), "#12436d");
        assert_eq!(fill("Cēsu novads"), "#e6eef5");
        assert_eq!(fill("Ogres novads"), "#ffffff");
        assert_eq!(map.scale.first().map(|s| s.1.as_str()), Some("10 – 26"));
        assert_eq!(draw(day("2025-12-31"), |_| None, |d| d.to_string()).tiles.len(), 42);
    }
}
