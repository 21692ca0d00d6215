//! What a plan asks of the content of a test: rows of counts and sums over items or stimulus sets, and rules about
//! items by name. As a file says it; the ranges are checked with the rest of the plan.

use item_bank::{AttributeValue, Item, ItemId};
use serde::{Deserialize, Serialize};

use super::written_value::{value, values};

/// A row of the blueprint. Every test has at least `minimum` and at most `maximum` of what it counts: the items that
/// meet the condition, the stimulus sets any of whose items meets it, or the sum of a number over those items.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BlueprintRow {
    /// What people call the row; its condition in words when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Name of the attribute, as in `strand`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attribute: Option<String>,
    /// Its value, as in `algebra`: the attribute has, or lists, it.
    #[serde(default, deserialize_with = "value", skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// Any other condition; all items when there is neither this nor an attribute.
    #[serde(default, rename = "where", skip_serializing_if = "Option::is_none")]
    pub condition: Option<Condition>,
    /// What is counted.
    #[serde(default, skip_serializing_if = "Counted::is_items")]
    pub count: Counted,
    /// With the name of an attribute: the row bounds its sum, as in `words`. An item without it adds nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sum: Option<String>,
    /// Least count or sum.
    #[serde(default)]
    pub minimum: usize,
    /// Greatest count or sum; no limit when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub maximum: Option<usize>,
}

/// What a row counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Counted {
    /// Items.
    #[default]
    Items,
    /// Stimulus sets.
    Sets,
}

impl Counted {
    /// Whether items are counted, as they are when nothing is said.
    #[must_use]
    pub fn is_items(&self) -> bool {
        *self == Self::Items
    }
}

/// A condition on an item. Everything that is stated must hold.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Condition {
    /// Name of an attribute, which the item must have.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attribute: Option<String>,
    /// The attribute has, or lists, this value.
    #[serde(deserialize_with = "value", skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// The attribute has, or lists, one of these values.
    #[serde(deserialize_with = "values", skip_serializing_if = "Option::is_none")]
    pub values: Option<Vec<String>>,
    /// The attribute is a number of at least this.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at_least: Option<f64>,
    /// The attribute is a number of at most this.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at_most: Option<f64>,
    /// The item is one of these.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub items: Option<Vec<ItemId>>,
    /// Every one of these holds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub all: Option<Vec<Condition>>,
    /// One of these holds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub any: Option<Vec<Condition>>,
    /// This does not hold.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not: Option<Box<Condition>>,
}

/// Rules about items by name or by the order they come in.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ItemRules {
    /// Items that every test has.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub required: Vec<ItemId>,
    /// Items that no test has.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub forbidden: Vec<ItemId>,
    /// Groups of items that a test has all of or none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub together: Vec<Vec<ItemId>>,
    /// The order in which items come.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub order: Option<OrderRule>,
    /// Most items of a test that the student saw in earlier attempts. A test that would be too short without more of
    /// them has as few as it can.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seen_maximum: Option<usize>,
}

/// Items come in the order of an attribute, never back. Items without it may come at any time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OrderRule {
    /// Name of the attribute, as in `part`.
    pub attribute: String,
    /// Its values in their order; ascending numbers when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub values: Option<Vec<String>>,
}

impl BlueprintRow {
    /// Whether the item meets the row's condition.
    #[must_use]
    pub fn admits(&self, item: &Item) -> bool {
        let short = match (&self.attribute, &self.value) {
            (Some(attribute), Some(value)) => item.has_attribute(attribute, value),
            (Some(attribute), None) => item.attributes.contains_key(attribute),
            (None, _) => true,
        };
        short && self.condition.as_ref().is_none_or(|condition| condition.holds(item))
    }

    /// What an item that meets the condition adds to the row: one, or its part of the sum.
    #[must_use]
    pub fn amount(&self, item: &Item) -> f64 {
        let Some(name) = &self.sum else { return 1.0 };
        match item.attributes.get(name) {
            Some(AttributeValue::Number(number)) => *number,
            _ => 0.0,
        }
    }

