//! Feedback by strand: a strength or a need is named only where the evidence supports it.
//!
//! Model: in strand s the student answers with ability θ + δ_s, δ_s ~ N(0, τ²) independent across strands (a testlet
//! model; Bradlow, Wainer and Wang, 1999). θ and every δ_s are integrated out together on one grid, so the uncertainty
//! of θ is part of what is said about δ_s. Shrinkage comes from τ: few answers leave δ_s near 0.
//!
//! Rule: a strength is named where P(δ_s > 0 | all answers) ≥ 0.85 and the strand has at least 3 answers, a need
//! where P(δ_s < 0 | all answers) ≥ 0.85. Shrinkage makes this stricter than it sounds: for a student with no strengths
//! or needs at all (every δ_s = 0) a strand is named on either side in fewer than 5 % of reports up to 20 answers a
//! strand (measured: 0.5 % with 5, 2 % with 10, 3.6 % with 20; a test holds the bound).
//!
//! The score of a strand is the posterior of θ + δ_s: what its own answers say, drawn towards what all of them say (the
//! augmentation of Wainer et al., 2001, on the scale of the model instead of observed scores).

use item_bank::{AttributeValue, Item, NormalPrior, Observation, Theta};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Confidence from which on a finding is named.
pub const NAMED_FROM: f64 = 0.85;
/// Fewer answers than this say nothing about a strand.
pub const STRAND_ANSWERS_MIN: usize = 3;
/// Standard deviation of strand abilities around the student's own, logits (τ).
pub const STRAND_DEVIATION: f64 = 0.5;
/// Findings that a student is shown at most, of either kind.
pub const FINDINGS_SHOWN_MAX: usize = 2;

const SPACING: f64 = 0.1;
const NODES: usize = 121; // θ from −6 to 6
const REACH: usize = 20; // δ from −2 to 2: four τ
const WIDE_NODES: usize = NODES + 2 * REACH;

/// The attribute that names the strand of an item.
const STRAND: &str = "strand";

/// The strand of an item; the first where it lists several.
#[must_use]
pub fn strand_of(item: &Item) -> Option<&str> {
    match item.attributes.get(STRAND)? {
        AttributeValue::Text(strand) => Some(strand),
        AttributeValue::List(strands) => strands.first().map(String::as_str),
        AttributeValue::Number(_) => None,
    }
}

/// The answers of one strand, from one attempt or several.
#[derive(Debug, Clone)]
pub struct StrandAnswers<'a> {
    /// The strand.
    pub strand: String,
    /// Its scored answers.
    pub observations: Vec<Observation<'a>>,
}

/// What is said about one strand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Finding {
    /// Better here than the student's own level.
    Strength,
    /// Less good here than the student's own level.
    Need,
    /// Neither is supported.
    Neither,
    /// Too few answers to say.
    TooFewAnswers,
}

/// One strand with its numbers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct StrandFeedback {
    /// The strand.
    pub strand: String,
    /// What is said about it.
    pub finding: Finding,
    /// Answers.
    pub answers: u32,
    /// Points earned.
    pub points: u32,
    /// Points that could be earned.
    pub points_possible: u32,
    /// Points expected of a student of this overall ability, strand differences aside.
    pub points_expected: f64,
    /// Mean of δ, logits: how far the strand lies above or below the student's own level.
    pub difference: f64,
    /// Standard deviation of δ, logits.
    pub difference_error: f64,
    /// P(δ > 0).
    pub probability_above: f64,
    /// Score of the strand: mean of θ + δ, logits. It borrows strength from all other answers, the more the fewer
    /// there are in the strand.
    pub ability: f64,
    /// Standard deviation of θ + δ, logits: the uncertainty of θ and of δ, and that they are confused.
    pub ability_error: f64,
}

/// Feedback on an attempt, or on several.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Feedback {
    /// Every strand, in the order given.
    pub strands: Vec<StrandFeedback>,
    /// Named strengths, the surest first, two at most.
    pub strengths: Vec<String>,
    /// Named needs, the surest first, two at most.
    pub needs: Vec<String>,
}

