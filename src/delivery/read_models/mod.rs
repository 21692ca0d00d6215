//! What people are shown, read in as few queries as it takes and never written.
//!
//! Whoever calls has decided that the viewer may see it; nothing here checks a role.

pub mod class_overview;
pub mod groups;
pub mod live_board;
pub mod place;
pub mod result;
pub mod student_evidence;
pub mod student_home;
pub mod wright;

pub use class_overview::{ClassCell, ClassColumn, ClassOverview, ClassRow, Listed, ValidationState};
pub use groups::{GroupMember, Groups, StepGroup};
pub use live_board::{LiveBoard, LiveFlag, LiveRow};
pub use place::{LevelMark, Place, PlaceDot, TrailScale};
pub use result::{AttemptResult, ValidationResult};
pub use student_evidence::{EvidencePoint, StudentEvidence, UnlockEntry};
pub use student_home::{Door, HomeAssessment, PastAttempt, StudentHome};
pub use wright::{WrightRow, WrightView};
