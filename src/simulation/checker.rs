//! Recomputes every requirement of a plan for a delivered test, from the bank and the plan alone. It shares no code
//! with the engine it checks.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use item_bank::{Accommodations, AttributeValue, Bank, Item, ItemId, ItemStatus};

use crate::adaptive::{BlueprintRow, Condition, Counted, OrderRule, TestPlan};

/// Something a delivered test should not have done.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Violation {
    /// Not an operational item of the plan's pool.
    NotInPool(ItemId),
    /// Does not support what the examinee needs.
    Unsupported(ItemId),
    /// Given twice.
    Repeated(ItemId),
    /// Two enemies in one test.
    Enemies(ItemId, ItemId),
    /// Shorter or longer than the plan says.
    Length(usize),
    /// A row of the blueprint has this count, or this sum rounded down.
    Row(String, usize),
    /// A required item is missing.
    Missing(ItemId),
    /// A forbidden item is there.
    Forbidden(ItemId),
    /// One of two items that come together is missing.
    Parted(ItemId, ItemId),
    /// An item came after one that the plan's order puts later.
    OutOfOrder(ItemId),
    /// An item of another grade before the plan's rule can let any in.
    OffGrade(ItemId),
    /// Recorded as under, or as over, the cap on exposure, which the counts deny.
    Room(ItemId),
    /// So many items are told to have come over the cap on exposure; so many did.
    OverCap(u32, usize),
    /// An item of an earlier attempt beyond the plan's limit, though the test could have ended before it.
    SeenBefore(ItemId),
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

impl fmt::Display for Violation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotInPool(item) => write!(formatter, "item {item} is not in use in the plan's pool"),
            Self::Unsupported(item) => {
                write!(formatter, "item {item} does not support an accommodation that the examinee needs")
            }
            Self::Repeated(item) => write!(formatter, "item {item} was given twice"),
            Self::Enemies(first, second) => {
                write!(formatter, "items {first} and {second} exclude each other and were both given")
            }
            Self::Length(items) => write!(formatter, "a length of {items} items is not the plan's"),
            Self::Row(words, found) => write!(formatter, "{words}: {found} is outside the row's bounds"),
            Self::Missing(item) => write!(formatter, "required item {item} was not given"),
            Self::Forbidden(item) => write!(formatter, "forbidden item {item} was given"),
            Self::Parted(first, second) => {
                write!(formatter, "of items {first} and {second}, which come together, one was given")
            }
            Self::OutOfOrder(item) => write!(formatter, "item {item} came later than the plan's order says"),
            Self::OffGrade(item) => {
                write!(formatter, "item {item} of another grade came before the plan lets any in")
            }
            Self::Room(item) => {
                write!(formatter, "item {item} is recorded on the other side of the exposure cap than it was")
            }
            Self::OverCap(told, found) => {
                write!(formatter, "{told} items are told to have come over the exposure cap, {found} did")
            }
            Self::SeenBefore(item) => {
                write!(formatter, "item {item} of an earlier attempt came beyond the plan's limit")
            }
            Self::SetSplit(set) => {
                write!(formatter, "items of stimulus {set} did not come one after the other")
            }
            Self::SetSize(set, items) => {
                write!(formatter, "stimulus {set} had {items} items, not as many as the plan says")
            }
            Self::SetCount(sets) => write!(formatter, "{sets} stimuli are not as many as the plan says"),
            Self::FieldTestCount(items) => {
                write!(formatter, "{items} field-test items are more than the plan says")
            }
            Self::FieldTestPlace(item, place) => {
                write!(formatter, "field-test item {item} came at place {place}, outside the plan's places")
            }
            Self::FieldTestNear(item) => {
                write!(formatter, "field-test item {item} came too soon after the one before")
            }
        }
    }
}

/// Everything wrong with a complete test of an examinee without accommodations: its items in order, field-test items
/// among them.
#[must_use]
pub fn violations(bank: &Bank, plan: &TestPlan, delivered: &[ItemId]) -> Vec<Violation> {
    violations_for(bank, plan, &Accommodations::none(), delivered)
}

