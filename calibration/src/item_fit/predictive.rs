//! Mean squares whose residuals are taken against what an examinee's other answers predict.
//!
//! No ability is plugged in: the expected score and its variance are averages over the posterior from the other answers,
//! so the residual of an answer has the mean and the variance it is compared with. That holds for tests of any length
//! and for sparse adaptive data, and lets the standardised value be read as a test.

use super::mean_squares::{MeanSquares, ResidualSums};
use crate::estimation::Calibration;
use crate::estimation::item_rows;
use crate::score_moments::ScoreMoments;

/// Mean squares of every item over all examinees of the calibration; `None` for an item left out of it.
pub fn predictive_mean_squares(calibration: &Calibration) -> Vec<Option<MeanSquares>> {
    let (problem, state) = (&calibration.problem, &calibration.state);
    let nodes = calibration.grid.nodes();
    let categories: Vec<usize> = state.items.iter().map(crate::ItemParameters::categories).collect();
    let curves: Vec<Vec<f64>> = state.items.iter().map(|item| item_rows(item, &nodes, nodes.len())).collect();
    let weights = problem.weights(state);
    let blocks = problem.pass(&weights).posteriors(
        &state.items,
        || (vec![ResidualSums::default(); categories.len()], Vec::new()),
        |(sums, answered), pattern, posterior, _| {
            problem.patterns.answered(pattern, &categories, answered);
            let weight = problem.patterns.weight(pattern);
            for &(item, score) in answered.iter() {
                let moments = ScoreMoments::of(&predicted(&curves[item], posterior, score));
                sums[item].add(score as f64, moments, weight);
            }
        },
    );
    let mut total = vec![ResidualSums::default(); categories.len()];
    for (sums, _) in &blocks {
        for (sum, part) in total.iter_mut().zip(sums) {
            sum.merge(part);
        }
    }
    let usable = calibration.items.iter().map(|item| item.problem.is_none());
    total.iter().zip(usable).map(|(sum, usable)| sum.mean_squares().filter(|_| usable)).collect()
}

/// One answer against what the examinee's other answers predict.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Prediction {
    pub(crate) item: usize,
    pub(crate) score: f64,
    pub(crate) mean: f64,
    /// Standard deviation of the score.
    pub(crate) deviation: f64,
}

/// The predictions of every pattern's answers, by pattern.
pub(crate) fn predictions(calibration: &Calibration) -> Vec<Vec<Prediction>> {
    let (problem, state) = (&calibration.problem, &calibration.state);
    let nodes = calibration.grid.nodes();
    let categories: Vec<usize> = state.items.iter().map(crate::ItemParameters::categories).collect();
    let curves: Vec<Vec<f64>> = state.items.iter().map(|item| item_rows(item, &nodes, nodes.len())).collect();
    let weights = problem.weights(state);
    let blocks = problem.pass(&weights).posteriors(
        &state.items,
        Vec::new,
        |all: &mut Vec<Vec<Prediction>>, pattern, posterior, _| {
            let mut answered = Vec::new();
            problem.patterns.answered(pattern, &categories, &mut answered);
            let predict = |(item, score): (usize, usize)| {
                let moments = ScoreMoments::of(&predicted(&curves[item], posterior, score));
                Prediction {
                    item,
                    score: score as f64,
                    mean: moments.mean,
                    deviation: moments.variance.sqrt(),
                }
            };
            all.push(answered.into_iter().map(predict).collect());
        },
    );
    blocks.into_iter().flatten().collect()
}

/// Probability of each category given the other answers: the posterior divided by this answer's likelihood, then
/// averaged over.
pub(super) fn predicted(curves: &[f64], posterior: &[f64], score: usize) -> Vec<f64> {
    let nodes = posterior.len();
    let own = &curves[score * nodes..(score + 1) * nodes];
    let mut probabilities = vec![0.0; curves.len() / nodes];
    for (node, (mass, likelihood)) in posterior.iter().zip(own).enumerate() {
        let others = mass / likelihood;
        if !others.is_finite() {
            continue;
        }
        for (category, probability) in probabilities.iter_mut().enumerate() {
            *probability += others * curves[category * nodes + node];
        }
    }
    let total: f64 = probabilities.iter().sum();
    probabilities.iter_mut().for_each(|probability| *probability /= total);
    probabilities
}
