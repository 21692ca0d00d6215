//! Windows across daylight saving, waiting, unlocks, changed policies: what Oregon's policy does not show.

use jiff::tz::TimeZone;

use super::scenario::{Scenario, at, completed};
use crate::assessment::{AttemptState, Purpose, StartRefusal, Unlock, Wait};
use crate::clock::Millis;

fn utc(text: &str) -> Millis {
    Millis(text.parse::<jiff::Timestamp>().unwrap().as_millisecond())
}

fn opens_at(policy: &str, zone: &str, before: &str) -> Millis {
    let mut student = Scenario::new(policy, 4);
    student.time_zone = TimeZone::posix(zone).unwrap();
    student.start(utc(before)).unwrap_err().opens_at().unwrap()
}

#[test]
fn a_day_whose_midnight_is_skipped_begins_when_the_clocks_land() {
    // Clocks jump from 00:00 to 01:00 on Sunday 8 March 2026 (as they did in several zones at midnight).
    let policy = r#"{ "windows": [{ "opens": "2026-03-08", "closes": "2026-03-20" }] }"#;
    let zone = "CST5CDT,M3.2.0/0,M11.1.0/1";
    assert_eq!(opens_at(policy, zone, "2026-03-01T00:00:00Z"), utc("2026-03-08T05:00:00Z"));
}

#[test]
fn a_day_whose_midnight_happens_twice_begins_at_the_first() {
    // Clocks fall from 01:00 back to 00:00 on Sunday 1 November 2026: midnight is 04:00Z and again 05:00Z.
    let policy = r#"{ "windows": [{ "opens": "2026-11-01", "closes": "2026-11-20" }] }"#;
    let zone = "CST5CDT,M3.2.0/0,M11.1.0/1";
    assert_eq!(opens_at(policy, zone, "2026-10-01T00:00:00Z"), utc("2026-11-01T04:00:00Z"));
}

#[test]
fn a_window_across_a_change_of_clocks_is_whole_days_long() {
    let mut student =
        Scenario::new(r#"{ "windows": [{ "opens": "2026-03-07", "closes": "2026-03-08" }] }"#, 4);
    student.time_zone = super::scenario::pacific();
    let permit = student.start(at("2026-03-07T00:00")).unwrap();
    // 47 hours, not 48: an hour of 8 March does not exist.
    assert_eq!(permit.expires_at, Some(at("2026-03-07T00:00").plus(47 * 3_600_000)));
}

#[test]
fn after_the_last_window_nothing_opens() {
    let student = Scenario::new(r#"{ "windows": [{ "opens": "2026-03-07", "closes": "2026-03-08" }] }"#, 4);
    assert_eq!(student.start(at("2026-03-09T00:00")), Err(StartRefusal::WindowsOver));
}

#[test]
fn days_between_attempts_are_days_of_the_calendar() {
    let policy = r#"{ "days_between_attempts": 2 }"#;
    let mut student = Scenario::new(policy, 4);
    // Ends half an hour after midnight: 10 January, not 9.
    student.attempts.push(completed(1, at("2026-01-09T23:30"), 0.0));
    let opens_at = at("2026-01-12T00:00");
    let refusal = StartRefusal::TooSoon { opens_at, wait: Wait::DaysBetweenAttempts };
    assert_eq!(student.start(at("2026-01-11T23:59")), Err(refusal));
    assert!(student.start(opens_at).is_ok());
}

#[test]
fn the_later_of_two_waits_is_the_one_told() {
    let policy = r#"{ "windows": [{ "opens": "2026-01-01", "closes": "2026-06-30" }],
        "days_between_attempts": 30, "earliest_dates": { "2": "2026-02-01" } }"#;
    let wait = |day: &str| Scenario::new(policy, 4).took(day, 0.0).start(at("2026-01-31T23:00")).unwrap_err();
    let earliest = StartRefusal::TooSoon { opens_at: at("2026-02-01T00:00"), wait: Wait::EarliestDate };
    let between = StartRefusal::TooSoon { opens_at: at("2026-02-19T00:00"), wait: Wait::DaysBetweenAttempts };
    assert_eq!(wait("2026-01-01"), earliest);
    assert_eq!(wait("2026-01-20"), between);
}

#[test]
fn a_wait_past_the_windows_close_points_to_the_next_window() {
    let policy = r#"{ "windows": [{ "opens": "2026-01-01", "closes": "2026-01-31" },
        { "opens": "2026-05-01", "closes": "2026-05-31" }], "days_between_attempts": 30 }"#;
    let student = Scenario::new(policy, 4).took("2026-01-20", 0.0);
    let refusal = StartRefusal::WindowNotOpen { opens_at: at("2026-05-01T00:00") };
    assert_eq!(student.start(at("2026-01-25T09:00")), Err(refusal));
}

