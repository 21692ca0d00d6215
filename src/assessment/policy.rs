//! A policy: what an assessment allows, as data.
//!
//! [`PolicyTerms`] is the document as written; a [`Policy`] is one whose terms hold together. Who made a version and
//! why stand beside the document, not in it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::civil::PolicyDate;
use super::policy_error::{PolicyError, check_terms};

/// A document of policy terms. Every field that is left out takes the value documented here.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PolicyTerms {
    /// What staff call it.
    pub name: String,
    /// When attempts can be started and continued; none: always.
    pub windows: Vec<Window>,
    /// How many attempts a student has in each window (in all, without windows). Default: unlimited.
    pub attempts: AttemptAllowance,
    /// Civil days from the end of one attempt to the start of the next; 0: the same day will do. Default: 0.
    pub days_between_attempts: u16,
    /// The first day on which attempt n may start, by n.
    pub earliest_dates: BTreeMap<u32, PolicyDate>,
    /// Which attempt counts. Default: the highest.
    pub counts: WhichCounts,
    /// Minutes without activity after which an attempt is paused. Default: 20.
    pub inactivity_limit_minutes: u32,
    /// Days (of 24 hours) after its start when an attempt ends; none: only with its window.
    pub attempt_lifetime_days: Option<u16>,
    /// Who may be assessed off grade level.
    pub grade_rule: GradeRule,
    /// Grades whose students, having met the standard, are retested only with recorded consent.
    pub retest_consent_grades: Vec<u8>,
    /// An attempt with fewer answers is no participation and does not count. Default: 1.
    pub minimum_answers: u32,
    /// What becomes of an attempt that ends unfinished. Default: it is scored.
    pub unfinished: Unfinished,
    /// What validates. Default: the estimate at or above the cut.
    pub validation: ValidationRule,
    /// When unlocking is recommended.
    pub readiness: ReadinessRule,
    /// How long an unlock lives and what a second one needs.
    pub unlock: UnlockRule,
}

impl Default for PolicyTerms {
    fn default() -> Self {
        Self {
            name: String::new(),
            windows: Vec::new(),
            attempts: AttemptAllowance::default(),
            days_between_attempts: 0,
            earliest_dates: BTreeMap::new(),
            counts: WhichCounts::Highest,
            inactivity_limit_minutes: 20,
            attempt_lifetime_days: None,
            grade_rule: GradeRule::default(),
            retest_consent_grades: Vec::new(),
            minimum_answers: 1,
            unfinished: Unfinished::Scored,
            validation: ValidationRule::EstimateAtCut,
            readiness: ReadinessRule::default(),
            unlock: UnlockRule::default(),
        }
    }
}

/// Days on which attempts can be started and continued, both included. A window of every year may span New Year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Window {
    /// Its first day.
    pub opens: PolicyDate,
    /// Its last day.
    pub closes: PolicyDate,
}

/// A number of attempts: in a document a number, or the word `"unlimited"`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "serde_json::Value", into = "serde_json::Value")]
pub enum AttemptLimit {
    /// At most this many.
    AtMost(u32),
    /// As many as the student likes.
    Unlimited,
}

impl AttemptLimit {
    /// Attempts left when `used` are used up; none when there is no limit.
    #[must_use]
    pub const fn left(self, used: u32) -> Option<u32> {
        match self {
            Self::AtMost(limit) => Some(limit.saturating_sub(used)),
            Self::Unlimited => None,
        }
    }
}

impl TryFrom<serde_json::Value> for AttemptLimit {
    type Error = String;

    fn try_from(value: serde_json::Value) -> Result<Self, String> {
        let number = value.as_u64().and_then(|number| u32::try_from(number).ok());
        match (number, value.as_str()) {
            (Some(number), _) => Ok(Self::AtMost(number)),
            (None, Some("unlimited")) => Ok(Self::Unlimited),
            (None, _) => Err(format!("expected a number of attempts or \"unlimited\", got {value}")),
        }
    }
}

impl From<AttemptLimit> for serde_json::Value {
    fn from(limit: AttemptLimit) -> Self {
        match limit {
            AttemptLimit::AtMost(number) => number.into(),
            AttemptLimit::Unlimited => "unlimited".into(),
        }
    }
}

/// How many attempts a student has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AttemptAllowance {
    /// For every grade that is not named.
    pub default: AttemptLimit,
    /// For students of a grade.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub by_grade: BTreeMap<u8, AttemptLimit>,
}

