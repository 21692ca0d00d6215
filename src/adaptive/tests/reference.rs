//! Published states and the items that each criterion chooses from them; see the README of the reference data. Without
//! `WAYMARK_REFERENCE` there is nothing to compare with, and the tests say so.

use std::collections::HashMap;
use std::path::PathBuf;

use item_bank::formats::read_bank_json;
use item_bank::{Accommodations, NormalPrior, Theta};
use serde::Deserialize;
use serde_json::json;

use super::school::plan;
use crate::adaptive::selection::{
    Draws, Evidence, Situation, Valued, counted_uniform, proportional, share_of_information as weight, values,
};
use crate::adaptive::{ItemOrder, ItemPool, SelectionCriterion, TestPlan};

#[derive(Deserialize)]
struct Vectors {
    cases: Vec<State>,
}

#[derive(Deserialize)]
struct State {
    id: String,
    bank: String,
    administered: Vec<usize>,
    responses: Vec<u32>,
    theta: f64,
    criteria: HashMap<String, Expected>,
}

#[derive(Deserialize)]
struct Expected {
    #[serde(default)]
    next: usize,
    #[serde(default)]
    top5: Vec<(usize, f64)>,
    #[serde(default)]
    tie: bool,
    #[serde(default)]
    next_by_inversion: usize,
    #[serde(default)]
    u: f64,
    #[serde(default)]
    u_person: u32,
    #[serde(default)]
    u_seed: u64,
}

#[expect(clippy::print_stdout, reason = "says why nothing was compared")]
pub(super) fn reference() -> Option<PathBuf> {
    let folder = std::env::var_os("WAYMARK_REFERENCE").map(PathBuf::from);
    if folder.is_none() {
        println!("WAYMARK_REFERENCE is not set: nothing to compare with");
    }
    folder.map(|folder| folder.join("cat"))
}

fn criterion_plan() -> TestPlan {
    plan(json!({
        "stopping": {"minimum_items": 1, "maximum_items": 30},
        "estimator": {"nodes": 33, "lowest": -4.0, "highest": 4.0, "weights": "trapezoid"},
    }))
}

/// Our criterion, the sign of its published value, and whether that has the unit of the likelihood.
fn criterion(name: &str) -> (SelectionCriterion, f64, bool) {
    match name {
        "MFI" => (SelectionCriterion::MaximumInformation, 1.0, false),
        "Urry" => (SelectionCriterion::ClosestDifficulty, -1.0, false),
        "thOpt" => (SelectionCriterion::ClosestPeak, -1.0, false),
        "MLWI" => (SelectionCriterion::LikelihoodWeightedInformation, 1.0, true),
        "MPWI" => (SelectionCriterion::PosteriorWeightedInformation, 1.0, true),
        "KL" => (SelectionCriterion::KullbackLeibler, 1.0, true),
        "KLP" => (SelectionCriterion::PosteriorKullbackLeibler, 1.0, true),
        "GDI" => (SelectionCriterion::GlobalDiscrimination, 1.0, false),
        "GDIP" => (SelectionCriterion::PosteriorGlobalDiscrimination, 1.0, false),
        "MEPV" => (SelectionCriterion::MinimumExpectedVarianceAtEstimate, -1.0, false),
        "MEPV_post" => (SelectionCriterion::MinimumExpectedVariance, -1.0, false),
        "MEI_fisher" => (SelectionCriterion::ExpectedInformation, 1.0, false),
        "MEI_observed" => (SelectionCriterion::ExpectedObservedInformation, 1.0, false),
        "progressive_AP1_L30" => (SelectionCriterion::Progressive { acceleration: 1.0 }, 1.0, false),
        "proportional_AP1_L30" => (SelectionCriterion::Proportional { acceleration: 1.0 }, 1.0, false),
        other => panic!("no criterion for {other}"),
    }
}

