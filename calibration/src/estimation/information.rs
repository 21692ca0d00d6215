//! Observed information of the marginal log-posterior by Louis's identity (1982):
//! complete-data observed information minus the posterior covariance of the complete-data score, examinee by examinee.

use ndarray::linalg::general_mat_mul;
use ndarray::{ArrayView2, ArrayViewMut2};
use rayon::prelude::*;

use super::item_objective::item_observed_information;
use super::problem::{Problem, State};
use super::result::Calibration;
use crate::linear_algebra::Cholesky;
use crate::model::Order;

/// Posterior mass below this fraction is left out of the covariance of scores.
const MASS_MIN: f64 = 1e-11;
/// Matrix entries that are held at once while blocks are added up: 128 MiB.
const WAVE_ENTRIES_MAX: usize = 1 << 24;
/// Rows gathered before they are multiplied.
const ROWS_GATHERED: usize = 384;

/// The covariance matrix of all estimated parameters.
#[derive(Debug, Clone)]
pub struct Covariance {
    count: usize,
    matrix: Vec<f64>,
    slots: Vec<Vec<Option<usize>>>,
    latent: Vec<[Option<usize>; 2]>,
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

/// The covariance matrix of the estimates, or `None` where the observed information is not positive definite: the
/// parameters are then not identified, or iteration stopped short of a maximum.
pub fn covariance(calibration: &Calibration) -> Option<Covariance> {
    let problem = &calibration.problem;
    if problem.map.histograms.iter().any(Option::is_some) {
        return None;
    }
    let information = observed_information(problem, &calibration.state)?;
    let matrix = Cholesky::new(&information, problem.map.count)?.inverse();
    Some(Covariance {
        count: problem.map.count,
        matrix,
        slots: problem.map.slots.clone(),
        latent: problem.map.latent.clone(),
    })
}

/// Observed information of the log-posterior, row by row.
pub(crate) fn observed_information(problem: &Problem, state: &State) -> Option<Vec<f64>> {
    let count = problem.map.count;
    let mut information = vec![0.0; count * count];
    let expectation = problem.expectation(state)?;
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
    for (sum, missing) in information.iter_mut().zip(score_covariance(problem, state)) {
        *sum -= missing;
    }
    Some(information)
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

/// Derivatives of log P in the estimated slots: by item, category, node, slot.
struct ScoreTable {
    free: Vec<usize>,
    indexes: Vec<usize>,
    values: Vec<f64>,
}

fn score_tables(problem: &Problem, state: &State) -> Vec<ScoreTable> {
    let nodes = problem.grid.nodes();
    let table = |item: usize| {
        let slots = &problem.map.slots[item];
        let free: Vec<usize> = (0..slots.len()).filter(|&slot| slots[slot].is_some()).collect();
        let parameters = &state.items[item];
        let width = free.len();
        let mut values = vec![0.0; parameters.categories() * nodes.len() * width];
        let mut terms = parameters.new_terms(Order::First);
        for (node, &theta) in nodes.iter().enumerate() {
            parameters.terms(theta, &mut terms);
            for category in 0..parameters.categories() {
                let start = (category * nodes.len() + node) * width;
                for (place, &slot) in free.iter().enumerate() {
                    values[start + place] = terms.gradient_of(category)[slot];
                }
            }
        }
        let indexes = slots.iter().flatten().copied().collect();
        ScoreTable { free, indexes, values }
    };
    (0..state.items.len()).into_par_iter().map(table).collect()
}

/// Σ over examinees of the posterior covariance of their complete-data score.
fn score_covariance(problem: &Problem, state: &State) -> Vec<f64> {
    let count = problem.map.count;
    let tables = score_tables(problem, state);
    let latent: Vec<Vec<[f64; 2]>> = state.groups.iter().map(|group| group.scores(&problem.grid)).collect();
    let categories: Vec<usize> = state.items.iter().map(crate::model::ItemParameters::categories).collect();
    let weights = problem.weights(state);
    let group_of = |pattern: usize| {
        problem.patterns.groups.iter().position(|range| range.contains(&pattern)).unwrap_or(0)
    };
    let visit = |gatherer: &mut Gatherer, pattern: usize, posterior: &[f64], _: f64| {
        let mut answered = std::mem::take(&mut gatherer.answered);
        problem.patterns.answered(pattern, &categories, &mut answered);
        let group = group_of(pattern);
        gatherer.begin(&answered, &tables, &problem.map.latent[group]);
        let person = Person { posterior, weight: problem.patterns.weight(pattern), latent: &latent[group] };
        gatherer.add(&answered, &tables, &person);
        gatherer.answered = answered;
    };
    let mut pass = problem.pass(&weights);
    let wave = (WAVE_ENTRIES_MAX / (count * count).max(1)).clamp(2, 16);
    let mut total = vec![0.0; count * count];
    for first in (0..pass.block_count()).step_by(wave) {
        pass.only = first..first + wave;
        for mut gatherer in pass.posteriors(&state.items, || Gatherer::new(count), visit) {
            gatherer.flush();
            for (sum, value) in total.iter_mut().zip(gatherer.sum) {
                *sum += value;
            }
        }
    }
    total
}

struct Person<'a> {
    posterior: &'a [f64],
    weight: f64,
    latent: &'a [[f64; 2]],
}

/// Gathers rows √(w p_q) (S(q) − S̄) of examinees with the same parameters and multiplies them in one go.
struct Gatherer {
    count: usize,
    sum: Vec<f64>,
    answered: Vec<(usize, usize)>,
    items: Vec<usize>,
    latent: [Option<usize>; 2],
    columns: Vec<usize>,
    /// Column of each free slot of each answered item, item after item, then of the latent parameters.
    places: Vec<usize>,
    rows: Vec<f64>,
    product: Vec<f64>,
}

impl Gatherer {
    fn new(count: usize) -> Self {
        Self {
            count,
            sum: vec![0.0; count * count],
            answered: Vec::new(),
            items: Vec::new(),
            latent: [None, None],
            columns: Vec::new(),
            places: Vec::new(),
            rows: Vec::new(),
            product: Vec::new(),
        }
    }

