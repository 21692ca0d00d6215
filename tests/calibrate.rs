//! `waymark calibrate` from the outside: the files it writes, and what it refuses.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use item_bank::formats::read_bank_json;
use serde_json::Value;

fn waymark(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_waymark")).args(arguments).output().expect("the program starts")
}

/// Answers of 60 examinees to 4 items, the first column their names.
fn responses(folder: &Path) -> String {
    let mut text = String::from("examinee,i1,i2,i3,i4\n");
    let mut state = 12_345_u32;
    for examinee in 0..60_u32 {
        let ability = examinee / 10;
        let mut score = |item: u32| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            u32::from((state >> 16) % 10 < 1 + ability + item % 3)
        };
        text += &format!("e{examinee},{},{},{},{}\n", score(0), score(1), score(2), score(3));
    }
    let path = folder.join("responses.csv");
    fs::write(&path, text).unwrap();
    path.display().to_string()
}

#[test]
fn five_files_are_written_and_agree_with_each_other() {
    let folder = tempfile::tempdir().unwrap();
    let file = responses(folder.path());
    let out = folder.path().join("out");
    let done = waymark(&[
        "calibrate",
        &file,
        "--model",
        "rasch",
        "--out",
        out.to_str().unwrap(),
        "--format",
        "json",
    ]);
    assert_eq!(done.status.code(), Some(0), "{}", String::from_utf8_lossy(&done.stderr));
    let printed: Value = serde_json::from_slice(&done.stdout).unwrap();
    let summary: Value =
        serde_json::from_str(&fs::read_to_string(out.join("summary.json")).unwrap()).unwrap();
    assert_eq!(printed, summary);
    assert_eq!(summary["converged"], true);
    assert_eq!(summary["identified"], true);
    let log_likelihood = summary["log_likelihood"].as_f64().unwrap();
    assert!((summary["aic"].as_f64().unwrap() - (10.0 - 2.0 * log_likelihood)).abs() < 1e-9);

    let parameters = fs::read_to_string(out.join("parameters.csv")).unwrap();
    let mut lines = parameters.lines();
    assert_eq!(lines.next(), Some("item,model,a,b,c,d,se_a,se_b,se_c,se_d,answers,note,status"));
    let bank = read_bank_json(&fs::read_to_string(out.join("bank.json")).unwrap(), "bank.json").unwrap();
    for (line, item) in lines.zip(bank.items()) {
        let cells: Vec<&str> = line.split(',').collect();
        assert_eq!(cells[0], item.id.as_str());
        let item_bank::ResponseModel::OnePl(model) = item.model.as_ref().unwrap() else {
            panic!("a Rasch item")
        };
        assert_eq!(cells[3].parse::<f64>().unwrap(), model.difficulty());
    }
    let scores = fs::read_to_string(out.join("scores.csv")).unwrap();
    assert_eq!(scores.lines().next(), Some("examinee,theta,standard_error,answered"));
    assert_eq!(scores.lines().count(), 61);
    assert!(scores.lines().nth(1).unwrap().starts_with("e0,"));
    let report = fs::read_to_string(out.join("report.html")).unwrap();
    assert!(!report.contains("http://") && !report.contains("https://") && !report.contains("<script"));
    assert!(report.contains("<svg"));
}

#[test]
fn the_number_of_threads_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let file = responses(folder.path());
    let with = |threads: &str| {
        let out = folder.path().join(threads);
        let done = waymark(&[
            "calibrate",
            &file,
            "--model",
            "2pl",
            "--threads",
            threads,
            "--out",
            out.to_str().unwrap(),
        ]);
        assert_eq!(done.status.code(), Some(0), "{}", String::from_utf8_lossy(&done.stderr));
        (fs::read(out.join("parameters.csv")).unwrap(), fs::read(out.join("scores.csv")).unwrap())
    };
    assert!(with("1") == with("3"));
}

#[test]
fn bad_input_is_refused_with_its_place_and_nothing_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let bad = folder.path().join("bad.csv");
    fs::write(&bad, "i1,i2\n1,0\n1,7x\n").unwrap();
    let out = folder.path().join("out");
    let refused =
        waymark(&["calibrate", bad.to_str().unwrap(), "--model", "2pl", "--out", out.to_str().unwrap()]);
    assert_eq!(refused.status.code(), Some(1));
    let message = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(message.contains("bad.csv: line 3, column 2 (i2)") && message.contains("\"7x\""), "{message}");
    assert!(!out.exists());
}

