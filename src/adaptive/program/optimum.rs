//! The optimum of an integer program, quickly: the same branch and bound as everywhere, of which exact arguments take
//! most away before it begins.
//!
//! The relaxation of the whole program is solved once. A variable whose reduced cost is r cannot leave its bound in any
//! solution that is better than the bound less r, so a *core* of the variables with the least reduced costs is
//! searched alone; what it finds says how large the core must be, and a core that was too small is searched again,
//! larger, with that solution in hand. Cuts are added where a relaxation breaks them.

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
    let mut search = Search::new(program, Relaxed::unsolved(program), nodes);
    let outcome = search.run();
    Optimum { outcome, nodes: nodes - search.nodes_left, bound: search.bound }
}

/// A program's relaxation, solved once: questions that differ from it in the bounds of a few variables start there.
#[derive(Debug, Clone)]
pub(crate) struct Relaxed {
    simplex: Simplex,
    in_use: Vec<bool>, // cuts
}

impl Relaxed {
    fn unsolved(program: &Program) -> Self {
        Self { simplex: program.simplex(), in_use: vec![false; program.cuts.len()] }
    }

    pub(crate) fn new(program: &Program) -> Self {
        let mut relaxed = Self::unsolved(program);
        // Where this finds nothing, so does every question, from here at once.
        relaxed.solve(program);
        relaxed
    }

    /// Any integers that keep the program with these variables within these bounds, which lie within those of the
    /// program. The objective only leads the search: the closer to the optimum integers are, the sooner they are found.
    pub(crate) fn any(&self, program: &Program, bounds: &[(usize, Bounds)], nodes: usize) -> Outcome {
        let mut search = Search::new(program, self.clone(), nodes);
        search.wanted = Wanted::Any;
        for &(variable, bounds) in bounds {
            search.relaxed.simplex.set_bounds(variable, bounds);
        }
        search.run()
    }

    /// Solves the relaxation with every cut that it would break.
    fn solve(&mut self, program: &Program) -> Relaxation {
        loop {
            let found = self.simplex.solve();
            if found != Relaxation::Optimal || !self.add_cuts(program) {
                return found;
            }
        }
    }

    /// Adds the cuts that the current values break. Each is added once, so this comes to an end.
    fn add_cuts(&mut self, program: &Program) -> bool {
        let mut broken = Vec::new();
        for (index, cut) in program.cuts.iter().enumerate() {
            if !self.in_use[index] && cut.excess(|variable| self.simplex.value(variable)) > CUT_VIOLATION {
                broken.push(index);
            }
        }
        for &index in &broken {
            self.in_use[index] = true;
            let cut = &program.cuts[index];
            self.simplex.add_row(&cut.entries, cut.activity);
        }
        !broken.is_empty()
    }
}

/// What ends a search.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wanted {
    /// The proof that nothing is better.
    Best,
    /// The first integers.
    Any,
}

/// Integers that were found.
struct Incumbent {
    worth: f64,
    values: Vec<i64>,
}

struct Search<'a> {
    program: &'a Program,
    relaxed: Relaxed,
    wanted: Wanted,
    best: Option<Incumbent>,
    nodes_left: usize,
    /// The highest relaxation of what was left unsearched.
    bound: f64,
    /// Rounding made integers of values that break a row: the search proves nothing.
    is_troubled: bool,
}

impl<'a> Search<'a> {
    fn new(program: &'a Program, relaxed: Relaxed, nodes: usize) -> Self {
        let (wanted, bound) = (Wanted::Best, f64::INFINITY);
        Self { program, relaxed, wanted, best: None, nodes_left: nodes, bound, is_troubled: false }
    }

    fn run(&mut self) -> Outcome {
        if self.nodes_left == 0 {
            return Outcome::NodeLimit { best: None };
        }
        self.nodes_left -= 1;
        match self.relaxed.solve(self.program) {
            Relaxation::Optimal => {}
            Relaxation::Infeasible | Relaxation::NoBetter => return Outcome::Infeasible,
            Relaxation::PivotLimit => return self.cut_short(),
        }
        if self.most_fractional().is_none() {
            self.keep();
            return if self.is_troubled { self.cut_short() } else { self.finished() };
        }
        self.search_cores()
    }

