//! A bank: items on one scale, with the learning progression and the shared stimuli. Reading and writing
//! its file is [`crate::formats`]; a bank that exists has passed every check of [`Bank::new`].

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::accommodation::AccommodationError;
use crate::content::Stimulus;
use crate::item::{Item, ItemId};
use crate::progression::Progression;
use crate::scale::Scale;

/// Everything a bank is made of, before its parts have been checked against each other.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct BankParts {
    /// Names the bank.
    pub id: String,
    /// Its title for people.
    pub name: String,
    /// Where items and parameters come from.
    pub origin: String,
    /// The terms under which the bank may be used.
    pub licence: String,
    /// What to say wherever parameters are shown that were not estimated from responses.
    pub provisional_note: Option<String>,
    /// The items, in the order of the file.
    pub items: Vec<Item>,
    /// Texts and figures that several items share, by their name.
    pub stimuli: BTreeMap<String, Stimulus>,
    /// From logits to the reporting scale.
    pub scale: Option<Scale>,
    /// The levels on the scale.
    pub progression: Option<Progression>,
}

/// Why parts do not make a bank. Items are named by their position, from 0.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BankError {
    /// Two items have one name.
    #[error("{id} is already the id of items[{first}]")]
    DuplicateItem {
        /// The name.
        id: ItemId,
        /// Position of the item that has it.
        first: usize,
        /// Position of the item that repeats it.
        second: usize,
    },
    /// An item is enemy of an item that is not in the bank.
    #[error("no item {enemy} in this bank")]
    UnknownEnemy {
        /// Position of the item.
        item: usize,
        /// Position in its list of enemies.
        entry: usize,
        /// The name that is missing.
        enemy: ItemId,
    },
    /// An item is its own enemy.
    #[error("an item cannot be its own enemy")]
    OwnEnemy {
        /// Position of the item.
        item: usize,
        /// Position in its list of enemies.
        entry: usize,
    },
    /// An item with content belongs to a stimulus that is not in the bank.
    #[error("no stimulus {group:?} in this bank")]
    UnknownStimulus {
        /// Position of the item.
        item: usize,
        /// The name that is missing.
        group: String,
    },
    /// Items of one stimulus are in different pools.
    #[error("the items of stimulus {group:?} are in different pools")]
    SplitStimulus {
        /// Position of the first item in the other pool.
        item: usize,
        /// The stimulus.
        group: String,
    },
    /// The scoring rule and the response model do not have the same highest score.
    #[error("the content scores 0 to {content} but the model 0 to {model}")]
    ScoreMismatch {
        /// Position of the item.
        item: usize,
        /// Highest score of the content.
        content: u32,
        /// Highest score of the model.
        model: u32,
    },
    /// An item lists accommodations that are none.
    #[error("{reason}")]
    Accommodations {
        /// Position of the item.
        item: usize,
        /// What is wrong.
        reason: AccommodationError,
    },
}

impl BankError {
    /// The position of the item.
    #[must_use]
    pub fn item(&self) -> usize {
        match self {
            Self::DuplicateItem { second: item, .. }
            | Self::UnknownEnemy { item, .. }
            | Self::OwnEnemy { item, .. }
            | Self::UnknownStimulus { item, .. }
            | Self::SplitStimulus { item, .. }
            | Self::ScoreMismatch { item, .. }
            | Self::Accommodations { item, .. } => *item,
        }
    }

    /// Where in the bank, as a path such as `items[3].enemies[0]`.
    #[must_use]
    pub fn place(&self) -> String {
        match self {
            Self::DuplicateItem { second, .. } => format!("items[{second}].id"),
            Self::UnknownEnemy { item, entry, .. } | Self::OwnEnemy { item, entry } => {
                format!("items[{item}].enemies[{entry}]")
            }
            Self::UnknownStimulus { item, .. } => format!("items[{item}].group"),
            Self::SplitStimulus { item, .. } => format!("items[{item}].pool"),
            Self::ScoreMismatch { item, .. } => format!("items[{item}].model"),
            Self::Accommodations { item, .. } => format!("items[{item}].attributes.accommodations"),
        }
    }
}

/// Items on one scale.
#[derive(Debug, Clone, PartialEq)]
pub struct Bank {
    parts: BankParts,
    positions: HashMap<ItemId, usize>,
}

