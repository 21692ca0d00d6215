//! The class on its continua: students by progressions, and who is ready, stalled or running out of attempts.

use serde::Serialize;
use utoipa::ToSchema;

use super::place::{Place, PlaceDot, TrailScale};
use crate::assessment::{Recommendation, Verdict};

/// A page of a class.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct ClassOverview {
    /// The class.
    pub class_id: String,
    /// Its name.
    pub class_name: String,
    /// Progressions: one column each.
    pub columns: Vec<ClassColumn>,
    /// Students of this page, by name; one cell a column.
    pub rows: Vec<ClassRow>,
    /// Students of the class.
    pub total_students: u64,
    /// Ready to validate: recommended, not yet validated, not yet unlocked. The surest first.
    pub ready: Vec<Listed>,
    /// Stalled: see [`Listed::why`].
    pub stalled: Vec<Listed>,
    /// One attempt left or none, and not validated.
    pub running_out: Vec<Listed>,
}

/// A progression of the class: a self-levelling assessment and the validations that rest on it.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct ClassColumn {
    /// The self-levelling assessment.
    pub assessment_id: String,
    /// Its name.
    pub name: String,
    /// Its trail; none when the bank has no progression.
    pub trail: Option<TrailScale>,
}

/// A student of the class.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct ClassRow {
    /// The student.
    pub student_id: String,
    /// The name.
    pub name: String,
    /// The grade.
    pub grade: u8,
    /// One for each column, in their order.
    pub cells: Vec<ClassCell>,
}

/// A student on a progression.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct ClassCell {
    /// Where the counting attempt places the student; none before one counts.
    pub place: Option<Place>,
    /// Attempts that may count, in order.
    pub dots: Vec<PlaceDot>,
    /// Attempts left at self-levelling; none: unlimited.
    pub attempts_left: Option<u32>,
    /// When the last attempt ended, milliseconds since 1970.
    pub last_finished_at_ms: Option<i64>,
    /// The attempt under way.
    pub open_attempt_id: Option<String>,
    /// Where the student stands with each validation, lowest target first.
    pub validations: Vec<ValidationState>,
}

/// A student and a validation.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct ValidationState {
    /// The validation.
    pub assessment_id: String,
    /// Its name.
    pub name: String,
    /// Its target: index into the trail's levels.
    pub target_level: usize,
    /// What the evidence says about unlocking.
    pub recommendation: Recommendation,
    /// P(validated now); none without enough evidence.
    pub probability: Option<f64>,
    /// The live unlock.
    pub unlock_id: Option<String>,
    /// Until when it lives, milliseconds since 1970.
    pub unlocked_until_ms: Option<i64>,
    /// The outcome of the attempt that counts; none yet.
    pub verdict: Option<Verdict>,
    /// Attempts left; none: unlimited.
    pub attempts_left: Option<u32>,
}

/// A student on one of the three lists.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Listed {
    /// The student.
    pub student_id: String,
    /// The name.
    pub name: String,
    /// The assessment it is about: a validation where there is one.
    pub assessment_id: String,
    /// Its name.
    pub assessment_name: String,
    /// P(validated now).
    pub probability: Option<f64>,
    /// Why the student is on the list, in a sentence for the teacher.
    pub why: String,
}