/// Feedback from the answers of each strand and the prior of ability.
#[must_use]
pub fn feedback(prior: &NormalPrior, strands: &[StrandAnswers<'_>]) -> Feedback {
    let likelihoods: Vec<StrandLikelihood> = strands.iter().map(StrandLikelihood::new).collect();
    let ability = ability_given_all(prior, &likelihoods);
    let strands: Vec<StrandFeedback> = strands
        .iter()
        .zip(&likelihoods)
        .map(|(answers, likelihood)| judge(answers, likelihood, &ability))
        .collect();
    let named = |finding: Finding, sureness: fn(&StrandFeedback) -> f64| {
        let mut named: Vec<&StrandFeedback> =
            strands.iter().filter(|strand| strand.finding == finding).collect();
        named.sort_by(|one, other| sureness(other).total_cmp(&sureness(one)));
        named.into_iter().take(FINDINGS_SHOWN_MAX).map(|strand| strand.strand.clone()).collect()
    };
    let strengths = named(Finding::Strength, |strand| strand.probability_above);
    let needs = named(Finding::Need, |strand| 1.0 - strand.probability_above);
    Feedback { strands, strengths, needs }
}

/// The likelihood of one strand's answers, and what it says of δ at each θ.
struct StrandLikelihood {
    /// ln ∫ L(θ + δ) N(δ; 0, τ²) dδ at each θ.
    log_marginal: Vec<f64>,
    /// P(δ > 0 | θ, answers), counting half of δ = 0.
    above: Vec<f64>,
    /// E[δ | θ, answers] and E[δ² | θ, answers].
    moments: Vec<(f64, f64)>,
}

impl StrandLikelihood {
    fn new(answers: &StrandAnswers<'_>) -> Self {
        let abilities: Vec<f64> =
            (0..WIDE_NODES).map(|index| SPACING * (index as f64 - REACH as f64) - 6.0).collect();
        let mut wide = vec![0.0; WIDE_NODES];
        for seen in &answers.observations {
            seen.model.add_log_probabilities(seen.score, &abilities, &mut wide);
        }
        let weights: Vec<f64> =
            (0..=2 * REACH).map(|k| -0.5 * (offset(k) / STRAND_DEVIATION).powi(2)).collect();
        let mut result = Self { log_marginal: Vec::new(), above: Vec::new(), moments: Vec::new() };
        for theta in 0..NODES {
            let logs: Vec<f64> =
                weights.iter().zip(&wide[theta..]).map(|(weight, log)| weight + log).collect();
            let largest = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            let masses: Vec<f64> = logs.iter().map(|log| (log - largest).exp()).collect();
            let total: f64 = masses.iter().sum();
            let mean_of = |function: &dyn Fn(usize) -> f64| {
                masses.iter().enumerate().map(|(k, mass)| mass * function(k)).sum::<f64>() / total
            };
            result.log_marginal.push(largest + total.ln());
            result.above.push(mean_of(&|k| match k.cmp(&REACH) {
                std::cmp::Ordering::Less => 0.0,
                std::cmp::Ordering::Equal => 0.5,
                std::cmp::Ordering::Greater => 1.0,
            }));
            result.moments.push((mean_of(&offset), mean_of(&|k| offset(k).powi(2))));
        }
        result
    }
}

fn offset(k: usize) -> f64 {
    SPACING * (k as f64 - REACH as f64)
}

fn node(index: usize) -> f64 {
    SPACING * index as f64 - 6.0
}

/// p(θ | all answers), δ of every strand integrated out.
fn ability_given_all(prior: &NormalPrior, likelihoods: &[StrandLikelihood]) -> Vec<f64> {
    let log = |index: usize| {
        let z = (node(index) - prior.mean()) / prior.standard_deviation();
        likelihoods.iter().map(|strand| strand.log_marginal[index]).sum::<f64>() - 0.5 * z * z
    };
    let logs: Vec<f64> = (0..NODES).map(log).collect();
    let largest = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let masses: Vec<f64> = logs.iter().map(|log| (log - largest).exp()).collect();
    let total: f64 = masses.iter().sum();
    masses.into_iter().map(|mass| mass / total).collect()
}

fn judge(answers: &StrandAnswers<'_>, likelihood: &StrandLikelihood, ability: &[f64]) -> StrandFeedback {
    let over_ability =
        |at: &dyn Fn(usize) -> f64| ability.iter().enumerate().map(|(k, mass)| mass * at(k)).sum::<f64>();
    let probability_above = over_ability(&|k| likelihood.above[k]);
    let difference = over_ability(&|k| likelihood.moments[k].0);
    let second_moment = over_ability(&|k| likelihood.moments[k].1);
    // θ + δ has mean E[θ + m₁(θ)] and second moment E[θ² + 2θ m₁(θ) + m₂(θ)], m₁ and m₂ being those of δ given θ.
    let moments = &likelihood.moments;
    let ability_mean = over_ability(&|k| node(k) + moments[k].0);
    let ability_square = over_ability(&|k| node(k) * (node(k) + 2.0 * moments[k].0) + moments[k].1);
    let seen = &answers.observations;
    let finding = if seen.len() < STRAND_ANSWERS_MIN {
        Finding::TooFewAnswers
    } else if probability_above >= NAMED_FROM {
        Finding::Strength
    } else if probability_above <= 1.0 - NAMED_FROM {
        Finding::Need
    } else {
        Finding::Neither
    };
    StrandFeedback {
        strand: answers.strand.clone(),
        finding,
        answers: u32::try_from(seen.len()).unwrap_or(u32::MAX),
        points: seen.iter().map(|seen| seen.score).sum(),
        points_possible: seen.iter().map(|seen| seen.model.maximum_score()).sum(),
        points_expected: over_ability(&|k| {
            seen.iter().map(|seen| seen.model.expected_score(Theta(node(k)))).sum()
        }),
        difference,
        difference_error: (second_moment - difference * difference).max(0.0).sqrt(),
        probability_above,
        ability: ability_mean,
        ability_error: (ability_square - ability_mean * ability_mean).max(0.0).sqrt(),
    }
}
