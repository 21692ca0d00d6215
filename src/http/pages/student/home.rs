//! The student's home: the trail, one button, attempts left, past attempts and which one counts.

use askama::Template;

use crate::http::flash::Flash;
use crate::http::pages::words::PlaceWords;
use crate::http::pages::{Frame, Html};

/// What the one button does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HomeAction {
    /// Starts an attempt at this assessment.
    Start {
        /// The assessment.
        assessment: String,
        /// What the button says.
        label: &'static str,
    },
    /// Goes on with an open attempt.
    Continue {
        /// The attempt.
        attempt: String,
    },
    /// Goes on with a paused attempt.
    Paused {
        /// The attempt.
        attempt: String,
    },
    /// Says why there is none, and until when.
    Wait {
        /// Why.
        words: String,
        /// When it opens.
        until: Option<String>,
    },
    /// Nothing to press and nothing to say.
    Nothing,
}

/// A validation that a teacher has unlocked, or that is under way.
pub struct InvitationView {
    /// "You are invited: …".
    pub heading: String,
    /// What it is.
    pub words: String,
    /// Until when it is open.
    pub until: Option<String>,
    /// The button.
    pub action: HomeAction,
}

/// Attempts as markers.
pub struct AttemptMarks {
    /// "2 of 3 tries left".
    pub words: String,
    /// One class a marker: `used` or `free`.
    pub marks: Vec<&'static str>,
}

/// One past attempt.
pub struct PastView {
    /// Its number.
    pub number: u32,
    /// Where it placed the student, or why it does not count.
    pub words: String,
    /// When.
    pub date: String,
    /// Whether it counts.
    pub counts: bool,
    /// Its result page.
    pub address: Option<String>,
}

/// One self-levelling assessment.
pub struct TrailView {
    /// Its name.
    pub name: String,
    /// The trail.
    pub picture: Html,
    /// The place in words.
    pub place: Option<PlaceWords>,
    /// Attempts left; none when they are unlimited.
    pub attempts: Option<AttemptMarks>,
    /// The button.
    pub action: HomeAction,
    /// Can-do statements of the level.
    pub can_do: Vec<String>,
    /// What comes next.
    pub next_steps: Vec<String>,
    /// Past attempts, newest first.
    pub past: Vec<PastView>,
    /// Which counts and why.
    pub why: Option<String>,
}

/// A validation that is not open now.
pub struct ValidationLine {
    /// Its name.
    pub name: String,
    /// Why it is not open.
    pub words: String,
    /// Past attempts: number and address of the result.
    pub past: Vec<(u32, String)>,
}

/// The page.
#[derive(Template)]
#[template(path = "student/home.html")]
pub struct HomePage {
    /// Around it.
    pub frame: Frame,
    /// First name.
    pub name: String,
    /// Unlocked validations.
    pub invitations: Vec<InvitationView>,
    /// Self-levelling assessments.
    pub trails: Vec<TrailView>,
    /// Validations that are not open now.
    pub validations: Vec<ValidationLine>,
}
