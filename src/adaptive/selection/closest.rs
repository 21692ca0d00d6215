//! Items whose place on the scale is closest to the estimate.

use item_bank::model::CategoryDerivatives;
use item_bank::{ResponseModel, Theta};

use super::evidence::Evidence;

/// −|θ − b| (Urry, 1970). The place of an item with several steps is the mean of its steps.
pub(in crate::adaptive) fn by_difficulty(evidence: &Evidence<'_>, item: usize) -> f64 {
    -(difficulty(evidence.pool.model(item)) - evidence.theta.0).abs()
}

/// −|θ − θ*|, θ* being where the item is most informative (Magis and Barrada, 2017, "thOpt").
pub(in crate::adaptive) fn by_peak(evidence: &Evidence<'_>, item: usize) -> f64 {
    -(peak(evidence.pool.model(item)) - evidence.theta.0).abs()
}

fn difficulty(model: &ResponseModel) -> f64 {
    match model {
        ResponseModel::OnePl(model) => model.difficulty(),
        ResponseModel::TwoPl(model) => model.difficulty(),
        ResponseModel::ThreePl(model) => model.difficulty(),
        ResponseModel::FourPl(model) => model.difficulty(),
        ResponseModel::Graded(model) => mean(model.boundaries()),
        ResponseModel::PartialCredit(model) => mean(model.steps()),
        ResponseModel::GeneralizedPartialCredit(model) => mean(model.steps()),
        ResponseModel::Nominal(_) => peak(model),
    }
}

fn mean(steps: &[f64]) -> f64 {
    steps.iter().sum::<f64>() / steps.len() as f64
}

/// Ability, in logits, at which an item is most informative; the lowest of several.
fn peak(model: &ResponseModel) -> f64 {
    match model {
        ResponseModel::OnePl(model) => model.difficulty(),
        ResponseModel::TwoPl(model) => model.difficulty(),
        ResponseModel::ThreePl(item) => {
            three_pl_peak(item.discrimination(), item.difficulty(), item.guessing())
        }
        ResponseModel::FourPl(item) => {
            let reach = 12.0 / item.discrimination();
            let (low, high) = bracket(model, item.difficulty() - reach, item.difficulty() + reach);
            bisect(low, high, |theta| dichotomous_slope(model, theta))
        }
        ResponseModel::Graded(_)
        | ResponseModel::PartialCredit(_)
        | ResponseModel::GeneralizedPartialCredit(_)
        | ResponseModel::Nominal(_) => {
            let (low, high) = bracket(model, -12.0, 12.0);
            let rise = 1e-5;
            bisect(low, high, |theta| {
                model.information(Theta(theta + rise)) - model.information(Theta(theta - rise))
            })
        }
    }
}

/// Ability at which a three-parameter item is most informative (Birnbaum, 1968).
///
/// θ* = b + ln((1 + √(1 + 8c)) / 2) / a
pub(in crate::adaptive) fn three_pl_peak(a: f64, b: f64, c: f64) -> f64 {
    b + item_bank::elementary::ln(f64::midpoint(1.0, (1.0 + 8.0 * c).sqrt())) / a
}

/// The neighbours of the highest of 1,201 evenly spaced points.
fn bracket(model: &ResponseModel, low: f64, high: f64) -> (f64, f64) {
    let step = (high - low) / 1_200.0;
    let mut best = (f64::NEG_INFINITY, 0);
    for point in 0..=1_200 {
        let information = model.information(Theta(low + step * f64::from(point)));
        if information > best.0 {
            best = (information, point);
        }
    }
    (low + step * f64::from(best.1 - 1), low + step * f64::from(best.1 + 1))
}

fn bisect(mut low: f64, mut high: f64, slope: impl Fn(f64) -> f64) -> f64 {
    // Sixty halvings of a bracket of a few logits reach the resolution of a float.
    for _ in 0..60 {
        let middle = f64::midpoint(low, high);
        if slope(middle) > 0.0 { low = middle } else { high = middle }
    }
    f64::midpoint(low, high)
}

/// The sign of I': 2 P'' P Q − P'² (Q − P).
fn dichotomous_slope(model: &ResponseModel, theta: f64) -> f64 {
    let mut both = [CategoryDerivatives::default(); 2];
    model.derivatives(Theta(theta), &mut both);
    let [CategoryDerivatives { probability: q, .. }, CategoryDerivatives { probability: p, first, second }] =
        both;
    2.0 * second * p * q - first * first * (q - p)
}
