//! Everything that a plan bounds by a count or a sum, as linear rows over items and sets.

use std::collections::HashMap;
use std::fmt;

use item_bank::{Item, ItemId};

use crate::adaptive::content::Counted;
use crate::adaptive::plan::PlanDocument;

/// Sums within this of a bound keep it.
const SUM_TOLERANCE: f64 = 1e-6;

/// A row: the amounts of a test's items, or the number of its sets, add up to at least `lowest` and at most `highest`.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::adaptive) struct Row {
    pub words: Words,
    pub lowest: f64,
    pub highest: f64,
    /// Whether an item can take something away from the sum.
    pub has_negative: bool,
}

/// How a row is spoken of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::adaptive) enum Words {
    /// What is bounded, as in `strand = algebra`, and the unit that it is counted in.
    Bounded(String, &'static str),
    /// The whole requirement, as in `every test has item x`.
    Whole(String),
}

impl fmt::Display for Words {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (Self::Bounded(words, _) | Self::Whole(words)) = self;
        formatter.write_str(words)
    }
}

impl Row {
    /// Whether the sum lies within the bounds.
    pub(in crate::adaptive) fn is_met_by(&self, sum: f64) -> bool {
        self.lowest - SUM_TOLERANCE <= sum && sum <= self.highest + SUM_TOLERANCE
    }

    /// Whether the row bounds anything.
    pub(super) fn is_bounding(&self) -> bool {
        self.lowest > f64::NEG_INFINITY || self.highest < f64::INFINITY
    }

    fn bounded(words: String, unit: &'static str, minimum: usize, maximum: Option<usize>) -> Self {
        let highest = maximum.map_or(f64::INFINITY, |maximum| maximum as f64);
        Self { words: Words::Bounded(words, unit), lowest: minimum as f64, highest, has_negative: false }
    }

    fn whole(words: String, lowest: f64, highest: f64) -> Self {
        Self { words: Words::Whole(words), lowest, highest, has_negative: false }
    }
}

/// The rows of a plan, and what every item and set adds to them.
pub(super) struct Rows {
    pub rows: Vec<Row>,
    pub rows_of: Vec<Vec<(usize, f64)>>,
    pub rows_of_set: Vec<Vec<usize>>,
}

impl Rows {
    pub(super) fn new(plan: &PlanDocument, items: &[&Item], sets: &[Vec<usize>]) -> Self {
        let mut rows = Self {
            rows: Vec::new(),
            rows_of: vec![Vec::new(); items.len()],
            rows_of_set: vec![Vec::new(); sets.len()],
        };
        rows.add_blueprint(plan, items, sets);
        rows.add_set_count(plan, sets);
        rows.add_named(plan, items);
        for (index, row) in rows.rows.iter_mut().enumerate() {
            let amounts = rows.rows_of.iter().flatten().filter(|(of, _)| *of == index);
            row.has_negative = amounts.into_iter().any(|&(_, amount)| amount < 0.0);
        }
        rows
    }

    fn add_blueprint(&mut self, plan: &PlanDocument, items: &[&Item], sets: &[Vec<usize>]) {
        for stated in &plan.blueprint {
            let index = self.rows.len();
            let unit = match (&stated.sum, stated.count) {
                (Some(_), _) => "in all",
                (None, Counted::Sets) => "sets",
                (None, Counted::Items) => "items",
            };
            self.rows.push(Row::bounded(stated.words(), unit, stated.minimum, stated.maximum));
            let admitted: Vec<bool> = items.iter().map(|item| stated.admits(item)).collect();
            match stated.count {
                Counted::Items => {
                    for (position, item) in
                        items.iter().enumerate().filter(|(position, _)| admitted[*position])
                    {
                        let amount = stated.amount(item);
                        if amount != 0.0 {
                            self.rows_of[position].push((index, amount));
                        }
                    }
                }
                Counted::Sets => {
                    for (set, members) in sets.iter().enumerate() {
                        if members.iter().any(|&item| admitted[item]) {
                            self.rows_of_set[set].push(index);
                        }
                    }
                }
            }
        }
    }

    fn add_set_count(&mut self, plan: &PlanDocument, sets: &[Vec<usize>]) {
        let rule = &plan.stimulus_sets;
        if rule.minimum_sets == 0 && (rule.maximum_sets.is_none() || sets.is_empty()) {
            return;
        }
        let index = self.rows.len();
        let words = "stimulus sets".to_owned();
        self.rows.push(Row::bounded(words, "sets", rule.minimum_sets, rule.maximum_sets));
        self.rows_of_set.iter_mut().for_each(|rows| rows.push(index));
    }

    /// Items that the plan names: each required one, and each pair that comes together. Items that the pool does not
    /// have make rows that nothing can meet, which preflight reports.
    fn add_named(&mut self, plan: &PlanDocument, items: &[&Item]) {
        let positions: HashMap<&ItemId, usize> =
            items.iter().enumerate().map(|(position, item)| (&item.id, position)).collect();
        for id in &plan.items.required {
            let index = self.rows.len();
            self.rows.push(Row::whole(format!("every test has item {id}"), 1.0, f64::INFINITY));
            if let Some(&position) = positions.get(id) {
                self.rows_of[position].push((index, 1.0));
            }
        }
        for pair in plan.items.together.iter().flat_map(|group| group.windows(2)) {
            let index = self.rows.len();
            let words = format!("items {} and {} come together or not at all", pair[0], pair[1]);
            self.rows.push(Row::whole(words, 0.0, 0.0));
            for (id, amount) in [(&pair[0], 1.0), (&pair[1], -1.0)] {
                if let Some(&position) = positions.get(id) {
                    self.rows_of[position].push((index, amount));
                }
            }
        }
    }
}
