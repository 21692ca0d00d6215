//! Choosing from shadow tests, and when a new one is assembled.
//!
//! Which shadow test is in use follows from the log alone: the fold keeps the state at which it was assembled, and
//! assembles it again when it is needed and not at hand.

use std::cell::OnceCell;

use super::Administration;
use crate::adaptive::blueprint::{Goal, Shadow, ShadowStatus, shadow_test};
use crate::adaptive::plan::{Assembly, Refresh};
use crate::adaptive::selection::{BestFirst, Valued, among_best};
use crate::adaptive::step::ShadowReport;

/// Least weight that exposure control gives an eligible item of a shadow test.
const SHADOW_WEIGHT_MIN: f64 = 1e-3;

impl Administration<'_> {
    /// The best item of the shadow test in use, with the rest of that test, and how it was found. No item when no shadow
    /// test was found within the limits of the search.
    pub(super) fn choose_from_shadow(&self, goal: Goal) -> (Option<(usize, Vec<usize>)>, ShadowReport) {
        let kept = if self.is_refresh_due() { None } else { self.rest_of_kept() };
        let (rest, report) = match kept {
            Some(rest) => (rest, ShadowReport::without_search(ShadowStatus::Kept)),
            None => {
                let Shadow { items, status, nodes, gap_millionths } = self.assembled(goal);
                let report = ShadowReport { status: *status, nodes: *nodes, gap_millionths: *gap_millionths };
                (items.clone(), report)
            }
        };
        (self.best_of(rest, goal), report)
    }

    /// The best item to come next of these, which complete the test, and the others: of the set that is open as long as
    /// it has some, in the plan's order, and one that the student has not seen before as long as there is one.
    pub(super) fn best_of(&self, rest: Vec<usize>, goal: Goal) -> Option<(usize, Vec<usize>)> {
        let pool = self.pool;
        let open = self.progress.open_set.map(|(set, _)| set);
        let stays = |item: &usize| open.is_some() && pool.blueprint.set_of[*item] == open;
        let is_new = |item: &usize| !self.progress.was_seen(*item);
        let mut free: Vec<usize> = rest.iter().copied().filter(stays).collect();
        if free.is_empty() {
            free.clone_from(&rest);
        }
        if let Some(turn) = free.iter().filter_map(|&item| pool.blueprint.rank_of[item]).reduce(f64::min) {
            free.retain(|&item| pool.blueprint.rank_of[item].is_none_or(|rank| rank <= turn));
        }
        if free.iter().any(is_new) {
            free.retain(is_new);
        }
        let worth = self.worth(goal);
        let values = free.into_iter().map(|item| Valued { item, value: worth[item] }).collect();
        let best = among_best(BestFirst::by_values(pool, values), self.plan.selection.randomesque, |_| true);
        let item = self.draw(&best)?;
        Some((item, rest.into_iter().filter(|&other| other != item).collect()))
    }

    /// Before an answer is added: keeps this state if its shadow test is the one in use from now on.
    pub(super) fn keep_shadow(&mut self) {
        let selection = &self.plan.selection;
        if selection.assembly == Assembly::ShadowTest && selection.refresh != Refresh::Always {
            self.estimate = self.pool.grid.estimate(&self.log_density);
            if self.is_refresh_due() {
                self.refreshed = None;
                self.refreshed = Some(Box::new(self.clone()));
            }
        }
        self.shadow = OnceCell::new();
    }

    fn is_refresh_due(&self) -> bool {
        let Some(kept) = &self.refreshed else { return true };
        // Once the student is measured well enough, the fewest further items are wanted.
        if kept.precision_reached().is_some() != self.precision_reached().is_some() {
            return true;
        }
        match self.plan.selection.refresh {
            Refresh::Always => true,
            Refresh::Every(items) => self.progress.given.len() - kept.progress.given.len() >= items,
            Refresh::EstimateMoved(by) => (self.estimate.theta.0 - kept.estimate.theta.0).abs() >= by,
            Refresh::SetBoundaries => self.progress.open_set.is_none_or(|(set, _)| {
                let of_set = |&item: &usize| self.pool.blueprint.set_of[item] == Some(set);
                self.rest_of_kept().is_none_or(|rest| !rest.iter().any(of_set))
            }),
        }
    }

    /// What is left of the shadow test that was kept; `None` when the test has left it or used it up.
    fn rest_of_kept(&self) -> Option<Vec<usize>> {
        let kept = self.refreshed.as_ref()?;
        let shadow = kept.assembled(kept.goal(kept.precision_reached())?);
        let since = &self.progress.given[kept.progress.given.len()..];
        let is_within = since.iter().all(|item| shadow.items.contains(item));
        let rest = shadow.items.iter().copied().filter(|item| !since.contains(item));
        let rest: Vec<usize> = rest.collect();
        // A field-test item may have closed one of them.
        let is_open = rest.iter().all(|&item| !self.progress.is_closed(item));
        (is_within && is_open && !rest.is_empty()).then_some(rest)
    }

    fn assembled(&self, goal: Goal) -> &Shadow {
        self.shadow.get_or_init(|| {
            let worth = self.worth(goal);
            let (blueprint, nodes) = (&self.pool.blueprint, self.plan.selection.node_limit);
            shadow_test(blueprint, &self.progress, goal, &|item| worth[item], nodes)
        })
    }

    /// What every item is worth in a shadow test. An item that is not eligible is worth less than whatever the rest of
    /// the test could gain by it: it enters only where no test is without it, so no cap makes a test impossible.
    fn worth(&self, goal: Goal) -> Vec<f64> {
        let is_eligible = |item: usize| self.exposure_weight(item) > 0.0;
        // Bounded, for values far apart are beyond the precision of the program.
        let weight =
            |item| if is_eligible(item) { self.exposure_weight(item).max(SHADOW_WEIGHT_MIN) } else { 1.0 };
        let mut worth = vec![0.0; self.pool.len()];
        let mut highest: f64 = 0.0;
        for Valued { item, value } in self.values(weight) {
            worth[item] = value;
            highest = highest.max(value.abs());
        }
        let penalty = 2.0 * highest * goal.maximum_items as f64 + 1.0;
        for (item, worth) in worth.iter_mut().enumerate() {
            if !is_eligible(item) {
                *worth -= penalty;
            }
        }
        worth
    }
}
