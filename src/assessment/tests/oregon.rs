//! Oregon's policy, case by case, on the bundled file.

use super::scenario::{Scenario, at, completed};
use crate::assessment::bundled::OREGON_SUMMATIVE;
use crate::assessment::{
    Acceleration, AttemptState, NotCounted, Policy, StartRefusal, Wait, attempts_left, counting,
};
use crate::clock::Millis;

fn oregon(grade: u8) -> Scenario {
    Scenario::new(OREGON_SUMMATIVE, grade)
}

fn utc(text: &str) -> Millis {
    Millis(text.parse::<jiff::Timestamp>().unwrap().as_millisecond())
}

#[test]
fn the_window_opens_and_closes_at_midnight_of_the_schools_clock() {
    // 3 November 2024 is the day on which the clocks go back: it begins in daylight time, two hours early in UTC
    // terms of a careless reading. 8 May ends in daylight time.
    let cases = [
        ("2024-11-03T06:59:59.999Z", Err(utc("2024-11-03T07:00:00Z"))),
        ("2024-11-03T07:00:00Z", Ok(())),
        ("2025-05-09T06:59:59.999Z", Ok(())),
        ("2025-05-09T07:00:00Z", Err(utc("2025-11-03T08:00:00Z"))),
        // In 2025 the clocks go back on 2 November, so the window opens in standard time.
        ("2025-11-03T07:59:59.999Z", Err(utc("2025-11-03T08:00:00Z"))),
        ("2025-11-03T08:00:00Z", Ok(())),
        // New Year is inside.
        ("2026-01-01T08:00:00Z", Ok(())),
        ("2026-07-01T12:00:00Z", Err(utc("2026-11-03T08:00:00Z"))),
    ];
    for (now, expected) in cases {
        let outcome = oregon(10).start(utc(now)).map(|_| ());
        assert_eq!(outcome, expected.map_err(|opens_at| StartRefusal::WindowNotOpen { opens_at }), "{now}");
    }
}

#[test]
fn an_attempt_expires_when_its_window_closes() {
    let permit = oregon(10).start(at("2025-05-08T23:59")).unwrap();
    assert_eq!(permit.expires_at, Some(at("2025-05-09T00:00")));
    let across_new_year = oregon(10).start(at("2024-12-31T12:00")).unwrap();
    assert_eq!(across_new_year.expires_at, Some(at("2025-05-09T00:00")));
}

#[test]
fn the_ceiling_depends_on_the_grade() {
    for (grade, allowed) in [(3, 2), (8, 2), (9, 3), (10, 3), (11, 3), (12, 3)] {
        let mut student = oregon(grade);
        for used in 0..allowed {
            let now = at("2025-04-01T09:00").plus(i64::from(used) * 86_400_000);
            let permit = student.start(now).unwrap();
            assert_eq!(
                (permit.number, permit.left_after),
                (used + 1, Some(allowed - used - 1)),
                "grade {grade}"
            );
            student.attempts.push(completed(used + 1, now, 0.0));
        }
        let refusal = student.start(at("2025-04-20T09:00")).unwrap_err();
        let opens_at = Some(at("2025-11-03T00:00"));
        assert_eq!(refusal, StartRefusal::NoAttemptsLeft { allowed, opens_at }, "grade {grade}");
        // The next year's window brings new attempts, numbered on.
        assert_eq!(student.start(at("2025-11-03T00:00")).unwrap().number, allowed + 1);
    }
}

#[test]
fn attempts_2_and_3_have_earliest_dates() {
    let second = oregon(10).took("2024-11-10", 0.0);
    let too_soon = |opens_at| Err(StartRefusal::TooSoon { opens_at, wait: Wait::EarliestDate });
    assert_eq!(second.start(at("2024-12-01T09:00")), too_soon(at("2025-01-06T00:00")));
    assert_eq!(second.start(at("2025-01-05T23:59")), too_soon(at("2025-01-06T00:00")));
    assert_eq!(second.start(at("2025-01-06T00:00")).unwrap().number, 2);
    let third = second.took("2025-01-06", 0.0);
    assert_eq!(third.start(at("2025-03-02T23:59")), too_soon(at("2025-03-03T00:00")));
    assert_eq!(third.start(at("2025-03-03T00:00")).unwrap().number, 3);
}

#[test]
fn an_attempt_that_was_given_back_is_the_same_attempt_again() {
    let mut student = oregon(10).took("2024-11-10", 0.0);
    student.attempts[0].state = AttemptState::Reset;
    // Still the first: no earliest date applies, but its number is its own.
    let permit = student.start(at("2024-11-11T09:00")).unwrap();
    assert_eq!((permit.number, permit.left_after), (2, Some(2)));
    // An invalidated one has used up its place.
    student.attempts[0].state = AttemptState::Invalidated;
    assert!(matches!(student.start(at("2024-11-11T09:00")), Err(StartRefusal::TooSoon { .. })));
}

#[test]
fn the_best_score_counts_whatever_the_grade_of_the_test() {
    // Grade 7 takes the tests of grade 7, then 8; the scores stand on one vertical scale.
    let mut attempts = oregon(7).took("2024-11-10", 0.9).took("2025-01-10", 0.4).attempts;
    attempts[1].grade = 8;
    let policy = Policy::read_json(OREGON_SUMMATIVE).unwrap();
    let result = counting(&policy, &attempts);
    assert_eq!(result.counts.unwrap().number, 1);
    assert_eq!(result.why, "Attempt 1 counts: it is the highest.");
}

