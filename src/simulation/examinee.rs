//! Simulated examinees: their abilities and how they answer. Every random number has a name – seed, examinee, item –
//! so no order of work can change it.

use item_bank::{ResponseModel, Theta};
use serde::{Deserialize, Serialize};
use statrs::distribution::{ContinuousCDF, Normal};

use super::statistics::{quantile, sorted};
use crate::adaptive::counted_uniform;

/// Seeds of one simulation lie this far apart for each further attempt and purpose.
const SEED_STRIDE: u64 = 1_000_003;
/// Streams of a seed that no item uses.
const ABILITY_STREAM: u32 = u32::MAX;

/// The uniform numbers that decide the answers.
#[derive(Debug, Clone, PartialEq)]
pub enum Uniforms {
    /// The counter-based numbers of a seed.
    Counted {
        /// The seed.
        seed: u64,
    },
    /// A table, one row an examinee, one number for each item of the bank in its order.
    Table {
        /// Items of the bank.
        items: usize,
        /// Numbers in [0, 1).
        numbers: Vec<f64>,
        /// Seed of every other number.
        seed: u64,
    },
}

impl Uniforms {
    /// The number of one examinee and item in one attempt, counted from 0. A table serves the first attempt.
    #[must_use]
    pub fn of_answer(&self, attempt: u32, examinee: u32, item: u32) -> f64 {
        match self {
            Self::Table { items, numbers, .. } if attempt == 0 => {
                numbers[examinee as usize * items + item as usize]
            }
            _ => counted_uniform(self.seed_of_attempt(attempt), examinee, item),
        }
    }

    /// The seed of everything random in one attempt.
    #[must_use]
    pub fn seed_of_attempt(&self, attempt: u32) -> u64 {
        let (Self::Counted { seed } | Self::Table { seed, .. }) = self;
        seed.wrapping_add(SEED_STRIDE.wrapping_mul(u64::from(attempt)))
    }
}

/// How answers depart from the response model; each number is a share of answers, from 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct AnswerNoise {
    /// Given without reading: every score is equally likely.
    pub rapid: f64,
    /// Spoiled by a slip: the score is 0.
    pub slip: f64,
    /// Guessed, copied or helped: the score is the highest.
    pub guess: f64,
}

/// The score of an answer. Of two scores the higher where `uniform` is below its probability; of more the number of
/// cumulative probabilities P(score ≤ k) that are not above `uniform`.
#[must_use]
pub fn score(model: &ResponseModel, theta: Theta, uniform: f64) -> u32 {
    let highest = model.maximum_score();
    if highest == 1 {
        return u32::from(uniform < model.probability(theta, 1));
    }
    let mut up_to = 0.0;
    let is_above = |score: &u32| {
        up_to += model.probability(theta, *score);
        uniform < up_to
    };
    (0..highest).find(is_above).unwrap_or(highest)
}

/// The score of an answer that may be careless. `luck` decides whether it is.
#[must_use]
pub(super) fn careless_score(
    model: &ResponseModel,
    noise: &AnswerNoise,
    luck: f64,
    uniform: f64,
) -> Option<u32> {
    if luck < noise.rapid {
        let categories = f64::from(model.maximum_score() + 1);
        return Some((uniform * categories) as u32);
    }
    if luck < noise.rapid + noise.slip {
        return Some(0);
    }
    (luck < noise.rapid + noise.slip + noise.guess).then_some(model.maximum_score())
}

/// Abilities from a normal distribution, in logits.
///
/// # Errors
/// When the standard deviation is not positive and finite.
pub fn normal_abilities(
    count: u32,
    mean: f64,
    standard_deviation: f64,
    seed: u64,
) -> Result<Vec<f64>, statrs::distribution::NormalError> {
    let normal = Normal::new(mean, standard_deviation)?;
    // The middle of the interval that the number stands for: never 0, whose quantile is minus infinity.
    let middle = |examinee| counted_uniform(seed, examinee, ABILITY_STREAM) + 0.5_f64.powi(54);
    Ok((0..count).map(|examinee| normal.inverse_cdf(middle(examinee))).collect())
}

/// Abilities drawn from those observed, in logits: the quantiles of the observed at uniform numbers, so ends stay ends.
#[must_use]
pub fn empirical_abilities(count: u32, observed: &[f64], seed: u64) -> Vec<f64> {
    let observed = sorted(observed.iter().copied());
    (0..count).map(|examinee| quantile(&observed, counted_uniform(seed, examinee, ABILITY_STREAM))).collect()
}

/// Abilities spread evenly from `lowest` to `highest`, in logits.
#[must_use]
pub fn uniform_abilities(count: u32, lowest: f64, highest: f64) -> Vec<f64> {
    let share = |examinee: u32| (f64::from(examinee) + 0.5) / f64::from(count);
    (0..count).map(|examinee| lowest + (highest - lowest) * share(examinee)).collect()
}
