//! Rows that join a program and columns that leave it, between two solves of the simplex method.

use super::simplex::{Bounds, Position, Simplex};

impl Simplex {
    /// Adds a row over the structural variables. The next solve starts from the last solution, which may break the row.
    pub(super) fn add_row(&mut self, entries: &[(usize, f64)], activity: Bounds) {
        let columns = self.nonbasic.len();
        let start = self.dictionary.len();
        self.dictionary.resize(start + columns, 0.0);
        let (known, line) = self.dictionary.split_at_mut(start);
        let mut sum = 0.0;
        for &(variable, coefficient) in entries {
            sum += coefficient * self.value[variable];
            match self.position[variable] {
                Position::Column(column) => line[column] += coefficient,
                Position::Row(row) => {
                    let basic = &known[row * columns..(row + 1) * columns];
                    for (target, other) in line.iter_mut().zip(basic) {
                        *target += coefficient * other;
                    }
                }
                Position::Folded => {
                    // The number one is fixed and therefore always stands in a column.
                    let Position::Column(one) = self.position[self.one] else {
                        unreachable!("it never enters")
                    };
                    line[one] += coefficient * self.value[variable];
                }
            }
        }
        let variable = self.value.len();
        self.value.push(sum);
        self.bounds.push(activity);
        self.position.push(Position::Row(self.basic.len()));
        self.basic.push(variable);
    }

    /// Makes the nonbasic variables that `keep` does not want part of the constants: each stays at its current value
    /// from now on.
    pub(super) fn fold(&mut self, keep: impl Fn(usize, f64) -> bool) {
        let (one, columns) = (self.one, self.nonbasic.len());
        let kept: Vec<bool> = (0..columns)
            .map(|column| self.nonbasic[column] == one || keep(self.nonbasic[column], self.reduced[column]))
            .collect();
        let place =
            self.nonbasic.iter().position(|&variable| variable == one).expect("a column of constants");
        let value: Vec<f64> = self.nonbasic.iter().map(|&variable| self.value[variable]).collect();
        let shrink = |line: &[f64], into: &mut Vec<f64>| {
            let start = into.len();
            let mut constant = 0.0;
            let mut kept_place = 0;
            for column in 0..columns {
                if column == place {
                    kept_place = into.len() - start;
                }
                if kept[column] {
                    into.push(line[column]);
                } else {
                    constant += line[column] * value[column];
                }
            }
            into[start + kept_place] += constant;
        };
        let mut dictionary = Vec::with_capacity(self.dictionary.len());
        for row in 0..self.basic.len() {
            shrink(self.line(row), &mut dictionary);
        }
        let mut reduced = Vec::with_capacity(columns);
        shrink(&self.reduced, &mut reduced);
        let mut nonbasic = Vec::with_capacity(columns);
        for (column, &variable) in self.nonbasic.iter().enumerate() {
            if kept[column] {
                self.position[variable] = Position::Column(nonbasic.len());
                nonbasic.push(variable);
            } else {
                self.position[variable] = Position::Folded;
            }
        }
        (self.dictionary, self.reduced, self.nonbasic) = (dictionary, reduced, nonbasic);
    }

    /// Nonbasic structural variables that are not fixed, with their reduced costs.
    pub(super) fn free_columns(&self) -> impl Iterator<Item = (usize, f64)> {
        let columns = self.nonbasic.iter().copied().zip(self.reduced.iter().copied());
        columns.filter(|&(variable, _)| {
            variable < self.columns() && self.bounds[variable].lowest < self.bounds[variable].highest
        })
    }

    /// Fixes a nonbasic variable where it is.
    pub(super) fn fix(&mut self, variable: usize) {
        let value = self.value[variable];
        self.bounds[variable] = Bounds::new(value, value);
    }
}
