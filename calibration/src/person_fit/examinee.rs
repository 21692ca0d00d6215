//! Mean squares and the standardised log-likelihood (Drasgow, Levine & Williams, 1985) of one examinee's answers, also with
//! the correction for an ability estimated from the same answers (Snijders, 2001; Sinharay, 2016, polytomous items).

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
    /// l_z*: close to standard normal where the model holds, with any consistent estimate of the ability.
    pub corrected_log_likelihood: f64,
}

/// Half the distance of the central differences that derivatives in ability are taken by, in logits.
const STEP: f64 = 1e-5;

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
        let curve = Curve::at(parameters, theta);
        residuals.add(score as f64, ScoreMoments::of(&curve.probabilities), 1.0);
        sums.add(&curve, score);
    }
    PersonFit {
        theta,
        mean_squares: residuals.mean_squares(),
        standardised_log_likelihood: sums.difference / sums.variance.sqrt(),
        corrected_log_likelihood: sums.corrected(),
    }
}

/// Category probabilities of an item and their derivatives in ability.
struct Curve {
    probabilities: Vec<f64>,
    slopes: Vec<f64>,
}

impl Curve {
    fn at(item: &ItemParameters, theta: f64) -> Self {
        let mut probabilities = vec![0.0; item.categories()];
        let (mut low, mut high) = (probabilities.clone(), probabilities.clone());
        item.probabilities(theta, &mut probabilities);
        item.probabilities(theta - STEP, &mut low);
        item.probabilities(theta + STEP, &mut high);
        let slopes = low.iter().zip(&high).map(|(low, high)| (high - low) / (2.0 * STEP)).collect();
        Self { probabilities, slopes }
    }
}

/// Sums over answers of W, the log-likelihood less its expectation, and of U, the derivative of the log-likelihood in
/// ability.
#[derive(Default)]
struct LogLikelihoodSums {
    /// W.
    difference: f64,
    /// Var W.
    variance: f64,
    /// U.
    score: f64,
    /// Var U: the information.
    information: f64,
    /// Cov(W, U).
    covariance: f64,
}

impl LogLikelihoodSums {
    fn add(&mut self, curve: &Curve, score: usize) {
        let p = &curve.probabilities;
        let logarithms: Vec<f64> = p.iter().map(|p| p.max(f64::MIN_POSITIVE).ln()).collect();
        let mean: f64 = p.iter().zip(&logarithms).map(|(p, log)| p * log).sum();
        self.difference += logarithms[score] - mean;
        self.score += curve.slopes[score] / p[score].max(f64::MIN_POSITIVE);
        for ((&p, slope), log) in p.iter().zip(&curve.slopes).zip(&logarithms) {
            self.variance += p * (log - mean).powi(2);
            self.covariance += slope * log;
            if p > f64::MIN_POSITIVE {
                self.information += slope * slope / p;
            }
        }
    }

    /// W − (Cov(W, U) / Var U) U over its standard deviation √(Var W − Cov(W, U)² / Var U).
    ///
    /// The expectation of that difference does not change with ability, so the error of the estimate does not enter at
    /// first order. At a posterior mode U is minus the derivative of the log prior, which gives Snijders' formula.
    fn corrected(&self) -> f64 {
        let Self { difference, variance, score, information, covariance } = *self;
        let slope = covariance / information;
        (difference - slope * score) / (variance - slope * covariance).max(0.0).sqrt()
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

    #[test]
    fn the_correction_by_hand() {
        // Rasch items at θ = 0: w_i = logit P_i = d_i, r_i = 1, so W = Σ (X − P) d, U = Σ (X − P), and the
        // variances are those of independent answers.
        let intercepts = [1.5, 0.5, -0.5, -2.0];
        let items: Vec<ItemParameters> = intercepts.map(rasch).to_vec();
        let mut builder = ResponseBuilder::new((0..4).map(|i| i.to_string()).collect());
        builder.push(&[(0, 1), (1, 0), (2, 0), (3, 1)]);
        let found = person_fit(&items, &builder.finish(), &[0.0])[0].unwrap();
        let (mut w, mut u, mut ww, mut wu, mut uu) = (0.0, 0.0, 0.0, 0.0, 0.0);
        for (d, x) in intercepts.into_iter().zip([1.0, 0.0, 0.0, 1.0]) {
            let p: f64 = 1.0 / (1.0 + f64::exp(-d));
            let q = p * (1.0 - p);
            (w, u) = (w + (x - p) * d, u + x - p);
            (ww, wu, uu) = (ww + q * d * d, wu + q * d, uu + q);
        }
        let expected = (w - wu / uu * u) / (ww - wu * wu / uu).sqrt();
        assert!((found.corrected_log_likelihood - expected).abs() < 1e-8, "{found:?} {expected}");
        assert!((found.standardised_log_likelihood - w / ww.sqrt()).abs() < 1e-12);
    }
}
