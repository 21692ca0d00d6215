//! What `waymark calibrate` writes goes into every command that takes a bank.

use serde_json::Value;

use super::evidence::{number, rows};
use super::program::Desk;

/// Answers of 400 examinees to six items with scores to 2; `constant` always scores 1 and `turned` falls with ability.
fn answers() -> String {
    let mut text = String::from("i0,i1,i2,i3,constant,turned\n");
    let mut state = 99_u64;
    let mut draw = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 11) as f64 / (1_u64 << 53) as f64
    };
    for _ in 0..400 {
        let theta: f64 = (0..12).map(|_| draw()).sum::<f64>() - 6.0;
        let mut score = |slope: f64, difficulty: f64| {
            u8::from(draw() < 1.0 / (1.0 + (-slope * (theta - difficulty)).exp()))
        };
        let scores = [-1.0, -0.3, 0.3, 1.0].map(|difficulty| score(1.4, difficulty));
        text += &format!("{},{},{},{},1,{}\n", scores[0], scores[1], scores[2], scores[3], score(-1.4, 0.0));
    }
    text
}

#[test]
fn tables_and_banks_of_every_model_score_alike_and_agree_item_by_item() {
    let desk = Desk::new();
    desk.file("r.csv", &answers());
    for model in ["rasch", "1pl", "2pl", "3pl", "grm", "pcm", "gpcm", "rsm", "nominal"] {
        let ended = desk.run(&["calibrate", "r.csv", "--model", model, "--fit", "no", "--out", model]);
        assert_eq!(ended.code, 0, "{model}: {}", ended.err);
        let (table, bank) = (format!("{model}/parameters.csv"), format!("{model}/bank.json"));
        let mut scores = Vec::new();
        for file in [&table, &bank] {
            let ended = desk.run(&["bank", "validate", file, "--format", "json"]);
            assert_eq!(ended.code, 0, "{model}: {}", ended.err);
            let ended = desk.run(&[
                "score",
                "--bank",
                file,
                "--responses",
                "r.csv",
                "--out",
                "s.csv",
                "--format",
                "json",
            ]);
            assert_eq!(ended.code, 0, "{model}: {}", ended.err);
            let printed: Value = serde_json::from_str(&ended.out).expect("JSON");
            scores.push((printed["without_parameters"].clone(), desk.text("s.csv")));
        }
        assert_eq!(scores[0], scores[1], "{model}");
        let drafts: Vec<&str> =
            scores[0].0.as_array().expect("a list").iter().filter_map(Value::as_str).collect();
        assert!(drafts.contains(&"constant"), "{model}: {drafts:?}");
        let summary: Value =
            serde_json::from_str(&desk.text(&format!("{model}/summary.json"))).expect("JSON");
        let remarkable = summary["remarkable_items"].as_array().expect("a list");
        let outside: Vec<&str> = remarkable
            .iter()
            .filter(|item| item["in_bank"] == false)
            .filter_map(|item| item["item"].as_str())
            .collect();
        assert_eq!(outside, drafts, "{model}");
        for (item, row) in rows_of(&desk.text(&table)) {
            assert_eq!(row["status"] == "draft", drafts.contains(&item.as_str()), "{model} {item}");
        }
    }
}

#[test]
fn a_falling_item_is_told_and_left_out_of_the_bank_alone() {
    let desk = Desk::new();
    desk.file("r.csv", &answers());
    let ended = desk.run(&["calibrate", "r.csv", "--model", "2pl", "--out", "c"]);
    assert_eq!(ended.code, 0, "{}", ended.err);
    let why = "a draft without parameters in bank.json: discrimination must be in (0, 25]";
    assert!(ended.out.contains(why), "{}", ended.out);
    let table = desk.text("c/parameters.csv");
    assert!(table.lines().any(|line| line.starts_with("turned,2pl,-") && line.contains(why)), "{table}");
    let ended = desk.run(&["score", "--bank", "c/bank.json", "--responses", "r.csv", "--out", "s.csv"]);
    let told = "not counted, because the bank has no parameters for them: constant, turned";
    assert!(ended.code == 0 && ended.out.contains(told), "{ended:?}");
    let ended = desk.run(&["fit", "r.csv", "--bank", "c/bank.json", "--out", "fit"]);
    let told = "not looked at, because bank calibration has no parameters for them: constant, turned";
    assert!(ended.code == 0 && ended.err.contains(told), "{ended:?}");
    assert_eq!(desk.text("fit/item_fit.csv").lines().count(), 5);
    for fixed in ["c/parameters.csv", "c/bank.json"] {
        let ended = desk.run(&[
            "calibrate",
            "r.csv",
            "--model",
            "2pl",
            "--fixed",
            fixed,
            "--fit",
            "no",
            "--out",
            "again",
        ]);
        assert_eq!(ended.code, 0, "{}", ended.err);
        let (first, again) = (rows_of(&table), rows_of(&desk.text("again/parameters.csv")));
        for letter in ["a", "b"] {
            let [kept, was] = [&again, &first].map(|table| number(&table["i2"][letter]));
            assert!((kept - was).abs() < 1e-12, "{fixed} {letter}: {kept} {was}");
        }
    }
}

fn rows_of(table: &str) -> std::collections::HashMap<String, std::collections::HashMap<String, String>> {
    let without_notes: Vec<String> =
        table.lines().map(|line| line.replace(", ", "; ").replace('"', "")).collect();
    rows(&without_notes.join("\n"))
}
