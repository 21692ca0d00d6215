//! Climbing the marginal log-posterior: EM, EM with squared extrapolation, and quasi-Newton steps. No accepted step
//! lowers the log-posterior by more than the rounding of the sum it is.

use std::collections::VecDeque;
use std::ops::ControlFlow;

use super::plan::Algorithm;
use super::preconditioner::Preconditioner;
use super::problem::{Evaluation, Problem, State};
use crate::linear_algebra::dot;
use crate::model::{ParameterName, logistic};

/// EM cycles before quasi-Newton steps begin.
const EM_CYCLES_FIRST: u32 = 2;
/// Pairs of steps and gradient changes remembered.
const MEMORY: usize = 12;
/// The longest step of any parameter in one cycle.
const STEP_MAX: f64 = 2.0;
/// The longest step of an asymptote's logit in one cycle, and how far it goes (a probability of 6e-6).
const LOGIT_STEP_MAX: f64 = 1.5;
const LOGIT_MAX: f64 = 12.0;
const BACKTRACKS_MAX: u32 = 12;

/// One cycle, for a progress bar and for the record.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cycle {
    /// Passes over the responses so far.
    pub passes: u32,
    /// Log-likelihood plus log priors.
    pub log_posterior: f64,
    /// Largest change of a parameter the next step would make.
    pub change: f64,
}

/// Told about every cycle; breaks off the calibration by answering [`ControlFlow::Break`].
pub type Observer<'a> = dyn FnMut(&Cycle) -> ControlFlow<()> + 'a;

/// How iteration ended.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Convergence {
    /// The next step would change no parameter by more than the tolerance.
    Converged {
        /// Passes over the responses.
        cycles: u32,
    },
    /// The limit was reached first.
    CycleLimit {
        /// Passes over the responses.
        cycles: u32,
        /// Largest change the next step would make.
        last_change: f64,
    },
    /// No step raises the log-posterior in working precision, though the tolerance is not met.
    Stalled {
        /// Passes over the responses.
        cycles: u32,
        /// Largest change the next step would make.
        last_change: f64,
    },
    /// The observer broke it off.
    Cancelled {
        /// Passes over the responses.
        cycles: u32,
    },
}

/// The climb so far.
pub(crate) struct Climb<'a, 'b> {
    pub(crate) problem: &'a Problem,
    pub(crate) observer: &'a mut Observer<'b>,
    pub(crate) tolerance: f64,
    pub(crate) cycles_max: u32,
    pub(crate) passes: u32,
    pub(crate) history: Vec<Cycle>,
    /// Largest fall of the log-posterior between cycles; 0 when it never fell.
    pub(crate) largest_fall: f64,
}

/// Where a climb ended.
pub(crate) struct Summit {
    pub(crate) state: State,
    pub(crate) evaluation: Evaluation,
    pub(crate) convergence: Convergence,
}

impl Climb<'_, '_> {
    /// Climbs from a state at which the likelihood is defined; `None` if it is not.
    pub(crate) fn run(&mut self, algorithm: Algorithm, state: State) -> Option<Summit> {
        let evaluation = self.evaluate(&state)?;
        let start = Summit { state, evaluation, convergence: Convergence::Cancelled { cycles: 0 } };
        Some(match algorithm {
            Algorithm::QuasiNewton => self.quasi_newton(start),
            Algorithm::Squarem => self.em(start, self.cycles_max, Extrapolation::Squared),
            Algorithm::Em => self.em(start, self.cycles_max, Extrapolation::None),
        })
    }

    fn evaluate(&mut self, state: &State) -> Option<Evaluation> {
        self.passes += 1;
        self.problem.evaluate(state)
    }

    /// Records a cycle; `Some` when it is the last.
    fn record(&mut self, evaluation: &Evaluation, change: f64) -> Option<Convergence> {
        let cycle = Cycle { passes: self.passes, log_posterior: evaluation.log_posterior, change };
        if let Some(last) = self.history.last() {
            self.largest_fall = self.largest_fall.max(last.log_posterior - cycle.log_posterior);
        }
        self.history.push(cycle);
        let cycles = self.passes;
        if (self.observer)(&cycle).is_break() {
            Some(Convergence::Cancelled { cycles })
        } else if change <= self.tolerance {
            Some(Convergence::Converged { cycles })
        } else if cycles >= self.cycles_max {
            Some(Convergence::CycleLimit { cycles, last_change: change })
        } else {
            None
        }
    }

    /// How much rounding may lower a sum of this size.
    fn slack(value: f64) -> f64 {
        1e-13 * value.abs()
    }

