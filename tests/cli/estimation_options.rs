//! The options of `calibrate` for priors, quadrature and tolerance, in the commands that estimate beside it.

use serde_json::Value;

use super::evidence::{bank, number, responses, rows};
use super::program::{Desk, Ended};

fn printed(ended: &Ended) -> Value {
    assert_eq!(ended.code, 0, "{}", ended.err);
    serde_json::from_str(&ended.out).expect("JSON")
}

#[test]
fn fit_estimates_what_calibrate_does_on_the_same_grid_with_the_same_priors() {
    let desk = Desk::new();
    desk.file("r.csv", &responses());
    let options = [
        "r.csv",
        "--ignore",
        "group",
        "--model",
        "3pl",
        "--prior-guessing",
        "beta:5,17",
        "--prior-slope",
        "lognormal:0,0.5",
        "--quadrature",
        "61",
        "--quadrature-range",
        "5",
        "--tolerance",
        "1e-7",
        "--threads",
        "1",
        "--format",
        "json",
    ];
    let run =
        |command: &str, out: &str| printed(&desk.run(&[&[command], &options[..], &["--out", out]].concat()));
    let (calibrated, fitted) = (run("calibrate", "c"), run("fit", "f"));
    assert_eq!(calibrated["log_likelihood"], fitted["log_likelihood"]);
    assert_eq!(fitted["quadrature_nodes"], 61);
    assert_eq!(fitted["quadrature_bounds"], serde_json::json!([-5.0, 5.0]));
    assert_eq!(
        (&fitted["grid_too_coarse"], &fitted["warnings"]),
        (&Value::Bool(false), &serde_json::json!([]))
    );
    // Numbers of examinees without weights are whole, to machines as well.
    assert_eq!((fitted["examinees"].as_u64(), calibrated["examinees"].as_u64()), (Some(400), Some(400)));
    // Without the priors it is another maximum.
    let usual = printed(
        &desk.run(&["fit", "r.csv", "--ignore", "group", "--model", "3pl", "--out", "u", "--format", "json"]),
    );
    assert_ne!(usual["log_likelihood"], fitted["log_likelihood"]);
}

#[test]
fn nodes_that_are_too_far_apart_are_pointed_out_by_every_command() {
    let desk = Desk::new();
    desk.file("r.csv", &responses());
    desk.file("bank.csv", &bank(1.0, 0.0, None));
    let coarse = ["--quadrature", "7"];
    let groups = ["--group", "group", "--reference", "a", "--focal", "b", "--model", "2pl"];
    let fit = ["fit", "r.csv", "--ignore", "group", "--model", "2pl"];
    let matched = [&["dif", "r.csv"], &groups[..], &["--match-on", "ability"]].concat();
    let tested = [&["dif", "r.csv"], &groups[..], &["--test", "wald", "--anchors", "i0,i1,i2,i3"]].concat();
    let drift = ["drift", "bank.csv", "--responses", "r.csv", "--ignore", "group"];
    for command in [&fit[..], &matched, &tested, &drift] {
        let ended = desk.run(&[command, &coarse, &["--out", "coarse"]].concat());
        assert_eq!(ended.code, 0, "{}", ended.err);
        let warning = "warning: the quadrature nodes are further apart than the smallest posterior deviation";
        assert!(ended.out.contains(warning), "{command:?}: {}", ended.out);
        let ended = desk.run(&[command, &["--out", "fine"]].concat());
        assert!(ended.code == 0 && !ended.out.contains("warning"), "{command:?}: {}", ended.out);
        let ended = desk.run(&[command, &["--quadrature", "3", "--out", "no"]].concat());
        assert!(ended.code == 1 && ended.err.contains("from 5 to 1001, got 3"), "{command:?}: {}", ended.err);
        assert!(!desk.has("no"), "a refused command writes nothing");
    }
    let ended = desk.run(&["drift", "bank.csv", "bank.csv", "--quadrature", "61", "--out", "no"]);
    assert!(ended.code == 1 && ended.err.contains("are for --responses"), "{}", ended.err);
    let ended = desk.run(&[&fit[..], &["--prior-slope", "beta:5,17", "--out", "no"]].concat());
    assert!(ended.code == 1 && ended.err.contains("a beta prior is for guessing"), "{}", ended.err);
}

#[test]
fn dif_compares_every_other_group_with_the_reference_and_shows_each() {
    let desk = Desk::new();
    // Every fifth examinee of group a makes a third group in which nothing differs; three more are too few.
    let text: String = responses()
        .lines()
        .enumerate()
        .map(|(place, line)| match place % 6 {
            _ if (1..=6).contains(&place) => line.replacen(",a,", ",few,", 1) + "\n",
            1 | 3 => line.replacen(",a,", ",c,", 1) + "\n",
            _ => format!("{line}\n"),
        })
        .collect();
    desk.file("r.csv", &text);
    let run = |more: &[&str]| {
        let start = ["dif", "r.csv", "--group", "group", "--reference", "a", "--minimum", "40"];
        desk.run(&[&start[..], more].concat())
    };
    let all = printed(&run(&["--out", "all", "--format", "json"]));
    let comparisons = all["comparisons"].as_array().expect("a list");
    let focal = |name: &str| {
        comparisons.iter().find(|found| found["focal"] == name).unwrap_or_else(|| panic!("{name}: {all}"))
    };
    assert_eq!(comparisons.len(), 2, "{all}");
    assert_eq!(focal("b")["class_c"], serde_json::json!(["i4"]));
    assert!(!focal("c")["class_c"].as_array().expect("a list").contains(&Value::from("i4")), "{all}");
    assert!(all["class_c"].as_array().expect("a list").contains(&Value::from("i4")), "{all}");
    let why = all["groups_not_compared"][0].as_str().expect("a reason");
    assert_eq!(why, "group \"few\" has 3 examinees, at least 40 are needed");
    let table = desk.text("all/dif.csv");
    let both = |name: &str| table.lines().filter(|line| line.contains(&format!(",{name},"))).count();
    assert_eq!((both("b"), both("c")), (10, 10), "{table}");
    let report = desk.text("all/report.html");
    assert!(report.contains("b compared with a") && report.contains("c compared with a"));
    // One group by name is the same comparison, its sizes whole numbers.
    let one = printed(&run(&["--focal", "b", "--out", "one", "--format", "json"]));
    assert_eq!(one["comparisons"][0], *focal("b"));
    let sizes = &rows(&desk.text("one/dif.csv"))["i4"];
    assert!(number(&sizes["n_focal"]).fract() == 0.0 && number(&sizes["n_reference"]).fract() == 0.0);
    let ended = run(&["--out", "text"]);
    assert!(ended.out.contains("b compared with a:\nclass C (large): i4"), "{}", ended.out);
    let ended = desk.run(&["dif", "r.csv", "--group", "group", "--minimum", "300", "--out", "no"]);
    assert!(ended.code == 1 && ended.err.contains("at least 300 are needed"), "{}", ended.err);
}
