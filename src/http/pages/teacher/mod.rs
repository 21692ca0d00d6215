//! What teachers see: the class on the continuum, a student's evidence, unlocks, the live board, groups.

pub mod class_page;
pub mod live_page;
pub mod manage_page;
pub mod student_page;
pub mod unlock_page;
