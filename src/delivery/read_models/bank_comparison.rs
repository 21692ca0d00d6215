//! Two versions of a bank side by side: what changed, item by item.

use std::collections::BTreeMap;

use item_bank::model::NumberOrList;
use item_bank::{Bank, Item, ItemStatus, ModelParameters, Pool, StandardErrors};
use serde::Serialize;
use utoipa::ToSchema;

use crate::delivery::{DeliveryError, Service};

/// Two versions of one bank.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct BankComparison {
    /// The bank.
    pub bank_id: String,
    /// The version compared with.
    pub before: u32,
    /// The version that is looked at.
    pub after: u32,
    /// Items that are the same in both.
    pub same: u32,
    /// Items in both that differ.
    pub changed: u32,
    /// Items only in the version compared with.
    pub gone: u32,
    /// Items only in the version that is looked at.
    pub new: u32,
    /// Of the difficulties of the dichotomous items with parameters in both: mean of after minus before, logits.
    pub mean_difficulty_change: Option<f64>,
    /// And the root of the mean square of it, logits.
    pub rms_difficulty_change: Option<f64>,
    /// Every item, in the order of the version that is looked at, then those that are gone.
    pub items: Vec<ItemComparison>,
}

/// What became of an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ItemChange {
    /// Nothing changed.
    Same,
    /// Something changed.
    Changed,
    /// It is only in the version compared with.
    Gone,
    /// It is only in the version that is looked at.
    New,
}

/// One item in both versions.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct ItemComparison {
    /// The item.
    pub item_id: String,
    /// What became of it.
    pub change: ItemChange,
    /// As it was.
    pub before: Option<ItemState>,
    /// As it is.
    pub after: Option<ItemState>,
    /// Every parameter of either, by name.
    pub parameters: Vec<ParameterComparison>,
    /// Whether the question, its key or what it is scored by changed.
    pub content_changed: bool,
    /// Whether attributes, stimulus or enemies changed.
    pub attributes_changed: bool,
}

/// Where an item stands in a version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ItemState {
    /// `interim` or `summative`.
    #[schema(value_type = String)]
    pub pool: Pool,
    /// `draft`, `field_test`, `operational` or `retired`.
    #[schema(value_type = String)]
    pub status: ItemStatus,
    /// The response model; none before it is calibrated.
    #[schema(value_type = Option<String>)]
    pub model: Option<item_bank::model::ModelName>,
    /// Whether the parameters were not estimated from responses.
    pub provisional: bool,
}

/// One parameter in both versions.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct ParameterComparison {
    /// `a`, `b`, `c` or `d`, numbered where the model has several.
    pub name: String,
    /// As it was.
    pub before: Option<ParameterValue>,
    /// As it is.
    pub after: Option<ParameterValue>,
    /// After minus before; none when either is absent.
    pub difference: Option<f64>,
    /// Standard error of the difference, as if the two were estimated from different answers; too large where they
    /// share answers. None when either has none.
    pub difference_error: Option<f64>,
}

/// A parameter with its standard error.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, ToSchema)]
pub struct ParameterValue {
    /// The value.
    pub value: f64,
    /// Its standard error; none when it was fixed or is not known.
    pub standard_error: Option<f64>,
}

/// Compares two versions of a bank.
pub async fn compare_bank_versions(
    service: &Service,
    bank_id: &str,
    (before, after): (u32, u32),
) -> Result<BankComparison, DeliveryError> {
    let old = service.library.bank(bank_id, before).await?;
    let new = service.library.bank(bank_id, after).await?;
    Ok(comparison(bank_id, (before, &old), (after, &new)))
}

