//! The reports that the bundled plans ship with are what the engine gives. When a plan, a bank or the engine changes,
//! `scripts/plan-reports` writes them anew.

use item_bank::banks;
use item_bank::formats::read_bank_json;
use serde_json::Value;

use crate::adaptive::{ItemPool, TestPlan};
use crate::assessment::bundled;
use crate::simulation::*;

const EXAMINEES: u32 = 500;
const SEED: u64 = 2026;

/// Where the two differ by more than the last digits.
fn differences(path: &str, shipped: &Value, found: &Value, into: &mut Vec<String>) {
    match (shipped, found) {
        (Value::Object(one), Value::Object(other)) if one.keys().eq(other.keys()) => {
            for (key, value) in one {
                differences(&format!("{path}.{key}"), value, &other[key], into);
            }
        }
        (Value::Array(one), Value::Array(other)) if one.len() == other.len() => {
            for (index, (value, other)) in one.iter().zip(other).enumerate() {
                differences(&format!("{path}[{index}]"), value, other, into);
            }
        }
        (Value::Number(one), Value::Number(other)) => {
            let (one, other) = (one.as_f64().unwrap(), other.as_f64().unwrap());
            if (one - other).abs() > 1e-9 * one.abs().max(1.0) {
                into.push(format!("{path}: {one} is shipped, {other} is found"));
            }
        }
        (one, other) if one == other => {}
        (one, other) => into.push(format!("{path}: {one} is shipped, {other} is found")),
    }
}

fn check(plan: &str, bank: &str, deviation: f64, shipped: &str) {
    let plan = TestPlan::from_json(plan).unwrap();
    let bank = read_bank_json(bank, &plan.id).unwrap();
    let pool = ItemPool::prepare(&bank, &plan).unwrap();
    let abilities = normal_abilities(EXAMINEES, 0.0, deviation, SEED).unwrap();
    let settings = Settings::new(Uniforms::Counted { seed: SEED }, plan.start(None, None));
    let is_levelling = plan.id == "find-your-level";
    let settings = if is_levelling { settings.with_attempts(3, 0.1).unwrap() } else { settings };
    let tests = simulate(&pool, &plan, &abilities, &settings, &|| {});
    let mut summary = summarise(&bank, &plan, &pool, &tests);
    summary.strands = strand_recovery(&bank, &pool, &tests, &settings);
    if is_levelling {
        let summative = TestPlan::from_json(include_str!("../../../plans/validation.json")).unwrap();
        let summative_pool = ItemPool::prepare(&bank, &summative).unwrap();
        let policy = bundled().into_iter().find(|(name, _)| *name == "validation").unwrap().1;
        let levels = bank.progression().unwrap().levels();
        let cut = levels.iter().find(|level| level.id == "times-and-decimals").unwrap().cut.unwrap();
        let test = Test { plan: &summative, pool: &summative_pool };
        let validation = Validation { test, policy: &policy, cut, grade: None };
        summary.readiness = Some(readiness_errors(&pool, &tests, &settings, &validation));
    }
    assert_eq!(summary.violations, 0);
    let found = serde_json::to_value(&summary).unwrap();
    let mut different = Vec::new();
    differences(&plan.id, &serde_json::from_str(shipped).unwrap(), &found, &mut different);
    assert!(different.is_empty(), "run scripts/plan-reports; {}", different.join("\n"));
}

#[test]
fn the_report_of_self_levelling_is_what_the_engine_gives() {
    let plan = include_str!("../../../plans/find-your-level.json");
    check(
        plan,
        banks::NUMBER_AND_FRACTIONS_JSON,
        1.2,
        include_str!("../../../plans/reports/find-your-level.json"),
    );
}

#[test]
fn the_report_of_the_validation_is_what_the_engine_gives() {
    let plan = include_str!("../../../plans/validation.json");
    check(
        plan,
        banks::NUMBER_AND_FRACTIONS_JSON,
        1.2,
        include_str!("../../../plans/reports/validation.json"),
    );
}

#[test]
fn the_reports_of_the_validations_that_the_demo_serves_are_what_the_engine_gives() {
    for (plan, shipped) in [
        (
            include_str!("../../../plans/validate-equal-fractions.json"),
            include_str!("../../../plans/reports/validate-equal-fractions.json"),
        ),
        (
            include_str!("../../../plans/validate-comparing.json"),
            include_str!("../../../plans/reports/validate-comparing.json"),
        ),
        (
            include_str!("../../../plans/validate-times-and-decimals.json"),
            include_str!("../../../plans/reports/validate-times-and-decimals.json"),
        ),
        (
            include_str!("../../../plans/validate-new-denominators.json"),
            include_str!("../../../plans/reports/validate-new-denominators.json"),
        ),
    ] {
        check(plan, banks::NUMBER_AND_FRACTIONS_JSON, 1.2, shipped);
    }
}

#[test]
fn the_report_of_fraction_subtraction_is_what_the_engine_gives() {
    let plan = include_str!("../../../plans/fraction-subtraction.json");
    let shipped = include_str!("../../../plans/reports/fraction-subtraction.json");
    check(plan, banks::FRACTION_SUBTRACTION_JSON, 1.0, shipped);
}
