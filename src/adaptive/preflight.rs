//! Whether a bank can serve a plan, told before a student meets it.

use std::collections::HashSet;

use item_bank::{Accommodations, Bank, Item, ItemId, Pool};

use super::blueprint::{Blueprint, Completion, Goal, Progress, Row, Words};
use super::decision_rule::DecisionRule;
use super::level_rule::LevelRule;
use super::off_grade::within_grade;
use super::plan::TestPlan;
use super::pool::{operational_items, pool_name};
use super::problem::PlanProblem;

/// Checks a plan against a bank for students without accommodations: every requirement alone, then all of them
/// together.
///
/// # Errors
/// Every row that fails, in words; when each could be met alone, a set of rows that cannot be met together and from
/// which none can be left out.
pub fn preflight(bank: &Bank, plan: &TestPlan) -> Result<(), Vec<PlanProblem>> {
    preflight_for(bank, plan, &Accommodations::none())
}

/// The same for students who need these accommodations: only items that support all of them are counted on.
///
/// # Errors
/// As [`preflight`].
pub fn preflight_for(bank: &Bank, plan: &TestPlan, needed: &Accommodations) -> Result<(), Vec<PlanProblem>> {
    let mut problems = Vec::new();
    if let Some(named) = plan.bank.as_deref().filter(|named| *named != bank.id()) {
        problems.push(PlanProblem::OtherBank { plan: named.to_owned(), bank: bank.id().to_owned() });
    }
    problems.extend(LevelRule::new(plan, bank).err());
    problems.extend(DecisionRule::new(plan, bank).err());
    problems.dedup();
    let nothing = Accommodations::none();
    let all = operational_items(bank, plan.pool, &nothing);
    let items = within_grade(plan, &operational_items(bank, plan.pool, needed));
    if items.is_empty() {
        problems.push(empty(bank, plan, needed));
        return Err(problems);
    }
    let blueprint = Blueprint::new(plan, &items);
    problems.extend(named_items(plan, &all));
    problems.extend(unsupported_items(plan, &all, needed));
    problems.extend(parted_sets(plan, &blueprint, &items));
    problems.extend(rows_alone(&blueprint, plan.pool));
    if problems.is_empty() && !is_feasible(&blueprint) {
        problems.push(conflict(blueprint, plan.pool));
    }
    if problems.is_empty() { Ok(()) } else { Err(problems) }
}

/// The pool is empty, or nothing in it is for students with these needs.
fn empty(bank: &Bank, plan: &TestPlan, needed: &Accommodations) -> PlanProblem {
    let pool = pool_name(plan.pool);
    let unknown = needed.iter().find(|one| !bank.accommodations().contains(one));
    match unknown {
        Some(one) => PlanProblem::NothingSupports { accommodation: one.words(), pool },
        None if needed.is_empty() => PlanProblem::EmptyPool { pool },
        None => PlanProblem::NothingSupports { accommodation: needed.words(), pool },
    }
}

/// Names that mean no item. Items of other grades can be forbidden, and cannot be counted on for anything else.
fn named_items(plan: &TestPlan, all: &[&Item]) -> Vec<PlanProblem> {
    let within = within_grade(plan, all);
    let forbidden = all.iter().filter(|item| plan.items.forbidden.contains(&item.id));
    let known: HashSet<&ItemId> = within.iter().chain(forbidden).map(|item| &item.id).collect();
    let unknown = plan.items.named().filter(|id| !known.contains(id));
    let problem = |id: &ItemId| PlanProblem::UnknownItem { item: id.to_string(), pool: pool_name(plan.pool) };
    unknown.map(problem).collect()
}

/// Items that every test must have and that these students cannot be given.
fn unsupported_items(plan: &TestPlan, all: &[&Item], needed: &Accommodations) -> Vec<PlanProblem> {
    let required = all.iter().filter(|item| plan.items.required.contains(&item.id));
    let unsupported = required.filter(|item| !item.supports(needed));
    let problem = |item: &&Item| PlanProblem::RequiredUnsupported {
        item: item.id.to_string(),
        accommodations: needed.words(),
    };
    unsupported.map(problem).collect()
}

/// Sets whose items do not all have the same turn in the plan's order.
fn parted_sets(plan: &TestPlan, blueprint: &Blueprint, items: &[&Item]) -> Vec<PlanProblem> {
    let Some(order) = &plan.items.order else { return Vec::new() };
    let is_parted =
        |set: &&Vec<usize>| set.iter().any(|&item| blueprint.rank_of[item] != blueprint.rank_of[set[0]]);
    let problem = |set: &Vec<usize>| PlanProblem::OrderPartsSet {
        set: items[set[0]].group.clone().unwrap_or_default(),
        attribute: order.attribute.clone(),
    };
    blueprint.sets.iter().filter(is_parted).map(problem).collect()
}

