//! One attempt in an adult's hands: pause, resume, invalidate, reset; and what happened in it.

use askama::Template;

use crate::http::flash::Flash;
use crate::http::pages::Frame;
use crate::http::pages::attempt_words::EventView;
use crate::http::pages::view::FactView;

/// Something that can be done.
pub struct ActionView {
    /// The last part of the address.
    pub verb: &'static str,
    /// Its name.
    pub name: &'static str,
    /// What it does.
    pub words: &'static str,
    /// Whether a reason is needed.
    pub needs_reason: bool,
    /// `primary`, `danger` or nothing.
    pub tone: &'static str,
}

/// The page.
#[derive(Template)]
#[template(path = "teacher/manage.html")]
pub struct ManagePage {
    /// Around it.
    pub frame: Frame,
    /// Assessment and number.
    pub title: String,
    /// The attempt.
    pub attempt: String,
    /// The student.
    pub student: String,
    /// The student's name.
    pub name: String,
    /// Figures.
    pub facts: Vec<FactView>,
    /// What can be done.
    pub actions: Vec<ActionView>,
    /// What happened.
    pub events: Vec<EventView>,
}