    fn em(&mut self, start: Summit, cycles_max: u32, extrapolation: Extrapolation) -> Summit {
        let Summit { mut state, mut evaluation, .. } = start;
        let map = &self.problem.map;
        loop {
            let next = self.problem.maximise(&state, &evaluation.expectation);
            let (x0, x1) = (map.gather(&state), map.gather(&next));
            let change = self.change(&state, &x0, &x1);
            if let Some(convergence) = self.record(&evaluation, change) {
                return Summit { state, evaluation, convergence };
            }
            if self.passes >= cycles_max {
                let convergence = Convergence::CycleLimit { cycles: self.passes, last_change: change };
                return Summit { state, evaluation, convergence };
            }
            let Some(first) = self.evaluate(&next) else {
                let convergence = Convergence::Stalled { cycles: self.passes, last_change: change };
                return Summit { state, evaluation, convergence };
            };
            (state, evaluation) = match extrapolation {
                Extrapolation::None => (next, first),
                Extrapolation::Squared => self.extrapolate(&x0, next, first),
            };
        }
    }

    /// One squared extrapolation from two EM steps, or the second EM step where that is not higher.
    fn extrapolate(&mut self, x0: &[f64], next: State, first: Evaluation) -> (State, Evaluation) {
        let map = &self.problem.map;
        let x1 = map.gather(&next);
        let second = self.problem.maximise(&next, &first.expectation);
        let x2 = map.gather(&second);
        let r: Vec<f64> = x1.iter().zip(x0).map(|(a, b)| a - b).collect();
        let v: Vec<f64> = x2.iter().zip(&x1).zip(&r).map(|((c, b), r)| c - b - r).collect();
        let curvature = dot(&v, &v).sqrt();
        let step = if curvature > 0.0 { -(dot(&r, &r).sqrt() / curvature) } else { -1.0 };
        if step < -1.0 {
            let x: Vec<f64> =
                x0.iter().zip(&r).zip(&v).map(|((x, r), v)| x - 2.0 * step * r + step * step * v).collect();
            let mut far = second.clone();
            map.scatter(&x, &mut far);
            if let Some(evaluation) = self.evaluate(&far)
                && evaluation.log_posterior >= first.log_posterior
            {
                return (far, evaluation);
            }
        }
        match self.evaluate(&second) {
            Some(evaluation) if evaluation.log_posterior >= first.log_posterior => (second, evaluation),
            _ => (next, first),
        }
    }

    fn quasi_newton(&mut self, start: Summit) -> Summit {
        let begun = self.passes;
        let start = self.em(start, begun + EM_CYCLES_FIRST, Extrapolation::None);
        let Convergence::CycleLimit { cycles, .. } = start.convergence else { return start };
        if cycles >= self.cycles_max {
            return start;
        }
        let Summit { mut state, mut evaluation, .. } = start;
        let mut memory = Memory::default();
        loop {
            let preconditioner = evaluation.information.factor();
            let x = self.problem.map.gather(&state);
            let mut direction = memory.direction(&evaluation.gradient, &preconditioner);
            self.hold_asymptotes(&state, &x, &mut direction);
            self.hold_deviations(&x, &mut direction);
            if dot(&direction, &evaluation.gradient) <= 0.0 {
                memory = Memory::default();
                direction = preconditioner.apply(&evaluation.gradient);
                self.hold_asymptotes(&state, &x, &mut direction);
                self.hold_deviations(&x, &mut direction);
            }
            let ahead: Vec<f64> = x.iter().zip(&direction).map(|(x, d)| x + d).collect();
            let change = self.change(&state, &x, &ahead);
            if let Some(convergence) = self.record(&evaluation, change) {
                return Summit { state, evaluation, convergence };
            }
            match self.line_search(&state, &evaluation, &direction) {
                Some((next, evaluated)) => {
                    let moved = self.problem.map.gather(&next);
                    let step = moved.iter().zip(&x).map(|(a, b)| a - b).collect();
                    let fall =
                        evaluation.gradient.iter().zip(&evaluated.gradient).map(|(a, b)| a - b).collect();
                    memory.push(step, fall);
                    (state, evaluation) = (next, evaluated);
                }
                None if !memory.pairs.is_empty() => memory = Memory::default(),
                None => match self.em_step(&state, &evaluation) {
                    Some(next) => (state, evaluation) = next,
                    None => {
                        let convergence = Convergence::Stalled { cycles: self.passes, last_change: change };
                        return Summit { state, evaluation, convergence };
                    }
                },
            }
        }
    }

    /// One EM step where no direction leads up, if it raises the log-posterior.
    fn em_step(&mut self, state: &State, here: &Evaluation) -> Option<(State, Evaluation)> {
        let next = self.problem.maximise(state, &here.expectation);
        let evaluation = self.evaluate(&next)?;
        (evaluation.log_posterior > here.log_posterior).then_some((next, evaluation))
    }

