//! Whether items have changed: between two sets of parameters on one scale, and answer by answer while a bank is used.

mod cumulative_sum;
mod parameter_drift;
mod rolling;

pub use cumulative_sum::{Alarm, CumulativeSum};
pub use parameter_drift::{ItemDrift, WaldDrift, parameter_drift};
pub use rolling::{ANSWERS_MAX, ResidualDrift, RollingError, residual_drift};
