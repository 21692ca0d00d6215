//! First and second moments of item scores: observed, expected, their covariance and their derivatives.
//!
//! With `Margins::Scores` an item contributes its mean score and a pair of items its mean product (M2* of Cai & Hansen,
//! 2013; M2 for dichotomous items). With `Margins::CategoriesAndScores` an item contributes the proportion of each
//! category above the lowest (C2 of Cai & Monro, 2014).

use ndarray::linalg::general_mat_mul;
use ndarray::{ArrayView2, ArrayViewMut2, Axis, Slice};
use rayon::prelude::*;
use thiserror::Error;

use super::factor::Factor;
use super::moment_table::MomentTable;
use super::score_sums::ScoreSums;
use crate::estimation::Calibration;
use crate::model::ItemParameters;
use crate::responses::ResponseMatrix;

/// Why fit cannot be computed.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum ModelFitError {
    /// More than one group, or a latent distribution that is not normal.
    #[error("the statistic is for one group with a normal latent distribution")]
    Groups,
    /// Nobody answered every item.
    #[error("no examinee answered every calibrated item")]
    NoCompleteExaminees,
    /// Too many items for the matrix of fourth moments.
    #[error("at most {max} items, got {found}")]
    TooManyItems {
        /// The limit.
        max: usize,
        /// How many there are.
        found: usize,
    },
    /// Too many margins for the matrix of fourth moments.
    #[error("at most {max} margins, got {found}")]
    TooManyMargins {
        /// The limit.
        max: usize,
        /// How many there are.
        found: usize,
    },
    /// No degrees of freedom.
    #[error("{margins} margins are too few for {parameters} parameters")]
    DegreesOfFreedom {
        /// Margins.
        margins: usize,
        /// Estimated parameters.
        parameters: usize,
    },
    /// The margins' covariance matrix is singular.
    #[error("the margins are collinear")]
    Collinear,
}

/// Which margins are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Margins {
    /// Mean scores and mean products of scores: M2, M2*.
    Scores,
    /// Category proportions and mean products of scores: C2.
    CategoriesAndScores,
}

/// The most items: the covariance matrix of 100 items' margins has 25 million entries, 200 MB.
const ITEMS_MAX: usize = 100;
/// The most margins, which C2 reaches with fewer items: a matrix of 36 million entries.
const MARGINS_MAX: usize = 6_000;
/// Rows of the covariance matrix that are computed in one go.
const ROWS: usize = 64;

/// One margin: a function of one item's score, or the product of two items' scores.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Margin {
    Score(usize),
    Category(usize, usize),
    Product(usize, usize),
}

/// Items, nodes and complete answers.
pub(super) struct MarginProblem<'a> {
    pub(super) columns: Vec<usize>,
    items: Vec<&'a ItemParameters>,
    margins: Vec<Margin>,
    nodes: Vec<f64>,
    weights: Vec<f64>,
    /// P(k) by item: category by category at the nodes.
    curves: Vec<Vec<f64>>,
    pub(super) sums: ScoreSums,
}

impl<'a> MarginProblem<'a> {
    pub(super) fn new(
        calibration: &'a Calibration,
        matrix: &ResponseMatrix,
        margins: Margins,
    ) -> Result<Self, ModelFitError> {
        let normal = calibration.problem.map.histograms.iter().all(Option::is_none);
        if calibration.groups.len() != 1 || !normal {
            return Err(ModelFitError::Groups);
        }
        let columns: Vec<usize> =
            (0..calibration.items.len()).filter(|&item| calibration.items[item].problem.is_none()).collect();
        if columns.len() > ITEMS_MAX {
            return Err(ModelFitError::TooManyItems { max: ITEMS_MAX, found: columns.len() });
        }
        let items: Vec<&ItemParameters> =
            columns.iter().map(|&item| &calibration.items[item].parameters).collect();
        let categories: Vec<usize> = items.iter().map(|item| item.categories()).collect();
        let sums = ScoreSums::new(matrix, &columns, &categories);
        if sums.examinees <= 0.0 {
            return Err(ModelFitError::NoCompleteExaminees);
        }
        let nodes = calibration.grid.nodes();
        let curves =
            items.iter().map(|item| crate::estimation::item_rows(item, &nodes, nodes.len())).collect();
        let mut list = Vec::new();
        for (item, parameters) in items.iter().enumerate() {
            match margins {
                Margins::Scores => list.push(Margin::Score(item)),
                Margins::CategoriesAndScores => {
                    list.extend(
                        (1..parameters.categories()).map(|category| Margin::Category(item, category)),
                    );
                }
            }
        }
        for first in 0..items.len() {
            list.extend((first + 1..items.len()).map(|second| Margin::Product(first, second)));
        }
        if list.len() > MARGINS_MAX {
            return Err(ModelFitError::TooManyMargins { max: MARGINS_MAX, found: list.len() });
        }
        let weights = calibration.groups[0].weights.clone();
        Ok(Self { columns, items, margins: list, nodes, weights, curves, sums })
    }

