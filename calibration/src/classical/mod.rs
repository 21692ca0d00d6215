//! Classical item statistics: no model, only the answers.

mod distractors;
mod item_statistics;

pub use distractors::{Choice, Distractor, distractors};
pub use item_statistics::{ItemStatistics, TestStatistics, item_statistics, test_statistics};
