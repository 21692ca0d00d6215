//! Field-test items inside live tests: given by plan, never scored, and never a reason for a test to last longer.

mod counts;
mod items;
mod rule;
mod turns;

pub(super) use counts::CELL;
pub use counts::{FieldTestCounts, ability_cell, cell_centre};
pub(super) use items::{FieldTestItems, LastItem};
pub use rule::FieldTestRule;
pub(crate) use turns::FieldTestTable;
pub(super) use turns::FieldTestTurns;
