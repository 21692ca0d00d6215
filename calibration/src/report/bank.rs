//! The calibrated items as a bank.

use std::collections::BTreeMap;

use item_bank::{Bank, BankParts, Item, ItemId, ItemStatus, ParameterError, Pool, ResponseModel};
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

/// The item's model in a bank; the parameter that no bank takes, or nothing, where it was left out.
fn bank_model(evidence: &Evidence<'_>, place: usize) -> Result<ResponseModel, Option<ParameterError>> {
    if evidence.calibration.items[place].problem.is_some() || evidence.undetermined(place).is_some() {
        return Err(None);
    }
    evidence.parameters[place].parameters().check().map_err(Some)
}

/// The item's status in the bank.
pub(super) fn bank_status(evidence: &Evidence<'_>, place: usize) -> ItemStatus {
    match bank_model(evidence, place) {
        Ok(_) => ItemStatus::Operational,
        Err(_) => ItemStatus::Draft,
    }
}

/// Whatever is wrong or odd about an item: why it was left out, how its estimates look, whether they are determined, why no
/// bank takes them.
pub(super) fn item_notes(evidence: &Evidence<'_>, place: usize) -> Vec<String> {
    let item = &evidence.calibration.items[place];
    let mut notes: Vec<String> = item.problem.iter().map(ToString::to_string).collect();
    notes.extend(item.warnings.iter().map(ToString::to_string));
    notes.extend(
        evidence.undetermined(place).map(|why| format!("{why}; a draft without parameters in bank.json")),
    );
    if let Err(Some(error)) = bank_model(evidence, place) {
        notes.push(format!("a draft without parameters in bank.json: {error}"));
    }
    notes
}

/// A bank of the items. Those that were left out, or whose parameters no bank takes (a negative slope), are drafts
/// without a model.
pub fn calibrated_bank(evidence: &Evidence<'_>, id: &str, origin: &str) -> Result<Bank, BankRefusal> {
    let mut items = Vec::with_capacity(evidence.parameters.len());
    for (place, (item, parameters)) in evidence.calibration.items.iter().zip(&evidence.parameters).enumerate()
    {
        let name = || BankRefusal::Name { name: item.id.clone(), reason: String::new() };
        let id = ItemId::new(item.id.as_str()).map_err(|error| match name() {
            BankRefusal::Name { name, .. } => BankRefusal::Name { name, reason: error.to_string() },
            other => other,
        })?;
        let model = bank_model(evidence, place).ok();
        let status = bank_status(evidence, place);
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
