//! `summary.json`: the calibration in numbers.

use item_bank::ItemStatus;
use serde::Serialize;

use super::Evidence;
use super::bank::{bank_status, item_notes};
use super::count::serialize_count;
use super::fit_evidence::SUMMED_SCORE_ITEMS_MAX;
use crate::estimation::{COVARIANCE_PARAMETERS_MAX, CalibratedItem, Convergence, LatentDistribution};

/// Seconds spent, measured by the caller: this crate reads no clock.
#[derive(Debug, Clone, Copy, Default, Serialize)]
pub struct Timing {
    /// Reading the responses.
    pub reading_seconds: f64,
    /// Estimation.
    pub estimation_seconds: f64,
    /// Standard errors, scores, reliability.
    pub evidence_seconds: f64,
}

/// The whole calibration.
#[derive(Debug, Clone, Serialize)]
pub struct Summary {
    /// Marginal log-likelihood, without priors.
    pub log_likelihood: f64,
    /// Marginal log-likelihood plus log prior densities.
    pub log_posterior: f64,
    /// −2 log L + 2 p.
    pub aic: f64,
    /// −2 log L + p ln N.
    pub bic: f64,
    /// −2 log L + p ln((N + 2) / 24).
    pub sabic: f64,
    /// Number of estimated parameters.
    pub free_parameters: usize,
    /// Passes over the responses.
    pub iterations: u32,
    /// Whether iteration converged.
    pub converged: bool,
    /// How iteration ended, in a word.
    pub outcome: &'static str,
    /// Largest absolute component of the gradient of the log-posterior.
    pub largest_gradient: f64,
    /// Largest fall of the log-posterior between cycles.
    pub largest_fall: f64,
    /// Where standard errors come from, or why there are none.
    pub standard_errors: &'static str,
    /// Whether the observed information is positive definite and determines every item; absent where it was not computed.
    pub identified: Option<bool>,
    /// Seconds of estimation.
    pub seconds: f64,
    /// Seconds by stage.
    pub timing: Timing,
    /// Sum of the sampling weights (the number of examinees, without weights).
    #[serde(serialize_with = "serialize_count")]
    pub examinees: f64,
    /// Number of items in the file.
    pub items: usize,
    /// Number of answers.
    pub answers: usize,
    /// Answers left out as rapid guesses before anything was estimated.
    pub rapid_guesses: usize,
    /// Number of different response patterns.
    pub patterns: usize,
    /// Number of quadrature nodes.
    pub quadrature_nodes: usize,
    /// Lowest and highest node.
    pub quadrature_bounds: [f64; 2],
    /// Smallest posterior standard deviation of any examinee.
    pub smallest_posterior_deviation: f64,
    /// Whether the nodes lie further apart than that.
    pub grid_too_coarse: bool,
    /// Whether the outermost nodes cut off more than a thousandth of a group's distribution.
    pub grid_cuts_off: bool,
    /// How the grid falls short of the examinees, in words; empty when it serves.
    pub grid_warnings: Vec<String>,
    /// E[I / (I + 1 / σ²)] over the first group.
    pub marginal_reliability: f64,
    /// var(EAP) / (var(EAP) + mean posterior variance).
    pub empirical_reliability: f64,
    /// Latent distributions.
    pub groups: Vec<GroupSummary>,
    /// What was not computed because there is too much of it.
    pub left_out: Vec<String>,
    /// Items that were left out or look odd.
    pub remarkable_items: Vec<ItemSummary>,
}

/// One group's latent distribution.
#[derive(Debug, Clone, Serialize)]
pub struct GroupSummary {
    /// Name of the group.
    pub name: String,
    /// Mean.
    pub mean: f64,
    /// Standard deviation.
    pub standard_deviation: f64,
    /// Variance.
    pub variance: f64,
    /// Standard error of the mean.
    pub se_mean: Option<f64>,
    /// Standard error of the variance.
    pub se_variance: Option<f64>,
    /// The share of the distribution beyond the outermost nodes.
    pub share_beyond_nodes: f64,
    /// Summed weight of its examinees.
    #[serde(serialize_with = "serialize_count")]
    pub examinees: f64,
}

/// An item worth a look.
#[derive(Debug, Clone, Serialize)]
pub struct ItemSummary {
    /// Item id.
    pub item: String,
    /// Whether it was left out.
    pub left_out: bool,
    /// Whether the bank has its parameters.
    pub in_bank: bool,
    /// Why.
    pub notes: Vec<String>,
}

