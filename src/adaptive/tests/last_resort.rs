//! Searches that end at once: every test goes on by what it inherited, meets its plan, and is decided again from its log.

use std::collections::{BTreeMap, BTreeSet};

use item_bank::{AttributeValue, Bank};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use serde_json::{Value, json};

use super::exact::{bank_of, cases, plan_of};
use super::school::*;
use super::shadow::pools;
use crate::adaptive::administration::{Administration, Decision};
use crate::adaptive::selection::Draws;
use crate::adaptive::*;
use crate::simulation::{Violation, violations};

/// Items of four attributes that cross each other, and a plan that fixes a number of each value, of some pairs and the
/// sum of words: few choices of the next item leave a test possible.
fn interacting() -> (Bank, Value) {
    let item = |index: usize| {
        let turn = |attribute: u32, values: u32| {
            (counted_uniform(31, attribute, index as u32) * f64::from(values)) as u32
        };
        let b = -2.0 + 4.0 * counted_uniform(32, 0, index as u32);
        let mut one = item(&format!("x{index}"), three_pl(0.8 + 0.02 * index as f64, b, 0.1));
        for (number, (name, values)) in [("strand", 4), ("depth", 3), ("kind", 3)].into_iter().enumerate() {
            one = with(one, name, &turn(number as u32, values).to_string());
        }
        one.attributes.insert("words".into(), AttributeValue::Number(f64::from(20 + turn(9, 60))));
        if index.is_multiple_of(5) {
            one.enemies = vec![id(&format!("x{}", (index + 1) % 66)), id(&format!("x{}", (index + 3) % 66))];
        }
        one
    };
    let exactly = |attribute: &str, value: &str, count: usize| json!({"attribute": attribute, "value": value, "minimum": count, "maximum": count});
    let both = |strand: &str, kind: &str, count: usize| {
        json!({
            "where": {"all": [{"attribute": "strand", "value": strand}, {"attribute": "kind", "value": kind}]},
            "minimum": count, "maximum": count,
        })
    };
    let plan = json!({
        "id": "interacting", "version": 1, "name": "I", "pool": "interim",
        "stopping": {"minimum_items": 16, "maximum_items": 16},
        "blueprint": [
            exactly("strand", "0", 4), exactly("strand", "1", 5), exactly("strand", "2", 3),
            exactly("depth", "0", 6), exactly("depth", "1", 7),
            exactly("kind", "0", 5), exactly("kind", "1", 6),
            both("0", "0", 2), both("1", "1", 3), both("2", "2", 1), both("3", "0", 2),
            {"sum": "words", "minimum": 805, "maximum": 810},
        ],
    });
    (bank((0..66).map(item).collect()), plan)
}

/// The plan with shadow tests or without, and its pool, both with one node for every search.
fn hurried(bank: &Bank, document: &Value, selection: &Value) -> Option<(TestPlan, ItemPool)> {
    let mut document = document.clone();
    document["selection"] = selection.clone();
    document["selection"]["node_limit"] = json!(1);
    let plan = TestPlan::from_json(&document.to_string()).unwrap();
    let mut pool = ItemPool::prepare(bank, &plan).ok()?;
    pool.blueprint.search_nodes = 1;
    Some((plan, pool))
}

/// How the items of a test were found, each decided again from the log and by the fold that simulations use.
fn statuses(pool: &ItemPool, plan: &TestPlan, log: &ResponseLog) -> BTreeMap<ShadowStatus, usize> {
    let seen: Vec<usize> = log.seen.iter().filter_map(|id| pool.position(id)).collect();
    let mut fold =
        Administration::start(pool, plan, &log.start, Draws::Pinned { seed: log.seed }).having_seen(seen);
    let mut statuses = BTreeMap::new();
    for (given, response) in log.responses.iter().enumerate() {
        let so_far = ResponseLog { responses: log.responses[..given].to_vec(), ..log.clone() };
        let (step, report) = next_step_with_report(pool, plan, &ExposureRates::none(), &so_far);
        assert_eq!(step, Step::Administer(response.item.clone()));
        let item = pool.position(&response.item).unwrap();
        assert_eq!(fold.decide_with_report(), (Decision::Administer(item), report));
        *statuses
            .entry(report.shadow_test.map_or(ShadowStatus::Infeasible, |report| report.status))
            .or_insert(0) += 1;
        fold.record(item, response.score);
    }
    statuses
}

fn check(bank: &Bank, document: &Value) {
    for selection in [
        json!({"assembly": "shadow_test"}),
        json!({"assembly": "shadow_test", "refresh": {"every": 4}}),
        json!({"assembly": "item_by_item"}),
    ] {
        let (plan, pool) = hurried(bank, document, &selection).unwrap();
        let mut inherited = 0;
        for (seed, ability) in (0..).zip([-1.0, 0.9]) {
            let mut start = log(seed);
            start.seen =
                (0..pool.len()).filter(|item| item % 6 == 1).map(|item| pool.id(item).clone()).collect();
            start.seen.truncate(if seed == 1 { 0 } else { usize::MAX });
            let (log, reason) = take(&pool, &plan, ability, start);
            assert_eq!(reason, StopReason::MaximumLength, "{selection}");
            assert_eq!(violations(bank, &plan, &delivered(&log)), [], "{selection}");
            inherited += statuses(&pool, &plan, &log).get(&ShadowStatus::Inherited).copied().unwrap_or(0);
        }
        assert!(inherited > 0, "{selection}: no search of {} failed", plan.id);
    }
}

#[test]
fn no_step_of_a_set_based_test_fails_though_every_search_does() {
    let material = pools::set_based();
    check(&material.bank, &material.plan);
}

#[test]
fn no_step_of_a_test_with_interacting_rules_fails_though_every_search_does() {
    let (bank, plan) = interacting();
    check(&bank, &plan);
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 200,
        rng_seed: RngSeed::Fixed(53),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn whatever_the_plan_no_step_fails_though_every_search_does(case in cases(), seen in prop::collection::vec(any::<bool>(), super::exact::ITEMS)) {
        let bank = bank_of(&case);
        let mut document = serde_json::to_value(plan_of(&case)).unwrap();
        document["stopping"]["standard_error"] = json!(0.8);
        for assembly in ["shadow_test", "item_by_item"] {
            let Some((plan, pool)) = hurried(&bank, &document, &json!({"assembly": assembly})) else { return Ok(()) };
            let mut start = log(case.seed);
            start.seen = (0..pool.len()).filter(|&item| seen[item]).map(|item| pool.id(item).clone()).collect();
            let (log, reason) = take(&pool, &plan, 0.2, start);
            let found: Vec<Violation> = violations(&bank, &plan, &delivered(&log));
            prop_assert_eq!(found, []);
            prop_assert!(reason != StopReason::NoFeasibleTest && reason != StopReason::LogDoesNotFitPool);
            let hinted = statuses(&pool, &plan, &log);
            let unhinted = ResponseLog { inherited: BTreeSet::new(), ..log };
            prop_assert_eq!(hinted, statuses(&pool, &plan, &unhinted), "the hint makes a difference");
        }
    }
}
