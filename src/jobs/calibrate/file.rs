//! From a response file to a response matrix. A file is read when it is handed in, so that a bad one makes no job.

use std::collections::HashMap;

use calibration::responses::{ReadOptions, ResponseFileError, ResponseMatrix, SCORE_MAX, read_responses};
use item_bank::{Bank, Item, ItemStatus};

use super::data::{CalibrationData, Grouping};
use crate::jobs::JobError;

/// Reads a file of answers to items of the bank, wide or long.
pub(super) fn read(
    bank: &Bank,
    group: Option<&str>,
    text: &str,
) -> Result<ResponseMatrix, ResponseFileError> {
    let highest = |item: &Item| {
        item.maximum_score()
            .and_then(|score| u8::try_from(score).ok())
            .map_or(SCORE_MAX, |score| score.min(SCORE_MAX))
    };
    let known: HashMap<String, u8> =
        bank.items().iter().map(|item| (item.id.to_string(), highest(item))).collect();
    let options =
        ReadOptions { group: group.map(str::to_owned), known_items: Some(known), ..ReadOptions::default() };
    read_responses(text.as_bytes(), &options)
}

/// The answers to items that are not retired, in the order of the bank, and the groups of the file.
pub(super) fn collect(bank: &Bank, matrix: ResponseMatrix) -> Result<CalibrationData<'_>, JobError> {
    let place: HashMap<&str, usize> =
        matrix.items().iter().enumerate().map(|(column, id)| (id.as_str(), column)).collect();
    let items: Vec<&Item> = bank
        .items()
        .iter()
        .filter(|item| place.contains_key(item.id.as_str()) && item.status != ItemStatus::Retired)
        .collect();
    if items.is_empty() {
        return Err(JobError::Refused("every item of the file is retired".to_owned()));
    }
    let mut column_of: Vec<Option<usize>> = vec![None; matrix.items().len()];
    for (column, item) in items.iter().enumerate() {
        column_of[place[item.id.as_str()]] = Some(column);
    }
    let names = items.iter().map(|item| item.id.to_string()).collect();
    let ordered = matrix.rebuilt(names, |_, item, score| Some((column_of[item]?, score)));
    let examinees = ordered.examinee_count();
    let grouping = if ordered.group_names().is_empty() {
        Grouping::None
    } else {
        let of = (0..examinees).map(|examinee| ordered.group(examinee)).collect();
        Grouping::Named { names: ordered.group_names().to_vec(), of }
    };
    Ok(CalibrationData {
        times: vec![None; items.len()],
        rapid_guesses: None,
        // One group for the estimation: groups are compared, not told apart on the scale.
        matrix: ordered.with_groups(vec!["all".to_owned()], vec![0; examinees]),
        grouping,
        items,
    })
}
