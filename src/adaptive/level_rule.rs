//! When the level of a student is certain enough to stop.

use item_bank::{Bank, Posterior, Progression, Theta};

use super::plan::TestPlan;
use super::problem::PlanProblem;

/// The plan's rule about levels, with the cuts of the bank's progression.
#[derive(Debug, Clone)]
pub(super) struct LevelRule {
    probability: f64,
    question: Question,
}

#[derive(Debug, Clone)]
enum Question {
    /// Is the student at or above this cut?
    Cut(Theta),
    /// Which level is it?
    Level(Progression),
}

impl LevelRule {
    /// The rule, if the plan has one.
    pub(super) fn new(plan: &TestPlan, bank: &Bank) -> Result<Option<Self>, PlanProblem> {
        let Some(confidence) = &plan.stopping.level_confidence else { return Ok(None) };
        let progression = bank.progression().ok_or(PlanProblem::NoProgression)?;
        let question = match &confidence.level {
            None => Question::Level(progression.clone()),
            Some(name) => {
                let level = progression.levels().iter().find(|level| level.id == *name);
                let cut = level.and_then(|level| level.cut).map(Theta);
                Question::Cut(cut.ok_or_else(|| PlanProblem::UnknownLevel { level: name.clone() })?)
            }
        };
        Ok(Some(Self { probability: confidence.probability, question }))
    }

    /// Whether the posterior answers the question with enough probability.
    pub(super) fn is_met(&self, posterior: &Posterior) -> bool {
        match &self.question {
            Question::Cut(cut) => {
                let above = posterior.probability_at_or_above(*cut);
                above.max(1.0 - above) >= self.probability
            }
            Question::Level(progression) => {
                posterior.level_probabilities(progression).iter().any(|&level| level >= self.probability)
            }
        }
    }
}
