//! What simulations promise, a sentence a test.

use std::collections::{BTreeMap, BTreeSet};

use item_bank::{
    Accommodations, AttributeValue, Bank, BankParts, Item, ItemId, ItemStatus, ModelParameters, NormalPrior,
    Pool, ResponseModel, Theta,
};
use serde_json::json;

use crate::adaptive::{
    ExposureRates, FieldTestCounts, ItemPool, LoggedResponse, ResponseLog, Step, TestPlan, counted_uniform,
    next_step,
};
use crate::simulation::examinee::score;
use crate::simulation::*;

fn model(parameters: serde_json::Value) -> ResponseModel {
    let parameters: ModelParameters = serde_json::from_value(parameters).unwrap();
    ResponseModel::try_from(parameters).unwrap()
}

/// Sixty items of three strands, every fifth with partial credit.
fn bank() -> Bank {
    let item = |index: u32| {
        let b = -2.5 + 5.0 * counted_uniform(7, 0, index);
        let a = 0.7 + 1.3 * counted_uniform(7, 1, index);
        let model = if index.is_multiple_of(5) {
            model(json!({"model": "GPCM", "a": a, "b": [b - 0.5, b + 0.4]}))
        } else {
            model(json!({"model": "2PL", "a": a, "b": b}))
        };
        Item {
            id: ItemId::new(format!("i{index}")).unwrap(),
            pool: Pool::Interim,
            status: ItemStatus::Operational,
            model: Some(model),
            standard_errors: None,
            provisional: false,
            attributes: BTreeMap::from([("strand".into(), AttributeValue::Text(format!("s{}", index % 3)))]),
            content: None,
            group: None,
            enemies: Vec::new(),
        }
    };
    let parts = BankParts {
        id: "b".into(),
        name: "B".into(),
        items: (0..60).map(item).collect(),
        ..BankParts::default()
    };
    Bank::new(parts).unwrap()
}

fn plan() -> TestPlan {
    let plan = json!({
        "id": "p", "version": 1, "name": "P", "pool": "interim",
        "stopping": {"minimum_items": 9, "maximum_items": 15, "standard_error": 0.35},
        "selection": {"randomesque": 4},
        "blueprint": [
            {"attribute": "strand", "value": "s0", "minimum": 3, "maximum": 5},
            {"attribute": "strand", "value": "s1", "minimum": 2, "maximum": 4},
        ],
    });
    TestPlan::from_json(&plan.to_string()).unwrap()
}

fn settings(seed: u64) -> Settings {
    Settings::new(Uniforms::Counted { seed }, NormalPrior::STANDARD)
}

#[test]
fn any_number_of_threads_gives_the_same_tests() {
    let (bank, plan) = (bank(), plan());
    let pool = ItemPool::prepare(&bank, &plan).unwrap();
    let abilities = normal_abilities(60, 0.0, 1.0, 3).unwrap();
    let run = |threads| {
        let threads = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        threads.install(|| simulate(&pool, &plan, &abilities, &settings(5), &|| {}))
    };
    assert_eq!(run(1), run(3));
}

#[test]
fn every_delivered_test_meets_its_plan_and_recovers_ability() {
    let (bank, plan) = (bank(), plan());
    let pool = ItemPool::prepare(&bank, &plan).unwrap();
    let abilities = normal_abilities(300, 0.0, 1.0, 3).unwrap();
    let tests = simulate(&pool, &plan, &abilities, &settings(5), &|| {});
    let summary = summarise(&bank, &plan, &pool, &tests);
    assert_eq!(summary.violation_examples, Vec::<String>::new());
    // With N tests of standard error s the bias has standard error s/√N and the RMSE about s/√(2N); five of each.
    let (n, s) = (summary.metrics.n as f64, summary.metrics.mean_standard_error);
    assert!(summary.metrics.bias.abs() < 5.0 * s / n.sqrt(), "{:?}", summary.metrics);
    assert!((summary.metrics.rmse - s).abs() < 5.0 * s / (2.0 * n).sqrt(), "{:?}", summary.metrics);
    assert!(summary.metrics.coverage_95 > 0.90, "{:?}", summary.metrics);
}

#[test]
fn the_checker_finds_what_is_wrong() {
    let (bank, plan) = (bank(), plan());
    let ids = |numbers: &[usize]| -> Vec<ItemId> {
        numbers.iter().map(|number| ItemId::new(format!("i{number}")).unwrap()).collect()
    };
    let found = violations(&bank, &plan, &ids(&[1, 1, 0, 3]));
    assert!(found.contains(&Violation::Repeated(ids(&[1])[0].clone())), "{found:?}");
    assert!(found.contains(&Violation::Length(4)), "{found:?}");
    assert!(found.contains(&Violation::Row("strand = s0".into(), 2)), "{found:?}");
    let elsewhere = [ItemId::new("nowhere").unwrap()];
    assert!(violations(&bank, &plan, &elsewhere).contains(&Violation::NotInPool(elsewhere[0].clone())));
}

