//! Tail probabilities of the test statistics.

use statrs::distribution::{ChiSquared, ContinuousCDF};

/// P(χ² ≥ statistic); not a number without degrees of freedom.
pub fn chi_squared_tail(statistic: f64, degrees_of_freedom: f64) -> f64 {
    ChiSquared::new(degrees_of_freedom).map_or(f64::NAN, |law| law.sf(statistic.max(0.0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tail_matches_the_printed_table() {
        assert!((chi_squared_tail(3.841_458_820_694, 1.0) - 0.05).abs() < 1e-12);
    }
}
