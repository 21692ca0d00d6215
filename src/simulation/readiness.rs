//! Whether the readiness rule is right: examinees take self-levelling tests, the rule says who is ready, and then
//! everybody takes the validation.

use std::ops::ControlFlow;

use item_bank::Observation;
use serde::Serialize;

use super::run::{Settings, SimulatedTest, simulate_while};
use super::statistics::mean;
use crate::adaptive::{ItemPool, TestPlan};
use crate::assessment::summary::AttemptScore;
use crate::assessment::{
    InterimAttempt, Policy, ReadinessRequest, Recommendation, SummativeMeasurement, Verdict, readiness,
    validate,
};
use crate::clock::Millis;

const DAY_MS: i64 = 86_400_000;
/// Days from one self-levelling attempt to the next, and from the last to the decision.
const DAYS_BETWEEN: i64 = 7;
/// Classes of probability in which predictions are compared with what came.
const CLASSES: usize = 5;

/// A test: the plan and the pool prepared for it.
#[derive(Debug, Clone, Copy)]
pub struct Test<'a> {
    /// The plan.
    pub plan: &'a TestPlan,
    /// The pool that serves it.
    pub pool: &'a ItemPool,
}

/// A validation that examinees work towards.
#[derive(Debug, Clone, Copy)]
pub struct Validation<'a> {
    /// The summative test.
    pub test: Test<'a>,
    /// Whose readiness and validation rules hold.
    pub policy: &'a Policy,
    /// The cut of the level that is validated, in logits.
    pub cut: f64,
    /// The grade whose prior the validation starts from; the plan's when none.
    pub grade: Option<u8>,
}

/// How often the readiness rule is right. Shares are of all examinees.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ReadinessErrors {
    /// The cut, in logits.
    pub cut: f64,
    /// Examinees.
    pub examinees: usize,
    /// Without enough answers for a recommendation.
    pub not_enough_evidence: f64,
    /// Recommended.
    pub recommended: f64,
    /// Validated when all take the validation.
    pub validated: f64,
    /// Recommended, and then not validated.
    pub false_ready: f64,
    /// Told to wait, and would have been validated.
    pub false_not_ready: f64,
    /// Recommended with an ability below the cut.
    pub ready_below_cut: f64,
    /// Told to wait with an ability at or above the cut.
    pub waiting_above_cut: f64,
    /// Predictions beside what came, by fifths of probability.
    pub predictions: Vec<Prediction>,
}

/// Examinees whose probability of being validated was about the same.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Prediction {
    /// Lowest probability of the class.
    pub from: f64,
    /// Highest probability of the class.
    pub to: f64,
    /// Examinees.
    pub examinees: usize,
    /// Mean probability.
    pub probability: f64,
    /// Share that was validated.
    pub validated: f64,
}

/// What came of one examinee.
struct Fate {
    ability: f64,
    recommendation: Recommendation,
    probability: Option<f64>,
    is_validated: bool,
}

/// Gives the validation to the examinees of self-levelling tests, ready or not, and compares.
#[must_use]
pub fn readiness_errors(
    self_levelling: &ItemPool,
    tests: &[SimulatedTest],
    settings: &Settings,
    validation: &Validation<'_>,
) -> ReadinessErrors {
    let go_on = || ControlFlow::Continue(());
    readiness_errors_while(self_levelling, tests, settings, validation, &go_on)
        .expect("it goes on to the end")
}

