//! Who is testing right now.

use serde::Serialize;
use utoipa::ToSchema;

use super::answers::{by_attempt, effort};
use crate::assessment::{Actor, AttemptEvent, AttemptState, PauseReason, Purpose};
use crate::clock::Millis;
use crate::delivery::{DeliveryError, Service};
use crate::store::assessments::{Assessment, list_assessments};
use crate::store::attempts::Attempt;
use crate::store::class_work::{list_live_attempts, list_live_events};
use crate::store::classes;
use crate::store::events::LoggedEvent;
use crate::store::{ClassId, StoreError};

/// A running attempt from which nothing was heard for this long is silent, milliseconds.
pub const SILENT_AFTER_MS: i64 = 2 * 60_000;
/// An attempt that ended stays on the board for this long, milliseconds.
pub const SHOWN_AFTER_END_MS: i64 = 60 * 60_000;

/// The open attempts of a class, and those that ended lately.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct LiveBoard {
    /// The class.
    pub class_id: String,
    /// Its name.
    pub class_name: String,
    /// When it was read, milliseconds since 1970.
    pub read_at_ms: i64,
    /// Attempts: open ones first, by name.
    pub rows: Vec<LiveRow>,
}

/// One attempt on the board.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct LiveRow {
    /// The attempt.
    pub attempt_id: String,
    /// The student.
    pub student_id: String,
    /// The name.
    pub name: String,
    /// The assessment.
    pub assessment_id: String,
    /// Its name.
    pub assessment_name: String,
    /// What it is for.
    pub purpose: Purpose,
    /// Where it stands.
    pub state: AttemptState,
    /// Answers given.
    pub answered: u32,
    /// The fewest answers the test can end with.
    pub least_answers: u32,
    /// The most it can take.
    pub most_answers: u32,
    /// When it started, milliseconds since 1970.
    pub started_at_ms: i64,
    /// The last sign of activity.
    pub last_activity_ms: i64,
    /// Since when nothing was heard of a running attempt: more than two minutes ago.
    pub silent_since_ms: Option<i64>,
    /// When it ends whether finished or not.
    pub expires_at_ms: Option<i64>,
    /// What a teacher should look at.
    pub flags: Vec<LiveFlag>,
}

/// What a teacher should look at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LiveFlag {
    /// Paused because nothing happened for as long as the policy allows.
    PausedByInactivity,
    /// Paused by an adult, who resumes it.
    PausedByAdult,
    /// Nothing was heard for more than two minutes.
    Silent,
    /// Many answers came too fast to be an effort.
    RapidGuessing,
}

/// The board of a class at `now`. Five queries, whatever the number of attempts.
pub async fn live_board(
    service: &Service,
    now: Millis,
    class_id: &ClassId,
) -> Result<LiveBoard, DeliveryError> {
    let since = now.plus(-SHOWN_AFTER_END_MS);
    let mut connection = service.store.begin_read().await?;
    let class = classes::by_id(&mut connection, class_id).await?;
    let class = class.ok_or_else(|| DeliveryError::not_found("class", class_id))?;
    let assessments = list_assessments(&mut connection).await?;
    let attempts = list_live_attempts(&mut connection, class_id, since).await?;
    let logs = by_attempt(list_live_events(&mut connection, class_id, since).await?);
    connection.rollback().await.map_err(StoreError::from)?;
    let mut rows = Vec::with_capacity(attempts.len());
    for (name, attempt) in &attempts {
        let assessment = assessments.iter().find(|assessment| assessment.id == attempt.assessment_id);
        let assessment =
            assessment.ok_or_else(|| DeliveryError::not_found("assessment", &attempt.assessment_id))?;
        let plan = service.library.plan(&attempt.pins.plan_id, attempt.pins.plan_version).await?;
        let log = logs.get(attempt.id.as_str()).map_or(&[][..], Vec::as_slice);
        let lengths = (plan.stopping.minimum_items, plan.stopping.maximum_items);
        rows.push(live_row(now, name, (attempt, assessment), lengths, log));
    }
    rows.sort_by(|one, other| {
        (!one.state.is_open(), &one.name, &one.attempt_id).cmp(&(
            !other.state.is_open(),
            &other.name,
            &other.attempt_id,
        ))
    });
    Ok(LiveBoard { class_id: class.id.to_string(), class_name: class.name, read_at_ms: now.0, rows })
}

fn live_row(
    now: Millis,
    name: &str,
    (attempt, assessment): (&Attempt, &Assessment),
    (least, most): (usize, usize),
    log: &[LoggedEvent],
) -> LiveRow {
    let running = attempt.state == AttemptState::InProgress;
    let silent = running && now.since(attempt.last_activity) > SILENT_AFTER_MS;
    let silent_since_ms = silent.then_some(attempt.last_activity.0);
    let mut flags = Vec::new();
    flags.extend(if attempt.state == AttemptState::Paused { pause_flag(log) } else { None });
    flags.extend(silent.then_some(LiveFlag::Silent));
    flags.extend(effort(log).is_doubtful().then_some(LiveFlag::RapidGuessing));
    LiveRow {
        attempt_id: attempt.id.to_string(),
        student_id: attempt.student_id.to_string(),
        name: name.to_owned(),
        assessment_id: assessment.id.to_string(),
        assessment_name: assessment.name.clone(),
        purpose: assessment.purpose,
        state: attempt.state,
        answered: attempt.answered,
        least_answers: u32::try_from(least).unwrap_or(u32::MAX),
        most_answers: u32::try_from(most).unwrap_or(u32::MAX),
        started_at_ms: attempt.started_at.0,
        last_activity_ms: attempt.last_activity.0,
        silent_since_ms,
        expires_at_ms: attempt.expires_at.map(|at| at.0),
        flags,
    }
}

/// Who paused it last; a student's own pause needs no attention.
fn pause_flag(log: &[LoggedEvent]) -> Option<LiveFlag> {
    let last = log.iter().rev().find_map(|logged| match &logged.event {
        AttemptEvent::Paused { by, reason } => Some((by, *reason)),
        _ => None,
    });
    match last? {
        (_, PauseReason::Inactivity) => Some(LiveFlag::PausedByInactivity),
        (Actor::Account(_), PauseReason::Requested) => Some(LiveFlag::PausedByAdult),
        (Actor::System | Actor::Student, PauseReason::Requested) => None,
    }
}
