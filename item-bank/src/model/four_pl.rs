//! Four-parameter logistic model.

use super::bounds;
use super::error::ParameterError;
use super::logistic::Logistic;

/// Four-parameter logistic model (Barton and Lord, 1981), logistic metric (D = 1).
///
/// P(θ) = c + (d − c) / (1 + exp(−a(θ − b)))
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FourPl {
    discrimination: f64,  // a: per logit, 0 < a
    difficulty: f64,      // b: logits
    guessing: f64,        // c: probability, 0 ≤ c < 1
    upper_asymptote: f64, // d: probability, c < d ≤ 1
}

impl FourPl {
    /// Checks the ranges: 0 < a, b finite, 0 ≤ c < 1, c < d ≤ 1.
    pub fn new(
        discrimination: f64,
        difficulty: f64,
        guessing: f64,
        upper_asymptote: f64,
    ) -> Result<Self, ParameterError> {
        let guessing = bounds::guessing(guessing)?;
        if !(upper_asymptote > guessing && upper_asymptote <= 1.0) {
            return Err(ParameterError::UpperAsymptote { guessing, upper: upper_asymptote });
        }
        Ok(Self {
            discrimination: bounds::discrimination(discrimination)?,
            difficulty: bounds::difficulty(difficulty)?,
            guessing,
            upper_asymptote,
        })
    }

    /// a, per logit.
    #[must_use]
    pub fn discrimination(&self) -> f64 {
        self.discrimination
    }

    /// b, in logits.
    #[must_use]
    pub fn difficulty(&self) -> f64 {
        self.difficulty
    }

    /// c, the probability of a correct answer at very low ability.
    #[must_use]
    pub fn guessing(&self) -> f64 {
        self.guessing
    }

    /// d, the probability of a correct answer at very high ability.
    #[must_use]
    pub fn upper_asymptote(&self) -> f64 {
        self.upper_asymptote
    }

    pub(super) fn curve(&self) -> Logistic {
        Logistic { a: self.discrimination, b: self.difficulty, c: self.guessing, d: self.upper_asymptote }
    }
}
