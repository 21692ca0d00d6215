//! What the tests of the service stand on.

pub mod app;
pub mod assessed_school;
pub mod clock;
pub mod database;
pub mod field_test;
pub mod school;
pub mod small_bank;
pub mod students;
