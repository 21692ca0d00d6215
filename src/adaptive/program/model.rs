//! An integer program as it is stated.

use super::simplex::{Bounds, Simplex};

/// Activities within this of a bound keep it.
const ROW_TOLERANCE: f64 = 1e-6;

/// A linear row: variables with their coefficients, and the bounds of their sum.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Row {
    pub entries: Vec<(usize, f64)>,
    pub activity: Bounds,
}

impl Row {
    pub(crate) fn new(entries: Vec<(usize, f64)>, lowest: f64, highest: f64) -> Self {
        Self { entries, activity: Bounds::new(lowest, highest) }
    }

    /// Whether no values within the bounds of the variables can break the row.
    pub(crate) fn is_free(&self, bounds: &[Bounds]) -> bool {
        let (mut least, mut most) = (0.0, 0.0);
        for &(variable, coefficient) in &self.entries {
            let ends = (coefficient * bounds[variable].lowest, coefficient * bounds[variable].highest);
            least += ends.0.min(ends.1);
            most += ends.0.max(ends.1);
        }
        self.activity.lowest <= least && most <= self.activity.highest
    }

    /// How far the values are outside the row's bounds; zero or less when they are inside.
    pub(super) fn excess(&self, value: impl Fn(usize) -> f64) -> f64 {
        let sum: f64 =
            self.entries.iter().map(|&(variable, coefficient)| coefficient * value(variable)).sum();
        (self.activity.lowest - sum).max(sum - self.activity.highest)
    }
}

/// Maximises `objective · x` over integers `x` within bounds that keep every row.
#[derive(Debug, Clone, Default)]
pub(crate) struct Program {
    pub objective: Vec<f64>,
    /// Of the variables; finite integers.
    pub bounds: Vec<Bounds>,
    pub rows: Vec<Row>,
    /// Rows that all integers within the other rows keep and fractions may break: what makes a relaxation tight.
    pub cuts: Vec<Row>,
    /// All integers have an objective that is a multiple of this, or above one by less than a hundredth of it; 0 when
    /// nothing is known.
    pub granularity: f64,
    /// Variables from here on decide the most: they are branched on first.
    pub leading: usize,
}

impl Program {
    /// The relaxation without the cuts.
    pub(crate) fn simplex(&self) -> Simplex {
        let columns = self.objective.len();
        let mut matrix = vec![0.0; self.rows.len() * columns];
        for (index, row) in self.rows.iter().enumerate() {
            for &(variable, coefficient) in &row.entries {
                matrix[index * columns + variable] += coefficient;
            }
        }
        let activity: Vec<Bounds> = self.rows.iter().map(|row| row.activity).collect();
        Simplex::new(&matrix, self.objective.clone(), &self.bounds, &activity)
    }

    /// The objective of these values.
    pub(crate) fn worth(&self, values: &[i64]) -> f64 {
        self.objective.iter().zip(values).map(|(worth, &value)| worth * value as f64).sum()
    }

    /// Whether the values keep all bounds and rows.
    pub(crate) fn is_kept_by(&self, values: &[i64]) -> bool {
        let inside = |(bounds, &value): (&Bounds, &i64)| {
            bounds.lowest <= value as f64 && value as f64 <= bounds.highest
        };
        self.bounds.iter().zip(values).all(inside)
            && self.rows.iter().all(|row| row.excess(|variable| values[variable] as f64) <= ROW_TOLERANCE)
    }
}
