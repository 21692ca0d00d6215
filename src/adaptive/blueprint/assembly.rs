//! A blueprint and the progress of a test as an integer program: what may still come, and what it must add up to.

use super::{Blueprint, Goal, Progress};
use crate::adaptive::program::{Bounds, Program, Row};

/// Some items of a class that are alike in whether the student has seen them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::adaptive) struct Choice {
    pub class: usize,
    pub seen: bool,
    pub available: usize,
}

/// Variables: how many of each choice are still to come, then for each set not yet begun whether it is used. The
/// objective, one number a choice, is to be maximised.
pub(in crate::adaptive) fn program(
    blueprint: &Blueprint,
    progress: &Progress,
    goal: Goal,
    choices: &[Choice],
    objective: Vec<f64>,
) -> Program {
    let given = progress.given.len() as f64;
    let mut members: Vec<Vec<(usize, f64)>> = vec![Vec::new(); blueprint.rows.len()];
    for (column, choice) in choices.iter().enumerate() {
        for &(row, amount) in &blueprint.classes[choice.class].rows {
            members[row].push((column, amount));
        }
    }
    let everything = choices.iter().enumerate().map(|(column, _)| (column, 1.0)).collect();
    let bounds = choices.iter().map(|choice| Bounds::new(0.0, choice.available as f64)).collect();
    let mut program = Program { objective, bounds, leading: choices.len(), ..Program::default() };
    add_sets(blueprint, progress, choices, &mut program, &mut members);
    program.rows.push(Row::new(
        everything,
        goal.minimum_items as f64 - given,
        goal.maximum_items as f64 - given,
    ));
    for (index, (row, entries)) in blueprint.rows.iter().zip(members).enumerate() {
        let sum = progress.row_sums[index];
        program.rows.push(Row::new(entries, row.lowest - sum, row.highest - sum));
    }
    if let Some(maximum) = goal.seen_maximum {
        let seen = choices.iter().enumerate().filter(|(_, choice)| choice.seen);
        let entries = seen.map(|(column, _)| (column, 1.0)).collect();
        program.rows.push(Row::new(entries, 0.0, maximum as f64));
    }
    add_enemies(blueprint, choices, &mut program);
    // A row that nothing can break has no part in the search.
    let Program { bounds, rows, .. } = &mut program;
    rows.retain(|row| !row.is_free(bounds));
    program
}

/// A set is used with enough of its items or not at all; its use counts in the blueprint's rows of sets.
fn add_sets(
    blueprint: &Blueprint,
    progress: &Progress,
    choices: &[Choice],
    program: &mut Program,
    rows: &mut [Vec<(usize, f64)>],
) {
    let rule = &blueprint.stimulus_rule;
    let mut members: Vec<Vec<(usize, f64)>> = vec![Vec::new(); blueprint.sets.len()];
    for (column, choice) in choices.iter().enumerate() {
        if let Some(set) = blueprint.classes[choice.class].set {
            members[set].push((column, 1.0));
        }
    }
    let is_unbounded = |set: usize| {
        let most = blueprint.set_maximum() >= blueprint.sets[set].len();
        rule.minimum_items <= 1 && most && blueprint.rows_of_set[set].is_empty()
    };
    for (set, entries) in members.into_iter().enumerate() {
        let maximum = blueprint.set_maximum().min(blueprint.sets[set].len()) as f64;
        let minimum = rule.minimum_items as f64;
        if let Some((open, count)) = progress.open_set
            && open == set
        {
            program.rows.push(Row::new(entries, minimum - count as f64, maximum - count as f64));
        } else if !entries.is_empty() && !is_unbounded(set) {
            let used = program.objective.len();
            program.objective.push(0.0);
            program.bounds.push(Bounds::new(0.0, 1.0));
            for &row in &blueprint.rows_of_set[set] {
                rows[row].push((used, 1.0));
            }
            // No item comes unless its set is used.
            program.cuts.extend(entries.iter().map(|&(column, _)| {
                let available = program.bounds[column].highest;
                Row::new(vec![(column, 1.0), (used, -available)], f64::NEG_INFINITY, 0.0)
            }));
            let with_use = |of_use: f64| [entries.as_slice(), &[(used, of_use)]].concat();
            program.rows.push(Row::new(with_use(-maximum), f64::NEG_INFINITY, 0.0));
            program.rows.push(Row::new(with_use(-minimum), 0.0, f64::INFINITY));
        }
    }
}

/// Of enemies that are still possible, at most one comes.
fn add_enemies(blueprint: &Blueprint, choices: &[Choice], program: &mut Program) {
    if blueprint.exclusive.is_empty() {
        return;
    }
    let mut columns_of = vec![Vec::new(); blueprint.classes.len()];
    for (column, choice) in choices.iter().enumerate() {
        columns_of[choice.class].push((column, 1.0));
    }
    for group in &blueprint.exclusive {
        let entries: Vec<(usize, f64)> =
            group.iter().flat_map(|&class| columns_of[class].iter().copied()).collect();
        program.rows.push(Row::new(entries, 0.0, 1.0));
    }
}
