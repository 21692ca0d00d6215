//! `waymark calibrate`: what it writes, and what it refuses.

use std::fs;

use serde_json::Value;

use super::evidence::responses;
use super::program::Desk;

#[test]
fn the_report_certifies_convergence_and_looks_at_fit_and_groups() {
    let desk = Desk::new();
    desk.file("r.csv", &responses());
    let run = |more: &[&str], out: &str| {
        let start = ["calibrate", "r.csv", "--model", "2pl", "--group", "group", "--out", out];
        let ended = desk.run(&[&start[..], more].concat());
        assert_eq!(ended.code, 0, "{}", ended.err);
        ended
    };
    let ended = run(&["--format", "json"], "c");
    let printed: Value = serde_json::from_str(&ended.out).expect("JSON");
    assert_eq!((printed["converged"].as_bool(), printed["identified"].as_bool()), (Some(true), Some(true)));
    let report = desk.text("c/report.html");
    for part in [
        "Certificate",
        "Largest gradient component",
        "Wright map",
        "Item fit",
        "standardised residuals by ability",
        "b compared with a",
        "Item curves",
    ] {
        assert!(report.contains(part), "{part}");
    }
    assert!(!report.contains("<script") && !report.contains("http"), "one file that needs nothing else");
    run(&["--fit", "no"], "plain");
    assert!(!desk.text("plain/report.html").contains("Item fit"));
    assert_eq!(desk.text("c/parameters.csv"), desk.text("plain/parameters.csv"));
}

#[test]
fn an_item_without_variance_is_left_out_with_the_reason() {
    let desk = Desk::new();
    let all_right: String = responses()
        .lines()
        .enumerate()
        .map(|(place, line)| format!("{line},{}\n", if place == 0 { "easy" } else { "1" }))
        .collect();
    desk.file("r.csv", &all_right);
    let ended = desk.run(&["calibrate", "r.csv", "--model", "2pl", "--ignore", "group", "--out", "c"]);
    assert_eq!(ended.code, 0, "{}", ended.err);
    assert!(ended.out.contains("item easy: left out: "), "{}", ended.out);
}

#[test]
fn a_score_that_the_model_does_not_have_is_told_with_its_examinee() {
    let desk = Desk::new();
    let stray: Vec<String> = responses().lines().map(str::to_owned).collect();
    let spoiled = stray.iter().enumerate().map(|(place, line)| match place {
        0 => line.clone(),
        _ => {
            format!("{}{}", &line[..line.len() - 1], if place == 17 { "9" } else { &line[line.len() - 1..] })
        }
    });
    desk.file("r.csv", &spoiled.collect::<Vec<_>>().join("\n"));
    let ended = desk.run(&["calibrate", "r.csv", "--model", "2pl", "--ignore", "group", "--out", "c"]);
    assert_eq!(ended.code, 0, "{}", ended.err);
    let told = "but 9 occurs; examinee e16 is the first with a score above 1";
    assert!(ended.out.contains(told), "{}", ended.out);
}

#[test]
fn refusals_are_json_for_machines_and_name_a_folder_once() {
    let desk = Desk::new();
    let error = |arguments: &[&str]| {
        let ended = desk.run(arguments);
        assert_eq!((ended.code, ended.out.as_str()), (1, ""));
        let told: serde_json::Value = serde_json::from_str(&ended.err).expect("JSON");
        told["error"].as_str().expect("a text").to_owned()
    };
    let unknown = error(&["calibrate", "r.csv", "--modle", "2pl", "--format", "json"]);
    assert!(unknown.contains("unexpected argument '--modle'"), "{unknown}");
    assert!(error(&["--format=json", "frobnicate"]).contains("unrecognized subcommand"));
    let folder = error(&["calibrate", ".", "--model", "2pl", "--out", "c", "--format", "json"]);
    assert_eq!(folder.matches("Is a directory").count(), 1, "{folder}");
}

