//! The published protocol – bank, examinees, uniform numbers – gives the published tests, item by item. Without
//! `WAYMARK_REFERENCE` there is nothing to compare with, and the test says so.

use std::path::{Path, PathBuf};

use item_bank::NormalPrior;
use item_bank::formats::read_bank_json;
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
fn reference() -> Option<PathBuf> {
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

fn check(folder: &Path, name: &str) {
    let read = |path: String| std::fs::read_to_string(folder.join(path)).unwrap();
    let protocol: Protocol = serde_json::from_str(&read(format!("efficiency/{name}.json"))).unwrap();
    let bank = read_bank_json(&read(format!("banks/{}.json", protocol.bank)), name).unwrap();
    assert_eq!(protocol.conditions.len(), 5);
    for (condition, published) in &protocol.conditions {
        let plan = plan(condition);
        let pool = ItemPool::prepare(&bank, &plan).unwrap();
        let settings = Settings::new(Uniforms::Counted { seed: protocol.seed }, NormalPrior::STANDARD);
        let tests = simulate(&pool, &plan, &protocol.theta[..EXAMINEES], &settings, &|| {});
        for (examinee, (ours, theirs)) in tests.iter().zip(&published.first_40).enumerate() {
            assert_eq!(ours.items, theirs.items, "{name} {condition} examinee {examinee}");
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
