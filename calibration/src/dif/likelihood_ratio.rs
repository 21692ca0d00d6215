//! Likelihood-ratio tests of item parameters across two groups (Thissen, Steinberg & Wainer, 1993).

use super::groups::{DifError, GroupPair};
use super::purification::{PurifiedDif, purified};
use super::split::split_model;
use crate::estimation::{Calibration, CalibrationPlan};
use crate::responses::ResponseMatrix;
use crate::significance::{benjamini_hochberg, chi_squared_tail};

/// Which items hold the two groups' scales together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Anchors {
    /// All but the studied item.
    AllOthers,
    /// These columns; the studied items are the rest, one at a time.
    Columns(Vec<usize>),
}

/// The test of one item.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LikelihoodRatioDif {
    /// Column of the item.
    pub item: usize,
    /// Twice the gain in log-likelihood when the item has parameters of its own in each group.
    pub statistic: f64,
    /// Parameters gained.
    pub degrees_of_freedom: usize,
    /// P(χ² ≥ statistic).
    pub probability: f64,
    /// The same, adjusted for the number of tests (Benjamini & Hochberg, 1995).
    pub adjusted_probability: f64,
    /// Focal less reference expected score, averaged over the focal group's abilities.
    pub signed_difference: f64,
}

/// Tests the items one after another, those with too few answers in a group left out. The plan holds the items' models
/// and how to estimate.
pub fn likelihood_ratio_dif(
    matrix: &ResponseMatrix,
    groups: GroupPair,
    plan: &CalibrationPlan,
    anchors: &Anchors,
) -> Result<Vec<LikelihoodRatioDif>, DifError> {
    let answered = groups.answered(matrix);
    match anchors {
        Anchors::AllOthers => tests(matrix, groups, plan, &[], &answered),
        Anchors::Columns(columns) if columns.is_empty() => Err(DifError::NoAnchors),
        Anchors::Columns(columns) => {
            let studied: Vec<usize> = answered.into_iter().filter(|item| !columns.contains(item)).collect();
            tests(matrix, groups, plan, &studied, &studied)
        }
    }
}

/// Tests the studied items in a model where the items in `split` have parameters of their own in each group: one of
/// those is closed for its test, any other item freed.
fn tests(
    matrix: &ResponseMatrix,
    groups: GroupPair,
    plan: &CalibrationPlan,
    split: &[usize],
    studied: &[usize],
) -> Result<Vec<LikelihoodRatioDif>, DifError> {
    let base = split_model(matrix, groups, plan, split)?;
    let mut found = Vec::new();
    for &item in studied {
        let was_free = split.contains(&item);
        let others: Vec<usize> = if was_free {
            split.iter().copied().filter(|&other| other != item).collect()
        } else {
            split.iter().copied().chain([item]).collect()
        };
        let other = split_model(matrix, groups, plan, &others)?;
        let (free, closed) = if was_free { (&base, &other) } else { (&other, &base) };
        let gain = free.calibration.log_posterior - closed.calibration.log_posterior;
        let gained = free.calibration.free_parameters - closed.calibration.free_parameters;
        found.push(test(
            item,
            gain,
            gained,
            signed_difference(&free.calibration, item, free.focal_columns[item]),
        ));
    }
    adjust(&mut found);
    Ok(found)
}

fn test(item: usize, gain: f64, degrees_of_freedom: usize, signed_difference: f64) -> LikelihoodRatioDif {
    let statistic = 2.0 * gain;
    let probability = chi_squared_tail(statistic, degrees_of_freedom as f64);
    let adjusted_probability = probability;
    LikelihoodRatioDif {
        item,
        statistic,
        degrees_of_freedom,
        probability,
        adjusted_probability,
        signed_difference,
    }
}

fn adjust(found: &mut [LikelihoodRatioDif]) {
    let probabilities: Vec<f64> = found.iter().map(|test| test.probability).collect();
    for (test, adjusted) in found.iter_mut().zip(benjamini_hochberg(&probabilities)) {
        test.adjusted_probability = adjusted;
    }
}

/// ∫ (E_focal − E_reference) over the focal group's abilities.
fn signed_difference(calibration: &Calibration, item: usize, focal: Option<usize>) -> f64 {
    let Some(focal) = focal else { return 0.0 };
    let [own, other] = [item, focal].map(|column| &calibration.items[column].parameters);
    let nodes = calibration.grid.nodes();
    let weighted = nodes.iter().zip(&calibration.groups[1].weights);
    weighted.map(|(&theta, weight)| weight * (other.expected_score(theta) - own.expected_score(theta))).sum()
}

/// Tests every item against all others, takes those flagged at `level` (adjusted) out of the anchors, and tests again
/// until the same items are flagged (Candell & Drasgow, 1988).
pub fn purified_likelihood_ratio_dif(
    matrix: &ResponseMatrix,
    groups: GroupPair,
    plan: &CalibrationPlan,
    level: f64,
) -> Result<PurifiedDif<LikelihoodRatioDif>, DifError> {
    let studied = groups.answered(matrix);
    let test = |split: &[usize]| tests(matrix, groups, plan, split, &studied);
    purified(matrix.items().len(), test, |tests| flagged(tests, level))
}

fn flagged(tests: &[LikelihoodRatioDif], level: f64) -> Vec<usize> {
    tests.iter().filter(|test| test.adjusted_probability < level).map(|test| test.item).collect()
}
