//! Which attempt counts, and what stands beside it.

use item_bank::NormalPrior;
use proptest::prelude::*;

use super::scenario::{at, completed};
use crate::assessment::Purpose;
use crate::assessment::{
    AttemptScore, AttemptState, AttemptSummary, NotCounted, Policy, PolicyTerms, WhichCounts, combine,
    counting, expected_gain_of_best,
};

fn policy(counts: WhichCounts) -> Policy {
    Policy::try_from(PolicyTerms { counts, ..PolicyTerms::default() }).unwrap()
}

fn attempts(thetas: &[f64]) -> Vec<AttemptSummary> {
    let start = at("2025-01-10T09:00");
    (1..)
        .zip(thetas)
        .map(|(number, &theta)| completed(number, start.plus(i64::from(number)), theta))
        .collect()
}

fn check(counts: WhichCounts, thetas: &[f64], number: u32, why: &str) {
    let mut attempts = attempts(thetas);
    attempts.reverse(); // the order they are handed in says nothing
    let result = counting(&policy(counts), &attempts);
    assert_eq!(result.counts.map(|counting| counting.number), Some(number), "{counts:?} of {thetas:?}");
    assert_eq!(result.why, why);
}

#[test]
fn the_policy_says_which_attempt_counts() {
    check(WhichCounts::Highest, &[0.1, 0.7, 0.3], 2, "Attempt 2 counts: it is the highest.");
    check(WhichCounts::Latest, &[0.1, 0.7, 0.3], 3, "Attempt 3 counts: it is the latest.");
    check(WhichCounts::First, &[0.1, 0.7, 0.3], 1, "Attempt 1 counts: it is the first.");
    check(WhichCounts::Highest, &[0.1], 1, "Attempt 1 counts: it is the only one so far that can.");
}

#[test]
fn of_equal_scores_the_earliest_counts() {
    let why = "Attempt 2 counts: it is the earliest of the highest.";
    check(WhichCounts::Highest, &[0.1, 0.7, 0.3, 0.7], 2, why);
}

#[test]
fn zero_attempts_have_a_defined_result() {
    let result = counting(&policy(WhichCounts::Highest), &[]);
    assert_eq!((result.counts, result.combined, result.eligible), (None, None, 0));
    assert_eq!((result.why.as_str(), result.expected_gain_of_best), ("No attempt yet.", 0.0));
}

#[test]
fn what_cannot_count_is_left_out_with_its_reason() {
    let states = [
        (AttemptState::InProgress, NotCounted::Open),
        (AttemptState::Paused, NotCounted::Open),
        (AttemptState::Invalidated, NotCounted::Invalidated),
        (AttemptState::Reset, NotCounted::GivenBack),
    ];
    for (state, because) in states {
        let mut attempts = attempts(&[2.0, 0.3]);
        attempts[0].state = state;
        let result = counting(&policy(WhichCounts::Highest), &attempts);
        assert_eq!(result.counts.unwrap().number, 2, "{state}");
        assert_eq!(
            result.left_out.iter().map(|left| (left.number, left.because)).collect::<Vec<_>>(),
            [(1, because)]
        );
        assert_eq!(result.combined.unwrap().theta, 0.3);
        let alone = counting(&policy(WhichCounts::Highest), &attempts[..1]);
        assert_eq!((alone.counts, alone.why.as_str()), (None, "No attempt counts yet."));
    }
}

#[test]
fn a_validation_counts_only_with_its_plan_met() {
    let ended = |purpose, state, plan_met| {
        let attempt = AttemptSummary { purpose, state, plan_met, ..attempts(&[0.3])[0].clone() };
        let result = counting(&policy(WhichCounts::Highest), &[attempt]);
        result.counts.map(|counts| counts.number).ok_or_else(|| result.left_out[0].because)
    };
    for state in [AttemptState::Completed, AttemptState::Expired] {
        assert_eq!(ended(Purpose::Validation, state, false), Err(NotCounted::Incomplete), "{state}");
        assert_eq!(ended(Purpose::Validation, state, true), Ok(1), "{state}");
        // A self-levelling test is participation from the policy's minimum on, whole or not.
        assert_eq!(ended(Purpose::SelfLevelling, state, false), Ok(1), "{state}");
    }
    assert_eq!(ended(Purpose::Validation, AttemptState::InProgress, false), Err(NotCounted::Open));
}

