//! When tests end, and how often they end wrongly.

use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use serde_json::{Value, json};

use super::school::*;
use crate::adaptive::decision_rule::{DecisionRule, Side};
use crate::adaptive::*;
use item_bank::Theta;

fn stopping(rule: Value) -> TestPlan {
    let mut settings = json!({"minimum_items": 5, "maximum_items": 100});
    settings.as_object_mut().unwrap().extend(rule.as_object().unwrap().clone());
    plan(json!({"stopping": settings}))
}

fn decision(ratio: &str) -> Value {
    json!({"decision": {"ratio": ratio, "level": "l1", "indifference": 0.3, "false_above": 0.05, "false_below": 0.1}})
}

#[test]
fn each_rule_ends_the_test_with_its_own_reason_and_not_before_the_minimum() {
    let bank = bank_with_cuts(&[0.5]);
    for (rule, expected) in [
        (json!({"standard_error": 0.4}), StopReason::StandardErrorReached),
        (json!({"standard_error_reduction": 0.01}), StopReason::LittleReductionLeft),
        (json!({"information_minimum": 0.25}), StopReason::LittleInformationLeft),
        (json!({"level_confidence": {"probability": 0.9, "level": "l1"}}), StopReason::LevelConfident),
        (decision("fixed"), StopReason::DecisionReached),
        (decision("generalized"), StopReason::DecisionReached),
    ] {
        let plan = stopping(rule.clone());
        let pool = ItemPool::prepare(&bank, &plan).unwrap();
        let (log, reason) = take(&pool, &plan, -0.8, log(3));
        assert_eq!(reason, expected, "{rule}");
        assert!((5..100).contains(&log.responses.len()), "{rule}: {}", log.responses.len());
        for shorter in 5..log.responses.len() {
            let so_far = ResponseLog { responses: log.responses[..shorter].to_vec(), ..log.clone() };
            let step = next_step(&pool, &plan, &ExposureRates::none(), &so_far);
            assert!(matches!(step, Step::Administer(_)), "{rule} was met after {shorter} already");
        }
    }
}

#[test]
fn a_sequential_test_of_all_cuts_goes_on_until_each_is_decided() {
    let bank = bank_with_cuts(&[-1.0, 1.0]);
    let (mut one, mut all) = (decision("fixed"), decision("fixed"));
    one["decision"]["level"] = json!("l1");
    all["decision"].as_object_mut().unwrap().remove("level");
    let length = |rule: Value| {
        let plan = stopping(rule);
        let pool = ItemPool::prepare(&bank, &plan).unwrap();
        take(&pool, &plan, 0.9, log(8)).0.responses.len()
    };
    assert!(length(one) < length(all));
}

#[test]
fn a_sequential_test_needs_a_cut() {
    let settings = json!({"stopping": {"minimum_items": 1, "maximum_items": 5, "decision":
        {"ratio": "fixed", "level": "l9", "indifference": 0.3, "false_above": 0.05, "false_below": 0.1}}});
    let found = preflight(&bank_with_cuts(&[0.5]), &plan(settings.clone())).unwrap_err();
    assert_eq!(found, [PlanProblem::UnknownLevel { level: "l9".into() }]);
    let found = preflight(&bank_of_strands(&["number"], 9), &plan(settings)).unwrap_err();
    assert_eq!(found, [PlanProblem::NoProgression]);
}

#[test]
fn errors_of_a_sequential_test_that_are_no_errors_are_refused() {
    let mut settings = decision("fixed");
    settings["decision"]["false_above"] = json!(0.5);
    settings["minimum_items"] = json!(1);
    settings["maximum_items"] = json!(5);
    let document = json!({"id": "p", "version": 1, "name": "P", "pool": "interim", "stopping": settings});
    let error = TestPlan::from_json(&document.to_string()).unwrap_err().to_string();
    assert_eq!(error, "stopping.decision.false_above must be above 0 and below 0.5, got 0.5");
}

/// Wald (1947): P(false "above") ≤ α / (1 − β) and P(false "below") ≤ β / (1 − α), at the ends of the region of
/// indifference and under any choice of items; of n tests four binomial standard errors more.
#[test]
fn the_errors_of_the_fixed_ratio_stay_within_those_accepted() {
    let (bank, plan) = (bank_with_cuts(&[0.5]), stopping(decision("fixed")));
    let pool = ItemPool::prepare(&bank, &plan).unwrap();
    let rule = DecisionRule::new(&plan, &bank).unwrap().unwrap();
    let (alpha, beta) = (0.05, 0.1);
    for (theta, wrong, bound) in
        [(0.2, Side::Above, alpha / (1.0 - beta)), (0.8, Side::Below, beta / (1.0 - alpha))]
    {
        let tests = 150;
        let decided = |seed: u64| {
            let (log, _) = take(&pool, &plan, theta, log(seed));
            let model = |response: &LoggedResponse| pool.model(pool.position(&response.item).unwrap());
            let answers = log.responses.iter().map(|response| (model(response), response.score));
            rule.side(Theta(0.5), answers)
        };
        let wrong = (0..tests).filter(|&seed| decided(seed) == wrong).count() as f64 / tests as f64;
        let room = 4.0 * (bound * (1.0 - bound) / tests as f64).sqrt();
        assert!(wrong <= bound + room, "at {theta}: {wrong} of the tests");
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 200,
        rng_seed: RngSeed::Fixed(43),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    /// One more right answer never speaks for "below", nor a wrong one for "above".
    #[test]
    fn a_right_answer_never_moves_the_decision_down(
        items in prop::collection::vec((0.3..2.5_f64, -3.0..3.0_f64, 0.0..0.3_f64, 0..2_u32), 1..30),
        ratio in prop::sample::select(vec!["fixed", "generalized"]),
    ) {
        let rule = DecisionRule::new(&stopping(decision(ratio)), &bank_with_cuts(&[0.5])).unwrap().unwrap();
        let models: Vec<_> = items.iter().map(|&(a, b, c, _)| three_pl(a, b, c)).collect();
        let rank = |scores: Vec<u32>| match rule.side(Theta(0.5), models.iter().zip(scores)) {
            Side::Below => 0,
            Side::Undecided => 1,
            Side::Above => 2,
        };
        let scores: Vec<u32> = items.iter().map(|item| item.3).collect();
        for index in 0..scores.len() {
            let (mut right, mut wrong) = (scores.clone(), scores.clone());
            (right[index], wrong[index]) = (1, 0);
            prop_assert!(rank(wrong) <= rank(right));
        }
    }
}
