//! Everything there is to say about how well a calibration fits.

use crate::classical::{ItemStatistics, TestStatistics, item_statistics, test_statistics};
use crate::estimation::{Calibration, Score};
use crate::item_fit::{
    MeanSquares, Misfit, MisfitRule, ResidualPoint, SummedScoreFit, item_mean_squares, misfits,
    predictive_mean_squares, residual_curve, summed_score_fit,
};
use crate::local_dependence::{ItemPair, dependent_pairs, residual_correlations};
use crate::model_fit::{LimitedInformationFit, Margins, ModelFitError, limited_information_fit};
use crate::person_fit::{PersonFit, person_fit};
use crate::response_times::ItemTimes;
use crate::responses::ResponseMatrix;

/// Q3 this far above the mean of all pairs is pointed out (Christensen, Makransky & Horton, 2017).
pub const DEPENDENCE_MIN: f64 = 0.2;
/// l_z* below this is pointed out: one examinee in a hundred where the model holds.
pub const ABERRANT: f64 = -2.326;
/// The most items S-X² is computed for: its work grows a little faster than their square.
pub(super) const SUMMED_SCORE_ITEMS_MAX: usize = 400;
/// The most items every pair of which is looked at.
const PAIR_ITEMS_MAX: usize = 1_000;
/// Stretches of ability in a residual plot.
const STRETCHES: usize = 10;

/// Fit of items.
pub struct ItemFitEvidence {
    /// Infit and outfit against what an examinee's other answers predict.
    pub mean_squares: Vec<Option<MeanSquares>>,
    /// What misfits, and why.
    pub misfits: Vec<Option<Misfit>>,
    /// S-X²; `None` where nobody answered every item, or there are too many of them.
    pub summed_score: Vec<Option<SummedScoreFit>>,
    /// Observed against expected scores by ability.
    pub residuals: Vec<Vec<ResidualPoint>>,
}

impl ItemFitEvidence {
    /// Looks at every item.
    pub fn new(matrix: &ResponseMatrix, calibration: &Calibration) -> Self {
        let mean_squares = predictive_mean_squares(calibration);
        let count = calibration.items.len();
        let summed_score = if count <= SUMMED_SCORE_ITEMS_MAX {
            summed_score_fit(calibration, matrix)
        } else {
            vec![None; count]
        };
        let counts = calibration.expected_counts();
        let residuals = counts.iter().enumerate();
        let residuals =
            residuals.map(|(item, counts)| residual_curve(calibration, counts, item, STRETCHES)).collect();
        let misfits = misfits(&mean_squares, MisfitRule::default());
        Self { mean_squares, misfits, summed_score, residuals }
    }
}

/// Fit of items, examinees, pairs and the whole.
pub struct FitEvidence<'a> {
    /// The responses.
    pub matrix: &'a ResponseMatrix,
    /// The calibration.
    pub calibration: &'a Calibration,
    /// EAP scores.
    pub scores: Vec<Score>,
    /// Items.
    pub items: ItemFitEvidence,
    /// Infit and outfit with the EAP estimate of each examinee plugged in, all answers behind it.
    pub at_estimates: Vec<Option<MeanSquares>>,
    /// Examinees.
    pub persons: Vec<Option<PersonFit>>,
    /// Residual correlations of pairs of items; empty where there are too many items.
    pub pairs: Vec<ItemPair>,
    /// Pairs that depend on each other beyond ability.
    pub dependent: Vec<ItemPair>,
    /// Statistics without a model.
    pub classical: Vec<ItemStatistics>,
    /// The same of the whole test, where somebody answered all of it.
    pub test: Option<TestStatistics>,
    /// M2 or M2*, or why there is none.
    pub model: Result<LimitedInformationFit, ModelFitError>,
    /// C2, where items have more than two categories.
    pub model_by_category: Option<LimitedInformationFit>,
    /// Response times by item, where the caller has any.
    pub times: Vec<Option<ItemTimes>>,
}

impl<'a> FitEvidence<'a> {
    /// Looks at everything.
    pub fn new(matrix: &'a ResponseMatrix, calibration: &'a Calibration) -> Self {
        let scores = calibration.scores(matrix);
        let abilities: Vec<f64> = scores.iter().map(|score| score.theta).collect();
        let parameters = calibration.parameters();
        let usable: Vec<bool> = calibration.items.iter().map(|item| item.problem.is_none()).collect();
        let pairs: Vec<ItemPair> = if parameters.len() <= PAIR_ITEMS_MAX {
            let all = residual_correlations(&parameters, matrix, &abilities);
            all.into_iter().filter(|pair| usable[pair.first] && usable[pair.second]).collect()
        } else {
            Vec::new()
        };
        let polytomous = parameters.iter().any(|item| item.categories() > 2);
        let by_category = || limited_information_fit(calibration, matrix, Margins::CategoriesAndScores).ok();
        Self {
            items: ItemFitEvidence::new(matrix, calibration),
            at_estimates: item_mean_squares(&parameters, matrix, &abilities)
                .into_iter()
                .zip(&usable)
                .map(|(squares, usable)| squares.filter(|_| *usable))
                .collect(),
            persons: person_fit(&parameters, matrix, &abilities),
            dependent: dependent_pairs(&pairs, DEPENDENCE_MIN),
            pairs,
            classical: item_statistics(matrix),
            test: test_statistics(matrix),
            model: limited_information_fit(calibration, matrix, Margins::Scores),
            model_by_category: polytomous.then(by_category).flatten(),
            times: Vec::new(),
            matrix,
            calibration,
            scores,
        }
    }

    /// Adds response times by item of `given`, and counts omissions there, before rapid guesses were left out: a rapid guess
    /// is no omission.
    pub fn add_times(&mut self, times: &[Option<ItemTimes>], given: &ResponseMatrix) {
        let all = item_statistics(given);
        for (found, id) in self.classical.iter_mut().zip(self.matrix.items()) {
            let Some(place) = given.items().iter().position(|known| known == id) else { continue };
            (found.omitted, found.not_reached) = (all[place].omitted, all[place].not_reached);
            self.times.extend(times.get(place).copied());
        }
    }

    /// Examinees whose answers are unlikely under the model: index and fit, most unlikely first.
    pub fn aberrant(&self) -> Vec<(usize, PersonFit)> {
        let of = |(examinee, fit): (usize, &Option<PersonFit>)| Some((examinee, (*fit)?));
        let mut found: Vec<(usize, PersonFit)> = self.persons.iter().enumerate().filter_map(of).collect();
        found.retain(|(_, fit)| fit.corrected_log_likelihood < ABERRANT);
        found.sort_by(|a, b| a.1.corrected_log_likelihood.total_cmp(&b.1.corrected_log_likelihood));
        found
    }
}
