//! Simulated answers from pinned streams.

use calibration::responses::{ResponseBuilder, ResponseMatrix};
use calibration::{ItemModel, ItemParameters};
use rand::{Rng, RngExt, SeedableRng};
use rand_pcg::Pcg64;

/// A standard normal deviate (Box & Muller, 1958).
pub fn normal(rng: &mut impl Rng) -> f64 {
    let (u, v): (f64, f64) = (rng.random(), rng.random());
    (-2.0 * (1.0 - u).ln()).sqrt() * (std::f64::consts::TAU * v).cos()
}

/// Items with slopes near 1.2 and locations across the ability range.
pub fn items(model: ItemModel, count: usize, categories: usize, seed: u64) -> Vec<ItemParameters> {
    let mut rng = Pcg64::seed_from_u64(seed);
    (0..count)
        .map(|_| {
            let mut item = ItemParameters::neutral(model, categories);
            let slope = if model.has_fixed_slope() {
                1.0
            } else if model == ItemModel::OnePl {
                1.3
            } else {
                (0.2 + 0.25 * normal(&mut rng)).exp()
            };
            let location = normal(&mut rng).clamp(-2.0, 2.0);
            let steps = categories - 1;
            let step = |k: usize| location + 1.4 * (k as f64 - 0.5 * (steps as f64 + 1.0));
            let values = item.values_mut();
            match model {
                ItemModel::Nominal => {
                    let mut intercept = 0.0;
                    for k in 1..=steps {
                        values[k - 1] = slope * k as f64;
                        intercept -= slope * step(k);
                        values[steps + k - 1] = intercept;
                    }
                }
                ItemModel::PartialCredit | ItemModel::GeneralizedPartialCredit => {
                    values[0] = slope;
                    let mut intercept = 0.0;
                    for (k, value) in values.iter_mut().enumerate().skip(1) {
                        intercept -= slope * step(k);
                        *value = intercept;
                    }
                }
                ItemModel::RatingScale => {
                    values[1] = -location;
                    (1..steps).for_each(|k| values[k + 1] = (1..=k).map(|v| location - step(v)).sum());
                }
                ItemModel::Graded => {
                    values[0] = slope;
                    (1..=steps).for_each(|k| values[k] = -slope * step(k));
                }
                _ => {
                    values[0] = slope;
                    values[1] = -slope * location;
                    if matches!(model, ItemModel::ThreePl | ItemModel::FourPl) {
                        values[2] = -1.4 + 0.3 * normal(&mut rng);
                    }
                    if model == ItemModel::FourPl {
                        values[3] = 3.0 + 0.4 * normal(&mut rng);
                    }
                }
            }
            item
        })
        .collect()
}

/// Answers of `count` examinees with abilities N(mean, deviation); each answers an item with probability `share`.
pub fn answers(
    items: &[ItemParameters],
    count: usize,
    ability: (f64, f64),
    share: f64,
    seed: u64,
) -> ResponseMatrix {
    let mut rng = Pcg64::seed_from_u64(seed);
    let mut builder = ResponseBuilder::new((0..items.len()).map(|item| format!("item{item}")).collect());
    let mut probabilities = [0.0; 16];
    for _ in 0..count {
        let theta = ability.0 + ability.1 * normal(&mut rng);
        let mut row = Vec::new();
        for (index, item) in items.iter().enumerate() {
            if rng.random::<f64>() >= share {
                continue;
            }
            let probabilities = &mut probabilities[..item.categories()];
            item.probabilities(theta, probabilities);
            let mut rest: f64 = rng.random();
            let mut score = 0;
            while score + 1 < item.categories() && rest >= probabilities[score] {
                rest -= probabilities[score];
                score += 1;
            }
            row.push((u16::try_from(index).unwrap(), u8::try_from(score).unwrap()));
        }
        builder.push(&row);
    }
    builder.finish()
}
