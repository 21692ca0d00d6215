//! In which band of ability a use counts under eligibility.

use serde_json::json;

use super::school::*;
use crate::adaptive::*;

/// Everybody starts at the cut of two bands, with the item that says the most there.
fn start_at_a_cut() -> (ItemPool, TestPlan) {
    let settings = json!({
        "stopping": {"minimum_items": 4, "maximum_items": 4},
        "exposure": {"maximum_rate": 0.25, "control": "eligibility", "band_cuts": [0.0]},
    });
    let plan = plan(settings);
    let mut items = bank_of_strands(&["number"], 30).items().to_vec();
    items.push(item("favourite", three_pl(3.0, 0.0, 0.0)));
    (ItemPool::prepare(&bank(items), &plan).unwrap(), plan)
}

fn rates(favourite: serde_json::Value) -> ExposureRates {
    serde_json::from_value(json!({ "favourite": favourite })).unwrap()
}

/// A test of wrong answers, which ends in the lower band, and what it adds to the counts of the favourite.
fn after_wrong_answers(pinned: &ExposureRates) -> (ResponseLog, [BandCounts; 2]) {
    let (pool, plan) = start_at_a_cut();
    let mut log = log(3);
    while let Step::Administer(item) = next_step(&pool, &plan, pinned, &log) {
        log.responses.push(LoggedResponse { item, score: 0 });
    }
    let mut counted = ExposureRates::none();
    counted.count_attempt(&pool, &plan, pinned, &log).unwrap();
    let counts = [0, 1].map(|band| counted.counts(&id("favourite"), band));
    (log, counts)
}

#[test]
fn an_item_that_was_eligible_to_the_end_counts_where_the_test_ended() {
    let (log, [low, high]) = after_wrong_answers(&ExposureRates::none());
    assert_eq!(log.responses[0].item, id("favourite"));
    assert_eq!(low, BandCounts { eligible: 1, administered: 1, on_the_way: 0, forced: 0 });
    assert_eq!(high, BandCounts::default());
}

#[test]
fn an_item_that_was_not_eligible_where_the_test_ended_counts_where_it_was_given_too() {
    // Never eligible in the lower band, always in the upper one.
    let (log, [low, high]) = after_wrong_answers(&rates(json!([[0, 5], [0, 0]])));
    assert_eq!(log.responses[0].item, id("favourite"));
    assert_eq!(low, BandCounts { eligible: 0, administered: 1, on_the_way: 0, forced: 0 });
    assert_eq!(high, BandCounts { eligible: 0, administered: 0, on_the_way: 1, forced: 0 });
}

#[test]
fn uses_on_the_way_hold_an_item_back_where_it_was_given() {
    // One of four tests that ended in the upper band gave it, which is the cap; a million gave it on their way elsewhere.
    let kept = rates(json!([[0, 0], [4, 1]]));
    let held = rates(json!([[0, 0], [4, 1, 1_000_000]]));
    assert_eq!(after_wrong_answers(&kept).0.responses[0].item, id("favourite"));
    assert_ne!(after_wrong_answers(&held).0.responses[0].item, id("favourite"));
    assert_eq!(
        (held.total(&id("favourite")).administered, kept.total(&id("favourite")).administered),
        (1, 1)
    );
}

#[test]
fn counts_are_stored_as_two_numbers_up_to_four() {
    let counts: BandCounts = serde_json::from_value(json!([7, 2])).unwrap();
    assert_eq!(counts, BandCounts { eligible: 7, administered: 2, on_the_way: 0, forced: 0 });
    assert_eq!(serde_json::to_value(counts).unwrap(), json!([7, 2]));
    let counts = BandCounts { on_the_way: 3, ..counts };
    assert_eq!(serde_json::to_value(counts).unwrap(), json!([7, 2, 3]));
    let counts = BandCounts { forced: 1, on_the_way: 0, ..counts };
    assert_eq!(serde_json::to_value(counts).unwrap(), json!([7, 2, 0, 1]));
    assert_eq!(serde_json::from_value::<BandCounts>(json!([7, 2, 0, 1])).unwrap(), counts);
    for refused in [json!([7]), json!([7, 2, 0, 1, 0])] {
        assert!(serde_json::from_value::<BandCounts>(refused).is_err());
    }
}

#[test]
fn an_item_that_the_plan_needs_is_given_over_its_cap_and_counted_as_forced() {
    let settings = json!({
        "stopping": {"minimum_items": 3, "maximum_items": 3},
        "items": {"required": ["i4"]},
        "exposure": {"maximum_rate": 0.1},
    });
    let plan = plan(settings);
    let pool = ItemPool::prepare(&bank_of_strands(&["number"], 30), &plan).unwrap();
    let used_up: ExposureRates = serde_json::from_value(json!({ "i4": [[1_000, 900]] })).unwrap();
    let mut log = log(1);
    while let Step::Administer(item) = next_step(&pool, &plan, &used_up, &log) {
        log.responses.push(LoggedResponse { item, score: 1 });
    }
    assert!(log.responses.iter().any(|response| response.item == id("i4")));
    let mut counted = ExposureRates::none();
    counted.count_attempt(&pool, &plan, &used_up, &log).unwrap();
    assert_eq!(
        counted.total(&id("i4")),
        BandCounts { eligible: 1, administered: 1, on_the_way: 0, forced: 1 }
    );
    let forced: u64 = (0..30).map(|item| counted.total(&id(&format!("i{item}"))).forced).sum();
    assert_eq!(forced, 1, "the others had room");
}
