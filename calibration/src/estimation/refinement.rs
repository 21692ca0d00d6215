//! The grid that a state asks for: wide enough for every group and every examinee, fine enough for the sharpest posterior.

use thiserror::Error;

use super::expectation::Posterior;
use super::grid::{Grid, NODES_MAX, RANGE_MAX};
use super::problem::{Problem, State};

/// How often the grid is changed at most.
pub(super) const CHANGES_MAX: u32 = 10;
/// The spacing below which the grid is not refined, in logits: a latent variance of almost nothing needs no more.
const SPACING_MIN: f64 = 0.02;
/// Spacing of nodes in units of the smallest posterior deviation: what is still good enough, and what a grid that is not
/// is refined to.
#[derive(Clone, Copy)]
pub(super) struct Spacing {
    most: f64,
    chosen: f64,
}

/// The spacing to climb on. The error of the rectangle rule is 2 exp(−2π²) of the sharpest posterior's likelihood, 5e-9,
/// where the nodes lie a whole deviation apart.
pub(super) const CLIMBING_SPACING: Spacing = Spacing { most: 1.0, chosen: 0.96 };
/// The spacing to finish on: the same error is 1e-34.
pub(super) const FINAL_SPACING: Spacing = Spacing { most: 0.5, chosen: 0.48 };

/// Standard deviations around a group's mean that the nodes cover (6e-7 of a normal distribution lies beyond), and to what
/// a grid that does not is widened: the deviation grows when nothing cuts it off.
const GROUP_REACH: f64 = 5.0;
const GROUP_REACH_CHOSEN: f64 = 5.3;
/// Standard deviations around the mean of an examinee's posterior that the nodes cover.
const EXAMINEE_REACH: f64 = 4.0;
/// Logits by which an end moves at least where an examinee lies beyond it: how far beyond, the grid cannot tell.
const STEP_MIN: f64 = 2.0;

/// Why a grid that was chosen for the examinees is not as wide or as fine as it was to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum GridLimit {
    /// More nodes would be needed.
    #[error("more than {NODES_MAX} quadrature nodes would be needed")]
    Nodes,
    /// Nodes further out would be needed.
    #[error("quadrature nodes beyond {RANGE_MAX} logits would be needed")]
    Range,
    /// The grid was changed as often as it may be.
    #[error("the quadrature grid still asked for a change after {CHANGES_MAX} of them")]
    Changes,
}

/// The grid that the groups and the posteriors of a state ask for, the present one where that serves; and what kept it
/// from being as wide or as fine as that.
///
/// Where the range must grow the spacing stays: a posterior that the end of the grid cuts off looks sharper than it is.
pub(super) fn wanted(
    grid: Grid,
    state: &State,
    moments: &[[f64; 2]],
    needed: Spacing,
) -> (Grid, Option<GridLimit>) {
    let (low, high) = wanted_bounds(&grid, state, moments);
    let beyond = (low < -RANGE_MAX || high > RANGE_MAX).then_some(GridLimit::Range);
    let wide = grid.widened(low.max(-RANGE_MAX), high.min(RANGE_MAX));
    if wide != grid {
        return (wide, beyond);
    }
    let smallest = smallest_deviation(moments, &grid);
    if grid.spacing() <= (needed.most * smallest).max(SPACING_MIN) {
        return (grid, beyond);
    }
    let spacing = (needed.chosen * smallest).max(SPACING_MIN);
    let fine = grid.refined(spacing);
    let short = fine.spacing() > spacing * (1.0 + 1e-9);
    (fine, beyond.or(short.then_some(GridLimit::Nodes)))
}

/// Where the nodes should begin and end, in logits; the present ends where those serve.
fn wanted_bounds(grid: &Grid, state: &State, moments: &[[f64; 2]]) -> (f64, f64) {
    let (low, high) = grid.bounds();
    let [mut lowest, mut highest] = [low, high];
    for group in &state.groups {
        let deviation = group.log_deviation.exp();
        let ends = |reach: f64| (group.mean - reach * deviation, group.mean + reach * deviation);
        let (needed, chosen) = (ends(GROUP_REACH), ends(GROUP_REACH_CHOSEN));
        if needed.0 < low {
            lowest = lowest.min(chosen.0);
        }
        if needed.1 > high {
            highest = highest.max(chosen.1);
        }
    }
    let floor = grid.spacing() / 4.0;
    let ends = moments.iter().fold((low, high), |(least, most), &[mean, deviation]| {
        let reach = EXAMINEE_REACH * deviation.max(floor);
        (f64::min(least, mean - reach), f64::max(most, mean + reach))
    });
    if ends.0 < low {
        lowest = lowest.min(ends.0.min(low - STEP_MIN));
    }
    if ends.1 > high {
        highest = highest.max(ends.1.max(high + STEP_MIN));
    }
    (lowest, highest)
}

/// The smallest posterior standard deviation of any pattern, in logits. A posterior that fits between two nodes has no
/// honest one on this grid.
pub(super) fn smallest_deviation(moments: &[[f64; 2]], grid: &Grid) -> f64 {
    let smallest = moments.iter().fold(f64::INFINITY, |smallest, moments| smallest.min(moments[1]));
    smallest.max(grid.spacing() / 4.0)
}

/// Mean and standard deviation of every pattern's posterior, in logits.
pub(super) fn posterior_moments(problem: &Problem, state: &State) -> Vec<[f64; 2]> {
    let weights = problem.weights(state);
    let nodes = problem.grid.nodes();
    let visit = |all: &mut Vec<[f64; 2]>, _, posterior: &Posterior<'_>| {
        let inside = || posterior.inside().iter().zip(&nodes[posterior.nodes.clone()]);
        let mean: f64 = inside().map(|(weight, node)| weight * node).sum();
        let variance: f64 = inside().map(|(weight, node)| weight * (node - mean) * (node - mean)).sum();
        all.push([mean, variance.max(0.0).sqrt()]);
    };
    problem.pass(&weights).posteriors(&state.items, Vec::new, visit).concat()
}
