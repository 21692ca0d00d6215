//! The rule of numeric entry, form by form, and as a property.

use item_bank::content::NumberForm;
use item_bank::scoring::{Number, Rational};
use item_bank::{Answer, AnswerError};
use proptest::prelude::*;

fn value(text: &str) -> Option<String> {
    Number::parse(text).ok().map(|number| number.value().to_string())
}

fn reason(text: &str) -> String {
    match Number::parse(text) {
        Err(AnswerError::NotANumber { reason, .. }) => reason.to_owned(),
        other => format!("{other:?}"),
    }
}

#[test]
fn equivalent_forms_have_one_value() {
    for text in [
        "3/4",
        "6/8",
        "0.75",
        ".75",
        "+3/4",
        " 3 / 4 ",
        "3\u{2044}4",
        "3\u{2215}4",
        "¾",
        "0.750",
        "003/4",
        "\u{2009}0\u{2009}3/4",
    ] {
        assert_eq!(value(text).as_deref(), Some("3/4"), "{text:?}");
    }
    for text in ["1 1/2", "3/2", "1.5", "1½", "1\u{a0}1/2", "1\u{2009}1/2", "0 3/2", "1 2/4"] {
        assert_eq!(value(text).as_deref(), Some("3/2"), "{text:?}");
    }
    for text in ["-2", "\u{2212}2", "\u{2013}2", "- 2", "-4/2", "-2.0", "-1 2/2"] {
        assert_eq!(value(text).as_deref(), Some("-2"), "{text:?}");
    }
    assert_eq!(value("2 3/2").as_deref(), Some("7/2"), "the fraction of a mixed number may be improper");
    assert_eq!(value("-1 1/2").as_deref(), Some("-3/2"), "the sign holds for all of a mixed number");
    assert_eq!(value("5."), Some("5".to_owned()));
}

#[test]
fn what_is_not_a_number_is_refused_with_the_reason() {
    for (text, expected) in [
        ("1,5", "it has a comma"),
        ("1,000", "it has a comma"),
        ("3 cm", "it has letters"),
        ("1e3", "it has letters"),
        ("NaN", "it has letters"),
        ("inf", "it has letters"),
        ("50%", "it has a percent sign"),
        ("1/-2", "it has a sign inside"),
        ("--1", "it has a sign inside"),
        ("1/0", "its denominator is 0"),
        ("/2", "it has no numerator"),
        ("1/", "digits are missing"),
        ("1/2/3", "it mixes a decimal point and a fraction"),
        ("1 2 3/4", "it has too many parts"),
        ("1 2", "it has a blank between digits"),
        ("1.5 1/2", "it mixes a decimal point and a fraction"),
        ("1.2.3", "it has two decimal points"),
        (".", "it has no digits"),
        ("$5", "it has a character that is not part of a number"),
        ("٣/٤", "it has a character that is not part of a number"),
        ("9999999999999999999999999999999999999999", "it is too large"),
        ("1/99999999999999999999999999999999999999999", "it is too large"),
    ] {
        assert_eq!(reason(text), expected, "{text:?}");
    }
    assert_eq!(reason(&"1".repeat(65)), "it is longer than 64 bytes");
    assert_eq!(Number::parse(" \u{2009}"), Err(AnswerError::EmptyNumber));
}

#[test]
fn a_demanded_form_refuses_other_forms_of_the_right_value() {
    let has = |text: &str, form| Number::parse(text).expect("a number").has_form(form);
    for text in ["3/4", "5/3", "1 2/3", "7", "-3/4"] {
        assert!(has(text, NumberForm::LowestTerms), "{text}");
    }
    for text in ["6/8", "1 2/4", "1 4/3", "0.75", "4/1", "0 1/2", "1 0/2"] {
        assert!(!has(text, NumberForm::LowestTerms), "{text}");
    }
    assert!(has("0.75", NumberForm::Decimal) && has("3", NumberForm::Decimal));
    assert!(!has("3/4", NumberForm::Decimal) && !has("1 1/2", NumberForm::Decimal));
}

fn fraction() -> impl Strategy<Value = (i128, i128)> {
    (-9_999i128..9_999, 1i128..999)
}

proptest! {
    #[test]
    fn any_text_is_a_number_or_an_error(text in ".{0,80}") {
        let _ = Number::parse(&text);
    }

    #[test]
    fn any_text_of_the_right_characters_is_a_number_or_an_error(text in "[-+0-9./ ½−⁄]{0,70}") {
        if let Ok(number) = Number::parse(&text) {
            prop_assert!(number.value().denominator() > 0);
        }
    }

    #[test]
    fn a_fraction_multiplied_above_and_below_keeps_its_value((n, d) in fraction(), factor in 1i128..99) {
        let scaled = format!("{}/{}", n * factor, d * factor);
        prop_assert_eq!(Number::parse(&scaled).unwrap().value(), Rational::new(n, d).unwrap());
    }

    #[test]
    fn a_mixed_number_is_its_whole_and_its_fraction(whole in 0i128..9_999, (n, d) in (0i128..999, 1i128..999)) {
        let text = format!("{whole} {n}/{d}");
        let sum = Rational::whole(whole).plus(Rational::new(n, d).unwrap()).unwrap();
        prop_assert_eq!(Number::parse(&text).unwrap().value(), sum);
    }

    #[test]
    fn a_decimal_is_its_digits_over_a_power_of_ten(units in 0i128..999_999, places in 1usize..6) {
        let digits = format!("{units:0width$}", width = places + 1);
        let (whole, rest) = digits.split_at(digits.len() - places);
        let value = Rational::new(units, 10i128.pow(places as u32)).unwrap();
        prop_assert_eq!(Number::parse(&format!("{whole}.{rest}")).unwrap().value(), value);
    }

    #[test]
    fn any_answer_to_any_bundled_item_is_scored_or_refused(item in 0usize..843, answer in any_answer()) {
        use std::sync::LazyLock;
        static BANK: LazyLock<item_bank::Bank> = LazyLock::new(item_bank::banks::number_and_fractions);
        let content = BANK.items()[item].content.as_ref().expect("content");
        if let Ok(score) = content.score(&answer) {
            prop_assert!(score <= content.maximum_score());
        }
    }
}

fn id() -> impl Strategy<Value = String> {
    prop_oneof!["[A-F1-4]", ".{0,6}"]
}

fn any_answer() -> impl Strategy<Value = Answer> {
    let simple = prop_oneof![
        id().prop_map(|choice| Answer::Choice { choice }),
        prop::collection::vec(id(), 0..6).prop_map(|choices| Answer::Choices { choices }),
        "[0-9/ .-]{0,8}".prop_map(|text| Answer::Number { text }),
        prop::collection::vec(id(), 0..6).prop_map(|order| Answer::Order { order }),
        prop::collection::btree_map(id(), id(), 0..5).prop_map(|pairs| Answer::Matches { pairs }),
    ];
    simple.prop_recursive(2, 8, 3, |inner| {
        prop::collection::vec(inner, 0..4).prop_map(|parts| Answer::Parts { parts })
    })
}
