//! The calibrated items as a bank.

use std::collections::BTreeMap;

use item_bank::{Bank, BankParts, Item, ItemId, ItemStatus, Pool};
use thiserror::Error;

use super::Evidence;

/// Why items do not make a bank.
#[derive(Debug, Error)]
pub enum BankRefusal {
    /// A column name that cannot name an item of a bank.
    #[error("the column {name:?} cannot name an item of a bank: {reason}")]
    Name {
        /// The column.
        name: String,
        /// Why not.
        reason: String,
    },
    /// The parts disagree.
    #[error("{0}")]
    Parts(String),
}

/// A bank of the items. Those that were left out, or whose parameters no bank takes (a negative slope), are drafts
/// without a model.
pub fn calibrated_bank(evidence: &Evidence<'_>, id: &str, origin: &str) -> Result<Bank, BankRefusal> {
    let mut items = Vec::with_capacity(evidence.parameters.len());
    for (item, parameters) in evidence.calibration.items.iter().zip(&evidence.parameters) {
        let name = || BankRefusal::Name { name: item.id.clone(), reason: String::new() };
        let id = ItemId::new(item.id.as_str()).map_err(|error| match name() {
            BankRefusal::Name { name, .. } => BankRefusal::Name { name, reason: error.to_string() },
            other => other,
        })?;
        let model = parameters.parameters().check().ok().filter(|_| item.problem.is_none());
        let status = if model.is_some() { ItemStatus::Operational } else { ItemStatus::Draft };
        let errors = model.is_some() && evidence.covariance.is_some();
        items.push(Item {
            id,
            pool: Pool::Interim,
            status,
            model,
            standard_errors: errors.then(|| parameters.standard_errors()),
            provisional: false,
            attributes: BTreeMap::new(),
            content: None,
            group: None,
            enemies: Vec::new(),
        });
    }
    let parts = BankParts {
        id: id.to_owned(),
        name: id.to_owned(),
        origin: origin.to_owned(),
        items,
        ..BankParts::default()
    };
    Bank::new(parts).map_err(|errors| {
        BankRefusal::Parts(errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))
    })
}
