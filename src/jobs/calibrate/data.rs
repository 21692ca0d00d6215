//! From live answers to a response matrix: rapid guesses out, one row an attempt, one column an item.

use std::collections::HashMap;

use calibration::rapid_guess_threshold_ms;
use calibration::responses::{ResponseBuilder, ResponseMatrix};
use item_bank::{Bank, Item, ItemId, ItemStatus};

use crate::delivery::recalibration::{AnswerTimes, RapidGuesses};
use crate::jobs::JobError;
use crate::store::recalibration::{LiveAnswer, LiveAnswers};

/// Answers, ready for estimation.
pub(super) struct CalibrationData<'a> {
    /// One row an examinee.
    pub matrix: ResponseMatrix,
    /// What tells the examinees of the rows apart.
    pub grouping: Grouping,
    /// The item of every column, in the order of the bank.
    pub items: Vec<&'a Item>,
    /// How long answers to every item took, where that is known.
    pub times: Vec<Option<AnswerTimes>>,
    /// Answers that came too fast to have been thought about; none where nobody knows how long they took.
    pub rapid_guesses: Option<u64>,
}

/// What tells examinees apart.
pub(super) enum Grouping {
    /// Nothing.
    None,
    /// The student's grade then.
    Grades(Vec<u8>),
    /// A column of the file: the names in it, and each examinee's.
    Named { names: Vec<String>, of: Vec<usize> },
}

/// Takes the live answers to items that the bank still has and that are not retired. `unanswered` are the items that
/// students left without an answer.
pub(super) fn collect<'a>(
    bank: &'a Bank,
    rapid: RapidGuesses,
    live: LiveAnswers,
    unanswered: &[ItemId],
) -> Result<CalibrationData<'a>, JobError> {
    let mut given: Vec<Vec<LiveAnswer>> = vec![Vec::new(); live.items.len()];
    for answer in live.answers {
        given[answer.item as usize].push(answer);
    }
    let mut left: HashMap<&ItemId, usize> = HashMap::new();
    for item in unanswered {
        *left.entry(item).or_default() += 1;
    }
    let mut of_item: HashMap<&str, (Vec<LiveAnswer>, AnswerTimes)> = HashMap::new();
    for (item, mut answers) in live.items.iter().zip(given) {
        let found = answer_times(&answers, left.get(item).copied().unwrap_or(0));
        if let (RapidGuesses::LeftOut, Some(seconds)) = (rapid, found.rapid_below_seconds) {
            answers.retain(|answer| !is_rapid(answer, seconds));
        }
        of_item.insert(item.as_str(), (answers, found));
    }
    let rapid_guesses = of_item.values().map(|(_, times)| u64::from(times.rapid_guesses)).sum();
    let is_used = |item: &&Item| {
        of_item.get(item.id.as_str()).is_some_and(|(answers, _)| !answers.is_empty()) && is_live(item.status)
    };
    let items: Vec<&Item> = bank.items().iter().filter(is_used).collect();
    if items.is_empty() {
        return Err(JobError::Refused("no answers to items of this bank in this period".to_owned()));
    }
    let mut rows: Vec<Vec<(u16, u8)>> = vec![Vec::new(); live.grades.len()];
    let mut times = Vec::with_capacity(items.len());
    for (column, item) in items.iter().enumerate() {
        let column = u16::try_from(column)
            .map_err(|_| JobError::Refused("more items than a calibration takes".to_owned()))?;
        let Some((answers, found)) = of_item.remove(item.id.as_str()) else { continue };
        times.push(Some(found));
        for answer in answers {
            let score = u8::try_from(answer.score).map_err(|_| {
                JobError::Refused(format!("item {}: score {} is too high", item.id, answer.score))
            })?;
            rows[answer.attempt as usize].push((column, score));
        }
    }
    let mut builder = ResponseBuilder::new(items.iter().map(|item| item.id.to_string()).collect());
    let mut grades = Vec::with_capacity(rows.len());
    for (row, grade) in rows.iter_mut().zip(&live.grades).filter(|(row, _)| !row.is_empty()) {
        row.dedup_by_key(|(column, _)| *column);
        builder.push(row);
        grades.push(*grade);
    }
    Ok(CalibrationData {
        matrix: builder.finish(),
        grouping: Grouping::Grades(grades),
        rapid_guesses: Some(rapid_guesses),
        times,
        items,
    })
}

fn is_live(status: ItemStatus) -> bool {
    matches!(status, ItemStatus::Operational | ItemStatus::FieldTest)
}

fn is_rapid(answer: &LiveAnswer, below_seconds: f64) -> bool {
    f64::from(answer.elapsed_ms) < below_seconds * 1_000.0
}

fn answer_times(answers: &[LiveAnswer], unanswered: usize) -> AnswerTimes {
    let mut times: Vec<i64> = answers.iter().map(|answer| i64::from(answer.elapsed_ms)).collect();
    times.sort_unstable();
    let below = rapid_guess_threshold_ms(&times).map(|threshold| threshold / 1_000.0);
    let rapid = answers.iter().filter(|answer| below.is_some_and(|below| is_rapid(answer, below))).count();
    AnswerTimes {
        median_seconds: times[times.len() / 2] as f64 / 1_000.0,
        rapid_below_seconds: below,
        rapid_guesses: u32::try_from(rapid).unwrap_or(u32::MAX),
        unanswered: u32::try_from(unanswered).unwrap_or(u32::MAX),
    }
}

#[cfg(test)]
mod tests {
    use item_bank::formats::read_bank_json;

    use super::*;
    /// Twenty answers, two of half a second: the mean is 18.05 s, so that below 1.805 s is a rapid guess.
    fn answers() -> LiveAnswers {
        let mut answers = LiveAnswers::default();
        for number in 0..20 {
            let elapsed_ms = if number < 2 { 500 } else { 20_000 };
            answers.push((&number.to_string(), 4), ItemId::new("one").unwrap(), (1, elapsed_ms));
        }
        answers
    }

    #[test]
    fn what_came_too_fast_is_counted_and_left_out_only_when_asked() {
        let bank = serde_json::json!({ "id": "b", "name": "B", "D": 1, "origin": "made for tests", "licence": "CC0-1.0",
            "items": [{ "id": "one", "model": "1PL", "a": 1.0, "b": 0.0, "pool": "interim", "status": "operational" }] });
        let bank = read_bank_json(&bank.to_string(), "bank").unwrap();
        let left = [ItemId::new("one").unwrap(), ItemId::new("two").unwrap()];
        for (rapid, rows) in [(RapidGuesses::LeftOut, 18), (RapidGuesses::Kept, 20)] {
            let data = collect(&bank, rapid, answers(), &left).unwrap();
            assert_eq!((data.matrix.examinee_count(), data.rapid_guesses), (rows, Some(2)));
            let times = data.times[0].clone().unwrap();
            assert_eq!((times.median_seconds, times.rapid_guesses, times.unanswered), (20.0, 2, 1));
            assert!((times.rapid_below_seconds.unwrap() - 1.805).abs() < 1e-12);
        }
    }
}
