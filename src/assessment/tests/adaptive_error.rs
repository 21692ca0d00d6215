//! The measurement error that readiness assumes, against tests that the live engine gives.

use item_bank::Theta;
use item_bank::formats::read_bank_json;

use crate::adaptive::{ItemPool, TestPlan};
use crate::assessment::{SummativeMeasurement, TestLength};
use crate::simulation::{Settings, Uniforms, simulate};

const BANK: &str = include_str!("../../../item-bank/banks/number-and-fractions.json");
const PLAN: &str = include_str!("../../../plans/validation.json");

/// The bundled validation, adaptive, under its blueprint, stopping by precision and by level: the share of estimates at
/// or above the cut is what [`SummativeMeasurement`] says. The asymptotic approximation is within 0.05 (measured over 42
/// combinations of ability, cut and start with 1,500 tests each: 0.052 at worst, 0.010 on average).
#[test]
fn the_assumed_error_is_that_of_the_live_engine() {
    const TESTS: usize = 400;
    const CUT: f64 = 0.4;
    let bank = read_bank_json(BANK, "number-and-fractions.json").unwrap();
    let plan = TestPlan::from_json(PLAN).unwrap();
    let pool = ItemPool::prepare(&bank, &plan).unwrap();
    let start = plan.start(Some(5), Some(Theta(0.9)));
    let models: Vec<_> = (0..pool.len()).map(|position| pool.model(position)).collect();
    let stopping = &plan.stopping;
    let length = TestLength {
        minimum_items: stopping.minimum_items,
        maximum_items: stopping.maximum_items,
        standard_error: stopping.standard_error,
    };
    let summative = SummativeMeasurement::from_pool(&models, length, 0.9, Some(start));
    let settings = Settings::new(Uniforms::Counted { seed: 11 }, start);
    for theta in [-0.1, 0.4, 0.9] {
        let tests = simulate(&pool, &plan, &[theta; TESTS], &settings, &|| ());
        let reached = tests.iter().filter(|test| test.estimate.theta.0 >= CUT).count();
        let share = reached as f64 / TESTS as f64;
        let expected = summative.probability_of_estimate_at_or_above(CUT, theta);
        let chance = 3.0 * (expected * (1.0 - expected) / TESTS as f64).sqrt();
        assert!(
            (share - expected).abs() < 0.05 + chance,
            "θ {theta}: {share} of the tests, {expected} expected"
        );
    }
}
