//! Every table as rows of JSON and back: the same on SQLite and PostgreSQL, so a backup of one restores into the other.
//!
//! What is left out: sessions and counts of failed sign-ins. People sign in again.

use futures_util::TryStreamExt;
use serde_json::{Map, Number, Value};
use sqlx::any::{AnyArguments, AnyRow, AnyTypeInfoKind};
use sqlx::query::Query;
use sqlx::{Any, AnyConnection, AssertSqlSafe, Column, Row, ValueRef};

use super::{StoreError, migrations};

/// Every table a backup holds and the columns that order it; a table stands after those it points at.
pub const TABLES: &[(&str, &str)] = &[
    ("schools", "id"),
    ("accounts", "id"),
    ("classes", "id"),
    ("class_members", "class_id, account_id"),
    ("banks", "id"),
    ("bank_versions", "bank_id, version"),
    ("field_test_counts", "bank_id, item_id, ability_cell"),
    ("plans", "id, version"),
    ("policies", "id, version"),
    ("assessments", "id"),
    ("unlocks", "id"),
    ("attempts", "id"),
    ("attempt_events", "attempt_id, position"),
    ("exposure_counts", "bank_id, plan_id, plan_version, version"),
    ("exposure_attempts", "attempt_id"),
    ("bank_records", "bank_id"),
    ("item_records", "bank_id, item_id"),
    ("consents", "student_id, assessment_id, recorded_at_ms"),
    ("audit_log", "id"),
    ("jobs", "id"),
    ("calibration_decisions", "job_id, item_id, position"),
    ("calibration_files", "job_id"),
];

/// Tables that no backup holds.
pub const LEFT_OUT: &[&str] = &["sessions", "sign_in_failures", "_sqlx_migrations"];

/// The newest step of the schema this program makes.
#[must_use]
pub fn schema_version() -> i64 {
    migrations::newest()
}

/// Hands every row of a table of [`TABLES`] to `take`, in order; how many there were.
pub async fn read_table<E: From<StoreError>>(
    connection: &mut AnyConnection,
    (table, order): (&str, &str),
    mut take: impl FnMut(Map<String, Value>) -> Result<(), E>,
) -> Result<u64, E> {
    let statement = format!("select * from {table} order by {order}");
    let mut rows = sqlx::query(AssertSqlSafe(statement)).fetch(connection);
    let mut count = 0;
    while let Some(row) = rows.try_next().await.map_err(StoreError::from)? {
        take(fields(&row).map_err(StoreError::from)?)?;
        count += 1;
    }
    Ok(count)
}

/// Whether a table has no row.
pub async fn is_empty(connection: &mut AnyConnection, table: &str) -> Result<bool, StoreError> {
    let statement = format!("select 1 as found from {table} limit 1");
    let row = sqlx::query(AssertSqlSafe(statement)).fetch_optional(connection).await?;
    Ok(row.is_none())
}

/// Adds one row to a table of [`TABLES`]. Columns that are absent or null stay null.
pub async fn write_row(
    connection: &mut AnyConnection,
    table: &str,
    row: &Map<String, Value>,
) -> Result<(), StoreError> {
    let present: Vec<(&String, &Value)> = row.iter().filter(|(_, value)| !value.is_null()).collect();
    if let Some((column, _)) = present.iter().find(|(column, _)| !is_column_name(column)) {
        return Err(unfit(table, format!("{column:?} is no column")));
    }
    let columns: Vec<&str> = present.iter().map(|(column, _)| column.as_str()).collect();
    let places: Vec<String> = (1..=columns.len()).map(|place| format!("${place}")).collect();
    let statement = format!("insert into {table} ({}) values ({})", columns.join(", "), places.join(", "));
    let mut query = sqlx::query(AssertSqlSafe(statement));
    for (column, value) in present {
        query = bind(query, value)
            .ok_or_else(|| unfit(table, format!("{column} holds neither text nor number")))?;
    }
    query.execute(connection).await?;
    Ok(())
}

fn fields(row: &AnyRow) -> Result<Map<String, Value>, sqlx::Error> {
    let mut fields = Map::new();
    for column in row.columns() {
        let place = column.ordinal();
        let raw = row.try_get_raw(place)?;
        let value = if raw.is_null() {
            Value::Null
        } else {
            match raw.type_info().kind() {
                AnyTypeInfoKind::SmallInt | AnyTypeInfoKind::Integer | AnyTypeInfoKind::BigInt => {
                    Value::from(row.try_get::<i64, _>(place)?)
                }
                AnyTypeInfoKind::Real | AnyTypeInfoKind::Double => {
                    Number::from_f64(row.try_get(place)?).map_or(Value::Null, Value::Number)
                }
                AnyTypeInfoKind::Null
                | AnyTypeInfoKind::Bool
                | AnyTypeInfoKind::Text
                | AnyTypeInfoKind::Blob => Value::from(row.try_get::<String, _>(place)?),
            }
        };
        fields.insert(column.name().to_owned(), value);
    }
    Ok(fields)
}

fn bind<'q>(query: Query<'q, Any, AnyArguments>, value: &Value) -> Option<Query<'q, Any, AnyArguments>> {
    match value {
        Value::String(text) => Some(query.bind(text.clone())),
        Value::Number(number) => match number.as_i64() {
            Some(whole) => Some(query.bind(whole)),
            None => number.as_f64().map(|real| query.bind(real)),
        },
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    }
}

/// Names of our columns, and nothing that could mean more in a statement.
fn is_column_name(text: &str) -> bool {
    !text.is_empty()
        && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}

fn unfit(table: &str, reason: String) -> StoreError {
    StoreError::UnfitRow { table: table.to_owned(), reason }
}
