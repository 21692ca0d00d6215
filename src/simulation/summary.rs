//! What the tests of a simulation show: accuracy, length, exposure, decisions, requirements met.

use std::collections::{BTreeMap, BTreeSet};

use item_bank::{Accommodations, Bank, ItemId, Progression, Theta};
use serde::Serialize;

use super::checker::{Violation, seen_violations, violations_for};
use super::field_test::{FieldTestUse, field_test_use};
use super::readiness::ReadinessErrors;
use super::recount::answer_violations;
use super::run::SimulatedTest;
use super::shadow::{ShadowUse, shadow_use};
use super::statistics::{correlation, mean, quantile, root_mean_square, sorted};
use super::strands::StrandRecovery;
use super::supply::{Supply, supply};
use crate::adaptive::{ItemPool, StopReason, TestPlan};

/// Examples of violations kept.
const EXAMPLES_MAX: usize = 20;

/// How well the estimates recover the abilities, in logits.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Recovery {
    /// Tests.
    pub n: usize,
    /// Mean of estimate − ability.
    pub bias: f64,
    /// Root of the mean squared error.
    pub rmse: f64,
    /// Mean absolute error.
    pub mae: f64,
    /// Correlation of estimate and ability.
    pub corr: f64,
    /// RMSE of the lowest tenth of abilities.
    pub rmse_low10: f64,
    /// RMSE of the highest tenth of abilities.
    pub rmse_high10: f64,
    /// Share of abilities within 1.96 standard errors of the estimate.
    pub coverage_95: f64,
    /// Mean standard error reported.
    pub mean_standard_error: f64,
    /// Mean number of items.
    pub mean_length: f64,
    /// Length that 95 % of the tests do not exceed.
    pub p95_length: f64,
}

/// Recovery among examinees of similar ability.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AbilityBand {
    /// Lowest ability of the band, in logits.
    pub lowest: f64,
    /// Highest ability of the band.
    pub highest: f64,
    /// The tests within.
    pub recovery: Recovery,
}

/// How evenly the items are used.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Exposure {
    /// Highest share of tests with one item.
    pub max_exposure: f64,
    /// Share of the pool used at all.
    pub share_used: f64,
    /// Share of the pool in more than a fifth of the tests.
    pub share_over_020: f64,
    /// Share of items that two tests have in common: Σ m(m − 1) / (N(N − 1) · mean length).
    pub overlap: f64,
    /// Σ (rate − even rate)² / even rate (Chang and Ying, 1999).
    pub chi2: f64,
    /// Items given over the plan's cap because a test could not meet its plan otherwise.
    pub forced: u64,
}

/// Decisions at one cut.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CutErrors {
    /// The level that starts at the cut.
    pub level: String,
    /// The cut, in logits.
    pub cut: f64,
    /// Share of all tests placed above by an examinee below.
    pub false_above: f64,
    /// Share of all tests placed below by an examinee above.
    pub false_below: f64,
}

/// What keeping the highest of several attempts does.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct HighestOf {
    /// Attempts kept the highest of.
    pub attempts: u32,
    /// Mean of the highest estimate − ability at the last attempt counted.
    pub bias: f64,
    /// Its root mean squared error.
    pub rmse: f64,
}

/// Everything a report shows.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Summary {
    /// The bank.
    pub bank: String,
    /// The plan and its version.
    pub plan: String,
    /// Version of the plan.
    pub plan_version: u32,
    /// What every examinee needed: only items that support it were given.
    #[serde(skip_serializing_if = "Accommodations::is_empty")]
    pub accommodations: Accommodations,
    /// Items that could be selected.
    pub pool_items: usize,
    /// Recovery of the first attempts.
    pub metrics: Recovery,
    /// Use of the pool by the first attempts.
    pub exposure: Exposure,
    /// Recovery by tenths of ability.
    pub by_ability: Vec<AbilityBand>,
    /// Tests by the reason they ended.
    pub stop_reasons: BTreeMap<StopReason, usize>,
    /// Tests by their number of items.
    pub lengths: BTreeMap<usize, usize>,
    /// Share of tests placed in the level of the ability; absent without a progression.
    pub level_accuracy: Option<f64>,
    /// Decisions at each cut.
    pub cuts: Vec<CutErrors>,
    /// The highest of the first one, two … attempts; empty when there was one.
    pub highest_of: Vec<HighestOf>,
    /// What the pool can say over the abilities of the examinees.
    pub supply: Vec<Supply>,
    /// How often the readiness rule is right; set by who asks for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub readiness: Option<ReadinessErrors>,
    /// How well scores of strands recover the abilities in them; set by who asks for it, empty with fewer than two.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub strands: Vec<StrandRecovery>,
    /// How shadow tests were found; absent when none were assembled.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shadow_tests: Option<ShadowUse>,
    /// Field-test items, which nothing else here counts; absent when the plan gives none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field_test: Option<FieldTestUse>,
    /// Requirements of the plan that some test did not meet, recomputed by a checker of its own.
    pub violations: usize,
    /// The first of them, in words.
    pub violation_examples: Vec<String>,
}

