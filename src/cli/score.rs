//! `waymark score`: estimates the ability of every examinee of a response file with the parameters of a bank.

use std::fs::{self, File};
use std::io::BufWriter;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context, anyhow, bail};
use clap::{Args, ValueEnum};
use indicatif::{ProgressBar, ProgressStyle};
use item_bank::ability::{EvenlySpaced, RuleWeights};
use item_bank::formats::responses::{ExamineeResponses, ResponseFileError, ResponseReader};
use item_bank::{
    Bank, Estimator, ItemId, NormalPrior, Observation, Quadrature, ResponseModel, ThetaRange, estimate,
};
use rayon::prelude::*;
use serde::Serialize;

use super::bank_input::read_bank_alone;
use super::{CommandError, Output};

/// Examinees estimated at a time, on all cores.
const BATCH: usize = 4096;
/// Largest standard error written, in logits: beyond it the answers say nothing about ability where the estimate stands.
const STANDARD_ERROR_MAX: f64 = 1_000.0;

/// Arguments of `waymark score`.
#[derive(Debug, Args)]
#[command(after_help = "\
The response file has a row an examinee and a column an item (scores from 0; blank or NA where not administered; an
optional first column `examinee`, or person, student, id), or a row a response with columns examinee,item,score
[,position,timestamp_ms] in any order (or person, student, id; response).
Answers to items that the bank has without parameters (drafts) do not count; the items are named.
The output has the columns examinee,theta,standard_error,answered, in the order of the file. Where nothing is known of an
examinee without answers (ml, wle), theta and standard_error are blank. Where the likelihood rises without end (ml: every
answer right, or every one wrong), theta is the bound --theta-max or --theta-min; its standard_error is blank where the
items say nothing there (information below 1e-6).

Examples:
  waymark score --bank bank.json --responses answers.csv --estimator eap --out scores.csv
  waymark score --bank parameters.csv --responses answers.csv --estimator wle --theta-min -5 --theta-max 5 --out scores.csv
  waymark score --bank bank.json --responses answers.csv --estimator eap --quadrature 61 --group sex --out scores.csv")]
pub struct Arguments {
    /// The bank: a JSON bank file, or a table of parameters (.csv).
    #[arg(long, value_name = "FILE")]
    bank: PathBuf,
    /// The response file (CSV).
    #[arg(long, value_name = "FILE")]
    responses: PathBuf,
    /// How ability is estimated.
    #[arg(long, value_enum, default_value_t = Method::Eap)]
    estimator: Method,
    /// Mean of the normal prior, in logits (eap, map).
    #[arg(long, default_value_t = 0.0, allow_negative_numbers = true, value_name = "LOGITS")]
    prior_mean: f64,
    /// Standard deviation of the normal prior, in logits (eap, map).
    #[arg(long, default_value_t = 1.0, value_name = "LOGITS")]
    prior_sd: f64,
    /// Lowest estimate (map, ml, wle), or first node of --quadrature.
    #[arg(long, default_value_t = -6.0, allow_negative_numbers = true, value_name = "LOGITS")]
    theta_min: f64,
    /// Highest estimate (map, ml, wle), or last node of --quadrature.
    #[arg(long, default_value_t = 6.0, allow_negative_numbers = true, value_name = "LOGITS")]
    theta_max: f64,
    /// Nodes of a fixed, evenly spaced rule for eap; without it the integral converges by itself.
    #[arg(long, value_name = "NODES")]
    quadrature: Option<usize>,
    /// A column of the response file that is no item; may be given several times.
    #[arg(long, value_name = "COLUMN")]
    group: Vec<String>,
    /// Where the scores go.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

/// The estimators by their names on the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Method {
    /// Expected a posteriori.
    Eap,
    /// Maximum a posteriori.
    Map,
    /// Maximum likelihood.
    Ml,
    /// Warm's weighted likelihood.
    Wle,
}

/// What was done, for machines.
#[derive(Debug, Default, Serialize)]
struct Summary {
    examinees: u64,
    answered: u64,
    without_estimate: u64,
    items: usize,
    /// Items of the file that the bank has no parameters for.
    without_parameters: Vec<String>,
    out: PathBuf,
}

