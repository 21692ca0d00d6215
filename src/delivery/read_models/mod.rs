//! What people are shown, read in as few queries as it takes and never written.
//!
//! Whoever calls has decided that the viewer may see it; nothing here checks a role.

mod answers;
pub mod bank_comparison;
pub mod class_overview;
mod class_records;
pub mod groups;
mod lists;
pub mod live_board;
pub mod place;
pub mod result;
mod standing;
pub mod student_evidence;
pub mod student_home;
pub mod wright;

pub use bank_comparison::{
    BankComparison, ItemChange, ItemComparison, ItemState, ParameterComparison, ParameterValue,
    compare_bank_versions,
};
pub use class_overview::{
    ClassCell, ClassColumn, ClassOverview, ClassRow, Listed, ValidationState, class_overview,
};
pub use groups::{GroupMember, Groups, StepGroup, groups};
pub use live_board::{LiveBoard, LiveFlag, LiveRow, live_board};
pub use place::{LevelMark, Place, PlaceDot, StrandPlace, TrailScale};
pub use result::{AttemptResult, ValidationResult, attempt_result};
pub use student_evidence::{EvidencePoint, StudentEvidence, UnlockEntry, readiness_words, student_evidence};
pub use student_home::{Closing, Door, HomeAssessment, PastAttempt, StudentHome, student_home};
pub use wright::{WrightRow, WrightView, location, wright_view};
