//! The standards that items are aligned to, each with its strand, grade and base difficulty.
//! Codes: Common Core State Standards for Mathematics (2010).

/// A strand of the blueprint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Strand {
    /// Parts of a whole and points on a number line.
    PartsAndNumberLine,
    /// Equivalent fractions, comparing, ordering.
    EquivalenceAndComparison,
    /// Sums and differences.
    AdditionAndSubtraction,
    /// Products, quotients, fractions as division.
    MultiplicationAndDivision,
    /// Decimal fractions and numbers below zero.
    DecimalsAndRationals,
}

impl Strand {
    /// The attribute's value.
    pub fn name(self) -> &'static str {
        match self {
            Self::PartsAndNumberLine => "parts and number line",
            Self::EquivalenceAndComparison => "equivalence and comparison",
            Self::AdditionAndSubtraction => "addition and subtraction",
            Self::MultiplicationAndDivision => "multiplication and division",
            Self::DecimalsAndRationals => "decimals and rational numbers",
        }
    }
}

/// A standard of the bank.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Standard {
    /// Its code.
    pub code: &'static str,
    /// Its strand.
    pub strand: Strand,
    /// Its grade.
    pub grade: u8,
    /// Where the difficulty model starts, in logits.
    pub base: f64,
}

const fn standard(code: &'static str, strand: Strand, grade: u8, base: f64) -> Standard {
    Standard { code, strand, grade, base }
}

use Strand::{
    AdditionAndSubtraction as Add, DecimalsAndRationals as Decimals, EquivalenceAndComparison as Equal,
    MultiplicationAndDivision as Multiply, PartsAndNumberLine as Parts,
};

/// A fraction as so many equal parts of a whole.
pub const PARTS_OF_A_WHOLE: Standard = standard("3.NF.A.1", Parts, 3, -2.5);
/// A fraction as a point on a number line.
pub const NUMBER_LINE: Standard = standard("3.NF.A.2", Parts, 3, -2.1);
/// Simple equivalent fractions.
pub const SIMPLE_EQUIVALENCE: Standard = standard("3.NF.A.3b", Equal, 3, -1.7);
/// Whole numbers as fractions.
pub const WHOLES_AS_FRACTIONS: Standard = standard("3.NF.A.3c", Parts, 3, -1.4);
/// Comparing fractions with one numerator or one denominator.
pub const SIMPLE_COMPARISON: Standard = standard("3.NF.A.3d", Equal, 3, -1.9);
/// Equivalent fractions in general.
pub const EQUIVALENCE: Standard = standard("4.NF.A.1", Equal, 4, -0.9);
/// Comparing fractions in general.
pub const COMPARISON: Standard = standard("4.NF.A.2", Equal, 4, -0.5);
/// Fractions as sums of fractions with one denominator.
pub const DECOMPOSING: Standard = standard("4.NF.B.3b", Add, 4, -0.9);
/// Adding and subtracting with one denominator.
pub const LIKE_SUMS: Standard = standard("4.NF.B.3a", Add, 4, -1.2);
/// The same with mixed numbers.
pub const LIKE_MIXED_SUMS: Standard = standard("4.NF.B.3c", Add, 4, -0.3);
/// Word problems with one denominator.
pub const LIKE_PROBLEMS: Standard = standard("4.NF.B.3d", Add, 4, -0.9);
/// A fraction as a multiple of a unit fraction.
pub const MULTIPLES_OF_UNITS: Standard = standard("4.NF.B.4a", Multiply, 4, -1.1);
/// A whole number times a fraction.
pub const WHOLE_TIMES_FRACTION: Standard = standard("4.NF.B.4b", Multiply, 4, -0.1);
/// Tenths and hundredths together.
pub const TENTHS_AND_HUNDREDTHS: Standard = standard("4.NF.C.5", Decimals, 4, 0.1);
/// Decimals for fractions with denominators 10 and 100.
pub const DECIMAL_NOTATION: Standard = standard("4.NF.C.6", Decimals, 4, -0.6);
/// Comparing decimals.
pub const DECIMAL_COMPARISON: Standard = standard("4.NF.C.7", Decimals, 4, -0.2);
/// Adding and subtracting with different denominators.
pub const UNLIKE_SUMS: Standard = standard("5.NF.A.1", Add, 5, 0.7);
/// Word problems with different denominators.
pub const UNLIKE_PROBLEMS: Standard = standard("5.NF.A.2", Add, 5, 0.9);
/// A fraction as a division.
pub const FRACTION_AS_DIVISION: Standard = standard("5.NF.B.3", Multiply, 5, 0.3);
/// A fraction times a fraction.
pub const FRACTION_PRODUCTS: Standard = standard("5.NF.B.4a", Multiply, 5, 1.1);
/// Multiplication as scaling.
pub const SCALING: Standard = standard("5.NF.B.5", Multiply, 5, 1.1);
/// Word problems with products.
pub const PRODUCT_PROBLEMS: Standard = standard("5.NF.B.6", Multiply, 5, 1.5);
/// Dividing unit fractions by whole numbers and the other way round.
pub const UNIT_QUOTIENTS: Standard = standard("5.NF.B.7", Multiply, 5, 1.6);
/// Dividing fractions by fractions.
pub const FRACTION_QUOTIENTS: Standard = standard("6.NS.A.1", Multiply, 6, 2.4);
/// Numbers below zero in the world.
pub const NEGATIVE_NUMBERS: Standard = standard("6.NS.C.5", Decimals, 6, 0.9);
/// Opposites and the number line.
pub const OPPOSITES: Standard = standard("6.NS.C.6", Decimals, 6, 1.5);
/// Order and absolute value.
pub const RATIONAL_ORDER: Standard = standard("6.NS.C.7", Decimals, 6, 2.1);
