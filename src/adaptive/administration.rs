//! One attempt as the engine sees it: a fold over its answers. Live service, replay and simulation use the same fold.

mod field_test;
mod last_resort;
mod shadow;

use std::cell::OnceCell;
use std::rc::Rc;

use item_bank::ability::RuleWeights;
use item_bank::{AbilityEstimate, NormalPrior, Posterior};
use last_resort::{Due, Rest, Source, Turn};

use super::blueprint::{Completion, Fewest, Goal, Progress, Shadow};
use super::exposure::{BandCounts, Eligibility, ExposureTable, ExposureUse};
use super::field_test::{FieldTestTable, FieldTestTurns};
use super::log::{LogMisfit, ResponseLog};
use super::plan::{Assembly, SelectionCriterion, TestPlan};
use super::pool::ItemPool;
use super::selection::{
    BestFirst, Draws, Evidence, Situation, Valued, among_best, proportional, share_of_information, values,
};
use super::step::{ChoiceReport, ShadowReport, StopReason};

/// What happens next, by position in the pool.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Decision {
    /// Administer the item at this position.
    Administer(usize),
    /// Administer the field-test item at this place among them.
    FieldTest(usize),
    /// The test is over.
    Stop(StopReason),
}

/// The state that the answers so far leave.
#[derive(Debug, Clone)]
pub(crate) struct Administration<'a> {
    pub(super) pool: &'a ItemPool,
    pub(super) plan: &'a TestPlan,
    draws: Draws,
    log_density: Vec<f64>,
    pub(super) estimate: AbilityEstimate,
    position: usize,
    prior: NormalPrior,
    pub(super) answers: Vec<(usize, u32)>,
    pub(super) progress: Progress,
    eligibility: Option<Eligibility>,
    field_test: Option<FieldTestTurns>,
    /// The shadow test of this state, once it was assembled.
    shadow: OnceCell<Shadow>,
    /// The state whose shadow test is in use, where the plan does not assemble one before every item.
    refreshed: Option<Box<Self>>,
    /// The state before the first item, and everything given since: what the last resort goes back to. Not kept where
    /// any item will do.
    origin: Option<Rc<Self>>,
    /// How the scored item that is due was found, once it was decided.
    decided: OnceCell<Option<ShadowReport>>,
    turns: Vec<Turn>,
}

impl<'a> Administration<'a> {
    /// Before the first item.
    pub(crate) fn start(pool: &'a ItemPool, plan: &'a TestPlan, start: &NormalPrior, draws: Draws) -> Self {
        let mut log_density = Vec::new();
        pool.grid.start(start, &mut log_density);
        if plan.estimator.weights == RuleWeights::Trapezoid {
            halve_ends(&mut log_density);
        }
        let estimate = pool.grid.estimate(&log_density);
        let progress = Progress::new(&pool.blueprint, []).withholding(pool.off_grade.all());
        let (position, prior, answers) = (0, *start, Vec::new());
        Self {
            pool,
            plan,
            draws,
            log_density,
            estimate,
            position,
            prior,
            answers,
            progress,
            eligibility: None,
            field_test: None,
            shadow: OnceCell::new(),
            refreshed: None,
            origin: None,
            decided: OnceCell::new(),
            turns: Vec::new(),
        }
    }

    /// With items that the student saw in earlier attempts.
    pub(crate) fn having_seen(mut self, seen: impl IntoIterator<Item = usize>) -> Self {
        let progress = Progress::new(&self.pool.blueprint, seen);
        self.progress = progress.withholding(self.pool.off_grade.all());
        self
    }

    /// Under the plan's cap on exposure, if it has one.
    pub(crate) fn under_cap(mut self, table: &ExposureTable) -> Self {
        let draw = |rule| Eligibility::draw(rule, self.pool, table, self.draws);
        self.eligibility = self.plan.exposure.as_ref().map(draw);
        self
    }

