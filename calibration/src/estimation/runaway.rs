//! Items whose likelihood rises without end (a Heywood case): they are held at a bound, so that the others finish.

use super::problem::{ParameterMap, Problem, State};
use crate::model::ParameterName;

/// Passes after which it is looked at whether items run away and whether the grid still serves.
const STAGE_PASSES_MAX: u32 = 250;
/// Fewer passes than this are not divided.
const STAGE_PASSES_MIN: u32 = 20;
/// The steepest slope that is followed while iteration does not end: the steepest that a bank holds.
pub(super) const SLOPE_MAX: f64 = 25.0;

/// How many of the passes that are left the next stage may take: never all of them, since the grid may change after it.
pub(super) fn stage_passes(left: u32) -> u32 {
    (left / 2).clamp(STAGE_PASSES_MIN, STAGE_PASSES_MAX).min(left.max(1))
}

/// Holds the items whose slopes went beyond the bound: slope and intercepts are brought back to it together, so that the
/// locations stay, and none of their parameters is estimated any longer. Which items they are.
pub(super) fn hold_runaways(problem: &mut Problem, state: &mut State) -> Vec<usize> {
    let map = &problem.map;
    let runs_away = |item: &usize| {
        let mut slots = map.slots[*item].iter().flatten().peekable();
        let estimated = slots.peek().is_some();
        let alone = !slots.any(|index| map.shared.contains(index));
        estimated && alone && state.items[*item].discrimination().abs() > SLOPE_MAX
    };
    let found: Vec<usize> = (0..state.items.len()).filter(runs_away).collect();
    if found.is_empty() {
        return found;
    }
    for &item in &found {
        let parameters = &mut state.items[item];
        let factor = SLOPE_MAX / parameters.discrimination().abs();
        let names = parameters.names();
        for (value, name) in parameters.values_mut().iter_mut().zip(names) {
            if !matches!(name, ParameterName::GuessingLogit | ParameterName::UpperLogit) {
                *value *= factor;
            }
        }
        problem.priors[item].fill(None);
    }
    let held: Vec<bool> = (0..state.items.len())
        .map(|item| map.slots[item].iter().all(Option::is_none) || found.contains(&item))
        .collect();
    let latent: Vec<[bool; 2]> = map.latent.iter().map(|slots| slots.map(|slot| slot.is_some())).collect();
    let histogram = map.histograms.iter().any(Option::is_some);
    problem.map = ParameterMap::new(&state.items, &held, &latent);
    if histogram {
        problem.map.free_histograms(problem.grid.len());
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stage_leaves_passes_for_the_next_one() {
        assert_eq!([2_000, 300, 30, 4, 0].map(stage_passes), [250, 150, 20, 4, 1]);
    }
}