#[test]
fn an_open_attempt_is_continued_not_joined_by_another() {
    for state in [AttemptState::InProgress, AttemptState::Paused] {
        let mut student = Scenario::new("{}", 4).took("2026-01-20", 0.0);
        student.attempts[0].state = state;
        let refusal = StartRefusal::AttemptOpen { attempt_id: "attempt-1".to_owned(), number: 1 };
        assert_eq!(student.start(at("2026-01-25T09:00")), Err(refusal));
    }
}

#[test]
fn a_validation_opens_only_with_a_live_unlock_of_its_own() {
    let now = at("2026-01-25T09:00");
    let unlock = |id: &str, expires_at| Unlock {
        id: id.to_owned(),
        granted_at: at("2026-01-20T09:00"),
        expires_at,
        revoked_at: None,
        used_by_attempt: None,
    };
    let live = unlock("live", at("2026-01-30T00:00"));
    let start = |unlocks: Vec<Unlock>| {
        let mut student = Scenario::new("{}", 4);
        student.purpose = Purpose::Validation;
        student.unlocks = unlocks;
        student.start(now).map(|permit| permit.unlock_id)
    };
    assert_eq!(start(vec![]), Err(StartRefusal::UnlockNeeded));
    assert_eq!(start(vec![live.clone()]), Ok(Some("live".to_owned())));
    assert_eq!(start(vec![unlock("expired", now)]), Err(StartRefusal::UnlockNeeded));
    assert_eq!(
        start(vec![Unlock { revoked_at: Some(now), ..live.clone() }]),
        Err(StartRefusal::UnlockNeeded)
    );
    let used = Unlock { used_by_attempt: Some("attempt-1".to_owned()), ..live.clone() };
    assert_eq!(start(vec![used]), Err(StartRefusal::UnlockNeeded));
    // Of two, the one that ends first is used.
    let sooner = unlock("sooner", at("2026-01-26T00:00"));
    assert_eq!(start(vec![live, sooner]), Ok(Some("sooner".to_owned())));
}

#[test]
fn an_unlock_of_before_a_not_yet_opens_nothing() {
    let start = |theta, granted_at: &str| {
        let mut student = Scenario::new("{}", 4).took("2026-01-20", theta);
        student.purpose = Purpose::Validation;
        student.attempts[0].purpose = Purpose::Validation;
        student.cut = Some(0.5);
        student.unlocks = vec![Unlock {
            id: "u".to_owned(),
            granted_at: at(granted_at),
            expires_at: at("2026-01-30T00:00"),
            revoked_at: None,
            used_by_attempt: None,
        }];
        student.start(at("2026-01-25T09:00")).map(|permit| permit.unlock_id)
    };
    // The attempt ended at one o'clock.
    assert_eq!(start(0.4, "2026-01-20T12:59"), Err(StartRefusal::UnlockNeeded));
    assert_eq!(start(0.4, "2026-01-20T13:00"), Ok(Some("u".to_owned())));
    assert_eq!(start(0.6, "2026-01-20T12:59"), Ok(Some("u".to_owned())), "it was validated");
}

#[test]
fn a_ceiling_lowered_between_attempts_leaves_nothing_and_takes_nothing_away() {
    let mut student = Scenario::new(r#"{ "attempts": { "default": 3 } }"#, 4)
        .took("2026-01-10", 0.0)
        .took("2026-01-11", 0.4)
        .took("2026-01-12", 0.1);
    student.policy = crate::assessment::Policy::read_json(r#"{ "attempts": { "default": 2 } }"#).unwrap();
    let now = at("2026-01-25T09:00");
    assert_eq!(student.start(now), Err(StartRefusal::NoAttemptsLeft { allowed: 2, opens_at: None }));
    let result = crate::assessment::counting(&student.policy, &student.attempts);
    assert_eq!((result.counts.unwrap().number, result.eligible), (2, 3));
    student.policy =
        crate::assessment::Policy::read_json(r#"{ "attempts": { "default": "unlimited" } }"#).unwrap();
    let permit = student.start(now).unwrap();
    assert_eq!((permit.number, permit.left_after), (4, None));
}

#[test]
fn the_lifetime_of_an_attempt_ends_with_its_window_at_the_latest() {
    let policy =
        r#"{ "windows": [{ "opens": "2026-01-01", "closes": "2026-01-31" }], "attempt_lifetime_days": 7 }"#;
    let expires_at = |now: &str| Scenario::new(policy, 4).start(at(now)).unwrap().expires_at;
    assert_eq!(expires_at("2026-01-10T09:00"), Some(at("2026-01-17T09:00")));
    assert_eq!(expires_at("2026-01-28T09:00"), Some(at("2026-02-01T00:00")));
    assert_eq!(Scenario::new("{}", 4).start(at("2026-01-28T09:00")).unwrap().expires_at, None);
}
