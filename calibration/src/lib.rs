//! Responses to item parameters and the evidence behind them.
//!
//! Reads scored responses into a compact matrix, estimates the parameters of response models by marginal maximum
//! likelihood, and reports how far to trust them. Never opens a file, reads a clock or draws a random number.

pub mod classical;
pub mod dif;
pub mod drift;
mod estimation;
pub mod item_fit;
mod linear_algebra;
pub mod linking;
pub mod local_dependence;
mod model;
pub mod model_fit;
pub mod person_fit;
mod rapid_guessing;
pub mod report;
pub mod response_times;
pub mod responses;
mod score_moments;
pub mod significance;
pub mod total_score;

pub use estimation::*;
pub use linear_algebra::Cholesky;
pub use model::{
    ConventionalParameters, Estimate, ItemModel, ItemParameters, ItemPriors, ParameterName, Prior,
    PriorError, logistic, logit,
};
pub use rapid_guessing::{rapid_guess_threshold_ms, rapid_guess_threshold_of_mean_ms};
