//! Pages around the test: before a pause, while paused, help.

use askama::Template;

use crate::http::flash::Flash;
use crate::http::pages::Frame;

/// Says what pausing does, before it is done.
#[derive(Template)]
#[template(path = "student/pause.html")]
pub struct PausePage {
    /// Around it.
    pub frame: Frame,
    /// The attempt.
    pub attempt: String,
    /// What else to know.
    pub notes: Vec<String>,
}

/// A paused attempt.
#[derive(Template)]
#[template(path = "student/paused.html")]
pub struct PausedPage {
    /// Around it.
    pub frame: Frame,
    /// The attempt.
    pub attempt: String,
    /// Who paused it and why.
    pub words: String,
}

/// Help during the test.
#[derive(Template)]
#[template(path = "student/help.html")]
pub struct HelpPage {
    /// Around it.
    pub frame: Frame,
    /// Back to the question.
    pub back: String,
}