/// The same for an examinee who needs these accommodations.
#[must_use]
pub fn violations_for(
    bank: &Bank,
    plan: &TestPlan,
    needed: &Accommodations,
    delivered: &[ItemId],
) -> Vec<Violation> {
    let mut found = Vec::new();
    let mut items: Vec<&Item> = Vec::new();
    for id in delivered {
        match bank.item(id.as_str()) {
            Some(item) if item.pool == plan.pool && is_given(plan, item.status) => items.push(item),
            _ => found.push(Violation::NotInPool(id.clone())),
        }
    }
    let unsupported = items.iter().filter(|item| !is_for(item, needed));
    found.extend(unsupported.map(|item| Violation::Unsupported(item.id.clone())));
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
    found.extend(plan.blueprint.iter().filter_map(|row| row_violation((bank, needed), plan, row, &items)));
    found.extend(named_violations(plan, &items));
    found.extend(set_violations(plan, &items));
    found.extend(off_grade_violations(plan, &items));
    found
}

/// Whether the item lists every accommodation.
fn is_for(item: &Item, needed: &Accommodations) -> bool {
    let listed: Vec<&str> = match item.attributes.get("accommodations") {
        Some(AttributeValue::Text(one)) => vec![one],
        Some(AttributeValue::List(list)) => list.iter().map(String::as_str).collect(),
        Some(AttributeValue::Number(_)) | None => Vec::new(),
    };
    needed.iter().all(|one| listed.contains(&one.as_str()))
}

/// Items of earlier attempts that should not have come again: the plan's limit ends a test that meets everything else.
#[must_use]
pub fn seen_violations(
    bank: &Bank,
    plan: &TestPlan,
    needed: &Accommodations,
    delivered: &[ItemId],
    seen: &BTreeSet<ItemId>,
) -> Vec<Violation> {
    let Some(most) = plan.items.seen_maximum else { return Vec::new() };
    let again = delivered.iter().enumerate().filter(|(_, id)| seen.contains(*id));
    // A test never ends with a field-test item: it would have ended before it.
    let is_tried =
        |id: &ItemId| bank.item(id.as_str()).is_some_and(|item| item.status == ItemStatus::FieldTest);
    let could_have_ended = |place: usize| {
        let whole = delivered[..place].iter().rposition(|id| !is_tried(id)).map_or(0, |last| last + 1);
        violations_for(bank, plan, needed, &delivered[..whole]).is_empty()
    };
    let beyond = again.skip(most).filter(|(place, _)| could_have_ended(*place));
    beyond.map(|(_, id)| Violation::SeenBefore(id.clone())).collect()
}

