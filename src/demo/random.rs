//! Pseudo-random numbers that are the same in every run (SplitMix64).

use crate::record::RANDOM_LENGTH;

/// A source of numbers.
#[derive(Debug, Clone)]
pub struct Random(u64);

impl Random {
    /// A source with a seed; other seeds give other numbers.
    pub fn new(seed: u64) -> Self {
        Random(seed)
    }

    /// The next number; all 64 bits are random.
    pub fn number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number below `end`. If `end` is 0, it counts as 1.
    pub fn below(&mut self, end: u64) -> u64 {
        self.number() % end.max(1)
    }

    /// One of these.
    pub fn pick<T: Copy, const N: usize>(&mut self, from: &[T; N]) -> T {
        from[self.below(N as u64) as usize % N]
    }

    /// The numbers for the random part of an id.
    pub fn id_part(&mut self) -> [u8; RANDOM_LENGTH] {
        let [a, b, c, d, e, ..] = self.number().to_le_bytes();
        [a, b, c, d, e]
    }
}

#[cfg(test)]
mod tests {
    use super::Random;

    #[test]
    fn a_seed_gives_the_same_numbers_and_another_one_others() {
        let take = |seed| {
            let mut random = Random::new(seed);
            std::array::from_fn::<u64, 8, _>(|_| random.number())
        };
        assert_eq!(take(7), take(7));
        assert_ne!(take(7), take(8));
        // The published first number of the seed 0.
        assert_eq!(Random::new(0).number(), 0xE220_A839_7B1D_CDAF);
    }
}
