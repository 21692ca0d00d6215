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

/// P(χ²(λ) ≤ x) of the non-central chi-squared law, as a Poisson mixture of central ones.
pub(crate) fn noncentral_chi_squared(x: f64, degrees_of_freedom: f64, noncentrality: f64) -> f64 {
    /// Terms that hold the Poisson law's mass on each side of its mode, in standard deviations.
    const SPREAD: f64 = 12.0;
    let half = noncentrality / 2.0;
    if half <= 0.0 {
        return 1.0 - chi_squared_tail(x, degrees_of_freedom);
    }
    let reach = SPREAD * half.sqrt() + 20.0;
    let first = (half - reach).max(0.0).floor();
    let count = (half + reach).ceil() - first;
    let mut sum = 0.0;
    for term in 0..count as u32 {
        let k = first + f64::from(term);
        let log_weight = -half + k * half.ln() - statrs::function::gamma::ln_gamma(k + 1.0);
        let law = ChiSquared::new(degrees_of_freedom + 2.0 * k);
        sum += log_weight.exp() * law.map_or(f64::NAN, |law| law.cdf(x));
    }
    sum
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
        // Benjamini & Hochberg (1995), section 4.2 pattern: p m / rank, made monotone from the largest down.
        let adjusted = benjamini_hochberg(&[0.01, 0.04, f64::NAN, 0.03, 0.5]);
        let expected = [0.04, 0.16 / 3.0, f64::NAN, 0.16 / 3.0, 0.5];
        for (a, e) in adjusted.iter().zip(expected) {
            assert!((a - e).abs() < 1e-15 || (a.is_nan() && e.is_nan()), "{adjusted:?}");
        }
    }

    #[test]
    fn the_noncentral_law_has_its_mean_and_its_central_limit() {
        // E χ²(λ) = df + λ = ∫ (1 − F).
        let (df, noncentrality) = (5.0, 30.0);
        let mean: f64 = (0..4_000)
            .map(|i| 0.05 * (1.0 - noncentral_chi_squared(0.05 * (f64::from(i) + 0.5), df, noncentrality)))
            .sum();
        assert!((mean - 35.0).abs() < 1e-4, "{mean}");
        assert!((noncentral_chi_squared(7.0, df, 0.0) - (1.0 - chi_squared_tail(7.0, df))).abs() < 1e-15);
    }
}
