//! Everything known of one item's differential functioning between two groups.

use super::classification::DifClass;
use super::groups::GroupPair;
use super::likelihood_ratio::LikelihoodRatioDif;
use super::logistic_regression::{LogisticDif, logistic_dif};
use super::mantel::{PolytomousDif, polytomous_dif};
use super::mantel_haenszel::{MantelHaenszel, mantel_haenszel};
use super::matching::{Matching, strata};
use super::wald::WaldDif;
use crate::responses::ResponseMatrix;

/// One item in two groups of equal ability.
#[derive(Debug, Clone, Default)]
pub struct ItemComparison {
    /// Of a dichotomous item.
    pub mantel_haenszel: Option<MantelHaenszel>,
    /// Of any item.
    pub polytomous: Option<PolytomousDif>,
    /// Of any item.
    pub logistic: Option<LogisticDif>,
    /// Where it was asked for.
    pub likelihood_ratio: Option<LikelihoodRatioDif>,
    /// Where it was asked for.
    pub wald: Option<WaldDif>,
}

impl ItemComparison {
    /// The class of a dichotomous item by Mantel–Haenszel, of another by its standardised mean difference.
    pub fn class(&self) -> Option<DifClass> {
        let dichotomous = self.mantel_haenszel.as_ref().map(MantelHaenszel::class);
        dichotomous.or(self.polytomous.as_ref().map(PolytomousDif::class))
    }

    /// Statistic, degrees of freedom, probability and adjusted probability of the test with the model.
    pub fn model_test(&self) -> Option<(f64, usize, f64, f64)> {
        let ratio = self.likelihood_ratio.as_ref();
        let ratio = ratio.map(|t| (t.statistic, t.degrees_of_freedom, t.probability, t.adjusted_probability));
        let wald = self.wald.as_ref();
        ratio.or(wald.map(|t| (t.statistic, t.degrees_of_freedom, t.probability, t.adjusted_probability)))
    }
}

/// Compares every item without a model, examinees matched as `matching` says.
pub fn compare_items(matrix: &ResponseMatrix, groups: GroupPair, matching: &Matching) -> Vec<ItemComparison> {
    // Strata of ability are the same for every item, those of total scores may hold the item itself.
    let shared = match matching {
        Matching::Ability(..) => Some(strata(matrix, matching, 0)),
        Matching::TotalScore(_) => None,
    };
    let compare = |item: usize| {
        let own = if shared.is_none() { Some(strata(matrix, matching, item)) } else { None };
        let Some(strata) = own.as_ref().or(shared.as_ref()) else { return ItemComparison::default() };
        ItemComparison {
            mantel_haenszel: mantel_haenszel(matrix, groups, item, strata),
            polytomous: polytomous_dif(matrix, groups, item, strata),
            logistic: logistic_dif(matrix, groups, item, strata),
            ..ItemComparison::default()
        }
    };
    (0..matrix.items().len()).map(compare).collect()
}
