//! The ranges of what a plan asks of content. Every refusal names the place in the document.

use super::content::{BlueprintRow, Condition, Counted, ItemRules};
use super::plan_check::require;
use super::problem::PlanError;

const COUNT_MAX: usize = 500;
const SUM_MAX: usize = 1_000_000;
const DEPTH_MAX: usize = 8;
const PARTS_MAX: usize = 500;
/// A bank has more items than a test: anything may be forbidden.
const FORBIDDEN_MAX: usize = 1_000_000;

pub(super) fn check_row(index: usize, row: &BlueprintRow) -> Result<(), PlanError> {
    let at = |field: &str| format!("blueprint[{index}].{field}");
    if let Some(attribute) = &row.attribute {
        require(!attribute.is_empty(), &at("attribute"), "the name of an attribute", attribute)?;
    }
    let lone = row.value.is_some() && row.attribute.is_none();
    require(!lone, &at("value"), "together with an attribute", row.value.as_deref().unwrap_or_default())?;
    if let Some(condition) = &row.condition {
        check_condition(condition, &at("where"), 1)?;
    }
    if let Some(name) = &row.sum {
        require(!name.is_empty(), &at("sum"), "the name of an attribute", name)?;
        require(row.count == Counted::Items, &at("sum"), "over items, not over sets", name)?;
    }
    let counts_all = row.attribute.is_none() && row.condition.is_none() && row.sum.is_none();
    let all_items = counts_all && row.count == Counted::Items;
    require(!all_items, &at("attribute"), "stated, or else where, sum or count", "nothing")?;
    let most = if row.sum.is_some() { SUM_MAX } else { COUNT_MAX };
    let words = if row.sum.is_some() { "at most 1000000" } else { "at most 500" };
    require(row.minimum <= most, &at("minimum"), words, row.minimum)?;
    let maximum = row.maximum.unwrap_or(usize::MAX);
    require(row.minimum <= maximum, &at("maximum"), "not below the minimum", maximum)
}

fn check_condition(condition: &Condition, path: &str, depth: usize) -> Result<(), PlanError> {
    require(depth <= DEPTH_MAX, path, "conditions within conditions at most 8 deep", depth)?;
    require(*condition != Condition::default(), path, "a condition", "nothing")?;
    let Condition { attribute, value, values, at_least, at_most, items, all, any, not } = condition;
    if let Some(attribute) = attribute {
        let setting = format!("{path}.attribute");
        require(!attribute.is_empty(), &setting, "the name of an attribute", attribute)?;
    } else {
        let lone = value.is_some() || values.is_some() || at_least.is_some() || at_most.is_some();
        require(!lone, path, "a condition with the attribute that it is about", "none")?;
    }
    for (field, bound) in [("at_least", at_least), ("at_most", at_most)] {
        let bound = bound.unwrap_or_default();
        require(bound.is_finite(), &format!("{path}.{field}"), "a number", bound)?;
    }
    let lengths = [
        ("values", values.as_ref().map(Vec::len)),
        ("items", items.as_ref().map(Vec::len)),
        ("all", all.as_ref().map(Vec::len)),
        ("any", any.as_ref().map(Vec::len)),
    ];
    for (field, length) in lengths {
        let length = length.unwrap_or(1);
        require((1..=PARTS_MAX).contains(&length), &format!("{path}.{field}"), "a list of 1 to 500", length)?;
    }
    for (field, parts) in [("all", all), ("any", any)] {
        for (index, part) in parts.iter().flatten().enumerate() {
            check_condition(part, &format!("{path}.{field}[{index}]"), depth + 1)?;
        }
    }
    not.as_ref().map_or(Ok(()), |part| check_condition(part, &format!("{path}.not"), depth + 1))
}

pub(super) fn check_items(rules: &ItemRules) -> Result<(), PlanError> {
    for (field, length, most, words) in [
        ("required", rules.required.len(), COUNT_MAX, "at most 500"),
        ("forbidden", rules.forbidden.len(), FORBIDDEN_MAX, "at most 1000000"),
        ("together", rules.together.len(), COUNT_MAX, "at most 500"),
    ] {
        require(length <= most, &format!("items.{field}"), words, length)?;
    }
    for (index, group) in rules.together.iter().enumerate() {
        let fits = (2..=COUNT_MAX).contains(&group.len());
        require(fits, &format!("items.together[{index}]"), "2 to 500 items", group.len())?;
    }
    if let Some(order) = &rules.order {
        let setting = "items.order.attribute";
        require(!order.attribute.is_empty(), setting, "the name of an attribute", &order.attribute)?;
        let values = order.values.as_ref().map_or(2, Vec::len);
        require((2..=PARTS_MAX).contains(&values), "items.order.values", "a list of 2 to 500", values)?;
    }
    Ok(())
}
