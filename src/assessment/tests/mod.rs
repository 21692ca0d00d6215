//! The rules, case by case.

mod adaptive_error;
mod belief;
mod counting;
mod examinee;
mod feedback;
mod oregon;
mod policies;
mod readiness;
mod scenario;
mod start;
mod transitions;
mod unlocks;
