//! The optimum of an integer program, quickly: the same branch and bound as everywhere, of which exact arguments take
//! most away before it begins.
//!
//! The relaxation of the whole program is solved once. A variable whose reduced cost is r cannot leave its bound in any
//! solution that is better than the bound less r, so a *core* of the variables with the least reduced costs is
//! searched alone; what it finds says how large the core must be, and a core that was too small is searched again,
//! larger, with that solution in hand. Cuts are added where a relaxation breaks them.

use super::branch::{Outcome, most_fractional};
use super::model::Program;
use super::simplex::{Bounds, Relaxation, Simplex};

/// Variables of the first core, beside the basic ones.
const CORE: usize = 60;
/// Solutions that are better by less than this share are no better.
const TOLERANCE: f64 = 1e-10;
/// Fractions that break a cut by less than this are left.
const CUT_VIOLATION: f64 = 1e-5;
/// The first core gets this share of the nodes unless it has found a solution by then.
const FIRST_SHARE: usize = 4;

/// What was found, and the nodes that it took.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Optimum {
    pub outcome: Outcome,
    pub nodes: usize,
    /// Where the search was not finished: no integers have a greater objective.
    pub bound: f64,
}

/// The best integers, or the best that were found within `nodes` nodes of search.
pub(crate) fn optimum(program: &Program, nodes: usize) -> Optimum {
    let mut search = Search::new(program, nodes);
    let outcome = search.run();
    Optimum { outcome, nodes: nodes - search.nodes_left, bound: search.bound }
}

struct Search<'a> {
    program: &'a Program,
    simplex: Simplex,
    in_use: Vec<bool>, // cuts
    best: Option<(f64, Vec<i64>)>,
    nodes_left: usize,
    /// The highest relaxation of what was left unsearched.
    bound: f64,
    /// Rounding made integers of values that break a row: the search proves nothing.
    is_troubled: bool,
}

impl<'a> Search<'a> {
    fn new(program: &'a Program, nodes: usize) -> Self {
        let in_use = vec![false; program.cuts.len()];
        let simplex = program.simplex();
        let bound = f64::INFINITY;
        Self { program, simplex, in_use, best: None, nodes_left: nodes, bound, is_troubled: false }
    }

    fn run(&mut self) -> Outcome {
        if self.nodes_left == 0 {
            return Outcome::NodeLimit { best: None };
        }
        self.nodes_left -= 1;
        match self.solve() {
            Relaxation::Optimal => {}
            Relaxation::Infeasible | Relaxation::NoBetter => return Outcome::Infeasible,
            Relaxation::PivotLimit => return Outcome::NodeLimit { best: None },
        }
        if self.most_fractional().is_none() {
            self.keep();
            let finished = !self.is_troubled;
            return self.outcome(finished);
        }
        let root = (self.simplex.clone(), self.in_use.clone());
        let bound = root.0.objective();
        let mut reduced: Vec<f64> = root.0.free_columns().map(|(_, cost)| cost.abs()).collect();
        reduced.sort_unstable_by(f64::total_cmp);
        let mut reach = reduced.get(CORE).copied().unwrap_or(f64::INFINITY);
        loop {
            let whole = reduced.last().is_none_or(|&last| last <= reach);
            (self.simplex, self.in_use) = root.clone();
            let (structural, bounds) = (root.0.columns(), &root.0);
            self.simplex.fold(|variable, cost| {
                let Bounds { lowest, highest } = bounds.bounds(variable);
                lowest < highest && (variable >= structural || cost.abs() <= reach)
            });
            let spared = if whole || self.best.is_some() {
                0
            } else {
                self.nodes_left / FIRST_SHARE * (FIRST_SHARE - 1)
            };
            self.nodes_left -= spared;
            // Outside the core nothing is closer to the relaxation of the whole than the reach.
            self.bound = if whole { f64::NEG_INFINITY } else { bound - reach };
            let finished = self.descend(bound) && !self.is_troubled;
            self.nodes_left += spared;
            if self.is_troubled {
                self.bound = bound;
            }
            match &self.best {
                Some(_) if bound <= self.cutoff() => return self.outcome(true),
                Some((best, _)) if bound - best <= reach || whole => return self.outcome(finished),
                None if whole => return self.outcome(finished),
                Some((best, _)) if finished => reach = bound - best,
                Some(_) => return self.outcome(false),
                None => reach = f64::INFINITY,
            }
        }
    }

