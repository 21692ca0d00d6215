//! In which band of ability a use counts under eligibility.

use serde_json::json;

use super::school::*;
use crate::adaptive::*;
use crate::simulation::{ScoredTest, Settings, Uniforms, simulate, summarise, uniform_abilities};

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

#[test]
fn what_the_log_says_of_the_cap_is_what_a_recount_says() {
    let bank = bank_of_strands(&["number"], 30);
    let counts =
        |item: usize| json!([[50, item * 7 % 40, item % 3], [50, item * 11 % 40], [50, item * 3 % 40, 1]]);
    let rates: serde_json::Map<_, _> = (0..30).map(|item| (format!("i{item}"), counts(item))).collect();
    let rates: ExposureRates = serde_json::from_value(rates.into()).unwrap();
    for control in [json!("eligibility"), json!("sympson_hetter"), json!({"priority": {"steepness": 4}})] {
        let plan = plan(json!({
            "stopping": {"minimum_items": 16, "maximum_items": 16},
            "items": {"required": ["i4", "i5", "i16"]},
            "exposure": {
                "maximum_rate": 0.2, "control": control, "band_cuts": [-0.5, 0.5],
                "parameters": if control == "sympson_hetter" { json!({"i4": 0.2, "i5": 0.5}) } else { json!({}) },
            },
        }));
        let pool = ItemPool::prepare(&bank, &plan).unwrap();
        let mut uses = [0, 0];
        for seed in 0..20 {
            let (mut log, mut told) = (log(seed), Vec::new());
            while let (Step::Administer(item), report) = next_step_with_report(&pool, &plan, &rates, &log) {
                told.push(report.exposure.expect("the plan has a cap") == ExposureUse::OverCap);
                let score = u32::from(counted_uniform(seed, 1, log.responses.len() as u32) < 0.5);
                log.responses.push(LoggedResponse { item, score });
            }
            let test = ScoredTest { bank: &bank, plan: &plan, start: log.start, answers: &log.responses };
            let place = |id: &item_bank::ItemId| {
                test.place(id, &item_bank::Accommodations::none(), ItemOrder::Id).unwrap()
            };
            let number = |id: &item_bank::ItemId| Draws::Pinned { seed }.of_eligibility(place(id));
            let recounted = test.uses_over_cap(&|id, band| rates.counts(id, band), &number);
            assert_eq!(told.len(), recounted.len());
            for (told, recounted) in told.into_iter().zip(recounted) {
                assert!(recounted.is_none_or(|over| over == told), "{control} {seed}");
                uses[usize::from(told)] += 1;
            }
        }
        assert!(uses[0] > 0 && uses[1] > 0, "{control}: {uses:?}");
    }
}

#[test]
fn a_simulation_that_tells_another_number_of_uses_over_the_cap_is_found_out() {
    let plan = plan(json!({
        "stopping": {"minimum_items": 3, "maximum_items": 3},
        "items": {"required": ["i4"]},
        "exposure": {"maximum_rate": 0.15, "band_cuts": [0.3]},
    }));
    let bank = bank_of_strands(&["number"], 30);
    let pool = ItemPool::prepare(&bank, &plan).unwrap();
    let settings = Settings::new(Uniforms::Counted { seed: 8 }, plan.start(None, None));
    let mut tests = simulate(&pool, &plan, &uniform_abilities(150, -2.0, 2.0), &settings, &|| {});
    let summary = summarise(&bank, &plan, &pool, &tests);
    assert!(summary.exposure.forced > 0);
    assert_eq!(summary.violation_examples, Vec::<String>::new());
    tests[140].forced += 1;
    assert_eq!(summarise(&bank, &plan, &pool, &tests).violations, 1);
}
