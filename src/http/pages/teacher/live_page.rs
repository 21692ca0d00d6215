//! The live board: who is testing, how far, paused, away.

use askama::Template;

use super::class_page::ClassHead;
use crate::http::flash::Flash;
use crate::http::pages::Frame;
use crate::http::pages::view::MarkView;

/// One running attempt.
pub struct LiveRow {
    /// The attempt.
    pub attempt: String,
    /// The student.
    pub student: String,
    /// The student's name.
    pub name: String,
    /// What is taken.
    pub assessment: String,
    /// Its state.
    pub state: MarkView,
    /// How far.
    pub progress: String,
    /// Last sign of life.
    pub last: String,
    /// What to notice.
    pub flags: Vec<String>,
    /// Whether it can be paused.
    pub can_pause: bool,
    /// Whether it can go on.
    pub can_resume: bool,
}

/// The rows alone, as the page asks for them again.
#[derive(Template)]
#[template(path = "teacher/live_rows.html")]
pub struct LiveRows {
    /// Around it.
    pub frame: Frame,
    /// Where the forms come back to.
    pub back: String,
    /// "3 testing, 1 paused".
    pub summary: String,
    /// Running attempts.
    pub rows: Vec<LiveRow>,
}

/// The page.
#[derive(Template)]
#[template(path = "teacher/live.html")]
pub struct LivePage {
    /// Around it.
    pub frame: Frame,
    /// Above it.
    pub class: ClassHead,
    /// Where the forms come back to.
    pub back: String,
    /// "3 testing, 1 paused".
    pub summary: String,
    /// Running attempts.
    pub rows: Vec<LiveRow>,
}
