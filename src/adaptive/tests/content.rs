//! What plans ask of content: refused where it makes no sense, kept where it does.

use item_bank::{AttributeValue, Bank, Item};
use serde_json::{Value, json};

use super::school::*;
use crate::adaptive::*;
use crate::simulation::{Violation, violations};

fn refusal(settings: Value) -> String {
    let mut document = json!({
        "id": "p", "version": 1, "name": "P", "pool": "interim",
        "stopping": {"minimum_items": 4, "maximum_items": 6},
    });
    document.as_object_mut().unwrap().extend(settings.as_object().unwrap().clone());
    TestPlan::from_json(&document.to_string()).unwrap_err().to_string()
}

#[test]
fn every_refusal_names_its_place_and_the_value() {
    let row = |row: Value| refusal(json!({"blueprint": [{"attribute": "strand", "value": "a"}, row]}));
    for (said, expected) in [
        (row(json!({})), "blueprint[1].attribute must be stated, or else where, sum or count, got nothing"),
        (row(json!({"value": "a"})), "blueprint[1].value must be together with an attribute, got a"),
        (
            row(json!({"attribute": "a", "minimum": 3, "maximum": 2})),
            "blueprint[1].maximum must be not below the minimum, got 2",
        ),
        (row(json!({"where": {}})), "blueprint[1].where must be a condition, got nothing"),
        (
            row(json!({"where": {"any": [{"attribute": "a"}, {"not": {"at_least": 2}}]}})),
            "blueprint[1].where.any[1].not must be a condition with the attribute that it is about, got none",
        ),
        (row(json!({"where": {"all": []}})), "blueprint[1].where.all must be a list of 1 to 500, got 0"),
        (
            row(json!({"sum": "words", "count": "sets"})),
            "blueprint[1].sum must be over items, not over sets, got words",
        ),
        (row(json!({"attribute": "a", "minimum": 501})), "blueprint[1].minimum must be at most 500, got 501"),
        (
            refusal(json!({"items": {"together": [["x", "y"], ["z"]]}})),
            "items.together[1] must be 2 to 500 items, got 1",
        ),
        (
            refusal(json!({"items": {"together": [vec!["x"; 501]]}})),
            "items.together[0] must be 2 to 500 items, got 501",
        ),
        (
            refusal(json!({"items": {"forbidden": vec!["x"; 1_000_001]}})),
            "items.forbidden must be at most 1000000, got 1000001",
        ),
        (row(json!({"attribute": ""})), "blueprint[1].attribute must be the name of an attribute, got \"\""),
        (
            refusal(json!({"items": {"order": {"attribute": "part", "values": ["one"]}}})),
            "items.order.values must be a list of 2 to 500, got 1",
        ),
        (
            refusal(json!({"selection": {"refresh": {"every": 0}}})),
            "selection.refresh.every must be from 1 to 500, got 0",
        ),
        (
            refusal(json!({"selection": {"node_limit": 0}})),
            "selection.node_limit must be from 1 to 100000, got 0",
        ),
    ] {
        assert_eq!(said, expected);
    }
    let list = row(json!({"attribute": "a", "value": [1], "minimum": 1}));
    assert!(
        list.contains("blueprint[1].value: invalid type: sequence, expected a text or a number"),
        "{list}"
    );
    let unknown = row(json!({"where": {"atribute": "strand"}}));
    assert!(unknown.contains("unknown field `atribute`"), "{unknown}");
}

fn numbered(mut item: Item, name: &str, number: f64) -> Item {
    item.attributes.insert(name.to_owned(), AttributeValue::Number(number));
    item
}

/// Twelve items in three parts of four, each of 10 to 21 words; those of the second part share a stimulus.
fn bank_of_parts() -> Bank {
    let one = |index: usize| {
        let b = -1.5 + 0.25 * index as f64;
        let mut item = item(&format!("i{index}"), three_pl(1.0 + 0.05 * index as f64, b, 0.1));
        item.group = (4..8).contains(&index).then(|| "text".to_owned());
        numbered(with(item, "part", ["warm-up", "core", "end"][index / 4]), "words", 10.0 + index as f64)
    };
    bank((0..12).map(one).collect())
}

