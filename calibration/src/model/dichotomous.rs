//! One- to four-parameter logistic: P(1) = g + (u − g) / (1 + exp(−(aθ + d))), slots a, d, logit g, logit u.

use super::item_parameters::logistic;
use super::terms::NodeTerms;

const A: usize = 0;
const D: usize = 1;
const GUESSING: usize = 2;
const UPPER: usize = 3;

pub(super) fn probability_correct(values: &[f64], theta: f64) -> f64 {
    let (guessing, upper) = (logistic(values[GUESSING]), logistic(values[UPPER]));
    guessing + (upper - guessing) * logistic(values[A] * theta + values[D])
}

pub(super) fn probabilities(values: &[f64], theta: f64, out: &mut [f64]) {
    let (guessing, upper) = (logistic(values[GUESSING]), logistic(values[UPPER]));
    let z = values[A] * theta + values[D];
    out[1] = guessing + (upper - guessing) * logistic(z);
    out[0] = logistic(-values[UPPER]) + (upper - guessing) * logistic(-z);
}

pub(super) fn terms(values: &[f64], theta: f64, out: &mut NodeTerms) {
    let (guessing, upper) = (logistic(values[GUESSING]), logistic(values[UPPER]));
    let z = values[A] * theta + values[D];
    let (l, not_l) = (logistic(z), logistic(-z));
    let (l1, l2) = (l * not_l, l * not_l * (not_l - l));
    let range = upper - guessing;
    let (g1, u1) = (guessing * (1.0 - guessing), upper * logistic(-values[UPPER]));
    let (g2, u2) = (g1 * (1.0 - 2.0 * guessing), u1 * (1.0 - 2.0 * upper));
    probabilities(values, theta, &mut out.probabilities);
    let first = [range * l1 * theta, range * l1, g1 * not_l, u1 * l];
    let mut second = [[0.0; 4]; 4];
    second[A][A] = range * l2 * theta * theta;
    second[A][D] = range * l2 * theta;
    second[D][D] = range * l2;
    second[A][GUESSING] = -g1 * l1 * theta;
    second[D][GUESSING] = -g1 * l1;
    second[A][UPPER] = u1 * l1 * theta;
    second[D][UPPER] = u1 * l1;
    second[GUESSING][GUESSING] = g2 * not_l;
    second[UPPER][UPPER] = u2 * l;
    for row in 0..4 {
        out.gradient[row] = -first[row];
        out.gradient[4 + row] = first[row];
        if out.hessian.is_empty() {
            continue;
        }
        for column in 0..4 {
            let value = second[row.min(column)][row.max(column)];
            out.hessian[row * 4 + column] = -value;
            out.hessian[16 + row * 4 + column] = value;
        }
    }
    out.take_logarithms();
}
