//! Sequential tests of which side of a cut a student is on.
//!
//! After every answer ln λ = ln L(θ₁) − ln L(θ₀) is compared with Wald's bounds. "Above" is decided from ln((1 − β) / α)
//! on, "below" from ln(β / (1 − α)) down, α being the accepted probability of a false "above" and β of a false
//! "below". θ₀ and θ₁ are the cut minus and plus the indifference δ (SPRT), or the abilities most likely among those at or
//! below and at or above these (GLR). It never looks at a prior. Choosing items by the answers so far does not raise the
//! errors of the fixed ratio: λ is a martingale under θ₀ however the next item is chosen, so P(λ ever reaches A | θ₀) ≤ 1 / A.

use item_bank::elementary::ln;
use item_bank::{Bank, ResponseModel, Theta};

use super::plan::TestPlan;
use super::problem::PlanProblem;
use super::stopping::{LikelihoodRatio, SequentialTest};

/// What has been decided about a cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Above,
    Below,
    Undecided,
}

/// The plan's sequential test, with the cuts of the bank's progression.
#[derive(Debug, Clone)]
pub(super) struct DecisionRule {
    test: SequentialTest,
    cuts: Vec<Theta>,
    nodes: Vec<f64>,
}

impl DecisionRule {
    /// The rule, if the plan has one.
    pub(super) fn new(plan: &TestPlan, bank: &Bank) -> Result<Option<Self>, PlanProblem> {
        let Some(test) = plan.stopping.decision.clone() else { return Ok(None) };
        let progression = bank.progression().ok_or(PlanProblem::NoProgression)?;
        let levels = progression.levels().iter();
        let wanted = levels.filter(|level| test.level.as_ref().is_none_or(|name| *name == level.id));
        let cuts: Vec<Theta> = wanted.filter_map(|level| level.cut.map(Theta)).collect();
        if cuts.is_empty() {
            return Err(PlanProblem::UnknownLevel { level: test.level.unwrap_or_default() });
        }
        let grid = &plan.estimator;
        let step = (grid.highest - grid.lowest) / (grid.nodes - 1) as f64;
        let nodes = (0..grid.nodes).map(|node| grid.lowest + step * node as f64).collect();
        Ok(Some(Self { test, cuts, nodes }))
    }

    /// Whether every cut is decided.
    pub(super) fn is_decided<'a, A>(&self, answers: impl Fn() -> A) -> bool
    where
        A: Iterator<Item = (&'a ResponseModel, u32)>,
    {
        self.cuts.iter().all(|&cut| self.side(cut, answers()) != Side::Undecided)
    }

    /// What the answers decide about one cut.
    pub(super) fn side<'a>(
        &self,
        cut: Theta,
        answers: impl Iterator<Item = (&'a ResponseModel, u32)>,
    ) -> Side {
        let SequentialTest { false_above: alpha, false_below: beta, .. } = self.test;
        let log_ratio = self.log_ratio(cut, answers);
        if log_ratio >= ln((1.0 - beta) / alpha) {
            Side::Above
        } else if log_ratio <= ln(beta / (1.0 - alpha)) {
            Side::Below
        } else {
            Side::Undecided
        }
    }

    fn log_ratio<'a>(&self, cut: Theta, answers: impl Iterator<Item = (&'a ResponseModel, u32)>) -> f64 {
        let (low, high) = (cut.0 - self.test.indifference, cut.0 + self.test.indifference);
        let mut abilities = vec![low, high];
        if self.test.ratio == LikelihoodRatio::Generalized {
            abilities.extend(self.nodes.iter().filter(|&&node| node < low || node > high));
        }
        let mut logs = vec![0.0; abilities.len()];
        for (model, score) in answers {
            model.add_log_probabilities(score, &abilities, &mut logs);
        }
        let greatest = |is_there: &dyn Fn(f64) -> bool| {
            let there = abilities.iter().zip(&logs).filter(|(ability, _)| is_there(**ability));
            there.map(|(_, log)| *log).fold(f64::NEG_INFINITY, f64::max)
        };
        greatest(&|ability| ability >= high) - greatest(&|ability| ability <= low)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::adaptive::tests::school::{bank_with_cuts, plan, three_pl};

    fn rule(ratio: &str, cut: f64) -> (DecisionRule, Theta) {
        let settings = json!({"stopping": {"minimum_items": 1, "maximum_items": 3, "decision":
            {"ratio": ratio, "indifference": 0.3, "false_above": 0.05, "false_below": 0.1}}});
        (DecisionRule::new(&plan(settings), &bank_with_cuts(&[cut])).unwrap().unwrap(), Theta(cut))
    }

    /// Python 3.11, 2026-11-23: p(t) = 1/(1+exp(-1.2(t-b))), b = -0.5, 0.2, 0.9, answers 1, 1, 0, cut 0.1:
    /// sum of ln p(0.4) - ln p(-0.2) over right answers and of ln(1-p) over the wrong one.
    #[test]
    fn the_fixed_ratio_is_the_one_worked_out_by_hand() {
        let (rule, cut) = rule("fixed", 0.1);
        let models = [-0.5, 0.2, 0.9].map(|b| three_pl(1.2, b, 0.0));
        let answers = models.iter().zip([1, 1, 0]);
        assert!((rule.log_ratio(cut, answers) - 0.417_508_369_325_825_84).abs() < 1e-12);
    }

    /// The same answers; the greatest likelihoods over {-0.2, -0.4 - 0.2k} and over {0.4, 0.6 + 0.2k}.
    #[test]
    fn the_generalized_ratio_is_the_one_worked_out_by_hand() {
        let (rule, cut) = rule("generalized", 0.1);
        let models = [-0.5, 0.2, 0.9].map(|b| three_pl(1.2, b, 0.0));
        let answers = models.iter().zip([1, 1, 0]);
        assert!((rule.log_ratio(cut, answers) - 0.505_421_050_902_834_5).abs() < 1e-12);
    }

    #[test]
    fn right_answers_decide_for_above_and_wrong_ones_for_below() {
        let model = three_pl(1.5, 0.0, 0.0);
        for ratio in ["fixed", "generalized"] {
            let (rule, cut) = rule(ratio, 0.0);
            let all = |score: u32, count: usize| rule.side(cut, std::iter::repeat_n((&model, score), count));
            assert_eq!((all(1, 1), all(0, 1)), (Side::Undecided, Side::Undecided), "{ratio}");
            assert_eq!((all(1, 40), all(0, 40)), (Side::Above, Side::Below), "{ratio}");
        }
    }
}
