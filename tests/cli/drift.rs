//! `waymark drift`.

use serde_json::Value;

use super::evidence::{ITEMS, bank, rows};
use super::program::Desk;

#[test]
fn drift_between_two_banks_names_the_item_that_moved() {
    let desk = Desk::new();
    desk.file("old.csv", &bank(1.0, 0.0, None));
    desk.file("new.csv", &bank(1.25, 0.4, Some(7)));
    let ended = desk.run(&["drift", "old.csv", "new.csv", "--out", "drift", "--format", "json"]);
    assert_eq!(ended.code, 0, "{}", ended.err);
    let printed: Value = serde_json::from_str(&ended.out).expect("JSON");
    assert_eq!(printed["flagged"], serde_json::json!(["i7"]));
    let items = rows(&desk.text("drift/drift.csv"));
    assert_eq!((items["i7"]["flag"].as_str(), items["i3"]["flag"].as_str()), ("drift", ""));
    assert_eq!(items["i7"]["df"], "2");
    assert!(desk.text("drift/report.html").contains("Curves of items that drifted"));
}

/// Answers to ten items with the parameters of `bank`; from the middle on, everybody knows the answer to i3.
fn leaked() -> String {
    let mut text = String::from("examinee");
    (0..ITEMS).for_each(|item| text += &format!(",i{item}"));
    text.push('\n');
    let mut state = 77_u64;
    let mut draw = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 11) as f64 / (1_u64 << 53) as f64
    };
    for examinee in 0..1_200 {
        let theta: f64 = (0..12).map(|_| draw()).sum::<f64>() - 6.0;
        text += &format!("e{examinee}");
        for item in 0..ITEMS {
            let (a, b) = (0.8 + 0.1 * item as f64, -1.5 + 0.33 * item as f64);
            let known = item == 3 && examinee >= 600;
            let correct = draw() < 1.0 / (1.0 + (-a * (theta - b)).exp()) || known;
            text += if correct { ",1" } else { ",0" };
        }
        text.push('\n');
    }
    text
}

#[test]
fn drift_in_answers_names_the_item_that_leaked_and_when() {
    let desk = Desk::new();
    desk.file("bank.csv", &bank(1.0, 0.0, None));
    desk.file("r.csv", &leaked());
    let ended = desk.run(&[
        "drift",
        "bank.csv",
        "--responses",
        "r.csv",
        "--window",
        "200",
        "--out",
        "drift",
        "--format",
        "json",
    ]);
    assert_eq!(ended.code, 0, "{}", ended.err);
    let printed: Value = serde_json::from_str(&ended.out).expect("JSON");
    let flagged = printed["flagged"].as_array().expect("a list");
    // What leaked stands first; later, items beside it look harder, because examinees look abler than they are.
    assert!(flagged[1..].iter().all(|other| other["direction"] == "harder"), "{printed}");
    assert_eq!((flagged[0]["item"].as_str(), flagged[0]["direction"].as_str()), (Some("i3"), Some("easier")));
    let at = flagged[0]["at_answer"].as_u64().expect("a place");
    assert!((600..800).contains(&at), "{at}");
    assert_eq!(rows(&desk.text("drift/drift.csv"))["i3"]["alarm"], "easier");
    assert!(desk.text("drift/report.html").contains("Rolling means"));
}

#[test]
fn drift_wants_a_second_bank_or_answers() {
    let desk = Desk::new();
    desk.file("bank.csv", &bank(1.0, 0.0, None));
    assert_eq!(desk.run(&["drift", "bank.csv", "--out", "drift"]).code, 1);
    let both = ["drift", "bank.csv", "bank.csv", "--responses", "r.csv", "--out", "drift"];
    assert_eq!(desk.run(&both).code, 1);
    desk.file("r.csv", &leaked());
    let ended =
        desk.run(&["drift", "bank.csv", "--responses", "r.csv", "--threshold", "NaN", "--out", "drift"]);
    assert_eq!(ended.code, 1);
    assert!(ended.err.contains("--threshold must be above 0, got NaN"), "{}", ended.err);
    assert!(!desk.has("drift"), "a refused command writes nothing");
}
