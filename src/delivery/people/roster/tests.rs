//! What a roster file may say.

use super::file::*;
use crate::store::accounts::SecretKind;

fn problems(text: &str) -> Vec<String> {
    read_roster(text).unwrap_err().iter().map(ToString::to_string).collect()
}

#[test]
fn a_roster_reads_whatever_the_order_of_its_columns() {
    let rows = read_roster(
        "\u{feff}name,Role,person_id,grade,class_id,class_name\r\n\"Lovelace, Ada\",student,s1,K,c1,Room 4\r\n",
    );
    let row = &rows.unwrap()[0];
    assert_eq!((row.name.as_str(), row.grade, row.secret_kind), ("Lovelace, Ada", Some(0), SecretKind::Pin));
    assert_eq!(row.class.as_ref().unwrap().name.as_deref(), Some("Room 4"));
}

#[test]
fn every_wrong_value_is_named_by_line_and_column() {
    let text = "role,person_id,name,grade,username,secret\nking,1,A,,,\nstudent,,B,99,,\nteacher,3,C,,x y,short\nstudent,4,D,4,,1234\n";
    assert_eq!(
        problems(text),
        [
            "line 2, column role, value \"king\": a role is student or teacher",
            "line 3, column person_id, value \"\": it must not be empty",
            "line 3, column grade, value \"99\": a grade is K or a number from 1 to 12",
            "line 4, column username, value \"x y\": a user name has 2 to 64 letters, digits or . _ - @ +, got \"x y\"",
            "line 4, column secret, value \"\": a password must have at least 10 characters, got 5",
            "line 5, column secret, value \"\": this PIN is too easy to guess",
        ]
    );
}

#[test]
fn only_students_are_accelerated_and_an_empty_value_says_nothing() {
    let header = "role,person_id,name,grade,username,accelerated";
    let rows = read_roster(&format!("{header}\nstudent,1,A,4,,Yes\nstudent,2,B,4,,0\nstudent,3,C,4,,\n"));
    let said: Vec<Option<bool>> = rows.unwrap().iter().map(|row| row.accelerated).collect();
    assert_eq!(said, [Some(true), Some(false), None]);
    assert_eq!(
        problems(&format!("{header}\nstudent,1,A,4,,maybe\nteacher,2,B,,bee,yes\n")),
        [
            "line 2, column accelerated, value \"maybe\": it is yes or no",
            "line 3, column accelerated, value \"yes\": only students are accelerated",
        ]
    );
}

#[test]
fn a_header_that_is_none_is_refused_before_any_row() {
    assert_eq!(
        problems("role,name,shoe\nstudent,A,44\n"),
        [
            "line 1: \"shoe\" is not a column of a roster; known are role, person_id, name, grade, accelerated, accommodations, username, secret_kind, secret, class_id, class_name, class_code, class_grade",
            "line 1: the column \"person_id\" is missing",
        ]
    );
}

#[test]
fn a_row_of_another_length_names_its_line() {
    assert_eq!(problems("role,person_id,name\nstudent,1\n"), ["line 2: it has 2 values where 3 belong"]);
}

#[test]
fn problems_are_bounded() {
    let text = format!("role,person_id,name\n{}", "king,1,A\n".repeat(1_000));
    assert_eq!(problems(&text).len(), PROBLEMS_MAX);
}

#[test]
fn needs_are_names_with_semicolons_and_none_takes_them_away() {
    let header = "role,person_id,name,grade,username,accommodations";
    let rows = read_roster(&format!(
        "{header}\nstudent,1,A,4,,spanish; braille\nstudent,2,B,4,,None\nstudent,3,C,4,,\n"
    ));
    let said: Vec<Option<String>> =
        rows.unwrap().iter().map(|row| row.accommodations.as_ref().map(ToString::to_string)).collect();
    assert_eq!(said, [Some("braille; spanish".to_owned()), Some(String::new()), None]);
    assert_eq!(
        problems(&format!("{header}\nstudent,1,A,4,,Sign Language\nteacher,2,B,,bee,braille\n")),
        [
            "line 2, column accommodations, value \"Sign Language\": an accommodation is 1 to 40 lower-case letters, digits or _, such as braille, got \"Sign Language\"",
            "line 3, column accommodations, value \"braille\": only students have accommodations",
        ]
    );
}
