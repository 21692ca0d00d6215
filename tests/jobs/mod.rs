//! Background jobs, on both databases.

mod calibrating;
mod calibrating_file;
mod field_testing;
mod queue;
mod simulating;
