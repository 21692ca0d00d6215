//! Why the demo school could not be made.

use thiserror::Error;

use crate::delivery::DeliveryError;
use crate::delivery::people::PeopleError;
use crate::store::StoreError;

/// Why the demo school could not be made.
#[derive(Debug, Error)]
pub enum DemoError {
    /// A use case of people.
    #[error("a person or class could not be added: {0}")]
    People(#[from] PeopleError),
    /// A use case of attempts.
    #[error("the history could not be made: {0}")]
    Delivery(#[from] DeliveryError),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The database holds another school.
    #[error("the database holds a school already; the demo needs one of its own")]
    NotEmpty,
}
