//! The bounded dual simplex method on a dense dictionary, with the bound-flipping ratio test (Maros, 2003) and rows
//! chosen by steepest edge (Forrest and Goldfarb, 1992).
//!
//! Every structural variable has two finite bounds, so a dual feasible start always exists and every change of
//! bounds is solved again from where the last solution stood.

/// Values outside a bound by no more than this count as on it.
const PRIMAL_TOLERANCE: f64 = 1e-9;
/// Coefficients smaller than this are no pivots.
const PIVOT_TOLERANCE: f64 = 1e-8;
/// Reduced costs within this of zero have no sign.
const DUAL_TOLERANCE: f64 = 1e-11;

/// Lowest and highest value of a variable or of a row's activity.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Bounds {
    pub lowest: f64,
    pub highest: f64,
}

impl Bounds {
    pub(crate) fn new(lowest: f64, highest: f64) -> Self {
        Self { lowest, highest }
    }
}

/// What a solve found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Relaxation {
    /// The values are optimal for the current bounds.
    Optimal,
    /// No values lie within the current bounds.
    Infeasible,
    /// Whatever lies within the current bounds has an objective of at most the cutoff.
    NoBetter,
    /// The limit of pivots was reached: numerical trouble.
    PivotLimit,
}

/// Which of the rows outside their bounds leaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum RowRule {
    /// The one furthest outside for its length.
    Steepest,
    /// The first, which guards against cycling.
    First,
}

/// Maximises `objective · x` with `x` within bounds and each row's activity within bounds.
///
/// Variables `0..columns` are structural, then come the activities of the rows, then the number one, of which the
/// constants are multiples, then the activities of rows that were added later.
#[derive(Debug, Clone)]
pub(crate) struct Simplex {
    structural: usize,
    pub(super) one: usize,           // the variable that is the number one
    pub(super) dictionary: Vec<f64>, // rows × columns: basic = dictionary · nonbasic
    pub(super) reduced: Vec<f64>,    // the objective over the nonbasic variables
    pub(super) basic: Vec<usize>,    // variable of each row of the dictionary
    pub(super) nonbasic: Vec<usize>, // variable of each column of the dictionary
    pub(super) position: Vec<Position>,
    pub(super) bounds: Vec<Bounds>,
    pub(super) value: Vec<f64>,
    cutoff: f64,
    crossing: Vec<(f64, usize)>, // reused by the ratio test
    pivot_row: Vec<f64>,         // reused by pivots
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Position {
    Row(usize),
    Column(usize),
    /// Part of the constants.
    Folded,
}

impl Simplex {
    /// `matrix` is dense, row by row; structural bounds are finite, row bounds may be infinite.
    pub(crate) fn new(
        matrix: &[f64],
        mut objective: Vec<f64>,
        structural: &[Bounds],
        activity: &[Bounds],
    ) -> Self {
        let (rows, columns) = (activity.len(), structural.len());
        assert_eq!(matrix.len(), rows * columns, "a coefficient for each row and variable");
        assert_eq!(objective.len(), columns, "an objective coefficient for each variable");
        let one = columns + rows;
        let mut value = vec![0.0; one];
        for (j, bound) in structural.iter().enumerate() {
            value[j] = if objective[j] > 0.0 { bound.highest } else { bound.lowest };
        }
        value.push(1.0);
        let mut position: Vec<Position> = (0..columns).map(Position::Column).collect();
        position.extend((0..rows).map(Position::Row));
        position.push(Position::Column(columns));
        let mut dictionary = Vec::with_capacity(rows * (columns + 1));
        for row in 0..rows {
            dictionary.extend_from_slice(&matrix[row * columns..(row + 1) * columns]);
            dictionary.push(0.0);
        }
        objective.push(0.0);
        let one_alone = [Bounds::new(1.0, 1.0)];
        let mut simplex = Self {
            structural: columns,
            one,
            dictionary,
            reduced: objective,
            basic: (columns..one).collect(),
            nonbasic: (0..columns).chain([one]).collect(),
            position,
            bounds: structural.iter().chain(activity).chain(&one_alone).copied().collect(),
            value,
            cutoff: f64::NEG_INFINITY,
            crossing: Vec::new(),
            pivot_row: Vec::new(),
        };
        simplex.recompute_basic_values();
        simplex
    }

    /// Number of structural variables.
    pub(crate) fn columns(&self) -> usize {
        self.structural
    }

    pub(crate) fn value(&self, variable: usize) -> f64 {
        self.value[variable]
    }

    pub(crate) fn bounds(&self, variable: usize) -> Bounds {
        self.bounds[variable]
    }

    /// The objective at the current values.
    pub(crate) fn objective(&self) -> f64 {
        self.nonbasic.iter().zip(&self.reduced).map(|(&variable, cost)| cost * self.value[variable]).sum()
    }

