//! Ability estimates from a calibration's own posterior, reliability, and information.

use item_bank::Theta;

use super::result::Calibration;
use crate::responses::ResponseMatrix;

/// An examinee's expected a posteriori estimate.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Score {
    /// Posterior mean, in logits.
    pub theta: f64,
    /// Posterior standard deviation, in logits.
    pub standard_error: f64,
    /// Number of answers the estimate rests on.
    pub answered: usize,
}

/// How much of the variance of scores is that of abilities.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Reliability {
    /// Expected over the first group's latent distribution: E[I / (I + 1 / σ²)].
    pub marginal: f64,
    /// Of the scores at hand: var(EAP) / (var(EAP) + mean posterior variance).
    pub empirical: f64,
}

impl Calibration {
    /// EAP scores of all examinees of the responses that were calibrated, under their group's latent distribution.
    pub fn scores(&self, matrix: &ResponseMatrix) -> Vec<Score> {
        let usable: Vec<bool> = self.items.iter().map(|item| item.problem.is_none()).collect();
        let score = |examinee: usize| match self.problem.patterns.pattern_of(examinee) {
            Some(pattern) => {
                let [theta, standard_error] = self.moments[pattern];
                let items = matrix.answers(examinee).items;
                let answered = items.iter().filter(|&&item| usable[usize::from(item)]).count();
                Score { theta, standard_error, answered }
            }
            None => {
                let group = &self.groups[matrix.group(examinee)];
                Score { theta: group.mean, standard_error: group.standard_deviation, answered: 0 }
            }
        };
        (0..matrix.examinee_count()).map(score).collect()
    }

    /// The pattern of an examinee, if anything was answered.
    pub fn pattern_of(&self, examinee: usize) -> Option<usize> {
        self.problem.patterns.pattern_of(examinee)
    }

    /// Expected number of examinees at every node who scored each category of each item, given their answers: by item,
    /// category by category.
    pub fn expected_counts(&self) -> &[Vec<f64>] {
        &self.expectation.items
    }

    /// Fisher information of the whole test at an ability, and the expected total score.
    pub fn test_information(&self, theta: f64) -> (f64, f64) {
        let calibrated = self.items.iter().filter(|item| item.problem.is_none());
        calibrated.fold((0.0, 0.0), |(information, score), item| {
            let own = item.parameters.information(theta);
            (information + own, score + item.parameters.expected_score(theta))
        })
    }

    /// Marginal and empirical reliability, given the scores of the examinees.
    pub fn reliability(&self, matrix: &ResponseMatrix, scores: &[Score]) -> Reliability {
        let group = &self.groups[0];
        let precision = 1.0 / group.standard_deviation.powi(2);
        let at = |theta: f64| {
            let (information, _) = self.test_information(theta);
            information / (information + precision)
        };
        let marginal =
            self.grid.nodes().iter().zip(&group.weights).map(|(&node, weight)| weight * at(node)).sum();
        let sum = |read: &dyn Fn(&Score) -> f64| -> f64 {
            scores.iter().enumerate().map(|(examinee, score)| matrix.weight(examinee) * read(score)).sum()
        };
        let count = matrix.total_weight();
        let mean = sum(&|score| score.theta) / count;
        let variance = sum(&|score| (score.theta - mean).powi(2)) / (count - 1.0).max(1.0);
        let error = sum(&|score| score.standard_error.powi(2)) / count;
        let empirical = if variance + error > 0.0 { variance / (variance + error) } else { 0.0 };
        Reliability { marginal, empirical }
    }
}

impl crate::model::ItemParameters {
    /// Fisher information about ability: Σ_k P_k (∂ log P_k / ∂θ)².
    pub fn information(&self, theta: f64) -> f64 {
        match self.response_model() {
            Ok(model) => model.information(Theta(theta)),
            Err(_) => self.numerical_information(theta),
        }
    }

    /// For parameters no bank would hold (a negative slope): by central differences.
    fn numerical_information(&self, theta: f64) -> f64 {
        let step = 1e-4;
        let mut low = vec![0.0; self.categories()];
        let (mut here, mut high) = (low.clone(), low.clone());
        self.probabilities(theta - step, &mut low);
        self.probabilities(theta, &mut here);
        self.probabilities(theta + step, &mut high);
        (0..self.categories()).map(|k| ((high[k] - low[k]) / (2.0 * step)).powi(2) / here[k]).sum()
    }
}
