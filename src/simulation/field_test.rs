//! What a simulation shows about field-test items, apart from everything that is scored.

use serde::Serialize;

use super::run::SimulatedTest;
use super::statistics::mean;
use crate::adaptive::{ItemPool, TestPlan};

/// How the tests gave the field-test items of a pool.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FieldTestUse {
    /// Items that could be given.
    pub items: usize,
    /// Times that one was given.
    pub given: usize,
    /// Mean number in a test.
    pub mean_per_test: f64,
    /// Answers by band of ability, from the lowest.
    pub bands: Vec<FieldTestBand>,
}

/// Answers of the examinees of one band.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FieldTestBand {
    /// Where the band begins, in logits; none: it has no lower end.
    pub from: Option<f64>,
    /// Where it ends.
    pub to: Option<f64>,
    /// Answers to all items.
    pub answers: usize,
    /// Answers to the item with the fewest.
    pub fewest: usize,
    /// Answers to the item with the most.
    pub most: usize,
}

/// Answers to each field-test item, band after band; none when the plan gives no such items.
#[must_use]
pub fn field_test_answers(
    plan: &TestPlan,
    pool: &ItemPool,
    tests: &[SimulatedTest],
) -> Option<Vec<Vec<usize>>> {
    let rule = plan.field_test.as_ref()?;
    let mut answers = vec![vec![0; pool.field_test_len()]; rule.bands()];
    for turn in tests.iter().flat_map(|test| &test.field_test) {
        answers[turn.band as usize][turn.item as usize] += 1;
    }
    Some(answers)
}

/// The same summed up.
pub(super) fn field_test_use(
    plan: &TestPlan,
    pool: &ItemPool,
    tests: &[SimulatedTest],
) -> Option<FieldTestUse> {
    let cuts = &plan.field_test.as_ref()?.band_cuts;
    let answers = field_test_answers(plan, pool, tests)?;
    let bands = answers.iter().enumerate().map(|(band, answers)| FieldTestBand {
        from: band.checked_sub(1).and_then(|below| cuts.get(below)).copied(),
        to: cuts.get(band).copied(),
        answers: answers.iter().sum(),
        fewest: answers.iter().copied().min().unwrap_or(0),
        most: answers.iter().copied().max().unwrap_or(0),
    });
    Some(FieldTestUse {
        items: pool.field_test_len(),
        given: answers.iter().flatten().sum(),
        mean_per_test: mean(tests.iter().map(|test| test.field_test.len() as f64)),
        bands: bands.collect(),
    })
}
