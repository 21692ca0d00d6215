//! Where the reference set is and how its cases are read.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use calibration::responses::{ReadOptions, ResponseMatrix, read_responses};
use calibration::{CalibrationPlan, Grid, GridChoice, ItemModel, ItemPlan, ItemPriors, Prior};
use serde_json::Value;

/// The calibration part of the reference set, or `None` after saying that it is not there.
pub fn root() -> Option<PathBuf> {
    match std::env::var_os("WAYMARK_REFERENCE") {
        Some(root) => Some(Path::new(&root).join("calibration/data")),
        None => {
            eprintln!("WAYMARK_REFERENCE is not set: nothing compared");
            None
        }
    }
}

/// One data set with one model.
pub struct Case {
    pub name: String,
    pub json: Value,
    pub matrix: ResponseMatrix,
    pub plan: CalibrationPlan,
}

/// Reads `dataset/case`.
pub fn case(root: &Path, dataset: &str, case: &str) -> Case {
    let folder = root.join(dataset);
    let text = fs::read_to_string(folder.join(format!("{case}.json"))).unwrap();
    let json: Value = serde_json::from_str(&text).unwrap();
    let responses =
        if case.ends_with("_dichotomised") { "responses_dichotomised.csv" } else { "responses.csv" };
    let matrix = matrix(&folder.join(responses));
    let (model, priors) = model(case);
    let mut plan = CalibrationPlan::uniform(model, matrix.items().len(), 1);
    plan.items = vec![ItemPlan { priors, ..ItemPlan::new(model) }; matrix.items().len()];
    plan.grid = GridChoice::Stated(Grid::default());
    plan.tolerance = 1e-7;
    Case { name: format!("{dataset}/{case}"), json, matrix, plan }
}

/// Reads a response file.
pub fn matrix(path: &Path) -> ResponseMatrix {
    read_responses(File::open(path).unwrap(), &ReadOptions::default()).unwrap()
}

fn model(case: &str) -> (ItemModel, ItemPriors) {
    let none = ItemPriors::default();
    let guessing = Some(Prior::Normal(-1.386294361, 0.5));
    let full = ItemPriors {
        slope: Some(Prior::LogNormal(0.0, 0.5)),
        intercept: Some(Prior::Normal(0.0, 2.0)),
        guessing,
        upper: Some(Prior::Normal(3.0, 0.5)),
    };
    match case.trim_end_matches("_dichotomised") {
        "rasch" => (ItemModel::Rasch, none),
        "1pl" => (ItemModel::OnePl, none),
        "2pl" => (ItemModel::TwoPl, none),
        "3pl_norm" => (ItemModel::ThreePl, ItemPriors { guessing, ..none }),
        "3pl_full" => (ItemModel::ThreePl, full),
        "3pl_beta" => (ItemModel::ThreePl, ItemPriors { guessing: Some(Prior::Beta(5.0, 17.0)), ..none }),
        "3pl_noprior" => (ItemModel::ThreePl, none),
        "4pl_full" => (ItemModel::FourPl, full),
        "grm" => (ItemModel::Graded, none),
        "gpcm" => (ItemModel::GeneralizedPartialCredit, none),
        "pcm" => (ItemModel::PartialCredit, none),
        "rsm" => (ItemModel::RatingScale, none),
        "nominal" => (ItemModel::Nominal, none),
        other => panic!("no model for case {other}"),
    }
}

/// A number of the reference, if it is one.
pub fn number(value: &Value, key: &str) -> Option<f64> {
    value.get(key).and_then(Value::as_f64)
}
