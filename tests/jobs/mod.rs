//! Background jobs, on both databases.

mod calibrating;
mod field_testing;
mod queue;
mod simulating;
