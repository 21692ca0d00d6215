//! Accommodations: the presentations that a student needs and an item may support, such as braille or American Sign
//! Language. An item lists those that it supports in its attribute `accommodations`; what it does not list, it does not
//! support. A student who needs some is given items that support every one of them, and no other.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::bank::Bank;
use crate::item::{AttributeValue, Item};

/// The attribute of an item that lists the accommodations it supports.
pub const ACCOMMODATIONS_ATTRIBUTE: &str = "accommodations";
/// Longest name of an accommodation, in bytes.
const NAME_BYTES_MAX: usize = 40;
/// Most accommodations of one student.
const ACCOMMODATIONS_MAX: usize = 12;

/// The name of an accommodation: 1 to 40 lower-case letters, digits and underscores, as in `american_sign_language`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Accommodation(String);

/// The accommodations that one student needs; none for most.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(try_from = "BTreeSet<Accommodation>", into = "BTreeSet<Accommodation>")]
pub struct Accommodations(BTreeSet<Accommodation>);

/// Why something names no accommodations.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AccommodationError {
    /// Not a name.
    #[error(
        "an accommodation is 1 to {NAME_BYTES_MAX} lower-case letters, digits or _, such as braille, got {0:?}"
    )]
    Name(String),
    /// Too many.
    #[error("at most {ACCOMMODATIONS_MAX} accommodations, got {0}")]
    TooMany(usize),
    /// The attribute of an item is a number.
    #[error("accommodations are a list of names, such as [\"braille\"], got {0}")]
    NotAList(String),
}

impl Accommodation {
    /// The checked name.
    ///
    /// # Errors
    /// When the text is empty, too long, or has other characters.
    pub fn new(text: impl Into<String>) -> Result<Self, AccommodationError> {
        let text = text.into();
        let is_letter = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
        if (1..=NAME_BYTES_MAX).contains(&text.len()) && text.bytes().all(is_letter) {
            Ok(Self(text))
        } else {
            Err(AccommodationError::Name(text.chars().take(NAME_BYTES_MAX).collect()))
        }
    }

    /// The name as it is stored.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The name for people: `american sign language`.
    #[must_use]
    pub fn words(&self) -> String {
        self.0.replace('_', " ")
    }
}

impl TryFrom<String> for Accommodation {
    type Error = AccommodationError;
    fn try_from(text: String) -> Result<Self, AccommodationError> {
        Self::new(text)
    }
}

impl From<Accommodation> for String {
    fn from(accommodation: Accommodation) -> Self {
        accommodation.0
    }
}

impl Accommodations {
    /// No accommodations.
    #[must_use]
    pub const fn none() -> Self {
        Self(BTreeSet::new())
    }

    /// The checked set.
    ///
    /// # Errors
    /// When there are too many.
    pub fn new(set: BTreeSet<Accommodation>) -> Result<Self, AccommodationError> {
        if set.len() > ACCOMMODATIONS_MAX {
            Err(AccommodationError::TooMany(set.len()))
        } else {
            Ok(Self(set))
        }
    }

    /// Whether nothing is needed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Each of them, by name.
    pub fn iter(&self) -> impl Iterator<Item = &Accommodation> {
        self.0.iter()
    }

    /// Whether this is one of them.
    #[must_use]
    pub fn contains(&self, accommodation: &Accommodation) -> bool {
        self.0.contains(accommodation)
    }

    /// The set for people: `braille and spanish`; `no accommodations` for none.
    #[must_use]
    pub fn words(&self) -> String {
        if self.is_empty() {
            return "no accommodations".to_owned();
        }
        self.0.iter().map(Accommodation::words).collect::<Vec<_>>().join(" and ")
    }
}

impl From<Accommodation> for Accommodations {
    fn from(one: Accommodation) -> Self {
        Self(BTreeSet::from([one]))
    }
}

impl TryFrom<BTreeSet<Accommodation>> for Accommodations {
    type Error = AccommodationError;
    fn try_from(set: BTreeSet<Accommodation>) -> Result<Self, AccommodationError> {
        Self::new(set)
    }
}

impl From<Accommodations> for BTreeSet<Accommodation> {
    fn from(accommodations: Accommodations) -> Self {
        accommodations.0
    }
}

/// Reads names separated by semicolons or commas: `braille; spanish`. An empty text is the empty set.
impl FromStr for Accommodations {
    type Err = AccommodationError;
    fn from_str(text: &str) -> Result<Self, AccommodationError> {
        let names = text.split([';', ',']).map(str::trim).filter(|name| !name.is_empty());
        Self::new(names.map(Accommodation::new).collect::<Result<_, _>>()?)
    }
}

/// Writes what [`FromStr`] reads.
impl fmt::Display for Accommodations {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.0.iter().map(Accommodation::as_str).collect();
        formatter.write_str(&names.join("; "))
    }
}

impl Item {
    /// The accommodations that the item lists.
    ///
    /// # Errors
    /// When the attribute is a number, or lists what is no name.
    pub fn accommodations(&self) -> Result<BTreeSet<Accommodation>, AccommodationError> {
        match self.attributes.get(ACCOMMODATIONS_ATTRIBUTE) {
            None => Ok(BTreeSet::new()),
            Some(AttributeValue::Text(one)) => Ok(BTreeSet::from([Accommodation::new(one.as_str())?])),
            Some(AttributeValue::List(list)) => {
                list.iter().map(|name| Accommodation::new(name.as_str())).collect()
            }
            Some(AttributeValue::Number(number)) => Err(AccommodationError::NotAList(number.to_string())),
        }
    }

    /// Whether the item may be given to a student who needs these: it lists every one of them.
    #[must_use]
    pub fn supports(&self, needed: &Accommodations) -> bool {
        needed.iter().all(|one| self.has_attribute(ACCOMMODATIONS_ATTRIBUTE, one.as_str()))
    }
}

impl Bank {
    /// Every accommodation that some item lists.
    #[must_use]
    pub fn accommodations(&self) -> BTreeSet<Accommodation> {
        self.items().iter().flat_map(|item| item.accommodations().unwrap_or_default()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(text: &str) -> Accommodations {
        text.parse().unwrap()
    }

    #[test]
    fn a_set_is_written_as_it_is_read() {
        assert_eq!(set(" spanish ;braille,, braille").to_string(), "braille; spanish");
        assert_eq!(set("braille; spanish").words(), "braille and spanish");
        assert_eq!((set(""), set(";").words()), (Accommodations::none(), "no accommodations".to_owned()));
        assert_eq!(serde_json::to_string(&set("spanish;braille")).unwrap(), r#"["braille","spanish"]"#);
    }

    #[test]
    fn what_is_no_name_is_refused_with_its_value() {
        for name in ["Braille", "sign language", "braïlle", &"a".repeat(41)] {
            let refused = name.parse::<Accommodations>().unwrap_err();
            assert!(matches!(&refused, AccommodationError::Name(_)), "{refused}");
        }
        let many: Vec<String> = (0..13).map(|number| format!("need_{number}")).collect();
        assert_eq!(many.join(";").parse::<Accommodations>(), Err(AccommodationError::TooMany(13)));
        assert!(serde_json::from_str::<Accommodations>(r#"["Braille"]"#).is_err());
    }
}
