//! Items that cannot be calibrated, and calibrated items that deserve a second look.

use std::collections::BTreeMap;

use thiserror::Error;

use super::plan::ItemPlan;
use super::start::category_counts;
use crate::model::{ItemModel, ItemParameters, logistic};
use crate::responses::ResponseMatrix;

/// Why an item is left out of a calibration.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ItemProblem {
    /// Nobody answered it.
    #[error("nobody answered it")]
    NoAnswers,
    /// Every answer has the same score.
    #[error("every answer scores {score}")]
    NoVariance {
        /// The one score.
        score: usize,
    },
    /// A score below the highest one never occurs.
    #[error("no answer scores {score}, though higher scores occur")]
    EmptyCategory {
        /// The missing score.
        score: usize,
    },
    /// A dichotomous model was asked for and scores above 1 occur.
    #[error(
        "model {model} takes scores 0 and 1, but {highest} occurs; examinee {examinee} is the first with a score above 1"
    )]
    NotDichotomous {
        /// The model asked for.
        model: ItemModel,
        /// The highest score.
        highest: usize,
        /// The first examinee with a score above 1.
        examinee: String,
    },
    /// The highest score of an item of the rating-scale model is another than that of most such items.
    #[error("its highest score is {highest}, but that of the common rating scale is {scale}")]
    OtherRatingScale {
        /// The item's highest score.
        highest: usize,
        /// That of the rating scale.
        scale: usize,
    },
    /// The parameters to hold or start from are for fewer categories than occur.
    #[error("the given parameters have {given} categories, but score {highest} occurs")]
    TooFewCategories {
        /// Categories of the given parameters.
        given: usize,
        /// The highest score.
        highest: usize,
    },
}

/// What is odd about a calibrated item.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum ItemWarning {
    /// Examinees of higher ability score lower.
    #[error("the slope is negative ({0:.3})")]
    NegativeSlope(f64),
    /// A slope so steep that it may be running away (a Heywood case).
    #[error("the slope is very steep ({0:.3})")]
    SteepSlope(f64),
    /// Guessing has gone to 0 or an upper asymptote to 1.
    #[error("an asymptote is at its bound")]
    AsymptoteAtBound,
    /// A difficulty far from where examinees are.
    #[error("a location lies far outside the examinees ({0:.3})")]
    FarLocation(f64),
    /// Few answers carry the estimate.
    #[error("only {0} answers")]
    FewAnswers(usize),
}

/// Slopes above this are pointed out.
const STEEP_SLOPE: f64 = 5.0;
/// Locations beyond this many logits are pointed out.
const FAR_LOCATION: f64 = 6.0;
/// Fewer answers than this are pointed out.
const FEW_ANSWERS: usize = 100;

/// Number of categories of every item, and why items must be left out.
pub(crate) struct Screening {
    pub(crate) categories: Vec<usize>,
    pub(crate) problems: Vec<Option<ItemProblem>>,
    pub(crate) answers: Vec<usize>,
}

/// Looks at every item's scores before anything is estimated.
pub(crate) fn screen(matrix: &ResponseMatrix, plans: &[ItemPlan]) -> Screening {
    let categories_max = usize::from(crate::responses::SCORE_MAX) + 1;
    let counts = category_counts(matrix, &vec![categories_max; plans.len()]);
    let mut screening =
        Screening { categories: Vec::new(), problems: Vec::new(), answers: vec![0; plans.len()] };
    for row in matrix.rows() {
        for &item in row.items {
            screening.answers[usize::from(item)] += 1;
        }
    }
    let scale = rating_scale(plans, &counts);
    for (item, (plan, counts)) in plans.iter().zip(&counts).enumerate() {
        let highest = highest_score(counts);
        if plan.is_on_rating_scale() {
            screening.categories.push(scale.len().max(2));
            screening.problems.push(rating_scale_problem(counts, &scale));
            continue;
        }
        let given = plan.fixed.as_ref().or(plan.start.as_ref()).map(ItemParameters::categories);
        let mut problem = problem(plan, counts, highest, given);
        if let Some(ItemProblem::NotDichotomous { examinee, .. }) = &mut problem {
            *examinee = first_above_one(matrix, item);
        }
        let observed = highest.map_or(2, |highest| highest + 1);
        screening.categories.push(given.unwrap_or(observed).max(observed).max(2));
        screening.problems.push(problem);
    }
    screening
}

