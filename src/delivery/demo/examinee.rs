//! A simulated student: an ability that grows, and answers drawn from the response models.

use item_bank::{Answer, Item, Theta};
use rand::{Rng, RngExt};

use super::simulated_answer;

/// Ability over time: where it was at the beginning of the history and how fast it grows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Examinee {
    /// Logits, twelve weeks ago.
    pub(super) start: f64,
    /// Logits a week.
    pub(super) growth: f64,
}

impl Examinee {
    /// The ability some days before the present, logits.
    pub(super) fn ability(&self, history_days: u16, days_ago: u16) -> Theta {
        let weeks = f64::from(history_days.saturating_sub(days_ago)) / 7.0;
        Theta(self.start + self.growth * weeks)
    }
}

/// What a student of this ability answers, and after how many milliseconds.
pub(super) fn respond(item: &Item, ability: Theta, random: &mut impl Rng) -> Option<(Answer, i64)> {
    let content = item.content.as_ref()?;
    let draw: f64 = random.random();
    let score = match &item.model {
        Some(model) => {
            let mut above = 0.0;
            let scores = 0..=model.maximum_score();
            scores.rev().find(|&score| {
                above += model.probability(ability, score);
                draw < above
            })
        }
        // A field-test item: as hard as the student is able.
        None => Some(u32::from(draw < 0.5)),
    };
    let seconds: i64 = random.random_range(14..75);
    Some((simulated_answer(content, score.unwrap_or(0), random), seconds * 1_000))
}
