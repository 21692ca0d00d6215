//! The small bank with two items in field test, and the assessments that give them.

use serde_json::{Value, json};
use waymark::adaptive::TestPlan;
use waymark::delivery::{self, ImportBank, PublishAssessment, PublishDocument};
use waymark::store::Pins;

use super::assessed_school::{AssessedSchool, levelling};
use super::clock::MORNING;
use super::small_bank;

/// The items in field test: nobody knows their parameters.
pub const TRIED: [&str; 2] = ["interim-025", "interim-034"];

/// The section of the plan.
pub fn rule() -> Value {
    json!({ "items_per_test": 2, "first_position": 3, "last_position": 8, "band_cuts": [0.0] })
}

impl AssessedSchool {
    /// From now on the self-levelling assessment gives field-test items: bank version 2 and plan version 2.
    pub async fn try_items(&self) {
        let mut bank: Value = serde_json::from_str(&small_bank::bank_text()).unwrap();
        for item in bank["items"].as_array_mut().unwrap() {
            if TRIED.contains(&item["id"].as_str().unwrap()) {
                let fields = item.as_object_mut().unwrap();
                fields.retain(|field, _| !["model", "a", "b"].contains(&field.as_str()));
                fields.insert("status".to_owned(), json!("field_test"));
                fields["attributes"] = json!({ "strand": "parts", "trial": "yes" });
            }
        }
        let import = ImportBank {
            text: &bank.to_string(),
            source_name: "small.json",
            note: "two items are tried",
            by: &self.staff,
        };
        let version = delivery::import_bank(&self.service, MORNING, &import).await.unwrap().version;
        delivery::publish_bank(&self.service, MORNING, ("small", version), &self.staff).await.unwrap();
        let plan = small_bank::plan_text("levelling", "interim", 6, 12);
        let plan = super::assessed_school::with_field(&plan, "field_test", rule());
        self.offer_levelling(&plan, version).await;
    }

    /// Offers the self-levelling assessment with this plan and bank version.
    pub async fn offer_levelling(&self, plan: &str, bank_version: u32) {
        TestPlan::from_json(plan).unwrap();
        let document =
            PublishDocument { id: "levelling", document: plan, by: &self.staff, reason: "field test" };
        let plan = delivery::publish_plan(&self.service, MORNING, &document).await.unwrap();
        let first = levelling();
        let pins = Pins { bank_version, plan_version: plan.version, ..first.pins.clone() };
        let offered = PublishAssessment { pins, ..first };
        delivery::publish_assessment(&self.service, MORNING, &offered, &self.staff).await.unwrap();
    }
}
