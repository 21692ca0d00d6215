//! Following calibrations: the list of them, and stopping one.

use serde_json::json;

use super::proposal::calibration;
use crate::clock::Millis;
use crate::delivery::{DeliveryError, Service};
use crate::store::audit::{AuditEntry, append_audit};
use crate::store::calibration_files::{StoredFile, find_calibration_file};
use crate::store::jobs::{Job, count_jobs, list_jobs, request_job_cancel};
use crate::store::{AccountId, JobId, Page, PageRequest};

/// The kind of these jobs in the queue.
pub const CALIBRATE: &str = "calibrate";

/// Calibrations, newest first.
pub async fn list_calibrations(service: &Service, request: PageRequest) -> Result<Page<Job>, DeliveryError> {
    let mut connection = service.store.read().await?;
    let rows = list_jobs(&mut connection, CALIBRATE, request.limit(), request.offset()).await?;
    let total = count_jobs(&mut connection, CALIBRATE).await?;
    Ok(Page { rows, total })
}

/// The response file that a calibration was given.
pub async fn calibration_file(service: &Service, id: &JobId) -> Result<StoredFile, DeliveryError> {
    let found = find_calibration_file(&mut *service.store.read().await?, id).await?;
    found.ok_or_else(|| DeliveryError::not_found("response file of the calibration", id))
}

/// Stops a calibration: at once when it waits, within seconds when it runs. One that has ended stays as it is.
pub async fn cancel_calibration(
    service: &Service,
    now: Millis,
    id: &JobId,
    by: &AccountId,
) -> Result<Job, DeliveryError> {
    let (job, ..) = calibration(service, id).await?;
    let mut transaction = service.store.begin_write().await?;
    if !request_job_cancel(&mut transaction, id, now).await? {
        return Ok(job);
    }
    let entry = AuditEntry::new(now, Some(by), "calibration.cancelled", ("calibration", id.as_str()))
        .with_detail(json!({}));
    append_audit(&mut transaction, &entry).await?;
    transaction.commit().await?;
    let (job, ..) = calibration(service, id).await?;
    Ok(job)
}
