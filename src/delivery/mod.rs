//! Use cases, one verb a file.

pub mod answer;
pub mod attempt_record;
pub mod backup;
mod cache;
pub mod catalogue;
pub mod consent;
pub mod control_attempt;
pub mod current_step;
pub mod demo;
mod error;
pub mod exposure;
mod field_test;
mod gathering;
mod group_commit;
pub mod import_bank;
pub mod library;
pub mod log_cache;
pub mod people;
pub mod publish;
pub mod read_models;
pub mod readiness;
pub mod recalibration;
pub mod replay;
pub mod secrets;
mod service;
pub mod session;
mod session_lookup;
mod shortfalls;
pub mod simulations;
pub mod sitting;
pub mod staff_jobs;
pub mod start_attempt;
pub mod summary;
pub mod sweep;
pub mod unlock;
mod viewer;
pub mod watch_items;

pub use answer::{GivenAnswer, answer};
pub use attempt_record::{AttemptRecord, attempt_record};
pub use consent::record_consent;
pub use control_attempt::{finish, invalidate, pause, reset, resume};
pub use current_step::{CurrentStep, Show, current_step};
pub use error::{AnswerRefusal, DeliveryError};
pub use exposure::{EXPOSURE_STEP_MAX, count_exposure};
pub use group_commit::GroupCommit;
pub use import_bank::{ImportBank, import_bank};
pub use library::{Library, Pinned};
pub use publish::{
    PublishAssessment, PublishDocument, publish_assessment, publish_bank, publish_plan, publish_policy,
    retire_assessment,
};
pub use readiness::student_readiness;
pub use replay::{Difference, Replay, replay};
pub use service::Service;
pub use session_lookup::SessionLookup;
pub use shortfalls::{Shortfall, shortfalls};
pub use sitting::Sitting;
pub use start_attempt::{StartAttempt, fresh_seed, start_attempt, start_or_continue, target_cut};
pub use summary::{Candidate, summary};
pub use sweep::{Swept, sweep};
pub use unlock::{GrantUnlock, grant_unlock, grant_unlocks, latest_expiry, revoke_unlock};
pub use viewer::Viewer;
