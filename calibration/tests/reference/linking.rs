//! Linking constants and their standard errors.

use std::collections::HashMap;
use std::ops::ControlFlow;
use std::path::Path;

use calibration::linking::{CommonItem, LinkingMethod, Symmetry, directions, link, link_errors};
use calibration::{
    Calibration, CalibrationPlan, Grid, GridChoice, InformationSource, ItemModel, ItemParameters, calibrate,
    covariance_from, logit,
};
use serde_json::Value;

use crate::data::{matrix, number, root};

const METHODS: [(&str, LinkingMethod); 7] = [
    ("mean_sigma", LinkingMethod::MeanSigma),
    ("mean_mean", LinkingMethod::MeanMean),
    ("mean_geometric_mean", LinkingMethod::MeanGeometricMean),
    ("haebara", LinkingMethod::Haebara(Symmetry::StayingScale)),
    ("haebara_symmetric", LinkingMethod::Haebara(Symmetry::BothScales)),
    ("stocking_lord", LinkingMethod::StockingLord(Symmetry::StayingScale)),
    ("stocking_lord_symmetric", LinkingMethod::StockingLord(Symmetry::BothScales)),
];

/// Items of a parameter file: item, a, b, c.
fn items(path: &Path) -> HashMap<String, ItemParameters> {
    let text = std::fs::read_to_string(path).unwrap();
    let item = |line: &str| {
        let cells: Vec<&str> = line.split(',').collect();
        let [a, b, c] = [1, 2, 3].map(|place| cells[place].parse::<f64>().unwrap());
        let values = vec![a, -a * b, logit(c), f64::INFINITY];
        (cells[0].to_owned(), ItemParameters::with_values(ItemModel::ThreePl, 2, values))
    };
    text.lines().skip(1).map(item).collect()
}

fn check(json: &Value, common: &[CommonItem]) {
    for (name, method) in METHODS {
        let found = link(common, method).unwrap();
        let [slope, intercept] = ["A", "B"].map(|key| number(&json[name], key).unwrap());
        let gap = (found.constants.slope - slope).abs().max((found.constants.intercept - intercept).abs());
        println!("{name}: {gap:.1e}, criterion {:?} {:?}", found.criterion, number(&json[name], "criterion"));
        assert!(gap < 1e-5, "{name}: {found:?} {slope} {intercept}");
        if let (Some(own), Some(expected)) = (found.criterion, number(&json[name], "criterion")) {
            assert!((own / expected - 1.0).abs() < 1e-5, "{name}: {own} {expected}");
        }
    }
}

#[test]
fn kolen_and_brennan() {
    let Some(root) = root() else { return };
    let folder = root.join("link_kolen_brennan_3pl");
    let text = std::fs::read_to_string(folder.join("common.csv")).unwrap();
    let (from, to) = (items(&folder.join("form_x.csv")), items(&folder.join("form_y.csv")));
    let common: Vec<CommonItem> = text
        .lines()
        .skip(1)
        .map(|line| {
            let (x, y) = line.split_once(',').unwrap();
            CommonItem { id: x.to_owned(), from: from[x].clone(), to: to[y].clone() }
        })
        .collect();
    let json = std::fs::read_to_string(folder.join("linking_D1.json")).unwrap();
    check(&serde_json::from_str(&json).unwrap(), &common);
}

#[test]
fn pisa_constants() {
    let Some(root) = root() else { return };
    let folder = root.join("link_pisa09_2pl");
    let (from, to) = (items(&folder.join("params_x.csv")), items(&folder.join("params_y.csv")));
    let json: Value =
        serde_json::from_str(&std::fs::read_to_string(folder.join("linking.json")).unwrap()).unwrap();
    let mut common = Vec::new();
    for id in json["calibration"]["common_items"].as_array().unwrap() {
        let id = id.as_str().unwrap();
        common.push(CommonItem { id: id.to_owned(), from: from[id].clone(), to: to[id].clone() });
    }
    check(&json, &common);
}

fn fit(path: &Path) -> (Vec<String>, Calibration) {
    let matrix = matrix(path);
    let mut plan = CalibrationPlan::uniform(ItemModel::TwoPl, matrix.items().len(), 1);
    plan.grid = GridChoice::Stated(Grid::default());
    plan.tolerance = 1e-7;
    let found = calibrate(&matrix, &plan, &mut |_| ControlFlow::Continue(())).unwrap();
    (matrix.items().to_vec(), found)
}

#[test]
fn pisa_standard_errors() {
    let Some(root) = root() else { return };
    let folder = root.join("link_pisa09_2pl");
    let (names_x, x) = fit(&folder.join("responses_x.csv"));
    let (names_y, y) = fit(&folder.join("responses_y.csv"));
    let mut columns = Vec::new();
    let mut common = Vec::new();
    for (from, id) in names_x.iter().enumerate() {
        if let Some(to) = names_y.iter().position(|other| other == id) {
            columns.push((from, to));
            let (from, to) = (x.items[from].parameters.clone(), y.items[to].parameters.clone());
            common.push(CommonItem { id: id.clone(), from, to });
        }
    }
    assert_eq!(common.len(), 31);
    let errors = |found: &Calibration| covariance_from(found, InformationSource::CrossProduct).unwrap();
    let directions = directions((&errors(&x), &errors(&y)), &columns).unwrap();
    let json: Value =
        serde_json::from_str(&std::fs::read_to_string(folder.join("linking.json")).unwrap()).unwrap();
    // The peer's errors rest on the cross-product of scores. In its mean-sigma a deviation is taken over n − 1 of the 31
    // items where the constant itself is taken over n; its curves are integrated over 30 Gauss–Hermite nodes.
    for (name, method, tolerance) in [
        ("mean-mean", LinkingMethod::MeanMean, 1e-5),
        ("mean-gmean", LinkingMethod::MeanGeometricMean, 1e-5),
        ("mean-sigma", LinkingMethod::MeanSigma, 1.0 / 30.0 + 1e-5),
        ("Haebara", LinkingMethod::Haebara(Symmetry::StayingScale), 2e-2),
        ("Stocking-Lord", LinkingMethod::StockingLord(Symmetry::StayingScale), 2e-2),
    ] {
        let errors = link_errors(&common, method, &directions).unwrap();
        let [slope, intercept] = ["se_A", "se_B"].map(|key| number(&json["equateIRT"][name], key).unwrap());
        let ratios = [errors.slope / slope, errors.intercept / intercept];
        println!("{name}: {ratios:?}");
        assert!(ratios.iter().all(|ratio| (ratio - 1.0).abs() < tolerance), "{name}: {errors:?}");
    }
}
