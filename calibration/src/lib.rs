//! Responses to item parameters and the evidence behind them.
//!
//! Reads scored responses into a compact matrix, estimates the parameters of response models by marginal maximum
//! likelihood, and reports how far to trust them. Never opens a file, reads a clock or draws a random number.

mod estimation;
mod linear_algebra;
mod model;
mod rapid_guessing;
pub mod report;
pub mod responses;

pub use estimation::*;
pub use linear_algebra::Cholesky;
pub use model::{
    ConventionalParameters, Estimate, ItemModel, ItemParameters, ItemPriors, ParameterName, Prior,
    PriorError, logistic, logit,
};
pub use rapid_guessing::rapid_guess_threshold_ms;
