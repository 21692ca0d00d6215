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
mod model_test;
mod purification;
mod split;
mod wald;

pub use abilities::Abilities;
pub use classification::{DifClass, classify};
pub use comparison::{AdjustedProbabilities, ItemComparison, adjust, compare_item, compare_items};
pub use groups::{DifError, GroupPair, TooFewAnswers};
pub use logistic_regression::{EffectSize, LogisticDif, logistic_dif};
pub use mantel::{PolytomousDif, polytomous_dif};
pub use mantel_haenszel::{MantelHaenszel, mantel_haenszel};
pub use matching::{Matching, Strata, purified_abilities, purified_strata, strata};
pub use model_test::{
    Anchors, Certificate, ModelTest, ModelTestKind, ModelTests, ModelledGroups, model_tests,
};
