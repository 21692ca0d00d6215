//! `waymark score`.

use super::program::Desk;

const BANK: &str = r#"{"id": "small", "items": [
  {"id": "i1", "model": "2PL", "a": 1.2, "b": -0.5},
  {"id": "i2", "model": "3PL", "a": 1.0, "b": 0.4, "c": 0.2},
  {"id": "i3", "model": "GPCM", "a": 0.8, "b": [0.5, -0.2]}]}"#;

fn desk(responses: &str) -> Desk {
    let desk = Desk::new();
    desk.file("bank.json", BANK);
    desk.file("answers.csv", responses);
    desk
}

const SCORE: [&str; 7] =
    ["score", "--bank", "bank.json", "--responses", "answers.csv", "--out", "scores.csv"];

fn with<'a>(more: &[&'a str]) -> Vec<&'a str> {
    SCORE.iter().chain(more).copied().collect()
}

/// The rows of scores.csv: name, theta, error, answered.
fn rows(desk: &Desk) -> Vec<(String, Option<f64>, Option<f64>, usize)> {
    let text = desk.text("scores.csv");
    let mut lines = text.lines();
    assert_eq!(lines.next(), Some("examinee,theta,standard_error,answered"));
    let row = |line: &str| {
        let cells: Vec<&str> = line.split(',').collect();
        assert_eq!(cells.len(), 4, "{line}");
        (
            cells[0].to_owned(),
            cells[1].parse().ok(),
            cells[2].parse().ok(),
            cells[3].parse().expect("a count"),
        )
    };
    lines.map(row).collect()
}

#[test]
fn wide_and_long_files_give_the_same_scores() {
    let wide = desk("examinee,i1,i2,i3\nann,1,0,2\nbob,,1,\n");
    let long = desk("examinee,item,score\nann,i3,2\nbob,i2,1\nann,i1,1\nann,i2,0\n");
    for desk in [&wide, &long] {
        let ended = desk.run(&SCORE);
        assert_eq!(ended.code, 0, "{}", ended.err);
        assert!(!desk.has("scores.partial"));
    }
    assert_eq!(rows(&wide), rows(&long));
    assert_eq!(rows(&wide).iter().map(|row| row.3).collect::<Vec<_>>(), [3, 1]);
}

#[test]
fn nobody_answered_is_the_prior_for_eap_and_nothing_for_ml() {
    let desk = desk("i1,i2,i3\n,NA,\n1,1,2\n");
    assert_eq!(desk.run(&with(&["--estimator", "eap", "--prior-mean", "0.5", "--prior-sd", "2"])).code, 0);
    let (name, theta, error, answered) = rows(&desk).remove(0);
    assert_eq!((name.as_str(), answered), ("1", 0));
    assert!((theta.expect("the prior") - 0.5).abs() < 1e-9 && (error.expect("the prior") - 2.0).abs() < 1e-9);
    let ended = desk.run(&with(&["--estimator", "ml", "--theta-max", "4", "--format", "json"]));
    assert_eq!(ended.code, 0, "{}", ended.err);
    assert_eq!(rows(&desk)[0].1, None);
    assert_eq!(rows(&desk)[1].1, Some(4.0), "all right ends at the bound");
    let summary: serde_json::Value = serde_json::from_str(&ended.out).expect("JSON");
    assert_eq!((&summary["examinees"], &summary["without_estimate"]), (&2.into(), &1.into()));
}

#[test]
fn an_estimate_where_the_items_say_nothing_has_no_standard_error() {
    let desk = desk("i1,i2,i3\n1,1,2\n");
    let ml = |bound: &str| {
        let ended = desk.run(&with(&["--estimator", "ml", "--theta-max", bound]));
        assert_eq!(ended.code, 0, "{}", ended.err);
        (rows(&desk)[0].1, rows(&desk)[0].2)
    };
    assert!(matches!(ml("6"), (Some(6.0), Some(error)) if error > 1.0 && error < 1_000.0));
    assert_eq!(ml("25"), (Some(25.0), None));
}

#[test]
fn refused_input_names_the_place_and_leaves_no_file() {
    let cases = [
        ("i1,i9\n1,0\n", "answers.csv: line 1, column i9: there is no item i9 in bank small"),
        (
            "i1,i2\n1,2\n",
            "answers.csv: line 2, column i2: score 2 of examinee 1 is above the item's maximum 1",
        ),
        ("i1,i2\n1,0\n1,x\n", "answers.csv: line 3, column i2: expected a score from 0, or blank or NA"),
        ("i1,i2\n1\n", "answers.csv: line 2: expected 2 cells as in the heading, got 1"),
        ("examinee,i1\np,1\nq,0\np,0\n", "answers.csv: line 4: examinee \"p\" appears twice"),
        ("i1,i2\n", "answers.csv: line 2: the file has a heading and no examinees"),
        ("examinee,item,score\n", "answers.csv: line 2: the file has a heading and no answers"),
        (
            "examinee,item,score\np,i1,1\np,i9,0\n",
            "answers.csv: line 3, column i9: there is no item i9 in bank small",
        ),
        (
            "examinee,item,score\np,i1,1\nq,i1,1\np,i2,2\n",
            "answers.csv: line 4, column i2: score 2 of examinee p is above the item's maximum 1",
        ),
    ];
    for (responses, message) in cases {
        let desk = desk(responses);
        let ended = desk.run(&SCORE);
        assert_eq!(ended.code, 1, "{}", ended.err);
        assert!(ended.err.contains(message), "{}", ended.err);
        assert!(!desk.has("scores.csv") && !desk.has("scores.partial"));
    }
    let desk = desk("i1\n1\n");
    for (more, message) in [
        (vec!["--theta-min", "3", "--theta-max", "-3"], "--theta-min, --theta-max"),
        (vec!["--prior-sd", "0"], "--prior-mean, --prior-sd"),
        (vec!["--quadrature", "1"], "--quadrature"),
        (vec!["--estimator", "mode"], "invalid value 'mode'"),
    ] {
        let ended = desk.run(&with(&more));
        assert_eq!(ended.code, 1, "{}", ended.err);
        assert!(ended.err.contains(message), "{}", ended.err);
    }
    let ended =
        desk.run(&["score", "--bank", "none.json", "--responses", "answers.csv", "--out", "scores.csv"]);
    assert_eq!(ended.code, 1);
    assert!(ended.err.contains("none.json: No such file"), "{}", ended.err);
}

#[test]
fn an_output_that_cannot_be_written_is_a_failure() {
    let desk = desk("i1\n1\n");
    let arguments =
        ["score", "--bank", "bank.json", "--responses", "answers.csv", "--out", "no/such/folder.csv"];
    let ended = desk.run(&arguments);
    assert_eq!(ended.code, 2, "{}", ended.err);
    assert!(ended.err.contains("no/such/folder.csv"), "{}", ended.err);
}

#[test]
fn more_examinees_than_a_batch_stay_in_order() {
    let responses: String = (0..9_000).map(|n| format!("e{n},{},{},{}\n", n % 2, n / 2 % 2, n % 3)).collect();
    let desk = desk(&format!("examinee,i1,i2,i3\n{responses}"));
    assert_eq!(desk.run(&SCORE).code, 0);
    let rows = rows(&desk);
    assert_eq!(rows.len(), 9_000);
    assert!(rows.iter().enumerate().all(|(n, row)| row.0 == format!("e{n}")));
    assert_eq!(rows[0].1, rows[12].1, "the same answers give the same estimate");
}
