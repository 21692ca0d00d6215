//! An attempt with its log, for adults who look after it.

use std::collections::BTreeSet;

use item_bank::ItemId;

use super::sitting::Sitting;
use super::{DeliveryError, Service};
use crate::assessment::AttemptEvent;
use crate::store::AttemptId;
use crate::store::attempts::Attempt;
use crate::store::events::LoggedEvent;

/// An attempt and everything that happened in it.
#[derive(Debug, Clone, PartialEq)]
pub struct AttemptRecord {
    /// The row of the attempt.
    pub attempt: Attempt,
    /// Its log, in order.
    pub log: Vec<LoggedEvent>,
    /// Items of the log that were in field test: their answers count for nothing.
    pub field_test: BTreeSet<ItemId>,
}

/// Reads an attempt with its log; changes nothing.
pub async fn attempt_record(service: &Service, id: &AttemptId) -> Result<AttemptRecord, DeliveryError> {
    let Sitting { attempt, log, pinned, .. } = Sitting::open(service, id).await?;
    let shown = log.iter().filter_map(|logged| match &logged.event {
        AttemptEvent::Administered { item, .. } => Some(item),
        _ => None,
    });
    let field_test = shown.filter(|item| pinned.pool.is_field_test(item)).cloned().collect();
    Ok(AttemptRecord { attempt, log, field_test })
}
