//! Exact rational numbers. Every operation is checked: a result too large for 128 bits is `None`, never wrong.

use std::cmp::Ordering;
use std::fmt;

/// A fraction in lowest terms with a positive denominator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Rational {
    numerator: i128,
    denominator: i128,
}

/// Greatest common divisor of two magnitudes; 0 only for 0 and 0.
#[must_use]
fn greatest_common_divisor(mut a: u128, mut b: u128) -> u128 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

impl Rational {
    /// `numerator / denominator`; `None` when the denominator is 0 or the fraction does not fit.
    #[must_use]
    pub fn new(numerator: i128, denominator: i128) -> Option<Self> {
        if denominator == 0 {
            return None;
        }
        let divisor = greatest_common_divisor(numerator.unsigned_abs(), denominator.unsigned_abs());
        let divisor = i128::try_from(divisor).ok()?;
        let (numerator, denominator) = (numerator / divisor, denominator / divisor);
        if denominator < 0 {
            Some(Self { numerator: numerator.checked_neg()?, denominator: denominator.checked_neg()? })
        } else {
            Some(Self { numerator, denominator })
        }
    }

    /// The whole number `value`.
    #[must_use]
    pub fn whole(value: i128) -> Self {
        Self { numerator: value, denominator: 1 }
    }

    /// The numerator in lowest terms; carries the sign.
    #[must_use]
    pub fn numerator(self) -> i128 {
        self.numerator
    }

    /// The denominator in lowest terms; positive.
    #[must_use]
    pub fn denominator(self) -> i128 {
        self.denominator
    }

    /// The sum.
    #[must_use]
    pub fn plus(self, other: Self) -> Option<Self> {
        let left = self.numerator.checked_mul(other.denominator)?;
        let right = other.numerator.checked_mul(self.denominator)?;
        let denominator = self.denominator.checked_mul(other.denominator)?;
        Self::new(left.checked_add(right)?, denominator)
    }

    /// The difference.
    #[must_use]
    pub fn minus(self, other: Self) -> Option<Self> {
        self.plus(Self { numerator: other.numerator.checked_neg()?, denominator: other.denominator })
    }

    /// The product.
    #[must_use]
    pub fn times(self, other: Self) -> Option<Self> {
        let numerator = self.numerator.checked_mul(other.numerator)?;
        Self::new(numerator, self.denominator.checked_mul(other.denominator)?)
    }

    /// The quotient; `None` for division by 0.
    #[must_use]
    pub fn divided_by(self, other: Self) -> Option<Self> {
        let numerator = self.numerator.checked_mul(other.denominator)?;
        Self::new(numerator, self.denominator.checked_mul(other.numerator)?)
    }

    /// Which of two is larger; `None` when the comparison does not fit.
    #[must_use]
    pub fn compare(self, other: Self) -> Option<Ordering> {
        let left = self.numerator.checked_mul(other.denominator)?;
        let right = other.numerator.checked_mul(self.denominator)?;
        Some(left.cmp(&right))
    }
}

impl fmt::Display for Rational {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.denominator == 1 {
            write!(formatter, "{}", self.numerator)
        } else {
            write!(formatter, "{}/{}", self.numerator, self.denominator)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn of(numerator: i128, denominator: i128) -> Rational {
        Rational::new(numerator, denominator).expect("small fractions fit")
    }

    #[test]
    fn fractions_are_kept_in_lowest_terms_with_a_positive_denominator() {
        assert_eq!(of(-6, -8), of(3, 4));
        assert_eq!(of(6, -8).to_string(), "-3/4");
        assert_eq!(of(0, 5).to_string(), "0");
        assert_eq!(Rational::new(1, 0), None);
    }

    #[test]
    fn a_result_that_does_not_fit_is_none() {
        let large = Rational::whole(i128::MAX);
        assert_eq!(large.plus(Rational::whole(1)), None);
        assert_eq!(large.times(large), None);
        assert_eq!(Rational::whole(1).divided_by(Rational::whole(0)), None);
        assert_eq!(Rational::new(i128::MIN, -1), None);
    }

    proptest! {
        #[test]
        fn any_pair_of_integers_is_a_fraction_or_none(n in any::<i128>(), d in any::<i128>()) {
            if let Some(fraction) = Rational::new(n, d) {
                prop_assert!(fraction.denominator() > 0);
                prop_assert_eq!(Rational::new(fraction.numerator(), fraction.denominator()), Some(fraction));
            }
        }

        #[test]
        fn subtraction_undoes_addition_and_division_multiplication(
            a in -999i128..999, b in 1i128..99, c in 1i128..999, d in 1i128..99,
        ) {
            let (x, y) = (of(a, b), of(c, d));
            prop_assert_eq!(x.plus(y).and_then(|sum| sum.minus(y)), Some(x));
            prop_assert_eq!(x.times(y).and_then(|product| product.divided_by(y)), Some(x));
        }
    }
}
