//! Simulated examinees through the very engine that serves students, and what their tests show.
//!
//! Pure: the same bank, plan and seed give the same result, whatever the number of threads. It never measures time.

mod checker;
mod examinee;
mod field_test;
mod page;
mod plot;
mod readiness;
mod recount;
mod run;
mod shadow;
mod statistics;
mod strands;
mod summary;
mod supply;
mod sympson_hetter;
#[cfg(test)]
mod tests;

pub use checker::{Violation, seen_violations, violations, violations_for};
pub use examinee::{AnswerNoise, Uniforms, empirical_abilities, normal_abilities, uniform_abilities};
pub use field_test::{FieldTestBand, FieldTestUse, field_test_answers};
pub use page::report_page;
pub use readiness::{
    Prediction, ReadinessErrors, Test, Validation, readiness_errors, readiness_errors_while,
};
pub use recount::ScoredTest;
pub use run::{FieldTestTurn, Settings, SettingsError, SimulatedTest, simulate, simulate_while};
pub use shadow::ShadowUse;
pub use strands::{StrandRecovery, strand_recovery};
pub use summary::{AbilityBand, CutErrors, Exposure, HighestOf, Recovery, Summary, exposure_of, summarise};
pub use supply::{Supply, supply};
pub use sympson_hetter::{ExposureParameters, Rounds, sympson_hetter, sympson_hetter_while};
