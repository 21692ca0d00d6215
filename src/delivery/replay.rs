//! Replaying an attempt: every decision derived again from the log, the first difference told.

use std::fmt;

use item_bank::ItemId;

use super::sitting::Sitting;
use super::{DeliveryError, Service};
use crate::adaptive::{ChoiceReport, Step};
use crate::assessment::{AttemptEvent, CompletionReason};
use crate::store::AttemptId;
use crate::store::attempts::Attempt;
use crate::store::events::LoggedEvent;

/// What a replay found.
#[derive(Debug, Clone, PartialEq)]
pub struct Replay {
    /// The attempt.
    pub attempt: Attempt,
    /// Its log, in order.
    pub log: Vec<LoggedEvent>,
    /// Decisions derived again: states, scores, items, the end.
    pub decisions: u32,
    /// The first thing that differs; none: the log proves the attempt.
    pub difference: Option<Difference>,
}

/// A decision that does not follow from what came before it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// Its position in the log; none: the row of the attempt.
    pub position: Option<u32>,
    /// What was decided.
    pub recorded: String,
    /// What follows from the log.
    pub derived: String,
}

impl fmt::Display for Difference {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { position, recorded, derived } = self;
        match position {
            Some(position) => {
                write!(formatter, "at position {position}: recorded {recorded}, derived {derived}")
            }
            None => write!(formatter, "in the attempt's row: recorded {recorded}, derived {derived}"),
        }
    }
}

/// Derives every decision of a stored attempt again.
pub async fn replay(service: &Service, id: &AttemptId) -> Result<Replay, DeliveryError> {
    let stored = Sitting::open_from_disk(service, id).await?;
    let mut decisions = 0;
    let difference = first_difference(&stored, &mut decisions);
    Ok(Replay { attempt: stored.attempt, log: stored.log, decisions, difference })
}

fn first_difference(stored: &Sitting, decisions: &mut u32) -> Option<Difference> {
    let blank = Attempt {
        next_position: 0,
        answered: 0,
        plan_met: false,
        finished_at: None,
        placement: None,
        ..stored.attempt.clone()
    };
    let blank = Attempt { state: crate::assessment::AttemptState::InProgress, ..blank };
    let mut derived = Sitting::begin(blank, stored.pinned.clone());
    for logged in &stored.log {
        if let Some(difference) = check(&derived, stored, logged, decisions) {
            return Some(difference);
        }
        if let Err(refusal) = derived.record(logged.event.clone(), logged.at) {
            return Some(at(logged, logged.event.kind().as_str().to_owned(), refusal.to_string()));
        }
    }
    *decisions += 1;
    let (recorded, derived) = (&stored.attempt, &derived.attempt);
    (recorded != derived).then(|| Difference {
        position: None,
        recorded: format!("{recorded:?}"),
        derived: format!("{derived:?}"),
    })
}

/// The difference between one event and what follows from the events before it.
fn check(
    before: &Sitting,
    stored: &Sitting,
    logged: &LoggedEvent,
    decisions: &mut u32,
) -> Option<Difference> {
    *decisions += 1;
    let (recorded, derived) = match &logged.event {
        AttemptEvent::Started(started) => {
            let pins = &stored.attempt.pins;
            let pinned = (&pins.bank_id, pins.bank_version, &pins.plan_id, pins.plan_version);
            let begun = (&started.bank.id, started.bank.version, &started.plan.id, started.plan.version);
            let policy =
                (&pins.policy_id, pins.policy_version) == (&started.policy.id, started.policy.version);
            let prior = stored.attempt.prior.mean == started.prior_mean
                && stored.attempt.prior.standard_deviation == started.prior_standard_deviation;
            (
                format!("{begun:?}"),
                if policy && prior { format!("{pinned:?}") } else { format!("{:?}", stored.attempt) },
            )
        }
        AttemptEvent::Administered { item, shadow_test, exposure } => {
            shown(item, ChoiceReport { shadow_test: *shadow_test, exposure: *exposure }, before)
        }
        AttemptEvent::Completed { reason: CompletionReason::Engine(reason) } => {
            (format!("end: {reason:?}"), step_words(before))
        }
        AttemptEvent::Answered { item, answer, score, .. } => {
            let content = before.pinned.bank.item(item.as_str()).and_then(|item| item.content.as_ref());
            let shown = before.awaiting();
            let rescored = match content.map(|content| content.score(answer)) {
                Some(Ok(score)) => format!("score {score}"),
                Some(Err(error)) => error.to_string(),
                None => "no such question".to_owned(),
            };
            let derived = format!("{} {rescored}", shown.map_or("none", |shown| shown.as_str()));
            (format!("{item} score {score}"), derived)
        }
        AttemptEvent::Completed { reason: CompletionReason::HandedIn }
        | AttemptEvent::Paused { .. }
        | AttemptEvent::Resumed { .. }
        | AttemptEvent::Expired { .. }
        | AttemptEvent::Invalidated { .. }
        | AttemptEvent::Reset { .. } => return None,
    };
    (recorded != derived).then(|| at(logged, recorded, derived))
}

/// An item that was shown and the one that follows, each with what was recorded of how it was chosen.
fn shown(item: &ItemId, recorded: ChoiceReport, before: &Sitting) -> (String, String) {
    let words = |item: &ItemId, report: ChoiceReport| {
        let shadow_test = report.shadow_test.map(|report| format!(" {report:?}")).unwrap_or_default();
        let exposure = report.exposure.map(|exposure| format!(" {exposure:?}")).unwrap_or_default();
        format!("item {item}{shadow_test}{exposure}")
    };
    let derived = match before.next_step_with_report() {
        Ok((Step::Administer(item), ChoiceReport { shadow_test, exposure })) => {
            // A log may have been written before there was a record.
            let shadow_test = recorded.shadow_test.and(shadow_test);
            words(&item, ChoiceReport { shadow_test, exposure: recorded.exposure.and(exposure) })
        }
        Ok((Step::Stop(_), _)) | Err(_) => step_words(before),
    };
    (words(item, recorded), derived)
}

fn step_words(before: &Sitting) -> String {
    match before.next_step() {
        Ok(Step::Administer(item)) => format!("item {item}"),
        Ok(Step::Stop(reason)) => format!("end: {reason:?}"),
        Err(error) => error.to_string(),
    }
}

fn at(logged: &LoggedEvent, recorded: String, derived: String) -> Difference {
    Difference { position: Some(logged.position), recorded, derived }
}
