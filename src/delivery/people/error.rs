//! Why a change to people was not made. Nothing changes when one of these is returned.

use thiserror::Error;

use crate::delivery::secrets::SecretError;
use crate::store::StoreError;

/// One value that was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldError {
    /// The field.
    pub field: &'static str,
    /// What is wrong, with the value.
    pub message: String,
}

impl FieldError {
    /// A refused value of `field`.
    pub fn new(field: &'static str, message: impl Into<String>) -> Self {
        Self { field, message: message.into() }
    }
}

/// Why a change to people was not made.
#[derive(Debug, Error)]
pub enum PeopleError {
    /// There is none, or it is not for this person to know.
    #[error("there is no such {0}")]
    NotFound(&'static str),
    /// Some values are not acceptable.
    #[error("{}", .0.iter().map(|error| error.message.as_str()).collect::<Vec<_>>().join("; "))]
    Refused(Vec<FieldError>),
    /// Somebody has this user name, code or roster identifier already.
    #[error("{what} {value:?} is taken")]
    Taken {
        /// What must be unique.
        what: &'static str,
        /// The value.
        value: String,
    },
    /// Without an administrator nobody could undo it.
    #[error("the last active administrator of a school cannot be disabled")]
    LastAdministrator,
    /// The secret was not acceptable.
    #[error(transparent)]
    Secret(#[from] SecretError),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}
