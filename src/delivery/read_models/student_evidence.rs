//! The evidence on one student for one validation: what the teacher looks at before unlocking.

use serde::Serialize;
use utoipa::ToSchema;

use super::place::{Place, TrailScale};
use crate::assessment::{AttemptState, Feedback, NotCounted, Purpose, Readiness, UnlockStatus, Verdict};

/// The evidence on one student for one validation.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct StudentEvidence {
    /// The student.
    pub student_id: String,
    /// The name.
    pub name: String,
    /// The grade.
    pub grade: u8,
    /// IANA name of the school's time zone.
    pub time_zone: String,
    /// The validation.
    pub assessment_id: String,
    /// Its name.
    pub assessment_name: String,
    /// The trail.
    pub trail: Option<TrailScale>,
    /// The level to be validated: index into the trail's levels.
    pub target_level: usize,
    /// Its cut, logits.
    pub cut: f64,
    /// The probability of being validated now, its interval and what it rests on.
    pub readiness: Readiness,
    /// The same in a sentence for the teacher.
    pub readiness_words: String,
    /// Where the student is now, age of the evidence included; none without enough evidence.
    pub place: Option<Place>,
    /// Every attempt, interim and summative, oldest first.
    pub attempts: Vec<EvidencePoint>,
    /// Strands over all recent interim answers.
    pub feedback: Feedback,
    /// Which summative attempt counts and why.
    pub why: String,
    /// The outcome of the attempt that counts; none yet.
    pub verdict: Option<Verdict>,
    /// All self-levelling attempts that may count, combined; beside the highest, which is expected to flatter.
    pub combined: Option<Place>,
    /// By how much the highest is expected to exceed an unchanged ability, logits.
    pub expected_gain_of_best: f64,
    /// Validations left; none: unlimited.
    pub attempts_left: Option<u32>,
    /// The live unlock, if there is one.
    pub live_unlock: Option<UnlockEntry>,
    /// Why the policy does not allow an unlock, whatever the reason given; none: it does.
    pub unlock_barrier: Option<String>,
    /// Whether unlocking now goes against the recommendation and so asks for a reason.
    pub reason_needed: bool,
    /// When an unlock granted now would expire, milliseconds since 1970.
    pub unlock_would_expire_at_ms: i64,
    /// Every unlock, newest first.
    pub unlocks: Vec<UnlockEntry>,
    /// The policy, a sentence a line.
    pub policy: Vec<String>,
}

/// One attempt among the evidence.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct EvidencePoint {
    /// The attempt.
    pub attempt_id: String,
    /// The assessment.
    pub assessment_id: String,
    /// Interim or summative.
    pub purpose: Purpose,
    /// Its number.
    pub number: u32,
    /// Where it stands.
    pub state: AttemptState,
    /// When it started, milliseconds since 1970.
    pub started_at_ms: i64,
    /// When it ended.
    pub finished_at_ms: Option<i64>,
    /// When its last answer was given.
    pub last_answer_at_ms: Option<i64>,
    /// Answers given.
    pub answered: u32,
    /// Answers that came too fast to be an effort.
    pub rapid_answers: u32,
    /// Whether so many were rapid that the score is doubtful.
    pub doubtful_effort: bool,
    /// Where it placed the student.
    pub place: Option<Place>,
    /// Whether it is the attempt that counts at its assessment.
    pub counts: bool,
    /// Why it cannot count; none: it can.
    pub left_out: Option<NotCounted>,
    /// Outcome, of a validation.
    pub verdict: Option<Verdict>,
}

/// One unlock.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct UnlockEntry {
    /// The unlock.
    pub unlock_id: String,
    /// Where it stands.
    pub status: UnlockStatus,
    /// Who granted it.
    pub granted_by: String,
    /// When, milliseconds since 1970.
    pub granted_at_ms: i64,
    /// When it expires or expired.
    pub expires_at_ms: i64,
    /// The probability as it was shown.
    pub readiness_probability: Option<f64>,
    /// Whether it was recommended.
    pub recommended: bool,
    /// Why it was granted against the recommendation.
    pub reason: Option<String>,
    /// What the teacher wrote down.
    pub note: Option<String>,
}
