//! Reporting scales: from logits to the numbers people read.

use serde::{Deserialize, Serialize};

use crate::theta::Theta;

/// A linear reporting scale with a lowest and highest obtainable score.
///
/// reported = slope · θ + intercept, clamped to [lowest, highest], rounded half away from zero to `decimals`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "UncheckedScale", into = "UncheckedScale")]
pub struct Scale {
    name: String,
    slope: f64,     // reported units per logit, above 0
    intercept: f64, // reported units at θ = 0
    lowest: f64,    // reported units
    highest: f64,   // reported units, above lowest
    decimals: u8,   // 0 to 6
}

/// A scale that cannot report.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ScaleError {
    /// The slope.
    #[error("scale slope must be in (0, 1e6], got {0}")]
    Slope(f64),
    /// The intercept.
    #[error("scale intercept must be in [-1e9, 1e9], got {0}")]
    Intercept(f64),
    /// The lowest and highest obtainable scores.
    #[error("lowest and highest obtainable scores must ascend, got {lowest} and {highest}")]
    Ends {
        /// Lowest obtainable score given.
        lowest: f64,
        /// Highest obtainable score given.
        highest: f64,
    },
    /// An end that the stated decimals cannot show.
    #[error("obtainable score {score} needs more than {decimals} decimals")]
    EndDecimals {
        /// The end.
        score: f64,
        /// Decimals of the scale.
        decimals: u8,
    },
    /// The number of decimals.
    #[error("scale decimals must be 0 to 6, got {0}")]
    Decimals(u8),
}

/// A scale before its ranges are checked, as files have it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct UncheckedScale {
    /// What the scale is called.
    pub name: String,
    /// Reported units per logit.
    pub slope: f64,
    /// Reported units at θ = 0.
    pub intercept: f64,
    /// Lowest obtainable score.
    pub lowest: f64,
    /// Highest obtainable score.
    pub highest: f64,
    /// Digits after the point.
    #[serde(default)]
    pub decimals: u8,
}

impl Scale {
    /// Checks the ranges.
    pub fn new(scale: UncheckedScale) -> Result<Self, ScaleError> {
        let UncheckedScale { name, slope, intercept, lowest, highest, decimals } = scale;
        if !(slope > 0.0 && slope <= 1e6) {
            return Err(ScaleError::Slope(slope));
        }
        if intercept.is_nan() || intercept.abs() > 1e9 {
            return Err(ScaleError::Intercept(intercept));
        }
        if !(lowest < highest && lowest >= -1e12 && highest <= 1e12) {
            return Err(ScaleError::Ends { lowest, highest });
        }
        if decimals > 6 {
            return Err(ScaleError::Decimals(decimals));
        }
        if let Some(score) = [lowest, highest].into_iter().find(|score| round(*score, decimals) != *score) {
            return Err(ScaleError::EndDecimals { score, decimals });
        }
        Ok(Self { name, slope, intercept, lowest, highest, decimals })
    }

    /// What the scale is called.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Reported units per logit.
    #[must_use]
    pub fn slope(&self) -> f64 {
        self.slope
    }

    /// Reported units at θ = 0.
    #[must_use]
    pub fn intercept(&self) -> f64 {
        self.intercept
    }

    /// Lowest obtainable score.
    #[must_use]
    pub fn lowest(&self) -> f64 {
        self.lowest
    }

    /// Highest obtainable score.
    #[must_use]
    pub fn highest(&self) -> f64 {
        self.highest
    }

    /// Digits after the point.
    #[must_use]
    pub fn decimals(&self) -> u8 {
        self.decimals
    }

    /// The reported score of an ability.
    #[must_use]
    pub fn report(&self, theta: Theta) -> f64 {
        round((self.slope * theta.0 + self.intercept).clamp(self.lowest, self.highest), self.decimals)
    }

    /// The reported standard error of a standard error in logits.
    #[must_use]
    pub fn report_error(&self, standard_error: f64) -> f64 {
        round(self.slope * standard_error, self.decimals)
    }

    /// The ability, in logits, whose unrounded report is this score.
    #[must_use]
    pub fn theta(&self, score: f64) -> Theta {
        Theta((score - self.intercept) / self.slope)
    }
}

/// Half away from zero.
fn round(value: f64, decimals: u8) -> f64 {
    let unit = 10_f64.powi(i32::from(decimals));
    let scaled = value * unit;
    // Beyond 2^53 a float has no fraction left to round.
    if scaled.abs() < 9e15 { scaled.round() / unit } else { value }
}

impl TryFrom<UncheckedScale> for Scale {
    type Error = ScaleError;

    fn try_from(scale: UncheckedScale) -> Result<Self, ScaleError> {
        Self::new(scale)
    }
}

impl From<Scale> for UncheckedScale {
    fn from(scale: Scale) -> Self {
        let Scale { name, slope, intercept, lowest, highest, decimals } = scale;
        Self { name, slope, intercept, lowest, highest, decimals }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scale(decimals: u8) -> Scale {
        Scale::new(UncheckedScale {
            name: "Trail".into(),
            slope: 10.0,
            intercept: 200.0,
            lowest: 100.0,
            highest: 300.0,
            decimals,
        })
        .unwrap()
    }

    #[test]
    fn scores_are_rounded_half_away_and_clamped() {
        assert_eq!(scale(0).report(Theta(0.25)), 203.0);
        assert_eq!(scale(0).report(Theta(-0.25)), 198.0);
        assert_eq!(scale(1).report(Theta(0.123)), 201.2);
        assert_eq!(scale(0).report(Theta(50.0)), 300.0);
        assert_eq!(scale(0).report(Theta(-50.0)), 100.0);
        assert_eq!(scale(1).report_error(0.321), 3.2);
        assert_eq!(scale(0).theta(205.0), Theta(0.5));
    }

    #[test]
    fn negative_halves_go_away_from_zero() {
        assert_eq!(round(-2.5, 0), -3.0);
        assert_eq!(round(2.5, 0), 3.0);
    }

    #[test]
    fn a_scale_that_cannot_report_is_refused_with_the_value() {
        let json = r#"{"name":"x","slope":-1.0,"intercept":0.0,"lowest":0.0,"highest":1.0}"#;
        let error = serde_json::from_str::<Scale>(json).unwrap_err().to_string();
        assert!(error.contains("slope must be in (0, 1e6], got -1"), "{error}");
        let json = r#"{"name":"x","slope":1.0,"intercept":0.0,"lowest":3.0,"highest":3.0}"#;
        assert!(serde_json::from_str::<Scale>(json).is_err());
    }
}