    /// Solves stop as soon as the objective cannot be above this.
    pub(super) fn set_cutoff(&mut self, cutoff: f64) {
        self.cutoff = cutoff;
    }

    /// Changes the bounds of a variable or of a row (`columns + row`); the next solve starts from here.
    pub(crate) fn set_bounds(&mut self, variable: usize, bounds: Bounds) {
        self.bounds[variable] = bounds;
        if let Position::Column(column) = self.position[variable] {
            let cost = self.reduced[column];
            let nearest = self.value[variable].clamp(bounds.lowest, bounds.highest);
            let upper = if cost.abs() > DUAL_TOLERANCE {
                cost > 0.0
            } else {
                bounds.highest - nearest < nearest - bounds.lowest
            };
            let target = if upper { bounds.highest } else { bounds.lowest };
            self.move_nonbasic(column, target);
        }
    }

    /// Solves for the current bounds.
    pub(crate) fn solve(&mut self) -> Relaxation {
        let limit = 200 + 20 * (self.basic.len() + self.nonbasic.len());
        for pivots in 0..limit {
            if pivots % 64 == 63 {
                self.recompute_basic_values();
            }
            let rule = if pivots > limit / 2 { RowRule::First } else { RowRule::Steepest };
            let Some((row, target)) = self.leaving_row(rule) else {
                return Relaxation::Optimal;
            };
            // The objective only falls on the way to the optimum.
            if self.cutoff > f64::NEG_INFINITY && self.objective() <= self.cutoff {
                return Relaxation::NoBetter;
            }
            let Some(column) = self.entering_column(row, target) else {
                return Relaxation::Infeasible;
            };
            self.pivot(row, column, target);
        }
        Relaxation::PivotLimit
    }

    /// A row that is outside its bounds, and the bound.
    fn leaving_row(&self, rule: RowRule) -> Option<(usize, f64)> {
        let mut worst = 0.0;
        let mut found = None;
        for (row, &variable) in self.basic.iter().enumerate() {
            let (value, bound) = (self.value[variable], self.bounds[variable]);
            let (outside, target) = if value < bound.lowest {
                (bound.lowest - value, bound.lowest)
            } else {
                (value - bound.highest, bound.highest)
            };
            if outside <= PRIMAL_TOLERANCE {
                continue;
            }
            if rule == RowRule::First {
                return Some((row, target));
            }
            let length: f64 = self.line(row).iter().map(|coefficient| coefficient * coefficient).sum();
            let steepness = outside * outside / (1.0 + length);
            if steepness > worst {
                found = Some((row, target));
                worst = steepness;
            }
        }
        found
    }

    pub(super) fn line(&self, row: usize) -> &[f64] {
        let columns = self.nonbasic.len();
        &self.dictionary[row * columns..(row + 1) * columns]
    }

    /// Walks the breakpoints of the dual along the row: variables passed on the way flip to their other bound, the
    /// one at which the row would overshoot enters.
    fn entering_column(&mut self, row: usize, target: f64) -> Option<usize> {
        let missing = target - self.value[self.basic[row]];
        let mut crossing = std::mem::take(&mut self.crossing);
        crossing.clear();
        for (column, &coefficient) in self.line(row).iter().enumerate() {
            if coefficient.abs() <= PIVOT_TOLERANCE {
                continue;
            }
            let (value, bound) = (self.value[self.nonbasic[column]], self.bounds[self.nonbasic[column]]);
            let can_help = if (coefficient > 0.0) == (missing > 0.0) {
                value < bound.highest
            } else {
                value > bound.lowest
            };
            if can_help {
                crossing.push((self.reduced[column].abs() / coefficient.abs(), column));
            }
        }
        crossing.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        let mut slope = missing.abs();
        let mut entering = None;
        let mut flips = 0;
        for (index, &(_, column)) in crossing.iter().enumerate() {
            let bound = self.bounds[self.nonbasic[column]];
            let whole = self.line(row)[column].abs() * (bound.highest - bound.lowest);
            if whole < slope - PRIMAL_TOLERANCE {
                slope -= whole;
                flips = index + 1;
            } else {
                entering = Some(index);
                break;
            }
        }
        let entering = entering.map(|index| self.steadiest(row, &crossing, index));
        if entering.is_some() {
            self.flip(&crossing[..flips]);
        }
        self.crossing = crossing;
        entering
    }

    /// Among breakpoints tied with the one at `index`, the column with the largest coefficient.
    fn steadiest(&self, row: usize, crossing: &[(f64, usize)], index: usize) -> usize {
        let size = |column: usize| self.line(row)[column].abs();
        let (ratio, mut best) = crossing[index];
        for &(other, column) in &crossing[index + 1..] {
            if other > ratio + DUAL_TOLERANCE {
                break;
            }
            if size(column) > size(best) {
                best = column;
            }
        }
        best
    }

