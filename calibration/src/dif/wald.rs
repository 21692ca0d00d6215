//! Wald tests of the difference between two groups' parameters, given anchor items (Lord, 1980; Langer, 2008).

use super::groups::{DifError, GroupPair};
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
    let studied: Vec<usize> = (0..matrix.items().len()).filter(|item| !anchors.contains(item)).collect();
    let model = split_model(matrix, groups, plan, &studied)?;
    let covariance = covariance(&model.calibration).ok_or(DifError::NoCovariance)?;
    let mut found = Vec::new();
    for item in studied {
        let Some(focal) = model.focal_columns[item] else { continue };
        let values = |column: usize| model.calibration.items[column].parameters.values();
        if let Some(test) = compare(&covariance, (item, values(item)), (focal, values(focal))) {
            found.push(test);
        }
    }
    let probabilities: Vec<f64> = found.iter().map(|test| test.probability).collect();
    for (test, adjusted) in found.iter_mut().zip(benjamini_hochberg(&probabilities)) {
        test.adjusted_probability = adjusted;
    }
    Ok(found)
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