fn first_above_one(matrix: &ResponseMatrix, item: usize) -> String {
    let above = |examinee: &usize| matrix.answers(*examinee).score(item).is_some_and(|score| score > 1);
    (0..matrix.examinee_count()).find(above).map_or_else(String::new, |examinee| matrix.examinee(examinee))
}

fn highest_score(counts: &[f64]) -> Option<usize> {
    counts.iter().rposition(|&count| count > 0.0)
}

fn has_variance(counts: &[f64]) -> bool {
    counts.iter().filter(|&&count| count > 0.0).count() > 1
}

/// How often each score of the rating scale occurs on the items that have it: those whose highest score is that of most
/// items of the rating-scale model (of the higher one, where two are as frequent).
fn rating_scale(plans: &[ItemPlan], counts: &[Vec<f64>]) -> Vec<f64> {
    let on_scale = || {
        let usable =
            |(plan, counts): &(&ItemPlan, &Vec<f64>)| plan.is_on_rating_scale() && has_variance(counts);
        plans.iter().zip(counts).filter(usable).map(|(_, counts)| counts)
    };
    let mut items_by_highest = BTreeMap::<usize, usize>::new();
    for highest in on_scale().filter_map(|counts| highest_score(counts)) {
        *items_by_highest.entry(highest).or_default() += 1;
    }
    let Some((&scale, _)) = items_by_highest.iter().max_by_key(|(highest, items)| (**items, **highest))
    else {
        return Vec::new();
    };
    let mut pooled = vec![0.0; scale + 1];
    for counts in on_scale().filter(|counts| highest_score(counts) == Some(scale)) {
        pooled.iter_mut().zip(counts).for_each(|(sum, count)| *sum += count);
    }
    pooled
}

/// Why an item cannot stand on the rating scale. A score that does not occur on it may well occur on the others.
fn rating_scale_problem(counts: &[f64], scale: &[f64]) -> Option<ItemProblem> {
    let Some(highest) = highest_score(counts) else { return Some(ItemProblem::NoAnswers) };
    if !has_variance(counts) {
        return Some(ItemProblem::NoVariance { score: highest });
    }
    if highest + 1 != scale.len() {
        return Some(ItemProblem::OtherRatingScale { highest, scale: scale.len() - 1 });
    }
    scale.iter().position(|&count| count == 0.0).map(|score| ItemProblem::EmptyCategory { score })
}

fn problem(
    plan: &ItemPlan,
    counts: &[f64],
    highest: Option<usize>,
    given: Option<usize>,
) -> Option<ItemProblem> {
    let Some(highest) = highest else { return Some(ItemProblem::NoAnswers) };
    if let Some(given) = given.filter(|given| highest >= *given) {
        return Some(ItemProblem::TooFewCategories { given, highest });
    }
    if !plan.model.is_polytomous() && highest > 1 {
        return Some(ItemProblem::NotDichotomous { model: plan.model, highest, examinee: String::new() });
    }
    if plan.fixed.is_some() {
        return None;
    }
    if !has_variance(counts) {
        return Some(ItemProblem::NoVariance { score: highest });
    }
    let top = given.unwrap_or(highest + 1);
    counts[..top].iter().position(|&count| count == 0.0).map(|score| ItemProblem::EmptyCategory { score })
}

/// What is odd about an estimated item.
pub(crate) fn warnings(item: &ItemParameters, answers: usize) -> Vec<ItemWarning> {
    let mut warnings = Vec::new();
    let slope = item.discrimination();
    if slope < 0.0 {
        warnings.push(ItemWarning::NegativeSlope(slope));
    } else if slope > STEEP_SLOPE {
        warnings.push(ItemWarning::SteepSlope(slope));
    }
    let values = item.values();
    if matches!(item.model(), ItemModel::ThreePl | ItemModel::FourPl)
        && (logistic(values[2]) < 1e-4 || (item.model() == ItemModel::FourPl && logistic(-values[3]) < 1e-4))
    {
        warnings.push(ItemWarning::AsymptoteAtBound);
    }
    if !item.model().is_polytomous() || item.model() == ItemModel::Graded {
        let intercepts = if item.model().is_polytomous() { &values[1..] } else { &values[1..2] };
        let far = intercepts.iter().map(|d| -d / values[0]).find(|b| b.abs() > FAR_LOCATION);
        warnings.extend(far.map(ItemWarning::FarLocation));
    }
    if answers < FEW_ANSWERS {
        warnings.push(ItemWarning::FewAnswers(answers));
    }
    warnings
}
