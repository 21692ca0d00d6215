//! Differential item functioning: does an item work alike for examinees of equal ability in two groups? Never decides
//! what becomes of an item.

mod abilities;
mod classification;
mod comparison;
mod groups;
mod likelihood_ratio;
mod logistic_regression;
mod mantel;
mod mantel_haenszel;
mod matching;
mod purification;
mod split;
mod wald;

pub use abilities::Abilities;
pub use classification::{DifClass, classify};
pub use comparison::{AdjustedProbabilities, ItemComparison, adjust, compare_item, compare_items};
pub use groups::{DifError, GroupPair, TooFewAnswers};
pub use likelihood_ratio::{
    Anchors, LikelihoodRatioDif, likelihood_ratio_dif, purified_likelihood_ratio_dif,
};
pub use logistic_regression::{EffectSize, LogisticDif, logistic_dif};
pub use mantel::{PolytomousDif, polytomous_dif};
pub use mantel_haenszel::{MantelHaenszel, mantel_haenszel};
pub use matching::{Matching, Strata, purified_abilities, purified_strata, strata};
pub use purification::PurifiedDif;
pub use wald::{WaldDif, purified_wald_dif, wald_dif};
