//! Exposure control in live attempts: which counts an attempt starts with, and counting those that have ended.
//!
//! Counting replays logs in the background and never holds a student up. A version of the counts never changes; an attempt
//! pins the newest when it starts, so that every step of it can be derived again.

use super::library::Pinned;
use super::sitting::Sitting;
use super::{DeliveryError, Service};
use crate::adaptive::ExposureRates;
use crate::clock::Millis;
use crate::store::exposure::{
    ExposureKey, StoredExposure, expect_exposure, find_exposure, insert_exposure, list_uncounted,
    list_uncounted_attempts, mark_counted, newest_exposure_version,
};
use crate::store::{AttemptId, Connection, Pins, StoreError};

/// Attempts counted in one version more than in the one before, at most.
pub const EXPOSURE_STEP_MAX: u64 = 256;
/// A new version is made when it counts this share of attempts more: rates hardly move by less.
const STEP_SHARE: u64 = 100;

/// Hands an attempt that starts now the newest counts; their version, when there are any and the plan has a cap.
pub(super) async fn pin_newest(
    service: &Service,
    pins: &Pins,
    pinned: &mut Pinned,
) -> Result<Option<u32>, DeliveryError> {
    if pinned.plan.exposure.is_none() {
        return Ok(None);
    }
    let mut connection = service.store.read().await?;
    let newest = newest_exposure_version(&mut connection, &ExposureKey::from(pins)).await?;
    drop(connection);
    if let Some(version) = newest {
        pinned.exposure = service.library.exposure(pins, version).await?;
    }
    Ok(newest)
}

/// Has an attempt that starts counted when it has ended.
pub(super) async fn expect(connection: &mut Connection, sitting: &Sitting) -> Result<(), StoreError> {
    if sitting.pinned.plan.exposure.is_none() {
        return Ok(());
    }
    let attempt = &sitting.attempt;
    expect_exposure(connection, &attempt.id, &ExposureKey::from(&attempt.pins)).await
}

/// Counts attempts that have ended, where enough have; how many. Any number of nodes may do so at once: each attempt is
/// counted once.
pub async fn count_exposure(service: &Service, now: Millis) -> Result<u64, DeliveryError> {
    let uncounted = list_uncounted(&mut *service.store.read().await?).await?;
    let mut counted = 0;
    for (key, ended) in uncounted {
        let newest = newest(service, &key).await?;
        if ended >= (newest.attempts / STEP_SHARE).clamp(1, EXPOSURE_STEP_MAX) {
            counted += count(service, now, &key, newest).await?;
        }
    }
    Ok(counted)
}

/// The newest counts; version 0 when there are none.
async fn newest(service: &Service, key: &ExposureKey) -> Result<StoredExposure, DeliveryError> {
    let mut connection = service.store.read().await?;
    let stored = match newest_exposure_version(&mut connection, key).await? {
        Some(version) => find_exposure(&mut connection, key, version).await?,
        None => None,
    };
    Ok(stored.unwrap_or_else(|| StoredExposure { version: 0, attempts: 0, rates: ExposureRates::none() }))
}

/// Makes the version after `newest`; how many attempts it counts more. Nothing when another node made it first.
async fn count(
    service: &Service,
    now: Millis,
    key: &ExposureKey,
    newest: StoredExposure,
) -> Result<u64, DeliveryError> {
    let limit = u32::try_from(EXPOSURE_STEP_MAX).expect("a small number");
    let ended = list_uncounted_attempts(&mut *service.store.read().await?, key, limit).await?;
    if ended.is_empty() {
        // Another node counted them since they were listed.
        return Ok(0);
    }
    let mut next = newest;
    next.version += 1;
    for id in &ended {
        if let Err(error) = count_attempt(service, id, &mut next.rates).await {
            // Passed over for good: it must not keep the others from being counted.
            tracing::error!(attempt.id = %id, error = %error, "the exposure of attempt {id} is not counted: {error}");
        }
    }
    let added = ended.len() as u64;
    next.attempts += added;

    let mut transaction = service.store.begin_write().await?;
    match insert_exposure(&mut transaction, now, key, &next).await {
        Ok(()) => {}
        Err(StoreError::Duplicate(_)) => return Ok(0),
        Err(error) => return Err(error.into()),
    }
    if mark_counted(&mut transaction, &ended, next.version).await? != added {
        transaction.rollback().await?;
        return Ok(0);
    }
    transaction.commit().await?;
    Ok(added)
}

async fn count_attempt(
    service: &Service,
    id: &AttemptId,
    rates: &mut ExposureRates,
) -> Result<(), DeliveryError> {
    let sitting = Sitting::open_from_disk(service, id).await?;
    let log = sitting.responses()?;
    let Pinned { pool, plan, exposure, .. } = &sitting.pinned;
    rates
        .count_attempt(pool, plan, exposure, &log)
        .map_err(|misfit| DeliveryError::BrokenLog { id: id.to_string(), reason: misfit.to_string() })
}
