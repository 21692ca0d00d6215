//! Which items can be the most informative near an ability: a list a cell of the ability line, best bound first.
//!
//! A bound is certified: no ability in the cell gives the item more information. Walking a list from the top and
//! computing exact values, the search ends as soon as the next bound is below what has been found. The choice is
//! exact; the table only says where to look.

use std::sync::OnceLock;

use item_bank::{ResponseModel, Theta};

use super::plan::EstimatorSettings;
use super::selection::three_pl_peak;

/// Width of a cell, in logits.
const CELL_WIDTH: f64 = 0.05;
/// Longest list of a cell. Items further down share one bound.
const LIST_MAX: usize = 192;
/// Room for rounding: of evaluations, and of an ability that falls to the neighbour of its cell by its last digits.
const ROUNDING: f64 = 1.0 + 1e-9;

/// An item and the most information it can give within a cell.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Bound {
    pub item: usize,
    pub highest: f64,
}

/// Bounds by cell of ability, highest first.
#[derive(Debug, Clone)]
pub(super) struct InformationTable {
    lowest: f64,
    cells: Vec<Cell>,
    at_nodes: OnceLock<Vec<f64>>, // item after item
}

#[derive(Debug, Clone)]
pub(super) struct Cell {
    pub list: Vec<Bound>,
    /// No item outside the list has a higher bound; minus infinity when the list is complete.
    pub remainder: f64,
}

impl InformationTable {
    pub(super) fn new(settings: &EstimatorSettings, models: &[ResponseModel]) -> Self {
        let count = ((settings.highest - settings.lowest) / CELL_WIDTH).ceil() as usize;
        let shapes: Vec<Shape> = models.iter().map(Shape::of).collect();
        let edge = |cell: usize| settings.lowest + CELL_WIDTH * cell as f64;
        let information =
            |theta: f64| -> Vec<f64> { models.iter().map(|model| model.information(Theta(theta))).collect() };
        let mut at_left = information(edge(0));
        let mut cells = Vec::with_capacity(count);
        for cell in 0..count {
            let (left, right) = (edge(cell), edge(cell + 1));
            let at_right = information(right);
            let bound = |item: usize| {
                let ends = (at_left[item], at_right[item]);
                Bound { item, highest: shapes[item].highest_between(left, right, ends) * ROUNDING }
            };
            cells.push(Cell::new((0..models.len()).map(bound).collect()));
            at_left = at_right;
        }
        Self { lowest: settings.lowest, cells, at_nodes: OnceLock::new() }
    }

    /// Information of an item at every node of the grid. All items are worked out when the first is asked for.
    pub(super) fn at_nodes(&self, models: &[ResponseModel], nodes: &[f64], item: usize) -> &[f64] {
        let all = || {
            let of_model = |model: &ResponseModel| {
                nodes.iter().map(|&node| model.information(Theta(node))).collect::<Vec<_>>()
            };
            models.iter().flat_map(of_model).collect()
        };
        &self.at_nodes.get_or_init(all)[item * nodes.len()..][..nodes.len()]
    }

    /// The cell of an ability on the grid; `None` outside.
    pub(super) fn cell(&self, theta: Theta) -> Option<&Cell> {
        let cell = (theta.0 - self.lowest) / CELL_WIDTH;
        if cell < 0.0 { None } else { self.cells.get(cell as usize) }
    }
}

impl Cell {
    fn new(mut bounds: Vec<Bound>) -> Self {
        let order = |a: &Bound, b: &Bound| b.highest.total_cmp(&a.highest).then(a.item.cmp(&b.item));
        let mut remainder = f64::NEG_INFINITY;
        if bounds.len() > LIST_MAX {
            let (_, next, _) = bounds.select_nth_unstable_by(LIST_MAX, order);
            remainder = next.highest;
            bounds.truncate(LIST_MAX);
        }
        bounds.sort_unstable_by(order);
        bounds.shrink_to_fit();
        Self { list: bounds, remainder }
    }
}

/// What is known of an item's information curve between two abilities.
#[derive(Debug, Clone, Copy)]
enum Shape {
    /// It rises to one peak and falls from there.
    OnePeak { at: f64, height: f64 },
    /// The logarithm changes by at most this per logit.
    LogLipschitz(f64),
    /// The value changes by at most this per logit.
    Lipschitz(f64),
}

impl Shape {
    fn of(model: &ResponseModel) -> Self {
        match model {
            ResponseModel::OnePl(item) => Self::one_peak(model, item.difficulty()),
            ResponseModel::TwoPl(item) => Self::one_peak(model, item.difficulty()),
            ResponseModel::ThreePl(item) => Self::one_peak(
                model,
                three_pl_peak(item.discrimination(), item.difficulty(), item.guessing()),
            ),
            // (ln I)' = 2a(c + d − 2P)/(d − c) − P'/P + P'/Q, and each of |P'/P|, |P'/Q| is at most a.
            ResponseModel::FourPl(model) => Self::LogLipschitz(3.0 * model.discrimination()),
            // I = a² Σ P_k u_k² with u_k = 1 − P*_k − P*_{k+1}; |u| ≤ 1, |u'| ≤ a/2, |P_k'| ≤ a P_k |u_k|.
            ResponseModel::Graded(model) => Self::Lipschitz(2.0 * model.discrimination().powi(3)),
            // I is the variance of the slope of the category, I' its third central moment.
            ResponseModel::PartialCredit(model) => Self::LogLipschitz(model.steps().len() as f64),
            ResponseModel::GeneralizedPartialCredit(model) => {
                Self::LogLipschitz(model.discrimination() * model.steps().len() as f64)
            }
            ResponseModel::Nominal(model) => {
                let lowest = model.slopes().iter().copied().fold(f64::INFINITY, f64::min);
                let highest = model.slopes().iter().copied().fold(f64::NEG_INFINITY, f64::max);
                Self::LogLipschitz(highest - lowest)
            }
        }
    }

    fn one_peak(model: &ResponseModel, at: f64) -> Self {
        Self::OnePeak { at, height: model.information(Theta(at)) }
    }

    /// The most information between two abilities, given that at both ends.
    fn highest_between(self, left: f64, right: f64, ends: (f64, f64)) -> f64 {
        let width = right - left;
        match self {
            Self::OnePeak { at, height } if left <= at && at <= right => height,
            Self::OnePeak { .. } => ends.0.max(ends.1),
            Self::LogLipschitz(slope) => (ends.0 * ends.1).sqrt() * (slope * width / 2.0).exp(),
            Self::Lipschitz(slope) => f64::midpoint(ends.0, ends.1) + slope * width / 2.0,
        }
    }
}
