//! What a calibration leaves behind: tables, a summary, a bank, and a report in one file of HTML.

mod bank;
mod curves;
mod evidence;
mod html;
mod parameter_table;
mod score_table;
mod summary;
mod svg;
mod wright;

pub use bank::{BankRefusal, calibrated_bank};
pub use evidence::Evidence;
pub use html::html_report;
pub use parameter_table::parameter_table;
pub use score_table::score_table;
pub use summary::{ErrorsWanted, GroupSummary, ItemSummary, Summary, Timing};
