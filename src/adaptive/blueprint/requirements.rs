//! A plan's requirements, resolved to the items of a pool.

use std::collections::{BTreeMap, HashMap};

use item_bank::Item;

use super::completion::NODES_MAX;
use super::enemies::{enemies, exclusive_groups};
use super::rows::{Row, Rows};
use crate::adaptive::plan::{PlanDocument, StimulusRule};

/// The plan as seen by one pool. Items are named by their position in the pool.
#[derive(Debug, Clone)]
pub(in crate::adaptive) struct Blueprint {
    pub rows: Vec<Row>,
    /// For each item its rows, ascending, with what it adds to each.
    pub rows_of: Vec<Vec<(usize, f64)>>,
    /// For each set the rows that count it.
    pub rows_of_set: Vec<Vec<usize>>,
    pub enemies_of: Vec<Vec<usize>>,
    pub set_of: Vec<Option<usize>>,
    pub sets: Vec<Vec<usize>>,
    pub stimulus_rule: StimulusRule,
    pub minimum_items: usize,
    pub maximum_items: usize,
    pub forbidden: Vec<bool>,
    /// Place of each item in the plan's order; `None` for one that may come at any time.
    pub rank_of: Vec<Option<f64>>,
    /// Most items that the student saw before, where the plan bounds them.
    pub seen_maximum: Option<usize>,
    /// Items that are alike for every requirement share a class; those with enemies that differ have one each.
    pub class_of: Vec<usize>,
    pub classes: Vec<Class>,
    /// Classes of one item each, of which a test has at most one.
    pub exclusive: Vec<Vec<usize>>,
    /// Nodes that the search for a completion gets.
    pub search_nodes: usize,
    /// Whether any item that is not forbidden will do at any time.
    pub(super) is_free: bool,
}

/// What the items of a class have in common.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::adaptive) struct Class {
    pub rows: Vec<(usize, f64)>,
    pub set: Option<usize>,
    pub rank: Option<f64>,
    /// Items that stand alone, and families of enemies of which a test has at most one.
    pub units: Vec<Vec<usize>>,
}

/// What makes items alike, and which item it is where nothing else is like it. Numbers by their bits.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Kind {
    rows: Vec<(usize, u64)>,
    set: Option<usize>,
    rank: Option<u64>,
    forbidden: bool,
    alone: Option<usize>,
}

impl Blueprint {
    pub(in crate::adaptive) fn new(plan: &PlanDocument, items: &[&Item]) -> Self {
        let (sets, set_of) = stimulus_sets(items);
        let Rows { rows, rows_of, rows_of_set } = Rows::new(plan, items, &sets);
        let order = plan.items.order.as_ref();
        let rank = |item: &&Item| order.and_then(|order| order.rank(item));
        let mut blueprint = Self {
            rows,
            rows_of,
            rows_of_set,
            enemies_of: enemies(items),
            set_of,
            sets,
            stimulus_rule: plan.stimulus_sets,
            minimum_items: plan.stopping.minimum_items,
            maximum_items: plan.stopping.maximum_items,
            forbidden: items.iter().map(|item| plan.items.forbidden.contains(&item.id)).collect(),
            rank_of: items.iter().map(rank).collect(),
            seen_maximum: plan.items.seen_maximum,
            class_of: Vec::new(),
            classes: Vec::new(),
            exclusive: Vec::new(),
            search_nodes: NODES_MAX,
            is_free: false,
        };
        blueprint.classify();
        blueprint
    }

    /// Whether any item that is not forbidden will do at any time: no row, no set, no enemies, no order.
    pub(in crate::adaptive) fn is_free(&self) -> bool {
        self.is_free
    }

    /// Whether the plan asks for an order that any item takes part in.
    fn has_order(&self) -> bool {
        self.rank_of.iter().any(Option::is_some)
    }

    /// Greatest number of items of a set in one test.
    pub(in crate::adaptive) fn set_maximum(&self) -> usize {
        self.stimulus_rule.maximum_items.unwrap_or(usize::MAX)
    }

    /// The blueprint without enemies.
    pub(in crate::adaptive) fn forget_enemies(&mut self) {
        self.enemies_of.iter_mut().for_each(Vec::clear);
        self.classify();
    }

    /// Puts the items into classes by what the requirements say of them.
    pub(super) fn classify(&mut self) {
        (self.class_of, self.classes) = (Vec::new(), Vec::new());
        let mut unit_of: Vec<usize> = (0..self.rows_of.len()).collect();
        let mut apart = vec![false; unit_of.len()];
        let mut groups = exclusive_groups(&self.enemies_of);
        groups.retain(|group| {
            let first = group[0];
            let alike = |&item: &usize| self.kind_of(item, None) == self.kind_of(first, None);
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
        self.is_free = !self.rows.iter().any(Row::is_bounding)
            && self.sets.is_empty()
            && !self.has_order()
            && self.enemies_of.iter().all(Vec::is_empty);
        self.exclusive =
            groups.iter().map(|group| group.iter().map(|&item| self.class_of[item]).collect()).collect();
    }

    fn kind_of(&self, item: usize, alone: Option<usize>) -> Kind {
        let rows = self.bounding_rows_of(item).map(|(row, amount)| (row, amount.to_bits()));
        Kind {
            rows: rows.collect(),
            set: self.set_of[item],
            rank: self.rank_of[item].map(f64::to_bits),
            forbidden: self.forbidden[item],
            alone,
        }
    }

    fn bounding_rows_of(&self, item: usize) -> impl Iterator<Item = (usize, f64)> {
        self.rows_of[item].iter().copied().filter(|(row, _)| self.rows[*row].is_bounding())
    }

    /// Puts the units into classes. A unit is named by its first item.
    fn gather(&mut self, unit_of: &[usize], apart: &[bool]) {
        let mut known = HashMap::new();
        let mut place_of = HashMap::new();
        for (item, &unit) in unit_of.iter().enumerate() {
            let kind = self.kind_of(item, apart[item].then_some(item));
            let class = *known.entry(kind).or_insert_with(|| {
                let rows = self.bounding_rows_of(item).collect();
                let (set, rank) = (self.set_of[item], self.rank_of[item]);
                self.classes.push(Class { rows, set, rank, units: Vec::new() });
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
