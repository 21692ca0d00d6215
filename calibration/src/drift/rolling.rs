//! Live answers held against a bank's parameters, in the order they were given.
//!
//! The residual of an answer is taken against what the examinee's other answers predict, so that it has mean 0 and
//! variance 1 where the item still works as its parameters say, however well the examinee's ability is known.

use thiserror::Error;

use super::cumulative_sum::{Alarm, CumulativeSum};
use crate::estimation::Calibration;
use crate::item_fit::predictions;
use crate::responses::ResponseMatrix;

/// The most answers that are held in memory at once.
pub const ANSWERS_MAX: usize = 50_000_000;

/// Why answers cannot be followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum RollingError {
    /// Too many answers.
    #[error("at most {max} answers can be followed at once, got {found}")]
    TooManyAnswers {
        /// The limit.
        max: usize,
        /// How many there are.
        found: usize,
    },
}

/// How one item's residuals ran.
#[derive(Debug, Clone, PartialEq)]
pub struct ResidualDrift {
    /// Answers that carry a residual.
    pub answers: usize,
    /// Mean standardised residual of all of them: positive where examinees score higher than the parameters say.
    pub mean: f64,
    /// The same of the last `window`.
    pub recent: f64,
    /// The first alarm and the answer that raised it, counted from 1.
    pub alarm: Option<(Alarm, usize)>,
    /// The rolling mean after each tenth of a window: answers so far, mean of the last `window`.
    pub course: Vec<(usize, f64)>,
}

/// Follows every item through the examinees in the order of the matrix: rolling means over `window` answers and two-sided
/// cumulative sums like `sums`. Items that were left out of the calibration have no answers.
pub fn residual_drift(
    calibration: &Calibration,
    matrix: &ResponseMatrix,
    window: usize,
    sums: CumulativeSum,
) -> Result<Vec<ResidualDrift>, RollingError> {
    if matrix.answer_count() > ANSWERS_MAX {
        return Err(RollingError::TooManyAnswers { max: ANSWERS_MAX, found: matrix.answer_count() });
    }
    let by_pattern = predictions(calibration);
    let mut courses: Vec<Course> = (0..matrix.items().len()).map(|_| Course::new(window, sums)).collect();
    for pattern in (0..matrix.examinee_count()).filter_map(|examinee| calibration.pattern_of(examinee)) {
        for prediction in &by_pattern[pattern] {
            if calibration.items[prediction.item].problem.is_none() {
                courses[prediction.item].add(prediction.score, prediction.mean, prediction.deviation);
            }
        }
    }
    Ok(courses.into_iter().map(Course::finish).collect())
}

/// One item's residuals as they come.
struct Course {
    window: usize,
    residuals: Vec<f32>,
    recent: f64,
    sum: f64,
    sums: CumulativeSum,
    alarm: Option<(Alarm, usize)>,
    course: Vec<(usize, f64)>,
}

impl Course {
    fn new(window: usize, sums: CumulativeSum) -> Self {
        let window = window.max(1);
        Self { window, residuals: Vec::new(), recent: 0.0, sum: 0.0, sums, alarm: None, course: Vec::new() }
    }

    fn add(&mut self, score: f64, mean: f64, deviation: f64) {
        if deviation <= 0.0 {
            return;
        }
        // Rounded once, so that what is added is what is taken away again.
        let residual = ((score - mean) / deviation) as f32;
        self.residuals.push(residual);
        self.sum += f64::from(residual);
        self.recent += f64::from(residual);
        let count = self.residuals.len();
        if count > self.window {
            self.recent -= f64::from(self.residuals[count - self.window - 1]);
        }
        if let (None, Some(alarm)) = (self.alarm, self.sums.add(score, mean, deviation)) {
            self.alarm = Some((alarm, count));
        }
        if count >= self.window && count.is_multiple_of(self.window.div_ceil(10)) {
            self.course.push((count, self.recent / self.window as f64));
        }
    }

    fn finish(self) -> ResidualDrift {
        let answers = self.residuals.len();
        let mean = |sum: f64, count: usize| if count == 0 { f64::NAN } else { sum / count as f64 };
        ResidualDrift {
            answers,
            mean: mean(self.sum, answers),
            recent: mean(self.recent, answers.min(self.window)),
            alarm: self.alarm,
            course: self.course,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rolling_mean_forgets_what_left_the_window() {
        let mut course = Course::new(4, CumulativeSum::default());
        for score in [1.0, 1.0, 1.0, 1.0, 0.0, 0.0, 1.0, 0.0] {
            course.add(score, 0.5, 0.5);
        }
        course.add(1.0, 1.0, 0.0);
        let found = course.finish();
        assert_eq!(found.answers, 8);
        assert!((found.mean - 0.25).abs() < 1e-12 && (found.recent + 0.5).abs() < 1e-12, "{found:?}");
        assert_eq!(found.course, [(4, 1.0), (5, 0.5), (6, 0.0), (7, 0.0), (8, -0.5)]);
        assert_eq!(found.alarm, None);
    }
}
