//! How often each item has been administered lately, as counted over all attempts.

use std::collections::BTreeMap;

use item_bank::ItemId;
use serde::{Deserialize, Serialize};

/// Counts behind exposure control. A snapshot: the attempt pins the version it started with.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ExposureRates {
    attempts: u64,
    administered: BTreeMap<ItemId, u64>,
}

impl ExposureRates {
    /// No attempt has been counted yet.
    #[must_use]
    pub fn none() -> Self {
        Self::default()
    }

    /// Counts of `attempts` attempts: how many of them administered each item.
    #[must_use]
    pub fn new(attempts: u64, administered: BTreeMap<ItemId, u64>) -> Self {
        Self { attempts, administered }
    }

    /// Attempts counted.
    #[must_use]
    pub fn attempts(&self) -> u64 {
        self.attempts
    }

    /// Share of attempts that administered the item, from 0 to 1; 0 when nothing has been counted.
    #[must_use]
    pub fn rate(&self, item: &ItemId) -> f64 {
        let count = self.administered.get(item).copied().unwrap_or(0);
        if self.attempts == 0 { 0.0 } else { count as f64 / self.attempts as f64 }
    }
}
