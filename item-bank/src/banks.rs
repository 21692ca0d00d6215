//! The banks that come with Waymark. `banks/README.md` tells their origin, licence, scale and difficulty model.

use crate::bank::Bank;
use crate::formats::read_bank_json;

/// The file of [`fraction_subtraction`].
pub const FRACTION_SUBTRACTION_JSON: &str = include_str!("../banks/fraction-subtraction.json");
/// The file of [`number_and_fractions`].
pub const NUMBER_AND_FRACTIONS_JSON: &str = include_str!("../banks/number-and-fractions.json");

/// Twenty fraction subtraction problems with parameters estimated from 536 students.
#[must_use]
pub fn fraction_subtraction() -> Bank {
    bundled(FRACTION_SUBTRACTION_JSON, "banks/fraction-subtraction.json")
}

/// More than 800 generated items on fractions for grades 3 to 6, with provisional parameters.
#[must_use]
pub fn number_and_fractions() -> Bank {
    bundled(NUMBER_AND_FRACTIONS_JSON, "banks/number-and-fractions.json")
}

fn bundled(text: &str, name: &str) -> Bank {
    read_bank_json(text, name).unwrap_or_else(|errors| panic!("a bundled bank is valid: {errors}"))
}
