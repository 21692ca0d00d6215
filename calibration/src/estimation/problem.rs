//! The likelihood as a function of one vector of free parameters.

use std::collections::HashMap;

use rayon::prelude::*;

use super::expectation::{Expectation, Pass};
use super::grid::Grid;
use super::item_objective::{ItemObjective, item_objective};
use super::latent::Latent;
use super::patterns::Patterns;
use super::preconditioner::BlockInformation;
use crate::model::{ItemModel, ItemParameters, ParameterName, Prior};

/// Values of everything, free and fixed.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct State {
    pub(crate) items: Vec<ItemParameters>,
    pub(crate) groups: Vec<Latent>,
}

/// Where each free parameter stands in the vector.
#[derive(Debug, Clone, Default)]
pub(crate) struct ParameterMap {
    /// Index of every slot of every item.
    pub(crate) slots: Vec<Vec<Option<usize>>>,
    /// Indexes that several items share: the slope of the one-parameter model, the steps of the rating-scale model.
    pub(crate) shared: Vec<usize>,
    /// Index of each group's mean and log deviation.
    pub(crate) latent: Vec<[Option<usize>; 2]>,
    /// First index of each group's node weights, where they are estimated.
    pub(crate) histograms: Vec<Option<usize>>,
    pub(crate) count: usize,
}

impl ParameterMap {
    /// Maps what `held` does not hold, in the order items, groups.
    pub(crate) fn new(items: &[ItemParameters], held: &[bool], latent_free: &[[bool; 2]]) -> Self {
        let mut map = Self::default();
        let mut count = 0;
        let mut next = || {
            count += 1;
            count - 1
        };
        let mut shared: HashMap<(ItemModel, ParameterName), usize> = HashMap::new();
        for (item, &held) in items.iter().zip(held) {
            let mut slots = Vec::new();
            for (name, free) in item.names().into_iter().zip(item.estimated()) {
                slots.push(if held || !free {
                    None
                } else if item.model().shares(name) {
                    Some(*shared.entry((item.model(), name)).or_insert_with(&mut next))
                } else {
                    Some(next())
                });
            }
            map.slots.push(slots);
        }
        map.shared = shared.into_values().collect();
        map.shared.sort_unstable();
        for free in latent_free {
            map.latent.push(free.map(|free| free.then(&mut next)));
        }
        map.histograms = vec![None; latent_free.len()];
        map.count = count;
        map
    }

    /// Replaces normal densities by a weight for every node.
    pub(crate) fn free_histograms(&mut self, nodes: usize) {
        for (latent, histogram) in self.latent.iter_mut().zip(&mut self.histograms) {
            *latent = [None, None];
            *histogram = Some(self.count);
            self.count += nodes;
        }
    }

    /// The free parameters of a state.
    pub(crate) fn gather(&self, state: &State) -> Vec<f64> {
        let mut vector = vec![0.0; self.count];
        for (slots, item) in self.slots.iter().zip(&state.items) {
            for (slot, &value) in slots.iter().zip(item.values()) {
                if let Some(index) = *slot {
                    vector[index] = value;
                }
            }
        }
        for (group, latent) in state.groups.iter().enumerate() {
            for (slot, value) in self.latent[group].iter().zip([latent.mean, latent.log_deviation]) {
                if let Some(index) = *slot {
                    vector[index] = value;
                }
            }
            if let (Some(first), Some(histogram)) = (self.histograms[group], &latent.histogram) {
                vector[first..first + histogram.len()].copy_from_slice(histogram);
            }
        }
        vector
    }

    /// Puts free parameters into a state.
    pub(crate) fn scatter(&self, vector: &[f64], state: &mut State) {
        for (slots, item) in self.slots.iter().zip(&mut state.items) {
            for (slot, value) in slots.iter().zip(item.values_mut()) {
                if let Some(index) = *slot {
                    *value = vector[index];
                }
            }
        }
        for (group, latent) in state.groups.iter_mut().enumerate() {
            let [mean, deviation] = self.latent[group];
            latent.mean = mean.map_or(latent.mean, |index| vector[index]);
            latent.log_deviation = deviation.map_or(latent.log_deviation, |index| vector[index]);
            if let (Some(first), Some(histogram)) = (self.histograms[group], &mut latent.histogram) {
                let length = histogram.len();
                histogram.copy_from_slice(&vector[first..first + length]);
            }
        }
    }
}

/// The responses and everything that stays fixed while the likelihood is climbed.
pub(crate) struct Problem {
    pub(crate) patterns: Patterns,
    pub(crate) map: ParameterMap,
    /// Priors by item and slot.
    pub(crate) priors: Vec<Vec<Option<Prior>>>,
    pub(crate) grid: Grid,
    /// Every how-manyth pattern takes part; 1 but for a start from a subsample.
    pub(crate) stride: usize,
}

/// The likelihood at one point, its gradient, and the information complete data would hold.
pub(crate) struct Evaluation {
    pub(crate) log_likelihood: f64,
    pub(crate) log_posterior: f64,
    pub(crate) gradient: Vec<f64>,
    pub(crate) information: BlockInformation,
    pub(crate) expectation: Expectation,
}

