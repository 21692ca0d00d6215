//! One entry of `items`.

use std::collections::BTreeMap;

use serde_json::Value;

use super::super::issue::Issues;
use super::super::json_node::{Object, Path};
use super::content::read_content;
use super::parameters::read_parameters;
use crate::item::{AttributeValue, Item, ItemId, ItemStatus, Pool};

/// Most attributes of an item.
const ATTRIBUTES_MAX: usize = 64;
/// Most enemies of an item.
const ENEMIES_MAX: usize = 1_000;

const FIELDS: &[&str] = &[
    "id",
    "model",
    "a",
    "b",
    "c",
    "d",
    "se",
    "group",
    "attributes",
    "content",
    "enemies",
    "status",
    "pool",
    "provisional",
];

/// What the head of the file says about every item.
pub(in crate::formats) struct ItemDefaults {
    pub(in crate::formats) scaling_constant: f64,
    pub(in crate::formats) provisional: bool,
}

/// The item; `None` when any part of it was refused.
pub(in crate::formats) fn read_item(
    path: &Path<'_>,
    value: &Value,
    defaults: &ItemDefaults,
    issues: &mut Issues,
) -> Option<Item> {
    let object = Object::of(path, value, issues)?;
    object.warn_unknown(FIELDS, issues);
    let parameters = read_parameters(&object, defaults.scaling_constant, issues);
    let (model, standard_errors) = parameters.map_or((None, None), |(m, se)| (Some(m), se));
    let content = read_content(&object, issues);
    let group = object.text("group", issues);
    let status = match object.read("status", issues) {
        Some(status) => status,
        None if model.is_some() => ItemStatus::Operational,
        None => ItemStatus::Draft,
    };
    if status == ItemStatus::Operational && object.field("model").is_none() {
        object.error("model", "an operational item needs a model", issues);
    }
    Some(Item {
        pool: object.read("pool", issues).unwrap_or(Pool::Interim),
        status,
        model,
        standard_errors,
        provisional: object.read("provisional", issues).unwrap_or(defaults.provisional),
        attributes: read_attributes(&object, issues),
        content,
        group: (!group.is_empty()).then_some(group),
        enemies: read_enemies(&object, issues),
        id: read_id(&object, issues)?,
    })
}

fn read_id(object: &Object<'_>, issues: &mut Issues) -> Option<ItemId> {
    if object.field("id").is_none() {
        object.error("id", "an item needs an id", issues);
        return None;
    }
    object.read("id", issues)
}

fn read_attributes(object: &Object<'_>, issues: &mut Issues) -> BTreeMap<String, AttributeValue> {
    let entries = object.entries("attributes", issues);
    if entries.len() > ATTRIBUTES_MAX {
        let problem = format!("at most {ATTRIBUTES_MAX} attributes, not {}", entries.len());
        object.error("attributes", problem, issues);
        return BTreeMap::new();
    }
    let path = Path::Field(object.path, "attributes");
    let mut attributes = BTreeMap::new();
    for (name, value) in entries {
        match serde_json::from_value(value.clone()) {
            Ok(attribute) => {
                attributes.insert(name.to_owned(), attribute);
            }
            Err(_) => {
                let problem = "expected a text, a number or a list of texts";
                issues.error(Path::Field(&path, name), value, problem);
            }
        }
    }
    attributes
}

fn read_enemies(object: &Object<'_>, issues: &mut Issues) -> Vec<ItemId> {
    let list = object.list("enemies", issues);
    if list.len() > ENEMIES_MAX {
        let problem = format!("at most {ENEMIES_MAX} enemies, not {}", list.len());
        object.error("enemies", problem, issues);
        return Vec::new();
    }
    let path = Path::Field(object.path, "enemies");
    let mut enemies = Vec::with_capacity(list.len());
    for (position, value) in list.iter().enumerate() {
        match serde_json::from_value(value.clone()) {
            Ok(enemy) => enemies.push(enemy),
            Err(error) => issues.error(Path::Index(&path, position), value, error),
        }
    }
    enemies
}
