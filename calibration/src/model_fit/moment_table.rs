//! Conditional moments of every item at the nodes.

use super::factor::Factor;

/// E[f(X) | θ] for every item and the functions f that margins and their products need.
pub(super) struct MomentTable {
    /// By item: X, X², then for each category above 0 its indicator and its indicator times X.
    rows: Vec<Vec<Vec<f64>>>,
    never: Vec<f64>,
}

impl MomentTable {
    /// From each item's P(k) at the nodes, category by category.
    pub(super) fn new(curves: &[Vec<f64>], nodes: usize) -> Self {
        let of_item = |curves: &Vec<f64>| {
            let mut rows =
                vec![moment(curves, nodes, Factor::Power(1)), moment(curves, nodes, Factor::Power(2))];
            for category in 1..curves.len() / nodes {
                rows.push(moment(curves, nodes, Factor::Category(category, 0)));
                rows.push(moment(curves, nodes, Factor::Category(category, 1)));
            }
            rows
        };
        Self { rows: curves.iter().map(of_item).collect(), never: vec![0.0; nodes] }
    }

    pub(super) fn of(&self, item: usize, factor: Factor) -> &[f64] {
        match factor {
            Factor::Power(power) => &self.rows[item][power as usize - 1],
            Factor::Category(category, power) => &self.rows[item][2 * category + power as usize],
            Factor::Never => &self.never,
        }
    }
}

fn moment(curves: &[f64], nodes: usize, factor: Factor) -> Vec<f64> {
    let mut sums = vec![0.0; nodes];
    for (category, curve) in curves.chunks_exact(nodes).enumerate() {
        let value = factor.value(category);
        if value != 0.0 {
            sums.iter_mut().zip(curve).for_each(|(sum, p)| *sum += value * p);
        }
    }
    sums
}
