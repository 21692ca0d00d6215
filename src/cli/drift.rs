//! `waymark drift`: which items have changed, between two versions of a bank or while a bank is used.

use std::path::{Path, PathBuf};

use anyhow::anyhow;
use calibration::drift::{Alarm, CumulativeSum, ItemDrift, WaldDrift, parameter_drift, residual_drift};
use calibration::linking::Outliers;
use calibration::report::{drift_report, residual_drift_report};
use clap::Args;
use serde::Serialize;

use super::bank_input::read_bank_alone;
use super::evidence::{
    LinkingArguments, PrecisionArguments, RapidGuesses, ResponsesArguments, Table, TwoBanks, common_items,
    estimate, estimation_warnings, linked, number, working, write_files,
};
use super::threads::ThreadArguments;
use super::{CommandError, Output};

/// Adjusted probability below which, and size above which, an item is said to have drifted.
const LEVEL: f64 = 0.01;
const SIZE_MIN: f64 = 0.05;

/// Arguments of `waymark drift`.
#[derive(Debug, Args)]
#[command(after_help = "\
Two banks: puts the older parameters on the newer scale (without --anchors, items that stand out are left out of the
link), then compares item by item. An item is flagged where its robust z is beyond --limit, or where Wald's test is
significant at 0.01 after adjustment and the two curves differ by more than 0.05 of the highest score (root mean square
over a standard normal ability). Wald's test needs standard errors in both banks.

A bank and --responses: holds every answer, in the order of the file's examinees, against what the examinee's other
answers predict under the bank's parameters; an item is flagged where a two-sided cumulative sum of the standardised
residuals passes --threshold. An item that leaks makes abler examinees of those who know it, so that other items soon
look harder: the earliest alarm stands first.

Writes drift.csv, summary.json and report.html into the folder --out names.

Examples:
  waymark drift bank_v1.json bank_v2.json --out drift
  waymark drift bank_v1.json bank_v2.json --method mean-sigma --limit 1.96 --out drift
  waymark drift bank_v2.json --responses this_month.csv --window 500 --out drift
  waymark drift bank_v2.json --responses this_month.csv --quadrature 61 --quadrature-range 6 --out drift")]
pub struct Arguments {
    /// The older bank; with --responses the bank in use.
    #[arg(value_name = "BANK")]
    old: PathBuf,
    /// The newer bank.
    #[arg(value_name = "NEWER", required_unless_present = "responses", conflicts_with = "responses")]
    new: Option<PathBuf>,
    #[command(flatten)]
    linking: LinkingArguments,
    /// Answers given under BANK, oldest first.
    #[arg(long, value_name = "RESPONSES")]
    responses: Option<PathBuf>,
    /// A column of the responses to pass over; may be given several times.
    #[arg(long, value_name = "COLUMN", requires = "responses")]
    ignore: Vec<String>,
    /// Answers of an item that a rolling mean is taken over.
    #[arg(long, default_value_t = 500, requires = "responses")]
    window: usize,
    /// Half the shift to be noticed, in standard deviations of a residual.
    #[arg(long, default_value_t = 0.1, requires = "responses")]
    allowance: f64,
    /// Cumulative sum that raises an alarm; 32 does so about once in nineteen thousand answers where nothing has changed.
    #[arg(long, default_value_t = 32.0, requires = "responses")]
    threshold: f64,
    #[command(flatten)]
    precision: PrecisionArguments,
    #[command(flatten)]
    threads: ThreadArguments,
    /// The folder to write into; made if it is not there.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
}

/// What was found between two banks, for machines.
#[derive(Debug, Serialize)]
struct Summary {
    slope: f64,
    intercept: f64,
    common_items: usize,
    flagged: Vec<String>,
}

/// What was found in answers, for machines.
#[derive(Debug, Serialize)]
struct LiveSummary {
    items: usize,
    answers: usize,
    flagged: Vec<Flagged>,
    warnings: Vec<String>,
}

