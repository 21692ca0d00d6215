//! The school of `waymark demo`: people, assessments and a history of twelve weeks.
//!
//! Everything is made by the use cases that serve real students, at past times: what the demo shows is what the engine
//! decided. The same seed tells the same story; nothing here is faked in the database.

mod assessments;
mod error;
mod examinee;
mod history;
mod people;
mod school_day;
mod seed;
mod simulated_answer;
mod story;

pub use assessments::{DemoAssessments, VALIDATED_LEVELS, publish_all};
pub use error::DemoError;
pub use people::{ADULT_PASSWORD, CLASS_CODES, DemoLogin, STUDENT_PICTURES, STUDENT_PIN, logins};
pub use seed::{is_seeded, seed, seed_classes_of};
pub use simulated_answer::simulated_answer;
