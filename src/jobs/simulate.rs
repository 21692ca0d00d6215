//! Simulating a plan as a background job, by the very function that `waymark simulate` calls.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use item_bank::Bank;
use tokio::task::spawn_blocking;

use super::{JobControl, JobError, Outcome, queue};
use crate::adaptive::{ItemPool, TestPlan};
use crate::clock::Millis;
use crate::delivery::simulations::{
    Abilities, EXAMINEES_MAX, SIMULATE, SimulationReport, SimulationRequest, record_asked,
};
use crate::delivery::{DeliveryError, Service};
use crate::simulation::{
    AnswerNoise, Settings, Uniforms, normal_abilities, report_page, simulate, summarise, uniform_abilities,
};
use crate::store::AccountId;
use crate::store::jobs::{Job, find_job_by_key};

/// The kind of these jobs in the queue.
pub const KIND: &str = SIMULATE;
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
    check_abilities(request.abilities)?;
    let bank = service.library.bank(&request.bank_id, request.bank_version).await?;
    let plan = service.library.plan(&request.plan_id, request.plan_version).await?;
    settings(request, &plan)?;
    ItemPool::prepare(&bank, &plan)?;
    let key = format!("{KIND} {}", serde_json::to_string(request).expect("a request is JSON"));
    if let Some(job) = find_job_by_key(&mut *service.store.read().await?, &key).await? {
        return Ok(job);
    }
    let job = queue::enqueue(&service.store, now, (KIND, &key), request, Some(by)).await?;
    record_asked(service, &job, request).await?;
    Ok(job)
}

fn check_abilities(abilities: Abilities) -> Result<(), DeliveryError> {
    let must = match abilities {
        Abilities::Normal { mean, standard_deviation }
            if !(mean.abs() <= ABILITY_MAX
                && standard_deviation > 0.0
                && standard_deviation <= ABILITY_MAX) =>
        {
            format!(
                "must have a mean from -{ABILITY_MAX} to {ABILITY_MAX} and a standard deviation above 0 and at most \
                 {ABILITY_MAX}, got {mean} and {standard_deviation}"
            )
        }
        Abilities::Uniform { lowest, highest }
            if !(lowest < highest && lowest >= -ABILITY_MAX && highest <= ABILITY_MAX) =>
        {
            format!("must go up and lie from -{ABILITY_MAX} to {ABILITY_MAX}, got {lowest} to {highest}")
        }
        Abilities::Normal { .. } | Abilities::Uniform { .. } => return Ok(()),
    };
    Err(DeliveryError::Invalid { field: "abilities", must })
}

fn settings(request: &SimulationRequest, plan: &TestPlan) -> Result<Settings, DeliveryError> {
    let noise = AnswerNoise { rapid: request.rapid, slip: request.slip, guess: request.guess };
    let uniforms = Uniforms::Counted { seed: request.seed };
    let settings = Settings::new(uniforms, plan.start(request.grade, None)).with_noise(noise);
    settings.and_then(|settings| settings.with_attempts(request.attempts, request.growth)).map_err(|error| {
        DeliveryError::Invalid { field: "examinees", must: format!("cannot behave like that: {error}") }
    })
}

/// Does the work of a job.
pub(super) async fn perform(
    service: &Arc<Service>,
    request: serde_json::Value,
    control: JobControl,
) -> Outcome {
    let request: SimulationRequest =
        serde_json::from_value(request).map_err(|error| JobError::Refused(error.to_string()))?;
    let bank = service.library.bank(&request.bank_id, request.bank_version).await.map_err(failure)?;
    let plan = service.library.plan(&request.plan_id, request.plan_version).await.map_err(failure)?;
    let worked = spawn_blocking(move || run(&bank, &plan, &request, &control));
    let report = worked.await.map_err(|error| JobError::Failed(error.to_string()))??;
    serde_json::to_value(&report).map_err(|error| JobError::Failed(error.to_string()))
}

/// Thrown through the simulation to stop it: it has no other end than its last examinee.
struct Stopped;

fn run(
    bank: &Bank,
    plan: &TestPlan,
    request: &SimulationRequest,
    control: &JobControl,
) -> Result<SimulationReport, JobError> {
    let refused = |error: &dyn std::fmt::Display| JobError::Refused(error.to_string());
    let pool = ItemPool::prepare(bank, plan).map_err(|error| refused(&error))?;
    let settings = settings(request, plan).map_err(|error| refused(&error))?;
    let abilities = match request.abilities {
        Abilities::Normal { mean, standard_deviation } => {
            normal_abilities(request.examinees, mean, standard_deviation, request.seed)
                .map_err(|error| refused(&error))?
        }
        Abilities::Uniform { lowest, highest } => uniform_abilities(request.examinees, lowest, highest),
    };
    let finished = AtomicU32::new(0);
    let step = || {
        if control.is_cancelled() {
            resume_unwind(Box::new(Stopped));
        }
        let done = finished.fetch_add(1, Ordering::Relaxed) + 1;
        let share = f64::from(done) / f64::from(request.examinees);
        control.report(share, &format!("{done} of {} examinees", request.examinees));
    };
    // Nothing outlives the unwinding but the counter and the control, which are whole at every moment.
    let tests = catch_unwind(AssertUnwindSafe(|| simulate(&pool, plan, &abilities, &settings, &step)));
    let tests = tests.map_err(|thrown| {
        if thrown.is::<Stopped>() || control.is_cancelled() {
            JobError::Cancelled
        } else {
            resume_unwind(thrown)
        }
    })?;
    control.report(1.0, "writing the report");
    let summary = summarise(bank, plan, &pool, &tests);
    let page = report_page(&summary, &pool, &tests);
    let summary = serde_json::to_value(&summary).map_err(|error| JobError::Failed(error.to_string()))?;
    Ok(SimulationReport { summary, page })
}

/// What is missing stays missing; a database may answer next time.
fn failure(error: DeliveryError) -> JobError {
    match error {
        DeliveryError::Store(_) | DeliveryError::Contended { .. } => JobError::Failed(error.to_string()),
        refused => JobError::Refused(refused.to_string()),
    }
}
