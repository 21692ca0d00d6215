//! What to show now: the very item that waits, whatever happened to the browser in between.

use item_bank::ItemId;

use super::library::Pinned;
use super::sitting::Sitting;
use super::{DeliveryError, Service};
use crate::assessment::{Actor, AttemptEvent, AttemptState, EventKind, PauseReason};
use crate::clock::Millis;
use crate::store::AttemptId;
use crate::store::attempts::Attempt;

/// An attempt as its student meets it.
#[derive(Debug, Clone)]
pub struct CurrentStep {
    /// The row of the attempt.
    pub attempt: Attempt,
    /// Answers given so far, field-test items among them: a student cannot tell which those are.
    pub given: u32,
    /// Bank, plan and policy of it.
    pub pinned: Pinned,
    /// What to show.
    pub show: Show,
}

/// What to show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Show {
    /// This item, the `number`th of the attempt, from 1.
    Item {
        /// The item.
        item: ItemId,
        /// Its place in the attempt.
        number: u32,
    },
    /// That the attempt is paused.
    Paused {
        /// Who paused it.
        by: Actor,
        /// Why.
        reason: PauseReason,
    },
    /// That it is over; [`Attempt::state`] says how.
    Ended,
}

/// What to show now.
pub async fn current_step(
    service: &Service,
    now: Millis,
    id: &AttemptId,
) -> Result<CurrentStep, DeliveryError> {
    CurrentStep::of(&Sitting::open_at(service, id, now).await?)
}

impl CurrentStep {
    /// The step of a sitting that is saved.
    pub(super) fn of(sitting: &Sitting) -> Result<Self, DeliveryError> {
        let answers = sitting.log.iter().filter(|logged| logged.event.kind() == EventKind::Answered);
        let given = u32::try_from(answers.count()).unwrap_or(u32::MAX);
        let show = match sitting.attempt.state {
            AttemptState::InProgress => Show::Item {
                item: sitting.awaiting().cloned().ok_or_else(|| DeliveryError::BrokenLog {
                    id: sitting.attempt.id.to_string(),
                    reason: "it is in progress and shows no item".to_owned(),
                })?,
                number: given + 1,
            },
            AttemptState::Paused => last_pause(sitting),
            AttemptState::Completed
            | AttemptState::Expired
            | AttemptState::Invalidated
            | AttemptState::Reset => Show::Ended,
        };
        Ok(Self { attempt: sitting.attempt.clone(), given, pinned: sitting.pinned.clone(), show })
    }
}

fn last_pause(sitting: &Sitting) -> Show {
    let pause = sitting.log.iter().rev().find_map(|logged| match &logged.event {
        AttemptEvent::Paused { by, reason } => Some(Show::Paused { by: by.clone(), reason: *reason }),
        _ => None,
    });
    pause.unwrap_or(Show::Paused { by: Actor::System, reason: PauseReason::Requested })
}