#[test]
fn only_accelerated_students_are_assessed_above_grade_and_none_from_grade_11_on() {
    use Acceleration::{Accelerated, None};
    let cases = [
        (7, None, 7, true),
        (7, None, 8, false),
        (7, Accelerated, 8, true),
        (8, Accelerated, 11, true),
        (10, Accelerated, 11, true),
        (11, Accelerated, 12, false),
        (11, Accelerated, 11, true),
        (12, Accelerated, 13, false),
        (11, None, 11, true),
        // Never below.
        (8, Accelerated, 7, false),
        (12, None, 11, false),
    ];
    for (grade, acceleration, test_grade, opens) in cases {
        let mut student = oregon(grade);
        student.acceleration = acceleration;
        student.offered_grades = vec![test_grade];
        let outcome = student.start(at("2025-02-01T09:00"));
        let expected = match (opens, test_grade < grade) {
            (true, _) => Ok(()),
            (false, true) => Err(StartRefusal::OtherGrade { grade }),
            (false, false) => Err(StartRefusal::AboveGrade { grade }),
        };
        assert_eq!(outcome.map(|_| ()), expected, "grade {grade}, {acceleration:?}, test {test_grade}");
    }
}

#[test]
fn a_student_of_grades_3_to_8_who_met_the_standard_is_retested_only_with_consent() {
    let now = at("2025-02-01T09:00");
    let student = |grade: u8, theta: f64, consents: &[&str]| {
        let mut student = oregon(grade).took("2024-11-10", theta);
        student.cut = Some(0.5);
        student.consents = consents.iter().map(|text| at(text)).collect();
        student.start(now).map(|_| ())
    };
    assert_eq!(student(5, 0.5, &[]), Err(StartRefusal::ConsentNeeded));
    assert_eq!(student(5, 0.5, &["2024-11-20T08:00"]), Ok(()));
    // A consent from before the standard was met says nothing about a retest.
    assert_eq!(student(5, 0.5, &["2024-10-01T08:00"]), Err(StartRefusal::ConsentNeeded));
    assert_eq!(student(5, 0.49, &[]), Ok(()));
    assert_eq!(student(3, 0.6, &[]), Err(StartRefusal::ConsentNeeded));
    assert_eq!(student(8, 0.6, &[]), Err(StartRefusal::ConsentNeeded));
    assert_eq!(student(9, 0.6, &[]), Ok(()));
}

#[test]
fn each_retest_needs_a_consent_of_its_own() {
    let now = at("2025-05-01T09:00");
    let mut policy: serde_json::Value = serde_json::from_str(OREGON_SUMMATIVE).unwrap();
    policy["attempts"] = serde_json::json!({"default": "unlimited"});
    let policy = policy.to_string();
    // Met the standard in November; retested in January with this result.
    let student = |retest: f64, consents: &[&str]| {
        let mut student = Scenario::new(&policy, 5).took("2024-11-10", 0.6).took("2025-01-10", retest);
        student.cut = Some(0.5);
        student.consents = consents.iter().map(|text| at(text)).collect();
        student
    };
    for retest in [0.7, 0.3] {
        let used = student(retest, &["2024-11-20T08:00"]);
        assert_eq!(used.start(now).map(|_| ()), Err(StartRefusal::ConsentNeeded), "{retest}");
        // Two consents before the retest are still for that retest.
        let both = student(retest, &["2024-11-20T08:00", "2024-11-21T08:00"]);
        assert_eq!(both.start(now).map(|_| ()), Err(StartRefusal::ConsentNeeded), "{retest}");
        let second = student(retest, &["2024-11-20T08:00", "2025-01-20T08:00"]);
        assert_eq!(second.start(now).map(|_| ()), Ok(()), "{retest}");
        // What was given back used no consent.
        let mut reset = student(retest, &["2024-11-20T08:00"]);
        reset.attempts[1].state = AttemptState::Reset;
        assert_eq!(reset.start(now).map(|_| ()), Ok(()), "{retest}");
    }
}

#[test]
fn fewer_than_5_answers_are_no_participation() {
    let mut attempts = oregon(10).took("2024-11-10", 2.0).took("2025-01-10", 0.4).attempts;
    let policy = Policy::read_json(OREGON_SUMMATIVE).unwrap();
    for (answered, counts) in [(4, 2), (5, 1)] {
        attempts[0].answered = answered;
        let result = counting(&policy, &attempts);
        assert_eq!(result.counts.unwrap().number, counts, "{answered} answers");
        let reasons: Vec<NotCounted> = result.left_out.iter().map(|left| left.because).collect();
        assert_eq!(reasons.is_empty(), counts == 1);
    }
    // It has used up its place all the same, until it is given back.
    attempts[0].answered = 4;
    let now = at("2025-02-01T09:00");
    assert_eq!(attempts_left(&policy, 10, &attempts, &super::scenario::pacific(), now), Some(1));
}

#[test]
fn twenty_minutes_without_activity_pause_an_attempt() {
    let policy = Policy::read_json(OREGON_SUMMATIVE).unwrap();
    assert_eq!(policy.inactivity_limit_ms(), 20 * 60_000);
}

#[test]
fn what_is_unfinished_when_the_window_closes_is_scored() {
    let policy = Policy::read_json(OREGON_SUMMATIVE).unwrap();
    let mut attempts = oregon(10).took("2024-11-10", 0.1).took("2025-05-08", 0.8).attempts;
    attempts[1].state = AttemptState::InProgress;
    attempts[1].finished_at = None;
    assert_eq!(counting(&policy, &attempts).counts.unwrap().number, 1);
    attempts[1].state = AttemptState::Expired;
    attempts[1].finished_at = Some(at("2025-05-09T00:00"));
    assert_eq!(counting(&policy, &attempts).counts.unwrap().number, 2);
    attempts[1].answered = 4;
    assert_eq!(counting(&policy, &attempts).counts.unwrap().number, 1);
}
