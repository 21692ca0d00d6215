//! A background job on the page that follows it: where it stands, how far it is, and stopping it.

use actix_web::{HttpResponse, web};
use askama::Template;
use serde::Deserialize;

use super::view::MarkView;
use super::{Frame, show, words};
use crate::delivery::Viewer;
use crate::delivery::staff_jobs::{StaffJob, cancel_staff_job, staff_job};
use crate::http::error::ApiError;
use crate::http::flash::{Flash, see_with};
use crate::http::state::AppState;
use crate::store::jobs::{Job, JobState};
use crate::store::{JobId, PAGE_ROWS, Page, PageRequest};

/// Jobs that staff ask for and follow on pages of their own.
pub trait JobPages: 'static {
    /// What the jobs do.
    const WHAT: StaffJob;
    /// Where the pages are, such as `/staff/calibrations`.
    const FOLDER: &'static str;
}

/// Which part of the list of jobs.
#[derive(Debug, Deserialize)]
pub struct ListQuery {
    #[serde(default)]
    pub(super) offset: u32,
}

/// The rows of a list after the first so many.
pub fn rows_after(offset: u32) -> PageRequest {
    PageRequest::new(PAGE_ROWS, offset).unwrap_or_else(PageRequest::first)
}

/// Where the older jobs begin, when there are any after this part of the list.
pub fn older(offset: u32, part: &Page<Job>) -> Option<u32> {
    (u64::from(offset) + (part.rows.len() as u64) < part.total).then_some(offset + PAGE_ROWS)
}

/// A job on its page.
pub struct JobView {
    /// The page that follows it; the part that changes is at `/state` below it, stopping at `/cancel`.
    pub address: String,
    /// Where it stands.
    pub state: MarkView,
    /// What it is at, or why it failed.
    pub message: String,
    /// The page where another can be asked for; none while it may still come to something.
    pub ask_again: Option<String>,
    /// Share done, in percent.
    pub percent: u32,
    /// Whether it waits or runs.
    pub is_open: bool,
}

impl JobView {
    /// The job as its page shows it.
    pub fn new<P: JobPages>(job: &Job) -> Self {
        let is_open = matches!(job.state, JobState::Queued | JobState::Running);
        Self {
            address: format!("{}/{}", P::FOLDER, job.id),
            state: state(job),
            message: match job.state {
                JobState::Done | JobState::Cancelled => String::new(),
                // Its state says so.
                JobState::Queued if job.message == "waiting" => String::new(),
                _ => words::sentence(&job.message),
            },
            ask_again: (!is_open && job.state != JobState::Done).then(|| P::FOLDER.to_owned()),
            percent: (job.progress * 100.0) as u32,
            is_open,
        }
    }
}

/// Where a job stands.
pub fn state(job: &Job) -> MarkView {
    match job.state {
        JobState::Queued => MarkView::new("wait", "clock", "Waiting"),
        JobState::Running => MarkView::new("trail", "play", "Running"),
        JobState::Done => MarkView::new("good", "check", "Done"),
        JobState::Failed => MarkView::new("stop", "warning", "Failed"),
        JobState::Cancelled => MarkView::new("stop", "cross", "Stopped"),
    }
}

#[derive(Template)]
#[template(path = "parts/job_state.html")]
struct StatePart {
    frame: Frame,
    job: JobView,
}

/// The part of the page that changes, for the page to ask for again and again.
pub async fn state_part<P: JobPages>(
    state: web::Data<AppState>,
    frame: Frame,
    path: web::Path<String>,
) -> Result<HttpResponse, ApiError> {
    let job = staff_job(&state.service, P::WHAT, &JobId(path.into_inner())).await?;
    show(&StatePart { frame, job: JobView::new::<P>(&job) })
}

/// Stops the job.
pub async fn cancel<P: JobPages>(
    state: web::Data<AppState>,
    viewer: Viewer,
    path: web::Path<String>,
) -> Result<HttpResponse, ApiError> {
    let id = JobId(path.into_inner());
    cancel_staff_job(&state.service, state.now(), (P::WHAT, &id), &viewer.account_id).await?;
    let words = format!("The {} stops.", P::WHAT.noun());
    Ok(see_with(&format!("{}/{id}", P::FOLDER), &Flash::Done(words)))
}
