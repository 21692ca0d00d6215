//! The test page: one question, an honest progress, one way on.

use askama::Template;

use super::question::{InteractionKind, PartView};
use crate::http::flash::Flash;
use crate::http::pages::{Frame, Html};

/// How far the attempt is.
pub struct ProgressView {
    /// "6 answered. This takes 12 to 30 questions."
    pub words: String,
    /// Answered, in percent of the most there can be.
    pub percent: u32,
}

/// What several questions share.
pub struct StimulusView {
    /// Its heading.
    pub title: String,
    /// Its text.
    pub body: Html,
}

/// The page.
#[derive(Template)]
#[template(path = "student/test.html")]
pub struct TestPage {
    /// Around it.
    pub frame: Frame,
    /// The attempt.
    pub attempt: String,
    /// The item shown.
    pub item: String,
    /// Its place in the attempt, from 1.
    pub number: u32,
    /// How far.
    pub progress: ProgressView,
    /// What several questions share.
    pub stimulus: Option<StimulusView>,
    /// The question.
    pub stem: Html,
    /// Its controls.
    pub parts: Vec<PartView>,
    /// Whether answers can be crossed out.
    pub has_options: bool,
    /// Why the answer was not taken.
    pub problem: Option<String>,
}

impl ProgressView {
    /// Progress of an attempt that takes `minimum` to `maximum` questions. It never promises an end that the engine may not keep.
    #[must_use]
    pub fn new(answered: u32, minimum: u32, maximum: u32) -> Self {
        let percent = (answered.saturating_mul(100)).checked_div(maximum).unwrap_or(0).min(100);
        let length = if minimum >= maximum {
            format!("There are {maximum} questions.")
        } else {
            format!("There are {minimum} to {maximum} questions.")
        };
        Self { words: format!("{answered} answered. {length}"), percent }
    }
}

#[cfg(test)]
mod tests {
    use super::ProgressView;

    #[test]
    fn progress_names_the_range_and_never_passes_the_end() {
        let early = ProgressView::new(3, 12, 30);
        assert_eq!((early.words.as_str(), early.percent), ("3 answered. There are 12 to 30 questions.", 10));
        assert_eq!(ProgressView::new(31, 30, 30).percent, 100);
        assert_eq!(ProgressView::new(1, 0, 0).percent, 0);
    }
}
