//! The randomesque draw, and where its random numbers come from.

use rand::Rng;
use rand_pcg::Pcg64;

use super::best_first::Valued;

/// Position of the draws of eligibility: no test is as long.
pub(in crate::adaptive) const ELIGIBILITY: usize = 1 << 30;
/// Values within this share of each other tie.
const TIE: f64 = 1e-12;

/// Where random numbers come from: the same number for the same source and position, on every machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Draws {
    /// The seed of an attempt's log.
    Pinned { seed: u64 },
    /// The published counter-based numbers of a simulation protocol.
    Counted { seed: u64, examinee: u32 },
}

impl Draws {
    /// A number in [0, 1) for the choice after `position` answers. Each position has a stream of its own.
    pub(crate) fn uniform(self, position: usize) -> f64 {
        match self {
            Self::Pinned { seed } => pcg(seed, position as u128),
            Self::Counted { seed, examinee } => {
                counted_uniform(seed.wrapping_add(1), examinee, position as u32)
            }
        }
    }

    /// The number in [0, 1) that says whether the item at this place is eligible for a test.
    pub(crate) fn of_eligibility(self, place: usize) -> f64 {
        self.uniform_of_item(ELIGIBILITY, place)
    }

    /// A number in [0, 1) for one item at the choice after `position` answers.
    pub(crate) fn uniform_of_item(self, position: usize, item: usize) -> f64 {
        match self {
            Self::Pinned { seed } => pcg(seed, (item as u128 + 1) << 64 | position as u128),
            Self::Counted { seed, examinee } => {
                counted_uniform(seed.wrapping_add(2 + position as u64), examinee, item as u32)
            }
        }
    }
}

/// The first number of a stream of its own.
fn pcg(seed: u64, stream: u128) -> f64 {
    unit_interval(Pcg64::new(u128::from(seed), stream).next_u64())
}

/// A number in [0, 1) that depends on nothing but its three names: SplitMix64 (Steele, Lea and Flood, 2014) over them.
///
/// U = (mix(mix(seed) ⊕ (examinee · 2³² + item)) >> 11) · 2⁻⁵³
#[must_use]
pub fn counted_uniform(seed: u64, examinee: u32, item: u32) -> f64 {
    unit_interval(split_mix(split_mix(seed) ^ (u64::from(examinee) << 32 | u64::from(item))))
}

fn unit_interval(bits: u64) -> f64 {
    (bits >> 11) as f64 / (1_u64 << 53) as f64
}

fn split_mix(state: u64) -> u64 {
    let mut z = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// The best `count` of the walked items that are allowed, and all that tie with the last of them.
pub(in crate::adaptive) fn among_best(
    walk: impl Iterator<Item = Valued>,
    count: usize,
    mut is_allowed: impl FnMut(usize) -> bool,
) -> Vec<usize> {
    let mut best = Vec::with_capacity(count);
    let mut last = f64::NEG_INFINITY;
    for Valued { item, value } in walk {
        if best.len() >= count && value < last - TIE * last.abs() {
            break;
        }
        if is_allowed(item) {
            if best.len() < count {
                last = value;
            }
            best.push(item);
        }
    }
    best
}