#[test]
fn a_policy_changed_between_attempts_counts_all_of_them_by_its_present_terms() {
    // Taken under "latest counts" with three attempts; the present policy allows one and counts the highest.
    let attempts = attempts(&[0.9, 0.2, 0.4]);
    assert_eq!(counting(&policy(WhichCounts::Latest), &attempts).counts.unwrap().number, 3);
    let terms = PolicyTerms { minimum_answers: 21, ..PolicyTerms::default() };
    assert_eq!(counting(&policy(WhichCounts::Highest), &attempts).counts.unwrap().number, 1);
    let stricter = Policy::try_from(terms).unwrap();
    assert_eq!(counting(&stricter, &attempts).counts, None);
}

#[test]
fn the_expected_gain_of_the_best_is_that_of_normal_order_statistics() {
    // E[max of k standard normals]: Harter (1961), Biometrika 48, 151–165, table 1.
    let table = [(1, 0.0), (2, 0.56419), (3, 0.84628), (4, 1.02938), (5, 1.16296), (10, 1.53875)];
    for (attempts, expected) in table {
        let scores = vec![AttemptScore { theta: 0.0, standard_error: 0.3, prior: None }; attempts];
        let gain = expected_gain_of_best(&scores);
        assert!((gain - 0.3 * expected).abs() < 2e-6, "{attempts} attempts: {gain}");
    }
    // Unequal errors: E[max(X, Y)] = √((σ₁² + σ₂²) / (2π)) (Clark, 1961).
    let score = |standard_error| AttemptScore { theta: 0.0, standard_error, prior: None };
    let exact = ((0.04 + 0.25) / std::f64::consts::TAU).sqrt();
    assert!((expected_gain_of_best(&[score(0.2), score(0.5)]) - exact).abs() < 1e-6);
}

#[test]
fn the_combined_estimate_takes_each_prior_out_and_puts_one_back() {
    // Two tests of precision 4 and 6 around a prior N(0.5, 1): by hand, the pooled posterior has precision 11.
    let prior = NormalPrior::new(0.5, 1.0).unwrap();
    let posterior = |likelihood_mean: f64, precision: f64| AttemptScore {
        theta: (precision * likelihood_mean + 0.5) / (precision + 1.0),
        standard_error: (precision + 1.0).sqrt().recip(),
        prior: Some(prior),
    };
    let combined = combine(&[posterior(1.0, 4.0), posterior(2.0, 6.0)]).unwrap();
    assert!((combined.theta - (4.0 * 1.0 + 6.0 * 2.0 + 0.5) / 11.0).abs() < 1e-12);
    assert!((combined.standard_error - 11.0_f64.sqrt().recip()).abs() < 1e-12);
}

proptest! {
    #[test]
    fn the_combined_estimate_lies_between_the_scores_and_is_surer_than_any(
        scores in prop::collection::vec((-3.0..3.0_f64, 0.1..1.0_f64), 1..6),
    ) {
        let scores: Vec<AttemptScore> = scores
            .into_iter()
            .map(|(theta, standard_error)| AttemptScore { theta, standard_error, prior: None })
            .collect();
        let combined = combine(&scores).unwrap();
        let low = scores.iter().map(|score| score.theta).fold(f64::INFINITY, f64::min);
        let high = scores.iter().map(|score| score.theta).fold(f64::NEG_INFINITY, f64::max);
        let surest = scores.iter().map(|score| score.standard_error).fold(f64::INFINITY, f64::min);
        prop_assert!(combined.theta >= low - 1e-9 && combined.theta <= high + 1e-9);
        prop_assert!(combined.standard_error <= surest + 1e-12);
        prop_assert!(expected_gain_of_best(&scores) >= -1e-9);
    }

    #[test]
    fn the_highest_is_never_below_any_that_may_count(thetas in prop::collection::vec(-3.0..3.0_f64, 1..8)) {
        let result = counting(&policy(WhichCounts::Highest), &attempts(&thetas));
        let best = result.counts.unwrap().score.theta;
        prop_assert!(thetas.iter().all(|&theta| theta <= best));
    }
}
