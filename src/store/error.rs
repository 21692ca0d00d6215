//! What can go wrong between a use case and the database.

use std::sync::Arc;

use thiserror::Error;

/// A failure of the database or of a row in it.
#[derive(Debug, Error)]
pub enum StoreError {
    /// The database could not be reached or refused the statement.
    #[error("the database failed: {0}")]
    Database(#[source] sqlx::Error),
    /// What several requests did together failed for each of them.
    #[error("{0}")]
    Shared(Arc<StoreError>),
    /// The request was not served at all; it may be sent again.
    #[error("not served: {0}")]
    Unserved(&'static str),
    /// The schema could not be brought up to date.
    #[error("the database could not be migrated: {0}")]
    Migration(#[from] sqlx::migrate::MigrateError),
    /// The address names no database this program knows.
    #[error("database address must start with sqlite: or postgres:, got {0:?}")]
    Address(String),
    /// A row with the same key is there already.
    #[error("there is one with the same key already: {0}")]
    Duplicate(String),
    /// A row points at one that does not exist.
    #[error("it refers to something that does not exist: {0}")]
    MissingReference(String),
    /// Somebody else changed the row since it was read.
    #[error("{table} {id} was changed by somebody else at the same moment")]
    Conflict {
        /// The table of the row.
        table: &'static str,
        /// The key of the row.
        id: String,
    },
    /// A row of a backup that fits no table.
    #[error("a row of table {table}: {reason}")]
    UnfitRow {
        /// The table.
        table: String,
        /// What does not fit.
        reason: String,
    },
    /// A row that fits no state of the domain.
    #[error("table {table}, column {column}, id {id}: {reason}")]
    CorruptRow {
        /// The table of the row.
        table: &'static str,
        /// The column that does not fit.
        column: &'static str,
        /// The key of the row.
        id: String,
        /// Why it does not fit.
        reason: String,
    },
}

impl StoreError {
    /// Whether the statement was refused for what it would have written, so that another may succeed.
    #[must_use]
    pub fn is_about_a_row(&self) -> bool {
        match self {
            Self::Duplicate(_) | Self::MissingReference(_) => true,
            Self::Database(error) => matches!(error, sqlx::Error::Database(_)),
            Self::Shared(error) => error.is_about_a_row(),
            Self::Unserved(_)
            | Self::Migration(_)
            | Self::Address(_)
            | Self::Conflict { .. }
            | Self::UnfitRow { .. }
            | Self::CorruptRow { .. } => false,
        }
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        if let sqlx::Error::Database(cause) = &error {
            if cause.is_unique_violation() {
                return Self::Duplicate(cause.message().to_owned());
            }
            if cause.is_foreign_key_violation() {
                return Self::MissingReference(cause.message().to_owned());
            }
        }
        Self::Database(error)
    }
}
