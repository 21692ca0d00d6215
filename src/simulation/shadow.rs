//! How the shadow tests of a simulation were found.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::adaptive::{ShadowReport, ShadowStatus};

/// How the items that came from shadow tests were found.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ShadowUse {
    /// Items by how the search for their shadow test ended.
    pub by_status: BTreeMap<ShadowStatus, u64>,
    /// Nodes of all searches.
    pub nodes: u64,
    /// Nodes of the longest search.
    pub most_nodes: u64,
    /// Where searches ended at their limit: by how many millionths of its value a test could be better at most.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub greatest_gap_millionths: Option<u64>,
}

impl ShadowUse {
    /// Counts one item.
    pub fn add(&mut self, report: ShadowReport) {
        *self.by_status.entry(report.status).or_default() += 1;
        self.nodes += report.nodes as u64;
        self.most_nodes = self.most_nodes.max(report.nodes as u64);
        self.greatest_gap_millionths = self.greatest_gap_millionths.max(report.gap_millionths);
    }

    /// Counts those of another test.
    pub fn add_all(&mut self, other: &Self) {
        for (&status, count) in &other.by_status {
            *self.by_status.entry(status).or_default() += count;
        }
        self.nodes += other.nodes;
        self.most_nodes = self.most_nodes.max(other.most_nodes);
        self.greatest_gap_millionths = self.greatest_gap_millionths.max(other.greatest_gap_millionths);
    }
}

/// The same over whole tests; none where no item came from a shadow test.
pub(super) fn shadow_use<'a>(tests: impl Iterator<Item = &'a ShadowUse>) -> Option<ShadowUse> {
    let mut all = ShadowUse::default();
    tests.for_each(|test| all.add_all(test));
    (!all.by_status.is_empty()).then_some(all)
}
