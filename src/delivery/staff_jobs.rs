//! Background jobs that staff ask for, whatever they do: the list of them, one of them, and stopping it.

use serde_json::json;

use super::{DeliveryError, Service};
use crate::clock::Millis;
use crate::store::audit::{AuditEntry, append_audit};
use crate::store::jobs::{Job, count_jobs, find_job, list_jobs, request_job_cancel};
use crate::store::{AccountId, JobId, Page, PageRequest};

/// What a job does that staff ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StaffJob {
    /// Estimates item parameters from answers.
    Calibration,
    /// Gives a plan's test to simulated examinees.
    Simulation,
}

impl StaffJob {
    /// Its kind in the queue.
    #[must_use]
    pub const fn kind(self) -> &'static str {
        match self {
            Self::Calibration => "calibrate",
            Self::Simulation => "simulate",
        }
    }

    /// What it is called.
    #[must_use]
    pub const fn noun(self) -> &'static str {
        match self {
            Self::Calibration => "calibration",
            Self::Simulation => "simulation",
        }
    }
}

/// Jobs that do this, newest first.
pub async fn list_staff_jobs(
    service: &Service,
    what: StaffJob,
    request: PageRequest,
) -> Result<Page<Job>, DeliveryError> {
    let mut connection = service.store.read().await?;
    let rows = list_jobs(&mut connection, what.kind(), request.limit(), request.offset()).await?;
    let total = count_jobs(&mut connection, what.kind()).await?;
    Ok(Page { rows, total })
}

/// A job that does this.
pub async fn staff_job(service: &Service, what: StaffJob, id: &JobId) -> Result<Job, DeliveryError> {
    let job = find_job(&mut *service.store.read().await?, id).await?;
    let job = job.filter(|job| job.kind == what.kind());
    job.ok_or_else(|| DeliveryError::not_found(what.noun(), id))
}

/// Stops a job: at once when it waits, within seconds when it runs. One that has ended stays as it is.
pub async fn cancel_staff_job(
    service: &Service,
    now: Millis,
    (what, id): (StaffJob, &JobId),
    by: &AccountId,
) -> Result<Job, DeliveryError> {
    let job = staff_job(service, what, id).await?;
    let mut transaction = service.store.begin_write().await?;
    if !request_job_cancel(&mut transaction, id, now).await? {
        return Ok(job);
    }
    let (action, subject) = (format!("{}.cancelled", what.noun()), (what.noun(), id.as_str()));
    append_audit(&mut transaction, &AuditEntry::new(now, Some(by), &action, subject).with_detail(json!({})))
        .await?;
    transaction.commit().await?;
    staff_job(service, what, id).await
}
