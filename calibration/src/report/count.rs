//! Numbers of examinees: sums of sampling weights, or of the shares of examinees that strata hold.

use serde::Serializer;

/// Parts of an examinee that a sum is rounded to: what adding shares loses is far below, what a weight is told by far above.
const PARTS: f64 = 1e6;

/// A number of examinees without the rounding errors of its sum.
pub fn rounded_count(examinees: f64) -> f64 {
    (examinees * PARTS).round() / PARTS
}

/// The same for machines: a whole number where it is one, as it is without weights.
///
/// # Errors
/// Those of the serializer.
pub fn serialize_count<S: Serializer>(examinees: &f64, serializer: S) -> Result<S::Ok, S::Error> {
    let rounded = rounded_count(*examinees);
    // Up to 2⁵³ every whole number has a double of its own.
    if rounded.fract() == 0.0 && (0.0..9_007_199_254_740_992.0).contains(&rounded) {
        serializer.serialize_u64(rounded as u64)
    } else {
        serializer.serialize_f64(rounded)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_numbers_are_written_as_such_and_others_without_the_errors_of_a_sum() {
        #[derive(serde::Serialize)]
        struct Counted(#[serde(serialize_with = "serialize_count")] f64);
        let written = |examinees: f64| serde_json::to_string(&Counted(examinees)).unwrap();
        assert_eq!(written(400.0), "400");
        assert_eq!(written(200.000_000_000_000_03), "200");
        assert_eq!(written(0.1 + 0.2), "0.3");
        assert_eq!(written(f64::NAN), "null");
    }
}