    /// Keeps latent deviations from falling below what the grid can show.
    fn hold_deviations(&self, x: &[f64], direction: &mut [f64]) {
        let lowest = self.problem.grid.deviation_min().ln();
        for [_, deviation] in &self.problem.map.latent {
            if let Some(index) = *deviation {
                direction[index] = direction[index].max((lowest - x[index]).min(0.0));
            }
        }
    }

    /// Keeps the logits of asymptotes from running away where the likelihood is flat in them: a short step each, and a
    /// bound at which the asymptote is 0 or 1 for every purpose.
    fn hold_asymptotes(&self, state: &State, x: &[f64], direction: &mut [f64]) {
        for (slots, item) in self.problem.map.slots.iter().zip(&state.items) {
            for (slot, name) in slots.iter().zip(item.names()) {
                let Some(index) = *slot else { continue };
                let step = direction[index].clamp(-LOGIT_STEP_MAX, LOGIT_STEP_MAX);
                direction[index] = match name {
                    ParameterName::GuessingLogit => step.max((-LOGIT_MAX - x[index]).min(0.0)),
                    ParameterName::UpperLogit => step.min((LOGIT_MAX - x[index]).max(0.0)),
                    _ => continue,
                };
            }
        }
    }

    /// A point along the direction where the log-posterior is higher, halving the step until it is.
    fn line_search(
        &mut self,
        state: &State,
        here: &Evaluation,
        direction: &[f64],
    ) -> Option<(State, Evaluation)> {
        let x = self.problem.map.gather(state);
        let rise = dot(direction, &here.gradient);
        let longest = direction.iter().fold(0.0_f64, |a, b| a.max(b.abs()));
        let mut length = (STEP_MAX / longest).min(1.0);
        for _ in 0..BACKTRACKS_MAX {
            let ahead: Vec<f64> = x.iter().zip(direction).map(|(x, d)| x + length * d).collect();
            let mut next = state.clone();
            self.problem.map.scatter(&ahead, &mut next);
            if let Some(evaluation) = self.evaluate(&next) {
                let asked = here.log_posterior + 1e-4 * length * rise - Self::slack(here.log_posterior);
                if evaluation.log_posterior >= asked {
                    return Some((next, evaluation));
                }
            }
            length *= 0.5;
        }
        None
    }

    /// Largest change of a parameter; asymptotes count as probabilities, node weights not at all.
    fn change(&self, state: &State, from: &[f64], to: &[f64]) -> f64 {
        let map = &self.problem.map;
        let mut largest = 0.0_f64;
        for (slots, item) in map.slots.iter().zip(&state.items) {
            for (slot, name) in slots.iter().zip(item.names()) {
                let Some(index) = *slot else { continue };
                let change = match name {
                    ParameterName::GuessingLogit | ParameterName::UpperLogit => {
                        logistic(to[index]) - logistic(from[index])
                    }
                    _ => to[index] - from[index],
                };
                largest = largest.max(change.abs());
            }
        }
        for index in map.latent.iter().flatten().flatten() {
            largest = largest.max((to[*index] - from[*index]).abs());
        }
        largest
    }
}

#[derive(Clone, Copy)]
enum Extrapolation {
    None,
    Squared,
}

/// Recent steps s and falls of the gradient y, newest last (limited-memory BFGS).
#[derive(Default)]
struct Memory {
    pairs: VecDeque<(Vec<f64>, Vec<f64>, f64)>,
}

impl Memory {
    fn push(&mut self, step: Vec<f64>, fall: Vec<f64>) {
        let curvature = dot(&step, &fall);
        if curvature > 1e-12 * dot(&step, &step).sqrt() * dot(&fall, &fall).sqrt() {
            if self.pairs.len() == MEMORY {
                self.pairs.pop_front();
            }
            self.pairs.push_back((step, fall, curvature));
        }
    }

    /// Two-loop recursion with the inverse complete-data information in the middle.
    fn direction(&self, gradient: &[f64], preconditioner: &Preconditioner) -> Vec<f64> {
        let mut q = gradient.to_vec();
        let mut alphas = Vec::with_capacity(self.pairs.len());
        for (step, fall, curvature) in self.pairs.iter().rev() {
            let alpha = dot(step, &q) / curvature;
            q.iter_mut().zip(fall).for_each(|(q, y)| *q -= alpha * y);
            alphas.push(alpha);
        }
        let mut direction = preconditioner.apply(&q);
        for ((step, fall, curvature), alpha) in self.pairs.iter().zip(alphas.iter().rev()) {
            let beta = dot(fall, &direction) / curvature;
            direction.iter_mut().zip(step).for_each(|(d, s)| *d += (alpha - beta) * s);
        }
        direction
    }
}
