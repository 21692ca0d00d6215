//! Field-test items in live attempts: which answers the attempts before gave, and counting one more.
//!
//! The counts spread items over ability; nothing else rests on them. An attempt pins those it started with.

use item_bank::Theta;

use super::Service;
use super::library::Pinned;
use super::sitting::Sitting;
use crate::adaptive::{FieldTestCounts, ability_cell, cell_centre};
use crate::assessment::AttemptEvent;
use crate::store::StoreError;
use crate::store::field_test::{FieldTestAnswer, list_field_test_counts};

/// The counts that an attempt which starts now pins; nothing where the plan gives no field-test items.
pub(super) async fn pinned_counts(
    service: &Service,
    bank_id: &str,
    pinned: &Pinned,
) -> Result<FieldTestCounts, StoreError> {
    let (plan, pool) = (&pinned.plan, &pinned.pool);
    let mut counts = FieldTestCounts::none();
    let Some(rule) = plan.field_test.as_ref().filter(|_| pool.field_test_len() > 0) else {
        return Ok(counts);
    };
    let mut connection = service.store.read().await?;
    for cell in list_field_test_counts(&mut connection, bank_id).await? {
        if pool.is_field_test(&cell.item) {
            counts.add(cell.item, rule.band(cell_centre(cell.ability_cell)), cell.answers);
        }
    }
    Ok(counts)
}

/// The answers to field-test items that a sitting is about to save.
pub(super) fn answers(sitting: &Sitting) -> Vec<FieldTestAnswer> {
    let attempt = &sitting.attempt;
    let theta = attempt.placement.map_or(attempt.prior.mean, |placement| placement.theta);
    let answered = sitting.unsaved().iter().filter_map(|logged| match &logged.event {
        AttemptEvent::Answered { item, .. } => Some(item),
        _ => None,
    });
    let field_test = answered.filter(|item| sitting.pinned.pool.is_field_test(item));
    field_test
        .map(|item| FieldTestAnswer {
            bank_id: attempt.pins.bank_id.clone(),
            item: item.clone(),
            ability_cell: ability_cell(Theta(theta)),
        })
        .collect()
}