    /// After every answer of a log.
    pub(crate) fn replay(
        pool: &'a ItemPool,
        plan: &'a TestPlan,
        exposure: &ExposureTable,
        log: &ResponseLog,
    ) -> Result<Self, LogMisfit> {
        let seen = log.seen.iter().filter_map(|id| pool.position(id));
        let draws = Draws::Pinned { seed: log.seed };
        let mut administration =
            Self::start(pool, plan, &log.start, draws).having_seen(seen).under_cap(exposure);
        if let Some(rule) = &plan.field_test {
            let seen = log.seen.iter().filter_map(|id| pool.field_test.place(id));
            let table = FieldTestTable::of_counts(&pool.field_test, rule, &log.field_test);
            administration = administration.field_testing(seen, table);
        }
        for response in &log.responses {
            match pool.position(&response.item) {
                Some(item) if response.score <= pool.model(item).maximum_score() => {
                    let is_inherited = log.inherited.contains(&response.item);
                    let source = if is_inherited { Source::Inherited } else { Source::Untold };
                    administration.add(item, response.score, source);
                }
                None if pool.is_field_test(&response.item) => {
                    if let Some(item) = pool.field_test.place(&response.item) {
                        administration.record_field_test(item);
                    }
                }
                _ => return Err(LogMisfit { item: response.item.clone(), score: response.score }),
            }
        }
        administration.estimate = pool.grid.estimate(&administration.log_density);
        Ok(administration)
    }

    /// Records one more answer.
    pub(crate) fn record(&mut self, item: usize, score: u32) {
        let source = Source::of(self.decided.get().copied().flatten());
        self.add(item, score, source);
        self.estimate = self.pool.grid.estimate(&self.log_density);
    }

    fn add(&mut self, item: usize, score: u32, source: Source) {
        self.remember(Turn::Scored(item, score, source));
        self.keep_shadow();
        self.keep_exposure(item);
        self.decided = OnceCell::new();
        self.pool.grid.add(item, score, &mut self.log_density);
        self.position += 1;
        self.answers.push((item, score));
        self.progress.give(&self.pool.blueprint, item);
        self.let_in_other_grades();
    }

    /// Before an answer is added: at which estimate its item was chosen, where that matters.
    fn keep_exposure(&mut self, item: usize) {
        if let Some(eligibility) = &mut self.eligibility {
            let of_bands = eligibility.has_bands().then(|| self.pool.grid.estimate(&self.log_density));
            eligibility.give(item, of_bands.unwrap_or(self.estimate).theta);
        }
    }

    /// Posterior mean and standard deviation, in logits.
    pub(crate) fn estimate(&self) -> AbilityEstimate {
        self.estimate
    }

    /// The posterior on the plan's grid.
    pub(crate) fn posterior(&self) -> Posterior {
        self.pool.grid.posterior(&self.log_density)
    }

    /// Items given although they were not eligible: the plan could not be met otherwise.
    pub(crate) fn forced(&self) -> u32 {
        self.eligibility.as_ref().map_or(0, Eligibility::forced)
    }

    /// What this test adds to the counts of exposure: places of the table, with the counts to add.
    pub(crate) fn exposure_places(&self) -> Vec<(usize, BandCounts)> {
        let counts = |eligibility: &Eligibility| eligibility.counts(self.estimate.theta);
        self.eligibility.as_ref().map(counts).unwrap_or_default()
    }

    /// The same by item and band.
    pub(super) fn exposure_counts(&self) -> impl Iterator<Item = (usize, usize, BandCounts)> {
        let items = self.pool.len();
        self.exposure_places().into_iter().map(move |(place, counts)| (place % items, place / items, counts))
    }

    /// What exposure control multiplies the value of an item by; 0 when it is not eligible.
    fn exposure_weight(&self, item: usize) -> f64 {
        let weight = |eligibility: &Eligibility| eligibility.weight(item, self.estimate.theta);
        self.eligibility.as_ref().map_or(1.0, weight)
    }

