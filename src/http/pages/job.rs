//! A background job on the page that follows it: where it stands, how far it is, and stopping it.

use actix_web::HttpResponse;
use askama::Template;

use super::view::MarkView;
use super::{Frame, show, words};
use crate::http::error::ApiError;
use crate::store::jobs::{Job, JobState};

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
    /// The job whose page is in this folder, such as `/staff/calibrations`.
    pub fn new(job: &Job, folder: &str) -> Self {
        let is_open = matches!(job.state, JobState::Queued | JobState::Running);
        Self {
            address: format!("{folder}/{}", job.id),
            state: state(job),
            message: if job.state == JobState::Done { String::new() } else { words::sentence(&job.message) },
            ask_again: (!is_open && job.state != JobState::Done).then(|| folder.to_owned()),
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
pub fn show_state(frame: Frame, job: JobView) -> Result<HttpResponse, ApiError> {
    show(&StatePart { frame, job })
}
