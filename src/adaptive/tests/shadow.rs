//! Shadow tests of large pools against a plain cold solve of the whole program: every open item, every row and cut from
//! the start, no core, no fixing.

use item_bank::Theta;
use serde_json::json;

use super::reference::reference;
use super::school::{delivered, log, take};
use crate::adaptive::administration::{Administration, Decision};
use crate::adaptive::blueprint::{Choice, Goal, Progress, program, shadow_test};
use crate::adaptive::program::{Outcome, Row, maximise};
use crate::adaptive::selection::Draws;
use crate::adaptive::*;
use crate::simulation::{
    Settings, SimulatedTest, Uniforms, simulate, summarise, uniform_abilities, violations,
};

#[path = "../../../benches/shadow_test/pools.rs"]
pub(super) mod pools;

const PLAIN_NODES: usize = 5_000;
const NODES: usize = 4_000;

/// The objective of the best completion by the plain search.
fn plain_optimum(
    pool: &ItemPool,
    progress: &Progress,
    goal: Goal,
    value: &dyn Fn(usize) -> f64,
) -> Option<f64> {
    let blueprint = &pool.blueprint;
    let open: Vec<usize> = (0..pool.len()).filter(|&item| !progress.is_closed(item)).collect();
    let choice = |&item: &usize| Choice { class: blueprint.class_of[item], seen: false, available: 1 };
    let choices: Vec<Choice> = open.iter().map(choice).collect();
    let objective = open.iter().map(|&item| value(item)).collect();
    let mut whole = program(blueprint, progress, goal, &choices, objective);
    for unit in blueprint.classes.iter().flat_map(|class| &class.units) {
        let of_unit = open.iter().enumerate().filter(|(_, item)| unit.contains(item));
        whole.rows.push(Row::new(of_unit.map(|(column, _)| (column, 1.0)).collect(), 0.0, 1.0));
    }
    whole.rows.append(&mut whole.cuts);
    whole.rows.retain(|row| !row.is_free(&whole.bounds));
    match maximise(&mut whole.simplex(), whole.leading, PLAIN_NODES) {
        Outcome::Optimal { values } => Some(whole.worth(&values)),
        Outcome::Infeasible | Outcome::NodeLimit { .. } => None,
    }
}

/// Takes tests and compares every `stride`-th shadow test with the plain search.
fn check(material: &pools::Material, abilities: &[f64], stride: usize) {
    let plan = TestPlan::from_json(&material.plan.to_string()).unwrap();
    let pool = ItemPool::prepare(&material.bank, &plan).unwrap();
    let length = plan.stopping.maximum_items;
    let goal = Goal { minimum_items: length, maximum_items: length, seen_maximum: None };
    for (examinee, &ability) in (0..).zip(abilities) {
        let (log, reason) = take(&pool, &plan, ability, log(examinee));
        assert_eq!(reason, StopReason::MaximumLength, "{}", material.name);
        assert_eq!(violations(&material.bank, &plan, &delivered(&log)), [], "{}", material.name);
        let mut progress = Progress::new(&pool.blueprint, []);
        for (step, id) in delivered(&log).iter().enumerate() {
            if step % stride == 0 {
                let value = |item: usize| pool.model(item).information(Theta(ability));
                let shadow = shadow_test(&pool.blueprint, &progress, goal, &value, NODES);
                assert_eq!(shadow.status, ShadowStatus::Optimal);
                let found: f64 = shadow.items.iter().map(|&item| value(item)).sum();
                let best = plain_optimum(&pool, &progress, goal, &value).expect("enough nodes");
                let name = material.name;
                assert!((found - best).abs() <= 1e-9 * best, "{name} step {step}: {found} is not {best}");
            }
            progress.give(&pool.blueprint, pool.position(id).unwrap());
        }
    }
}

#[test]
fn shadow_tests_of_stimulus_sets_are_as_informative_as_a_plain_solve_finds() {
    check(&pools::set_based(), &[0.4, 1.5], 6);
}

/// The set-based plan with other settings of selection.
fn selecting(selection: serde_json::Value) -> (item_bank::Bank, TestPlan) {
    let mut material = pools::set_based();
    material.plan["selection"] = selection;
    let plan = TestPlan::from_json(&material.plan.to_string()).unwrap();
    (material.bank, plan)
}

#[test]
fn whenever_shadow_tests_are_refreshed_every_test_keeps_its_plan_and_simulation_is_service() {
    for (refresh, assembled_at_most) in [
        (json!("always"), 30),
        (json!({"every": 7}), 5),
        (json!({"estimate_moved": 0.3}), 20),
        (json!("set_boundaries"), 8),
    ] {
        let (bank, plan) = selecting(json!({"assembly": "shadow_test", "refresh": refresh}));
        let pool = ItemPool::prepare(&bank, &plan).unwrap();
        let (log, reason) = take(&pool, &plan, 0.6, log(11));
        assert_eq!(reason, StopReason::MaximumLength, "{refresh}");
        assert_eq!(violations(&bank, &plan, &delivered(&log)), [], "{refresh}");
        // The fold that simulations use, an answer at a time, makes the choices that the door makes from the log.
        let draws = Draws::Pinned { seed: log.seed };
        let mut fold = Administration::start(&pool, &plan, &log.start, draws);
        let mut assembled = 0;
        for response in &log.responses {
            let item = pool.position(&response.item).unwrap();
            let (decision, report) = fold.decide_with_report();
            assert_eq!(decision, Decision::Administer(item), "{refresh}");
            assembled += usize::from(report.shadow_test.unwrap().status != ShadowStatus::Kept);
            fold.record(item, response.score);
        }
        assert!(assembled <= assembled_at_most, "{refresh}: {assembled}");
    }
}

