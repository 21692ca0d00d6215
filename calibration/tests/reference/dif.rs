//! Differential item functioning: Mantel–Haenszel, logistic regression, likelihood ratio and Wald.

use calibration::dif::{
    Anchors, GroupPair, Matching, ModelTestKind, ModelledGroups, logistic_dif, mantel_haenszel, model_tests,
    polytomous_dif, strata,
};
use calibration::responses::ResponseMatrix;
use calibration::{CalibrationPlan, Grid, GridChoice, ItemModel};
use serde_json::Value;

use crate::data::{matrix, number, root};

struct Comparison {
    json: Value,
    matrix: ResponseMatrix,
    groups: GroupPair,
}

fn comparison(dataset: &str, file: &str, responses: &str, column: usize) -> Option<Comparison> {
    let root = root()?;
    let folder = root.join(dataset);
    let json: Value = serde_json::from_str(&std::fs::read_to_string(folder.join(file)).unwrap()).unwrap();
    let text = std::fs::read_to_string(folder.join("groups.csv")).unwrap();
    let of: Vec<&str> = text.lines().skip(1).map(|line| line.split(',').nth(column).unwrap()).collect();
    let [reference, focal] = ["reference", "focal"].map(|key| json[key].as_str().unwrap().to_owned());
    let groups = of.iter().map(|name| u8::from(*name == focal)).collect();
    let matrix = matrix(&folder.join(responses)).with_groups(vec![reference.clone(), focal.clone()], groups);
    let pair = GroupPair::new(&matrix, (&reference, &focal), 50).unwrap();
    Some(Comparison { json, matrix, groups: pair })
}

fn close(found: f64, expected: f64, tolerance: f64, what: &str) {
    let gap = (found - expected).abs() / expected.abs().max(1.0);
    assert!(gap < tolerance, "{what}: {found} {expected}");
}

fn check_matched(comparison: &Comparison) {
    let Comparison { json, matrix, groups } = comparison;
    let all = Matching::TotalScore((0..matrix.items().len()).collect());
    for item in 0..matrix.items().len() {
        let id = &matrix.items()[item];
        let strata = strata(matrix, *groups, &all, item);
        let found = mantel_haenszel(matrix, *groups, item, &strata).unwrap();
        let row = &json["mantel_haenszel"][item];
        assert_eq!(row["item"].as_str(), Some(id.as_str()));
        for (name, value) in [
            ("MH_chi2_cc", found.chi_squared),
            ("MH_chi2_nocc", found.chi_squared_uncorrected),
            ("p_cc", found.probability),
            ("alpha_MH", found.odds_ratio),
            ("se_log_alpha_RBG", found.log_odds_error),
            ("delta_MH", found.delta),
            ("se_delta", found.delta_error),
        ] {
            close(value, number(row, name).unwrap(), 1e-9, &format!("{id} {name}"));
        }
        let expected = number(&json["standardization"][item], "P_DIF").unwrap();
        close(found.standardised_difference, expected, 1e-9, &format!("{id} P_DIF"));
        // With two categories Mantel's test is Mantel–Haenszel without correction.
        let polytomous = polytomous_dif(matrix, *groups, item, &strata).unwrap();
        close(polytomous.mantel, found.chi_squared_uncorrected, 1e-10, &format!("{id} Mantel"));
        close(polytomous.generalised, found.chi_squared_uncorrected, 1e-10, &format!("{id} generalised"));
        close(polytomous.standardised_mean_difference, expected, 1e-9, &format!("{id} SMD"));
        let found = logistic_dif(matrix, *groups, item, &strata).unwrap();
        let row = &json["logistic_regression"][item];
        for (name, value) in [
            ("LR_uniform", found.uniform),
            ("LR_nonuniform", found.non_uniform),
            ("LR_both", found.both),
            ("p_both", found.both_probability),
            ("dR2_nagelkerke", found.effect.r_squared_change),
            ("b_tot", found.coefficients[1]),
            ("b_group", found.coefficients[2]),
            ("b_inter", found.coefficients[3]),
        ] {
            close(value, number(row, name).unwrap(), 1e-7, &format!("{id} {name}"));
        }
    }
}

fn check_modelled(comparison: &Comparison, model: ItemModel) {
    let Comparison { json, matrix, groups } = comparison;
    let mut plan = CalibrationPlan::uniform(model, matrix.items().len(), 2);
    plan.grid = GridChoice::Stated(Grid::default());
    plan.tolerance = 1e-6;
    let modelled = ModelledGroups { matrix, groups: *groups, plan: &plan };
    let found = model_tests(modelled, ModelTestKind::LikelihoodRatio, &Anchors::AllOthers).unwrap();
    assert!(found.certificate.converged);
    let found = found.tests;
    let mut worst = 0.0_f64;
    for row in json["LR_drop"].as_array().unwrap() {
        let item = matrix.items().iter().position(|id| Some(id.as_str()) == row["item"].as_str()).unwrap();
        let expected = number(row, "X2").unwrap();
        worst = worst.max((found[item].statistic - expected).abs());
        assert_eq!(Some(found[item].degrees_of_freedom as u64), row["df"].as_u64());
    }
    println!("likelihood ratio: {worst:.1e}");
    assert!(worst < 2e-3, "likelihood ratio: {worst}");
    let anchors: Vec<usize> = json["anchored"]["anchors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|name| matrix.items().iter().position(|id| Some(id.as_str()) == name.as_str()).unwrap())
        .collect();
    let found = model_tests(modelled, ModelTestKind::Wald, &Anchors::Columns(anchors)).unwrap().tests;
    let mut worst = 0.0_f64;
    for row in json["anchored"]["wald"].as_array().unwrap() {
        let item = matrix.items().iter().position(|id| Some(id.as_str()) == row["item"].as_str()).unwrap();
        let test = found.iter().find(|test| test.item == item).unwrap();
        worst = worst.max((test.statistic / number(row, "W").unwrap() - 1.0).abs());
        assert_eq!(Some(test.degrees_of_freedom as u64), row["df"].as_u64());
    }
    println!("Wald: {worst:.1e} relative");
    assert!(worst < 2e-3, "Wald: {worst}");
}

#[test]
fn australia_and_japan() {
    let Some(comparison) = comparison("fims_aus_jpn", "dif.json", "responses.csv", 1) else { return };
    check_matched(&comparison);
    check_modelled(&comparison, ItemModel::TwoPl);
}

#[test]
fn verbal_aggression_dichotomised() {
    let found = comparison("verbal_aggression", "dif_dichotomised_2pl.json", "responses_dichotomised.csv", 0);
    let Some(comparison) = found else { return };
    check_matched(&comparison);
    check_modelled(&comparison, ItemModel::TwoPl);
}

#[test]
fn verbal_aggression_graded() {
    let Some(comparison) = comparison("verbal_aggression", "dif_grm.json", "responses.csv", 0) else {
        return;
    };
    check_modelled(&comparison, ItemModel::Graded);
}
