//! One attempt as the engine sees it: a fold over its answers. Live service, replay and simulation use the same fold.

use item_bank::ability::RuleWeights;
use item_bank::{AbilityEstimate, NormalPrior, Posterior};

use super::blueprint::{Completion, Goal, Progress};
use super::exposure::ExposureRates;
use super::log::{LogMisfit, ResponseLog};
use super::plan::{SelectionCriterion, TestPlan};
use super::pool::ItemPool;
use super::selection::{
    BestFirst, Draws, Evidence, Situation, Valued, among_best, proportional, values, weight,
};
use super::step::StopReason;

/// What happens next, by position in the pool.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Decision {
    /// Administer the item at this position.
    Administer(usize),
    /// The test is over.
    Stop(StopReason),
}

/// The state that the answers so far leave.
#[derive(Debug, Clone)]
pub(crate) struct Administration<'a> {
    pool: &'a ItemPool,
    plan: &'a TestPlan,
    draws: Draws,
    log_density: Vec<f64>,
    estimate: AbilityEstimate,
    position: usize,
    prior: NormalPrior,
    answers: Vec<(usize, u32)>,
    progress: Progress,
}

impl<'a> Administration<'a> {
    /// Before the first item. Items of `seen` that the pool does not have do not matter.
    pub(crate) fn start(
        pool: &'a ItemPool,
        plan: &'a TestPlan,
        start: &NormalPrior,
        seen: impl IntoIterator<Item = usize>,
        draws: Draws,
    ) -> Self {
        let mut log_density = Vec::new();
        pool.grid.start(start, &mut log_density);
        if plan.estimator.weights == RuleWeights::Trapezoid {
            halve_ends(&mut log_density);
        }
        let estimate = pool.grid.estimate(&log_density);
        let progress = Progress::new(&pool.blueprint, seen);
        let (position, prior, answers) = (0, *start, Vec::new());
        Self { pool, plan, draws, log_density, estimate, position, prior, answers, progress }
    }

    /// After every answer of a log.
    pub(crate) fn replay(
        pool: &'a ItemPool,
        plan: &'a TestPlan,
        log: &ResponseLog,
    ) -> Result<Self, LogMisfit> {
        let seen = log.seen.iter().filter_map(|id| pool.position(id));
        let draws = Draws::Pinned { seed: log.seed };
        let mut administration = Self::start(pool, plan, &log.start, seen, draws);
        for response in &log.responses {
            match pool.position(&response.item) {
                Some(item) if response.score <= pool.model(item).maximum_score() => {
                    administration.add(item, response.score);
                }
                None if pool.is_unscored(&response.item) => administration.position += 1,
                _ => return Err(LogMisfit { item: response.item.clone(), score: response.score }),
            }
        }
        administration.estimate = pool.grid.estimate(&administration.log_density);
        Ok(administration)
    }

    /// Records one more answer.
    pub(crate) fn record(&mut self, item: usize, score: u32) {
        self.add(item, score);
        self.estimate = self.pool.grid.estimate(&self.log_density);
    }

    fn add(&mut self, item: usize, score: u32) {
        self.pool.grid.add(item, score, &mut self.log_density);
        self.position += 1;
        self.answers.push((item, score));
        self.progress.give(&self.pool.blueprint, item);
    }

    /// Posterior mean and standard deviation, in logits.
    pub(crate) fn estimate(&self) -> AbilityEstimate {
        self.estimate
    }

    /// The posterior on the plan's grid.
    pub(crate) fn posterior(&self) -> Posterior {
        self.pool.grid.posterior(&self.log_density)
    }

    /// What happens next.
    pub(crate) fn decide(&self, exposure: &ExposureRates) -> Decision {
        let _ = exposure; // Rates steer no criterion of this plan format yet; the door is part of the contract.
        let blueprint = &self.pool.blueprint;
        let given = self.progress.given.len();
        let may_stop = self.progress.meets_minimums(blueprint);
        if given >= blueprint.maximum_items {
            let met = if may_stop { StopReason::MaximumLength } else { StopReason::NoFeasibleTest };
            return Decision::Stop(met);
        }
        let precise = self.precision_reached();
        if may_stop && let Some(reason) = precise {
            return Decision::Stop(reason);
        }
        let chosen = self.goal(precise.is_some()).and_then(|goal| self.choose(goal));
        match (chosen, may_stop) {
            (Some(item), _) => Decision::Administer(item),
            (None, true) => Decision::Stop(StopReason::PoolExhausted),
            (None, false) => Decision::Stop(StopReason::NoFeasibleTest),
        }
    }

