//! The three classes of the Educational Testing Service (Zieky, 1993).

use crate::significance::two_sided_tail;

/// How large differential item functioning is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum DifClass {
    /// Negligible.
    A,
    /// Moderate.
    B,
    /// Large.
    C,
}

impl DifClass {
    /// The letter.
    pub fn letter(self) -> &'static str {
        match self {
            Self::A => "A",
            Self::B => "B",
            Self::C => "C",
        }
    }
}

/// The class of a difference on the delta scale with its standard error: A where it is not significant at 0.05 or below
/// 1; C where it is 1.5 or more and significantly above 1 (one-sided at 0.05); B otherwise.
pub fn classify(delta: f64, standard_error: f64) -> DifClass {
    let size = delta.abs();
    if size.is_nan() || size < 1.0 || two_sided_tail(delta / standard_error) >= 0.05 {
        return DifClass::A;
    }
    if size >= 1.5 && beyond_one(delta, standard_error) < 0.05 { DifClass::C } else { DifClass::B }
}

/// P(Z ≥ (|delta| − 1) / error): one-sided, of a true difference of 1.
pub(super) fn beyond_one(delta: f64, standard_error: f64) -> f64 {
    let z = (delta.abs() - 1.0) / standard_error;
    let tail = 0.5 * two_sided_tail(z);
    if z < 0.0 { 1.0 - tail } else { tail }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn size_and_significance_both_count() {
        assert_eq!(classify(-0.9, 0.01), DifClass::A);
        assert_eq!(classify(2.5, 2.0), DifClass::A);
        assert_eq!(classify(-1.2, 0.2), DifClass::B);
        assert_eq!(classify(1.6, 0.5), DifClass::B);
        assert_eq!(classify(-1.9, 0.2), DifClass::C);
        assert_eq!(classify(f64::NAN, f64::NAN), DifClass::A);
    }
}
