//! The methods of Haebara (1980) and Stocking & Lord (1983): constants under which the curves of the common items agree.
//! Least squares in two unknowns by Levenberg and Marquardt's method, with derivatives by differences.

use super::constants::{CommonItem, Constants};
use super::link::Symmetry;
use crate::model::ItemParameters;

/// The most steps, and the change at which the constants stand.
const STEPS_MAX: u32 = 200;
const TOLERANCE: f64 = 1e-13;

/// Which curves are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Curves {
    /// Of every category above the lowest, item by item (Haebara; Kim & Lee, 2006, for polytomous items).
    Items,
    /// Of the expected total score (Stocking & Lord).
    Total,
}

/// What is minimised: curves at nodes with weights, on the scale that stays or on both.
pub(super) struct Criterion<'a> {
    pub(super) common: &'a [CommonItem],
    pub(super) curves: Curves,
    pub(super) symmetry: Symmetry,
    pub(super) nodes: &'a [f64],
    pub(super) weights: &'a [f64],
    /// The slope is held at 1.
    pub(super) common_unit: bool,
}

impl Criterion<'_> {
    /// √weight times the difference of every pair of curves.
    fn residuals(&self, constants: Constants) -> Vec<f64> {
        let mut residuals = Vec::new();
        self.compare(&mut residuals, |item| constants.item(&item.from), |item| item.to.clone());
        if self.symmetry == Symmetry::BothScales {
            let back = constants.inverse();
            self.compare(&mut residuals, |item| back.item(&item.to), |item| item.from.clone());
        }
        residuals
    }

    fn compare(
        &self,
        residuals: &mut Vec<f64>,
        moved: impl Fn(&CommonItem) -> ItemParameters,
        kept: impl Fn(&CommonItem) -> ItemParameters,
    ) {
        let start = residuals.len();
        if self.curves == Curves::Total {
            residuals.resize(start + self.nodes.len(), 0.0);
        }
        for item in self.common {
            let (moved, kept) = (moved(item), kept(item));
            let (mut p, mut q) = (vec![0.0; moved.categories()], vec![0.0; kept.categories()]);
            for (node, (&theta, weight)) in self.nodes.iter().zip(self.weights).enumerate() {
                moved.probabilities(theta, &mut p);
                kept.probabilities(theta, &mut q);
                let differences = q.iter().zip(&p).enumerate().skip(1);
                match self.curves {
                    Curves::Items => {
                        residuals.extend(differences.map(|(_, (q, p))| weight.sqrt() * (q - p)));
                    }
                    Curves::Total => {
                        let score: f64 = differences.map(|(score, (q, p))| score as f64 * (q - p)).sum();
                        residuals[start + node] += weight.sqrt() * score;
                    }
                }
            }
        }
    }

    /// The sum of squares.
    pub(super) fn value(&self, constants: Constants) -> f64 {
        self.residuals(constants).iter().map(|residual| residual * residual).sum()
    }

    /// The constants where the sum of squares is smallest.
    pub(super) fn minimum(&self, start: Constants) -> Constants {
        let mut at = start;
        let mut residuals = self.residuals(at);
        let mut damping = 1e-3;
        for _ in 0..STEPS_MAX {
            let normal = self.normal_equations(at, &residuals);
            let Some(step) = normal.step(damping) else { break };
            let next = Constants { slope: at.slope + step[0], intercept: at.intercept + step[1] };
            let moved = if next.slope > 0.0 { self.residuals(next) } else { Vec::new() };
            if !moved.is_empty() && sum_of_squares(&moved) <= sum_of_squares(&residuals) {
                (at, residuals) = (next, moved);
                damping = (damping * 0.1).max(1e-12);
                if step.iter().all(|step| step.abs() < TOLERANCE) {
                    break;
                }
            } else {
                damping *= 10.0;
                if damping > 1e12 {
                    break;
                }
            }
        }
        at
    }

    fn normal_equations(&self, at: Constants, residuals: &[f64]) -> NormalEquations {
        let step = 1e-5;
        let difference = |up: Constants, down: Constants| -> Vec<f64> {
            let (up, down) = (self.residuals(up), self.residuals(down));
            up.iter().zip(&down).map(|(a, b)| (a - b) / (2.0 * step)).collect()
        };
        let slope = |by: f64| Constants { slope: at.slope + by, ..at };
        let intercept = |by: f64| Constants { intercept: at.intercept + by, ..at };
        let by_intercept = difference(intercept(step), intercept(-step));
        let by_slope = if self.common_unit {
            vec![0.0; by_intercept.len()]
        } else {
            difference(slope(step), slope(-step))
        };
        let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
        NormalEquations {
            square: [
                dot(&by_slope, &by_slope),
                dot(&by_slope, &by_intercept),
                dot(&by_intercept, &by_intercept),
            ],
            right: [-dot(&by_slope, residuals), -dot(&by_intercept, residuals)],
        }
    }
}

fn sum_of_squares(residuals: &[f64]) -> f64 {
    residuals.iter().map(|residual| residual * residual).sum()
}

/// JᵀJ (upper triangle) and −Jᵀr.
struct NormalEquations {
    square: [f64; 3],
    right: [f64; 2],
}

impl NormalEquations {
    fn step(&self, damping: f64) -> Option<[f64; 2]> {
        let [aa, ab, bb] = self.square;
        let (aa, bb) = (aa * (1.0 + damping), bb * (1.0 + damping));
        if aa == 0.0 {
            return (bb > 0.0).then(|| [0.0, self.right[1] / bb]);
        }
        let determinant = aa * bb - ab * ab;
        let [ra, rb] = self.right;
        (determinant > 0.0).then(|| [(bb * ra - ab * rb) / determinant, (aa * rb - ab * ra) / determinant])
    }
}