impl Problem {
    /// One pass over the patterns, or `None` where the parameters are not admissible.
    pub(crate) fn evaluate(&self, state: &State) -> Option<Evaluation> {
        let expectation = self.expectation(state)?;
        let objectives = self.item_objectives(state, &expectation);
        let log_prior: f64 = objectives.iter().map(|objective| objective.log_prior).sum();
        let log_posterior = expectation.log_likelihood + log_prior;
        if !log_posterior.is_finite() {
            return None;
        }
        let mut gradient = vec![0.0; self.map.count];
        let mut information = BlockInformation::new(self.map.count, &self.map.shared);
        for (objective, slots) in objectives.iter().zip(&self.map.slots) {
            for (slot, value) in slots.iter().zip(&objective.gradient) {
                if let Some(index) = *slot {
                    gradient[index] += value;
                }
            }
            information.add_block(slots, &objective.information);
        }
        self.add_latent(state, &expectation, &mut gradient, &mut information);
        Some(Evaluation {
            log_likelihood: expectation.log_likelihood,
            log_posterior,
            gradient,
            information,
            expectation,
        })
    }

    /// Expected counts, or `None` where the parameters are not admissible.
    pub(crate) fn expectation(&self, state: &State) -> Option<Expectation> {
        if !state.items.iter().all(ItemParameters::is_admissible) {
            return None;
        }
        let weights = self.weights(state);
        let expectation = self.pass(&weights).expectation(&state.items);
        expectation.log_likelihood.is_finite().then_some(expectation)
    }

    /// Padded node weights of every group.
    pub(crate) fn weights(&self, state: &State) -> Vec<Vec<f64>> {
        state.groups.iter().map(|group| group.weights(&self.grid)).collect()
    }

    /// Σ over examinees of the logarithm of their group's summed weights: what renormalising the weights would take
    /// from the log-likelihood.
    pub(crate) fn log_mass(&self, state: &State) -> f64 {
        let weights = self.weights(state);
        let mass = |(range, weights): (&std::ops::Range<usize>, &Vec<f64>)| {
            let examinees: f64 = range.clone().map(|pattern| self.patterns.weight(pattern)).sum();
            examinees * weights.iter().sum::<f64>().ln()
        };
        self.patterns.groups.iter().zip(&weights).map(mass).sum()
    }

    /// Goes on with another grid. Where posteriors have mass is known from one with the same bounds.
    pub(super) fn change_grid(&mut self, grid: Grid) {
        if grid.bounds() == self.grid.bounds() {
            self.patterns.refine_windows(self.grid.spacing() / grid.spacing(), &grid);
        } else {
            self.patterns.forget_windows();
        }
        self.grid = grid;
    }

    pub(crate) fn pass<'a>(&'a self, weights: &'a [Vec<f64>]) -> Pass<'a> {
        Pass { patterns: &self.patterns, grid: self.grid, weights, stride: self.stride, strands: usize::MAX }
    }

    fn item_objectives(&self, state: &State, expectation: &Expectation) -> Vec<ItemObjective> {
        let nodes = self.grid.nodes();
        (0..state.items.len())
            .into_par_iter()
            .map(|item| {
                if self.map.slots[item].iter().all(Option::is_none) {
                    return ItemObjective::default();
                }
                let item_state = &state.items[item];
                let mut objective =
                    item_objective(item_state, &self.priors[item], &nodes, &expectation.items[item]);
                self.damp_asymptotes(item, item_state, &mut objective);
                objective
            })
            .collect()
    }

    /// Near its bound complete data say almost nothing about the logit of an asymptote without a prior: a little
    /// curvature keeps its step, which is all the information is used for here, from being enormous.
    fn damp_asymptotes(&self, index: usize, item: &ItemParameters, objective: &mut ItemObjective) {
        let width = self.map.slots[index].len();
        for (slot, name) in item.names().into_iter().enumerate() {
            let asymptote = matches!(name, ParameterName::GuessingLogit | ParameterName::UpperLogit);
            if asymptote && self.priors[index][slot].is_none() {
                objective.information[slot * width + slot] += 0.3;
            }
        }
    }

    fn add_latent(
        &self,
        state: &State,
        expectation: &Expectation,
        gradient: &mut [f64],
        information: &mut BlockInformation,
    ) {
        for (group, latent) in state.groups.iter().enumerate() {
            let counts = &expectation.groups[group];
            if self.map.latent[group].iter().any(Option::is_some) {
                let terms = latent.terms(&self.grid, counts);
                for (slot, value) in self.map.latent[group].iter().zip(terms.gradient) {
                    if let Some(index) = *slot {
                        gradient[index] += value;
                    }
                }
                let [mean, deviation] = terms.expected;
                information.add_block(&self.map.latent[group], &[mean, 0.0, 0.0, deviation]);
            }
            if let Some(first) = self.map.histograms[group] {
                let total: f64 = counts.iter().sum();
                let weights = latent.weights(&self.grid);
                for (node, (count, weight)) in counts.iter().zip(&weights).enumerate() {
                    gradient[first + node] = count - total * weight;
                    // A node without mass must not dominate the step; a thousandth of an examinee is enough.
                    information.add_block(&[Some(first + node)], &[(total * weight).max(1e-3)]);
                }
            }
        }
    }
}
