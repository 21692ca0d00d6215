//! Past times at which people are at school.

use jiff::civil::Weekday;
use jiff::tz::TimeZone;

use crate::assessment::civil::{civil_date, start_of_day};
use crate::clock::Millis;

const MINUTE_MS: i64 = 60_000;

/// The time zone of the demo school.
pub(super) const TIME_ZONE: &str = "America/Los_Angeles";

/// A minute of the school day `days_ago`; on a weekend the Friday before. Never after `now`.
pub(super) fn at_school(now: Millis, days_ago: u16, minute: u16) -> Millis {
    let time_zone = TimeZone::get(TIME_ZONE).unwrap_or(TimeZone::UTC);
    let date = civil_date(now, &time_zone).saturating_sub(jiff::Span::new().days(i64::from(days_ago)));
    let date = match date.weekday() {
        Weekday::Saturday => date.saturating_sub(jiff::Span::new().days(1)),
        Weekday::Sunday => date.saturating_sub(jiff::Span::new().days(2)),
        _ => date,
    };
    let at = start_of_day(date, &time_zone).plus((8 * 60 + 30 + i64::from(minute)) * MINUTE_MS);
    Millis(at.0.min(now.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn school_days_are_weekdays_and_past() {
        let now = Millis(1_795_500_000_000);
        for days_ago in 0..30 {
            let at = at_school(now, days_ago, 60);
            assert!(at <= now);
            let zoned = jiff::Timestamp::from_millisecond(at.0).unwrap().in_tz(TIME_ZONE).unwrap();
            assert!(!matches!(zoned.weekday(), Weekday::Saturday | Weekday::Sunday), "{zoned}");
            assert!(days_ago == 0 || (zoned.hour(), zoned.minute()) == (9, 30), "{zoned}");
        }
    }
}
