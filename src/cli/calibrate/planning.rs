//! From arguments to a calibration plan.

use std::collections::HashMap;
use std::path::Path;

use anyhow::{Context, anyhow, bail};
use calibration::responses::ResponseMatrix;
use calibration::{CalibrationPlan, ItemModel, ItemParameters, ItemPlan, LatentShape};
use item_bank::Bank;

use super::arguments::{Arguments, LatentArgument};
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
    if let (Some(path), Some(bank)) = (&arguments.fixed, fixed) {
        fix(&mut items, matrix, (path, bank))?;
    }
    let mut plan = CalibrationPlan::new(items, matrix.group_count());
    arguments.estimation.apply(&mut plan)?;
    plan.shape = match arguments.latent {
        LatentArgument::Normal => LatentShape::Normal,
        LatentArgument::Histogram => LatentShape::Histogram,
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
