//! Simulations that staff ask for before a student meets a plan: what was asked, and what came of it.

use item_bank::Accommodations;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use super::staff_jobs::{StaffJob, staff_job};
use super::{DeliveryError, Service};
use crate::store::JobId;
use crate::store::audit::{AuditEntry, append_audit};
use crate::store::jobs::Job;

/// Examinees of one simulation at most.
pub const EXAMINEES_MAX: u32 = 10_000;
/// Rounds in which exposure parameters are looked for at most.
pub const EXPOSURE_ROUNDS_MAX: u32 = 20;

/// What to simulate: a plan on a bank, taken by examinees that are drawn. The same request gives the same report.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SimulationRequest {
    /// The bank.
    pub bank_id: String,
    /// Its version.
    pub bank_version: u32,
    /// The plan.
    pub plan_id: String,
    /// Its version.
    pub plan_version: u32,
    /// Examinees: 10 000 at most.
    pub examinees: u32,
    /// Where their abilities come from.
    pub abilities: Abilities,
    /// Their grade, whose prior the test starts from; none: the plan's own.
    pub grade: Option<u8>,
    /// What every examinee needs, such as `braille`: only items that support all of it are given.
    #[serde(default, skip_serializing_if = "Accommodations::is_empty")]
    #[schema(value_type = Vec<String>)]
    pub accommodations: Accommodations,
    /// Attempts of every examinee; later ones avoid the items of earlier ones.
    #[serde(default = "one")]
    pub attempts: u32,
    /// Growth of ability from one attempt to the next, logits.
    #[serde(default)]
    pub growth: f64,
    /// Share of answers given without reading.
    #[serde(default)]
    pub rapid: f64,
    /// Share of answers spoiled by a slip.
    #[serde(default)]
    pub slip: f64,
    /// Share of answers that are right by luck or help.
    #[serde(default)]
    pub guess: f64,
    /// Standard deviation of the examinees' abilities in the strands of the bank around their own, logits.
    #[serde(default)]
    pub strand_deviation: f64,
    /// A validation that everybody takes after the tests, ready or not, to see how often the readiness rule is right.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub validation: Option<ValidationRequest>,
    /// Finds the exposure parameters of Sympson and Hetter for the plan's cap first, in so many rounds at most, and
    /// simulates the plan with them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exposure_rounds: Option<u32>,
    /// Another seed, other luck.
    pub seed: u64,
}

/// A validation from the same bank.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ValidationRequest {
    /// Its plan.
    pub plan_id: String,
    /// The version of the plan.
    pub plan_version: u32,
    /// The policy whose readiness and validation rules hold.
    pub policy_id: String,
    /// The version of the policy.
    pub policy_version: u32,
    /// The level that is validated.
    pub level: String,
}

/// Where abilities come from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Abilities {
    /// A normal distribution.
    Normal {
        /// Its mean, logits.
        mean: f64,
        /// Its standard deviation, logits.
        standard_deviation: f64,
    },
    /// Spread evenly.
    Uniform {
        /// The lowest, logits.
        lowest: f64,
        /// The highest, logits.
        highest: f64,
    },
    /// Drawn as those observed lie.
    Empirical {
        /// Observed abilities, logits: 10 000 at most.
        observed: Vec<f64>,
    },
    /// These, one an examinee.
    Given {
        /// Abilities, logits: as many as examinees.
        abilities: Vec<f64>,
    },
}

/// What came of a simulation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SimulationReport {
    /// The figures: what `waymark simulate` writes as summary.json.
    pub summary: serde_json::Value,
    /// The self-contained page: what it writes as report.html.
    pub page: String,
    /// The exposure parameters that were found first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exposure: Option<FoundExposure>,
}

/// Exposure parameters that were found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct FoundExposure {
    /// How it went, round by round.
    pub words: String,
    /// The plan with the parameters in it.
    #[schema(value_type = Object)]
    pub plan: serde_json::Value,
}

fn one() -> u32 {
    1
}

/// A simulation with what was asked and, once it is done, what came of it.
pub async fn simulation(
    service: &Service,
    id: &JobId,
) -> Result<(Job, SimulationRequest, Option<SimulationReport>), DeliveryError> {
    let job = staff_job(service, StaffJob::Simulation, id).await?;
    let unreadable = |error: serde_json::Error| DeliveryError::Invalid {
        field: "simulation",
        must: format!("{id} is not what a simulation is: {error}"),
    };
    let request = serde_json::from_value(job.request.clone()).map_err(unreadable)?;
    let report = job.result.clone().map(serde_json::from_value).transpose().map_err(unreadable)?;
    Ok((job, request, report))
}

/// Puts on record that somebody asked for a simulation.
pub async fn record_asked(
    service: &Service,
    job: &Job,
    request: &SimulationRequest,
) -> Result<(), DeliveryError> {
    let subject = ("simulation", job.id.as_str());
    let entry = AuditEntry::new(job.created_at, job.created_by.as_ref(), "simulation.asked", subject)
        .with_detail(json!({
            "bank": request.bank_id, "bank_version": request.bank_version,
            "plan": request.plan_id, "plan_version": request.plan_version,
            "examinees": request.examinees,
        }));
    let mut transaction = service.store.begin_write().await?;
    append_audit(&mut transaction, &entry).await?;
    Ok(transaction.commit().await?)
}
