//! Whole tests of many examinees, on as many threads as there are.

use std::ops::ControlFlow;

use item_bank::{AbilityEstimate, Bank, ItemId, NormalPrior, ResponseModel, Theta};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::examinee::{AnswerNoise, Uniforms, careless_score, score};
use super::shadow::ShadowUse;
use super::strands::{DEVIATION_MAX, Strands};
use crate::adaptive::{
    Administration, BandCounts, Decision, Draws, ExposureTable, FieldTestTable, ItemPool, StopReason,
    TestPlan, counted_uniform,
};

/// Attempts of an examinee at most.
const ATTEMPTS_MAX: u32 = 20;
/// Tests given between two updates of the counts that tests share.
pub(super) const CAP_BATCH: usize = 25;
/// Seeds of the numbers that say whether an answer is careless lie this far from those that score it.
const CARELESS: u64 = 0x5851_f42d_4c95_7f2d;

/// How examinees behave; together with plan and pool all that a simulation depends on.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    uniforms: Uniforms,
    noise: AnswerNoise,
    attempts: u32,
    growth: f64,
    start: NormalPrior,
    strands: Option<Strands>,
}

/// A setting that makes no sense.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum SettingsError {
    /// Shares of careless answers.
    #[error(
        "the shares of rapid, slipped and guessed answers must be from 0 to 1 together, got {rapid}, {slip} and {guess}"
    )]
    Noise {
        /// Of rapid answers.
        rapid: f64,
        /// Of slips.
        slip: f64,
        /// Of guesses.
        guess: f64,
    },
    /// Number of attempts.
    #[error("attempts must be from 1 to {ATTEMPTS_MAX}, got {0}")]
    Attempts(u32),
    /// Growth between attempts.
    #[error("growth between attempts must be from -5 to 5 logits, got {0}")]
    Growth(f64),
    /// Differences between strands.
    #[error("the standard deviation of strands must be from 0 to {DEVIATION_MAX} logits, got {0}")]
    StrandDeviation(f64),
}

impl Settings {
    /// One attempt each, answers as the response models say.
    #[must_use]
    pub fn new(uniforms: Uniforms, start: NormalPrior) -> Self {
        Self { uniforms, noise: AnswerNoise::default(), attempts: 1, growth: 0.0, start, strands: None }
    }

    /// With careless answers.
    ///
    /// # Errors
    /// When the shares are not shares.
    pub fn with_noise(mut self, noise: AnswerNoise) -> Result<Self, SettingsError> {
        let AnswerNoise { rapid, slip, guess } = noise;
        let together = rapid + slip + guess;
        if !(rapid >= 0.0 && slip >= 0.0 && guess >= 0.0 && together <= 1.0) {
            return Err(SettingsError::Noise { rapid, slip, guess });
        }
        self.noise = noise;
        Ok(self)
    }

    /// With several attempts each; ability grows by `growth` logits from one to the next.
    ///
    /// # Errors
    /// When there are none or too many, or the growth is out of range.
    pub fn with_attempts(mut self, attempts: u32, growth: f64) -> Result<Self, SettingsError> {
        if !(1..=ATTEMPTS_MAX).contains(&attempts) {
            return Err(SettingsError::Attempts(attempts));
        }
        if !(-5.0..=5.0).contains(&growth) {
            return Err(SettingsError::Growth(growth));
        }
        (self.attempts, self.growth) = (attempts, growth);
        Ok(self)
    }

    /// With examinees whose ability in each strand of the bank differs from their own by this standard deviation.
    ///
    /// # Errors
    /// When the deviation is negative or too large.
    pub fn with_strands(mut self, bank: &Bank, deviation: f64) -> Result<Self, SettingsError> {
        if !(0.0..=DEVIATION_MAX).contains(&deviation) {
            return Err(SettingsError::StrandDeviation(deviation));
        }
        let seed = self.uniforms.seed_of_attempt(0);
        self.strands = (deviation > 0.0).then(|| Strands::new(bank, deviation, seed));
        Ok(self)
    }

    /// How far an examinee's ability in the strand of an item is from the examinee's own, in logits.
    pub(super) fn strand_difference(&self, examinee: u32, item: &ItemId) -> f64 {
        self.strands.as_ref().map_or(0.0, |strands| strands.difference(examinee, item))
    }

