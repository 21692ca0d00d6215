//! The places of one test where a field-test item is given, and the order in which items come into question there.

use super::counts::FieldTestCounts;
use super::items::{FieldTestItems, LastItem};
use super::rule::FieldTestRule;
use crate::adaptive::selection::Draws;

/// Positions of the draws of places and of ties: no test is as long.
const PLACES: usize = 1 << 31;
const TIES: usize = PLACES + 1;

/// Answers to the field-test items of a pool, band after band.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct FieldTestTable {
    answers: Vec<u64>,
}

impl FieldTestTable {
    /// The counts of a snapshot.
    pub(in crate::adaptive) fn of_counts(
        items: &FieldTestItems,
        rule: &FieldTestRule,
        counts: &FieldTestCounts,
    ) -> Self {
        let of_band = |band| (0..items.len()).map(move |place| counts.answers(&items.get(place).id, band));
        Self { answers: (0..rule.bands()).flat_map(of_band).collect() }
    }

    /// Counts an answer; `items` is the number of field-test items.
    pub(crate) fn add(&mut self, (item, band): (usize, usize), items: usize) {
        let place = band * items + item;
        if self.answers.len() <= place {
            self.answers.resize(place + 1, 0);
        }
        self.answers[place] += 1;
    }

    /// Answers in all bands.
    fn total(&self, item: usize, items: usize) -> u64 {
        self.answers.iter().skip(item).step_by(items).sum()
    }

    fn at(&self, (item, band): (usize, usize), items: usize) -> u64 {
        self.answers.get(band * items + item).copied().unwrap_or(0)
    }
}

/// The field-test items of one test.
#[derive(Debug, Clone)]
pub(in crate::adaptive) struct FieldTestTurns {
    places: Vec<usize>, // ascending, counted from 1
    given: Vec<usize>,
    last_place: usize, // 0: none was given yet
    seen: Vec<bool>,
    table: FieldTestTable,
}

impl FieldTestTurns {
    /// Draws the places: every choice of them that keeps the distance has the same odds.
    pub(in crate::adaptive) fn new(
        rule: &FieldTestRule,
        items: usize,
        table: FieldTestTable,
        draws: Draws,
    ) -> Self {
        let free = rule.free_places().expect("the plan's places are checked");
        let mut drawn: Vec<(f64, usize)> =
            (0..free).map(|place| (draws.uniform_of_item(PLACES, place), place)).collect();
        drawn.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        let mut places: Vec<usize> =
            drawn.into_iter().take(rule.items_per_test).map(|(_, place)| place).collect();
        places.sort_unstable();
        for (earlier, place) in places.iter_mut().enumerate() {
            *place += rule.first_position + earlier * (rule.least_distance - 1);
        }
        Self { places, given: Vec::new(), last_place: 0, seen: vec![false; items], table }
    }

    /// An item that the student saw in an earlier attempt.
    pub(in crate::adaptive) fn mark_seen(&mut self, item: usize) {
        self.seen[item] = true;
    }

    /// Records an item at a place of the test.
    pub(in crate::adaptive) fn give(&mut self, item: usize, place: usize) {
        self.given.push(item);
        self.last_place = place;
    }

    /// Items given so far.
    pub(in crate::adaptive) fn given(&self) -> &[usize] {
        &self.given
    }

    /// The item before `place`, when it was a field-test item.
    pub(in crate::adaptive) fn last_before(&self, place: usize) -> Option<LastItem> {
        let last = self.given.last().filter(|_| self.last_place + 1 == place);
        last.map(|item| LastItem::FieldTest(*item))
    }

    /// Whether one is to be given at `place`. A turn that had to wait is made up for as soon as the rule allows.
    pub(in crate::adaptive) fn is_due(&self, rule: &FieldTestRule, place: usize) -> bool {
        let due = self.places.partition_point(|drawn| *drawn <= place);
        let is_near = self.last_place > 0 && place < self.last_place + rule.least_distance;
        place <= rule.last_position && due > self.given.len() && !is_near
    }

    /// Items that may be given to an examinee in `band`: those with the fewest answers there first, ties in an order
    /// that is drawn.
    pub(in crate::adaptive) fn candidates(
        &self,
        rule: &FieldTestRule,
        items: &FieldTestItems,
        band: usize,
        draws: Draws,
    ) -> Vec<usize> {
        let wanted = rule.answers_wanted.unwrap_or(u64::MAX);
        let wants_answers = |item: &usize| self.table.total(*item, items.len()) < wanted;
        let is_open = |item: &usize| {
            let rivals = &items.get(*item).rivals;
            let is_kept_out = self.given.iter().any(|given| given == item || rivals.contains(given));
            !self.seen[*item] && !is_kept_out
        };
        let mut open: Vec<(u64, f64, usize)> = (0..items.len())
            .filter(wants_answers)
            .take(rule.items_at_once.unwrap_or(usize::MAX))
            .filter(is_open)
            .map(|item| (self.table.at((item, band), items.len()), draws.uniform_of_item(TIES, item), item))
            .collect();
        open.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)).then(a.2.cmp(&b.2)));
        open.into_iter().map(|(.., item)| item).collect()
    }
}
