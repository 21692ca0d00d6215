//! Whether a student may start an attempt now, and if not, why not and when.
//!
//! Decided from the assessment's current policy. An attempt that has started keeps the policy it started with until
//! it ends; earlier attempts use up the attempts of the current policy whatever policy they were started under.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use thiserror::Error;
use utoipa::ToSchema;

use super::civil::{civil_date, days_after, start_of_day};
use super::policy::{AboveGrade, AttemptLimit, GradeRule, Policy, PolicyTerms};
use super::summary::AttemptSummary;
use super::unlock::{Unlock, live_unlock};
use super::validation::{last_not_yet, met_standard};
use super::window::{WindowPosition, WindowSpan, next_window, window_at};
use crate::clock::Millis;

/// What an assessment is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// Open to the student whenever the policy allows.
    SelfLevelling,
    /// Opened by an unlock, one attempt each.
    Validation,
}

/// Whether a student is marked as accelerated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Acceleration {
    /// Assessed as enrolled.
    None,
    /// May be assessed above grade where the policy lets accelerated students.
    Accelerated,
}

/// Whether a whole test can be made of items that support every accommodation of the student.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Needs {
    /// It can.
    Met,
    /// It cannot: the student would be left without an item, or given one that is of no use to them.
    Unmet,
}

impl Needs {
    /// What it means that a pool could be prepared for the student, or could not.
    pub fn of<Pool, Problem>(pool: &Result<Pool, Problem>) -> Self {
        if pool.is_ok() { Self::Met } else { Self::Unmet }
    }
}

/// A student asks to start an attempt.
#[derive(Debug, Clone)]
pub struct StartRequest<'a> {
    /// The present time.
    pub now: Millis,
    /// The school's.
    pub time_zone: &'a TimeZone,
    /// What the assessment is for.
    pub purpose: Purpose,
    /// The student's grade.
    pub grade: u8,
    /// Whether the student is accelerated.
    pub acceleration: Acceleration,
    /// Whether a test can be made for what the student needs.
    pub needs: Needs,
    /// The grades the assessment is offered to; none: every grade.
    pub offered_grades: &'a [u8],
    /// The student's attempts at this assessment.
    pub attempts: &'a [AttemptSummary],
    /// The standard: the cut of the target level, logits; none where the assessment has no target.
    pub cut: Option<f64>,
    /// When consents to retest were recorded.
    pub consents: &'a [Millis],
    /// The student's unlocks for this assessment.
    pub unlocks: &'a [Unlock],
}

/// Leave to start one attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StartPermit {
    /// The number of the attempt.
    pub number: u32,
    /// Attempts left once it has started; none: unlimited.
    pub left_after: Option<u32>,
    /// When it expires: the end of its lifetime or the window's close, whichever comes first.
    pub expires_at: Option<Millis>,
    /// Milliseconds without activity after which it is paused.
    pub inactivity_limit_ms: i64,
    /// The unlock it uses; validations only.
    pub unlock_id: Option<String>,
}

/// Why an attempt may not start.
#[derive(Debug, Clone, PartialEq, Eq, Error, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum StartRefusal {
    /// One is open: continue it.
    #[error("attempt {number} is still open")]
    AttemptOpen {
        /// Its id.
        attempt_id: String,
        /// Its number.
        number: u32,
    },
    /// The assessment is for other grades.
    #[error("the assessment is offered to other grades, the student is in grade {grade}")]
    OtherGrade {
        /// The student's grade.
        grade: u8,
    },
    /// The assessment is above the student's grade, and the policy keeps this student at grade level.
    #[error("the assessment is above grade {grade}, and the policy assesses this student at grade level")]
    AboveGrade {
        /// The student's grade.
        grade: u8,
    },
    /// No whole test can be made of items that support what the student needs.
    #[error("no whole test supports every accommodation of this student")]
    NeedsUnmet,
    /// No attempt left, in this window or at all.
    #[error("all {allowed} attempts are used")]
    NoAttemptsLeft {
        /// Attempts allowed.
        allowed: u32,
        /// When the next window brings new ones.
        opens_at: Option<Millis>,
    },
    /// Between windows, or before the first.
    #[error("the next window opens at {opens_at}")]
    WindowNotOpen {
        /// When an attempt can start.
        opens_at: Millis,
    },
    /// The last window has closed.
    #[error("the last window has closed")]
    WindowsOver,
    /// Attempt n has an earliest date, or the days between attempts have not passed.
    #[error("the next attempt can start at {opens_at}")]
    TooSoon {
        /// When an attempt can start.
        opens_at: Millis,
        /// Which rule it is.
        wait: Wait,
    },
    /// The student met the standard and is retested only with consent.
    #[error("the standard is met, a retest needs recorded consent")]
    ConsentNeeded,
    /// A validation opens only with a live unlock.
    #[error("a teacher opens this attempt")]
    UnlockNeeded,
}

