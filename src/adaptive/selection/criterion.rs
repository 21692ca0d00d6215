//! The criteria of a plan behind one door.

use super::best_first::Valued;
use super::draw::Draws;
use super::evidence::Evidence;
use super::progressive::{progressive, weight};
use super::{
    closest, content_weights, expected_information, expected_variance, global_discrimination,
    kullback_leibler, robust_information, weighted_information,
};
use crate::adaptive::plan::SelectionCriterion;

/// Where in a test an item is chosen.
#[derive(Debug, Clone, Copy)]
pub(in crate::adaptive) struct Situation<'a> {
    /// Items given so far.
    pub given: usize,
    /// Greatest length of the test.
    pub length: usize,
    /// Answers so far, those that do not count included: the position of the draw.
    pub position: usize,
    pub draws: Draws,
    /// What the items given so far add to each row of the blueprint.
    pub row_sums: &'a [f64],
}

/// The value of each of `items` by a criterion. Where a criterion draws its item itself, its information.
pub(in crate::adaptive) fn values(
    evidence: &Evidence<'_>,
    criterion: SelectionCriterion,
    situation: Situation<'_>,
    items: &[usize],
) -> Vec<Valued> {
    let each = |value: &dyn Fn(usize) -> f64| -> Vec<Valued> {
        items.iter().map(|&item| Valued { item, value: value(item) }).collect()
    };
    let information = |item: usize| evidence.pool.model(item).information(evidence.theta);
    match criterion {
        SelectionCriterion::MaximumInformation | SelectionCriterion::Proportional { .. } => {
            each(&information)
        }
        SelectionCriterion::RobustInformation => each(&|item| {
            let pool = evidence.pool;
            robust_information::information(pool.model(item), pool.standard_errors(item), evidence.theta)
        }),
        SelectionCriterion::ClosestDifficulty => each(&|item| closest::by_difficulty(evidence, item)),
        SelectionCriterion::ClosestPeak => each(&|item| closest::by_peak(evidence, item)),
        SelectionCriterion::LikelihoodWeightedInformation => {
            each(&weighted_information::by_likelihood(evidence))
        }
        SelectionCriterion::PosteriorWeightedInformation => {
            each(&weighted_information::by_posterior(evidence))
        }
        SelectionCriterion::KullbackLeibler => each(&kullback_leibler::by_likelihood(evidence)),
        SelectionCriterion::PosteriorKullbackLeibler => each(&kullback_leibler::by_posterior(evidence)),
        SelectionCriterion::GlobalDiscrimination => each(&global_discrimination::by_likelihood(evidence)),
        SelectionCriterion::PosteriorGlobalDiscrimination => {
            each(&global_discrimination::by_posterior(evidence))
        }
        SelectionCriterion::MinimumExpectedVariance => each(&expected_variance::predictive(evidence)),
        SelectionCriterion::MinimumExpectedVarianceAtEstimate => {
            each(&expected_variance::at_estimate(evidence))
        }
        SelectionCriterion::ExpectedInformation => each(&|item| expected_information::fisher(evidence, item)),
        SelectionCriterion::ExpectedObservedInformation => {
            each(&|item| expected_information::observed(evidence, item))
        }
        SelectionCriterion::ContentWeights { content } => {
            let plain = each(&information);
            let highest = plain.iter().map(|valued| valued.value).fold(0.0, f64::max);
            let value = |&Valued { item, value }: &Valued| {
                let need = content_weights::need(&evidence.pool.blueprint, &situation, item);
                Valued { item, value: content_weights::value(content, need, value, highest) }
            };
            plain.iter().map(value).collect()
        }
        SelectionCriterion::Progressive { acceleration } => {
            let weight = weight(situation.given, situation.length, acceleration);
            let plain = each(&information);
            let highest = plain.iter().map(|valued| valued.value).fold(0.0, f64::max);
            let value = |&Valued { item, value }: &Valued| {
                let draw = evidence.pool.uniform(situation.draws, situation.position, item);
                Valued { item, value: progressive(weight, draw, highest, value) }
            };
            plain.iter().map(value).collect()
        }
    }
}
