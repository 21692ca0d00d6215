//! Scores by strand: examinees may be better in some strands than in others, and the report says how well the scores of
//! strands recover that.
//!
//! In strand s an examinee answers with ability θ + δ_s, δ_s ~ N(0, deviation²), the same in every attempt.

use std::collections::{BTreeMap, HashMap};

use item_bank::ability::{Quadrature, eap};
use item_bank::{Bank, ItemId, NormalPrior, Observation};
use rayon::prelude::*;
use serde::Serialize;
use statrs::distribution::{ContinuousCDF, Normal};

use super::run::{Settings, SimulatedTest};
use super::statistics::{mean, root_mean_square};
use crate::adaptive::{ItemPool, counted_uniform};
use crate::assessment::feedback::STRAND_DEVIATION;
use crate::assessment::{StrandAnswers, StrandFeedback, feedback, strand_of};

/// Tests whose strands are scored at most: integrating strands out takes longer than the test.
const TESTS_MAX: usize = 5_000;
/// Greatest standard deviation of strand abilities, in logits.
pub(super) const DEVIATION_MAX: f64 = 3.0;
/// Seeds of the numbers that say how good an examinee is in a strand lie this far from those that score answers.
const STREAM: u64 = 0x2f6b_1a9d_4c3e_8071;

/// The strands of a bank, and how much examinees differ between them.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Strands {
    deviation: f64,
    seed: u64,
    of: HashMap<ItemId, u32>,
}

impl Strands {
    pub(super) fn new(bank: &Bank, deviation: f64, seed: u64) -> Self {
        let mut numbers: BTreeMap<&str, u32> = BTreeMap::new();
        let named = bank.items().iter().filter_map(|item| strand_of(item).map(|strand| (item, strand)));
        let named: Vec<_> = named.collect();
        for (_, strand) in &named {
            numbers.insert(strand, 0);
        }
        for (number, place) in (0..).zip(numbers.values_mut()) {
            *place = number;
        }
        let of = named.iter().map(|(item, strand)| (item.id.clone(), numbers[strand])).collect();
        Self { deviation, seed, of }
    }

    /// δ of an examinee in the strand of an item, in logits; 0 for an item of no strand.
    pub(super) fn difference(&self, examinee: u32, item: &ItemId) -> f64 {
        let Some(&strand) = self.of.get(item) else { return 0.0 };
        // The middle of the interval that the number stands for: never 0, whose quantile is minus infinity.
        let uniform = counted_uniform(self.seed ^ STREAM, examinee, strand) + 0.5_f64.powi(54);
        self.deviation * Normal::standard().inverse_cdf(uniform)
    }
}

/// How well the scores of one strand recover the abilities in it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct StrandRecovery {
    /// The strand.
    pub strand: String,
    /// Tests with an answer in it.
    pub tests: usize,
    /// Mean number of answers in it.
    pub mean_answers: f64,
    /// RMSE of the score that borrows strength from the answers of other strands, in logits.
    pub rmse: f64,
    /// Mean standard error of that score.
    pub mean_standard_error: f64,
    /// Share of abilities within 1.96 standard errors of it.
    pub coverage_95: f64,
    /// RMSE of the posterior mean given the strand's own answers alone, from the prior of θ + δ.
    pub rmse_alone: f64,
    /// Share of abilities within 1.96 of that posterior's standard deviations.
    pub coverage_alone_95: f64,
}

/// One strand of one test: error and standard error of its score, borrowing and alone.
struct Scored {
    strand: String,
    answers: u32,
    borrowing: (f64, f64),
    alone: (f64, f64),
}

/// Recovery by strand in the first attempts; empty when the pool has fewer than two strands.
#[must_use]
pub fn strand_recovery(
    bank: &Bank,
    pool: &ItemPool,
    tests: &[SimulatedTest],
    settings: &Settings,
) -> Vec<StrandRecovery> {
    let of_item: Vec<Option<&str>> =
        (0..pool.len()).map(|item| bank.item(pool.id(item).as_str()).and_then(strand_of)).collect();
    let mut strands: Vec<&str> = of_item.iter().copied().flatten().collect();
    strands.sort_unstable();
    strands.dedup();
    if strands.len() < 2 {
        return Vec::new();
    }
    let first: Vec<&SimulatedTest> = tests.iter().filter(|test| test.attempt == 0).take(TESTS_MAX).collect();
    let scored: Vec<Vec<Scored>> =
        first.par_iter().map(|test| scores(test, pool, &of_item, settings)).collect();
    let scored: Vec<Scored> = scored.into_iter().flatten().collect();
    let recovery = |strand: &&str| {
        let own: Vec<&Scored> = scored.iter().filter(|scored| scored.strand == **strand).collect();
        summed_up(strand, &own)
    };
    strands.iter().map(recovery).filter(|recovery| recovery.tests > 0).collect()
}

fn scores(
    test: &SimulatedTest,
    pool: &ItemPool,
    of_item: &[Option<&str>],
    settings: &Settings,
) -> Vec<Scored> {
    let mut answers: BTreeMap<&str, (Vec<Observation<'_>>, f64)> = BTreeMap::new();
    for (&item, &score) in test.items.iter().zip(&test.scores) {
        let item = item as usize;
        if let Some(strand) = of_item[item] {
            let truth = test.theta + settings.strand_difference(test.examinee, pool.id(item));
            let entry = answers.entry(strand).or_insert_with(|| (Vec::new(), truth));
            entry.0.push(Observation { model: pool.model(item), score });
        }
    }
    let truths: Vec<f64> = answers.values().map(|(_, truth)| *truth).collect();
    let by_strand: Vec<StrandAnswers<'_>> = answers
        .into_iter()
        .map(|(strand, (observations, _))| StrandAnswers { strand: strand.to_owned(), observations })
        .collect();
    let start = settings.start();
    let spread = start.standard_deviation().hypot(STRAND_DEVIATION);
    let of_strand = NormalPrior::new(start.mean(), spread).expect("a wider prior");
    let found = feedback(start, &by_strand).strands;
    let scored = |((strand, answers), truth): ((StrandFeedback, &StrandAnswers<'_>), f64)| {
        let alone = eap(&answers.observations, &of_strand, &Quadrature::mirt());
        Scored {
            strand: strand.strand,
            answers: strand.answers,
            borrowing: (strand.ability - truth, strand.ability_error),
            alone: (alone.theta.0 - truth, alone.standard_error),
        }
    };
    found.into_iter().zip(&by_strand).zip(truths).map(scored).collect()
}

fn summed_up(strand: &str, own: &[&Scored]) -> StrandRecovery {
    let covered =
        |(error, standard_error): (f64, f64)| f64::from(u8::from(error.abs() <= 1.96 * standard_error));
    StrandRecovery {
        strand: strand.to_owned(),
        tests: own.len(),
        mean_answers: mean(own.iter().map(|scored| f64::from(scored.answers))),
        rmse: root_mean_square(own.iter().map(|scored| scored.borrowing.0)),
        mean_standard_error: mean(own.iter().map(|scored| scored.borrowing.1)),
        coverage_95: mean(own.iter().map(|scored| covered(scored.borrowing))),
        rmse_alone: root_mean_square(own.iter().map(|scored| scored.alone.0)),
        coverage_alone_95: mean(own.iter().map(|scored| covered(scored.alone))),
    }
}
