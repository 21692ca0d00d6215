//! `waymark score` against the scores of the calibration reference set: its parameters, its responses, its grid.
//! Runs only where `WAYMARK_REFERENCE` is set.

use std::path::Path;

use serde_json::{Map, Value, json};

use super::program::Desk;

/// Highest |θ| that the reference compares for point estimates.
const THETA_MAX: f64 = 4.0;

#[test]
#[expect(clippy::print_stderr, reason = "a test says what it left out")]
fn scores_agree_with_the_reference_programs() {
    let Ok(folder) = std::env::var("WAYMARK_REFERENCE") else {
        eprintln!("WAYMARK_REFERENCE is not set: nothing to compare with");
        return;
    };
    let folder = Path::new(&folder).join("calibration/data");
    for (dataset, case, model) in [
        ("fraction_subtraction", "2pl", "2PL"),
        ("deayala", "rasch", "2PL"),
        ("lsat7", "2pl", "2PL"),
        ("lsat7", "3pl_norm", "3PL"),
        ("sat12", "3pl_norm", "3PL"),
        ("science", "grm", "GRM"),
        ("science", "gpcm", "GPCM"),
        ("science", "pcm", "PCM"),
        ("science", "nominal", "NRM"),
        ("environment", "gpcm", "GPCM"),
    ] {
        compare(&folder.join(dataset), case, model);
    }
}

fn compare(folder: &Path, case: &str, model: &str) {
    let text = std::fs::read_to_string(folder.join(format!("{case}.json"))).expect("the case");
    let reference: Value = serde_json::from_str(&text).expect("JSON");
    let desk = Desk::new();
    desk.file("bank.json", &bank(&reference, model).to_string());
    let variance = reference["slope_intercept"].as_array().expect("a list").iter();
    let variance = variance.filter_map(|row| row["est"]["COV_11"].as_f64()).next_back().unwrap_or(1.0);
    let (prior_sd, responses) = (variance.sqrt().to_string(), folder.join("responses.csv"));
    let expected = std::fs::read_to_string(folder.join(format!("{case}_scores.csv"))).expect("the scores");
    for (estimator, column, tolerance) in
        [("eap", "EAP", 1e-5), ("map", "MAP", 1e-4), ("ml", "ML", 1e-4), ("wle", "WLE", 1e-4)]
    {
        // The reference's WLE of the 3PL maximises the likelihood times the root of the information (Jeffreys), which
        // is Warm's estimator for the other models only.
        if estimator == "wle" && model == "3PL" {
            continue;
        }
        let mut arguments =
            vec!["score", "--bank", "bank.json", "--responses", responses.to_str().expect("UTF-8")];
        arguments.extend(["--out", "scores.csv", "--estimator", estimator, "--prior-sd", &prior_sd]);
        if estimator == "eap" {
            arguments.extend(["--quadrature", "61"]);
        }
        let ended = desk.run(&arguments);
        assert_eq!(ended.code, 0, "{}", ended.err);
        let scores: Vec<String> = desk.text("scores.csv").lines().skip(1).map(str::to_owned).collect();
        let compared =
            compare_column(&scores, &expected, (column, tolerance), &format!("{}/{case}", folder.display()));
        assert!(compared >= 10, "{} {case} {column}: {compared} rows", folder.display());
        if estimator == "eap" {
            compare_column(&scores, &expected, ("EAP_SE", tolerance), case);
        }
    }
}

fn compare_column(scores: &[String], expected: &str, (column, tolerance): (&str, f64), place: &str) -> usize {
    let mut lines = expected.lines();
    let heading: Vec<&str> = lines.next().expect("a heading").split(',').collect();
    let at = heading.iter().position(|name| *name == column).expect("the column");
    let mut compared = 0;
    for line in lines {
        let cells: Vec<&str> = line.split(',').collect();
        let (Ok(row), Ok(theta)) = (cells[0].parse::<usize>(), cells[at].parse::<f64>()) else { continue };
        if !theta.is_finite() || theta.abs() >= THETA_MAX {
            continue;
        }
        let cell = if column == "EAP_SE" { 2 } else { 1 };
        let ours: f64 =
            scores[row - 1].split(',').nth(cell).and_then(|cell| cell.parse().ok()).expect("an estimate");
        assert!((ours - theta).abs() < tolerance, "{place} row {row} {column}: {ours} is not {theta}");
        compared += 1;
    }
    compared
}

/// The bank of a case's parameters in the field's usual letters.
fn bank(reference: &Value, model: &str) -> Value {
    let rows = reference["irt"].as_array().expect("a list").iter().filter(|row| row["item"] != "GroupPars");
    let items: Vec<Value> = rows.map(|row| item(row, model)).collect();
    json!({ "id": "reference", "items": items })
}

fn item(row: &Value, model: &str) -> Value {
    let estimates = row["est"].as_object().expect("an object");
    let list = |letter: &str| -> Vec<&Value> {
        (1..).map_while(|number| estimates.get(&format!("{letter}{number}"))).collect()
    };
    let mut item = Map::new();
    item.insert("id".to_owned(), row["item"].clone());
    item.insert("model".to_owned(), model.into());
    match model {
        "NRM" => {
            item.insert("a".to_owned(), json!(list("a")));
            item.insert("b".to_owned(), json!(list("c")));
        }
        "2PL" | "3PL" => {
            item.insert("a".to_owned(), estimates["a"].clone());
            item.insert("b".to_owned(), estimates["b"].clone());
            if model == "3PL" {
                item.insert("c".to_owned(), estimates["g"].clone());
            }
        }
        _ => {
            item.insert("a".to_owned(), estimates["a"].clone());
            item.insert("b".to_owned(), json!(list("b")));
        }
    }
    Value::Object(item)
}
