//! What must not matter to a plan, and what can only cost.

use item_bank::{Bank, Theta};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use serde_json::{Value, json};

use super::exact::{bank_of, cases, plan_of};
use super::order::with_copies;
use super::school::{delivered, log, take};
use crate::adaptive::blueprint::{Goal, Progress, ShadowStatus, shadow_test};
use crate::adaptive::*;

/// The plan of a case, shadow tests or not, as a document to change.
fn document(plan: &TestPlan, assembly: &str) -> Value {
    let mut document = serde_json::to_value(plan).unwrap();
    document["selection"] = json!({"assembly": assembly});
    document
}

fn read(document: &Value) -> TestPlan {
    TestPlan::from_json(&document.to_string()).unwrap()
}

/// The items that a student gets, if there is a test at all.
fn test(bank: &Bank, plan: &TestPlan, seed: u64) -> Option<Vec<String>> {
    let pool = ItemPool::prepare(bank, plan).ok()?;
    let (log, _) = take(&pool, plan, 0.2, log(seed));
    Some(delivered(&log).iter().map(ToString::to_string).collect())
}

/// The information of the first shadow test; nothing when there is none.
fn objective(bank: &Bank, plan: &TestPlan) -> Option<f64> {
    let pool = ItemPool::prepare(bank, plan).ok()?;
    let goal = Goal {
        minimum_items: plan.stopping.minimum_items,
        maximum_items: plan.stopping.maximum_items,
        seen_maximum: None,
    };
    let value = |item: usize| pool.model(item).information(Theta(0.1));
    let shadow = shadow_test(&pool.blueprint, &Progress::new(&pool.blueprint, []), goal, &value, 20_000);
    assert_eq!(shadow.status, ShadowStatus::Optimal);
    Some(shadow.items.iter().map(|&item| value(item)).sum())
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 150,
        rng_seed: RngSeed::Fixed(47),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn a_row_that_every_test_keeps_changes_nothing(case in cases()) {
        // Copies of items make many tests equally good.
        let (bank, plan) = (with_copies(&bank_of(&case)), plan_of(&case));
        for assembly in ["item_by_item", "shadow_test"] {
            let mut document = document(&plan, assembly);
            let before = test(&bank, &read(&document), case.seed);
            let longest = plan.stopping.maximum_items;
            let rows = document["blueprint"].as_array_mut().unwrap();
            rows.push(json!({"attribute": "strand", "value": "1", "maximum": longest}));
            rows.push(json!({"sum": "words", "maximum": 1_000}));
            rows.push(json!({"count": "sets", "where": {"attribute": "words"}, "maximum": longest}));
            prop_assert_eq!(before, test(&bank, &read(&document), case.seed), "{}", assembly);
        }
    }

    #[test]
    fn a_tighter_row_never_makes_a_test_more_informative(case in cases(), row in any::<prop::sample::Index>(), by in 1..3_u64) {
        let (bank, plan) = (bank_of(&case), plan_of(&case));
        let Some(before) = objective(&bank, &plan) else { return Ok(()) };
        if plan.blueprint.is_empty() {
            return Ok(());
        }
        for bound in ["minimum", "maximum"] {
            let mut document = document(&plan, "shadow_test");
            let row = &mut document["blueprint"][row.index(plan.blueprint.len())];
            let minimum = row["minimum"].as_u64().unwrap_or(0);
            row[bound] = match (bound, row["maximum"].as_u64()) {
                ("minimum", most) => json!(most.map_or(minimum + by, |most| most.min(minimum + by))),
                (_, Some(most)) => json!(most.saturating_sub(by).max(minimum)),
                (_, None) => json!(minimum + by),
            };
            if let Some(after) = objective(&bank, &read(&document)) {
                prop_assert!(after <= before * (1.0 + 1e-9), "{bound}: {after} is above {before}");
            }
        }
    }

    #[test]
    fn a_further_row_never_makes_a_test_more_informative(case in cases(), most in 0..4_usize) {
        let (bank, plan) = (bank_of(&case), plan_of(&case));
        let Some(before) = objective(&bank, &plan) else { return Ok(()) };
        for row in [
            json!({"attribute": "strand", "value": "1", "maximum": most}),
            json!({"where": {"attribute": "words", "at_least": 7}, "minimum": most}),
            json!({"sum": "words", "maximum": 10 * most}),
            json!({"count": "sets", "attribute": "strand", "value": "0", "maximum": most / 2}),
        ] {
            let mut document = document(&plan, "shadow_test");
            document["blueprint"].as_array_mut().unwrap().push(row.clone());
            if let Some(after) = objective(&bank, &read(&document)) {
                prop_assert!(after <= before * (1.0 + 1e-9), "{row}: {after} is above {before}");
            }
        }
    }
}
