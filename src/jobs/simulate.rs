//! Simulating a plan as a background job, by the very function that `waymark simulate` calls.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use item_bank::{Accommodations, Bank, Progression};
use serde::Serialize;
use statrs::distribution::NormalError;
use tokio::task::spawn_blocking;

use super::{JobControl, JobError, Outcome, queue};
use crate::adaptive::{ItemPool, PlanError, TestPlan, check_rows};
use crate::assessment::Policy;
use crate::clock::Millis;
use crate::delivery::simulations::{
    Abilities, EXAMINEES_MAX, EXPOSURE_ROUNDS_MAX, FoundExposure, SimulationReport, SimulationRequest,
    ValidationRequest, record_asked,
};
use crate::delivery::staff_jobs::StaffJob;
use crate::delivery::{DeliveryError, Service};
use crate::simulation::{
    AnswerNoise, Settings, SettingsError, Test, Uniforms, Validation, empirical_abilities, normal_abilities,
    readiness_errors_while, report_page, simulate_while, strand_recovery, summarise, sympson_hetter_while,
    uniform_abilities,
};
use crate::store::AccountId;
use crate::store::jobs::{Job, find_job_by_key};

/// The kind of these jobs in the queue.
pub const KIND: &str = StaffJob::Simulation.kind();
/// Abilities lie between minus this and this, logits.
const ABILITY_MAX: f64 = 10.0;

/// Asks for a simulation. The same request again returns the job that is there.
pub async fn request(
    service: &Service,
    now: Millis,
    request: &SimulationRequest,
    by: &AccountId,
) -> Result<Job, DeliveryError> {
    if !(1..=EXAMINEES_MAX).contains(&request.examinees) {
        let must = format!("must be from 1 to {EXAMINEES_MAX}, got {}", request.examinees);
        return Err(DeliveryError::Invalid { field: "examinees", must });
    }
    check_abilities(request)?;
    let material = Material::of(service, request).await?;
    settings(request, &material.bank, &material.plan)?;
    check_rounds(request, &material.plan)?;
    let key = queue::key_of(KIND, request);
    if let Some(job) = find_job_by_key(&mut *service.store.read().await?, &key).await? {
        return Ok(job);
    }
    let job = queue::enqueue(&service.store, now, (KIND, &key), request, Some(by)).await?;
    record_asked(service, &job, request).await?;
    Ok(job)
}

fn check_rounds(request: &SimulationRequest, plan: &TestPlan) -> Result<(), DeliveryError> {
    let must = match request.exposure_rounds {
        Some(rounds) if !(1..=EXPOSURE_ROUNDS_MAX).contains(&rounds) => {
            format!("must be from 1 to {EXPOSURE_ROUNDS_MAX}, got {rounds}")
        }
        Some(_) if plan.exposure.is_none() => {
            format!("must be left out: plan {} has no cap on exposure", plan.id)
        }
        _ => return Ok(()),
    };
    Err(DeliveryError::Invalid { field: "exposure_rounds", must })
}

fn check_abilities(request: &SimulationRequest) -> Result<(), DeliveryError> {
    let is_known = |list: &[f64]| {
        (1..=EXAMINEES_MAX as usize).contains(&list.len())
            && list.iter().all(|theta| theta.abs() <= ABILITY_MAX)
    };
    let must = match &request.abilities {
        Abilities::Normal { mean, standard_deviation }
            if !(mean.abs() <= ABILITY_MAX
                && *standard_deviation > 0.0
                && *standard_deviation <= ABILITY_MAX) =>
        {
            format!(
                "must have a mean from -{ABILITY_MAX} to {ABILITY_MAX} and a standard deviation above 0 and at most \
                 {ABILITY_MAX}, got {mean} and {standard_deviation}"
            )
        }
        Abilities::Uniform { lowest, highest }
            if !(lowest < highest && *lowest >= -ABILITY_MAX && *highest <= ABILITY_MAX) =>
        {
            format!("must go up and lie from -{ABILITY_MAX} to {ABILITY_MAX}, got {lowest} to {highest}")
        }
        Abilities::Empirical { observed: list } | Abilities::Given { abilities: list } if !is_known(list) => {
            format!("must be from 1 to {EXAMINEES_MAX} numbers from -{ABILITY_MAX} to {ABILITY_MAX}")
        }
        Abilities::Given { abilities } if abilities.len() != request.examinees as usize => {
            format!("must be as many as examinees, got {} for {}", abilities.len(), request.examinees)
        }
        _ => return Ok(()),
    };
    Err(DeliveryError::Invalid { field: "abilities", must })
}

