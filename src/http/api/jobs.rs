//! A background job as the API tells of it.

use serde::Serialize;
use utoipa::ToSchema;

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
