//! Recomputes what depends on the answers of a delivered test: when items of other grades could come in, and which items
//! had no room under the cap on exposure. Like the checker beside it, it shares no code with the engine.

use std::collections::BTreeMap;

use item_bank::ability::RuleWeights;
use item_bank::{Accommodations, Bank, Item, ItemId, ItemStatus, NormalPrior, ResponseModel, Theta};

use super::checker::Violation;
use super::run::{CAP_BATCH, SimulatedTest};
use crate::adaptive::{BandCounts, ExposureControl, ItemOrder, ItemPool, LoggedResponse, TestPlan};

/// Intervals of a Simpson rule; even.
const INTERVALS: usize = 400;
/// Probabilities within this of each other are the same.
const PROBABILITY: f64 = 1e-5;
/// Estimates this close to where two bands meet, in logits, may be counted in either.
const BAND: f64 = 1e-9;
/// Uses of an item that priority lets pass before its share says anything.
const FREE_USES: f64 = 25.0;

/// A delivered test with its scores, and where its estimate started.
#[derive(Debug, Clone, Copy)]
pub struct ScoredTest<'a> {
    /// The bank.
    pub bank: &'a Bank,
    /// The plan.
    pub plan: &'a TestPlan,
    /// Ability before the first answer.
    pub start: NormalPrior,
    /// The answers in order, those to field-test items among them.
    pub answers: &'a [LoggedResponse],
}

/// ln of a density at some abilities, up to a constant.
struct Density {
    nodes: Vec<f64>,
    logs: Vec<f64>,
}

impl Density {
    fn new(lowest: f64, highest: f64, intervals: usize, start: &NormalPrior) -> Self {
        let node = |index: usize| lowest + (highest - lowest) * index as f64 / intervals as f64;
        let nodes: Vec<f64> = (0..=intervals).map(node).collect();
        let log = |node: &f64| -0.5 * ((node - start.mean()) / start.standard_deviation()).powi(2);
        Self { logs: nodes.iter().map(log).collect(), nodes }
    }

    fn add(&mut self, model: &ResponseModel, score: u32) {
        for (node, log) in self.nodes.iter().zip(&mut self.logs) {
            *log += model.probability(Theta(*node), score).ln();
        }
    }

    fn highest(&self) -> f64 {
        self.logs.iter().copied().fold(f64::NEG_INFINITY, f64::max)
    }

    /// Simpson's rule, in units of e^`unit`.
    fn integral(&self, unit: f64) -> f64 {
        let last = self.nodes.len() - 1;
        let step = (self.nodes[last] - self.nodes[0]) / last as f64;
        let weight = |index: usize| match index {
            0 => 1.0,
            index if index == last => 1.0,
            index if index % 2 == 1 => 4.0,
            _ => 2.0,
        };
        let terms = self.logs.iter().enumerate().map(|(index, log)| weight(index) * (log - unit).exp());
        terms.sum::<f64>() * step / 3.0
    }

    /// Mean and standard deviation by the plan's rule.
    fn moments(&self, rule: RuleWeights) -> (f64, f64) {
        let (unit, last) = (self.highest(), self.nodes.len() - 1);
        let end = if rule == RuleWeights::Trapezoid { 0.5 } else { 1.0 };
        let weight = |index: usize| if index == 0 || index == last { end } else { 1.0 };
        let masses: Vec<f64> =
            self.logs.iter().enumerate().map(|(index, log)| weight(index) * (log - unit).exp()).collect();
        let total: f64 = masses.iter().sum();
        let sum = |value: &dyn Fn(f64) -> f64| {
            self.nodes.iter().zip(&masses).map(|(node, mass)| value(*node) * mass).sum::<f64>() / total
        };
        let mean = sum(&|node| node);
        (mean, sum(&|node| (node - mean).powi(2)).sqrt())
    }

    /// How far a rule of these nodes may be from the integral: the share that repeats of a normal density put out of the
    /// transform of its nodes (Poisson's summation), or a node's where the ends cut the density off.
    fn room(&self, rule: RuleWeights) -> f64 {
        let (highest, last) = (self.highest(), self.nodes.len() - 1);
        let step = (self.nodes[last] - self.nodes[0]) / last as f64;
        let (_, deviation) = self.moments(rule);
        if self.logs[0].max(self.logs[last]) - highest > 1e-6_f64.ln() {
            return (step / deviation).min(1.0);
        }
        PROBABILITY + 4.0 * (-2.0 * (std::f64::consts::PI * deviation / step).powi(2)).exp()
    }
}

