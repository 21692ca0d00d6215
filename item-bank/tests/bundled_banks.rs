//! What the bundled banks promise: keys that are right, options that differ, texts that are clean, levels and
//! strands that are filled.

use std::collections::{BTreeMap, BTreeSet};

use item_bank::banks::{fraction_subtraction, number_and_fractions};
use item_bank::content::{Interaction, Key};
use item_bank::{Answer, Bank, Content, Item, ItemStatus, Pool};

fn attribute(item: &Item, name: &str) -> String {
    item.attributes.get(name).map(ToString::to_string).unwrap_or_default()
}

fn contents(bank: &Bank) -> impl Iterator<Item = (&Item, &Content)> {
    bank.items().iter().map(|item| (item, item.content.as_ref().expect("a bundled item has content")))
}

fn right_answer(key: &Key) -> Answer {
    match key.clone() {
        Key::Choice { choice } => Answer::Choice { choice },
        Key::MultipleChoice { choices, .. } => Answer::Choices { choices },
        Key::NumericEntry { value, .. } => Answer::Number { text: value },
        Key::Ordering { order, .. } => Answer::Order { order },
        Key::Matching { pairs, .. } => Answer::Matches { pairs },
        Key::TwoPart { parts } => Answer::Parts { parts: parts.iter().map(right_answer).collect() },
    }
}

#[test]
fn the_key_of_every_item_scores_full_marks_and_its_model_agrees() {
    for bank in [fraction_subtraction(), number_and_fractions()] {
        for (item, content) in contents(&bank) {
            assert_eq!(
                content.score(&right_answer(content.key())),
                Ok(content.maximum_score()),
                "{}",
                item.id
            );
            let model = item.model.as_ref().expect("a bundled item has a model");
            assert_eq!(model.maximum_score(), content.maximum_score(), "{}", item.id);
        }
    }
}

#[test]
fn a_presentation_holds_no_key_no_rationale_and_no_misconception() {
    for bank in [fraction_subtraction(), number_and_fractions()] {
        for (item, content) in contents(&bank) {
            let sent = serde_json::to_value(content.presentation()).expect("serialisable");
            let names: BTreeSet<&str> =
                sent.as_object().expect("an object").keys().map(String::as_str).collect();
            assert_eq!(names, BTreeSet::from(["interaction", "stem"]), "{}", item.id);
            let text = sent.to_string();
            for secret in ["\"key\"", "rationale", "misconception", "\"value\""] {
                assert!(!text.contains(secret), "{} shows {secret}", item.id);
            }
        }
    }
}

#[test]
fn every_wrong_option_of_a_choice_has_a_documented_misconception() {
    for (item, content) in contents(&number_and_fractions()) {
        if let (Interaction::Choice { options }, Key::Choice { choice }) =
            (&content.presentation().interaction, content.key())
        {
            for option in options.iter().filter(|option| option.id != *choice) {
                let answer = Answer::Choice { choice: option.id.clone() };
                assert_eq!(content.score(&answer), Ok(0));
                assert_eq!(content.misconceptions_in(&answer).len(), 1, "{} {}", item.id, option.id);
            }
        }
    }
}

#[test]
fn number_and_fractions_fills_its_pools_strands_levels_and_types() {
    let bank = number_and_fractions();
    let levels = bank.progression().expect("a progression").levels();
    assert!(levels.len() >= 8);
    let mut strands: BTreeMap<(bool, String), usize> = BTreeMap::new();
    let mut by_level: BTreeMap<(bool, String), usize> = BTreeMap::new();
    let mut types = BTreeSet::new();
    let operational = |item: &&Item| item.status == ItemStatus::Operational;
    for item in bank.items().iter().filter(operational) {
        let summative = item.pool == Pool::Summative;
        *strands.entry((summative, attribute(item, "strand"))).or_default() += 1;
        *by_level.entry((summative, attribute(item, "level"))).or_default() += 1;
        types.insert(attribute(item, "type"));
    }
    assert_eq!(strands.len(), 10, "five strands in both pools");
    assert!(strands.values().all(|count| *count >= 40), "{strands:?}");
    assert_eq!(by_level.len(), 2 * levels.len());
    assert!(by_level.values().all(|count| *count >= 10), "{by_level:?}");
    assert_eq!(types.len(), 6, "{types:?}");
    let total =
        |summative: bool| strands.iter().filter(|(key, _)| key.0 == summative).map(|(_, n)| n).sum::<usize>();
    assert!(total(false) >= 320 && total(true) >= 160);
    let field_test = bank.items().iter().filter(|item| item.status == ItemStatus::FieldTest).count();
    assert!((15..=60).contains(&field_test), "{field_test}");
    assert!(bank.items().iter().all(|item| item.provisional) && bank.provisional_note().is_some());
}

#[test]
fn sets_hold_three_or_four_items_and_enemies_are_mutual() {
    let bank = number_and_fractions();
    let mut sizes: BTreeMap<&str, usize> = BTreeMap::new();
    for item in bank.items() {
        if let Some(group) = &item.group {
            *sizes.entry(group).or_default() += 1;
        }
        for enemy in &item.enemies {
            let enemy = bank.item(enemy.as_str()).expect("in the bank");
            assert!(enemy.enemies.contains(&item.id), "{} and {}", item.id, enemy.id);
            assert_eq!(enemy.pool, item.pool);
        }
    }
    assert_eq!(sizes.len(), bank.stimuli().len());
    assert!(sizes.values().all(|size| (3..=4).contains(size)), "{sizes:?}");
}

#[test]
fn fraction_subtraction_is_as_published() {
    let bank = fraction_subtraction();
    assert_eq!(bank.items().len(), 20);
    let score = |id: &str, text: &str| {
        let content = bank.item(id).and_then(|item| item.content.as_ref()).expect("an item with content");
        content.score(&Answer::Number { text: text.to_owned() })
    };
    for (id, text) in
        [("H04", "0"), ("H05", "6/5"), ("H05", "1.2"), ("H13", "26/48"), ("H16", "3 1/7"), ("H19", "1 2/3")]
    {
        assert_eq!(score(id, text), Ok(1), "{id} {text}");
    }
    assert_eq!(score("H10", "2 1/4"), Ok(0));
    assert!(bank.items().iter().all(|item| item.standard_errors.is_some() && !item.provisional));
}

#[test]
fn statements_for_students_are_short_enough_for_a_nine_year_old() {
    for bank in [fraction_subtraction(), number_and_fractions()] {
        for level in bank.progression().expect("a progression").levels() {
            assert!(!level.can_do.is_empty() && !level.next_steps.is_empty() && !level.standards.is_empty());
            for text in level.can_do.iter().chain(&level.next_steps) {
                assert!(text.split_whitespace().count() <= 16, "{text}");
            }
        }
    }
}
