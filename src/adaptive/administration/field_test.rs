//! The turns of field-test items in one attempt. A scored item must be due first, so a test never lasts longer for them.

use super::{Administration, Turn};
use crate::adaptive::field_test::{FieldTestTable, FieldTestTurns, LastItem};

impl Administration<'_> {
    /// With the plan's field-test items, if it has any: those seen in earlier attempts, by their place among the
    /// field-test items, and the answers that each has.
    pub(crate) fn field_testing(
        mut self,
        seen: impl IntoIterator<Item = usize>,
        table: FieldTestTable,
    ) -> Self {
        if let Some(rule) = &self.plan.field_test {
            let mut turns = FieldTestTurns::new(rule, self.pool.field_test.len(), table, self.draws);
            for item in seen {
                turns.mark_seen(item);
            }
            self.field_test = Some(turns);
        }
        self
    }

    /// Records an answer to a field-test item. It says nothing about ability; enemies of the item stay out of the test.
    pub(crate) fn record_field_test(&mut self, item: usize) {
        let place = self.place();
        self.remember(Turn::FieldTest(item));
        self.decided = std::cell::OnceCell::new();
        self.progress.close(&self.pool.field_test.get(item).enemies);
        self.shadow = std::cell::OnceCell::new();
        if let Some(turns) = &mut self.field_test {
            turns.give(item, place);
        }
    }

    /// The band of ability in which an answer to a field-test item counts now; 0 without such items.
    pub(crate) fn field_test_band(&self) -> usize {
        self.plan.field_test.as_ref().map_or(0, |rule| rule.band(self.estimate.theta))
    }

    /// Place of the next item in the test, counted from 1.
    fn place(&self) -> usize {
        self.answers.len() + self.field_test.as_ref().map_or(0, |turns| turns.given().len()) + 1
    }

    /// The field-test item that comes before `next`, the scored item that is due; none when it is not the turn of one.
    pub(super) fn field_test_before(&self, next: usize) -> Option<usize> {
        let (rule, turns) = (self.plan.field_test.as_ref()?, self.field_test.as_ref()?);
        if !turns.is_due(rule, self.place()) {
            return None;
        }
        let scored = self.answers.last().map(|(item, _)| *item);
        let last = turns.last_before(self.place()).or(scored.map(LastItem::Scored));
        let set_of = &self.pool.blueprint.set_of;
        let within = scored.filter(|scored| set_of[*scored].is_some() && set_of[*scored] == set_of[next]);
        let mut candidates =
            turns.candidates(rule, &self.pool.field_test, self.field_test_band(), self.draws).into_iter();
        candidates.find(|&item| {
            self.pool.field_test.get(item).keeps_sets(last, within, turns.given())
                && self.can_spare_enemies(item)
        })
    }

    /// Whether the test can do without the enemies of a field-test item: none was given, and the rest of the test need
    /// not be longer, nor hold more items seen before, without those that could come.
    fn can_spare_enemies(&self, item: usize) -> bool {
        let enemies = &self.pool.field_test.get(item).enemies;
        if enemies.iter().any(|enemy| self.progress.given.contains(enemy)) {
            return false;
        }
        if enemies.iter().all(|&enemy| self.progress.is_closed(enemy)) {
            return true;
        }
        self.rest_without(enemies).is_some()
    }

    /// Items that complete the test without these; nothing when no such are found.
    pub(super) fn rest_without(&self, enemies: &[usize]) -> Option<Vec<usize>> {
        let mut without = self.progress.clone();
        without.close(enemies);
        let goal = self.goal(self.precision_reached())?;
        self.completion(&without, goal).map(|completion| completion.rest())
    }
}
