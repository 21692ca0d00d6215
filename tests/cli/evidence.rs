//! `waymark dif` and `waymark link`.

use std::collections::HashMap;

use serde_json::Value;

use super::program::Desk;

pub const ITEMS: usize = 10;

/// Answers of 400 examinees in two groups to ten items; the focal group misses item i4 far more often.
pub fn responses() -> String {
    let mut text = String::from("examinee,group");
    (0..ITEMS).for_each(|item| text += &format!(",i{item}"));
    text.push('\n');
    let mut state = 12_345_u64;
    let mut draw = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 11) as f64 / (1_u64 << 53) as f64
    };
    for examinee in 0..400 {
        let focal = examinee % 2 == 1;
        let theta: f64 = (0..12).map(|_| draw()).sum::<f64>() - 6.0;
        text += &format!("e{examinee},{}", if focal { "b" } else { "a" });
        for item in 0..ITEMS {
            let shift = if focal && item == 4 { 2.0 } else { 0.0 };
            let difficulty = -1.5 + 0.3 * item as f64 + shift;
            let correct = draw() < 1.0 / (1.0 + (-1.3 * (theta - difficulty)).exp());
            text += if correct { ",1" } else { ",0" };
        }
        text.push('\n');
    }
    text
}

/// The rows of a table by the first column.
pub fn rows(table: &str) -> HashMap<String, HashMap<String, String>> {
    let mut lines = table.lines();
    let columns: Vec<&str> = lines.next().expect("a header").split(',').collect();
    let row = |line: &str| {
        let cells: Vec<&str> = line.split(',').collect();
        assert_eq!(cells.len(), columns.len(), "{line}");
        let named = columns.iter().zip(&cells).map(|(column, cell)| (column.to_string(), cell.to_string()));
        (cells[0].to_owned(), named.collect())
    };
    lines.map(row).collect()
}

pub fn number(cell: &str) -> f64 {
    cell.parse().unwrap_or_else(|_| panic!("{cell:?} is a number"))
}

#[test]
fn dif_names_the_item_that_works_differently() {
    let desk = Desk::new();
    desk.file("r.csv", &responses());
    let groups = ["--group", "group", "--reference", "a", "--focal", "b"];
    let run = |more: &[&str]| desk.run(&[&["dif", "r.csv"], &groups[..], more].concat());
    let ended = run(&["--purify", "--out", "dif", "--format", "json"]);
    assert_eq!(ended.code, 0, "{}", ended.err);
    let printed: Value = serde_json::from_str(&ended.out).expect("JSON");
    assert_eq!(printed["class_c"], serde_json::json!(["i4"]));
    let report = desk.text("dif/report.html");
    assert!(report.contains("b compared with a") && report.contains("<svg"), "{report}");
    assert!(!report.contains("<script") && !report.contains("http"), "one file that needs nothing else");
    let items = rows(&desk.text("dif/dif.csv"));
    assert!(number(&items["i4"]["delta"]) < -1.5 && items["i4"]["class"] == "C");
    let ended = run(&["--model", "2pl", "--test", "wald", "--anchors", "i0,i1,i2,i3", "--out", "wald"]);
    assert_eq!(ended.code, 0, "{}", ended.err);
    assert!(ended.out.contains("significant with the model: i4"), "{}", ended.out);
    let ended = run(&["--model", "2pl", "--test", "wald", "--purify", "--out", "wald"]);
    assert_eq!(ended.code, 0, "{}", ended.err);
    assert!(ended.out.contains("significant with the model: i4\n"), "{}", ended.out);
    let ended =
        run(&["--model", "2pl", "--match-on", "ability", "--purify", "--out", "ability", "--format", "json"]);
    assert_eq!(ended.code, 0, "{}", ended.err);
    let printed: Value = serde_json::from_str(&ended.out).expect("JSON");
    for list in ["class_c", "class_c_adjusted", "significant_matched", "significant_uniform"] {
        assert_eq!(printed[list], serde_json::json!(["i4"]), "{list}");
    }
    let items = rows(&desk.text("ability/dif.csv"));
    for (item, row) in &items {
        for (raw, adjusted) in [("mh_p", "matched_adjusted_p"), ("lr_uniform_p", "lr_uniform_adjusted_p")] {
            assert!(number(&row[adjusted]) >= number(&row[raw]), "{item} {adjusted}");
        }
    }
    // Without item i4 among those that abilities rest on, the others differ less.
    let ended = run(&["--model", "2pl", "--match-on", "ability", "--out", "unpurified"]);
    assert_eq!(ended.code, 0, "{}", ended.err);
    let all = rows(&desk.text("unpurified/dif.csv"));
    let mean = |rows: &HashMap<String, HashMap<String, String>>| -> f64 {
        rows.iter().filter(|(item, _)| *item != "i4").map(|(_, row)| number(&row["delta"])).sum::<f64>() / 9.0
    };
    assert!(mean(&items).abs() < mean(&all).abs(), "{} {}", mean(&items), mean(&all));
}

