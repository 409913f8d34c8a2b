/// Numbers from a seed, for whatever is made up. Written out, so that a newer random library does not move anybody.
#[derive(Clone, Debug)]
pub struct Dice(u64);

impl Dice {
    /// From one seed.
    #[must_use]
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The same parts, the same numbers.
    #[must_use]
    pub fn of(parts: &[u64]) -> Self {
        Self::mixed(0x6e6f_7661_6473, parts)
    }

    /// Like [`of`](Self::of), from a start of its own.
    #[must_use]
    pub fn mixed(start: u64, parts: &[u64]) -> Self {
        let mut dice = Self(start);
        for p in parts {
            dice.0 ^= *p;
            dice.roll();
        }
        dice
    }

    /// `SplitMix64`.
    pub fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// From 0 to below `n`.
    pub fn below(&mut self, n: u64) -> u64 {
        self.roll() % n.max(1)
    }

    /// One of several.
    pub fn pick<'a, T>(&mut self, of: &'a [T]) -> Option<&'a T> {
        let place = usize::try_from(self.below(of.len() as u64)).unwrap_or(0);
        of.get(place)
    }
}
