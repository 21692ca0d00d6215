//! Windows of a policy as instants: which one is open, which one is next.

use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::civil::{civil_date, end_of_day, start_of_day};
use super::policy::{PolicyTerms, Window};
use crate::clock::Millis;

/// One occurrence of a window: `opens` belongs to it, `closes` does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WindowSpan {
    /// Its first day.
    pub first_day: Date,
    /// Its last day.
    pub last_day: Date,
    /// Its first instant.
    pub opens: Millis,
    /// The first instant after it.
    pub closes: Millis,
}

impl WindowSpan {
    /// A window without ends: what a policy without windows has.
    pub const ALWAYS: Self =
        Self { first_day: Date::MIN, last_day: Date::MAX, opens: Millis(i64::MIN), closes: Millis(i64::MAX) };

    /// Whether an instant belongs to it.
    #[must_use]
    pub fn contains(&self, at: Millis) -> bool {
        self.opens <= at && at < self.closes
    }
}

/// Where an instant stands among the windows of a policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WindowPosition {
    /// Inside this one. Where windows overlap, the one that closes last.
    Inside(WindowSpan),
    /// Between windows or before the first: this one is next.
    Before(WindowSpan),
    /// After the last one.
    After(WindowSpan),
}

/// Where an instant stands among the windows.
#[must_use]
pub fn window_at(terms: &PolicyTerms, time_zone: &TimeZone, at: Millis) -> WindowPosition {
    if terms.windows.is_empty() {
        return WindowPosition::Inside(WindowSpan::ALWAYS);
    }
    let spans = spans_around(terms, time_zone, at);
    if let Some(open) = spans.iter().filter(|span| span.contains(at)).max_by_key(|span| span.closes) {
        return WindowPosition::Inside(*open);
    }
    if let Some(next) = spans.iter().filter(|span| span.opens > at).min_by_key(|span| span.opens) {
        return WindowPosition::Before(*next);
    }
    let last = spans.iter().max_by_key(|span| span.closes);
    WindowPosition::After(*last.expect("a policy with a window has a span"))
}

/// The first window that opens after `at`.
#[must_use]
pub fn next_window(terms: &PolicyTerms, time_zone: &TimeZone, at: Millis) -> Option<WindowSpan> {
    let spans = spans_around(terms, time_zone, at);
    spans.into_iter().filter(|span| span.opens > at).min_by_key(|span| span.opens)
}

/// Every window of one year, and each window of every year as it falls in the years around an instant.
fn spans_around(terms: &PolicyTerms, time_zone: &TimeZone, at: Millis) -> Vec<WindowSpan> {
    let year = civil_date(at, time_zone).year();
    let mut spans = Vec::new();
    for window in &terms.windows {
        let years = if window.opens.is_annual() { year - 1..=year + 1 } else { year..=year };
        spans.extend(years.map(|opening_year| span(window, opening_year, time_zone)));
    }
    spans
}

fn span(window: &Window, opening_year: i16, time_zone: &TimeZone) -> WindowSpan {
    let first_day = window.opens.in_year(opening_year);
    let same_year = window.closes.in_year(opening_year);
    let last_day = if same_year < first_day { window.closes.in_year(opening_year + 1) } else { same_year };
    WindowSpan {
        first_day,
        last_day,
        opens: start_of_day(first_day, time_zone),
        closes: end_of_day(last_day, time_zone),
    }
}