    pub(super) fn len(&self) -> usize {
        self.margins.len()
    }

    pub(super) fn items(&self) -> &[&'a ItemParameters] {
        &self.items
    }

    /// Observed mean of every margin.
    pub(super) fn observed(&self) -> Vec<f64> {
        self.margins.iter().map(|&margin| self.sums.mean(margin)).collect()
    }

    /// Expected value of every margin, and the covariance matrix of the margins of one examinee on and below its diagonal.
    ///
    /// Given ability items are independent, so the moment of two margins without a common item is a sum over nodes of
    /// products of what each expects there: a product of matrices. The few with a common item are set right one by one.
    pub(super) fn expected_and_covariance(&self) -> (Vec<f64>, Vec<f64>) {
        let (size, width) = (self.margins.len(), self.nodes.len());
        let table = MomentTable::new(&self.curves, self.nodes.len());
        let mut conditional = vec![0.0; size * width];
        for (row, margin) in conditional.chunks_exact_mut(width).zip(&self.margins) {
            row.fill(1.0);
            for (item, factor) in margin.factors() {
                row.iter_mut().zip(table.of(item, factor)).for_each(|(value, moment)| *value *= moment);
            }
        }
        let expected: Vec<f64> = conditional
            .chunks_exact(width)
            .map(|row| crate::linear_algebra::dot(row, &self.weights))
            .collect();
        let conditional = ArrayView2::from_shape((size, width), &conditional).expect("a row a margin");
        let weighted = &conditional * &ArrayView2::from_shape((1, width), &self.weights).expect("a row");
        let mut covariance = vec![0.0; size * size];
        covariance.par_chunks_mut(ROWS * size).enumerate().for_each(|(block, rows)| {
            let (first, end) = (block * ROWS, block * ROWS + rows.len() / size);
            let own = weighted.slice_axis(Axis(0), Slice::from(first..end));
            let mut target = ArrayViewMut2::from_shape((end - first, size), &mut *rows).expect("whole rows");
            let mut below = target.slice_axis_mut(Axis(1), Slice::from(..end));
            let others = conditional.slice_axis(Axis(0), Slice::from(..end));
            general_mat_mul(1.0, &own, &others.t(), 0.0, &mut below);
            for (row, values) in (first..end).zip(rows.chunks_exact_mut(size)) {
                for (column, value) in values[..=row].iter_mut().enumerate() {
                    let (own, other) = (self.margins[row], self.margins[column]);
                    if own.shares_an_item_with(other) {
                        *value = self.integral(&table, &joined(&own.factors(), &other.factors()));
                    }
                    *value -= expected[row] * expected[column];
                }
            }
        });
        (expected, covariance)
    }

    /// ∫ Π E[f(X_i) | θ] over the latent distribution.
    fn integral(&self, table: &MomentTable, factors: &[(usize, Factor)]) -> f64 {
        let mut product = self.weights.clone();
        for &(item, factor) in factors {
            product.iter_mut().zip(table.of(item, factor)).for_each(|(value, moment)| *value *= moment);
        }
        product.iter().sum()
    }

    /// Derivatives of every margin in every estimated parameter, row by row.
    pub(super) fn derivatives(&self, calibration: &Calibration) -> Vec<f64> {
        let map = &calibration.problem.map;
        let count = map.count;
        let table = MomentTable::new(&self.curves, self.nodes.len());
        let mut derivatives = vec![0.0; self.margins.len() * count];
        if count == 0 {
            return derivatives;
        }
        let slopes: Vec<Vec<NodeSlopes>> =
            self.items.iter().map(|item| node_slopes(item, &self.nodes)).collect();
        let latent = self.latent_slopes(calibration);
        for (row, margin) in derivatives.chunks_exact_mut(count).zip(&self.margins) {
            let factors = margin.factors();
            for (place, &(item, factor)) in factors.iter().enumerate() {
                let mut others = self.weights.clone();
                for &(other, moment) in
                    factors.iter().enumerate().filter(|(p, _)| *p != place).map(|(_, f)| f)
                {
                    others.iter_mut().zip(table.of(other, moment)).for_each(|(value, m)| *value *= m);
                }
                for (slot, index) in map.slots[self.columns[item]].iter().enumerate() {
                    if let Some(index) = *index {
                        let at = |(node, weight): (usize, &f64)| weight * slopes[item][node].of(slot, factor);
                        row[index] += others.iter().enumerate().map(at).sum::<f64>();
                    }
                }
            }
            for (index, slope) in &latent {
                let mut product = slope.clone();
                for &(item, factor) in &factors {
                    product.iter_mut().zip(table.of(item, factor)).for_each(|(value, m)| *value *= m);
                }
                row[*index] += product.iter().sum::<f64>();
            }
        }
        derivatives
    }