/// The same, as long as `finished`, called once for each validation, says that it goes on; `None` when it was stopped.
#[must_use]
pub fn readiness_errors_while(
    self_levelling: &ItemPool,
    tests: &[SimulatedTest],
    settings: &Settings,
    validation: &Validation<'_>,
    finished: &(dyn Fn() -> ControlFlow<()> + Sync),
) -> Option<ReadinessErrors> {
    let start = validation.test.plan.start(validation.grade, None);
    let summative = SummativeMeasurement::of_plan(validation.test.pool, validation.test.plan, &start);
    let attempts: Vec<&[SimulatedTest]> = tests.chunk_by(|a, b| a.examinee == b.examinee).collect();
    let abilities: Vec<f64> = attempts.iter().map(|attempts| attempts[attempts.len() - 1].theta).collect();
    let of_next_test = settings.of_next_test(start);
    let Test { plan, pool } = validation.test;
    let validations = simulate_while(pool, plan, &abilities, &of_next_test, finished)?;
    let fate = |(attempts, taken): (&&[SimulatedTest], &SimulatedTest)| {
        let interim = interim_attempts(self_levelling, attempts);
        let now = Millis(DAY_MS * DAYS_BETWEEN * (attempts.len() as i64 + 1));
        let request = ReadinessRequest {
            now,
            cut: validation.cut,
            prior: &start,
            attempts: &interim,
            summative: &summative,
        };
        let judged = readiness(validation.policy, &request);
        let score = AttemptScore {
            theta: taken.estimate.theta.0,
            standard_error: taken.estimate.standard_error,
            prior: Some(start),
        };
        let outcome = validate(validation.policy.terms().validation, &score, validation.cut);
        Fate {
            ability: taken.theta,
            recommendation: judged.recommendation,
            probability: judged.probability(),
            is_validated: outcome.verdict == Verdict::Validated,
        }
    };
    let fates: Vec<Fate> = attempts.iter().zip(&validations).map(fate).collect();
    Some(summed_up(&fates, validation.cut))
}

fn interim_attempts<'a>(pool: &'a ItemPool, attempts: &[SimulatedTest]) -> Vec<InterimAttempt<'a>> {
    let attempt = |test: &SimulatedTest| InterimAttempt {
        id: (test.attempt + 1).to_string(),
        answered_at: Millis(DAY_MS * DAYS_BETWEEN * (i64::from(test.attempt) + 1)),
        observations: test
            .items
            .iter()
            .zip(&test.scores)
            .map(|(&item, &score)| Observation { model: pool.model(item as usize), score })
            .collect(),
    };
    attempts.iter().map(attempt).collect()
}

fn summed_up(fates: &[Fate], cut: f64) -> ReadinessErrors {
    let share = |is: &dyn Fn(&Fate) -> bool| mean(fates.iter().map(|fate| f64::from(u8::from(is(fate)))));
    let is_ready = |fate: &Fate| fate.recommendation == Recommendation::Unlock;
    let waits = |fate: &Fate| fate.recommendation == Recommendation::Wait;
    ReadinessErrors {
        cut,
        examinees: fates.len(),
        not_enough_evidence: share(&|fate| fate.recommendation == Recommendation::NotEnoughEvidence),
        recommended: share(&is_ready),
        validated: share(&|fate| fate.is_validated),
        false_ready: share(&|fate| is_ready(fate) && !fate.is_validated),
        false_not_ready: share(&|fate| waits(fate) && fate.is_validated),
        ready_below_cut: share(&|fate| is_ready(fate) && fate.ability < cut),
        waiting_above_cut: share(&|fate| waits(fate) && fate.ability >= cut),
        predictions: predictions(fates),
    }
}

fn predictions(fates: &[Fate]) -> Vec<Prediction> {
    let mut classes: Vec<Vec<(f64, bool)>> = vec![Vec::new(); CLASSES];
    for fate in fates {
        if let Some(probability) = fate.probability {
            let class = ((probability * CLASSES as f64) as usize).min(CLASSES - 1);
            classes[class].push((probability, fate.is_validated));
        }
    }
    let prediction = |(class, members): (usize, Vec<(f64, bool)>)| Prediction {
        from: class as f64 / CLASSES as f64,
        to: (class + 1) as f64 / CLASSES as f64,
        examinees: members.len(),
        probability: mean(members.iter().map(|member| member.0)),
        validated: mean(members.iter().map(|member| f64::from(u8::from(member.1)))),
    };
    classes.into_iter().enumerate().filter(|(_, members)| !members.is_empty()).map(prediction).collect()
}
