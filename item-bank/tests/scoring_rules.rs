//! Scores by interaction, the rules of partial credit, and answers that are malformed.

use std::collections::BTreeMap;

use item_bank::content::{
    ChoiceOption, Content, ContentError, ContentParts, Credit, Interaction, Key, Markup, Misconception,
    NumberForm, Part,
};
use item_bank::{Answer, AnswerError};

fn markup(text: &str) -> Markup {
    Markup::new(text).expect("clean")
}

fn options(ids: &str) -> Vec<ChoiceOption> {
    ids.chars().map(|id| ChoiceOption { id: id.to_string(), text: markup(&format!("option {id}")) }).collect()
}

fn ids(ids: &str) -> Vec<String> {
    ids.chars().map(|id| id.to_string()).collect()
}

fn made(interaction: Interaction, key: Key) -> Result<Content, ContentError> {
    let misconceptions = Vec::new();
    Content::new(ContentParts {
        stem: markup("<p>?</p>"),
        interaction,
        key,
        rationale: String::new(),
        misconceptions,
    })
}

fn several(credit: Credit) -> Content {
    let interaction = Interaction::MultipleChoice { options: options("ABCDE"), minimum: 1, maximum: 5 };
    made(interaction, Key::MultipleChoice { choices: ids("ACE"), credit }).expect("fits")
}

fn ordering() -> Content {
    let interaction =
        Interaction::Ordering { entries: options("BADC"), first: String::new(), last: String::new() };
    made(interaction, Key::Ordering { order: ids("ABCD"), credit: Credit::Partial }).expect("fits")
}

fn pairs(text: &str) -> BTreeMap<String, String> {
    text.split(' ').map(|pair| (pair[..1].to_owned(), pair[1..].to_owned())).collect()
}

fn matching() -> Content {
    let interaction = Interaction::Matching { sources: options("123"), targets: options("ABCD") };
    made(interaction, Key::Matching { pairs: pairs("1A 2B 3C"), credit: Credit::Partial }).expect("fits")
}

fn two_part() -> Content {
    let part = |interaction| Part { prompt: markup("<p>part</p>"), interaction };
    let first = Interaction::Choice { options: options("AB") };
    let second = Interaction::NumericEntry { label: "n".to_owned(), unit: String::new() };
    let keys = [
        Key::Choice { choice: "B".to_owned() },
        Key::NumericEntry { value: "1/2".to_owned(), form: NumberForm::Equivalent },
    ];
    let interaction = Interaction::TwoPart { parts: Box::new([part(first), part(second)]) };
    made(interaction, Key::TwoPart { parts: Box::new(keys) }).expect("fits")
}

#[test]
fn several_options_score_two_for_all_one_for_one_mistake() {
    let score = |credit, choices: &str| several(credit).score(&Answer::Choices { choices: ids(choices) });
    assert_eq!(score(Credit::Partial, "ECA"), Ok(2));
    assert_eq!(score(Credit::Partial, "AC"), Ok(1));
    assert_eq!(score(Credit::Partial, "ACEB"), Ok(1));
    assert_eq!(score(Credit::Partial, "AB"), Ok(0));
    assert_eq!(score(Credit::Partial, "ABCDE"), Ok(0));
    assert_eq!(score(Credit::AllOrNothing, "ACE"), Ok(1));
    assert_eq!(score(Credit::AllOrNothing, "AC"), Ok(0));
    assert_eq!(score(Credit::Partial, "AA"), Err(AnswerError::RepeatedOption("A".to_owned())));
    assert_eq!(score(Credit::Partial, "AX"), Err(AnswerError::UnknownOption("X".to_owned())));
    assert_eq!(score(Credit::Partial, ""), Err(AnswerError::EntryCount { minimum: 1, maximum: 5, got: 0 }));
}

#[test]
fn an_order_scores_one_when_one_swap_of_neighbours_makes_it_right() {
    let score = |order: &str| ordering().score(&Answer::Order { order: ids(order) });
    assert_eq!(score("ABCD"), Ok(2));
    assert_eq!(score("ACBD"), Ok(1));
    assert_eq!(score("DBCA"), Ok(0));
    assert_eq!(score("BADC"), Ok(0));
    assert_eq!(score("ABC"), Err(AnswerError::EntryCount { minimum: 4, maximum: 4, got: 3 }));
    assert_eq!(score("ABCC"), Err(AnswerError::RepeatedOption("C".to_owned())));
}

