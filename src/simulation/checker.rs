//! Recomputes every requirement of a plan for a delivered test, from the bank and the plan alone. It shares no code
//! with the engine it checks.

use std::collections::{BTreeMap, BTreeSet};

use item_bank::{Bank, Item, ItemId, ItemStatus};

use crate::adaptive::TestPlan;

/// Something a delivered test should not have done.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Violation {
    /// Not an operational item of the plan's pool.
    NotInPool(ItemId),
    /// Given twice.
    Repeated(ItemId),
    /// Two enemies in one test.
    Enemies(ItemId, ItemId),
    /// Shorter or longer than the plan says.
    Length(usize),
    /// A row of the blueprint has this many items.
    Row(String, usize),
    /// A stimulus whose items did not come one after the other.
    SetSplit(String),
    /// A stimulus with this many items.
    SetSize(String, usize),
    /// This many stimuli.
    SetCount(usize),
    /// This many field-test items.
    FieldTestCount(usize),
    /// A field-test item at this place, counted from 1.
    FieldTestPlace(ItemId, usize),
    /// A field-test item too close to the one before.
    FieldTestNear(ItemId),
}

/// Everything wrong with a complete test: its items in order, field-test items among them.
#[must_use]
pub fn violations(bank: &Bank, plan: &TestPlan, delivered: &[ItemId]) -> Vec<Violation> {
    let mut found = Vec::new();
    let mut items: Vec<&Item> = Vec::new();
    for id in delivered {
        match bank.item(id.as_str()) {
            Some(item) if item.pool == plan.pool && is_given(plan, item.status) => items.push(item),
            _ => found.push(Violation::NotInPool(id.clone())),
        }
    }
    let mut once = BTreeSet::new();
    found.extend(
        items.iter().filter(|item| !once.insert(&item.id)).map(|item| Violation::Repeated(item.id.clone())),
    );
    for (first, second) in pairs(&items) {
        if first.enemies.contains(&second.id) || second.enemies.contains(&first.id) {
            found.push(Violation::Enemies(first.id.clone(), second.id.clone()));
        }
    }
    found.extend(field_test_violations(plan, &items));
    items.retain(|item| item.status == ItemStatus::Operational);
    let length = items.len();
    if length < plan.stopping.minimum_items || length > plan.stopping.maximum_items {
        found.push(Violation::Length(length));
    }
    for row in &plan.blueprint {
        let count = items.iter().filter(|item| item.has_attribute(&row.attribute, &row.value)).count();
        if count < row.minimum || row.maximum.is_some_and(|maximum| count > maximum) {
            found.push(Violation::Row(row.words(), count));
        }
    }
    found.extend(set_violations(plan, &items));
    found
}

fn is_given(plan: &TestPlan, status: ItemStatus) -> bool {
    status == ItemStatus::Operational || (status == ItemStatus::FieldTest && plan.field_test.is_some())
}

fn field_test_violations(plan: &TestPlan, items: &[&Item]) -> Vec<Violation> {
    let Some(rule) = &plan.field_test else {
        return Vec::new();
    };
    let mut found = Vec::new();
    let tried = |item: &&Item| item.status == ItemStatus::FieldTest;
    let places: Vec<usize> =
        items.iter().zip(1..).filter(|(item, _)| tried(item)).map(|(_, place)| place).collect();
    if places.len() > rule.items_per_test {
        found.push(Violation::FieldTestCount(places.len()));
    }
    for &place in &places {
        // The test goes on after it: it is never the reason for another item.
        if place < rule.first_position || place > rule.last_position || place == items.len() {
            found.push(Violation::FieldTestPlace(items[place - 1].id.clone(), place));
        }
    }
    let near = places.windows(2).filter(|pair| pair[1] - pair[0] < rule.least_distance);
    found.extend(near.map(|pair| Violation::FieldTestNear(items[pair[1] - 1].id.clone())));
    found
}

fn pairs<'a>(items: &'a [&'a Item]) -> impl Iterator<Item = (&'a Item, &'a Item)> {
    items
        .iter()
        .enumerate()
        .flat_map(move |(index, first)| items[index + 1..].iter().map(move |second| (*first, *second)))
}

fn set_violations(plan: &TestPlan, items: &[&Item]) -> Vec<Violation> {
    let mut found = Vec::new();
    let mut runs: Vec<(&str, usize)> = Vec::new();
    let mut last = None;
    for item in items {
        let group = item.group.as_deref();
        match (group, runs.last_mut()) {
            (Some(group), Some((name, count))) if last == Some(group) && *name == group => *count += 1,
            (Some(group), _) => runs.push((group, 1)),
            (None, _) => {}
        }
        last = group;
    }
    let mut sizes: BTreeMap<&str, usize> = BTreeMap::new();
    for (group, count) in runs {
        if sizes.insert(group, count).is_some() {
            found.push(Violation::SetSplit(group.to_owned()));
        }
    }
    let rule = &plan.stimulus_sets;
    for (group, &count) in &sizes {
        if count < rule.minimum_items || rule.maximum_items.is_some_and(|maximum| count > maximum) {
            found.push(Violation::SetSize((*group).to_owned(), count));
        }
    }
    if sizes.len() < rule.minimum_sets || rule.maximum_sets.is_some_and(|maximum| sizes.len() > maximum) {
        found.push(Violation::SetCount(sizes.len()));
    }
    found
}
