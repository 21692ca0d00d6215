//! Ability estimation: what a set of scored responses says about an examinee. Any mixture of response models.

mod converged;
mod eap;
mod estimator;
pub mod grid;
mod maximize;
mod maximum_likelihood;
mod maximum_posterior;
mod observation;
mod posterior;
mod prior;
mod quadrature;
mod range;
mod spectrum;
mod weighted_likelihood;

pub use eap::{eap, posterior};
pub use estimator::{AbilityEstimate, EstimateError, Estimator, estimate, observed_standard_error};
pub use maximum_likelihood::maximum_likelihood;
pub use maximum_posterior::maximum_posterior;
pub use observation::{Observation, ScoreError, information, log_likelihood, observed_information};
pub use posterior::Posterior;
pub use prior::{NormalPrior, PriorError};
pub use quadrature::{EvenlySpaced, Quadrature, QuadratureError, RuleWeights};
pub use range::{RangeError, ThetaRange};
pub use weighted_likelihood::weighted_likelihood;
