//! Shadow tests (van der Linden and Reese, 1998): the most informative whole test that holds everything given so far
//! and meets every requirement. The best item of it that is still free is administered next.

use super::assembly::{Choice, program};
use super::{Blueprint, Goal, NODES_MAX, Progress};
use crate::adaptive::program::{Outcome, optimum};

/// The items that the shadow test adds to those given. `None` when no test meets the plan, or none was found within
/// the limit of nodes; a test that was found but not proven best is used, for it meets the plan all the same.
///
/// Exact: of items alike in every requirement the program holds no more than can be needed, the best first.
pub(in crate::adaptive) fn shadow_test(
    blueprint: &Blueprint,
    progress: &Progress,
    goal: Goal,
    value: &dyn Fn(usize) -> f64,
) -> Option<Vec<usize>> {
    let room = goal.maximum_items.checked_sub(progress.given.len())?;
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
    match optimum(&program, NODES_MAX).outcome {
        Outcome::Optimal { values } | Outcome::NodeLimit { best: Some(values) } => {
            let taken = candidates.iter().zip(values).filter(|(_, taken)| *taken == 1);
            Some(taken.map(|(candidate, _)| candidate.0).collect())
        }
        Outcome::Infeasible | Outcome::NodeLimit { best: None } => None,
    }
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
