//! The randomesque draw, and where its random numbers come from.

use rand::Rng;
use rand_pcg::Pcg64;

use super::best_first::Valued;

/// Values within this share of each other tie.
const TIE: f64 = 1e-12;

/// Where random numbers come from: the same number for the same source and position, on every machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Draws {
    /// The seed of an attempt's log.
    Pinned { seed: u64 },
}

impl Draws {
    /// A number in [0, 1) for the choice after `position` answers. Each position has a stream of its own.
    pub(crate) fn uniform(self, position: usize) -> f64 {
        match self {
            Self::Pinned { seed } => {
                let bits = Pcg64::new(u128::from(seed), position as u128).next_u64() >> 11;
                bits as f64 / (1_u64 << 53) as f64
            }
        }
    }
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
