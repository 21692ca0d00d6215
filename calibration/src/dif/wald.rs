//! Wald tests of the difference between two groups' parameters, given anchor items (Lord, 1980; Langer, 2008).

use super::groups::DifError;
use super::model_test::{Certificate, ModelTest, ModelledGroups, Round};
use super::split::{SplitModel, split_model};
use crate::estimation::{Covariance, covariance};
use crate::linear_algebra::Cholesky;

/// Tests the studied items in a model where those in `split` have parameters of their own in each group: these in one
/// calibration, any other in one where it is freed too.
pub(super) fn tests(
    modelled: ModelledGroups<'_>,
    split: &[usize],
    studied: &[usize],
) -> Result<Round, DifError> {
    let (inside, outside): (Vec<usize>, Vec<usize>) = studied.iter().partition(|item| split.contains(item));
    let together = (!inside.is_empty()).then(|| (split.to_vec(), inside));
    let alone = outside.into_iter().map(|item| (split.iter().copied().chain([item]).collect(), vec![item]));
    let mut certificate = Certificate::EMPTY;
    let mut found = Vec::new();
    for (split, tested) in together.into_iter().chain(alone) {
        let model = split_model(modelled, &split)?;
        certificate.add(&model.calibration);
        let covariance = covariance(&model.calibration).ok_or(DifError::NoCovariance)?;
        found.extend(tested.iter().filter_map(|&item| compare(&model, &covariance, item)));
    }
    Ok(Round::new(found, certificate))
}

/// (β_r − β_f)ᵀ Cov(β_r − β_f)⁻¹ (β_r − β_f) over the estimated slots that the two groups do not share.
fn compare(model: &SplitModel, covariance: &Covariance, item: usize) -> Option<ModelTest> {
    let focal = model.focal_columns[item]?;
    let [own, other] = [item, focal].map(|column| model.calibration.items[column].parameters.values());
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
    Some(ModelTest::new(item, statistic, size, model.signed_difference(item)))
}
