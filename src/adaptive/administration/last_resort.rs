//! What is given where every search ended at its limit of nodes: feasibility is inherited.
//!
//! Whatever came last was chosen as part of a test that meets the plan, so what is left of that test still completes the
//! one at hand. That test is not stored: it follows from the log, the step before being decided again. Before the first
//! item it is the test by which preflight found that the plan can be met.

use std::rc::Rc;

use super::Administration;
use crate::adaptive::blueprint::{Completion, Goal, ShadowStatus};
use crate::adaptive::step::ShadowReport;

/// The scored item that is due, and what the rest of the test may be.
#[derive(Debug, Clone)]
pub(super) struct Due {
    pub item: usize,
    pub rest: Rest,
    pub report: Option<ShadowReport>,
}

/// A rest of a test with which it meets the plan.
#[derive(Debug, Clone)]
pub(super) enum Rest {
    /// These items.
    Known(Vec<usize>),
    /// What the search for a completion finds.
    Searched(Goal),
}

/// What was given: a scored item with its score, or a field-test item.
#[derive(Debug, Clone, Copy)]
pub(super) enum Turn {
    Scored(usize, u32, Source),
    FieldTest(usize),
}

/// What a scored item that was given came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Source {
    /// The rest of an earlier test, every search having failed.
    Inherited,
    /// It takes deciding again to tell.
    Untold,
}

impl Source {
    pub(super) fn of(report: Option<ShadowReport>) -> Self {
        match report.map(|report| report.status) {
            Some(ShadowStatus::Inherited) => Self::Inherited,
            _ => Self::Untold,
        }
    }
}

impl Administration<'_> {
    /// Takes note of what is given, and of the state before the first item.
    pub(super) fn remember(&mut self, turn: Turn) {
        if self.turns.is_empty() && !self.pool.blueprint.is_free() {
            self.origin = Some(Rc::new(self.clone()));
        }
        self.turns.push(turn);
    }

    /// The best item of the rest of the test that was in view before the last item; nothing when it has none.
    pub(super) fn last_resort(&self) -> Option<Due> {
        let rest = self.inherited()?;
        if rest.iter().any(|&item| self.progress.is_closed(item)) {
            return None;
        }
        let (item, rest) = self.best_of(rest, self.plain_goal())?;
        let report = Some(ShadowReport::without_search(ShadowStatus::Inherited));
        Some(Due { item, rest: Rest::Known(rest), report })
    }

    fn plain_goal(&self) -> Goal {
        let blueprint = &self.pool.blueprint;
        let minimum_items = blueprint.minimum_items.max(self.progress.given.len() + 1);
        Goal { minimum_items, maximum_items: blueprint.maximum_items, seen_maximum: None }
    }

    /// Items that complete the test, known without a search of this state. Nothing for a log that this engine would not
    /// have written.
    fn inherited(&self) -> Option<Vec<usize>> {
        let is_inherited = |turn: &Turn| matches!(turn, Turn::Scored(_, _, Source::Inherited));
        let found = self.turns.iter().rposition(|turn| !is_inherited(turn));
        let mut rest = match found {
            Some(last) => self.rest_after_turn(last)?,
            None => self.new_test()?,
        };
        for turn in &self.turns[found.map_or(0, |last| last + 1)..] {
            let Turn::Scored(given, ..) = *turn else { unreachable!("the last other turn was found") };
            rest.remove(rest.iter().position(|&item| item == given)?);
        }
        Some(rest)
    }

    /// Items of a whole test, found when the pool was prepared.
    fn new_test(&self) -> Option<Vec<usize>> {
        let start = self.origin.as_deref().unwrap_or(self);
        let find = || Completion::of_new_test(&self.pool.blueprint, &start.progress, start.plain_goal());
        self.pool.new_test.get_or_init(find).clone()
    }

    /// What the step before a turn had in view beside what it gave: that step is decided again.
    fn rest_after_turn(&self, last: usize) -> Option<Vec<usize>> {
        let mut before = Self::clone(self.origin.as_deref()?);
        for turn in &self.turns[..last] {
            match *turn {
                Turn::Scored(item, score, source) => before.add(item, score, source),
                Turn::FieldTest(item) => before.record_field_test(item),
            }
        }
        before.estimate = self.pool.grid.estimate(&before.log_density);
        let due = before.due().ok()?;
        match self.turns[last] {
            Turn::Scored(item, ..) => (due.item == item).then(|| before.rest_of(&due)).flatten(),
            Turn::FieldTest(item) => before.rest_beside_field_test(&due, item),
        }
    }

    /// What completes the test after the item that is due.
    fn rest_of(&self, due: &Due) -> Option<Vec<usize>> {
        match &due.rest {
            Rest::Known(rest) => Some(rest.clone()),
            Rest::Searched(goal) => self.completion(&self.progress, *goal)?.rest_after(due.item),
        }
    }

    /// What completes the test when a field-test item comes before the item that is due.
    fn rest_beside_field_test(&self, due: &Due, item: usize) -> Option<Vec<usize>> {
        let enemies = &self.pool.field_test.get(item).enemies;
        if enemies.iter().all(|&enemy| self.progress.is_closed(enemy)) {
            let mut rest = self.rest_of(due)?;
            rest.push(due.item);
            return Some(rest);
        }
        self.rest_without(enemies)
    }
}
