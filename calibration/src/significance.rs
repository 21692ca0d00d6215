//! Tail probabilities of the test statistics, and control of the false discovery rate over many of them.

use statrs::distribution::{ChiSquared, ContinuousCDF, Normal};

/// P(χ² ≥ statistic); not a number without degrees of freedom.
pub fn chi_squared_tail(statistic: f64, degrees_of_freedom: f64) -> f64 {
    ChiSquared::new(degrees_of_freedom).map_or(f64::NAN, |law| law.sf(statistic.max(0.0)))
}

/// P(|Z| ≥ |z|).
pub fn two_sided_tail(z: f64) -> f64 {
    2.0 * Normal::standard().sf(z.abs())
}

/// Probabilities adjusted for the number of tests (Benjamini & Hochberg, 1995): rejecting where the adjusted value is
/// at most q keeps the expected share of false rejections at q or below. Values that are not numbers stay as they are
/// and count as no test.
pub fn benjamini_hochberg(probabilities: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..probabilities.len()).filter(|&i| !probabilities[i].is_nan()).collect();
    order.sort_by(|&a, &b| probabilities[b].total_cmp(&probabilities[a]));
    let tests = order.len();
    let mut adjusted = probabilities.to_vec();
    let mut smallest = 1.0_f64;
    for (place, &index) in order.iter().enumerate() {
        smallest = smallest.min(probabilities[index] * tests as f64 / (tests - place) as f64);
        adjusted[index] = smallest;
    }
    adjusted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tails_match_the_printed_tables() {
        assert!((chi_squared_tail(3.841_458_820_694, 1.0) - 0.05).abs() < 1e-12);
        assert!((two_sided_tail(1.959_963_984_540) - 0.05).abs() < 1e-9);
    }

    #[test]
    fn adjusted_probabilities_follow_the_step_up_rule() {
        // p m / rank, made monotone from the largest down.
        let adjusted = benjamini_hochberg(&[0.01, 0.04, f64::NAN, 0.03, 0.5]);
        let expected = [0.04, 0.16 / 3.0, f64::NAN, 0.16 / 3.0, 0.5];
        for (a, e) in adjusted.iter().zip(expected) {
            assert!((a - e).abs() < 1e-15 || (a.is_nan() && e.is_nan()), "{adjusted:?}");
        }
    }
}
