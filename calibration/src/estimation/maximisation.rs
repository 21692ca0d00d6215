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
    /// The state that maximises the expected complete-data log-posterior (up to shared slopes: conditionally).
    pub(crate) fn maximise(&self, state: &State, expectation: &Expectation) -> State {
        let nodes = self.grid.nodes();
        let items: Vec<ItemParameters> = (0..state.items.len())
            .into_par_iter()
            .map(|item| self.maximise_item(item, &state.items[item], &nodes, &expectation.items[item]))
            .collect();
        let mut next = State { items, groups: state.groups.clone() };
        self.maximise_shared_slope(&mut next, expectation);
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
        let shared = self.map.shared_slope;
        let slots = &self.map.slots[index];
        let free: Vec<usize> =
            (0..slots.len()).filter(|&s| slots[s].is_some() && slots[s] != shared).collect();
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

    fn maximise_shared_slope(&self, state: &mut State, expectation: &Expectation) {
        let Some(shared) = self.map.shared_slope else { return };
        let nodes = self.grid.nodes();
        let sharing: Vec<usize> = (0..state.items.len())
            .filter(|&item| self.map.slots[item].first() == Some(&Some(shared)))
            .collect();
        let total = |items: &[ItemParameters]| -> f64 {
            sharing
                .iter()
                .map(|&item| item_value(&items[item], &self.priors[item], &nodes, &expectation.items[item]))
                .sum()
        };
        let (mut gradient, mut information) = (0.0, 0.0);
        for &item in &sharing {
            let objective =
                item_objective(&state.items[item], &self.priors[item], &nodes, &expectation.items[item]);
            gradient += objective.gradient[0];
            information += objective.information[0];
        }
        let here = total(&state.items);
        let mut step = gradient / information.max(1e-12);
        for _ in 0..HALVINGS_MAX {
            let mut moved = state.items.clone();
            for &item in &sharing {
                moved[item].values_mut()[0] += step;
            }
            if total(&moved) >= here {
                state.items = moved;
                return;
            }
            step *= 0.5;
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
