//! Who is testing right now.

use serde::Serialize;
use utoipa::ToSchema;

use crate::assessment::{AttemptState, Purpose};

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