    /// What happens next, and how a scored item was chosen. Whether and with which scored item the test goes on is decided
    /// first.
    pub(crate) fn decide_with_report(&self) -> (Decision, ChoiceReport) {
        match self.due() {
            Ok(Due { item, report: shadow_test, .. }) => match self.field_test_before(item) {
                Some(tried) => (Decision::FieldTest(tried), ChoiceReport::default()),
                None => {
                    self.decided.get_or_init(|| shadow_test);
                    let exposure = self.exposure_use(item);
                    (Decision::Administer(item), ChoiceReport { shadow_test, exposure })
                }
            },
            Err(reason) => (Decision::Stop(reason), ChoiceReport::default()),
        }
    }

    /// Whether an item that comes now has room under the plan's cap; nothing without a cap.
    fn exposure_use(&self, item: usize) -> Option<ExposureUse> {
        self.eligibility.as_ref()?;
        let has_room = self.exposure_weight(item) > 0.0;
        Some(if has_room { ExposureUse::UnderCap } else { ExposureUse::OverCap })
    }

    /// The scored item that is due, or why the test is over.
    fn due(&self) -> Result<Due, StopReason> {
        let blueprint = &self.pool.blueprint;
        let given = self.progress.given.len();
        let may_stop = self.progress.meets_minimums(blueprint);
        if given >= blueprint.maximum_items {
            return Err(if may_stop { StopReason::MaximumLength } else { StopReason::NoFeasibleTest });
        }
        let precise = self.precision_reached();
        if may_stop && let Some(reason) = precise {
            return Err(reason);
        }
        let due = match self.goal(precise) {
            Some(goal) => self.choose_within(goal).or_else(|| self.last_resort()),
            None if may_stop => None,
            None => self.last_resort(),
        };
        due.ok_or(if may_stop { StopReason::PoolExhausted } else { StopReason::NoFeasibleTest })
    }

    fn choose_within(&self, goal: Goal) -> Option<Due> {
        let is_free = self.pool.blueprint.is_free();
        let mut report = None;
        if self.plan.selection.assembly == Assembly::ShadowTest && !is_free {
            let (chosen, of_search) = self.choose_from_shadow(goal);
            if let Some((item, rest)) = chosen {
                return Some(Due { item, rest: Rest::Known(rest), report: Some(of_search) });
            }
            report = Some(of_search);
        }
        self.choose(goal).map(|item| Due { item, rest: Rest::Searched(goal), report })
    }

    /// What the rest of the test must keep to; `None` when it cannot be completed. A student who is measured well
    /// enough gets the fewest items that the minimums still ask for, as far as the search can tell.
    fn goal(&self, precise: Option<StopReason>) -> Option<Goal> {
        let blueprint = &self.pool.blueprint;
        let minimum_items = blueprint.minimum_items.max(self.progress.given.len() + 1);
        let mut goal = Goal { minimum_items, maximum_items: blueprint.maximum_items, seen_maximum: None };
        let guide = |item: usize| self.information(item);
        if precise.is_some() {
            match Completion::fewest_items(blueprint, &self.progress, goal, &guide) {
                Fewest::Of(further) => goal.maximum_items = self.progress.given.len() + further,
                Fewest::Impossible => return None,
                Fewest::Undecided => {}
            }
        }
        if self.progress.has_seen() {
            let further = match Completion::fewest_seen(blueprint, &self.progress, goal, &guide) {
                Fewest::Of(further) => further,
                Fewest::Impossible => return None,
                Fewest::Undecided => return Some(goal),
            };
            let most = blueprint.seen_maximum.unwrap_or(usize::MAX);
            // The plan's limit shortens a test that may stop; it never leaves a student without an item.
            let may_stop = self.progress.meets_minimums(blueprint);
            if may_stop && self.progress.seen_given + further > most {
                return None;
            }
            goal.seen_maximum = Some(further);
        }
        Some(goal)
    }

