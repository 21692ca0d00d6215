//! Partial credit model.

use super::bounds;
use super::divide_by_total::DivideByTotal;
use super::error::ParameterError;

/// Partial credit model (Masters, 1982), logistic metric (D = 1).
///
/// P(k | θ) ∝ exp Σ_{v ≤ k} (θ − b_v); the steps b_v may stand in any order.
#[derive(Debug, Clone, PartialEq)]
pub struct PartialCredit {
    steps: Box<[f64]>, // b_v: logits
    pub(super) kernel: DivideByTotal,
}

impl PartialCredit {
    /// Checks that every step is finite; one fewer step than categories.
    pub fn new(steps: &[f64]) -> Result<Self, ParameterError> {
        bounds::difficulties(steps)?;
        Ok(Self { steps: steps.into(), kernel: DivideByTotal::from_steps(1.0, steps) })
    }

    /// b_1, b_2, …: step difficulties in logits.
    #[must_use]
    pub fn steps(&self) -> &[f64] {
        &self.steps
    }
}
