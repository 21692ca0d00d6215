//! The M-step: Fisher scoring on each item and each latent distribution, given expected counts.
//! For the two-parameter, partial credit and nominal models in slope-intercept form this is Newton's method.

use rayon::prelude::*;

use super::expectation::Expectation;
use super::item_objective::{item_objective, item_value};
use super::latent::Latent;
use super::problem::{Problem, State};
use crate::linear_algebra::Cholesky;
use crate::model::ItemParameters;

const STEPS_MAX: usize = 12;
const HALVINGS_MAX: usize = 20;
const STEP_MIN: f64 = 1e-9;
/// The longest step of a parameter in one go.
const STEP_MAX: f64 = 2.0;

impl Problem {
    /// The state that maximises the expected complete-data log-posterior (up to shared parameters: conditionally).
    pub(crate) fn maximise(&self, state: &State, expectation: &Expectation) -> State {
        let nodes = self.grid.nodes();
        let items: Vec<ItemParameters> = (0..state.items.len())
            .into_par_iter()
            .map(|item| self.maximise_item(item, &state.items[item], &nodes, &expectation.items[item]))
            .collect();
        let mut next = State { items, groups: state.groups.clone() };
        self.maximise_shared(&mut next, expectation);
        for (group, latent) in next.groups.iter_mut().enumerate() {
            let counts = &expectation.groups[group];
            if let Some(histogram) = &mut latent.histogram {
                for (log, count) in histogram.iter_mut().zip(counts) {
                    *log = count.max(1e-12).ln();
                }
            } else {
                self.maximise_latent(group, latent, counts);
            }
        }
        next
    }

    fn maximise_item(
        &self,
        index: usize,
        start: &ItemParameters,
        nodes: &[f64],
        counts: &[f64],
    ) -> ItemParameters {
        let slots = &self.map.slots[index];
        let own = |slot: &usize| slots[*slot].is_some_and(|index| !self.map.shared.contains(&index));
        let free: Vec<usize> = (0..slots.len()).filter(own).collect();
        let priors = &self.priors[index];
        let mut item = start.clone();
        if free.is_empty() {
            return item;
        }
        for _ in 0..STEPS_MAX {
            let objective = item_objective(&item, priors, nodes, counts);
            let width = slots.len();
            let matrix: Vec<f64> = free
                .iter()
                .flat_map(|&r| free.iter().map(move |&c| (r, c)))
                .map(|(r, c)| objective.information[r * width + c])
                .collect();
            let mut step: Vec<f64> = free.iter().map(|&slot| objective.gradient[slot]).collect();
            Cholesky::with_ridge(&matrix, free.len()).solve(&mut step);
            let longest = step.iter().fold(0.0_f64, |a, b| a.max(b.abs()));
            if longest < STEP_MIN {
                break;
            }
            let mut length = (STEP_MAX / longest).min(1.0);
            let here = objective.value + objective.log_prior;
            let mut moved = item.clone();
            let mut accepted = false;
            for _ in 0..HALVINGS_MAX {
                for (&slot, step) in free.iter().zip(&step) {
                    moved.values_mut()[slot] = item.values()[slot] + length * step;
                }
                if item_value(&moved, priors, nodes, counts) >= here {
                    accepted = true;
                    break;
                }
                length *= 0.5;
            }
            if !accepted {
                break;
            }
            item = moved;
            if longest < 1e-5 {
                break;
            }
        }
        item
    }

    fn maximise_shared(&self, state: &mut State, expectation: &Expectation) {
        let shared = &self.map.shared;
        if shared.is_empty() {
            return;
        }
        let nodes = self.grid.nodes();
        let place = |slot: &Option<usize>| slot.and_then(|index| shared.binary_search(&index).ok());
        // By item: its shared slots and their places among the shared parameters.
        let sharing: Vec<(usize, Vec<(usize, usize)>)> = self
            .map
            .slots
            .iter()
            .map(|slots| slots.iter().enumerate().filter_map(|(slot, index)| Some((slot, place(index)?))))
            .map(Iterator::collect)
            .enumerate()
            .filter(|(_, slots): &(usize, Vec<_>)| !slots.is_empty())
            .collect();
        let total = |items: &[ItemParameters]| -> f64 {
            let value =
                |item: usize| item_value(&items[item], &self.priors[item], &nodes, &expectation.items[item]);
            sharing.iter().map(|&(item, _)| value(item)).sum()
        };
        let mut step = vec![0.0; shared.len()];
        let mut information = vec![0.0; shared.len() * shared.len()];
        for (item, slots) in &sharing {
            let (own, counts) = (&state.items[*item], &expectation.items[*item]);
            let objective = item_objective(own, &self.priors[*item], &nodes, counts);
            let width = own.values().len();
            for &(slot, row) in slots {
                step[row] += objective.gradient[slot];
                for &(other, column) in slots {
                    information[row * shared.len() + column] += objective.information[slot * width + other];
                }
            }
        }
        Cholesky::with_ridge(&information, shared.len()).solve(&mut step);
        let here = total(&state.items);
        for _ in 0..HALVINGS_MAX {
            let mut moved = state.items.clone();
            for (item, slots) in &sharing {
                for &(slot, place) in slots {
                    moved[*item].values_mut()[slot] += step[place];
                }
            }
            if total(&moved) >= here {
                state.items = moved;
                return;
            }
            step.iter_mut().for_each(|step| *step *= 0.5);
        }
    }

    fn maximise_latent(&self, group: usize, latent: &mut Latent, counts: &[f64]) {
        let free = self.map.latent[group].map(|slot| slot.is_some());
        let total: f64 = counts.iter().sum();
        let nodes = self.grid.nodes();
        let moment = |power: i32, centre: f64| -> f64 {
            nodes.iter().zip(counts).map(|(node, count)| count * (node - centre).powi(power)).sum::<f64>()
                / total
        };
        if free[0] {
            latent.mean = moment(1, 0.0);
        }
        if free[1] {
            let deviation = moment(2, latent.mean).sqrt().max(self.grid.deviation_min());
            latent.log_deviation = deviation.ln();
        }
    }
}
