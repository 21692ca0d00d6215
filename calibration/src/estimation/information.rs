//! Observed information of the marginal log-posterior by Louis's identity (1982):
//! complete-data observed information minus the posterior covariance of the complete-data score, examinee by examinee.

use super::determined::{Inverse, Undetermined, inverse};
use super::expectation::Expectation;
use super::item_objective::item_observed_information;
use super::problem::{Problem, State};
use super::result::Calibration;
use super::score_products::{ScoreProduct, score_products};
use crate::linear_algebra::{Cholesky, dot};
use crate::model::ParameterName;

/// The largest standard error of a slope or intercept, in logits, that says anything about it.
const ERROR_MAX: f64 = 10.0;

/// The covariance matrix of all estimated parameters.
#[derive(Debug, Clone)]
pub struct Covariance {
    count: usize,
    matrix: Vec<f64>,
    slots: Vec<Vec<Option<usize>>>,
    latent: Vec<[Option<usize>; 2]>,
    undetermined: Vec<usize>,
}

impl Covariance {
    /// Number of estimated parameters.
    pub fn len(&self) -> usize {
        self.count
    }

    /// Whether nothing was estimated.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Covariance of two parameters by their index.
    pub fn entry(&self, row: usize, column: usize) -> f64 {
        self.matrix[row * self.count + column]
    }

    /// Index of each slot of an item, where it was estimated.
    pub fn item_indexes(&self, item: usize) -> &[Option<usize>] {
        &self.slots[item]
    }

    /// Index of a group's mean and log deviation, where they were estimated.
    pub fn latent_indexes(&self, group: usize) -> [Option<usize>; 2] {
        self.latent[group]
    }

    /// Why the estimates of an item cannot be used, where it is so.
    pub fn undetermined(&self, calibration: &Calibration, item: usize) -> Option<Undetermined> {
        let found = &calibration.items[item];
        if self.undetermined.contains(&item) {
            return Some(Undetermined::Flat);
        }
        let is_asymptote =
            |name: &ParameterName| matches!(name, ParameterName::GuessingLogit | ParameterName::UpperLogit);
        let errors = found.parameters.names().into_iter().zip(self.item_errors(item));
        let errors = errors.filter(|(name, _)| !is_asymptote(name)).filter_map(|(_, error)| error);
        let largest = errors.fold(0.0_f64, f64::max);
        (largest > ERROR_MAX).then_some(Undetermined::Vague(largest))
    }

    /// Items without standard errors because the information says nothing about them.
    pub fn undetermined_items(&self) -> &[usize] {
        &self.undetermined
    }

    /// Standard error of each slot of an item.
    pub fn item_errors(&self, item: usize) -> Vec<Option<f64>> {
        self.slots[item].iter().map(|slot| slot.map(|index| self.entry(index, index).sqrt())).collect()
    }

    /// Covariance of two items' slots, 0 where a slot was not estimated; row by row.
    pub fn item_block(&self, row_item: usize, column_item: usize) -> Vec<f64> {
        let (rows, columns) = (&self.slots[row_item], &self.slots[column_item]);
        rows.iter()
            .flat_map(|row| columns.iter().map(move |column| (*row, *column)))
            .map(|pair| match pair {
                (Some(row), Some(column)) => self.entry(row, column),
                _ => 0.0,
            })
            .collect()
    }

    /// Standard errors of a group's mean and variance.
    pub fn latent_errors(&self, group: usize, standard_deviation: f64) -> [Option<f64>; 2] {
        let [mean, deviation] = self.latent[group];
        let error = |index: usize| self.entry(index, index).sqrt();
        // d σ² / d ln σ = 2 σ².
        [mean.map(error), deviation.map(|index| 2.0 * standard_deviation.powi(2) * error(index))]
    }
}

/// The covariance matrix of the estimates. Items that the observed information does not determine are left out of it and
/// named; `None` where that does not make it positive definite: the parameters are then not identified, or iteration
/// stopped short of a maximum.
pub fn covariance(calibration: &Calibration) -> Option<Covariance> {
    covariance_from(calibration, InformationSource::Observed)
}

/// The most parameters whose covariances are computed: a dense matrix is inverted.
pub const COVARIANCE_PARAMETERS_MAX: usize = 4_000;

/// What the covariance matrix of the estimates is computed from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InformationSource {
    /// The observed information H of the log-posterior: H⁻¹.
    Observed,
    /// The sum B of outer products of the examinees' scores (Berndt, Hall, Hall & Hausman, 1974): B⁻¹.
    CrossProduct,
    /// Both, which holds where the model does not (White, 1982): H⁻¹ B H⁻¹.
    Sandwich,
}

/// The covariance matrix of the estimates from one source, or `None` where a matrix is not positive definite or there are
/// more parameters than [`COVARIANCE_PARAMETERS_MAX`].
pub fn covariance_from(calibration: &Calibration, source: InformationSource) -> Option<Covariance> {
    let (problem, state) = (&calibration.problem, &calibration.state);
    if problem.map.histograms.iter().any(Option::is_some) {
        return None;
    }
    let count = problem.map.count;
    if count > COVARIANCE_PARAMETERS_MAX {
        return None;
    }
    let observed =
        || inverse(renormalised_information(problem, state, &calibration.expectation), &problem.map);
    let products = || score_products(problem, state, ScoreProduct::OuterProduct);
    let mut undetermined = Vec::new();
    let mut determined = |found: Inverse| {
        undetermined = found.undetermined;
        found.matrix
    };
    let matrix = match source {
        InformationSource::Observed => determined(observed()?),
        InformationSource::CrossProduct => Cholesky::new(&products(), count)?.inverse(),
        InformationSource::Sandwich => between(&determined(observed()?), &products(), count),
    };
    let mut slots = problem.map.slots.clone();
    undetermined.iter().for_each(|&item| slots[item].fill(None));
    Some(Covariance { count, matrix, slots, latent: problem.map.latent.clone(), undetermined })
}

