//! Small integer programs, solved exactly: can a test still be completed, and which full test measures best.
//!
//! Everything is a variable with bounds, the activity of a row included, so a program is homogeneous: the values of
//! the basic variables are a linear map of the values of the others. Deterministic: one thread, no clock, limits
//! by nodes.

mod model;
mod optimum;
#[cfg(test)]
mod plain_search;
mod reshape;
mod simplex;
#[cfg(test)]
mod tests;

pub(super) use model::{Program, Row};
pub(super) use optimum::{Outcome, Relaxed, optimum};
#[cfg(test)]
pub(super) use plain_search::maximise;
pub(super) use simplex::Bounds;
