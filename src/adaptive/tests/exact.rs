//! The blueprint's promise against brute force: for small random plans every subset of the bank is tried.

use std::collections::BTreeSet;

use item_bank::{AttributeValue, Bank, Item, Theta};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{RngSeed, TestRunner};
use serde_json::json;

use super::school::*;
use crate::adaptive::blueprint::{Goal, Progress, shadow_test};
use crate::adaptive::*;
use crate::simulation::violations;

pub(super) const ITEMS: usize = 9;

/// What a random case is made of; small numbers that mean attribute values, groups and enemies.
#[derive(Debug, Clone)]
pub(super) struct Case {
    items: Vec<(u8, u8, u8, f64)>, // strand, depth, group (0: none), difficulty
    enemies: Vec<(usize, usize)>,
    rows: Vec<(u8, u8, usize, usize)>, // which attribute, value, minimum, room above it
    length: (usize, usize),
    sets: (usize, usize, usize),
    rules: Vec<(u8, usize, usize)>, // of each other kind, about one or two items or numbers
    pub(super) seed: u64,
}

pub(super) fn cases() -> impl Strategy<Value = Case> {
    let item = (0..3_u8, 0..3_u8, 0..8_u8, -2.0..2.0_f64);
    (
        prop::collection::vec(item, 5..=ITEMS),
        prop::collection::vec((0..ITEMS, 0..ITEMS), 0..5),
        prop::collection::vec((0..3_u8, 0..3_u8, 0..3_usize, 0..3_usize), 0..5),
        (1..5_usize, 0..4_usize),
        (1..3_usize, 0..3_usize, 0..3_usize),
        prop::collection::vec((0..12_u8, 0..ITEMS, 0..ITEMS), 0..4),
        any::<u64>(),
    )
        .prop_map(|(items, enemies, rows, (shortest, more), sets, rules, seed)| Case {
            items,
            enemies,
            rows,
            length: (shortest, shortest + more),
            sets,
            rules,
            seed,
        })
}

pub(super) fn bank_of(case: &Case) -> Bank {
    let count = case.items.len();
    let mut items: Vec<Item> = Vec::new();
    for (index, &(strand, depth, group, b)) in case.items.iter().enumerate() {
        let mut one = with(
            item(&format!("i{index}"), three_pl(1.0 + 0.1 * index as f64, b, 0.1)),
            "strand",
            &strand.to_string(),
        );
        let both = vec![format!("d{depth}"), format!("s{strand}")];
        one.attributes.insert("tags".into(), AttributeValue::List(both));
        one.group = (1..=2).contains(&group).then(|| format!("g{group}"));
        one.attributes.insert("words".into(), AttributeValue::Number(f64::from(depth) * 7.0 + index as f64));
        // One place in the order for all items of a group; some items have none.
        let part = if one.group.is_some() { group } else { strand };
        if part < 2 {
            one.attributes.insert("part".into(), AttributeValue::Text(format!("part {part}")));
        }
        one.enemies = case
            .enemies
            .iter()
            .filter(|(from, to)| *from == index && *to < count && from != to)
            .map(|(_, to)| id(&format!("i{to}")))
            .collect();
        items.push(one);
    }
    bank(items)
}

