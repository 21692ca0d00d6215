//! Response files: examinees and their scored answers, wide or long, read as a stream. Nothing here opens a
//! file, knows a bank, or keeps more than it must: a wide file is read row by row, a long one is gathered by
//! examinee first because its rows may stand in any order.

mod error;
mod lines;
mod long;
mod reader;
mod wide;

pub use error::ResponseFileError;
pub use lines::LINE_BYTES_MAX;
pub use long::{LONG_RESPONSES_MAX, LongColumns, is_examinee};
pub use reader::{ExamineeResponses, ResponseLayout, ResponseReader};
pub use wide::{EXAMINEES_MAX, ITEM_COLUMNS_MAX, SCORE_MAX};