#[test]
fn dif_refuses_small_groups_unknown_groups_and_unknown_anchors() {
    let desk = Desk::new();
    desk.file("r.csv", &responses());
    let refused = |focal: &str, more: &[&str], why: &str| {
        let start =
            ["dif", "r.csv", "--group", "group", "--reference", "a", "--focal", focal, "--out", "dif"];
        let ended = desk.run(&[&start[..], more].concat());
        assert_eq!(ended.code, 1);
        assert!(ended.err.contains(why), "{}", ended.err);
        assert!(!desk.path("dif").exists(), "a refused command writes nothing");
    };
    refused("b", &["--minimum", "300"], "group \"a\" has 200 examinees, at least 300 are needed");
    refused("c", &[], "the responses have no group \"c\"; they have a, b");
    refused("b", &["--model", "2pl", "--test", "wald", "--anchors", "i77"], "no item \"i77\" to anchor on");
    refused("b", &["--match-on", "ability"], "neither --model nor --bank is given");
    let both = ["--model", "2pl", "--test", "wald", "--purify", "--anchors", "i1"];
    refused("b", &both, "--purify finds the anchors, so --anchors must not name them");
}

#[test]
fn dif_says_which_items_too_few_answered() {
    let desk = Desk::new();
    let blanked: Vec<String> = responses()
        .lines()
        .enumerate()
        .map(|(line, text)| match line > 100 && text.contains(",b,") {
            true => format!("{},", text.rsplit_once(',').expect("a last item").0),
            false => text.to_owned(),
        })
        .collect();
    desk.file("r.csv", &blanked.join("\n"));
    let ended = desk.run(&[
        "dif",
        "r.csv",
        "--group",
        "group",
        "--reference",
        "a",
        "--focal",
        "b",
        "--match-on",
        "ability",
        "--model",
        "2pl",
        "--out",
        "dif",
        "--format",
        "json",
    ]);
    assert_eq!(ended.code, 0, "{}", ended.err);
    let printed: Value = serde_json::from_str(&ended.out).expect("JSON");
    let why = "group \"b\" has 50 answers that can be compared, at least 100 are needed";
    assert_eq!(printed["not_compared"], serde_json::json!([{ "item": "i9", "why": why }]));
    assert!(desk.text("dif/report.html").contains("Too few answers to compare"));
}

fn difficulty(item: usize) -> f64 {
    -1.5 + 0.33 * item as f64
}

fn deviation(values: &[f64]) -> f64 {
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    values.iter().map(|value| (value - mean).powi(2)).sum::<f64>().sqrt()
}

/// A parameter table with standard errors.
pub fn bank(slope: f64, intercept: f64, changed: Option<usize>) -> String {
    let mut text = String::from("item,model,a,b,se_a,se_b\n");
    for item in 0..ITEMS {
        let (a, b) = (0.8 + 0.1 * item as f64, difficulty(item));
        let drift = if changed == Some(item) { 1.5 } else { 0.0 };
        text += &format!("i{item},2PL,{},{},0.05,0.05\n", a / slope, slope * b + intercept + drift);
    }
    text
}

