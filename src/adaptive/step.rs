//! The engine's one door, and what comes out of it.

use item_bank::ItemId;
use serde::{Deserialize, Serialize};

use super::administration::{Administration, Decision};
use super::blueprint::ShadowStatus;
use super::exposure::{ExposureTable, ExposureUse};
use super::{ExposureRates, ItemPool, ResponseLog, TestPlan};

/// What happens next in an attempt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// Show this item.
    Administer(ItemId),
    /// The test is over.
    Stop(StopReason),
}

/// Why a test is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StopReason {
    /// The standard error is as small as the plan asks.
    StandardErrorReached,
    /// The level, or the side of the cut, is as certain as the plan asks.
    LevelConfident,
    /// The plan's sequential test has decided about every cut it asks about.
    DecisionReached,
    /// No item left gives as much information as the plan asks.
    LittleInformationLeft,
    /// No item left would make the standard error smaller by as much as the plan asks.
    LittleReductionLeft,
    /// The plan's greatest length is reached.
    MaximumLength,
    /// Every item that may be in this test has been given; the plan's least length is reached.
    PoolExhausted,
    /// No test that meets the plan can be completed from here. Preflight refuses plans with which this could
    /// happen before the first item.
    NoFeasibleTest,
    /// The log names an item or a score that the pool does not have: log, bank and plan do not belong together.
    LogDoesNotFitPool,
}

impl StopReason {
    /// The reason in words, as the end of "the test is over: …".
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::StandardErrorReached => "the standard error is as small as the plan asks",
            Self::LevelConfident => "the level is as certain as the plan asks",
            Self::DecisionReached => "it is decided on which side of each cut the student is",
            Self::LittleInformationLeft => "no question left says enough at this level",
            Self::LittleReductionLeft => "no question left would make the result much surer",
            Self::MaximumLength => "the greatest number of questions is reached",
            Self::PoolExhausted => "every question that may be in this test was given",
            Self::NoFeasibleTest => "the plan can no longer be met",
            Self::LogDoesNotFitPool => "the record does not belong to this bank and plan",
        }
    }
}

/// How the shadow test behind a step was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShadowReport {
    /// How the search ended.
    pub status: ShadowStatus,
    /// Nodes that it took.
    pub nodes: usize,
    /// At the limit of nodes: by how many millionths of its value the test could be better at most.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gap_millionths: Option<u64>,
}

impl ShadowReport {
    /// A test that took no search.
    pub(super) fn without_search(status: ShadowStatus) -> Self {
        Self { status, nodes: 0, gap_millionths: None }
    }

    /// The report in words, for adults.
    #[must_use]
    pub fn words(&self) -> String {
        let (words, nodes) = (self.status.words(), self.nodes);
        match (self.status, self.gap_millionths) {
            (ShadowStatus::Kept | ShadowStatus::Inherited, _) => words.to_owned(),
            (_, Some(gap)) => {
                format!("{words} ({nodes} nodes, at most {:.2}% from the best)", gap as f64 / 1e4)
            }
            (_, None) if nodes == 1 => format!("{words} (1 node)"),
            (_, None) => format!("{words} ({nodes} nodes)"),
        }
    }
}

/// How a scored item was chosen: what the log of an attempt keeps of the decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ChoiceReport {
    /// How its shadow test was found, where it came from one.
    pub shadow_test: Option<ShadowReport>,
    /// Where the plan has a cap on exposure: whether the item had room under it.
    pub exposure: Option<ExposureUse>,
}

/// What comes next. Pure: the same pool, plan, exposure rates and log give the same step, so any live choice can be
/// replayed. The seed is in the log.
#[must_use]
pub fn next_step(pool: &ItemPool, plan: &TestPlan, exposure: &ExposureRates, log: &ResponseLog) -> Step {
    next_step_with_report(pool, plan, exposure, log).0
}

/// The same, with how its item was chosen.
#[must_use]
pub fn next_step_with_report(
    pool: &ItemPool,
    plan: &TestPlan,
    exposure: &ExposureRates,
    log: &ResponseLog,
) -> (Step, ChoiceReport) {
    let table = plan.exposure.as_ref().map(|rule| ExposureTable::of_rates(pool, rule, exposure));
    let Ok(administration) = Administration::replay(pool, plan, &table.unwrap_or_default(), log) else {
        return (Step::Stop(StopReason::LogDoesNotFitPool), ChoiceReport::default());
    };
    let (decision, report) = administration.decide_with_report();
    let step = match decision {
        Decision::Administer(item) => Step::Administer(pool.id(item).clone()),
        Decision::FieldTest(item) => Step::Administer(pool.field_test_id(item).clone()),
        Decision::Stop(reason) => Step::Stop(reason),
    };
    (step, report)
}
