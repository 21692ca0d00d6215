//! What a summative test will report of a student of a given ability: its own measurement error.
//!
//! The estimate θ̂ solves S(θ̂) = 0, where S is the score function, with the derivative of the log prior N(m, s²) added
//! where the estimate has one inside (MAP, and EAP to first order). S falls in θ̂, so θ̂ ≥ t exactly when S(t) ≥ 0. For a
//! student of ability θ, S(t) has mean ∫ₜ^θ I(u) du − (t − m) / s² (exact for the Rasch and two-parameter models) and
//! variance I(θ), I being the test information, and is a sum of many answers, hence
//!
//! P(θ̂ ≥ t | θ) = Φ( (∫ₜ^θ I(u) du − (t − m) / s²) / √I(θ) ).
//!
//! With constant information and no prior this is Φ((θ − t) / SE). The test reports SE = 1 / √(I + 1/s²).

use item_bank::{NormalPrior, ResponseModel, Theta};

use super::policy::ValidationRule;
use super::validation::normal_upper;
use crate::adaptive::{ItemPool, TestPlan};

/// Share of the information of the best items that a test gathers which selects at its running estimate and keeps a
/// blueprint. On the bundled validation 0.8 to 1.0 predict the live engine's outcomes equally well.
const SELECTION_EFFICIENCY: f64 = 0.9;

const LOW: f64 = -8.0;
const HIGH: f64 = 8.0;
const SPACING: f64 = 0.25;
const NODES: usize = 65;
/// Information below this is none: a test that says nothing reports its prior.
const INFORMATION_MIN: f64 = 1e-6;

/// Test information over ability, and the prior inside the estimate.
#[derive(Debug, Clone, PartialEq)]
pub struct SummativeMeasurement {
    /// At −8, −7.75 … 8 logits.
    information: Vec<f64>,
    /// Its integral from −8 to each node.
    cumulated: Vec<f64>,
    prior: Option<NormalPrior>,
}

/// How long the summative test is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TestLength {
    /// Items at least.
    pub minimum_items: usize,
    /// Items at most.
    pub maximum_items: usize,
    /// It stops when the standard error is at or below this, logits; none: by length only.
    pub standard_error: Option<f64>,
}

impl SummativeMeasurement {
    /// From the test information as a function of ability.
    #[must_use]
    pub fn from_information(information: impl Fn(Theta) -> f64, prior: Option<NormalPrior>) -> Self {
        let at = |index| information(Theta(LOW + SPACING * f64::from(index))).max(INFORMATION_MIN);
        let information: Vec<f64> = (0..NODES as u32).map(at).collect();
        let mut cumulated = vec![0.0];
        for pair in information.windows(2) {
            cumulated.push(cumulated.last().unwrap_or(&0.0) + 0.5 * SPACING * (pair[0] + pair[1]));
        }
        Self { information, cumulated, prior }
    }

    /// From the standard error of the estimate without a prior as a function of ability.
    #[must_use]
    pub fn from_standard_error(standard_error: impl Fn(Theta) -> f64, prior: Option<NormalPrior>) -> Self {
        Self::from_information(|theta| standard_error(theta).powi(-2), prior)
    }

    /// From the items of the pool: at each ability the most informative items, as many as the plan will use there.
    ///
    /// An adaptive test selects at its running estimate and under a blueprint, so it gathers somewhat less;
    /// `efficiency` (0 to 1) is the share it gathers.
    #[must_use]
    pub fn from_pool(
        models: &[&ResponseModel],
        length: TestLength,
        efficiency: f64,
        prior: Option<NormalPrior>,
    ) -> Self {
        let prior_precision = prior.map_or(0.0, |prior| prior.standard_deviation().powi(-2));
        let enough = length.standard_error.map_or(f64::INFINITY, |target| target.powi(-2) - prior_precision);
        Self::from_information(
            |theta| {
                let mut each: Vec<f64> = models.iter().map(|model| model.information(theta)).collect();
                each.sort_by(|one, other| other.total_cmp(one));
                let mut gathered = 0.0;
                for (index, information) in each.iter().take(length.maximum_items).enumerate() {
                    if index >= length.minimum_items && gathered >= enough {
                        break;
                    }
                    gathered += efficiency * information;
                }
                gathered
            },
            prior,
        )
    }

