//! Small integer programs, solved exactly: can a test still be completed, and which full test measures best.
//!
//! Everything is a variable with bounds, the activity of a row included, so a program is homogeneous: the values of
//! the basic variables are a linear map of the values of the others. Deterministic: one thread, no clock, limits
//! by nodes.

mod branch;
mod simplex;

pub(super) use branch::{Outcome, maximise};
pub(super) use simplex::{Bounds, Simplex};