    /// Moves these columns to their other bounds.
    fn flip(&mut self, crossed: &[(f64, usize)]) {
        let many = crossed.len() * 8 > self.nonbasic.len();
        for &(_, column) in crossed {
            let variable = self.nonbasic[column];
            let (value, bound) = (self.value[variable], self.bounds[variable]);
            let other = if value <= bound.lowest { bound.highest } else { bound.lowest };
            if many {
                self.value[variable] = other;
            } else {
                self.move_nonbasic(column, other);
            }
        }
        if many {
            self.recompute_basic_values();
        }
    }

    fn move_nonbasic(&mut self, column: usize, target: f64) {
        let variable = self.nonbasic[column];
        let change = target - self.value[variable];
        if change == 0.0 {
            return;
        }
        self.value[variable] = target;
        let columns = self.nonbasic.len();
        for (row, &basic) in self.basic.iter().enumerate() {
            self.value[basic] += self.dictionary[row * columns + column] * change;
        }
    }

    /// Exchanges the basic variable of `row`, which moves to `target`, with the variable of `column`.
    fn pivot(&mut self, row: usize, column: usize, target: f64) {
        let columns = self.nonbasic.len();
        let pivot = self.dictionary[row * columns + column];
        let (leaving, entering) = (self.basic[row], self.nonbasic[column]);
        let step = (target - self.value[leaving]) / pivot;
        let entered = self.value[entering] + step;
        self.move_nonbasic(column, entered);
        self.value[leaving] = target;

        let line = &mut self.dictionary[row * columns..(row + 1) * columns];
        for coefficient in line.iter_mut() {
            *coefficient /= -pivot;
        }
        line[column] = 1.0 / pivot;
        self.pivot_row.clear();
        self.pivot_row.extend_from_slice(line);
        for other in (0..self.basic.len()).filter(|&other| other != row) {
            let target = &mut self.dictionary[other * columns..(other + 1) * columns];
            eliminate(target, &self.pivot_row, column);
        }
        eliminate(&mut self.reduced, &self.pivot_row, column);
        self.basic[row] = entering;
        self.nonbasic[column] = leaving;
        self.position[entering] = Position::Row(row);
        self.position[leaving] = Position::Column(column);
    }

    pub(super) fn recompute_basic_values(&mut self) {
        let outside: Vec<f64> = self.nonbasic.iter().map(|&variable| self.value[variable]).collect();
        for row in 0..self.basic.len() {
            let sum =
                self.line(row).iter().zip(&outside).map(|(coefficient, value)| coefficient * value).sum();
            self.value[self.basic[row]] = sum;
        }
    }
}

/// Replaces the variable of `column` in `target` by what the pivot row says it is.
fn eliminate(target: &mut [f64], line: &[f64], column: usize) {
    let factor = target[column];
    if factor == 0.0 {
        return;
    }
    target[column] = 0.0;
    for (coefficient, other) in target.iter_mut().zip(line) {
        *coefficient += factor * other;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_two_of_three_fill_a_knapsack_row() {
        let unit = [Bounds::new(0.0, 1.0); 3];
        let mut program =
            Simplex::new(&[1.0, 1.0, 1.0], vec![3.0, 1.0, 2.0], &unit, &[Bounds::new(2.0, 2.0)]);
        assert_eq!(program.solve(), Relaxation::Optimal);
        assert_eq!((program.value(0), program.value(1), program.value(2)), (1.0, 0.0, 1.0));
        assert_eq!(program.objective(), 5.0);
    }

    #[test]
    fn a_row_out_of_reach_is_infeasible_and_recovers_when_it_is_relaxed() {
        let unit = [Bounds::new(0.0, 1.0); 2];
        let mut program = Simplex::new(&[1.0, 1.0], vec![0.0, 0.0], &unit, &[Bounds::new(3.0, 9.0)]);
        assert_eq!(program.solve(), Relaxation::Infeasible);
        program.set_bounds(2, Bounds::new(2.0, 9.0));
        assert_eq!(program.solve(), Relaxation::Optimal);
        assert_eq!((program.value(0), program.value(1)), (1.0, 1.0));
    }

    #[test]
    fn a_solve_that_cannot_beat_the_cutoff_stops() {
        let unit = [Bounds::new(0.0, 1.0); 3];
        let mut program =
            Simplex::new(&[1.0, 1.0, 1.0], vec![3.0, 1.0, 2.0], &unit, &[Bounds::new(1.0, 1.0)]);
        program.set_cutoff(7.0);
        assert_eq!(program.solve(), Relaxation::NoBetter);
        program.set_cutoff(2.5);
        assert_eq!(program.solve(), Relaxation::Optimal);
    }
}
