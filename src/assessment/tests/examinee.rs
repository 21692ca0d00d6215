//! Simulated examinees, seeded.

use item_bank::model::TwoPl;
use item_bank::{Observation, ResponseModel, Theta};
use rand::{Rng, RngExt};

pub fn two_pl(discrimination: f64, difficulty: f64) -> ResponseModel {
    ResponseModel::TwoPl(TwoPl::new(discrimination, difficulty).unwrap())
}

/// Items with slopes from 0.8 to 1.6 and difficulties from −2 to 2, evenly mixed.
pub fn form(items: u32) -> Vec<ResponseModel> {
    (0..items)
        .map(|k| {
            two_pl(
                0.8 + 0.8 * f64::from(k * 7 % items) / f64::from(items),
                4.0 * (f64::from(k) + 0.5) / f64::from(items) - 2.0,
            )
        })
        .collect()
}

/// A draw from N(0, 1) (Box and Muller, 1958).
pub fn normal(random: &mut impl Rng) -> f64 {
    let (u, v): (f64, f64) = (random.random(), random.random());
    (-2.0 * (1.0 - u).ln()).sqrt() * (std::f64::consts::TAU * v).cos()
}

/// Answers of an examinee of ability θ to dichotomous items.
pub fn answers<'a>(
    items: impl IntoIterator<Item = &'a ResponseModel>,
    theta: f64,
    random: &mut impl Rng,
) -> Vec<Observation<'a>> {
    items
        .into_iter()
        .map(|model| {
            let right = random.random::<f64>() < model.probability(Theta(theta), 1);
            Observation { model, score: u32::from(right) }
        })
        .collect()
}