#[test]
fn the_checker_finds_items_of_earlier_attempts_and_of_other_grades() {
    let bank = bank();
    let mut document = serde_json::to_value(plan()).unwrap();
    document["items"] = json!({"seen_maximum": 1});
    document["off_grade"] = json!({
        "attribute": "strand", "grade": "s0", "below": ["s1"], "above": [],
        "after_items": 4, "probability": 0.9, "lowest": -1.0, "highest": 1.0,
    });
    let plan = TestPlan::from_json(&document.to_string()).unwrap();
    let ids = |numbers: &[usize]| -> Vec<ItemId> {
        numbers.iter().map(|number| ItemId::new(format!("i{number}")).unwrap()).collect()
    };
    // Three of s0, two of s1, four of s2: whole after nine items; i4 is the fourth, i1 the fifth.
    let test = ids(&[0, 3, 6, 4, 1, 2, 5, 8, 11, 14]);
    assert_eq!(violations(&bank, &plan, &test), [Violation::OffGrade(test[3].clone())]);
    let later: Vec<ItemId> = ids(&[0, 3, 6, 2, 1, 4, 5, 8, 11, 14]);
    assert_eq!(violations(&bank, &plan, &later), []);
    for (seen, found) in [
        (&[2, 14][..], vec![Violation::SeenBefore(later[9].clone())]),
        (&[14][..], Vec::new()),       // one is within the limit
        (&[2, 5, 11][..], Vec::new()), // the test was not whole without them
    ] {
        let seen = ids(seen).into_iter().collect();
        assert_eq!(seen_violations(&bank, &plan, &Accommodations::none(), &later, &seen), found);
    }
}

#[test]
fn a_field_test_item_hides_no_item_of_an_earlier_attempt() {
    let mut parts = bank().into_parts();
    parts.items[30].status = ItemStatus::FieldTest;
    let bank = Bank::new(parts).unwrap();
    let mut document = serde_json::to_value(plan()).unwrap();
    document["items"] = json!({"seen_maximum": 0});
    document["field_test"] = json!({"items_per_test": 1, "first_position": 1, "last_position": 11});
    let plan = TestPlan::from_json(&document.to_string()).unwrap();
    let ids = |numbers: &[usize]| -> Vec<ItemId> {
        numbers.iter().map(|number| ItemId::new(format!("i{number}")).unwrap()).collect()
    };
    // Whole after nine items; then comes a field-test item, and then one that was seen before.
    let test = ids(&[0, 3, 6, 2, 1, 4, 5, 8, 11, 30, 14]);
    assert_eq!(violations(&bank, &plan, &test), []);
    let seen = ids(&[14]).into_iter().collect();
    let found = seen_violations(&bank, &plan, &Accommodations::none(), &test, &seen);
    assert_eq!(found, [Violation::SeenBefore(test[10].clone())]);
}

#[test]
fn what_the_checker_finds_reads_as_a_sentence() {
    let id = |text: &str| ItemId::new(text).unwrap();
    for (found, words) in [
        (Violation::Row("strand = algebra".into(), 3), "strand = algebra: 3 is outside the row's bounds"),
        (Violation::Enemies(id("a"), id("b")), "items a and b exclude each other and were both given"),
        (Violation::SetSize("bees".into(), 2), "stimulus bees had 2 items, not as many as the plan says"),
        (
            Violation::FieldTestPlace(id("a"), 7),
            "field-test item a came at place 7, outside the plan's places",
        ),
    ] {
        assert_eq!(found.to_string(), words);
    }
}

#[test]
fn later_attempts_avoid_earlier_items_and_the_highest_flatters() {
    let (bank, plan) = (bank(), plan());
    let pool = ItemPool::prepare(&bank, &plan).unwrap();
    let settings = settings(11).with_attempts(3, 0.0).unwrap();
    let tests = simulate(&pool, &plan, &normal_abilities(200, 0.0, 1.0, 4).unwrap(), &settings, &|| {});
    for attempts in tests.chunk_by(|a, b| a.examinee == b.examinee) {
        let again = attempts[1].items.iter().filter(|item| attempts[0].items.contains(item)).count();
        assert_eq!(again, 0, "60 items are enough for two tests of at most 15");
    }
    let summary = summarise(&bank, &plan, &pool, &tests);
    assert!(summary.highest_of[2].bias > summary.highest_of[0].bias + 0.1, "{:?}", summary.highest_of);
}

