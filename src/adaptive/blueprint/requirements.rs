//! A plan's requirements, resolved to the items of a pool.

use std::collections::{BTreeMap, HashMap};

use item_bank::Item;

use super::enemies::{enemies, exclusive_groups};
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
    /// Items that are alike for every requirement share a class; those with enemies that differ have one each.
    pub class_of: Vec<usize>,
    pub classes: Vec<Class>,
    /// Classes of one item each, of which a test has at most one.
    pub exclusive: Vec<Vec<usize>>,
}

/// What the items of a class have in common.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::adaptive) struct Class {
    pub rows: Vec<usize>,
    pub set: Option<usize>,
    /// Items that stand alone, and families of enemies of which a test has at most one.
    pub units: Vec<Vec<usize>>,
}

/// What makes items alike, and which item it is where nothing else is like it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Kind {
    rows: Vec<usize>,
    set: Option<usize>,
    alone: Option<usize>,
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
            exclusive: Vec::new(),
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

    /// The blueprint without enemies.
    pub(in crate::adaptive) fn forget_enemies(&mut self) {
        self.enemies_of.iter_mut().for_each(Vec::clear);
        (self.class_of, self.classes) = (Vec::new(), Vec::new());
        self.classify();
    }

    fn classify(&mut self) {
        let mut unit_of: Vec<usize> = (0..self.rows_of.len()).collect();
        let mut apart = vec![false; unit_of.len()];
        let mut groups = exclusive_groups(&self.enemies_of);
        groups.retain(|group| {
            let first = group[0];
            let alike = |&item: &usize| {
                self.rows_of[item] == self.rows_of[first] && self.set_of[item] == self.set_of[first]
            };
            let whole = group.iter().all(|item| self.enemies_of[*item].len() + 1 == group.len());
            let is_unit = whole && group.iter().all(alike);
            for &item in group {
                if is_unit {
                    unit_of[item] = first;
                } else {
                    apart[item] = true;
                }
            }
            !is_unit
        });
        self.gather(&unit_of, &apart);
        self.exclusive =
            groups.iter().map(|group| group.iter().map(|&item| self.class_of[item]).collect()).collect();
    }

    /// Puts the units into classes. A unit is named by its first item.
    fn gather(&mut self, unit_of: &[usize], apart: &[bool]) {
        let mut known = HashMap::new();
        let mut place_of = HashMap::new();
        for (item, &unit) in unit_of.iter().enumerate() {
            let kind = Kind {
                rows: self.rows_of[item].clone(),
                set: self.set_of[item],
                alone: apart[item].then_some(item),
            };
            let class = *known.entry(kind).or_insert_with_key(|kind: &Kind| {
                self.classes.push(Class { rows: kind.rows.clone(), set: kind.set, units: Vec::new() });
                self.classes.len() - 1
            });
            let units = &mut self.classes[class].units;
            let place = *place_of.entry(unit).or_insert_with(|| {
                units.push(Vec::new());
                units.len() - 1
            });
            units[place].push(item);
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
