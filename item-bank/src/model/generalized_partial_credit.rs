//! Generalized partial credit model.

use super::bounds;
use super::divide_by_total::DivideByTotal;
use super::error::ParameterError;

/// Generalized partial credit model (Muraki, 1992), logistic metric (D = 1).
///
/// P(k | θ) ∝ exp Σ_{v ≤ k} a(θ − b_v); the steps b_v may stand in any order.
#[derive(Debug, Clone, PartialEq)]
pub struct GeneralizedPartialCredit {
    discrimination: f64, // a: per logit, 0 < a
    steps: Box<[f64]>,   // b_v: logits
    pub(super) kernel: DivideByTotal,
}

impl GeneralizedPartialCredit {
    /// Checks the ranges: 0 < a, steps finite; one fewer step than categories.
    pub fn new(discrimination: f64, steps: &[f64]) -> Result<Self, ParameterError> {
        let a = bounds::discrimination(discrimination)?;
        bounds::difficulties(steps)?;
        Ok(Self { discrimination: a, steps: steps.into(), kernel: DivideByTotal::from_steps(a, steps) })
    }

    /// a, per logit.
    #[must_use]
    pub fn discrimination(&self) -> f64 {
        self.discrimination
    }

    /// b_1, b_2, …: step difficulties in logits.
    #[must_use]
    pub fn steps(&self) -> &[f64] {
        &self.steps
    }
}