#[derive(Debug, Serialize)]
struct Flagged {
    item: String,
    direction: &'static str,
    at_answer: usize,
    recent_mean: f64,
}

/// Compares and writes.
pub fn run(arguments: &Arguments, output: &Output) -> Result<(), CommandError> {
    arguments.threads.pool()?.install(|| find(arguments, output))
}

fn find(arguments: &Arguments, output: &Output) -> Result<(), CommandError> {
    match (&arguments.new, &arguments.responses) {
        (Some(_), None) if arguments.precision.is_given() => Err(CommandError::Refused(anyhow!(
            "--quadrature, --quadrature-range and --tolerance are for --responses"
        ))),
        (Some(new), None) => between_banks(arguments, new, output),
        (None, Some(responses)) => in_answers(arguments, responses, output),
        _ => Err(CommandError::Refused(anyhow!("name a newer bank or --responses, and not both"))),
    }
}

fn between_banks(arguments: &Arguments, new: &Path, output: &Output) -> Result<(), CommandError> {
    let linking = &arguments.linking;
    let (from, to) = (read_bank_alone(&arguments.old, output)?, read_bank_alone(new, output)?);
    let banks = TwoBanks { from: (&arguments.old, &from), to: (new, &to) };
    let common = common_items(linking, banks)?;
    let outliers = if linking.anchors.is_empty() { Outliers::LeftOut } else { Outliers::Kept };
    let (link, _, _) = linked(linking, &common, outliers)?;
    let judged = |drift: ItemDrift| {
        let outlying = drift.location_z.abs().max(drift.slope_z.abs()) > linking.limit;
        let tested = drift.wald.is_some_and(|wald| wald.adjusted_probability < LEVEL);
        (drift, outlying || (tested && drift.root_mean_square > SIZE_MIN))
    };
    let found: Vec<(ItemDrift, bool)> =
        parameter_drift(&common.items, link.constants, &common.directions).into_iter().map(judged).collect();
    let ids: Vec<&str> = common.items.iter().map(|item| item.id.as_str()).collect();
    let flagged = ids.iter().zip(&found).filter(|(_, (_, flagged))| *flagged);
    let summary = Summary {
        slope: link.constants.slope,
        intercept: link.constants.intercept,
        common_items: ids.len(),
        flagged: flagged.map(|(id, _)| (*id).to_owned()).collect(),
    };
    let text = serde_json::to_string_pretty(&summary).map_err(CommandError::failed)?;
    let title = format!("Drift from {} to {}", arguments.old.display(), new.display());
    let files = [
        ("drift.csv", table(&ids, &found)),
        ("summary.json", text + "\n"),
        ("report.html", drift_report(&title, &common.items, link.constants, &found)),
    ];
    write_files(&arguments.out, &files)?;
    output.result(&summary.text(&arguments.out.display().to_string()), &summary)
}

fn table(ids: &[&str], found: &[(ItemDrift, bool)]) -> String {
    let columns = [
        "item",
        "location_difference",
        "location_z",
        "log_slope_difference",
        "slope_z",
        "score_difference",
        "root_mean_square",
        "wald",
        "df",
        "p",
        "adjusted_p",
        "flag",
    ];
    let mut table = Table::new(&columns);
    for (id, (drift, flagged)) in ids.iter().zip(found) {
        let wald = |read: &dyn Fn(&WaldDrift) -> f64| {
            drift.wald.as_ref().map_or(String::new(), |wald| number(read(wald)))
        };
        table.row(vec![
            (*id).to_owned(),
            number(drift.location_difference),
            number(drift.location_z),
            number(drift.log_slope_difference),
            number(drift.slope_z),
            number(drift.score_difference),
            number(drift.root_mean_square),
            wald(&|wald| wald.statistic),
            wald(&|wald| wald.degrees_of_freedom as f64),
            wald(&|wald| wald.probability),
            wald(&|wald| wald.adjusted_probability),
            if *flagged { "drift" } else { "" }.to_owned(),
        ]);
    }
    table.finish()
}