impl Bank {
    /// The bank, when its parts agree with each other.
    ///
    /// # Errors
    /// Every disagreement, in the order of the items.
    pub fn new(parts: BankParts) -> Result<Self, Vec<BankError>> {
        let mut errors = Vec::new();
        let mut positions = HashMap::with_capacity(parts.items.len());
        for (second, item) in parts.items.iter().enumerate() {
            if let Some(&first) = positions.get(&item.id) {
                let id = item.id.clone();
                errors.push(BankError::DuplicateItem { id, first, second });
            } else {
                positions.insert(item.id.clone(), second);
            }
        }
        for (position, item) in parts.items.iter().enumerate() {
            check_enemies(position, item, &positions, &mut errors);
            check_score(position, item, &mut errors);
            if let Err(reason) = item.accommodations() {
                errors.push(BankError::Accommodations { item: position, reason });
            }
        }
        check_stimuli(&parts, &mut errors);
        if errors.is_empty() { Ok(Self { parts, positions }) } else { Err(errors) }
    }

    /// Names the bank.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.parts.id
    }

    /// Its title for people; the id when it has none.
    #[must_use]
    pub fn name(&self) -> &str {
        if self.parts.name.is_empty() { &self.parts.id } else { &self.parts.name }
    }

    /// Its title for people, empty when it has none.
    pub(crate) fn given_name(&self) -> &str {
        &self.parts.name
    }

    /// Where items and parameters come from.
    #[must_use]
    pub fn origin(&self) -> &str {
        &self.parts.origin
    }

    /// The terms under which the bank may be used.
    #[must_use]
    pub fn licence(&self) -> &str {
        &self.parts.licence
    }

    /// What to say wherever parameters are shown that were not estimated from responses.
    #[must_use]
    pub fn provisional_note(&self) -> Option<&str> {
        self.parts.provisional_note.as_deref()
    }

    /// The items, in the order of the file.
    #[must_use]
    pub fn items(&self) -> &[Item] {
        &self.parts.items
    }

    /// The item of this name.
    #[must_use]
    pub fn item(&self, id: &str) -> Option<&Item> {
        self.position(id).map(|position| &self.parts.items[position])
    }

    /// The position in [`Bank::items`] of the item of this name.
    #[must_use]
    pub fn position(&self, id: &str) -> Option<usize> {
        self.positions.get(id).copied()
    }

    /// The shared stimulus of this name.
    #[must_use]
    pub fn stimulus(&self, name: &str) -> Option<&Stimulus> {
        self.parts.stimuli.get(name)
    }

    /// Every shared stimulus by its name.
    #[must_use]
    pub fn stimuli(&self) -> &BTreeMap<String, Stimulus> {
        &self.parts.stimuli
    }

    /// From logits to the reporting scale.
    #[must_use]
    pub fn scale(&self) -> Option<&Scale> {
        self.parts.scale.as_ref()
    }

    /// The levels on the scale.
    #[must_use]
    pub fn progression(&self) -> Option<&Progression> {
        self.parts.progression.as_ref()
    }

    /// The parts, to change and check again: how a new version begins.
    #[must_use]
    pub fn into_parts(self) -> BankParts {
        self.parts
    }
}

fn check_enemies(
    position: usize,
    item: &Item,
    positions: &HashMap<ItemId, usize>,
    errors: &mut Vec<BankError>,
) {
    for (entry, enemy) in item.enemies.iter().enumerate() {
        if *enemy == item.id {
            errors.push(BankError::OwnEnemy { item: position, entry });
        } else if !positions.contains_key(enemy) {
            errors.push(BankError::UnknownEnemy { item: position, entry, enemy: enemy.clone() });
        }
    }
}

fn check_score(position: usize, item: &Item, errors: &mut Vec<BankError>) {
    if let (Some(content), Some(model)) = (&item.content, &item.model) {
        let (content, model) = (content.maximum_score(), model.maximum_score());
        if content != model {
            errors.push(BankError::ScoreMismatch { item: position, content, model });
        }
    }
}

fn check_stimuli(parts: &BankParts, errors: &mut Vec<BankError>) {
    let mut pool_of = BTreeMap::new();
    let mut reported = BTreeSet::new();
    for (item, entry) in parts.items.iter().enumerate() {
        let Some(group) = &entry.group else { continue };
        if entry.content.is_some() && !parts.stimuli.contains_key(group) {
            let group = group.clone();
            errors.push(BankError::UnknownStimulus { item, group });
        }
        let pool = *pool_of.entry(group).or_insert(entry.pool);
        if pool != entry.pool && reported.insert(group) {
            let group = group.clone();
            errors.push(BankError::SplitStimulus { item, group });
        }
    }
}
