//! Response files, wide and long: what is read, what is refused and where.

use item_bank::formats::responses::{ResponseLayout, ResponseReader};
use item_bank::formats::{read_bank_json, read_parameters_csv, write_parameters_csv};
use item_bank::model::{ModelName, ModelParameters, NumberOrList};
use item_bank::{Bank, ItemStatus};
use proptest::prelude::*;

/// Every examinee as `name: item score, …`, or the error.
fn read(text: &[u8]) -> Result<Vec<String>, String> {
    let reader =
        ResponseReader::new("r.csv", text, &["sex".to_owned()]).map_err(|error| error.to_string())?;
    let items: Vec<String> = reader.items().iter().map(ToString::to_string).collect();
    let show = |(item, score): &(u32, u32)| format!("{} {score}", items[*item as usize]);
    reader
        .map(|row| {
            let row = row.map_err(|error| error.to_string())?;
            let scores: Vec<String> = row.responses.iter().map(show).collect();
            Ok(format!("{}: {}", row.examinee, scores.join(", ")))
        })
        .collect()
}

fn check(text: &str, expected: &[&str]) {
    assert_eq!(
        read(text.as_bytes()).as_deref(),
        Ok(&expected.iter().map(|row| (*row).to_owned()).collect::<Vec<_>>()[..])
    );
}

fn refused(text: &str, expected: &str) {
    assert_eq!(read(text.as_bytes()), Err(expected.to_owned()));
}

#[test]
fn wide_files_are_read_with_and_without_names() {
    check("i1,i2,i3\n1,0,2\n,NA,1\n\n0,1,0\n", &["1: i1 1, i2 0, i3 2", "2: i3 1", "3: i1 0, i2 1, i3 0"]);
    check("\u{feff}examinee,i1,i2\r\nann,1,0\r\nbob, ,1", &["ann: i1 1, i2 0", "bob: i2 1"]);
    check("examinee,sex,i1\n\"a, \"\"b\"\"\",f,1\n", &["a, \"b\": i1 1"]);
}

#[test]
fn long_files_are_gathered_by_examinee() {
    let text =
        "examinee,item,score,position,timestamp_ms\nb,i2,1,1,100\na,i1,0,1,\nb,i1,2,2,200\na,i2,NA,,\n";
    check(text, &["b: i2 1, i1 2", "a: i1 0"]);
    let reader = ResponseReader::new("r.csv", text.as_bytes(), &[]).expect("valid");
    assert_eq!(reader.layout(), ResponseLayout::Long);
    assert_eq!((reader.item_line(0), reader.item_line(1)), (2, 3));
    let lines: Vec<Vec<u64>> = reader
        .map(|row| row.expect("valid"))
        .map(|row| (0..row.responses.len()).map(|response| row.line_of(response)).collect())
        .collect();
    assert_eq!(lines, [vec![2, 4], vec![3]]);
}

