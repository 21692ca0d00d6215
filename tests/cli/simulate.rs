//! `waymark simulate` from outside.

use std::path::{Path, PathBuf};

use super::program::Desk;

fn shipped(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn simulate(desk: &Desk, plan: &str, more: &[&str]) -> super::program::Ended {
    let (bank, plan) = (shipped("item-bank/banks/number-and-fractions.json"), shipped(plan));
    let mut arguments = vec!["simulate", "--bank", bank.to_str().unwrap(), "--plan", plan.to_str().unwrap()];
    arguments.extend(more);
    desk.run(&arguments)
}

#[test]
fn the_same_inputs_write_the_same_report_on_any_number_of_threads() {
    let desk = Desk::new();
    let validation = shipped("plans/validation.json");
    let run = |out: &str, threads: &str| {
        let more = [
            "--examinees",
            "20",
            "--attempts",
            "2",
            "--growth",
            "0.1",
            "--distribution",
            "uniform",
            "--validation",
            validation.to_str().unwrap(),
            "--level",
            "times-and-decimals",
            "--threads",
            threads,
            "--out",
            out,
        ];
        let ended = simulate(&desk, "plans/find-your-level.json", &more);
        assert_eq!(ended.code, 0, "{}", ended.err);
        assert!(ended.out.contains("requirements not met: 0"), "{}", ended.out);
    };
    run("one", "1");
    run("two", "2");
    for file in ["summary.json", "examinees.csv", "exposure.csv", "report.html"] {
        let (one, two) = (desk.text(&format!("one/{file}")), desk.text(&format!("two/{file}")));
        assert_eq!(one, two, "{file}");
    }
    let summary: serde_json::Value = serde_json::from_str(&desk.text("one/summary.json")).unwrap();
    assert_eq!(summary["readiness"]["examinees"], 20);
    assert_eq!(summary["highest_of"].as_array().unwrap().len(), 2);
    assert_eq!(desk.text("one/examinees.csv").lines().count(), 41);
    assert!(desk.text("one/report.html").contains("The readiness rule"));
}

#[test]
fn what_cannot_be_simulated_is_refused_and_nothing_is_written() {
    let desk = Desk::new();
    let validation = shipped("plans/validation.json");
    let validation = validation.to_str().unwrap();
    for (more, words) in [
        (vec!["--examinees", "0"], "from 1 to 5000000 examinees"),
        (vec!["--examinees", "5", "--validation", validation, "--level", "l9"], "no level \"l9\""),
        (vec!["--examinees", "5", "--slip", "0.7", "--guess", "0.7"], "from 0 to 1 together"),
        (vec!["--examinees", "5", "--sympson-hetter", "3"], "exposure must be"),
        (vec!["--examinees", "5", "--distribution", "uniform", "--lowest", "4"], "uniform abilities from 4"),
    ] {
        let ended = simulate(&desk, "plans/find-your-level.json", &[more, vec!["--out", "out"]].concat());
        assert_eq!(ended.code, 1, "{words}: {}", ended.err);
        assert!(ended.err.contains(words), "{words}: {}", ended.err);
        assert!(!desk.has("out"), "{words}");
    }
}

#[test]
fn examinees_of_a_file_keep_their_names() {
    let desk = Desk::new();
    desk.file("thetas.csv", "examinee,theta\nada,-0.5\nben,1\n");
    let ended = simulate(&desk, "plans/find-your-level.json", &["--examinees", "thetas.csv", "--out", "out"]);
    assert_eq!(ended.code, 0, "{}", ended.err);
    let table = desk.text("out/examinees.csv");
    let names: Vec<&str> = table.lines().skip(1).filter_map(|line| line.split(',').next()).collect();
    assert_eq!(names, ["ada", "ben"]);
}
