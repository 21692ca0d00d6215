//! Several groups, fixed parameters, concurrent calibration, and guessing without a prior.

use std::fs;
use std::ops::ControlFlow;
use std::path::Path;

use calibration::responses::{ResponseBuilder, ResponseMatrix};
use calibration::{
    Calibration, CalibrationPlan, Grid, GridChoice, ItemModel, ItemParameters, calibrate, covariance,
};
use serde_json::Value;

use crate::data::{case, matrix, number, root};

fn json(path: &Path) -> Value {
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

fn fit(matrix: &ResponseMatrix, mut plan: CalibrationPlan) -> Calibration {
    plan.grid = GridChoice::Stated(Grid::default());
    plan.tolerance = 1e-7;
    let found = calibrate(matrix, &plan, &mut |_| ControlFlow::Continue(())).unwrap();
    assert!(found.converged(), "{:?}", found.convergence);
    found
}

/// The same rows with the groups of a column of `groups.csv`.
fn grouped(matrix: ResponseMatrix, path: &Path, column: &str) -> ResponseMatrix {
    let text = fs::read_to_string(path).unwrap();
    let mut lines = text.lines();
    let place = lines.next().unwrap().split(',').position(|name| name == column).unwrap();
    let mut names: Vec<String> = Vec::new();
    let groups = lines
        .map(|line| {
            let name = line.split(',').nth(place).unwrap();
            let index = names.iter().position(|known| known == name).unwrap_or_else(|| {
                names.push(name.to_owned());
                names.len() - 1
            });
            u8::try_from(index).unwrap()
        })
        .collect();
    matrix.with_groups(names, groups)
}

#[test]
fn two_countries_with_equal_items() {
    let Some(root) = root() else { return };
    let folder = root.join("fims_aus_jpn");
    let reference = &json(&folder.join("dif.json"))["multigroup_invariant"];
    let data = grouped(matrix(&folder.join("responses.csv")), &folder.join("groups.csv"), "country");
    let found = fit(&data, CalibrationPlan::uniform(ItemModel::TwoPl, data.items().len(), 2));
    let errors = covariance(&found).unwrap();
    let (focal, expected) = (&found.groups[1], &reference["groups"]["JPN"]);
    let block = &reference["params"]["JPN"]["GroupPars"]["se"];
    println!(
        "invariant: log L {:+.1e}, mean {:+.1e}, variance {:+.1e}",
        found.log_likelihood - number(reference, "logLik").unwrap(),
        focal.mean - number(expected, "mean").unwrap(),
        focal.standard_deviation.powi(2) - number(expected, "var").unwrap(),
    );
    assert!((found.log_likelihood - number(reference, "logLik").unwrap()).abs() < 2e-3);
    assert!((focal.mean - number(expected, "mean").unwrap()).abs() < 1e-3);
    assert!((focal.standard_deviation.powi(2) - number(expected, "var").unwrap()).abs() < 2e-3);
    let [mean, variance] = errors.latent_errors(1, focal.standard_deviation).map(Option::unwrap);
    assert!((mean / number(block, "MEAN_1").unwrap() - 1.0).abs() < 0.05, "{mean}");
    assert!((variance / number(block, "COV_11").unwrap() - 1.0).abs() < 0.05, "{variance}");
    for item in &found.items {
        let expected = &reference["params"]["JPN"][&item.id]["est"];
        assert!((item.parameters.values()[0] - number(expected, "a1").unwrap()).abs() < 1e-3, "{}", item.id);
        assert!((item.parameters.values()[1] - number(expected, "d").unwrap()).abs() < 1e-3, "{}", item.id);
    }
}

#[test]
fn new_items_onto_an_old_scale() {
    let Some(root) = root() else { return };
    let folder = root.join("fipc_fims");
    let reference = json(&folder.join("fipc.json"));
    let data = matrix(&folder.join("responses_new.csv"));
    let anchors: Vec<&str> =
        reference["anchors"].as_array().unwrap().iter().map(|name| name.as_str().unwrap()).collect();
    let mut plan = CalibrationPlan::uniform(ItemModel::TwoPl, data.items().len(), 1);
    for (item, (name, block)) in
        plan.items.iter_mut().zip(data.items().iter().zip(reference["reference"].as_array().unwrap()))
    {
        if anchors.contains(&name.as_str()) {
            let (a, d) = (number(&block["est"], "a1").unwrap(), number(&block["est"], "d").unwrap());
            let values = vec![a, d, f64::NEG_INFINITY, f64::INFINITY];
            item.fixed = Some(ItemParameters::with_values(ItemModel::TwoPl, 2, values));
        }
    }
    let found = fit(&data, CalibrationPlan::new(plan.items, 1));
    let blocks = reference["new"].as_array().unwrap();
    println!("fixed: log L {:+.1e}", found.log_likelihood - number(&reference, "new_logLik").unwrap());
    assert!((found.log_likelihood - number(&reference, "new_logLik").unwrap()).abs() < 5e-3);
    assert_eq!(found.free_parameters as f64, number(&reference, "new_n_free").unwrap());
    for (item, block) in found.items.iter().zip(blocks) {
        assert!(
            (item.parameters.values()[0] - number(&block["est"], "a1").unwrap()).abs() < 2e-3,
            "{}",
            item.id
        );
        assert!(
            (item.parameters.values()[1] - number(&block["est"], "d").unwrap()).abs() < 2e-3,
            "{}",
            item.id
        );
    }
    let latent = &blocks.last().unwrap()["est"];
    let errors =
        calibration::covariance(&found).unwrap().latent_errors(0, found.groups[0].standard_deviation);
    for (error, key) in errors.into_iter().zip(["MEAN_1", "COV_11"]) {
        let expected = number(&blocks.last().unwrap()["se"], key).unwrap();
        assert!((error.unwrap() / expected - 1.0).abs() < 5e-3, "{key}: {error:?} {expected}");
    }
    assert!((found.groups[0].mean - number(latent, "MEAN_1").unwrap()).abs() < 2e-3);
    assert!((found.groups[0].standard_deviation.powi(2) - number(latent, "COV_11").unwrap()).abs() < 4e-3);
}

#[test]
fn two_forms_at_once() {
    let Some(root) = root() else { return };
    let folder = root.join("link_pisa09_2pl");
    let reference = &json(&folder.join("linking.json"))["concurrent"];
    let (y, x) = (matrix(&folder.join("responses_y.csv")), matrix(&folder.join("responses_x.csv")));
    let mut names = y.items().to_vec();
    names.extend(x.items().iter().filter(|name| !y.items().contains(name)).cloned());
    let mut builder = ResponseBuilder::new(names.clone());
    for form in [&y, &x] {
        let column: Vec<usize> =
            form.items().iter().map(|name| names.iter().position(|n| n == name).unwrap()).collect();
        for row in form.rows() {
            let mut answers: Vec<(u16, u8)> =
                row.iter().map(|(item, score)| (u16::try_from(column[item]).unwrap(), score)).collect();
            answers.sort_unstable();
            builder.push(&answers);
        }
    }
    let groups =
        (0..y.examinee_count() + x.examinee_count()).map(|e| u8::from(e >= y.examinee_count())).collect();
    let data = builder.finish().with_groups(vec!["y".into(), "x".into()], groups);
    let found = fit(&data, CalibrationPlan::uniform(ItemModel::TwoPl, names.len(), 2));
    println!("concurrent: log L {:+.1e}", found.log_likelihood - number(reference, "logLik").unwrap());
    assert!((found.log_likelihood - number(reference, "logLik").unwrap()).abs() < 1e-3);
    assert!((found.groups[1].mean - number(reference, "mean_X").unwrap()).abs() < 1e-3);
    assert!((found.groups[1].standard_deviation.powi(2) - number(reference, "var_X").unwrap()).abs() < 1e-3);
    for block in reference["items"].as_array().unwrap() {
        let name = block["item"].as_str().unwrap();
        let item = &found.items[names.iter().position(|n| n == name).unwrap()];
        let parameters = item.parameters.conventional(None);
        assert!((parameters.a[0].value - number(block, "a").unwrap()).abs() < 2e-3, "{name}");
        assert!((parameters.b[0].value - number(block, "b").unwrap()).abs() < 2e-3, "{name}");
    }
}

#[test]
fn guessing_without_a_prior_reaches_the_log_likelihood() {
    let Some(root) = root() else { return };
    let case = case(&root, "lsat7", "3pl_noprior");
    let found = calibrate(&case.matrix, &case.plan, &mut |_| ControlFlow::Continue(())).unwrap();
    let gap = found.log_likelihood - number(&case.json, "logLik").unwrap();
    println!("{}: log L {gap:+.1e} {:?}", case.name, found.convergence);
    assert!(gap.abs() < 1e-3, "{gap}");
}
