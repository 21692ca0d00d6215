//! The use cases of an attempt, on both databases.

mod accommodating;
mod answering;
mod answering_together;
mod consenting;
mod controlling;
mod demo;
mod exposure;
mod field_testing;
mod incomplete;
mod publishing;
mod publishing_at_once;
mod replaying;
mod session_lookup;
mod starting;
mod unlocking;

/// One minute.
const MINUTE: i64 = 60_000;
/// One day of 24 hours.
const DAY: i64 = 24 * 60 * MINUTE;
