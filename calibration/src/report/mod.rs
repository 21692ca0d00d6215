//! What a calibration and the evidence about it leave behind: tables, a summary, a bank, and reports in one file of HTML.

mod bank;
mod count;
mod curves;
mod dif_sections;
mod evidence;
mod fit_evidence;
mod fit_sections;
mod html;
mod linking_sections;
mod page;
mod parameter_table;
mod score_table;
mod summary;
mod svg;
mod wright;

pub use bank::{BankRefusal, calibrated_bank};
pub use count::{rounded_count, serialize_count};
pub use dif_sections::{DifEvidence, dif_report};
pub use evidence::Evidence;
pub use fit_evidence::{ABERRANT, DEPENDENCE_MIN, FitEvidence, ItemFitEvidence};
pub use fit_sections::fit_report;
pub use html::html_report;
pub use linking_sections::{drift_report, link_report, residual_drift_report};
pub use page::{Page, decimals};
pub(crate) use parameter_table::field;
pub use parameter_table::parameter_table;
pub use score_table::score_table;
pub use summary::{ErrorsWanted, GroupSummary, ItemSummary, Summary, Timing};
