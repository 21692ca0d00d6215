//! What makes the terms of a policy contradict themselves.

use thiserror::Error;

use super::civil::PolicyDate;
use super::policy::{AttemptLimit, PolicyTerms, ValidationRule, Window};

const GRADE_MAX: u8 = 13;
const WINDOWS_MAX: usize = 50;
const ATTEMPTS_MAX: u32 = 1_000;
const DAYS_MAX: u16 = 3_660;
const INACTIVITY_MINUTES_MAX: u32 = 7 * 24 * 60;
const ANSWERS_MAX: u32 = 1_000;

/// Why a document is not a policy.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum PolicyError {
    /// Not JSON of the right shape.
    #[error("the policy cannot be read: {0}")]
    Unreadable(String),
    /// A value outside its range.
    #[error("{field} must be {must_be}, got {got}")]
    OutOfRange {
        /// Path of the field.
        field: String,
        /// The range in words.
        must_be: String,
        /// The value.
        got: String,
    },
    /// A window that mixes a date of one year with a date of every year.
    #[error("window {number} opens {opens} and closes {closes}: give the year of both or of neither")]
    MixedWindow {
        /// Counted from 1.
        number: usize,
        /// As written.
        opens: String,
        /// As written.
        closes: String,
    },
    /// A window that closes before it opens.
    #[error("window {number} closes on {closes}, before it opens on {opens}")]
    WindowBackwards {
        /// Counted from 1.
        number: usize,
        /// As written.
        opens: String,
        /// As written.
        closes: String,
    },
    /// Windows of every year beside windows of one year.
    #[error("windows of every year and windows of one year cannot stand in one policy")]
    MixedWindows,
    /// A date of every year for an attempt, but no window of every year to place it in.
    #[error("earliest_dates.{attempt} is a date of every year, which needs windows of every year")]
    AnnualDateWithoutWindow {
        /// The attempt.
        attempt: u32,
    },
}

pub(super) fn check_terms(terms: &PolicyTerms) -> Result<(), PolicyError> {
    check_windows(&terms.windows)?;
    check_attempts(terms)?;
    check_earliest_dates(terms)?;
    check_grades(terms)?;
    check_durations(terms)?;
    check_rules(terms)
}

fn within<T: PartialOrd + std::fmt::Display>(
    field: impl Into<String>,
    value: T,
    low: T,
    high: T,
) -> Result<(), PolicyError> {
    // Written so that NaN is refused.
    if value >= low && value <= high {
        return Ok(());
    }
    Err(PolicyError::OutOfRange {
        field: field.into(),
        must_be: format!("from {low} to {high}"),
        got: value.to_string(),
    })
}

fn check_windows(windows: &[Window]) -> Result<(), PolicyError> {
    within("the number of windows", windows.len(), 0, WINDOWS_MAX)?;
    for (index, window) in windows.iter().enumerate() {
        let (opens, closes) = (String::from(window.opens), String::from(window.closes));
        let number = index + 1;
        match (window.opens, window.closes) {
            (PolicyDate::Once(first), PolicyDate::Once(last)) if last < first => {
                return Err(PolicyError::WindowBackwards { number, opens, closes });
            }
            (PolicyDate::Once(_), PolicyDate::EveryYear { .. })
            | (PolicyDate::EveryYear { .. }, PolicyDate::Once(_)) => {
                return Err(PolicyError::MixedWindow { number, opens, closes });
            }
            (PolicyDate::Once(_), PolicyDate::Once(_))
            | (PolicyDate::EveryYear { .. }, PolicyDate::EveryYear { .. }) => {}
        }
    }
    let annual = windows.iter().filter(|window| window.opens.is_annual()).count();
    if annual != 0 && annual != windows.len() { Err(PolicyError::MixedWindows) } else { Ok(()) }
}

fn check_attempts(terms: &PolicyTerms) -> Result<(), PolicyError> {
    let by_grade = terms.attempts.by_grade.iter().map(|(grade, limit)| (format!("by_grade.{grade}"), limit));
    let default = std::iter::once(("default".to_owned(), &terms.attempts.default));
    for (field, limit) in default.chain(by_grade) {
        if let AttemptLimit::AtMost(limit) = *limit {
            within(format!("attempts.{field}"), limit, 1, ATTEMPTS_MAX)?;
        }
    }
    Ok(())
}

fn check_earliest_dates(terms: &PolicyTerms) -> Result<(), PolicyError> {
    let annual_windows = terms.windows.iter().any(|window| window.opens.is_annual());
    for (&attempt, date) in &terms.earliest_dates {
        within(format!("the attempt of earliest_dates.{attempt}"), attempt, 1, ATTEMPTS_MAX)?;
        if date.is_annual() && !annual_windows {
            return Err(PolicyError::AnnualDateWithoutWindow { attempt });
        }
    }
    Ok(())
}

fn check_grades(terms: &PolicyTerms) -> Result<(), PolicyError> {
    let named = terms.attempts.by_grade.keys().map(|&grade| ("attempts.by_grade", grade));
    let consent = terms.retest_consent_grades.iter().map(|&grade| ("retest_consent_grades", grade));
    let level = terms.grade_rule.at_grade_level_from.iter();
    let level = level.map(|&grade| ("grade_rule.at_grade_level_from", grade));
    for (field, grade) in named.chain(consent).chain(level) {
        within(field, grade, 0, GRADE_MAX)?;
    }
    Ok(())
}

fn check_durations(terms: &PolicyTerms) -> Result<(), PolicyError> {
    within("days_between_attempts", terms.days_between_attempts, 0, DAYS_MAX)?;
    within("inactivity_limit_minutes", terms.inactivity_limit_minutes, 1, INACTIVITY_MINUTES_MAX)?;
    if let Some(days) = terms.attempt_lifetime_days {
        within("attempt_lifetime_days", days, 1, DAYS_MAX)?;
    }
    within("unlock.lifetime_days", terms.unlock.lifetime_days, 0, DAYS_MAX)?;
    within("readiness.evidence_days", terms.readiness.evidence_days, 1, DAYS_MAX)
}

fn check_rules(terms: &PolicyTerms) -> Result<(), PolicyError> {
    within("minimum_answers", terms.minimum_answers, 0, ANSWERS_MAX)?;
    if let ValidationRule::CutWithConfidence { confidence } = terms.validation {
        within("validation.confidence", confidence, 0.5, 0.999)?;
    }
    let readiness = &terms.readiness;
    within("readiness.recommended_at", readiness.recommended_at, 0.01, 0.999)?;
    within("readiness.minimum_answers", readiness.minimum_answers, 1, ANSWERS_MAX)?;
    within("readiness.variance_per_day", readiness.variance_per_day, 0.0, 1.0)?;
    within("unlock.new_answers_after_not_yet", terms.unlock.new_answers_after_not_yet, 0, ANSWERS_MAX)
}
