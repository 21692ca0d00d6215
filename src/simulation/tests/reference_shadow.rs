//! Published shadow tests of two real blueprints come out item by item. Without `WAYMARK_REFERENCE` there is nothing to
//! compare with, and the test says so.

use item_bank::NormalPrior;
use item_bank::formats::read_bank_json;
use serde_json::{Value, json};

use super::reference::reference;
use crate::adaptive::{ItemPool, TestPlan};
use crate::simulation::*;

fn list(value: &Value) -> &Vec<Value> {
    value.as_array().unwrap()
}

/// The items of a bank file, by the places that a constraint lists.
fn members(constraint: &Value, items: &[Value]) -> Vec<Value> {
    list(&constraint["members"])
        .iter()
        .map(|place| items[place.as_u64().unwrap() as usize]["id"].clone())
        .collect()
}

/// The plan of a blueprint; an attribute of the bank's items says which are counted in which row. The published tests keep
/// every constraint but the order of presentation.
fn plan(blueprint: &Value, bank: &mut Value) -> Value {
    let mut stopping = json!({});
    let (mut rows, mut rules) = (Vec::new(), json!({}));
    let items = bank["items"].as_array_mut().unwrap();
    for constraint in list(&blueprint["constraints"]).iter().filter(|one| one["enabled"] == true) {
        let (name, least, most) = (&constraint["id"], &constraint["min"], &constraint["max"]);
        match constraint["kind"].as_str().unwrap() {
            "test_length" => stopping = json!({"minimum_items": least, "maximum_items": most}),
            "item_count" => {
                for place in list(&constraint["members"]) {
                    items[place.as_u64().unwrap() as usize]["attributes"][name.as_str().unwrap()] =
                        json!("in");
                }
                rows.push(json!({"attribute": name, "minimum": least, "maximum": most}));
            }
            "enemy_at_most_one" => {
                let enemies = members(constraint, items);
                for place in list(&constraint["members"]) {
                    let item = &mut items[place.as_u64().unwrap() as usize];
                    let mut all = item["enemies"].as_array().cloned().unwrap_or_default();
                    let new: Vec<Value> = enemies
                        .iter()
                        .filter(|id| **id != item["id"] && !all.contains(id))
                        .cloned()
                        .collect();
                    all.extend(new);
                    item["enemies"] = json!(all);
                }
            }
            "include_all" => rules["required"] = json!(members(constraint, items)),
            "exclude_all" => rules["forbidden"] = json!(members(constraint, items)),
            "all_or_none" => rules["together"] = json!([members(constraint, items)]),
            "presentation_order" => {}
            other => panic!("no rule for {other}"),
        }
    }
    json!({
        "id": "published", "version": 1, "name": "Published", "pool": "interim", "stopping": stopping,
        "selection": {"assembly": "shadow_test"}, "blueprint": rows, "items": rules,
    })
}

fn check(name: &str) {
    let Some(folder) = reference() else { return };
    let read = |path: String| -> Value {
        serde_json::from_str(&std::fs::read_to_string(folder.join(path)).unwrap()).unwrap()
    };
    let blueprint = read(format!("blueprints/{name}.json"));
    let published = &read(format!("blueprints/{name}.optimum.json"))["shadow"];
    let mut bank = read(format!("banks/{name}.json"));
    let plan = TestPlan::from_json(&plan(&blueprint, &mut bank).to_string()).unwrap();
    let bank = read_bank_json(&bank.to_string(), name).unwrap();
    let pool = ItemPool::prepare(&bank, &plan).unwrap();
    let examinees = list(&published["examinees"]);
    let abilities: Vec<f64> =
        examinees.iter().map(|examinee| examinee["theta_true"].as_f64().unwrap()).collect();
    assert_eq!(abilities.len(), 20);
    let uniforms = Uniforms::Counted { seed: published["seed"].as_u64().unwrap() };
    let tests = simulate(&pool, &plan, &abilities, &Settings::new(uniforms, NormalPrior::STANDARD), &|| {});
    for (examinee, (ours, theirs)) in tests.iter().zip(examinees).enumerate() {
        let items: Vec<u32> = ours.items.iter().map(|&item| pool.bank_position(item as usize)).collect();
        assert_eq!(json!(items), theirs["items"], "{name} examinee {examinee}");
        assert_eq!(json!(ours.scores), theirs["responses"], "{name} examinee {examinee}");
        let (theta, error) = (theirs["theta"].as_f64().unwrap(), theirs["se"].as_f64().unwrap());
        assert!((ours.estimate.theta.0 - theta).abs() < 1e-10, "{name} examinee {examinee}");
        assert!((ours.estimate.standard_error - error).abs() < 1e-10, "{name} examinee {examinee}");
    }
}

#[test]
fn the_published_shadow_tests_with_content_rows_come_out_item_by_item() {
    check("science");
}

#[test]
fn the_published_shadow_tests_with_enemies_come_out_item_by_item() {
    check("fatigue");
}
