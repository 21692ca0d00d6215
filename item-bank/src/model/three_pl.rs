//! Three-parameter logistic model.

use super::bounds;
use super::error::ParameterError;
use super::logistic::Logistic;

/// Three-parameter logistic model (Birnbaum, 1968), logistic metric (D = 1).
///
/// P(θ) = c + (1 − c) / (1 + exp(−a(θ − b)))
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ThreePl {
    discrimination: f64, // a: per logit, 0 < a
    difficulty: f64,     // b: logits
    guessing: f64,       // c: probability, 0 ≤ c < 1
}

impl ThreePl {
    /// Checks the ranges: 0 < a, b finite, 0 ≤ c < 1.
    pub fn new(discrimination: f64, difficulty: f64, guessing: f64) -> Result<Self, ParameterError> {
        Ok(Self {
            discrimination: bounds::discrimination(discrimination)?,
            difficulty: bounds::difficulty(difficulty)?,
            guessing: bounds::guessing(guessing)?,
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

    pub(super) fn curve(&self) -> Logistic {
        Logistic { a: self.discrimination, b: self.difficulty, c: self.guessing, d: 1.0 }
    }
}
