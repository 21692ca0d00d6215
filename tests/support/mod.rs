//! What the tests of the service stand on.

pub mod app;
pub mod clock;
pub mod database;
pub mod school;
