//! Wald tests of the difference between two groups' parameters, given anchor items (Lord, 1980; Langer, 2008).

use super::groups::{DifError, GroupPair};
use super::purification::{PurifiedDif, purified};
use super::split::split_model;
use crate::estimation::{CalibrationPlan, Covariance, covariance};
use crate::linear_algebra::Cholesky;
use crate::responses::ResponseMatrix;
use crate::significance::{benjamini_hochberg, chi_squared_tail};

/// The test of one item.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct WaldDif {
    /// Column of the item.
    pub item: usize,
    /// Wald's statistic.
    pub statistic: f64,
    /// Parameters compared.
    pub degrees_of_freedom: usize,
    /// P(χ² ≥ statistic).
    pub probability: f64,
    /// The same, adjusted for the number of tests (Benjamini & Hochberg, 1995).
    pub adjusted_probability: f64,
}

/// Tests every item that is no anchor: one calibration in which the anchors have common parameters and all other items
/// parameters of their own in each group.
pub fn wald_dif(
    matrix: &ResponseMatrix,
    groups: GroupPair,
    plan: &CalibrationPlan,
    anchors: &[usize],
) -> Result<Vec<WaldDif>, DifError> {
    if anchors.is_empty() {
        return Err(DifError::NoAnchors);
    }
    let is_studied = |item: &usize| !anchors.contains(item);
    let studied: Vec<usize> = groups.answered(matrix).into_iter().filter(is_studied).collect();
    tests(matrix, groups, plan, &studied, &studied)
}

/// Tests every item against all others, takes those flagged at `level` (adjusted) out of the anchors, and tests again
/// until the same items are flagged: of those by the anchors left, of an anchor by the other ones.
pub fn purified_wald_dif(
    matrix: &ResponseMatrix,
    groups: GroupPair,
    plan: &CalibrationPlan,
    level: f64,
) -> Result<PurifiedDif<WaldDif>, DifError> {
    let studied = groups.answered(matrix);
    let test = |split: &[usize]| tests(matrix, groups, plan, split, &studied);
    let flagged = |tests: &[WaldDif]| -> Vec<usize> {
        tests.iter().filter(|test| test.adjusted_probability < level).map(|test| test.item).collect()
    };
    purified(matrix.items().len(), test, flagged)
}

/// Tests the studied items in a model where those in `split` have parameters of their own in each group; any other is
/// freed for its test.
fn tests(
    matrix: &ResponseMatrix,
    groups: GroupPair,
    plan: &CalibrationPlan,
    split: &[usize],
    studied: &[usize],
) -> Result<Vec<WaldDif>, DifError> {
    let mut found = Vec::new();
    let (inside, outside): (Vec<usize>, Vec<usize>) = studied.iter().partition(|item| split.contains(item));
    if !inside.is_empty() {
        found.extend(in_model(matrix, groups, plan, split, &inside)?);
    }
    for item in outside {
        let with_item: Vec<usize> = split.iter().copied().chain([item]).collect();
        found.extend(in_model(matrix, groups, plan, &with_item, &[item])?);
    }
    found.sort_by_key(|test| test.item);
    let probabilities: Vec<f64> = found.iter().map(|test| test.probability).collect();
    for (test, adjusted) in found.iter_mut().zip(benjamini_hochberg(&probabilities)) {
        test.adjusted_probability = adjusted;
    }
    Ok(found)
}

/// The tests of some of the split items, from one calibration.
fn in_model(
    matrix: &ResponseMatrix,
    groups: GroupPair,
    plan: &CalibrationPlan,
    split: &[usize],
    studied: &[usize],
) -> Result<Vec<WaldDif>, DifError> {
    let model = split_model(matrix, groups, plan, split)?;
    let covariance = covariance(&model.calibration).ok_or(DifError::NoCovariance)?;
    let values = |column: usize| model.calibration.items[column].parameters.values();
    let test = |&item: &usize| {
        let focal = model.focal_columns[item]?;
        compare(&covariance, (item, values(item)), (focal, values(focal)))
    };
    Ok(studied.iter().filter_map(test).collect())
}

/// (β_r − β_f)ᵀ Cov(β_r − β_f)⁻¹ (β_r − β_f) over the estimated slots that the two do not share.
fn compare(
    covariance: &Covariance,
    (item, own): (usize, &[f64]),
    (focal, other): (usize, &[f64]),
) -> Option<WaldDif> {
    let pairs: Vec<(usize, usize, f64)> = covariance
        .item_indexes(item)
        .iter()
        .zip(covariance.item_indexes(focal))
        .zip(own.iter().zip(other))
        .filter_map(|((a, b), (x, y))| Some(((*a)?, (*b)?, x - y)))
        .filter(|(a, b, _)| a != b)
        .collect();
    let size = pairs.len();
    let mut matrix = vec![0.0; size * size];
    for (row, &(a, b, _)) in pairs.iter().enumerate() {
        for (column, &(c, d, _)) in pairs.iter().enumerate() {
            matrix[row * size + column] = covariance.entry(a, c) + covariance.entry(b, d)
                - covariance.entry(a, d)
                - covariance.entry(b, c);
        }
    }
    let difference: Vec<f64> = pairs.iter().map(|pair| pair.2).collect();
    let mut solved = difference.clone();
    Cholesky::new(&matrix, size)?.solve(&mut solved);
    let statistic: f64 = difference.iter().zip(&solved).map(|(a, b)| a * b).sum();
    let probability = chi_squared_tail(statistic, size as f64);
    Some(WaldDif {
        item,
        statistic,
        degrees_of_freedom: size,
        probability,
        adjusted_probability: probability,
    })
}