/// One line of the output.
struct Score {
    examinee: String,
    estimate: Option<(f64, Option<f64>)>,
    answered: usize,
}

/// Scores the file. The output appears only when every examinee has been scored.
///
/// # Errors
/// Refused: a bank, a response file or settings that cannot be used. Failed: the output cannot be written.
pub fn run(arguments: &Arguments, output: &Output) -> Result<(), CommandError> {
    let began = Instant::now();
    let estimator = estimator(arguments).map_err(CommandError::Refused)?;
    let bank = read_bank_alone(&arguments.bank, output)?;
    let partial = arguments.out.with_extension("partial");
    let written = write_scores(arguments, &bank, &estimator, (&partial, output));
    let summary = match written {
        Ok(summary) => summary,
        Err(error) => {
            // Nothing half done is left behind; if it cannot be removed, the first error still says why.
            let _ = fs::remove_file(&partial);
            return Err(error);
        }
    };
    fs::rename(&partial, &arguments.out)
        .with_context(|| arguments.out.display().to_string())
        .map_err(CommandError::Failed)?;
    output.note(&format!("{:.2} s", began.elapsed().as_secs_f64()));
    output.result(&words(&summary), &summary)
}

fn words(summary: &Summary) -> String {
    let mut text = format!(
        "{} examinees, {} answers to {} items: {}",
        summary.examinees,
        summary.answered,
        summary.items,
        summary.out.display()
    );
    if !summary.without_parameters.is_empty() {
        let items = summary.without_parameters.join(", ");
        text.push_str(&format!("\nnot counted, because the bank has no parameters for them: {items}"));
    }
    if summary.without_estimate > 0 {
        text.push_str(&format!("\n{} examinees without answers have no estimate", summary.without_estimate));
    }
    text
}

/// The estimator; every setting is checked, also one that this estimator does not use.
fn estimator(arguments: &Arguments) -> anyhow::Result<Estimator> {
    let range =
        ThetaRange::new(arguments.theta_min, arguments.theta_max).context("--theta-min, --theta-max")?;
    let prior =
        NormalPrior::new(arguments.prior_mean, arguments.prior_sd).context("--prior-mean, --prior-sd")?;
    let quadrature = match arguments.quadrature {
        None => Quadrature::Converged,
        Some(nodes) => {
            let rule = EvenlySpaced::new(nodes, range, RuleWeights::Sum).context("--quadrature")?;
            Quadrature::EvenlySpaced(rule)
        }
    };
    Ok(match arguments.estimator {
        Method::Eap => Estimator::Eap { prior, quadrature },
        Method::Map => Estimator::Map { prior, range },
        Method::Ml => Estimator::Ml { range },
        Method::Wle => Estimator::Wle { range },
    })
}

fn write_scores(
    arguments: &Arguments,
    bank: &Bank,
    estimator: &Estimator,
    (partial, output): (&Path, &Output),
) -> Result<Summary, CommandError> {
    let name = arguments.responses.display().to_string();
    let file =
        File::open(&arguments.responses).with_context(|| name.clone()).map_err(CommandError::Refused)?;
    let bar = progress_bar(&file, output);
    let reader = ResponseReader::new(&name, bar.wrap_read(file), &arguments.group).map_err(refusal)?;
    let columns = columns(bank, &reader).with_context(|| name.clone()).map_err(CommandError::Refused)?;
    let at_out = || arguments.out.display().to_string();
    let failed = |error: std::io::Error| CommandError::Failed(anyhow!(error).context(at_out()));
    let mut writer = csv::Writer::from_writer(BufWriter::new(File::create(partial).map_err(failed)?));
    let failed = |error: csv::Error| CommandError::Failed(anyhow!(error).context(at_out()));
    writer.write_record(["examinee", "theta", "standard_error", "answered"]).map_err(failed)?;
    let without_parameters = columns.iter().filter(|column| column.model.is_none());
    let without_parameters: Vec<String> = without_parameters.map(|column| column.id.to_string()).collect();
    let mut summary = Summary {
        items: columns.len() - without_parameters.len(),
        without_parameters,
        out: arguments.out.clone(),
        ..Summary::default()
    };
    let mut batch: Vec<ExamineeResponses> = Vec::with_capacity(BATCH);
    let mut rows = reader.peekable();
    while let Some(row) = rows.next() {
        let row = row.map_err(refusal)?;
        check_scores(&row, &columns).with_context(|| name.clone()).map_err(CommandError::Refused)?;
        batch.push(row);
        if batch.len() < BATCH && rows.peek().is_some() {
            continue;
        }
        let scores: Vec<Score> = batch.par_drain(..).map(|row| score(row, &columns, estimator)).collect();
        for score in scores {
            summary.examinees += 1;
            summary.answered += score.answered as u64;
            summary.without_estimate += u64::from(score.estimate.is_none());
            let (theta, error) = score.estimate.unzip();
            let cell = |number: Option<f64>| number.map_or(String::new(), |number| number.to_string());
            let cells = [score.examinee, cell(theta), cell(error.flatten()), score.answered.to_string()];
            writer.write_record(cells).map_err(failed)?;
        }
    }
    writer.flush().with_context(at_out).map_err(CommandError::Failed)?;
    if summary.examinees == 0 {
        return Err(CommandError::Refused(anyhow!(
            "{name}: line 2: the file has a heading and no examinees"
        )));
    }
    bar.finish_and_clear();
    Ok(summary)
}