#[test]
fn a_rating_scale_is_written_as_partial_credit_items_with_equal_steps_around_their_locations() {
    let desk = Desk::new();
    let mut file = String::from("easy,middle,hard\n");
    for examinee in 0..240_u32 {
        let score = |item: u32| (examinee / 40 + (examinee * 7 + item * 5) % 6).saturating_sub(2 + item) / 3;
        file += &format!("{},{},{}\n", score(0).min(2), score(1).min(2), score(2).min(2));
    }
    desk.file("r.csv", &file);
    let ended = desk.run(&["calibrate", "r.csv", "--model", "rsm", "--out", "c"]);
    assert_eq!(ended.code, 0, "{}", ended.err);
    let table = desk.text("c/parameters.csv");
    let mut lines = table.lines();
    assert_eq!(
        lines.next(),
        Some("item,model,a,b1,b2,location,se_a,se_b1,se_b2,se_location,answers,note,status")
    );
    let mut half_distances = Vec::new();
    for line in lines {
        let cells: Vec<&str> = line.split(',').collect();
        let number = |place: usize| cells[place].parse::<f64>().unwrap();
        assert!((number(3) + number(4) - 2.0 * number(5)).abs() < 1e-12, "{line}");
        assert!([7, 8, 9].iter().all(|place| number(*place) > 0.0), "{line}");
        half_distances.push(number(4) - number(5));
    }
    assert!(half_distances.windows(2).all(|pair| (pair[0] - pair[1]).abs() < 1e-12), "{table}");
    assert!(desk.text("c/bank.json").contains("\"PCM\""));
}

/// Files that cannot be responses, and what is said of each.
const REFUSED: [(&str, &[u8], &str); 13] = [
    ("nothing", b"", "line 1: the file is empty"),
    ("a header alone", b"i1,i2\n", "line 2: the file has a header and no examinees"),
    ("a name twice", b"i1,i2,i1\n1,0,1\n", "line 1, column 3: the column \"i1\" appears twice"),
    ("a name left out", b"i1,,i3\n1,0,1\n", "line 1, column 2: a column name must have 1 to"),
    ("an examinee twice", b"examinee,i1\na,1\nb,0\na,0\n", "line 4: "),
    ("not a number", b"i1,i2\n1,0\n1,NaN\n", "line 3, column 2 (i2): a score must be an integer from 0 to"),
    ("half a score", b"i1,i2\n0.5,1\n", "line 2, column 1 (i1): a score must be an integer"),
    ("a negative score", b"i1,i2\n1,-1\n", "line 2, column 2 (i2): a score must be an integer"),
    ("a huge score", b"i1,i2\n1,99999999999999999999\n", "line 2, column 2 (i2): a score must be an integer"),
    ("a line too long", b"i1,i2\n1,0,1\n", "line 2: expected 2 fields, got 3"),
    ("an open quote", b"i1,i2\n\"1,0\n", "line 2: a quoted field is not closed on the same line"),
    ("text of 16 bits", b"\xff\xfei\x001\x00,\x00", "line 1, column 1: the text is not UTF-8"),
    (
        "a zip archive",
        b"PK\x03\x04\x14\x00\x00\x00\x08\x00\xb7\xac\xce",
        "line 1, column 1: the text is not UTF-8",
    ),
];

#[test]
fn files_that_cannot_be_responses_are_refused_by_place_and_value() {
    let desk = Desk::new();
    for command in [
        ["calibrate", "bad.csv", "--model", "2pl", "--out", "out"],
        ["fit", "bad.csv", "--model", "2pl", "--out", "out"],
    ] {
        for (what, bytes, why) in REFUSED {
            fs::write(desk.path("bad.csv"), bytes).expect("the folder can be written");
            let ended = desk.run(&command);
            assert_eq!(ended.code, 1, "{what}: {}", ended.err);
            assert!(ended.err.contains("bad.csv") && ended.err.contains(why), "{what}: {}", ended.err);
            assert!(!desk.has("out"), "{what}: a refused command writes nothing");
        }
    }
}

#[test]
fn a_file_that_is_not_there_and_one_that_answers_nothing_are_refused() {
    let desk = Desk::new();
    let refused = |arguments: &[&str], why: &str| {
        let ended = desk.run(&[arguments, &["--out", "out"]].concat());
        assert_eq!(ended.code, 1, "{}", ended.err);
        assert!(ended.err.contains(why), "{}", ended.err);
        assert!(!desk.has("out"), "a refused command writes nothing");
    };
    refused(&["calibrate", "nowhere.csv", "--model", "2pl"], "nowhere.csv");
    desk.file("blank.csv", "i1,i2\n,\nNA,NA\n");
    refused(&["calibrate", "blank.csv", "--model", "2pl"], "blank.csv: every cell is blank");
    desk.file("r.csv", &responses());
    let refused_with = |option: &str, value: &str, why: &str| {
        refused(&["calibrate", "r.csv", "--model", "3pl", "--ignore", "group", option, value], why);
    };
    refused(&["calibrate", "r.csv", "--model", "5pl"], "5pl");
    refused_with("--group", "klass", "there is no column \"klass\"");
    refused_with("--quadrature", "1", "quadrature");
    refused_with("--tolerance", "NaN", "tolerance");
    refused_with("--prior-guessing", "beta:-1,5", "beta");
}
