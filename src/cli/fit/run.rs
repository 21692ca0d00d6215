//! Estimates, compares, writes.

use calibration::GroupPlan;
use calibration::report::{FitEvidence, fit_report};

use super::arguments::{Arguments, LatentArgument};
use super::summary::Summary;
use super::tables::{classical_table, item_table, pair_table, person_table};
use crate::cli::evidence::{estimate, time_table, working, write_files};
use crate::cli::{CommandError, Output};

/// Estimates, compares and writes.
pub fn run(arguments: &Arguments, output: &Output) -> Result<(), CommandError> {
    arguments.threads.pool()?.install(|| compare_and_write(arguments, output))
}

fn compare_and_write(arguments: &Arguments, output: &Output) -> Result<(), CommandError> {
    let answers = arguments.responses.read_with_times(None)?;
    let left_out = answers.left_out();
    let given = answers.all.unwrap_or_else(|| answers.matrix.clone());
    let (matrix, mut plan) = arguments.responses.plan(answers.matrix, output)?;
    arguments.estimation.apply(&mut plan).map_err(CommandError::Refused)?;
    if arguments.latent == LatentArgument::Standard {
        plan.groups = vec![GroupPlan::STANDARD];
    }
    let distractors = arguments.choices.table(&matrix)?;
    let calibration = estimate(&matrix, &plan, output)?;
    let mut evidence = working(output, "comparing", || FitEvidence::new(&matrix, &calibration));
    evidence.add_times(&answers.times, &given);
    let summary = Summary::new(&evidence, left_out);
    let text = serde_json::to_string_pretty(&summary).map_err(CommandError::failed)?;
    let source = arguments.responses.responses.display().to_string();
    let mut files = vec![
        ("item_fit.csv", item_table(&evidence)),
        ("person_fit.csv", person_table(&evidence)),
        ("local_dependence.csv", pair_table(&evidence)),
        ("classical.csv", classical_table(&evidence)),
        ("summary.json", text + "\n"),
        ("report.html", fit_report(&evidence, &source)),
    ];
    if !evidence.times.is_empty() {
        files.push(("response_times.csv", time_table(matrix.items(), &evidence.times)));
    }
    files.extend(distractors.map(|table| ("distractors.csv", table)));
    write_files(&arguments.out, &files)?;
    output.result(&summary.text(&arguments.out.display().to_string()), &summary)
}
