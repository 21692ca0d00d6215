//! Counting what ended attempts say about their items, in the background: use, times, and residuals against the parameters.

mod count;
mod follow;
mod predictions;

pub use count::{ATTEMPTS_MAX, count_items};
pub use follow::{ALLOWANCE, ANSWERS_TO_A_FALSE_ALARM, BLOCK, BLOCKS_MAX, THRESHOLD, WINDOW_BLOCKS};
