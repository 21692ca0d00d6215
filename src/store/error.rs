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
    /// The database was busy with others: nothing of the transaction was done, and it may be sent again.
    #[error("the database is busy: {0}")]
    Busy(#[source] sqlx::Error),
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
            Self::Busy(_)
            | Self::Unserved(_)
            | Self::Migration(_)
            | Self::Address(_)
            | Self::UnfitRow { .. }
            | Self::CorruptRow { .. } => false,
        }
    }

    /// Whether nothing was done and the same request may succeed a little later.
    #[must_use]
    pub fn may_pass(&self) -> bool {
        match self {
            Self::Busy(_) | Self::Unserved(_) => true,
            Self::Shared(error) => error.may_pass(),
            Self::Database(_)
            | Self::Migration(_)
            | Self::Address(_)
            | Self::Duplicate(_)
            | Self::MissingReference(_)
            | Self::UnfitRow { .. }
            | Self::CorruptRow { .. } => false,
        }
    }

    /// Whether PostgreSQL undid the transaction to let another go on: it may be tried again at once.
    #[must_use]
    pub fn is_undone(&self) -> bool {
        match self {
            Self::Busy(sqlx::Error::Database(cause)) => {
                cause.code().is_some_and(|code| [SERIALIZATION_FAILURE, DEADLOCK].contains(&&*code))
            }
            Self::Shared(error) => error.is_undone(),
            _ => false,
        }
    }
}

/// PostgreSQL's codes (appendix A of its manual) of transactions that were undone or not begun because of others.
const SERIALIZATION_FAILURE: &str = "40001";
const DEADLOCK: &str = "40P01";
const LOCK_NOT_AVAILABLE: &str = "55P03";
const TOO_MANY_CONNECTIONS: &str = "53300";
/// SQLite's primary result codes of the same; an extended code holds the primary one in its lowest byte.
const SQLITE_BUSY: u32 = 5;
const SQLITE_LOCKED: u32 = 6;

/// Whether a code of either database says that it was busy. PostgreSQL's have five characters, SQLite's at most four.
fn is_busy(code: &str) -> bool {
    if code.len() == 5 {
        return [SERIALIZATION_FAILURE, DEADLOCK, LOCK_NOT_AVAILABLE, TOO_MANY_CONNECTIONS].contains(&code);
    }
    code.parse::<u32>().is_ok_and(|code| [SQLITE_BUSY, SQLITE_LOCKED].contains(&(code & 0xff)))
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
        match &error {
            sqlx::Error::PoolTimedOut => Self::Busy(error),
            sqlx::Error::Database(cause) if cause.code().is_some_and(|code| is_busy(&code)) => {
                Self::Busy(error)
            }
            _ => Self::Database(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_of_both_databases_say_that_it_was_busy() {
        // 261, 517 and 262 are extended codes of SQLite's BUSY and LOCKED; 19 and 2067 are constraints.
        for (code, expected) in [
            ("5", true),
            ("6", true),
            ("261", true),
            ("517", true),
            ("262", true),
            ("19", false),
            ("2067", false),
            ("40001", true),
            ("40P01", true),
            ("23505", false),
            ("00005", false),
        ] {
            assert_eq!(is_busy(code), expected, "{code}");
        }
    }

    #[test]
    fn a_pool_without_a_free_connection_is_busy_and_nothing_was_undone() {
        let error = StoreError::Shared(Arc::new(StoreError::from(sqlx::Error::PoolTimedOut)));
        assert!(error.may_pass() && !error.is_undone() && !error.is_about_a_row());
    }
}
