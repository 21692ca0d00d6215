//! The published protocol – bank, examinees, uniform numbers – gives the published tests, item by item. Without
//! `WAYMARK_REFERENCE` there is nothing to compare with, and the test says so.

use std::path::{Path, PathBuf};

use item_bank::formats::read_bank_json;
use item_bank::{Bank, NormalPrior};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::adaptive::{ItemPool, TestPlan};
use crate::simulation::*;

const EXAMINEES: usize = 300;

#[derive(Deserialize)]
struct Protocol {
    bank: String,
    seed: u64,
    theta: Vec<f64>,
    conditions: std::collections::BTreeMap<String, Condition>,
}

#[derive(Deserialize)]
struct Condition {
    metrics_first_300: Value,
    first_40: Vec<Published>,
}

#[derive(Deserialize)]
struct Published {
    items: Vec<u32>,
    responses: Vec<u32>,
    theta: f64,
    se: f64,
}

#[expect(clippy::print_stdout, reason = "says why nothing was compared")]
pub(super) fn reference() -> Option<PathBuf> {
    let folder = std::env::var_os("WAYMARK_REFERENCE").map(PathBuf::from);
    if folder.is_none() {
        println!("WAYMARK_REFERENCE is not set: nothing to compare with");
    }
    folder.map(|folder| folder.join("cat"))
}

fn plan(condition: &str) -> TestPlan {
    let stopping = if condition.contains("se030") {
        json!({"minimum_items": 1, "maximum_items": 60, "standard_error": 0.30})
    } else {
        json!({"minimum_items": 30, "maximum_items": 30})
    };
    let selection = match condition.split('_').next() {
        Some("mfi") => json!({}),
        Some("randomesque5") => json!({"randomesque": 5}),
        Some("progressive") => json!({"criterion": {"progressive": {"acceleration": 1.0}}}),
        other => panic!("no plan for {other:?}"),
    };
    let plan = json!({
        "id": condition, "version": 1, "name": condition, "pool": "interim", "stopping": stopping, "selection": selection,
    });
    TestPlan::from_json(&plan.to_string()).unwrap()
}

fn protocol(folder: &Path, name: &str) -> (Protocol, Bank) {
    let read = |path: String| std::fs::read_to_string(folder.join(path)).unwrap();
    let protocol: Protocol = serde_json::from_str(&read(format!("efficiency/{name}.json"))).unwrap();
    let bank = read_bank_json(&read(format!("banks/{}.json", protocol.bank)), name).unwrap();
    (protocol, bank)
}

fn check(folder: &Path, name: &str) {
    let (protocol, bank) = protocol(folder, name);
    assert_eq!(protocol.conditions.len(), 5);
    for (condition, published) in &protocol.conditions {
        let plan = plan(condition);
        let pool = ItemPool::prepare(&bank, &plan).unwrap();
        let settings = Settings::new(Uniforms::Counted { seed: protocol.seed }, NormalPrior::STANDARD);
        let tests = simulate(&pool, &plan, &protocol.theta[..EXAMINEES], &settings, &|| {});
        for (examinee, (ours, theirs)) in tests.iter().zip(&published.first_40).enumerate() {
            let items: Vec<u32> = ours.items.iter().map(|&item| pool.bank_position(item as usize)).collect();
            assert_eq!(items, theirs.items, "{name} {condition} examinee {examinee}");
            assert_eq!(ours.scores, theirs.responses, "{name} {condition} examinee {examinee}");
            // Published with 12 digits.
            assert!(
                (ours.estimate.theta.0 - theirs.theta).abs() < 1e-11,
                "{name} {condition} examinee {examinee}"
            );
            assert!(
                (ours.estimate.standard_error - theirs.se).abs() < 1e-11,
                "{name} {condition} {examinee}"
            );
        }
        let summary = serde_json::to_value(summarise(&bank, &plan, &pool, &tests)).unwrap();
        for (figure, published) in published.metrics_first_300.as_object().unwrap() {
            let ours = [&summary["metrics"], &summary["exposure"]]
                .into_iter()
                .find_map(|part| part[figure].as_f64());
            let Some(ours) = ours else {
                assert_eq!(figure, "reached_se030");
                continue;
            };
            let published = published.as_f64().unwrap();
            assert!(
                (ours - published).abs() < 1e-9 * published.abs().max(1.0),
                "{condition} {figure}: {ours} {published}"
            );
        }
        assert_eq!(summary["violations"], 0);
    }
}

