//! Background jobs, on both databases.

mod calibrating;
mod calibrating_file;
mod field_testing;
mod item_records;
mod queue;
mod simulating;