/// Sums up the tests of a simulation.
#[must_use]
pub fn summarise(bank: &Bank, plan: &TestPlan, pool: &ItemPool, tests: &[SimulatedTest]) -> Summary {
    let first: Vec<&SimulatedTest> = tests.iter().filter(|test| test.attempt == 0).collect();
    let mut stop_reasons = BTreeMap::new();
    let mut lengths = BTreeMap::new();
    for test in &first {
        *stop_reasons.entry(test.reason).or_insert(0) += 1;
        *lengths.entry(test.items.len()).or_insert(0) += 1;
    }
    let (violations, violation_examples) = check(bank, plan, pool, tests);
    let progression = bank.progression();
    Summary {
        bank: bank.id().to_owned(),
        plan: plan.id.clone(),
        plan_version: plan.version,
        accommodations: pool.accommodations().clone(),
        pool_items: pool.len(),
        metrics: recovery(&first),
        exposure: exposure_summary(&exposure_of(pool, &first), &first),
        by_ability: bands(&first),
        stop_reasons,
        lengths,
        level_accuracy: progression.map(|progression| level_accuracy(progression, &first)),
        cuts: progression.map(|progression| cut_errors(progression, &first)).unwrap_or_default(),
        highest_of: highest_of(tests),
        supply: supply(plan, pool, reach(&first)),
        readiness: None,
        strands: Vec::new(),
        shadow_tests: shadow_use(tests.iter().map(|test| &test.shadow_tests)),
        field_test: field_test_use(plan, pool, tests),
        violations,
        violation_examples,
    }
}

/// Lowest and highest ability.
fn reach(tests: &[&SimulatedTest]) -> (f64, f64) {
    let abilities = tests.iter().map(|test| test.theta);
    abilities.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), theta| (low.min(theta), high.max(theta)))
}

fn recovery(tests: &[&SimulatedTest]) -> Recovery {
    let error = |test: &&SimulatedTest| test.estimate.theta.0 - test.theta;
    let abilities = sorted(tests.iter().map(|test| test.theta));
    let (low, high) = (quantile(&abilities, 0.1), quantile(&abilities, 0.9));
    let lengths = sorted(tests.iter().map(|test| test.items.len() as f64));
    let pairs: Vec<(f64, f64)> = tests.iter().map(|test| (test.estimate.theta.0, test.theta)).collect();
    let covered =
        |test: &&SimulatedTest| f64::from(u8::from(error(test).abs() <= 1.96 * test.estimate.standard_error));
    Recovery {
        n: tests.len(),
        bias: mean(tests.iter().map(error)),
        rmse: root_mean_square(tests.iter().map(error)),
        mae: mean(tests.iter().map(|test| error(test).abs())),
        corr: correlation(&pairs),
        rmse_low10: root_mean_square(tests.iter().filter(|test| test.theta <= low).map(error)),
        rmse_high10: root_mean_square(tests.iter().filter(|test| test.theta >= high).map(error)),
        coverage_95: mean(tests.iter().map(covered)),
        mean_standard_error: mean(tests.iter().map(|test| test.estimate.standard_error)),
        mean_length: mean(lengths.iter().copied()),
        p95_length: quantile(&lengths, 0.95),
    }
}

/// Tests with each item, by position in the pool.
#[must_use]
pub fn exposure_of(pool: &ItemPool, tests: &[&SimulatedTest]) -> Vec<usize> {
    let mut counts = vec![0; pool.len()];
    for item in tests.iter().flat_map(|test| &test.items) {
        counts[*item as usize] += 1;
    }
    counts
}

