//! Branch and bound over the relaxation: exact integers, depth first, by nodes and never by seconds.

use super::simplex::{Bounds, Relaxation, Simplex};

/// Values within this of an integer are that integer.
const INTEGRALITY: f64 = 1e-6;

/// What a search found.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Outcome {
    /// Values of the structural variables and their objective; nothing is better by more than the tolerance.
    Optimal {
        /// Integers.
        values: Vec<i64>,
    },
    /// No integers lie within the bounds.
    Infeasible,
    /// The search was not finished within its limit of nodes; the best found so far.
    NodeLimit {
        /// Integers within every bound, if any were met.
        best: Option<Vec<i64>>,
    },
}

struct Search<'a> {
    simplex: &'a mut Simplex,
    leading: usize,
    enough: f64,
    tolerance: f64,
    best: Option<(f64, Vec<i64>)>,
    nodes_left: usize,
}

/// Maximises over integers. Leaves the bounds of `simplex` as they were.
///
/// The search ends early when an objective of `enough` or more is found; pass infinity to go on to the optimum, and
/// minus infinity to be content with any integers. `nodes` limits the search; variables from `leading` on are branched
/// on first.
pub(crate) fn maximise(simplex: &mut Simplex, leading: usize, enough: f64, nodes: usize) -> Outcome {
    let mut search = Search { simplex, leading, enough, tolerance: 1e-10, best: None, nodes_left: nodes };
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
            if self.is_enough() {
                finished = true;
                break;
            }
        }
        self.simplex.set_bounds(variable, whole);
        finished
    }

    fn is_no_better(&self, objective: f64) -> bool {
        self.best.as_ref().is_some_and(|(best, _)| objective <= best + self.tolerance * best.abs().max(1.0))
    }

    fn is_enough(&self) -> bool {
        self.best.as_ref().is_some_and(|(best, _)| *best >= self.enough)
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

/// Of these variables the one furthest from an integer, with its value.
pub(super) fn most_fractional(simplex: &Simplex, variables: std::ops::Range<usize>) -> Option<(usize, f64)> {
    let mut found = None;
    let mut furthest = INTEGRALITY;
    for variable in variables {
        let value = simplex.value(variable);
        let distance = (value - value.round()).abs();
        if distance > furthest {
            furthest = distance;
            found = Some((variable, value));
        }
    }
    found
}
