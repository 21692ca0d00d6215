//! Asymptotes that were driven to their bound and would rather come back.
//!
//! On the logit scale the gradient vanishes at a bound, so a guessing parameter that overshot in an early step stays at
//! 0 though the likelihood rises towards the inside. On the probability scale the gradient still tells.

use super::climb::Summit;
use super::problem::{Problem, State};
use crate::model::{ParameterName, logistic, logit};

/// An asymptote this close to its bound is looked at.
const BOUND: f64 = 2e-3;
/// Log-likelihood per unit of probability at which it is released: a hundredth gains what a step of 0.01 would show.
const PULL_MIN: f64 = 1.0;
/// Where it is released to.
const RELEASED: f64 = 0.05;

/// The state with such asymptotes moved inside, or `None` where there are none.
pub(super) fn released(problem: &Problem, summit: &Summit) -> Option<State> {
    let mut state = summit.state.clone();
    let mut any = false;
    for (slots, item) in problem.map.slots.iter().zip(&mut state.items) {
        for (slot, name) in item.names().into_iter().enumerate() {
            let Some(index) = slots[slot] else { continue };
            let gradient = summit.evaluation.gradient[index];
            let value = item.values()[slot];
            let (share, inwards, inside) = match name {
                ParameterName::GuessingLogit => (logistic(value), gradient, logit(RELEASED)),
                ParameterName::UpperLogit => (logistic(-value), -gradient, -logit(RELEASED)),
                _ => continue,
            };
            if share < BOUND && inwards > PULL_MIN * share * (1.0 - share) {
                item.values_mut()[slot] = inside;
                any = true;
            }
        }
    }
    any.then_some(state)
}
