//! How well each item follows its model: mean squares of residuals, and S-X² over total scores. Says nothing about
//! what to do with an item.

mod mean_squares;
mod score_distribution;
mod summed_score;

pub(crate) use mean_squares::ResidualSums;
pub use mean_squares::{MeanSquare, MeanSquares, item_mean_squares};
pub use score_distribution::score_distribution;
pub use summed_score::{SummedScoreFit, summed_score_fit};
