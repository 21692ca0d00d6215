//! Published optimal tests of two real blueprints: the integer programs are solved to the same objective. Without
//! `WAYMARK_REFERENCE` there is nothing to compare with, and the test says so.

use item_bank::Theta;
use item_bank::formats::read_bank_json;
use serde::Deserialize;

use super::reference::reference;
use crate::adaptive::program::{Bounds, Outcome, Program, Row, maximise};

#[derive(Deserialize)]
struct Blueprint {
    items: Vec<serde_json::Value>,
    constraints: Vec<Constraint>,
}

#[derive(Deserialize)]
struct Constraint {
    enabled: bool,
    kind: String,
    #[serde(default)]
    members: Vec<usize>,
    min: Option<f64>,
    max: Option<f64>,
}

#[derive(Deserialize)]
struct Optima {
    #[serde(rename = "static")]
    tests: Vec<Optimum>,
}

#[derive(Deserialize)]
struct Optimum {
    thetas: Vec<f64>,
    objective: f64,
}

/// The rows of a blueprint over one variable an item.
fn program(blueprint: &Blueprint) -> Program {
    let count = blueprint.items.len();
    let mut program = Program {
        objective: vec![0.0; count],
        bounds: vec![Bounds::new(0.0, 1.0); count],
        leading: count,
        ..Program::default()
    };
    for constraint in blueprint.constraints.iter().filter(|constraint| constraint.enabled) {
        let members: Vec<_> = constraint.members.iter().map(|&item| (item, 1.0)).collect();
        let lowest = constraint.min.unwrap_or(f64::NEG_INFINITY);
        let highest = constraint.max.unwrap_or(f64::INFINITY);
        let Program { rows, bounds, .. } = &mut program;
        let mut add =
            |entries: Vec<(usize, f64)>, lowest, highest| rows.push(Row::new(entries, lowest, highest));
        match constraint.kind.as_str() {
            "test_length" => add((0..count).map(|item| (item, 1.0)).collect(), lowest, highest),
            "item_count" => add(members, lowest, highest),
            "enemy_at_most_one" => add(members, 0.0, 1.0),
            "all_or_none" => {
                for &(item, _) in &members[1..] {
                    add(vec![members[0], (item, -1.0)], 0.0, 0.0);
                }
            }
            "include_all" => members.iter().for_each(|&(item, _)| bounds[item] = Bounds::new(1.0, 1.0)),
            "exclude_all" => members.iter().for_each(|&(item, _)| bounds[item] = Bounds::new(0.0, 0.0)),
            "presentation_order" => {}
            other => panic!("no row for {other}"),
        }
    }
    program
}

fn check(name: &str) {
    let Some(folder) = reference() else { return };
    let read = |path: String| std::fs::read_to_string(folder.join(path)).unwrap();
    let blueprint: Blueprint = serde_json::from_str(&read(format!("blueprints/{name}.json"))).unwrap();
    let optima: Optima = serde_json::from_str(&read(format!("blueprints/{name}.optimum.json"))).unwrap();
    let bank = read_bank_json(&read(format!("banks/{name}.json")), name).unwrap();
    assert_eq!(bank.items().len(), blueprint.items.len());
    let mut program = program(&blueprint);
    assert_eq!(optima.tests.len(), 6);
    for optimum in &optima.tests {
        let information = |item: &item_bank::Item| {
            let model = item.model.as_ref().unwrap();
            optimum.thetas.iter().map(|&theta| model.information(Theta(theta))).sum::<f64>()
        };
        program.objective = bank.items().iter().map(information).collect();
        let plain = maximise(&mut program.simplex(), program.leading, 20_000);
        for outcome in [plain, super::super::program::optimum(&program, 20_000).outcome] {
            let Outcome::Optimal { values } = outcome else {
                panic!("{name} {:?}: no optimum within the limit of nodes", optimum.thetas)
            };
            assert!(program.is_kept_by(&values));
            let total = program.worth(&values);
            let difference = (total - optimum.objective).abs();
            assert!(
                difference < 1e-9 * optimum.objective,
                "{name} {:?}: {total} is not {}",
                optimum.thetas,
                optimum.objective
            );
        }
    }
}

#[test]
fn the_optimal_tests_of_a_blueprint_with_content_rows_are_as_informative_as_published() {
    check("science");
}

#[test]
fn the_optimal_tests_of_a_blueprint_with_enemies_are_as_informative_as_published() {
    check("fatigue");
}
