//! The half of an item that never leaves the server before the attempt is over.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// How a set, an order or a matching that is partly right is scored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Credit {
    /// 1 when all is right, else 0.
    #[default]
    AllOrNothing,
    /// 2 when all is right, 1 when nearly all is (see [`crate::scoring`]), else 0.
    Partial,
}

/// Which forms of the right number are right.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NumberForm {
    /// Any form of the same value.
    #[default]
    Equivalent,
    /// A whole number, a proper fraction in lowest terms, or a mixed number whose fraction is both;
    /// an improper fraction in lowest terms is right too, a decimal is not.
    LowestTerms,
    /// A decimal or whole number, not a fraction.
    Decimal,
}

/// What is right.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum Key {
    /// The right option.
    Choice {
        /// Its id.
        choice: String,
    },
    /// The right options.
    MultipleChoice {
        /// Their ids.
        choices: Vec<String>,
        /// How a set that is partly right is scored.
        #[serde(default)]
        credit: Credit,
    },
    /// The right number.
    NumericEntry {
        /// In any form of the rule of numeric entry.
        value: String,
        /// Which forms of it are right.
        #[serde(default)]
        form: NumberForm,
    },
    /// The right order.
    Ordering {
        /// The entries' ids, first to last.
        order: Vec<String>,
        /// How an order that is partly right is scored.
        #[serde(default)]
        credit: Credit,
    },
    /// The right target of every source.
    Matching {
        /// Source id to target id.
        pairs: BTreeMap<String, String>,
        /// How a matching that is partly right is scored.
        #[serde(default)]
        credit: Credit,
    },
    /// The key of each part.
    TwoPart {
        /// Part A and part B.
        parts: Box<[Key; 2]>,
    },
}

/// A documented wrong way of thinking and the answer it leads to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Misconception {
    /// 0 for part A, 1 for part B; absent in an item of one part.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub part: Option<usize>,
    /// The answer it leads to: an option's id, or a number.
    pub answer: String,
    /// Its short name, such as “adds numerators and denominators”.
    pub name: String,
    /// What the student probably did.
    pub explanation: String,
}