fn rows_alone(blueprint: &Blueprint, pool: Pool) -> Vec<PlanProblem> {
    let pool = pool_name(pool);
    let mut problems = Vec::new();
    let usable = |item: &usize| !blueprint.forbidden[*item];
    let found = (0..blueprint.rows_of.len()).filter(usable).count();
    if found < blueprint.minimum_items {
        problems.push(PlanProblem::TooFewItems { needed: blueprint.minimum_items, found, pool });
    }
    for (index, row) in blueprint.rows.iter().enumerate() {
        let Words::Bounded(words, unit) = &row.words else { continue };
        let items = (0..blueprint.rows_of.len()).filter(usable).flat_map(|item| &blueprint.rows_of[item]);
        let of_items: f64 = items.filter(|(of, _)| *of == index).map(|&(_, amount)| amount.max(0.0)).sum();
        let of_sets = blueprint.rows_of_set.iter().filter(|rows| rows.contains(&index)).count();
        let found = of_items + of_sets as f64;
        if found < row.lowest {
            let (needed, found) = (row.lowest as usize, found as usize);
            problems.push(PlanProblem::RowShort { row: words.clone(), needed, unit, found, pool });
        }
    }
    problems
}

fn goal(blueprint: &Blueprint) -> Goal {
    let Blueprint { minimum_items, maximum_items, .. } = *blueprint;
    Goal { minimum_items, maximum_items, seen_maximum: None }
}

fn is_feasible(blueprint: &Blueprint) -> bool {
    Completion::find(blueprint, &Progress::new(blueprint, []), goal(blueprint)).is_some()
}

/// Something the plan asks that can be left out to see whether the rest is possible.
#[derive(Debug, Clone, Copy)]
enum Requirement {
    RowMinimum(usize),
    RowMaximum(usize),
    Row(usize),
    MinimumLength,
    MaximumLength,
    SetMinimum,
    SetMaximum,
    Forbidden,
    Enemies,
}

/// Leaves out one requirement after another for as long as the rest stays impossible: what is left cannot spare any.
fn conflict(mut blueprint: Blueprint, pool: Pool) -> PlanProblem {
    if Completion::is_undecided(&blueprint, &Progress::new(&blueprint, []), goal(&blueprint)) {
        return PlanProblem::Undecided { nodes: super::blueprint::NODES_MAX };
    }
    let mut needed = Vec::new();
    for requirement in requirements(&blueprint) {
        let mut without = blueprint.clone();
        let words = leave_out(&mut without, requirement);
        if is_feasible(&without) {
            needed.push(words);
        } else {
            blueprint = without;
        }
    }
    PlanProblem::Conflict { rows: needed, pool: pool_name(pool) }
}

fn requirements(blueprint: &Blueprint) -> Vec<Requirement> {
    let rows = || blueprint.rows.iter().enumerate();
    let is_bounded = |row: &Row| matches!(row.words, Words::Bounded(..));
    let bounded = || rows().filter(|(_, row)| is_bounded(row)).map(|(index, _)| index);
    let mut all = vec![Requirement::Enemies, Requirement::Forbidden];
    all.extend([Requirement::SetMaximum, Requirement::SetMinimum]);
    all.extend(rows().filter(|(_, row)| !is_bounded(row)).map(|(index, _)| Requirement::Row(index)));
    all.extend(bounded().map(Requirement::RowMaximum));
    all.extend([Requirement::MinimumLength, Requirement::MaximumLength]);
    all.extend(bounded().map(Requirement::RowMinimum));
    all
}

/// Leaves the requirement out and says what it was.
fn leave_out(blueprint: &mut Blueprint, requirement: Requirement) -> String {
    let everything = blueprint.rows_of.len();
    match requirement {
        Requirement::RowMinimum(index) => {
            let row = &mut blueprint.rows[index];
            let minimum = std::mem::replace(&mut row.lowest, f64::NEG_INFINITY);
            format!("{} at least {minimum}", row.words)
        }
        Requirement::RowMaximum(index) => {
            let row = &mut blueprint.rows[index];
            let maximum = std::mem::replace(&mut row.highest, f64::INFINITY);
            format!("{} at most {maximum}", row.words)
        }
        Requirement::Row(index) => {
            let row = &mut blueprint.rows[index];
            (row.lowest, row.highest) = (f64::NEG_INFINITY, f64::INFINITY);
            row.words.to_string()
        }
        Requirement::Forbidden => {
            blueprint.forbidden.fill(false);
            "the forbidden items".to_owned()
        }
        Requirement::MinimumLength => {
            let minimum = std::mem::take(&mut blueprint.minimum_items);
            format!("a test has at least {minimum} items")
        }
        Requirement::MaximumLength => {
            let maximum = std::mem::replace(&mut blueprint.maximum_items, everything);
            format!("a test has at most {maximum} items")
        }
        Requirement::SetMinimum => {
            let minimum = std::mem::replace(&mut blueprint.stimulus_rule.minimum_items, 1);
            format!("a stimulus has at least {minimum} of its items in a test")
        }
        Requirement::SetMaximum => {
            let maximum = blueprint.stimulus_rule.maximum_items.take();
            format!("a stimulus has at most {} of its items in a test", maximum.unwrap_or(everything))
        }
        Requirement::Enemies => {
            blueprint.forget_enemies();
            "enemies are not in one test".to_owned()
        }
    }
}