    /// The ways to complete the test, informative ones first.
    fn completion<'b>(&'b self, progress: &'b Progress, goal: Goal) -> Option<Completion<'b>> {
        let guide = |item: usize| self.information(item);
        Completion::find_near(&self.pool.blueprint, progress, goal, &guide)
    }

    /// Information of an item at the estimate.
    fn information(&self, item: usize) -> f64 {
        self.pool.model(item).information(self.estimate.theta)
    }

    /// An item that leaves the test completable: an eligible one that the student has not seen before, else any that
    /// was not seen, else any eligible one, else any.
    fn choose(&self, goal: Goal) -> Option<usize> {
        let blueprint = &self.pool.blueprint;
        let (has_seen, has_cap) = (self.progress.has_seen(), self.eligibility.is_some());
        let mut completion = None;
        if !blueprint.is_free() || has_seen {
            completion = Some(self.completion(&self.progress, goal)?);
        }
        let mut allows = |item| completion.as_mut().is_none_or(|completion| completion.allows(item));
        let is_new = |item| !self.progress.was_seen(item);
        if !has_seen && !has_cap {
            return self.choose_among(|_| 1.0, allows);
        }
        let weight = |item| self.exposure_weight(item);
        let eligible = |item| self.exposure_weight(item) > 0.0;
        self.choose_among(weight, |item| is_new(item) && eligible(item) && allows(item))
            .or_else(|| self.choose_among(|_| 1.0, |item| is_new(item) && allows(item)))
            .or_else(|| self.choose_among(weight, |item| eligible(item) && allows(item)))
            .or_else(|| self.choose_among(|_| 1.0, &mut allows))
    }

    /// The choice among the items that are allowed, values multiplied by a weight from 0 to 1.
    fn choose_among(
        &self,
        weight: impl Fn(usize) -> f64,
        mut is_allowed: impl FnMut(usize) -> bool,
    ) -> Option<usize> {
        let pool = self.pool;
        let is_closed = |item: usize| self.progress.is_closed(item);
        let count = self.plan.selection.randomesque;
        let best = match self.plan.selection.criterion {
            SelectionCriterion::MaximumInformation => {
                let walk = BestFirst::by_information(pool, self.estimate.theta, is_closed, weight);
                among_best(walk, count, is_allowed)
            }
            SelectionCriterion::Proportional { acceleration } => {
                let mut items = self.values(weight);
                items.retain(|valued| is_allowed(valued.item));
                let information: Vec<_> = items.iter().map(|valued| (valued.item, valued.value)).collect();
                let length = pool.blueprint.maximum_items;
                let exponent = length as f64 * share_of_information(self.answers.len(), length, acceleration);
                return proportional(&information, exponent, self.draws.uniform(self.position));
            }
            _ => among_best(BestFirst::by_values(pool, self.values(weight)), count, is_allowed),
        };
        self.draw(&best)
    }

    pub(super) fn evidence(&self) -> Evidence<'_> {
        let rule = self.plan.estimator.weights;
        Evidence::new(self.pool, rule, self.estimate.theta, self.prior, &self.answers)
    }

    /// The value of every item that is still open.
    fn values(&self, weight: impl Fn(usize) -> f64) -> Vec<Valued> {
        let open: Vec<usize> = (0..self.pool.len()).filter(|&item| !self.progress.is_closed(item)).collect();
        let situation = Situation {
            given: self.answers.len(),
            length: self.pool.blueprint.maximum_items,
            position: self.position,
            draws: self.draws,
            row_sums: &self.progress.row_sums,
        };
        let mut values = values(&self.evidence(), self.plan.selection.criterion, situation, &open);
        for valued in &mut values {
            valued.weigh(weight(valued.item));
        }
        values
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
