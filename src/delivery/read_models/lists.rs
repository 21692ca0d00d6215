//! The three lists on top of a class: who is ready to validate, who is stalled, who is running out of attempts.

use super::class_overview::{ClassCell, ClassColumn, ClassRow, Listed, ValidationState};
use super::student_evidence::percent_words;
use crate::assessment::{Recommendation, Verdict};
use crate::clock::Millis;

/// A student who has begun and ended nothing for this long is stalled, days.
pub(super) const QUIET_DAYS: i64 = 30;
/// As many attempts in a row without a better estimate than the one before them are a stall.
pub(super) const FLAT_ATTEMPTS: usize = 2;
const DAY_MS: i64 = 86_400_000;

/// Recommended, not yet validated, not yet unlocked, with an attempt left. The surest first.
pub(super) fn ready(rows: &[ClassRow]) -> Vec<Listed> {
    let mut listed: Vec<Listed> = Vec::new();
    for (row, cell) in cells(rows) {
        // The lowest target that is not yet validated is the next one.
        let Some(next) = next_target(cell) else {
            continue;
        };
        let open = next.unlock_id.is_none() && next.attempts_left != Some(0);
        if next.recommendation == Recommendation::Unlock && open {
            let percent = percent_words(next.probability.unwrap_or(0.0));
            let why = format!("Would be validated now with a probability of {percent}.");
            listed.push(entry(row, next, why));
        }
    }
    listed.sort_by(|one, other| other.probability.unwrap_or(0.0).total_cmp(&one.probability.unwrap_or(0.0)));
    listed
}

/// Nothing ended for a month, or the last two attempts brought no better estimate; by name.
pub(super) fn stalled(now: Millis, columns: &[ClassColumn], rows: &[ClassRow]) -> Vec<Listed> {
    let mut listed = Vec::new();
    for (row, cell, column) in cells_with_columns(rows, columns) {
        let done = !cell.validations.is_empty() && next_target(cell).is_none();
        let waits_for_teacher =
            next_target(cell).is_some_and(|next| next.recommendation == Recommendation::Unlock);
        if done || waits_for_teacher || cell.open_attempt_id.is_some() {
            continue;
        }
        if let Some(why) = quiet(now, cell).or_else(|| flat(cell)) {
            listed.push(about(row, cell, column, why));
        }
    }
    listed
}

/// One attempt left or none, at self-levelling or at the next validation, and not validated; by name.
pub(super) fn running_out(columns: &[ClassColumn], rows: &[ClassRow]) -> Vec<Listed> {
    let mut listed = Vec::new();
    for (row, cell, column) in cells_with_columns(rows, columns) {
        let next = next_target(cell);
        if !cell.validations.is_empty() && next.is_none() {
            continue;
        }
        let at_validation = next.and_then(|next| next.attempts_left).filter(|&left| left <= 1);
        let at_levelling = cell.attempts_left.filter(|&left| left <= 1);
        let why = match (at_validation, at_levelling) {
            (Some(left), _) => format!("{} at validation.", left_words(left)),
            (None, Some(left)) => format!("{} at self-levelling.", left_words(left)),
            (None, None) => continue,
        };
        listed.push(about(row, cell, column, why));
    }
    listed
}

fn left_words(left: u32) -> &'static str {
    if left == 0 { "No attempt left" } else { "One attempt left" }
}

fn quiet(now: Millis, cell: &ClassCell) -> Option<String> {
    let days = now.since(Millis(cell.last_finished_at_ms?)) / DAY_MS;
    (days >= QUIET_DAYS).then(|| format!("No attempt for {days} days."))
}

fn flat(cell: &ClassCell) -> Option<String> {
    let (before, last) = cell.dots.split_at(cell.dots.len().checked_sub(FLAT_ATTEMPTS)?);
    let best_before = before.iter().map(|dot| dot.theta).max_by(f64::total_cmp)?;
    let better = last.iter().any(|dot| dot.theta > best_before);
    (!better).then(|| format!("The last {FLAT_ATTEMPTS} attempts brought no higher place."))
}

/// The lowest target that is not yet validated.
fn next_target(cell: &ClassCell) -> Option<&ValidationState> {
    cell.validations.iter().find(|state| state.verdict != Some(Verdict::Validated))
}

fn cells(rows: &[ClassRow]) -> impl Iterator<Item = (&ClassRow, &ClassCell)> {
    rows.iter().flat_map(|row| row.cells.iter().map(move |cell| (row, cell)))
}

fn cells_with_columns<'a>(
    rows: &'a [ClassRow],
    columns: &'a [ClassColumn],
) -> impl Iterator<Item = (&'a ClassRow, &'a ClassCell, &'a ClassColumn)> {
    rows.iter()
        .flat_map(move |row| row.cells.iter().zip(columns).map(move |(cell, column)| (row, cell, column)))
}

fn entry(row: &ClassRow, state: &ValidationState, why: String) -> Listed {
    Listed {
        student_id: row.student_id.clone(),
        name: row.name.clone(),
        assessment_id: state.assessment_id.clone(),
        assessment_name: state.name.clone(),
        probability: state.probability,
        why,
    }
}

/// About the next validation where there is one, else about the column.
fn about(row: &ClassRow, cell: &ClassCell, column: &ClassColumn, why: String) -> Listed {
    match next_target(cell) {
        Some(next) => entry(row, next, why),
        None => Listed {
            student_id: row.student_id.clone(),
            name: row.name.clone(),
            assessment_id: column.assessment_id.clone(),
            assessment_name: column.name.clone(),
            probability: None,
            why,
        },
    }
}
