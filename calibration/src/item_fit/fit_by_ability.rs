//! χ² over groups of examinees whose other answers say they are of like ability.
//!
//! What Yen's Q1 (1981) is, without its defect: an examinee is placed, and the score expected, by the answers to other
//! items alone, so the sum of an item's scores in a group has the mean and the variance it is compared with. It needs no
//! total scores, so it holds for adaptive tests, where S-X² has no examinee to work with; and it sees a curve of the
//! wrong shape, which mean squares cannot see where the slope was estimated.

use super::predictive::{Average, Predictor};
use crate::estimation::{Calibration, Posterior};
use crate::score_moments::ScoreMoments;
use crate::significance::chi_squared_tail;

/// Groups of examinees at most.
const GROUPS_MAX: usize = 10;
/// Least variance of the sum of scores in a group: a sum of fewer answers is not near enough to normal.
const VARIANCE_MIN: f64 = 2.5;

/// The fit of one item.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AbilityFit {
    /// Groups compared.
    pub groups: usize,
    /// Answers they hold.
    pub answers: f64,
    /// Σ (observed − expected)² / variance over the groups, of sums of scores.
    pub statistic: f64,
    /// Groups less estimated parameters of the item.
    pub degrees_of_freedom: i64,
    /// P(χ² ≥ statistic).
    pub probability: f64,
    /// √((χ² − df) / (N df)), 0 where that is negative.
    pub rmsea: f64,
}

/// Sums over the answers of examinees of like ability.
#[derive(Debug, Clone, Copy, Default)]
struct Cell {
    answers: f64,
    observed: f64,
    expected: f64,
    variance: f64,
}

impl Cell {
    fn merge(&mut self, other: &Self) {
        self.answers += other.answers;
        self.observed += other.observed;
        self.expected += other.expected;
        self.variance += other.variance;
    }
}

/// The fit of every item; `None` where it was left out of the calibration or too little is left to test.
pub fn fit_by_ability(calibration: &Calibration) -> Vec<Option<AbilityFit>> {
    let (problem, state) = (&calibration.problem, &calibration.state);
    let nodes = calibration.grid.nodes();
    let width = nodes.len();
    let predictor = Predictor::new(calibration);
    let count = state.items.len();
    let weights = problem.weights(state);
    let blocks = problem.pass(&weights).posteriors(
        &state.items,
        || (vec![Cell::default(); count * width], Vec::new(), Average::default()),
        |(cells, answered, average), pattern, posterior| {
            problem.patterns.answered(pattern, &predictor.categories, answered);
            let weight = problem.patterns.weight(pattern);
            for &(item, score) in answered.iter() {
                let own = predictor.curve((item, score));
                let probabilities = predictor.probabilities((item, score), posterior, average);
                let ScoreMoments { mean, variance, .. } = ScoreMoments::of(probabilities);
                cells[item * width + node_of_others(&nodes, posterior, own)].merge(&Cell {
                    answers: weight,
                    observed: weight * score as f64,
                    expected: weight * mean,
                    variance: weight * variance,
                });
            }
        },
    );
    let mut total = vec![Cell::default(); count * width];
    for (cells, ..) in &blocks {
        total.iter_mut().zip(cells).for_each(|(sum, part)| sum.merge(part));
    }
    let fit = |(found, cells): (&crate::CalibratedItem, &[Cell])| {
        let estimated = found.estimated.iter().filter(|estimated| **estimated).count();
        found.problem.is_none().then(|| compare(cells, estimated)).flatten()
    };
    calibration.items.iter().zip(total.chunks(width)).map(fit).collect()
}

/// The node nearest to the mean of the posterior from the other answers.
fn node_of_others(nodes: &[f64], posterior: &Posterior<'_>, own: &[f64]) -> usize {
    let (mut sum, mut mass) = (0.0, 0.0);
    for node in posterior.nodes.clone() {
        let (others, node) = (posterior.weights[node] / own[node], nodes[node]);
        if others.is_finite() {
            sum += node * others;
            mass += others;
        }
    }
    let (first, spacing) = (nodes[0], nodes[1] - nodes[0]);
    let place = ((sum / mass - first) / spacing).round();
    (place.max(0.0) as usize).min(nodes.len() - 1)
}

/// Neighbouring cells become groups of about as many answers.
fn compare(cells: &[Cell], estimated: usize) -> Option<AbilityFit> {
    let answers: f64 = cells.iter().map(|cell| cell.answers).sum();
    let share = answers / GROUPS_MAX as f64;
    let mut groups: Vec<Cell> = Vec::new();
    let mut open = Cell::default();
    for cell in cells {
        open.merge(cell);
        if open.answers >= share && open.variance >= VARIANCE_MIN {
            groups.push(std::mem::take(&mut open));
        }
    }
    match groups.last_mut() {
        Some(last) => last.merge(&open),
        None => return None,
    }
    let statistic: f64 =
        groups.iter().map(|group| (group.observed - group.expected).powi(2) / group.variance).sum();
    let degrees_of_freedom = groups.len() as i64 - estimated as i64;
    if degrees_of_freedom < 1 {
        return None;
    }
    let df = degrees_of_freedom as f64;
    let rmsea = ((statistic - df) / (answers * df)).max(0.0).sqrt();
    let probability = chi_squared_tail(statistic, df);
    Some(AbilityFit { groups: groups.len(), answers, statistic, degrees_of_freedom, probability, rmsea })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_that_are_as_expected_but_for_one_give_its_square() {
        let cell = |observed| Cell { answers: 20.0, observed, expected: 10.0, variance: 4.0 };
        let found = compare(&[cell(10.0), cell(16.0), cell(10.0), cell(10.0)], 2).unwrap();
        assert_eq!((found.groups, found.degrees_of_freedom), (4, 2));
        assert_eq!(found.statistic, 9.0);
        assert!((found.rmsea - (7.0_f64 / 160.0).sqrt()).abs() < 1e-15);
    }

    #[test]
    fn too_few_answers_are_not_tested() {
        let cell = Cell { answers: 3.0, observed: 2.0, expected: 1.0, variance: 0.7 };
        assert_eq!(compare(&[cell; 3], 2), None);
    }
}