fn refusal(error: ResponseFileError) -> CommandError {
    if error.is_unreadable() { CommandError::failed(error) } else { CommandError::refused(error) }
}

fn progress_bar(file: &File, output: &Output) -> ProgressBar {
    let length = file.metadata().map_or(0, |metadata| metadata.len());
    if !output.shows_progress() || length == 0 {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("{bar:40} {bytes}/{total_bytes}, {eta} left")
        .unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::new(length).with_style(style)
}

/// An item of the file.
struct Column<'a> {
    id: &'a ItemId,
    position: usize, // in the bank
    model: Option<&'a ResponseModel>,
}

/// Every item of the file as the bank knows it.
fn columns<'a>(
    bank: &'a Bank,
    reader: &ResponseReader<impl std::io::Read>,
) -> anyhow::Result<Vec<Column<'a>>> {
    let column = |(item, id): (usize, &ItemId)| {
        let position = bank.position(id.as_str());
        let line = reader.item_line(item);
        let unknown = || anyhow!("line {line}, column {id}: there is no item {id} in bank {}", bank.id());
        let position = position.ok_or_else(unknown)?;
        let item = &bank.items()[position];
        Ok(Column { id: &item.id, position, model: item.model.as_ref() })
    };
    let columns: Vec<Column<'a>> =
        reader.items().iter().enumerate().map(column).collect::<anyhow::Result<_>>()?;
    if columns.is_empty() {
        bail!("line 2: the file has a heading and no answers");
    }
    if columns.iter().all(|column| column.model.is_none()) {
        bail!("bank {} has parameters for none of the items", bank.id());
    }
    Ok(columns)
}

fn check_scores(row: &ExamineeResponses, columns: &[Column<'_>]) -> anyhow::Result<()> {
    for (response, (item, score)) in row.responses.iter().enumerate() {
        let Column { id, model, .. } = columns[*item as usize];
        let Some(maximum) = model.map(ResponseModel::maximum_score) else { continue };
        if *score > maximum {
            let (line, examinee) = (row.line_of(response), &row.examinee);
            return Err(anyhow!(
                "line {line}, column {id}: score {score} of examinee {examinee} is above the item's maximum {maximum}"
            ));
        }
    }
    Ok(())
}

fn score(mut row: ExamineeResponses, columns: &[Column<'_>], estimator: &Estimator) -> Score {
    // In the order of the bank, so that the sums do not depend on how the file is laid out.
    row.responses.sort_unstable_by_key(|(item, _)| columns[*item as usize].position);
    let observations: Vec<Observation<'_>> = row
        .responses
        .iter()
        .filter_map(|(item, score)| {
            Some(Observation { model: columns[*item as usize].model?, score: *score })
        })
        .collect();
    let estimate = estimate(&observations, estimator).ok();
    Score {
        examinee: row.examinee,
        estimate: estimate.map(|estimate| {
            let error = Some(estimate.standard_error).filter(|error| *error <= STANDARD_ERROR_MAX);
            (estimate.theta.0, error)
        }),
        answered: observations.len(),
    }
}
