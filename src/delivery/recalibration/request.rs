//! What a calibration is asked for.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What to calibrate, from which answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CalibrationRequest {
    /// The bank.
    pub bank_id: String,
    /// The version whose scale is kept.
    pub bank_version: u32,
    /// Where the answers come from.
    #[serde(flatten)]
    pub answers: AnswerSource,
    /// Which items are estimated; the others are held at their parameters.
    pub items: ItemsToEstimate,
    /// Items with fewer answers are held by default.
    pub minimum_answers: u32,
    /// What becomes of answers that came too fast to have been thought about.
    pub rapid_guesses: RapidGuesses,
}

/// Where the answers of a calibration come from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(untagged)]
pub enum AnswerSource {
    /// Live answers of a period.
    Live {
        /// Answers from this moment on, milliseconds since 1970.
        from_ms: i64,
        /// Answers before this moment.
        to_ms: i64,
    },
    /// A response file.
    File {
        /// Which one.
        file: ResponseFile,
    },
}

/// A response file that was handed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ResponseFile {
    /// What it was called.
    pub name: String,
    /// SHA-256 of it, in hexadecimal.
    pub digest: String,
    /// The column that names the groups to compare, when there is one.
    pub group: Option<String>,
}

/// Which items are estimated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ItemsToEstimate {
    /// Field-test items, onto the scale of the operational ones, which are held (fixed-parameter calibration).
    FieldTest,
    /// Every item, on the scale that gives the examinees the mean and deviation they have on the present one.
    All,
}

/// What becomes of answers that came too fast.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RapidGuesses {
    /// Left out.
    LeftOut,
    /// Kept.
    Kept,
}
