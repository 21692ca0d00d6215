//! Items of other grades, by the plan's rule: kept out of a test until enough answers say, with enough probability, that the
//! student is beyond what the grade covers. Until then the test is planned without them, so it can always be completed
//! without them; once they are let in they stay in.

use item_bank::{Item, Theta};
use serde::{Deserialize, Serialize};

use super::administration::Administration;
use super::plan::PlanDocument;

/// When items of lower and of higher grades may be given.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OffGradeRule {
    /// The attribute that names an item's grade.
    pub attribute: String,
    /// Its value for the grade of this plan. An item that lists it is of the grade, whatever else it lists, and so is an
    /// item of no grade.
    pub grade: String,
    /// Values of lower grades.
    #[serde(default)]
    pub below: Vec<String>,
    /// Values of higher grades.
    #[serde(default)]
    pub above: Vec<String>,
    /// Answers that must have been given before.
    pub after_items: usize,
    /// Probability, above one half and below one, that the ability is below `lowest`, or at or above `highest`.
    pub probability: f64,
    /// Lowest ability that the grade covers, in logits.
    pub lowest: f64,
    /// Where what the grade covers ends, in logits.
    pub highest: f64,
}

impl OffGradeRule {
    fn is_of(&self, item: &Item, values: &[String]) -> bool {
        !item.has_attribute(&self.attribute, &self.grade)
            && values.iter().any(|value| item.has_attribute(&self.attribute, value))
    }
}

/// The items of other grades in a pool, by position.
#[derive(Debug, Clone, Default)]
pub(super) struct OffGradeItems {
    below: Vec<usize>,
    above: Vec<usize>,
}

impl OffGradeItems {
    pub(super) fn new(plan: &PlanDocument, items: &[&Item]) -> Self {
        let Some(rule) = &plan.off_grade else { return Self::default() };
        let of = |values: &[String]| {
            items
                .iter()
                .enumerate()
                .filter(|(_, item)| rule.is_of(item, values))
                .map(|(place, _)| place)
                .collect()
        };
        Self { below: of(&rule.below), above: of(&rule.above) }
    }

    /// All of them.
    pub(super) fn all(&self) -> impl Iterator<Item = usize> + '_ {
        self.below.iter().chain(&self.above).copied()
    }
}

/// The items that a test can be planned with from its beginning.
pub(super) fn within_grade<'a>(plan: &PlanDocument, items: &[&'a Item]) -> Vec<&'a Item> {
    let is_off = |item: &Item| {
        plan.off_grade
            .as_ref()
            .is_some_and(|rule| rule.is_of(item, &rule.below) || rule.is_of(item, &rule.above))
    };
    items.iter().copied().filter(|item| !is_off(item)).collect()
}

impl Administration<'_> {
    /// Lets in the items of the grades that the answers so far call for.
    pub(super) fn let_in_other_grades(&mut self) {
        let Some(rule) = &self.plan.off_grade else { return };
        if self.answers.len() < rule.after_items || !self.progress.is_withholding() {
            return;
        }
        let posterior = self.posterior();
        let items = &self.pool.off_grade;
        if posterior.probability_at_or_above(Theta(rule.highest)) >= rule.probability {
            self.progress.let_in(&items.above);
        }
        if 1.0 - posterior.probability_at_or_above(Theta(rule.lowest)) >= rule.probability {
            self.progress.let_in(&items.below);
        }
    }
}
