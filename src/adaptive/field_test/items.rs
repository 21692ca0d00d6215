//! The field-test items of a pool, and what keeps one of them out of a test.

use std::collections::HashMap;

use item_bank::{Accommodations, Bank, Item, ItemId, ItemStatus, Pool, ResponseModel};

use crate::adaptive::item_order::ItemOrder;
use crate::adaptive::pool::supporting;

/// The item before the one that is chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::adaptive) enum LastItem {
    /// A scored item, by its position in the pool.
    Scored(usize),
    /// A field-test item, by its place among them.
    FieldTest(usize),
}

/// The field-test items that can be given.
#[derive(Debug, Clone, Default)]
pub(in crate::adaptive) struct FieldTestItems {
    items: Vec<FieldTestItem>,
    places: HashMap<ItemId, usize>,
}

/// One of them. Scored items are named by their position in the pool, field-test items by their place here.
#[derive(Debug, Clone)]
pub(in crate::adaptive) struct FieldTestItem {
    pub id: ItemId,
    pub model: Option<ResponseModel>,
    pub bank_position: u32,
    /// Scored items that must not be in one test with it.
    pub enemies: Vec<usize>,
    /// Field-test items that must not.
    pub rivals: Vec<usize>,
    /// Scored items of its stimulus.
    companions: Vec<usize>,
    /// Field-test items of its stimulus.
    siblings: Vec<usize>,
}

impl FieldTestItems {
    /// Those of `pool` that a student who needs these can answer: where scored items have a question, so must they.
    pub(in crate::adaptive) fn new(
        bank: &Bank,
        (pool, needed): (Pool, &Accommodations),
        scored: &[&Item],
        order: ItemOrder,
    ) -> Self {
        let needs_question = scored.iter().any(|item| item.content.is_some());
        let usable = |item: &&Item| {
            item.status == ItemStatus::FieldTest && (item.content.is_some() || !needs_question)
        };
        let mut found: Vec<&Item> = supporting(bank, pool, needed).filter(usable).collect();
        order.sort(&mut found);
        let items = found.iter().enumerate().map(|(place, item)| FieldTestItem {
            id: item.id.clone(),
            model: item.model.clone(),
            bank_position: bank_position(bank, &item.id),
            enemies: positions(scored, |other| are_enemies(item, other)),
            rivals: positions(&found, |other| are_enemies(item, other)),
            companions: positions(scored, |other| share_stimulus(item, other)),
            siblings: positions(&found, |other| share_stimulus(item, other))
                .into_iter()
                .filter(|other| *other != place)
                .collect(),
        });
        let places = found.iter().enumerate().map(|(place, item)| (item.id.clone(), place)).collect();
        Self { items: items.collect(), places }
    }

    pub(in crate::adaptive) fn len(&self) -> usize {
        self.items.len()
    }

    pub(in crate::adaptive) fn place(&self, id: &ItemId) -> Option<usize> {
        self.places.get(id).copied()
    }

    pub(in crate::adaptive) fn get(&self, place: usize) -> &FieldTestItem {
        &self.items[place]
    }
}

impl FieldTestItem {
    /// Whether it keeps stimuli together: an item of a stimulus follows another item of it, and nothing else comes
    /// between two scored items of one. `within` is the last scored item when the next one is of its stimulus.
    pub(in crate::adaptive) fn keeps_sets(
        &self,
        last: Option<LastItem>,
        within: Option<usize>,
        given: &[usize],
    ) -> bool {
        let follows_its_own = match last {
            Some(LastItem::Scored(item)) => self.companions.contains(&item),
            Some(LastItem::FieldTest(place)) => self.siblings.contains(&place),
            None => false,
        };
        if let Some(scored) = within {
            return self.companions.contains(&scored);
        }
        let is_begun = self.siblings.iter().any(|sibling| given.contains(sibling));
        follows_its_own || (self.companions.is_empty() && !is_begun)
    }
}

fn positions(items: &[&Item], matches: impl Fn(&Item) -> bool) -> Vec<usize> {
    (0..items.len()).filter(|&position| matches(items[position])).collect()
}

fn are_enemies(item: &Item, other: &Item) -> bool {
    item.enemies.contains(&other.id) || other.enemies.contains(&item.id)
}

fn share_stimulus(item: &Item, other: &Item) -> bool {
    item.group.is_some() && item.group == other.group
}

fn bank_position(bank: &Bank, id: &ItemId) -> u32 {
    let position = bank.position(id.as_str()).and_then(|position| u32::try_from(position).ok());
    position.expect("an item of this bank, which has fewer than 2^32")
}
