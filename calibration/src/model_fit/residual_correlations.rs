//! SRMSR: how far expected correlations of item scores are from observed ones (Maydeu-Olivares, 2013).

use super::margins::{MarginProblem, Margins, ModelFitError};
use crate::estimation::Calibration;
use crate::responses::ResponseMatrix;
use crate::score_moments::ScoreMoments;

/// Root mean square of the differences of observed and expected correlations, over examinees who answered every item.
pub fn srmsr(calibration: &Calibration, matrix: &ResponseMatrix) -> Result<f64, ModelFitError> {
    Ok(root_mean_square(&MarginProblem::new(calibration, matrix, Margins::Scores)?, calibration))
}

pub(super) fn root_mean_square(problem: &MarginProblem<'_>, calibration: &Calibration) -> f64 {
    let items = problem.items();
    let nodes = calibration.grid.nodes();
    let weights = &calibration.groups[0].weights;
    let moments: Vec<Vec<ScoreMoments>> =
        items.iter().map(|item| nodes.iter().map(|&theta| ScoreMoments::at(item, theta)).collect()).collect();
    let integral =
        |values: &mut dyn Iterator<Item = f64>| values.zip(weights).map(|(v, w)| v * w).sum::<f64>();
    let mean: Vec<f64> = moments.iter().map(|at| integral(&mut at.iter().map(|m| m.mean))).collect();
    let deviation: Vec<f64> = moments
        .iter()
        .zip(&mean)
        .map(|(at, mean)| {
            (integral(&mut at.iter().map(|m| m.variance + m.mean * m.mean)) - mean * mean).sqrt()
        })
        .collect();
    let (mut sum, mut pairs) = (0.0, 0.0);
    for first in 0..items.len() {
        for second in first + 1..items.len() {
            let product =
                integral(&mut moments[first].iter().zip(&moments[second]).map(|(a, b)| a.mean * b.mean));
            let expected = (product - mean[first] * mean[second]) / (deviation[first] * deviation[second]);
            sum += (problem.sums.correlation(first, second) - expected).powi(2);
            pairs += 1.0;
        }
    }
    (sum / pairs).sqrt()
}
