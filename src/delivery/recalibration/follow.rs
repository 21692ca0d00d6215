//! What a calibration was given.

use crate::delivery::{DeliveryError, Service};
use crate::store::JobId;
use crate::store::calibration_files::{StoredFile, find_calibration_file};

/// The response file that a calibration was given.
pub async fn calibration_file(service: &Service, id: &JobId) -> Result<StoredFile, DeliveryError> {
    let found = find_calibration_file(&mut *service.store.read().await?, id).await?;
    found.ok_or_else(|| DeliveryError::not_found("response file of the calibration", id))
}
