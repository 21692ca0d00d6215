//! Numbers and times as words: dates in the school's time zone, percentages, places on the trail.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::drawing::{Trail, TrailPlace};
use crate::clock::Millis;
use crate::delivery::DeliveryError;

/// A place on the trail in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlaceWords {
    /// "Level 4 of 8: Comparing fractions".
    pub level: String,
    /// "Most likely between level 3 and level 5."
    pub band: String,
}

/// The place that a trail shows, in words.
#[must_use]
pub fn place_words(trail: &Trail) -> Option<PlaceWords> {
    trail.here.map(|place| place_words_of(trail, place))
}

/// A place on a trail, in words.
#[must_use]
pub fn place_words_of(trail: &Trail, place: TrailPlace) -> PlaceWords {
    let level = trail.level_of(place.theta);
    let (low, high) = trail.band_levels(place);
    let name = trail.levels.get(level).map_or("", |level| level.name.as_str());
    let band = if low == high {
        format!("Most likely in level {}.", low + 1)
    } else {
        format!("Most likely between level {} and level {}.", low + 1, high + 1)
    };
    PlaceWords { level: format!("Level {} of {}: {name}", level + 1, trail.levels.len()), band }
}

/// "Mon 3 Nov 2026".
#[must_use]
pub fn date(at: Millis, zone: &TimeZone) -> String {
    format(at, zone, "%a %-d %b %Y")
}

/// The last day before an instant at which something is over: "Mon 3 Nov 2026".
#[must_use]
pub fn last_day(over_at: Millis, zone: &TimeZone) -> String {
    date(over_at.plus(-1), zone)
}

/// "3 Nov", for charts.
#[must_use]
pub fn short_date(at: Millis, zone: &TimeZone) -> String {
    format(at, zone, "%-d %b")
}

/// "Mon 3 Nov 2026, 2:05 pm".
#[must_use]
pub fn date_time(at: Millis, zone: &TimeZone) -> String {
    format(at, zone, "%a %-d %b %Y, %-I:%M %P")
}

/// "2026-11-03", for date fields.
#[must_use]
pub fn field_date(at: Millis, zone: &TimeZone) -> String {
    format(at, zone, "%Y-%m-%d")
}

/// "3 min ago", "2 h ago", "5 days ago"; "just now" below a minute.
#[must_use]
pub fn ago(at: Millis, now: Millis) -> String {
    let minutes = now.since(at).max(0) / 60_000;
    match minutes {
        0 => "just now".to_owned(),
        1..60 => format!("{minutes} min ago"),
        60..1_440 => format!("{} h ago", minutes / 60),
        1_440..2_880 => "yesterday".to_owned(),
        _ => format!("{} days ago", minutes / 1_440),
    }
}

/// "83 %", kept on one line; never "0 %" or "100 %" for what is not certain.
#[must_use]
pub fn percent(probability: f64) -> String {
    match probability * 100.0 {
        value if value > 0.0 && value < 1.0 => "under 1\u{a0}%".to_owned(),
        value if value > 99.0 && value < 100.0 => "over 99\u{a0}%".to_owned(),
        value => format!("{value:.0}\u{a0}%"),
    }
}

/// Two decimals with a true minus sign.
#[must_use]
pub fn decimal(value: f64) -> String {
    let text = format!("{value:.2}");
    if text == "-0.00" { "0.00".to_owned() } else { text.replace('-', "−") }
}

/// "1 attempt", "3 attempts".
#[must_use]
pub fn counted(count: usize, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}

/// A message that begins like an error's, in lower case and without a full stop, as a sentence.
#[must_use]
pub fn sentence(message: &str) -> String {
    let mut letters = message.chars();
    let first: String = letters.next().map(|letter| letter.to_uppercase().collect()).unwrap_or_default();
    let end = if message.is_empty() || message.ends_with(['.', '!', '?', ':']) { "" } else { "." };
    format!("{first}{}{end}", letters.as_str())
}

/// Why something was not done, as a sentence; a field by its name in words.
#[must_use]
pub fn refusal(error: &DeliveryError) -> String {
    match error {
        DeliveryError::Invalid { field, must } => sentence(&format!("{} {must}", field.replace('_', " "))),
        other => sentence(&other.to_string()),
    }
}

/// "Try 2 counts: it is the highest.": a sentence about an attempt in a student's words.
#[must_use]
pub fn as_try(sentence: &str) -> String {
    sentence.replacen("Attempt ", "Try ", 1)
}

fn format(at: Millis, zone: &TimeZone, pattern: &str) -> String {
    match Timestamp::from_millisecond(at.0) {
        Ok(timestamp) => zone.to_datetime(timestamp).strftime(pattern).to_string(),
        Err(_) => "–".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_told_in_the_zone_of_the_school() {
        let zone = TimeZone::get("America/Los_Angeles").unwrap();
        let at = Millis(1_793_658_300_000); // 2026-11-02T21:05:00-08:00
        assert_eq!(date(at, &zone), "Mon 2 Nov 2026");
        assert_eq!(date_time(at, &zone), "Mon 2 Nov 2026, 2:25 pm");
        assert_eq!(field_date(at, &zone), "2026-11-02");
    }

    #[test]
    fn what_is_not_certain_is_never_told_as_certain() {
        assert_eq!(percent(0.999), "over 99\u{a0}%");
        assert_eq!(percent(0.001), "under 1\u{a0}%");
        assert_eq!(percent(0.834), "83\u{a0}%");
        assert_eq!(percent(1.0), "100\u{a0}%");
    }

    #[test]
    fn a_message_becomes_a_sentence() {
        assert_eq!(sentence("there is no bank small"), "There is no bank small.");
        assert_eq!(sentence("\u{e9}tude 1 ended."), "\u{c9}tude 1 ended.");
        assert_eq!(sentence(""), "");
        let invalid = DeliveryError::Invalid { field: "minimum_answers", must: "must be above 0".to_owned() };
        assert_eq!(refusal(&invalid), "Minimum answers must be above 0.");
    }

    #[test]
    fn a_student_reads_of_tries() {
        assert_eq!(as_try("Attempt 2 counts: it is the highest."), "Try 2 counts: it is the highest.");
    }

    #[test]
    fn the_past_is_told_shortly() {
        let now = Millis(10_000_000_000);
        assert_eq!(ago(Millis(now.0 - 59_000), now), "just now");
        assert_eq!(ago(Millis(now.0 - 3 * 60_000), now), "3 min ago");
        assert_eq!(ago(Millis(now.0 - 26 * 3_600_000), now), "yesterday");
        assert_eq!(ago(Millis(now.0 + 5_000), now), "just now");
    }

    #[test]
    fn decimals_have_a_true_minus() {
        assert_eq!(decimal(-0.5), "−0.50");
        assert_eq!(decimal(-0.001), "0.00");
        assert_eq!(counted(1, "attempt"), "1 attempt");
    }
}
