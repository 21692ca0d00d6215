//! Parameter drift between two versions of a bank whose scales have been linked.

use crate::estimation::Grid;
use crate::linear_algebra::Cholesky;
use crate::linking::{CommonItem, Constants, robust_z};
use crate::linking::{Direction, anchor_differences};
use crate::significance::{benjamini_hochberg, chi_squared_tail};

/// How far one item has moved.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ItemDrift {
    /// New difficulty less the old one on the new scale, in logits; means over boundaries or steps.
    pub location_difference: f64,
    /// Its robust z among the items.
    pub location_z: f64,
    /// Logarithm of the new slope over the old one.
    pub log_slope_difference: f64,
    /// Its robust z.
    pub slope_z: f64,
    /// New less old expected score, averaged over a standard normal ability.
    pub score_difference: f64,
    /// Root mean square of that difference over the highest score: what examinees could notice.
    pub root_mean_square: f64,
    /// Wald's test that no parameter has changed, where standard errors are known.
    pub wald: Option<WaldDrift>,
}

/// Wald's test of one item, the constants of the link taken as known.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct WaldDrift {
    /// The statistic.
    pub statistic: f64,
    /// Parameters compared.
    pub degrees_of_freedom: usize,
    /// P(χ² ≥ statistic).
    pub probability: f64,
    /// The same, adjusted for the number of items (Benjamini & Hochberg, 1995).
    pub adjusted_probability: f64,
}

/// Drift of every common item (`from` the old parameters, `to` the new ones) after the old scale was moved by the
/// constants. `directions` describe how the parameters vary; without any no test is made.
pub fn parameter_drift(
    common: &[CommonItem],
    constants: Constants,
    directions: &[Direction],
) -> Vec<ItemDrift> {
    let differences = anchor_differences(common, constants);
    let location_z = robust_z(&differences.iter().map(|pair| pair.0).collect::<Vec<_>>());
    let slope_z = robust_z(&differences.iter().map(|pair| pair.1).collect::<Vec<_>>());
    let mut found: Vec<ItemDrift> = common
        .iter()
        .enumerate()
        .map(|(item, pair)| {
            let (score_difference, root_mean_square) = score_differences(pair, constants);
            ItemDrift {
                location_difference: differences[item].0,
                location_z: location_z[item],
                log_slope_difference: differences[item].1,
                slope_z: slope_z[item],
                score_difference,
                root_mean_square,
                wald: wald(common, item, constants, directions),
            }
        })
        .collect();
    let probabilities: Vec<f64> =
        found.iter().map(|drift| drift.wald.map_or(f64::NAN, |wald| wald.probability)).collect();
    for (drift, adjusted) in found.iter_mut().zip(benjamini_hochberg(&probabilities)) {
        if let Some(wald) = &mut drift.wald {
            wald.adjusted_probability = adjusted;
        }
    }
    found
}

fn score_differences(pair: &CommonItem, constants: Constants) -> (f64, f64) {
    let grid = Grid::default();
    let weights = grid.normal_weights(0.0, 1.0);
    let moved = constants.item(&pair.from);
    let highest = (moved.categories() - 1) as f64;
    let (mut sum, mut square) = (0.0, 0.0);
    for (theta, weight) in grid.nodes().into_iter().zip(weights) {
        let difference = pair.to.expected_score(theta) - moved.expected_score(theta);
        sum += weight * difference;
        square += weight * (difference / highest).powi(2);
    }
    (sum, square.sqrt())
}

/// (β − β₀)ᵀ Cov⁻¹ (β − β₀) over the slots that vary, with the covariance from the directions.
fn wald(
    common: &[CommonItem],
    item: usize,
    constants: Constants,
    directions: &[Direction],
) -> Option<WaldDrift> {
    let moves: Vec<Vec<f64>> = directions
        .iter()
        .filter_map(|direction| direction.difference(&common[item], item, constants))
        .collect();
    let pair = &common[item];
    let moved = constants.item(&pair.from);
    let varying: Vec<usize> =
        (0..moved.values().len()).filter(|&slot| moves.iter().any(|by| by[slot] != 0.0)).collect();
    let size = varying.len();
    if size == 0 {
        return None;
    }
    let mut covariance = vec![0.0; size * size];
    for by in &moves {
        for (row, &a) in varying.iter().enumerate() {
            for (column, &b) in varying.iter().enumerate() {
                covariance[row * size + column] += by[a] * by[b];
            }
        }
    }
    let difference: Vec<f64> =
        varying.iter().map(|&slot| pair.to.values()[slot] - moved.values()[slot]).collect();
    let mut solved = difference.clone();
    Cholesky::new(&covariance, size)?.solve(&mut solved);
    let statistic: f64 = difference.iter().zip(&solved).map(|(a, b)| a * b).sum();
    let probability = chi_squared_tail(statistic, size as f64);
    Some(WaldDrift { statistic, degrees_of_freedom: size, probability, adjusted_probability: probability })
}
