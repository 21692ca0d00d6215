//! The climb in stages: from a subsample, on nodes as far apart as the sharpest posterior allows, and last on the grid
//! that the results are certified on.

use super::asymptotes::released;
use super::calibrate::CalibrationError;
use super::climb::{Climb, Convergence, Cycle, Observer, Summit};
use super::grid::GridChoice;
use super::patterns::Patterns;
use super::plan::{Algorithm, CalibrationPlan, LatentShape};
use super::problem::{Problem, State};
use super::refinement::{CHANGES_MAX, CLIMBING_SPACING, FINAL_SPACING, GridLimit, posterior_moments, wanted};
use super::runaway::{hold_runaways, stage_passes};

/// Answers an item should have in a subsample to start from.
const SUBSAMPLE_ANSWERS: usize = 1_500;
/// The most passes over a subsample, and the change at which it is left.
const SUBSAMPLE_PASSES: u32 = 25;
const SUBSAMPLE_TOLERANCE: f64 = 2e-3;
/// How often asymptotes are released from their bounds at most.
const RELEASES_MAX: u32 = 3;

/// A climb that has ended.
pub(super) struct Ascent {
    pub(super) summit: Summit,
    pub(super) record: Record,
    /// Mean and standard deviation of every pattern's posterior, in logits.
    pub(super) moments: Vec<[f64; 2]>,
}

/// What all stages on all patterns did.
#[derive(Default)]
pub(super) struct Record {
    passes: u32,
    pub(super) history: Vec<Cycle>,
    pub(super) largest_fall: f64,
    pub(super) grid_limit: Option<GridLimit>,
    /// Items that are held because their slopes ran away.
    pub(super) runaways: Vec<usize>,
}

pub(super) fn climb(
    problem: &mut Problem,
    plan: &CalibrationPlan,
    state: State,
    observer: &mut Observer<'_>,
) -> Result<Ascent, CalibrationError> {
    let refines = plan.grid == GridChoice::FromInformation && plan.shape == LatentShape::Normal;
    let mut state = start_from_subsample(problem, plan, state, observer);
    if refines && problem.stride > 1 {
        let moments = posterior_moments(problem, &state);
        problem.grid = wanted(problem.grid, &state, &moments, CLIMBING_SPACING).0;
    }
    problem.stride = 1;
    problem.patterns.forget_windows();
    let mut record = Record::default();
    let mut changes = 0;
    loop {
        let mut summit = reach(problem, plan, state, observer, &mut record)?;
        let limited = matches!(summit.convergence, Convergence::CycleLimit { .. });
        let goes_on = limited && record.passes < plan.cycles_max;
        if goes_on {
            record.runaways.extend(hold_runaways(problem, &mut summit.state));
        }
        if goes_on && !refines {
            state = summit.state;
            continue;
        }
        let moments = posterior_moments(problem, &summit.state);
        if !refines || matches!(summit.convergence, Convergence::Cancelled { .. }) {
            return Ok(Ascent { summit, record, moments });
        }
        let wanted_by = |spacing| wanted(problem.grid, &summit.state, &moments, spacing);
        let (mut grid, mut limit) = wanted_by(CLIMBING_SPACING);
        if grid == problem.grid {
            (grid, limit) = wanted_by(FINAL_SPACING);
        }
        record.grid_limit = limit;
        let changed = grid != problem.grid && changes < CHANGES_MAX;
        if grid != problem.grid && !changed {
            record.grid_limit = Some(GridLimit::Changes);
        }
        if !changed && !goes_on {
            return Ok(Ascent { summit, record, moments });
        }
        if changed {
            changes += 1;
            problem.change_grid(grid);
        }
        state = summit.state;
    }
}

/// A rough maximum on every how-manyth pattern, where there are enough of them.
fn start_from_subsample(
    problem: &mut Problem,
    plan: &CalibrationPlan,
    state: State,
    observer: &mut Observer<'_>,
) -> State {
    problem.stride = subsample_stride(&problem.patterns, problem.map.slots.len());
    if problem.stride == 1 || plan.algorithm != Algorithm::QuasiNewton {
        return state;
    }
    let mut climb = Climb {
        problem,
        observer,
        tolerance: SUBSAMPLE_TOLERANCE,
        cycles_max: SUBSAMPLE_PASSES,
        passes: 0,
        history: Vec::new(),
        largest_fall: 0.0,
    };
    climb.run(plan.algorithm, state.clone()).map_or(state, |summit| summit.state)
}

/// Climbs until nothing rises, asymptotes released from their bounds where that leads higher.
fn reach(
    problem: &Problem,
    plan: &CalibrationPlan,
    state: State,
    observer: &mut Observer<'_>,
    record: &mut Record,
) -> Result<Summit, CalibrationError> {
    let passes_max = record.passes + stage_passes(plan.cycles_max.saturating_sub(record.passes));
    let mut run = |state: State, record: &mut Record| {
        let mut climb = Climb {
            problem,
            observer: &mut *observer,
            tolerance: plan.tolerance,
            cycles_max: passes_max,
            passes: record.passes,
            history: Vec::new(),
            largest_fall: 0.0,
        };
        let summit = climb.run(plan.algorithm, state);
        record.passes = climb.passes;
        summit.map(|summit| (summit, climb.history, climb.largest_fall))
    };
    let (mut best, mut history, mut fall) = run(state, record).ok_or(CalibrationError::Start)?;
    for _ in 0..RELEASES_MAX {
        let settled = matches!(best.convergence, Convergence::Converged { .. } | Convergence::Stalled { .. });
        let Some(inside) = settled.then(|| released(problem, &best)).flatten() else { break };
        let Some((other, other_history, other_fall)) = run(inside, record) else { break };
        if other.evaluation.log_posterior <= best.evaluation.log_posterior {
            break;
        }
        (best, history, fall) = (other, other_history, other_fall);
    }
    record.history.extend(history);
    record.largest_fall = record.largest_fall.max(fall);
    Ok(best)
}

/// Every how-manyth pattern makes a subsample worth starting from.
fn subsample_stride(patterns: &Patterns, items: usize) -> usize {
    let answered = patterns.answers() / items.max(1);
    (answered / SUBSAMPLE_ANSWERS).clamp(1, 64)
}
