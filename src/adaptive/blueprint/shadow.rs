//! Shadow tests (van der Linden and Reese, 1998): the most informative whole test that holds everything given so far
//! and meets every requirement. The best item of it that is still free is administered next.

use serde::{Deserialize, Serialize};

use super::assembly::{Choice, program};
use super::{Blueprint, Goal, Progress};
use crate::adaptive::program::{Outcome, optimum};

/// How the search for a shadow test ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ShadowStatus {
    /// No test is better.
    Optimal,
    /// The limit of nodes was reached: the best test that was found.
    NodeLimit,
    /// What is left of a shadow test that was assembled before an earlier item.
    Kept,
    /// The limit of nodes was reached before any test was found; the item was chosen as one with which the test can be
    /// completed.
    NotFound,
    /// Nor was a way to complete the test found by that search: what is left of the test that was in view before the
    /// last item.
    Inherited,
    /// No test meets the plan from here.
    Infeasible,
}

impl ShadowStatus {
    /// The word in JSON and in metrics.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Optimal => "optimal",
            Self::NodeLimit => "node_limit",
            Self::Kept => "kept",
            Self::NotFound => "not_found",
            Self::Inherited => "inherited",
            Self::Infeasible => "infeasible",
        }
    }

    /// What an item was chosen from, for adults: follows "from".
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Optimal => "the best of all tests",
            Self::NodeLimit => "the best test that was found",
            Self::Kept => "the rest of the test assembled before",
            Self::NotFound => "the tests still possible, the search having found no best one",
            Self::Inherited => "the rest of the last test that was found",
            Self::Infeasible => "the tests still possible",
        }
    }
}

/// A shadow test, and what it took to find it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::adaptive) struct Shadow {
    /// What it adds to the items given; nothing unless a test was found.
    pub items: Vec<usize>,
    pub status: ShadowStatus,
    pub nodes: usize,
    /// At the limit of nodes: by how many millionths of its value a test could be better.
    pub gap_millionths: Option<u64>,
}

/// The shadow test for these values of items, searched within `nodes` nodes. A test that was found but not proven best
/// meets the plan all the same.
///
/// Exact: of items alike in every requirement the program holds no more than can be needed, the best first.
pub(in crate::adaptive) fn shadow_test(
    blueprint: &Blueprint,
    progress: &Progress,
    goal: Goal,
    value: &dyn Fn(usize) -> f64,
    nodes: usize,
) -> Shadow {
    let room = goal.maximum_items.saturating_sub(progress.given.len());
    let mut candidates = Vec::new();
    for (class, kind) in blueprint.classes.iter().enumerate() {
        let mut best: [Vec<(usize, f64)>; 2] = [Vec::new(), Vec::new()];
        for unit in &kind.units {
            let open = || unit.iter().copied().filter(|&item| !progress.is_closed(item));
            let seen = open().all(|item| progress.was_seen(item));
            let of_kind =
                open().filter(|&item| progress.was_seen(item) == seen).map(|item| (item, value(item)));
            best[usize::from(seen)].extend(of_kind.reduce(|a, b| if b.1 > a.1 { b } else { a }));
        }
        for (seen, mut items) in [false, true].into_iter().zip(best) {
            items.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
            items.truncate(useful(blueprint, progress, class, room));
            let choice = Choice { class, seen, available: 1 };
            candidates.extend(items.into_iter().map(|(item, value)| (item, value, choice)));
        }
    }
    let choices: Vec<Choice> = candidates.iter().map(|candidate| candidate.2).collect();
    let objective = candidates.iter().map(|candidate| candidate.1).collect();
    let program = program(blueprint, progress, goal, &choices, objective);
    let found = optimum(&program, nodes);
    let gap = |values: &[i64]| {
        let worth = program.worth(values);
        // A conversion of what no u64 can hold is its greatest.
        (1e6 * (found.bound - worth) / worth.abs().max(1e-9)).ceil().max(0.0) as u64
    };
    let gap_millionths = match &found.outcome {
        Outcome::NodeLimit { best: Some(values) } => Some(gap(values)),
        _ => None,
    };
    let (status, values) = match found.outcome {
        Outcome::Optimal { values } => (ShadowStatus::Optimal, values),
        Outcome::NodeLimit { best: Some(values) } => (ShadowStatus::NodeLimit, values),
        Outcome::NodeLimit { best: None } => (ShadowStatus::NotFound, Vec::new()),
        Outcome::Infeasible => (ShadowStatus::Infeasible, Vec::new()),
    };
    let taken = candidates.iter().zip(values).filter(|(_, taken)| *taken == 1);
    let items = taken.map(|(candidate, _)| candidate.0).collect();
    Shadow { items, status, nodes: found.nodes, gap_millionths }
}

/// How many items of a class a test can still have, by the maximums of its rows.
fn useful(blueprint: &Blueprint, progress: &Progress, class: usize, room: usize) -> usize {
    let left = |&(row, amount): &(usize, f64)| {
        let (row, sum) = (&blueprint.rows[row], progress.row_sums[row]);
        let bounded = amount > 0.0 && !row.has_negative && row.highest.is_finite();
        // A little above, so that rounding leaves out no item.
        bounded.then(|| ((row.highest - sum).max(0.0) / amount + 1e-6) as usize)
    };
    let most = blueprint.classes[class].rows.iter().filter_map(left).fold(room, usize::min);
    if blueprint.classes[class].set.is_some() { most.min(blueprint.set_maximum()) } else { most }
}