impl Summary {
    /// Sums a calibration up.
    pub fn new(evidence: &Evidence<'_>, timing: Timing, errors_wanted: ErrorsWanted) -> Self {
        let found = evidence.calibration;
        let (low, high) = found.grid.bounds();
        let histogram = found.problem.map.histograms.iter().any(Option::is_some);
        let computable = !histogram && found.free_parameters <= COVARIANCE_PARAMETERS_MAX;
        Self {
            log_likelihood: found.log_likelihood,
            log_posterior: found.log_posterior,
            aic: found.aic(),
            bic: found.bic(),
            sabic: found.sabic(),
            free_parameters: found.free_parameters,
            iterations: found.cycles(),
            converged: found.converged(),
            outcome: match found.convergence {
                Convergence::Converged { .. } => "converged",
                Convergence::CycleLimit { .. } => "cycle limit",
                Convergence::Stalled { .. } => "stalled",
                Convergence::Cancelled { .. } => "cancelled",
            },
            largest_gradient: found.largest_gradient,
            largest_fall: found.largest_fall,
            standard_errors: match (errors_wanted, &evidence.covariance) {
                (ErrorsWanted::No, _) => "not asked for",
                (ErrorsWanted::Yes, Some(_)) => "observed information",
                (ErrorsWanted::Yes, None) if histogram => "not with a histogram",
                (ErrorsWanted::Yes, None) if !computable => "too many parameters",
                (ErrorsWanted::Yes, None) => "not identified",
            },
            identified: (errors_wanted == ErrorsWanted::Yes && computable).then(|| {
                let items = 0..found.items.len();
                evidence.covariance.is_some()
                    && items.map(|item| evidence.undetermined(item)).all(|why| why.is_none())
            }),
            seconds: timing.estimation_seconds,
            timing,
            examinees: found.examinees,
            items: found.items.len(),
            answers: found.answers,
            rapid_guesses: 0,
            patterns: found.patterns,
            quadrature_nodes: found.grid.len(),
            quadrature_bounds: [low, high],
            smallest_posterior_deviation: found.smallest_posterior_deviation,
            grid_too_coarse: found.grid_is_too_coarse(),
            grid_cuts_off: found.groups.iter().any(LatentDistribution::is_cut_off),
            grid_warnings: found.grid_warnings().iter().map(ToString::to_string).collect(),
            marginal_reliability: evidence.reliability.marginal,
            empirical_reliability: evidence.reliability.empirical,
            groups: groups(evidence),
            left_out: left_out(evidence),
            remarkable_items: remarkable(evidence),
        }
    }
}

/// Whether standard errors were asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorsWanted {
    /// They were.
    Yes,
    /// They were not.
    No,
}

fn left_out(evidence: &Evidence<'_>) -> Vec<String> {
    if evidence.fit.is_some() && evidence.calibration.items.len() > SUMMED_SCORE_ITEMS_MAX {
        return vec![format!("S-X²: more than {SUMMED_SCORE_ITEMS_MAX} items")];
    }
    Vec::new()
}

fn groups(evidence: &Evidence<'_>) -> Vec<GroupSummary> {
    let summary = |(index, group): (usize, &LatentDistribution)| {
        let deviation = group.standard_deviation;
        let errors =
            evidence.covariance.as_ref().map(|covariance| covariance.latent_errors(index, deviation));
        let [se_mean, se_variance] = errors.unwrap_or([None, None]);
        GroupSummary {
            name: group.name.clone(),
            mean: group.mean,
            standard_deviation: deviation,
            variance: deviation * deviation,
            se_mean,
            se_variance,
            share_beyond_nodes: group.share_beyond_nodes,
            examinees: group.examinees,
        }
    };
    evidence.calibration.groups.iter().enumerate().map(summary).collect()
}

fn remarkable(evidence: &Evidence<'_>) -> Vec<ItemSummary> {
    let summary = |(place, item): (usize, &CalibratedItem)| {
        let notes = item_notes(evidence, place);
        (!notes.is_empty()).then(|| ItemSummary {
            item: item.id.clone(),
            left_out: item.problem.is_some(),
            in_bank: bank_status(evidence, place) == ItemStatus::Operational,
            notes,
        })
    };
    evidence.calibration.items.iter().enumerate().filter_map(summary).collect()
}
