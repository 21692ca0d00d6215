//! `waymark link`: the constants that put one bank's scale on another's.

use std::path::PathBuf;

use calibration::linking::{AnchorCheck, Constants, Outliers};
use calibration::report::link_report;
use calibration::{ConventionalParameters, ItemParameters};
use clap::Args;
use item_bank::formats::write_bank_json;
use item_bank::{Bank, StandardErrors};
use serde::Serialize;

use super::bank_input::read_bank_alone;
use super::evidence::{LinkingArguments, Table, TwoBanks, common_items, linked, number, write_files};
use super::{CommandError, Output};

/// Arguments of `waymark link`.
#[derive(Debug, Args)]
#[command(after_help = "\
Finds A and B in theta_TO = A theta_FROM + B from the items both banks have parameters for, all of them: items that stand
out are named, and left out only with --exclude-outliers, which then gives the constants of all items too. Writes
constants.json, anchors.csv (how far each common item is off), bank.json (FROM on the scale of TO) and report.html into
the folder --out names.
Standard errors of A and B need standard errors in both banks. Where a bank's folder holds the covariance.csv that `waymark
calibrate --covariance` writes, they use the covariances within and between items; otherwise these are taken to be 0.

Examples:
  waymark link this_year.json last_year.json --out linked
  waymark link this_year.json last_year.json --method haebara --anchors i1,i4,i9 --out linked
  waymark link this_year.json last_year.json --exclude-outliers --limit 2.7 --out linked")]
pub struct Arguments {
    /// The bank whose scale is moved.
    #[arg(value_name = "FROM")]
    from: PathBuf,
    /// The bank whose scale stays.
    #[arg(value_name = "TO")]
    to: PathBuf,
    #[command(flatten)]
    linking: LinkingArguments,
    /// Leaves common items beyond --limit out of the link, the farthest first, at most half of them.
    #[arg(long)]
    exclude_outliers: bool,
    /// The folder to write into; made if it is not there.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
}

/// What the command found, for machines.
#[derive(Debug, Serialize)]
struct Summary {
    #[serde(flatten)]
    constants: Named,
    slope_se: Option<f64>,
    intercept_se: Option<f64>,
    criterion: Option<f64>,
    common_items: usize,
    outliers: Vec<String>,
    left_out: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    with_all_items: Option<Named>,
    covariances: Vec<String>,
}

/// The constants under the names of this program and under those of the literature.
#[derive(Debug, Clone, Copy, Serialize)]
struct Named {
    slope: f64,
    intercept: f64,
    #[serde(rename = "A")]
    a: f64,
    #[serde(rename = "B")]
    b: f64,
}

impl From<Constants> for Named {
    fn from(constants: Constants) -> Self {
        let Constants { slope, intercept } = constants;
        Self { slope, intercept, a: slope, b: intercept }
    }
}

/// Links and writes.
pub fn run(arguments: &Arguments, output: &Output) -> Result<(), CommandError> {
    let linking = &arguments.linking;
    let (from, to) = (read_bank_alone(&arguments.from, output)?, read_bank_alone(&arguments.to, output)?);
    let banks = TwoBanks { from: (&arguments.from, &from), to: (&arguments.to, &to) };
    let common = common_items(linking, banks)?;
    let (of_all, _, _) = linked(linking, &common, Outliers::Kept)?;
    let outliers = if arguments.exclude_outliers { Outliers::LeftOut } else { Outliers::Kept };
    let (link, checks, errors) = linked(linking, &common, outliers)?;
    let mut table = Table::new(&[
        "item",
        "location_difference",
        "location_z",
        "log_slope_difference",
        "slope_z",
        "left_out",
        "outlier",
    ]);
    for (item, check) in common.items.iter().zip(&checks) {
        table.row(vec![
            item.id.clone(),
            number(check.location_difference),
            number(check.location_z),
            number(check.log_slope_difference),
            number(check.slope_z),
            u8::from(check.left_out).to_string(),
            u8::from(check.outlying).to_string(),
        ]);
    }
    let named = |wanted: &dyn Fn(&AnchorCheck) -> bool| {
        let items = common.items.iter().zip(&checks).filter(|(_, check)| wanted(check));
        items.map(|(item, _)| item.id.clone()).collect::<Vec<_>>()
    };
    let summary = Summary {
        constants: link.constants.into(),
        slope_se: errors.map(|errors| errors.slope),
        intercept_se: errors.map(|errors| errors.intercept),
        criterion: link.criterion,
        common_items: common.items.len(),
        outliers: named(&|check| check.outlying),
        left_out: named(&|check| check.left_out),
        with_all_items: arguments.exclude_outliers.then(|| of_all.constants.into()),
        covariances: common.covariances.clone(),
    };
    let title = format!("{} on the scale of {}", arguments.from.display(), arguments.to.display());
    let report = link_report(&title, &common.items, &checks, (link.constants, errors));
    let moved = moved_bank(from, link.constants)?;
    let text = serde_json::to_string_pretty(&summary).map_err(CommandError::failed)?;
    let files = [
        ("constants.json", text + "\n"),
        ("anchors.csv", table.finish()),
        ("bank.json", write_bank_json(&moved)),
        ("report.html", report),
    ];
    write_files(&arguments.out, &files)?;
    output.result(&summary.text(&arguments.out.display().to_string()), &summary)
}

/// The bank with every item on the other scale. Its reporting scale and progression belong to the scale it leaves.
fn moved_bank(bank: Bank, constants: Constants) -> Result<Bank, CommandError> {
    let mut parts = bank.into_parts();
    for item in &mut parts.items {
        if let Some(model) = &item.model {
            let moved = constants.item(&ItemParameters::from_response_model(model));
            item.model = Some(moved.response_model().map_err(CommandError::refused)?);
            let errors = item.standard_errors.take();
            item.standard_errors =
                errors.map(|errors| moved_errors(&moved.conventional(None), errors, constants));
        }
    }
    parts.scale = None;
    parts.progression = None;
    Bank::new(parts).map_err(|errors| {
        let all: Vec<String> = errors.iter().map(ToString::to_string).collect();
        CommandError::Refused(anyhow::anyhow!("the linked bank: {}", all.join("; ")))
    })
}

/// Slopes are divided by A, difficulties multiplied by it; the constants are taken as known. Intercepts of the nominal
/// model mix with the slopes, so their errors are dropped.
fn moved_errors(
    moved: &ConventionalParameters,
    errors: StandardErrors,
    constants: Constants,
) -> StandardErrors {
    let scaled = |errors: Vec<Option<f64>>, by: f64| errors.into_iter().map(|e| e.map(|e| e * by)).collect();
    let nominal = moved.a.len() > 1;
    StandardErrors {
        a: scaled(errors.a, 1.0 / constants.slope),
        b: if nominal { Vec::new() } else { scaled(errors.b, constants.slope) },
        ..errors
    }
}

impl Summary {
    fn text(&self, folder: &str) -> String {
        let error = |value: Option<f64>| value.map_or(String::new(), |value| format!(" ± {value:.4}"));
        let mut lines = vec![format!(
            "theta_TO = A theta_FROM + B: A {:.6}{}, B {:.6}{}, from {} common items",
            self.constants.slope,
            error(self.slope_se),
            self.constants.intercept,
            error(self.intercept_se),
            self.common_items
        )];
        if !self.left_out.is_empty() {
            lines.push(format!("left out as drifted apart: {}", self.left_out.join(", ")));
        }
        if let Some(Named { slope, intercept, .. }) = self.with_all_items {
            lines.push(format!("with all items: theta_TO = {slope:.6} theta_FROM + {intercept:.6}"));
        }
        let kept = self.outliers.iter().filter(|item| !self.left_out.contains(item));
        let kept: Vec<&str> = kept.map(String::as_str).collect();
        if !kept.is_empty() {
            lines.push(format!("in the link although they stand out: {}", kept.join(", ")));
        }
        if !self.covariances.is_empty() {
            lines.push(format!("errors with the covariances of {}", self.covariances.join(" and ")));
        }
        lines.push(format!("written to {folder}"));
        lines.join("\n")
    }
}
