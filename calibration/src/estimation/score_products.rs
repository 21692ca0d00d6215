//! Sums over examinees of products of their scores, the derivatives of the log-likelihood in the estimated parameters.

use rayon::prelude::*;

use super::problem::{Problem, State};
use super::score_rows::ScoreRows;
use crate::linear_algebra::add_product_with_itself;
use crate::model::Order;

/// Matrix entries that are held at once while examinees are added up: 32 MiB, or two matrices.
const ENTRIES_MAX: usize = 1 << 22;
/// Rows gathered before they are multiplied.
const ROWS_GATHERED: usize = 384;

/// Derivatives of log P in the estimated slots: by category, slot, node.
pub(super) struct ScoreTable {
    pub(super) indexes: Vec<usize>,
    nodes: usize,
    values: Vec<f64>,
}

impl ScoreTable {
    /// The derivatives in every slot at the nodes, for a category.
    pub(super) fn slots(&self, category: usize) -> impl Iterator<Item = &[f64]> {
        let size = self.indexes.len() * self.nodes;
        self.values[category * size..(category + 1) * size].chunks_exact(self.nodes)
    }
}

fn score_tables(problem: &Problem, state: &State) -> Vec<ScoreTable> {
    let nodes = problem.grid.nodes();
    let count = nodes.len();
    let table = |item: usize| {
        let slots = &problem.map.slots[item];
        let free: Vec<usize> = (0..slots.len()).filter(|&slot| slots[slot].is_some()).collect();
        let parameters = &state.items[item];
        let mut values = vec![0.0; parameters.categories() * count * free.len()];
        let mut terms = parameters.new_terms(Order::First);
        for (node, &theta) in nodes.iter().enumerate() {
            parameters.terms(theta, &mut terms);
            for category in 0..parameters.categories() {
                for (place, &slot) in free.iter().enumerate() {
                    values[(category * free.len() + place) * count + node] =
                        terms.gradient_of(category)[slot];
                }
            }
        }
        ScoreTable { indexes: slots.iter().flatten().copied().collect(), nodes: count, values }
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
    let latent: Vec<Vec<Vec<f64>>> = (0..state.groups.len())
        .map(|group| {
            let scores = state.groups[group].centred_scores(&problem.grid);
            let free = (0..2).filter(|&parameter| problem.map.latent[group][parameter].is_some());
            free.map(|parameter| scores.iter().map(|score| score[parameter]).collect()).collect()
        })
        .collect();
    let categories: Vec<usize> = state.items.iter().map(crate::model::ItemParameters::categories).collect();
    let weights = problem.weights(state);
    let nodes = problem.grid.nodes();
    let mut pass = problem.pass(&weights);
    pass.strands = (ENTRIES_MAX / (count * count).max(1)).max(2);
    let gatherers = pass.posteriors(
        &state.items,
        || Gatherer::new(count),
        |gatherer, pattern, posterior| {
            let mut answered = std::mem::take(&mut gatherer.answered);
            problem.patterns.answered(pattern, &categories, &mut answered);
            let group =
                problem.patterns.groups.iter().position(|range| range.contains(&pattern)).unwrap_or(0);
            gatherer.begin(&answered, &tables, &problem.map.latent[group]);
            let scores = answered.iter().flat_map(|&(item, category)| tables[item].slots(category));
            let scores = scores.chain(latent[group].iter().map(Vec::as_slice));
            gatherer.scores.set(scores.zip(gatherer.places.iter().copied()), gatherer.columns.len());
            let weight = problem.patterns.weight(pattern).sqrt();
            match product {
                ScoreProduct::PosteriorCovariance => {
                    gatherer.scores.add_covariance(&nodes, posterior, weight, &mut gatherer.rows);
                }
                ScoreProduct::OuterProduct => gatherer.scores.add_mean(posterior, weight, &mut gatherer.rows),
            }
            gatherer.answered = answered;
        },
    );
    let mut total = vec![0.0; count * count];
    for mut gatherer in gatherers {
        gatherer.hand_over();
        for (sum, value) in total.iter_mut().zip(gatherer.sum) {
            *sum += value;
        }
    }
    for row in 0..count {
        for column in 0..row {
            total[row * count + column] = total[column * count + row];
        }
    }
    total
}

/// Gathers rows of scores of examinees with the same parameters and multiplies them in one go.
struct Gatherer<'a> {
    count: usize,
    /// On and above the diagonal.
    sum: Vec<f64>,
    answered: Vec<(usize, usize)>,
    items: Vec<usize>,
    latent: [Option<usize>; 2],
    columns: Vec<usize>,
    /// Column of each free slot of each answered item, item after item, then of the latent parameters.
    places: Vec<usize>,
    scores: ScoreRows<'a>,
    rows: Vec<f64>,
    /// Product of the rows of these columns so far, on and above the diagonal.
    product: Vec<f64>,
}

impl Gatherer<'_> {
    fn new(count: usize) -> Self {
        Self {
            count,
            sum: vec![0.0; count * count],
            answered: Vec::new(),
            items: Vec::new(),
            latent: [None, None],
            columns: Vec::new(),
            places: Vec::new(),
            scores: ScoreRows::default(),
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
                self.multiply();
            }
            return;
        }
        self.hand_over();
        self.items.clear();
        self.items.extend(answered.iter().map(|&(item, _)| item));
        self.latent = *latent;
        let own = self.items.iter().flat_map(|&item| tables[item].indexes.iter().copied());
        let all = || own.clone().chain(latent.iter().flatten().copied());
        self.columns.clear();
        self.columns.extend(all());
        self.columns.sort_unstable();
        self.columns.dedup();
        let columns = &self.columns;
        self.places.clear();
        self.places.extend(all().map(|index| columns.partition_point(|&column| column < index)));
        self.product.clear();
        self.product.resize(self.columns.len().pow(2), 0.0);
    }

    /// Adds the product of the gathered rows with themselves.
    fn multiply(&mut self) {
        add_product_with_itself(&self.rows, self.columns.len(), &mut self.product);
        self.rows.clear();
    }

    /// Adds the product to the sum.
    fn hand_over(&mut self) {
        self.multiply();
        let width = self.columns.len();
        for (place, &row) in self.columns.iter().enumerate() {
            let target = &mut self.sum[row * self.count..(row + 1) * self.count];
            let product = &self.product[place * width..(place + 1) * width];
            for (&column, value) in self.columns[place..].iter().zip(&product[place..]) {
                target[column] += value;
            }
        }
        self.product.fill(0.0);
    }
}