#[test]
fn settings_that_make_no_plan_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let file = responses(folder.path());
    for (extra, message) in [
        (["--quadrature", "3"], "the number of quadrature nodes must be from 5 to 1001, got 3"),
        (
            ["--quadrature-range", "NaN"],
            "the quadrature range must be a finite number from 1 to 40 logits, got NaN",
        ),
        (
            ["--prior-guessing", "beta:0,1"],
            "the shapes of a beta prior must be finite numbers above 0, got 0 and 1",
        ),
        (
            ["--prior-slope", "wide"],
            "expected normal:MEAN,SD, lognormal:MEAN,SD, beta:ALPHA,BETA or none, got \"wide\"",
        ),
        (["--tolerance", "0"], "the tolerance must be a finite number above 0, got 0"),
        (["--group", "class"], "there is no column \"class\""),
        (["--threads", "0"], "0 is not in 1..=512"),
        (["--threads", "999999"], "999999 is not in 1..=512"),
    ] {
        let out = folder.path().join("out");
        let mut arguments = vec!["calibrate", &file, "--model", "3pl", "--out", out.to_str().unwrap()];
        arguments.extend(extra);
        let refused = waymark(&arguments);
        let text = String::from_utf8_lossy(&refused.stderr).into_owned();
        assert_eq!(refused.status.code(), Some(1), "{extra:?}: {text}");
        assert!(text.contains(message), "{extra:?}: {text}");
        assert!(!out.exists());
    }
}

/// Answers by the Rasch model to twelve items from −6 to 6 logits of examinees evenly spread from −9 to 9.
fn widely_spread(folder: &Path) -> String {
    let mut text = (1..=12).map(|item| format!("i{item}")).collect::<Vec<_>>().join(",") + "\n";
    let mut state = 7_u64;
    for examinee in 0..600 {
        let theta = -9.0 + 18.0 * f64::from(examinee) / 599.0;
        let scores = (0..12).map(|item| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let uniform = (state >> 11) as f64 / (1_u64 << 53) as f64;
            let difficulty = -6.0 + f64::from(item) * 12.0 / 11.0;
            if uniform < 1.0 / (1.0 + (difficulty - theta).exp()) { "1" } else { "0" }
        });
        text += &(scores.collect::<Vec<_>>().join(",") + "\n");
    }
    let path = folder.join("spread.csv");
    fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

#[test]
fn nodes_reach_the_examinees_unless_they_are_stated_and_then_a_warning_stands_everywhere() {
    let folder = tempfile::tempdir().unwrap();
    let file = widely_spread(folder.path());
    let run = |name: &str, extra: &[&str]| {
        let out = folder.path().join(name);
        let mut arguments = vec!["calibrate", &file, "--model", "rasch", "--out", out.to_str().unwrap()];
        arguments.extend(extra);
        let done = waymark(&arguments);
        assert_eq!(done.status.code(), Some(0), "{}", String::from_utf8_lossy(&done.stderr));
        let read = |file: &str| fs::read_to_string(out.join(file)).unwrap();
        let summary: Value = serde_json::from_str(&read("summary.json")).unwrap();
        (String::from_utf8_lossy(&done.stdout).into_owned(), summary, read("report.html"))
    };
    let (text, summary, report) = run("chosen", &[]);
    let deviation = summary["groups"][0]["standard_deviation"].as_f64().unwrap();
    let bounds = &summary["quadrature_bounds"];
    assert!(deviation > 4.0 && bounds[1].as_f64().unwrap() >= 5.0 * deviation, "{summary}");
    assert!(summary["grid_cuts_off"] == false && summary["grid_warnings"].as_array().unwrap().is_empty());
    assert!(!text.contains("warning") && !report.contains("cut off"), "{text}");

    let (text, summary, report) = run("stated", &["--quadrature", "61", "--quadrature-range", "6"]);
    assert_eq!(summary["quadrature_bounds"], serde_json::json!([-6.0, 6.0]));
    assert_eq!(summary["grid_cuts_off"], true);
    assert!(summary["groups"][0]["share_beyond_nodes"].as_f64().unwrap() > 0.05, "{summary}");
    let warning = summary["grid_warnings"][0].as_str().unwrap();
    assert!(warning.starts_with("the quadrature nodes from -6.0 to 6.0 cut off "), "{warning}");
    assert!(text.contains(&format!("warning: {warning}")) && report.contains(warning), "{text}");
}

#[test]
fn field_test_items_are_calibrated_onto_the_scale_of_a_bank() {
    let folder = tempfile::tempdir().unwrap();
    let file = responses(folder.path());
    let bank = folder.path().join("bank.json");
    let text = r#"{"id": "b", "D": 1, "items": [{"id": "i1", "model": "2PL", "a": 1.25, "b": 0.5},
        {"id": "i2", "model": "2PL", "a": 0.75, "b": -0.5}, {"id": "i3", "model": "2PL", "a": 1.5, "b": 0.25}]}"#;
    fs::write(&bank, text).unwrap();
    let out = folder.path().join("out");
    let fixed = bank.to_str().unwrap();
    let done =
        waymark(&["calibrate", &file, "--model", "rasch", "--fixed", fixed, "--out", out.to_str().unwrap()]);
    assert_eq!(done.status.code(), Some(0), "{}", String::from_utf8_lossy(&done.stderr));
    let parameters = fs::read_to_string(out.join("parameters.csv")).unwrap();
    assert!(parameters.contains("\ni1,2pl,1.25,0.5,0,1,,,,,60,,operational\n"), "{parameters}");
    assert!(parameters.contains("\ni4,rasch,1,"));
}
