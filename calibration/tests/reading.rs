//! Response files: what is read, and how what cannot be read is refused.

use calibration::responses::{
    GROUPS_MAX, ITEMS_MAX, ReadOptions, ResponseMatrix, read_responses, read_timed_responses,
};
use proptest::prelude::*;

fn read(text: &str) -> Result<ResponseMatrix, String> {
    read_responses(text.as_bytes(), &ReadOptions::default()).map_err(|error| error.to_string())
}

fn refused(text: &str, message: &str) {
    assert_eq!(read(text).map(|matrix| matrix.answer_count()), Err(message.to_owned()));
}

/// Rows as text: `1.0` is score 1, missing, score 0.
fn rows(matrix: &ResponseMatrix) -> Vec<String> {
    let row = |examinee: usize| {
        let answers = matrix.answers(examinee);
        let cell = |item| answers.score(item).map_or_else(|| ".".to_owned(), |score| score.to_string());
        (0..matrix.items().len()).map(cell).collect()
    };
    (0..matrix.examinee_count()).map(row).collect()
}

#[test]
fn a_wide_file_has_a_line_an_examinee() {
    let matrix = read("examinee,i1,i2,i3\nada,1,,0\nbob,NA,2,12\n").unwrap();
    assert_eq!(matrix.items(), ["i1", "i2", "i3"]);
    assert_eq!(rows(&matrix), ["1.0", ".212"]);
    assert_eq!(matrix.examinee(1), "bob");
}

#[test]
fn without_a_name_column_examinees_are_numbered_from_1() {
    let matrix = read("i1,i2\r\n1,0\r\n0,1").unwrap();
    assert_eq!(rows(&matrix), ["10", "01"]);
    assert_eq!(matrix.examinee(1), "2");
}

#[test]
fn a_mark_of_byte_order_and_quotes_are_understood() {
    let matrix = read("\u{feff}examinee,\"a, b\",\"say \"\"c\"\"\"\n\"x,y\",1,0\n").unwrap();
    assert_eq!(matrix.items(), ["a, b", "say \"c\""]);
    assert_eq!(matrix.examinee(0), "x,y");
}

#[test]
fn the_long_form_in_any_order_is_the_same_data() {
    let wide = read("examinee,i1,i2,i3\nada,1,,0\nbob,,2,1\n").unwrap();
    let long = read(
        "examinee,item,score,position,timestamp_ms\nada,i1,1,1,5\nbob,i2,2,1,6\nada,i3,0,2,7\nbob,i3,1,2,9\n",
    )
    .unwrap();
    assert_eq!(long.items(), ["i1", "i2", "i3"]);
    assert_eq!(rows(&wide), rows(&long));
}

#[test]
fn columns_are_known_by_their_usual_names_in_any_order() {
    let wide = read("examinee,i1,i2\n7,1,0\n8,0,1\n").unwrap();
    for name in ["id", "person", "student", "ID"] {
        let same = read(&format!("{name},i1,i2\n7,1,0\n8,0,1\n")).unwrap();
        assert_eq!(
            (same.items(), rows(&same), same.examinee(1)),
            (wide.items(), rows(&wide), "8".to_owned())
        );
    }
    let long = read("person,item,response\n7,i1,1\n7,i2,0\n8,i1,0\n8,i2,1\n").unwrap();
    let text = "score,item,student,note\n1,i1,7,x\n0,i2,7,y\n0,i1,8,\n1,i2,8,\n";
    let options = ReadOptions { ignored: vec!["note".into()], ..ReadOptions::default() };
    let turned = read_responses(text.as_bytes(), &options).unwrap();
    assert_eq!((rows(&long), rows(&turned)), (rows(&wide), rows(&wide)));
    refused(
        text,
        "line 1, column 4: a long file has the columns examinee, item, score, position and timestamp_ms, and those that are named as group, weight or ignored, got \"note\"",
    );
    refused(
        "response,item,id\nx,i1,7\n",
        "line 2, column 1 (i1): a score must be an integer from 0 to 31, blank or NA, got \"x\"",
    );
}