pub(super) fn plan_of(case: &Case) -> TestPlan {
    let row = |&(which, value, minimum, room): &(u8, u8, usize, usize)| {
        let (attribute, value) = match which {
            0 => ("strand", value.to_string()),
            1 => ("tags", format!("d{value}")),
            _ => ("tags", format!("s{value}")),
        };
        let mut row = json!({"attribute": attribute, "value": value, "minimum": minimum});
        if room < 2 {
            row["maximum"] = json!(minimum + room);
        }
        row
    };
    let (least, room, fewest) = case.sets;
    let mut sets = json!({"minimum_items": least, "maximum_items": least + room});
    if fewest == 2 {
        sets["minimum_sets"] = json!(1);
    }
    let mut rows: Vec<_> = case.rows.iter().map(row).collect();
    let mut rules = json!({"required": [], "forbidden": [], "together": []});
    for &(kind, a, b) in &case.rules {
        let (first, second) = (a % case.items.len(), b % case.items.len());
        let add = |list: &mut serde_json::Value, entry| list.as_array_mut().unwrap().push(entry);
        match kind {
            0 => add(&mut rules["required"], json!(format!("i{first}"))),
            1 => add(&mut rules["forbidden"], json!(format!("i{first}"))),
            2 if first != second => {
                add(&mut rules["together"], json!([format!("i{first}"), format!("i{second}")]));
            }
            3 => rules["order"] = json!({"attribute": "part", "values": ["part 1", "part 0"]}),
            4 => rows.push(json!({"sum": "words", "minimum": 2 * a, "maximum": 2 * a + 5 * b + 5})),
            5 => rows.push(json!({"count": "sets", "attribute": "strand", "value": "1", "maximum": a % 2})),
            6 => rows.push(json!({"count": "sets", "attribute": "tags", "value": "d1", "minimum": 1})),
            7 => rows.push(json!({
                "where": {"any": [{"attribute": "words", "at_least": 3 * a}, {"items": [format!("i{second}")]}]},
                "minimum": a % 3,
            })),
            8 => rows.push(json!({
                "where": {"attribute": "strand", "values": ["0", "2"], "not": {"attribute": "words", "at_most": a}},
                "maximum": b % 3,
            })),
            _ => {}
        }
    }
    plan(json!({
        "stopping": {"minimum_items": case.length.0, "maximum_items": case.length.1},
        "blueprint": rows,
        "stimulus_sets": sets,
        "items": rules,
    }))
}

/// The place of an item in the order of the plan, if it has one and the plan asks for it.
fn turn(bank: &Bank, plan: &TestPlan, item: usize) -> Option<i32> {
    plan.items.order.as_ref()?;
    let item = &bank.items()[item];
    ["part 1", "part 0"]
        .iter()
        .zip(0..)
        .find(|(part, _)| item.has_attribute("part", part))
        .map(|(_, turn)| turn)
}

/// Every order-free test the plan allows, by brute force: as sets of positions.
fn complete_tests(bank: &Bank, plan: &TestPlan) -> Vec<BTreeSet<usize>> {
    let items = bank.items();
    let subsets = (1_usize..1 << items.len())
        .map(|bits| (0..items.len()).filter(|item| bits >> item & 1 == 1).collect());
    let is_test = |subset: &BTreeSet<usize>| {
        // Items of a group stand together in this order, so the checker sees a legal delivery if there is one.
        let mut order: Vec<usize> = subset.iter().copied().collect();
        // Items without a turn in the plan's order may come at any time, groups as a whole.
        order.sort_by_key(|&item| (turn(bank, plan, item), items[item].group.clone(), item));
        violations(bank, plan, &order.iter().map(|&item| items[item].id.clone()).collect::<Vec<_>>())
            .is_empty()
    };
    subsets.filter(is_test).collect()
}

