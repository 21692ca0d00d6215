//! Which attempt counts, and what all attempts say together.
//!
//! The maximum of k noisy scores is biased upwards: for k equally precise scores of an unchanged ability its
//! expectation exceeds the ability by SE · E[max of k standard normals] (0.56 SE for two, 0.85 SE for three). The
//! policy's choice stands; beside it stand the combined estimate and that expected gain.

use serde::{Deserialize, Serialize};

use super::policy::{Policy, WhichCounts};
use super::summary::{AttemptScore, AttemptSummary, NotCounted};
use super::validation::normal_upper;

/// What counts, why, and what does not.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CountingResult {
    /// The attempt that counts; none yet.
    pub counts: Option<CountingAttempt>,
    /// Why, in a sentence for the student.
    pub why: String,
    /// Attempts that may count.
    pub eligible: u32,
    /// Attempts that do not, and why.
    pub left_out: Vec<LeftOut>,
    /// All attempts that may count, combined; see [`combine`].
    pub combined: Option<AttemptScore>,
    /// By how much keeping the best is expected to exceed an unchanged ability, logits; 0 where no best is kept.
    pub expected_gain_of_best: f64,
}

/// The attempt that counts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CountingAttempt {
    /// Its id.
    pub id: String,
    /// Its number.
    pub number: u32,
    /// Its score.
    pub score: AttemptScore,
}

/// An attempt that does not count.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftOut {
    /// Its number.
    pub number: u32,
    /// Why.
    pub because: NotCounted,
}

/// Which of a student's attempts counts under the current policy.
#[must_use]
pub fn counting(policy: &Policy, attempts: &[AttemptSummary]) -> CountingResult {
    let terms = policy.terms();
    let mut eligible = Vec::new();
    let mut left_out = Vec::new();
    for attempt in attempts {
        match attempt.countable(terms) {
            Ok(score) => eligible.push((attempt, score)),
            Err(because) => left_out.push(LeftOut { number: attempt.number, because }),
        }
    }
    // In the order taken, so that the first of equals is the earliest.
    eligible.sort_by_key(|(attempt, _)| (attempt.started_at, attempt.number));
    let chosen = match terms.counts {
        WhichCounts::First => eligible.first(),
        WhichCounts::Latest => eligible.last(),
        WhichCounts::Highest => {
            eligible.iter().rev().max_by(|(_, one), (_, other)| one.theta.total_cmp(&other.theta))
        }
    };
    let scores: Vec<AttemptScore> = eligible.iter().map(|(_, score)| *score).collect();
    CountingResult {
        why: why(terms.counts, &eligible, chosen.map(|(attempt, _)| *attempt), attempts.len()),
        counts: chosen.map(|(attempt, score)| CountingAttempt {
            id: attempt.id.clone(),
            number: attempt.number,
            score: *score,
        }),
        eligible: u32::try_from(eligible.len()).unwrap_or(u32::MAX),
        left_out,
        combined: combine(&scores),
        expected_gain_of_best: match terms.counts {
            WhichCounts::Highest => expected_gain_of_best(&scores),
            WhichCounts::Latest | WhichCounts::First => 0.0,
        },
    }
}

fn why(
    rule: WhichCounts,
    eligible: &[(&AttemptSummary, AttemptScore)],
    chosen: Option<&AttemptSummary>,
    taken: usize,
) -> String {
    let Some(chosen) = chosen else {
        return if taken == 0 { "No attempt yet.".to_owned() } else { "No attempt counts yet.".to_owned() };
    };
    let number = chosen.number;
    if eligible.len() == 1 {
        return format!("Attempt {number} counts: it is the only one so far that can.");
    }
    match rule {
        WhichCounts::Latest => format!("Attempt {number} counts: it is the latest."),
        WhichCounts::First => format!("Attempt {number} counts: it is the first."),
        WhichCounts::Highest => {
            let best = eligible.iter().find(|(attempt, _)| attempt.number == number);
            let best = best.map_or(f64::NAN, |(_, score)| score.theta);
            let equals = eligible.iter().filter(|(_, score)| score.theta.total_cmp(&best).is_eq());
            if equals.count() > 1 {
                format!("Attempt {number} counts: it is the earliest of the highest.")
            } else {
                format!("Attempt {number} counts: it is the highest.")
            }
        }
    }
}

/// All scores combined as independent normal measurements of one ability: precisions (1 / SE²) add up.
///
/// Where an estimate has a normal prior inside, the prior's share is taken out of each score first and put back once
/// (the prior of the earliest attempt). Exact for normal likelihoods; pooling every response, where the responses are
/// at hand, is exact for any.
#[must_use]
pub fn combine(scores: &[AttemptScore]) -> Option<AttemptScore> {
    let first = scores.first()?;
    let mut precision = 0.0;
    let mut weighted = 0.0;
    let mut add = |theta: f64, standard_deviation: f64, sign: f64| {
        let share = sign / (standard_deviation * standard_deviation);
        precision += share;
        weighted += share * theta;
    };
    for score in scores {
        add(score.theta, score.standard_error, 1.0);
        if let Some(prior) = score.prior {
            add(prior.mean(), prior.standard_deviation(), -1.0);
        }
    }
    if let Some(prior) = first.prior {
        add(prior.mean(), prior.standard_deviation(), 1.0);
    }
    (precision > 0.0 && weighted.is_finite()).then(|| AttemptScore {
        theta: weighted / precision,
        standard_error: precision.sqrt().recip(),
        prior: first.prior,
    })
}

/// E[max of independent N(0, SE²)], logits: ∫₀^∞ (1 − Π Φ(x / SE)) dx − ∫₋∞⁰ Π Φ(x / SE) dx, by the trapezoid rule.
#[must_use]
pub fn expected_gain_of_best(scores: &[AttemptScore]) -> f64 {
    const STEPS: u32 = 2_000;
    let widest = scores.iter().map(|score| score.standard_error).fold(0.0, f64::max);
    if scores.len() < 2 || !(widest > 0.0 && widest.is_finite()) {
        return 0.0;
    }
    let step = 16.0 * widest / f64::from(STEPS);
    let all_below = |x: f64| -> f64 {
        scores.iter().map(|score| 1.0 - normal_upper(x, 0.0, score.standard_error)).product()
    };
    let integrand = |x: f64| if x < 0.0 { -all_below(x) } else { 1.0 - all_below(x) };
    // The integrand jumps by 1 at 0; halving both sides of the jump there is the trapezoid rule on each side.
    let half = STEPS / 2;
    let inner: f64 =
        (1..half).map(|k| integrand(f64::from(k) * step) + integrand(-f64::from(k) * step)).sum();
    step * (inner + 0.5 * (1.0 - 2.0 * all_below(0.0)))
}