/// A B A of symmetric matrices.
fn between(outer: &[f64], inner: &[f64], count: usize) -> Vec<f64> {
    let row = |matrix: &[f64], index: usize| matrix[index * count..(index + 1) * count].to_vec();
    let times = |a: &[f64], b: &[f64]| -> Vec<f64> {
        (0..count * count).map(|entry| dot(&row(a, entry / count), &row(b, entry % count))).collect()
    };
    let half = times(outer, inner);
    times(&half, outer)
}

/// Observed information of the log-posterior with node weights that sum to 1, row by row: where the range of the nodes cuts
/// a wide latent density off, the likelihood that is printed is that of these.
fn renormalised_information(problem: &Problem, state: &State, expectation: &Expectation) -> Vec<f64> {
    let mut information = observed_information(problem, state, expectation);
    for (group, latent) in state.groups.iter().enumerate() {
        let slots = &problem.map.latent[group];
        if slots.iter().any(Option::is_some) {
            let patterns = problem.patterns.groups[group].clone();
            let examinees: f64 = patterns.map(|pattern| problem.patterns.weight(pattern)).sum();
            let mut block = latent.log_mass_curvature(&problem.grid).map(|curvature| examinees * curvature);
            // Where the slope is not 0 a curvature depends on the parameter it is in: this is that in the variance.
            block[3] -= 2.0 * examinees * latent.log_mass_slope(&problem.grid)[1];
            add_block(&mut information, problem.map.count, slots, &block);
        }
    }
    information
}

/// Observed information of the log-posterior, row by row.
pub(crate) fn observed_information(problem: &Problem, state: &State, expectation: &Expectation) -> Vec<f64> {
    let count = problem.map.count;
    let mut information = score_products(problem, state, ScoreProduct::PosteriorCovariance);
    information.iter_mut().for_each(|missing| *missing = -*missing);
    let nodes = problem.grid.nodes();
    for (item, slots) in problem.map.slots.iter().enumerate() {
        if slots.iter().any(Option::is_some) {
            let block = item_observed_information(
                &state.items[item],
                &problem.priors[item],
                &nodes,
                &expectation.items[item],
            );
            add_block(&mut information, count, slots, &block);
        }
    }
    for (group, latent) in state.groups.iter().enumerate() {
        if problem.map.latent[group].iter().any(Option::is_some) {
            let block = latent.terms(&problem.grid, &expectation.groups[group]).observed;
            add_block(&mut information, count, &problem.map.latent[group], &block);
        }
    }
    information
}

fn add_block(target: &mut [f64], count: usize, slots: &[Option<usize>], block: &[f64]) {
    for (row, r) in slots.iter().enumerate() {
        for (column, c) in slots.iter().enumerate() {
            if let (Some(r), Some(c)) = (*r, *c) {
                target[r * count + c] += block[row * slots.len() + column];
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::ops::ControlFlow;

    use super::*;
    use crate::estimation::{CalibrationPlan, calibrate};
    use crate::model::{ItemModel, ItemPriors, Prior};
    use crate::responses::ResponseBuilder;

    #[test]
    fn observed_information_is_minus_the_change_of_the_gradient() {
        let mut builder = ResponseBuilder::new(["a", "b", "c", "d"].map(str::to_owned).to_vec());
        for examinee in 0..300_u32 {
            let bit = |k: u32| {
                u8::from((examinee.wrapping_mul(2_654_435_761) >> (9 + 5 * k)) % 7 < 2 + k + examinee % 3)
            };
            let third = bit(2) + bit(3);
            builder.push(&[(0, bit(0)), (1, bit(1)), (2, third), (3, bit(1).max(bit(2)))]);
        }
        let matrix = builder.finish();
        let mut plan = CalibrationPlan::uniform(ItemModel::OnePl, 4, 1);
        plan.items[1].model = ItemModel::ThreePl;
        let guessing = Some(Prior::Beta(5.0, 17.0));
        let slope = Some(Prior::LogNormal(0.0, 0.5));
        plan.items[1].priors =
            ItemPriors { slope, guessing, intercept: Some(Prior::Normal(0.0, 2.0)), upper: None };
        plan.items[2].model = ItemModel::Graded;
        plan.groups[0].mean = crate::estimation::LatentParameter::Free(0.0);
        plan.groups[0].standard_deviation = crate::estimation::LatentParameter::Free(1.0);
        plan.cycles_max = 3;
        let found = calibrate(&matrix, &plan, &mut |_| ControlFlow::Continue(())).unwrap();
        let (problem, state) = (&found.problem, &found.state);
        let information = observed_information(problem, state, &found.expectation);
        let (count, step) = (problem.map.count, 1e-5);
        let x = problem.map.gather(state);
        let gradient = |index: usize, by: f64| {
            let (mut moved, mut state) = (x.clone(), state.clone());
            moved[index] += by;
            problem.map.scatter(&moved, &mut state);
            problem.evaluate(&state).unwrap().gradient
        };
        for row in 0..count {
            let (up, down) = (gradient(row, step), gradient(row, -step));
            for column in 0..count {
                let numeric = (down[column] - up[column]) / (2.0 * step);
                let exact = information[row * count + column];
                assert!(
                    (numeric - exact).abs() < 1e-5 * (1.0 + exact.abs()),
                    "{row} {column} {numeric} {exact}"
                );
            }
        }
    }
}
