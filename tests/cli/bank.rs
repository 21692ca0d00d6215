//! `waymark bank`.

use super::program::Desk;
use crate::support::clock::MORNING;
use crate::support::database;
use crate::support::school::TestSchool;

#[test]
fn a_bundled_bank_is_exported_validated_and_turned_into_a_table() {
    let desk = Desk::new();
    let ended = desk.run(&["bank", "export", "--bundled", "number-and-fractions", "--out", "bank.json"]);
    assert_eq!(ended.code, 0, "{}", ended.err);
    assert_eq!(desk.text("bank.json"), item_bank::banks::NUMBER_AND_FRACTIONS_JSON);
    let ended = desk.run(&["bank", "validate", "bank.json", "--format", "json"]);
    let contents: serde_json::Value = serde_json::from_str(&ended.out).expect("JSON");
    assert_eq!((&contents["items"], &contents["levels"]), (&843.into(), &10.into()));
    assert_eq!(desk.run(&["bank", "export", "--file", "bank.json", "--out", "table.csv"]).code, 0);
    let ended = desk.run(&["bank", "validate", "table.csv"]);
    assert_eq!(ended.code, 0, "{}", ended.err);
    assert!(ended.out.starts_with("bank table.csv: 843 items (843 with parameters"), "{}", ended.out);
}

#[test]
fn a_refused_bank_names_every_place() {
    let desk = Desk::new();
    desk.file(
        "bank.json",
        r#"{"id": "b", "items": [{"id": "a", "model": "2PL", "a": 0, "b": 1}, {"id": "a"}]}"#,
    );
    let ended = desk.run(&["bank", "validate", "bank.json"]);
    assert_eq!(ended.code, 1);
    assert!(
        ended.err.contains("bank.json: items[0].a: discrimination must be in (0, 25], got 0"),
        "{}",
        ended.err
    );
    desk.file("huge.json", &format!("\"{}\"", "x".repeat(33 * 1024 * 1024)));
    let ended = desk.run(&["bank", "validate", "huge.json"]);
    assert_eq!(ended.code, 1);
    assert!(ended.err.contains("huge.json: the file has more than"), "{}", ended.err);
}

#[tokio::test]
async fn a_bank_goes_in_is_published_and_comes_out_the_same() {
    for database in database::databases().await {
        TestSchool::open_in(&database.store, MORNING).await;
        let desk = Desk::new();
        desk.file("bank.json", item_bank::banks::FRACTION_SUBTRACTION_JSON);
        let settings = [("WAYMARK_DATABASE_URL", database.address.as_str())];
        let run = |arguments: &[&str]| desk.run_with(&settings, arguments);
        let ended = run(&["bank", "import", "bank.json", "--by", "nobody"]);
        assert_eq!(ended.code, 1, "{}", ended.err);
        assert!(ended.err.contains("there is nobody called \"nobody\""), "{}", ended.err);
        let ended = run(&["bank", "import", "bank.json", "--by", "staff"]);
        assert_eq!(ended.code, 0, "{}", ended.err);
        assert_eq!(ended.out, "bank fraction-subtraction version 1, 20 items: draft\n");
        assert_eq!(run(&["bank", "publish", "fraction-subtraction", "2", "--by", "staff"]).code, 1);
        let ended = run(&["bank", "publish", "fraction-subtraction", "1", "--by", "staff"]);
        assert_eq!(ended.code, 0, "{}", ended.err);
        assert_eq!(run(&["bank", "export", "fraction-subtraction", "1", "--out", "out.json"]).code, 0);
        let (before, after) = (desk.text("bank.json"), desk.text("out.json"));
        let read = |text: &str| item_bank::formats::read_bank_json(text, "bank").expect("valid");
        assert_eq!(read(&before), read(&after));
    }
}
