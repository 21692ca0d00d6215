//! What a policy document may say, and how one that contradicts itself is refused.

use crate::assessment::{Policy, PolicyError, describe, sentence};

fn refusal(document: &str) -> String {
    Policy::read_json(document).unwrap_err().to_string()
}

#[test]
fn a_document_that_contradicts_itself_is_refused_with_field_and_value() {
    let cases = [
        (r#"{ "attempts": { "default": 0 } }"#, "attempts.default must be from 1 to 1000, got 0"),
        (
            r#"{ "attempts": { "default": 1, "by_grade": { "9": 0 } } }"#,
            "attempts.by_grade.9 must be from 1 to 1000, got 0",
        ),
        (
            r#"{ "windows": [{ "opens": "2026-05-01", "closes": "2026-04-30" }] }"#,
            "window 1 closes on 2026-04-30, before it opens on 2026-05-01",
        ),
        (
            r#"{ "windows": [{ "opens": "11-03", "closes": "2026-04-30" }] }"#,
            "window 1 opens 11-03 and closes 2026-04-30: give the year of both or of neither",
        ),
        (
            r#"{ "windows": [{ "opens": "11-03", "closes": "05-08" }, { "opens": "2026-01-01", "closes": "2026-01-02" }] }"#,
            "windows of every year and windows of one year cannot stand in one policy",
        ),
        (
            r#"{ "earliest_dates": { "2": "01-06" } }"#,
            "earliest_dates.2 is a date of every year, which needs windows of every year",
        ),
        (
            r#"{ "validation": { "rule": "cut_with_confidence", "confidence": 0.4 } }"#,
            "validation.confidence must be from 0.5 to 0.999, got 0.4",
        ),
        (
            r#"{ "readiness": { "recommended_at": 1.0 } }"#,
            "readiness.recommended_at must be from 0.01 to 0.999, got 1",
        ),
        (r#"{ "inactivity_limit_minutes": 0 }"#, "inactivity_limit_minutes must be from 1 to 10080, got 0"),
        (r#"{ "retest_consent_grades": [40] }"#, "retest_consent_grades must be from 0 to 13, got 40"),
    ];
    for (document, expected) in cases {
        assert_eq!(refusal(document), expected, "{document}");
    }
}

#[test]
fn what_is_not_a_policy_is_unreadable_and_says_where() {
    let cases = [
        (r#"{ "windows": [{ "opens": "02-29", "closes": "05-08" }] }"#, "got \"02-29\""),
        (r#"{ "windows": [{ "opens": "3 Nov", "closes": "05-08" }] }"#, "got \"3 Nov\""),
        (r#"{ "atempts": 3 }"#, "unknown field `atempts`"),
        (r#"{ "attempts": { "default": "many" } }"#, "a number of attempts or \"unlimited\""),
        (r#"{ "attempts": { "default": -1 } }"#, "a number of attempts or \"unlimited\""),
        ("[]", "expected an object"),
        ("", "line 1 column 0"),
    ];
    for (document, part) in cases {
        let error = Policy::read_json(document).unwrap_err();
        assert!(matches!(error, PolicyError::Unreadable(_)), "{document}");
        assert!(error.to_string().contains(part), "{document}: {error}");
    }
}

#[test]
fn an_empty_document_is_a_policy_that_allows_everything() {
    let policy = Policy::read_json("{}").unwrap();
    assert_eq!(sentence(&policy), "Any number of attempts at any time, the highest counts");
}

#[test]
fn a_policy_says_in_sentences_what_it_means() {
    let policy = Policy::read_json(crate::assessment::bundled::OREGON_SUMMATIVE).unwrap();
    assert_eq!(
        describe(&policy),
        [
            "Up to 3 attempts (2 in grades 3 to 8) from 3 Nov to 8 May, the highest counts.",
            "Attempt 2 not before 6 Jan.",
            "Attempt 3 not before 3 Mar.",
            "20 minutes without an answer pause an attempt.",
            "What is unfinished when an attempt or its window ends is scored on the answers it has.",
            "An attempt with fewer than 5 answers does not count.",
            "Accelerated students may be assessed above their grade, from grade 11 on at grade level only.",
            "Students in grades 3 to 8 who met the standard are retested only with recorded consent.",
            "An estimate at or above the cut validates.",
            "Unlocking is recommended from a probability of 80 %, on at least 10 answers of the last 90 days.",
            "An unlock lives 14 days.",
            "After \"not yet\", a new unlock needs 10 new answers.",
        ]
    );
    let other = Policy::read_json(
        r#"{ "windows": [{ "opens": "2026-11-03", "closes": "2026-11-30" }, { "opens": "2027-04-01", "closes": "2027-04-30" }],
            "attempts": { "default": 1, "by_grade": { "4": "unlimited" } }, "counts": "latest", "days_between_attempts": 1,
            "validation": { "rule": "cut_with_confidence", "confidence": 0.9 } }"#,
    );
    let lines = describe(&other.unwrap());
    assert_eq!(
        lines[0],
        "Up to 1 attempt (any number in grade 4) from 3 Nov 2026 to 30 Nov 2026 and from 1 Apr 2027 to 30 Apr 2027, \
         the latest counts."
    );
    assert_eq!(lines[1], "At least 1 day from one attempt to the next.");
    assert!(
        lines.contains(&"A probability of at least 90 % of being at or above the cut validates.".to_owned())
    );
}