    fn search_cores(&mut self) -> Outcome {
        let root = self.relaxed.clone();
        let bound = root.simplex.objective();
        let mut reduced: Vec<f64> = root.simplex.free_columns().map(|(_, cost)| cost.abs()).collect();
        reduced.sort_unstable_by(f64::total_cmp);
        let mut reach = reduced.get(CORE).copied().unwrap_or(f64::INFINITY);
        loop {
            let whole = reduced.last().is_none_or(|&last| last <= reach);
            self.relaxed.clone_from(&root);
            let (structural, bounds) = (root.simplex.columns(), &root.simplex);
            self.relaxed.simplex.fold(|variable, cost| {
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
            let short = self.best.as_ref().map(|best| bound - best.worth);
            let is_proven = short.is_some() && (self.is_enough() || bound <= self.cutoff());
            let is_covered = whole || short.is_some_and(|short| short <= reach);
            match short {
                _ if is_proven || (is_covered && finished) => return self.finished(),
                _ if is_covered => return self.cut_short(),
                Some(short) if finished => reach = short,
                Some(_) => return self.cut_short(),
                None => reach = f64::INFINITY,
            }
        }
    }

    /// The outcome of a search that left nothing out.
    fn finished(&mut self) -> Outcome {
        match self.best.take() {
            Some(Incumbent { values, .. }) => Outcome::Optimal { values },
            None => Outcome::Infeasible,
        }
    }

    /// The outcome of a search that ended before that.
    fn cut_short(&mut self) -> Outcome {
        Outcome::NodeLimit { best: self.best.take().map(|best| best.values) }
    }

    fn is_enough(&self) -> bool {
        self.wanted == Wanted::Any && self.best.is_some()
    }

    /// Whether the subtree has been searched, or need not be. `parent` is the relaxation that it is a part of.
    fn descend(&mut self, parent: f64) -> bool {
        if self.nodes_left == 0 {
            self.bound = self.bound.max(parent);
            return false;
        }
        self.nodes_left -= 1;
        let cutoff = self.cutoff();
        self.relaxed.simplex.set_cutoff(cutoff);
        match self.relaxed.solve(self.program) {
            Relaxation::Infeasible | Relaxation::NoBetter => return true,
            Relaxation::PivotLimit => {
                self.bound = self.bound.max(parent);
                return false;
            }
            Relaxation::Optimal => {}
        }
        let objective = self.relaxed.simplex.objective();
        if objective <= cutoff {
            return true;
        }
        let Some((variable, value)) = self.most_fractional() else {
            self.keep();
            return true;
        };
        let fixed = self.fix_by_reduced_costs(objective);
        let whole = self.relaxed.simplex.bounds(variable);
        let below = Bounds::new(whole.lowest, value.floor());
        let above = Bounds::new(value.ceil(), whole.highest);
        let halves = if value - value.floor() > 0.5 { [above, below] } else { [below, above] };
        let mut finished = true;
        for half in halves {
            self.relaxed.simplex.set_bounds(variable, half);
            finished &= self.descend(objective);
            if self.is_enough() {
                return true;
            }
        }
        self.relaxed.simplex.set_bounds(variable, whole);
        for (variable, bounds) in fixed {
            self.relaxed.simplex.set_bounds(variable, bounds);
        }
        finished
    }

    fn cutoff(&self) -> f64 {
        let Some(Incumbent { worth, .. }) = self.best else { return f64::NEG_INFINITY };
        let steps = self.program.granularity;
        if steps > 0.0 {
            return steps * ((worth / steps + 1e-6).floor() + 1.0 - 1e-6);
        }
        worth + TOLERANCE * worth.abs().max(1.0)
    }

    /// Variables that no better solution of this subtree moves, with the bounds they had.
    fn fix_by_reduced_costs(&mut self, objective: f64) -> Vec<(usize, Bounds)> {
        let room = objective - self.cutoff();
        let simplex = &mut self.relaxed.simplex;
        let columns = simplex.free_columns();
        let fixed: Vec<usize> =
            columns.filter(|&(_, cost)| cost.abs() > room).map(|(variable, _)| variable).collect();
        let mut fix = |variable: usize| {
            let bounds = simplex.bounds(variable);
            simplex.fix(variable);
            (variable, bounds)
        };
        fixed.into_iter().map(&mut fix).collect()
    }

    /// The variable furthest from an integer, of the leading ones if one of them is.
    fn most_fractional(&self) -> Option<(usize, f64)> {
        let (simplex, leading) = (&self.relaxed.simplex, self.program.leading);
        most_fractional(simplex, leading..simplex.columns()).or_else(|| most_fractional(simplex, 0..leading))
    }

    /// Keeps integers; what rounding made of values counts only where it breaks no row.
    fn keep(&mut self) {
        let simplex = &self.relaxed.simplex;
        let integer = |variable| simplex.value(variable).round() as i64;
        let values: Vec<i64> = (0..simplex.columns()).map(integer).collect();
        if self.program.is_kept_by(&values) {
            self.best = Some(Incumbent { worth: self.program.worth(&values), values });
        } else {
            self.is_troubled = true;
        }
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
