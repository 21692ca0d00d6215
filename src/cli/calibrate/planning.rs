//! From arguments to a calibration plan.

use std::collections::HashMap;
use std::path::Path;

use anyhow::{Context, anyhow, bail};
use calibration::responses::ResponseMatrix;
use calibration::{
    Algorithm, CalibrationPlan, Grid, GridChoice, ItemModel, ItemParameters, ItemPlan, LatentShape, Prior,
};
use item_bank::Bank;

use super::arguments::{AlgorithmArgument, Arguments, LatentArgument};
use crate::cli::CommandError;
use crate::cli::bank_input::{ITEM_TABLE_BYTES_MAX, read_text};

/// The plan, or why the arguments do not make one.
pub(super) fn plan(
    arguments: &Arguments,
    matrix: &ResponseMatrix,
    fixed: Option<&Bank>,
) -> anyhow::Result<CalibrationPlan> {
    let mut items = vec![ItemPlan::new(arguments.model); matrix.items().len()];
    if let Some(path) = &arguments.item_models {
        choose_models(&mut items, matrix, path)?;
    }
    set_priors(&mut items, arguments)?;
    if let (Some(path), Some(bank)) = (&arguments.fixed, fixed) {
        fix(&mut items, matrix, (path, bank))?;
    }
    let mut plan = CalibrationPlan::new(items, matrix.group_count());
    plan.tolerance = arguments.tolerance;
    plan.cycles_max = arguments.cycles;
    plan.grid = match (arguments.quadrature, arguments.quadrature_range) {
        (None, None) => GridChoice::FromInformation,
        (nodes, range) => GridChoice::Stated(Grid::new(nodes.unwrap_or(61), range.unwrap_or(6.0))?),
    };
    plan.shape = match arguments.latent {
        LatentArgument::Normal => LatentShape::Normal,
        LatentArgument::Histogram => LatentShape::Histogram,
    };
    plan.algorithm = match arguments.algorithm {
        AlgorithmArgument::QuasiNewton => Algorithm::QuasiNewton,
        AlgorithmArgument::Squarem => Algorithm::Squarem,
        AlgorithmArgument::Em => Algorithm::Em,
    };
    Ok(plan)
}

fn choose_models(items: &mut [ItemPlan], matrix: &ResponseMatrix, path: &Path) -> anyhow::Result<()> {
    let shown = path.display();
    let text = read_text(path, ITEM_TABLE_BYTES_MAX).map_err(CommandError::into_error)?;
    let mut reader = csv::Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let header = reader.headers().with_context(|| format!("{shown}"))?.clone();
    let column = |name: &str| {
        header
            .iter()
            .position(|column| column == name)
            .ok_or_else(|| anyhow!("{shown}: line 1: no column {name:?}"))
    };
    let (item_column, model_column) = (column("item")?, column("model")?);
    let positions: HashMap<&str, usize> =
        matrix.items().iter().enumerate().map(|(index, name)| (name.as_str(), index)).collect();
    let mut lines: HashMap<usize, u64> = HashMap::new();
    for record in reader.records() {
        let record = record.with_context(|| format!("{shown}"))?;
        let line = record.position().map_or(0, csv::Position::line);
        let (item, model) = (record.get(item_column).unwrap_or(""), record.get(model_column).unwrap_or(""));
        let Some(&position) = positions.get(item) else {
            bail!("{shown}: line {line}, column item: the responses have no item {item:?}");
        };
        if let Some(first) = lines.insert(position, line) {
            bail!("{shown}: line {line}, column item: item {item:?} is named in line {first} already");
        }
        let model: ItemModel =
            model.parse().map_err(|error| anyhow!("{shown}: line {line}, column model: {error}"))?;
        items[position] = ItemPlan::new(model);
    }
    Ok(())
}

fn set_priors(items: &mut [ItemPlan], arguments: &Arguments) -> anyhow::Result<()> {
    let given = |text: &Option<String>, name: &str| -> anyhow::Result<Option<Option<Prior>>> {
        text.as_deref().map(|text| prior(text).with_context(|| format!("--prior-{name}"))).transpose()
    };
    let slope = given(&arguments.prior_slope, "slope")?;
    let intercept = given(&arguments.prior_intercept, "intercept")?;
    let guessing = given(&arguments.prior_guessing, "guessing")?;
    let upper = given(&arguments.prior_upper, "upper")?;
    if [slope, intercept].iter().flatten().any(|prior| matches!(prior, Some(Prior::Beta(..)))) {
        bail!("a beta prior is for guessing and the upper asymptote only");
    }
    if [intercept, guessing, upper].iter().flatten().any(|prior| matches!(prior, Some(Prior::LogNormal(..))))
    {
        bail!("a lognormal prior is for slopes only");
    }
    for item in items {
        item.priors.slope = slope.unwrap_or(item.priors.slope);
        item.priors.intercept = intercept.unwrap_or(item.priors.intercept);
        item.priors.guessing = guessing.unwrap_or(item.priors.guessing);
        item.priors.upper = upper.unwrap_or(item.priors.upper);
    }
    Ok(())
}

fn prior(text: &str) -> anyhow::Result<Option<Prior>> {
    if text == "none" {
        return Ok(None);
    }
    let malformed =
        || anyhow!("expected normal:MEAN,SD, lognormal:MEAN,SD, beta:ALPHA,BETA or none, got {text:?}");
    let (kind, numbers) = text.split_once(':').ok_or_else(malformed)?;
    let (first, second) = numbers.split_once(',').ok_or_else(malformed)?;
    let number =
        |text: &str| text.trim().parse::<f64>().ok().filter(|value| value.is_finite()).ok_or_else(malformed);
    let (first, second) = (number(first)?, number(second)?);
    let prior = match kind {
        "normal" => Prior::Normal(first, second),
        "lognormal" => Prior::LogNormal(first, second),
        "beta" => Prior::Beta(first, second),
        _ => return Err(malformed()),
    };
    Ok(Some(prior.checked()?))
}

/// Items the bank has parameters for keep them.
fn fix(items: &mut [ItemPlan], matrix: &ResponseMatrix, (path, bank): (&Path, &Bank)) -> anyhow::Result<()> {
    let mut fixed = 0;
    for (plan, name) in items.iter_mut().zip(matrix.items()) {
        if let Some(model) = bank.item(name).and_then(|item| item.model.as_ref()) {
            let parameters = ItemParameters::from_response_model(model);
            plan.model = parameters.model();
            plan.fixed = Some(parameters);
            fixed += 1;
        }
    }
    if fixed == 0 {
        let shown = path.display();
        bail!("{shown}: the bank has parameters for none of the items in the responses");
    }
    Ok(())
}
