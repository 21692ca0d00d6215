//! The ranges parameters may take.
//!
//! They are far wider than any item in use; they exist so that no exponent a·(θ − b) can leave the range of a float.

use super::error::ParameterError;

/// Largest discrimination, per logit.
pub const MAXIMUM_DISCRIMINATION: f64 = 25.0;
/// Largest absolute difficulty, boundary, step or intercept, in logits.
pub const MAXIMUM_LOCATION: f64 = 1_000.0;
/// Most score categories an item may have.
pub const MAXIMUM_CATEGORIES: usize = 32;
/// Largest absolute slope of a nominal category, per logit: that of the highest score where steps have the largest
/// discrimination.
pub const MAXIMUM_NOMINAL_SLOPE: f64 = MAXIMUM_DISCRIMINATION * (MAXIMUM_CATEGORIES - 1) as f64;

pub(super) fn discrimination(a: f64) -> Result<f64, ParameterError> {
    let inside = a > 0.0 && a <= MAXIMUM_DISCRIMINATION;
    inside.then_some(a).ok_or(ParameterError::Discrimination(a))
}

pub(super) fn difficulty(b: f64) -> Result<f64, ParameterError> {
    let inside = b.abs() <= MAXIMUM_LOCATION;
    inside.then_some(b).ok_or(ParameterError::Difficulty(b))
}

pub(super) fn difficulties(steps: &[f64]) -> Result<(), ParameterError> {
    categories(steps.len() + 1)?;
    steps.iter().try_for_each(|&b| difficulty(b).map(drop))
}

pub(super) fn guessing(c: f64) -> Result<f64, ParameterError> {
    let inside = (0.0..1.0).contains(&c);
    inside.then_some(c).ok_or(ParameterError::Guessing(c))
}

pub(super) fn categories(count: usize) -> Result<(), ParameterError> {
    let inside = (2..=MAXIMUM_CATEGORIES).contains(&count);
    inside.then_some(()).ok_or(ParameterError::Categories(count))
}
