//! The bounds of an estimate that has no prior to hold it.

use serde::{Deserialize, Serialize};

/// An interval of ability in logits.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "UncheckedRange", into = "UncheckedRange")]
pub struct ThetaRange {
    low: f64,  // logits
    high: f64, // logits, above low
}

/// Bounds that are not an interval.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
#[error("ability bounds must ascend within [-100, 100], got [{low}, {high}]")]
pub struct RangeError {
    /// The lower bound given.
    pub low: f64,
    /// The upper bound given.
    pub high: f64,
}

#[derive(Serialize, Deserialize)]
struct UncheckedRange {
    low: f64,
    high: f64,
}

impl ThetaRange {
    /// [−6, 6], wide enough for any placement.
    pub const WIDE: Self = Self { low: -6.0, high: 6.0 };

    /// Checks that the bounds ascend.
    pub fn new(low: f64, high: f64) -> Result<Self, RangeError> {
        if low >= -100.0 && high <= 100.0 && low < high {
            Ok(Self { low, high })
        } else {
            Err(RangeError { low, high })
        }
    }

    /// Lower bound, in logits.
    #[must_use]
    pub fn low(&self) -> f64 {
        self.low
    }

    /// Upper bound, in logits.
    #[must_use]
    pub fn high(&self) -> f64 {
        self.high
    }

    /// Evenly spaced nodes from the lower to the upper bound, both exact; at least two.
    #[must_use]
    pub fn nodes(&self, count: usize) -> Vec<f64> {
        assert!(count >= 2, "an interval has two ends");
        let last = (count - 1) as f64;
        let step = (self.high - self.low) / last;
        (0..count)
            .map(|index| if index + 1 == count { self.high } else { self.low + step * index as f64 })
            .collect()
    }
}

impl TryFrom<UncheckedRange> for ThetaRange {
    type Error = RangeError;

    fn try_from(range: UncheckedRange) -> Result<Self, RangeError> {
        Self::new(range.low, range.high)
    }
}

impl From<ThetaRange> for UncheckedRange {
    fn from(range: ThetaRange) -> Self {
        Self { low: range.low, high: range.high }
    }
}