#[test]
fn errors_name_file_line_column_and_value() {
    refused("", "r.csv: line 1: the file is empty");
    refused("i1,i1\n", "r.csv: line 1, column i1: two columns have this name");
    refused(
        "i1,\n1,1\n",
        "r.csv: line 1: column 2: an item id has 1 to 100 bytes, no control characters and no blanks at the ends, got \"\"",
    );
    refused(
        "i1;i2\n1;0\n",
        "r.csv: line 1: cells are separated by commas; this heading has other separators, got \"i1;i2\"",
    );
    refused("i1,i2\n1\n", "r.csv: line 2: expected 2 cells as in the heading, got 1");
    let expected = "expected a score from 0, or blank or NA where not administered";
    refused("i1,i2\n1,0\n1,x\n", &format!("r.csv: line 3, column i2: {expected}, got \"x\""));
    refused("i1,i2\n1,-1\n", &format!("r.csv: line 2, column i2: {expected}, got \"-1\""));
    refused("i1,i2\n1,0.5\n", &format!("r.csv: line 2, column i2: {expected}, got \"0.5\""));
    refused("i1\nNaN\n", &format!("r.csv: line 2, column i1: {expected}, got \"NaN\""));
    refused("i1\n100\n", "r.csv: line 2, column i1: a score is at most 99, got \"100\"");
    refused("examinee,i1\n,1\n", "r.csv: line 2, column examinee: the examinee has no name");
    refused("i1\n\"1\n", "r.csv: line 2: a quote is not closed on its line");
    refused(
        "examinee,item,score\na,j,1\na,i,1\nb,i,1\nb,i,\na,i,0\na,j,0\n",
        "r.csv: line 6: examinee \"a\" has a response to item i already",
    );
    refused(
        "examinee,item,score,when\n",
        "r.csv: line 1: a long file has the columns examinee, item, score, position and timestamp_ms, got \"when\"",
    );
    refused(
        "examinee,item,score,timestamp_ms\na,i,1,x\n",
        "r.csv: line 2, column timestamp_ms: expected a whole number from 0, or nothing, got \"x\"",
    );
    refused(
        "examinee,item,score,timestamp_ms\na,i,1,-5\n",
        "r.csv: line 2, column timestamp_ms: expected a whole number from 0, or nothing, got \"-5\"",
    );
    refused(
        "examinee,item,score,position\na,i,1,2\nb,i,1,2\na,j,,2\n",
        "r.csv: line 4: examinee \"a\" has a line at position 2 already",
    );
    refused("examinee,i1\na,1\nb,1\na,0\n", "r.csv: line 4: examinee \"a\" appears twice");
    let heading = "item;".repeat(30);
    let expected = "r.csv: line 1: cells are separated by commas; this heading has other separators, got";
    let error = read(heading.as_bytes()).expect_err("refused");
    assert!(error.starts_with(expected), "{error}");
    assert_eq!(read(b"i1\n\xff\n"), Err("r.csv: line 2: byte 1 of the line is not UTF-8".to_owned()));
}

#[test]
fn an_endless_line_is_refused_before_it_fills_the_memory() {
    let endless = std::io::Read::chain(&b"i1\n"[..], std::io::repeat(b'1'));
    let mut reader = ResponseReader::new("r.csv", endless, &[]).expect("a heading");
    let error = reader.next().expect("a row").expect_err("refused").to_string();
    assert_eq!(error, "r.csv: line 2: the line is longer than 8388608 bytes");
    assert!(reader.next().is_none());
}

#[test]
fn columns_are_known_by_their_usual_names_in_any_order() {
    let plain = read(b"examinee,item,score\np,i1,1\np,i2,0\nq,i1,0\n");
    assert!(plain.is_ok(), "{plain:?}");
    assert_eq!(read(b"person,item,response\np,i1,1\np,i2,0\nq,i1,0\n"), plain);
    assert_eq!(read(b"item,score,student\ni1,1,p\ni2,0,p\ni1,0,q\n"), plain);
    let wide = read(b"examinee,i1,i2\n7,1,0\n8,0,1\n");
    for name in ["id", "person", "student", "ID"] {
        assert_eq!(read(format!("{name},i1,i2\n7,1,0\n8,0,1\n").as_bytes()), wide, "{name}");
    }
}

const TABLE: &str = "\
item,model,a,b,b1,b2,c,d,a1,a2,se_a,se_a2,se_b,se_b1,se_b2
one,1PL,,0.5,,,,,,,,,0.1,,
two,3PL,1.2,-0.5,,,0.2,NA,,,0.1,,0.2,,
three,GPCM,0.8,,1,-1,,,,,,,,0.3,0.4
four,NRM,,,0,1,,,0,30,,0.6,,0.7,
";