#[test]
fn an_answer_takes_the_time_since_the_line_before_it() {
    // Lines in any order; ada passed over i2, which took her four seconds; bob's clock went back.
    let text = "examinee,item,score,position,timestamp_ms\n\
        ada,i3,1,3,9000\nada,i1,0,1,2000\nada,i2,NA,2,6000\n\
        bob,i1,1,1,500\nbob,i2,1,2,400\nbob,i3,0,3,\nbob,i4,1,4,10400\n";
    let read = read_timed_responses(text.as_bytes(), &ReadOptions::default()).unwrap();
    let times = read.times.unwrap();
    assert_eq!(read.matrix.items(), ["i3", "i1", "i2", "i4"]);
    assert_eq!((times.of(0), times.of(1)), (Some(3_000), None));
    assert_eq!((2..6).map(|answer| times.of(answer)).collect::<Vec<_>>(), [None, None, None, Some(10_000)]);
    assert_eq!(times.of(6), None);
    let ignored = ReadOptions { ignored: vec!["timestamp_ms".into()], ..ReadOptions::default() };
    assert!(read_timed_responses(text.as_bytes(), &ignored).unwrap().times.is_none());
    refused(
        "examinee,item,score,timestamp_ms\nada,i1,1,soon\n",
        "line 2, column 4: expected a whole number from 0, or nothing, got \"soon\"",
    );
    for (column, value) in [("timestamp_ms", "-5"), ("position", "-1"), ("position", "x")] {
        refused(
            &format!("examinee,item,score,{column}\nada,i1,1,{value}\n"),
            &format!("line 2, column 4: expected a whole number from 0, or nothing, got {value:?}"),
        );
    }
    for columns in ["position", "position,timestamp_ms"] {
        let time = if columns == "position" { "" } else { ",100" };
        refused(
            &format!("examinee,item,score,{columns}\nada,i1,1,2{time}\nbob,i1,1,2{time}\nada,i2,0,2{time}\n"),
            "line 4: position 2 of examinee \"ada\" appears twice",
        );
    }
}

#[test]
fn a_name_that_no_bank_could_hold_is_refused_where_it_stands() {
    let long = "i".repeat(101);
    let why = "an item id has 1 to 100 bytes, no control characters and no blanks at the ends, got";
    for (text, place) in [
        (format!("i1,{long}\n1,0\n"), "line 1, column 2: "),
        (format!("examinee,item,score\na,i1,1\na,{long},1\n"), "line 3, column 2: "),
        ("i1,\" i2\"\n1,0\n".to_owned(), "line 1, column 2: "),
    ] {
        let error = read(&text).map(|matrix| matrix.answer_count()).unwrap_err();
        assert!(error.starts_with(&format!("{place}{why}")), "{error}");
    }
}

#[test]
fn groups_and_weights_come_from_their_columns() {
    let options = ReadOptions {
        group: Some("class".into()),
        weight: Some("w".into()),
        ignored: vec!["age".into()],
        ..ReadOptions::default()
    };
    let text = "class,i1,w,age\nb,1,2.5,nine\na,0,1,ten\nb,1,1,?\n";
    let matrix = read_responses(text.as_bytes(), &options).unwrap();
    assert_eq!(matrix.items(), ["i1"]);
    assert_eq!(matrix.group_names(), ["b", "a"]);
    assert_eq!((matrix.group(0), matrix.group(1), matrix.group(2)), (0, 1, 0));
    assert!((matrix.total_weight() - 4.5).abs() < 1e-15);
}

#[test]
fn an_examinee_of_a_long_file_keeps_group_and_weight() {
    let options =
        ReadOptions { group: Some("class".into()), weight: Some("w".into()), ..ReadOptions::default() };
    let text = "examinee,item,score,class,w\nada,i1,1,a,2\nbob,i1,0,b,1\nada,i2,0,a,2\n";
    let matrix = read_responses(text.as_bytes(), &options).unwrap();
    assert_eq!((matrix.group(0), matrix.group(1)), (0, 1));
    let refused = |line: &str, message: &str| {
        let error = read_responses(format!("{text}{line}\n").as_bytes(), &options).unwrap_err();
        assert_eq!(error.to_string(), message);
    };
    let was = "line 5, column 4: examinee \"ada\" had the group \"a\" before, got";
    refused("ada,i3,0,b,2", &format!("{was} \"b\""));
    refused("ada,i3,0,,2", &format!("{was} \"\""));
    refused("ada,i3,0,a,3", "line 5, column 5: examinee \"ada\" had the weight 2 before, got \"3\"");
}

