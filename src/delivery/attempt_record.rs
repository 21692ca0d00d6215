//! An attempt with its log, for adults who look after it.

use super::sitting::Sitting;
use super::{DeliveryError, Service};
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
}

/// Reads an attempt with its log; changes nothing.
pub async fn attempt_record(service: &Service, id: &AttemptId) -> Result<AttemptRecord, DeliveryError> {
    let Sitting { attempt, log, .. } = Sitting::open(service, id).await?;
    Ok(AttemptRecord { attempt, log })
}