    /// Where the first attempt starts.
    pub(super) fn start(&self) -> &NormalPrior {
        &self.start
    }

    /// Attempts of every examinee.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.attempts
    }

    /// One attempt of the same examinees after the others, at another test that starts here.
    pub(super) fn of_next_test(&self, start: NormalPrior) -> Self {
        let uniforms = Uniforms::Counted { seed: self.uniforms.seed_of_attempt(self.attempts) };
        Self { uniforms, attempts: 1, growth: 0.0, start, ..self.clone() }
    }

    /// The same with other luck.
    pub(super) fn of_round(&self, round: u32) -> Self {
        let uniforms = Uniforms::Counted { seed: self.uniforms.seed_of_attempt(ATTEMPTS_MAX + round) };
        Self { uniforms, ..self.clone() }
    }
}

/// A finished test.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SimulatedTest {
    /// The examinee, counted from 0.
    pub examinee: u32,
    /// The attempt, counted from 0.
    pub attempt: u32,
    /// True ability, in logits.
    pub theta: f64,
    /// Where its estimate started.
    pub start: NormalPrior,
    /// What the test says it is.
    pub estimate: AbilityEstimate,
    /// Positions in the pool of the items, in the order they were given.
    pub items: Vec<u32>,
    /// Their scores.
    pub scores: Vec<u32>,
    /// Field-test items, in the order they were given.
    pub field_test: Vec<FieldTestTurn>,
    /// Items over the plan's cap on exposure, given because the plan could not be met otherwise.
    pub forced: u32,
    /// How its shadow tests were found.
    #[serde(default)]
    pub shadow_tests: ShadowUse,
    /// Why it ended.
    pub reason: StopReason,
}

/// A field-test item in a test. It counts for nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldTestTurn {
    /// The item, by its place among the field-test items of the pool.
    pub item: u32,
    /// Its place in the test, counted from 1 over all items.
    pub place: u32,
    /// The band of ability in which its answer counts.
    pub band: u32,
    /// The score of the answer; none for an item without parameters, of which nobody knows how it would be answered.
    pub score: Option<u32>,
}

/// Gives the test to every examinee. `finished` is called once for each, from any thread.
///
/// The result is in the order of the examinees, then of their attempts, and does not depend on the threads.
#[must_use]
pub fn simulate(
    pool: &ItemPool,
    plan: &TestPlan,
    abilities: &[f64],
    settings: &Settings,
    finished: &(dyn Fn() + Sync),
) -> Vec<SimulatedTest> {
    let go_on = || {
        finished();
        ControlFlow::Continue(())
    };
    simulate_while(pool, plan, abilities, settings, &go_on).expect("it goes on to the end")
}

/// The same, as long as `finished` says that it goes on; `None` when it was stopped.
#[must_use]
pub fn simulate_while(
    pool: &ItemPool,
    plan: &TestPlan,
    abilities: &[f64],
    settings: &Settings,
    finished: &(dyn Fn() -> ControlFlow<()> + Sync),
) -> Option<Vec<SimulatedTest>> {
    // Tests of one batch share the counts of all batches before, as nodes of a service do.
    let shares_counts = plan.exposure.is_some() || plan.field_test.is_some();
    let batch = if shares_counts { CAP_BATCH } else { abilities.len().max(1) };
    let school = School { pool, plan, settings };
    let mut table = ExposureTable::empty();
    let mut answers = FieldTestTable::default();
    let mut all = Vec::with_capacity(abilities.len());
    for (index, abilities) in abilities.chunks(batch).enumerate() {
        let tests = abilities.par_iter().enumerate().map(|(place, &ability)| {
            let examinee = u32::try_from(index * batch + place).expect("fewer than 2^32 examinees");
            let tests = school.attempts_of(examinee, ability, (&table, &answers));
            finished().is_continue().then_some(tests)
        });
        for (test, places) in tests.collect::<Option<Vec<_>>>()?.into_iter().flatten() {
            table.add(&places);
            for turn in &test.field_test {
                answers.add((turn.item as usize, turn.band as usize), pool.field_test_len());
            }
            all.push(test);
        }
    }
    Some(all)
}

/// What a test adds to the counts of exposure; nothing without a cap.
type ExposurePlaces = Vec<(usize, BandCounts)>;

