//! Field-test items: given by plan, never scored, never in the way.

use item_bank::{Bank, Item, ItemStatus, Theta};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::school::*;
use crate::adaptive::*;
use crate::simulation::{Settings, Uniforms, normal_abilities, simulate, summarise, violations};

/// Items of three strands, the first `tried` of them field-test items without parameters.
fn bank_trying(tried: usize, count: usize) -> Bank {
    let mut parts = bank_of_strands(&["algebra", "number", "data"], count).into_parts();
    for item in &mut parts.items[..tried] {
        item.status = ItemStatus::FieldTest;
        item.model = None;
    }
    Bank::new(parts).unwrap()
}

fn settings(field_test: Value) -> Value {
    json!({
        "stopping": {"minimum_items": 6, "maximum_items": 14, "standard_error": 0.62},
        "selection": {"randomesque": 3},
        "blueprint": [{"attribute": "strand", "value": "algebra", "minimum": 3, "maximum": 5}],
        "field_test": field_test,
    })
}

/// The plan with this section, and the plan without any.
fn with_and_without(field_test: Value) -> (TestPlan, TestPlan) {
    let mut without = settings(field_test.clone());
    without.as_object_mut().unwrap().remove("field_test");
    (plan(settings(field_test)), plan(without))
}

fn tried(pool: &ItemPool, log: &ResponseLog) -> Vec<(usize, item_bank::ItemId)> {
    let places = delivered(log).into_iter().zip(1..);
    places.filter(|(item, _)| pool.is_field_test(item)).map(|(item, place)| (place, item)).collect()
}

proptest! {
    #[test]
    fn the_scored_test_is_the_same_with_and_without_them(
        seed in 0_u64..10_000,
        theta in -3.0..3.0,
        items_per_test in 1_usize..4,
        first in 1_usize..6,
        least_distance in 1_usize..4,
    ) {
        let bank = bank_trying(9, 60);
        let last = first + 8;
        let (with, without) = with_and_without(json!({
            "items_per_test": items_per_test, "first_position": first, "last_position": last,
            "least_distance": least_distance,
        }));
        let pools = [ItemPool::prepare(&bank, &with).unwrap(), ItemPool::prepare(&bank, &without).unwrap()];
        let (trying, reason) = take(&pools[0], &with, theta, log(seed));
        let (plain, plain_reason) = take(&pools[1], &without, theta, log(seed));
        prop_assert_eq!(violations(&bank, &with, &delivered(&trying)), []);
        let scored: Vec<_> =
            trying.responses.iter().filter(|given| !pools[0].is_field_test(&given.item)).cloned().collect();
        prop_assert_eq!(&scored, &plain.responses);
        prop_assert_eq!(reason, plain_reason);
        prop_assert_eq!(estimate(&pools[0], &with, &trying), estimate(&pools[1], &without, &plain));
        prop_assert_eq!(posterior(&pools[0], &with, &trying), posterior(&pools[1], &without, &plain));
        // None was left out but for want of time.
        let given = tried(&pools[0], &trying).len();
        let could_be = scored.len() + items_per_test > last;
        prop_assert!(given == items_per_test || !could_be, "{given} of {items_per_test}");
    }
}

#[test]
fn places_are_drawn_evenly_over_the_range() {
    let bank = bank_trying(9, 60);
    let rule = json!({"items_per_test": 1, "first_position": 3, "last_position": 6});
    let plan = with_and_without(rule).0;
    let pool = ItemPool::prepare(&bank, &plan).unwrap();
    let mut counts = [0_i32; 8];
    for seed in 0..2_000 {
        let (log, _) = take(&pool, &plan, 0.2, log(seed));
        counts[tried(&pool, &log)[0].0] += 1;
    }
    // 500 expected at each place; five standard deviations of a binomial count are 97.
    assert!(counts[3..7].iter().all(|count| (count - 500).abs() < 97), "{counts:?}");
}

