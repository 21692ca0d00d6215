//! Published optimal tests of two real blueprints: the integer programs are solved to the same objective. Without
//! `WAYMARK_REFERENCE` there is nothing to compare with, and the test says so.

use item_bank::Theta;
use item_bank::formats::read_bank_json;
use serde::Deserialize;

use super::reference::reference;
use crate::adaptive::program::{Bounds, Outcome, Simplex, maximise};

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

/// The rows of a blueprint over one variable an item, and the bounds of the variables.
fn program(blueprint: &Blueprint) -> (Vec<f64>, Vec<Bounds>, Vec<Bounds>) {
    let count = blueprint.items.len();
    let mut items = vec![Bounds::new(0.0, 1.0); count];
    let (mut matrix, mut activity) = (Vec::new(), Vec::new());
    let mut add = |entries: &[(usize, f64)], lowest: f64, highest: f64| {
        let mut row = vec![0.0; count];
        for &(item, coefficient) in entries {
            row[item] = coefficient;
        }
        matrix.extend(row);
        activity.push(Bounds::new(lowest, highest));
    };
    for constraint in blueprint.constraints.iter().filter(|constraint| constraint.enabled) {
        let members: Vec<_> = constraint.members.iter().map(|&item| (item, 1.0)).collect();
        let lowest = constraint.min.unwrap_or(f64::NEG_INFINITY);
        let highest = constraint.max.unwrap_or(f64::INFINITY);
        match constraint.kind.as_str() {
            "test_length" => add(&(0..count).map(|item| (item, 1.0)).collect::<Vec<_>>(), lowest, highest),
            "item_count" => add(&members, lowest, highest),
            "enemy_at_most_one" => add(&members, 0.0, 1.0),
            "all_or_none" => {
                for &(item, _) in &members[1..] {
                    add(&[members[0], (item, -1.0)], 0.0, 0.0);
                }
            }
            "include_all" => members.iter().for_each(|&(item, _)| items[item] = Bounds::new(1.0, 1.0)),
            "exclude_all" => members.iter().for_each(|&(item, _)| items[item] = Bounds::new(0.0, 0.0)),
            "presentation_order" => {}
            other => panic!("no row for {other}"),
        }
    }
    (matrix, items, activity)
}

fn check(name: &str) {
    let Some(folder) = reference() else { return };
    let read = |path: String| std::fs::read_to_string(folder.join(path)).unwrap();
    let blueprint: Blueprint = serde_json::from_str(&read(format!("blueprints/{name}.json"))).unwrap();
    let optima: Optima = serde_json::from_str(&read(format!("blueprints/{name}.optimum.json"))).unwrap();
    let bank = read_bank_json(&read(format!("banks/{name}.json")), name).unwrap();
    assert_eq!(bank.items().len(), blueprint.items.len());
    let (matrix, items, activity) = program(&blueprint);
    assert_eq!(optima.tests.len(), 6);
    for optimum in &optima.tests {
        let information = |item: &item_bank::Item| {
            let model = item.model.as_ref().unwrap();
            optimum.thetas.iter().map(|&theta| model.information(Theta(theta))).sum::<f64>()
        };
        let information: Vec<f64> = bank.items().iter().map(information).collect();
        let mut simplex = Simplex::new(matrix.clone(), information.clone(), &items, &activity);
        let Outcome::Optimal { values } = maximise(&mut simplex, f64::INFINITY, 20_000) else {
            panic!("{name} {:?}: no optimum within the limit of nodes", optimum.thetas)
        };
        let total: f64 = information.iter().zip(&values).map(|(value, &taken)| value * taken as f64).sum();
        let difference = (total - optimum.objective).abs();
        assert!(
            difference < 1e-9 * optimum.objective,
            "{name} {:?}: {total} is not {}",
            optimum.thetas,
            optimum.objective
        );
        for (row, bounds) in activity.iter().enumerate() {
            let line = &matrix[row * values.len()..(row + 1) * values.len()];
            let sum: f64 =
                line.iter().zip(&values).map(|(coefficient, &taken)| coefficient * taken as f64).sum();
            assert!(sum >= bounds.lowest && sum <= bounds.highest, "{name}: row {row} has {sum}");
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
