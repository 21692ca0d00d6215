//! What the answers of a log say about ability, on the plan's grid.
//!
//! Adding answers one by one gives the very same sums as starting from the whole log, so nothing drifts.

use item_bank::ability::grid::LogProbabilityGrid;
use item_bank::{AbilityEstimate, Posterior, ResponseModel, ThetaRange};

use super::administration::Administration;
use super::exposure::ExposureTable;
use super::log::{LogMisfit, ResponseLog};
use super::plan::{EstimatorSettings, TestPlan};
use super::pool::ItemPool;

/// Log probabilities of the items at the nodes that a plan asks for.
pub(super) fn grid(settings: &EstimatorSettings, models: &[ResponseModel]) -> LogProbabilityGrid {
    let range = ThetaRange::new(settings.lowest, settings.highest).expect("the plan's grid is checked");
    LogProbabilityGrid::new(models, range, settings.nodes)
}

/// The estimate that the answers of a log give: posterior mean and standard deviation on the plan's grid.
///
/// # Errors
/// When log, bank and plan do not belong together.
pub fn estimate(pool: &ItemPool, plan: &TestPlan, log: &ResponseLog) -> Result<AbilityEstimate, LogMisfit> {
    let administration = Administration::replay(pool, plan, &ExposureTable::empty(), log)?;
    Ok(administration.estimate())
}

/// Whether a test that ends with the answers of a log has met every minimum of its plan: length, content and sets.
///
/// # Errors
/// When log, bank and plan do not belong together.
pub fn meets_plan(pool: &ItemPool, plan: &TestPlan, log: &ResponseLog) -> Result<bool, LogMisfit> {
    let administration = Administration::replay(pool, plan, &ExposureTable::empty(), log)?;
    Ok(administration.progress.meets_minimums(&pool.blueprint))
}

/// The posterior that the answers of a log give, on the plan's grid.
///
/// # Errors
/// When log, bank and plan do not belong together.
pub fn posterior(pool: &ItemPool, plan: &TestPlan, log: &ResponseLog) -> Result<Posterior, LogMisfit> {
    Administration::replay(pool, plan, &ExposureTable::empty(), log)
        .map(|administration| administration.posterior())
}