fn abilities(request: &SimulationRequest) -> Result<Vec<f64>, NormalError> {
    let SimulationRequest { examinees, seed, .. } = *request;
    Ok(match &request.abilities {
        Abilities::Normal { mean, standard_deviation } => {
            normal_abilities(examinees, *mean, *standard_deviation, seed)?
        }
        Abilities::Uniform { lowest, highest } => uniform_abilities(examinees, *lowest, *highest),
        Abilities::Empirical { observed } => empirical_abilities(examinees, observed, seed),
        Abilities::Given { abilities } => abilities.clone(),
    })
}

fn settings(request: &SimulationRequest, bank: &Bank, plan: &TestPlan) -> Result<Settings, DeliveryError> {
    let noise = AnswerNoise { rapid: request.rapid, slip: request.slip, guess: request.guess };
    let uniforms = Uniforms::Counted { seed: request.seed };
    Settings::new(uniforms, plan.start(request.grade, None))
        .with_noise(noise)
        .and_then(|settings| settings.with_attempts(request.attempts, request.growth))
        .and_then(|settings| settings.with_strands(bank, request.strand_deviation))
        .map_err(|error| DeliveryError::Invalid {
            field: refused_field(&error),
            must: format!("cannot be simulated: {error}"),
        })
}

/// The field of the request that a refusal is about: of the shares of careless answers the first that is none, or the last
/// where they are too much together.
fn refused_field(error: &SettingsError) -> &'static str {
    let is_share = |share: &f64| (0.0..=1.0).contains(share);
    match error {
        SettingsError::Noise { rapid, .. } if !is_share(rapid) => "rapid",
        SettingsError::Noise { slip, .. } if !is_share(slip) => "slip",
        SettingsError::Noise { .. } => "guess",
        SettingsError::Attempts(_) => "attempts",
        SettingsError::Growth(_) => "growth",
        SettingsError::StrandDeviation(_) => "strand_deviation",
    }
}

/// Everything that a request names, read and prepared.
struct Material {
    bank: Arc<Bank>,
    plan: Arc<TestPlan>,
    pool: ItemPool,
    validation: Option<Validated>,
}

/// The validation after the tests.
struct Validated {
    plan: Arc<TestPlan>,
    pool: ItemPool,
    policy: Arc<Policy>,
    cut: f64,
}

impl Material {
    async fn of(service: &Service, request: &SimulationRequest) -> Result<Self, DeliveryError> {
        let bank = service.library.bank(&request.bank_id, request.bank_version).await?;
        let plan = service.library.plan(&request.plan_id, request.plan_version).await?;
        let needed = &request.accommodations;
        let validation = match &request.validation {
            Some(asked) => Some(Validated::of(service, &bank, asked, needed).await?),
            None => None,
        };
        check_rows(&bank, &plan).map_err(PlanError::Unfit)?;
        let pool = ItemPool::prepare_for(&bank, &plan, needed)?;
        Ok(Self { bank, plan, pool, validation })
    }
}