#[test]
fn parameter_tables_are_read_and_written_without_loss() {
    let read = read_parameters_csv(TABLE, "p.csv").expect("valid");
    let bank = &read.bank;
    assert_eq!((bank.items().len(), read.warnings.len()), (4, 0));
    let written = write_parameters_csv(bank);
    assert_eq!(read_parameters_csv(&written, "p.csv"), Ok(read.clone()));
    let errors = bank.item("three").and_then(|item| item.standard_errors.clone()).expect("errors");
    assert_eq!(errors.b, [Some(0.3), Some(0.4)]);
    let errors = bank.item("four").and_then(|item| item.standard_errors.clone()).expect("errors");
    assert_eq!((errors.a, errors.b), (vec![None, Some(0.6)], vec![Some(0.7), None]));
}

/// The bank of a table and what was odd about it, line by line.
fn table(text: &str) -> (Bank, Vec<String>) {
    let read = read_parameters_csv(text, "p.csv").expect("valid");
    (read.bank, read.warnings.iter().map(ToString::to_string).collect())
}

fn model(bank: &Bank, id: &str) -> Option<ModelParameters> {
    bank.item(id).expect("the item").model.as_ref().map(ModelParameters::from)
}

#[test]
fn a_column_d_moves_slopes_and_their_errors_to_the_logistic_metric() {
    let (bank, warnings) =
        table("item,model,a,b,se_a,D\nx,2PL,2,0.5,0.1,1.7\ny,2PL,2,0.5,0.1,\nz,PCM,,1,,1.7\n");
    assert!(warnings.is_empty(), "{warnings:?}");
    let slope = |id: &str| model(&bank, id).and_then(|model| model.a);
    assert_eq!(slope("x"), Some(NumberOrList::Number(3.4)));
    assert_eq!(slope("y"), Some(NumberOrList::Number(2.0)));
    assert_eq!(slope("z"), Some(NumberOrList::Number(1.7)));
    let errors = bank.item("x").and_then(|item| item.standard_errors.clone()).expect("errors");
    assert!((errors.a[0].expect("an error") - 0.17).abs() < 1e-15);
    let refused = read_parameters_csv("item,model,a,b,D\nx,2PL,1,0,0\n", "p.csv").expect_err("refused");
    assert_eq!(
        refused.to_string(),
        "p.csv: line 2, column D: the scaling constant must be in (0, 10], got 0.0"
    );
}

#[test]
fn a_table_without_models_is_read_by_its_columns_or_refused_once() {
    for (heading, row, name) in [
        ("item,b", "x,0.5", ModelName::OnePl),
        ("item,a,b,se_b", "x,1,0.5,0.1", ModelName::TwoPl),
        ("item,c,a,b", "x,0,1,0.5", ModelName::ThreePl),
        ("item,a,b,c,d", "x,1,0.5,0.2,0.9", ModelName::FourPl),
    ] {
        let (bank, warnings) = table(&format!("{heading}\n{row}\n"));
        assert_eq!(model(&bank, "x").map(|model| model.model), Some(name), "{heading}");
        assert_eq!(warnings, [format!("line 1: no column model: items are read as {name}, got {heading}")]);
    }
    for heading in ["item,a,b1,b2", "item,a,c", "item,a,b,b1"] {
        let text = format!("{heading}\n{}", "x,1,0,0\n".repeat(3));
        let refused = read_parameters_csv(&text, "p.csv").expect_err("refused");
        assert_eq!(refused.issues().len(), 1, "{refused}");
        assert!(refused.to_string().contains("line 1: without a column model"), "{refused}");
    }
}

#[test]
fn what_a_calibration_writes_is_a_table() {
    let (bank, warnings) = table(
        "item,model,a,b,b1,b2,location,answers,note,status\n\
         r,rasch,1,0.5,,,,60,,operational\n\
         s,rsm,1,,-1,1,0,60,,operational\n\
         left,2pl,,,,,,60,left out: every answer scores 1,draft\n\
         back,2pl,-0.3,0.5,,,,60,the slope is negative,draft\n",
    );
    assert_eq!(model(&bank, "r").map(|model| model.model), Some(ModelName::OnePl));
    assert_eq!(model(&bank, "s").map(|model| model.model), Some(ModelName::PartialCredit));
    for id in ["left", "back"] {
        assert_eq!((model(&bank, id), bank.item(id).expect("the item").status), (None, ItemStatus::Draft));
    }
    assert_eq!(
        warnings,
        [
            "line 4: the item has no parameters and is kept as a draft without a model",
            "line 5, column a: the draft is kept without a model: discrimination must be in (0, 25], got -0.3"
        ]
    );
    let (_, warnings) = table("item,model,a,b,weight\nx,2PL,1,0,2\n");
    assert_eq!(warnings, ["line 1: this column has no meaning here and is not kept, got weight"]);
}

