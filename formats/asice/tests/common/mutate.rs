//! Bytes as an attacker or a bad disk leaves them.

use proptest::prelude::*;

/// One change.
#[derive(Clone, Debug)]
pub enum Change {
    Set(prop::sample::Index, u8),
    Cut(prop::sample::Index),
    Repeat(prop::sample::Index, prop::sample::Index),
    Insert(prop::sample::Index, Vec<u8>),
}

pub fn changes() -> impl Strategy<Value = Vec<Change>> {
    let index = || any::<prop::sample::Index>();
    let one = prop_oneof![
        6 => (index(), prop_oneof![any::<u8>(), Just(0x80), Just(0x84), Just(0xff), Just(0x30), Just(0)])
            .prop_map(|(at, byte)| Change::Set(at, byte)),
        1 => index().prop_map(Change::Cut),
        1 => (index(), index()).prop_map(|(from, to)| Change::Repeat(from, to)),
        1 => (index(), prop::collection::vec(any::<u8>(), 1..8)).prop_map(|(at, bytes)| Change::Insert(at, bytes)),
    ];
    prop::collection::vec(one, 1..6)
}

pub fn apply(bytes: &[u8], changes: &[Change]) -> Vec<u8> {
    let mut out = bytes.to_vec();
    for change in changes {
        if out.is_empty() {
            return out;
        }
        match change {
            Change::Set(at, byte) => {
                let at = at.index(out.len());
                out[at] = *byte;
            }
            Change::Cut(at) => out.truncate(at.index(out.len())),
            Change::Repeat(from, to) => {
                let (from, to) = (from.index(out.len()), to.index(out.len()));
                let piece = out[from.min(to)..from.max(to)].to_vec();
                out.extend(piece);
            }
            Change::Insert(at, bytes) => {
                let at = at.index(out.len());
                out.splice(at..at, bytes.iter().copied());
            }
        }
    }
    out
}
