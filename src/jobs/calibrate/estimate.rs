//! The estimation of a calibration job, and what it proposes for every item.

use std::ops::ControlFlow;

use calibration::{
    Calibration, CalibrationPlan, Covariance, Cycle, GroupPlan, ItemModel, ItemParameters, ItemPlan,
    ItemPriors, ItemWarning, LatentParameter, Prior, covariance,
};
use item_bank::{Bank, Item, ItemStatus};

use super::data::CalibrationData;
use super::evidence::{Evidence, ItemEvidence};
use crate::delivery::recalibration::{CalibrationRequest, Hold, ItemsToEstimate, Proposal, ProposedItem};
use crate::jobs::{JobControl, JobError};

/// Live answers are adaptive and few at first: without a prior the slope of an item that thirty students answered may
/// run away. Log-normal with median 1, nine in ten between 0.44 and 2.3; a thousand answers hardly notice it.
const SLOPE_PRIOR: Prior = Prior::LogNormal(0.0, 0.5);
/// Wide enough for every difficulty on the scale.
const INTERCEPT_PRIOR: Prior = Prior::Normal(0.0, 3.0);

/// Estimates what was asked for and proposes it item by item.
pub(super) fn propose(
    bank: &Bank,
    request: &CalibrationRequest,
    data: &CalibrationData<'_>,
    control: &JobControl,
) -> Result<Proposal, JobError> {
    let wanted: Vec<bool> = data.items.iter().map(|item| is_wanted(item, request.items)).collect();
    if !wanted.contains(&true) {
        return Err(JobError::Refused("none of the answered items is to be estimated".to_owned()));
    }
    let held = plan(data, |_| true);
    let plan = match request.items {
        ItemsToEstimate::FieldTest => plan(data, |column| !wanted[column]),
        ItemsToEstimate::All => {
            control.report(0.05, "placing the examinees on the present scale");
            let placed = run(data, &held, control, (0.05, 0.30))?;
            let group = &placed.groups[0];
            let mut free = plan(data, |_| false);
            free.groups[0] = GroupPlan {
                mean: LatentParameter::Fixed(group.mean),
                standard_deviation: LatentParameter::Fixed(group.standard_deviation),
            };
            free
        }
    };
    let fitted = run(data, &plan, control, (0.30, 0.85))?;
    control.report(0.90, "standard errors");
    let covariance = covariance(&fitted);
    control.report(0.93, "fit, and differences between groups");
    let evidence = Evidence::gather(data, &fitted, &wanted);
    if control.is_cancelled() {
        return Err(JobError::Cancelled);
    }
    let items = (0..data.items.len())
        .filter(|&column| wanted[column])
        .map(|column| proposed(request, data, &fitted, (covariance.as_ref(), evidence.of(column)), column))
        .collect();
    debug_assert!(data.items.iter().all(|item| bank.item(item.id.as_str()).is_some()));
    Ok(proposal(data, (&plan, &fitted), items))
}

fn is_wanted(item: &Item, items: ItemsToEstimate) -> bool {
    match items {
        ItemsToEstimate::FieldTest => item.status == ItemStatus::FieldTest,
        ItemsToEstimate::All => true,
    }
}

/// A plan in which the items that `is_held` says, and that have parameters, keep them.
fn plan(data: &CalibrationData<'_>, is_held: impl Fn(usize) -> bool) -> CalibrationPlan {
    let items = data.items.iter().enumerate().map(|(column, item)| {
        let present = item.model.as_ref().map(ItemParameters::from_response_model);
        let model = present.as_ref().map_or_else(|| usual_model(item), ItemParameters::model);
        let mut plan = ItemPlan::new(model);
        plan.priors.slope = Some(SLOPE_PRIOR);
        plan.priors.intercept = Some(INTERCEPT_PRIOR);
        let Some(present) = present else {
            return plan;
        };
        if is_held(column) && item.status == ItemStatus::Operational {
            plan.fixed = Some(present);
        } else {
            plan.start = Some(present);
        }
        plan
    });
    CalibrationPlan::new(items.collect(), 1)
}

/// The model for an item that has none yet.
fn usual_model(item: &Item) -> ItemModel {
    if item.maximum_score().unwrap_or(1) > 1 { ItemModel::GeneralizedPartialCredit } else { ItemModel::TwoPl }
}