/// Live service goes through `next_step` and a log, simulation through the fold below it: they take the same steps.
fn replayed(
    (pool, plan): (&ItemPool, &TestPlan),
    counts: &ExposureRates,
    test: &SimulatedTest,
) -> ResponseLog {
    let mut log = ResponseLog {
        seed: 0,
        start: NormalPrior::STANDARD,
        seen: Vec::new(),
        field_test: FieldTestCounts::none(),
        inherited: BTreeSet::new(),
        responses: Vec::new(),
    };
    for (&item, &score) in test.items.iter().zip(&test.scores) {
        let item = pool.id(item as usize).clone();
        assert_eq!(next_step(pool, plan, counts, &log), Step::Administer(item.clone()));
        log.responses.push(LoggedResponse { item, score });
    }
    assert_eq!(next_step(pool, plan, counts, &log), Step::Stop(test.reason));
    log
}

#[test]
fn a_simulated_attempt_replays_through_the_live_door() {
    let bank = bank();
    let mut document = item_plan_without_draws();
    document["selection"] = json!({"randomesque": 1});
    let plan = TestPlan::from_json(&document.to_string()).unwrap();
    let pool = ItemPool::prepare(&bank, &plan).unwrap();
    for test in simulate(&pool, &plan, &uniform_abilities(20, -2.0, 2.0), &settings(9), &|| {}) {
        replayed((&pool, &plan), &ExposureRates::none(), &test);
    }
}

#[test]
fn simulated_attempts_under_a_cap_replay_with_the_counts_that_live_attempts_make() {
    let bank = bank();
    let mut document = item_plan_without_draws();
    document["selection"] = json!({"randomesque": 1});
    document["exposure"] = json!({"maximum_rate": 0.3, "band_cuts": [0.0]});
    let plan = TestPlan::from_json(&document.to_string()).unwrap();
    let pool = ItemPool::prepare(&bank, &plan).unwrap();
    let tests = simulate(&pool, &plan, &normal_abilities(120, 0.0, 1.0, 3).unwrap(), &settings(9), &|| {});
    let (mut counted, mut pinned) = (ExposureRates::none(), ExposureRates::none());
    for (index, test) in tests.iter().enumerate() {
        // Tests of one batch share the counts of all batches before.
        if index.is_multiple_of(25) {
            pinned = counted.clone();
        }
        let log = replayed((&pool, &plan), &pinned, test);
        counted.count_attempt(&pool, &plan, &pinned, &log).unwrap();
    }
    assert_ne!(counted, ExposureRates::none());
    let first = tests[0].items[0];
    assert!(tests.iter().any(|test| test.items[0] != first), "the counts make a difference");
}

fn item_plan_without_draws() -> serde_json::Value {
    serde_json::to_value(plan()).unwrap()
}

#[test]
fn constant_answers_keep_the_estimate_within_the_grid() {
    let (bank, plan) = (bank(), plan());
    let pool = ItemPool::prepare(&bank, &plan).unwrap();
    for ability in [-50.0, 50.0] {
        for test in simulate(&pool, &plan, &[ability; 5], &settings(2), &|| {}) {
            assert!(test.estimate.theta.0.abs() < 4.0 && test.estimate.standard_error > 0.0);
        }
    }
}

#[test]
fn scores_fall_as_often_as_the_model_says() {
    let model = model(json!({"model": "GPCM", "a": 1.1, "b": [-0.5, 0.7]}));
    let mut counts = [0_u32; 3];
    for draw in 0..30_000 {
        counts[score(&model, Theta(0.2), (f64::from(draw) + 0.5) / 30_000.0) as usize] += 1;
    }
    for (score, count) in (0..).zip(counts) {
        let expected = 30_000.0 * model.probability(Theta(0.2), score);
        assert!((f64::from(count) - expected).abs() < 2.0, "{counts:?}");
    }
}

/// Python 3.11, 2026-11-24: P(0), P(1), P(2) of this item at 0.2 are 0.22697, 0.49020 and 0.28282.
#[test]
fn a_uniform_number_means_the_same_score_as_in_the_published_protocol() {
    let graded = model(json!({"model": "GPCM", "a": 1.1, "b": [-0.5, 0.7]}));
    let scores = [0.0, 0.2269, 0.2270, 0.7171, 0.7172, 0.999].map(|u| score(&graded, Theta(0.2), u));
    assert_eq!(scores, [0, 0, 1, 1, 2, 2]);
    let right_or_wrong = model(json!({"model": "3PL", "a": 1.2, "b": 0.1, "c": 0.2}));
    let right = right_or_wrong.probability(Theta(0.2), 1);
    let scores = [0.0, right - 1e-9, right + 1e-9].map(|u| score(&right_or_wrong, Theta(0.2), u));
    assert_eq!(scores, [1, 1, 0]);
}