impl Default for AttemptAllowance {
    fn default() -> Self {
        Self { default: AttemptLimit::Unlimited, by_grade: BTreeMap::new() }
    }
}

impl AttemptAllowance {
    /// The attempts of a student in `grade`.
    #[must_use]
    pub fn for_grade(&self, grade: u8) -> AttemptLimit {
        self.by_grade.get(&grade).copied().unwrap_or(self.default)
    }
}

/// Which attempt counts. Equal scores: the earlier attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WhichCounts {
    /// The one with the highest estimate.
    Highest,
    /// The one started last.
    Latest,
    /// The one started first.
    First,
}

/// Who may take a test that is not offered to their own grade. A test below the own grade is never open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct GradeRule {
    /// Who may take a test above their grade. Default: nobody.
    pub above_grade: AboveGrade,
    /// From this grade on, students are assessed at grade level only.
    pub at_grade_level_from: Option<u8>,
}

impl Default for GradeRule {
    fn default() -> Self {
        Self { above_grade: AboveGrade::Nobody, at_grade_level_from: None }
    }
}

/// Who may take a test above their grade.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AboveGrade {
    /// Nobody.
    Nobody,
    /// Students marked as accelerated.
    Accelerated,
    /// Anybody.
    Anybody,
}

/// What becomes of an attempt that its window or its lifetime ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unfinished {
    /// It is scored on the answers it has.
    Scored,
    /// It uses up an attempt and never counts.
    NotScored,
}

/// What validates a student.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(tag = "rule", rename_all = "snake_case", deny_unknown_fields)]
pub enum ValidationRule {
    /// The estimate is at or above the cut.
    EstimateAtCut,
    /// P(θ ≥ cut) is at least this.
    CutWithConfidence {
        /// From 0.5 on, below 1.
        confidence: f64,
    },
}

/// When unlocking is recommended, and on what evidence.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ReadinessRule {
    /// Probability of being validated now, from which on unlocking is recommended. Default: 0.80.
    pub recommended_at: f64,
    /// Evidence older than this is left out. Default: 90 days.
    pub evidence_days: u16,
    /// Fewer answers than this in that time are not enough evidence. Default: 10.
    pub minimum_answers: u32,
    /// Ability moves: variance added a day of age, squared logits. Default: 0.001, a standard deviation of
    /// 0.3 logits over 90 days.
    pub variance_per_day: f64,
}

impl Default for ReadinessRule {
    fn default() -> Self {
        Self { recommended_at: 0.80, evidence_days: 90, minimum_answers: 10, variance_per_day: 0.001 }
    }
}

/// How long an unlock lives and what a second one needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct UnlockRule {
    /// It expires at the end of the civil day this many days after it was granted. Default: 14.
    pub lifetime_days: u16,
    /// Interim answers, given after a validation that ended "not yet", that a new unlock needs. Default: 10.
    pub new_answers_after_not_yet: u32,
}

impl Default for UnlockRule {
    fn default() -> Self {
        Self { lifetime_days: 14, new_answers_after_not_yet: 10 }
    }
}

/// Terms that hold together.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "PolicyTerms", into = "PolicyTerms")]
pub struct Policy(PolicyTerms);

impl Policy {
    /// The terms.
    #[must_use]
    pub const fn terms(&self) -> &PolicyTerms {
        &self.0
    }

    /// Reads a policy document (JSON).
    pub fn read_json(text: &str) -> Result<Self, PolicyError> {
        // Serde would take an array for the fields in order.
        if text.trim_start().starts_with('[') {
            return Err(PolicyError::Unreadable("expected an object, got an array".to_owned()));
        }
        let terms: PolicyTerms =
            serde_json::from_str(text).map_err(|cause| PolicyError::Unreadable(cause.to_string()))?;
        Self::try_from(terms)
    }

    /// Milliseconds without activity after which an attempt is paused.
    #[must_use]
    pub fn inactivity_limit_ms(&self) -> i64 {
        i64::from(self.0.inactivity_limit_minutes) * 60_000
    }
}

impl TryFrom<PolicyTerms> for Policy {
    type Error = PolicyError;

    fn try_from(terms: PolicyTerms) -> Result<Self, PolicyError> {
        check_terms(&terms)?;
        Ok(Self(terms))
    }
}

impl From<Policy> for PolicyTerms {
    fn from(policy: Policy) -> Self {
        policy.0
    }
}