fn in_answers(arguments: &Arguments, responses: &Path, output: &Output) -> Result<(), CommandError> {
    for (name, value) in [("--allowance", arguments.allowance), ("--threshold", arguments.threshold)] {
        if value.is_nan() || value <= 0.0 {
            return Err(CommandError::Refused(anyhow!("{name} must be above 0, got {value}")));
        }
    }
    if arguments.window == 0 {
        return Err(CommandError::Refused(anyhow!("--window must be at least 1, got 0")));
    }
    let source = ResponsesArguments {
        responses: responses.to_path_buf(),
        model: None,
        bank: Some(arguments.old.clone()),
        weight: None,
        ignore: arguments.ignore.clone(),
        rapid_guesses: RapidGuesses::default(),
    };
    let matrix = source.read(None)?;
    let (matrix, mut plan) = source.plan(matrix, output)?;
    arguments.precision.apply(&mut plan).map_err(CommandError::Refused)?;
    let calibration = estimate(&matrix, &plan, output)?;
    let sums = CumulativeSum::new(arguments.allowance, arguments.threshold);
    let window = arguments.window;
    let found = working(output, "following", || residual_drift(&calibration, &matrix, window, sums))
        .map_err(CommandError::refused)?;
    let mut table =
        Table::new(&["item", "answers", "mean_residual", "recent_residual", "alarm", "at_answer"]);
    let mut flagged = Vec::new();
    for (id, drift) in matrix.items().iter().zip(&found) {
        let (direction, at) = match drift.alarm {
            Some((alarm, at)) => (word(alarm), at.to_string()),
            None => ("", String::new()),
        };
        if let Some((alarm, at_answer)) = drift.alarm {
            let (item, direction) = (id.clone(), word(alarm));
            flagged.push(Flagged { item, direction, at_answer, recent_mean: drift.recent });
        }
        let (answers, mean, recent) = (drift.answers.to_string(), number(drift.mean), number(drift.recent));
        table.row(vec![id.clone(), answers, mean, recent, direction.to_owned(), at]);
    }
    flagged.sort_by_key(|found| found.at_answer);
    let warnings = estimation_warnings(&calibration);
    let summary = LiveSummary { items: found.len(), answers: matrix.answer_count(), flagged, warnings };
    let text = serde_json::to_string_pretty(&summary).map_err(CommandError::failed)?;
    let title = format!("Drift of {} in {}", arguments.old.display(), responses.display());
    let files = [
        ("drift.csv", table.finish()),
        ("summary.json", text + "\n"),
        ("report.html", residual_drift_report(&title, matrix.items(), &found, window)),
    ];
    write_files(&arguments.out, &files)?;
    output.result(&summary.text(&arguments.out.display().to_string()), &summary)
}

fn word(alarm: Alarm) -> &'static str {
    match alarm {
        Alarm::Easier => "easier",
        Alarm::Harder => "harder",
    }
}

impl Summary {
    fn text(&self, folder: &str) -> String {
        let flagged = if self.flagged.is_empty() { "none".to_owned() } else { self.flagged.join(", ") };
        format!(
            "{} common items, linked by A {:.4} and B {:.4}\ndrifted: {flagged}\nwritten to {folder}",
            self.common_items, self.slope, self.intercept
        )
    }
}

impl LiveSummary {
    fn text(&self, folder: &str) -> String {
        let mut lines = vec![format!("{} items, {} answers", self.items, self.answers)];
        lines.extend(self.warnings.iter().cloned());
        let drifted = self.flagged.iter().map(|found| {
            let Flagged { item, direction, at_answer, recent_mean } = found;
            format!("drift: item {item} has become {direction} by answer {at_answer} (recent residual {recent_mean:.2})")
        });
        lines.extend(drifted);
        if self.flagged.is_empty() {
            lines.push("no item has drifted".to_owned());
        }
        lines.push(format!("written to {folder}"));
        lines.join("\n")
    }
}
