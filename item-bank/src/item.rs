//! An item: a question with a status, a pool, attributes and, once calibrated, a response model.
//! What the student sees and how it is scored is [`Content`]; an item of a calibration-only bank has none.

use std::borrow::Borrow;
use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::content::Content;
use crate::model::ResponseModel;

/// Longest identifier of an item, in bytes.
pub const ITEM_ID_BYTES_MAX: usize = 100;

/// Identifies an item within its bank: 1 to 100 bytes, no control characters, no blanks at either end.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ItemId(String);

/// Why a text cannot identify an item.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "an item id has 1 to {ITEM_ID_BYTES_MAX} bytes, no control characters and no blanks at the ends, got {0:?}"
)]
pub struct ItemIdError(pub String);

impl ItemId {
    /// The checked identifier.
    ///
    /// # Errors
    /// When the text is empty, too long, has control characters or blanks at either end.
    pub fn new(text: impl Into<String>) -> Result<Self, ItemIdError> {
        let text = text.into();
        let fits = !text.is_empty() && text.len() <= ITEM_ID_BYTES_MAX;
        if fits && text.trim() == text && !text.chars().any(char::is_control) {
            Ok(Self(text))
        } else {
            Err(ItemIdError(text.chars().take(ITEM_ID_BYTES_MAX).collect()))
        }
    }

    /// The identifier as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for ItemId {
    type Error = ItemIdError;
    fn try_from(text: String) -> Result<Self, ItemIdError> {
        Self::new(text)
    }
}

impl From<ItemId> for String {
    fn from(id: ItemId) -> Self {
        id.0
    }
}

impl Borrow<str> for ItemId {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ItemId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// Where an item may be used. An item is in one pool.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Pool {
    /// Practice and self-levelling.
    Interim,
    /// Secure: validation only.
    Summative,
}

/// How far an item has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ItemStatus {
    /// Being written; never administered.
    Draft,
    /// Administered to be calibrated; never counted in a score.
    FieldTest,
    /// Administered and counted.
    Operational,
    /// No longer administered; kept for the record.
    Retired,
}

/// The value of an attribute: a text, a number, or several texts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum AttributeValue {
    /// One text, as in `"strand": "equivalence"`.
    Text(String),
    /// A number, as in `"word_count": 31`.
    Number(f64),
    /// Several texts, as in `"standards": ["4.NF.A.1", "4.NF.A.2"]`.
    List(Vec<String>),
}

impl AttributeValue {
    /// Whether `value` is this value, or one of the list. A number equals its shortest decimal text.
    #[must_use]
    pub fn matches(&self, value: &str) -> bool {
        match self {
            Self::Text(text) => text == value,
            Self::Number(number) => value.parse() == Ok(*number),
            Self::List(list) => list.iter().any(|text| text == value),
        }
    }
}

impl fmt::Display for AttributeValue {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => formatter.write_str(text),
            Self::Number(number) => write!(formatter, "{number}"),
            Self::List(list) => formatter.write_str(&list.join("; ")),
        }
    }
}

/// Standard errors of an item's parameters, in the order of the parameters. A list is empty where nothing is
/// known of the parameter; an entry is `None` where that parameter was fixed.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct StandardErrors {
    /// Of the discrimination, or of each category's slope in the nominal model.
    pub a: Vec<Option<f64>>,
    /// Of the difficulty, of each boundary or step, or of each category's intercept in the nominal model.
    pub b: Vec<Option<f64>>,
    /// Of the guessing parameter.
    pub c: Vec<Option<f64>>,
    /// Of the upper asymptote.
    pub d: Vec<Option<f64>>,
}

/// A question of a bank.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    /// Its name in the bank.
    pub id: ItemId,
    /// Where it may be used.
    pub pool: Pool,
    /// How far it has come.
    pub status: ItemStatus,
    /// How responses depend on ability; `None` until calibrated.
    pub model: Option<ResponseModel>,
    /// Standard errors of the model's parameters, where they were estimated.
    pub standard_errors: Option<StandardErrors>,
    /// Whether the parameters come from a difficulty model instead of responses.
    pub provisional: bool,
    /// Standard, strand, depth of knowledge and the like.
    pub attributes: BTreeMap<String, AttributeValue>,
    /// What the student sees and how it is scored.
    pub content: Option<Content>,
    /// The stimulus that this item shares with others.
    pub group: Option<String>,
    /// Items that must not be in the same test.
    pub enemies: Vec<ItemId>,
}

impl Item {
    /// Whether the attribute `name` has, or lists, `value`.
    #[must_use]
    pub fn has_attribute(&self, name: &str, value: &str) -> bool {
        self.attributes.get(name).is_some_and(|attribute| attribute.matches(value))
    }

    /// The highest score of this item, by its content or else by its model.
    #[must_use]
    pub fn maximum_score(&self) -> Option<u32> {
        match (&self.content, &self.model) {
            (Some(content), _) => Some(content.maximum_score()),
            (None, Some(model)) => Some(model.maximum_score()),
            (None, None) => None,
        }
    }
}
