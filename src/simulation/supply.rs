//! Where on the scale a pool has enough to say, and where it does not.

use item_bank::Theta;
use serde::Serialize;

use crate::adaptive::{ItemPool, TestPlan};

/// Places on the scale that are looked at: every half logit.
const SPACING: f64 = 0.5;
/// Places at most.
const PLACES_MAX: usize = 41;

/// What the items of a pool can say of a student of one ability, requirements of the plan aside.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Supply {
    /// The ability, in logits.
    pub theta: f64,
    /// Standard error with the most informative items there, as many as the plan gives at most:
    /// 1 / √(Σ I(θ) + 1/σ²).
    pub best_standard_error: f64,
    /// Fewest items that reach the plan's standard error there; none: it names none, or the pool cannot.
    pub items_needed: Option<usize>,
    /// Whether no test under the plan can reach its standard error there.
    pub is_short: bool,
}

/// The supply every half logit from the lowest ability to the highest.
#[must_use]
pub fn supply(plan: &TestPlan, pool: &ItemPool, (lowest, highest): (f64, f64)) -> Vec<Supply> {
    let first = (lowest / SPACING).round();
    let count = (highest / SPACING).round() - first + 1.0;
    let count = if count >= 1.0 { (count as usize).min(PLACES_MAX) } else { 0 };
    (0..count).map(|place| supply_at(plan, pool, SPACING * (first + place as f64))).collect()
}

fn supply_at(plan: &TestPlan, pool: &ItemPool, theta: f64) -> Supply {
    let mut each: Vec<f64> = (0..pool.len()).map(|item| pool.model(item).information(Theta(theta))).collect();
    each.sort_unstable_by(|one, other| other.total_cmp(one));
    let mut precision = plan.prior.standard_deviation.powi(-2);
    let target = plan.stopping.standard_error;
    let is_reached = |precision: f64| target.is_some_and(|target| 1.0 / precision.sqrt() <= target);
    let mut items_needed = None;
    for (given, information) in each.iter().take(plan.stopping.maximum_items).enumerate() {
        precision += information;
        if items_needed.is_none() && is_reached(precision) {
            items_needed = Some(given + 1);
        }
    }
    let is_short = target.is_some() && items_needed.is_none();
    Supply { theta, best_standard_error: 1.0 / precision.sqrt(), items_needed, is_short }
}