fn run(
    data: &CalibrationData<'_>,
    plan: &CalibrationPlan,
    control: &JobControl,
    (from, to): (f64, f64),
) -> Result<Calibration, JobError> {
    let mut first_change = None;
    let mut observer = |cycle: &Cycle| {
        // Progress on the logarithm of the change: from the first change seen down to the tolerance.
        let first: f64 = *first_change.get_or_insert(cycle.change.max(plan.tolerance * 10.0));
        let remaining =
            (cycle.change.max(plan.tolerance) / plan.tolerance).ln() / (first / plan.tolerance).ln();
        let message = format!("pass {}, log-posterior {:.3}", cycle.passes, cycle.log_posterior);
        control.report(from + (to - from) * (1.0 - remaining.clamp(0.0, 1.0)), &message);
        if control.is_cancelled() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    let fitted = calibration::calibrate(&data.matrix, plan, &mut observer)
        .map_err(|error| JobError::Refused(error.to_string()))?;
    if control.is_cancelled() { Err(JobError::Cancelled) } else { Ok(fitted) }
}

/// The priors on what was estimated, in words, for the record.
fn prior_words(items: &[ItemPlan]) -> String {
    let mut words: Vec<String> = Vec::new();
    for plan in items.iter().filter(|plan| plan.fixed.is_none()) {
        let ItemPriors { slope, intercept, guessing, upper } = plan.priors;
        // The usual priors come with every model; those of parameters that it does not have say nothing.
        let guessing = guessing.filter(|_| matches!(plan.model, ItemModel::ThreePl | ItemModel::FourPl));
        let upper = upper.filter(|_| plan.model == ItemModel::FourPl);
        let named = [("a", "a", slope), ("intercept", "intercept", intercept)];
        let named = named.into_iter().chain([("logit c", "c", guessing), ("logit d", "d", upper)]);
        for (scale, name, prior) in named {
            let Some(prior) = prior else { continue };
            let said = match prior {
                Prior::Normal(mean, deviation) => {
                    format!("{scale} ~ N({}, {}²)", short(mean), short(deviation))
                }
                Prior::LogNormal(mean, deviation) => {
                    format!("ln {name} ~ N({}, {}²)", short(mean), short(deviation))
                }
                Prior::Beta(first, second) => format!("{name} ~ Beta({}, {})", short(first), short(second)),
            };
            if !words.contains(&said) {
                words.push(said);
            }
        }
    }
    words.join(", ")
}

fn short(number: f64) -> f64 {
    (number * 1_000.0).round() / 1_000.0
}

fn proposal(
    data: &CalibrationData<'_>,
    (plan, fitted): (&CalibrationPlan, &Calibration),
    items: Vec<ProposedItem>,
) -> Proposal {
    Proposal {
        attempts: u32::try_from(data.matrix.examinee_count()).unwrap_or(u32::MAX),
        answers: data.matrix.answer_count() as u64,
        rapid_guesses: data.rapid_guesses,
        converged: fitted.converged(),
        cycles: fitted.cycles(),
        log_likelihood: fitted.log_likelihood,
        largest_gradient: fitted.largest_gradient,
        grid_warnings: fitted.grid_warnings().iter().map(ToString::to_string).collect(),
        mean: fitted.groups[0].mean,
        standard_deviation: fitted.groups[0].standard_deviation,
        priors: prior_words(&plan.items),
        items,
    }
}

fn proposed(
    request: &CalibrationRequest,
    data: &CalibrationData<'_>,
    fitted: &Calibration,
    (covariance, evidence): (Option<&Covariance>, ItemEvidence),
    column: usize,
) -> ProposedItem {
    let (item, found) = (data.items[column], &fitted.items[column]);
    let answers = u32::try_from(found.answers).unwrap_or(u32::MAX);
    let mut holds = Vec::new();
    let mut after = None;
    match (&found.problem, found.parameters.response_model()) {
        (Some(problem), _) => holds.push(Hold::NotEstimated { why: problem.to_string() }),
        (None, Err(error)) => holds.push(Hold::NotEstimated { why: error.to_string() }),
        (None, Ok(model)) => after = Some(model),
    }
    if answers < request.minimum_answers {
        holds.push(Hold::FewAnswers { answers, needed: request.minimum_answers });
    }
    // How many answers are few is the request's to say.
    let odd = found.warnings.iter().filter(|warning| !matches!(warning, ItemWarning::FewAnswers(_)));
    holds.extend(odd.map(|warning| Hold::Odd { what: warning.to_string() }));
    let by_errors = || covariance?.undetermined(fitted, column);
    let undetermined = found.undetermined().or_else(by_errors);
    holds.extend(undetermined.map(|why| Hold::Odd { what: why.to_string() }));
    holds.extend(evidence.holds);
    let block = covariance.map(|covariance| covariance.item_block(column, column));
    let conventional = found.parameters.conventional(block.as_deref());
    ProposedItem {
        id: item.id.clone(),
        status: item.status,
        answers,
        proportion_correct: proportion_correct(data, item, column),
        before: item.model.clone(),
        standard_errors: after.is_some().then(|| conventional.standard_errors()),
        after,
        infit: evidence.infit,
        outfit: evidence.outfit,
        by_ability: evidence.by_ability,
        summed_score: evidence.summed_score,
        difference: evidence.difference,
        times: data.times[column].clone(),
        holds,
    }
}

fn proportion_correct(data: &CalibrationData<'_>, item: &Item, column: usize) -> f64 {
    let scores: Vec<f64> = data.matrix.rows().filter_map(|row| row.score(column)).map(f64::from).collect();
    let highest = f64::from(item.maximum_score().unwrap_or(1));
    if scores.is_empty() { 0.0 } else { scores.iter().sum::<f64>() / (scores.len() as f64 * highest) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_record_names_every_prior_on_what_was_estimated_once() {
        let with_priors = |model| {
            let mut plan = ItemPlan::new(model);
            plan.priors.slope = Some(SLOPE_PRIOR);
            plan.priors.intercept = Some(INTERCEPT_PRIOR);
            plan
        };
        let two = with_priors(ItemModel::TwoPl);
        assert_eq!(prior_words(&[two.clone(), two.clone()]), "ln a ~ N(0, 0.5²), intercept ~ N(0, 3²)");
        let guessed = prior_words(&[two, with_priors(ItemModel::ThreePl)]);
        assert_eq!(guessed, "ln a ~ N(0, 0.5²), intercept ~ N(0, 3²), logit c ~ N(-1.386, 0.5²)");
    }
}
