//! The only SQL. One text for SQLite and PostgreSQL: text, bigint and double precision columns, `$1` placeholders.
//!
//! Functions take a connection, so that a use case decides what stands in one transaction. Nothing here decides
//! anything about a student, a policy or an item.
//!
//! A number that may be absent is bound as a number and a flag (`case when $2 = 1 then $1 else null end`): sqlx 0.9 binds
//! an absent `double precision` as the shorter `real`, and PostgreSQL then refuses the next present one.

pub mod accounts;
pub mod assessments;
pub mod attempt_changes;
pub mod attempts;
pub mod audit;
pub mod banks;
mod batch;
pub mod calibration_files;
pub mod class_work;
pub mod classes;
pub mod consents;
mod database;
pub mod documents;
pub mod dump;
mod error;
pub mod events;
pub mod exposure;
pub mod field_test;
mod ids;
pub mod item_records;
pub mod jobs;
mod migrations;
mod page;
mod pins;
pub mod recalibration;
mod row;
pub mod school_work;
pub mod schools;
pub mod sessions;
pub mod sign_in_failures;
pub mod student_decisions;
pub mod students;
pub mod unlocks;

pub use batch::BATCH_ROWS_MAX;
pub use database::{Durability, Engine, Store, WriteTransaction};
pub use error::StoreError;
pub use ids::{AccountId, AssessmentId, AttemptId, ClassId, JobId, SchoolId, UnlockId, new_id};
pub use page::{PAGE_ROWS, PAGE_ROWS_MAX, Page, PageRequest};
pub use pins::Pins;
pub use row::RowReader;
pub use sqlx::AnyConnection as Connection;
