//! A calibration from beginning to end: screening, a start from a subsample, the climb, and the certificate.

use thiserror::Error;

use super::climb::{Observer, Summit};
use super::grid::{Grid, GridChoice};
use super::latent::Latent;
use super::patterns::Patterns;
use super::plan::{CalibrationPlan, LatentShape};
use super::problem::{ParameterMap, Problem, State};
use super::refinement::{posterior_moments, smallest_deviation};
use super::result::{CalibratedItem, Calibration, LatentDistribution};
use super::screening::{Screening, screen, warnings};
use super::stages::{Ascent, climb};
use super::start::starting_state;
use crate::responses::ResponseMatrix;

/// A calibration that cannot be begun.
#[derive(Debug, Error, PartialEq)]
pub enum CalibrationError {
    /// The plan does not fit the responses.
    #[error("the plan has {plan} {what}, the responses have {responses}")]
    Mismatch {
        /// Items or groups.
        what: &'static str,
        /// How many the plan has.
        plan: usize,
        /// How many the responses have.
        responses: usize,
    },
    /// Nothing remains after screening.
    #[error("no item can be calibrated: {first}")]
    NoItems {
        /// The first item and why it was left out.
        first: String,
    },
    /// The likelihood is not defined at the starting values.
    #[error("the likelihood is not defined at the starting values")]
    Start,
    /// A tolerance that is not positive.
    #[error("the tolerance must be a finite number above 0, got {0}")]
    Tolerance(f64),
    /// A group has no answers.
    #[error("group {0:?} has no answers")]
    EmptyGroup(String),
}

/// Estimates item parameters and latent distributions by marginal maximum likelihood.
pub fn calibrate(
    matrix: &ResponseMatrix,
    plan: &CalibrationPlan,
    observer: &mut Observer<'_>,
) -> Result<Calibration, CalibrationError> {
    check(matrix, plan)?;
    let screening = screen(matrix, &plan.items);
    let usable = screening.problems.iter().position(Option::is_none);
    if usable.is_none() {
        let named = matrix.items().iter().zip(screening.problems.iter().flatten());
        let first = named.map(|(item, why)| format!("{item}: {why}")).next();
        return Err(CalibrationError::NoItems {
            first: first.unwrap_or_else(|| "there are none".to_owned()),
        });
    }
    let reduced;
    let matrix = if screening.problems.iter().any(Option::is_some) {
        let keep = |_, item: usize, score| screening.problems[item].is_none().then_some((item, score));
        reduced = matrix.rebuilt(matrix.items().to_vec(), keep);
        &reduced
    } else {
        matrix
    };
    let mut state = starting_state(matrix, plan, &screening.categories);
    let patterns = Patterns::new(matrix, &screening.categories);
    if let Some(empty) = patterns.groups.iter().position(std::ops::Range::is_empty) {
        let name = matrix.group_names().get(empty).cloned().unwrap_or_default();
        return Err(CalibrationError::EmptyGroup(name));
    }
    let mut problem = problem(patterns, plan, &screening, &state);
    if plan.shape == LatentShape::Histogram {
        state = with_histograms(&mut problem, state);
    }
    let ascent = climb(&mut problem, plan, state, observer)?;
    Ok(finish(Run { matrix, plan, screening, problem }, ascent))
}

fn check(matrix: &ResponseMatrix, plan: &CalibrationPlan) -> Result<(), CalibrationError> {
    let mismatch = |what, plan, responses| Err(CalibrationError::Mismatch { what, plan, responses });
    if plan.items.len() != matrix.items().len() {
        return mismatch("items", plan.items.len(), matrix.items().len());
    }
    if plan.groups.len() != matrix.group_count() {
        return mismatch("groups", plan.groups.len(), matrix.group_count());
    }
    if !plan.tolerance.is_finite() || plan.tolerance <= 0.0 {
        return Err(CalibrationError::Tolerance(plan.tolerance));
    }
    Ok(())
}

fn problem(patterns: Patterns, plan: &CalibrationPlan, screening: &Screening, state: &State) -> Problem {
    let held: Vec<bool> = plan
        .items
        .iter()
        .zip(&screening.problems)
        .map(|(item, problem)| item.fixed.is_some() || problem.is_some())
        .collect();
    let latent_free: Vec<[bool; 2]> =
        plan.groups.iter().map(|group| [group.mean.is_free(), group.standard_deviation.is_free()]).collect();
    let map = ParameterMap::new(&state.items, &held, &latent_free);
    // The prior of a parameter that several items share counts once, and what is held has none.
    let mut seen = vec![false; map.count];
    let mut of_slot =
        |index: Option<usize>| index.is_some_and(|index| !std::mem::replace(&mut seen[index], true));
    let priors = plan
        .items
        .iter()
        .zip(&state.items)
        .zip(&map.slots)
        .map(|((plan, item), slots)| {
            let own = plan.priors.by_slot(item).into_iter().zip(slots);
            own.map(|(prior, index)| prior.filter(|_| of_slot(*index))).collect()
        })
        .collect();
    let grid = match plan.grid {
        GridChoice::FromInformation => Grid::default(),
        GridChoice::Stated(grid) => grid,
    };
    Problem { patterns, map, priors, grid, stride: 1 }
}

