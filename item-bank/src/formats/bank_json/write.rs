//! Bank to text. What is read back equals what was written. One item a line, so that two versions of a bank
//! can be compared line by line.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::bank::Bank;
use crate::content::{Content, Interaction, Key, Markup, Misconception};
use crate::item::{AttributeValue, Item, ItemId, ItemStatus, Pool, StandardErrors};
use crate::model::ModelParameters;

#[derive(Serialize)]
struct ItemRecord<'a> {
    id: &'a ItemId,
    #[serde(flatten)]
    model: Option<ModelParameters>,
    #[serde(skip_serializing_if = "Option::is_none")]
    se: Option<ErrorRecord<'a>>,
    status: ItemStatus,
    pool: Pool,
    #[serde(skip_serializing_if = "Option::is_none")]
    provisional: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    group: Option<&'a str>,
    #[serde(skip_serializing_if = "<[ItemId]>::is_empty")]
    enemies: &'a [ItemId],
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    attributes: &'a BTreeMap<String, AttributeValue>,
    #[serde(skip_serializing_if = "Option::is_none")]
    content: Option<ContentRecord<'a>>,
}

#[derive(Serialize)]
struct ErrorRecord<'a> {
    #[serde(skip_serializing_if = "<[Option<f64>]>::is_empty")]
    a: &'a [Option<f64>],
    #[serde(skip_serializing_if = "<[Option<f64>]>::is_empty")]
    b: &'a [Option<f64>],
    #[serde(skip_serializing_if = "<[Option<f64>]>::is_empty")]
    c: &'a [Option<f64>],
    #[serde(skip_serializing_if = "<[Option<f64>]>::is_empty")]
    d: &'a [Option<f64>],
}

#[derive(Serialize)]
struct ContentRecord<'a> {
    stem: &'a Markup,
    interaction: &'a Interaction,
    key: &'a Key,
    #[serde(skip_serializing_if = "str::is_empty")]
    rationale: &'a str,
    #[serde(skip_serializing_if = "<[Misconception]>::is_empty")]
    misconceptions: &'a [Misconception],
}

impl<'a> ErrorRecord<'a> {
    fn of(errors: &'a StandardErrors) -> Self {
        Self { a: &errors.a, b: &errors.b, c: &errors.c, d: &errors.d }
    }
}

impl<'a> ContentRecord<'a> {
    fn of(content: &'a Content) -> Self {
        Self {
            stem: &content.presentation().stem,
            interaction: &content.presentation().interaction,
            key: content.key(),
            rationale: content.rationale(),
            misconceptions: content.misconceptions(),
        }
    }
}

impl<'a> ItemRecord<'a> {
    fn of(item: &'a Item, bank: &Bank) -> Self {
        let default = bank.provisional_note().is_some();
        Self {
            id: &item.id,
            model: item.model.as_ref().map(ModelParameters::from),
            se: item.standard_errors.as_ref().map(ErrorRecord::of),
            status: item.status,
            pool: item.pool,
            provisional: (item.provisional != default).then_some(item.provisional),
            group: item.group.as_deref(),
            enemies: &item.enemies,
            attributes: &item.attributes,
            content: item.content.as_ref().map(ContentRecord::of),
        }
    }
}

/// The bank as a JSON text that [`super::read_bank_json`] reads back to the same bank.
#[must_use]
pub fn write_bank_json(bank: &Bank) -> String {
    let mut text = String::from("{\n");
    let head = [
        ("id", Some(bank.id())),
        ("name", Some(bank.given_name())),
        ("origin", Some(bank.origin())),
        ("licence", Some(bank.licence())),
        ("provisional", bank.provisional_note()),
    ];
    for (name, value) in head {
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            field(&mut text, name, &json(&value));
        }
    }
    field(&mut text, "D", "1");
    if let Some(scale) = bank.scale() {
        field(&mut text, "scale", &json(scale));
    }
    if let Some(progression) = bank.progression() {
        field(&mut text, "progression", &json(progression));
    }
    if !bank.stimuli().is_empty() {
        let lines =
            bank.stimuli().iter().map(|(name, stimulus)| format!("    {}: {}", json(name), json(stimulus)));
        let lines = lines.collect::<Vec<_>>().join(",\n");
        field(&mut text, "stimuli", &format!("{{\n{lines}\n  }}"));
    }
    let items = bank.items().iter();
    let lines = items.map(|item| format!("    {}", json(&ItemRecord::of(item, bank))));
    let lines = lines.collect::<Vec<_>>().join(",\n");
    text.push_str("  \"items\": [\n");
    text.push_str(&lines);
    text.push_str("\n  ]\n}\n");
    text
}

fn field(text: &mut String, name: &str, value: &str) {
    text.push_str("  \"");
    text.push_str(name);
    text.push_str("\": ");
    text.push_str(value);
    text.push_str(",\n");
}

fn json(value: &(impl Serialize + ?Sized)) -> String {
    serde_json::to_string(value).expect("a checked bank has no value that JSON cannot hold")
}
