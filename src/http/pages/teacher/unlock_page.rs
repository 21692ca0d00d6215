//! Unlocking, for one student and for several at once.

use askama::Template;
use jiff::tz::TimeZone;

use super::class_page::ClassHead;
use crate::clock::Millis;
use crate::http::flash::Flash;
use crate::http::pages::view::MarkView;
use crate::http::pages::{Frame, Html, words};

/// The days an unlock can stay open through, as a date field has them and in words.
#[derive(Debug, Clone, Default)]
pub struct OpenDays {
    /// Today.
    pub first: String,
    /// The last day that the policy allows.
    pub last: String,
    /// The last day in words.
    pub last_words: String,
}

impl OpenDays {
    /// From today to the last day before the latest expiry.
    #[must_use]
    pub fn of(now: Millis, latest_expiry: Millis, zone: &TimeZone) -> Self {
        Self {
            first: words::field_date(now, zone),
            last: words::field_date(latest_expiry.plus(-1), zone),
            last_words: words::last_day(latest_expiry, zone),
        }
    }
}

/// One student.
#[derive(Template)]
#[template(path = "teacher/unlock.html")]
pub struct UnlockPage {
    /// Around it.
    pub frame: Frame,
    /// The student.
    pub student: String,
    /// The student's name.
    pub name: String,
    /// The assessment.
    pub assessment: String,
    /// Its name.
    pub assessment_name: String,
    /// "83 %".
    pub probability: Option<String>,
    /// The interval in words.
    pub probability_words: String,
    /// The probability on a line.
    pub meter: Html,
    /// Whether the rule recommends it.
    pub recommended: bool,
    /// Tone of the recommendation.
    pub tone: &'static str,
    /// Its icon.
    pub icon: &'static str,
    /// The recommendation in words.
    pub recommendation: String,
    /// What the evidence lacks.
    pub shortages: Vec<String>,
    /// The days it can stay open through.
    pub days: OpenDays,
    /// The day chosen.
    pub open_through: String,
    /// The reason typed.
    pub reason: String,
    /// The note typed.
    pub note: String,
    /// Why it was refused.
    pub problem: Option<String>,
}

/// A student in the list.
pub struct BulkRow {
    /// The account.
    pub id: String,
    /// The name.
    pub name: String,
    /// Whether the box is checked.
    pub chosen: bool,
    /// Whether unlocking is not possible.
    pub blocked: bool,
    /// The recommendation.
    pub mark: MarkView,
    /// Probability in words.
    pub probability: String,
    /// What it rests on.
    pub evidence: String,
    /// Unlocked, open, validated …
    pub state: String,
}

/// Several students.
#[derive(Template)]
#[template(path = "teacher/bulk_unlock.html")]
pub struct BulkUnlockPage {
    /// Around it.
    pub frame: Frame,
    /// Above it.
    pub class: ClassHead,
    /// Validations to choose from: id and name.
    pub assessments: Vec<(String, String)>,
    /// The one chosen.
    pub chosen: String,
    /// Students.
    pub rows: Vec<BulkRow>,
    /// The days it can stay open through.
    pub days: OpenDays,
}
