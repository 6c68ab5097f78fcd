//! A small generator whose numbers never change: xoshiro256++ seeded by `SplitMix64`.
//!
//! Blackman and Vigna, *Scrambled linear pseudorandom number generators*, ACM TOMS 47 (2021), and their public
//! domain reference code at prng.di.unimi.it. Own code, because a result must stay the same for years and
//! libraries reserve the right to change their streams. Not for secrets.

use crate::math;

/// A stream of standard normal numbers.
#[derive(Debug, Clone)]
pub(crate) struct Normals {
    state: [u64; 4],
    /// The second number of a pair.
    spare: Option<f64>,
}

impl Normals {
    pub(crate) fn new(seed: u64) -> Self {
        let mut mixer = seed;
        let state = std::array::from_fn(|_| split_mix(&mut mixer));
        Self { state, spare: None }
    }

    /// The next standard normal number, by the transformation of Box and Muller (1958).
    pub(crate) fn next(&mut self) -> f64 {
        if let Some(spare) = self.spare.take() {
            return spare;
        }
        // 1 − u is in (0, 1]: its logarithm is finite.
        let radius = (-2.0 * math::ln(1.0 - self.uniform())).sqrt();
        let (cos, sin) = math::cos_sin_of_turn(self.uniform());
        self.spare = Some(radius * sin);
        radius * cos
    }

    /// From 0 (included) to 1 (excluded), in steps of 2^-53.
    #[allow(clippy::cast_precision_loss, reason = "53 bits fit")]
    fn uniform(&mut self) -> f64 {
        (self.bits() >> 11) as f64 * (1.0 / 9_007_199_254_740_992.0)
    }

    fn bits(&mut self) -> u64 {
        let [a, b, c, d] = self.state;
        let result = a.wrapping_add(d).rotate_left(23).wrapping_add(a);
        let (c, d) = (c ^ a, d ^ b);
        self.state = [a ^ d, b ^ c, c ^ (b << 17), d.rotate_left(45)];
        // The shifted word is that of before the step, as in the reference code.
        result
    }
}

fn split_mix(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mixed = (*state ^ (*state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

#[cfg(test)]
mod tests;