#[test]
fn a_matching_scores_one_when_at_least_half_is_right() {
    let score = |text: &str| matching().score(&Answer::Matches { pairs: pairs(text) });
    assert_eq!(score("1A 2B 3C"), Ok(2));
    assert_eq!(score("1A 2B 3D"), Ok(1));
    assert_eq!(score("1A 2C 3B"), Ok(0));
    assert_eq!(score("1A 2B"), Err(AnswerError::EntryCount { minimum: 3, maximum: 3, got: 2 }));
    assert_eq!(score("1A 2B 4C"), Err(AnswerError::UnknownOption("4".to_owned())));
    assert_eq!(score("1A 2B 3Z"), Err(AnswerError::UnknownOption("Z".to_owned())));
}

#[test]
fn two_parts_score_their_sum() {
    let answer = |choice: &str, text: &str| Answer::Parts {
        parts: vec![Answer::Choice { choice: choice.to_owned() }, Answer::Number { text: text.to_owned() }],
    };
    let content = two_part();
    assert_eq!(content.maximum_score(), 2);
    assert_eq!(content.score(&answer("B", "0.5")), Ok(2));
    assert_eq!(content.score(&answer("B", "2")), Ok(1));
    assert_eq!(content.score(&answer("A", "2")), Ok(0));
    assert!(content.score(&answer("A", "")).is_err());
    let nested = Answer::Parts { parts: vec![answer("B", "1"), answer("B", "1")] };
    assert_eq!(content.score(&nested), Err(AnswerError::WrongType { expected: "choice", got: "parts" }));
    let one = Answer::Number { text: "1".to_owned() };
    assert_eq!(content.score(&one), Err(AnswerError::WrongType { expected: "parts", got: "number" }));
}

#[test]
fn a_key_that_does_not_answer_the_question_is_refused() {
    let choice =
        |options, key: &str| made(Interaction::Choice { options }, Key::Choice { choice: key.to_owned() });
    assert!(matches!(choice(options("AB"), "C"), Err(ContentError::Key(_))));
    assert!(matches!(choice(options("AA"), "A"), Err(ContentError::OptionId(_))));
    assert!(matches!(choice(options("A"), "A"), Err(ContentError::OptionCount { .. })));
    let same = vec![
        ChoiceOption { id: "A".to_owned(), text: markup("x") },
        ChoiceOption { id: "B".to_owned(), text: markup("x") },
    ];
    assert!(matches!(choice(same, "A"), Err(ContentError::SameText(..))));
    let entries =
        Interaction::Ordering { entries: options("ABC"), first: String::new(), last: String::new() };
    let key = Key::Ordering { order: ids("ABC"), credit: Credit::Partial };
    assert_eq!(made(entries, key), Err(ContentError::OrderGiven));
    let field = Interaction::NumericEntry { label: String::new(), unit: String::new() };
    let key = |value: &str, form| Key::NumericEntry { value: value.to_owned(), form };
    assert!(matches!(made(field.clone(), key("6/8", NumberForm::LowestTerms)), Err(ContentError::Key(_))));
    assert!(matches!(made(field.clone(), key("x", NumberForm::Equivalent)), Err(ContentError::Key(_))));
    assert!(matches!(made(field, Key::Choice { choice: "A".to_owned() }), Err(ContentError::KeyType { .. })));
}

#[test]
fn a_misconception_is_found_by_value_and_never_is_the_right_answer() {
    let content = |answer: &str| {
        Content::new(ContentParts {
            stem: markup("<p>1/2 + 1/3</p>"),
            interaction: Interaction::NumericEntry { label: String::new(), unit: String::new() },
            key: Key::NumericEntry { value: "5/6".to_owned(), form: NumberForm::Equivalent },
            rationale: String::new(),
            misconceptions: vec![Misconception {
                part: None,
                answer: answer.to_owned(),
                name: "adds across".to_owned(),
                explanation: String::new(),
            }],
        })
    };
    let found = content("2/5").expect("fits");
    let names = |text: &str| {
        let answer = Answer::Number { text: text.to_owned() };
        found.misconceptions_in(&answer).iter().map(|found| found.name.clone()).collect::<Vec<_>>()
    };
    assert_eq!(names("0.4"), ["adds across"]);
    assert!(names("5/6").is_empty());
    assert!(matches!(content("10/12"), Err(ContentError::Misconception { problem: "is right", .. })));
    assert!(matches!(content("x"), Err(ContentError::Misconception { problem: "is no number", .. })));
}
