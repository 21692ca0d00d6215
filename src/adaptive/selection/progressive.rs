//! Randomness that fades as the test goes on (Revuelta and Ponsoda, 1998; Barrada et al., 2008).

use item_bank::elementary::{exp, ln};

/// How much the information counts after `given` items of a test of `length`: 0 at the start, 1 at the end.
///
/// w = Σ_{f=1}^{given} f^t / Σ_{f=1}^{length − 1} f^t, t being the acceleration.
pub(in crate::adaptive) fn weight(given: usize, length: usize, acceleration: f64) -> f64 {
    let sum = |last: usize| (1..=last).map(|f| power(f as f64, acceleration)).sum::<f64>();
    let whole = sum(length.saturating_sub(1));
    if whole > 0.0 { (sum(given) / whole).min(1.0) } else { 1.0 }
}

/// (1 − w) u I_max + w I, with u drawn for each item.
pub(in crate::adaptive) fn progressive(
    weight: f64,
    draw: f64,
    information_max: f64,
    information: f64,
) -> f64 {
    (1.0 - weight) * draw * information_max + weight * information
}

/// The item drawn with odds I^(length · w), by inversion of the one number `draw` in [0, 1).
pub(in crate::adaptive) fn proportional(
    information: &[(usize, f64)],
    exponent: f64,
    draw: f64,
) -> Option<usize> {
    let highest = information.iter().map(|(_, value)| *value).fold(0.0, f64::max);
    // In units of the highest: a power of a small information would leave the range of a float.
    let odds = |value: f64| if highest > 0.0 { power(value / highest, exponent) } else { 1.0 };
    let total: f64 = information.iter().map(|(_, value)| odds(*value)).sum();
    let mut passed = 0.0;
    for &(item, value) in information {
        passed += odds(value);
        if passed > draw * total {
            return Some(item);
        }
    }
    information.last().map(|(item, _)| *item)
}

/// The platform's powers differ in their last digits from machine to machine; these do not.
fn power(base: f64, exponent: f64) -> f64 {
    match (base > f64::MIN_POSITIVE, exponent == 0.0) {
        (_, true) => 1.0,
        (false, false) => 0.0,
        (true, false) => exp(exponent * ln(base)),
    }
}