#[test]
fn each_refusal_names_line_column_and_value() {
    refused("", "line 1: the file is empty, expected a header line of item ids");
    refused("i1,i2\n", "line 2: the file has a header and no examinees");
    refused("i1,\n1,0\n", "line 1, column 2: a column name must have 1 to 256 bytes, got 0");
    refused("i1,i1\n1,0\n", "line 1, column 2: the column \"i1\" appears twice");
    refused("examinee\nada\n", "line 1: no column holds an item");
    refused("i1,i2\n1,0\n1\n", "line 3: expected 2 fields, got 1");
    refused("i1,i2\n1,0,1\n", "line 2: expected 2 fields, got 3");
    let scores = "a score must be an integer from 0 to 31, blank or NA, got";
    refused("i1,i2\n1,0\n1,x\n", &format!("line 3, column 2 (i2): {scores} \"x\""));
    refused("i1,i2\n1,-1\n", &format!("line 2, column 2 (i2): {scores} \"-1\""));
    refused("i1,i2\n1,NaN\n", &format!("line 2, column 2 (i2): {scores} \"NaN\""));
    refused("i1,i2\n1,0.5\n", &format!("line 2, column 2 (i2): {scores} \"0.5\""));
    refused("i1,i2\n1,99\n", &format!("line 2, column 2 (i2): {scores} \"99\""));
    refused("i1,i2\n1,\"0\n", "line 2: a quoted field is not closed on the same line");
    refused("examinee,i1\nada,1\nada,0\n", "line 3: examinee \"ada\" appears twice");
    refused("examinee,i1\n,1\n", "line 2, column 1: expected a name of 1 to 256 bytes, got 0");
    refused(
        "examinee,item,score\nada,i1,1\nada,i1,0\n",
        "line 3: the answer of examinee \"ada\" to item \"i1\" appears twice",
    );
    refused(
        "examinee,item,score\nada,i1,1\nbob,i2,1\nbob,i2,0\nada,i1,0\n",
        "line 4: the answer of examinee \"bob\" to item \"i2\" appears twice",
    );
    refused(
        "examinee;i1\nada;1\n",
        "line 1: cells are separated by commas; this header has other separators, got \"examinee;i1\"",
    );
    refused("i1,i2\n1,0\n\n1,1\n", "line 3: expected 2 fields, got 0");
}

#[test]
fn bytes_that_are_not_text_are_refused() {
    let wide = read_responses(&b"i1,\xff\xfe\n1,0\n"[..], &ReadOptions::default());
    assert_eq!(wide.unwrap_err().to_string(), "line 1, column 2: the text is not UTF-8");
    // "i1\n" in UTF-16.
    let wide = read_responses(&b"\xff\xfei\x001\x00\n\x00"[..], &ReadOptions::default());
    assert_eq!(wide.unwrap_err().to_string(), "line 1, column 1: the text is not UTF-8");
}

#[test]
fn a_column_that_is_asked_for_must_be_there() {
    let options = ReadOptions { group: Some("class".into()), ..ReadOptions::default() };
    let error = read_responses("i1\n1\n".as_bytes(), &options).unwrap_err();
    assert_eq!(error.to_string(), "line 1: there is no column \"class\"");
    let options = ReadOptions { weight: Some("w".into()), ..ReadOptions::default() };
    let error = read_responses("i1,w\n1,-3\n".as_bytes(), &options).unwrap_err();
    let words = "line 2, column 2: a weight must be a number above 0 and at most 1000000000, got";
    assert_eq!(error.to_string(), format!("{words} \"-3\""));
    let error = read_responses("i1,w\n1,1e308\n".as_bytes(), &options).unwrap_err();
    assert_eq!(error.to_string(), format!("{words} \"1e308\""));
}

