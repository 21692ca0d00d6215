//! Everything known of one item's differential functioning between two groups.

use rayon::prelude::*;

use super::classification::DifClass;
use super::groups::{GroupPair, TooFewAnswers};
use super::logistic_regression::{LogisticDif, logistic_dif};
use super::mantel::{PolytomousDif, polytomous_dif};
use super::mantel_haenszel::{MantelHaenszel, mantel_haenszel};
use super::matching::{Matching, strata};
use super::model_test::ModelTest;
use crate::responses::ResponseMatrix;
use crate::significance::benjamini_hochberg;

/// Level of significance of class C after adjustment.
const LEVEL: f64 = 0.05;

/// One item in two groups of equal ability.
#[derive(Debug, Clone, Default)]
pub struct ItemComparison {
    /// Why the item is not compared, if it is not.
    pub refused: Option<TooFewAnswers>,
    /// Of a dichotomous item.
    pub mantel_haenszel: Option<MantelHaenszel>,
    /// Of any item.
    pub polytomous: Option<PolytomousDif>,
    /// Of any item.
    pub logistic: Option<LogisticDif>,
    /// Probabilities adjusted for the number of items compared; none where the item is not.
    pub adjusted: Option<AdjustedProbabilities>,
    /// A test with the model, where it was asked for.
    pub model_test: Option<ModelTest>,
}

/// Probabilities adjusted for the number of items compared at once (Benjamini & Hochberg, 1995); not a number where a test
/// was not made.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AdjustedProbabilities {
    /// Of the Mantel–Haenszel test, or of Mantel's where the item has several scores.
    pub matched: f64,
    /// That the difference is no more than moderate: one-sided, of |delta| ≤ 1; where the item has several scores, of
    /// Mantel's test.
    pub at_most_moderate: f64,
    /// Of the group effect in logistic regression.
    pub uniform: f64,
    /// Of the product of group and matching variable.
    pub non_uniform: f64,
}

impl ItemComparison {
    /// The class of a dichotomous item by Mantel–Haenszel, of another by its standardised mean difference.
    pub fn class(&self) -> Option<DifClass> {
        let dichotomous = self.mantel_haenszel.as_ref().map(MantelHaenszel::class);
        dichotomous.or(self.polytomous.as_ref().map(PolytomousDif::class))
    }

    /// Whether the class is C, and still would be with the probability adjusted for the number of items compared.
    pub fn is_surely_large(&self) -> bool {
        let adjusted = self.adjusted.is_some_and(|adjusted| adjusted.at_most_moderate < LEVEL);
        adjusted && self.class() == Some(DifClass::C)
    }

    /// Probability of the Mantel–Haenszel test, or of Mantel's where the item has several scores.
    pub fn matched_probability(&self) -> Option<f64> {
        let dichotomous = self.mantel_haenszel.as_ref().map(|found| found.probability);
        dichotomous.or(self.polytomous.as_ref().map(|found| found.mantel_probability))
    }

    fn at_most_moderate(&self) -> Option<f64> {
        let dichotomous = self.mantel_haenszel.as_ref().map(MantelHaenszel::at_most_moderate);
        dichotomous.or(self.polytomous.as_ref().map(|found| found.mantel_probability))
    }
}

/// Compares every item in `items` without a model, examinees matched as `matching` says; one comparison an item, in the
/// order of `items`.
pub fn compare_items(
    matrix: &ResponseMatrix,
    groups: GroupPair,
    matching: &Matching,
    items: &[usize],
) -> Vec<ItemComparison> {
    let compare = |&item: &usize| compare_item(matrix, groups, matching, item);
    let mut found: Vec<ItemComparison> = items.par_iter().map(compare).collect();
    adjust(&mut found);
    found
}

/// Adjusts the probabilities for the number of these comparisons.
pub fn adjust(found: &mut [ItemComparison]) {
    let adjusted = |read: &dyn Fn(&ItemComparison) -> Option<f64>| {
        let probabilities: Vec<f64> = found.iter().map(|item| read(item).unwrap_or(f64::NAN)).collect();
        benjamini_hochberg(&probabilities)
    };
    let matched = adjusted(&ItemComparison::matched_probability);
    let at_most_moderate = adjusted(&ItemComparison::at_most_moderate);
    let uniform = adjusted(&|item| item.logistic.map(|found| found.uniform_probability));
    let non_uniform = adjusted(&|item| item.logistic.map(|found| found.non_uniform_probability));
    for (place, item) in found.iter_mut().enumerate() {
        item.adjusted = item.refused.is_none().then(|| AdjustedProbabilities {
            matched: matched[place],
            at_most_moderate: at_most_moderate[place],
            uniform: uniform[place],
            non_uniform: non_uniform[place],
        });
    }
}

/// Compares one item; nothing is adjusted.
pub fn compare_item(
    matrix: &ResponseMatrix,
    groups: GroupPair,
    matching: &Matching,
    item: usize,
) -> ItemComparison {
    let strata = strata(matrix, groups, matching, item);
    let matched = |examinee: usize| !strata.of[examinee].is_empty();
    if let Err(refused) = groups.enough_answers(matrix, item, matched) {
        return ItemComparison { refused: Some(refused), ..ItemComparison::default() };
    }
    ItemComparison {
        mantel_haenszel: mantel_haenszel(matrix, groups, item, &strata),
        polytomous: polytomous_dif(matrix, groups, item, &strata),
        logistic: logistic_dif(matrix, groups, item, &strata),
        ..ItemComparison::default()
    }
}
