//! The standardised log-likelihood (Drasgow, Levine & Williams, 1985) and mean squares of one examinee's answers.

use crate::item_fit::{MeanSquares, ResidualSums};
use crate::model::ItemParameters;
use crate::responses::{Answers, ResponseMatrix};
use crate::score_moments::ScoreMoments;

/// Fit of one examinee.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PersonFit {
    /// Ability the residuals are taken at, in logits.
    pub theta: f64,
    /// Infit and outfit.
    pub mean_squares: Option<MeanSquares>,
    /// l_z (Zh): (log L − E log L) / √Var log L at the ability, as if it were known; low where answers are aberrant.
    pub standardised_log_likelihood: f64,
}

/// Fit of every examinee at the given abilities; `None` without answers or a finite ability.
pub fn person_fit(
    items: &[ItemParameters],
    matrix: &ResponseMatrix,
    abilities: &[f64],
) -> Vec<Option<PersonFit>> {
    let fit = |(row, &theta): (Answers<'_>, &f64)| {
        let answered = theta.is_finite() && !row.items.is_empty();
        answered.then(|| examinee_fit(items, row, theta))
    };
    matrix.rows().zip(abilities).map(fit).collect()
}

fn examinee_fit(items: &[ItemParameters], row: Answers<'_>, theta: f64) -> PersonFit {
    let mut residuals = ResidualSums::default();
    let mut sums = LogLikelihoodSums::default();
    for (item, score) in row.iter() {
        let (parameters, score) = (&items[item], usize::from(score));
        if score >= parameters.categories() {
            continue;
        }
        let mut probabilities = vec![0.0; parameters.categories()];
        parameters.probabilities(theta, &mut probabilities);
        residuals.add(score as f64, ScoreMoments::of(&probabilities), 1.0);
        sums.add(&probabilities, score);
    }
    PersonFit {
        theta,
        mean_squares: residuals.mean_squares(),
        standardised_log_likelihood: (sums.log_likelihood - sums.expected) / sums.variance.sqrt(),
    }
}

#[derive(Default)]
struct LogLikelihoodSums {
    log_likelihood: f64,
    expected: f64,
    variance: f64,
}

impl LogLikelihoodSums {
    fn add(&mut self, probabilities: &[f64], score: usize) {
        let log = |p: f64| p.max(f64::MIN_POSITIVE).ln();
        let mean: f64 = probabilities.iter().map(|&p| p * log(p)).sum();
        self.log_likelihood += log(probabilities[score]);
        self.expected += mean;
        self.variance += probabilities.iter().map(|&p| p * (log(p) - mean).powi(2)).sum::<f64>();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::ItemModel;
    use crate::responses::ResponseBuilder;

    fn rasch(d: f64) -> ItemParameters {
        ItemParameters::with_values(ItemModel::Rasch, 2, vec![1.0, d, f64::NEG_INFINITY, f64::INFINITY])
    }

    #[test]
    fn missing_the_easy_and_solving_the_hard_is_aberrant() {
        let items: Vec<ItemParameters> = [2.0, 1.0, 0.0, -1.0, -2.0].map(rasch).to_vec();
        let mut builder = ResponseBuilder::new((0..5).map(|i| i.to_string()).collect());
        builder.push(&[(0, 1), (1, 1), (2, 1), (3, 0), (4, 0)]);
        builder.push(&[(0, 0), (1, 0), (2, 1), (3, 1), (4, 1)]);
        let fit = person_fit(&items, &builder.finish(), &[0.0, 0.0]);
        let (usual, odd) = (fit[0].unwrap(), fit[1].unwrap());
        assert!(usual.standardised_log_likelihood > 0.5 && odd.standardised_log_likelihood < -2.0);
        assert!(odd.mean_squares.unwrap().outfit.value > 3.0);
    }
}