impl Validated {
    async fn of(
        service: &Service,
        bank: &Bank,
        asked: &ValidationRequest,
        needed: &Accommodations,
    ) -> Result<Self, DeliveryError> {
        let plan = service.library.plan(&asked.plan_id, asked.plan_version).await?;
        let policy = service.library.policy(&asked.policy_id, asked.policy_version).await?;
        let levels = bank.progression().map(Progression::levels).unwrap_or_default();
        let level = levels.iter().find(|level| level.id == asked.level);
        let cut = level.and_then(|level| level.cut).ok_or_else(|| DeliveryError::Invalid {
            field: "level",
            must: format!("must be a level of the bank with a cut, got {:?}", asked.level),
        })?;
        Ok(Self { pool: ItemPool::prepare_for(bank, &plan, needed)?, plan, policy, cut })
    }
}

/// Does the work of a job.
pub(super) async fn perform(
    service: &Arc<Service>,
    request: serde_json::Value,
    control: JobControl,
) -> Outcome {
    let request: SimulationRequest =
        serde_json::from_value(request).map_err(|error| JobError::Refused(error.to_string()))?;
    let material = Material::of(service, &request).await?;
    let worked = spawn_blocking(move || run(&material, &request, &control));
    let report = worked.await.map_err(|error| JobError::Failed(error.to_string()))??;
    json(&report)
}

fn run(
    material: &Material,
    request: &SimulationRequest,
    control: &JobControl,
) -> Result<SimulationReport, JobError> {
    let refused = |error: &dyn std::fmt::Display| JobError::Refused(error.to_string());
    let Material { bank, plan, validation, .. } = material;
    let settings = settings(request, bank, plan).map_err(|error| refused(&error))?;
    let abilities = abilities(request).map_err(|error| refused(&error))?;
    // The rounds of the search, the tests, and the validation that follows them.
    let turns = request.exposure_rounds.unwrap_or(0) + 1 + u32::from(validation.is_some());
    let most = u64::from(request.examinees) * u64::from(turns);
    let finished = AtomicU64::new(0);
    let step = || {
        if control.is_cancelled() {
            return ControlFlow::Break(());
        }
        let done = finished.fetch_add(1, Ordering::Relaxed) + 1;
        let words = if request.exposure_rounds.is_some() { "at most " } else { "" };
        control.report(done as f64 / most as f64, &format!("{done} of {words}{most} examinees"));
        ControlFlow::Continue(())
    };
    let mut exposure = None;
    let controlled = match request.exposure_rounds {
        None => None,
        Some(rounds) => {
            let found = sympson_hetter_while(bank, plan, (&abilities, &settings), rounds, &step);
            let found = found.map_err(|error| refused(&error))?.ok_or(JobError::Cancelled)?;
            exposure = Some(FoundExposure { words: found.words(), plan: json(&found.plan)? });
            let pool = ItemPool::prepare(bank, &found.plan).map_err(|error| refused(&error))?;
            Some((pool, found.plan))
        }
    };
    let (pool, plan) = controlled.as_ref().map_or((&material.pool, &**plan), |(pool, plan)| (pool, plan));
    let tests = simulate_while(pool, plan, &abilities, &settings, &step).ok_or(JobError::Cancelled)?;
    let mut readiness = None;
    if let Some(Validated { plan, pool: of_validation, policy, cut }) = validation {
        let test = Test { plan, pool: of_validation };
        let validation = Validation { test, policy, cut: *cut, grade: request.grade };
        let errors = readiness_errors_while(pool, &tests, &settings, &validation, &step);
        readiness = Some(errors.ok_or(JobError::Cancelled)?);
    }
    control.report(1.0, "writing the report");
    let mut summary = summarise(bank, plan, pool, &tests);
    summary.strands = strand_recovery(bank, pool, &tests, &settings);
    summary.readiness = readiness;
    let page = report_page(&summary, pool, &tests);
    Ok(SimulationReport { summary: json(&summary)?, page, exposure })
}

fn json(value: &impl Serialize) -> Result<serde_json::Value, JobError> {
    serde_json::to_value(value).map_err(|error| JobError::Failed(error.to_string()))
}
