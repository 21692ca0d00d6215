//! Row to domain: every column that does not fit is an error that names table, column and id.

use serde::de::DeserializeOwned;
use sqlx::any::{AnyArguments, AnyRow};
use sqlx::query::Query;
use sqlx::{Any, AnyConnection, Decode, Row, Type};

use super::StoreError;
use crate::clock::Millis;

/// What the only row of a query says; nothing when there is none.
pub(super) async fn find<T>(
    connection: &mut AnyConnection,
    query: Query<'_, Any, AnyArguments>,
    read: impl FnOnce(&AnyRow) -> Result<T, StoreError>,
) -> Result<Option<T>, StoreError> {
    query.fetch_optional(connection).await?.as_ref().map(read).transpose()
}

/// Reads the columns of one row of a table.
pub struct RowReader<'r> {
    row: &'r AnyRow,
    table: &'static str,
    id: String,
}

impl<'r> RowReader<'r> {
    /// A reader of `row`; `key` is the column that identifies it in errors.
    #[must_use]
    pub fn new(row: &'r AnyRow, table: &'static str, key: &str) -> Self {
        let id = row.try_get::<String, _>(key).unwrap_or_else(|_| "?".to_owned());
        Self { row, table, id }
    }

    /// The value of a column.
    pub fn get<T>(&self, column: &'static str) -> Result<T, StoreError>
    where
        T: Decode<'r, Any> + Type<Any>,
    {
        self.row.try_get(column).map_err(|error| self.corrupt(column, error.to_string()))
    }

    /// A text column as one of the identifier types.
    pub fn id<T: From<String>>(&self, column: &'static str) -> Result<T, StoreError> {
        Ok(T::from(self.get::<String>(column)?))
    }

    /// A text column that may be empty, as one of the identifier types.
    pub fn optional_id<T: From<String>>(&self, column: &'static str) -> Result<Option<T>, StoreError> {
        Ok(self.get::<Option<String>>(column)?.map(T::from))
    }

    /// A time.
    pub fn time(&self, column: &'static str) -> Result<Millis, StoreError> {
        Ok(Millis(self.get(column)?))
    }

    /// A time that may be absent.
    pub fn optional_time(&self, column: &'static str) -> Result<Option<Millis>, StoreError> {
        Ok(self.get::<Option<i64>>(column)?.map(Millis))
    }

    /// A whole number that fits `T`, such as a count or a version.
    pub fn number<T: TryFrom<i64>>(&self, column: &'static str) -> Result<T, StoreError> {
        let value: i64 = self.get(column)?;
        T::try_from(value).map_err(|_| self.corrupt(column, format!("{value} is out of range")))
    }

    /// A whole number that fits `T` and may be absent.
    pub fn optional_number<T: TryFrom<i64>>(&self, column: &'static str) -> Result<Option<T>, StoreError> {
        let Some(value) = self.get::<Option<i64>>(column)? else {
            return Ok(None);
        };
        let number = T::try_from(value);
        number.map(Some).map_err(|_| self.corrupt(column, format!("{value} is out of range")))
    }

    /// A truth value stored as 0 or 1.
    pub fn truth(&self, column: &'static str) -> Result<bool, StoreError> {
        match self.get::<i64>(column)? {
            0 => Ok(false),
            1 => Ok(true),
            other => Err(self.corrupt(column, format!("{other} is neither 0 nor 1"))),
        }
    }

    /// A word of a closed list, read by `parse`.
    pub fn word<T>(
        &self,
        column: &'static str,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Result<T, StoreError> {
        let text: String = self.get(column)?;
        parse(&text).ok_or_else(|| self.corrupt(column, format!("{text:?} is not a known word")))
    }

    /// A JSON document.
    pub fn json<T: DeserializeOwned>(&self, column: &'static str) -> Result<T, StoreError> {
        let text: String = self.get(column)?;
        serde_json::from_str(&text).map_err(|error| self.corrupt(column, error.to_string()))
    }

    /// The error for a column of this row that does not fit.
    #[must_use]
    pub fn corrupt(&self, column: &'static str, reason: String) -> StoreError {
        StoreError::CorruptRow { table: self.table, column, id: self.id.clone(), reason }
    }
}