/// The figures of all examinees of a protocol under a plan.
fn figures(protocol: &Protocol, bank: &Bank, plan: &TestPlan) -> Summary {
    let pool = ItemPool::prepare(bank, plan).unwrap();
    let settings = Settings::new(Uniforms::Counted { seed: protocol.seed }, NormalPrior::STANDARD);
    summarise(bank, plan, &pool, &simulate(&pool, plan, &protocol.theta, &settings, &|| {}))
}

fn capped(selection: &Value, exposure: &Value) -> TestPlan {
    let mut document = serde_json::to_value(plan("mfi_len30")).unwrap();
    document["selection"] = selection.clone();
    document["exposure"] = exposure.clone();
    TestPlan::from_json(&document.to_string()).unwrap()
}

/// What controlled tests are to reach; see docs/SIMULATION.md.
fn check_targets(folder: &Path, name: &str, mean_length: f64) {
    let (protocol, bank) = protocol(folder, name);
    assert_eq!(protocol.theta.len(), 5_000);
    let free = figures(&protocol, &bank, &plan("mfi_len30"));
    let cap = json!({"maximum_rate": 0.25});
    let held =
        figures(&protocol, &bank, &capped(&json!({"criterion": "posterior_weighted_information"}), &cap));
    let cost = held.metrics.rmse / free.metrics.rmse;
    assert!(cost <= 1.08, "{name}: an RMSE of {} is {cost} of {}", held.metrics.rmse, free.metrics.rmse);
    assert!(held.exposure.overlap <= 0.21, "{name}: {:?}", held.exposure);
    // Tests of one batch do not know of each other's items, so an item may be given 25 times too often in 5,000 tests.
    assert!(held.exposure.max_exposure <= 0.25 + 25.0 / 5_000.0, "{name}: {:?}", held.exposure);
    assert_eq!((held.exposure.forced, held.violations), (0, 0), "{name}");

    // Eligibility is a draw for every test: four standard deviations of a share of 5,000, and the first batch.
    let eligibility = json!({"maximum_rate": 0.25, "control": "eligibility", "band_cuts": [-1.0, 0.0, 1.0]});
    let drawn = figures(&protocol, &bank, &capped(&json!({}), &eligibility));
    let chance = 4.0 * (0.25 * 0.75 / 5_000.0_f64).sqrt() + 0.75 * 25.0 / 5_000.0;
    assert!(drawn.exposure.max_exposure <= 0.25 + chance, "{name}: {:?}", drawn.exposure);

    let precise = figures(&protocol, &bank, &plan("mfi_se030_max60"));
    // Published with two decimals.
    assert!(precise.metrics.mean_length <= mean_length + 0.005, "{name}: {}", precise.metrics.mean_length);
}

#[test]
fn controlled_tests_of_a_synthetic_bank_reach_their_targets() {
    if let Some(folder) = reference() {
        check_targets(&folder, "syn3pl_500", 18.18);
    }
}

#[test]
fn controlled_tests_of_a_real_bank_reach_their_targets() {
    if let Some(folder) = reference() {
        check_targets(&folder, "science3pl", 28.45);
    }
}

#[test]
fn the_published_sequences_of_a_synthetic_bank_come_out_item_by_item() {
    if let Some(folder) = reference() {
        check(&folder, "syn3pl_500");
    }
}

#[test]
fn the_published_sequences_of_a_real_bank_come_out_item_by_item() {
    if let Some(folder) = reference() {
        check(&folder, "science3pl");
    }
}