/// Which rule makes a student wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Wait {
    /// Days between attempts.
    DaysBetweenAttempts,
    /// The earliest date of this attempt.
    EarliestDate,
}

impl StartRefusal {
    /// When time alone will have removed this obstacle; none when it will not.
    #[must_use]
    pub const fn opens_at(&self) -> Option<Millis> {
        match self {
            Self::WindowNotOpen { opens_at } | Self::TooSoon { opens_at, .. } => Some(*opens_at),
            Self::NoAttemptsLeft { opens_at, .. } => *opens_at,
            Self::AttemptOpen { .. }
            | Self::OtherGrade { .. }
            | Self::AboveGrade { .. }
            | Self::NeedsUnmet
            | Self::WindowsOver
            | Self::ConsentNeeded
            | Self::UnlockNeeded => None,
        }
    }
}

/// Whether the student may start now. The checks stand in the order in which a student can do something about them.
pub fn may_start(policy: &Policy, request: &StartRequest<'_>) -> Result<StartPermit, StartRefusal> {
    let terms = policy.terms();
    if let Some(open) = request.attempts.iter().find(|attempt| attempt.state.is_open()) {
        return Err(StartRefusal::AttemptOpen { attempt_id: open.id.clone(), number: open.number });
    }
    check_grade(terms.grade_rule, request)?;
    if request.needs == Needs::Unmet {
        return Err(StartRefusal::NeedsUnmet);
    }
    let window = match window_at(terms, request.time_zone, request.now) {
        WindowPosition::Inside(window) => window,
        WindowPosition::Before(next) => return Err(StartRefusal::WindowNotOpen { opens_at: next.opens }),
        WindowPosition::After(_) => return Err(StartRefusal::WindowsOver),
    };
    let limit = terms.attempts.for_grade(request.grade);
    let used = used_in(&window, request.attempts);
    if let (AttemptLimit::AtMost(allowed), Some(0)) = (limit, limit.left(used)) {
        let next = next_window(terms, request.time_zone, request.now);
        return Err(StartRefusal::NoAttemptsLeft { allowed, opens_at: next.map(|window| window.opens) });
    }
    check_wait(terms, request, &window, used + 1)?;
    check_consent(terms, request)?;
    let unlock = match request.purpose {
        Purpose::SelfLevelling => None,
        Purpose::Validation => Some(usable_unlock(terms, request).ok_or(StartRefusal::UnlockNeeded)?),
    };
    let numbers = request.attempts.iter().map(|attempt| attempt.number);
    Ok(StartPermit {
        number: numbers.max().unwrap_or(0) + 1,
        left_after: limit.left(used + 1),
        expires_at: expiry(terms, &window, request.now),
        inactivity_limit_ms: policy.inactivity_limit_ms(),
        unlock_id: unlock.map(|unlock| unlock.id.clone()),
    })
}

/// Attempts a student in `grade` has left in the window that is open at `now`, or in the next one to open; none:
/// unlimited.
#[must_use]
pub fn attempts_left(
    policy: &Policy,
    grade: u8,
    attempts: &[AttemptSummary],
    time_zone: &TimeZone,
    now: Millis,
) -> Option<u32> {
    let terms = policy.terms();
    let (WindowPosition::Inside(window) | WindowPosition::Before(window) | WindowPosition::After(window)) =
        window_at(terms, time_zone, now);
    terms.attempts.for_grade(grade).left(used_in(&window, attempts))
}

