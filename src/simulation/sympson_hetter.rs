//! Exposure parameters by simulation (Sympson and Hetter, 1985).
//!
//! K_i = P(item i is given | it is chosen). From K = 1 on, in rounds: simulate, P(S_i) = P(A_i) / K_i with A given and S
//! chosen, K_i = min(1, r / P(S_i)); as many items as the longest test has keep K = 1, so that no test runs dry. Every
//! round has other luck: the parameters do not fit one set of answers.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use item_bank::{Bank, ItemId};
use serde::Serialize;

use super::run::{Settings, SimulatedTest, simulate_while};
use super::summary::exposure_of;
use crate::adaptive::{ExposureControl, ItemPool, PlanDocument, PlanError, TestPlan};

/// Smallest parameter: an item that is chosen is given now and then.
const PARAMETER_MIN: f64 = 0.01;
/// Binomial standard errors that the highest rate may be above the cap: by chance the highest of a hundred is about as far.
const TOLERANCE: f64 = 3.0;

/// How the rounds ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Rounds {
    /// The cap was kept after this many.
    Converged(u32),
    /// The limit was reached first; the parameters are those of the best round.
    LimitReached(u32),
}

/// The parameters that were found.
#[derive(Debug, Clone, PartialEq)]
pub struct ExposureParameters {
    /// The plan with the parameters in it.
    pub plan: TestPlan,
    /// How the rounds ended.
    pub rounds: Rounds,
    /// Highest exposure of an item, round by round.
    pub highest: Vec<f64>,
}

impl ExposureParameters {
    /// `highest exposure by round: 0.950, 0.310; the cap is kept after 2 rounds`.
    #[must_use]
    pub fn words(&self) -> String {
        let highest: Vec<String> = self.highest.iter().map(|rate| format!("{rate:.3}")).collect();
        let (kept, rounds) = match self.rounds {
            Rounds::Converged(rounds) => ("kept", rounds),
            Rounds::LimitReached(rounds) => ("not kept", rounds),
        };
        format!("highest exposure by round: {}; the cap is {kept} after {rounds} rounds", highest.join(", "))
    }
}

/// Finds the parameters with which no item is given in more than the plan's share of tests.
///
/// # Errors
/// When the plan has no cap, or the bank cannot serve it.
pub fn sympson_hetter(
    bank: &Bank,
    plan: &TestPlan,
    abilities: &[f64],
    settings: &Settings,
    rounds_max: u32,
) -> Result<ExposureParameters, PlanError> {
    let go_on = || ControlFlow::Continue(());
    let found = sympson_hetter_while(bank, plan, (abilities, settings), rounds_max, &go_on)?;
    Ok(found.expect("it goes on to the end"))
}

/// The same, as long as `finished`, called for every examinee of every round, says that it goes on; `None` when it was
/// stopped.
///
/// # Errors
/// When the plan has no cap, or the bank cannot serve it.
pub fn sympson_hetter_while(
    bank: &Bank,
    plan: &TestPlan,
    (abilities, settings): (&[f64], &Settings),
    rounds_max: u32,
    finished: &(dyn Fn() -> ControlFlow<()> + Sync),
) -> Result<Option<ExposureParameters>, PlanError> {
    let mut document = PlanDocument::from(plan.clone());
    let cap = {
        let rule = document.exposure.as_mut().ok_or_else(no_cap)?;
        rule.control = ExposureControl::SympsonHetter;
        rule.parameters = BTreeMap::new();
        rule.band_cuts.clear();
        rule.maximum_rate
    };
    let enough = cap + TOLERANCE * (cap * (1.0 - cap) / abilities.len().max(1) as f64).sqrt();
    let mut best: Option<(f64, TestPlan)> = None;
    let mut highest = Vec::new();
    for round in 1..=rounds_max {
        let candidate = TestPlan::try_from(document.clone())?;
        let pool = ItemPool::prepare(bank, &candidate)?;
        let settings = settings.of_round(round);
        let Some(tests) = simulate_while(&pool, &candidate, abilities, &settings, finished) else {
            return Ok(None);
        };
        let rates = rates(&pool, &tests);
        let most = rates.iter().map(|(_, rate)| *rate).fold(0.0, f64::max);
        highest.push(most);
        if best.as_ref().is_none_or(|(least, _)| most < *least) {
            best = Some((most, candidate));
        }
        if most <= enough {
            return Ok(Some(found(best, Rounds::Converged(round), highest)));
        }
        let length = document.stopping.maximum_items;
        if let Some(rule) = &mut document.exposure {
            rule.parameters = next_parameters(&rule.parameters, &rates, cap, length);
        }
    }
    if best.is_none() {
        best = Some((1.0, TestPlan::try_from(document)?));
    }
    Ok(Some(found(best, Rounds::LimitReached(rounds_max), highest)))
}

fn no_cap() -> PlanError {
    PlanError::Setting {
        setting: "exposure".to_owned(),
        must_be: "a rule with a greatest share",
        got: "none".to_owned(),
    }
}

fn found(best: Option<(f64, TestPlan)>, rounds: Rounds, highest: Vec<f64>) -> ExposureParameters {
    let (_, plan) = best.expect("a round has been run, or the plan without parameters stands for it");
    ExposureParameters { plan, rounds, highest }
}

fn rates(pool: &ItemPool, tests: &[SimulatedTest]) -> Vec<(ItemId, f64)> {
    let all: Vec<&SimulatedTest> = tests.iter().collect();
    let counts = exposure_of(pool, &all);
    let rate = |(item, count): (usize, usize)| (pool.id(item).clone(), count as f64 / all.len() as f64);
    counts.into_iter().enumerate().map(rate).collect()
}

/// K of every item that is not 1.
fn next_parameters(
    parameters: &BTreeMap<ItemId, f64>,
    rates: &[(ItemId, f64)],
    cap: f64,
    length: usize,
) -> BTreeMap<ItemId, f64> {
    let next = |(item, given): &(ItemId, f64)| {
        let chosen = given / parameters.get(item).copied().unwrap_or(1.0);
        (item.clone(), if chosen > cap { (cap / chosen).max(PARAMETER_MIN) } else { 1.0 })
    };
    let mut all: Vec<(ItemId, f64)> = rates.iter().map(next).collect();
    // The items that come nearest to 1 are given whenever they are chosen.
    all.sort_by(|one, other| other.1.total_cmp(&one.1));
    all.into_iter().skip(length).filter(|(_, parameter)| *parameter < 1.0).collect()
}
