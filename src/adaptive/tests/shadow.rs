//! Shadow tests of large pools against a plain cold solve of the whole program: every open item, every row and cut from
//! the start, no core, no fixing.

use item_bank::Theta;

use super::reference::reference;
use super::school::{delivered, log, take};
use crate::adaptive::blueprint::{Choice, Goal, Progress, program, shadow_test};
use crate::adaptive::program::{Outcome, Row, maximise};
use crate::adaptive::*;
use crate::simulation::violations;

#[path = "../../../benches/shadow_test/pools.rs"]
mod pools;

const PLAIN_NODES: usize = 5_000;

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
    match maximise(&mut whole.simplex(), whole.leading, f64::INFINITY, PLAIN_NODES) {
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
                let shadow = shadow_test(&pool.blueprint, &progress, goal, &value).unwrap();
                let found: f64 = shadow.iter().map(|&item| value(item)).sum();
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

#[test]
fn shadow_tests_of_the_reference_blueprints_are_as_informative_as_a_plain_solve_finds() {
    let Some(folder) = reference() else { return };
    for (name, stride) in [("science", 10), ("fatigue", 3)] {
        check(&pools::reference(folder.parent().unwrap(), name), &[-1.3, 0.0, 1.2], stride);
    }
}
