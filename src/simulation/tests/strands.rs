//! Scores of strands: what they recover, and how sure they may be.

use item_bank::banks;
use item_bank::formats::read_bank_json;

use crate::adaptive::{ItemPool, TestPlan};
use crate::assessment::feedback::STRAND_DEVIATION;
use crate::simulation::*;

fn recovered(deviation: f64) -> Vec<StrandRecovery> {
    let bank = read_bank_json(banks::NUMBER_AND_FRACTIONS_JSON, "bank").unwrap();
    let plan = TestPlan::from_json(include_str!("../../../plans/find-your-level.json")).unwrap();
    let pool = ItemPool::prepare(&bank, &plan).unwrap();
    let start = plan.start(None, None);
    let settings =
        Settings::new(Uniforms::Counted { seed: 71 }, start).with_strands(&bank, deviation).unwrap();
    // Of the very prior that scores start from: their intervals should hold what they say.
    let abilities = normal_abilities(300, start.mean(), start.standard_deviation(), 72).unwrap();
    let tests = simulate(&pool, &plan, &abilities, &settings, &|| {});
    strand_recovery(&bank, &pool, &tests, &settings)
}

#[test]
fn intervals_of_strand_scores_hold_as_often_as_they_say_and_borrowing_helps() {
    let strands = recovered(STRAND_DEVIATION);
    assert_eq!(strands.len(), 5);
    let tests: usize = strands.iter().map(|strand| strand.tests).sum();
    let covered: f64 = strands.iter().map(|strand| strand.coverage_95 * strand.tests as f64).sum();
    // Strands of one test depend on each other through θ: four standard errors of a share of 300 tests.
    let share = covered / tests as f64;
    assert!((share - 0.95).abs() < 4.0 * (0.05 * 0.95 / 300.0_f64).sqrt(), "{share} {strands:?}");
    for strand in &strands {
        assert!(strand.rmse < 0.8 * strand.rmse_alone, "{strand:?}");
        assert!((strand.rmse / strand.mean_standard_error - 1.0).abs() < 0.15, "{strand:?}");
    }
}

#[test]
fn examinees_alike_in_all_strands_are_not_told_apart_more_surely_than_they_are() {
    for strand in recovered(0.0) {
        // Scores allow for differences that these examinees do not have.
        assert!(strand.coverage_95 > 0.95 && strand.rmse < strand.mean_standard_error, "{strand:?}");
    }
}

#[test]
fn a_deviation_between_strands_is_a_number_of_logits() {
    let bank = read_bank_json(banks::NUMBER_AND_FRACTIONS_JSON, "bank").unwrap();
    let plan = TestPlan::from_json(include_str!("../../../plans/find-your-level.json")).unwrap();
    let settings = Settings::new(Uniforms::Counted { seed: 1 }, plan.start(None, None));
    for deviation in [-0.1, 3.1, f64::NAN] {
        let refused = settings.clone().with_strands(&bank, deviation).unwrap_err().to_string();
        assert!(refused.starts_with("the standard deviation of strands must be from 0 to 3"), "{refused}");
    }
}
