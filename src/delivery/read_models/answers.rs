//! Scored answers of a log as observations, by attempt and by strand.

use std::collections::BTreeMap;

use item_bank::{Bank, ItemStatus, Observation};

use crate::assessment::{AttemptEvent, Effort, StrandAnswers, strand_of};
use crate::store::AttemptId;
use crate::store::events::LoggedEvent;

/// Logs by attempt, from rows that are ordered by attempt and position.
pub(super) fn by_attempt(rows: Vec<(AttemptId, LoggedEvent)>) -> BTreeMap<String, Vec<LoggedEvent>> {
    let mut logs: BTreeMap<String, Vec<LoggedEvent>> = BTreeMap::new();
    for (attempt, event) in rows {
        logs.entry(attempt.to_string()).or_default().push(event);
    }
    logs
}

/// The answers of these logs, strand by strand, each log with the bank it was answered on. Field-test
/// items and items without a strand or without parameters say nothing.
pub(super) fn by_strand<'a>(logs: &[(&'a Bank, &[LoggedEvent])]) -> Vec<StrandAnswers<'a>> {
    let mut strands: BTreeMap<&'a str, Vec<Observation<'a>>> = BTreeMap::new();
    for (bank, log) in logs {
        for logged in *log {
            let AttemptEvent::Answered { item, score, .. } = &logged.event else {
                continue;
            };
            let Some(item) = bank.item(item.as_str()).filter(|item| item.status != ItemStatus::FieldTest)
            else {
                continue;
            };
            if let (Some(model), Some(strand)) = (item.model.as_ref(), strand_of(item)) {
                strands.entry(strand).or_default().push(Observation { model, score: *score });
            }
        }
    }
    strands
        .into_iter()
        .map(|(strand, observations)| StrandAnswers { strand: strand.to_owned(), observations })
        .collect()
}

/// The effort behind the answers of a log.
pub(super) fn effort(log: &[LoggedEvent]) -> Effort {
    Effort::of(log.iter().filter_map(|logged| match &logged.event {
        AttemptEvent::Answered { elapsed_ms, .. } => Some(*elapsed_ms),
        _ => None,
    }))
}
