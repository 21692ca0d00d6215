//! Starting values from proportions, after a few rounds that put examinees and items on one rough scale
//! (Cohen's normal approximation, as in Wright & Stone, 1979), so that adaptive designs start well too.

use super::latent::Latent;
use super::plan::{CalibrationPlan, ItemPlan};
use super::problem::State;
use crate::model::{ItemModel, ItemParameters, logit};
use crate::responses::ResponseMatrix;

const ROUNDS: usize = 4;

/// A state to start from.
pub(crate) fn starting_state(matrix: &ResponseMatrix, plan: &CalibrationPlan, categories: &[usize]) -> State {
    let means = mean_abilities(matrix, categories);
    let counts = category_counts(matrix, categories);
    let mut items: Vec<ItemParameters> = plan
        .items
        .iter()
        .enumerate()
        .map(|(item, item_plan)| match item_plan.fixed.as_ref().or(item_plan.start.as_ref()) {
            Some(given) => given.clone(),
            None => starting_item(item_plan, &counts[item], means[item]),
        })
        .collect();
    share_steps(&mut items, plan, &counts);
    let groups = plan
        .groups
        .iter()
        .map(|group| Latent {
            mean: group.mean.value(),
            log_deviation: group.standard_deviation.value().ln(),
            histogram: None,
        })
        .collect();
    State { items, groups }
}

/// The steps that items of the rating-scale model begin with, from the counts of all of them.
fn share_steps(items: &mut [ItemParameters], plan: &CalibrationPlan, counts: &[Vec<f64>]) {
    let sharing = || (0..counts.len()).filter(|&item| plan.items[item].is_on_rating_scale());
    let Some(categories) = sharing().map(|item| items[item].categories()).next() else { return };
    let pooled: Vec<f64> =
        (0..categories).map(|k| 1.0 + sharing().map(|item| counts[item][k]).sum::<f64>()).collect();
    let highest = (categories - 1) as f64;
    let log_ratio = |k: usize| (pooled[k] / pooled[0]).ln();
    for item in sharing() {
        for k in 1..categories - 1 {
            items[item].values_mut()[k + 1] = log_ratio(k) - k as f64 / highest * log_ratio(categories - 1);
        }
    }
}

/// Weighted number of answers in every category of every item.
pub(crate) fn category_counts(matrix: &ResponseMatrix, categories: &[usize]) -> Vec<Vec<f64>> {
    let mut counts: Vec<Vec<f64>> = categories.iter().map(|&count| vec![0.0; count]).collect();
    for (examinee, answers) in matrix.rows().enumerate() {
        let weight = matrix.weight(examinee);
        for (item, score) in answers.iter() {
            counts[item][usize::from(score)] += weight;
        }
    }
    counts
}

/// Rough mean ability of the examinees who answered each item, in logits.
fn mean_abilities(matrix: &ResponseMatrix, categories: &[usize]) -> Vec<f64> {
    let items = categories.len();
    let complete = matrix.answer_count() == items * matrix.examinee_count();
    let mut means = vec![0.0; items];
    if complete {
        return means;
    }
    let mut difficulties = vec![0.0; items];
    for _ in 0..ROUNDS {
        let mut sums = vec![[0.0; 3]; items];
        let mut all = [0.0; 2];
        for answers in matrix.rows().filter(|answers| !answers.items.is_empty()) {
            let (mut score, mut highest, mut level) = (0.0, 0.0, 0.0);
            for (item, answer) in answers.iter() {
                score += f64::from(answer);
                highest += (categories[item] - 1) as f64;
                level += difficulties[item];
            }
            let ability = level / answers.items.len() as f64 + logit((score + 0.5) / (highest + 1.0));
            all[0] += ability;
            all[1] += 1.0;
            for (item, answer) in answers.iter() {
                let sum = &mut sums[item];
                sum[0] += ability;
                sum[1] += f64::from(answer) / (categories[item] - 1) as f64;
                sum[2] += 1.0;
            }
        }
        let centre = all[0] / f64::max(all[1], 1.0);
        for item in 0..items {
            let [ability, score, count] = sums[item];
            if count > 0.0 {
                means[item] = ability / count - centre;
                difficulties[item] = means[item] - logit((score + 0.5) / (count + 1.0));
            }
        }
    }
    means
}

fn starting_item(plan: &ItemPlan, counts: &[f64], ability: f64) -> ItemParameters {
    let categories = counts.len();
    let total: f64 = counts.iter().sum::<f64>() + categories as f64;
    let share = |category: usize| (counts[category] + 1.0) / total;
    let at_least = |category: usize| (category..categories).map(share).sum::<f64>();
    let mut item = ItemParameters::neutral(plan.model, categories);
    let (guessing, upper) = (0.15, 0.98);
    // Marginal proportions are flatter than the curve by about √(1 + a² / 2.9).
    let steeper = 1.16;
    let values = item.values_mut();
    match plan.model {
        ItemModel::Rasch | ItemModel::OnePl | ItemModel::TwoPl => {
            values[1] = steeper * logit(share(1)) - ability;
        }
        ItemModel::ThreePl | ItemModel::FourPl => {
            let top = if plan.model == ItemModel::FourPl { upper } else { 1.0 };
            let net = ((share(1) - guessing) / (top - guessing)).clamp(0.05, 0.97);
            values[1] = steeper * logit(net) - ability;
            values[2] = logit(guessing);
            if plan.model == ItemModel::FourPl {
                values[3] = logit(upper);
            }
        }
        ItemModel::Graded => {
            for (k, intercept) in values.iter_mut().enumerate().skip(1) {
                *intercept = steeper * logit(at_least(k)) - ability;
            }
        }
        ItemModel::PartialCredit | ItemModel::GeneralizedPartialCredit => {
            for (k, intercept) in values.iter_mut().enumerate().skip(1) {
                *intercept = (share(k) / share(0)).ln() - k as f64 * ability;
            }
            if plan.model == ItemModel::GeneralizedPartialCredit {
                values[0] = 0.8;
            }
        }
        ItemModel::RatingScale => {
            values[1] = (share(categories - 1) / share(0)).ln() / (categories - 1) as f64 - ability;
        }
        ItemModel::Nominal => {
            for k in 1..categories {
                values[k - 1] = 0.6 * k as f64;
                values[categories - 2 + k] = (share(k) / share(0)).ln() - values[k - 1] * ability;
            }
        }
    }
    item
}
