//! Two versions of a bank side by side.

use serde_json::{Value, json};
use waymark::delivery::read_models::{BankComparison, ItemChange, compare_bank_versions};
use waymark::delivery::{self, DeliveryError, ImportBank};

use super::day;
use crate::support::assessed_school::{AssessedSchool, schools};
use crate::support::small_bank;

/// A second version: one item recalibrated, one retired, one gone, one new.
async fn second_version(school: &AssessedSchool) -> u32 {
    let mut bank: Value = serde_json::from_str(&small_bank::bank_text()).unwrap();
    let items = bank["items"].as_array_mut().unwrap();
    items[0]["b"] = json!(-2.5);
    items[0]["se"] = json!({ "a": 0.1, "b": 0.3 });
    items[1]["status"] = json!("retired");
    let mut fresh = items[2].clone();
    fresh["id"] = json!("interim-fresh");
    items[2] = fresh;
    let text = bank.to_string();
    let import = ImportBank { text: &text, source_name: "small.json", note: "second", by: &school.staff };
    delivery::import_bank(&school.service, day(0), &import).await.unwrap().version
}

fn changes(found: &BankComparison) -> Vec<(&str, ItemChange)> {
    let differ = found.items.iter().filter(|item| item.change != ItemChange::Same);
    differ.map(|item| (item.item_id.as_str(), item.change)).collect()
}

#[actix_web::test]
async fn what_changed_is_named_item_by_item_with_its_error() {
    for school in schools().await {
        let version = second_version(&school).await;
        let found = compare_bank_versions(&school.service, "small", (1, version)).await.unwrap();
        assert_eq!(
            changes(&found),
            [
                ("interim-000", ItemChange::Changed),
                ("interim-001", ItemChange::Changed),
                ("interim-fresh", ItemChange::New),
                ("interim-002", ItemChange::Gone),
            ]
        );
        assert_eq!((found.changed, found.new, found.gone), (2, 1, 1));
        assert_eq!(found.same as usize, found.items.len() - 4);
        let b = found.items[0].parameters.iter().find(|parameter| parameter.name == "b").unwrap();
        assert_eq!((b.before.unwrap().value, b.after.unwrap().value, b.difference), (-3.0, -2.5, Some(0.5)));
        // The first version says nothing of its errors, so there is none of the difference.
        assert_eq!((b.after.unwrap().standard_error, b.difference_error), (Some(0.3), None));
        assert!(!found.items[0].content_changed && !found.items[0].attributes_changed);
        // One of the items in both moved by half a logit.
        let moved = f64::from(found.same + found.changed);
        assert!((found.mean_difficulty_change.unwrap() - 0.5 / moved).abs() < 1e-12);
        assert!((found.rms_difficulty_change.unwrap() - (0.25 / moved).sqrt()).abs() < 1e-12);
    }
}

#[actix_web::test]
async fn the_other_way_round_differences_change_their_sign_and_new_is_gone() {
    for school in schools().await {
        let version = second_version(&school).await;
        let one = compare_bank_versions(&school.service, "small", (1, version)).await.unwrap();
        let other = compare_bank_versions(&school.service, "small", (version, 1)).await.unwrap();
        assert_eq!((one.new, one.gone, one.changed), (other.gone, other.new, other.changed));
        for item in &one.items {
            let back = other.items.iter().find(|found| found.item_id == item.item_id).unwrap();
            let differences = |item: &waymark::delivery::read_models::ItemComparison| -> Vec<Option<f64>> {
                item.parameters.iter().map(|parameter| parameter.difference).collect()
            };
            let turned: Vec<Option<f64>> =
                differences(back).into_iter().map(|found| found.map(|value| 0.0 - value)).collect();
            assert_eq!(differences(item), turned, "{}", item.item_id);
        }
        let itself = compare_bank_versions(&school.service, "small", (1, 1)).await.unwrap();
        assert_eq!(itself.same as usize, itself.items.len());
        let missing = compare_bank_versions(&school.service, "small", (9, 1)).await.unwrap_err();
        assert!(matches!(missing, DeliveryError::NotFound { .. }), "{missing}");
    }
}
