//! In which order a bank lists its items, exact copies among them, and a plan its rows, says nothing about any test.

use item_bank::{Accommodations, Bank, Item, ItemStatus};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use rand::Rng;
use rand_pcg::Pcg64;
use serde_json::{Value, json};

use super::exact::{ITEMS, bank_of, cases, plan_of};
use super::school::*;
use crate::adaptive::*;

/// Fisher and Yates.
fn shuffle<T>(list: &mut [T], luck: &mut Pcg64) {
    for last in (1..list.len()).rev() {
        list.swap(last, (luck.next_u64() % (last as u64 + 1)) as usize);
    }
}

/// The bank with an exact copy of every other item, under ids before and after all others, and three field-test items.
pub(super) fn with_copies(bank: &Bank) -> Bank {
    let mut parts = bank.clone().into_parts();
    let copy = |(place, item): (usize, &Item)| {
        let name = format!("{}-{}", if place % 4 == 0 { "a" } else { "z" }, item.id);
        (place % 2 == 0).then(|| Item { id: id(&name), ..item.clone() })
    };
    let copies: Vec<Item> = parts.items.iter().enumerate().filter_map(copy).collect();
    parts.items.extend(copies);
    for name in ["tried-1", "b-tried", "tried-0"] {
        let one = item(name, three_pl(1.0, 0.0, 0.0));
        parts.items.push(Item { status: ItemStatus::FieldTest, ..one });
    }
    Bank::new(parts).unwrap()
}

/// The same bank and plan with everything listed in another order.
fn rearranged(bank: &Bank, document: &Value, seed: u64) -> (Bank, Value) {
    let mut luck = Pcg64::new(u128::from(seed), 91);
    let (mut parts, mut document) = (bank.clone().into_parts(), document.clone());
    shuffle(&mut parts.items, &mut luck);
    parts.items.iter_mut().for_each(|item| shuffle(&mut item.enemies, &mut luck));
    let mut lists = vec!["/blueprint", "/items/required", "/items/forbidden", "/items/together"];
    let groups: Vec<String> = (0..9).map(|group| format!("/items/together/{group}")).collect();
    lists.extend(groups.iter().map(String::as_str));
    for list in lists {
        if let Some(list) = document.pointer_mut(list).and_then(Value::as_array_mut) {
            shuffle(list, &mut luck);
        }
    }
    (Bank::new(parts).unwrap(), document)
}

/// Every way in which items come to be chosen.
fn ways() -> Vec<Value> {
    let selections = [
        json!({}),
        json!({"randomesque": 3}),
        json!({"criterion": {"progressive": {"acceleration": 1.0}}}),
        json!({"criterion": {"proportional": {"acceleration": 1.0}}}),
        json!({"criterion": {"content_weights": {"content": 0.6}}}),
        json!({"criterion": "posterior_weighted_information"}),
        json!({"assembly": "shadow_test"}),
        json!({"assembly": "shadow_test", "randomesque": 2, "refresh": {"every": 2}}),
    ];
    let mut ways: Vec<Value> =
        selections.into_iter().map(|selection| json!({"selection": selection})).collect();
    for control in [json!("eligibility"), json!("sympson_hetter"), json!({"priority": {"steepness": 4}})] {
        ways.push(json!({
            "selection": {"assembly": "shadow_test"},
            "exposure": {"maximum_rate": 0.3, "control": control, "band_cuts": [0.0]},
        }));
    }
    ways
}

/// Items and scores of a test; answers are right or wrong by their place in the test.
fn test(bank: &Bank, document: &Value, (seed, seen): (u64, &[bool])) -> Option<Vec<String>> {
    let plan = TestPlan::from_json(&document.to_string()).unwrap();
    let pool = ItemPool::prepare(bank, &plan).ok()?;
    let counts = json!({"i0": [[9, 8], [4, 1]], "i2": [[9, 1], [4, 4]], "a-i0": [[9, 5], [4, 2]], "i3": [[9, 9], [9, 9]]});
    let rates: ExposureRates = serde_json::from_value(counts).unwrap();
    let mut log = log(seed);
    log.seen = (0..ITEMS).filter(|&item| seen[item]).map(|item| id(&format!("i{item}"))).collect();
    while let Step::Administer(item) = next_step(&pool, &plan, &rates, &log) {
        let score = u32::from(counted_uniform(seed, 0, log.responses.len() as u32) < 0.5);
        log.responses.push(LoggedResponse { item, score });
    }
    Some(delivered(&log).iter().map(ToString::to_string).collect())
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 80,
        rng_seed: RngSeed::Fixed(59),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn no_order_in_bank_or_plan_changes_a_test(
        case in cases(), turn in any::<u64>(), seen in prop::collection::vec(prop::bool::weighted(0.2), ITEMS),
    ) {
        let bank = with_copies(&bank_of(&case));
        for way in ways() {
            let mut document = serde_json::to_value(plan_of(&case)).unwrap();
            document.as_object_mut().unwrap().extend(way.as_object().unwrap().clone());
            if case.seed % 2 == 0 {
                document["field_test"] = json!({"items_per_test": 1, "first_position": 1, "last_position": 1, "items_at_once": 2});
            }
            let before = test(&bank, &document, (case.seed, &seen));
            let (bank, document) = rearranged(&bank, &document, turn);
            prop_assert_eq!(before, test(&bank, &document, (case.seed, &seen)), "{}", way);
        }
    }
}

/// Two items that nothing but their names tells apart, and a third that is worse.
fn twins(names: [&str; 2]) -> Bank {
    let mut items = names.map(|name| item(name, three_pl(1.5, 0.0, 0.1))).to_vec();
    items.push(item("worse", three_pl(0.5, 2.0, 0.1)));
    bank(items)
}

#[test]
fn a_log_that_names_no_order_means_that_of_the_bank() {
    let plan = plan(json!({"stopping": {"minimum_items": 1, "maximum_items": 1}}));
    let first = |names: [&str; 2], order: ItemOrder, seed: u64| {
        let pool = ItemPool::prepare_in(&twins(names), &plan, &Accommodations::none(), order).unwrap();
        next_step(&pool, &plan, &ExposureRates::none(), &log(seed))
    };
    assert_eq!(serde_json::from_str::<ItemOrder>("\"id\"").unwrap(), ItemOrder::Id);
    assert_eq!(ItemOrder::default(), ItemOrder::Bank);
    let mut drawn = std::collections::BTreeMap::new();
    for seed in 0..200 {
        let by_id = first(["one", "two"], ItemOrder::Id, seed);
        assert_eq!(by_id, first(["two", "one"], ItemOrder::Id, seed));
        *drawn.entry(format!("{by_id:?}")).or_insert(0) += 1;
        // By place in the bank it is the place that is drawn, whatever item stands there.
        assert_eq!(by_id, first(["one", "two"], ItemOrder::Bank, seed));
        assert_ne!(by_id, first(["two", "one"], ItemOrder::Bank, seed));
    }
    // Each of the two half of the time: five standard deviations of 200 draws are 35.
    assert!(drawn.len() == 2 && drawn.values().all(|count: &i32| (count - 100).abs() < 36), "{drawn:?}");
}
