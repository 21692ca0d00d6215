//! What commands refuse about the files they are given: too large, or saying two things.

use std::fs::File;

use super::evidence::responses;
use super::program::{Desk, Ended};

const MIB: u64 = 1 << 20;

fn refused(ended: &Ended, words: &str) {
    assert_eq!(ended.code, 1, "{words}: {} {}", ended.out, ended.err);
    assert!(ended.err.contains(words), "{words}: {}", ended.err);
}

/// A file that says that it has so many bytes, of which the disk holds none.
fn sparse(desk: &Desk, name: &str, bytes: u64) {
    let file = File::create(desk.path(name)).expect("the folder can be written");
    file.set_len(bytes).expect("a file may have holes");
}

#[test]
fn a_file_beyond_its_limit_is_refused_by_name_and_limit_before_it_is_read() {
    let desk = Desk::new();
    desk.file("r.csv", &responses());
    desk.file("key.csv", "item,key\ni0,A\n");
    desk.file("b.csv", "item,model,a,b\ni0,2PL,1,0\ni1,2PL,1,1\n");
    desk.file("plan.json", PLAN);
    sparse(&desk, "table.csv", 16 * MIB + 1);
    sparse(&desk, "large.csv", 256 * MIB + 1);
    sparse(&desk, "people.csv", 32 * MIB + 1);
    let calibrate = ["calibrate", "r.csv", "--ignore", "group", "--model", "2pl", "--out", "out"];
    let fit = ["fit", "r.csv", "--ignore", "group", "--model", "2pl", "--out", "out"];
    let simulate = ["simulate", "--bank", "b.csv", "--plan", "plan.json", "--out", "out"];
    let (table, large) = (
        "table.csv: the file has more than 16777216 bytes",
        "large.csv: the file has more than 268435456 bytes",
    );
    for (command, more, words) in [
        (&calibrate[..], vec!["--item-models", "table.csv"], table),
        (&fit, vec!["--key", "table.csv", "--choices", "key.csv"], table),
        (&fit, vec!["--key", "key.csv", "--choices", "large.csv"], large),
        (&simulate, vec!["--examinees", "large.csv"], large),
        (
            &simulate,
            vec!["--examinees", "5", "--distribution", "empirical", "--observed", "large.csv"],
            large,
        ),
        (
            &simulate,
            vec!["--examinees", "5", "--uniforms", "table.csv"],
            "table.csv: a table of 2 items for 5 examinees has at most 896 bytes, got 16777217",
        ),
        (&["roster", "import", "people.csv"], vec![], "people.csv: the file has more than 33554432 bytes"),
    ] {
        refused(&desk.run(&[command, &more[..]].concat()), words);
        assert!(!desk.has("out"), "{words}");
    }
}

const PLAN: &str = r#"{"id": "p", "version": 1, "name": "P", "pool": "interim",
    "stopping": {"minimum_items": 1, "maximum_items": 2}}"#;

#[test]
fn a_score_that_the_bank_does_not_have_is_refused_where_it_stands() {
    let desk = Desk::new();
    let text = responses();
    desk.file("r.csv", &text);
    let ended = desk.run(&["calibrate", "r.csv", "--model", "2pl", "--ignore", "group", "--out", "c"]);
    assert_eq!(ended.code, 0, "{}", ended.err);
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let end = lines[5].len() - 1;
    lines[5].replace_range(end.., "2");
    desk.file("two.csv", &(lines.join("\n") + "\n"));
    let words = "two.csv: line 6, column 12 (i9): the highest score of this item is 1, got 2";
    for command in [
        &["fit", "two.csv", "--bank", "c/bank.json", "--ignore", "group"][..],
        &["drift", "c/bank.json", "--responses", "two.csv", "--ignore", "group"],
        &["calibrate", "two.csv", "--model", "2pl", "--fixed", "c/bank.json", "--ignore", "group"],
    ] {
        refused(&desk.run(&[command, &["--out", "out"]].concat()), words);
        assert!(!desk.has("out"), "{command:?}");
    }
}

