//! Every bundled plan with its bank: accepted by preflight, and kept to in every simulated test.

use item_bank::banks;
use item_bank::formats::read_bank_json;

use crate::adaptive::{ItemPool, TestPlan, preflight};
use crate::simulation::*;

const PLANS: [&str; 3] = [
    include_str!("../../../plans/find-your-level.json"),
    include_str!("../../../plans/fraction-subtraction.json"),
    include_str!("../../../plans/validation.json"),
];

const EXAMINEES: u32 = 120;

#[test]
fn every_simulated_test_of_a_bundled_plan_keeps_to_it() {
    for text in PLANS {
        let plan = TestPlan::from_json(text).unwrap();
        let bank = match plan.bank.as_deref() {
            Some("number-and-fractions") => banks::NUMBER_AND_FRACTIONS_JSON,
            Some("fraction-subtraction") => banks::FRACTION_SUBTRACTION_JSON,
            other => panic!("no bundled bank {other:?}"),
        };
        let bank = read_bank_json(bank, &plan.id).unwrap();
        assert_eq!(preflight(&bank, &plan), Ok(()), "{}", plan.id);
        let pool = ItemPool::prepare(&bank, &plan).unwrap();
        // The ends of the scale are the hardest to serve, so abilities are spread evenly and far.
        let abilities = uniform_abilities(EXAMINEES, -4.0, 4.0);
        for grade in [Some(3), Some(6), None] {
            let settings = Settings::new(Uniforms::Counted { seed: 20_261 }, plan.start(grade, None));
            let settings = settings.with_attempts(if grade.is_none() { 2 } else { 1 }, 0.2).unwrap();
            let tests = simulate(&pool, &plan, &abilities, &settings, &|| {});
            let summary = summarise(&bank, &plan, &pool, &tests);
            assert_eq!(summary.violation_examples, Vec::<String>::new(), "{} grade {grade:?}", plan.id);
        }
    }
}
