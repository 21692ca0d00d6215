//! The adaptive engine: which item comes next, and when the test is over.
//!
//! Pure. It never reads a clock, a file or a thread's randomness; the seed is in the log. The same pool, plan,
//! exposure rates and log give the same step on every machine, so every live decision can be replayed.

mod ability;
mod administration;
mod blueprint;
mod content;
mod content_check;
mod decision_rule;
mod exposure;
mod field_test;
mod information_table;
mod item_order;
mod level_rule;
mod log;
mod off_grade;
mod plan;
mod plan_check;
mod pool;
mod preflight;
mod problem;
mod program;
mod row_check;
mod selection;
mod step;
mod stopping;
#[cfg(test)]
mod tests;
mod written_value;

pub use ability::{estimate, meets_plan, posterior};
pub(crate) use administration::{Administration, Decision};
pub use blueprint::ShadowStatus;
pub use content::{BlueprintRow, Condition, Counted, ItemRules, OrderRule};
pub(crate) use exposure::ExposureTable;
pub use exposure::{BandCounts, ExposureRates, ExposureUse};
pub(crate) use field_test::FieldTestTable;
pub use field_test::{FieldTestCounts, FieldTestRule, ability_cell, cell_centre};
pub use item_order::ItemOrder;
pub use log::{LogMisfit, LoggedResponse, ResponseLog};
pub use off_grade::OffGradeRule;
pub use plan::{
    Assembly, EstimatorSettings, ExposureControl, ExposureRule, PlanDocument, PriorSettings, Refresh,
    Selection, SelectionCriterion, StimulusRule, TestPlan,
};
pub use pool::ItemPool;
pub use preflight::{preflight, preflight_for};
pub use problem::{PlanError, PlanProblem};
pub use row_check::check_rows;
pub(crate) use selection::Draws;
pub use selection::counted_uniform;
pub use step::{ChoiceReport, ShadowReport, Step, StopReason, next_step, next_step_with_report};
pub use stopping::{LevelConfidence, LikelihoodRatio, SequentialTest, Stopping};
