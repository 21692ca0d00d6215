//! Background jobs, on both databases.

mod calibrating;
mod queue;
