//! Answers that came too fast to have been thought about.
//!
//! The normative threshold (Wise & Ma, 2012): a tenth of the item's mean response time, at most ten seconds. The mean
//! is taken of the times themselves, so a few very long ones raise it; the limit of ten seconds bounds what they can do.

/// Share of the mean response time below which an answer is a rapid guess.
const SHARE_OF_MEAN: f64 = 0.10;
/// No answer slower than this is a rapid guess, milliseconds.
const THRESHOLD_MAX_MS: f64 = 10_000.0;
/// Fewer response times than this say too little about an item.
const TIMES_MIN: usize = 20;

/// Response times below this, in milliseconds, are rapid guesses; none with fewer than 20 times.
#[must_use]
pub fn rapid_guess_threshold_ms(times_ms: &[i64]) -> Option<f64> {
    let total: f64 = times_ms.iter().map(|&time| time.max(0) as f64).sum();
    rapid_guess_threshold_of_mean_ms(total / times_ms.len().max(1) as f64, times_ms.len())
}

/// The same from the mean of so many response times, for who does not keep the times.
#[must_use]
pub fn rapid_guess_threshold_of_mean_ms(mean_ms: f64, times: usize) -> Option<f64> {
    (times >= TIMES_MIN).then(|| (SHARE_OF_MEAN * mean_ms).min(THRESHOLD_MAX_MS))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_threshold_is_a_tenth_of_the_mean_and_at_most_ten_seconds() {
        assert_eq!(rapid_guess_threshold_ms(&[30_000; 20]), Some(3_000.0));
        assert_eq!(rapid_guess_threshold_ms(&[300_000; 20]), Some(10_000.0));
    }

    #[test]
    fn few_times_give_no_threshold() {
        assert_eq!(rapid_guess_threshold_ms(&[30_000; 19]), None);
    }
}
