//! Reads, calibrates, writes.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::time::Instant;

use anyhow::{Context, anyhow};
use calibration::COVARIANCE_PARAMETERS_MAX;
use calibration::linking::ParameterCovariance;
use calibration::report::{ErrorsWanted, Evidence, Summary, Timing};
use calibration::responses::ReadOptions;
use item_bank::Bank;

use super::arguments::{Arguments, ErrorsArgument, FitArgument};
use super::outputs::write_all;
use super::planning::plan;
use crate::cli::bank_input::read_bank_alone;
use crate::cli::evidence::{CountedAnswers, Needed, estimate, highest_scores, working};
use crate::cli::{CommandError, Output};

/// The most answers whose fit is looked at without being asked for.
const FIT_ANSWERS_MAX: usize = 10_000_000;

/// Calibrates and writes the files.
pub fn run(arguments: &Arguments, output: &Output) -> Result<(), CommandError> {
    arguments.threads.pool()?.install(|| calibrate_and_write(arguments, output))
}

fn calibrate_and_write(arguments: &Arguments, output: &Output) -> Result<(), CommandError> {
    let source = arguments.responses.display().to_string();
    let bank = arguments.fixed.as_deref().map(|path| read_bank_alone(path, output)).transpose()?;
    let started = Instant::now();
    let answers = read(arguments, bank.as_ref()).map_err(CommandError::Refused)?;
    let matrix = &answers.matrix;
    let reading_seconds = started.elapsed().as_secs_f64();
    let plan = plan(arguments, matrix, bank.as_ref()).map_err(CommandError::Refused)?;
    let started = Instant::now();
    let found = estimate(matrix, &plan, output)?;
    let estimation_seconds = started.elapsed().as_secs_f64();
    let started = Instant::now();
    let (mut evidence, wanted) = match arguments.standard_errors {
        ErrorsArgument::Observed => (Evidence::new(matrix, &found), ErrorsWanted::Yes),
        ErrorsArgument::None => (Evidence::without_errors(matrix, &found), ErrorsWanted::No),
    };
    let looked_at = match arguments.fit {
        FitArgument::Auto => matrix.answer_count() <= FIT_ANSWERS_MAX,
        FitArgument::Yes => true,
        FitArgument::No => false,
    };
    if looked_at {
        working(output, "comparing", || {
            evidence.add_item_fit();
            evidence.add_dif();
        });
    }
    let timing =
        Timing { reading_seconds, estimation_seconds, evidence_seconds: started.elapsed().as_secs_f64() };
    let mut summary = Summary::new(&evidence, timing, wanted);
    summary.rapid_guesses = answers.left_out();
    if !looked_at && matches!(arguments.fit, FitArgument::Auto) {
        summary.left_out.push(format!("fit: more than {FIT_ANSWERS_MAX} answers; --fit yes looks at it"));
    }
    let covariance = if arguments.covariance { Some(covariance(&evidence)?) } else { None };
    write_all(&arguments.out, (&evidence, covariance), &summary, &source)?;
    output.result(&text(&summary, &arguments.out), &summary)
}

/// The covariances of all parameters as a file.
fn covariance(evidence: &Evidence<'_>) -> Result<String, CommandError> {
    let slots = evidence.covariance.as_ref().ok_or_else(|| {
        CommandError::Refused(anyhow!("--covariance: there are no standard errors to go with it"))
    })?;
    let found = ParameterCovariance::new(evidence.calibration, slots);
    let found =
        found.ok_or_else(|| CommandError::Refused(anyhow!("--covariance: there are too many parameters")))?;
    Ok(found.to_csv())
}

fn read(arguments: &Arguments, fixed: Option<&Bank>) -> anyhow::Result<CountedAnswers> {
    let options = ReadOptions {
        group: arguments.group.clone(),
        weight: arguments.weight.clone(),
        ignored: arguments.ignore.clone(),
        known_items: None,
        highest_scores: fixed.map(highest_scores).unwrap_or_default(),
    };
    let path = &arguments.responses;
    let reader: Box<dyn Read> = if path.as_os_str() == "-" {
        Box::new(io::stdin().lock())
    } else {
        Box::new(File::open(path).with_context(|| path.display().to_string())?)
    };
    let read = CountedAnswers::read(reader, &options, arguments.rapid_guesses);
    let mut answers = read.with_context(|| path.display().to_string())?;
    let needed = if fixed.is_none() { Needed::Differences } else { Needed::Answers };
    needed.check(&answers.matrix).with_context(|| path.display().to_string())?;
    if let Some(reference) = &arguments.reference {
        let turned = answers.matrix.with_reference(reference);
        answers.matrix = turned.ok_or_else(|| anyhow!("--reference: there is no group {reference:?}"))?;
    }
    Ok(answers)
}

fn text(summary: &Summary, folder: &Path) -> String {
    let mut lines = vec![
        format!(
            "{} after {} passes in {:.2} s: log-likelihood {:.4}, {} parameters, AIC {:.2}, BIC {:.2}",
            summary.outcome,
            summary.iterations,
            summary.seconds,
            summary.log_likelihood,
            summary.free_parameters,
            summary.aic,
            summary.bic
        ),
        format!(
            "largest gradient {:.1e}, {} quadrature nodes, reliability {:.3} (empirical)",
            summary.largest_gradient, summary.quadrature_nodes, summary.empirical_reliability
        ),
    ];
    if summary.rapid_guesses > 0 {
        lines.push(format!("{} rapid guesses left out", summary.rapid_guesses));
    }
    lines.extend(summary.left_out.iter().map(|what| format!("left out: {what}")));
    lines.extend(summary.grid_warnings.iter().map(|warning| format!("warning: {warning}")));
    if summary.standard_errors == "too many parameters" {
        lines.push(format!("no standard errors: more than {COVARIANCE_PARAMETERS_MAX} parameters"));
    }
    if summary.standard_errors == "not identified" {
        lines.push(
            "warning: the information matrix does not tell the parameters apart; no standard errors"
                .to_owned(),
        );
    }
    for item in &summary.remarkable_items {
        let left_out = if item.left_out { "left out: " } else { "" };
        lines.push(format!("item {}: {left_out}{}", item.item, item.notes.join("; ")));
    }
    lines.push(format!("written to {}", folder.display()));
    lines.join("\n")
}
