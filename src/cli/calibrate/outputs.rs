//! The files of a calibration.

use std::fs;
use std::path::Path;

use anyhow::Context;
use calibration::report::{Evidence, Summary, calibrated_bank, html_report, parameter_table, score_table};
use item_bank::formats::write_bank_json;

use crate::cli::CommandError;

/// Writes all five files, each complete or not at all.
pub(super) fn write_all(
    folder: &Path,
    evidence: &Evidence<'_>,
    summary: &Summary,
    source: &str,
) -> Result<(), CommandError> {
    let origin = format!("calibrated from {source}");
    let bank = calibrated_bank(evidence, "calibration", &origin).map_err(CommandError::refused)?;
    let summary_text = serde_json::to_string_pretty(summary).map_err(CommandError::failed)?;
    let files = [
        ("parameters.csv", parameter_table(evidence)),
        ("summary.json", summary_text + "\n"),
        ("scores.csv", score_table(evidence.matrix, &evidence.scores)),
        ("bank.json", write_bank_json(&bank)),
        ("report.html", html_report(evidence, summary, source)),
    ];
    fs::create_dir_all(folder)
        .with_context(|| folder.display().to_string())
        .map_err(CommandError::Refused)?;
    for (name, text) in files {
        write(&folder.join(name), &text).map_err(CommandError::Failed)?;
    }
    Ok(())
}

/// Through a temporary name, so that a reader never meets half a file.
fn write(path: &Path, text: &str) -> anyhow::Result<()> {
    let unfinished = path.with_extension("unfinished");
    fs::write(&unfinished, text).with_context(|| unfinished.display().to_string())?;
    fs::rename(&unfinished, path).with_context(|| path.display().to_string())
}
