//! What a calibration found, with what is needed to trust it.

use thiserror::Error;

use super::climb::{Convergence, Cycle};
use super::determined::Undetermined;
use super::expectation::Expectation;
use super::grid::Grid;
use super::problem::{Problem, State};
use super::refinement::GridLimit;
use super::runaway::SLOPE_MAX;
use super::screening::{ItemProblem, ItemWarning};
use crate::model::ItemParameters;

/// One item after calibration.
#[derive(Debug, Clone, PartialEq)]
pub struct CalibratedItem {
    /// Item id.
    pub id: String,
    /// Parameters in slope-intercept form; for an item left out, neutral values without meaning.
    pub parameters: ItemParameters,
    /// Which slots were estimated.
    pub estimated: Vec<bool>,
    /// Number of answers.
    pub answers: usize,
    /// Whether its slope ran away, so that its parameters are held at a bound instead of estimated.
    pub ran_away: bool,
    /// Why the item was left out, if it was.
    pub problem: Option<ItemProblem>,
    /// What is odd about the estimates.
    pub warnings: Vec<ItemWarning>,
    /// Largest gradient of the log-posterior over the item's estimated slots.
    pub largest_gradient: f64,
}

impl CalibratedItem {
    /// Why its estimates cannot be used whatever its standard errors.
    pub fn undetermined(&self) -> Option<Undetermined> {
        self.ran_away.then_some(Undetermined::RanAway(SLOPE_MAX))
    }
}

/// The latent distribution of one group.
#[derive(Debug, Clone, PartialEq)]
pub struct LatentDistribution {
    /// Name of the group.
    pub name: String,
    /// Mean in logits.
    pub mean: f64,
    /// Standard deviation in logits.
    pub standard_deviation: f64,
    /// Summed weight of its examinees.
    pub examinees: f64,
    /// Weights of the quadrature nodes.
    pub weights: Vec<f64>,
    /// The share of the normal distribution that lies beyond the outermost nodes; of a histogram, the weight of those two
    /// nodes, where what is cut off piles up.
    pub share_beyond_nodes: f64,
    /// Whether the mean and the deviation were estimated.
    pub estimated: [bool; 2],
}

impl LatentDistribution {
    /// Whether the nodes leave out more than a thousandth of it.
    pub fn is_cut_off(&self) -> bool {
        self.share_beyond_nodes > SHARE_BEYOND_MAX
    }
}

/// The largest share of a group's distribution that may lie beyond the nodes without a warning.
const SHARE_BEYOND_MAX: f64 = 1e-3;

/// How the grid falls short of the examinees.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum GridWarning {
    /// The nodes lie further apart than the sharpest posterior is wide.
    #[error(
        "the quadrature nodes are further apart than the smallest posterior deviation ({deviation:.3}); slopes may be wrong"
    )]
    TooCoarse {
        /// The smallest posterior standard deviation, in logits.
        deviation: f64,
    },
    /// The outermost nodes leave out part of a group.
    #[error(
        "the quadrature nodes from {low:.1} to {high:.1} cut off {percent:.1} % of {group}; means, variances, parameters and scores are biased",
        low = bounds.0, high = bounds.1, percent = 100.0 * share
    )]
    CutsOff {
        /// The group, in words.
        group: String,
        /// The share of its distribution beyond the nodes.
        share: f64,
        /// The lowest and the highest node, in logits.
        bounds: (f64, f64),
    },
    /// The grid was chosen for the examinees and is not what they need.
    #[error("{0}; results rest on {1} nodes from {low:.1} to {high:.1}", low = .2.0, high = .2.1)]
    Limit(GridLimit, usize, (f64, f64)),
}

/// The outcome of a calibration.
pub struct Calibration {
    /// Items in the order of the response matrix.
    pub items: Vec<CalibratedItem>,
    /// Latent distribution of every group.
    pub groups: Vec<LatentDistribution>,
    /// Marginal log-likelihood, without priors.
    pub log_likelihood: f64,
    /// Marginal log-likelihood plus log prior densities.
    pub log_posterior: f64,
    /// Number of estimated parameters.
    pub free_parameters: usize,
    /// Summed weight of the examinees.
    pub examinees: f64,
    /// Number of answers.
    pub answers: usize,
    /// Number of different response patterns.
    pub patterns: usize,
    /// How iteration ended.
    pub convergence: Convergence,
    /// Every cycle over all patterns.
    pub history: Vec<Cycle>,
    /// Largest absolute component of the gradient of the log-posterior.
    pub largest_gradient: f64,
    /// Largest fall of the log-posterior between cycles (rounding only, when all is well).
    pub largest_fall: f64,
    /// The grid in the end.
    pub grid: Grid,
    /// What kept a grid chosen for the examinees from being as wide or as fine as it was to be.
    pub grid_limit: Option<GridLimit>,
    /// Smallest posterior standard deviation of any examinee, in logits.
    pub smallest_posterior_deviation: f64,
    pub(crate) problem: Problem,
    pub(crate) state: State,
    pub(crate) expectation: Expectation,
    /// Mean and standard deviation of every pattern's posterior, in logits.
    pub(crate) moments: Vec<[f64; 2]>,
}

impl Calibration {
    /// Whether iteration converged.
    pub fn converged(&self) -> bool {
        matches!(self.convergence, Convergence::Converged { .. })
    }

    /// Passes over the responses in the final stage.
    pub fn cycles(&self) -> u32 {
        match self.convergence {
            Convergence::Converged { cycles }
            | Convergence::CycleLimit { cycles, .. }
            | Convergence::Stalled { cycles, .. }
            | Convergence::Cancelled { cycles } => cycles,
        }
    }

    /// Akaike's criterion: −2 log L + 2 p.
    pub fn aic(&self) -> f64 {
        2.0 * (self.free_parameters as f64 - self.log_likelihood)
    }

    /// Schwarz's criterion: −2 log L + p ln N.
    pub fn bic(&self) -> f64 {
        self.free_parameters as f64 * self.examinees.ln() - 2.0 * self.log_likelihood
    }

    /// Sample-size adjusted BIC: −2 log L + p ln((N + 2) / 24).
    pub fn sabic(&self) -> f64 {
        self.free_parameters as f64 * ((self.examinees + 2.0) / 24.0).ln() - 2.0 * self.log_likelihood
    }

    /// Whether the nodes lie too far apart for the sharpest posterior: further than its standard deviation.
    pub fn grid_is_too_coarse(&self) -> bool {
        self.grid.spacing() > self.smallest_posterior_deviation
    }

    /// How the grid falls short of the examinees; empty when it serves.
    pub fn grid_warnings(&self) -> Vec<GridWarning> {
        let bounds = self.grid.bounds();
        let mut warnings: Vec<GridWarning> = self
            .grid_limit
            .map(|limit| GridWarning::Limit(limit, self.grid.len(), bounds))
            .into_iter()
            .collect();
        if self.grid_is_too_coarse() {
            warnings.push(GridWarning::TooCoarse { deviation: self.smallest_posterior_deviation });
        }
        warnings.extend(self.groups.iter().filter(|group| group.is_cut_off()).map(|group| {
            GridWarning::CutsOff {
                group: if group.name.is_empty() {
                    "the examinees".to_owned()
                } else {
                    format!("group {}", group.name)
                },
                share: group.share_beyond_nodes,
                bounds,
            }
        }));
        warnings
    }

    /// Parameters of the items that were calibrated or held, by column.
    pub fn parameters(&self) -> Vec<ItemParameters> {
        self.items.iter().map(|item| item.parameters.clone()).collect()
    }
}