impl ScoredTest<'_> {
    /// Whether the item is one of the scored.
    #[must_use]
    pub fn is_scored(&self, id: &ItemId) -> bool {
        self.scored().any(|(item, ..)| item.id == *id)
    }

    fn scored(&self) -> impl Iterator<Item = (&Item, &ResponseModel, u32)> {
        self.answers.iter().filter_map(|LoggedResponse { item, score }| {
            let item = self.bank.item(item.as_str())?;
            let model = item.model.as_ref().filter(|_| item.status == ItemStatus::Operational)?;
            Some((item, model, *score))
        })
    }

    fn on_the_grid(&self) -> Density {
        let grid = &self.plan.estimator;
        Density::new(grid.lowest, grid.highest, grid.nodes - 1, &self.start)
    }

    /// Items of other grades that came although the answers before them had not let any in: what the answers say is
    /// integrated anew. When too few answers had been given to ask is counted by [`super::violations`].
    #[must_use]
    pub fn off_grade_violations(&self) -> Vec<Violation> {
        let Some(rule) = &self.plan.off_grade else { return Vec::new() };
        let is_of = |item: &Item, grades: &[String]| {
            !item.has_attribute(&rule.attribute, &rule.grade)
                && grades.iter().any(|grade| item.has_attribute(&rule.attribute, grade))
        };
        let below = self.let_in_after(rule.lowest, Side::Below);
        let above = self.let_in_after(rule.highest, Side::Above);
        let is_early = |place: usize, after: Option<usize>| after.is_none_or(|answers| place < answers);
        let early = self.scored().enumerate().skip(rule.after_items).filter(|(place, (item, ..))| {
            let (is_below, is_above) = (is_of(item, &rule.below), is_of(item, &rule.above));
            let could_come = (is_below && !is_early(*place, below)) || (is_above && !is_early(*place, above));
            (is_below || is_above) && !could_come
        });
        early.map(|(_, (item, ..))| Violation::OffGrade(item.id.clone())).collect()
    }

    /// After how many answers the ability was with the rule's probability on this side of an end of the grade.
    fn let_in_after(&self, end: f64, side: Side) -> Option<usize> {
        let (rule, grid) = (self.plan.off_grade.as_ref()?, &self.plan.estimator);
        let end = end.clamp(grid.lowest, grid.highest);
        let mut low = Density::new(grid.lowest, end, INTERVALS, &self.start);
        let mut high = Density::new(end, grid.highest, INTERVALS, &self.start);
        let mut nodes = self.on_the_grid();
        for (answers, (_, model, score)) in self.scored().enumerate() {
            [&mut low, &mut high, &mut nodes].into_iter().for_each(|density| density.add(model, score));
            let unit = low.highest().max(high.highest());
            let (low, high) = (low.integral(unit), high.integral(unit));
            let probability = if side == Side::Below { low } else { high } / (low + high);
            let room = nodes.room(self.plan.estimator.weights);
            if answers + 1 >= rule.after_items && probability + room >= rule.probability {
                return Some(answers + 1);
            }
        }
        None
    }

    /// Of each scored item whether it was over the plan's cap when it came: by the counts of an item in a band of ability
    /// that its test was given by, and the number that was drawn for it. Nothing where an estimate is where two bands meet.
    pub fn uses_over_cap(
        &self,
        counts: &dyn Fn(&ItemId, usize) -> BandCounts,
        number: &dyn Fn(&ItemId) -> f64,
    ) -> Vec<Option<bool>> {
        let Some(rule) = &self.plan.exposure else { return Vec::new() };
        let mut nodes = self.on_the_grid();
        let mut uses = Vec::new();
        for (item, model, score) in self.scored() {
            let theta =
                if rule.band_cuts.is_empty() { 0.0 } else { nodes.moments(self.plan.estimator.weights).0 };
            let is_between = rule.band_cuts.iter().any(|cut| (theta - cut).abs() < BAND);
            let band = rule.band_cuts.iter().filter(|cut| theta >= **cut).count();
            let BandCounts { eligible, administered, on_the_way, .. } = counts(&item.id, band);
            let allowed = rule.maximum_rate * eligible as f64;
            let is_over = match rule.control {
                ExposureControl::Priority { .. } => administered as f64 >= allowed + FREE_USES,
                // Drawn with P(eligible) = allowed / given.
                ExposureControl::Eligibility => {
                    let given = (administered + on_the_way) as f64;
                    given > 0.0 && number(&item.id) >= (allowed / given).min(1.0)
                }
                ExposureControl::SympsonHetter => {
                    number(&item.id) >= rule.parameters.get(&item.id).copied().unwrap_or(1.0)
                }
            };
            uses.push((!is_between).then_some(is_over));
            if !rule.band_cuts.is_empty() {
                nodes.add(model, score);
            }
        }
        uses
    }

    /// Place of an item among those that the plan can give to students who need these accommodations.
    #[must_use]
    pub fn place(&self, id: &ItemId, needed: &Accommodations, order: ItemOrder) -> Option<usize> {
        let is_given = |item: &&Item| {
            item.pool == self.plan.pool
                && item.status == ItemStatus::Operational
                && item.model.is_some()
                && item.supports(needed)
        };
        let mut given = self.bank.items().iter().filter(is_given);
        match order {
            ItemOrder::Bank => given.position(|item| item.id == *id),
            ItemOrder::Id => Some(given.filter(|item| item.id < *id).count()),
        }
    }
}

