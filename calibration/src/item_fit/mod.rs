//! How well each item follows its model: mean squares of residuals, and S-X² over total scores. Says nothing about
//! what to do with an item.

mod fit_by_ability;
mod leave_one_out;
mod mean_squares;
mod misfit;
mod predictive;
mod residual_curve;
mod score_distribution;
mod summed_score;

pub use fit_by_ability::{AbilityFit, fit_by_ability};
pub(crate) use mean_squares::ResidualSums;
pub use mean_squares::{MeanSquare, MeanSquares, item_mean_squares};
pub use misfit::{MeanSquareKind, Misfit, MisfitRule, misfits};
pub(crate) use predictive::predictions;
pub use predictive::predictive_mean_squares;
pub use residual_curve::{ResidualPoint, residual_curve};
pub use score_distribution::score_distribution;
pub use summed_score::{SummedScoreFit, summed_score_fit};
