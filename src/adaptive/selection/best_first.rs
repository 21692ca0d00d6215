//! Items in the order of their value, best first, computing no more values than it must.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use item_bank::Theta;

use crate::adaptive::information_table::Cell;
use crate::adaptive::pool::ItemPool;

/// An item and how good it is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in crate::adaptive) struct Valued {
    pub item: usize,
    pub value: f64,
}

impl Eq for Valued {}

impl Ord for Valued {
    /// Higher values first; the item earlier in the pool of two that tie.
    fn cmp(&self, other: &Self) -> Ordering {
        self.value.total_cmp(&other.value).then(other.item.cmp(&self.item))
    }
}

impl PartialOrd for Valued {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Valued {
    /// Makes the item worth `weight` of what it was, from 0 to 1; a value below zero falls as one above does.
    pub(in crate::adaptive) fn weigh(&mut self, weight: f64) {
        if self.value >= 0.0 {
            self.value *= weight;
        } else {
            self.value /= weight.max(f64::MIN_POSITIVE);
        }
    }
}

/// Walks the items that are not closed, best first.
pub(in crate::adaptive) struct BestFirst<'a, C, W> {
    pool: &'a ItemPool,
    theta: Theta,
    is_closed: C,
    weight: W,
    cell: Option<&'a Cell>,
    walked: usize,
    heap: BinaryHeap<Valued>,
}

/// Nothing is closed.
type NoneClosed = fn(usize) -> bool;
/// Everything has its whole value.
type Unweighted = fn(usize) -> f64;

impl<'a> BestFirst<'a, NoneClosed, Unweighted> {
    /// By values computed before.
    pub(in crate::adaptive) fn by_values(pool: &'a ItemPool, values: Vec<Valued>) -> Self {
        let (is_closed, weight): (NoneClosed, Unweighted) = (|_| false, |_| 1.0);
        let theta = Theta(0.0);
        Self { pool, theta, is_closed, weight, cell: None, walked: 0, heap: values.into() }
    }
}

impl<'a, C: Fn(usize) -> bool, W: Fn(usize) -> f64> BestFirst<'a, C, W> {
    /// By Fisher information at `theta`, times a weight from 0 to 1.
    pub(in crate::adaptive) fn by_information(
        pool: &'a ItemPool,
        theta: Theta,
        is_closed: C,
        weight: W,
    ) -> Self {
        let cell = pool.information.cell(theta);
        let mut search = Self { pool, theta, is_closed, weight, cell, walked: 0, heap: BinaryHeap::new() };
        if cell.is_none() {
            search.push_all_but(&[]);
        }
        search
    }

    fn push(&mut self, item: usize) {
        if !(self.is_closed)(item) {
            let value = self.pool.model(item).information(self.theta) * (self.weight)(item);
            self.heap.push(Valued { item, value });
        }
    }

    fn push_all_but(&mut self, known: &[bool]) {
        for item in 0..self.pool.len() {
            if !known.get(item).copied().unwrap_or(false) {
                self.push(item);
            }
        }
    }

    /// Computes the values of the rest of the bank: the list of the cell was too short.
    fn leave_list(&mut self, cell: &Cell) {
        let mut known = vec![false; self.pool.len()];
        for bound in &cell.list {
            known[bound.item] = true;
        }
        self.push_all_but(&known);
        self.cell = None;
    }
}

impl<C: Fn(usize) -> bool, W: Fn(usize) -> f64> Iterator for BestFirst<'_, C, W> {
    type Item = Valued;

    fn next(&mut self) -> Option<Valued> {
        while let Some(cell) = self.cell {
            let next_bound = cell.list.get(self.walked).map_or(cell.remainder, |bound| bound.highest);
            if self.heap.peek().is_some_and(|best| best.value > next_bound) {
                break;
            }
            match cell.list.get(self.walked) {
                Some(bound) => {
                    self.walked += 1;
                    self.push(bound.item);
                }
                None if cell.remainder == f64::NEG_INFINITY => self.cell = None,
                None => self.leave_list(cell),
            }
        }
        self.heap.pop()
    }
}