fn check(state: &State, name: &str, expected: &Expected, pool: &ItemPool) {
    let (criterion, sign, in_likelihood) = criterion(name);
    let answers: Vec<_> = state.administered.iter().copied().zip(state.responses.iter().copied()).collect();
    let rule = criterion_plan().estimator.weights;
    let evidence = Evidence::new(pool, rule, Theta(state.theta), NormalPrior::STANDARD, &answers);
    let open: Vec<usize> = (0..pool.len()).filter(|item| !state.administered.contains(item)).collect();
    // The protocol's numbers for items start two seeds further.
    let position = answers.len();
    let seed = expected.u_seed.wrapping_sub(2 + position as u64);
    let draws = Draws::Counted { seed, examinee: expected.u_person };
    let situation = Situation { given: position, length: 30, position, draws, row_sums: &[] };
    let found = values(&evidence, criterion, situation, &open);
    if let SelectionCriterion::Proportional { acceleration } = criterion {
        let information: Vec<_> = found.iter().map(|valued| (valued.item, valued.value)).collect();
        let exponent = 30.0 * weight(position, 30, acceleration);
        assert_eq!(
            proportional(&information, exponent, expected.u),
            Some(expected.next_by_inversion),
            "{}",
            state.id
        );
        return;
    }
    let unit = if in_likelihood { evidence.log_unit.exp() } else { 1.0 };
    let tolerance = if name.starts_with("MEI") { 1e-7 } else { 1e-9 };
    for &(item, value) in &expected.top5 {
        let ours = found.iter().find(|valued| valued.item == item).map(|valued| valued.value * unit * sign);
        let ours = ours.unwrap_or_else(|| panic!("{} {name}: item {item} is not open", state.id));
        let room = tolerance * value.abs().max(1e-3);
        assert!((ours - value).abs() <= room, "{} {name} item {item}: {ours:e} is not {value:e}", state.id);
    }
    let best = found.iter().copied().max_by(Valued::cmp).map(|valued| valued.item);
    assert!(
        expected.tie || best == Some(expected.next),
        "{} {name}: {best:?} is not {}",
        state.id,
        expected.next
    );
}

#[test]
fn every_criterion_values_the_items_of_the_published_states_alike() {
    let Some(folder) = reference() else { return };
    let text = std::fs::read_to_string(folder.join("vectors/selection.json")).unwrap();
    let vectors: Vectors = serde_json::from_str(&text).unwrap();
    let mut pools: HashMap<String, ItemPool> = HashMap::new();
    let mut checked = 0;
    for state in &vectors.cases {
        let pool = pools.entry(state.bank.clone()).or_insert_with(|| {
            let text = std::fs::read_to_string(folder.join(format!("banks/{}.json", state.bank))).unwrap();
            let bank = read_bank_json(&text, &state.bank).unwrap();
            // Published items are named by their place in the bank.
            ItemPool::prepare_in(&bank, &criterion_plan(), &Accommodations::none(), ItemOrder::Bank).unwrap()
        });
        for (name, expected) in &state.criteria {
            check(state, name, expected, pool);
            checked += 1;
        }
    }
    assert_eq!(vectors.cases.len(), 60);
    assert!(checked > 500, "{checked}");
}

#[test]
fn counted_numbers_are_the_published_ones() {
    let Some(folder) = reference() else { return };
    for bank in ["syn3pl_500", "science3pl"] {
        let text = std::fs::read_to_string(folder.join(format!("efficiency/{bank}.json"))).unwrap();
        let protocol: serde_json::Value = serde_json::from_str(&text).unwrap();
        for row in protocol["u_check"].as_array().unwrap() {
            let number = |name: &str| u32::try_from(row[name].as_u64().unwrap()).unwrap();
            let ours = counted_uniform(protocol["seed"].as_u64().unwrap(), number("person"), number("item"));
            assert!((ours - row["u"].as_f64().unwrap()).abs() < 1e-15);
        }
    }
}
