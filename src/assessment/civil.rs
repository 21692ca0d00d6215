//! Civil dates of a policy: a date of one year (`2026-11-03`) or of every year (`11-03`), in the school's time zone.
//!
//! A day begins at its first instant and ends at the first instant of the next day. Where daylight saving skips
//! midnight, the day begins when the clocks land; where midnight happens twice, it begins at the first of the two.

use std::fmt;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::clock::Millis;

/// A date in a policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum PolicyDate {
    /// One day of one year.
    Once(Date),
    /// The same day of every year.
    EveryYear {
        /// 1 to 12.
        month: i8,
        /// 1 to 31.
        day: i8,
    },
}

/// A text that is not a date of a policy.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("a date is written 2026-11-03, or 11-03 for every year (not 02-29), got \"{0}\"")]
pub struct DateError(pub String);

impl PolicyDate {
    /// This date in `year`; a date of one year stays what it is.
    #[must_use]
    pub fn in_year(self, year: i16) -> Date {
        match self {
            Self::Once(date) => date,
            Self::EveryYear { month, day } => Date::new(year, month, day).unwrap_or(Date::MAX),
        }
    }

    /// Whether the date comes back every year.
    #[must_use]
    pub const fn is_annual(self) -> bool {
        matches!(self, Self::EveryYear { .. })
    }
}

impl TryFrom<String> for PolicyDate {
    type Error = DateError;

    fn try_from(text: String) -> Result<Self, DateError> {
        // The year 2001 has no 29 February, so a date of every year exists every year.
        let parsed = match text.len() {
            5 => format!("2001-{text}")
                .parse::<Date>()
                .map(|date| Self::EveryYear { month: date.month(), day: date.day() }),
            _ => text.parse::<Date>().map(Self::Once),
        };
        parsed.map_err(|_| DateError(text))
    }
}

impl From<PolicyDate> for String {
    fn from(date: PolicyDate) -> Self {
        match date {
            PolicyDate::Once(date) => date.to_string(),
            PolicyDate::EveryYear { month, day } => format!("{month:02}-{day:02}"),
        }
    }
}

impl fmt::Display for PolicyDate {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Once(date) => write!(formatter, "{} {}", day_and_month(date), date.year()),
            Self::EveryYear { .. } => write!(formatter, "{}", day_and_month(self.in_year(2001))),
        }
    }
}

/// A date in words, without its year: `3 Nov`.
#[must_use]
pub fn day_and_month(date: Date) -> String {
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let month = usize::from(date.month().unsigned_abs()) - 1;
    format!("{} {}", date.day(), MONTHS[month])
}

/// The first instant of a civil day.
#[must_use]
pub fn start_of_day(date: Date, time_zone: &TimeZone) -> Millis {
    // "Compatible" takes the instant after a gap and the first of two equal wall-clock times.
    let midnight = date.at(0, 0, 0, 0);
    let instant = time_zone.to_ambiguous_timestamp(midnight).compatible();
    Millis(instant.map_or(i64::MAX, Timestamp::as_millisecond))
}

/// The first instant after a civil day.
#[must_use]
pub fn end_of_day(date: Date, time_zone: &TimeZone) -> Millis {
    date.tomorrow().map_or(Millis(i64::MAX), |next| start_of_day(next, time_zone))
}

/// The civil date of an instant.
#[must_use]
pub fn civil_date(at: Millis, time_zone: &TimeZone) -> Date {
    let clamped = at.0.clamp(Timestamp::MIN.as_millisecond(), Timestamp::MAX.as_millisecond());
    let instant = Timestamp::from_millisecond(clamped).unwrap_or(Timestamp::MAX);
    time_zone.to_datetime(instant).date()
}

/// The civil date `days` later; the last date there is when that is past it.
#[must_use]
pub fn days_after(date: Date, days: u16) -> Date {
    date.saturating_add(jiff::Span::new().days(i64::from(days)))
}