/// What all tests of a simulation share.
struct School<'a> {
    pool: &'a ItemPool,
    plan: &'a TestPlan,
    settings: &'a Settings,
}

impl School<'_> {
    fn attempts_of(
        &self,
        examinee: u32,
        ability: f64,
        (table, answers): (&ExposureTable, &FieldTestTable),
    ) -> Vec<(SimulatedTest, ExposurePlaces)> {
        let settings = self.settings;
        let (mut seen, mut field_tested): (Vec<usize>, Vec<usize>) = (Vec::new(), Vec::new());
        let mut start = settings.start;
        let mut tests = Vec::with_capacity(settings.attempts as usize);
        for attempt in 0..settings.attempts {
            let ability = Theta(ability + settings.growth * f64::from(attempt));
            let sitting = Sitting { examinee, attempt, ability, start };
            let draws = Draws::Counted { seed: settings.uniforms.seed_of_attempt(attempt), examinee };
            let administration = Administration::start(self.pool, self.plan, &start, draws)
                .having_seen(seen.iter().copied())
                .under_cap(table)
                .field_testing(field_tested.iter().copied(), answers.clone());
            let (test, places) = take(administration, self.pool, settings, &sitting);
            seen.extend(test.items.iter().map(|&item| item as usize));
            field_tested.extend(test.field_test.iter().map(|turn| turn.item as usize));
            // As in service: the last placement moves the start of the next attempt and does not narrow it.
            let mean = test.estimate.theta.0;
            start = NormalPrior::new(mean, start.standard_deviation()).expect("a mean of the grid");
            tests.push((test, places));
        }
        tests
    }
}

/// Who sits the test, and when.
struct Sitting {
    examinee: u32,
    attempt: u32,
    ability: Theta,
    start: NormalPrior,
}

fn take(
    mut administration: Administration<'_>,
    pool: &ItemPool,
    settings: &Settings,
    sitting: &Sitting,
) -> (SimulatedTest, ExposurePlaces) {
    let (mut items, mut scores, mut field_test) = (Vec::new(), Vec::new(), Vec::new());
    let mut shadow_tests = ShadowUse::default();
    loop {
        let (decision, report) = administration.decide_with_report();
        let item = match decision {
            Decision::Administer(item) => item,
            Decision::FieldTest(item) => {
                field_test.push(FieldTestTurn {
                    item: small(item),
                    place: small(items.len() + field_test.len() + 1),
                    band: small(administration.field_test_band()),
                    score: pool.field_test_model(item).map(|model| {
                        let named = (pool.field_test_id(item), pool.field_test_bank_position(item));
                        answer(model, settings, sitting, named)
                    }),
                });
                administration.record_field_test(item);
                continue;
            }
            Decision::Stop(reason) => {
                let estimate = administration.estimate();
                let Sitting { examinee, attempt, ability, start } = *sitting;
                let (theta, forced) = (ability.0, administration.forced());
                let test = SimulatedTest {
                    examinee,
                    attempt,
                    theta,
                    start,
                    estimate,
                    items,
                    scores,
                    field_test,
                    forced,
                    shadow_tests,
                    reason,
                };
                return (test, administration.exposure_places());
            }
        };
        if let Some(report) = report.shadow_test {
            shadow_tests.add(report);
        }
        let named = (pool.id(item), pool.bank_position(item));
        let score = answer(pool.model(item), settings, sitting, named);
        administration.record(item, score);
        items.push(small(item));
        scores.push(score);
    }
}

fn small(number: usize) -> u32 {
    u32::try_from(number).expect("fewer than 2^32 items")
}

/// The score of an answer to the item at a position in the bank.
fn answer(
    model: &ResponseModel,
    settings: &Settings,
    sitting: &Sitting,
    (id, bank_position): (&ItemId, u32),
) -> u32 {
    let uniform = settings.uniforms.of_answer(sitting.attempt, sitting.examinee, bank_position);
    if settings.noise != AnswerNoise::default() {
        let seed = settings.uniforms.seed_of_attempt(sitting.attempt) ^ CARELESS;
        let luck = counted_uniform(seed, sitting.examinee, bank_position);
        if let Some(score) = careless_score(model, &settings.noise, luck, uniform) {
            return score;
        }
    }
    let difference = settings.strand_difference(sitting.examinee, id);
    score(model, Theta(sitting.ability.0 + difference), uniform)
}