#[test]
fn the_item_with_the_fewest_answers_in_the_band_of_the_examinee_is_given() {
    let bank = bank_trying(3, 40);
    let rule = json!({"items_per_test": 1, "first_position": 1, "last_position": 1, "band_cuts": [0.0]});
    let plan = with_and_without(rule.clone()).0;
    let pool = ItemPool::prepare(&bank, &plan).unwrap();
    let first = |start: f64, counts: &[(&str, u64, u64)], plan: &TestPlan| {
        let mut log = log(4);
        log.start = item_bank::NormalPrior::new(start, 1.0).unwrap();
        for (item, low, high) in counts {
            log.field_test.add(id(item), 0, *low);
            log.field_test.add(id(item), 1, *high);
        }
        match next_step(&pool, plan, &ExposureRates::none(), &log) {
            Step::Administer(item) => item.to_string(),
            other => panic!("{other:?}"),
        }
    };
    let counts = [("i0", 5, 1), ("i1", 2, 7), ("i2", 3, 9)];
    assert_eq!(first(-0.5, &counts, &plan), "i1");
    assert_eq!(first(0.5, &counts, &plan), "i0");
    let changed = |field: &str, value: u64| {
        let mut rule = rule.clone();
        rule[field] = json!(value);
        with_and_without(rule).0
    };
    assert_eq!(
        first(-0.5, &counts, &changed("answers_wanted", 9)),
        "i0",
        "i1 has its nine answers, i2 twelve"
    );
    let scored = first(-0.5, &counts, &changed("answers_wanted", 6));
    assert!(!["i0", "i1", "i2"].contains(&scored.as_str()), "every item has its answers: {scored}");
    assert_eq!(first(-0.5, &counts, &changed("items_at_once", 1)), "i0", "the first of the bank");
    let mut one_by_one = rule.clone();
    (one_by_one["items_at_once"], one_by_one["answers_wanted"]) = (json!(1), json!(6));
    let done = [("i0", 5, 1), ("i1", 2, 3), ("i2", 0, 0)];
    assert_eq!(first(-0.5, &done, &with_and_without(one_by_one).0), "i1", "i0 has its answers, i2 waits");
}

#[test]
fn one_that_the_student_has_seen_never_comes_again() {
    let bank = bank_trying(3, 60);
    let plan = with_and_without(json!({"items_per_test": 2, "first_position": 2, "last_position": 6})).0;
    let pool = ItemPool::prepare(&bank, &plan).unwrap();
    let mut seen = Vec::new();
    for (attempt, expected) in [2, 1, 0].into_iter().enumerate() {
        let mut log = log(attempt as u64);
        log.seen.clone_from(&seen);
        let (log, _) = take(&pool, &plan, 0.0, log);
        assert_eq!(tried(&pool, &log).len(), expected, "{seen:?}");
        seen.extend(delivered(&log));
    }
}

/// A small bank in which one item is the only one of its strand, and every test needs one of that strand.
fn with_enemies(enemy_of: &str) -> (Bank, TestPlan) {
    let items = (0..12).map(|index| {
        let strand = if index == 0 { "rare" } else { "number" };
        with(item(&format!("i{index}"), three_pl(1.0, f64::from(index) / 4.0 - 1.5, 0.0)), "strand", strand)
    });
    let mut trial =
        Item { status: ItemStatus::FieldTest, model: None, ..item("trial", three_pl(1.0, 0.0, 0.0)) };
    trial.enemies = vec![id(enemy_of)];
    let bank = bank(items.chain([trial]).collect());
    let plan = plan(json!({
        "stopping": {"minimum_items": 6, "maximum_items": 6},
        "blueprint": [{"attribute": "strand", "value": "rare", "minimum": 1}],
        "field_test": {"items_per_test": 1, "first_position": 1, "last_position": 2},
    }));
    (bank, plan)
}

#[test]
fn its_enemies_stay_out_of_the_test_and_one_the_test_needs_keeps_it_out() {
    for (enemy, is_given) in [("i6", true), ("i0", false)] {
        let (bank, plan) = with_enemies(enemy);
        let pool = ItemPool::prepare(&bank, &plan).unwrap();
        let mut given = 0;
        for seed in 0..20 {
            let (log, reason) = take(&pool, &plan, 0.0, log(seed));
            assert_eq!(reason, StopReason::MaximumLength);
            assert_eq!(violations(&bank, &plan, &delivered(&log)), [], "{enemy}");
            given += tried(&pool, &log).len();
        }
        assert_eq!(given > 0, is_given, "{enemy} {given}");
    }
}

#[test]
fn it_never_stands_between_two_items_of_a_stimulus() {
    let mut parts = bank_trying(6, 48).into_parts();
    for (index, item) in parts.items.iter_mut().enumerate().skip(6) {
        item.group = Some(format!("story {}", index / 4));
    }
    let bank = Bank::new(parts).unwrap();
    let plan = plan(json!({
        "stopping": {"minimum_items": 9, "maximum_items": 12},
        "stimulus_sets": {"minimum_items": 3},
        "field_test": {"items_per_test": 2, "first_position": 2, "last_position": 11},
    }));
    let pool = ItemPool::prepare(&bank, &plan).unwrap();
    let mut given = 0;
    for seed in 0..40 {
        let (log, _) = take(&pool, &plan, -0.4, log(seed));
        let order = delivered(&log);
        assert_eq!(violations(&bank, &plan, &order), []);
        for (place, _) in tried(&pool, &log) {
            let group = |place: usize| bank.item(order[place - 1].as_str()).unwrap().group.clone();
            assert_ne!(group(place - 1), group(place + 1), "{order:?}");
            given += 1;
        }
    }
    assert!(given > 40, "{given}");
}

