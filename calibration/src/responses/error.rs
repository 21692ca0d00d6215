//! Why a response file is refused: file position and value, never a panic.

use item_bank::ItemIdError;
use thiserror::Error;

/// A response file that cannot be read as scored responses. Lines are counted from 1.
#[derive(Debug, Error)]
pub enum ResponseFileError {
    /// The bytes could not be read.
    #[error("line {line}: cannot read the file")]
    Read {
        /// Line being read.
        line: usize,
        /// What the reader said.
        source: std::io::Error,
    },
    /// The file has no header line.
    #[error("line 1: the file is empty, expected a header line of item ids")]
    Empty,
    /// The file has a header and nothing else.
    #[error("line 2: the file has a header and no examinees")]
    NoExaminees,
    /// The text is not UTF-8 (names only; scores are ASCII digits).
    #[error("line {line}, column {column}: the text is not UTF-8")]
    NotUtf8 {
        /// Line of the file.
        line: usize,
        /// Column, counted from 1.
        column: usize,
    },
    /// A quoted field is not closed on its line, or text follows the closing quote.
    #[error("line {line}: a quoted field is not closed on the same line")]
    OpenQuote {
        /// Line of the file.
        line: usize,
    },
    /// A column has no name, or a name that is too long.
    #[error("line 1, column {column}: a column name must have 1 to {max} bytes, got {length}", max = super::NAME_BYTES_MAX)]
    ColumnName {
        /// Column, counted from 1.
        column: usize,
        /// Length of the name in bytes.
        length: usize,
    },
    /// A name that no item can have.
    #[error("line {line}, column {column}: {reason}")]
    ItemName {
        /// Line of the file.
        line: usize,
        /// Column, counted from 1.
        column: usize,
        /// What is wrong with it.
        reason: ItemIdError,
    },
    /// Two columns bear one name.
    #[error("line 1, column {column}: the column {name:?} appears twice")]
    DuplicateColumn {
        /// Column, counted from 1.
        column: usize,
        /// The name.
        name: String,
    },
    /// A column that was asked for is not in the header.
    #[error("line 1: there is no column {name:?}")]
    MissingColumn {
        /// The name.
        name: String,
    },
    /// The header is separated by something else than commas.
    #[error("line 1: cells are separated by commas; this header has other separators, got {value:?}")]
    Separator {
        /// The header (shortened).
        value: String,
    },
    /// A column of a long file that says nothing about an answer.
    #[error(
        "line 1, column {column}: a long file has the columns examinee, item, score, position and timestamp_ms, and those that are named as group, weight or ignored, got {name:?}"
    )]
    ExtraColumn {
        /// Column, counted from 1.
        column: usize,
        /// The name.
        name: String,
    },
    /// No column holds an item.
    #[error("line 1: no column holds an item")]
    NoItems,
    /// A line has another number of fields than the header.
    #[error("line {line}: expected {expected} fields, got {found}")]
    FieldCount {
        /// Line of the file.
        line: usize,
        /// Fields in the header.
        expected: usize,
        /// Fields in the line.
        found: usize,
    },
    /// A score is not an integer in range.
    #[error("line {line}, column {column} ({item}): a score must be an integer from 0 to {max}, blank or NA, got {value:?}", max = super::SCORE_MAX)]
    Score {
        /// Line of the file.
        line: usize,
        /// Column, counted from 1.
        column: usize,
        /// Item id.
        item: String,
        /// The text found (shortened).
        value: String,
    },
    /// The item is not one of those there are.
    #[error("line {line}, column {column}: there is no item {value:?} in the bank")]
    UnknownItem {
        /// Line of the file.
        line: usize,
        /// Column, counted from 1.
        column: usize,
        /// The name found (shortened).
        value: String,
    },
    /// A score is above the highest that the item can have.
    #[error(
        "line {line}, column {column} ({item}): the highest score of this item is {highest}, got {value}"
    )]
    AboveHighest {
        /// Line of the file.
        line: usize,
        /// Column, counted from 1.
        column: usize,
        /// Item id.
        item: String,
        /// The highest score.
        highest: u8,
        /// The score found.
        value: u8,
    },
    /// A sampling weight is not a positive number, or beyond the limit.
    #[error("line {line}, column {column}: a weight must be a number above 0 and at most {max}, got {value:?}", max = super::WEIGHT_MAX)]
    Weight {
        /// Line of the file.
        line: usize,
        /// Column, counted from 1.
        column: usize,
        /// The text found (shortened).
        value: String,
    },
    /// A position or a time is not a whole number.
    #[error("line {line}, column {column}: expected a whole number from 0, or nothing, got {value:?}")]
    WholeNumber {
        /// Line of the file.
        line: usize,
        /// Column, counted from 1.
        column: usize,
        /// The text found (shortened).
        value: String,
    },
    /// A name of an examinee or a group is empty or too long.
    #[error("line {line}, column {column}: expected a name of 1 to {max} bytes, got {length}", max = super::NAME_BYTES_MAX)]
    Name {
        /// Line of the file.
        line: usize,
        /// Column, counted from 1.
        column: usize,
        /// Length in bytes.
        length: usize,
    },
    /// A long file says two things about one examinee, such as two groups.
    #[error(
        "line {line}, column {column}: examinee {examinee:?} had the {what} {first} before, got {value:?}"
    )]
    Changed {
        /// Line of the second mention.
        line: usize,
        /// Column, counted from 1.
        column: usize,
        /// The examinee.
        examinee: String,
        /// What has changed.
        what: &'static str,
        /// What was said first.
        first: String,
        /// The text found (shortened).
        value: String,
    },
    /// Two lines are about one examinee (wide), or one examinee answered an item twice (long).
    #[error("line {line}: {what} appears twice")]
    Duplicate {
        /// Line of the second mention.
        line: usize,
        /// What appears twice.
        what: String,
    },
    /// A named limit is reached.
    #[error("line {line}: more than {limit} {what}")]
    Limit {
        /// Line of the file.
        line: usize,
        /// The limit.
        limit: usize,
        /// What is limited.
        what: &'static str,
    },
}