#[test]
fn a_long_file_in_which_an_examinee_changes_group_is_refused() {
    let desk = Desk::new();
    desk.file("r.csv", "examinee,item,score,g\nada,i1,1,a\nbob,i1,0,b\nada,i2,0,b\n");
    let words = "r.csv: line 4, column 4: examinee \"ada\" had the group \"a\" before, got \"b\"";
    let dif = ["dif", "r.csv", "--group", "g", "--reference", "a", "--focal", "b", "--out", "out"];
    refused(&desk.run(&dif), words);
    refused(&desk.run(&["calibrate", "r.csv", "--model", "2pl", "--group", "g", "--out", "out"]), words);
}

#[test]
fn answers_that_say_nothing_are_refused_with_their_file() {
    let desk = Desk::new();
    desk.file("bank.csv", "item,model,a,b\ni1,2PL,1,0\ni2,2PL,1,1\n");
    let blank = "r.csv: every cell is blank: nobody answered anything";
    let same = "r.csv: no item has two different scores: there is nothing to estimate or compare";
    for (answers, words) in [(",\n", blank), ("1,0\n", same)] {
        let rows: String = (0..60).map(|place| format!("{},{answers}", ["a", "b"][place % 2])).collect();
        desk.file("r.csv", &format!("g,i1,i2\n{rows}"));
        for command in [
            &["calibrate", "r.csv", "--model", "2pl", "--ignore", "g"][..],
            &["fit", "r.csv", "--model", "2pl", "--ignore", "g"],
            &["dif", "r.csv", "--group", "g", "--reference", "a", "--focal", "b"],
        ] {
            refused(&desk.run(&[command, &["--out", "out"]].concat()), words);
            assert!(!desk.has("out"), "{command:?}");
        }
        let drift = ["drift", "bank.csv", "--responses", "r.csv", "--ignore", "g", "--out", "drift"];
        let ended = desk.run(&drift);
        assert_eq!(ended.code, i32::from(words == blank), "{}", ended.err);
    }
}

#[test]
fn a_table_of_models_names_an_item_once() {
    let desk = Desk::new();
    desk.file("r.csv", &responses());
    desk.file("m.csv", "item,model\ni1,3pl\ni2,2pl\ni1,2pl\n");
    let ended = desk.run(&[
        "calibrate",
        "r.csv",
        "--model",
        "2pl",
        "--ignore",
        "group",
        "--item-models",
        "m.csv",
        "--out",
        "out",
    ]);
    refused(&ended, "m.csv: line 4, column item: item \"i1\" is named in line 2 already");
}

#[test]
fn a_plan_whose_rows_say_nothing_is_not_simulated() {
    let desk = Desk::new();
    desk.file("b.csv", "item,model,a,b\ni0,2PL,1,0\ni1,2PL,1,1\n");
    let row = r#"{"attribute": "strand", "value": "standrad", "maximum": 1}"#;
    desk.file("plan.json", &PLAN.replace(r#""stopping""#, &format!(r#""blueprint": [{row}], "stopping""#)));
    let ended =
        desk.run(&["simulate", "--bank", "b.csv", "--plan", "plan.json", "--examinees", "5", "--out", "out"]);
    refused(&ended, "plan.json: no item of the interim pool is counted by this row");
    refused(&ended, "strand = standrad");
    assert!(!desk.has("out"));
}

#[test]
fn options_without_effect_are_told_and_empty_files_refused() {
    let desk = Desk::new();
    desk.file("b.csv", "item,model,a,b\ni0,2PL,1,0\ni1,2PL,1,1\n");
    desk.file("plan.json", PLAN);
    let simulate = ["simulate", "--bank", "b.csv", "--plan", "plan.json", "--out", "out"];
    let run = |more: &[&str]| desk.run(&[&simulate[..], more].concat());
    for (text, words) in [
        ("", "t.csv: line 1: the file is empty"),
        ("theta\n", "t.csv: the file has no abilities"),
        ("ability\n1\n", "t.csv: line 1: no column `theta` among ability"),
    ] {
        desk.file("t.csv", text);
        refused(&run(&["--examinees", "t.csv"]), words);
        refused(&run(&["--examinees", "5", "--distribution", "empirical", "--observed", "t.csv"]), words);
    }
    let ended = run(&["--examinees", "5", "--grade", "99", "--strand-deviation", "0.5"]);
    assert_eq!(ended.code, 0, "{}", ended.err);
    assert!(
        ended.err.contains("--grade 99 has no effect on the start: plan p has no prior"),
        "{}",
        ended.err
    );
    assert!(ended.err.contains("--strand-deviation has no effect: no item of bank"), "{}", ended.err);
}
