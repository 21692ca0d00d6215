//! The student's home: where I am, what the one button does, what my attempts were.

use serde::Serialize;
use utoipa::ToSchema;

use super::place::{Place, TrailScale};
use crate::assessment::{AttemptState, NotCounted, Purpose, Wait};

/// The home of one student.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct StudentHome {
    /// The student.
    pub student_id: String,
    /// The name.
    pub name: String,
    /// The grade.
    pub grade: u8,
    /// IANA name of the school's time zone: dates are told in it.
    pub time_zone: String,
    /// What the student can take or has taken: self-levelling first, then validations, each by name.
    pub assessments: Vec<HomeAssessment>,
}

/// One assessment on the home.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct HomeAssessment {
    /// The assessment.
    pub assessment_id: String,
    /// Its name.
    pub name: String,
    /// What it is for.
    pub purpose: Purpose,
    /// The trail; none when the bank has no progression.
    pub trail: Option<TrailScale>,
    /// Where the counting attempt places the student.
    pub place: Option<Place>,
    /// The level to be validated: index into the trail's levels.
    pub target_level: Option<usize>,
    /// What the button does.
    pub door: Door,
    /// The policy in a sentence.
    pub policy: String,
    /// Attempts allowed in this window; none: unlimited.
    pub attempts_allowed: Option<u32>,
    /// Attempts left; none: unlimited.
    pub attempts_left: Option<u32>,
    /// When the unlock that stands open expires, milliseconds since 1970.
    pub unlocked_until_ms: Option<i64>,
    /// Past and open attempts, oldest first; those given back are left out.
    pub attempts: Vec<PastAttempt>,
    /// Which attempt counts and why, in a sentence.
    pub why: String,
}

/// What the one button does, or why there is none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Door {
    /// An attempt can start now.
    Start,
    /// An attempt is open: go on with it.
    Continue {
        /// The attempt.
        attempt_id: String,
        /// Whether it is paused.
        paused: bool,
    },
    /// Time alone will open it.
    Wait {
        /// When, milliseconds since 1970.
        opens_at_ms: i64,
        /// Which rule makes the student wait; none: the window is not open, or its attempts are used.
        rule: Option<Wait>,
        /// Why, in words for the student.
        why: String,
    },
    /// Somebody has to do something first, or it is over.
    Closed {
        /// Why, in words for the student.
        why: String,
    },
}

/// One attempt on the home.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct PastAttempt {
    /// The attempt.
    pub attempt_id: String,
    /// Its number.
    pub number: u32,
    /// Where it stands.
    pub state: AttemptState,
    /// When it started, milliseconds since 1970.
    pub started_at_ms: i64,
    /// When it ended.
    pub finished_at_ms: Option<i64>,
    /// Where it placed the student.
    pub place: Option<Place>,
    /// Whether it is the attempt that counts.
    pub counts: bool,
    /// Why it cannot count; none: it can.
    pub left_out: Option<NotCounted>,
}
