//! From live answers to a response matrix: rapid guesses out, one row an attempt, one column an item.

use std::collections::BTreeMap;

use calibration::rapid_guess_threshold_ms;
use calibration::responses::{ResponseBuilder, ResponseMatrix};
use item_bank::{Bank, Item, ItemStatus};

use crate::delivery::recalibration::{CalibrationRequest, RapidGuesses};
use crate::jobs::JobError;
use crate::store::recalibration::LiveAnswer;

/// Live answers, ready for estimation.
pub(super) struct LiveData<'a> {
    /// One row an attempt.
    pub matrix: ResponseMatrix,
    /// The student's grade then, of every row.
    pub grades: Vec<u8>,
    /// The item of every column, in the order of the bank.
    pub items: Vec<&'a Item>,
    /// Answers left out as rapid guesses.
    pub rapid_guesses: u64,
}

/// Answers of one attempt: column and score, one an item.
type Row = BTreeMap<u16, u8>;

/// Takes the answers to items that the bank still has and that are not retired.
pub(super) fn collect<'a>(
    bank: &'a Bank,
    request: &CalibrationRequest,
    answers: Vec<LiveAnswer>,
) -> Result<LiveData<'a>, JobError> {
    let thresholds = match request.rapid_guesses {
        RapidGuesses::LeftOut => thresholds(&answers),
        RapidGuesses::Kept => BTreeMap::new(),
    };
    let grade_of: BTreeMap<String, u8> =
        answers.iter().map(|answer| (answer.attempt.to_string(), answer.grade)).collect();
    let mut given: BTreeMap<String, Vec<LiveAnswer>> = BTreeMap::new();
    let mut rapid_guesses = 0;
    for answer in answers {
        let threshold = thresholds.get(answer.item.as_str()).copied().unwrap_or(0.0);
        if (answer.elapsed_ms as f64) < threshold {
            rapid_guesses += 1;
        } else {
            given.entry(answer.item.as_str().to_owned()).or_default().push(answer);
        }
    }
    let items: Vec<&Item> = bank
        .items()
        .iter()
        .filter(|item| given.contains_key(item.id.as_str()) && is_live(item.status))
        .collect();
    if items.is_empty() {
        return Err(JobError::Refused("no answers to items of this bank in this period".to_owned()));
    }
    let mut rows: BTreeMap<String, Row> = BTreeMap::new();
    for (column, item) in items.iter().enumerate() {
        let column = u16::try_from(column)
            .map_err(|_| JobError::Refused("more items than a calibration takes".to_owned()))?;
        for answer in given.get(item.id.as_str()).into_iter().flatten() {
            let score = u8::try_from(answer.score).map_err(|_| {
                JobError::Refused(format!("item {}: score {} is too high", item.id, answer.score))
            })?;
            rows.entry(answer.attempt.to_string()).or_default().insert(column, score);
        }
    }
    let mut builder = ResponseBuilder::new(items.iter().map(|item| item.id.to_string()).collect());
    for row in rows.values() {
        builder.push(&row.iter().map(|(column, score)| (*column, *score)).collect::<Vec<_>>());
    }
    let grades = rows.keys().filter_map(|attempt| grade_of.get(attempt).copied()).collect();
    Ok(LiveData { matrix: builder.finish(), grades, items, rapid_guesses })
}

fn is_live(status: ItemStatus) -> bool {
    matches!(status, ItemStatus::Operational | ItemStatus::FieldTest)
}

fn thresholds(answers: &[LiveAnswer]) -> BTreeMap<String, f64> {
    let mut times: BTreeMap<&str, Vec<i64>> = BTreeMap::new();
    for answer in answers {
        times.entry(answer.item.as_str()).or_default().push(answer.elapsed_ms);
    }
    let known = times.into_iter();
    known.filter_map(|(item, times)| Some((item.to_owned(), rapid_guess_threshold_ms(&times)?))).collect()
}