fn problems(settings: Value, bank: &Bank) -> Vec<String> {
    let found = preflight(bank, &plan(settings)).unwrap_err();
    found.iter().map(ToString::to_string).collect()
}

#[test]
fn a_row_that_no_test_can_fail_is_refused_when_a_plan_is_offered() {
    let bank = bank_of_parts();
    let offered = |row: Value| {
        let stopping = json!({"minimum_items": 4, "maximum_items": 6});
        let plan = plan(json!({"stopping": stopping, "blueprint": [row]}));
        // The tests of a plan in use go on.
        assert_eq!(preflight(&bank, &plan), Ok(()));
        check_rows(&bank, &plan).map_err(|found| found[0].to_string())
    };
    for (row, expected) in [
        (
            json!({"attribute": "part", "value": "standrad", "maximum": 2}),
            "no item of the interim pool is counted by this row, so its maximum limits nothing: part = standrad",
        ),
        (
            json!({"attribute": "part", "value": "core"}),
            "part = core bounds nothing: it needs a minimum, a maximum, or both",
        ),
        (
            json!({"count": "sets", "attribute": "part", "value": "end", "maximum": 1}),
            "no stimulus set of the interim pool is counted by this row, so its maximum limits nothing: stimulus sets, part = end",
        ),
        (
            json!({"sum": "part", "maximum": 90}),
            "no item of the interim pool that this row counts has \"part\" as a number: sum of part, all items",
        ),
    ] {
        assert_eq!(offered(row), Err(expected.to_owned()));
    }
    for row in [
        json!({"attribute": "part", "value": "core", "maximum": 2}),
        json!({"count": "sets", "attribute": "part", "value": "core", "maximum": 1}),
        json!({"sum": "words", "maximum": 90}),
        json!({"where": {"attribute": "words", "value": "12"}, "maximum": 1}),
        json!({"where": {"attribute": "words", "value": 12}, "maximum": 1}),
        json!({"where": {"attribute": "words", "values": [12.0, "13"]}, "maximum": 1}),
        json!({"attribute": "words", "value": 12, "maximum": 1}),
    ] {
        assert_eq!(offered(row), Ok(()));
    }
}

#[test]
fn preflight_names_rows_of_every_kind_that_cannot_be_met_alone() {
    let bank = bank_of_parts();
    let stopping = json!({"minimum_items": 4, "maximum_items": 6});
    for (rules, expected) in [
        (
            json!({"blueprint": [{"sum": "words", "minimum": 200}]}),
            "sum of words, all items needs at least 200 in all, the interim pool has 186",
        ),
        (
            json!({"blueprint": [{"count": "sets", "attribute": "part", "value": "core", "minimum": 2}]}),
            "stimulus sets, part = core needs at least 2 sets, the interim pool has 1",
        ),
        (
            json!({"blueprint": [{
                "where": {"any": [{"attribute": "words", "at_least": 20}, {"items": ["i0"]}],
                          "not": {"attribute": "part", "value": "warm-up"}},
                "minimum": 3,
            }]}),
            "(words at least 20 or one of i0) and not (part = warm-up) needs at least 3 items, \
             the interim pool has 2",
        ),
        (
            json!({"items": {"required": ["i1", "nowhere"]}}),
            "the plan names item \"nowhere\", which is no operational item of the interim pool",
        ),
        (
            json!({"items": {"order": {"attribute": "words"}}}),
            "the items of stimulus \"text\" have different places in the order by words",
        ),
    ] {
        let mut settings = json!({"stopping": stopping});
        settings.as_object_mut().unwrap().extend(rules.as_object().unwrap().clone());
        assert_eq!(problems(settings, &bank), [expected]);
    }
}