#[test]
fn where_the_items_are_known_others_and_scores_beyond_them_are_refused() {
    let known = [("i1".to_owned(), 1), ("i2".to_owned(), 2)].into();
    let options =
        ReadOptions { group: Some("class".into()), known_items: Some(known), ..ReadOptions::default() };
    let read = |text: &str| read_responses(text.as_bytes(), &options).map_err(|error| error.to_string());
    assert_eq!(read("class,i2,i1\na,2,1\n").unwrap().items(), ["i2", "i1"]);
    let refused = |text: &str, message: &str| assert_eq!(read(text).unwrap_err(), message);
    refused("class,i1,x9\na,1,1\n", "line 1, column 3: there is no item \"x9\" in the bank");
    let above = "(i1): the highest score of this item is 1, got 2";
    refused("class,i2,i1\na,2,2\n", &format!("line 2, column 3 {above}"));
    let long = "examinee,item,score,class\nada,i2,2,a\n";
    assert_eq!(read(long).unwrap().group_names(), ["a"]);
    refused(&format!("{long}ada,x9,0,a\n"), "line 3, column 2: there is no item \"x9\" in the bank");
    refused(&format!("{long}ada,i1,2,a\n"), &format!("line 3, column 3 {above}"));
    let options = ReadOptions { highest_scores: [("i1".to_owned(), 1)].into(), ..ReadOptions::default() };
    let read = |text: &str| read_responses(text.as_bytes(), &options).map_err(|error| error.to_string());
    assert_eq!(read("i1,x9\n1,5\n").unwrap().items(), ["i1", "x9"]);
    assert_eq!(read("x9,i1\n5,2\n").unwrap_err(), format!("line 2, column 2 {above}"));
}

#[test]
fn more_items_or_groups_than_the_limits_are_refused() {
    let header: Vec<String> = (0..=ITEMS_MAX).map(|item| format!("i{item}")).collect();
    refused(&(header.join(",") + "\n1\n"), "line 1: more than 20000 items");
    refused(
        &(0..=ITEMS_MAX)
            .fold("examinee,item,score\n".to_owned(), |text, item| text + &format!("a,i{item},1\n")),
        "line 20002: more than 20000 items",
    );
    let text = (0..=GROUPS_MAX).fold("class,i1\n".to_owned(), |text, class| text + &format!("c{class},1\n"));
    let options = ReadOptions { group: Some("class".into()), ..ReadOptions::default() };
    let error = read_responses(text.as_bytes(), &options).unwrap_err().to_string();
    assert_eq!(error, "line 66: more than 64 groups");
}

#[test]
fn a_line_without_end_is_cut_off_at_the_limit() {
    let endless = std::io::repeat(b'1');
    let error = read_responses(endless, &ReadOptions::default()).unwrap_err();
    assert_eq!(error.to_string(), "line 1: more than 4194304 bytes in a line");
}

proptest! {
    #[test]
    fn whatever_the_bytes_the_reader_answers(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let _ = read_responses(&bytes[..], &ReadOptions::default());
    }

    #[test]
    fn whatever_the_characters_the_reader_answers(text in "[examinitscor0-9,\"\n\r .NA-]{0,200}") {
        let _ = read(&text);
    }

    #[test]
    fn what_is_written_is_read(table in prop::collection::vec(prop::collection::vec(prop::option::of(0_u8..32), 3), 1..20)) {
        let mut text = String::from("examinee,a,b,c\n");
        for (examinee, row) in table.iter().enumerate() {
            let cells: Vec<String> = row.iter().map(|cell| cell.map_or_else(String::new, |score| score.to_string())).collect();
            text += &format!("e{examinee},{}\n", cells.join(","));
        }
        let matrix = read(&text).unwrap();
        for (examinee, row) in table.iter().enumerate() {
            for (item, cell) in row.iter().enumerate() {
                prop_assert_eq!(matrix.answers(examinee).score(item), *cell);
            }
        }
    }
}
