//! The posterior to full accuracy: nodes placed where the density is, and halved until nothing moves.
//!
//! The trapezoid rule on an analytic density that dies out at both ends converges faster than any power of its step
//! (Trefethen and Weideman, 2014), so once a halving leaves the moments in place the finer rule is exact to rounding.

use super::observation::{Observation, log_derivatives, log_likelihood, log_likelihoods};
use super::posterior::Posterior;
use super::prior::NormalPrior;
use crate::elementary::exp;
use crate::theta::Theta;

/// ln of the share of the peak below which the density is nothing: e^−36 ≈ 2e-16.
const NEGLIGIBLE_LOG: f64 = -36.0;
/// A halving nearly squares the error, so moments that moved less than this, in logits, are exact to 1e-9 and better.
const MOMENTS_STANDSTILL: f64 = 1e-8;
/// Between nodes the error is that of the rule before the last halving, so a distribution has to stand still itself.
const DENSITY_STANDSTILL: f64 = 1e-10;
/// Halvings at most: 24 cells become 24 · 2^12, fine enough for any item the parameter bounds allow.
const HALVINGS_MAX: usize = 12;

/// Mean and standard deviation.
pub(super) fn moments(observations: &[Observation<'_>], prior: &NormalPrior) -> (f64, f64) {
    converge(&Density { observations, prior }, MOMENTS_STANDSTILL).moments()
}

/// The whole distribution.
pub(super) fn posterior(observations: &[Observation<'_>], prior: &NormalPrior) -> Posterior {
    let grid = converge(&Density { observations, prior }, DENSITY_STANDSTILL);
    Posterior::sum(grid.nodes(), &grid.log_density)
}

fn converge(density: &Density<'_>, standstill: f64) -> Grid {
    let (mode, width) = density.peak();
    let peak = density.log_at(mode);
    let low = density.end(mode, -width, peak);
    let high = density.end(mode, width, peak);
    let cells = ((high - low) / (0.8 * width)).ceil().clamp(24.0, 20_000.0) as usize;
    let mut grid = Grid::new(density, low, high, cells);
    grid.trim();
    let mut last = grid.moments();
    for _ in 0..HALVINGS_MAX {
        grid.halve(density);
        let next = grid.moments();
        let moved = (next.0 - last.0).abs().max((next.1 - last.1).abs());
        last = next;
        if moved < standstill {
            break;
        }
    }
    grid
}

struct Density<'a> {
    observations: &'a [Observation<'a>],
    prior: &'a NormalPrior,
}

impl Density<'_> {
    fn log_at(&self, theta: f64) -> f64 {
        log_likelihood(self.observations, Theta(theta)) + self.prior.log_kernel(Theta(theta))
    }

    fn logs_at(&self, nodes: &[f64]) -> Vec<f64> {
        let mut logs = log_likelihoods(self.observations, nodes);
        for (node, log) in nodes.iter().zip(&mut logs) {
            *log += self.prior.log_kernel(Theta(*node));
        }
        logs
    }

    /// A mode and the width of the density there. It only guides the nodes, so any mode will do.
    fn peak(&self) -> (f64, f64) {
        let precision = self.prior.precision();
        let mut theta = self.prior.mean();
        let mut width = self.prior.standard_deviation();
        for _ in 0..30 {
            let log = log_derivatives(self.observations, Theta(theta));
            let slope = log.first - (theta - self.prior.mean()) * precision;
            let curvature = (-log.second).max(0.0) + precision;
            width = 1.0 / curvature.sqrt();
            let step = (slope / curvature).clamp(-2.0, 2.0);
            theta += step;
            if step.abs() < 0.05 * width {
                break;
            }
        }
        (theta, width)
    }

    /// A point beyond which the density is nothing for certain, going outwards from the mode.
    fn end(&self, mode: f64, width: f64, peak: f64) -> f64 {
        let mut distance = 9.0 * width;
        // The prior alone ends the search: 9 widths grow past its own reach in fewer than 60 strides.
        for _ in 0..60 {
            if self.supremum_beyond(mode + distance, width) < peak + NEGLIGIBLE_LOG {
                break;
            }
            distance *= 1.25;
        }
        mode + distance
    }

    /// An upper bound of the log density on the outer side of θ. Every category's curve has one peak, so beyond θ it is at
    /// most its value there if it falls, and at most 1 if it still rises.
    fn supremum_beyond(&self, theta: f64, outwards: f64) -> f64 {
        let at = Theta(theta);
        let inside_mean = (theta - self.prior.mean()) * outwards < 0.0;
        let prior = if inside_mean { 0.0 } else { self.prior.log_kernel(at) };
        let falling = self.observations.iter().map(|seen| {
            let slope = seen.model.log_derivatives(at, seen.score).first * outwards;
            if slope <= 0.0 { seen.model.log_probability(at, seen.score) } else { 0.0 }
        });
        prior + falling.sum::<f64>()
    }
}

/// ln density on evenly spaced nodes.
struct Grid {
    low: f64,
    step: f64,
    log_density: Vec<f64>,
}

impl Grid {
    fn new(density: &Density<'_>, low: f64, high: f64, cells: usize) -> Self {
        let step = (high - low) / cells as f64;
        let mut grid = Self { low, step, log_density: vec![0.0; cells + 1] };
        grid.log_density = density.logs_at(&grid.nodes());
        grid
    }

    fn nodes(&self) -> Vec<f64> {
        (0..self.log_density.len()).map(|index| self.low + self.step * index as f64).collect()
    }

    fn halve(&mut self, density: &Density<'_>) {
        let half = 0.5 * self.step;
        let middles: Vec<f64> = self.nodes().iter().skip(1).map(|node| node - half).collect();
        let between = density.logs_at(&middles);
        let mut merged = Vec::with_capacity(2 * between.len() + 1);
        merged.push(self.log_density[0]);
        for (middle, node) in between.iter().zip(&self.log_density[1..]) {
            merged.extend([*middle, *node]);
        }
        self.step = half;
        self.log_density = merged;
    }

    /// Leaves out the nodes at both ends where the density is nothing, but for one on either side.
    fn trim(&mut self) {
        let peak = self.log_density.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let heavy = |log: &f64| *log > peak + NEGLIGIBLE_LOG;
        let first = self.log_density.iter().position(heavy).unwrap_or(0).saturating_sub(1);
        let last = self.log_density.iter().rposition(heavy).unwrap_or(0) + 1;
        self.log_density.truncate(last + 1);
        self.log_density.drain(..first);
        self.low += self.step * first as f64;
    }

    fn moments(&self) -> (f64, f64) {
        let peak = self.log_density.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let origin = (self.log_density.len() / 2) as f64;
        let (mut total, mut first, mut second) = (0.0, 0.0, 0.0);
        for (index, log) in self.log_density.iter().enumerate() {
            let weight = exp(log - peak);
            let distance = index as f64 - origin;
            total += weight;
            first += weight * distance;
            second += weight * distance * distance;
        }
        let mean = first / total;
        let variance = (second / total - mean * mean).max(0.0);
        (self.low + self.step * (origin + mean), self.step * variance.sqrt())
    }
}
