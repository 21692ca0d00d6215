//! What one attempt has used of its blueprint.

use super::Blueprint;

/// The items given so far and what they leave open.
#[derive(Debug, Clone)]
pub(in crate::adaptive) struct Progress {
    pub given: Vec<usize>,
    /// What the items and sets given so far add to each row.
    pub row_sums: Vec<f64>,
    /// The set of the last item and how many of its items were given, as long as more of them may follow.
    pub open_set: Option<(usize, usize)>,
    /// Items given that the student saw in earlier attempts.
    pub seen_given: usize,
    seen: Vec<bool>,
    has_seen: bool,
    closed: Vec<bool>,
    withheld: Vec<bool>,
}

impl Progress {
    pub(in crate::adaptive) fn new(blueprint: &Blueprint, seen: impl IntoIterator<Item = usize>) -> Self {
        let items = blueprint.class_of.len();
        let mut progress = Self {
            given: Vec::new(),
            row_sums: vec![0.0; blueprint.rows.len()],
            open_set: None,
            seen_given: 0,
            seen: vec![false; items],
            has_seen: false,
            closed: blueprint.forbidden.clone(),
            withheld: vec![false; items],
        };
        for item in seen {
            progress.seen[item] = true;
            progress.has_seen = true;
        }
        progress
    }

    /// Whether the student saw the item in an earlier attempt.
    pub(in crate::adaptive) fn was_seen(&self, item: usize) -> bool {
        self.seen[item]
    }

    /// The same for a student who has seen nothing.
    pub(in crate::adaptive) fn forgetting_seen(mut self) -> Self {
        self.seen.fill(false);
        (self.has_seen, self.seen_given) = (false, 0);
        self
    }

    /// Whether the student saw any item of the pool in an earlier attempt.
    pub(in crate::adaptive) fn has_seen(&self) -> bool {
        self.has_seen
    }

    /// Without items that are kept out for the time being.
    pub(in crate::adaptive) fn withholding(mut self, items: impl IntoIterator<Item = usize>) -> Self {
        for item in items {
            self.withheld[item] = true;
        }
        self
    }

    /// Whether any item is kept out for the time being.
    pub(in crate::adaptive) fn is_withholding(&self) -> bool {
        self.withheld.contains(&true)
    }

    /// Lets in items that were kept out.
    pub(in crate::adaptive) fn let_in(&mut self, items: &[usize]) {
        for &item in items {
            self.withheld[item] = false;
        }
    }

    /// Whether the item can no longer be in the test: given, an enemy of one given, of a set that was left, late for its
    /// turn in the plan's order, forbidden, or kept out for the time being.
    pub(in crate::adaptive) fn is_closed(&self, item: usize) -> bool {
        self.closed[item] || self.withheld[item]
    }

    /// Whether the set of the last item must go on before another item may come.
    pub(in crate::adaptive) fn must_stay(&self, blueprint: &Blueprint) -> bool {
        self.open_set.is_some_and(|(_, count)| count < blueprint.stimulus_rule.minimum_items)
    }

    /// Whether a test that ended here would meet every minimum.
    pub(in crate::adaptive) fn meets_minimums(&self, blueprint: &Blueprint) -> bool {
        self.given.len() >= blueprint.minimum_items
            && !self.must_stay(blueprint)
            && blueprint.rows.iter().zip(&self.row_sums).all(|(row, &sum)| row.is_met_by(sum))
    }

    /// Keeps items out of the rest of the test.
    pub(in crate::adaptive) fn close(&mut self, items: &[usize]) {
        for &item in items {
            self.closed[item] = true;
        }
    }

    /// Records an administered item.
    pub(in crate::adaptive) fn give(&mut self, blueprint: &Blueprint, item: usize) {
        self.given.push(item);
        self.closed[item] = true;
        self.seen_given += usize::from(self.seen[item]);
        for &(row, amount) in &blueprint.rows_of[item] {
            self.row_sums[row] += amount;
        }
        for &enemy in &blueprint.enemies_of[item] {
            self.closed[enemy] = true;
        }
        if let Some(rank) = blueprint.rank_of[item] {
            let is_before = |other: &Option<f64>| other.is_some_and(|other| other < rank);
            for (closed, other) in self.closed.iter_mut().zip(&blueprint.rank_of) {
                *closed |= is_before(other);
            }
        }
        if blueprint.sets.is_empty() {
            return;
        }
        let set = blueprint.set_of[item];
        self.open_set = match (self.open_set, set) {
            (Some((open, count)), Some(set)) if open == set => Some((set, count + 1)),
            (left, entered) => {
                if let Some((left, _)) = left {
                    self.close_set(blueprint, left);
                }
                for &row in entered.iter().flat_map(|&set| &blueprint.rows_of_set[set]) {
                    self.row_sums[row] += 1.0;
                }
                entered.map(|set| (set, 1))
            }
        };
        if let Some((set, count)) = self.open_set
            && count >= blueprint.set_maximum()
        {
            self.close_set(blueprint, set);
            self.open_set = None;
        }
    }

    fn close_set(&mut self, blueprint: &Blueprint, set: usize) {
        for &item in &blueprint.sets[set] {
            self.closed[item] = true;
        }
    }
}
