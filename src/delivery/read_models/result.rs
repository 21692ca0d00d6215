//! The result of one attempt: level, what went well, what comes next, whether it counts.

use serde::Serialize;
use utoipa::ToSchema;

use super::place::{Place, PlaceDot, TrailScale};
use super::student_home::Door;
use crate::assessment::{AttemptState, Feedback, Purpose, Verdict};

/// The result of one attempt. What is for adults alone stands in fields of their own.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct AttemptResult {
    /// The attempt.
    pub attempt_id: String,
    /// Its student.
    pub student_id: String,
    /// The student's name.
    pub student_name: String,
    /// The assessment.
    pub assessment_id: String,
    /// Its name.
    pub assessment_name: String,
    /// What it is for.
    pub purpose: Purpose,
    /// Its number.
    pub number: u32,
    /// Where it stands.
    pub state: AttemptState,
    /// When it started, milliseconds since 1970.
    pub started_at_ms: i64,
    /// When it ended.
    pub finished_at_ms: Option<i64>,
    /// Answers given.
    pub answered: u32,
    /// The trail; none when the bank has no progression.
    pub trail: Option<TrailScale>,
    /// Where this attempt places the student; none before the first answer.
    pub place: Option<Place>,
    /// Every attempt that may count, in order.
    pub dots: Vec<PlaceDot>,
    /// The level to be validated: index into the trail's levels.
    pub target_level: Option<usize>,
    /// Outcome of a validation.
    pub validation: Option<ValidationResult>,
    /// Strands done well, two at most; none where the evidence carries none.
    pub strengths: Vec<String>,
    /// Strands to work on, two at most.
    pub needs: Vec<String>,
    /// What a student at this level can do.
    pub can_do: Vec<String>,
    /// What to learn next.
    pub next_steps: Vec<String>,
    /// Whether this is the attempt that counts.
    pub counts: bool,
    /// Which attempt counts and why, in a sentence.
    pub why: String,
    /// What the student can do next with this assessment.
    pub door: Door,
    /// Attempts left; none: unlimited.
    pub attempts_left: Option<u32>,
    /// For adults: strands with their numbers.
    pub feedback: Feedback,
    /// For adults: all attempts that may count, combined.
    pub combined: Option<Place>,
    /// For adults: by how much keeping the best is expected to exceed an unchanged ability, logits.
    pub expected_gain_of_best: f64,
}

/// Outcome of a validation.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct ValidationResult {
    /// Validated, or not yet.
    pub verdict: Verdict,
    /// The level it is about.
    pub level_name: String,
    /// For adults: P(θ ≥ cut) given this attempt.
    pub probability_at_or_above: f64,
    /// For adults: the cut, logits.
    pub cut: f64,
}