/// Whether some complete test begins with these items in this order.
fn can_begin(bank: &Bank, plan: &TestPlan, tests: &[BTreeSet<usize>], begun: &[usize]) -> bool {
    let group = |item: usize| bank.items()[item].group.as_deref();
    let mut left: Vec<&str> = Vec::new();
    for pair in begun.windows(2) {
        if let Some(before) = group(pair[0]).filter(|before| Some(*before) != group(pair[1])) {
            left.push(before);
        }
    }
    if begun.last().and_then(|&last| group(last)).is_some_and(|last| left.contains(&last)) {
        return false;
    }
    let turns: Vec<i32> = begun.iter().filter_map(|&item| turn(bank, plan, item)).collect();
    let latest = turns.last().copied().unwrap_or(0);
    if turns.windows(2).any(|pair| pair[0] > pair[1]) {
        return false;
    }
    tests.iter().any(|test| {
        let rest = || test.iter().filter(|item| !begun.contains(item));
        begun.iter().all(|item| test.contains(item))
            && rest().all(|&item| group(item).is_none_or(|name| !left.contains(&name)))
            && rest().all(|&item| turn(bank, plan, item).is_none_or(|turn| turn >= latest))
    })
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 400,
        rng_seed: RngSeed::Fixed(41),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn every_choice_is_the_best_that_leaves_the_test_completable(case in cases()) {
        let (bank, plan) = (bank_of(&case), plan_of(&case));
        let tests = complete_tests(&bank, &plan);
        prop_assert_eq!(preflight(&bank, &plan).is_ok(), !tests.is_empty());
        let Ok(pool) = ItemPool::prepare(&bank, &plan) else { return Ok(()) };
        let (log, reason) = take(&pool, &plan, 0.2, log(case.seed));
        prop_assert_eq!(violations(&bank, &plan, &delivered(&log)), []);
        prop_assert!(matches!(reason, StopReason::MaximumLength | StopReason::PoolExhausted), "{:?}", reason);

        let mut begun = Vec::new();
        let mut so_far = ResponseLog { responses: Vec::new(), ..log.clone() };
        for response in &log.responses {
            let theta = estimate(&pool, &plan, &so_far).unwrap().theta;
            let chosen = pool.position(&response.item).unwrap();
            let information = |item: usize| pool.model(item).information(theta);
            for item in (0..pool.len()).filter(|item| !begun.contains(item)) {
                let possible = can_begin(&bank, &plan, &tests, &[begun.as_slice(), &[item]].concat());
                prop_assert!(!possible || information(item) <= information(chosen) * (1.0 + 1e-12), "{item} beats {chosen}");
                prop_assert!(possible || item != chosen, "{chosen} leads nowhere");
            }
            begun.push(chosen);
            so_far.responses.push(response.clone());
        }
        if reason == StopReason::PoolExhausted {
            let further = (0..pool.len()).filter(|item| !begun.contains(item));
            prop_assert!(further.into_iter().all(|item| !can_begin(&bank, &plan, &tests, &[begun.as_slice(), &[item]].concat())));
        }
    }

    #[test]
    fn every_shadow_test_is_the_best_of_all_and_leads_to_a_complete_test(case in cases()) {
        let (bank, mut document) = (bank_of(&case), serde_json::to_value(plan_of(&case)).unwrap());
        document["selection"] = json!({"assembly": "shadow_test"});
        let plan = TestPlan::from_json(&document.to_string()).unwrap();
        let tests = complete_tests(&bank, &plan);
        let Ok(pool) = ItemPool::prepare(&bank, &plan) else { return Ok(()) };
        let (log, reason) = take(&pool, &plan, 0.2, log(case.seed));
        prop_assert_eq!(violations(&bank, &plan, &delivered(&log)), []);
        prop_assert!(matches!(reason, StopReason::MaximumLength | StopReason::PoolExhausted), "{:?}", reason);

        let (shortest, longest) = (plan.stopping.minimum_items, plan.stopping.maximum_items);
        let goal = Goal { minimum_items: shortest, maximum_items: longest, seen_maximum: None };
        let value = |item: usize| pool.model(item).information(Theta(0.3));
        let mut progress = Progress::new(&pool.blueprint, []);
        let mut begun = Vec::new();
        for item in delivered(&log).iter().filter_map(|id| pool.position(id)) {
            let shadow = shadow_test(&pool.blueprint, &progress, goal, &value, 20_000).items;
            let total: f64 = shadow.iter().map(|&item| value(item)).sum();
            let further = |test: &&BTreeSet<usize>| test.iter().filter(|item| !begun.contains(*item)).map(|&item| value(item)).sum::<f64>();
            let possible = tests.iter().filter(|test| can_begin(&bank, &plan, std::slice::from_ref(*test), &begun));
            let best = possible.map(|test| further(&test)).fold(f64::NEG_INFINITY, f64::max);
            prop_assert!((total - best).abs() < 1e-9 * best.max(1.0), "{total} is not {best}");
            progress.give(&pool.blueprint, item);
            begun.push(item);
        }
    }

    #[test]
    fn a_seen_item_comes_only_where_no_unseen_one_would_do(case in cases(), seen in prop::collection::vec(any::<bool>(), ITEMS)) {
        let (bank, plan) = (bank_of(&case), plan_of(&case));
        let tests = complete_tests(&bank, &plan);
        let Ok(pool) = ItemPool::prepare(&bank, &plan) else { return Ok(()) };
        let mut start = log(case.seed);
        start.seen = (0..pool.len()).filter(|&item| seen[item]).map(|item| pool.id(item).clone()).collect();
        let (log, reason) = take(&pool, &plan, 0.2, start);
        prop_assert_eq!(violations(&bank, &plan, &delivered(&log)), []);
        prop_assert!(matches!(reason, StopReason::MaximumLength | StopReason::PoolExhausted), "{:?}", reason);

        let mut begun: Vec<usize> = Vec::new();
        for item in delivered(&log).iter().filter_map(|id| pool.position(id)) {
            let shortest = plan.stopping.minimum_items.max(begun.len() + 1);
            let long: Vec<_> = tests.iter().filter(|test| test.len() >= shortest).cloned().collect();
            let further_seen = |test: &BTreeSet<usize>| test.iter().filter(|item| seen[**item] && !begun.contains(item)).count();
            let possible = long.iter().filter(|test| can_begin(&bank, &plan, std::slice::from_ref(test), &begun));
            let fewest = possible.map(&further_seen).min().unwrap();
            let sparing: Vec<_> = long.iter().filter(|test| further_seen(test) <= fewest).cloned().collect();
            let unseen = (0..pool.len()).filter(|other| !seen[*other] && !begun.contains(other));
            let mut unseen = unseen.filter(|&other| can_begin(&bank, &plan, &sparing, &[begun.as_slice(), &[other]].concat()));
            prop_assert!(!seen[item] || unseen.next().is_none(), "{item} was seen");
            begun.push(item);
        }
    }

    #[test]
    fn the_most_informative_items_are_those_of_a_full_scan(
        parameters in prop::collection::vec((0.3..3.0_f64, -4.0..4.0_f64, 0.0..0.35_f64), 250..300),
        theta in -5.9..5.9_f64,
    ) {
        let models: Vec<_> = parameters.iter().map(|&(a, b, c)| three_pl(a, b, c)).collect();
        let items = models.iter().enumerate().map(|(index, model)| item(&format!("i{index:03}"), model.clone())).collect();
        let settings = json!({"stopping": {"minimum_items": 1, "maximum_items": 250}});
        let pool = ItemPool::prepare(&bank(items), &plan(settings)).unwrap();
        let theta = Theta(theta);
        let walked: Vec<usize> = super::super::selection::BestFirst::by_information(&pool, theta, |item| item % 7 == 3, |_| 1.0)
            .map(|valued| valued.item)
            .collect();
        let mut scanned: Vec<usize> = (0..models.len()).filter(|item| item % 7 != 3).collect();
        let information = |item: usize| models[item].information(theta);
        scanned.sort_by(|&x, &y| information(y).total_cmp(&information(x)).then(x.cmp(&y)));
        prop_assert_eq!(walked, scanned);
    }
}

#[test]
fn the_random_cases_have_plans_with_every_kind_of_rule_that_can_be_met() {
    let mut runner =
        TestRunner::new(ProptestConfig { rng_seed: RngSeed::Fixed(41), ..ProptestConfig::default() });
    let mut met = [0; 9];
    for _ in 0..600 {
        let case = cases().new_tree(&mut runner).unwrap().current();
        if preflight(&bank_of(&case), &plan_of(&case)).is_ok() {
            for &(kind, ..) in case.rules.iter().filter(|(kind, ..)| *kind < 9) {
                met[usize::from(kind)] += 1;
            }
        }
    }
    assert!(met.iter().all(|&count| count >= 10), "{met:?}");
}
