//! When a test is over: the settings of a plan, and what they say of an attempt.

use serde::{Deserialize, Serialize};

use super::administration::Administration;
use super::selection::{BestFirst, expected_variance};
use super::step::StopReason;

/// When the test is over. The blueprint's minimums are always met first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stopping {
    /// Least number of items.
    pub minimum_items: usize,
    /// Greatest number of items.
    pub maximum_items: usize,
    /// Stops when the standard error, in logits, is at most this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub standard_error: Option<f64>,
    /// Stops when the most informative item left is expected to make the standard error smaller by less than this, in
    /// logits (after Choi, Grady and Dodd, 2010).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub standard_error_reduction: Option<f64>,
    /// Stops when no item left gives as much information at the estimate as this, per logit².
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub information_minimum: Option<f64>,
    /// Stops when the level is certain enough.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level_confidence: Option<LevelConfidence>,
    /// Stops when a sequential test has decided about one cut, or about every cut.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decision: Option<SequentialTest>,
}

/// How certain the level must be.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LevelConfidence {
    /// Posterior probability that is enough, above one half and below one.
    pub probability: f64,
    /// With a level: that the student is at or above its cut, or below it. Without: of the most probable level.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<String>,
}

/// A sequential test of which side of a cut the student is on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SequentialTest {
    /// Which likelihoods are compared.
    pub ratio: LikelihoodRatio,
    /// The level whose cut is decided; every cut of the progression when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<String>,
    /// Half the width of the region around a cut in which either decision is good, in logits.
    pub indifference: f64,
    /// Accepted probability of deciding "above" for a student at the lower end of that region.
    pub false_above: f64,
    /// Accepted probability of deciding "below" for a student at its upper end.
    pub false_below: f64,
}

/// Which likelihoods a sequential test compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LikelihoodRatio {
    /// Those of the two ends of the region of indifference (Wald, 1947; Reckase, 1983).
    Fixed,
    /// The greatest above the region and the greatest below it (Bartroff, Finkelman and Lai, 2008; Thompson, 2009).
    Generalized,
}

impl Administration<'_> {
    /// Why the measurement is good enough, or cannot become better; `None` when neither is so.
    pub(super) fn precision_reached(&self) -> Option<StopReason> {
        let stopping = &self.plan.stopping;
        if stopping.standard_error.is_some_and(|target| self.estimate.standard_error <= target) {
            return Some(StopReason::StandardErrorReached);
        }
        // Looked at only when they could count: these are the dearest parts of a step.
        if self.answers.len() < stopping.minimum_items {
            return None;
        }
        if self.pool.level_rule.as_ref().is_some_and(|rule| rule.is_met(&self.posterior())) {
            return Some(StopReason::LevelConfident);
        }
        let answers = || self.answers.iter().map(|&(item, score)| (self.pool.model(item), score));
        if self.pool.decision_rule.as_ref().is_some_and(|rule| rule.is_decided(answers)) {
            return Some(StopReason::DecisionReached);
        }
        if stopping.information_minimum.is_none() && stopping.standard_error_reduction.is_none() {
            return None;
        }
        self.little_left_to_gain()
    }

    fn little_left_to_gain(&self) -> Option<StopReason> {
        let stopping = &self.plan.stopping;
        let is_closed = |item: usize| self.progress.is_closed(item);
        let best = BestFirst::by_information(self.pool, self.estimate.theta, is_closed, |_| 1.0).next()?;
        if stopping.information_minimum.is_some_and(|least| best.value < least) {
            return Some(StopReason::LittleInformationLeft);
        }
        let least = stopping.standard_error_reduction?;
        let expected = (-expected_variance::predictive(&self.evidence())(best.item)).max(0.0).sqrt();
        (self.estimate.standard_error - expected < least).then_some(StopReason::LittleReductionLeft)
    }
}
