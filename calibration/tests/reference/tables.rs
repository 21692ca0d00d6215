//! Two-way tables of pairs, tables of total scores, and the other two covariance matrices.

use std::ops::ControlFlow;

use calibration::local_dependence::pair_tables;
use calibration::total_score::total_scores;
use calibration::{Calibration, InformationSource, ParameterName, calibrate, covariance_from};

use crate::data::{Case, case, number, root};

fn check_pairs(case: &Case, found: &Calibration) {
    let Some(table) = case.json["LD_X2"].as_object() else { return };
    for pair in pair_tables(found, &case.matrix) {
        let [first, second] = [pair.first, pair.second].map(|item| &case.matrix.items()[item]);
        let statistic = table[second][pair.first].as_f64().unwrap();
        let v = table[first][pair.second].as_f64().unwrap();
        let at = format!("{} {first} {second}", case.name);
        assert!(
            (pair.statistic - statistic.abs()).abs() < 1e-3 * statistic.abs().max(1.0),
            "{at}: {pair:?} {statistic}"
        );
        // What the reference takes its sign from is not known: sizes are compared.
        assert!((pair.cramers_v.abs() - v.abs()).abs() < 1e-4, "{at}: {pair:?} {v}");
    }
}

fn check_totals(case: &Case, found: &Calibration) {
    let Some(rows) = case.json["EAPsum"].as_array() else { return };
    for (row, total) in rows.iter().zip(total_scores(found, &case.matrix)) {
        let at = format!("{} {row} {total:?}", case.name);
        // A latent variance that is estimated reaches beyond the grid a little.
        let tolerance = if found.groups[0].estimated[1] { 2e-3 } else { 1e-4 };
        assert_eq!(total.score as f64, number(row, "Sum.Scores").unwrap(), "{at}");
        assert_eq!(total.observed, number(row, "observed").unwrap(), "{at}");
        assert!((total.theta - number(row, "F1").or(number(row, "F")).unwrap()).abs() < tolerance, "{at}");
        assert!(
            (total.standard_error - number(row, "SE_F1").or(number(row, "SE_F")).unwrap()).abs() < tolerance,
            "{at}"
        );
        let expected = number(row, "expected").unwrap();
        assert!((total.expected - expected).abs() < (1e-3_f64).max(tolerance) * expected.max(1.0), "{at}");
    }
}

fn check_errors(case: &Case, found: &Calibration, source: InformationSource, key: &str) {
    let Some(rows) = case.json[key].as_array() else { return };
    let errors = covariance_from(found, source).unwrap();
    let mut worst = 0.0_f64;
    for (item, (calibrated, row)) in found.items.iter().zip(rows).enumerate() {
        for (name, own) in calibrated.parameters.names().into_iter().zip(errors.item_errors(item)) {
            let keys = match name {
                ParameterName::Slope => ["a1".to_owned(), "a1".to_owned()],
                ParameterName::Intercept(k) => [format!("d{k}"), "d".to_owned()],
                ParameterName::GuessingLogit => ["logit(g)".to_owned(), "logit(g)".to_owned()],
                _ => continue,
            };
            let expected = keys.iter().find_map(|key| number(&row["se"], key));
            if let (Some(own), Some(expected)) = (own, expected) {
                worst = worst.max((own / expected - 1.0).abs());
            }
        }
    }
    println!("{} {key}: {worst:.1e}", case.name);
    assert!(worst < 2e-3, "{} {key}: {worst}", case.name);
}

fn check(dataset: &str, names: &[&str]) {
    let Some(root) = root() else { return };
    for name in names {
        let case = case(&root, dataset, name);
        let found = calibrate(&case.matrix, &case.plan, &mut |_| ControlFlow::Continue(())).unwrap();
        check_pairs(&case, &found);
        check_totals(&case, &found);
        check_errors(&case, &found, InformationSource::CrossProduct, "se_crossprod_slope_intercept");
        check_errors(&case, &found, InformationSource::Sandwich, "se_sandwich_slope_intercept");
    }
}

#[test]
fn dichotomous() {
    check("lsat6", &["1pl", "2pl", "rasch"]);
    check("lsat7", &["2pl", "rasch"]);
    check("wirs", &["2pl", "rasch"]);
    check("abortion", &["1pl", "2pl"]);
    check("deayala", &["1pl", "2pl"]);
    check("fims_aus_jpn", &["2pl", "rasch"]);
    check("fraction_subtraction", &["1pl", "2pl"]);
    check("sat12", &["2pl", "rasch"]);
    check("verbal_aggression", &["1pl_dichotomised", "2pl_dichotomised", "rasch_dichotomised"]);
}

#[test]
fn polytomous() {
    check("science", &["grm", "gpcm"]);
    check("environment", &["grm", "gpcm"]);
    check("bock1997", &["grm", "gpcm"]);
    check("verbal_aggression", &["grm", "gpcm"]);
}

/// A generalised partial-credit item by its slope and steps is the same item as by its slope and intercepts.
#[test]
fn steps_of_generalised_partial_credit() {
    let Some(root) = root() else { return };
    let case = case(&root, "science", "gpcm");
    let text = std::fs::read_to_string(root.join("science/gpcm_irt.json")).unwrap();
    let json: serde_json::Value = serde_json::from_str(&text).unwrap();
    let found = calibrate(&case.matrix, &case.plan, &mut |_| ControlFlow::Continue(())).unwrap();
    assert!((found.log_likelihood - number(&json, "logLik").unwrap()).abs() < 1e-5);
    let errors = covariance_from(&found, InformationSource::Observed).unwrap();
    for (index, item) in found.items.iter().enumerate() {
        let block = &json["slope_intercept"][index];
        let parameters = item.parameters.conventional(Some(&errors.item_block(index, index)));
        let steps = parameters.b.iter().enumerate().map(|(k, b)| (format!("b{}", k + 1), *b));
        for (key, estimate) in steps.chain([("a1".to_owned(), parameters.a[0])]) {
            let (value, error) = (number(&block["est"], &key).unwrap(), number(&block["se"], &key).unwrap());
            assert!((estimate.value - value).abs() < 1e-4, "{} {key}: {estimate:?} {value}", item.id);
            let ratio = estimate.standard_error.unwrap() / error;
            assert!((ratio - 1.0).abs() < 2e-3, "{} {key}: {estimate:?} {error}", item.id);
        }
    }
}
