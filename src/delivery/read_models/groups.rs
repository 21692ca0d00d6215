//! Students of a class who need the same next step, ready to print.

use serde::Serialize;
use utoipa::ToSchema;

/// The groups of a class on one progression.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Groups {
    /// The class.
    pub class_id: String,
    /// Its name.
    pub class_name: String,
    /// The self-levelling assessment.
    pub assessment_id: String,
    /// Its name.
    pub assessment_name: String,
    /// By next step: students on the same level, lowest level first.
    pub by_step: Vec<StepGroup>,
    /// By strand: students whose answers support the same need; a student may be in several.
    pub by_need: Vec<StepGroup>,
    /// Students without a place yet.
    pub not_placed: Vec<GroupMember>,
}

/// One group.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct StepGroup {
    /// The level's name, or the strand's.
    pub title: String,
    /// What to learn next; none for a strand.
    pub next_steps: Vec<String>,
    /// Its students, by name.
    pub students: Vec<GroupMember>,
}

/// A student in a group.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct GroupMember {
    /// The student.
    pub student_id: String,
    /// The name.
    pub name: String,
}
