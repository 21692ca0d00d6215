//! A background job as the API tells of it.

use actix_web::HttpResponse;
use serde::Serialize;
use utoipa::ToSchema;

use super::page::{PageQuery, PageView};
use crate::delivery::Viewer;
use crate::delivery::staff_jobs::{StaffJob, cancel_staff_job, list_staff_jobs};
use crate::http::error::ApiError;
use crate::http::state::AppState;
use crate::store::JobId;
use crate::store::jobs::{Job, JobState};

/// A background job: a calibration or a simulation.
#[derive(Serialize, ToSchema)]
pub struct JobView {
    /// Its identifier.
    pub id: String,
    /// Where it stands.
    pub state: JobState,
    /// Share done, 0 to 1.
    pub progress: f64,
    /// What it is at, or why it failed.
    pub message: String,
    /// Who asked for it.
    pub created_by: Option<String>,
    /// When (UTC milliseconds).
    pub created_at_ms: i64,
    /// When it last changed (UTC milliseconds).
    pub updated_at_ms: i64,
}

impl From<Job> for JobView {
    fn from(job: Job) -> Self {
        Self {
            id: job.id.0,
            state: job.state,
            progress: job.progress,
            message: job.message,
            created_by: job.created_by.map(|by| by.0),
            created_at_ms: job.created_at.0,
            updated_at_ms: job.updated_at.0,
        }
    }
}

/// Jobs that do this, newest first.
pub(super) async fn list(
    state: &AppState,
    what: StaffJob,
    query: PageQuery,
) -> Result<HttpResponse, ApiError> {
    let request = query.checked()?;
    let page = list_staff_jobs(&state.service, what, request).await?;
    Ok(HttpResponse::Ok().json(PageView::new(page, request, JobView::from)))
}

/// Stops a job.
pub(super) async fn cancel(
    state: &AppState,
    viewer: &Viewer,
    what: StaffJob,
    id: String,
) -> Result<HttpResponse, ApiError> {
    let job = cancel_staff_job(&state.service, state.now(), (what, &JobId(id)), &viewer.account_id).await?;
    Ok(HttpResponse::Ok().json(JobView::from(job)))
}
