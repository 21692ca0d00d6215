//! Calibrating a bank from live answers, as a background job.

mod data;
mod estimate;
mod evidence;
mod grades;

use std::sync::Arc;

use tokio::task::spawn_blocking;

use super::{JobControl, JobError, Outcome, queue};
use crate::clock::Millis;
use crate::delivery::recalibration::{CALIBRATE, CalibrationRequest};
use crate::delivery::{DeliveryError, Service};
use crate::store::jobs::Job;
use crate::store::recalibration::{Period, list_live_answers};
use crate::store::{AccountId, StoreError};

/// The kind of these jobs in the queue.
pub const KIND: &str = CALIBRATE;
/// Answers read for one calibration at most.
const ANSWERS_MAX: u32 = 5_000_000;

/// Asks for a calibration. The same request again returns the job that is there.
pub async fn request(
    service: &Service,
    now: Millis,
    request: &CalibrationRequest,
    by: &AccountId,
) -> Result<Job, DeliveryError> {
    if request.from_ms >= request.to_ms {
        let must = format!("must be before to_ms, got {} and {}", request.from_ms, request.to_ms);
        return Err(DeliveryError::Invalid { field: "from_ms", must });
    }
    service.library.bank(&request.bank_id, request.bank_version).await?;
    let key = format!("{KIND} {}", serde_json::to_string(request).expect("a request is JSON"));
    Ok(queue::enqueue(&service.store, now, (KIND, &key), request, Some(by)).await?)
}

/// Does the work of a job.
pub(super) async fn calibrate(
    service: &Arc<Service>,
    request: serde_json::Value,
    control: JobControl,
) -> Outcome {
    let request: CalibrationRequest =
        serde_json::from_value(request).map_err(|error| JobError::Refused(error.to_string()))?;
    let bank = service.library.bank(&request.bank_id, request.bank_version).await.map_err(failure)?;
    control.report(0.02, "reading answers");
    let period = Period { from: Millis(request.from_ms), to: Millis(request.to_ms) };
    let mut connection = service.store.read().await.map_err(store_failure)?;
    let answers = list_live_answers(&mut connection, &request.bank_id, period, ANSWERS_MAX + 1)
        .await
        .map_err(store_failure)?;
    drop(connection);
    if answers.len() > ANSWERS_MAX as usize {
        return Err(JobError::Refused(format!("more than {ANSWERS_MAX} answers: choose a shorter period")));
    }
    let worked = spawn_blocking(move || {
        let data = data::collect(&bank, &request, answers)?;
        estimate::propose(&bank, &request, &data, &control)
    });
    let proposal = worked.await.map_err(|error| JobError::Failed(error.to_string()))??;
    serde_json::to_value(&proposal).map_err(|error| JobError::Failed(error.to_string()))
}

fn store_failure(error: StoreError) -> JobError {
    failure(error.into())
}

/// What is missing stays missing; a database may answer next time.
fn failure(error: DeliveryError) -> JobError {
    match error {
        DeliveryError::Store(_) | DeliveryError::Contended { .. } => JobError::Failed(error.to_string()),
        refused => JobError::Refused(refused.to_string()),
    }
}
