//! What has happened in an attempt, as far as the engine needs to know it.

use std::collections::BTreeSet;

use item_bank::{ItemId, NormalPrior};
use serde::{Deserialize, Serialize};

use super::field_test::FieldTestCounts;

/// One answered item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LoggedResponse {
    /// The item that was administered.
    pub item: ItemId,
    /// The score of the answer, from 0.
    pub score: u32,
}

/// The log of one attempt: everything, with the pinned bank, plan and exposure rates, that a step depends on.
#[derive(Debug, Clone, PartialEq)]
pub struct ResponseLog {
    /// Drawn once when the attempt started; every random choice of the attempt comes from it.
    pub seed: u64,
    /// Where the estimate starts: the last placement or the grade's prior.
    pub start: NormalPrior,
    /// Items that the student saw in earlier attempts, oldest first.
    pub seen: Vec<ItemId>,
    /// Answers that field-test items had when the attempt started.
    pub field_test: FieldTestCounts,
    /// Items known to have come from the rest of an earlier test because every search failed. Makes no difference but
    /// that their steps need not be decided again.
    pub inherited: BTreeSet<ItemId>,
    /// The answers in order. Those to field-test items stand among them and count for nothing: which they are, the
    /// pool of the pinned bank version says.
    pub responses: Vec<LoggedResponse>,
}

/// A log, a bank and a plan that do not belong together.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the log has score {score} on item {item:?}, which the pool of this plan cannot give", item = item.as_str())]
pub struct LogMisfit {
    /// The item in the log.
    pub item: ItemId,
    /// Its score in the log.
    pub score: u32,
}