#[test]
fn a_search_that_is_cut_short_says_so_and_the_test_keeps_its_plan() {
    for limit in [1, 12] {
        let (bank, plan) = selecting(json!({"assembly": "shadow_test", "node_limit": limit}));
        let pool = ItemPool::prepare(&bank, &plan).unwrap();
        let (log, reason) = take(&pool, &plan, -0.8, log(5));
        assert_eq!(reason, StopReason::MaximumLength);
        assert_eq!(violations(&bank, &plan, &delivered(&log)), []);
        let report = |given: usize| {
            let so_far = ResponseLog { responses: log.responses[..given].to_vec(), ..log.clone() };
            next_step_with_report(&pool, &plan, &ExposureRates::none(), &so_far).1.shadow_test.unwrap()
        };
        let reports: Vec<ShadowReport> = (0..30).map(report).collect();
        assert!(reports.iter().all(|report| report.nodes <= limit));
        let cut_short =
            |report: &ShadowReport| matches!(report.status, ShadowStatus::NodeLimit | ShadowStatus::NotFound);
        assert!(reports.iter().any(cut_short), "{reports:?}");
        let is_bounded = |report: &ShadowReport| {
            report.gap_millionths.is_some() == (report.status == ShadowStatus::NodeLimit)
        };
        assert!(reports.iter().all(is_bounded), "{reports:?}");
        assert!(limit == 1 || report(29).status == ShadowStatus::Optimal);
    }
}

#[test]
fn no_step_becomes_impossible_when_few_items_are_eligible() {
    // Thirty items of 303: under a cap below a tenth there are not enough for everybody.
    for cap in [0.25, 0.1, 0.01] {
        for assembly in ["shadow_test", "item_by_item"] {
            let (bank, plan) = selecting(json!({"assembly": assembly}));
            let mut document = serde_json::to_value(&plan).unwrap();
            document["exposure"] = json!({"maximum_rate": cap, "control": "eligibility"});
            let plan = TestPlan::from_json(&document.to_string()).unwrap();
            let pool = ItemPool::prepare(&bank, &plan).unwrap();
            let abilities = uniform_abilities(20, -2.5, 2.5);
            let settings = Settings::new(Uniforms::Counted { seed: 20_264 }, plan.start(None, None));
            let tests = simulate(&pool, &plan, &abilities, &settings, &|| {});
            let summary = summarise(&bank, &plan, &pool, &tests);
            assert_eq!(summary.violation_examples, Vec::<String>::new(), "{cap} {assembly}");
            let is_whole =
                |test: &SimulatedTest| test.reason == StopReason::MaximumLength && test.items.len() == 30;
            assert!(tests.iter().all(is_whole), "{cap} {assembly}");
        }
    }
}

#[test]
fn a_test_of_variable_length_ends_when_it_is_precise_and_the_minimums_are_met() {
    let mut material = pools::set_based();
    material.plan["stopping"] = json!({"minimum_items": 12, "maximum_items": 30, "standard_error": 0.45});
    material.plan["blueprint"] = json!([
        {"attribute": "genre", "value": "literature", "minimum": 6},
        {"count": "sets", "attribute": "genre", "value": "information", "minimum": 1, "maximum": 2},
        {"sum": "words", "minimum": 650},
    ]);
    material.plan["stimulus_sets"] = json!({"minimum_items": 3, "maximum_items": 6, "maximum_sets": 8});
    let plan = TestPlan::from_json(&material.plan.to_string()).unwrap();
    let pool = ItemPool::prepare(&material.bank, &plan).unwrap();
    for (seed, ability) in [-0.9, 0.0, 0.9].into_iter().enumerate() {
        let (log, reason) = take(&pool, &plan, ability, log(seed as u64));
        assert_eq!(violations(&material.bank, &plan, &delivered(&log)), []);
        assert_eq!(reason, StopReason::StandardErrorReached);
        // One item fewer would not have been precise, or would not have met the minimums.
        let shorter = ResponseLog { responses: log.responses[..log.responses.len() - 1].to_vec(), ..log };
        let error = estimate(&pool, &plan, &shorter).unwrap().standard_error;
        let left = violations(&material.bank, &plan, &delivered(&shorter));
        assert!(error > 0.45 || !left.is_empty());
    }
}

#[test]
fn shadow_tests_of_the_reference_blueprints_are_as_informative_as_a_plain_solve_finds() {
    let Some(folder) = reference() else { return };
    for (name, stride) in [("science", 10), ("fatigue", 3)] {
        check(&pools::reference(folder.parent().unwrap(), name), &[-1.3, 0.0, 1.2], stride);
    }
}
