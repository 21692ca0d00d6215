//! Prior densities on item parameters, added to the log-likelihood as they stand.
//! A density on a logit is that of the logit; a Beta density is that of the probability, with no Jacobian.

use thiserror::Error;

use super::item_model::Family;
use super::item_parameters::{ItemParameters, ParameterName, logistic};

/// A prior that is not a density.
#[derive(Debug, Error, PartialEq)]
pub enum PriorError {
    /// A spread that is not positive.
    #[error("the standard deviation of a prior must be a finite number above 0, got {0}")]
    StandardDeviation(f64),
    /// A shape that is not positive.
    #[error("the shapes of a beta prior must be finite numbers above 0, got {0} and {1}")]
    Shapes(f64, f64),
}

/// A prior density on one parameter.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Prior {
    /// Normal with mean and standard deviation.
    Normal(f64, f64),
    /// Log-normal with mean and standard deviation of the logarithm.
    LogNormal(f64, f64),
    /// Beta of the probability whose logit is the parameter.
    Beta(f64, f64),
}

/// Log density and its first two derivatives in the parameter estimated.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct PriorTerms {
    pub(crate) log_density: f64,
    pub(crate) first: f64,
    pub(crate) second: f64,
}

impl Prior {
    /// The prior, if its numbers make a density.
    pub fn checked(self) -> Result<Self, PriorError> {
        let positive = |value: f64| value.is_finite() && value > 0.0;
        match self {
            Self::Normal(_, sd) | Self::LogNormal(_, sd) if !positive(sd) => {
                Err(PriorError::StandardDeviation(sd))
            }
            Self::Beta(alpha, beta) if !positive(alpha) || !positive(beta) => {
                Err(PriorError::Shapes(alpha, beta))
            }
            prior => Ok(prior),
        }
    }

    pub(crate) fn terms(self, value: f64) -> PriorTerms {
        let half_log_tau = 0.918_938_533_204_672_8; // ln √(2π)
        match self {
            Self::Normal(mean, sd) => {
                let z = (value - mean) / sd;
                let log_density = -0.5 * z * z - sd.ln() - half_log_tau;
                PriorTerms { log_density, first: -z / sd, second: -1.0 / (sd * sd) }
            }
            Self::LogNormal(_, _) if value <= 0.0 => {
                PriorTerms { log_density: f64::NEG_INFINITY, first: 0.0, second: 0.0 }
            }
            Self::LogNormal(mean, sd) => {
                let z = (value.ln() - mean) / sd;
                let log_density = -0.5 * z * z - sd.ln() - half_log_tau - value.ln();
                let first = -(z / sd + 1.0) / value;
                let second = (z / sd + 1.0 - 1.0 / (sd * sd)) / (value * value);
                PriorTerms { log_density, first, second }
            }
            Self::Beta(alpha, beta) => {
                let p = logistic(value);
                let q = logistic(-value);
                let log_beta = statrs::function::beta::ln_beta(alpha, beta);
                let log_density = (alpha - 1.0) * p.ln() + (beta - 1.0) * q.ln() - log_beta;
                let first = (alpha - 1.0) * q - (beta - 1.0) * p;
                let second = -(alpha + beta - 2.0) * p * q;
                PriorTerms { log_density, first, second }
            }
        }
    }
}

/// Priors by role, the same for every item they are given to.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct ItemPriors {
    /// On slopes.
    pub slope: Option<Prior>,
    /// On intercepts.
    pub intercept: Option<Prior>,
    /// On logit g (a Beta: on g).
    pub guessing: Option<Prior>,
    /// On logit u (a Beta: on u).
    pub upper: Option<Prior>,
}

impl ItemPriors {
    /// The field's usual priors for the three- and four-parameter models: logit g ~ Normal(logit 0.2, 0.5) and
    /// logit u ~ Normal(3, 0.5). Nothing on slopes and intercepts.
    pub fn usual() -> Self {
        let guessing = Some(Prior::Normal(-1.386_294_361, 0.5));
        Self { guessing, upper: Some(Prior::Normal(3.0, 0.5)), ..Self::default() }
    }

    /// The prior of a slot.
    pub fn of(&self, name: ParameterName) -> Option<Prior> {
        match name {
            ParameterName::Slope | ParameterName::CategorySlope(_) => self.slope,
            ParameterName::Intercept(_) | ParameterName::LocationIntercept => self.intercept,
            ParameterName::CommonIntercept(_) => None,
            ParameterName::GuessingLogit => self.guessing,
            ParameterName::UpperLogit => self.upper,
        }
    }

    /// The priors that apply to the estimated slots of an item, by slot.
    pub(crate) fn by_slot(&self, item: &ItemParameters) -> Vec<Option<Prior>> {
        let nominal = item.model().family() == Family::Nominal;
        let estimated = item.estimated();
        let name_prior = |(name, free)| if free && !nominal { self.of(name) } else { None };
        item.names().into_iter().zip(estimated).map(name_prior).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn derivatives_agree_with_central_differences() {
        let step = 1e-5;
        for prior in [Prior::Normal(-1.4, 0.5), Prior::LogNormal(0.1, 0.5), Prior::Beta(5.0, 17.0)] {
            for value in [0.3, 1.2, 2.5] {
                let exact = prior.terms(value);
                let (up, down) = (prior.terms(value + step), prior.terms(value - step));
                assert!(((up.log_density - down.log_density) / (2.0 * step) - exact.first).abs() < 1e-7);
                assert!(((up.first - down.first) / (2.0 * step) - exact.second).abs() < 1e-6);
            }
        }
    }

    #[test]
    fn a_spread_of_zero_is_refused() {
        assert_eq!(Prior::Normal(0.0, 0.0).checked(), Err(PriorError::StandardDeviation(0.0)));
        assert!(Prior::Beta(5.0, 0.0).checked().is_err());
    }
}
