//! Background jobs, on both databases.

mod queue;