fn check_grade(rule: GradeRule, request: &StartRequest<'_>) -> Result<(), StartRefusal> {
    let grade = request.grade;
    let offered = request.offered_grades;
    if offered.is_empty() || offered.contains(&grade) {
        return Ok(());
    }
    if offered.iter().all(|&offered| offered < grade) {
        return Err(StartRefusal::OtherGrade { grade });
    }
    let at_level_only = rule.at_grade_level_from.is_some_and(|from| grade >= from);
    let open = match rule.above_grade {
        AboveGrade::Nobody => false,
        AboveGrade::Accelerated => request.acceleration == Acceleration::Accelerated,
        AboveGrade::Anybody => true,
    };
    if open && !at_level_only { Ok(()) } else { Err(StartRefusal::AboveGrade { grade }) }
}

fn used_in(window: &WindowSpan, attempts: &[AttemptSummary]) -> u32 {
    let used = attempts.iter().filter(|attempt| attempt.uses_one_up() && window.contains(attempt.started_at));
    u32::try_from(used.count()).unwrap_or(u32::MAX)
}

fn check_wait(
    terms: &PolicyTerms,
    request: &StartRequest<'_>,
    window: &WindowSpan,
    ordinal: u32,
) -> Result<(), StartRefusal> {
    let between = rest_until(terms, request).map(|date| (date, Wait::DaysBetweenAttempts));
    let earliest = terms.earliest_dates.get(&ordinal).map(|date| {
        let this_year = date.in_year(window.first_day.year());
        let falls =
            if this_year < window.first_day { date.in_year(window.first_day.year() + 1) } else { this_year };
        (falls, Wait::EarliestDate)
    });
    let Some((date, wait)) = between.into_iter().chain(earliest).max_by_key(|(date, _)| *date) else {
        return Ok(());
    };
    let opens_at = start_of_day(date, request.time_zone);
    if request.now >= opens_at {
        return Ok(());
    }
    if window.contains(opens_at) {
        return Err(StartRefusal::TooSoon { opens_at, wait });
    }
    match next_window(terms, request.time_zone, request.now) {
        Some(next) => Err(StartRefusal::WindowNotOpen { opens_at: next.opens.max(opens_at) }),
        None => Err(StartRefusal::WindowsOver),
    }
}

/// The first day after the days between attempts, counted from the day the last attempt ended.
fn rest_until(terms: &PolicyTerms, request: &StartRequest<'_>) -> Option<Date> {
    let kept = request.attempts.iter().filter(|attempt| attempt.uses_one_up());
    let last = kept.map(AttemptSummary::last_moment).max()?;
    Some(days_after(civil_date(last, request.time_zone), terms.days_between_attempts))
}

/// A consent is for one retest: it counts when it was recorded after the last attempt that met the standard ended and after
/// every retest since began.
fn check_consent(terms: &PolicyTerms, request: &StartRequest<'_>) -> Result<(), StartRefusal> {
    let Some(cut) = request.cut.filter(|_| terms.retest_consent_grades.contains(&request.grade)) else {
        return Ok(());
    };
    let Some(met_at) = met_standard(terms, request.attempts, cut) else {
        return Ok(());
    };
    let retests = request.attempts.iter().filter(|attempt| attempt.uses_one_up());
    let last_retest = retests.map(|attempt| attempt.started_at).filter(|&began| began >= met_at).max();
    let counts = |recorded: Millis| recorded >= met_at && last_retest.is_none_or(|began| recorded > began);
    if request.consents.iter().any(|&recorded| counts(recorded)) {
        Ok(())
    } else {
        Err(StartRefusal::ConsentNeeded)
    }
}

/// The live unlock that opens the attempt. New evidence is asked for when an unlock is granted, so one that was granted
/// before the last "not yet" carries none and opens nothing.
fn usable_unlock<'a>(terms: &PolicyTerms, request: &StartRequest<'a>) -> Option<&'a Unlock> {
    let not_yet = request.cut.and_then(|cut| last_not_yet(terms, request.attempts, cut));
    live_unlock(request.unlocks, request.now)
        .filter(|unlock| not_yet.is_none_or(|ended_at| unlock.granted_at >= ended_at))
}

fn expiry(terms: &PolicyTerms, window: &WindowSpan, now: Millis) -> Option<Millis> {
    const DAY_MS: i64 = 24 * 60 * 60 * 1_000;
    let lifetime = terms.attempt_lifetime_days.map(|days| now.plus(i64::from(days) * DAY_MS));
    let close = (window.closes < WindowSpan::ALWAYS.closes).then_some(window.closes);
    lifetime.into_iter().chain(close).min()
}
