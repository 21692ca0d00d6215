//! Mean squares whose residuals are taken against what an examinee's other answers predict.
//!
//! No ability is plugged in: the expected score and its variance are averages over the posterior from the other answers,
//! so the residual of an answer has the mean and the variance it is compared with. That holds for tests of any length
//! and for sparse adaptive data, and lets the standardised value be read as a test.

use rayon::prelude::*;

use super::mean_squares::{MeanSquares, ResidualSums};
use crate::ItemParameters;
use crate::estimation::{Calibration, Posterior, item_rows};
use crate::linear_algebra::dot;
use crate::score_moments::ScoreMoments;

/// The largest share that the first or the last node with mass may have of the posterior from the other answers: with
/// more, nodes that weigh nothing in the posterior from all answers may weigh something in it.
const EDGE_SHARE_MAX: f64 = 1e-9;

/// Mean squares of every item over all examinees of the calibration; `None` for an item left out of it.
pub fn predictive_mean_squares(calibration: &Calibration) -> Vec<Option<MeanSquares>> {
    let (problem, state) = (&calibration.problem, &calibration.state);
    let predictor = Predictor::new(calibration);
    let weights = problem.weights(state);
    let count = state.items.len();
    let strands = problem.pass(&weights).posteriors(
        &state.items,
        || (vec![ResidualSums::default(); count], Vec::new(), Average::default()),
        |(sums, answered, average), pattern, posterior| {
            problem.patterns.answered(pattern, &predictor.categories, answered);
            let weight = problem.patterns.weight(pattern);
            for &answer in answered.iter() {
                let moments = ScoreMoments::of(predictor.probabilities(answer, posterior, average));
                sums[answer.0].add(answer.1 as f64, moments, weight);
            }
        },
    );
    let mut total = vec![ResidualSums::default(); count];
    for (sums, ..) in &strands {
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
    let predictor = Predictor::new(calibration);
    let weights = problem.weights(state);
    let strands = problem.pass(&weights).posteriors(
        &state.items,
        Vec::new,
        |all: &mut Vec<Vec<Prediction>>, pattern, posterior| {
            let (mut answered, mut average) = (Vec::new(), Average::default());
            problem.patterns.answered(pattern, &predictor.categories, &mut answered);
            let predict = |(item, score): (usize, usize)| {
                let probabilities = predictor.probabilities((item, score), posterior, &mut average);
                let moments = ScoreMoments::of(probabilities);
                let (mean, deviation) = (moments.mean, moments.variance.sqrt());
                Prediction { item, score: score as f64, mean, deviation }
            };
            all.push(answered.into_iter().map(predict).collect());
        },
    );
    strands.concat()
}

/// The curves of all items, ready to take an answer out of a posterior.
pub(super) struct Predictor {
    /// Number of categories of every item.
    pub(super) categories: Vec<usize>,
    nodes: usize,
    curves: Vec<Curves>,
}

/// P(k) at every node, category by category, and what a posterior is multiplied by to take an answer of k out of it: of
/// an item with two categories (1 − P(k)) / P(k), so that the sum is the odds of the other score; else 1 / P(k). It is 0
/// where P(k) is.
struct Curves {
    probabilities: Vec<f64>,
    factors: Vec<f64>,
}

/// Room to average in.
#[derive(Default)]
pub(super) struct Average {
    others: Vec<f64>,
    probabilities: Vec<f64>,
}

impl Curves {
    fn new(item: &ItemParameters, nodes: &[f64]) -> Self {
        let count = nodes.len();
        let probabilities = item_rows(item, nodes, count);
        let dichotomous = item.categories() == 2;
        let factor = |(entry, &own): (usize, &f64)| {
            let other = if dichotomous { probabilities[(entry + count) % (2 * count)] } else { 1.0 };
            Some(other / own).filter(|factor| factor.is_finite()).unwrap_or(0.0)
        };
        let factors = probabilities.iter().enumerate().map(factor).collect();
        Self { probabilities, factors }
    }
}

impl Predictor {
    pub(super) fn new(calibration: &Calibration) -> Self {
        let items = &calibration.state.items;
        let nodes = calibration.grid.nodes();
        Self {
            categories: items.iter().map(ItemParameters::categories).collect(),
            nodes: nodes.len(),
            curves: items.par_iter().map(|item| Curves::new(item, &nodes)).collect(),
        }
    }

    /// P(score) of an item at every node.
    pub(super) fn curve(&self, (item, score): (usize, usize)) -> &[f64] {
        &self.curves[item].probabilities[score * self.nodes..(score + 1) * self.nodes]
    }

    /// Probability of each category of an item given the other answers: the posterior divided by this answer's
    /// likelihood, then averaged over.
    pub(super) fn probabilities<'a>(
        &self,
        answer: (usize, usize),
        posterior: &Posterior<'_>,
        average: &'a mut Average,
    ) -> &'a [f64] {
        let nodes = posterior.nodes.clone();
        let at_edges = self.average(answer, nodes.start, posterior.inside(), average);
        let cut = [nodes.start > 0, nodes.end < self.nodes];
        if cut.iter().zip(at_edges).any(|(cut, share)| *cut && share > EDGE_SHARE_MAX) {
            self.average(answer, 0, &posterior.whole(), average);
        }
        &average.probabilities
    }

    /// The same from weights of the nodes from `first` on; the shares of the first and the last in the average.
    fn average(
        &self,
        (item, score): (usize, usize),
        first: usize,
        weights: &[f64],
        Average { others, probabilities: out }: &mut Average,
    ) -> [f64; 2] {
        let span = |category: usize| {
            let start = category * self.nodes + first;
            start..start + weights.len()
        };
        let curves = &self.curves[item];
        let factors = &curves.factors[span(score)];
        out.clear();
        if self.categories[item] == 2 {
            let odds = dot(weights, factors);
            let total = 1.0 + odds;
            out.extend([1.0 / total, odds / total]);
            if score == 1 {
                out.swap(0, 1);
            }
            let last = weights.len() - 1;
            return [0, last].map(|node| weights[node] * (1.0 + factors[node]) / total);
        }
        others.clear();
        others.extend(weights.iter().zip(factors).map(|(weight, factor)| weight * factor));
        let categories = 0..self.categories[item];
        out.extend(categories.map(|category| dot(others, &curves.probabilities[span(category)])));
        let total: f64 = out.iter().sum();
        out.iter_mut().for_each(|probability| *probability /= total);
        [others[0] / total, others[others.len() - 1] / total]
    }
}
