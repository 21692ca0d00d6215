//! Every bundled plan with its bank: accepted by preflight, and kept to in every simulated test.

use std::collections::BTreeMap;

use item_bank::formats::read_bank_json;
use item_bank::{Bank, banks};
use serde_json::{Value, json};

use crate::adaptive::{ItemPool, ShadowStatus, StopReason, TestPlan, check_rows, preflight};
use crate::simulation::*;

const PLANS: [&str; 3] = [
    include_str!("../../../plans/find-your-level.json"),
    include_str!("../../../plans/fraction-subtraction.json"),
    include_str!("../../../plans/validation.json"),
];

const EXAMINEES: u32 = 120;

fn bank_of(plan: &TestPlan) -> Bank {
    let bank = match plan.bank.as_deref() {
        Some("number-and-fractions") => banks::NUMBER_AND_FRACTIONS_JSON,
        Some("fraction-subtraction") => banks::FRACTION_SUBTRACTION_JSON,
        other => panic!("no bundled bank {other:?}"),
    };
    read_bank_json(bank, &plan.id).unwrap()
}

#[test]
fn every_simulated_test_of_a_bundled_plan_keeps_to_it() {
    for text in PLANS {
        let plan = TestPlan::from_json(text).unwrap();
        let bank = bank_of(&plan);
        assert_eq!(preflight(&bank, &plan), Ok(()), "{}", plan.id);
        assert_eq!(check_rows(&bank, &plan), Ok(()), "{}", plan.id);
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

/// What the page about plans writes in the first cells of the rows of a table.
fn cells(page: &str, heading: &str) -> Vec<Value> {
    let (_, table) = page.split_once(heading).unwrap();
    let rows = table.lines().skip(2).take_while(|line| line.starts_with('|'));
    let first = rows.map(|row| row.split('|').nth(1).unwrap());
    first
        .flat_map(|cell| cell.split('`').skip(1).step_by(2))
        .map(|text| serde_json::from_str(text).unwrap())
        .collect()
}

#[test]
fn the_page_about_plans_writes_plans_that_work() {
    let page = include_str!("../../../docs/PLANS.md");
    let (_, rest) = page.split_once("```json\n").unwrap();
    let (text, _) = rest.split_once("```").unwrap();
    let plan = TestPlan::from_json(text).unwrap();
    let bank = bank_of(&plan);
    assert_eq!((preflight(&bank, &plan), check_rows(&bank, &plan)), (Ok(()), Ok(())));
    let pool = ItemPool::prepare(&bank, &plan).unwrap();
    let settings = Settings::new(Uniforms::Counted { seed: 20_263 }, plan.start(Some(4), None));
    let tests = simulate(&pool, &plan, &uniform_abilities(40, -3.0, 3.0), &settings, &|| {});
    let summary = summarise(&bank, &plan, &pool, &tests);
    assert_eq!((summary.violation_examples, summary.metrics.n), (Vec::new(), 40));
    let with = |part: &str, member: &str, value: Value| {
        let mut document: Value = serde_json::from_str(text).unwrap();
        document["selection"]["assembly"] = json!("item_by_item");
        document[part][member] = value;
        TestPlan::from_json(&document.to_string()).unwrap()
    };
    let criteria = cells(page, "| `criterion` | the best item |");
    assert_eq!(criteria.len(), 17);
    criteria.into_iter().for_each(|criterion| drop(with("selection", "criterion", criterion)));
    let controls = cells(page, "| `control` | keeps the cap by |");
    assert_eq!(controls.len(), 3);
    controls.into_iter().for_each(|control| drop(with("exposure", "control", control)));
}

/// The bundled plan with shadow tests, and perhaps with a cap on exposure.
fn shadow_plan(text: &str, criterion: &str, exposure: Option<Value>) -> TestPlan {
    let mut document: Value = serde_json::from_str(text).unwrap();
    document["selection"] = json!({"criterion": criterion, "assembly": "shadow_test"});
    if let Some(exposure) = exposure {
        document["exposure"] = exposure;
    }
    TestPlan::from_json(&document.to_string()).unwrap()
}

#[test]
fn every_simulated_shadow_test_of_a_bundled_plan_keeps_to_it() {
    let cap = |control: Value| Some(json!({"maximum_rate": 0.3, "control": control}));
    let priority = json!({"priority": {"steepness": 100}});
    for text in PLANS {
        for (criterion, exposure) in [
            ("maximum_information", None),
            ("closest_difficulty", cap(json!("eligibility"))), // values below zero
            ("closest_difficulty", cap(priority.clone())),
        ] {
            let plan = shadow_plan(text, criterion, exposure);
            let bank = bank_of(&plan);
            let pool = ItemPool::prepare(&bank, &plan).unwrap();
            // Of the small bank more than one batch under the cap.
            let examinees = if bank.items().len() < 100 { 40 } else { 6 };
            let abilities = uniform_abilities(examinees, -4.0, 4.0);
            let settings = Settings::new(Uniforms::Counted { seed: 20_262 }, plan.start(None, None));
            let settings = settings.with_attempts(2, 0.2).unwrap();
            let tests = simulate(&pool, &plan, &abilities, &settings, &|| {});
            assert_eq!(tests.len(), 2 * examinees as usize);
            let summary = summarise(&bank, &plan, &pool, &tests);
            assert_eq!(summary.violation_examples, Vec::<String>::new(), "{} {criterion}", plan.id);
            assert!(tests.iter().all(|test| test.reason != StopReason::NoFeasibleTest), "{}", plan.id);
            let items: usize = tests.iter().map(|test| test.items.len()).sum();
            let found = summary.shadow_tests.unwrap();
            assert_eq!(found.by_status, BTreeMap::from([(ShadowStatus::Optimal, items as u64)]));
            assert!(found.nodes >= items as u64 && found.greatest_gap_millionths.is_none(), "{found:?}");
        }
    }
}
