//! Answers from a response file, without rapid guesses unless they are to be kept.

use std::io::Read;

use calibration::response_times::{ItemTimes, item_times, without_rapid_guesses};
use calibration::responses::{ReadOptions, ResponseFileError, ResponseMatrix, read_timed_responses};
use clap::ValueEnum;

use super::{Table, number};

/// What becomes of answers that came too fast to have been thought about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(in crate::cli) enum RapidGuesses {
    /// They are left out.
    #[default]
    LeaveOut,
    /// They count like other answers.
    Keep,
}

/// The answers that count, and what is known of the times they took.
pub(in crate::cli) struct CountedAnswers {
    /// The answers that count.
    pub(in crate::cli) matrix: ResponseMatrix,
    /// All answers, where some were left out.
    pub(in crate::cli) all: Option<ResponseMatrix>,
    /// By item; empty where the file has no times.
    pub(in crate::cli) times: Vec<Option<ItemTimes>>,
}

impl CountedAnswers {
    /// Reads a response file.
    pub(in crate::cli) fn read(
        reader: impl Read,
        options: &ReadOptions,
        rapid: RapidGuesses,
    ) -> Result<Self, ResponseFileError> {
        let read = read_timed_responses(reader, options)?;
        let Some(known) = read.times else {
            return Ok(Self { matrix: read.matrix, all: None, times: Vec::new() });
        };
        let times = item_times(&read.matrix, &known);
        let flagged = times.iter().flatten().any(|item| item.rapid > 0);
        if rapid == RapidGuesses::Keep || !flagged {
            return Ok(Self { matrix: read.matrix, all: None, times });
        }
        let matrix = without_rapid_guesses(&read.matrix, &known, &times);
        Ok(Self { matrix, all: Some(read.matrix), times })
    }

    /// Answers that were left out.
    pub(in crate::cli) fn left_out(&self) -> usize {
        self.all.as_ref().map_or(0, |all| all.answer_count() - self.matrix.answer_count())
    }
}

/// The response times of items as a table.
pub(in crate::cli) fn time_table(items: &[String], times: &[Option<ItemTimes>]) -> String {
    let columns = [
        "item",
        "timed",
        "lower_quartile_ms",
        "median_ms",
        "upper_quartile_ms",
        "log_mean",
        "log_sd",
        "threshold_ms",
        "rapid",
        "rapid_share",
    ];
    let mut table = Table::new(&columns);
    for (id, times) in items.iter().zip(times) {
        let Some(times) = times else { continue };
        let [low, middle, high] = times.quartiles_ms.map(number);
        table.row(vec![
            id.clone(),
            times.timed.to_string(),
            low,
            middle,
            high,
            number(times.log_mean),
            number(times.log_deviation),
            times.threshold_ms.map_or_else(String::new, number),
            times.rapid.to_string(),
            number(times.rapid as f64 / times.timed as f64),
        ]);
    }
    table.finish()
}
