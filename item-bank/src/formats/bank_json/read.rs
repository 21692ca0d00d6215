//! Text to bank. All errors of a file are reported together, each with its JSON path; a file with an error
//! gives no bank at all.

use std::collections::{BTreeMap, HashMap};

use serde_json::Value;

use super::super::issue::{BankFileErrors, FileIssue, Issues};
use super::super::json_node::{Object, Path};
use super::super::json_text::parse;
use super::item::{ItemDefaults, read_item};
use crate::bank::{Bank, BankParts};
use crate::content::Stimulus;
use crate::item::{Item, ItemId};

/// Longest bank file, in bytes.
pub const BANK_FILE_BYTES_MAX: usize = 32 * 1024 * 1024;
/// Most items in a bank.
pub const BANK_ITEMS_MAX: usize = 100_000;
/// Longest text of the head of a bank, in bytes.
const HEAD_TEXT_BYTES_MAX: usize = 4096;

const FIELDS: &[&str] =
    &["id", "name", "D", "origin", "licence", "provisional", "items", "stimuli", "scale", "progression"];

/// A bank as read, with what was odd but no reason to refuse it.
#[derive(Debug, Clone, PartialEq)]
pub struct BankReading {
    /// The bank.
    pub bank: Bank,
    /// Fields without meaning, which are not kept.
    pub warnings: Vec<FileIssue>,
}

/// The bank in a JSON text. `source_name` is what errors call the file.
///
/// # Errors
/// Everything that is wrong with the text, up to [`super::super::FILE_ISSUES_MAX`] errors.
pub fn read_bank_json(text: &str, source_name: &str) -> Result<Bank, BankFileErrors> {
    read_bank_file(text, source_name).map(|reading| reading.bank)
}

/// The bank in a JSON text, with warnings.
///
/// # Errors
/// As [`read_bank_json`].
pub fn read_bank_file(text: &str, source_name: &str) -> Result<BankReading, BankFileErrors> {
    let mut issues = Issues::default();
    let bank = read(text, &mut issues);
    let warnings = issues.finish(source_name)?;
    let bank = bank.expect("a text without errors gives a bank");
    Ok(BankReading { bank, warnings })
}

fn read(text: &str, issues: &mut Issues) -> Option<Bank> {
    if text.len() > BANK_FILE_BYTES_MAX {
        let problem = format!("a bank file has at most {BANK_FILE_BYTES_MAX} bytes");
        issues.error("$", text.len(), problem);
        return None;
    }
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let document: Value = match parse(text) {
        Ok(document) => document,
        Err(error) => {
            let place = format!("line {}, column {}", error.line(), error.column());
            let problem = error.to_string();
            let problem = problem.split(" at line ").next().unwrap_or_default();
            issues.error(place, "", format_args!("not JSON: {problem}"));
            return None;
        }
    };
    let root = Object::of(&Path::Root, &document, issues)?;
    root.warn_unknown(FIELDS, issues);
    let parts = read_parts(&root, issues);
    if !issues.is_clean() {
        return None;
    }
    match Bank::new(parts) {
        Ok(bank) => Some(bank),
        Err(errors) => {
            for error in errors {
                issues.error(error.place(), "", error);
            }
            None
        }
    }
}

fn read_parts(root: &Object<'_>, issues: &mut Issues) -> BankParts {
    let head = |name: &str, issues: &mut Issues| {
        let text = root.text(name, issues);
        if text.len() > HEAD_TEXT_BYTES_MAX {
            let problem = format!("at most {HEAD_TEXT_BYTES_MAX} bytes, not {}", text.len());
            root.error(name, problem, issues);
        }
        text
    };
    let id = head("id", issues);
    if let Err(error) = ItemId::new(id.as_str()) {
        let problem = error.to_string().replace("an item id", "the id of a bank");
        issues.error("id", "", problem);
    }
    let note = head("provisional", issues);
    let defaults =
        ItemDefaults { scaling_constant: scaling_constant(root, issues), provisional: !note.is_empty() };
    BankParts {
        id,
        name: head("name", issues),
        origin: head("origin", issues),
        licence: head("licence", issues),
        provisional_note: (!note.is_empty()).then_some(note),
        items: read_items(root, &defaults, issues),
        stimuli: read_stimuli(root, issues),
        scale: root.read("scale", issues),
        progression: root.read("progression", issues),
    }
}

/// The field D; 1 where there is none.
pub(in crate::formats) fn scaling_constant(root: &Object<'_>, issues: &mut Issues) -> f64 {
    let Some(constant) = root.number("D", issues) else {
        return 1.0;
    };
    if constant > 0.0 && constant <= 10.0 {
        return constant;
    }
    root.error("D", "the scaling constant must be in (0, 10]", issues);
    1.0
}

fn read_items(root: &Object<'_>, defaults: &ItemDefaults, issues: &mut Issues) -> Vec<Item> {
    let list = root.list("items", issues);
    if list.is_empty() && issues.is_clean() {
        root.error("items", "a bank has at least one item", issues);
    }
    if list.len() > BANK_ITEMS_MAX {
        let problem = format!("at most {BANK_ITEMS_MAX} items, not {}", list.len());
        issues.error("items", "", problem);
        return Vec::new();
    }
    let items_path = Path::Field(&Path::Root, "items");
    let mut items: Vec<Item> = Vec::with_capacity(list.len());
    let mut first_with: HashMap<ItemId, usize> = HashMap::with_capacity(list.len());
    for (position, value) in list.iter().enumerate() {
        let path = Path::Index(&items_path, position);
        let Some(item) = read_item(&path, value, defaults, issues) else {
            continue;
        };
        if let Some(first) = first_with.get(&item.id) {
            let problem = format!("already the id of items[{first}]");
            issues.error(Path::Field(&path, "id"), &item.id, problem);
            continue;
        }
        first_with.insert(item.id.clone(), position);
        items.push(item);
    }
    items
}

fn read_stimuli(root: &Object<'_>, issues: &mut Issues) -> BTreeMap<String, Stimulus> {
    let path = Path::Field(&Path::Root, "stimuli");
    let mut stimuli = BTreeMap::new();
    for (name, value) in root.entries("stimuli", issues) {
        match <Stimulus as serde::Deserialize>::deserialize(value) {
            Ok(stimulus) => {
                stimuli.insert(name.to_owned(), stimulus);
            }
            Err(error) => issues.error(Path::Field(&path, name), value, error),
        }
    }
    stimuli
}
