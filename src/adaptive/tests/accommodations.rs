//! Students who need accommodations are given items that support every one of them, and no other.

use std::collections::BTreeSet;

use item_bank::{Accommodations, AttributeValue, Bank, Item, ItemId, ItemStatus};
use proptest::prelude::*;
use serde_json::json;

use super::school::*;
use crate::adaptive::*;
use crate::simulation::{Violation, violations_for};

fn needs(text: &str) -> Accommodations {
    text.parse().unwrap()
}

fn supporting(mut item: Item, names: &[&str]) -> Item {
    let names = names.iter().map(ToString::to_string).collect();
    item.attributes.insert("accommodations".to_owned(), AttributeValue::List(names));
    item
}

/// Ninety items of two strands: every second is in braille, every third in Spanish; every tenth is field-tested.
fn school_bank() -> Bank {
    let item_of = |index: usize| {
        let b = 0.06 * (index as f64 - 45.0);
        let one =
            with(item(&format!("i{index}"), three_pl(1.3, b, 0.1)), "strand", ["a", "b"][index / 6 % 2]);
        let names: Vec<&str> = [(2, "braille"), (3, "spanish")]
            .into_iter()
            .filter(|(of, _)| index.is_multiple_of(*of))
            .map(|pair| pair.1)
            .collect();
        let status = if index.is_multiple_of(10) { ItemStatus::FieldTest } else { ItemStatus::Operational };
        Item { status, ..supporting(one, &names) }
    };
    bank((0..90).map(item_of).collect())
}

fn school_plan(assembly: &str) -> TestPlan {
    plan(json!({
        "stopping": {"minimum_items": 8, "maximum_items": 8},
        "blueprint": [{"attribute": "strand", "value": "a", "minimum": 3, "maximum": 5}],
        "selection": {"assembly": assembly},
        "field_test": {"items_per_test": 2, "first_position": 2, "last_position": 8},
    }))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    #[test]
    fn no_item_that_lacks_an_accommodation_is_ever_given(
        theta in -3.0..3.0_f64,
        seed in 0..1_000_u64,
        set in prop::sample::select(vec!["braille", "spanish", "braille; spanish"]),
        assembly in prop::sample::select(vec!["item_by_item", "shadow_test"]),
    ) {
        let (bank, plan, needed) = (school_bank(), school_plan(assembly), needs(set));
        let pool = ItemPool::prepare_for(&bank, &plan, &needed).unwrap();
        let (log, reason) = take(&pool, &plan, theta, log(seed));
        prop_assert_eq!(reason, StopReason::MaximumLength);
        for item in delivered(&log) {
            prop_assert!(bank.item(item.as_str()).unwrap().supports(&needed), "{}", item);
        }
        prop_assert_eq!(violations_for(&bank, &plan, &needed, &delivered(&log)), []);
    }

    #[test]
    fn for_who_needs_nothing_accommodations_change_nothing(theta in -3.0..3.0_f64, seed in 0..1_000_u64) {
        let plan = school_plan("shadow_test");
        let mut plain = school_bank().into_parts();
        for item in &mut plain.items {
            item.attributes.remove("accommodations");
        }
        let test_of = |bank: &Bank| {
            let pool = ItemPool::prepare(bank, &plan).unwrap();
            delivered(&take(&pool, &plan, theta, log(seed)).0)
        };
        prop_assert_eq!(test_of(&school_bank()), test_of(&Bank::new(plain).unwrap()));
    }
}

#[test]
fn the_checker_names_an_item_that_does_not_support_what_is_needed() {
    let (bank, plan) = (school_bank(), school_plan("item_by_item"));
    let given = [4, 6, 8, 12, 14, 16, 18, 24].map(|index| id(&format!("i{index}")));
    let found = violations_for(&bank, &plan, &needs("braille; spanish"), &given);
    let unsupported: BTreeSet<ItemId> = found
        .into_iter()
        .filter_map(|violation| match violation {
            Violation::Unsupported(item) => Some(item),
            _ => None,
        })
        .collect();
    assert_eq!(unsupported, ["i4", "i8", "i14", "i16"].map(id).into());
}

#[test]
fn what_cannot_be_met_for_a_set_is_said_in_words() {
    let bank = school_bank();
    let words = |settings, set| -> Vec<String> {
        let problems = preflight_for(&bank, &plan(settings), &needs(set)).unwrap_err();
        problems.iter().map(ToString::to_string).collect()
    };
    let eight = json!({"stopping": {"minimum_items": 8, "maximum_items": 8}});
    assert_eq!(
        words(eight, "sign_language"),
        ["no operational item of the interim pool supports sign language"]
    );
    let strand = json!({
        "stopping": {"minimum_items": 12, "maximum_items": 12},
        "blueprint": [{"attribute": "strand", "value": "a", "minimum": 9}],
    });
    assert_eq!(preflight_for(&bank, &plan(strand.clone()), &needs("braille")), Ok(()));
    assert_eq!(
        words(strand, "braille; spanish"),
        ["strand = a needs at least 9 items, the interim pool has 6"]
    );
    let required = json!({
        "stopping": {"minimum_items": 8, "maximum_items": 8},
        "items": {"required": ["i3"]},
    });
    assert_eq!(words(required, "braille"), ["every test has item \"i3\", which does not support braille"]);
}
