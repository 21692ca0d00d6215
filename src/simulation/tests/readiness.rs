//! What a simulation says of the readiness rule, of the pool and of the abilities it draws.

use std::ops::ControlFlow;
use std::sync::atomic::{AtomicUsize, Ordering};

use item_bank::Bank;
use item_bank::banks;
use item_bank::formats::read_bank_json;

use crate::adaptive::{ItemPool, TestPlan};
use crate::assessment::{Policy, bundled};
use crate::simulation::*;

fn bank() -> Bank {
    read_bank_json(banks::NUMBER_AND_FRACTIONS_JSON, "bank").unwrap()
}

fn policy() -> Policy {
    bundled().into_iter().find(|(name, _)| *name == "validation").unwrap().1
}

fn errors(bank: &Bank, count: u32, attempts: u32) -> ReadinessErrors {
    let interim = TestPlan::from_json(include_str!("../../../plans/find-your-level.json")).unwrap();
    let summative = TestPlan::from_json(include_str!("../../../plans/validation.json")).unwrap();
    let (interim_pool, pool) =
        (ItemPool::prepare(bank, &interim).unwrap(), ItemPool::prepare(bank, &summative).unwrap());
    let cuts: Vec<f64> = bank.progression().unwrap().levels().iter().filter_map(|level| level.cut).collect();
    let policy = policy();
    let validation = Validation {
        test: Test { plan: &summative, pool: &pool },
        policy: &policy,
        cut: cuts[cuts.len() / 2],
        grade: Some(5),
    };
    let start = interim.start(Some(5), None);
    let settings = Settings::new(Uniforms::Counted { seed: 51 }, start).with_attempts(attempts, 0.0).unwrap();
    // Of the very prior that both tests start from, so that predictions should be right on average.
    let abilities = normal_abilities(count, start.mean(), start.standard_deviation(), 52).unwrap();
    let tests = simulate(&interim_pool, &interim, &abilities, &settings, &|| {});
    readiness_errors(&interim_pool, &tests, &settings, &validation)
}

#[test]
fn predictions_of_validation_come_true_as_often_as_they_say() {
    let found = errors(&bank(), 150, 1);
    assert_eq!(found.examinees, 150);
    let (mut predicted, mut came, mut variance) = (0.0, 0.0, 0.0);
    for class in &found.predictions {
        let n = class.examinees as f64;
        assert!((class.from..=class.to).contains(&class.probability), "{class:?}");
        predicted += n * class.probability;
        came += n * class.validated;
        variance += n * class.probability * (1.0 - class.probability);
    }
    // Four standard errors of a sum of 150 verdicts, and 0.03 for the approximations of the measurement model.
    assert!((predicted - came).abs() < 4.0 * variance.sqrt() + 0.03 * 150.0, "{predicted} {came} {found:?}");
    let parts = found.recommended + found.not_enough_evidence;
    assert!(found.false_ready <= found.recommended && parts <= 1.0 + 1e-12, "{found:?}");
    assert!(found.false_not_ready <= found.validated, "{found:?}");
}

#[test]
fn the_validations_of_a_readiness_rule_are_counted_and_may_be_stopped() {
    let plan = TestPlan::from_json(include_str!("../../../plans/validation.json")).unwrap();
    let bank = bank();
    let pool = ItemPool::prepare(&bank, &plan).unwrap();
    let settings = Settings::new(Uniforms::Counted { seed: 51 }, plan.start(None, None));
    let tests = simulate(&pool, &plan, &uniform_abilities(6, -1.0, 1.0), &settings, &|| {});
    let policy = policy();
    let test = Test { plan: &plan, pool: &pool };
    let validation = Validation { test, policy: &policy, cut: 0.0, grade: None };
    for (most, ends) in [(6, true), (2, false)] {
        let given = AtomicUsize::new(0);
        let step = || match given.fetch_add(1, Ordering::Relaxed) < most {
            true => ControlFlow::Continue(()),
            false => ControlFlow::Break(()),
        };
        let found = readiness_errors_while(&pool, &tests, &settings, &validation, &step);
        assert_eq!(found.is_some(), ends);
        assert!(!ends || given.load(Ordering::Relaxed) == 6);
    }
}

#[test]
fn more_evidence_makes_fewer_wrong_recommendations() {
    let bank = bank();
    let wrong = |found: ReadinessErrors| found.false_ready + found.false_not_ready;
    // 200 paired examinees: the difference has standard error below 0.04.
    assert!(wrong(errors(&bank, 200, 3)) < wrong(errors(&bank, 200, 1)) + 0.04);
}

#[test]
fn a_pool_is_short_where_its_items_say_too_little() {
    let bank = bank();
    let plan = TestPlan::from_json(include_str!("../../../plans/validation.json")).unwrap();
    let pool = ItemPool::prepare(&bank, &plan).unwrap();
    let places = supply(&plan, &pool, (-8.0, 8.0));
    assert_eq!(places.len(), 33);
    assert_eq!((places[0].theta, places[16].theta, places[32].theta), (-8.0, 0.0, 8.0));
    assert!(places[0].is_short && places[32].is_short && !places[16].is_short);
    for place in &places {
        let target = plan.stopping.standard_error.unwrap();
        assert_eq!(place.best_standard_error > target, place.is_short, "{place:?}");
        assert_eq!(place.items_needed.is_none(), place.is_short, "{place:?}");
    }
}

#[test]
fn empirical_abilities_are_as_the_observed_are() {
    let observed = [-1.0, -0.5, -0.5, 0.2, 2.0];
    let drawn = empirical_abilities(4_000, &observed, 9);
    assert!(drawn.iter().all(|theta| (-1.0..=2.0).contains(theta)));
    // The median of the observed is −0.5; a share of 4,000 has standard error 0.008.
    let below = drawn.iter().filter(|theta| **theta <= -0.5).count() as f64 / 4_000.0;
    assert!((below - 0.5).abs() < 4.0 * 0.008, "{below}");
}

#[test]
fn guessed_answers_flatter_and_slips_do_not() {
    let bank = bank();
    let plan = TestPlan::from_json(include_str!("../../../plans/find-your-level.json")).unwrap();
    let pool = ItemPool::prepare(&bank, &plan).unwrap();
    let abilities = uniform_abilities(80, -2.0, 2.0);
    let bias = |noise: AnswerNoise| {
        let settings = Settings::new(Uniforms::Counted { seed: 61 }, plan.start(None, None));
        let tests = simulate(&pool, &plan, &abilities, &settings.with_noise(noise).unwrap(), &|| {});
        summarise(&bank, &plan, &pool, &tests).metrics.bias
    };
    let plain = bias(AnswerNoise::default());
    assert!(bias(AnswerNoise { guess: 0.3, ..AnswerNoise::default() }) > plain + 0.1);
    assert!(bias(AnswerNoise { slip: 0.3, ..AnswerNoise::default() }) < plain - 0.1);
    let too_much = AnswerNoise { guess: 0.6, slip: 0.5, rapid: 0.0 };
    let settings = Settings::new(Uniforms::Counted { seed: 61 }, plan.start(None, None));
    assert!(settings.with_noise(too_much).is_err());
}
