//! Divide-by-total models: P(k) ∝ exp(η_k) with η linear in the slots, η_0 = 0.
//! Partial credit: η_k = k a θ + d_k, slots a, d_1 … d_m. Nominal: η_k = α_k θ + c_k, slots α_1 … α_m, c_1 … c_m.
//! Rating scale: η_k = k (a θ + d) + t_k with t_m = 0, slots a, d, t_1 … t_{m−1}.

use super::item_model::Family;
use super::terms::NodeTerms;

/// η_k.
fn exponent(family: Family, values: &[f64], theta: f64, category: usize) -> f64 {
    if category == 0 {
        return 0.0;
    }
    match family {
        Family::Nominal => values[category - 1] * theta + values[values.len() / 2 + category - 1],
        Family::RatingScale => {
            let common = values.get(category + 1).copied().unwrap_or(0.0);
            category as f64 * (values[0] * theta + values[1]) + common
        }
        Family::Dichotomous | Family::Graded | Family::PartialCredit => {
            category as f64 * values[0] * theta + values[category]
        }
    }
}

pub(super) fn probabilities(family: Family, values: &[f64], theta: f64, out: &mut [f64]) {
    let mut highest = 0.0_f64;
    for (category, value) in out.iter_mut().enumerate() {
        *value = exponent(family, values, theta, category);
        highest = highest.max(*value);
    }
    let mut total = 0.0;
    for value in &mut *out {
        *value = (*value - highest).exp().max(1e-300);
        total += *value;
    }
    for value in out {
        *value /= total;
    }
}

/// ∂η_k / ∂slot, which holds no parameter.
fn design(family: Family, theta: f64, category: usize, slot: usize, slots: usize) -> f64 {
    match family {
        _ if category == 0 => 0.0,
        Family::Nominal if slot + 1 == category => theta,
        Family::Nominal if slot + 1 == slots / 2 + category => 1.0,
        Family::Nominal => 0.0,
        Family::RatingScale => match slot {
            0 => category as f64 * theta,
            1 => category as f64,
            _ if slot == category + 1 => 1.0,
            _ => 0.0,
        },
        Family::Dichotomous | Family::Graded | Family::PartialCredit => match slot {
            0 => category as f64 * theta,
            _ if slot == category => 1.0,
            _ => 0.0,
        },
    }
}

/// The gradient of log P(k) is v_k − E v; the Hessian is −Cov v for every k (v = ∂η).
pub(super) fn terms(family: Family, values: &[f64], theta: f64, out: &mut NodeTerms) {
    let (categories, slots) = (out.categories, out.slots);
    probabilities(family, values, theta, &mut out.probabilities);
    for category in 0..categories {
        for slot in 0..slots {
            out.gradient[category * slots + slot] = design(family, theta, category, slot, slots);
        }
    }
    for slot in 0..slots {
        let mean: f64 = (0..categories).map(|k| out.probabilities[k] * out.gradient[k * slots + slot]).sum();
        for category in 0..categories {
            out.gradient[category * slots + slot] -= mean;
        }
    }
    if out.hessian.is_empty() {
        return;
    }
    let (first, others) = out.hessian.split_at_mut(slots * slots);
    first.fill(0.0);
    for category in 0..categories {
        let gradient = &out.gradient[category * slots..(category + 1) * slots];
        for row in 0..slots {
            let scaled = out.probabilities[category] * gradient[row];
            for column in 0..slots {
                first[row * slots + column] -= scaled * gradient[column];
            }
        }
    }
    for block in others.chunks_exact_mut(slots * slots) {
        block.copy_from_slice(first);
    }
}