#[test]
fn errors_of_a_table_name_line_and_column() {
    let messages = |text: &str| {
        let errors = read_parameters_csv(text, "p.csv").expect_err("refused").to_string();
        errors.lines().map(str::to_owned).collect::<Vec<_>>()
    };
    let text = "item,model,a,b,c,b1,b2\nx,3PL,1,0,1.5,,\ny,2PL,z,0,,,\ny,GRM,1,,,2,1\nx,2PL,1,0,,,\n,2PL,1,0,,,\nq,2PL,1,,,,1\n";
    assert_eq!(
        messages(text),
        [
            "p.csv: line 2, column c: guessing must be in [0, 1), got 1.5",
            "p.csv: line 3, column a: expected a finite number, not a text, got \"z\"",
            "p.csv: line 4, column b2: category boundaries must ascend, got 1 after 2",
            "p.csv: line 6, column id: an item needs an id, got nothing",
            "p.csv: line 7, column b: the number is given in two ways, or a number before it is missing, got 1",
            "p.csv: line 7, column b: a 2PL item needs parameter b",
        ]
    );
    assert_eq!(
        messages("model,a\n2PL,1\n"),
        ["p.csv: line 1: a parameter table has a column item, or id, got model,a"]
    );
    assert_eq!(
        messages("item,model,a,b\nx,2PL,1\n"),
        ["p.csv: line 2: expected 4 cells as in the heading, got 3"]
    );
    assert_eq!(
        messages("item,model,a,b\nx,2PL,1,0\nx,2PL,1,0\n"),
        ["p.csv: line 3: x is already the id of items[0]"]
    );
}

const BANK: &str = r#"{"id": "b", "D": 1.7, "items": [{"id": "a", "model": "GRM", "a": 1, "b": [0, 1], "se": {"a": 0.1},
  "attributes": {"x": 1}, "enemies": ["c"]}, {"id": "c", "content": {"stem": "<p>?</p>", "interaction":
  {"type": "numeric_entry", "label": "n", "unit": ""}, "key": {"type": "numeric_entry", "value": "1/2"}}}]}"#;

#[test]
fn the_bank_that_the_fuzzer_spoils_is_valid() {
    assert!(read_bank_json(BANK, "b").is_ok());
}

proptest! {
    #[test]
    fn any_bytes_are_responses_or_an_error(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = read(&bytes);
    }

    #[test]
    fn any_likely_text_is_responses_or_an_error(text in "(examinee|item|score|i1|i2|[,;\"\n\r 0129NA-]){0,60}") {
        let _ = read(text.as_bytes());
    }

    #[test]
    fn any_text_is_a_table_or_an_error(text in "(item|model|2PL|GRM|se_a|[abcd][0-3]?|[,\"\n 0-9.-]){0,60}") {
        let _ = read_parameters_csv(&text, "p.csv");
    }

    #[test]
    fn a_spoiled_bank_file_is_a_bank_or_an_error(at in 0usize..400, cut in 0usize..12, with in "[\\[\\]{}\",:0-9a-zA-Z.-]{0,6}") {
        let mut text: Vec<char> = BANK.chars().collect();
        let at = at.min(text.len());
        let end = (at + cut).min(text.len());
        text.splice(at..end, with.chars());
        let _ = read_bank_json(&text.into_iter().collect::<String>(), "b");
    }
}