    /// The row in words.
    #[must_use]
    pub fn words(&self) -> String {
        let mut conditions = Vec::new();
        match (&self.attribute, &self.value) {
            (Some(attribute), Some(value)) => conditions.push(format!("{attribute} = {value}")),
            (Some(attribute), None) => conditions.push(format!("with {attribute}")),
            (None, _) => {}
        }
        conditions.extend(self.condition.as_ref().map(Condition::words));
        let condition = if conditions.is_empty() { "all items".to_owned() } else { conditions.join(" and ") };
        match (&self.sum, self.count) {
            (Some(name), _) => format!("sum of {name}, {condition}"),
            (None, Counted::Sets) => format!("stimulus sets, {condition}"),
            (None, Counted::Items) => condition,
        }
    }
}

impl Condition {
    /// Whether the item meets the condition.
    #[must_use]
    pub fn holds(&self, item: &Item) -> bool {
        self.holds_of_attribute(item)
            && self.items.as_ref().is_none_or(|items| items.contains(&item.id))
            && self.all.iter().flatten().all(|condition| condition.holds(item))
            && self.any.as_ref().is_none_or(|any| any.iter().any(|condition| condition.holds(item)))
            && self.not.as_ref().is_none_or(|condition| !condition.holds(item))
    }

    fn holds_of_attribute(&self, item: &Item) -> bool {
        let Some(name) = &self.attribute else { return true };
        let Some(attribute) = item.attributes.get(name) else { return false };
        let number = match attribute {
            AttributeValue::Number(number) => Some(*number),
            AttributeValue::Text(text) => text.parse().ok(),
            AttributeValue::List(_) => None,
        };
        self.value.as_ref().is_none_or(|value| attribute.matches(value))
            && self.values.as_ref().is_none_or(|values| values.iter().any(|value| attribute.matches(value)))
            && self.at_least.is_none_or(|least| number.is_some_and(|number| number >= least))
            && self.at_most.is_none_or(|most| number.is_some_and(|number| number <= most))
    }

    /// The condition in words.
    #[must_use]
    pub fn words(&self) -> String {
        let mut parts = Vec::new();
        if let Some(attribute) = &self.attribute {
            let mut of_attribute = Vec::new();
            of_attribute.extend(self.value.as_ref().map(|value| format!("{attribute} = {value}")));
            of_attribute
                .extend(self.values.as_ref().map(|values| format!("{attribute} = {}", values.join(" or "))));
            of_attribute.extend(self.at_least.map(|least| format!("{attribute} at least {least}")));
            of_attribute.extend(self.at_most.map(|most| format!("{attribute} at most {most}")));
            if of_attribute.is_empty() {
                of_attribute.push(format!("with {attribute}"));
            }
            parts.extend(of_attribute);
        }
        if let Some(items) = &self.items {
            let names: Vec<&str> = items.iter().map(ItemId::as_str).collect();
            parts.push(format!("one of {}", names.join(", ")));
        }
        parts.extend(self.all.iter().flatten().map(Self::words));
        if let Some(any) = &self.any {
            let any: Vec<String> = any.iter().map(Self::words).collect();
            parts.push(format!("({})", any.join(" or ")));
        }
        parts.extend(self.not.as_ref().map(|condition| format!("not ({})", condition.words())));
        parts.join(" and ")
    }
}

impl ItemRules {
    /// Whether no rule is stated.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Every item that a rule names.
    pub fn named(&self) -> impl Iterator<Item = &ItemId> {
        self.required.iter().chain(&self.forbidden).chain(self.together.iter().flatten())
    }
}

impl OrderRule {
    /// Place of the item in the order; `None` for an item that may come at any time.
    #[must_use]
    pub fn rank(&self, item: &Item) -> Option<f64> {
        let attribute = item.attributes.get(&self.attribute)?;
        match (&self.values, attribute) {
            (Some(values), _) => {
                values.iter().position(|value| attribute.matches(value)).map(|place| place as f64)
            }
            (None, AttributeValue::Number(number)) => Some(*number),
            (None, AttributeValue::Text(text)) => text.parse().ok().filter(|number: &f64| number.is_finite()),
            (None, AttributeValue::List(_)) => None,
        }
    }
}
