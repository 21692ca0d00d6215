//! Scored responses: what was answered by whom, held compactly, and the readers of response files.

mod error;
mod lines;
mod long;
mod matrix;
mod times;
mod wide;

pub use error::ResponseFileError;
pub use long::read_long;
pub use matrix::{Answers, ResponseBuilder, ResponseMatrix};
pub use times::{ResponseTimes, TimedResponses};
pub use wide::{ReadOptions, read_responses, read_timed_responses};

/// The most items a response matrix holds.
pub const ITEMS_MAX: usize = 20_000;
/// The most examinees a response matrix holds.
pub const EXAMINEES_MAX: usize = 20_000_000;
/// The most answers a response matrix holds.
pub const ANSWERS_MAX: usize = 1_000_000_000;
/// The highest integer score an answer may carry.
pub const SCORE_MAX: u8 = 31;
/// The longest line of a response file, in bytes.
pub const LINE_BYTES_MAX: usize = 4 << 20;
/// The longest name of an item, an examinee or a group, in bytes.
pub const NAME_BYTES_MAX: usize = 256;
/// The greatest sampling weight of an examinee.
pub const WEIGHT_MAX: f64 = 1e9;
/// The most groups a response matrix distinguishes.
pub const GROUPS_MAX: usize = 64;
