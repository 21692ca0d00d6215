//! What the engine promises, a sentence a test.

use std::collections::{BTreeMap, BTreeSet};

use item_bank::ItemStatus;
use serde_json::json;

use super::school::*;
use crate::adaptive::*;
use crate::simulation::violations;

fn problems(settings: serde_json::Value, bank: &item_bank::Bank) -> Vec<String> {
    let found = preflight(bank, &plan(settings)).unwrap_err();
    found.iter().map(ToString::to_string).collect()
}

#[test]
fn a_row_the_bank_cannot_fill_is_named_in_words() {
    let bank = bank_of_strands(&["algebra", "number", "number", "number"], 4);
    let settings = json!({
        "stopping": {"minimum_items": 2, "maximum_items": 4},
        "blueprint": [{"attribute": "strand", "value": "algebra", "minimum": 2}],
    });
    let words = "strand = algebra needs at least 2 items, the interim pool has 1";
    assert_eq!(problems(settings, &bank), [words]);
}

#[test]
fn rows_that_conflict_are_named_and_the_others_are_not() {
    let bank = bank_of_strands(&["algebra", "number", "data"], 30);
    let settings = json!({
        "stopping": {"minimum_items": 6, "maximum_items": 9},
        "blueprint": [
            {"attribute": "strand", "value": "algebra", "minimum": 5},
            {"attribute": "strand", "value": "number", "minimum": 6},
            {"attribute": "strand", "value": "data", "minimum": 0, "maximum": 3},
        ],
    });
    let words = "the interim pool has no test that meets these together: a test has at most 9 items; \
                 strand = algebra at least 5; strand = number at least 6";
    assert_eq!(problems(settings, &bank), [words]);
}

#[test]
fn a_plan_the_bank_cannot_fill_makes_no_pool() {
    let bank = bank_of_strands(&["number"], 3);
    let plan = plan(json!({"stopping": {"minimum_items": 4, "maximum_items": 5}}));
    assert!(matches!(ItemPool::prepare(&bank, &plan), Err(PlanError::Unfit(_))));
}

#[test]
fn settings_out_of_range_say_which_and_what() {
    let text = r#"{"id":"p","version":1,"name":"P","pool":"interim","stopping":{"minimum_items":5,"maximum_items":4}}"#;
    let error = TestPlan::from_json(text).unwrap_err().to_string();
    assert_eq!(error, "stopping.maximum_items must be from the minimum to 500, got 4");
    let text = r#"{"id":"p","version":1,"name":"P","pool":"interim","stopping":{"minimum_items":"five"}}"#;
    let error = TestPlan::from_json(text).unwrap_err().to_string();
    assert!(error.starts_with("not a test plan: stopping.minimum_items: invalid type"), "{error}");
    let error = TestPlan::from_json(&format!("{text} more")).unwrap_err().to_string();
    assert!(error.contains("stopping.minimum_items"), "{error}");
}

#[test]
fn a_plan_reads_back_as_it_was_written() {
    let written = plan(json!({
        "stopping": {"minimum_items": 5, "maximum_items": 9, "standard_error": 0.4},
        "prior_by_grade": {"3": {"mean": -1.0, "standard_deviation": 1.0}},
    }));
    let text = serde_json::to_string(&written).unwrap();
    assert_eq!(TestPlan::from_json(&text).unwrap(), written);
    assert_eq!(written.start(Some(3), None).mean(), -1.0);
    assert_eq!(written.start(Some(4), None).mean(), 0.0);
    assert_eq!(written.start(Some(3), Some(item_bank::Theta(0.7))).mean(), 0.7);
}

#[test]
fn the_same_log_gives_the_same_step_and_other_seeds_give_others() {
    let bank = bank_of_strands(&["number"], 40);
    let settings =
        json!({"stopping": {"minimum_items": 5, "maximum_items": 5}, "selection": {"randomesque": 5}});
    let plan = plan(settings);
    let pool = ItemPool::prepare(&bank, &plan).unwrap();
    let first = |seed| next_step(&pool, &plan, &ExposureRates::none(), &log(seed));
    assert_eq!(first(1), first(1));
    let kinds: BTreeSet<String> = (0..50).map(|seed| format!("{:?}", first(seed))).collect();
    assert_eq!(kinds.len(), 5);
}

