//! Whole tests of answers that no model foresees: all right, all wrong, by chance, right and wrong in turn.

use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use serde_json::json;

use super::exact::{bank_of, cases, plan_of};
use super::school::*;
use crate::adaptive::*;
use crate::simulation::violations;

/// The score of the answer at a place of the test.
fn score(pattern: usize, place: usize, seed: u64, highest: u32) -> u32 {
    let draw = counted_uniform(seed, 3, place as u32) * f64::from(highest + 1);
    match pattern {
        0 => highest,
        1 => 0,
        2 => draw as u32,
        _ if place.is_multiple_of(2) => highest,
        _ => 0,
    }
}

/// Takes a test and says where it ended; every estimate on the way lies on the grid with an error that is a number.
fn check(pool: &ItemPool, plan: &TestPlan, pattern: usize, seed: u64) -> (ResponseLog, StopReason) {
    let mut log = log(seed);
    log.start = plan.start(None, None);
    loop {
        let found = estimate(pool, plan, &log).unwrap();
        let grid = &plan.estimator;
        assert!((grid.lowest..=grid.highest).contains(&found.theta.0), "{found:?}");
        assert!(
            found.standard_error > 0.0 && found.standard_error <= grid.highest - grid.lowest,
            "{found:?}"
        );
        let item = match next_step(pool, plan, &ExposureRates::none(), &log) {
            Step::Stop(reason) => return (log, reason),
            Step::Administer(item) => item,
        };
        let highest = pool.position(&item).map_or(1, |position| pool.model(position).maximum_score());
        let score = score(pattern, log.responses.len(), seed, highest);
        log.responses.push(LoggedResponse { item, score });
        assert!(log.responses.len() <= plan.stopping.maximum_items + 20, "the test does not end");
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 150,
        rng_seed: RngSeed::Fixed(61),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn whatever_is_answered_tests_end_by_their_rules_and_keep_their_plan(case in cases(), pattern in 0..4_usize) {
        let bank = bank_of(&case);
        let mut document = serde_json::to_value(plan_of(&case)).unwrap();
        document["stopping"]["standard_error"] = json!(0.7);
        for assembly in ["item_by_item", "shadow_test"] {
            document["selection"] = json!({"assembly": assembly});
            let plan = TestPlan::from_json(&document.to_string()).unwrap();
            let Ok(pool) = ItemPool::prepare(&bank, &plan) else { return Ok(()) };
            let (log, reason) = check(&pool, &plan, pattern, case.seed);
            prop_assert_eq!(violations(&bank, &plan, &delivered(&log)), []);
            prop_assert!(!matches!(reason, StopReason::NoFeasibleTest | StopReason::LogDoesNotFitPool), "{:?}", reason);
        }
    }
}

#[test]
fn the_bundled_plans_measure_whoever_answers_all_right_all_wrong_or_by_chance() {
    let read = |name: &str| {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
        std::fs::read_to_string(folder.join(name)).unwrap()
    };
    for (plan, bank) in [
        ("find-your-level", "number-and-fractions"),
        ("validation", "number-and-fractions"),
        ("fraction-subtraction", "fraction-subtraction"),
    ] {
        let bank = read(&format!("item-bank/banks/{bank}.json"));
        let bank = item_bank::formats::read_bank_json(&bank, plan).unwrap();
        let plan = TestPlan::from_json(&read(&format!("plans/{plan}.json"))).unwrap();
        let pool = ItemPool::prepare(&bank, &plan).unwrap();
        for seed in 0..5 {
            let ends = [0, 1, 2, 3].map(|pattern| {
                let (log, reason) = check(&pool, &plan, pattern, seed);
                assert_ne!(reason, StopReason::NoFeasibleTest);
                assert_eq!(violations(&bank, &plan, &delivered(&log)), []);
                estimate(&pool, &plan, &log).unwrap().theta.0
            });
            assert!(
                ends[0] > ends[2] && ends[2] > ends[1] && ends[0] > ends[3] && ends[3] > ends[1],
                "{ends:?}"
            );
        }
    }
}
