//! One item's share of the complete-data log-likelihood, given expected counts at the nodes.

use crate::model::{ItemParameters, Order, Prior};

/// Value, gradient and information of one item, over all its slots.
#[derive(Debug, Clone, Default)]
pub(crate) struct ItemObjective {
    /// Σ r log P, without the prior.
    pub(crate) value: f64,
    pub(crate) log_prior: f64,
    pub(crate) gradient: Vec<f64>,
    /// Expected (Fisher) information, prior curvature added, row by row.
    pub(crate) information: Vec<f64>,
}

/// Σ_q Σ_k r_kq log P_k(θ_q) + log prior, with gradient and expected information.
pub(crate) fn item_objective(
    item: &ItemParameters,
    priors: &[Option<Prior>],
    nodes: &[f64],
    counts: &[f64],
) -> ItemObjective {
    if item.is_plain_logistic() {
        return with_priors(plain_logistic_objective(item, nodes, counts), item, priors);
    }
    let mut terms = item.new_terms(Order::First);
    let slots = terms.slots;
    let mut objective = ItemObjective {
        gradient: vec![0.0; slots],
        information: vec![0.0; slots * slots],
        ..ItemObjective::default()
    };
    for (node, &theta) in nodes.iter().enumerate() {
        let total: f64 = (0..terms.categories).map(|k| counts[k * nodes.len() + node]).sum();
        if total <= 0.0 {
            continue;
        }
        item.terms(theta, &mut terms);
        for category in 0..terms.categories {
            let count = counts[category * nodes.len() + node];
            let probability = terms.probabilities[category];
            objective.value += count * probability.ln();
            let gradient = terms.gradient_of(category);
            let mass = total * probability;
            for row in 0..slots {
                objective.gradient[row] += count * gradient[row];
                let scaled = mass * gradient[row];
                let sums = &mut objective.information[row * slots..=row * slots + row];
                for (sum, value) in sums.iter_mut().zip(gradient) {
                    *sum += scaled * value;
                }
            }
        }
    }
    for row in 0..slots {
        for column in 0..row {
            objective.information[column * slots + row] = objective.information[row * slots + column];
        }
    }
    with_priors(objective, item, priors)
}

fn with_priors(
    mut objective: ItemObjective,
    item: &ItemParameters,
    priors: &[Option<Prior>],
) -> ItemObjective {
    let slots = priors.len();
    for (slot, prior) in priors.iter().enumerate() {
        if let Some(prior) = prior {
            let terms = prior.terms(item.values()[slot]);
            objective.log_prior += terms.log_density;
            objective.gradient[slot] += terms.first;
            objective.information[slot * slots + slot] += (-terms.second).max(0.0);
        }
    }
    objective
}

/// The same for a logistic item without asymptotes: one exponential a node.
fn plain_logistic_objective(item: &ItemParameters, nodes: &[f64], counts: &[f64]) -> ItemObjective {
    let (slope, intercept) = (item.values()[0], item.values()[1]);
    let (wrong, right) = counts.split_at(nodes.len());
    let (mut value, mut gradient, mut information) = (0.0, [0.0; 2], [0.0; 3]);
    for ((&theta, &wrong), &right) in nodes.iter().zip(wrong).zip(right) {
        let total = wrong + right;
        if total <= 0.0 {
            continue;
        }
        let z = slope * theta + intercept;
        let e = (-z.abs()).exp();
        let far = 1.0 / (1.0 + e);
        let (p, q) = if z >= 0.0 { (far, e * far) } else { (e * far, far) };
        value += right * z.min(0.0) + wrong * (-z).min(0.0) - total * e.ln_1p();
        let residual = right * q - wrong * p;
        gradient[0] += residual * theta;
        gradient[1] += residual;
        let mass = total * p * q;
        information[0] += mass * theta * theta;
        information[1] += mass * theta;
        information[2] += mass;
    }
    let mut objective = ItemObjective {
        value,
        gradient: vec![0.0; 4],
        information: vec![0.0; 16],
        ..ItemObjective::default()
    };
    objective.gradient[..2].copy_from_slice(&gradient);
    (objective.information[0], objective.information[5]) = (information[0], information[2]);
    (objective.information[1], objective.information[4]) = (information[1], information[1]);
    objective
}

/// The log-likelihood and log prior alone, for step control.
pub(crate) fn item_value(
    item: &ItemParameters,
    priors: &[Option<Prior>],
    nodes: &[f64],
    counts: &[f64],
) -> f64 {
    if !item.is_admissible() {
        return f64::NEG_INFINITY;
    }
    let mut probabilities = vec![0.0; item.categories()];
    let mut value = 0.0;
    for (node, &theta) in nodes.iter().enumerate() {
        let here = counts[node..].iter().step_by(nodes.len());
        if here.sum::<f64>() <= 0.0 {
            continue;
        }
        item.probabilities(theta, &mut probabilities);
        for (category, probability) in probabilities.iter().enumerate() {
            let count = counts[category * nodes.len() + node];
            if count > 0.0 {
                value += count * probability.ln();
            }
        }
    }
    for (slot, prior) in priors.iter().enumerate() {
        value += prior.map_or(0.0, |prior| prior.terms(item.values()[slot]).log_density);
    }
    value
}

/// Observed information −Σ r ∂² log P, prior curvature added, over all slots, row by row.
pub(crate) fn item_observed_information(
    item: &ItemParameters,
    priors: &[Option<Prior>],
    nodes: &[f64],
    counts: &[f64],
) -> Vec<f64> {
    let mut terms = item.new_terms(Order::Second);
    let slots = terms.slots;
    let mut information = vec![0.0; slots * slots];
    for (node, &theta) in nodes.iter().enumerate() {
        item.terms(theta, &mut terms);
        for category in 0..terms.categories {
            let count = counts[category * nodes.len() + node];
            if count > 0.0 {
                for (sum, value) in information.iter_mut().zip(terms.hessian_of(category)) {
                    *sum -= count * value;
                }
            }
        }
    }
    for (slot, prior) in priors.iter().enumerate() {
        if let Some(prior) = prior {
            information[slot * slots + slot] -= prior.terms(item.values()[slot]).second;
        }
    }
    information
}