    fn outcome(&mut self, finished: bool) -> Outcome {
        match (finished, self.best.take()) {
            (true, Some((_, values))) => Outcome::Optimal { values },
            (true, None) => Outcome::Infeasible,
            (false, best) => Outcome::NodeLimit { best: best.map(|(_, values)| values) },
        }
    }

    /// Whether the subtree has been searched, or need not be. `parent` is the relaxation that it is a part of.
    fn descend(&mut self, parent: f64) -> bool {
        if self.nodes_left == 0 {
            self.bound = self.bound.max(parent);
            return false;
        }
        self.nodes_left -= 1;
        self.simplex.set_cutoff(self.cutoff());
        match self.solve() {
            Relaxation::Infeasible | Relaxation::NoBetter => return true,
            Relaxation::PivotLimit => {
                self.bound = self.bound.max(parent);
                return false;
            }
            Relaxation::Optimal => {}
        }
        let objective = self.simplex.objective();
        if objective <= self.cutoff() {
            return true;
        }
        let Some((variable, value)) = self.most_fractional() else {
            self.keep();
            return true;
        };
        let fixed = self.fix_by_reduced_costs(objective);
        let whole = self.simplex.bounds(variable);
        let below = Bounds::new(whole.lowest, value.floor());
        let above = Bounds::new(value.ceil(), whole.highest);
        let halves = if value - value.floor() > 0.5 { [above, below] } else { [below, above] };
        let mut finished = true;
        for half in halves {
            self.simplex.set_bounds(variable, half);
            finished &= self.descend(objective);
        }
        self.simplex.set_bounds(variable, whole);
        for (variable, bounds) in fixed {
            self.simplex.set_bounds(variable, bounds);
        }
        finished
    }

    fn cutoff(&self) -> f64 {
        let step = self.program.granularity * (1.0 - 1e-6);
        let above = |best: f64| best + step.max(TOLERANCE * best.abs().max(1.0));
        self.best.as_ref().map_or(f64::NEG_INFINITY, |(best, _)| above(*best))
    }

    /// Solves the relaxation with every cut that it would break.
    fn solve(&mut self) -> Relaxation {
        loop {
            let found = self.simplex.solve();
            if found != Relaxation::Optimal || !self.add_cuts() {
                return found;
            }
        }
    }

    /// Adds the cuts that the current values break. Each is added once, so this comes to an end.
    fn add_cuts(&mut self) -> bool {
        let mut broken = Vec::new();
        for (index, cut) in self.program.cuts.iter().enumerate() {
            if !self.in_use[index] && cut.excess(|variable| self.simplex.value(variable)) > CUT_VIOLATION {
                broken.push(index);
            }
        }
        for &index in &broken {
            self.in_use[index] = true;
            let cut = &self.program.cuts[index];
            self.simplex.add_row(&cut.entries, cut.activity);
        }
        !broken.is_empty()
    }

    /// Variables that no better solution of this subtree moves, with the bounds they had.
    fn fix_by_reduced_costs(&mut self, objective: f64) -> Vec<(usize, Bounds)> {
        let room = objective - self.cutoff();
        let columns = self.simplex.free_columns();
        let fixed: Vec<usize> =
            columns.filter(|&(_, cost)| cost.abs() > room).map(|(variable, _)| variable).collect();
        let mut fix = |variable: usize| {
            let bounds = self.simplex.bounds(variable);
            self.simplex.fix(variable);
            (variable, bounds)
        };
        fixed.into_iter().map(&mut fix).collect()
    }

    /// The variable furthest from an integer, of the leading ones if one of them is.
    fn most_fractional(&self) -> Option<(usize, f64)> {
        let (all, leading) = (self.simplex.columns(), self.program.leading);
        most_fractional(&self.simplex, leading..all).or_else(|| most_fractional(&self.simplex, 0..leading))
    }

    fn keep(&mut self) {
        let integer = |variable| self.simplex.value(variable).round() as i64;
        let values: Vec<i64> = (0..self.simplex.columns()).map(integer).collect();
        if self.program.is_kept_by(&values) {
            self.best = Some((self.program.worth(&values), values));
        } else {
            self.is_troubled = true;
        }
    }
}
