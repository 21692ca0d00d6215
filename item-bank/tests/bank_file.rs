//! The JSON bank file: what is read, what is refused and where, and that writing loses nothing.

use item_bank::formats::{read_bank_file, read_bank_json, write_bank_json};

const EVERY_MODEL: &str = r#"{
  "id": "every-model", "D": 1, "origin": "written for this test", "licence": "CC0",
  "items": [
    {"id": "one", "model": "1PL", "a": 1, "b": -0.5, "c": 0, "d": 1},
    {"id": "two", "model": "2PL", "a": 1.2, "b": 0.25, "se": {"a": 0.1, "b": [0.2]}, "enemies": ["three"]},
    {"id": "three", "model": "3PL", "a": 0.9, "b": 1, "c": 0.2, "pool": "summative", "group": "text 1"},
    {"id": "four", "model": "4PL", "a": 2, "b": 0, "c": 0.1, "d": 0.95, "status": "retired"},
    {"id": "graded", "model": "GRM", "a": 1.5, "b": [-1, 0, 1.5]},
    {"id": "partial", "model": "PCM", "a": 1, "b": [0.5, -0.5]},
    {"id": "general", "model": "GPCM", "a": 0.7, "b": [0.5, -0.5], "attributes": {"strand": "algebra", "grade": 5}},
    {"id": "nominal", "model": "NRM", "a": [0, 0.8, 1.7], "b": [0, 0.3, -0.4], "se": {"a": [null, 0.1, 0.2]}},
    {"id": "draft"}
  ]
}"#;

fn messages(text: &str) -> Vec<String> {
    let errors = read_bank_json(text, "bank.json").expect_err("the bank is refused");
    errors.to_string().lines().map(str::to_owned).collect()
}

fn with_items(items: &str) -> String {
    format!(r#"{{"id": "b", "items": [{items}]}}"#)
}

#[test]
fn a_field_given_twice_is_refused_wherever_it_stands() {
    for (text, line) in [
        (r#"{"id": "x", "id": "y", "items": []}"#, "line 1, column "),
        (
            "{\"id\": \"x\", \"items\": [{\"id\": \"a\", \"model\": \"2PL\",\n\"a\": 1, \"a\": 2, \"b\": 0}]}",
            "line 2, column ",
        ),
    ] {
        let refused = read_bank_json(text, "b.json").expect_err("refused").to_string();
        assert!(refused.contains(line) && refused.contains("is given twice"), "{refused}");
    }
}

#[test]
fn every_model_is_read_and_written_without_loss() {
    let bank = read_bank_json(EVERY_MODEL, "bank.json").expect("a valid bank");
    assert_eq!(bank.items().len(), 9);
    let written = write_bank_json(&bank);
    assert_eq!(read_bank_json(&written, "again"), Ok(bank.clone()));
    assert_eq!(write_bank_json(&read_bank_json(&written, "again").expect("valid")), written);
}

#[test]
fn errors_name_the_file_the_path_and_the_value() {
    let text = with_items(
        r#"{"id": "a", "model": "3PL", "a": 1, "b": 0, "c": 1.2},
           {"id": "b", "model": "GRM", "a": 1, "b": [0, "x", 2]},
           {"id": "c", "model": "GRM", "a": 1, "b": [0, 1, 0.5]},
           {"id": "a", "model": "2PL", "a": -1, "b": 0},
           {"id": "d", "model": "5PL", "a": 1, "b": 0},
           {"id": "e", "model": "2PL", "a": 1},
           {"id": "f", "model": "2PL", "a": 1, "b": 0, "status": "operation"},
           {"model": "2PL", "a": 1, "b": 0},
           7"#,
    );
    let expected = [
        "bank.json: items[0].c: guessing must be in [0, 1), got 1.2",
        "bank.json: items[1].b[1]: expected a finite number, not a text, got \"x\"",
        "bank.json: items[2].b[2]: category boundaries must ascend, got 0.5 after 1",
        "bank.json: items[3].a: discrimination must be in (0, 25], got -1",
        "bank.json: items[3].id: already the id of items[0], got a",
        "bank.json: items[4].model: unknown model; expected 1PL, 2PL, 3PL, 4PL, GRM, PCM, GPCM or NRM, got \"5PL\"",
        "bank.json: items[5].b: a 2PL item needs parameter b",
        "bank.json: items[6].status: unknown variant `operation`, expected one of `draft`, `field_test`, \
         `operational`, `retired`, got \"operation\"",
        "bank.json: items[7].id: an item needs an id, got nothing",
        "bank.json: items[8]: expected an object, not a number, got 7",
    ];
    assert_eq!(messages(&text), expected);
}

#[test]
fn a_text_that_is_not_json_is_refused_with_line_and_column() {
    assert_eq!(
        messages("{\"id\": \"b\",\n  \"items\": [NaN]}"),
        ["bank.json: line 2, column 13: not JSON: expected value"]
    );
    assert_eq!(messages("[]"), ["bank.json: $: expected an object, not a list, got []"]);
    assert_eq!(messages(&with_items("")), ["bank.json: items: a bank has at least one item, got []"]);
    let deep = "[".repeat(100_000);
    assert!(messages(&deep)[0].contains("recursion limit exceeded"));
}

#[test]
fn parts_of_a_bank_must_agree() {
    let text = with_items(r#"{"id": "a", "enemies": ["a", "z"]}"#);
    assert_eq!(
        messages(&text),
        [
            "bank.json: items[0].enemies[0]: an item cannot be its own enemy",
            "bank.json: items[0].enemies[1]: no item z in this bank"
        ]
    );
}

#[test]
fn a_scaling_constant_is_taken_into_the_slopes() {
    let text = r#"{"id": "b", "D": 1.7, "items": [
        {"id": "a", "model": "3PL", "a": 1, "b": 0.5, "c": 0.2, "se": {"a": 0.1, "b": 0.2}},
        {"id": "p", "model": "PCM", "b": [0, 1]}]}"#;
    let bank = read_bank_json(text, "bank.json").expect("valid");
    let written = write_bank_json(&bank);
    assert!(written.contains(r#""D": 1,"#));
    assert!(written.contains(r#""model":"3PL","a":1.7,"b":0.5,"c":0.2,"se":{"a":[0.17"#), "{written}");
    assert!(written.contains(r#""model":"GPCM","a":1.7,"b":[0.0,1.0]"#), "{written}");
}

#[test]
fn fields_without_meaning_are_reported() {
    let reading = read_bank_file(&with_items(r#"{"id": "a", "enemys": ["b"]}"#), "bank.json").expect("valid");
    assert_eq!(
        reading.warnings[0].to_string(),
        "items[0].enemys: this field has no meaning here and is not kept, got [\"b\"]"
    );
}
