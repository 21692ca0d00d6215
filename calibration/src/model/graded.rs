//! Graded response model: P(X ≥ k) = 1 / (1 + exp(−(aθ + d_k))), d descending; slots a, d_1 … d_m.

use super::item_parameters::logistic;
use super::terms::NodeTerms;

/// Smallest category probability the logarithm is taken of.
const PROBABILITY_MIN: f64 = 1e-300;

/// Category probabilities as differences of neighbouring boundaries, from the side where nothing cancels.
/// Intercepts out of order leave a probability that is not a number.
pub(super) fn probabilities(values: &[f64], theta: f64, out: &mut [f64]) {
    let (slope, intercepts) = (values[0], &values[1..]);
    let steps = intercepts.len();
    let z = |k: usize| slope * theta + intercepts[k - 1];
    for (category, probability) in out.iter_mut().enumerate() {
        *probability = if category == 0 {
            logistic(-z(1))
        } else if category == steps {
            logistic(z(steps))
        } else {
            let (lower, upper) = (z(category), z(category + 1));
            if lower <= upper {
                f64::NAN
            } else {
                // L(x) − L(y) = L(x) L(−y) (1 − e^{y − x}) loses no digits whatever the signs.
                logistic(lower) * logistic(-upper) * -(upper - lower).exp_m1()
            }
        };
        if *probability < PROBABILITY_MIN {
            *probability = PROBABILITY_MIN;
        }
    }
}

pub(super) fn terms(values: &[f64], theta: f64, out: &mut NodeTerms) {
    let slots = out.slots;
    let steps = slots - 1;
    probabilities(values, theta, &mut out.probabilities);
    out.gradient.fill(0.0);
    out.hessian.fill(0.0);
    for boundary in 1..=steps {
        let z = values[0] * theta + values[boundary];
        let (l, not_l) = (logistic(z), logistic(-z));
        let (l1, l2) = (l * not_l, l * not_l * (not_l - l));
        for (category, sign) in [(boundary, 1.0), (boundary - 1, -1.0)] {
            let gradient = &mut out.gradient[category * slots..(category + 1) * slots];
            gradient[0] += sign * l1 * theta;
            gradient[boundary] += sign * l1;
            if out.hessian.is_empty() {
                continue;
            }
            let hessian = &mut out.hessian[category * slots * slots..(category + 1) * slots * slots];
            hessian[0] += sign * l2 * theta * theta;
            hessian[boundary] += sign * l2 * theta;
            hessian[boundary * slots] += sign * l2 * theta;
            hessian[boundary * slots + boundary] += sign * l2;
        }
    }
    out.take_logarithms();
}
