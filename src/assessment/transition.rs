//! The one table of attempt states and events: every pair is legal or refused with [`TransitionError`].

use thiserror::Error;

use super::attempt::{AttemptEvent, AttemptState, EventKind};

/// The state of an attempt after `event`.
pub fn transition(state: AttemptState, event: &AttemptEvent) -> Result<AttemptState, TransitionError> {
    let kind = event.kind();
    TABLE[state as usize][kind as usize].ok_or(TransitionError::Refused { state, event: kind })
}

/// The state of an attempt after the first event of its log: only `started` begins one.
pub fn begin(event: &AttemptEvent) -> Result<AttemptState, TransitionError> {
    match event.kind() {
        EventKind::Started => Ok(AttemptState::InProgress),
        other => Err(TransitionError::NotStarted { event: other }),
    }
}

/// The state of an attempt after its whole log.
pub fn state_after<'a>(
    events: impl IntoIterator<Item = &'a AttemptEvent>,
) -> Result<AttemptState, TransitionError> {
    let mut events = events.into_iter();
    let first = events.next().ok_or(TransitionError::EmptyLog)?;
    events.try_fold(begin(first)?, transition)
}

/// An event that the state of the attempt does not admit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum TransitionError {
    /// A pair that the table refuses.
    #[error("an attempt that is {state} cannot take the event {}", event.as_str())]
    Refused {
        /// Where the attempt stands.
        state: AttemptState,
        /// What was asked of it.
        event: EventKind,
    },
    /// A log that does not begin with `started`.
    #[error("the log of an attempt begins with started, not with {}", event.as_str())]
    NotStarted {
        /// The first event.
        event: EventKind,
    },
    /// A log without an event.
    #[error("the log of an attempt holds at least the event started")]
    EmptyLog,
}

const NO: Option<AttemptState> = None;
const RUN: Option<AttemptState> = Some(AttemptState::InProgress);
const PAU: Option<AttemptState> = Some(AttemptState::Paused);
const COM: Option<AttemptState> = Some(AttemptState::Completed);
const EXP: Option<AttemptState> = Some(AttemptState::Expired);
const INV: Option<AttemptState> = Some(AttemptState::Invalidated);
const RES: Option<AttemptState> = Some(AttemptState::Reset);

/// Rows: [`AttemptState::ALL`]. Columns: [`EventKind::ALL`].
///
/// A paused attempt takes no answer and is not completed: it is resumed first, so that a pause by a teacher holds. It can
/// be paused over again: a teacher's pause holds whoever paused before.
/// A reset undoes anything but a reset; an invalidation undoes anything that could still count.
#[rustfmt::skip]
const TABLE: [[Option<AttemptState>; 9]; 6] = [
    // started administered answered paused resumed completed expired invalidated reset
    [  NO,     RUN,         RUN,     PAU,   NO,     COM,      EXP,    INV,        RES ], // in progress
    [  NO,     NO,          NO,      PAU,   RUN,    NO,       EXP,    INV,        RES ], // paused
    [  NO,     NO,          NO,      NO,    NO,     NO,       NO,     INV,        RES ], // completed
    [  NO,     NO,          NO,      NO,    NO,     NO,       NO,     INV,        RES ], // expired
    [  NO,     NO,          NO,      NO,    NO,     NO,       NO,     NO,         RES ], // invalidated
    [  NO,     NO,          NO,      NO,    NO,     NO,       NO,     NO,         NO  ], // reset
];
