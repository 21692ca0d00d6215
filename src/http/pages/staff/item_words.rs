//! Items in words: pools, statuses, parameters, keys.

use item_bank::content::{Interaction, Key, Presentation};
use item_bank::model::NumberOrList;
use item_bank::{ItemStatus, Pool};

use crate::http::pages::words;

/// The word for a pool.
pub(super) fn pool_word(pool: Pool) -> &'static str {
    match pool {
        Pool::Interim => "interim",
        Pool::Summative => "summative",
    }
}

/// The word for a status.
pub(super) fn status_word(status: ItemStatus) -> &'static str {
    match status {
        ItemStatus::Draft => "draft",
        ItemStatus::FieldTest => "field test",
        ItemStatus::Operational => "operational",
        ItemStatus::Retired => "retired",
    }
}

/// A parameter, or a list of them.
pub(super) fn parameter_text(value: &NumberOrList) -> String {
    match value {
        NumberOrList::Number(number) => words::decimal(*number),
        NumberOrList::List(list) => {
            list.iter().map(|number| words::decimal(*number)).collect::<Vec<_>>().join(", ")
        }
    }
}

/// Text as one segment or value of an address.
pub(super) fn address_part(text: &str) -> String {
    use std::fmt::Write as _;
    let mut safe = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            safe.push(char::from(byte));
        } else {
            let _ = write!(safe, "%{byte:02X}");
        }
    }
    safe
}

/// What is right, in words.
pub(super) fn key_words(presentation: &Presentation, key: &Key) -> String {
    part_key(&presentation.interaction, key)
}

fn part_key(interaction: &Interaction, key: &Key) -> String {
    match key {
        Key::Choice { choice } => option_words(interaction, choice),
        Key::MultipleChoice { choices, .. } => {
            choices.iter().map(|choice| option_words(interaction, choice)).collect::<Vec<_>>().join("; ")
        }
        Key::NumericEntry { value, .. } => value.clone(),
        Key::Ordering { order, .. } => {
            order.iter().map(|entry| option_words(interaction, entry)).collect::<Vec<_>>().join(", then ")
        }
        Key::Matching { pairs, .. } => pairs
            .iter()
            .map(|(source, target)| {
                format!("{} → {}", option_words(interaction, source), option_words(interaction, target))
            })
            .collect::<Vec<_>>()
            .join("; "),
        Key::TwoPart { parts: keys } => match interaction {
            Interaction::TwoPart { parts } => format!(
                "Part A: {} · Part B: {}",
                part_key(&parts[0].interaction, &keys[0]),
                part_key(&parts[1].interaction, &keys[1])
            ),
            _ => String::new(),
        },
    }
}

fn option_words(interaction: &Interaction, id: &str) -> String {
    let options: Vec<_> = match interaction {
        Interaction::Choice { options } | Interaction::MultipleChoice { options, .. } => {
            options.iter().collect()
        }
        Interaction::Ordering { entries, .. } => entries.iter().collect(),
        Interaction::Matching { sources, targets } => sources.iter().chain(targets).collect(),
        Interaction::NumericEntry { .. } | Interaction::TwoPart { .. } => Vec::new(),
    };
    let found = options.into_iter().enumerate().find(|(_, option)| option.id == id);
    found.map_or_else(
        || id.to_owned(),
        |(place, option)| match (interaction, u8::try_from(place).ok()) {
            (Interaction::Choice { .. } | Interaction::MultipleChoice { .. }, Some(place @ 0..26)) => {
                format!("{}: {}", char::from(b'A' + place), option.text.plain_text())
            }
            _ => option.text.plain_text(),
        },
    )
}

#[cfg(test)]
mod tests {
    use super::address_part;

    #[test]
    fn an_item_id_is_one_segment_of_an_address() {
        assert_eq!(address_part("fs/1 ?"), "fs%2F1%20%3F");
    }
}