#[test]
fn link_finds_the_constants_and_moves_the_bank() {
    let desk = Desk::new();
    desk.file("from.csv", &bank(1.0, 0.0, None));
    desk.file("to.csv", &bank(1.25, 0.4, Some(7)));
    let run = |more: &[&str]| {
        let ended = desk
            .run(&[&["link", "from.csv", "to.csv", "--out", "linked", "--format", "json"], more].concat());
        assert_eq!(ended.code, 0, "{}", ended.err);
        serde_json::from_str::<Value>(&ended.out).expect("JSON")
    };
    let all = run(&["--method", "mean-sigma"]);
    assert_eq!((&all["outliers"], &all["left_out"]), (&serde_json::json!(["i7"]), &serde_json::json!([])));
    let to: Vec<f64> =
        (0..ITEMS).map(|item| difficulty(item) * 1.25 + 0.4 + f64::from(u8::from(item == 7)) * 1.5).collect();
    let slope = deviation(&to) / deviation(&(0..ITEMS).map(difficulty).collect::<Vec<_>>());
    assert!((all["A"].as_f64().expect("A") - slope).abs() < 1e-9 && all["A"] == all["slope"], "{all}");
    let named = run(&["--method", "mean-sigma", "--anchors", "i0,i1,i2,i3,i7"]);
    assert_eq!((&named["common_items"], &named["left_out"]), (&5.into(), &serde_json::json!([])), "{named}");
    let printed = run(&["--exclude-outliers", "--method", "mean-sigma"]);
    assert_eq!(printed["with_all_items"]["A"], all["A"], "{printed}");
    assert!((printed["slope"].as_f64().expect("A") - 1.25).abs() < 1e-6, "{printed}");
    assert!((printed["intercept"].as_f64().expect("B") - 0.4).abs() < 1e-6, "{printed}");
    assert_eq!((&printed["A"], &printed["B"]), (&printed["slope"], &printed["intercept"]));
    assert!(printed["slope_se"].as_f64().is_some_and(|error| error > 0.0 && error < 0.2), "{printed}");
    assert_eq!(printed["left_out"], serde_json::json!(["i7"]));
    let report = desk.text("linked/report.html");
    assert!(report.contains("Difficulties after linking") && report.contains("left out"), "{report}");
    let moved =
        item_bank::formats::read_bank_json(&desk.text("linked/bank.json"), "bank.json").expect("a bank");
    let model = serde_json::to_value(moved.item("i0").and_then(|item| item.model.as_ref())).expect("JSON");
    assert!((model["b"].as_f64().expect("b") - (1.25 * -1.5 + 0.4)).abs() < 1e-6, "{model}");
}

#[test]
fn banks_without_common_items_are_refused() {
    let desk = Desk::new();
    desk.file("a.csv", "item,model,a,b\nx,2PL,1,0\n");
    desk.file("b.csv", "item,model,a,b\ny,2PL,1,0\n");
    let ended = desk.run(&["link", "a.csv", "b.csv", "--out", "out"]);
    assert_eq!(ended.code, 1);
    assert!(ended.err.contains("at least 2 common items are needed, got 0"), "{}", ended.err);
    let ended = desk.run(&["link", "a.csv", "a.csv", "--anchors", "q", "--out", "out"]);
    assert!(ended.code == 1 && ended.err.contains("no parameters for anchor \"q\""), "{}", ended.err);
}

#[test]
fn link_uses_the_covariances_beside_a_bank_and_refuses_those_of_another() {
    let desk = Desk::new();
    desk.file("r.csv", &responses());
    let calibrate = |out: &str, more: &[&str]| {
        let start = ["calibrate", "r.csv", "--ignore", "group", "--fit", "no", "--out", out];
        let ended = desk.run(&[&start[..], more].concat());
        assert_eq!(ended.code, 0, "{}", ended.err);
    };
    calibrate("with", &["--model", "2pl", "--covariance"]);
    calibrate("without", &["--model", "2pl"]);
    calibrate("other", &["--model", "1pl", "--covariance"]);
    assert!(!desk.has("without/covariance.csv"));
    let link = |from: &str, to: &str| {
        let ended = desk.run(&["link", from, to, "--out", "linked", "--format", "json"]);
        assert_eq!(ended.code, 0, "{}", ended.err);
        serde_json::from_str::<Value>(&ended.out).expect("JSON")
    };
    let with = link("with/bank.json", "with/bank.json");
    let without = link("without/bank.json", "without/bank.json");
    assert_eq!(with["covariances"].as_array().map(Vec::len), Some(2), "{with}");
    assert_eq!(without["covariances"].as_array().map(Vec::len), Some(0), "{without}");
    for key in ["slope_se", "intercept_se"] {
        let [a, b] = [&with, &without].map(|linked| linked[key].as_f64().expect("an error"));
        assert!(a > 0.0 && b > 0.0 && (a / b - 1.0).abs() > 0.01, "{key} {a} {b}");
    }
    desk.file("with/covariance.csv", &desk.text("other/covariance.csv"));
    let ended = desk.run(&["link", "with/bank.json", "other/bank.json", "--out", "no"]);
    assert_eq!(ended.code, 1);
    assert!(ended.err.contains("the covariances are not those of"), "{}", ended.err);
    let ended = desk.run(&[
        "calibrate",
        "r.csv",
        "--ignore",
        "group",
        "--model",
        "2pl",
        "--standard-errors",
        "none",
        "--covariance",
        "--out",
        "no",
    ]);
    assert!(ended.code == 1 && !desk.has("no"), "{}", ended.err);
}
