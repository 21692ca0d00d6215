//! Reads, calibrates, writes.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::time::Instant;

use anyhow::Context;
use calibration::report::{ErrorsWanted, Evidence, Summary, Timing};
use calibration::responses::{ReadOptions, ResponseMatrix, read_responses};

use super::arguments::{Arguments, ErrorsArgument, FitArgument};
use super::outputs::write_all;
use super::planning::plan;
use crate::cli::bank_input::read_bank_alone;
use crate::cli::evidence::{estimate, working};
use crate::cli::{CommandError, Output};

/// The most answers whose fit is looked at without being asked for.
const FIT_ANSWERS_MAX: usize = 10_000_000;

/// Calibrates and writes the files.
pub fn run(arguments: &Arguments, output: &Output) -> Result<(), CommandError> {
    arguments.threads.pool()?.install(|| calibrate_and_write(arguments, output))
}

fn calibrate_and_write(arguments: &Arguments, output: &Output) -> Result<(), CommandError> {
    let source = arguments.responses.display().to_string();
    let started = Instant::now();
    let matrix = read(arguments).map_err(CommandError::Refused)?;
    let reading_seconds = started.elapsed().as_secs_f64();
    let bank = arguments.fixed.as_deref().map(|path| read_bank_alone(path, output)).transpose()?;
    let plan = plan(arguments, &matrix, bank.as_ref()).map_err(CommandError::Refused)?;
    let started = Instant::now();
    let found = estimate(&matrix, &plan, output)?;
    let estimation_seconds = started.elapsed().as_secs_f64();
    let started = Instant::now();
    let (mut evidence, wanted) = match arguments.standard_errors {
        ErrorsArgument::Observed => (Evidence::new(&matrix, &found), ErrorsWanted::Yes),
        ErrorsArgument::None => (Evidence::without_errors(&matrix, &found), ErrorsWanted::No),
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
    let summary = Summary::new(&evidence, timing, wanted);
    write_all(&arguments.out, &evidence, &summary, &source)?;
    output.result(&text(&summary, &arguments.out), &summary)
}

fn read(arguments: &Arguments) -> anyhow::Result<ResponseMatrix> {
    let options = ReadOptions {
        group: arguments.group.clone(),
        weight: arguments.weight.clone(),
        ignored: arguments.ignore.clone(),
        known_items: None,
    };
    let path = &arguments.responses;
    let reader: Box<dyn Read> = if path.as_os_str() == "-" {
        Box::new(io::stdin().lock())
    } else {
        Box::new(File::open(path).with_context(|| path.display().to_string())?)
    };
    read_responses(reader, &options).with_context(|| path.display().to_string())
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
    if summary.grid_too_coarse {
        lines.push(format!(
            "warning: the quadrature nodes are further apart than the smallest posterior deviation ({:.3}); slopes may be wrong",
            summary.smallest_posterior_deviation
        ));
    }
    if summary.identified == Some(false) {
        lines.push("warning: the information matrix is not positive definite; no standard errors".to_owned());
    }
    for item in &summary.remarkable_items {
        let left_out = if item.left_out { "left out: " } else { "" };
        lines.push(format!("item {}: {left_out}{}", item.item, item.notes.join("; ")));
    }
    lines.push(format!("written to {}", folder.display()));
    lines.join("\n")
}
