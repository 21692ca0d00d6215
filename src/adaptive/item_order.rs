//! The order of the items of a pool. It breaks ties between them and names their random numbers.

use item_bank::Item;
use serde::{Deserialize, Serialize};

use super::blueprint::Blueprint;
use super::plan::PlanDocument;
use super::selection::Draws;

/// Which order breaks ties. An attempt pins it, so that a log replays by the rule that it was written by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ItemOrder {
    /// That of the bank and of the rows of the plan: what a log means that names no order.
    #[default]
    Bank,
    /// By id. In which order a bank lists its items, or a plan its rows, makes no difference to any test.
    Id,
}

impl ItemOrder {
    /// Whether it is the order of the bank.
    #[must_use]
    pub fn is_of_bank(&self) -> bool {
        *self == Self::Bank
    }

    /// Puts the items of a pool into this order.
    pub(super) fn sort(self, items: &mut [&Item]) {
        if self == Self::Id {
            items.sort_unstable_by(|one, other| one.id.cmp(&other.id));
        }
    }

    /// The plan as seen by items in this order. By id, rows and the items that rules name are taken in an order that does
    /// not depend on how the plan lists them, and bounds that say nothing are left out.
    pub(super) fn blueprint(self, plan: &PlanDocument, items: &[&Item]) -> Blueprint {
        if self == Self::Bank {
            return Blueprint::new(plan, items);
        }
        let mut plan = plan.clone();
        plan.blueprint.sort_by_cached_key(|row| serde_json::to_string(row).unwrap_or_default());
        plan.items.required.sort_unstable();
        plan.items.together.iter_mut().for_each(|group| group.sort_unstable());
        plan.items.together.sort_unstable();
        Blueprint::new(&plan, items).without_slack()
    }
}

/// The random number of an item at a position, in [0, 1). The seed of a log names items by their place in the pool; the
/// published protocols of simulation name them by their place in the bank.
pub(super) fn uniform_of_item(draws: Draws, position: usize, place: usize, in_bank: u32) -> f64 {
    match draws {
        Draws::Pinned { .. } => draws.uniform_of_item(position, place),
        Draws::Counted { .. } => draws.uniform_of_item(position, in_bank as usize),
    }
}
