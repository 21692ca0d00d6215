//! Simulated examinees through the very engine that serves students, and what their tests show.
//!
//! Pure: the same bank, plan and seed give the same result, whatever the number of threads.

mod checker;

pub use checker::{Violation, violations};
