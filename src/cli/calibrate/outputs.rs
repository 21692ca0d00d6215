//! The files of a calibration.

use std::path::Path;

use calibration::report::{Evidence, Summary, calibrated_bank, html_report, parameter_table, score_table};
use item_bank::formats::write_bank_json;

use crate::cli::CommandError;
use crate::cli::output_folder::write_files;

/// Writes all files, or none.
pub(super) fn write_all(
    folder: &Path,
    (evidence, covariance): (&Evidence<'_>, Option<String>),
    summary: &Summary,
    source: &str,
) -> Result<(), CommandError> {
    let origin = format!("calibrated from {source}");
    let bank = calibrated_bank(evidence, "calibration", &origin).map_err(CommandError::refused)?;
    let summary_text = serde_json::to_string_pretty(summary).map_err(CommandError::failed)?;
    let mut files = vec![
        ("parameters.csv", parameter_table(evidence)),
        ("summary.json", summary_text + "\n"),
        ("scores.csv", score_table(evidence.matrix, &evidence.scores)),
        ("bank.json", write_bank_json(&bank)),
        ("report.html", html_report(evidence, summary, source)),
    ];
    files.extend(covariance.map(|text| ("covariance.csv", text)));
    write_files(folder, &files)
}
