//! The rules, case by case.

mod counting;
mod oregon;
mod policies;
mod scenario;
mod start;
mod transitions;
