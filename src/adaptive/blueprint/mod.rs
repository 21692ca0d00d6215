//! What every test must contain, checked exactly: rows of counts and sums, stimulus sets, enemies, order,
//! lengths.
//!
//! [`Blueprint`] is the plan as seen by one pool, [`Progress`] what one attempt has used of it, and [`Completion`]
//! answers the question asked before every choice: can the test still be completed with this item in it?

mod assembly;
mod completion;
mod enemies;
mod progress;
mod requirements;
mod rows;
mod shadow;
mod slack;

#[cfg(test)]
pub(super) use assembly::{Choice, program};
pub(super) use completion::{Completion, Fewest, Goal, NODES_MAX};
pub(super) use progress::Progress;
pub(super) use requirements::Blueprint;
pub(super) use rows::{Row, Words};
pub use shadow::ShadowStatus;
pub(super) use shadow::{Shadow, shadow_test};