#[test]
fn answers_are_spread_evenly_over_items_within_each_band() {
    let bank = bank_trying(10, 70);
    let plan = with_and_without(json!({
        "items_per_test": 2, "first_position": 3, "last_position": 8, "band_cuts": [-0.5, 0.5],
    }))
    .0;
    let pool = ItemPool::prepare(&bank, &plan).unwrap();
    let settings = Settings::new(Uniforms::Counted { seed: 11 }, item_bank::NormalPrior::STANDARD);
    let abilities = normal_abilities(1_000, 0.0, 1.2, 5).unwrap();
    let tests = simulate(&pool, &plan, &abilities, &settings, &|| {});
    let summary = summarise(&bank, &plan, &pool, &tests);
    assert_eq!(summary.violation_examples, Vec::<String>::new());
    let found = summary.field_test.unwrap();
    assert_eq!((found.items, found.given), (10, found.bands.iter().map(|band| band.answers).sum()));
    for band in &found.bands {
        // 25 tests share one state of the counts, and no test gives an item twice.
        assert!(band.answers > 200 && band.most - band.fewest <= 25, "{band:?}");
    }
    // The same tests as without them, item by item.
    let without = with_and_without(json!({"items_per_test": 1, "first_position": 1, "last_position": 1})).1;
    let pool = ItemPool::prepare(&bank, &without).unwrap();
    for (trying, plain) in tests.iter().zip(simulate(&pool, &without, &abilities, &settings, &|| {})) {
        assert_eq!((&trying.items, &trying.scores), (&plain.items, &plain.scores));
        assert_eq!((trying.estimate, trying.reason), (plain.estimate, plain.reason));
    }
}

#[test]
fn a_simulated_test_is_the_one_that_a_student_would_get() {
    let bank = bank_trying(6, 50);
    let rule = json!({"items_per_test": 2, "first_position": 2, "last_position": 8});
    let plan = with_and_without(rule).0;
    let pool = ItemPool::prepare(&bank, &plan).unwrap();
    let (taken, _) = take(&pool, &plan, 0.7, log(21));
    let mut so_far = log(21);
    for response in &taken.responses {
        let step = next_step(&pool, &plan, &ExposureRates::none(), &so_far);
        assert_eq!(step, Step::Administer(response.item.clone()));
        so_far.responses.push(response.clone());
    }
    let places: Vec<usize> = tried(&pool, &taken).into_iter().map(|(place, _)| place).collect();
    assert_eq!(places.len(), 2);
    // The enemies, the band and the seed alone decide: an answer to one changes nothing.
    for response in taken.responses.iter().filter(|given| pool.is_field_test(&given.item)) {
        let mut other = taken.clone();
        other.responses.iter_mut().find(|given| given.item == response.item).unwrap().score = 7;
        assert_eq!(estimate(&pool, &plan, &other), estimate(&pool, &plan, &taken));
    }
    assert!(estimate(&pool, &plan, &taken).unwrap().theta > Theta(-3.0));
}

#[test]
fn settings_out_of_range_say_which_and_what() {
    let refusal = |field_test: Value| {
        let mut document = json!({"id": "p", "version": 1, "name": "P", "pool": "interim"});
        document.as_object_mut().unwrap().extend(settings(field_test).as_object().unwrap().clone());
        TestPlan::from_json(&document.to_string()).unwrap_err().to_string()
    };
    let rule = |items: u32, first: u32, last: u32| json!({"items_per_test": items, "first_position": first, "last_position": last});
    assert_eq!(refusal(rule(0, 1, 4)), "field_test.items_per_test must be from 1 to 20, got 0");
    assert_eq!(refusal(rule(1, 0, 4)), "field_test.first_position must be at least 1, got 0");
    assert_eq!(
        refusal(rule(2, 3, 16)),
        "field_test.last_position must be from the first position to the place before the last item of the longest \
         test, got 16"
    );
    assert_eq!(
        refusal(rule(3, 5, 8)),
        "field_test.first_position to .last_position must be wide enough for the items at their least distance, got \
         5 to 8 for 3 items"
    );
    let mut cuts = rule(1, 1, 4);
    cuts["band_cuts"] = json!([0.1]);
    let must = "at most 19 ascending abilities in logits, each a multiple of 0.25";
    assert_eq!(refusal(cuts), format!("field_test.band_cuts must be {must}, got [0.1]"));
}
