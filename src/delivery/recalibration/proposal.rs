//! What a calibration was asked for and what it proposes, item by item.

use item_bank::{ItemId, ItemStatus, ResponseModel, StandardErrors};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::request::CalibrationRequest;
use crate::delivery::staff_jobs::{StaffJob, staff_job};
use crate::delivery::{DeliveryError, Service};
use crate::store::JobId;
use crate::store::jobs::Job;
use crate::store::recalibration::{ItemDecision, RecordedDecision, list_decisions};

/// Why an item is held unless somebody accepts it with a reason.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Hold {
    /// It could not be estimated.
    NotEstimated {
        /// Why.
        why: String,
    },
    /// Too few answers.
    FewAnswers {
        /// How many there are.
        answers: u32,
        /// How many were asked for.
        needed: u32,
    },
    /// The estimate is odd.
    Odd {
        /// What is odd.
        what: String,
    },
    /// The answers do not fit the model.
    Misfit {
        /// The statistic, its value and its limit, in words.
        what: String,
    },
    /// It works differently for groups of equal ability.
    Dif {
        /// Between whom and how much, in words.
        what: String,
    },
}

/// A χ² test of fit.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct FitTest {
    /// χ².
    pub statistic: f64,
    /// Its degrees of freedom.
    pub degrees_of_freedom: i64,
    /// Probability of one at least as large where the model holds.
    pub probability: f64,
}

/// How differently an item works for two groups of equal ability.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct GroupDifference {
    /// The group compared with.
    pub reference: String,
    /// The group compared.
    pub focal: String,
    /// A, B or C, from negligible to large.
    pub class: String,
    /// The difference; negative where the item is harder for the focal group.
    pub size: f64,
    /// What it is in: `delta` (Mantel–Haenszel), or `standard deviations` of the score.
    pub unit: String,
    /// Examinees of the two groups that were compared, matched by the ability that all their answers show.
    #[serde(default)]
    pub matched: [u32; 2],
    /// Probability of such a difference were the true one no more than moderate, adjusted for the number of comparisons
    /// (Benjamini & Hochberg, 1995).
    #[serde(default)]
    pub adjusted_probability: Option<f64>,
    /// Whether the class is C also by the adjusted probability: then the item is held by default.
    #[serde(default)]
    pub is_surely_large: bool,
}

impl GroupDifference {
    /// A sentence about it.
    #[must_use]
    pub fn words(&self) -> String {
        let Self { reference, focal, class, size, unit, matched: [of_reference, of_focal], .. } = self;
        let side = if *size < 0.0 { "harder" } else { "easier" };
        let mut words = format!(
            "{side} for {focal} than for {reference} of equal ability ({of_focal} and {of_reference} answers): \
             {size:+.2} {unit}, class {class}"
        );
        if let Some(p) = self.adjusted_probability.filter(|_| class == "C") {
            words += &format!(" (adjusted p {p:.4} that it is no more than moderate)");
        }
        words
    }
}

/// How long answers to an item took, and what stayed without one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct AnswerTimes {
    /// Median time from showing to answering, seconds.
    pub median_seconds: f64,
    /// An answer that came faster is a rapid guess; none with too few answers to say.
    pub rapid_below_seconds: Option<f64>,
    /// Rapid guesses.
    pub rapid_guesses: u32,
    /// Ended attempts that showed the item and got no answer to it.
    pub unanswered: u32,
}

/// One item of a proposal.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ProposedItem {
    /// The item.
    pub id: ItemId,
    /// What it is now.
    pub status: ItemStatus,
    /// Answers it was estimated from.
    pub answers: u32,
    /// Mean score, as a share of the highest score.
    pub proportion_correct: f64,
    /// Parameters now.
    pub before: Option<ResponseModel>,
    /// Parameters proposed; none when it could not be estimated.
    pub after: Option<ResponseModel>,
    /// Standard errors of those proposed.
    pub standard_errors: Option<StandardErrors>,
    /// Mean square of the standardised residuals weighted by information; 1 is expected.
    pub infit: Option<f64>,
    /// Mean square of the standardised residuals; 1 is expected.
    pub outfit: Option<f64>,
    /// Fit over groups of examinees whose other answers say they are of like ability.
    #[serde(default)]
    pub by_ability: Option<FitTest>,
    /// S-X² over total scores; only where examinees answered every item.
    #[serde(default)]
    pub summed_score: Option<FitTest>,
    /// The largest difference between two groups of equal ability: lower and higher grades, or those of a file.
    #[serde(default)]
    pub difference: Option<GroupDifference>,
    /// How long answers took; none where nobody knows.
    #[serde(default)]
    pub times: Option<AnswerTimes>,
    /// Why it is held by default; empty: accepted by default.
    pub holds: Vec<Hold>,
}

/// What a calibration found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Proposal {
    /// Attempts, or examinees of a file, whose answers were used.
    pub attempts: u32,
    /// Answers used.
    pub answers: u64,
    /// Answers that came too fast; none where nobody knows how long they took.
    pub rapid_guesses: Option<u64>,
    /// Whether the iteration converged.
    pub converged: bool,
    /// Passes over the answers.
    pub cycles: u32,
    /// Marginal log-likelihood.
    pub log_likelihood: f64,
    /// Largest component of its gradient.
    pub largest_gradient: f64,
    /// How the quadrature grid falls short of the examinees, in words; empty when it serves.
    #[serde(default)]
    pub grid_warnings: Vec<String>,
    /// Mean ability of the examinees, logits.
    pub mean: f64,
    /// Standard deviation of their abilities, logits.
    pub standard_deviation: f64,
    /// Priors on the parameters that were estimated, in words.
    pub priors: String,
    /// The items that were estimated, in the order of the bank.
    pub items: Vec<ProposedItem>,
}

/// An item of a proposal with what stands about it.
#[derive(Debug, Clone, PartialEq)]
pub struct StandingItem<'a> {
    /// The proposal.
    pub item: &'a ProposedItem,
    /// The newest decision; none: the default.
    pub decision: Option<&'a RecordedDecision>,
}

impl StandingItem<'_> {
    /// What will happen when the version is published.
    #[must_use]
    pub fn outcome(&self) -> ItemDecision {
        match self.decision {
            Some(recorded) => recorded.decision,
            None if self.item.holds.is_empty() => ItemDecision::Accept,
            None => ItemDecision::Hold,
        }
    }
}

/// A calibration's job with what was asked, what it proposes (none before it is done) and every decision.
pub async fn calibration(
    service: &Service,
    id: &JobId,
) -> Result<(Job, CalibrationRequest, Option<Proposal>, Vec<RecordedDecision>), DeliveryError> {
    let job = staff_job(service, StaffJob::Calibration, id).await?;
    let decisions = list_decisions(&mut *service.store.read().await?, id).await?;
    let broken = |reason: serde_json::Error| DeliveryError::Invalid {
        field: "calibration",
        must: format!("is not readable: {reason}"),
    };
    let request: CalibrationRequest = serde_json::from_value(job.request.clone()).map_err(broken)?;
    let proposal = job.result.clone().map(serde_json::from_value).transpose().map_err(broken)?;
    Ok((job, request, proposal, decisions))
}