#[test]
fn items_that_tie_are_drawn_with_the_same_odds() {
    // Four items alike and one better: the best is always among the two, and each of the four as often as another.
    let mut items: Vec<_> =
        (0..4).map(|index| item(&format!("twin{index}"), three_pl(1.0, 0.0, 0.0))).collect();
    items.push(item("best", three_pl(2.0, 0.0, 0.0)));
    let bank = bank(items);
    let settings =
        json!({"stopping": {"minimum_items": 1, "maximum_items": 1}, "selection": {"randomesque": 2}});
    let plan = plan(settings);
    let pool = ItemPool::prepare(&bank, &plan).unwrap();
    let mut counts = BTreeMap::new();
    for seed in 0..5_000 {
        if let Step::Administer(item) = next_step(&pool, &plan, &ExposureRates::none(), &log(seed)) {
            *counts.entry(item.to_string()).or_insert(0) += 1;
        }
    }
    assert_eq!(counts.len(), 5);
    // 1,000 expected each; five standard deviations of a binomial count are 141.
    assert!(counts.values().all(|count: &i32| (count - 1_000).abs() < 141), "{counts:?}");
}

#[test]
fn an_item_seen_before_comes_back_only_when_the_unseen_ones_are_used_up() {
    let bank = bank_of_strands(&["number"], 10);
    let plan = plan(json!({"stopping": {"minimum_items": 6, "maximum_items": 6}}));
    let pool = ItemPool::prepare(&bank, &plan).unwrap();
    let (first, _) = take(&pool, &plan, 0.3, log(1));
    let mut second = log(2);
    second.seen = delivered(&first);
    let (second, reason) = take(&pool, &plan, 0.3, second);
    assert_eq!(reason, StopReason::MaximumLength);
    let repeated = delivered(&second).iter().filter(|item| second.seen.contains(item)).count();
    assert_eq!(repeated, 2, "four items were unseen");
    assert!(delivered(&second)[..4].iter().all(|item| !second.seen.contains(item)));
}

#[test]
fn a_test_stops_by_standard_error_by_length_and_not_before_the_minimums() {
    let bank = bank_of_strands(&["algebra", "number"], 60);
    let settings = |error: f64| {
        json!({
            "stopping": {"minimum_items": 4, "maximum_items": 20, "standard_error": error},
            "blueprint": [{"attribute": "strand", "value": "algebra", "minimum": 9, "maximum": 12}],
        })
    };
    for (error, expected) in [(0.05, StopReason::MaximumLength), (0.9, StopReason::StandardErrorReached)] {
        let plan = plan(settings(error));
        let pool = ItemPool::prepare(&bank, &plan).unwrap();
        for seed in 0..10 {
            let (log, reason) = take(&pool, &plan, -0.5, log(seed));
            assert_eq!(reason, expected);
            assert_eq!(violations(&bank, &plan, &delivered(&log)), []);
            if reason == StopReason::StandardErrorReached {
                assert!(log.responses.len() < 14, "once precise, only algebra is still asked");
            }
        }
    }
}

#[test]
fn a_log_of_another_bank_stops_with_that_reason() {
    let bank = bank_of_strands(&["number"], 10);
    let plan = plan(json!({"stopping": {"minimum_items": 2, "maximum_items": 3}}));
    let pool = ItemPool::prepare(&bank, &plan).unwrap();
    for (name, score) in [("nowhere", 0), ("i0", 2)] {
        let mut log = log(1);
        log.responses.push(LoggedResponse { item: id(name), score });
        let step = next_step(&pool, &plan, &ExposureRates::none(), &log);
        assert_eq!(step, Step::Stop(StopReason::LogDoesNotFitPool));
        assert!(estimate(&pool, &plan, &log).unwrap_err().to_string().contains(name));
    }
}

#[test]
fn a_field_test_item_is_never_selected_and_its_answer_counts_for_nothing() {
    let mut parts = bank_of_strands(&["number"], 6).into_parts();
    parts.items[2].status = ItemStatus::FieldTest;
    let bank = item_bank::Bank::new(parts).unwrap();
    let plan = plan(json!({"stopping": {"minimum_items": 5, "maximum_items": 5}}));
    let pool = ItemPool::prepare(&bank, &plan).unwrap();
    let (taken, _) = take(&pool, &plan, 0.0, log(3));
    assert!(!delivered(&taken).contains(&id("i2")));
    let mut embedded = taken.clone();
    embedded.responses.insert(2, LoggedResponse { item: id("i2"), score: 1 });
    assert_eq!(estimate(&pool, &plan, &embedded), estimate(&pool, &plan, &taken));
}

#[test]
fn steps_have_one_json_form() {
    let text = |step| serde_json::to_string(&step).unwrap();
    assert_eq!(text(Step::Administer(id("x"))), r#"{"administer":"x"}"#);
    assert_eq!(text(Step::Stop(StopReason::StandardErrorReached)), r#"{"stop":"standard_error_reached"}"#);
}
