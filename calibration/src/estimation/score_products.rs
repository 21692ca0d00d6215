//! Sums over examinees of products of their scores, the derivatives of the log-likelihood in the estimated parameters.

use ndarray::linalg::general_mat_mul;
use ndarray::{ArrayView2, ArrayViewMut2};
use rayon::prelude::*;

use super::problem::{Problem, State};
use crate::model::Order;

/// Posterior mass below this fraction is left out of the covariance of scores.
const MASS_MIN: f64 = 1e-11;
/// Matrix entries that are held at once while blocks are added up: 128 MiB.
const WAVE_ENTRIES_MAX: usize = 1 << 24;
/// Rows gathered before they are multiplied.
const ROWS_GATHERED: usize = 384;

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

/// Which products of scores (derivatives of the log-likelihood) are summed over examinees.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ScoreProduct {
    /// The posterior covariance of an examinee's complete-data score: the information that is missing.
    PosteriorCovariance,
    /// The posterior mean of that score, which is the examinee's own score, times itself.
    OuterProduct,
}

/// Σ over examinees of a product of their scores, row by row.
pub(super) fn score_products(problem: &Problem, state: &State, product: ScoreProduct) -> Vec<f64> {
    let count = problem.map.count;
    let tables = score_tables(problem, state);
    let latent: Vec<Vec<[f64; 2]>> =
        state.groups.iter().map(|group| group.centred_scores(&problem.grid)).collect();
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
        for mut gatherer in pass.posteriors(&state.items, || Gatherer::new(count, product), visit) {
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

/// Gathers rows √(w p_q) (S(q) − S̄), or √w S̄, of examinees with the same parameters and multiplies them in one go.
struct Gatherer {
    of: ScoreProduct,
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
    fn new(count: usize, of: ScoreProduct) -> Self {
        Self {
            of,
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
        if self.of == ScoreProduct::OuterProduct {
            self.rows.truncate(start);
            self.rows.extend(mean.iter().map(|mean| person.weight.sqrt() * mean));
            return;
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
