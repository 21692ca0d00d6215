//! How many answers each field-test item has, by ability: a snapshot that an attempt pins when it starts.

use std::collections::BTreeMap;

use item_bank::{ItemId, Theta};
use serde::{Deserialize, Serialize};

/// Width of a cell, in logits. The cuts of a plan's bands lie between cells.
pub(in crate::adaptive) const CELL: f64 = 0.25;

/// The cell of an ability. Answers are counted by cell, so that the counts outlast a change of a plan's bands.
#[must_use]
pub fn ability_cell(theta: Theta) -> i64 {
    (theta.0 / CELL).floor() as i64
}

/// The ability in the middle of a cell.
#[must_use]
pub fn cell_centre(cell: i64) -> Theta {
    Theta((cell as f64 + 0.5) * CELL)
}

/// Answers to field-test items in each band of a plan, shared by all nodes.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct FieldTestCounts {
    answers: BTreeMap<ItemId, Vec<u64>>,
}

impl FieldTestCounts {
    /// No field-test item has been answered yet.
    #[must_use]
    pub fn none() -> Self {
        Self::default()
    }

    /// Whether no answer has been counted.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.answers.is_empty()
    }

    /// Answers to an item in a band, counted from the lowest.
    #[must_use]
    pub fn answers(&self, item: &ItemId, band: usize) -> u64 {
        self.answers.get(item).and_then(|bands| bands.get(band)).copied().unwrap_or(0)
    }

    /// Counts answers to an item in a band.
    pub fn add(&mut self, item: ItemId, band: usize, answers: u64) {
        let bands = self.answers.entry(item).or_default();
        if bands.len() <= band {
            bands.resize(band + 1, 0);
        }
        bands[band] += answers;
    }
}