/// Node weights in place of normal densities, starting from those.
fn with_histograms(problem: &mut Problem, mut state: State) -> State {
    problem.map.free_histograms(problem.grid.len());
    for latent in &mut state.groups {
        let weights = latent.weights(&problem.grid);
        let logs = weights.iter().take(problem.grid.len()).map(|weight| weight.max(1e-12).ln());
        latent.histogram = Some(logs.collect());
    }
    state
}

struct Run<'a> {
    matrix: &'a ResponseMatrix,
    plan: &'a CalibrationPlan,
    screening: Screening,
    problem: Problem,
}

fn finish(run: Run<'_>, ascent: Ascent) -> Calibration {
    let Run { matrix, plan, screening, mut problem } = run;
    let Ascent { summit, record, mut moments } = ascent;
    let Summit { mut state, evaluation, convergence } = summit;
    if plan.shape == LatentShape::Histogram {
        standardise(&mut problem, &mut state, plan);
        moments = posterior_moments(&problem, &state);
    }
    let log_mass = problem.log_mass(&state);
    let gradient = |slots: &[Option<usize>]| {
        slots.iter().flatten().fold(0.0_f64, |largest, &index| largest.max(evaluation.gradient[index].abs()))
    };
    let items = (0..state.items.len())
        .map(|item| {
            let slots = &problem.map.slots[item];
            let estimated: Vec<bool> = slots.iter().map(Option::is_some).collect();
            let odd = if estimated.contains(&true) {
                warnings(&state.items[item], screening.answers[item])
            } else {
                Vec::new()
            };
            CalibratedItem {
                id: matrix.items()[item].clone(),
                parameters: state.items[item].clone(),
                ran_away: record.runaways.contains(&item),
                answers: screening.answers[item],
                problem: screening.problems[item].clone(),
                warnings: odd,
                largest_gradient: gradient(slots),
                estimated,
            }
        })
        .collect();
    Calibration {
        items,
        groups: latent_distributions(matrix, &problem, &state),
        log_likelihood: evaluation.log_likelihood - log_mass,
        log_posterior: evaluation.log_posterior - log_mass,
        free_parameters: free_parameters(&problem, plan),
        examinees: matrix.total_weight(),
        answers: matrix.answer_count(),
        patterns: problem.patterns.len(),
        convergence,
        history: record.history,
        largest_gradient: evaluation.gradient.iter().fold(0.0_f64, |a, b| a.max(b.abs())),
        largest_fall: record.largest_fall,
        grid: problem.grid,
        grid_limit: record.grid_limit,
        smallest_posterior_deviation: smallest_deviation(&moments, &problem.grid),
        problem,
        state,
        expectation: evaluation.expectation,
        moments,
    }
}

/// Parameters that are free: the weights of a histogram sum to 1, and mean and deviation of the first are held as planned.
fn free_parameters(problem: &Problem, plan: &CalibrationPlan) -> usize {
    if plan.shape == LatentShape::Normal {
        return problem.map.count;
    }
    let first = [plan.groups[0].mean, plan.groups[0].standard_deviation];
    let anchored = plan.items.iter().any(|item| item.fixed.is_some());
    let held = if anchored { 0 } else { first.iter().filter(|parameter| !parameter.is_free()).count() };
    problem.map.count - plan.groups.len() - held
}

fn latent_distributions(
    matrix: &ResponseMatrix,
    problem: &Problem,
    state: &State,
) -> Vec<LatentDistribution> {
    let mut sizes = vec![0.0; state.groups.len()];
    for examinee in 0..matrix.examinee_count() {
        sizes[matrix.group(examinee)] += matrix.weight(examinee);
    }
    let distribution = |(group, latent): (usize, &Latent)| {
        let (mean, standard_deviation) = match latent.histogram {
            Some(_) => latent.moments(&problem.grid),
            None => (latent.mean, latent.log_deviation.exp()),
        };
        let mut weights = latent.weights(&problem.grid);
        weights.truncate(problem.grid.len());
        let total: f64 = weights.iter().sum();
        weights.iter_mut().for_each(|weight| *weight /= total);
        LatentDistribution {
            name: matrix.group_names().get(group).cloned().unwrap_or_default(),
            mean,
            standard_deviation,
            examinees: sizes[group],
            share_beyond_nodes: match latent.histogram {
                Some(_) => weights[0] + weights[weights.len() - 1],
                None => problem.grid.share_beyond(mean, standard_deviation),
            },
            weights,
            estimated: problem.map.latent[group].map(|slot| slot.is_some() || latent.histogram.is_some()),
        }
    };
    state.groups.iter().enumerate().map(distribution).collect()
}

/// Moves the scale so that the first group's histogram has the mean and deviation the plan holds.
fn standardise(problem: &mut Problem, state: &mut State, plan: &CalibrationPlan) {
    if plan.items.iter().any(|item| item.fixed.is_some()) {
        return;
    }
    let (mean, deviation) = state.groups[0].moments(&problem.grid);
    let slope = if plan.groups[0].standard_deviation.is_free() {
        1.0
    } else {
        deviation / plan.groups[0].standard_deviation.value()
    };
    let intercept = mean - slope * plan.groups[0].mean.value();
    for item in &mut state.items {
        *item = item.rescaled(slope, intercept);
    }
    problem.grid = problem.grid.rescaled(slope, intercept);
    problem.patterns.forget_windows();
}