#[test]
fn careless_answers_cost_accuracy() {
    let (bank, plan) = (bank(), plan());
    let pool = ItemPool::prepare(&bank, &plan).unwrap();
    let abilities = normal_abilities(200, 0.5, 1.0, 8).unwrap();
    let rmse = |noise| {
        let settings = settings(6).with_noise(noise).unwrap();
        summarise(&bank, &plan, &pool, &simulate(&pool, &plan, &abilities, &settings, &|| {})).metrics.rmse
    };
    assert!(rmse(AnswerNoise { rapid: 0.4, slip: 0.1, guess: 0.0 }) > 1.2 * rmse(AnswerNoise::default()));
    assert!(settings(6).with_noise(AnswerNoise { rapid: 0.9, slip: 0.2, guess: 0.0 }).is_err());
}

#[test]
fn the_report_stands_alone_and_names_the_plan() {
    let (bank, plan) = (bank(), plan());
    let pool = ItemPool::prepare(&bank, &plan).unwrap();
    let settings = settings(1).with_attempts(2, 0.1).unwrap();
    let tests = simulate(&pool, &plan, &normal_abilities(50, 0.0, 1.0, 1).unwrap(), &settings, &|| {});
    let page = report_page(&summarise(&bank, &plan, &pool, &tests), &pool, &tests);
    assert!(page.contains("Simulation of p on b") && page.contains("Keeping the highest"));
    assert!(!page.contains("http"), "nothing is fetched");
    assert!(!page.contains("NaN") && !page.contains("inf"));
}

#[test]
fn a_cap_on_exposure_is_kept_and_costs_little_else() {
    let bank = bank();
    let abilities = normal_abilities(1_500, 0.0, 1.0, 21).unwrap();
    let figures = |exposure: Option<serde_json::Value>| {
        let mut document = serde_json::to_value(plan()).unwrap();
        if let Some(rule) = exposure {
            document["exposure"] = rule;
        }
        let plan = TestPlan::from_json(&document.to_string()).unwrap();
        let pool = ItemPool::prepare(&bank, &plan).unwrap();
        let tests = simulate(&pool, &plan, &abilities, &settings(5), &|| {});
        let summary = summarise(&bank, &plan, &pool, &tests);
        assert_eq!(summary.violation_examples, Vec::<String>::new());
        (summary.exposure.max_exposure, summary.exposure.forced, summary.exposure.overlap)
    };
    let (free, none, overlap) = figures(None);
    assert!(free > 0.6 && none == 0, "{free}");
    // Fifteen of sixty items: 0.25 on average, so 0.4 leaves room. The first batch of 25 tests is not held back, nor
    // are the first 25 uses: either adds at most 0.6 · 25 / 1,500; a draw of 1,500 has standard deviation 0.013, here taken four times.
    for control in [json!("eligibility"), json!({"priority": {"steepness": 4}})] {
        let (highest, forced, shared) = figures(Some(json!({"maximum_rate": 0.4, "control": control})));
        assert!(highest < 0.4 + 0.01 + 4.0 * 0.013, "{control}: {highest}");
        assert_eq!(forced, 0, "{control}");
        assert!(shared < overlap, "{control}: {shared}");
    }
}

#[test]
fn the_counts_of_live_logs_hold_an_item_back() {
    let bank = bank();
    let mut document = serde_json::to_value(plan()).unwrap();
    document["exposure"] = json!({"maximum_rate": 0.3, "control": {"priority": {"steepness": 1}}});
    document["selection"] = json!({"randomesque": 1});
    let plan = TestPlan::from_json(&document.to_string()).unwrap();
    let pool = ItemPool::prepare(&bank, &plan).unwrap();
    let mut log = ResponseLog {
        seed: 4,
        start: NormalPrior::STANDARD,
        seen: Vec::new(),
        field_test: FieldTestCounts::none(),
        inherited: BTreeSet::new(),
        responses: Vec::new(),
    };
    let Step::Administer(favourite) = next_step(&pool, &plan, &ExposureRates::none(), &log) else {
        panic!("an item")
    };
    log.responses.push(LoggedResponse { item: favourite.clone(), score: 0 });
    let mut rates = ExposureRates::none();
    for _ in 0..20 {
        rates.count_attempt(&pool, &plan, &ExposureRates::none(), &log).unwrap();
    }
    assert_eq!(
        rates.counts(&favourite, 0),
        crate::adaptive::BandCounts { eligible: 20, administered: 20, on_the_way: 0, forced: 0 }
    );
    log.responses.clear();
    assert_ne!(next_step(&pool, &plan, &rates, &log), Step::Administer(favourite));
}
