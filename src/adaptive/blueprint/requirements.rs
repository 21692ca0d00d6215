//! A plan's requirements, resolved to the items of a pool.

use std::collections::{BTreeMap, HashMap};

use item_bank::Item;

use crate::adaptive::plan::{PlanDocument, StimulusRule};

/// A row: every test has at least `minimum` and at most `maximum` of its members.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::adaptive) struct Row {
    /// As in `strand = algebra`.
    pub words: String,
    pub minimum: usize,
    pub maximum: Option<usize>,
}

/// The plan as seen by one pool. Items are named by their position in the pool.
#[derive(Debug, Clone)]
pub(in crate::adaptive) struct Blueprint {
    pub rows: Vec<Row>,
    pub rows_of: Vec<Vec<usize>>,
    pub enemies_of: Vec<Vec<usize>>,
    pub set_of: Vec<Option<usize>>,
    pub sets: Vec<Vec<usize>>,
    pub stimulus_rule: StimulusRule,
    pub minimum_items: usize,
    pub maximum_items: usize,
    /// Items that are alike for every requirement share a class; those with enemies have one each.
    pub class_of: Vec<usize>,
    pub classes: Vec<Class>,
}

/// What the items of a class have in common.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::adaptive) struct Class {
    pub rows: Vec<usize>,
    pub set: Option<usize>,
    pub items: Vec<usize>,
}

impl Blueprint {
    pub(in crate::adaptive) fn new(plan: &PlanDocument, items: &[&Item]) -> Self {
        let rows = plan.blueprint.iter();
        let rows = rows.map(|row| Row { words: row.words(), minimum: row.minimum, maximum: row.maximum });
        let rows_of = items.iter().map(|item| member_rows(plan, item)).collect();
        let (sets, set_of) = stimulus_sets(items);
        let mut blueprint = Self {
            rows: rows.collect(),
            rows_of,
            enemies_of: enemies(items),
            set_of,
            sets,
            stimulus_rule: plan.stimulus_sets,
            minimum_items: plan.stopping.minimum_items,
            maximum_items: plan.stopping.maximum_items,
            class_of: Vec::new(),
            classes: Vec::new(),
        };
        blueprint.classify();
        blueprint
    }

    /// Whether any item will do at any time: no row, no set, no enemies.
    pub(in crate::adaptive) fn is_free(&self) -> bool {
        self.rows.is_empty()
            && self.sets.is_empty()
            && self.stimulus_rule.minimum_sets == 0
            && self.enemies_of.iter().all(Vec::is_empty)
    }

    /// Greatest number of items of a set in one test.
    pub(in crate::adaptive) fn set_maximum(&self) -> usize {
        self.stimulus_rule.maximum_items.unwrap_or(usize::MAX)
    }

    fn classify(&mut self) {
        let mut known = HashMap::new();
        for item in 0..self.rows_of.len() {
            let alone = (!self.enemies_of[item].is_empty()).then_some(item);
            let key = (self.rows_of[item].clone(), self.set_of[item], alone);
            let class = *known.entry(key).or_insert_with_key(
                |(rows, set, _): &(Vec<usize>, Option<usize>, Option<usize>)| {
                    self.classes.push(Class { rows: rows.clone(), set: *set, items: Vec::new() });
                    self.classes.len() - 1
                },
            );
            self.classes[class].items.push(item);
            self.class_of.push(class);
        }
    }
}

fn member_rows(plan: &PlanDocument, item: &Item) -> Vec<usize> {
    let rows = plan.blueprint.iter().enumerate();
    rows.filter(|(_, row)| item.has_attribute(&row.attribute, &row.value)).map(|(index, _)| index).collect()
}

fn stimulus_sets(items: &[&Item]) -> (Vec<Vec<usize>>, Vec<Option<usize>>) {
    let mut numbers = BTreeMap::new();
    let mut sets: Vec<Vec<usize>> = Vec::new();
    let mut set_of = Vec::with_capacity(items.len());
    for (position, item) in items.iter().enumerate() {
        let number = item.group.as_ref().map(|group| {
            *numbers.entry(group.clone()).or_insert_with(|| {
                sets.push(Vec::new());
                sets.len() - 1
            })
        });
        if let Some(number) = number {
            sets[number].push(position);
        }
        set_of.push(number);
    }
    (sets, set_of)
}

/// Enemies hold both ways, whichever of the two names the other.
fn enemies(items: &[&Item]) -> Vec<Vec<usize>> {
    let positions: HashMap<_, _> =
        items.iter().enumerate().map(|(position, item)| (&item.id, position)).collect();
    let mut enemies = vec![Vec::new(); items.len()];
    for (position, item) in items.iter().enumerate() {
        for other in item.enemies.iter().filter_map(|enemy| positions.get(enemy).copied()) {
            enemies[position].push(other);
            enemies[other].push(position);
        }
    }
    for list in &mut enemies {
        list.sort_unstable();
        list.dedup();
    }
    enemies
}
