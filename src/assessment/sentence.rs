//! A policy in words: one sentence for the heading, and one line for every further term.

use std::collections::BTreeMap;

use super::policy::{
    AboveGrade, AttemptAllowance, AttemptLimit, Policy, PolicyTerms, Unfinished, ValidationRule, WhichCounts,
};

/// The heading: `Up to 3 attempts from 3 Nov to 8 May, the highest counts`.
#[must_use]
pub fn sentence(policy: &Policy) -> String {
    let terms = policy.terms();
    let windows: Vec<String> =
        terms.windows.iter().map(|window| format!("from {} to {}", window.opens, window.closes)).collect();
    let when = if windows.is_empty() { "at any time".to_owned() } else { joined(&windows) };
    let counts = match terms.counts {
        WhichCounts::Highest => "the highest counts",
        WhichCounts::Latest => "the latest counts",
        WhichCounts::First => "the first counts",
    };
    format!("{} {when}, {counts}", attempts(&terms.attempts))
}

/// Every term, one sentence a line, the heading first.
#[must_use]
pub fn describe(policy: &Policy) -> Vec<String> {
    let terms = policy.terms();
    let mut lines = vec![format!("{}.", sentence(policy))];
    lines.extend(waiting(terms));
    lines.push(format!(
        "{} without an answer pause an attempt.",
        counted(terms.inactivity_limit_minutes, "minute")
    ));
    lines.extend(ending(terms));
    lines.extend(grades(terms));
    lines.push(match terms.validation {
        ValidationRule::EstimateAtCut => "An estimate at or above the cut validates.".to_owned(),
        ValidationRule::CutWithConfidence { confidence } => {
            format!(
                "A probability of at least {} % of being at or above the cut validates.",
                percent(confidence)
            )
        }
    });
    let readiness = &terms.readiness;
    lines.push(format!(
        "Unlocking is recommended from a probability of {} %, on at least {} of the last {}.",
        percent(readiness.recommended_at),
        counted(readiness.minimum_answers, "answer"),
        counted(u32::from(readiness.evidence_days), "day"),
    ));
    lines.push(format!("An unlock lives {}.", counted(u32::from(terms.unlock.lifetime_days), "day")));
    if terms.unlock.new_answers_after_not_yet > 0 {
        let needed = counted(terms.unlock.new_answers_after_not_yet, "new answer");
        lines.push(format!("After \"not yet\", a new unlock needs {needed}."));
    }
    lines
}

fn attempts(allowance: &AttemptAllowance) -> String {
    let default = match allowance.default {
        AttemptLimit::AtMost(limit) => format!("Up to {}", counted(limit, "attempt")),
        AttemptLimit::Unlimited => "Any number of attempts".to_owned(),
    };
    let mut by_limit: BTreeMap<Option<u32>, Vec<u8>> = BTreeMap::new();
    for (&grade, limit) in &allowance.by_grade {
        by_limit.entry(limit.left(0)).or_default().push(grade);
    }
    let exceptions: Vec<String> = by_limit
        .iter()
        .map(|(limit, grades)| {
            let number = limit.map_or_else(|| "any number".to_owned(), |limit| limit.to_string());
            format!("{number} in {}", grade_words(grades))
        })
        .collect();
    if exceptions.is_empty() { default } else { format!("{default} ({})", exceptions.join(", ")) }
}

fn waiting(terms: &PolicyTerms) -> Vec<String> {
    let mut lines: Vec<String> = terms
        .earliest_dates
        .iter()
        .map(|(attempt, date)| format!("Attempt {attempt} not before {date}."))
        .collect();
    if terms.days_between_attempts > 0 {
        let days = counted(u32::from(terms.days_between_attempts), "day");
        lines.push(format!("At least {days} from one attempt to the next."));
    }
    lines
}

fn ending(terms: &PolicyTerms) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(days) = terms.attempt_lifetime_days {
        lines.push(format!("An attempt ends {} after its start.", counted(u32::from(days), "day")));
    }
    lines.push(match terms.unfinished {
        Unfinished::Scored => {
            "What is unfinished when an attempt or its window ends is scored on the answers it has."
                .to_owned()
        }
        Unfinished::NotScored => {
            "What is unfinished when an attempt or its window ends is not scored.".to_owned()
        }
    });
    if terms.minimum_answers > 1 {
        let least = counted(terms.minimum_answers, "answer");
        lines.push(format!("An attempt with fewer than {least} does not count."));
    }
    lines
}

fn grades(terms: &PolicyTerms) -> Vec<String> {
    let until = match terms.grade_rule.at_grade_level_from {
        Some(grade) => format!(", from grade {grade} on at grade level only"),
        None => String::new(),
    };
    let mut lines = match terms.grade_rule.above_grade {
        AboveGrade::Nobody => Vec::new(),
        AboveGrade::Accelerated => {
            vec![format!("Accelerated students may be assessed above their grade{until}.")]
        }
        AboveGrade::Anybody => vec![format!("Students may be assessed above their grade{until}.")],
    };
    if !terms.retest_consent_grades.is_empty() {
        let grades = grade_words(&terms.retest_consent_grades);
        lines.push(format!(
            "Students in {grades} who met the standard are retested only with recorded consent."
        ));
    }
    lines
}

/// `grade 4`, `grades 3 to 8`, `grades 3 to 5, 7 and 8`.
fn grade_words(grades: &[u8]) -> String {
    let is_one = grades.iter().all(|grade| Some(grade) == grades.first());
    format!("{} {}", if is_one { "grade" } else { "grades" }, grade_ranges(grades))
}

/// `4`, `3 to 8`, `3 to 5, 7 and 8`.
#[must_use]
pub fn grade_ranges(grades: &[u8]) -> String {
    let mut sorted = grades.to_vec();
    sorted.sort_unstable();
    sorted.dedup();
    let mut runs: Vec<(u8, u8)> = Vec::new();
    for grade in sorted.iter().copied() {
        match runs.last_mut() {
            Some((_, last)) if *last + 1 == grade => *last = grade,
            _ => runs.push((grade, grade)),
        }
    }
    let words: Vec<String> = runs
        .into_iter()
        .flat_map(|(first, last)| match last - first {
            0 => vec![first.to_string()],
            1 => vec![first.to_string(), last.to_string()],
            _ => vec![format!("{first} to {last}")],
        })
        .collect();
    joined(&words)
}

/// `a`, `a and b`, `a, b and c`.
fn joined(words: &[String]) -> String {
    match words {
        [] => String::new(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

fn counted(number: u32, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
}

fn percent(probability: f64) -> f64 {
    (probability * 1_000.0).round() / 10.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grades_read_as_ranges() {
        assert_eq!(grade_words(&[4]), "grade 4");
        assert_eq!(grade_words(&[8, 3, 4, 5, 6, 7]), "grades 3 to 8");
        assert_eq!(grade_words(&[3, 4, 5, 7, 8]), "grades 3 to 5, 7 and 8");
    }
}