fn comparison(bank_id: &str, (before, old): (u32, &Bank), (after, new): (u32, &Bank)) -> BankComparison {
    let kept = new.items().iter().map(|item| compare(old.item(item.id.as_str()), Some(item)));
    let gone = old.items().iter().filter(|item| new.item(item.id.as_str()).is_none());
    let items: Vec<ItemComparison> = kept.chain(gone.map(|item| compare(Some(item), None))).collect();
    let count =
        |change| u32::try_from(items.iter().filter(|item| item.change == change).count()).unwrap_or(u32::MAX);
    let moves: Vec<f64> = items.iter().filter_map(difficulty_change).collect();
    let mean =
        |values: &[f64]| (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64);
    let squares: Vec<f64> = moves.iter().map(|change| change * change).collect();
    BankComparison {
        bank_id: bank_id.to_owned(),
        before,
        after,
        same: count(ItemChange::Same),
        changed: count(ItemChange::Changed),
        gone: count(ItemChange::Gone),
        new: count(ItemChange::New),
        mean_difficulty_change: mean(&moves),
        rms_difficulty_change: mean(&squares).map(f64::sqrt),
        items,
    }
}

/// The change of an only difficulty.
fn difficulty_change(item: &ItemComparison) -> Option<f64> {
    item.parameters.iter().find(|parameter| parameter.name == "b").and_then(|found| found.difference)
}

fn compare(old: Option<&Item>, new: Option<&Item>) -> ItemComparison {
    let item_id = new.or(old).map(|item| item.id.to_string()).unwrap_or_default();
    let both = old.zip(new);
    let content_changed = both.is_some_and(|(old, new)| old.content != new.content);
    let attributes_changed = both.is_some_and(|(old, new)| {
        old.attributes != new.attributes || old.group != new.group || old.enemies != new.enemies
    });
    let change = match (old, new) {
        (None, _) => ItemChange::New,
        (_, None) => ItemChange::Gone,
        (Some(old), Some(new)) if old == new => ItemChange::Same,
        (Some(_), Some(_)) => ItemChange::Changed,
    };
    ItemComparison {
        item_id,
        change,
        parameters: parameters(old, new),
        before: old.map(state),
        after: new.map(state),
        content_changed,
        attributes_changed,
    }
}

fn state(item: &Item) -> ItemState {
    ItemState {
        pool: item.pool,
        status: item.status,
        model: item.model.as_ref().map(|model| ModelParameters::from(model).model),
        provisional: item.provisional,
    }
}

fn parameters(old: Option<&Item>, new: Option<&Item>) -> Vec<ParameterComparison> {
    let before = old.map(values).unwrap_or_default();
    let after = new.map(values).unwrap_or_default();
    let names: Vec<&String> =
        before.keys().chain(after.keys().filter(|name| !before.contains_key(*name))).collect();
    let mut compared: Vec<ParameterComparison> = names
        .into_iter()
        .map(|name| {
            let (before, after) = (before.get(name).copied(), after.get(name).copied());
            let both = before.zip(after);
            let errors = both.and_then(|(old, new)| old.standard_error.zip(new.standard_error));
            ParameterComparison {
                name: name.clone(),
                before,
                after,
                difference: both.map(|(old, new)| new.value - old.value),
                difference_error: errors.map(|(old, new)| old.hypot(new)),
            }
        })
        .collect();
    compared.sort_by(|one, other| one.name.cmp(&other.name));
    compared
}

/// Parameters by name: `b` where there is one, `b1`, `b2` … where there are several.
fn values(item: &Item) -> BTreeMap<String, ParameterValue> {
    let Some(model) = &item.model else {
        return BTreeMap::new();
    };
    let found = ModelParameters::from(model);
    let none = StandardErrors::default();
    let errors = item.standard_errors.as_ref().unwrap_or(&none);
    let mut all = BTreeMap::new();
    let mut put = |name: &str, value: Option<NumberOrList>, errors: &[Option<f64>]| {
        let error = |index: usize| errors.get(index).copied().flatten();
        match value {
            Some(NumberOrList::Number(value)) => {
                all.insert(name.to_owned(), ParameterValue { value, standard_error: error(0) });
            }
            Some(NumberOrList::List(list)) => {
                for (index, value) in list.into_iter().enumerate() {
                    let value = ParameterValue { value, standard_error: error(index) };
                    all.insert(format!("{name}{}", index + 1), value);
                }
            }
            None => {}
        }
    };
    put("a", found.a, &errors.a);
    put("b", found.b, &errors.b);
    put("c", found.c.map(NumberOrList::Number), &errors.c);
    put("d", found.d.map(NumberOrList::Number), &errors.d);
    all
}
