//! Whether answers were given with effort: rapid guessing told by response time.
//!
//! An answer faster than a fixed threshold cannot come from reading the question (Schnipke and Scrams, 1997); three
//! seconds is the common threshold that loses least against thresholds by item (Kong, Wise and Bhola, 2007). Response
//! time effort is the share of answers that are not rapid; below 0.90 a score is doubtful (Wise and Kong, 2005).

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Answers faster than this are rapid, milliseconds.
pub const RAPID_BELOW_MS: i64 = 3_000;
/// Response time effort below this makes a score doubtful.
pub const EFFORT_MIN: f64 = 0.90;
/// Fewer rapid answers than this never make a score doubtful: one slip is no pattern.
const RAPID_ANSWERS_MIN: u32 = 2;

/// The effort behind an attempt's answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
pub struct Effort {
    /// Answers.
    pub answers: u32,
    /// Of them rapid.
    pub rapid: u32,
}

impl Effort {
    /// The effort behind answers that took these times, milliseconds.
    #[must_use]
    pub fn of(elapsed_ms: impl IntoIterator<Item = i64>) -> Self {
        elapsed_ms.into_iter().fold(Self::default(), |effort, elapsed| Self {
            answers: effort.answers + 1,
            rapid: effort.rapid + u32::from(elapsed < RAPID_BELOW_MS),
        })
    }

    /// Whether so many answers were rapid that the score is doubtful.
    #[must_use]
    pub fn is_doubtful(self) -> bool {
        let effort = 1.0 - f64::from(self.rapid) / f64::from(self.answers.max(1));
        self.rapid >= RAPID_ANSWERS_MIN && effort < EFFORT_MIN
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(rapid: usize, slow: usize, doubtful: bool) {
        let times = std::iter::repeat_n(2_999, rapid).chain(std::iter::repeat_n(3_000, slow));
        let effort = Effort::of(times);
        assert_eq!(effort.rapid as usize, rapid);
        assert_eq!(effort.is_doubtful(), doubtful, "{rapid} rapid, {slow} not");
    }

    #[test]
    fn more_than_a_tenth_of_rapid_answers_make_a_score_doubtful() {
        check(0, 0, false);
        check(1, 0, false);
        check(1, 5, false);
        check(2, 18, false);
        check(2, 17, true);
        check(5, 5, true);
    }
}