    /// Derivatives of the node weights in the estimated mean and log deviation.
    fn latent_slopes(&self, calibration: &Calibration) -> Vec<(usize, Vec<f64>)> {
        let scores = calibration.state.groups[0].centred_scores(&calibration.grid);
        let indexes = calibration.problem.map.latent[0];
        let slope = |parameter: usize| -> Vec<f64> {
            self.weights.iter().zip(&scores).map(|(weight, score)| weight * score[parameter]).collect()
        };
        (0..2).filter_map(|parameter| Some((indexes[parameter]?, slope(parameter)))).collect()
    }
}

impl Margin {
    fn items(self) -> [usize; 2] {
        match self {
            Self::Score(item) | Self::Category(item, _) => [item, item],
            Self::Product(first, second) => [first, second],
        }
    }

    fn shares_an_item_with(self, other: Self) -> bool {
        self.items().iter().any(|item| other.items().contains(item))
    }

    fn factors(self) -> Vec<(usize, Factor)> {
        match self {
            Self::Score(item) => vec![(item, Factor::Power(1))],
            Self::Category(item, category) => vec![(item, Factor::Category(category, 0))],
            Self::Product(first, second) => vec![(first, Factor::Power(1)), (second, Factor::Power(1))],
        }
    }
}

/// The factors of a product of two margins, one an item.
fn joined(first: &[(usize, Factor)], second: &[(usize, Factor)]) -> Vec<(usize, Factor)> {
    let mut all = first.to_vec();
    for &(item, factor) in second {
        match all.iter_mut().find(|(known, _)| *known == item) {
            Some((_, known)) => *known = known.times(factor),
            None => all.push((item, factor)),
        }
    }
    all
}

/// ∂P(k) / ∂slot of one item at one node: category by category.
struct NodeSlopes {
    slots: usize,
    values: Vec<f64>,
}

impl NodeSlopes {
    fn of(&self, slot: usize, factor: Factor) -> f64 {
        let categories = self.values.chunks_exact(self.slots).enumerate();
        categories.map(|(category, slopes)| factor.value(category) * slopes[slot]).sum()
    }
}

fn node_slopes(item: &ItemParameters, nodes: &[f64]) -> Vec<NodeSlopes> {
    let mut terms = item.new_terms(crate::model::Order::First);
    let at = |&theta: &f64| {
        item.terms(theta, &mut terms);
        let values = (0..item.categories())
            .flat_map(|k| terms.gradient_of(k).iter().map(|g| g * terms.probabilities[k]).collect::<Vec<_>>())
            .collect();
        NodeSlopes { slots: item.values().len(), values }
    };
    nodes.iter().map(at).collect()
}

#[cfg(test)]
mod tests {
    use std::ops::ControlFlow;

    use super::*;
    use crate::estimation::{CalibrationPlan, calibrate};
    use crate::model::{ItemModel, ItemPriors, Prior};
    use crate::responses::ResponseBuilder;

    #[test]
    fn derivatives_are_those_of_the_expected_margins() {
        let mut builder = ResponseBuilder::new(["a", "b", "c", "d"].map(str::to_owned).to_vec());
        for examinee in 0..400_u32 {
            let bit =
                |k: u32| u8::from((examinee.wrapping_mul(2_654_435_761) >> (7 + 3 * k)) % 7 < 3 + k % 2);
            builder.push(&[(0, bit(0)), (1, bit(1) + bit(2)), (2, bit(3) + bit(4)), (3, bit(5) + bit(6))]);
        }
        let matrix = builder.finish();
        let mut plan = CalibrationPlan::uniform(ItemModel::ThreePl, 4, 1);
        plan.items[0].priors = ItemPriors { guessing: Some(Prior::Beta(5.0, 17.0)), ..ItemPriors::default() };
        plan.items[1].model = ItemModel::Graded;
        plan.items[2].model = ItemModel::GeneralizedPartialCredit;
        plan.items[3].model = ItemModel::Nominal;
        plan.cycles_max = 4;
        let mut found = calibrate(&matrix, &plan, &mut |_| ControlFlow::Continue(())).unwrap();
        for margins in [Margins::Scores, Margins::CategoriesAndScores] {
            let exact = MarginProblem::new(&found, &matrix, margins).unwrap().derivatives(&found);
            let (slots, count) = (found.problem.map.slots.clone(), found.problem.map.count);
            for (item, slots) in slots.iter().enumerate() {
                for (slot, index) in
                    slots.iter().enumerate().filter_map(|(slot, index)| Some((slot, (*index)?)))
                {
                    let start = found.items[item].parameters.values()[slot];
                    let mut at = |value: f64| {
                        found.items[item].parameters.values_mut()[slot] = value;
                        MarginProblem::new(&found, &matrix, margins).unwrap().expected_and_covariance().0
                    };
                    let (up, down) = (at(start + 1e-5), at(start - 1e-5));
                    at(start);
                    for (row, (up, down)) in up.iter().zip(&down).enumerate() {
                        let numeric = (up - down) / 2e-5;
                        let analytic = exact[row * count + index];
                        assert!(
                            (numeric - analytic).abs() < 1e-8,
                            "{item} {slot} {row}: {numeric} {analytic}"
                        );
                    }
                }
            }
        }
    }
}