    fn precision_reached(&self) -> Option<StopReason> {
        let stopping = &self.plan.stopping;
        if stopping.standard_error.is_some_and(|target| self.estimate.standard_error <= target) {
            return Some(StopReason::StandardErrorReached);
        }
        // Looked at only when it could count: the exact probabilities are the dearest part of a step.
        if self.answers.len() >= stopping.minimum_items
            && let Some(rule) = &self.pool.level_rule
            && rule.is_met(&self.posterior())
        {
            return Some(StopReason::LevelConfident);
        }
        None
    }

    /// What the rest of the test must keep to; `None` when it cannot be completed. A student who is measured well
    /// enough gets the fewest items that the minimums still ask for.
    fn goal(&self, precise: bool) -> Option<Goal> {
        let blueprint = &self.pool.blueprint;
        let minimum_items = blueprint.minimum_items.max(self.progress.given.len() + 1);
        let mut goal = Goal { minimum_items, maximum_items: blueprint.maximum_items, seen_maximum: None };
        if precise {
            let further = Completion::fewest_items(blueprint, &self.progress, goal)?;
            goal.maximum_items = self.progress.given.len() + further;
        }
        if self.progress.has_seen() {
            goal.seen_maximum = Some(Completion::fewest_seen(blueprint, &self.progress, goal)?);
        }
        Some(goal)
    }

    /// An item that leaves the test completable. One that the student has seen before comes into question only where
    /// no other does.
    fn choose(&self, goal: Goal) -> Option<usize> {
        let blueprint = &self.pool.blueprint;
        let has_seen = self.progress.has_seen();
        if blueprint.is_free() && !has_seen {
            return self.choose_among(|_| true);
        }
        let mut completion = Completion::find(blueprint, &self.progress, goal)?;
        let unseen = self.choose_among(|item| !self.progress.was_seen(item) && completion.allows(item));
        if !has_seen || unseen.is_some() {
            return unseen;
        }
        self.choose_among(|item| completion.allows(item))
    }

    fn choose_among(&self, mut is_allowed: impl FnMut(usize) -> bool) -> Option<usize> {
        let pool = self.pool;
        let is_closed = |item: usize| self.progress.is_closed(item);
        let count = self.plan.selection.randomesque;
        let best = match self.plan.selection.criterion {
            SelectionCriterion::MaximumInformation => {
                let walk = BestFirst::by_information(pool, self.estimate.theta, is_closed);
                among_best(walk, count, is_allowed)
            }
            SelectionCriterion::Proportional { acceleration } => {
                let mut items = self.values();
                items.retain(|valued| is_allowed(valued.item));
                let information: Vec<_> = items.iter().map(|valued| (valued.item, valued.value)).collect();
                let length = pool.blueprint.maximum_items;
                let exponent = length as f64 * weight(self.answers.len(), length, acceleration);
                return proportional(&information, exponent, self.draws.uniform(self.position));
            }
            _ => among_best(BestFirst::by_values(pool, self.values(), is_closed), count, is_allowed),
        };
        self.draw(&best)
    }

    /// The value of every item that is still open.
    fn values(&self) -> Vec<Valued> {
        let open: Vec<usize> = (0..self.pool.len()).filter(|&item| !self.progress.is_closed(item)).collect();
        let rule = self.plan.estimator.weights;
        let evidence = Evidence::new(self.pool, rule, self.estimate.theta, self.prior, &self.answers);
        let situation = Situation {
            given: self.answers.len(),
            length: self.pool.blueprint.maximum_items,
            position: self.position,
            draws: self.draws,
        };
        values(&evidence, self.plan.selection.criterion, situation, &open)
    }

    fn draw(&self, best: &[usize]) -> Option<usize> {
        match best {
            [] => None,
            [only] => Some(*only),
            several => {
                let drawn = (self.draws.uniform(self.position) * several.len() as f64) as usize;
                Some(several[drawn])
            }
        }
    }
}

fn halve_ends(log_density: &mut [f64]) {
    if let [first, .., last] = log_density {
        *first -= std::f64::consts::LN_2;
        *last -= std::f64::consts::LN_2;
    }
}
