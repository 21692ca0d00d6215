//! One student's evidence: how likely a validation is, on what, and the teacher's decision.

use askama::Template;

use crate::http::flash::Flash;
use crate::http::pages::view::{FactView, MarkView};
use crate::http::pages::words::PlaceWords;
use crate::http::pages::{Frame, Html};

/// Where the decision about a validation stands.
pub enum DecisionView {
    /// It can be unlocked.
    Unlockable,
    /// It is unlocked.
    Unlocked {
        /// The unlock.
        unlock: String,
        /// By whom and why.
        words: String,
        /// The last day on which it opens an attempt.
        through: String,
    },
    /// The student is validated: nothing waits for a decision.
    Validated {
        /// Whether one more attempt could be unlocked all the same.
        may_unlock: bool,
    },
    /// It cannot be unlocked now.
    Refused {
        /// Why.
        words: String,
    },
}

/// One validation.
pub struct TargetView {
    /// The assessment.
    pub assessment: String,
    /// Its name and level.
    pub name: String,
    /// Its state at a glance.
    pub mark: Option<MarkView>,
    /// "83 %".
    pub probability: Option<String>,
    /// The interval in words.
    pub probability_words: String,
    /// The probability on a line, with the recommendation's threshold.
    pub meter: Html,
    /// What the rule recommends.
    pub recommendation: String,
    /// What the evidence lacks.
    pub shortages: Vec<String>,
    /// Figures.
    pub facts: Vec<FactView>,
    /// The decision.
    pub decision: DecisionView,
    /// Earlier decisions.
    pub past: Vec<String>,
}

/// One strand.
pub struct StrandView {
    /// Its name.
    pub name: String,
    /// Answers.
    pub answered: u32,
    /// Its score with the standard error.
    pub score: String,
    /// Difference to the overall estimate, with its error.
    pub difference: String,
    /// A strength or a need, where the evidence carries it.
    pub mark: Option<MarkView>,
    /// What it says without one.
    pub says: &'static str,
}

/// One progression.
pub struct EvidenceTrailView {
    /// The assessment's name.
    pub name: String,
    /// The place in words.
    pub place: Option<PlaceWords>,
    /// The estimate with its error.
    pub numbers: String,
    /// The trail.
    pub picture: Html,
    /// Which attempt counts and why.
    pub why: Option<String>,
    /// The estimate of all attempts together.
    pub combined: Option<String>,
    /// The plot over time.
    pub plot: Option<Html>,
    /// Strands.
    pub strands: Vec<StrandView>,
    /// Their scores on the levels.
    pub strand_plot: Option<Html>,
    /// What the scores are given in.
    pub unit: &'static str,
}

/// One attempt.
pub struct AttemptRow {
    /// The attempt.
    pub id: String,
    /// Assessment and number.
    pub name: String,
    /// When.
    pub date: String,
    /// Its state.
    pub state: MarkView,
    /// The level it placed at.
    pub level: String,
    /// Estimate with error.
    pub estimate: String,
    /// Answers.
    pub answered: u32,
    /// Whether it counts.
    pub counts: bool,
    /// What to notice.
    pub notes: Vec<String>,
}

/// The page.
#[derive(Template)]
#[template(path = "teacher/student.html")]
pub struct StudentPage {
    /// Around it.
    pub frame: Frame,
    /// The account.
    pub id: String,
    /// The name.
    pub name: String,
    /// Grade and classes.
    pub about: String,
    /// A class to go back to: id and name.
    pub class: Option<(String, String)>,
    /// Validations.
    pub targets: Vec<TargetView>,
    /// Progressions.
    pub trails: Vec<EvidenceTrailView>,
    /// Attempts, newest first.
    pub attempts: Vec<AttemptRow>,
    /// What happens first, for a student without attempts.
    pub first_step: &'static str,
    /// Assessments that need consent before the next attempt: id and name.
    pub consents: Vec<(String, String)>,
}
