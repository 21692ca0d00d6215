//! Exposure parameters that simulations find.

use item_bank::banks;
use item_bank::formats::read_bank_json;
use serde_json::{Value, json};

use crate::adaptive::{ExposureControl, ItemPool, TestPlan};
use crate::simulation::*;

fn plan(cap: f64) -> TestPlan {
    let mut document: Value =
        serde_json::from_str(include_str!("../../../plans/find-your-level.json")).unwrap();
    document["blueprint"] = json!([]);
    document["exposure"] = json!({"maximum_rate": cap});
    document["stopping"] = json!({"minimum_items": 10, "maximum_items": 10});
    document["selection"] = json!({});
    TestPlan::from_json(&document.to_string()).unwrap()
}

#[test]
fn the_parameters_keep_the_cap_on_examinees_that_they_were_not_found_with() {
    let bank = read_bank_json(banks::NUMBER_AND_FRACTIONS_JSON, "bank").unwrap();
    let (cap, count) = (0.3, 300);
    let plan = plan(cap);
    let abilities = normal_abilities(count, 0.0, 1.2, 31).unwrap();
    let settings = Settings::new(Uniforms::Counted { seed: 32 }, plan.start(None, None));
    let found = sympson_hetter(&bank, &plan, &abilities, &settings, 12).unwrap();
    assert!(found.highest[0] > 0.9, "without parameters everybody starts alike: {:?}", found.highest);
    assert!(matches!(found.rounds, Rounds::Converged(_)), "{:?} {:?}", found.rounds, found.highest);

    let rule = found.plan.exposure.as_ref().unwrap();
    assert_eq!(rule.control, ExposureControl::SympsonHetter);
    assert!(rule.parameters.values().all(|parameter| *parameter > 0.0 && *parameter < 1.0));
    let read = TestPlan::from_json(&serde_json::to_string(&found.plan).unwrap()).unwrap();
    assert_eq!(read, found.plan, "the plan holds the parameters");

    let pool = ItemPool::prepare(&bank, &found.plan).unwrap();
    let others = normal_abilities(count, 0.0, 1.2, 33).unwrap();
    let settings = Settings::new(Uniforms::Counted { seed: 34 }, plan.start(None, None));
    let summary =
        summarise(&bank, &found.plan, &pool, &simulate(&pool, &found.plan, &others, &settings, &|| {}));
    // Three binomial standard errors were accepted when the parameters were found, and this draw has its own.
    let error = (cap * (1.0 - cap) / f64::from(count)).sqrt();
    assert!(summary.exposure.max_exposure < cap + 5.0 * error, "{:?}", summary.exposure);
    assert_eq!(summary.exposure.forced, 0);
}

#[test]
fn a_plan_without_a_cap_has_no_parameters_to_find() {
    let bank = read_bank_json(banks::NUMBER_AND_FRACTIONS_JSON, "bank").unwrap();
    let mut document = serde_json::to_value(plan(0.3)).unwrap();
    document.as_object_mut().unwrap().remove("exposure");
    let plan = TestPlan::from_json(&document.to_string()).unwrap();
    let settings = Settings::new(Uniforms::Counted { seed: 32 }, plan.start(None, None));
    let error = sympson_hetter(&bank, &plan, &[0.0], &settings, 3).unwrap_err().to_string();
    assert_eq!(error, "exposure must be a rule with a greatest share, got none");
}
