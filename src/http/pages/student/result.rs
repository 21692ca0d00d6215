//! The result: the trail with the new place, what went well, what to work on, what comes next.

use askama::Template;

use crate::http::flash::Flash;
use crate::http::pages::words::PlaceWords;
use crate::http::pages::{Frame, Html};

/// Outcome of a validation.
pub struct ValidationView {
    /// `good` or `wait`.
    pub tone: &'static str,
    /// Its icon.
    pub icon: &'static str,
    /// "Validated" or "Not yet".
    pub heading: String,
    /// What it means.
    pub words: String,
}

/// The page.
#[derive(Template)]
#[template(path = "student/result.html")]
pub struct ResultPage {
    /// Around it.
    pub frame: Frame,
    /// The page's heading.
    pub heading: String,
    /// Outcome of a validation.
    pub validation: Option<ValidationView>,
    /// The trail.
    pub picture: Html,
    /// The place in words.
    pub place: Option<PlaceWords>,
    /// What the place is called: of this try, or overall.
    pub place_label: &'static str,
    /// Which attempt counts and why.
    pub why: Option<String>,
    /// Done well.
    pub strengths: Vec<String>,
    /// To work on.
    pub needs: Vec<String>,
    /// Can-do statements of the level.
    pub can_do: Vec<String>,
    /// What comes next.
    pub next_steps: Vec<String>,
    /// When the next attempt is possible.
    pub next_try: Option<String>,
}