#[test]
fn preflight_names_requirements_of_every_kind_of_which_none_can_be_left_out() {
    let bank = bank_of_parts();
    let settings = json!({
        "stopping": {"minimum_items": 4, "maximum_items": 6},
        "blueprint": [
            {"attribute": "part", "value": "end", "maximum": 5},
            {"sum": "words", "maximum": 59},
            {"name": "long ones", "where": {"attribute": "words", "at_least": 19}, "minimum": 1},
        ],
        "items": {"required": ["i8"], "together": [["i8", "i11"], ["i0", "i1"]]},
    });
    // i8 and i11 have 18 + 21 words, and two more items at least 10 + 11.
    let words = "the interim pool has no test that meets these together: every test has item i8; \
                 items i8 and i11 come together or not at all; sum of words, all items at most 59; \
                 a test has at least 4 items";
    assert_eq!(problems(settings.clone(), &bank), [words]);
    // Without any one of them there is a test.
    for (pointer, instead) in [
        ("/items/required", json!([])),
        ("/items/together", json!([["i0", "i1"]])),
        ("/blueprint/1/maximum", json!(1_000)),
        ("/stopping/minimum_items", json!(1)),
    ] {
        let mut without = settings.clone();
        *without.pointer_mut(pointer).unwrap() = instead;
        assert_eq!(preflight(&bank, &plan(without)), Ok(()), "{pointer}");
    }
}

#[test]
fn items_come_in_the_order_of_the_plan_and_the_checker_sees_when_they_do_not() {
    let bank = bank_of_parts();
    for assembly in ["item_by_item", "shadow_test"] {
        let plan = plan(json!({
            "stopping": {"minimum_items": 6, "maximum_items": 6},
            "selection": {"assembly": assembly},
            "blueprint": [{"attribute": "part", "value": "end", "minimum": 1},
                          {"attribute": "part", "value": "warm-up", "minimum": 2}],
            "stimulus_sets": {"minimum_items": 2, "maximum_items": 3},
            "items": {
                "required": ["i2"], "forbidden": ["i11"], "together": [["i0", "i9"]],
                "order": {"attribute": "part", "values": ["warm-up", "core", "end"]},
            },
        }));
        let pool = ItemPool::prepare(&bank, &plan).unwrap();
        for seed in 0..8 {
            let (log, reason) = take(&pool, &plan, -1.0 + 0.4 * seed as f64, log(seed));
            assert_eq!(reason, StopReason::MaximumLength);
            let test = delivered(&log);
            assert_eq!(violations(&bank, &plan, &test), []);
            assert!(test.contains(&id("i2")) && !test.contains(&id("i11")));
            let mut wrong = test.clone();
            wrong.reverse();
            let found = violations(&bank, &plan, &wrong);
            assert!(found.iter().any(|violation| matches!(violation, Violation::OutOfOrder(_))));
            wrong.retain(|item| *item != id("i2"));
            wrong.push(id("i11"));
            let found = violations(&bank, &plan, &wrong);
            assert!(found.contains(&Violation::Missing(id("i2"))));
            assert!(found.contains(&Violation::Forbidden(id("i11"))));
        }
    }
}

#[test]
fn a_limit_on_seen_items_ends_a_test_that_may_end_and_no_other() {
    let bank = bank_of_strands(&["number"], 12);
    let limit = |most: usize, minimum: usize| {
        let plan = plan(json!({
            "stopping": {"minimum_items": minimum, "maximum_items": 10},
            "items": {"seen_maximum": most},
        }));
        let pool = ItemPool::prepare(&bank, &plan).unwrap();
        let seen = (0..8).map(|item| pool.id(item).clone()).collect();
        let (log, reason) = take(&pool, &plan, 0.2, ResponseLog { seen, ..log(4) });
        let again = delivered(&log).iter().filter(|item| log.seen.contains(item)).count();
        (delivered(&log).len(), again, reason)
    };
    // Four items are new.
    assert_eq!(limit(1, 3), (5, 1, StopReason::PoolExhausted));
    assert_eq!(limit(0, 3), (4, 0, StopReason::PoolExhausted));
    assert_eq!(limit(0, 6), (6, 2, StopReason::PoolExhausted));
    assert_eq!(limit(9, 3), (10, 6, StopReason::MaximumLength));
}
