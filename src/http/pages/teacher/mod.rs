//! What teachers see: the class on the continuum, a student's evidence, unlocks, the live board, groups.

pub mod attempt_doors;
pub mod class_doors;
pub mod class_page;
mod evidence_words;
pub mod live_page;
pub mod manage_page;
pub mod student_doors;
pub mod student_page;
pub mod unlock_doors;
pub mod unlock_page;
