//! Background use cases. A job is asked for once, survives a restart, tells how far it is and can be stopped.

pub mod calibrate;
pub mod item_records;
mod queue;
pub mod simulate;
mod sweeps;
mod work;
mod worker;

pub use queue::{LEASE_MS, Outcome, RETRY_AFTER_MS, TRIES_MAX, claim, enqueue, heartbeat, settle};
pub use sweeps::{NextSweep, SWEEP_EVERY, count_ended, keep_sweeping};
pub use work::{JobControl, JobError};
pub use worker::work;