fn exposure_summary(counts: &[usize], tests: &[&SimulatedTest]) -> Exposure {
    let examinees = tests.len() as f64;
    let mean_length = mean(tests.iter().map(|test| test.items.len() as f64));
    let rates: Vec<f64> = counts.iter().map(|&count| count as f64 / examinees).collect();
    let share = |is: &dyn Fn(f64) -> bool| mean(rates.iter().map(|&rate| f64::from(u8::from(is(rate)))));
    let even = mean_length / counts.len() as f64;
    let pairs: f64 = counts.iter().map(|&count| count as f64 * (count as f64 - 1.0)).sum();
    Exposure {
        max_exposure: rates.iter().copied().fold(0.0, f64::max),
        share_used: share(&|rate| rate > 0.0),
        share_over_020: share(&|rate| rate > 0.2),
        overlap: pairs / (examinees * (examinees - 1.0).max(1.0)) / mean_length,
        chi2: rates.iter().map(|rate| (rate - even) * (rate - even) / even).sum(),
        forced: tests.iter().map(|test| u64::from(test.forced)).sum(),
    }
}

fn bands(tests: &[&SimulatedTest]) -> Vec<AbilityBand> {
    let mut by_ability = tests.to_vec();
    by_ability.sort_by(|a, b| a.theta.total_cmp(&b.theta));
    let size = by_ability.len().div_ceil(10).max(1);
    let band = |tests: &[&SimulatedTest]| AbilityBand {
        lowest: tests[0].theta,
        highest: tests[tests.len() - 1].theta,
        recovery: recovery(tests),
    };
    by_ability.chunks(size).map(band).collect()
}

fn level_accuracy(progression: &Progression, tests: &[&SimulatedTest]) -> f64 {
    let right = |test: &&SimulatedTest| {
        progression.level_of(test.estimate.theta) == progression.level_of(Theta(test.theta))
    };
    mean(tests.iter().map(|test| f64::from(u8::from(right(test)))))
}

fn cut_errors(progression: &Progression, tests: &[&SimulatedTest]) -> Vec<CutErrors> {
    let at = |(level, cut): (&str, f64)| {
        let share = |is: &dyn Fn(&SimulatedTest) -> bool| {
            mean(tests.iter().map(|test| f64::from(u8::from(is(test)))))
        };
        CutErrors {
            level: level.to_owned(),
            cut,
            false_above: share(&|test| test.theta < cut && test.estimate.theta.0 >= cut),
            false_below: share(&|test| test.theta >= cut && test.estimate.theta.0 < cut),
        }
    };
    let cuts = progression.levels().iter().filter_map(|level| level.cut.map(|cut| (level.id.as_str(), cut)));
    cuts.map(at).collect()
}

fn highest_of(tests: &[SimulatedTest]) -> Vec<HighestOf> {
    let attempts = tests.iter().map(|test| test.attempt + 1).max().unwrap_or(0);
    if attempts < 2 {
        return Vec::new();
    }
    let after = |counted: u32| {
        let errors = tests.chunk_by(|a, b| a.examinee == b.examinee).map(|attempts| {
            let counted = &attempts[..counted as usize];
            let highest = counted.iter().map(|test| test.estimate.theta.0).fold(f64::NEG_INFINITY, f64::max);
            highest - counted[counted.len() - 1].theta
        });
        let errors: Vec<f64> = errors.collect();
        HighestOf { attempts: counted, bias: mean(errors.iter().copied()), rmse: root_mean_square(errors) }
    };
    (1..=attempts).map(after).collect()
}

fn check(bank: &Bank, plan: &TestPlan, pool: &ItemPool, tests: &[SimulatedTest]) -> (usize, Vec<String>) {
    let mut all: Vec<(u32, Violation)> = Vec::new();
    let mut seen = BTreeSet::new();
    for test in tests {
        let given = delivered(pool, test);
        let mut found = violations_for(bank, plan, pool.accommodations(), &given);
        if plan.items.seen_maximum.is_some() {
            if test.attempt == 0 {
                seen.clear();
            }
            found.extend(seen_violations(bank, plan, pool.accommodations(), &given, &seen));
            seen.extend(given);
        }
        all.extend(found.into_iter().map(|violation| (test.examinee, violation)));
    }
    all.extend(answer_violations(bank, plan, pool, tests));
    let example =
        |(examinee, violation): &(u32, Violation)| format!("examinee {}: {violation}", examinee + 1);
    (all.len(), all.iter().take(EXAMPLES_MAX).map(example).collect())
}

/// Every item of a test in the order given.
fn delivered(pool: &ItemPool, test: &SimulatedTest) -> Vec<ItemId> {
    let mut items: Vec<ItemId> = test.items.iter().map(|&item| pool.id(item as usize).clone()).collect();
    for turn in &test.field_test {
        items.insert(turn.place as usize - 1, pool.field_test_id(turn.item as usize).clone());
    }
    items
}