/// Items of other grades among the first, when too few answers can have been given to let them in.
fn off_grade_violations(plan: &TestPlan, items: &[&Item]) -> Vec<Violation> {
    let Some(rule) = &plan.off_grade else { return Vec::new() };
    let is_of = |item: &Item, grade: &String| item.has_attribute(&rule.attribute, grade);
    let is_off = |item: &&&Item| {
        !is_of(item, &rule.grade) && rule.below.iter().chain(&rule.above).any(|grade| is_of(item, grade))
    };
    let early = items.iter().take(rule.after_items).filter(is_off);
    early.map(|item| Violation::OffGrade(item.id.clone())).collect()
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

fn row_violation(
    (bank, needed): (&Bank, &Accommodations),
    plan: &TestPlan,
    row: &BlueprintRow,
    items: &[&Item],
) -> Option<Violation> {
    let admits = |item: &Item| {
        let attribute = row.attribute.as_ref().is_none_or(|name| has(item, name, row.value.as_deref()));
        attribute && row.condition.as_ref().is_none_or(|condition| holds(condition, item))
    };
    let value = if row.count == Counted::Sets {
        let is_usable = |item: &&Item| {
            item.pool == plan.pool && item.status == ItemStatus::Operational && item.model.is_some()
        };
        let everything = bank.items().iter().filter(is_usable).filter(|item| is_for(item, needed));
        let groups: BTreeSet<_> =
            everything.filter(|item| admits(item)).filter_map(|item| item.group.as_deref()).collect();
        let used: BTreeSet<_> = items.iter().filter_map(|item| item.group.as_deref()).collect();
        used.intersection(&groups).count() as f64
    } else {
        let admitted = items.iter().filter(|item| admits(item));
        match &row.sum {
            None => admitted.count() as f64,
            Some(name) => admitted.filter_map(|item| number(item, name)).sum(),
        }
    };
    let too_low = value < row.minimum as f64 - 1e-6;
    let too_high = row.maximum.is_some_and(|maximum| value > maximum as f64 + 1e-6);
    (too_low || too_high).then(|| Violation::Row(row.words(), value as usize))
}

fn has(item: &Item, name: &str, value: Option<&str>) -> bool {
    value.map_or_else(|| item.attributes.contains_key(name), |value| item.has_attribute(name, value))
}

fn number(item: &Item, name: &str) -> Option<f64> {
    match item.attributes.get(name)? {
        AttributeValue::Number(number) => Some(*number),
        AttributeValue::Text(_) | AttributeValue::List(_) => None,
    }
}

/// Whether every part of a condition holds.
fn holds(condition: &Condition, item: &Item) -> bool {
    let mut parts = Vec::new();
    if let Some(name) = &condition.attribute {
        let text = item.attributes.get(name).map(ToString::to_string);
        let size = number(item, name).or_else(|| text.and_then(|text| text.parse().ok()));
        parts.push(has(item, name, condition.value.as_deref()));
        parts.extend(
            condition.values.iter().map(|values| values.iter().any(|value| has(item, name, Some(value)))),
        );
        parts.extend(condition.at_least.map(|least| size.is_some_and(|size| size >= least)));
        parts.extend(condition.at_most.map(|most| size.is_some_and(|size| size <= most)));
    }
    parts.extend(condition.items.iter().map(|items| items.contains(&item.id)));
    parts.extend(condition.all.iter().flatten().map(|part| holds(part, item)));
    parts.extend(condition.any.iter().map(|any| any.iter().any(|part| holds(part, item))));
    parts.extend(condition.not.iter().map(|part| !holds(part, item)));
    !parts.contains(&false)
}

fn named_violations(plan: &TestPlan, items: &[&Item]) -> Vec<Violation> {
    let given: BTreeSet<&ItemId> = items.iter().map(|item| &item.id).collect();
    let rules = &plan.items;
    let mut found = Vec::new();
    found.extend(rules.required.iter().filter(|id| !given.contains(id)).cloned().map(Violation::Missing));
    found.extend(rules.forbidden.iter().filter(|id| given.contains(id)).cloned().map(Violation::Forbidden));
    for pair in rules.together.iter().flat_map(|group| group.windows(2)) {
        if given.contains(&pair[0]) != given.contains(&pair[1]) {
            found.push(Violation::Parted(pair[0].clone(), pair[1].clone()));
        }
    }
    let mut latest = f64::NEG_INFINITY;
    for item in items {
        let Some(turn) = rules.order.as_ref().and_then(|order| turn(order, item)) else { continue };
        if turn < latest {
            found.push(Violation::OutOfOrder(item.id.clone()));
        }
        latest = latest.max(turn);
    }
    found
}

fn turn(order: &OrderRule, item: &Item) -> Option<f64> {
    match &order.values {
        Some(values) => {
            let place = values.iter().position(|value| item.has_attribute(&order.attribute, value));
            place.map(|place| place as f64)
        }
        None => match item.attributes.get(&order.attribute)? {
            AttributeValue::Text(text) => text.parse().ok().filter(|turn: &f64| turn.is_finite()),
            AttributeValue::Number(turn) => Some(*turn),
            AttributeValue::List(_) => None,
        },
    }
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
