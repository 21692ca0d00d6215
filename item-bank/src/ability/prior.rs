//! What is believed about an examinee before the first response.

use serde::{Deserialize, Serialize};

use crate::theta::Theta;

/// A normal prior on ability, in logits.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "UncheckedPrior", into = "UncheckedPrior")]
pub struct NormalPrior {
    mean: f64,               // logits, finite, |mean| ≤ 100
    standard_deviation: f64, // logits, 0.001 ≤ sd ≤ 100
}

/// A prior outside the supported range.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum PriorError {
    /// The mean.
    #[error("prior mean must be in [-100, 100], got {0}")]
    Mean(f64),
    /// The standard deviation.
    #[error("prior standard deviation must be in [0.001, 100], got {0}")]
    StandardDeviation(f64),
}

#[derive(Serialize, Deserialize)]
struct UncheckedPrior {
    mean: f64,
    standard_deviation: f64,
}

impl NormalPrior {
    /// N(0, 1).
    pub const STANDARD: Self = Self { mean: 0.0, standard_deviation: 1.0 };

    /// Checks the ranges.
    pub fn new(mean: f64, standard_deviation: f64) -> Result<Self, PriorError> {
        if mean.is_nan() || mean.abs() > 100.0 {
            return Err(PriorError::Mean(mean));
        }
        if !(0.001..=100.0).contains(&standard_deviation) {
            return Err(PriorError::StandardDeviation(standard_deviation));
        }
        Ok(Self { mean, standard_deviation })
    }

    /// Mean, in logits.
    #[must_use]
    pub fn mean(&self) -> f64 {
        self.mean
    }

    /// Standard deviation, in logits.
    #[must_use]
    pub fn standard_deviation(&self) -> f64 {
        self.standard_deviation
    }

    /// Precision, 1 / sd².
    #[must_use]
    pub fn precision(&self) -> f64 {
        1.0 / (self.standard_deviation * self.standard_deviation)
    }

    /// ln density up to its constant, −((θ − mean) / sd)² / 2: zero at the mean.
    #[inline]
    #[must_use]
    pub fn log_kernel(&self, theta: Theta) -> f64 {
        let z = (theta.0 - self.mean) / self.standard_deviation;
        -0.5 * z * z
    }
}

impl TryFrom<UncheckedPrior> for NormalPrior {
    type Error = PriorError;

    fn try_from(prior: UncheckedPrior) -> Result<Self, PriorError> {
        Self::new(prior.mean, prior.standard_deviation)
    }
}

impl From<NormalPrior> for UncheckedPrior {
    fn from(prior: NormalPrior) -> Self {
        Self { mean: prior.mean, standard_deviation: prior.standard_deviation }
    }
}
