//! The log of an attempt in words, for adults.

use jiff::tz::TimeZone;

use super::words;
use crate::adaptive::ExposureUse;
use crate::assessment::{Actor, AttemptEvent, CompletionReason, ExpiryReason, PauseReason};
use crate::delivery::AttemptRecord;

/// One event of the log.
pub struct EventView {
    /// Its position.
    pub position: u32,
    /// When.
    pub time: String,
    /// What happened.
    pub words: String,
}

/// The log in words.
#[must_use]
pub fn event_views(record: &AttemptRecord, zone: &TimeZone) -> Vec<EventView> {
    record
        .log
        .iter()
        .map(|logged| EventView {
            position: logged.position,
            time: words::date_time(logged.at, zone),
            words: words_of(record, &logged.event),
        })
        .collect()
}

fn words_of(record: &AttemptRecord, event: &AttemptEvent) -> String {
    let words = event_words(event);
    match event {
        AttemptEvent::Answered { item, .. } if record.field_test.contains(item) => {
            format!("{words}; a field-test item, counts for nothing")
        }
        _ => words,
    }
}

fn event_words(event: &AttemptEvent) -> String {
    match event {
        AttemptEvent::Started(started) => format!(
            "Started with bank {} version {}, plan {} version {}, policy {} version {}; prior {} ± {}; {} seen before",
            started.bank.id,
            started.bank.version,
            started.plan.id,
            started.plan.version,
            started.policy.id,
            started.policy.version,
            words::decimal(started.prior_mean),
            words::decimal(started.prior_standard_deviation),
            words::counted(started.seen.len(), "item"),
        ),
        AttemptEvent::Administered { item, shadow_test, exposure } => {
            let source = shadow_test.map(|report| format!(", from {}", report.words())).unwrap_or_default();
            let over = match exposure {
                Some(ExposureUse::OverCap) => {
                    "; over the cap on exposure, the plan could not be met otherwise"
                }
                Some(ExposureUse::UnderCap) | None => "",
            };
            format!("Item {item} shown{source}{over}")
        }
        AttemptEvent::Answered { item, score, elapsed_ms, .. } => {
            let seconds = *elapsed_ms as f64 / 1_000.0;
            format!("Item {item} answered after {seconds:.1} s, score {score}")
        }
        AttemptEvent::Paused { by, reason: PauseReason::Requested } => format!("Paused by {}", actor(by)),
        AttemptEvent::Paused { reason: PauseReason::Inactivity, .. } => {
            "Paused: nothing happened for too long".to_owned()
        }
        AttemptEvent::Resumed { by } => format!("Resumed by {}", actor(by)),
        AttemptEvent::Completed { reason: CompletionReason::HandedIn } => "Handed in early".to_owned(),
        AttemptEvent::Completed { reason: CompletionReason::Engine(reason) } => {
            format!("Completed: {}", reason.words())
        }
        AttemptEvent::Expired { reason: ExpiryReason::WindowClosed } => {
            "Expired: the window closed".to_owned()
        }
        AttemptEvent::Expired { reason: ExpiryReason::LifetimeEnded } => {
            "Expired: its lifetime ended".to_owned()
        }
        AttemptEvent::Invalidated { by, reason } => format!("Invalidated by {}: {reason}", actor(by)),
        AttemptEvent::Reset { by, reason } => format!("Given back by {}: {reason}", actor(by)),
    }
}

fn actor(actor: &Actor) -> &'static str {
    match actor {
        Actor::System => "the system",
        Actor::Student => "the student",
        Actor::Account(_) => "an adult",
    }
}
