//! The highest point of a smooth function of ability on an interval, wherever its other peaks are.

use super::observation::Observation;
use super::range::ThetaRange;

/// Where a function is highest.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Maximum {
    pub theta: f64,
    pub at_bound: bool,
}

/// First and second derivative at a point. The second only speeds the search and may be approximate.
#[derive(Debug, Clone, Copy)]
pub(super) struct Slope {
    pub first: f64,
    pub second: f64,
}

/// Nodes dense enough that between two of them a likelihood of these items has no peak of its own: a tenth of a logit,
/// or a quarter of the reciprocal of the steepest slope.
pub(super) fn scan_nodes(observations: &[Observation<'_>], range: &ThetaRange) -> Vec<f64> {
    let step = (0.25 / steepest_slope(observations).max(1e-3)).min(0.1);
    range.nodes(((range.high() - range.low()) / step).ceil() as usize + 1)
}

/// The steepest slope of any item, per logit.
pub(super) fn steepest_slope(observations: &[Observation<'_>]) -> f64 {
    observations.iter().map(|seen| seen.model.steepest_slope()).fold(0.0, f64::max)
}

/// The peak of a concave function: no other can hide.
pub(super) fn only_peak(range: &ThetaRange, slope: impl Fn(f64) -> Slope) -> Maximum {
    let (low, high) = (range.low(), range.high());
    if slope(low).first <= 0.0 {
        return Maximum { theta: low, at_bound: true };
    }
    if slope(high).first >= 0.0 {
        return Maximum { theta: high, at_bound: true };
    }
    Maximum { theta: root(low, high, slope), at_bound: false }
}

/// Refines every local peak among the values at the nodes and returns the highest.
pub(super) fn highest(nodes: &[f64], values: &[f64], slope: impl Fn(f64) -> Slope) -> Maximum {
    let last = nodes.len() - 1;
    let mut best: Option<(f64, Maximum)> = None;
    for index in 0..=last {
        let left = index.saturating_sub(1);
        let right = (index + 1).min(last);
        if values[index] < values[left] || values[index] < values[right] {
            continue;
        }
        let node = nodes[index];
        let rise = slope(node).first;
        let beyond_bound = (index == 0 && rise <= 0.0) || (index == last && rise >= 0.0);
        let theta = if beyond_bound { node } else { root(nodes[left], nodes[right], &slope) };
        // From a node to the peak beside it the slope falls to zero, nearly in a straight line.
        let height = values[index] + 0.5 * rise * (theta - node);
        if best.is_none_or(|(highest, _)| height > highest) {
            best = Some((height, Maximum { theta, at_bound: beyond_bound }));
        }
    }
    best.expect("the highest node is a local peak").1
}

/// Where the slope falls through zero: Newton's method kept inside a shrinking bracket, which bisects whenever a step has
/// not at least halved the slope, so that an approximate second derivative costs time and never the answer.
fn root(low: f64, high: f64, slope: impl Fn(f64) -> Slope) -> f64 {
    let (mut low, mut high) = (low, high);
    let mut theta = 0.5 * (low + high);
    let mut last = f64::INFINITY;
    // Bisection alone would need sixty rounds; the slope cannot be halved more often than a float has exponents.
    for _ in 0..1_200 {
        let at = slope(theta);
        if at.first > 0.0 {
            low = theta;
        } else {
            high = theta;
        }
        let step = at.first / at.second;
        let resolution = 4.0 * f64::EPSILON * theta.abs().max(1.0);
        if step.abs() <= resolution || high - low <= resolution {
            return theta;
        }
        let newton = theta - step;
        let inside = newton > low && newton < high && at.first.abs() <= 0.5 * last;
        let next = if inside { newton } else { 0.5 * (low + high) };
        last = at.first.abs();
        theta = next;
    }
    theta
}
