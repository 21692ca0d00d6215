//! Nominal response model.

use super::bounds::{self, MAXIMUM_LOCATION, MAXIMUM_NOMINAL_SLOPE};
use super::divide_by_total::DivideByTotal;
use super::error::ParameterError;

/// Nominal response model (Bock, 1972), logistic metric (D = 1).
///
/// P(k | θ) ∝ exp(a_k θ + c_k). Only differences between categories matter, so the model is identified by its first
/// category: a_0 = 0 and c_0 = 0. Parameters in another identification (such as sums of zero) are accepted and moved to
/// this one, which leaves every probability as it was. A response's score is its category, from 0.
#[derive(Debug, Clone, PartialEq)]
pub struct Nominal {
    pub(super) kernel: DivideByTotal,
}

impl Nominal {
    /// Checks that there are as many slopes as intercepts, all finite, and that the slopes differ.
    pub fn new(slopes: &[f64], intercepts: &[f64]) -> Result<Self, ParameterError> {
        if slopes.len() != intercepts.len() {
            return Err(ParameterError::NominalLengths {
                slopes: slopes.len(),
                intercepts: intercepts.len(),
            });
        }
        bounds::categories(slopes.len())?;
        let outside = |limit: f64| move |value: &&f64| value.is_nan() || value.abs() > limit;
        if let Some(&slope) = slopes.iter().find(outside(MAXIMUM_NOMINAL_SLOPE)) {
            return Err(ParameterError::Slope(slope));
        }
        if let Some(&intercept) = intercepts.iter().find(outside(MAXIMUM_LOCATION)) {
            return Err(ParameterError::Intercept(intercept));
        }
        if slopes.iter().all(|&slope| slope == slopes[0]) {
            return Err(ParameterError::EqualSlopes(slopes[0]));
        }
        let from_first = |values: &[f64]| values.iter().map(|value| value - values[0]).collect();
        Ok(Self { kernel: DivideByTotal::new(from_first(slopes), from_first(intercepts)) })
    }

    /// a_0 = 0, a_1, …: per logit.
    #[must_use]
    pub fn slopes(&self) -> &[f64] {
        self.kernel.slopes()
    }

    /// c_0 = 0, c_1, ….
    #[must_use]
    pub fn intercepts(&self) -> &[f64] {
        self.kernel.intercepts()
    }
}
