//! Two-sided cumulative sum of standardised residuals of one item (Page, 1954; Veerkamp & Glas, 2000, for item drift).

/// A change that has been noticed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Alarm {
    /// Examinees score higher than the parameters say.
    Easier,
    /// Examinees score lower.
    Harder,
}

/// The running sums of one item. Answers are fed in the order they were given.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CumulativeSum {
    /// Half the shift to be noticed, in standard deviations of the residual.
    allowance: f64,
    /// Sum at which an alarm is raised.
    threshold: f64,
    easier: f64,
    harder: f64,
    answers: u64,
}

impl Default for CumulativeSum {
    /// Tuned to a shift of 0.2 standard deviations; with the threshold of 32 an unchanged item raises an alarm about once
    /// in nineteen thousand answers (by the approximation of Siegmund, 1985).
    fn default() -> Self {
        Self::new(0.1, 32.0)
    }
}

impl CumulativeSum {
    /// Sums with this allowance and threshold, both positive.
    pub fn new(allowance: f64, threshold: f64) -> Self {
        assert!(allowance > 0.0 && threshold > 0.0, "allowance and threshold are positive");
        Self { allowance, threshold, easier: 0.0, harder: 0.0, answers: 0 }
    }

    /// The same rule going on from sums that were kept: easier, harder.
    #[must_use]
    pub fn resumed(self, easier: f64, harder: f64) -> Self {
        Self { easier, harder, ..self }
    }

    /// Takes in an answer: its score, and the mean and standard deviation expected before it was given.
    pub fn add(&mut self, score: f64, mean: f64, standard_deviation: f64) -> Option<Alarm> {
        if standard_deviation > 0.0 {
            let residual = (score - mean) / standard_deviation;
            self.answers += 1;
            self.easier = (self.easier + residual - self.allowance).max(0.0);
            self.harder = (self.harder - residual - self.allowance).max(0.0);
        }
        self.alarm()
    }

    /// The alarm, if a sum is beyond the threshold.
    pub fn alarm(&self) -> Option<Alarm> {
        if self.easier > self.threshold {
            Some(Alarm::Easier)
        } else if self.harder > self.threshold {
            Some(Alarm::Harder)
        } else {
            None
        }
    }

    /// Answers taken in.
    pub fn answers(&self) -> u64 {
        self.answers
    }

    /// The two sums: easier, harder.
    pub fn sums(&self) -> (f64, f64) {
        (self.easier, self.harder)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shift_is_noticed_and_its_direction_named() {
        let mut sums = CumulativeSum::default();
        let alternating = (0..4_000).find_map(|i| sums.add(f64::from(i % 2), 0.5, 0.5));
        assert_eq!(alternating, None);
        // Three in four correct where one in two is expected: residuals of ½ on average.
        let after = (0..200).position(|i| sums.add(f64::from(u8::from(i % 4 != 0)), 0.5, 0.5).is_some());
        assert_eq!(sums.alarm(), Some(Alarm::Easier));
        assert!(after.unwrap() < 90, "{after:?}");
    }

    #[test]
    fn sums_that_were_kept_go_on_as_if_nothing_had_been() {
        let scores: Vec<f64> = (0..300).map(|i| f64::from(u8::from(i % 3 != 0))).collect();
        let mut whole = CumulativeSum::default();
        let mut kept = CumulativeSum::default();
        for &score in &scores {
            let (easier, harder) = kept.sums();
            kept = CumulativeSum::default().resumed(easier, harder);
            assert_eq!(whole.add(score, 0.5, 0.5), kept.add(score, 0.5, 0.5));
            assert_eq!(whole.sums(), kept.sums());
        }
    }

    #[test]
    fn an_answer_nobody_could_miss_says_nothing() {
        let mut sums = CumulativeSum::default();
        assert_eq!(sums.add(1.0, 1.0, 0.0), None);
        assert_eq!(sums.answers(), 0);
    }
}