/// Below the lower end of what the grade covers, or at or above the upper.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    Below,
    Above,
}

/// What the answers of simulated tests show against them, with the examinee.
pub(super) fn answer_violations(
    bank: &Bank,
    plan: &TestPlan,
    pool: &ItemPool,
    tests: &[SimulatedTest],
) -> Vec<(u32, Violation)> {
    let mut found = Vec::new();
    let mut uses = SharedUses::default();
    let is_same_batch = |one: &SimulatedTest, other: &SimulatedTest| {
        one.examinee as usize / CAP_BATCH == other.examinee as usize / CAP_BATCH
    };
    for batch in tests.chunk_by(is_same_batch) {
        for test in batch {
            let turns = test.items.iter().zip(&test.scores);
            let answer = |(&item, &score): (&u32, &u32)| LoggedResponse {
                item: pool.id(item as usize).clone(),
                score,
            };
            let answers: Vec<LoggedResponse> = turns.map(answer).collect();
            let scored = ScoredTest { bank, plan, start: test.start, answers: &answers };
            let mut of_test = scored.off_grade_violations();
            // What is drawn for an item has a name that tests do not keep: `waymark replay` recounts draws.
            if plan
                .exposure
                .as_ref()
                .is_some_and(|rule| matches!(rule.control, ExposureControl::Priority { .. }))
            {
                let over = scored.uses_over_cap(&|id, band| uses.counts(id, band), &|_| 0.0);
                let sure = over.iter().filter(|use_| **use_ == Some(true)).count();
                let open = over.iter().filter(|use_| use_.is_none()).count();
                if !(sure..=sure + open).contains(&(test.forced as usize)) {
                    of_test.push(Violation::OverCap(test.forced, sure));
                }
            }
            found.extend(of_test.into_iter().map(|violation| (test.examinee, violation)));
        }
        batch.iter().for_each(|test| uses.add(plan, pool, test));
    }
    found
}

/// Tests that ended in each band of ability, and the uses of each item in them.
#[derive(Default)]
struct SharedUses {
    tests: BTreeMap<usize, u64>,
    items: BTreeMap<(usize, ItemId), u64>,
}

impl SharedUses {
    fn add(&mut self, plan: &TestPlan, pool: &ItemPool, test: &SimulatedTest) {
        let Some(rule) = &plan.exposure else { return };
        let band = rule.band_cuts.iter().filter(|cut| test.estimate.theta.0 >= **cut).count();
        *self.tests.entry(band).or_default() += 1;
        for &item in &test.items {
            *self.items.entry((band, pool.id(item as usize).clone())).or_default() += 1;
        }
    }

    fn counts(&self, id: &ItemId, band: usize) -> BandCounts {
        BandCounts {
            eligible: self.tests.get(&band).copied().unwrap_or(0),
            administered: self.items.get(&(band, id.clone())).copied().unwrap_or(0),
            ..BandCounts::default()
        }
    }
}