    /// What a test under this plan will report of a student whose attempt starts here.
    #[must_use]
    pub fn of_plan(pool: &ItemPool, plan: &TestPlan, start: &NormalPrior) -> Self {
        let models: Vec<_> = (0..pool.len()).map(|position| pool.model(position)).collect();
        let length = TestLength {
            minimum_items: plan.stopping.minimum_items,
            maximum_items: plan.stopping.maximum_items,
            standard_error: plan.stopping.standard_error,
        };
        Self::from_pool(&models, length, SELECTION_EFFICIENCY, Some(*start))
    }

    /// The same test with another prior inside the estimate, of the same standard deviation: where a test stops by
    /// precision, its information depends on that.
    #[must_use]
    pub fn with_prior(&self, prior: Option<NormalPrior>) -> Self {
        Self { prior, ..self.clone() }
    }

    /// Test information at an ability, by linear interpolation.
    #[must_use]
    pub fn information(&self, theta: f64) -> f64 {
        let (index, share) = place(theta);
        self.information[index] * (1.0 - share) + self.information[index + 1] * share
    }

    /// ∫ I(u) du from −8 to an ability, of the interpolated information.
    fn cumulated(&self, theta: f64) -> f64 {
        let (index, share) = place(theta);
        let slope = self.information[index + 1] - self.information[index];
        self.cumulated[index] + SPACING * share * (self.information[index] + 0.5 * share * slope)
    }

    /// The standard error that the test reports at an estimate.
    #[must_use]
    pub fn reported_standard_error(&self, theta: f64) -> f64 {
        (self.information(theta) + self.prior_precision()).sqrt().recip()
    }

    /// P(validated | θ): the probability that the estimate of a student of ability θ meets the rule.
    #[must_use]
    pub fn probability_validated(&self, rule: ValidationRule, cut: f64, theta: f64) -> f64 {
        self.probability_of_estimate_at_or_above(self.estimate_needed(rule, cut), theta)
    }

    /// P(θ̂ ≥ bound | θ).
    #[must_use]
    pub fn probability_of_estimate_at_or_above(&self, bound: f64, theta: f64) -> f64 {
        if bound == f64::INFINITY {
            return 0.0;
        }
        let prior_mean = self.prior.map_or(0.0, |prior| prior.mean());
        let mean =
            self.cumulated(theta) - self.cumulated(bound) - (bound - prior_mean) * self.prior_precision();
        normal_upper(0.0, mean, self.information(theta).sqrt())
    }

    /// The estimate from which on the rule is met: the cut, or the cut and z standard errors.
    #[must_use]
    pub fn estimate_needed(&self, rule: ValidationRule, cut: f64) -> f64 {
        let confidence = match rule {
            ValidationRule::EstimateAtCut => return cut,
            ValidationRule::CutWithConfidence { confidence } => confidence,
        };
        let met =
            |estimate: f64| normal_upper(cut, estimate, self.reported_standard_error(estimate)) >= confidence;
        // Bisection between the cut, which never suffices above 0.5, and the end of the grid.
        let (mut low, mut high) = (cut, HIGH.max(cut));
        if met(low) || !met(high) {
            return if met(low) { low } else { f64::INFINITY };
        }
        for _ in 0..60 {
            let middle = 0.5 * (low + high);
            if met(middle) { high = middle } else { low = middle }
        }
        high
    }

    fn prior_precision(&self) -> f64 {
        self.prior.map_or(0.0, |prior| prior.standard_deviation().powi(-2))
    }
}

/// The node below an ability and the share of the way to the next.
fn place(theta: f64) -> (usize, f64) {
    let place = (theta.clamp(LOW, HIGH) - LOW) / SPACING;
    let index = (place as usize).min(NODES - 2);
    (index, place - index as f64)
}
