//! Branch and bound over the relaxation and nothing else: what [`super::optimum`] is compared with.

use super::optimum::{Outcome, most_fractional};
use super::simplex::{Bounds, Relaxation, Simplex};

struct Search<'a> {
    simplex: &'a mut Simplex,
    leading: usize,
    tolerance: f64,
    best: Option<(f64, Vec<i64>)>,
    nodes_left: usize,
}

/// Maximises over integers. Leaves the bounds of `simplex` as they were.
///
/// `nodes` limits the search; variables from `leading` on are branched on first.
pub(crate) fn maximise(simplex: &mut Simplex, leading: usize, nodes: usize) -> Outcome {
    let mut search = Search { simplex, leading, tolerance: 1e-10, best: None, nodes_left: nodes };
    let finished = search.descend();
    match (finished, search.best) {
        (true, Some((_, values))) => Outcome::Optimal { values },
        (true, None) => Outcome::Infeasible,
        (false, best) => Outcome::NodeLimit { best: best.map(|(_, values)| values) },
    }
}

impl Search<'_> {
    /// Whether the subtree has been searched, or need not be.
    fn descend(&mut self) -> bool {
        if self.nodes_left == 0 {
            return false;
        }
        self.nodes_left -= 1;
        match self.simplex.solve() {
            Relaxation::Infeasible | Relaxation::NoBetter => return true,
            Relaxation::PivotLimit => return false,
            Relaxation::Optimal => {}
        }
        let objective = self.simplex.objective();
        if self.is_no_better(objective) {
            return true;
        }
        let Some((variable, value)) = self.most_fractional() else {
            self.keep(objective);
            return true;
        };
        let whole = self.simplex.bounds(variable);
        let below = Bounds::new(whole.lowest, value.floor());
        let above = Bounds::new(value.ceil(), whole.highest);
        let halves = if value - value.floor() > 0.5 { [above, below] } else { [below, above] };
        let mut finished = true;
        for half in halves {
            self.simplex.set_bounds(variable, half);
            finished &= self.descend();
        }
        self.simplex.set_bounds(variable, whole);
        finished
    }

    fn is_no_better(&self, objective: f64) -> bool {
        self.best.as_ref().is_some_and(|(best, _)| objective <= best + self.tolerance * best.abs().max(1.0))
    }

    fn most_fractional(&self) -> Option<(usize, f64)> {
        let all = self.simplex.columns();
        most_fractional(self.simplex, self.leading..all)
            .or_else(|| most_fractional(self.simplex, 0..self.leading))
    }

    fn keep(&mut self, objective: f64) {
        let integer = |variable| self.simplex.value(variable).round() as i64;
        let values = (0..self.simplex.columns()).map(integer).collect();
        self.best = Some((objective, values));
    }
}