    /// Makes ready for an examinee who answered these items.
    fn begin(&mut self, answered: &[(usize, usize)], tables: &[ScoreTable], latent: &[Option<usize>; 2]) {
        let same =
            self.latent == *latent && self.items.iter().copied().eq(answered.iter().map(|&(item, _)| item));
        if same && !self.columns.is_empty() {
            if self.rows.len() >= ROWS_GATHERED * self.columns.len() {
                self.flush();
            }
            return;
        }
        self.flush();
        self.items = answered.iter().map(|&(item, _)| item).collect();
        self.latent = *latent;
        let all: Vec<usize> = self
            .items
            .iter()
            .flat_map(|&item| tables[item].indexes.iter().copied())
            .chain(latent.iter().flatten().copied())
            .collect();
        self.columns.clone_from(&all);
        self.columns.sort_unstable();
        self.columns.dedup();
        self.places = all.iter().map(|index| self.columns.partition_point(|column| column < index)).collect();
    }

    fn add(&mut self, answered: &[(usize, usize)], tables: &[ScoreTable], person: &Person<'_>) {
        let width = self.columns.len();
        let nodes = person.posterior.len();
        let highest = person.posterior.iter().fold(0.0_f64, |a, &b| a.max(b));
        let inside = |weight: f64| weight > MASS_MIN * highest;
        let first = person.posterior.iter().position(|&weight| inside(weight)).unwrap_or(0);
        let end = person.posterior.iter().rposition(|&weight| inside(weight)).map_or(nodes, |last| last + 1);
        let start = self.rows.len();
        self.rows.resize(start + (end - first) * width, 0.0);
        let mut mean = vec![0.0; width];
        for (row, node) in self.rows[start..].chunks_exact_mut(width).zip(first..end) {
            let mut places = self.places.iter();
            for &(item, category) in answered {
                let table = &tables[item];
                let slots = table.free.len();
                let from = (category * nodes + node) * slots;
                for (&place, value) in places.by_ref().take(slots).zip(&table.values[from..from + slots]) {
                    row[place] += value;
                }
            }
            for (parameter, value) in self.latent.iter().zip(person.latent[node]) {
                if parameter.is_some()
                    && let Some(&place) = places.next()
                {
                    row[place] += value;
                }
            }
            for (sum, value) in mean.iter_mut().zip(&*row) {
                *sum += person.posterior[node] * value;
            }
        }
        for (row, node) in self.rows[start..].chunks_exact_mut(width).zip(first..end) {
            let factor = (person.weight * person.posterior[node]).sqrt();
            for (value, mean) in row.iter_mut().zip(&mean) {
                *value = factor * (*value - mean);
            }
        }
    }

    /// Adds the product of the gathered rows with themselves to the sum.
    fn flush(&mut self) {
        let width = self.columns.len();
        if self.rows.is_empty() || width == 0 {
            self.rows.clear();
            return;
        }
        let height = self.rows.len() / width;
        self.product.resize(width * width, 0.0);
        {
            let rows = ArrayView2::from_shape((height, width), &self.rows).expect("rows are full");
            let mut product = ArrayViewMut2::from_shape((width, width), &mut self.product[..width * width])
                .expect("a square");
            general_mat_mul(1.0, &rows.t(), &rows, 0.0, &mut product);
        }
        for (row, &index) in self.columns.iter().enumerate() {
            let target = &mut self.sum[index * self.count..(index + 1) * self.count];
            for (&column, value) in self.columns.iter().zip(&self.product[row * width..(row + 1) * width]) {
                target[column] += value;
            }
        }
        self.rows.clear();
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
        let information = observed_information(problem, state).unwrap();
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
