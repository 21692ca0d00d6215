//! Infit and outfit mean squares (Wright & Masters, 1982) with the residuals taken at given abilities.

use crate::model::ItemParameters;
use crate::responses::ResponseMatrix;
use crate::score_moments::ScoreMoments;

/// The largest standard deviation a mean square is taken to have; few answers would give an absurd one.
const DEVIATION_MAX: f64 = std::f64::consts::SQRT_2;
/// A variance below this says that the score was certain; such an answer carries no residual.
const VARIANCE_MIN: f64 = 1e-12;
/// The smallest variance a residual is held against, √10⁻⁵ as in mirt: one slip where the model is all but certain
/// would outweigh thousands of answers.
const VARIANCE_FLOOR: f64 = 3.162_277_660_168_379_5e-3;

/// A mean square: about 1 where the model holds, above where answers are noisier, below where they are too regular.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MeanSquare {
    /// The value.
    pub value: f64,
    /// The same as a standard normal deviate (Wilson & Hilferty, 1931).
    pub standardised: f64,
}

impl MeanSquare {
    /// z = (v^⅓ − 1) · 3 / q + q / 3, q the standard deviation of v.
    fn new(value: f64, variance: f64) -> Self {
        let deviation = variance.max(0.0).sqrt().min(DEVIATION_MAX);
        let standardised = (value.cbrt() - 1.0) * 3.0 / deviation + deviation / 3.0;
        Self { value, standardised }
    }
}

/// Both mean squares of an item or of an examinee.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MeanSquares {
    /// Answers they rest on.
    pub answers: f64,
    /// Mean of squared standardised residuals: sensitive to answers far from what is expected.
    pub outfit: MeanSquare,
    /// Squared residuals over their expectation: sensitive to answers where the item informs.
    pub infit: MeanSquare,
}

/// Sums over answers from which mean squares follow.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct ResidualSums {
    count: f64,
    standardised_squares: f64,
    squares: f64,
    variances: f64,
    kurtoses: f64,
    spread: f64,
}

impl ResidualSums {
    /// Adds an answer that `weight` examinees gave.
    pub(crate) fn add(&mut self, score: f64, moments: ScoreMoments, weight: f64) {
        let ScoreMoments { mean, variance, fourth } = moments;
        if variance <= VARIANCE_MIN {
            return;
        }
        let variance = variance.max(VARIANCE_FLOOR);
        let square = (score - mean).powi(2);
        self.count += weight;
        self.standardised_squares += weight * square / variance;
        self.squares += weight * square;
        self.variances += weight * variance;
        self.kurtoses += weight * fourth / (variance * variance);
        self.spread += weight * (fourth - variance * variance);
    }

    pub(crate) fn merge(&mut self, other: &Self) {
        self.count += other.count;
        self.standardised_squares += other.standardised_squares;
        self.squares += other.squares;
        self.variances += other.variances;
        self.kurtoses += other.kurtoses;
        self.spread += other.spread;
    }

    /// The mean squares, or `None` where no answer carries a residual.
    pub(crate) fn mean_squares(&self) -> Option<MeanSquares> {
        let Self { count, standardised_squares, squares, variances, kurtoses, spread } = *self;
        (count > 0.0).then(|| MeanSquares {
            answers: count,
            outfit: MeanSquare::new(standardised_squares / count, kurtoses / (count * count) - 1.0 / count),
            infit: MeanSquare::new(squares / variances, spread / (variances * variances)),
        })
    }
}

/// Mean squares of every item with the abilities plugged in, one an examinee; examinees whose ability is not a finite
/// number are passed over.
///
/// Abilities estimated from the same answers make residuals smaller than the model says, and EAP, which shrinks, makes
/// those of extreme examinees larger: compare values of one estimator, and take significance from
/// [`super::predictive_mean_squares`].
pub fn item_mean_squares(
    items: &[ItemParameters],
    matrix: &ResponseMatrix,
    abilities: &[f64],
) -> Vec<Option<MeanSquares>> {
    let mut sums = vec![ResidualSums::default(); items.len()];
    for (examinee, (row, &theta)) in matrix.rows().zip(abilities).enumerate() {
        if !theta.is_finite() {
            continue;
        }
        let weight = matrix.weight(examinee);
        for (item, score) in row.iter() {
            if usize::from(score) < items[item].categories() {
                sums[item].add(f64::from(score), ScoreMoments::at(&items[item], theta), weight);
            }
        }
    }
    sums.iter().map(ResidualSums::mean_squares).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_as_spread_as_the_model_says_give_one() {
        let mut sums = ResidualSums::default();
        let moments = ScoreMoments::of(&[0.7, 0.3]);
        sums.add(1.0, moments, 3.0);
        sums.add(0.0, moments, 7.0);
        let found = sums.mean_squares().unwrap();
        assert!((found.infit.value - 1.0).abs() < 1e-12 && (found.outfit.value - 1.0).abs() < 1e-12);
        assert_eq!(found.answers, 10.0);
    }

    #[test]
    fn one_slip_does_not_outweigh_all_other_answers() {
        let mut sums = ResidualSums::default();
        sums.add(0.0, ScoreMoments::of(&[1e-6, 1.0 - 1e-6]), 1.0);
        sums.add(1.0, ScoreMoments::of(&[0.5, 0.5]), 999.0);
        let found = sums.mean_squares().unwrap();
        assert!((found.outfit.value - (999.0 + 1e5_f64.sqrt()) / 1_000.0).abs() < 1e-3, "{found:?}");
    }

    #[test]
    fn a_certain_answer_carries_no_residual() {
        let mut sums = ResidualSums::default();
        sums.add(1.0, ScoreMoments::of(&[0.0, 1.0]), 1.0);
        assert_eq!(sums.mean_squares(), None);
    }
}
